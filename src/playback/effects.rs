//! From a song's frames to the device's: volume, and what is not exact (another tempo, another pitch, another rate).

use tatum_core::{Frame, Rate};

use super::session::Settings;
use super::stretch::Stretch;
use crate::error::Error;
use crate::output::resample::RateConverter;

/// The way of the frames behind the player. With a device at the native rate, full volume and no effect, samples pass
/// unchanged.
pub struct Effects {
    stretch: Option<Stretch>,
    converter: Option<RateConverter>,
    volume: f32,
    /// Device frames that a song's frame becomes.
    ratio: f64,
}

impl Effects {
    /// The way from a song's rate to a device's.
    ///
    /// # Errors
    ///
    /// If the converter cannot do it.
    pub fn new(native: Rate, device: u32, settings: &Settings) -> Result<Self, Error> {
        // A song shifted up by a factor is one played that much faster, after it was made that much longer.
        let shift = 2f64.powf(f64::from(settings.semitones) / 12.0);
        let tempo = f64::from(settings.tempo_percent) / 100.0;
        let target = (f64::from(device) / shift).round() as u32;
        let stretch = shift / tempo;
        let converter = if u64::from(target) == native.rounded() {
            None
        } else {
            Some(RateConverter::new(native, target)?)
        };
        let seconds_per_frame = native.seconds(1);
        Ok(Self {
            stretch: ((stretch - 1.0).abs() > 1e-9).then(|| Stretch::new(native, stretch)),
            ratio: converter.as_ref().map_or(1.0, |_| f64::from(target) * seconds_per_frame) * stretch,
            converter,
            volume: f32::from(settings.volume_percent) / 100.0,
        })
    }

    /// Whether what is heard is what the console gives, at another loudness at most.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.stretch.is_none() && self.converter.is_none()
    }

    /// Song frames that make `count` device frames.
    #[must_use]
    pub fn song_frames(&self, count: u64) -> u64 {
        if self.is_exact() { count } else { (count as f64 / self.ratio) as u64 }
    }

    /// Takes a song's frames; appends what is ready to `out`.
    ///
    /// # Errors
    ///
    /// If the converter cannot do it.
    pub fn process(&mut self, frames: &[Frame], out: &mut Vec<[f32; 2]>) -> Result<(), Error> {
        let first = out.len();
        let stretched;
        let frames = match &mut self.stretch {
            None => frames,
            Some(stretch) => {
                stretched = stretch.push(frames);
                &stretched
            }
        };
        match &mut self.converter {
            None => {
                out.extend(
                    frames.iter().map(|frame| [frame.left, frame.right].map(|one| f32::from(one) / 32768.0)),
                );
            }
            Some(converter) => converter.push(frames, &mut |frame| -> Result<(), Error> {
                out.push(frame);
                Ok(())
            })?,
        }
        self.scale(&mut out[first..]);
        Ok(())
    }

    /// Hands over what the converter still holds, at a song's end.
    ///
    /// # Errors
    ///
    /// If the converter cannot do it.
    pub fn finish(&mut self, out: &mut Vec<[f32; 2]>) -> Result<(), Error> {
        let first = out.len();
        if let Some(converter) = self.converter.take() {
            converter.finish(&mut |frame| -> Result<(), Error> {
                out.push(frame);
                Ok(())
            })?;
        }
        self.scale(&mut out[first..]);
        Ok(())
    }

    fn scale(&self, frames: &mut [[f32; 2]]) {
        // At full volume samples are not touched at all.
        if self.volume != 1.0 {
            frames.iter_mut().flatten().for_each(|sample| *sample *= self.volume);
        }
    }
}

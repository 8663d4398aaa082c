//! From the native rate to the one a listener asked for. Never on the exact path.

use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Async, FixedAsync, Indexing, Resampler, SincInterpolationParameters, WindowFunction};
use tatum_core::{Frame, Rate};

use crate::error::Error;

/// Native frames converted at a time.
const CHUNK: usize = 1024;
/// Taps of the filter: flat to over nine tenths of the band.
const TAPS: usize = 256;
const CHANNELS: usize = 2;

/// A stream from one rate to another. The filter's delay is removed, so that both begin at the same instant.
pub struct RateConverter {
    resampler: Async<f32>,
    input: Vec<f32>,
    output: Vec<f32>,
    delay: usize,
    ratio: f64,
    taken: u64,
    given: u64,
}

impl RateConverter {
    /// A converter from a native rate to `hertz`.
    ///
    /// # Errors
    ///
    /// If the ratio is one the resampler cannot do.
    pub fn new(native: Rate, hertz: u32) -> Result<Self, Error> {
        let ratio = f64::from(hertz) * native.denominator() as f64 / native.numerator() as f64;
        let parameters = SincInterpolationParameters::new(TAPS, WindowFunction::BlackmanHarris2);
        let resampler = Async::new_sinc(ratio, 1.0, &parameters, CHUNK, CHANNELS, FixedAsync::Input)
            .map_err(|error| Error::Usage(format!("--rate {hertz}: {error}")))?;
        let delay = resampler.output_delay();
        Ok(Self {
            output: vec![0.0; CHANNELS * resampler.output_frames_max()],
            resampler,
            input: Vec::with_capacity(CHANNELS * CHUNK),
            delay,
            ratio,
            taken: 0,
            given: 0,
        })
    }

    /// Takes native frames and hands over the converted ones that are ready.
    ///
    /// # Errors
    ///
    /// What `give` returns.
    pub fn push<E: From<Error>>(
        &mut self,
        frames: &[Frame],
        give: &mut impl FnMut([f32; 2]) -> Result<(), E>,
    ) -> Result<(), E> {
        for frame in frames {
            self.input.extend([frame.left, frame.right].map(|sample| f32::from(sample) / 32768.0));
            self.taken += 1;
            if self.input.len() == CHANNELS * CHUNK {
                self.convert(CHUNK, u64::MAX, give)?;
            }
        }
        Ok(())
    }

    /// Hands over what is left, so that the whole lasts as long as the native frames.
    ///
    /// # Errors
    ///
    /// What `give` returns.
    pub fn finish<E: From<Error>>(
        mut self,
        give: &mut impl FnMut([f32; 2]) -> Result<(), E>,
    ) -> Result<(), E> {
        let total = (self.taken as f64 * self.ratio).round() as u64;
        while self.given < total {
            let left = self.input.len() / CHANNELS;
            self.convert(left, total, give)?;
        }
        Ok(())
    }

    fn convert<E: From<Error>>(
        &mut self,
        frames: usize,
        total: u64,
        give: &mut impl FnMut([f32; 2]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.input.resize(CHANNELS * CHUNK, 0.0);
        let capacity = self.output.len() / CHANNELS;
        let failed = |error: &dyn std::fmt::Display| E::from(Error::Usage(format!("--rate: {error}")));
        let input = InterleavedSlice::new(&self.input, CHANNELS, CHUNK).map_err(|error| failed(&error))?;
        let mut output = InterleavedSlice::new_mut(&mut self.output, CHANNELS, capacity)
            .map_err(|error| failed(&error))?;
        let indexing = Indexing::new().partial_len(frames);
        let indexing = (frames < CHUNK).then_some(&indexing);
        let (_, count) = self
            .resampler
            .process_into_buffer(&input, &mut output, indexing)
            .map_err(|error| failed(&error))?;
        self.input.clear();
        let skipped = self.delay.min(count);
        self.delay -= skipped;
        for frame in self.output[..CHANNELS * count].chunks_exact(CHANNELS).skip(skipped) {
            if self.given < total {
                give([frame[0], frame[1]])?;
                self.given += 1;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_keeps_its_length_place_and_level() {
        // An impulse-free tone burst in the middle of silence: its centre must stay where it was.
        let native = Rate::hertz(32_000);
        let mut converter = RateConverter::new(native, 48_000).unwrap();
        let frames: Vec<Frame> = (0..32_000)
            .map(|index| {
                let time = f64::from(index) / 32_000.0;
                let window = (-((time - 0.5) / 0.02).powi(2)).exp();
                let sample = (16_000.0 * window * (std::f64::consts::TAU * 440.0 * time).sin()) as i16;
                Frame::new(sample, -sample)
            })
            .collect();
        let mut out: Vec<[f32; 2]> = Vec::new();
        let mut give = |frame: [f32; 2]| -> Result<(), Error> {
            out.push(frame);
            Ok(())
        };
        converter.push(&frames, &mut give).unwrap();
        converter.finish(&mut give).unwrap();
        assert_eq!(out.len(), 48_000);
        let energy: f64 = out.iter().map(|frame| f64::from(frame[0]).powi(2)).sum();
        let moment: f64 =
            out.iter().enumerate().map(|(index, frame)| index as f64 * f64::from(frame[0]).powi(2)).sum();
        // The resampler gives its delay in whole frames, rounded.
        assert!((moment / energy - 24_000.0).abs() < 1.5, "centre at {}", moment / energy);
        let native_energy: f64 = frames.iter().map(|frame| (f64::from(frame.left) / 32768.0).powi(2)).sum();
        assert!((energy / native_energy / 1.5 - 1.0).abs() < 0.001);
        assert!(out.iter().all(|frame| (frame[0] + frame[1]).abs() < 1e-6));
    }
}

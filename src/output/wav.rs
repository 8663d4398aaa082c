//! WAV files that are written. Reading them is `input::wav`.

use std::io::{BufWriter, Seek, Write};
use std::path::Path;

use hound::{SampleFormat, WavSpec, WavWriter};
use tatum_core::Frame;

use crate::error::Error;

/// The sample format of a WAV file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum WavFormat {
    /// 16-bit integers: exactly what the console's converter gets.
    #[default]
    S16,
    /// 24-bit integers.
    S24,
    /// 32-bit floats, full scale 1.0.
    F32,
}

/// Writes stereo frames.
pub struct FrameWriter<W: Write + Seek> {
    writer: WavWriter<W>,
    format: WavFormat,
}

impl<W: Write + Seek> FrameWriter<W> {
    /// Begins a WAV file at `rate` frames per second.
    ///
    /// # Errors
    ///
    /// If the header cannot be written.
    pub fn new(target: W, rate: u32, format: WavFormat) -> Result<Self, hound::Error> {
        let (bits_per_sample, sample_format) = match format {
            WavFormat::S16 => (16, SampleFormat::Int),
            WavFormat::S24 => (24, SampleFormat::Int),
            WavFormat::F32 => (32, SampleFormat::Float),
        };
        let spec = WavSpec { channels: 2, sample_rate: rate, bits_per_sample, sample_format };
        Ok(Self { writer: WavWriter::new(target, spec)?, format })
    }

    /// Writes frames as they are.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn write(&mut self, frames: &[Frame]) -> Result<(), hound::Error> {
        match self.format {
            WavFormat::S16 => {
                let mut samples = self.writer.get_i16_writer(2 * frames.len() as u32);
                for frame in frames {
                    samples.write_sample(frame.left);
                    samples.write_sample(frame.right);
                }
                samples.flush()
            }
            WavFormat::S24 => frames
                .iter()
                .flat_map(|frame| [frame.left, frame.right])
                .try_for_each(|sample| self.writer.write_sample(i32::from(sample) << 8)),
            WavFormat::F32 => frames
                .iter()
                .flat_map(|frame| [frame.left, frame.right])
                .try_for_each(|sample| self.writer.write_sample(f32::from(sample) / 32768.0)),
        }
    }

    /// Writes one frame of full-scale floats (from the resampler), rounded to the file's format.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write_float(&mut self, frame: [f32; 2]) -> Result<(), hound::Error> {
        for sample in frame {
            match self.format {
                WavFormat::S16 => {
                    let rounded = (sample * 32768.0).round().clamp(-32768.0, 32767.0);
                    self.writer.write_sample(rounded as i16)?;
                }
                WavFormat::S24 => {
                    let rounded = (sample * 8_388_608.0).round().clamp(-8_388_608.0, 8_388_607.0);
                    self.writer.write_sample(rounded as i32)?;
                }
                WavFormat::F32 => self.writer.write_sample(sample)?,
            }
        }
        Ok(())
    }

    /// Completes the header.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn finish(self) -> Result<(), hound::Error> {
        self.writer.finalize()
    }
}

/// A buffered writer to a file that is open elsewhere.
#[must_use]
pub fn buffered(file: &mut std::fs::File) -> BufWriter<&mut std::fs::File> {
    BufWriter::with_capacity(1 << 16, file)
}

/// The error of a WAV file as one of the program.
#[must_use]
pub fn wav_error(path: &Path, error: hound::Error) -> Error {
    match error {
        hound::Error::IoError(source) => Error::io(path, source),
        other => Error::Manifest { path: path.to_owned(), message: other.to_string() },
    }
}

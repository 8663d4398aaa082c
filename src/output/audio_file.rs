//! An audio file as a listener asks for it: native rate or another, in any sample format.

use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use tatum_core::{Frame, Rate};

use super::resample::RateConverter;
use super::wav::{FrameWriter, WavFormat, wav_error};
use crate::error::Error;

/// Frames per second of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputRate {
    /// The console's own.
    Native,
    /// Another, converted for listening.
    Hertz(u32),
}

impl OutputRate {
    /// Whole frames per second, for a header.
    #[must_use]
    pub const fn hertz(self, native: Rate) -> u32 {
        match self {
            Self::Native => native.rounded() as u32,
            Self::Hertz(hertz) => hertz,
        }
    }
}

/// Writes native frames into a file of the asked form.
pub struct AudioFile<W: Write + Seek> {
    writer: FrameWriter<W>,
    converter: Option<RateConverter>,
    place: PathBuf,
}

impl<W: Write + Seek> AudioFile<W> {
    /// Begins a file; `place` is its name in errors.
    ///
    /// # Errors
    ///
    /// If the header cannot be written, or the rates cannot be converted.
    pub fn new(
        target: W,
        place: &Path,
        native: Rate,
        rate: OutputRate,
        format: WavFormat,
    ) -> Result<Self, Error> {
        let writer = FrameWriter::new(target, rate.hertz(native), format);
        let converter = match rate {
            OutputRate::Native => None,
            OutputRate::Hertz(hertz) => Some(RateConverter::new(native, hertz)?),
        };
        Ok(Self {
            writer: writer.map_err(|error| wav_error(place, error))?,
            converter,
            place: place.to_owned(),
        })
    }

    /// Writes native frames.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn write(&mut self, frames: &[Frame]) -> Result<(), Error> {
        let Self { writer, converter, place } = self;
        match converter {
            None => writer.write(frames).map_err(|error| wav_error(place, error)),
            Some(converter) => converter.push(frames, &mut |frame| {
                writer.write_float(frame).map_err(|error| wav_error(place, error))
            }),
        }
    }

    /// Writes what the conversion still holds, and completes the header.
    ///
    /// # Errors
    ///
    /// If that cannot be written.
    pub fn finish(self) -> Result<(), Error> {
        let Self { mut writer, converter, place } = self;
        if let Some(converter) = converter {
            converter
                .finish(&mut |frame| writer.write_float(frame).map_err(|error| wav_error(&place, error)))?;
        }
        writer.finish().map_err(|error| wav_error(&place, error))
    }
}

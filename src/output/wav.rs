//! WAV files that are written. Reading them is `input::wav`.

use std::io::{BufWriter, Seek, SeekFrom, Write};
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
pub struct FrameWriter<W: Write + Seek>(Form<W>);

enum Form<W: Write + Seek> {
    /// Frames of 16 bits, in blocks.
    S16(FrameBlocks<W>),
    /// Everything else, sample by sample.
    Wide(WavWriter<W>),
}

impl<W: Write + Seek> FrameWriter<W> {
    /// Begins a WAV file at `rate` frames per second.
    ///
    /// # Errors
    ///
    /// If the header cannot be written.
    pub fn new(target: W, rate: u32, format: WavFormat) -> Result<Self, hound::Error> {
        let (bits_per_sample, sample_format) = match format {
            WavFormat::S16 => return Ok(Self(Form::S16(FrameBlocks::new(target, rate)?))),
            WavFormat::S24 => (24, SampleFormat::Int),
            WavFormat::F32 => (32, SampleFormat::Float),
        };
        let spec = WavSpec { channels: 2, sample_rate: rate, bits_per_sample, sample_format };
        Ok(Self(Form::Wide(WavWriter::new(target, spec)?)))
    }

    /// Writes frames as they are.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn write(&mut self, frames: &[Frame]) -> Result<(), hound::Error> {
        let writer = match &mut self.0 {
            Form::S16(blocks) => return blocks.write(frames),
            Form::Wide(writer) => writer,
        };
        let mut samples = frames.iter().flat_map(|frame| [frame.left, frame.right]);
        match writer.spec().sample_format {
            SampleFormat::Float => {
                samples.try_for_each(|sample| writer.write_sample(f32::from(sample) / 32768.0))
            }
            SampleFormat::Int => samples.try_for_each(|sample| writer.write_sample(i32::from(sample) << 8)),
        }
    }

    /// Writes one frame of full-scale floats (from the resampler), rounded to the file's format.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write_float(&mut self, frame: [f32; 2]) -> Result<(), hound::Error> {
        match &mut self.0 {
            Form::S16(blocks) => {
                let [left, right] =
                    frame.map(|sample| (sample * 32768.0).round().clamp(-32768.0, 32767.0) as i16);
                blocks.write(&[Frame::new(left, right)])
            }
            Form::Wide(writer) => {
                frame.into_iter().try_for_each(|sample| match writer.spec().sample_format {
                    SampleFormat::Float => writer.write_sample(sample),
                    SampleFormat::Int => {
                        let rounded = (sample * 8_388_608.0).round().clamp(-8_388_608.0, 8_388_607.0);
                        writer.write_sample(rounded as i32)
                    }
                })
            }
        }
    }

    /// Completes the header.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn finish(self) -> Result<(), hound::Error> {
        match self.0 {
            Form::S16(blocks) => blocks.finish(),
            Form::Wide(writer) => writer.finalize(),
        }
    }
}

/// A file of 16-bit samples. hound takes samples one by one, which is a tenth of what rendering a DS song costs.
struct FrameBlocks<W: Write + Seek> {
    target: W,
    /// The bytes of a block.
    bytes: Vec<u8>,
    /// Bytes of all frames so far.
    length: u32,
}

/// Bytes of the header, behind which the samples begin.
const HEADER_BYTES: u32 = 44;
const FRAME_BYTES: u32 = 4;

impl<W: Write + Seek> FrameBlocks<W> {
    /// Writes the header, without lengths.
    fn new(mut target: W, rate: u32) -> Result<Self, hound::Error> {
        let mut header = Vec::with_capacity(HEADER_BYTES as usize);
        header.extend(b"RIFF\0\0\0\0WAVEfmt ");
        header.extend(16_u32.to_le_bytes());
        // Integers, two channels.
        header.extend([1, 0, 2, 0]);
        header.extend(rate.to_le_bytes());
        header.extend(rate.saturating_mul(FRAME_BYTES).to_le_bytes());
        header.extend([FRAME_BYTES as u8, 0, 16, 0]);
        header.extend(b"data\0\0\0\0");
        target.write_all(&header)?;
        Ok(Self { target, bytes: Vec::new(), length: 0 })
    }

    fn write(&mut self, frames: &[Frame]) -> Result<(), hound::Error> {
        self.bytes.resize(FRAME_BYTES as usize * frames.len(), 0);
        for (bytes, frame) in self.bytes.as_chunks_mut().0.iter_mut().zip(frames) {
            let ([a, b], [c, d]) = (frame.left.to_le_bytes(), frame.right.to_le_bytes());
            *bytes = [a, b, c, d];
        }
        let length = u32::try_from(self.bytes.len()).ok().and_then(|bytes| self.length.checked_add(bytes));
        self.length = length
            .filter(|length| *length <= u32::MAX - HEADER_BYTES)
            .ok_or(hound::Error::FormatError("a WAV file has 4 GB at most"))?;
        self.target.write_all(&self.bytes)?;
        Ok(())
    }

    /// Writes the lengths: of the file behind its first eight bytes, and of the samples.
    fn finish(mut self) -> Result<(), hound::Error> {
        self.target.seek(SeekFrom::Start(4))?;
        self.target.write_all(&(HEADER_BYTES - 8 + self.length).to_le_bytes())?;
        self.target.seek(SeekFrom::Start(u64::from(HEADER_BYTES) - 4))?;
        self.target.write_all(&self.length.to_le_bytes())?;
        self.target.flush()?;
        Ok(())
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

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_file_of_16_bits_is_the_one_that_hound_writes() {
        let frames = [Frame::new(1, -2), Frame::new(i16::MAX, i16::MIN), Frame::new(0x1234, -0x1234)];
        let mut file = Cursor::new(Vec::new());
        let mut writer = FrameWriter::new(&mut file, 32006, WavFormat::S16).unwrap();
        writer.write(&frames[..1]).unwrap();
        writer.write(&frames[1..]).unwrap();
        writer.write_float([0.25, -1.5]).unwrap();
        writer.finish().unwrap();
        let mut expected = Cursor::new(Vec::new());
        let spec = WavSpec {
            channels: 2,
            sample_rate: 32006,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let mut writer = WavWriter::new(&mut expected, spec).unwrap();
        for sample in [1, -2, i16::MAX, i16::MIN, 0x1234, -0x1234, 0x2000, i16::MIN] {
            writer.write_sample(sample).unwrap();
        }
        writer.finalize().unwrap();
        assert_eq!(file.into_inner(), expected.into_inner());
    }
}

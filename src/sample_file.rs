//! WAV files of recordings: samples, loop points, and the encoded form that they were decoded from.
//!
//! Consoles store recordings in lossy codecs. A recording that is taken out as WAV carries its encoded bytes in a
//! chunk of their own; putting it back uses them again if the samples are still those they decode to, so nothing that
//! was not edited is encoded twice.

use std::io::Cursor;
use std::path::Path;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use tatum_core::{ByteReader, FormatError};

use crate::error::Error;
use crate::output::wav::wav_error;
use crate::song::read_file;

/// Channels that a file may have.
const MOST_CHANNELS: u16 = 2;

/// A recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleFile {
    /// 1 or 2.
    pub channels: u16,
    /// Hertz.
    pub sample_rate: u32,
    /// Samples; those of two channels alternate.
    pub samples: Vec<i16>,
    /// First frame of the loop and the one behind its last.
    pub loop_points: Option<(u32, u32)>,
    /// Key at which it sounds at its own pitch, 60 = middle C.
    pub root_key: u8,
    /// The chunk with the encoded form.
    pub encoded: Option<Chunk>,
}

/// A chunk of a WAV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Its name.
    pub id: [u8; 4],
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl SampleFile {
    /// Reads a WAV file of 8, 16, 24 or 32 bits or floats.
    ///
    /// # Errors
    ///
    /// If it cannot be read or is no such file.
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::parse(path, &read_file(path)?)
    }

    /// Reads the bytes of a WAV file; `path` is its name in errors.
    ///
    /// # Errors
    ///
    /// As [`SampleFile::read`].
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = WavReader::new(Cursor::new(bytes)).map_err(|error| wav_error(path, error))?;
        let spec = reader.spec();
        if !(1..=MOST_CHANNELS).contains(&spec.channels) {
            let found = format!("{} channels", spec.channels);
            let name = path.display().to_string();
            return Err(FormatError::invalid(name, 22, "channels", "mono or stereo", found).into());
        }
        let samples = match spec.sample_format {
            SampleFormat::Float => {
                reader.samples::<f32>().map(|sample| sample.map(from_float)).collect::<Result<_, _>>()
            }
            SampleFormat::Int => reader
                .samples::<i32>()
                .map(|sample| sample.map(|sample| from_bits(sample, spec.bits_per_sample)))
                .collect(),
        };
        let mut file = Self {
            channels: spec.channels,
            sample_rate: spec.sample_rate,
            samples: samples.map_err(|error| wav_error(path, error))?,
            root_key: 60,
            ..Self::default()
        };
        for (id, chunk) in chunks(bytes) {
            match &id {
                b"smpl" => file.read_loop(chunk),
                b"swav" | b"strm" | b"brr " | b"n64s" => {
                    file.encoded = Some(Chunk { id, bytes: chunk.to_vec() })
                }
                _ => {}
            }
        }
        Ok(file)
    }

    /// Root key and first loop of a `smpl` chunk; one that is cut off says nothing.
    fn read_loop(&mut self, chunk: &[u8]) {
        let word = |at: usize| ByteReader::new("smpl", chunk).at(at).u32_le("smpl").ok();
        if let Some(key @ 0..=127) = word(12) {
            self.root_key = key as u8;
        }
        let frames = u32::try_from(self.samples.len() / usize::from(self.channels)).unwrap_or(u32::MAX);
        if let (Some(1..), Some(start), Some(last)) = (word(28), word(36 + 8), word(36 + 12)) {
            let end = last.saturating_add(1).min(frames);
            self.loop_points = (start < end).then_some((start, end));
        }
    }

    /// The file's bytes: 16 bits, then the loop, then the encoded form.
    ///
    /// # Errors
    ///
    /// If the samples do not fit into a WAV file.
    pub fn to_bytes(&self, path: &Path) -> Result<Vec<u8>, Error> {
        let failed = |error| wav_error(path, error);
        let mut target = Cursor::new(Vec::new());
        let spec = WavSpec {
            channels: self.channels,
            sample_rate: self.sample_rate,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let mut writer = WavWriter::new(&mut target, spec).map_err(failed)?;
        for &sample in &self.samples {
            writer.write_sample(sample).map_err(failed)?;
        }
        writer.finalize().map_err(failed)?;
        let mut bytes = target.into_inner();
        if self.loop_points.is_some() || self.root_key != 60 {
            append_chunk(&mut bytes, *b"smpl", &self.loop_chunk());
        }
        if let Some(chunk) = &self.encoded {
            append_chunk(&mut bytes, chunk.id, &chunk.bytes);
        }
        let size = u32::try_from(bytes.len() - 8).unwrap_or(u32::MAX);
        bytes[4..8].copy_from_slice(&size.to_le_bytes());
        Ok(bytes)
    }

    fn loop_chunk(&self) -> Vec<u8> {
        let period = 1_000_000_000 / self.sample_rate.max(1);
        let loops = u32::from(self.loop_points.is_some());
        let mut words = vec![0, 0, period, self.root_key.into(), 0, 0, 0, loops, 0];
        if let Some((start, end)) = self.loop_points {
            words.extend([0, 0, start, end.saturating_sub(1), 0, 0]);
        }
        words.into_iter().flat_map(u32::to_le_bytes).collect()
    }

    /// The bytes of the encoded form with that name.
    #[must_use]
    pub fn encoded_as(&self, id: &[u8; 4]) -> Option<&[u8]> {
        self.encoded.as_ref().filter(|chunk| chunk.id == *id).map(|chunk| chunk.bytes.as_slice())
    }

    /// One channel: two are mixed.
    #[must_use]
    pub fn mono(&self) -> Vec<i16> {
        match self.channels {
            2 => self
                .samples
                .as_chunks::<2>()
                .0
                .iter()
                .map(|[left, right]| ((i32::from(*left) + i32::from(*right)) / 2) as i16)
                .collect(),
            _ => self.samples.clone(),
        }
    }
}

/// The chunks of a RIFF file, as far as it holds them.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = bytes.get(12..).unwrap_or_default();
    std::iter::from_fn(move || {
        let id = *rest.first_chunk()?;
        let size = u32::from_le_bytes(*rest.get(4..)?.first_chunk()?) as usize;
        let data = rest.get(8..)?;
        let chunk = data.get(..size)?;
        rest = data.get(size.next_multiple_of(2)..).unwrap_or_default();
        Some((id, chunk))
    })
}

fn append_chunk(file: &mut Vec<u8>, id: [u8; 4], bytes: &[u8]) {
    file.resize(file.len().next_multiple_of(2), 0);
    file.extend(id);
    file.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
    file.extend(bytes);
    file.resize(file.len().next_multiple_of(2), 0);
}

fn from_float(sample: f32) -> i16 {
    (sample * 32768.0).round().clamp(-32768.0, 32767.0) as i16
}

/// A sample of 8 to 32 bits in 16, rounded.
fn from_bits(sample: i32, bits: u16) -> i16 {
    let scaled = match bits {
        16 => i64::from(sample),
        0..16 => i64::from(sample) << (16 - bits),
        _ => (i64::from(sample) + (1 << (bits - 17))) >> (bits - 16),
    };
    scaled.clamp(-32768, 32767) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_and_encoded_forms_come_back() {
        let file = SampleFile {
            channels: 1,
            sample_rate: 22_050,
            samples: vec![1, -2, 3, -32768, 32767],
            loop_points: Some((1, 5)),
            root_key: 72,
            encoded: Some(Chunk { id: *b"swav", bytes: vec![1, 2, 3] }),
        };
        let bytes = file.to_bytes(Path::new("x.wav")).unwrap();
        assert_eq!(SampleFile::parse(Path::new("x.wav"), &bytes).unwrap(), file);
        assert_eq!(bytes.len() % 2, 0);
    }

    #[test]
    fn other_widths_are_rounded_to_sixteen_bits() {
        assert_eq!([from_bits(-128, 8), from_bits(0x7F_FFFF, 24), from_bits(0x180, 24)], [-32768, 32767, 2]);
        assert_eq!([from_float(-1.0), from_float(1.0), from_float(0.5)], [-32768, 32767, 16384]);
    }

    #[test]
    fn a_broken_chunk_list_ends_the_search() {
        let bytes =
            SampleFile { channels: 1, sample_rate: 8_000, samples: vec![0; 4], ..SampleFile::default() }
                .to_bytes(Path::new("x"))
                .unwrap();
        for length in 44..bytes.len() {
            let _ = SampleFile::parse(Path::new("x"), &bytes[..length]);
        }
        assert!(SampleFile::parse(Path::new("x"), b"RIFF").is_err());
    }
}

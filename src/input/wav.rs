//! Reads WAV files from anywhere: any usual sample format, any chunks in any order, any sizes in the headers.
//!
//! Sizes are never believed: a chunk ends at the latest where the file does. What had to be guessed is told in
//! [`Recording::notes`].

use std::path::Path;

use tatum_core::{FormatError, Frame};

use crate::error::Error;
use crate::song::read_file;

/// Format tags of `fmt ` chunks.
const PCM: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xFFFE;
/// Full scale in the unit of [`Recording::frames`].
const FULL_SCALE: f64 = 32768.0;
/// A size that says "until the end", as programs write that stream.
const UNKNOWN_SIZE: u32 = u32::MAX;
/// Longer recordings are compared up to here: 23 minutes at 48000 Hz.
const MOST_FRAMES: usize = 1 << 26;
/// Rates that recordings have.
const RATES: std::ops::RangeInclusive<u32> = 1000..=1_000_000;

/// Samples of a WAV file as stereo.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// Frames per second, as the header says.
    pub rate: u32,
    /// Left and right in steps of 16-bit samples: full scale is 32768.
    pub frames: Vec<[f32; 2]>,
    /// The file's sample format, for people.
    pub format: String,
    /// Whether every sample is a whole 16-bit value, so that it can be equal to a rendering.
    pub is_16_bit: bool,
    /// What a person should know about the file.
    pub notes: Vec<String>,
}

impl Recording {
    /// The samples as 16-bit frames, if they are such.
    #[must_use]
    pub fn exact_frames(&self) -> Option<Vec<Frame>> {
        self.is_16_bit
            .then(|| self.frames.iter().map(|&[left, right]| Frame::new(left as i16, right as i16)).collect())
    }

    /// Length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.frames.len() as f64 / f64::from(self.rate)
    }
}

/// Reads a WAV file.
///
/// # Errors
///
/// If it cannot be read, is no WAV file, or has a sample format that is not known.
pub fn read(path: &Path) -> Result<Recording, Error> {
    let bytes = read_file(path)?;
    Ok(parse(&path.display().to_string(), &bytes)?)
}

/// Reads a reference that renderings must be equal to: 16-bit samples, whatever the file stores them in.
///
/// # Errors
///
/// As [`read`], and if samples are no 16-bit values.
pub fn read_reference(path: &Path) -> Result<Vec<Frame>, Error> {
    let recording = read(path)?;
    recording.exact_frames().ok_or_else(|| Error::Manifest {
        path: path.to_owned(),
        message: format!(
            "expected 16-bit samples, found {} with values between them (a recording is compared with --reference)",
            recording.format
        ),
    })
}

/// Reads the bytes of a WAV file called `name`.
///
/// # Errors
///
/// If they are no WAV file, or have a sample format that is not known.
pub fn parse(name: &str, bytes: &[u8]) -> Result<Recording, FormatError> {
    let mut notes = Vec::new();
    let chunks = Chunks::find(name, bytes, &mut notes)?;
    let format = SampleFormat::parse(name, chunks.format)?;
    let width = format.bytes_per_frame();
    let data = chunks.data.1;
    if !data.len().is_multiple_of(width) {
        notes.push(format!("the last frame is cut off: {} bytes left over", data.len() % width));
    }
    if format.channels > 2 {
        notes.push(format!("{} channels: the first two are compared", format.channels));
    }
    let mut is_16_bit = true;
    let mut broken = 0u64;
    if data.len() / width > MOST_FRAMES {
        notes.push(format!("longer than {MOST_FRAMES} frames: the rest is not compared"));
    }
    let frames = data
        .chunks_exact(width)
        .take(MOST_FRAMES)
        .map(|frame| {
            let mut sample = |channel: usize| {
                let value = format.sample(&frame[channel * format.bytes..][..format.bytes]);
                broken += u64::from(!value.is_finite());
                let value = if value.is_finite() { value } else { 0.0 };
                is_16_bit &= value.fract() == 0.0 && (-FULL_SCALE..FULL_SCALE).contains(&value);
                value as f32
            };
            let left = sample(0);
            [left, if format.channels == 1 { left } else { sample(1) }]
        })
        .collect();
    if broken != 0 {
        is_16_bit = false;
        notes.push(format!("{broken} samples are no numbers: taken as 0"));
    }
    Ok(Recording { rate: format.rate, frames, format: format.to_string(), is_16_bit, notes })
}

/// The two chunks that matter, with their offsets.
struct Chunks<'a> {
    format: (usize, &'a [u8]),
    data: (usize, &'a [u8]),
}

impl<'a> Chunks<'a> {
    fn find(name: &str, bytes: &'a [u8], notes: &mut Vec<String>) -> Result<Self, FormatError> {
        let is_wave = bytes.get(8..12) == Some(b"WAVE");
        if !(is_wave && (bytes.starts_with(b"RIFF") || bytes.starts_with(b"RF64"))) {
            let found = String::from_utf8_lossy(bytes.get(..12.min(bytes.len())).unwrap_or_default());
            let found = format!("'{}'", found.escape_debug());
            return Err(FormatError::invalid(name.to_owned(), 0, "file", "a WAV file (RIFF, WAVE)", found));
        }
        let (mut format, mut data) = (None, None);
        let mut position = 12;
        while let Some(head) = bytes.get(position..position + 8) {
            let body = position + 8;
            let says = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
            let left = bytes.len() - body;
            // RF64 keeps the true size elsewhere; like a stream's, the data reach to the end.
            let is_open = says == UNKNOWN_SIZE || says == 0 && bytes[4..8] == [0; 4];
            let size = usize::try_from(says).unwrap_or(usize::MAX);
            let length = if is_open { left } else { size.min(left) };
            let content = (body, &bytes[body..body + length]);
            match &head[..4] {
                b"fmt " if format.is_none() => format = Some(content),
                b"data" if data.is_none() => {
                    if !is_open && size > left {
                        notes.push(format!(
                            "the file is cut off: its header says {size} bytes of samples, {left} are there"
                        ));
                    }
                    data = Some(content);
                }
                _ => {}
            }
            // Chunks begin at even offsets.
            position = body + length + (length & 1);
        }
        let missing = |chunk: &str| {
            FormatError::invalid(name.to_owned(), 12, "chunks", format!("a '{chunk}' chunk"), "none")
        };
        Ok(Self {
            format: format.ok_or_else(|| missing("fmt "))?,
            data: data.ok_or_else(|| missing("data"))?,
        })
    }
}

/// How samples are stored.
struct SampleFormat {
    is_float: bool,
    channels: usize,
    /// Bytes of one sample.
    bytes: usize,
    rate: u32,
}

impl SampleFormat {
    fn parse(name: &str, (offset, chunk): (usize, &[u8])) -> Result<Self, FormatError> {
        let half = |at: usize| chunk.get(at..at + 2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
        let invalid = |at: usize, field, expected: &'static str, found: String| {
            FormatError::invalid(name.to_owned(), (offset + at) as u64, field, expected, found)
        };
        let short = || invalid(0, "fmt chunk", "at least 16 bytes", chunk.len().to_string());
        let (tag, channels, bits) =
            (half(0).ok_or_else(short)?, half(2).ok_or_else(short)?, half(14).ok_or_else(short)?);
        let block = usize::from(half(12).ok_or_else(short)?);
        let rate = chunk.get(4..8).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        let rate = rate.ok_or_else(short)?;
        // The extensible format keeps the tag in the first bytes of its identifier.
        let tag = if tag == EXTENSIBLE { half(24).unwrap_or(tag) } else { tag };
        if !RATES.contains(&rate) {
            return Err(invalid(4, "sample rate", "1000 to 1000000", rate.to_string()));
        }
        if !(1..=64).contains(&channels) {
            return Err(invalid(2, "channels", "1 to 64", channels.to_string()));
        }
        // Samples of 20 bits lie in 3 bytes; the frame's size says in how many, if it makes sense.
        let channels = usize::from(channels);
        let needed = usize::from(bits).div_ceil(8);
        let bytes = match block / channels {
            bytes if block.is_multiple_of(channels) && bytes >= needed && bytes <= 8 => bytes,
            _ => needed,
        };
        match (tag, bytes) {
            (PCM, 1..=4) | (FLOAT, 4 | 8) => Ok(Self { is_float: tag == FLOAT, channels, bytes, rate }),
            _ => {
                let expected = "integers of 8, 16, 24 or 32 bits (tag 1) or floats of 32 or 64 bits (tag 3)";
                Err(invalid(0, "sample format", expected, format!("tag {tag:#06x} with {bits} bits")))
            }
        }
    }

    const fn bytes_per_frame(&self) -> usize {
        self.bytes * self.channels
    }

    /// A sample in steps of 16-bit samples.
    fn sample(&self, bytes: &[u8]) -> f64 {
        match (self.is_float, bytes) {
            (false, &[value]) => (f64::from(value) - 128.0) * 256.0,
            (false, &[low, high]) => f64::from(i16::from_le_bytes([low, high])),
            (false, &[a, b, c]) => f64::from(i32::from_le_bytes([0, a, b, c])) / 65536.0,
            (false, &[a, b, c, d]) => f64::from(i32::from_le_bytes([a, b, c, d])) / 65536.0,
            (true, &[a, b, c, d]) => f64::from(f32::from_le_bytes([a, b, c, d])) * FULL_SCALE,
            (true, &[a, b, c, d, e, f, g, h]) => f64::from_le_bytes([a, b, c, d, e, f, g, h]) * FULL_SCALE,
            _ => 0.0,
        }
    }
}

impl std::fmt::Display for SampleFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = if self.is_float { "float" } else { "integer" };
        let channels = match self.channels {
            1 => "mono".to_owned(),
            2 => "stereo".to_owned(),
            channels => format!("{channels} channels"),
        };
        write!(f, "{}-bit {kind}, {channels}, {} Hz", 8 * self.bytes, self.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut bytes = name.to_vec();
        bytes.extend((body.len() as u32).to_le_bytes());
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        bytes
    }

    fn format(tag: u16, channels: u16, bits: u16) -> Vec<u8> {
        let block = channels * bits.div_ceil(8);
        let mut body = tag.to_le_bytes().to_vec();
        body.extend(channels.to_le_bytes());
        body.extend(32000u32.to_le_bytes());
        body.extend((32000 * u32::from(block)).to_le_bytes());
        body.extend(block.to_le_bytes());
        body.extend(bits.to_le_bytes());
        body
    }

    fn wave(chunks: &[Vec<u8>]) -> Vec<u8> {
        let body = chunks.concat();
        let mut bytes = b"RIFF".to_vec();
        bytes.extend((body.len() as u32 + 4).to_le_bytes());
        bytes.extend(b"WAVE");
        bytes.extend(body);
        bytes
    }

    #[test]
    fn every_sample_format_gives_the_same_values() {
        let stored: [(u16, u16, Vec<u8>); 6] = [
            (PCM, 8, vec![0x90, 0x80]),
            (PCM, 16, [0x1000i16, 0].iter().flat_map(|value| value.to_le_bytes()).collect()),
            (PCM, 24, vec![0, 0, 0x10, 0, 0, 0]),
            (PCM, 32, [0x1000_0000i32, 0].iter().flat_map(|value| value.to_le_bytes()).collect()),
            (FLOAT, 32, [0.125f32, 0.0].iter().flat_map(|value| value.to_le_bytes()).collect()),
            (FLOAT, 64, [0.125f64, 0.0].iter().flat_map(|value| value.to_le_bytes()).collect()),
        ];
        for (tag, bits, data) in stored {
            let bytes = wave(&[chunk(b"fmt ", &format(tag, 2, bits)), chunk(b"data", &data)]);
            let recording = parse("x.wav", &bytes).unwrap();
            assert_eq!(recording.frames, [[4096.0, 0.0]], "{bits} bits");
            assert_eq!(recording.exact_frames(), Some(vec![Frame::new(4096, 0)]));
            assert!(recording.notes.is_empty());
        }
    }

    #[test]
    fn values_between_16_bit_steps_are_not_exact() {
        let bytes = wave(&[chunk(b"fmt ", &format(PCM, 1, 24)), chunk(b"data", &[1, 0, 0])]);
        let recording = parse("x.wav", &bytes).unwrap();
        assert_eq!((recording.is_16_bit, recording.frames[0][0]), (false, 1.0 / 256.0));
        let full = 1.0f32.to_le_bytes();
        let bytes = wave(&[chunk(b"fmt ", &format(FLOAT, 1, 32)), chunk(b"data", &full)]);
        assert!(!parse("x.wav", &bytes).unwrap().is_16_bit);
        let nan = f32::NAN.to_le_bytes();
        let bytes = wave(&[chunk(b"fmt ", &format(FLOAT, 1, 32)), chunk(b"data", &nan)]);
        let recording = parse("x.wav", &bytes).unwrap();
        assert_eq!((recording.frames[0][0], recording.notes.len()), (0.0, 1));
    }

    #[test]
    fn odd_chunks_extensible_formats_mono_and_cut_off_files_are_read() {
        let mut extensible = format(EXTENSIBLE, 1, 16);
        extensible.extend([22, 0, 16, 0, 4, 0, 0, 0, 1, 0]);
        extensible.extend([0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113]);
        let chunks = [
            chunk(b"LIST", b"odd"),
            chunk(b"fmt ", &extensible),
            chunk(b"bext", b"x"),
            chunk(b"data", &[1, 0, 2, 0]),
        ];
        let mut bytes = wave(&chunks);
        assert_eq!(parse("x.wav", &bytes).unwrap().frames, [[1.0, 1.0], [2.0, 2.0]]);
        bytes.truncate(bytes.len() - 1);
        let cut = parse("x.wav", &bytes).unwrap();
        assert_eq!((cut.frames.len(), cut.notes.len()), (1, 2), "{:?}", cut.notes);
        let data = bytes.len() - 7;
        bytes[data..data + 4].copy_from_slice(&[0xFF; 4]);
        let streamed = parse("x.wav", &bytes).unwrap();
        assert_eq!((streamed.frames.len(), streamed.notes.len()), (1, 1));
    }

    #[test]
    fn what_is_no_wav_file_says_what_is_missing() {
        let error = |bytes: &[u8]| parse("x.wav", bytes).unwrap_err().to_string();
        assert!(error(b"MThd").contains("RIFF"));
        assert!(error(&wave(&[chunk(b"data", &[])])).contains("fmt "));
        assert!(error(&wave(&[chunk(b"fmt ", &format(PCM, 2, 16))])).contains("data"));
        let law = wave(&[chunk(b"fmt ", &format(6, 1, 8)), chunk(b"data", &[])]);
        assert!(error(&law).contains("0x0006"));
    }

    #[test]
    fn any_bytes_are_read_or_refused() {
        arbtest::arbtest(|source| {
            let mut bytes: Vec<u8> = source.arbitrary()?;
            let _ = parse("x.wav", &bytes);
            if bytes.len() >= 12 {
                bytes[..4].copy_from_slice(b"RIFF");
                bytes[8..12].copy_from_slice(b"WAVE");
                let _ = parse("x.wav", &bytes);
            }
            let format = source.bytes(16)?.to_vec();
            let _ = parse("x.wav", &wave(&[chunk(b"fmt ", &format), chunk(b"data", &bytes)]));
            Ok(())
        });
    }
}

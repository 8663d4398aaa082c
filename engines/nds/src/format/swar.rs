//! SWAR and SWAV: recordings (nds-formats 6).

use tatum_core::{ByteReader, FormatError};

use super::{ByteWriter, le_u16, le_u32, read_file_header, u8_at, write_single_block_file};

/// Offset of the wave count in an SWAR.
const COUNT_AT: usize = 0x38;
/// Offset of the first wave offset in an SWAR.
const OFFSETS_AT: usize = 0x3C;
/// Bytes of a wave record before its data.
pub const RECORD_SIZE: usize = 12;
/// Sound clock divided by the sample rate gives the timer (nds-formats 6).
const SOUND_CLOCK: u32 = 16_756_991;

/// The three ways a recording is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaveFormat {
    /// Signed 8-bit samples.
    Pcm8,
    /// Signed 16-bit samples.
    Pcm16,
    /// IMA-ADPCM: a four-byte header, then two samples per byte.
    Adpcm,
}

impl WaveFormat {
    /// The number in files and in the hardware's control register.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Pcm8 => 0,
            Self::Pcm16 => 1,
            Self::Adpcm => 2,
        }
    }

    /// The format with that number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Pcm8),
            1 => Some(Self::Pcm16),
            2 => Some(Self::Adpcm),
            _ => None,
        }
    }
}

/// The twelve bytes before the sample data, as the driver copies them. The format is any byte a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaveRecord {
    /// Format number; 0 to 2 are [`WaveFormat`]s.
    pub format: u8,
    /// Nonzero = loop.
    pub loops: u8,
    /// Hertz; informative, the driver never reads it.
    pub sample_rate: u16,
    /// Sound clock cycles per sample.
    pub timer: u16,
    /// Loop start in 32-bit words (an ADPCM wave's header is word 0).
    pub loop_start: u16,
    /// Words after the loop start.
    pub loop_length: u32,
}

/// A recording with its data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wave {
    /// How it is played.
    pub record: WaveRecord,
    /// The sample data, [`WaveRecord::data_size`] bytes.
    pub data: Vec<u8>,
}

impl WaveRecord {
    /// Reads the record at `at`.
    #[must_use]
    pub fn read(bytes: &[u8], at: usize) -> Option<Self> {
        Some(Self {
            format: u8_at(bytes, at)?,
            loops: u8_at(bytes, at + 1)?,
            sample_rate: le_u16(bytes, at + 2)?,
            timer: le_u16(bytes, at + 4)?,
            loop_start: le_u16(bytes, at + 6)?,
            loop_length: le_u32(bytes, at + 8)?,
        })
    }

    /// Bytes of sample data the record announces: loop start and length in words, looping or not.
    #[must_use]
    pub const fn data_size(&self) -> u64 {
        (self.loop_start as u64 + self.loop_length as u64) * 4
    }

    fn write(&self, out: &mut ByteWriter) {
        out.u8(self.format);
        out.u8(self.loops);
        out.u16(self.sample_rate);
        out.u16(self.timer);
        out.u16(self.loop_start);
        out.u32(self.loop_length);
    }
}

impl Wave {
    /// Encodes 16-bit samples. `loop_start` is the first sample of the loop, which reaches to the end; it is rounded
    /// down to a whole word, and the end is padded with silence to one.
    ///
    /// The rate is clamped to what the timer can express (256 Hz to 65535 Hz).
    #[must_use]
    pub fn encode(pcm: &[i16], sample_rate: u32, format: WaveFormat, loop_start: Option<usize>) -> Self {
        let rate = sample_rate.clamp(256, 65_535);
        let (per_word, header_words) = match format {
            WaveFormat::Pcm8 => (4, 0),
            WaveFormat::Pcm16 => (2, 0),
            WaveFormat::Adpcm => (8, 1),
        };
        let mut samples = pcm.to_vec();
        samples.resize(samples.len().next_multiple_of(per_word), 0);
        let data = match format {
            WaveFormat::Pcm8 => samples.iter().map(|&s| (s >> 8) as u8).collect(),
            WaveFormat::Pcm16 => samples.iter().flat_map(|s| s.to_le_bytes()).collect(),
            WaveFormat::Adpcm => super::adpcm_encoder::encode(&samples),
        };
        let words = super::bytes::offset_of(data.len() / 4);
        let start_word = loop_start.map_or(0, |start| (start / per_word).min(words as usize)) + header_words;
        let start = u16::try_from(start_word).unwrap_or(u16::MAX);
        let record = WaveRecord {
            format: format.number(),
            loops: u8::from(loop_start.is_some()),
            sample_rate: rate as u16,
            timer: u16::try_from(SOUND_CLOCK / rate).unwrap_or(u16::MAX),
            loop_start: start,
            loop_length: words.saturating_sub(u32::from(start)),
        };
        Self { record, data }
    }

    /// Reads a stand-alone SWAV file; data that the file does not hold are zeros.
    ///
    /// # Errors
    ///
    /// If it is no SWAV or has no whole wave record.
    pub fn parse_swav(file: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = ByteReader::new(file, bytes);
        read_file_header(&mut reader, "SWAV")?;
        reader.skip(8 + RECORD_SIZE, "wave record")?;
        Ok(read_wave(bytes, 0x18).unwrap_or_default())
    }

    /// A stand-alone SWAV file.
    #[must_use]
    pub fn to_swav(&self) -> Vec<u8> {
        let mut body = ByteWriter::default();
        self.write(&mut body);
        write_single_block_file("SWAV", body)
    }

    /// The wave as it stands in an archive: the record, then the data.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = ByteWriter::default();
        self.write(&mut out);
        out.into_bytes()
    }

    /// Reads what [`Wave::to_bytes`] gives; `None` if the bytes do not hold a record.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        read_wave(bytes, 0)
    }

    fn write(&self, out: &mut ByteWriter) {
        self.record.write(out);
        out.bytes(&self.data);
    }
}

/// Reads the wave at `at`: as much data as announced, clipped to the file.
fn read_wave(bytes: &[u8], at: usize) -> Option<Wave> {
    let record = WaveRecord::read(bytes, at)?;
    let rest = bytes.get(at + RECORD_SIZE..).unwrap_or_default();
    let size = usize::try_from(record.data_size()).unwrap_or(usize::MAX).min(rest.len());
    Some(Wave { record, data: rest.get(..size).unwrap_or_default().to_vec() })
}

/// Position of wave `number` in an SWAR, straight from its bytes; `None` if the archive has no such wave.
#[must_use]
pub fn lookup(archive: &[u8], number: u16) -> Option<usize> {
    let number = usize::from(number);
    if number >= le_u32(archive, COUNT_AT)? as usize {
        return None;
    }
    match le_u32(archive, OFFSETS_AT + 4 * number)? as usize {
        0 => None,
        offset => Some(offset),
    }
}

/// Number of waves an archive claims, as far as its bytes can hold their offsets.
#[must_use]
pub fn wave_count(archive: &[u8]) -> usize {
    let claimed = le_u32(archive, COUNT_AT).unwrap_or(0) as usize;
    claimed.min(archive.len().saturating_sub(OFFSETS_AT) / 4)
}

/// Checks the header of a wave archive.
///
/// # Errors
///
/// If it is no SWAR.
pub fn check(file: &str, bytes: &[u8]) -> Result<(), FormatError> {
    read_file_header(&mut ByteReader::new(file, bytes), "SWAR")
}

/// A whole wave archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaveArchive {
    /// Waves by number; `None` where there is none.
    pub waves: Vec<Option<Wave>>,
}

impl WaveArchive {
    /// Reads all waves; those outside the file come out absent.
    ///
    /// # Errors
    ///
    /// If it is no SWAR, or its waves overlap so much that copies of them would be much larger than the file.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        check(file, bytes)?;
        let count = wave_count(bytes);
        let mut budget = 2 * bytes.len();
        let mut waves = Vec::with_capacity(count);
        for number in 0..count {
            let offset = le_u32(bytes, OFFSETS_AT + 4 * number).unwrap_or(0) as usize;
            let wave = if offset == 0 { None } else { read_wave(bytes, offset) };
            let size = wave.as_ref().map_or(0, |wave| wave.data.len());
            budget = budget.checked_sub(size).ok_or_else(|| {
                FormatError::invalid(
                    file.to_owned(),
                    (OFFSETS_AT + 4 * number) as u64,
                    "wave offset",
                    "waves that do not overlap",
                    "more data than the file holds",
                )
            })?;
            waves.push(wave);
        }
        Ok(Self { waves })
    }

    /// The archive in its canonical layout: waves in order, without gaps.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = ByteWriter::default();
        body.zeros(32);
        body.u32(super::bytes::offset_of(self.waves.len()));
        let offsets = body.len();
        body.zeros(4 * self.waves.len());
        for (number, wave) in self.waves.iter().enumerate() {
            if let Some(wave) = wave {
                body.patch_u32(offsets + 4 * number, body.offset() + 0x18);
                wave.write(&mut body);
            }
        }
        write_single_block_file("SWAR", body)
    }
}

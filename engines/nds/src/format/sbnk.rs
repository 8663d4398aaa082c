//! SBNK, a bank of instruments (nds-formats 5).
//!
//! Two views of the same bytes: [`lookup`] answers the driver's question "which sound does this program make at this
//! key" straight from the file, as the console does; [`Bank`] is the whole bank as typed structures, for tools.

use std::collections::BTreeMap;

use tatum_core::{ByteReader, FormatError};

use super::{ByteWriter, le_u16, le_u32, read_file_header, u8_at, write_single_block_file};

/// Offset of the instrument count.
const COUNT_AT: usize = 0x38;
/// Offset of the first instrument word.
const WORDS_AT: usize = 0x3C;
/// Bytes of a sub-instrument: type, padding, parameters.
const SUB_INSTRUMENT_SIZE: usize = 12;

/// What makes the sound of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SoundSource {
    /// A recording: wave `wave` of the archive in the bank's slot `slot`.
    Pcm {
        /// Wave number in the archive.
        wave: u16,
        /// Slot of the bank, 0 to 3; others hold no archive.
        slot: u16,
    },
    /// The square wave of channels 8 to 13. The low three bits are the duty; the driver does not mask the word.
    Square {
        /// Duty word.
        duty: u16,
    },
    /// The noise of channels 14 and 15.
    Noise,
}

/// The ten-byte parameter block of an instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// First word: wave number, duty, or nothing.
    pub first: u16,
    /// Second word: wave archive slot, or nothing.
    pub second: u16,
    /// Key at which the sound has its own pitch.
    pub root_key: u8,
    /// Attack, 0 to 127.
    pub attack: u8,
    /// Decay, 0 to 127.
    pub decay: u8,
    /// Sustain, 0 to 127.
    pub sustain: u8,
    /// Release, 0 to 127; 255 = the note never ends by length.
    pub release: u8,
    /// Pan, 0 to 127, 64 = centre.
    pub pan: u8,
}

/// Type numbers of instruments and sub-instruments.
pub mod kind {
    /// A recording.
    pub const PCM: u8 = 1;
    /// Square wave.
    pub const SQUARE: u8 = 2;
    /// Noise.
    pub const NOISE: u8 = 3;
    /// A recording at an absolute address; silent when it comes from a file.
    pub const DIRECT: u8 = 4;
    /// Has parameters, makes no sound.
    pub const DUMMY: u8 = 5;
    /// One sub-instrument per key.
    pub const DRUM_SET: u8 = 16;
    /// Up to eight sub-instruments by key range.
    pub const KEY_SPLIT: u8 = 17;
}

/// One sounding part of an instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubInstrument {
    /// One of [`kind`]; only PCM, SQUARE and NOISE sound.
    pub kind: u8,
    /// How it sounds.
    pub parameters: Parameters,
}

/// An instrument of a bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instrument {
    /// One sound for all keys.
    Single(SubInstrument),
    /// One sound per key from `lowest` on.
    DrumSet {
        /// Key of the first sound.
        lowest: u8,
        /// Sounds in key order; at most 256.
        sounds: Vec<SubInstrument>,
    },
    /// Sounds by key range.
    KeySplit {
        /// Highest key of each range; unused ranges are 0.
        limits: [u8; 8],
        /// One sound per used range.
        sounds: Vec<SubInstrument>,
    },
}

/// A whole bank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bank {
    /// Instruments by program number; `None` is an empty one.
    pub instruments: Vec<Option<Instrument>>,
}

impl Parameters {
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        Some(Self {
            first: le_u16(bytes, at)?,
            second: le_u16(bytes, at + 2)?,
            root_key: u8_at(bytes, at + 4)?,
            attack: u8_at(bytes, at + 5)?,
            decay: u8_at(bytes, at + 6)?,
            sustain: u8_at(bytes, at + 7)?,
            release: u8_at(bytes, at + 8)?,
            pan: u8_at(bytes, at + 9)?,
        })
    }

    fn write(&self, out: &mut ByteWriter) {
        out.u16(self.first);
        out.u16(self.second);
        for byte in [self.root_key, self.attack, self.decay, self.sustain, self.release, self.pan] {
            out.u8(byte);
        }
    }
}

impl SubInstrument {
    /// A recording that sounds at full level until its note ends: no attack, no decay, quick release.
    #[must_use]
    pub const fn pcm(slot: u16, wave: u16, root_key: u8) -> Self {
        Self { kind: kind::PCM, parameters: Parameters::plain(wave, slot, root_key) }
    }

    /// A square wave of duty 0 to 7.
    #[must_use]
    pub const fn square(duty: u16) -> Self {
        Self { kind: kind::SQUARE, parameters: Parameters::plain(duty, 0, 60) }
    }

    /// Noise.
    #[must_use]
    pub const fn noise() -> Self {
        Self { kind: kind::NOISE, parameters: Parameters::plain(0, 0, 60) }
    }

    /// The same sound with an envelope (each value 0 to 127).
    #[must_use]
    pub const fn with_envelope(mut self, attack: u8, decay: u8, sustain: u8, release: u8) -> Self {
        self.parameters.attack = attack;
        self.parameters.decay = decay;
        self.parameters.sustain = sustain;
        self.parameters.release = release;
        self
    }

    /// The same sound at pan 0 to 127.
    #[must_use]
    pub const fn with_pan(mut self, pan: u8) -> Self {
        self.parameters.pan = pan;
        self
    }

    /// What it plays; `None` for types that make no sound.
    #[must_use]
    pub const fn source(&self) -> Option<SoundSource> {
        match self.kind {
            kind::PCM => Some(SoundSource::Pcm { wave: self.parameters.first, slot: self.parameters.second }),
            kind::SQUARE => Some(SoundSource::Square { duty: self.parameters.first }),
            kind::NOISE => Some(SoundSource::Noise),
            _ => None,
        }
    }

    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        Some(Self { kind: u8_at(bytes, at)?, parameters: Parameters::read(bytes, at + 2)? })
    }
}

impl Parameters {
    const fn plain(first: u16, second: u16, root_key: u8) -> Self {
        Self { first, second, root_key, attack: 127, decay: 127, sustain: 127, release: 120, pan: 64 }
    }
}

/// What the driver plays for `program` at `key`, straight from the bytes of a bank; `None` when the note fails.
///
/// The key is the one after transposition, 0 to 127. Anything that lies outside the file is silent.
#[must_use]
pub fn lookup(bank: &[u8], program: u16, key: u8) -> Option<SubInstrument> {
    let program = usize::from(program);
    if program >= le_u32(bank, COUNT_AT)? as usize {
        return None;
    }
    let word = le_u32(bank, WORDS_AT + 4 * program)?;
    let at = (word >> 8) as usize;
    match word as u8 {
        single @ kind::PCM..=kind::DUMMY => {
            Some(SubInstrument { kind: single, parameters: Parameters::read(bank, at)? })
        }
        kind::DRUM_SET => {
            let (lowest, highest) = (u8_at(bank, at)?, u8_at(bank, at + 1)?);
            if !(lowest..=highest).contains(&key) {
                return None;
            }
            SubInstrument::read(bank, at + 2 + SUB_INSTRUMENT_SIZE * usize::from(key - lowest))
        }
        kind::KEY_SPLIT => {
            let limits = bank.get(at..at + 8)?;
            let range = limits.iter().position(|&limit| key <= limit)?;
            SubInstrument::read(bank, at + 8 + SUB_INSTRUMENT_SIZE * range)
        }
        _ => None,
    }
}

/// Number of instruments a bank claims, as far as its bytes can hold their words.
#[must_use]
pub fn instrument_count(bank: &[u8]) -> usize {
    let claimed = le_u32(bank, COUNT_AT).unwrap_or(0) as usize;
    claimed.min(bank.len().saturating_sub(WORDS_AT) / 4)
}

/// Checks the header of a bank file.
///
/// # Errors
///
/// If it is no SBNK.
pub fn check(file: &str, bytes: &[u8]) -> Result<(), FormatError> {
    read_file_header(&mut ByteReader::new(file, bytes), "SBNK")
}

impl Bank {
    /// Reads all instruments. Instruments that lie outside the file or have an unknown type come out empty, as they
    /// sound.
    ///
    /// # Errors
    ///
    /// If it is no SBNK, or its instruments overlap so much that they would take far more memory than the file.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        check(file, bytes)?;
        let count = instrument_count(bytes);
        let mut budget = 2 * bytes.len() / SUB_INSTRUMENT_SIZE + count;
        let mut instruments = Vec::with_capacity(count);
        for program in 0..count {
            let word = le_u32(bytes, WORDS_AT + 4 * program).unwrap_or(0);
            let instrument = read_instrument(bytes, word);
            let sounds = instrument.as_ref().map_or(0, Instrument::sound_count);
            budget = budget.checked_sub(sounds).ok_or_else(|| {
                FormatError::invalid(
                    file.to_owned(),
                    (WORDS_AT + 4 * program) as u64,
                    "instrument",
                    "instruments that do not share their bytes",
                    "more sounds than the file can hold",
                )
            })?;
            instruments.push(instrument);
        }
        Ok(Self { instruments })
    }

    /// The bank in its canonical layout: instruments in program order without gaps.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = ByteWriter::default();
        body.zeros(32);
        body.u32(super::bytes::offset_of(self.instruments.len()));
        let words = body.len();
        body.zeros(4 * self.instruments.len());
        for (program, instrument) in self.instruments.iter().enumerate() {
            if let Some(instrument) = instrument {
                // Offsets count from the start of the file, 0x18 bytes before the body.
                let word = (body.offset() + 0x18) << 8 | u32::from(instrument.type_number());
                body.patch_u32(words + 4 * program, word);
                instrument.write(&mut body);
            }
        }
        write_single_block_file("SBNK", body)
    }

    /// How many programs use each kind of instrument, for overviews.
    #[must_use]
    pub fn count_by_type(&self) -> BTreeMap<u8, usize> {
        let mut counts = BTreeMap::new();
        for instrument in self.instruments.iter().flatten() {
            *counts.entry(instrument.type_number()).or_default() += 1;
        }
        counts
    }
}

impl Instrument {
    /// The type number in the instrument word, one of [`kind`].
    #[must_use]
    pub const fn type_number(&self) -> u8 {
        match self {
            Self::Single(sound) => sound.kind,
            Self::DrumSet { .. } => kind::DRUM_SET,
            Self::KeySplit { .. } => kind::KEY_SPLIT,
        }
    }

    /// How many sounds it holds.
    #[must_use]
    pub fn sound_count(&self) -> usize {
        self.sounds().len()
    }

    /// Its sounds.
    #[must_use]
    pub fn sounds(&self) -> &[SubInstrument] {
        match self {
            Self::Single(sound) => std::slice::from_ref(sound),
            Self::DrumSet { sounds, .. } | Self::KeySplit { sounds, .. } => sounds,
        }
    }

    fn write(&self, out: &mut ByteWriter) {
        match self {
            Self::Single(sound) => sound.parameters.write(out),
            Self::DrumSet { lowest, sounds } => {
                // The two bytes cannot say that there is no sound.
                let count = sounds.len().max(1);
                out.u8(*lowest);
                out.u8(u8::try_from(usize::from(*lowest) + count - 1).unwrap_or(u8::MAX));
                write_sounds(out, sounds, count);
            }
            Self::KeySplit { limits, sounds } => {
                out.bytes(limits);
                write_sounds(out, sounds, key_split_count(limits));
            }
        }
    }
}

/// Writes as many sounds as the instrument says that it has; those that lay outside its file are silent.
fn write_sounds(out: &mut ByteWriter, sounds: &[SubInstrument], count: usize) {
    for sound in sounds {
        out.u8(sound.kind);
        out.u8(0);
        sound.parameters.write(out);
    }
    out.zeros(SUB_INSTRUMENT_SIZE * count.saturating_sub(sounds.len()));
}

/// Sounds of a key split: the first limit that is zero ends the list.
fn key_split_count(limits: &[u8; 8]) -> usize {
    limits.iter().position(|&limit| limit == 0).unwrap_or(limits.len())
}

fn read_instrument(bytes: &[u8], word: u32) -> Option<Instrument> {
    let at = (word >> 8) as usize;
    match word as u8 {
        single @ kind::PCM..=kind::DUMMY => {
            Some(Instrument::Single(SubInstrument { kind: single, parameters: Parameters::read(bytes, at)? }))
        }
        kind::DRUM_SET => {
            let (lowest, highest) = (u8_at(bytes, at)?, u8_at(bytes, at + 1)?);
            let count = (usize::from(highest) + 1).saturating_sub(usize::from(lowest));
            Some(Instrument::DrumSet { lowest, sounds: read_sounds(bytes, at + 2, count) })
        }
        kind::KEY_SPLIT => {
            let limits: [u8; 8] = *bytes.get(at..)?.first_chunk()?;
            let sounds = read_sounds(bytes, at + 8, key_split_count(&limits));
            Some(Instrument::KeySplit { limits, sounds })
        }
        _ => None,
    }
}

fn read_sounds(bytes: &[u8], at: usize, count: usize) -> Vec<SubInstrument> {
    (0..count).map_while(|index| SubInstrument::read(bytes, at + SUB_INSTRUMENT_SIZE * index)).collect()
}

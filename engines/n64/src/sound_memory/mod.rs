//! Banks as the console holds them in memory: the sample area, books and loop states where the signal
//! processor can load them, and the tables by which scripts find sounds.

mod loading;

use std::sync::Arc;

pub use loading::{FontFile, FontFiles, ShindouFiles, SoundFiles};

use crate::format::bank::{Bank, Codec, Drum, Envelope, EnvelopePoint, Instrument, KeyRange};
use crate::format::bank_set::BankSets;
use crate::hardware::memory::RamAddress;

/// The banks of one or several sequences, loaded. Cheap to clone: everything is shared.
#[derive(Clone, Debug)]
pub struct SoundMemory {
    words: Arc<[i16]>,
    banks: Arc<[Option<LoadedBank>]>,
    sets: BankLists,
    override_book: RamAddress,
    waves: RamAddress,
    early_waves: RamAddress,
}

/// Which banks a sequence has, by position.
#[derive(Clone, Debug)]
enum BankLists {
    /// As the file of bank sets says, for one sequence.
    Sets { sets: Arc<BankSets>, sequence: usize, default_bank: u8 },
    /// Lists in the order of the table: the last one is position 0.
    Lists(Arc<[Vec<u8>]>),
}

#[derive(Debug)]
struct LoadedBank {
    bank: Bank,
    instruments: Vec<[Option<LoadedSound>; 3]>,
    drums: Vec<Option<LoadedSound>>,
    effects: Vec<Option<LoadedSound>>,
}

/// A sample in memory with its tuning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadedSound {
    /// The sample.
    pub sample: LoadedSample,
    /// Speed at semitone 39.
    pub tuning: f32,
}

/// Where a sample's parts lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadedSample {
    /// First compressed frame.
    pub data: RamAddress,
    /// Offset of the first frame in the sample file (for traces).
    pub file_offset: u32,
    /// ADPCM book.
    pub book: RamAddress,
    /// Bytes of the book.
    pub book_bytes: u16,
    /// The 16 samples to continue with at the loop start.
    pub loop_state: RamAddress,
    /// First sample of the loop.
    pub loop_start: u32,
    /// The sample after the last one.
    pub end: u32,
    /// Whether it repeats.
    pub repeats: bool,
    /// How the data are written.
    pub codec: Codec,
    /// Bytes of the data.
    pub size: u32,
    /// Where a repeating sample ends after its note has ended, if it does not repeat then (Majora's Mask).
    pub tail_end: Option<u32>,
}

/// The codec of samples that the game loads into memory.
const CODEC_IN_MEMORY: u8 = 2;

impl LoadedSample {
    /// Whether the engine mutes notes of this sample: one that should lie in memory and does not.
    pub(crate) const fn is_unavailable(&self) -> bool {
        matches!(self.codec, Codec::Silent(CODEC_IN_MEMORY))
    }
}

/// A sound by its place: what "the same sound" means to legato notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SoundEntry {
    /// A range of an instrument.
    Instrument {
        /// Bank number.
        bank: u8,
        /// Instrument number in the bank.
        instrument: u8,
        /// Which of its sounds.
        range: KeyRange,
    },
    /// A drum.
    Drum {
        /// Bank number.
        bank: u8,
        /// Drum number in the bank.
        drum: u8,
    },
    /// A sound effect (Zelda generation).
    Effect {
        /// Bank number.
        bank: u8,
        /// Effect number in the bank.
        effect: u16,
    },
}

/// An instrument by its place. It keeps belonging to its bank when the channel changes banks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InstrumentEntry {
    /// Bank number.
    pub bank: u8,
    /// Instrument number in the bank.
    pub instrument: u8,
}

impl SoundMemory {
    /// The sample memory for the signal processor.
    pub(crate) fn words(&self) -> Arc<[i16]> {
        Arc::clone(&self.words)
    }

    /// The bank a sequence starts with.
    pub(crate) fn default_bank(&self, sequence: usize) -> u8 {
        match &self.sets {
            BankLists::Sets { default_bank, .. } => *default_bank,
            BankLists::Lists(lists) => lists.get(sequence).and_then(|list| list.last()).copied().unwrap_or(0),
        }
    }

    /// The bank at a position of a sequence's set, if it is loaded.
    pub(crate) fn bank_at(&self, sequence: usize, position: u8) -> Option<u8> {
        let bank = match &self.sets {
            BankLists::Sets { sets, sequence, .. } => {
                sets.set("bank sets", *sequence).ok()?.bank(position)?
            }
            BankLists::Lists(lists) => {
                let list = lists.get(sequence)?;
                *list.get(list.len().checked_sub(1 + usize::from(position))?)?
            }
        };
        self.bank(bank).map(|_| bank)
    }

    /// The book that a book offset puts in the place of a sample's own (Zelda generation).
    pub(crate) const fn override_book(&self) -> RamAddress {
        self.override_book
    }

    /// The built-in waves of the later generations: 64 samples for each table, four tables for each wave.
    pub(crate) const fn waves(&self) -> RamAddress {
        self.waves
    }

    /// The same as Super Mario 64 European reads them: two samples too early, because of an address that is no
    /// multiple of eight (`n64-mixer.md` 7).
    pub(crate) const fn early_waves(&self) -> RamAddress {
        self.early_waves
    }

    /// A loaded bank by number.
    pub fn bank(&self, number: u8) -> Option<&Bank> {
        self.loaded(number).map(|loaded| &loaded.bank)
    }

    /// The numbers of all loaded banks.
    pub fn bank_numbers(&self) -> impl Iterator<Item = u8> + '_ {
        (0..self.banks.len()).filter(|&index| self.banks[index].is_some()).map(|index| index as u8)
    }

    fn loaded(&self, number: u8) -> Option<&LoadedBank> {
        self.banks.get(usize::from(number))?.as_ref()
    }

    /// The sound at an entry.
    pub(crate) fn sound(&self, entry: SoundEntry) -> Option<&LoadedSound> {
        match entry {
            SoundEntry::Instrument { bank, instrument, range } => {
                self.loaded(bank)?.instruments.get(usize::from(instrument))?[range as usize].as_ref()
            }
            SoundEntry::Drum { bank, drum } => self.loaded(bank)?.drums.get(usize::from(drum))?.as_ref(),
            SoundEntry::Effect { bank, effect } => {
                self.loaded(bank)?.effects.get(usize::from(effect))?.as_ref()
            }
        }
    }

    /// A loaded instrument.
    pub(crate) fn instrument(&self, entry: InstrumentEntry) -> Option<&Instrument> {
        self.bank(entry.bank)?.instruments.get(usize::from(entry.instrument))?.as_ref()
    }

    /// A loaded drum.
    pub(crate) fn drum(&self, bank: u8, drum: u8) -> Option<&Drum> {
        self.bank(bank)?.drums.get(usize::from(drum))?.as_ref()
    }

    /// The release rate of an instrument.
    pub(crate) fn release_rate(&self, entry: InstrumentEntry) -> u8 {
        self.instrument(entry).map_or(0, |instrument| instrument.release_rate)
    }

    /// A point of an instrument's or drum's envelope; points that do not exist end the voice.
    pub(crate) fn envelope_point(&self, envelope: Option<&Envelope>, index: i16) -> EnvelopePoint {
        let index = usize::try_from(index).ok();
        envelope
            .and_then(|envelope| envelope.points.get(index?))
            .copied()
            .unwrap_or(EnvelopePoint { delay: 0, argument: 0 })
    }
}

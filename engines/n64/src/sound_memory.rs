//! Banks as the console holds them in memory: the sample area, books and loop states where the signal
//! processor can load them, and the tables by which scripts find sounds.

use std::sync::Arc;

use tatum_core::FormatError;

use crate::format::archive::{Archive, ArchiveKind};
use crate::format::bank::{Bank, Drum, Envelope, EnvelopePoint, Instrument, KeyRange, Sample, Sound};
use crate::format::bank_set::BankSets;
use crate::hardware::command::RamAddress;
use crate::hardware::memory::Ram;

/// The three files of a game's sound banks, with the names to use in messages.
#[derive(Clone, Copy, Debug)]
pub struct SoundFiles<'a> {
    /// The bank archive (CTL).
    pub banks: (&'a str, &'a [u8]),
    /// The sample archive (TBL).
    pub samples: (&'a str, &'a [u8]),
    /// The bank sets.
    pub bank_sets: (&'a str, &'a [u8]),
}

/// The banks of one sequence, loaded. Cheap to clone: everything is shared.
#[derive(Clone, Debug)]
pub struct SoundMemory {
    words: Arc<[i16]>,
    banks: Arc<[Option<LoadedBank>]>,
    sets: Arc<BankSets>,
    sequence: usize,
    default_bank: u8,
}

#[derive(Debug)]
struct LoadedBank {
    bank: Bank,
    instruments: Vec<[Option<LoadedSound>; 3]>,
    drums: Vec<Option<LoadedSound>>,
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
    /// Loads the banks that the set of `sequence` names.
    ///
    /// # Errors
    ///
    /// If an archive, the set, or one of its banks is invalid.
    pub fn load(files: &SoundFiles<'_>, sequence: usize) -> Result<Self, FormatError> {
        let (banks_name, banks_bytes) = files.banks;
        let (samples_name, samples_bytes) = files.samples;
        let banks = Archive::parse(banks_name, banks_bytes, ArchiveKind::Banks)?;
        let samples = Archive::parse(samples_name, samples_bytes, ArchiveKind::Samples)?;
        let sets = BankSets::parse(files.bank_sets.0, files.bank_sets.1)?;
        let set = sets.set(files.bank_sets.0, sequence)?;
        let default_bank = set.bank(0).unwrap_or_default();
        let mut builder = MemoryBuilder::new(samples_bytes);
        let mut loaded: Vec<Option<LoadedBank>> = Vec::new();
        for number in set.banks() {
            let index = usize::from(number);
            let (Some(range), Some(area)) = (banks.entries.get(index), samples.entries.get(index)) else {
                return Err(FormatError::invalid(
                    files.bank_sets.0.to_owned(),
                    2 * sequence as u64,
                    format!("bank set of sequence {sequence}"),
                    format!(
                        "bank numbers below {} (the banks with samples)",
                        banks.entries.len().min(samples.entries.len())
                    ),
                    number.to_string(),
                ));
            };
            if loaded.len() <= index {
                loaded.resize_with(index + 1, || None);
            }
            if loaded[index].is_none() {
                let name = format!("{banks_name}, bank {number}");
                let bank = Bank::parse(&name, &banks_bytes[range.clone()], area.len())?;
                loaded[index] = Some(builder.add(bank, area.start as u32));
            }
        }
        Ok(Self {
            words: builder.words.into(),
            banks: loaded.into(),
            sets: Arc::new(sets),
            sequence,
            default_bank,
        })
    }

    /// The sample memory for the signal processor.
    pub(crate) fn words(&self) -> Arc<[i16]> {
        Arc::clone(&self.words)
    }

    /// The bank a sequence starts with.
    pub(crate) const fn default_bank(&self) -> u8 {
        self.default_bank
    }

    /// The bank at a position of the sequence's set, if it is loaded.
    pub(crate) fn bank_at(&self, position: u8) -> Option<u8> {
        let bank = self.sets.set("bank sets", self.sequence).ok()?.bank(position)?;
        self.bank(bank).map(|_| bank)
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

/// Lays out the sample memory.
struct MemoryBuilder {
    words: Vec<i16>,
}

impl MemoryBuilder {
    /// Starts with the whole sample file, so that sample addresses keep their alignment.
    fn new(samples: &[u8]) -> Self {
        let mut builder = Self { words: Vec::with_capacity(samples.len() / 2 + 8) };
        builder.words.extend(
            samples
                .chunks(2)
                .map(|pair| i16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or_default()])),
        );
        builder
    }

    fn append(&mut self, samples: &[i16]) -> RamAddress {
        self.words.resize(self.words.len().next_multiple_of(8), 0);
        let address = Ram::SAMPLES + 2 * self.words.len() as u32;
        self.words.extend_from_slice(samples);
        address
    }

    fn add(&mut self, bank: Bank, area: u32) -> LoadedBank {
        let mut known: Vec<(Arc<Sample>, LoadedSample)> = Vec::new();
        let mut load = |sound: &Sound| LoadedSound {
            sample: match known.iter().find(|(sample, _)| Arc::ptr_eq(sample, &sound.sample)) {
                Some((_, loaded)) => *loaded,
                None => {
                    let loaded = self.sample(&sound.sample, area);
                    known.push((Arc::clone(&sound.sample), loaded));
                    loaded
                }
            },
            tuning: sound.tuning,
        };
        let instruments = bank
            .instruments
            .iter()
            .map(|instrument| match instrument {
                Some(instrument) => [KeyRange::Low, KeyRange::Normal, KeyRange::High]
                    .map(|range| instrument.sound(range).map(&mut load)),
                None => [None; 3],
            })
            .collect();
        let drums = bank.drums.iter().map(|drum| drum.as_ref().map(|drum| load(&drum.sound))).collect();
        LoadedBank { bank, instruments, drums }
    }

    fn sample(&mut self, sample: &Sample, area: u32) -> LoadedSample {
        let file_offset = area + sample.address;
        LoadedSample {
            data: Ram::SAMPLES + file_offset,
            file_offset,
            book: self.append(sample.book.predictors.as_flattened()),
            book_bytes: 2 * sample.book.predictors.as_flattened().len() as u16,
            loop_state: self.append(&sample.loop_points.state),
            loop_start: sample.loop_points.start,
            end: sample.loop_points.end,
            repeats: sample.loop_points.count != 0,
        }
    }
}

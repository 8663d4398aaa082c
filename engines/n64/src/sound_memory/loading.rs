//! Laying out the sample memory from the files of the several generations.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use tatum_core::FormatError;

use super::{BankLists, LoadedBank, LoadedSample, LoadedSound, SoundMemory};
use crate::format::archive::{Archive, ArchiveKind};
use crate::format::audio_archives::AudioArchives;
use crate::format::bank::{Bank, BookPlace, FontCounts, KeyRange, Sample, Sound};
use crate::format::bank_set::BankSets;
use crate::format::index_table::{FontEntry, IndexTable};
use crate::hardware::memory::{Ram, RamAddress};
use crate::voice::wave_tables;

/// The loop count with which a sample of Majora's Mask plays on to its end after the note's end.
const COUNT_WITH_TAIL: u32 = 2;
/// Numbers in the book that a book offset puts in the place of a sample's own.
const OVERRIDE_BOOK_NUMBERS: usize = 64;

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

/// The five files of the sound banks of Super Mario 64 Shindou, with the names to use in messages.
#[derive(Clone, Copy, Debug)]
pub struct ShindouFiles<'a> {
    /// The bank bodies.
    pub banks: (&'a str, &'a [u8]),
    /// The samples.
    pub samples: (&'a str, &'a [u8]),
    /// The bank sets.
    pub bank_sets: (&'a str, &'a [u8]),
    /// The index table of the banks.
    pub banks_header: (&'a str, &'a [u8]),
    /// The index table of the sample areas.
    pub samples_header: (&'a str, &'a [u8]),
}

/// A sound font of the Zelda generation.
#[derive(Clone, Debug)]
pub struct FontFile<'a> {
    /// The name to use in messages.
    pub name: Cow<'a, str>,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What its index entry says.
    pub entry: FontEntry,
}

/// The sounds of the Zelda generation: fonts, sample banks, and the fonts of each sequence.
#[derive(Clone, Debug, Default)]
pub struct FontFiles<'a> {
    /// Fonts by number; `None` is one that is not there.
    pub fonts: Vec<Option<FontFile<'a>>>,
    /// Sample banks by number.
    pub sample_banks: Vec<(&'a str, &'a [u8])>,
    /// For each sequence its fonts, as the table has them: the last one is the default.
    pub lists: Vec<Vec<u8>>,
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
            if !builder.has(index) {
                let name = format!("{banks_name}, bank {number}");
                let bank = Bank::parse(&name, &banks_bytes[range.clone()], area.len())?;
                builder.add(index, bank, [Some(area.start as u32), None]);
            }
        }
        Ok(builder.finish(BankLists::Sets { sets: Arc::new(sets), sequence, default_bank }))
    }

    /// Loads the banks that the set of `sequence` names, from the files of Super Mario 64 Shindou.
    ///
    /// # Errors
    ///
    /// If a table, the set, or one of its banks is invalid.
    pub fn load_shindou(files: &ShindouFiles<'_>, sequence: usize) -> Result<Self, FormatError> {
        let sets = BankSets::parse(files.bank_sets.0, files.bank_sets.1)?;
        let banks = IndexTable::parse(files.banks_header.0, files.banks_header.1)?;
        let areas = IndexTable::parse(files.samples_header.0, files.samples_header.1)?;
        let set = sets.set(files.bank_sets.0, sequence)?;
        let default_bank = set.bank(0).unwrap_or_default();
        let mut builder = MemoryBuilder::new(files.samples.1);
        for number in set.banks() {
            let index = usize::from(number);
            if builder.has(index) {
                continue;
            }
            let (range, entry) = banks.data_range(files.banks_header.0, index, files.banks.1.len())?;
            let mut starts = [None; 2];
            let mut sizes = [None; 2];
            for (place, area) in entry.font().sample_banks.into_iter().enumerate() {
                if let Some(area) = area {
                    let length = files.samples.1.len();
                    let (range, _) = areas.data_range(files.samples_header.0, area.into(), length)?;
                    starts[place] = Some(range.start as u32);
                    sizes[place] = Some(range.len());
                }
            }
            let name = format!("{}, bank {number}", files.banks.0);
            let counts = FontCounts { effects: 0, has_effects: false, ..entry.font().counts };
            let bank = Bank::parse_font(&name, &files.banks.1[range], counts, sizes)?;
            builder.add(index, bank, starts);
        }
        Ok(builder.finish(BankLists::Sets { sets: Arc::new(sets), sequence, default_bank }))
    }

    /// Loads the fonts of the Zelda generation that any sequence uses.
    ///
    /// # Errors
    ///
    /// If a list names a font that is not there, or a font is invalid.
    pub fn load_fonts(files: &FontFiles<'_>) -> Result<Self, FormatError> {
        Self::load_fonts_where(files, |_| true)
    }

    /// Loads a game's fonts for one of its sequences, which may start others: fonts that only those use are left out
    /// if they are damaged.
    ///
    /// # Errors
    ///
    /// If a font of the sequence is not there or invalid.
    pub fn load_archives(archives: &AudioArchives, sequence: usize) -> Result<Self, FormatError> {
        let files = archives.font_files(archives.lists.lists.clone(), sequence)?;
        Self::load_fonts_where(&files, |number| number == sequence)
    }

    fn load_fonts_where(
        files: &FontFiles<'_>,
        is_required: impl Fn(usize) -> bool,
    ) -> Result<Self, FormatError> {
        let mut builder = MemoryBuilder::new(&[]);
        let starts = builder.append_areas(&files.sample_banks);
        for (sequence, list) in files.lists.iter().enumerate() {
            for &number in list {
                match builder.add_font(files, &starts, number) {
                    Err(error) if is_required(sequence) => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(builder.finish(BankLists::Lists(files.lists.clone().into())))
    }
}

/// Lays out the sample memory.
struct MemoryBuilder {
    words: Vec<i16>,
    banks: Vec<Option<LoadedBank>>,
}

impl MemoryBuilder {
    /// Starts with the whole sample file, so that sample addresses keep their alignment.
    fn new(samples: &[u8]) -> Self {
        let mut builder = Self { words: Vec::with_capacity(samples.len() / 2 + 8), banks: Vec::new() };
        builder.append_area(samples);
        builder
    }

    /// Appends a sample file; gives its offset.
    fn append_area(&mut self, samples: &[u8]) -> u32 {
        self.words.resize(self.words.len().next_multiple_of(8), 0);
        let start = 2 * self.words.len() as u32;
        self.words.extend(
            samples
                .chunks(2)
                .map(|pair| i16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or_default()])),
        );
        start
    }

    /// Appends sample files; gives their offsets. Files that share their bytes (aliases) share their place.
    fn append_areas(&mut self, areas: &[(&str, &[u8])]) -> Vec<u32> {
        let mut starts: Vec<u32> = Vec::new();
        for (index, (_, bytes)) in areas.iter().enumerate() {
            let twin = areas[..index].iter().position(|(_, earlier)| std::ptr::eq(*earlier, *bytes));
            let start = twin.map_or_else(|| self.append_area(bytes), |twin| starts[twin]);
            starts.push(start);
        }
        starts
    }

    /// Adds a font, unless it is there already.
    fn add_font(&mut self, files: &FontFiles<'_>, starts: &[u32], number: u8) -> Result<(), FormatError> {
        let index = usize::from(number);
        if self.has(index) {
            return Ok(());
        }
        let Some(font) = files.fonts.get(index).and_then(Option::as_ref) else {
            let expected = format!("a font that is there, below {}", files.fonts.len());
            return Err(FormatError::invalid("font list", 0, "font number", expected, number.to_string()));
        };
        let banks = font.entry.sample_banks;
        let start = |bank: Option<u8>| bank.and_then(|bank| starts.get(usize::from(bank)).copied());
        let size = |bank: Option<u8>| {
            bank.and_then(|bank| files.sample_banks.get(usize::from(bank))).map(|(_, bytes)| bytes.len())
        };
        let bank = Bank::parse_font(&font.name, font.bytes, font.entry.counts, banks.map(size))?;
        self.add(index, bank, banks.map(start));
        Ok(())
    }

    fn append(&mut self, samples: &[i16]) -> RamAddress {
        self.words.resize(self.words.len().next_multiple_of(8), 0);
        let address = Ram::SAMPLES + 2 * self.words.len() as u32;
        self.words.extend_from_slice(samples);
        address
    }

    /// Whether a bank has been added.
    fn has(&self, number: usize) -> bool {
        self.banks.get(number).is_some_and(Option::is_some)
    }

    /// Adds a bank whose samples lie in areas that begin at the given offsets.
    fn add(&mut self, number: usize, bank: Bank, areas: [Option<u32>; 2]) {
        let mut known: Vec<(Arc<Sample>, LoadedSample)> = Vec::new();
        let mut books: HashMap<BookPlace, RamAddress> = HashMap::new();
        let mut load = |sound: &Sound| LoadedSound {
            sample: match known.iter().find(|(sample, _)| Arc::ptr_eq(sample, &sound.sample)) {
                Some((_, loaded)) => *loaded,
                None => {
                    let area = areas.get(usize::from(sound.sample.area)).copied().flatten().unwrap_or(0);
                    let loaded = self.sample(&sound.sample, area, &mut books);
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
        let effects = bank.effects.iter().map(|effect| effect.as_ref().map(&mut load)).collect();
        if self.banks.len() <= number {
            self.banks.resize_with(number + 1, || None);
        }
        self.banks[number] = Some(LoadedBank { bank, instruments, drums, effects });
    }

    /// The address of a sample's book; books that are shared in the file are shared here.
    fn book(&mut self, sample: &Sample, books: &mut HashMap<BookPlace, RamAddress>) -> RamAddress {
        let coefficients = sample.book.predictors.as_flattened();
        match sample.book_place {
            Some(place) => *books.entry(place).or_insert_with(|| {
                let numbers: Vec<i16> = coefficients.iter().chain(&place.tail).copied().collect();
                self.append(&numbers)
            }),
            None => self.append(coefficients),
        }
    }

    fn sample(
        &mut self,
        sample: &Sample,
        area: u32,
        books: &mut HashMap<BookPlace, RamAddress>,
    ) -> LoadedSample {
        // A sample of a codec that decodes to silence may name any address: nothing is read there.
        let file_offset = area.wrapping_add(sample.address);
        let points = &sample.loop_points;
        LoadedSample {
            data: Ram::SAMPLES.wrapping_add(file_offset),
            file_offset,
            book: self.book(sample, books),
            book_bytes: 2 * sample.book.predictors.as_flattened().len() as u16,
            loop_state: self.append(&points.state),
            loop_start: points.start,
            end: points.end,
            repeats: points.count != 0,
            codec: sample.codec,
            size: sample.size,
            tail_end: (points.count == COUNT_WITH_TAIL).then_some(points.total),
        }
    }

    /// Appends the engine's own tables.
    fn finish(mut self, sets: BankLists) -> SoundMemory {
        let override_book = self.append(&override_book());
        let tables: Vec<i16> = wave_tables::ALL
            .iter()
            .flat_map(|wave| (0..4).map(move |table| (wave, table)))
            .flat_map(|(wave, table)| {
                (0..wave_tables::SAMPLES).map(move |index| wave[(index << table) % wave_tables::SAMPLES])
            })
            .collect();
        let waves = self.append(&tables);
        let early: Vec<i16> = [0, 0].into_iter().chain(tables).collect();
        let early_waves = self.append(&early);
        SoundMemory {
            words: self.words.into(),
            banks: self.banks.into(),
            sets,
            override_book,
            waves,
            early_waves,
        }
    }
}

/// The override book (`n64-oot-tables.json`): the fourth number of the last four rows of eight is 500.
const fn override_book() -> [i16; OVERRIDE_BOOK_NUMBERS] {
    let mut book = [0; OVERRIDE_BOOK_NUMBERS];
    let mut row = 4;
    while row < 8 {
        book[8 * row + 3] = 500;
        row += 1;
    }
    book
}

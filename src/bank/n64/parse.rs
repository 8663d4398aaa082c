//! The banks and areas that files of each form hold.

use std::ops::Range;

use tatum_core::FormatError;
use tatum_n64::EngineVersion;
use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::bank::FontCounts;
use tatum_n64::format::index_table::{FontEntry, IndexTable};

use super::open::{
    AUDIOTABLE, BANKS, BANKS_HEADER, FONT_ENDING, GAME_FONTS, GAME_SAMPLES, META_ENDING, SAMPLES,
    SAMPLES_HEADER,
};
use super::sound_set::{AreaContent, AreaSlot, BankContent, BankSlot, Files, Form, SoundSet};

/// Entries may overlap, but all of them together are not many times their file.
const MOST_SHARING: usize = 4;
/// Small files may be shared more.
const SHARED_AT_LEAST: usize = 1 << 20;

/// The set that files of a form hold; `origin` is where they come from, for messages.
///
/// # Errors
///
/// If a directory or table among them is damaged. A bank that is damaged is kept as it is.
pub(super) fn parse(
    form: Form,
    engine: EngineVersion,
    origin: &str,
    stored: Files,
    extras: Files,
) -> Result<SoundSet, FormatError> {
    let mut set = SoundSet { form, engine, banks: Vec::new(), areas: Vec::new(), stored, extras };
    let stored = std::mem::take(&mut set.stored);
    let reader = FileReader { origin, files: &stored };
    match form {
        Form::Archives => read_archives(&mut set, &reader)?,
        Form::Indexed => read_indexed(&mut set, &reader, [BANKS, BANKS_HEADER], [SAMPLES, SAMPLES_HEADER])?,
        Form::Game => read_indexed(&mut set, &reader, GAME_FONTS, GAME_SAMPLES)?,
        Form::Fonts => read_fonts(&mut set, &reader)?,
    }
    set.stored = stored;
    Ok(set)
}

struct FileReader<'a> {
    origin: &'a str,
    files: &'a Files,
}

impl FileReader<'_> {
    /// A file's name in messages, and its bytes.
    fn file(&self, name: &str) -> Result<(String, &[u8]), FormatError> {
        let place = format!("{}: {name}", self.origin);
        match self.files.iter().find(|(known, _)| known == name) {
            Some((_, bytes)) => Ok((place, bytes)),
            None => Err(FormatError::invalid(place, 0, "file", "a file", "none")),
        }
    }
}

/// Counts the bytes that entries take, so that overlapping ones cannot take many times what the file has.
struct Budget {
    name: String,
    left: usize,
}

impl Budget {
    fn new(name: &str, length: usize) -> Self {
        Self { name: name.to_owned(), left: length.saturating_mul(MOST_SHARING).max(SHARED_AT_LEAST) }
    }

    fn take<'a>(&mut self, bytes: &'a [u8], range: Range<usize>) -> Result<&'a [u8], FormatError> {
        let offset = range.start as u64;
        let part = bytes.get(range).unwrap_or_default();
        match self.left.checked_sub(part.len()) {
            Some(left) => self.left = left,
            None => {
                let name = self.name.clone();
                return Err(FormatError::invalid(
                    name,
                    offset,
                    "entry",
                    "entries that do not overlap",
                    "many that do",
                ));
            }
        }
        Ok(part)
    }
}

/// Reads a bank, or keeps what cannot be read.
fn content(
    set: &SoundSet,
    name: &str,
    bytes: &[u8],
    counts: FontCounts,
    areas: [Option<u8>; 2],
) -> BankContent {
    let sizes = areas.map(|area| set.area(area?).map(<[u8]>::len));
    match set.form.parse(name, bytes, counts, sizes) {
        Ok(bank) => BankContent::Bank { bank, bytes: bytes.to_vec() },
        Err(error) => BankContent::Raw { bytes: bytes.to_vec(), counts, error },
    }
}

fn read_archives(set: &mut SoundSet, reader: &FileReader<'_>) -> Result<(), FormatError> {
    let (banks_name, banks_bytes) = reader.file(BANKS)?;
    let (samples_name, samples_bytes) = reader.file(SAMPLES)?;
    let banks = Archive::parse(&banks_name, banks_bytes, ArchiveKind::Banks)?;
    let samples = Archive::parse(&samples_name, samples_bytes, ArchiveKind::Samples)?;
    // Each bank has an entry in the sample file; areas are the different ones among them.
    let mut ranges = Vec::new();
    let mut budget = Budget::new(&samples_name, samples_bytes.len());
    for range in &samples.entries {
        if !ranges.contains(range) {
            ranges.push(range.clone());
            let bytes = budget.take(samples_bytes, range.clone())?.to_vec();
            set.areas.push(AreaSlot { content: AreaContent::Bytes(bytes), details: [0; 8] });
        }
    }
    let mut budget = Budget::new(&banks_name, banks_bytes.len());
    for (number, range) in banks.entries.iter().enumerate() {
        let area =
            samples.entries.get(number).and_then(|entry| ranges.iter().position(|range| range == entry));
        let areas = [area.and_then(|area| u8::try_from(area).ok()), None];
        let twin = banks.entries[..number].iter().position(|earlier| earlier == range && !range.is_empty());
        let twin = twin.filter(|twin| set.banks[*twin].areas == areas);
        let content = match twin {
            Some(twin) => BankContent::Alias(twin),
            None => {
                let name = format!("{banks_name}, bank {number}");
                let bytes = budget.take(banks_bytes, range.clone())?;
                content(set, &name, bytes, FontCounts::default(), areas)
            }
        };
        set.banks.push(BankSlot { name: None, content, areas, keeping: [0; 2] });
    }
    Ok(())
}

fn read_indexed(
    set: &mut SoundSet,
    reader: &FileReader<'_>,
    [banks, banks_header]: [&str; 2],
    [samples, samples_header]: [&str; 2],
) -> Result<(), FormatError> {
    let (samples_index_name, samples_index) = reader.file(samples_header)?;
    let (_, samples_bytes) = reader.file(samples)?;
    let table = IndexTable::parse(&samples_index_name, samples_index)?;
    let mut budget = Budget::new(&samples_index_name, samples_bytes.len());
    for (number, entry) in table.entries.iter().enumerate() {
        let content = match entry.alias() {
            Some(owner) => AreaContent::Alias(owner),
            None => {
                let (range, _) = table.data_range(&samples_index_name, number, samples_bytes.len())?;
                AreaContent::Bytes(budget.take(samples_bytes, range)?.to_vec())
            }
        };
        set.areas.push(AreaSlot { content, details: entry.details });
    }
    let (banks_index_name, banks_index) = reader.file(banks_header)?;
    let (banks_name, banks_bytes) = reader.file(banks)?;
    let table = IndexTable::parse(&banks_index_name, banks_index)?;
    let mut budget = Budget::new(&banks_index_name, banks_bytes.len());
    for (number, entry) in table.entries.iter().enumerate() {
        let font = entry.font();
        let content = match entry.alias() {
            Some(owner) => BankContent::Alias(owner),
            None => {
                let (range, _) = table.data_range(&banks_index_name, number, banks_bytes.len())?;
                let name = format!("{banks_name}, bank {number}");
                let bytes = budget.take(banks_bytes, range)?;
                content(set, &name, bytes, font.counts, font.sample_banks)
            }
        };
        let keeping = [entry.details[0], entry.details[1]];
        set.banks.push(BankSlot { name: None, content, areas: font.sample_banks, keeping });
    }
    Ok(())
}

fn read_fonts(set: &mut SoundSet, reader: &FileReader<'_>) -> Result<(), FormatError> {
    let (_, samples) = reader.file(AUDIOTABLE)?;
    set.areas.push(AreaSlot { content: AreaContent::Bytes(samples.to_vec()), details: [0; 8] });
    for (file, bytes) in reader.files {
        let Some(stem) = file.strip_suffix(&format!(".{FONT_ENDING}")) else { continue };
        let (meta_name, meta) = reader.file(&format!("{stem}.{META_ENDING}"))?;
        let entry = FontEntry::parse(&meta_name, meta)?;
        // There is one file of samples, whatever its number was in the game.
        let most = entry.sample_banks.into_iter().flatten().max().unwrap_or(0);
        while set.areas.len() <= most.into() {
            set.areas.push(AreaSlot { content: AreaContent::Alias(0), details: [0; 8] });
        }
        let (name, _) = reader.file(file)?;
        let content = content(set, &name, bytes, entry.counts, entry.sample_banks);
        let keeping = [meta[0], meta[1]];
        set.banks.push(BankSlot { name: Some(stem.to_owned()), content, areas: entry.sample_banks, keeping });
    }
    Ok(())
}

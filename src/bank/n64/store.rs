//! Writing banks in the form they came in.

use tatum_core::FormatError;
use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::index_table::{IndexEntry, IndexTable};

use super::open::{
    AUDIOTABLE, BANKS, BANKS_HEADER, FONT_ENDING, GAME_FONTS, GAME_SAMPLES, META_ENDING, SAMPLES,
    SAMPLES_HEADER,
};
use super::parse::parse;
use super::sound_set::{AreaContent, BankContent, Files, Form, SoundSet};
use crate::error::Error;
use crate::output::folder::PendingFolder;

/// Alignment of the data behind an index table.
const ALIGNMENT: usize = 16;

/// The details of a bank that is not there.
const NOTHING: [u8; 8] = [2, 2, 0xFF, 0xFF, 0, 0, 0, 0];

/// Writes the set's files into a folder.
///
/// # Errors
///
/// If a file cannot be written.
pub(super) fn write(set: &SoundSet, folder: &PendingFolder) -> Result<(), Error> {
    for (name, bytes) in unchanged(set)?.iter().chain(&set.extras) {
        folder.write(name, bytes)?;
    }
    Ok(())
}

/// The files as they were read, as far as they still say what the set says; else laid out anew.
fn unchanged(set: &SoundSet) -> Result<Files, FormatError> {
    let mut files = files(set)?;
    let mut old = files.clone();
    for (name, bytes) in &mut old {
        if let Some((_, stored)) = set.stored.iter().find(|(known, _)| known == name) {
            bytes.clone_from(stored);
        }
    }
    // An index and its data belong together: all of them, or none.
    let same = parse(set.form, set.engine, "originals", old.clone(), Vec::new());
    if same.is_ok_and(|same| same.is_same(set)) {
        files = old;
    }
    Ok(files)
}

/// The files that hold banks and areas, laid out by this program.
///
/// # Errors
///
/// If there is more than the files can hold.
pub(super) fn files(set: &SoundSet) -> Result<Files, FormatError> {
    match set.form {
        Form::Archives => archives(set),
        Form::Indexed => Ok(indexed(set, [BANKS, BANKS_HEADER], [SAMPLES, SAMPLES_HEADER])),
        Form::Game => Ok(indexed(set, GAME_FONTS, GAME_SAMPLES)),
        Form::Fonts => Ok(fonts(set)),
    }
}

fn archives(set: &SoundSet) -> Result<Files, FormatError> {
    let bank = |number| set.bank_bytes(number).map_or(&[][..], |(_, bytes, _)| bytes);
    let banks: Vec<&[u8]> = (0..set.banks.len()).map(bank).collect();
    let area = |area: Option<u8>| area.and_then(|area| set.area(area)).unwrap_or_default();
    let areas: Vec<&[u8]> = set.banks.iter().map(|slot| area(slot.areas[0])).collect();
    Ok(vec![
        (BANKS.to_owned(), Archive::write(ArchiveKind::Banks, &banks)?),
        (SAMPLES.to_owned(), Archive::write(ArchiveKind::Samples, &areas)?),
    ])
}

fn indexed(set: &SoundSet, banks: [&str; 2], samples: [&str; 2]) -> Files {
    let mut bank_data = Indexed::default();
    for (number, slot) in set.banks.iter().enumerate() {
        let details = set.entry(number).unwrap_or(NOTHING);
        match &slot.content {
            BankContent::Alias(owner) => bank_data.alias(*owner, details),
            BankContent::Bank { bytes, .. } | BankContent::Raw { bytes, .. } => bank_data.add(bytes, details),
        }
    }
    let mut sample_data = Indexed::default();
    for slot in &set.areas {
        match &slot.content {
            AreaContent::Alias(owner) => sample_data.alias(*owner, slot.details),
            AreaContent::Bytes(bytes) => sample_data.add(bytes, slot.details),
        }
    }
    [bank_data.files(banks), sample_data.files(samples)].concat()
}

/// Data with an index table.
#[derive(Default)]
struct Indexed {
    data: Vec<u8>,
    entries: Vec<IndexEntry>,
}

impl Indexed {
    fn add(&mut self, bytes: &[u8], details: [u8; 8]) {
        self.data.resize(self.data.len().next_multiple_of(ALIGNMENT), 0);
        self.entries.push(IndexEntry { offset: self.data.len() as u32, size: bytes.len() as u32, details });
        self.data.extend(bytes);
    }

    fn alias(&mut self, owner: usize, details: [u8; 8]) {
        self.entries.push(IndexEntry { offset: owner as u32, size: 0, details });
    }

    fn files(mut self, [data, index]: [&str; 2]) -> Files {
        self.data.resize(self.data.len().next_multiple_of(ALIGNMENT), 0);
        vec![(data.to_owned(), self.data), (index.to_owned(), IndexTable { entries: self.entries }.write())]
    }
}

fn fonts(set: &SoundSet) -> Files {
    let mut files = Vec::new();
    for (number, slot) in set.banks.iter().enumerate() {
        let (Some((_, bytes, _)), Some(entry)) = (set.bank_bytes(number), set.entry(number)) else {
            continue;
        };
        let name = slot.name.clone().unwrap_or_else(|| format!("{number:02}"));
        files.push((format!("{name}.{FONT_ENDING}"), bytes.to_vec()));
        files.push((format!("{name}.{META_ENDING}"), entry.to_vec()));
    }
    files.push((AUDIOTABLE.to_owned(), set.area(0).unwrap_or_default().to_vec()));
    files
}

//! Reading the folder: what was not changed keeps its bytes and its place.
//!
//! | file | unit |
//! |:--|:--|
//! | `areas` | samples: read, encoded where they are new, and given places in their areas |
//! | `banks` | banks, from their texts or as bytes |

mod areas;
mod banks;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use tatum_n64::EngineVersion;
use tatum_n64::format::bank::Sample;
use tatum_n64::format::bank_set::{BankSets, LOADED_BYTES};
use toml::Spanned;

use super::TABLE;
use super::bank_text::BankText;
use super::folder_table::FolderTable;
use super::open::BANK_SETS;
use super::sound_set::{Files, SoundSet};
use crate::convert::nds::inside;
use crate::error::Error;
use crate::song::read_file;
use crate::table_text::{self, Mistake};

/// Numbers that areas can have.
const MOST_AREAS: usize = 0x100;
/// Numbers that banks can have.
const MOST_BANKS: usize = 0x1_0000;

/// Reads a set. What is encoded is told unless `quiet`.
///
/// # Errors
///
/// If a file cannot be read, or says what cannot be.
pub(in crate::bank::n64) fn read(folder: &Path, quiet: bool) -> Result<SoundSet, Error> {
    FolderReader::new(folder, quiet)?.read()
}

/// A sample of the folder, in its place.
struct PlacedSample {
    owner: usize,
    sample: Sample,
    tuning: f32,
}

struct FolderReader<'a> {
    folder: &'a Path,
    path: PathBuf,
    table: FolderTable,
    quiet: bool,
    samples: HashMap<String, PlacedSample>,
}

impl<'a> FolderReader<'a> {
    fn new(folder: &'a Path, quiet: bool) -> Result<Self, Error> {
        let path = folder.join(TABLE);
        let table: FolderTable = table_text::read(&path)?;
        let reader = Self { folder, path, table, quiet, samples: HashMap::new() };
        if reader.table.bank.len() > MOST_BANKS || reader.table.area.len() > MOST_AREAS {
            return Err(
                reader.error(format!("at most {MOST_BANKS} banks and {MOST_AREAS} areas have numbers"))
            );
        }
        Ok(reader)
    }

    fn error(&self, message: impl Into<String>) -> Error {
        table_text::error(&self.path, message)
    }

    fn mistake<T>(&self, value: &Spanned<T>, message: impl Into<String>) -> Error {
        Mistake::at(value, message).in_table(&self.path)
    }

    /// A file of the folder by the name in a table.
    fn inside(&self, name: &str) -> Result<PathBuf, Error> {
        inside(self.folder, name).ok_or_else(|| self.error(format!("'{name}' lies outside of the folder")))
    }

    fn read(mut self) -> Result<SoundSet, Error> {
        let engine = EngineVersion::from_id(self.table.engine.get_ref()).ok_or_else(|| {
            let ids: Vec<&str> = EngineVersion::ALL.into_iter().map(EngineVersion::id).collect();
            let found = self.table.engine.get_ref();
            let message = format!("engine: expected one of {}, found '{found}'", ids.join(", "));
            self.mistake(&self.table.engine, message)
        })?;
        let form = self.table.form;
        let mut texts = Vec::new();
        for row in &self.table.bank {
            let text = row
                .file
                .as_ref()
                .map(|file| self.inside(file).and_then(|path| table_text::read::<BankText>(&path)));
            texts.push(text.transpose()?);
        }
        let mut set = SoundSet {
            form,
            engine,
            banks: Vec::new(),
            areas: Vec::new(),
            stored: self.files("original", &self.table.originals)?,
            extras: self.files("files", &self.table.files)?,
        };
        if let Some(sets) = &self.table.sets {
            let mut bytes = BankSets::write(sets);
            let length = self.table.sets_length.unwrap_or(0).min(LOADED_BYTES);
            bytes.resize(bytes.len().max(length), 0);
            set.extras.push((BANK_SETS.to_owned(), bytes));
        }
        let wanted = self.new_files(&texts)?;
        for number in 0..self.table.area.len() {
            let slot = self.area(number, &wanted)?;
            set.areas.push(slot);
        }
        for (number, text) in texts.into_iter().enumerate() {
            let slot = self.bank(&set, number, text)?;
            set.banks.push(slot);
        }
        Ok(set)
    }

    fn files(&self, folder: &str, names: &[String]) -> Result<Files, Error> {
        let read = |name: &String| Ok((name.clone(), read_file(&self.inside(&format!("{folder}/{name}"))?)?));
        names.iter().map(read).collect()
    }
}

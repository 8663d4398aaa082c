//! The sound files of a game of the Zelda generation: three archives and the tables that say what is in them,
//! `n64-oot.md` 1.

use std::borrow::Cow;

use tatum_core::FormatError;

use super::font_list::FontLists;
use super::index_table::{FontEntry, IndexTable};
use crate::sound_memory::{FontFile, FontFiles};

/// An archive with its index table, and the names to use in messages.
#[derive(Clone, Debug)]
pub struct IndexedArchive {
    name: String,
    bytes: Vec<u8>,
    index_name: String,
    index: IndexTable,
}

impl IndexedArchive {
    /// An archive and its table.
    ///
    /// # Errors
    ///
    /// If the table does not fit into its bytes.
    pub fn new(
        (name, bytes): (String, Vec<u8>),
        (index_name, index): (String, &[u8]),
    ) -> Result<Self, FormatError> {
        let index = IndexTable::parse(&index_name, index)?;
        Ok(Self { name, bytes, index_name, index })
    }

    /// The index table.
    #[must_use]
    pub const fn index(&self) -> &IndexTable {
        &self.index
    }

    /// The archive's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of an entry, through an alias, and what the table says about it.
    ///
    /// # Errors
    ///
    /// If there is no such entry, or it leaves the archive.
    pub fn entry(&self, number: usize) -> Result<(&[u8], FontEntry), FormatError> {
        let (range, entry) = self.index.data_range(&self.index_name, number, self.bytes.len())?;
        Ok((&self.bytes[range], entry.font()))
    }
}

/// All sound files of a game.
#[derive(Clone, Debug)]
pub struct AudioArchives {
    /// Sound fonts.
    pub fonts: IndexedArchive,
    /// Sequences.
    pub sequences: IndexedArchive,
    /// Sample banks.
    pub samples: IndexedArchive,
    /// The fonts of each sequence.
    pub lists: FontLists,
}

impl AudioArchives {
    /// The game's files; `lists` is the sequence-to-font table.
    ///
    /// # Errors
    ///
    /// If that table is damaged.
    pub fn new(
        fonts: IndexedArchive,
        sequences: IndexedArchive,
        samples: IndexedArchive,
        lists: (&str, &[u8]),
    ) -> Result<Self, FormatError> {
        let lists = FontLists::parse(lists.0, lists.1, sequences.index.entries.len())?;
        Ok(Self { fonts, sequences, samples, lists })
    }

    /// The number of sequences, aliases included.
    #[must_use]
    pub fn sequence_count(&self) -> usize {
        self.sequences.index.entries.len()
    }

    /// The bytes of a sequence.
    ///
    /// # Errors
    ///
    /// If there is none of this number, or it leaves the archive.
    pub fn sequence(&self, number: usize) -> Result<&[u8], FormatError> {
        self.sequences.entry(number).map(|(bytes, _)| bytes)
    }

    /// A sequence that has exactly these bytes (but for zeros behind them): its number.
    #[must_use]
    pub fn find_sequence(&self, bytes: &[u8]) -> Option<usize> {
        let without_padding = |bytes: &[u8]| bytes.iter().rposition(|&byte| byte != 0).map_or(0, |at| at + 1);
        let length = without_padding(bytes);
        (0..self.sequence_count()).find(|&number| {
            self.sequence(number)
                .is_ok_and(|own| without_padding(own) == length && own[..length] == bytes[..length])
        })
    }

    /// A font with its entry.
    ///
    /// # Errors
    ///
    /// If there is none of this number, or it leaves the archive.
    pub fn font(&self, number: u8) -> Result<FontFile<'_>, FormatError> {
        let (bytes, entry) = self.fonts.entry(number.into())?;
        Ok(FontFile { name: format!("{}, font {number:#04x}", self.fonts.name).into(), bytes, entry })
    }

    /// A sample bank, with the name to use in messages.
    ///
    /// # Errors
    ///
    /// If there is none of this number, or it leaves the archive.
    pub fn sample_bank(&self, number: u8) -> Result<(&str, &[u8]), FormatError> {
        let (bytes, _) = self.samples.entry(number.into())?;
        Ok((&self.samples.name, bytes))
    }

    /// The fonts that some sequences use, given by their lists, with their sample banks. Those of `required` (the
    /// place of a list) must be there; a damaged font that only others use is left out.
    ///
    /// # Errors
    ///
    /// If a required font or sample bank is not there.
    pub fn font_files(&self, lists: Vec<Vec<u8>>, required: usize) -> Result<FontFiles<'_>, FormatError> {
        let mut files = FontFiles { lists, ..FontFiles::default() };
        let required_fonts = files.lists.get(required).cloned().unwrap_or_default();
        for number in required_fonts {
            self.add_font(&mut files, number)?;
        }
        let others: Vec<u8> = files.lists.iter().flatten().copied().collect();
        for number in others {
            // A sequence that has lost its font does not start, as on the console.
            let _ = self.add_font(&mut files, number);
        }
        Ok(files)
    }

    fn add_font<'a>(&'a self, files: &mut FontFiles<'a>, number: u8) -> Result<(), FormatError> {
        let index = usize::from(number);
        if files.fonts.get(index).is_some_and(Option::is_some) {
            return Ok(());
        }
        let font = self.font(number)?;
        for bank in font.entry.sample_banks.into_iter().flatten() {
            let place = usize::from(bank);
            let samples = self.sample_bank(bank)?;
            if files.sample_banks.len() <= place {
                files.sample_banks.resize(place + 1, ("", &[]));
            }
            files.sample_banks[place] = samples;
        }
        if files.fonts.len() <= index {
            files.fonts.resize_with(index + 1, || None);
        }
        files.fonts[index] = Some(font);
        Ok(())
    }
}

impl<'a> FontFile<'a> {
    /// A font file with a name.
    pub fn new(name: impl Into<Cow<'a, str>>, bytes: &'a [u8], entry: FontEntry) -> Self {
        Self { name: name.into(), bytes, entry }
    }
}

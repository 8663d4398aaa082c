//! ROM images of Super Mario 64 Shindou and Star Fox 64: data without headers at known places, and index tables for
//! them in the program's data, at known places or found there. `n64-formats.md` 7 and 9.

use std::ops::Range;
use std::sync::Arc;

use tatum_core::{FormatError, FormatErrorKind};

use super::bank_set::{BankSets, LOADED_BYTES};
use super::byte_order::ByteOrder;
use super::game_facts::GameFacts;
use super::index_table::IndexTable;
use crate::sound_memory::ShindouFiles;

/// A game whose data lie at known places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedGame {
    /// The game.
    pub facts: Arc<GameFacts>,
    /// Where the banks begin.
    pub banks: usize,
    /// Where the samples begin.
    pub samples: usize,
    /// Where the sequences begin.
    pub sequences: usize,
    /// The tables; none if they are to be looked for.
    pub tables: Option<IndexedTables>,
}

/// Where a program has its tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexedTables {
    /// The index of banks.
    pub banks: usize,
    /// The bank sets.
    pub bank_sets: usize,
    /// The index of samples.
    pub samples: usize,
    /// The index of sequences.
    pub sequences: usize,
}

/// Banks, samples and sequences have numbers of one byte.
const MOST_ENTRIES: usize = 0x100;
/// Tables begin at multiples of this.
const TABLE_ALIGNMENT: usize = 4;
/// Data are padded to multiples of this.
const DATA_ALIGNMENT: usize = 16;

/// A game's image in the cartridge's byte order.
#[derive(Clone, Debug)]
pub struct ShindouRom {
    name: String,
    image: Vec<u8>,
    order: ByteOrder,
    game: IndexedGame,
    tables: IndexedTables,
    sequences: IndexTable,
}

impl ShindouRom {
    /// The game in an image of any byte order, if its tables are where this game has them.
    #[must_use]
    pub fn find(name: &str, bytes: &[u8], games: &[IndexedGame]) -> Option<Self> {
        let order = ByteOrder::detect(bytes)?;
        let image = order.to_big(bytes);
        let (game, tables) = games.iter().find_map(|game| Some((game, tables_of(&image, game)?)))?;
        let sequences = table_at(&image, tables.sequences)?;
        let game = game.clone();
        Some(Self { name: name.to_owned(), image: image.into_owned(), order, game, tables, sequences })
    }

    /// The game.
    #[must_use]
    pub fn facts(&self) -> &GameFacts {
        &self.game.facts
    }

    /// The byte order the image came in.
    #[must_use]
    pub const fn byte_order(&self) -> ByteOrder {
        self.order
    }

    /// The number of sequences.
    #[must_use]
    pub fn sequence_count(&self) -> usize {
        self.sequences.entries.len()
    }

    /// The bytes of a sequence.
    ///
    /// # Errors
    ///
    /// If there is none of this number, or it leaves the image.
    pub fn sequence(&self, number: usize) -> Result<&[u8], FormatError> {
        let data = self.from(self.game.sequences);
        let (range, _) = self.sequences.data_range(&self.name, number, data.len())?;
        Ok(&data[range])
    }

    /// The index tables of banks and of samples, as the image has them.
    ///
    /// # Errors
    ///
    /// If they are damaged.
    pub fn index_tables(&self) -> Result<[IndexTable; 2], FormatError> {
        let table = |at| IndexTable::parse(&self.name, self.from(at));
        Ok([table(self.tables.banks)?, table(self.tables.samples)?])
    }

    /// The bank and sample files with their tables.
    #[must_use]
    pub fn sound_files(&self) -> ShindouFiles<'_> {
        let part = |at: usize| (self.name.as_str(), self.from(at));
        let sets = self.from(self.tables.bank_sets);
        ShindouFiles {
            banks: (&self.name, self.data(self.game.banks)),
            samples: (&self.name, self.data(self.game.samples)),
            bank_sets: (&self.name, &sets[..sets.len().min(LOADED_BYTES)]),
            banks_header: part(self.tables.banks),
            samples_header: part(self.tables.samples),
        }
    }

    fn from(&self, at: usize) -> &[u8] {
        self.image.get(at..).unwrap_or_default()
    }

    /// Data from a place up to the next ones.
    fn data(&self, at: usize) -> &[u8] {
        self.image.get(data_range(&self.image, &self.game, at)).unwrap_or_default()
    }
}

/// Where data that begin at a place can go on to: up to the next data, or the image's end.
fn data_range(image: &[u8], game: &IndexedGame, at: usize) -> Range<usize> {
    let next = [game.banks, game.samples, game.sequences].into_iter().filter(|&other| other > at).min();
    at..next.unwrap_or(image.len()).min(image.len())
}

/// The tables of a game, if they are there.
fn tables_of(image: &[u8], game: &IndexedGame) -> Option<IndexedTables> {
    match game.tables {
        Some(tables) => are_there(image, game, tables).then_some(tables),
        None if game.facts.header.is_some_and(|header| !header.is_of(image)) => None,
        None => search(image, game),
    }
}

fn are_there(image: &[u8], game: &IndexedGame, tables: IndexedTables) -> bool {
    let pairs =
        [(tables.banks, game.banks), (tables.samples, game.samples), (tables.sequences, game.sequences)];
    pairs.into_iter().all(|(index, data)| {
        table_at(image, index).is_some_and(|table| {
            let length = image.len().saturating_sub(data);
            (0..table.entries.len()).all(|number| table.data_range("index table", number, length).is_ok())
        })
    })
}

/// An index table whose first entry begins its data.
fn table_at(image: &[u8], at: usize) -> Option<IndexTable> {
    let table = IndexTable::parse("index table", image.get(at..)?).ok()?;
    let first = table.entries.first()?;
    (first.offset == 0 && first.size != 0 && table.entries.len() <= MOST_ENTRIES).then_some(table)
}

/// Looks for the tables in front of all data: those of banks and sequences fill their data exactly, the one of samples
/// comes behind the banks', and the bank sets name banks that are there.
fn search(image: &[u8], game: &IndexedGame) -> Option<IndexedTables> {
    let program = image.get(..game.banks.min(game.samples).min(game.sequences))?;
    let places = || (0..program.len()).step_by(TABLE_ALIGNMENT);
    let table = |at: usize, data: usize| {
        let length = data_range(image, game, data).len();
        let table = IndexTable::for_archive(program.get(at..)?, length)?;
        let is_full = table.archive_extent().next_multiple_of(DATA_ALIGNMENT) == length;
        Some((table, is_full))
    };
    let full = |data| {
        places().find_map(|at| table(at, data).and_then(|(table, is_full)| is_full.then_some((at, table))))
    };
    let (banks, bank_table) = full(game.banks)?;
    let (sequences, sequence_table) = full(game.sequences)?;
    let samples = places()
        .filter(|&at| at >= banks + bank_table.extent() && at != sequences)
        .find(|&at| table(at, game.samples).is_some())?;
    let count = sequence_table.entries.len();
    let are_sets = |at: &usize| {
        let bytes = &program[*at..];
        let first = bytes.first_chunk().map(|&first| usize::from(u16::from_be_bytes(first)));
        first == Some(2 * count)
            && BankSets::parse("bank sets", bytes).is_ok_and(|sets| {
                let has_banks = |number| {
                    sets.set("bank sets", number)
                        .is_ok_and(|set| set.banks().all(|bank| usize::from(bank) < bank_table.entries.len()))
                };
                (0..count).all(has_banks)
            })
    };
    let bank_sets = places().find(are_sets)?;
    Some(IndexedTables { banks, bank_sets, samples, sequences })
}

/// Why an image of a game whose tables are looked for is not opened.
#[must_use]
pub fn missing_tables(name: &str, image: &[u8], games: &[IndexedGame]) -> Option<FormatError> {
    let game = games.iter().find(|game| game.facts.header.is_some_and(|header| header.is_of(image)))?;
    Some(
        FormatError::invalid(
            name.to_owned(),
            0,
            "program",
            format!("the index tables of {}", game.facts.name),
            "none that fit its data",
        )
        .of_kind(FormatErrorKind::Unsupported)
        .with_help("images with a compressed program must be unpacked first"),
    )
}

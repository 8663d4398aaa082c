//! ROM images of Super Mario 64 Shindou: data without headers at known places, and index tables for them in the program's
//! data. `n64-formats.md` 9.1.

use tatum_core::FormatError;

use super::bank_set::LOADED_BYTES;
use super::index_table::IndexTable;
use super::rom::ByteOrder;
use crate::sound_memory::ShindouFiles;

/// Where an image has its data and tables.
#[derive(Clone, Copy, Debug)]
struct Places {
    game: &'static str,
    banks: usize,
    samples: usize,
    sequences: usize,
    banks_index: usize,
    bank_sets: usize,
    samples_index: usize,
    sequences_index: usize,
}

/// The program of the Chinese console has its tables a little later.
const IQUE_TABLES: usize = 0x3060;

const CARTRIDGE: Places = Places {
    game: "Super Mario 64 (Shindou)",
    banks: 0x55_6540,
    samples: 0x56_C2C0,
    sequences: 0x78_18B0,
    banks_index: 0xD_3010,
    bank_sets: 0xD_3280,
    samples_index: 0xD_3320,
    sequences_index: 0xD_33E0,
};

const IQUE: Places = Places {
    game: "Super Mario 64 (iQue)",
    banks: 0x56_8280,
    samples: 0x57_E000,
    sequences: 0x79_35F0,
    banks_index: CARTRIDGE.banks_index + IQUE_TABLES,
    bank_sets: CARTRIDGE.bank_sets + IQUE_TABLES,
    samples_index: CARTRIDGE.samples_index + IQUE_TABLES,
    sequences_index: CARTRIDGE.sequences_index + IQUE_TABLES,
};

/// Banks, samples and sequences have numbers of one byte.
const MOST_ENTRIES: usize = 0x100;

/// A game's image in the cartridge's byte order.
#[derive(Clone, Debug)]
pub struct ShindouRom {
    name: String,
    image: Vec<u8>,
    places: Places,
    sequences: IndexTable,
}

impl ShindouRom {
    /// The game in an image of any byte order, if its tables are where this game has them.
    #[must_use]
    pub fn find(name: &str, bytes: &[u8]) -> Option<Self> {
        let image = ByteOrder::detect(bytes)?.to_big(bytes);
        let places = [CARTRIDGE, IQUE].into_iter().find(|places| are_there(&image, places))?;
        let sequences = table_at(&image, places.sequences_index)?;
        Some(Self { name: name.to_owned(), image: image.into_owned(), places, sequences })
    }

    /// The game.
    #[must_use]
    pub const fn game(&self) -> &'static str {
        self.places.game
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
        let data = self.from(self.places.sequences);
        let (range, _) = self.sequences.data_range(&self.name, number, data.len())?;
        Ok(&data[range])
    }

    /// The bank and sample files with their tables.
    #[must_use]
    pub fn sound_files(&self) -> ShindouFiles<'_> {
        let part = |at: usize| (self.name.as_str(), self.from(at));
        let sets = self.from(self.places.bank_sets);
        ShindouFiles {
            banks: part(self.places.banks),
            samples: (&self.name, &self.from(self.places.samples)[..self.sample_bytes()]),
            bank_sets: (&self.name, &sets[..sets.len().min(LOADED_BYTES)]),
            banks_header: part(self.places.banks_index),
            samples_header: part(self.places.samples_index),
        }
    }

    fn from(&self, at: usize) -> &[u8] {
        self.image.get(at..).unwrap_or_default()
    }

    /// The samples lie in front of the sequences.
    fn sample_bytes(&self) -> usize {
        let until = self.places.sequences - self.places.samples;
        until.min(self.from(self.places.samples).len())
    }
}

fn are_there(image: &[u8], places: &Places) -> bool {
    let tables = [
        (places.banks_index, places.banks),
        (places.samples_index, places.samples),
        (places.sequences_index, places.sequences),
    ];
    tables.into_iter().all(|(index, data)| {
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

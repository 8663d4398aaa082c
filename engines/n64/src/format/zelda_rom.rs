//! ROM images of the Zelda generation: the three sound archives are files of their own, the tables about them lie in
//! the main program's file, which retail images hold compressed. `n64-oot.md` 1.

use std::borrow::Cow;
use std::sync::Arc;

use tatum_core::{FormatError, FormatErrorKind};

use super::audio_archives::{AudioArchives, IndexedArchive};
use super::byte_order::ByteOrder;
use super::file_table::FileTable;
use super::game_facts::GameFacts;
use super::index_table::IndexTable;
use super::zelda_search::find_program;
use crate::profile::EngineVersion;

/// Numbers of the sound archives in the file table, the same in every version.
pub(super) const FONTS_FILE: usize = 3;
pub(super) const SEQUENCES_FILE: usize = 4;
pub(super) const SAMPLES_FILE: usize = 5;
/// Ocarina of Time has fewer sequences than this, Majora's Mask has these.
const MAJORA_SEQUENCES: usize = 0x80;

/// Where the four tables begin in the main program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TablePlaces {
    /// The index of sound fonts.
    pub fonts: usize,
    /// The sequences' fonts.
    pub lists: usize,
    /// The index of sequences.
    pub sequences: usize,
    /// The index of sample banks.
    pub samples: usize,
}

/// A version of a game whose places are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZeldaGame {
    /// The game.
    pub facts: Arc<GameFacts>,
    /// Where the image has its file table.
    pub file_table: usize,
    /// The main program's number in it.
    pub program: usize,
    /// Where the tables begin in the main program.
    pub places: TablePlaces,
}

/// Where an image has what changing its sequences changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditPlaces {
    /// Where Audioseq begins: the table's offsets count from here.
    pub audioseq: usize,
    /// Bytes of Audioseq as the game was made.
    pub audioseq_bytes: usize,
    /// The sequences' table; none if the main program is compressed.
    pub table: Option<usize>,
    /// The sequences' fonts, as the table.
    pub lists: Option<usize>,
    /// The end of the last file: what lies behind it is free.
    pub files_end: usize,
}

/// A game's image, with its sound files found.
#[derive(Clone, Debug)]
pub struct ZeldaRom {
    order: ByteOrder,
    facts: Arc<GameFacts>,
    archives: AudioArchives,
    edit: EditPlaces,
}

impl ZeldaRom {
    /// Whether an image (in any byte order) has a file table.
    #[must_use]
    pub fn recognizes(bytes: &[u8], games: &[ZeldaGame]) -> bool {
        ByteOrder::detect(bytes).is_some_and(|order| find_table(&order.to_big(bytes), games).is_some())
    }

    /// Takes an image in any byte order: known versions have their tables at known places, in others they are found
    /// by their structure.
    ///
    /// # Errors
    ///
    /// If it is no image, has no file table, a sound archive is damaged, or no file has tables for them.
    pub fn parse(name: &str, bytes: &[u8], games: &[ZeldaGame]) -> Result<Self, FormatError> {
        let order = ByteOrder::of(name, bytes)?;
        let image = order.to_big(bytes);
        let table = find_table(&image, games).ok_or_else(|| {
            let expected = "a table of files, as games of the Zelda series have it";
            FormatError::invalid(name.to_owned(), 0, "file table", expected, "something else")
                .of_kind(FormatErrorKind::Unsupported)
        })?;
        let archive = |number| table.file(name, &image, number);
        let [fonts, sequences, samples] =
            [archive(FONTS_FILE)?, archive(SEQUENCES_FILE)?, archive(SAMPLES_FILE)?];
        let start = table.entries[SEQUENCES_FILE].physical_start as usize;
        let is_plain = table.entries[SEQUENCES_FILE].physical_end == 0;
        let own = [fonts.len(), sequences.len(), samples.len()];
        // Sequences that were added lie behind the archive: offsets count on.
        let longer = [fonts.len(), image.len().saturating_sub(start), samples.len()];
        let lengths = [own, longer];
        let lengths = if is_plain { &lengths[..] } else { &lengths[..1] };
        let found = find_program(name, &image, &table, lengths, games)?;
        let edit = EditPlaces {
            audioseq: start,
            audioseq_bytes: sequences.len(),
            table: found.place_in_image(found.places.sequences),
            lists: found.place_in_image(found.places.lists),
            files_end: table.physical_end(),
        };
        let tables = |at: usize| found.program.get(at..).unwrap_or_default();
        let sequences = with_added(&image, sequences, start, tables(found.places.sequences));
        let indexed = |file: &str, bytes: Cow<'_, [u8]>, place| {
            let index_name = format!("{name}, index of {file}");
            let bytes = bytes.into_owned();
            IndexedArchive::new((format!("{name}, {file}"), bytes), (index_name, tables(place)))
        };
        let archives = AudioArchives::new(
            indexed("Audiobank", fonts, found.places.fonts)?,
            indexed("Audioseq", sequences, found.places.sequences)?,
            indexed("Audiotable", samples, found.places.samples)?,
            (&format!("{name}, fonts of sequences"), tables(found.places.lists)),
        )?;
        let facts = found.known.map_or_else(
            || Arc::new(guess(table.offset, archives.sequence_count(), games)),
            |known| Arc::clone(&known.facts),
        );
        Ok(Self { order, facts, archives, edit })
    }

    /// The game.
    #[must_use]
    pub fn facts(&self) -> &GameFacts {
        &self.facts
    }

    /// The byte order the image came in.
    #[must_use]
    pub const fn byte_order(&self) -> ByteOrder {
        self.order
    }

    /// The sound files.
    #[must_use]
    pub const fn archives(&self) -> &AudioArchives {
        &self.archives
    }

    /// The sound files, to keep.
    #[must_use]
    pub fn into_archives(self) -> AudioArchives {
        self.archives
    }

    /// Where the image has what changing sequences changes.
    #[must_use]
    pub const fn edit_places(&self) -> &EditPlaces {
        &self.edit
    }
}

/// The sequence archive, with what was added behind it if its table goes there.
fn with_added<'a>(image: &'a [u8], archive: Cow<'a, [u8]>, start: usize, table: &[u8]) -> Cow<'a, [u8]> {
    let extent = IndexTable::parse("index table", table).map_or(0, |table| table.archive_extent());
    match (&archive, start.checked_add(extent)) {
        (Cow::Borrowed(bytes), Some(end)) if extent > bytes.len() => {
            image.get(start..end).map_or(archive, Cow::Borrowed)
        }
        _ => archive,
    }
}

fn find_table(image: &[u8], games: &[ZeldaGame]) -> Option<FileTable> {
    FileTable::find(image, games.iter().map(|game| game.file_table))
}

/// What an unknown version is taken for.
fn guess(file_table: usize, sequences: usize, games: &[ZeldaGame]) -> GameFacts {
    let beside = games.iter().find(|game| game.file_table == file_table);
    let version = beside.map_or(
        if sequences >= MAJORA_SEQUENCES { EngineVersion::Majora } else { EngineVersion::Ocarina },
        |known| known.facts.version,
    );
    match version {
        EngineVersion::Majora => GameFacts::new("Majora's Mask", version),
        _ => GameFacts::new("Ocarina of Time", version),
    }
}

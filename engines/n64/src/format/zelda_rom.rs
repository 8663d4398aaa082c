//! ROM images of the Zelda generation: the three sound archives are files of their own, the tables about them lie in
//! the main program's file, which retail images hold compressed. `n64-oot.md` 1.

use std::borrow::Cow;
use std::sync::Arc;

use tatum_core::{FormatError, FormatErrorKind};

use super::audio_archives::{AudioArchives, IndexedArchive};
use super::byte_order::ByteOrder;
use super::file_table::FileTable;
use super::font_list::FontLists;
use super::game_facts::GameFacts;
use super::index_table::IndexTable;
use crate::profile::EngineVersion;

/// Numbers of the sound archives in the file table, the same in every version.
const FONTS_FILE: usize = 3;
const SEQUENCES_FILE: usize = 4;
const SAMPLES_FILE: usize = 5;
/// Index tables begin at multiples of this.
const TABLE_ALIGNMENT: usize = 4;
/// The sequences' fonts lie at most so far in front of the sequence table: 256 lists of a few fonts each.
const LONGEST_LISTS: usize = 0x2000;
/// Places that could be a table of one kind; real programs have one or two.
const TRIED_PLACES: usize = 64;
/// The main program is no larger than this, and all files that are searched for it together no larger than this.
const LARGEST_PROGRAM: usize = 4 << 20;
const SEARCHED_BYTES: usize = 64 << 20;
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
        let lengths = [fonts.len(), sequences.len(), samples.len()];
        // Sequences that were added lie behind the archive: offsets count on.
        let longer = [fonts.len(), image.len().saturating_sub(start), samples.len()];
        let found = match find_program(name, &image, &table, lengths, games) {
            Err(_) if is_plain => find_program(name, &image, &table, longer, games)?,
            found => found?,
        };
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

/// The main program, where its tables are, and the known version that has them there.
struct FoundProgram<'a, 'g> {
    program: Cow<'a, [u8]>,
    /// Where the image has it, if it is stored plain.
    start: Option<usize>,
    places: TablePlaces,
    known: Option<&'g ZeldaGame>,
}

impl FoundProgram<'_, '_> {
    fn place_in_image(&self, place: usize) -> Option<usize> {
        Some(self.start? + place)
    }
}

/// Finds the tables for archives of the given lengths: at the known places, else in whichever file has them.
fn find_program<'a, 'g>(
    name: &str,
    image: &'a [u8],
    table: &FileTable,
    lengths: [usize; 3],
    games: &'g [ZeldaGame],
) -> Result<FoundProgram<'a, 'g>, FormatError> {
    // Damage is told about once nothing is found, and where it is most likely the reason.
    let mut damage = None;
    let start = |number: usize| {
        table
            .entries
            .get(number)
            .filter(|file| file.physical_end == 0)
            .map(|file| file.physical_start as usize)
    };
    for known in games.iter().filter(|game| game.file_table == table.offset) {
        match table.file(name, image, known.program) {
            Ok(program) if are_tables(&program, known.places, lengths) => {
                let start = start(known.program);
                return Ok(FoundProgram { program, start, places: known.places, known: Some(known) });
            }
            Ok(_) => {}
            Err(error) => damage = Some(error),
        }
    }
    let mut searched = 0;
    for (number, entry) in table.entries.iter().enumerate() {
        let size = entry.unpacked_bytes(image);
        searched += size.min(LARGEST_PROGRAM);
        let is_archive = [FONTS_FILE, SEQUENCES_FILE, SAMPLES_FILE].contains(&number);
        if is_archive || size > LARGEST_PROGRAM || searched > SEARCHED_BYTES {
            continue;
        }
        if let Ok(program) = table.file(name, image, number)
            && let Some(places) = search(&program, lengths)
        {
            return Ok(FoundProgram { program, start: start(number), places, known: None });
        }
    }
    Err(damage.unwrap_or_else(|| {
        FormatError::invalid(
            name.to_owned(),
            table.offset as u64,
            "file table",
            "a file with the index tables of Audiobank, Audioseq and Audiotable",
            "none that fits them",
        )
    }))
}

/// Whether the four tables lie at these places.
fn are_tables(program: &[u8], places: TablePlaces, [fonts, sequences, samples]: [usize; 3]) -> bool {
    let fits = |place, length| index_at(program, place, length);
    let (Some(fonts), Some(sequences), Some(_)) =
        (fits(places.fonts, fonts), fits(places.sequences, sequences), fits(places.samples, samples))
    else {
        return false;
    };
    are_lists(program, places.lists, sequences.entries.len(), fonts.entries.len())
}

/// The index table at an offset, if there is one for an archive of a length.
fn index_at(program: &[u8], at: usize, length: usize) -> Option<IndexTable> {
    IndexTable::for_archive(program.get(at..)?, length)
}

/// Whether the lists of `count` sequences lie at an offset: the first follows the offsets, and all name fonts that
/// are there.
fn are_lists(program: &[u8], at: usize, count: usize, fonts: usize) -> bool {
    let Some(bytes) = program.get(at..) else { return false };
    let follows =
        bytes.first_chunk().is_some_and(|&first| usize::from(u16::from_be_bytes(first)) == 2 * count);
    let names_fonts = |lists: FontLists| lists.lists.iter().flatten().all(|&font| usize::from(font) < fonts);
    follows && FontLists::parse("font lists", bytes, count).is_ok_and(names_fonts)
}

/// Looks for the tables in their order: fonts, sequences' fonts, sequences, sample banks.
fn search(program: &[u8], [fonts, sequences, samples]: [usize; 3]) -> Option<TablePlaces> {
    let (fonts, sequences, samples) =
        (index_places(program, fonts), index_places(program, sequences), index_places(program, samples));
    for (font_place, font_table) in &fonts {
        let behind_fonts = font_place + font_table.extent();
        for (place, table) in sequences.iter().filter(|(place, _)| *place >= behind_fonts) {
            let first = behind_fonts.max(place.saturating_sub(LONGEST_LISTS));
            let lists = (first..*place)
                .step_by(TABLE_ALIGNMENT)
                .find(|&at| are_lists(program, at, table.entries.len(), font_table.entries.len()));
            let behind = place + table.extent();
            let samples = samples.iter().find(|(place, _)| *place >= behind);
            if let (Some(lists), Some((samples, _))) = (lists, samples) {
                return Some(TablePlaces { fonts: *font_place, lists, sequences: *place, samples: *samples });
            }
        }
    }
    None
}

/// The first places with an index table for an archive of a length.
fn index_places(program: &[u8], length: usize) -> Vec<(usize, IndexTable)> {
    let all = (0..program.len()).step_by(TABLE_ALIGNMENT);
    all.filter_map(|at| Some((at, index_at(program, at, length)?))).take(TRIED_PLACES).collect()
}

//! Where a game of the Zelda generation has the tables about its sound archives: at a known version's places, else in
//! whichever file they are found by their structure. `n64-oot.md` 1.

use std::borrow::Cow;

use tatum_core::FormatError;

use super::file_table::FileTable;
use super::font_list::FontLists;
use super::index_table::IndexTable;
use super::zelda_rom::{FONTS_FILE, SAMPLES_FILE, SEQUENCES_FILE, TablePlaces, ZeldaGame};

/// Index tables begin at multiples of this.
const TABLE_ALIGNMENT: usize = 4;
/// The sequences' fonts lie at most so far in front of the sequence table: 256 lists of a few fonts each.
const LONGEST_LISTS: usize = 0x2000;
/// Places that could be a table of one kind; real programs have one or two.
const TRIED_PLACES: usize = 64;
/// The main program is no larger than this, and all files that are searched for it together no larger than this.
const LARGEST_PROGRAM: usize = 4 << 20;
const SEARCHED_BYTES: usize = 64 << 20;

/// The main program, where its tables are, and the known version that has them there.
pub(super) struct FoundProgram<'a, 'g> {
    pub(super) program: Cow<'a, [u8]>,
    /// Where the image has it, if it is stored plain.
    start: Option<usize>,
    pub(super) places: TablePlaces,
    pub(super) known: Option<&'g ZeldaGame>,
}

impl FoundProgram<'_, '_> {
    pub(super) fn place_in_image(&self, place: usize) -> Option<usize> {
        Some(self.start? + place)
    }
}

/// Finds the tables for archives of the given lengths (the first that fit): at the known places, else in whichever file
/// has them.
pub(super) fn find_program<'a, 'g>(
    name: &str,
    image: &'a [u8],
    table: &FileTable,
    lengths: &[[usize; 3]],
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
            Ok(program) if lengths.iter().any(|lengths| are_tables(&program, known.places, *lengths)) => {
                let start = start(known.program);
                return Ok(FoundProgram { program, start, places: known.places, known: Some(known) });
            }
            Ok(_) => {}
            Err(error) => damage = Some(error),
        }
    }
    for lengths in lengths {
        let mut searched = 0;
        for (number, entry) in table.entries.iter().enumerate() {
            let size = entry.unpacked_bytes(image);
            searched += size.min(LARGEST_PROGRAM);
            let is_archive = [FONTS_FILE, SEQUENCES_FILE, SAMPLES_FILE].contains(&number);
            if is_archive || size > LARGEST_PROGRAM || searched > SEARCHED_BYTES {
                continue;
            }
            if let Ok(program) = table.file(name, image, number)
                && let Some(places) = search(&program, *lengths)
            {
                return Ok(FoundProgram { program, start: start(number), places, known: None });
            }
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

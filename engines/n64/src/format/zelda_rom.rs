//! ROM images of the Zelda generation: the three sound archives are files of their own, the tables about them lie in
//! the main program's file, which retail images hold compressed. `n64-oot.md` 1.

use std::borrow::Cow;
use std::ops::Range;

use tatum_core::{FormatError, FormatErrorKind};

use super::audio_archives::{AudioArchives, IndexedArchive};
use super::file_table::FileTable;
use super::font_list::FontLists;
use super::index_table::IndexTable;
use super::rom::ByteOrder;
use crate::profile::EngineVersion;

/// Numbers of the sound archives in the file table, the same in every version.
const FONTS_FILE: usize = 3;
const SEQUENCES_FILE: usize = 4;
const SAMPLES_FILE: usize = 5;
/// Index tables begin at multiples of this.
const TABLE_ALIGNMENT: usize = 4;
/// Bytes of an index table's header behind its count: all zero in the file.
const ZERO_BYTES: Range<usize> = 2..16;
/// Fonts, sequences and sample banks have numbers of one byte.
const MOST_ENTRIES: u16 = 0x100;
/// The sequences' fonts lie at most so far in front of the sequence table: 256 lists of a few fonts each.
const LONGEST_LISTS: usize = 0x2000;
/// Places that could be a table of one kind; real programs have one or two.
const TRIED_PLACES: usize = 64;
/// The main program is no larger than this, and all files that are searched for it together no larger than this.
const LARGEST_PROGRAM: usize = 4 << 20;
const SEARCHED_BYTES: usize = 64 << 20;
/// Ocarina of Time has fewer sequences than this, Majora's Mask has these.
const MAJORA_SEQUENCES: usize = 0x80;

/// Where the four tables begin in the main program: fonts, sequences' fonts, sequences, sample banks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TablePlaces {
    fonts: usize,
    lists: usize,
    sequences: usize,
    samples: usize,
}

/// A version whose places are known.
struct KnownVersion {
    game: &'static str,
    version: EngineVersion,
    /// Where the image has its file table.
    file_table: usize,
    /// The main program's number in it.
    program: usize,
    places: TablePlaces,
}

const fn known(
    game: &'static str,
    version: EngineVersion,
    file_table: usize,
    program: usize,
    [fonts, lists, sequences, samples]: [usize; 4],
) -> KnownVersion {
    KnownVersion {
        game,
        version,
        file_table,
        program,
        places: TablePlaces { fonts, lists, sequences, samples },
    }
}

use EngineVersion::{Majora, Ocarina};

/// `n64-oot.md` 1.1, "Locations".
#[rustfmt::skip]
const KNOWN_VERSIONS: [KnownVersion; 15] = [
    known("Ocarina of Time (NTSC 1.0)", Ocarina, 0x7430, 27, [0x10_26A0, 0x10_2910, 0x10_2AD0, 0x10_31C0]),
    known("Ocarina of Time (NTSC 1.1)", Ocarina, 0x7430, 27, [0x10_2860, 0x10_2AD0, 0x10_2C90, 0x10_3380]),
    known("Ocarina of Time (NTSC 1.2)", Ocarina, 0x7960, 27, [0x10_2710, 0x10_2980, 0x10_2B40, 0x10_3230]),
    known("Ocarina of Time (PAL 1.0)", Ocarina, 0x7950, 28, [0x0F_FE60, 0x10_00D0, 0x10_0290, 0x10_0980]),
    known("Ocarina of Time (PAL 1.1)", Ocarina, 0x7950, 28, [0x0F_FEA0, 0x10_0110, 0x10_02D0, 0x10_09C0]),
    known("Ocarina of Time (GameCube, Japan)", Ocarina, 0x7170, 27, [0x10_1DC0, 0x10_2030, 0x10_21F0, 0x10_28E0]),
    known("Ocarina of Time (GameCube)", Ocarina, 0x7170, 27, [0x10_1DA0, 0x10_2010, 0x10_21D0, 0x10_28C0]),
    known("Ocarina of Time (GameCube, USA, Master Quest)", Ocarina, 0x7170, 27, [0x10_1D80, 0x10_1FF0, 0x10_21B0, 0x10_28A0]),
    known("Ocarina of Time (GameCube, Europe)", Ocarina, 0x7170, 28, [0x0F_F590, 0x0F_F800, 0x0F_F9C0, 0x10_00B0]),
    known("Ocarina of Time (GameCube, Europe, Master Quest)", Ocarina, 0x7170, 28, [0x0F_F570, 0x0F_F7E0, 0x0F_F9A0, 0x10_0090]),
    known("Ocarina of Time (Master Quest debug)", Ocarina, 0x1_2F70, 28, [0x13_8270, 0x13_84E0, 0x13_86A0, 0x13_8D90]),
    known("Ocarina of Time (debug)", Ocarina, 0x1_2F70, 28, [0x13_8290, 0x13_8500, 0x13_86C0, 0x13_8DB0]),
    known("Ocarina of Time (iQue)", Ocarina, 0xB7A0, 27, [0x10_62E0, 0x10_6550, 0x10_6710, 0x10_6E00]),
    known("Majora's Mask (USA)", Majora, 0x1_A500, 31, [0x13_B6C0, 0x13_B960, 0x13_BB70, 0x13_C380]),
    known("Majora's Mask (Japan 1.1)", Majora, 0x1_C050, 28, [0x13_84A0, 0x13_8730, 0x13_8940, 0x13_9150]),
];

/// A game's image, with its sound files found.
#[derive(Clone, Debug)]
pub struct ZeldaRom {
    order: ByteOrder,
    game: &'static str,
    version: EngineVersion,
    archives: AudioArchives,
}

impl ZeldaRom {
    /// Whether an image (in any byte order) has a file table.
    #[must_use]
    pub fn recognizes(bytes: &[u8]) -> bool {
        ByteOrder::detect(bytes).is_some_and(|order| find_table(&order.to_big(bytes)).is_some())
    }

    /// Takes an image in any byte order: known versions have their tables at known places, in others they are found
    /// by their structure.
    ///
    /// # Errors
    ///
    /// If it is no image, has no file table, a sound archive is damaged, or no file has tables for them.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        let unsupported = |field: &'static str, expected: &'static str| {
            FormatError::invalid(name.to_owned(), 0, field, expected, "something else")
                .of_kind(FormatErrorKind::Unsupported)
        };
        let order = ByteOrder::detect(bytes)
            .ok_or_else(|| unsupported("first word", "80371240, 37804012 or 40123780"))?;
        let image = order.to_big(bytes);
        let table = find_table(&image).ok_or_else(|| {
            unsupported("file table", "a table of files, as games of the Zelda series have it")
        })?;
        let archive = |number| table.file(name, &image, number);
        let archives = [archive(FONTS_FILE)?, archive(SEQUENCES_FILE)?, archive(SAMPLES_FILE)?];
        let lengths = archives.each_ref().map(|bytes| bytes.len());
        let found = find_program(name, &image, &table, lengths)?;
        let [fonts, sequences, samples] = archives.map(Cow::into_owned);
        let tables = |at: usize| found.program.get(at..).unwrap_or_default();
        let indexed = |file: &str, bytes, place| {
            let index_name = format!("{name}, index of {file}");
            IndexedArchive::new((format!("{name}, {file}"), bytes), (index_name, tables(place)))
        };
        let archives = AudioArchives::new(
            indexed("Audiobank", fonts, found.places.fonts)?,
            indexed("Audioseq", sequences, found.places.sequences)?,
            indexed("Audiotable", samples, found.places.samples)?,
            (&format!("{name}, fonts of sequences"), tables(found.places.lists)),
        )?;
        let (game, version) = found.known.map_or_else(
            || guess(table.offset, archives.sequence_count()),
            |known| (known.game, known.version),
        );
        Ok(Self { order, game, version, archives })
    }

    /// The game.
    #[must_use]
    pub const fn game(&self) -> &'static str {
        self.game
    }

    /// The engine that plays the game's music.
    #[must_use]
    pub const fn version(&self) -> EngineVersion {
        self.version
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
}

fn find_table(image: &[u8]) -> Option<FileTable> {
    FileTable::find(image, KNOWN_VERSIONS.iter().map(|known| known.file_table))
}

/// What an unknown version is taken for.
fn guess(file_table: usize, sequences: usize) -> (&'static str, EngineVersion) {
    let beside = KNOWN_VERSIONS.iter().find(|known| known.file_table == file_table);
    let version = beside.map_or(
        if sequences >= MAJORA_SEQUENCES { EngineVersion::Majora } else { EngineVersion::Ocarina },
        |known| known.version,
    );
    match version {
        EngineVersion::Majora => ("Majora's Mask", version),
        _ => ("Ocarina of Time", version),
    }
}

/// The main program, where its tables are, and the known version that has them there.
struct FoundProgram<'a> {
    program: Cow<'a, [u8]>,
    places: TablePlaces,
    known: Option<&'static KnownVersion>,
}

/// Finds the tables for archives of the given lengths: at the known places, else in whichever file has them.
fn find_program<'a>(
    name: &str,
    image: &'a [u8],
    table: &FileTable,
    lengths: [usize; 3],
) -> Result<FoundProgram<'a>, FormatError> {
    // Damage is told about once nothing is found, and where it is most likely the reason.
    let mut damage = None;
    for known in KNOWN_VERSIONS.iter().filter(|known| known.file_table == table.offset) {
        match table.file(name, image, known.program) {
            Ok(program) if are_tables(&program, known.places, lengths) => {
                return Ok(FoundProgram { program, places: known.places, known: Some(known) });
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
            return Ok(FoundProgram { program, places, known: None });
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

/// The index table at an offset, if there is one for an archive of a length: the header is zero behind its count,
/// the first entry begins the archive on the cartridge, and every entry lies inside the archive.
fn index_at(program: &[u8], at: usize, length: usize) -> Option<IndexTable> {
    let bytes = program.get(at..)?;
    let is_header = bytes.get(ZERO_BYTES)?.iter().all(|&byte| byte == 0);
    if !is_header || !(1..=MOST_ENTRIES).contains(&u16::from_be_bytes([bytes[0], bytes[1]])) {
        return None;
    }
    let table = IndexTable::parse("index table", bytes).ok()?;
    let first = table.entries.first()?;
    let begins_archive = first.offset == 0 && first.size != 0 && first.details[0] <= 3;
    let fits = |number| table.data_range("index table", number, length).is_ok();
    (begins_archive && (0..table.entries.len()).all(fits)).then_some(table)
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

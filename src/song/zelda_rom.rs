//! Games of the Nintendo 64's Zelda generation: ROM images, and folders of their extracted sound files. They hold
//! songs, and sounds for songs that come without (`--bank`).

use std::path::Path;
use std::sync::{Arc, Mutex};

use tatum_n64::format::audio_archives::{AudioArchives, IndexedArchive};
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::format::zelda_rom::ZeldaRom;
use tatum_n64::trace::StateRows;
use tatum_n64::{BankForm, EngineVersion, ScheduledStart, SoundMemory};

use super::info::SongEntry;
use super::n64::{check_banks, sequence_number, settings_for};
use super::n64_song::N64Song;
use super::{OpenOptions, Song, read_file, title_of};
use crate::error::Error;
use crate::rom::profile;

/// The archives in a folder of an extracted game, named as the game's own files are, and their index tables.
const FONTS: [&str; 2] = ["Audiobank", "Audiobank_index"];
const SEQUENCES: [&str; 2] = ["Audioseq", "Audioseq_index"];
const SAMPLES: [&str; 2] = ["Audiotable", "Audiotable_index"];
/// The names of all three.
pub const GAME_FILES: [[&str; 2]; 3] = [FONTS, SEQUENCES, SAMPLES];
/// The sequence-to-font table in such a folder.
pub const SEQUENCE_FONTS: &str = "sequence_fonts";
/// A folder is taken for Majora's Mask if it has as many sequences.
const MAJORA_SEQUENCES: usize = 0x80;
/// What stands in the place of a damaged sequence that is not played: a script that ends.
const NO_SEQUENCE: [u8; 1] = [0xFF];

/// A game's sound files.
pub(super) struct Game {
    title: String,
    pub(super) version: EngineVersion,
    pub(super) archives: AudioArchives,
}

impl Game {
    /// Opens a ROM image or a folder; `profile` knows more games.
    pub(super) fn open(path: &Path, profile: Option<&Path>) -> Result<Self, Error> {
        if path.is_dir() { Self::of_folder(path) } else { Self::of_rom(path, profile) }
    }

    fn of_rom(path: &Path, profile: Option<&Path>) -> Result<Self, Error> {
        let games = profile::games(profile)?;
        let rom = ZeldaRom::parse(&path.display().to_string(), &read_file(path)?, &games.zelda)?;
        let facts = rom.facts();
        Ok(Self { title: facts.name.clone(), version: facts.version, archives: rom.into_archives() })
    }

    fn of_folder(path: &Path) -> Result<Self, Error> {
        let read = |name: &str| {
            let path = path.join(name);
            read_file(&path).map(|bytes| (path.display().to_string(), bytes))
        };
        let archive = |[data, index]: [&str; 2]| -> Result<IndexedArchive, Error> {
            let (index_name, index) = read(index)?;
            Ok(IndexedArchive::new(read(data)?, (index_name, &index))?)
        };
        let lists = read(SEQUENCE_FONTS)?;
        let archives = AudioArchives::new(
            archive(FONTS)?,
            archive(SEQUENCES)?,
            archive(SAMPLES)?,
            (&lists.0, &lists.1),
        )?;
        let is_majora = archives.sequence_count() >= MAJORA_SEQUENCES;
        let version = if is_majora { EngineVersion::Majora } else { EngineVersion::Ocarina };
        Ok(Self { title: title_of(path), version, archives })
    }
}

/// One of a game's sequences, with all the others: scripts can start them.
pub(super) fn song(
    path: &Path,
    title: &str,
    version: EngineVersion,
    archives: &AudioArchives,
    options: &OpenOptions,
) -> Result<Song, Error> {
    let number = sequence_number(options)?;
    let mut settings = settings_for(options, version)?;
    check_banks(settings.version, BankForm::Fonts)?;
    archives.sequence(number)?;
    let start = ScheduledStart {
        frame: 0,
        player: settings.player,
        sequence: number as u8,
        fade_in: settings.fade_in_updates,
    };
    settings.starts = vec![start];
    let sequences = (0..archives.sequence_count())
        .map(|number| SequenceData::new("sequence", archives.sequence(number).unwrap_or(&NO_SEQUENCE)))
        .collect::<Result<_, _>>()?;
    Ok(Song {
        path: path.to_owned(),
        title: format!("{title}, sequence {number}"),
        engine: settings.version.id(),
        frames: None,
        notes: Vec::new(),
        songs: entries(archives),
        source: Arc::new(N64Song {
            sequences,
            sounds: SoundMemory::load_archives(archives, number)?,
            settings,
            rows: StateRows::All,
            is_built_in: false,
            timeline: Mutex::default(),
        }),
    })
}

/// All sequences with their fonts, in the order of the table: the last one is the default.
fn entries(archives: &AudioArchives) -> Vec<SongEntry> {
    let entry = |number: usize| SongEntry {
        number: number.to_string(),
        name: None,
        bytes: archives.sequence(number).map_or(0, <[u8]>::len),
        banks: archives.lists.lists[number].iter().copied().map(u32::from).collect(),
    };
    (0..archives.sequence_count()).map(entry).filter(|song| song.bytes != 0).collect()
}

/// Whether a folder holds an extracted game.
pub(super) fn recognizes_folder(path: &Path) -> bool {
    path.join(SEQUENCES[0]).is_file()
}

/// A song of an extracted game.
pub(super) fn open_folder(path: &Path, options: &OpenOptions) -> Result<Song, Error> {
    let game = Game::of_folder(path)?;
    song(path, &game.title, game.version, &game.archives, options)
}

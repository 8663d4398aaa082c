//! Songs of the Nintendo 64: bare sequences, archives, folders, ROMs and manifests.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tatum_n64::author::built_in;
use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::game_image::GameImage;
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::trace::StateRows;
use tatum_n64::{BankForm, EngineVersion, Settings, ShindouFiles, SoundFiles, SoundMemory};

use super::info::SongEntry;
use super::n64_song::N64Song;
use super::n64_text::read_sequence;
use super::{OpenOptions, Song, ending, game_rom, read_file, title_of, zelda, zelda_pack, zelda_rom};
use crate::error::Error;
use crate::manifest::Manifest;
use crate::manifest::n64::{N64Manifest, SettingsTable};
use crate::rom::profile;

/// Names of the files of a game's sound banks in a folder.
pub const BANK_FILES: [&str; 3] = ["sound_data.ctl", "sound_data.tbl", "bank_sets"];
/// Names of the index tables of Shindou, which lie beside them.
pub const HEADER_FILES: [&str; 2] = ["banks_header", "samples_header"];
/// Name of the sequence archive in such a folder.
pub const SEQUENCES_FILE: &str = "sequences.bin";
/// Endings of bare sequences.
const SEQUENCE_ENDINGS: [&str; 7] = ["m64", "aseq", "seq", "com", "zseq", "mus", "mml"];

/// The ids of this console's engines.
pub(super) fn engine_ids() -> impl Iterator<Item = &'static str> {
    EngineVersion::ALL.into_iter().map(EngineVersion::id)
}

/// A song of a manifest.
pub(super) fn open_manifest(
    manifest: &Manifest,
    body: &N64Manifest,
    options: &OpenOptions,
) -> Result<Song, Error> {
    let mut settings = body.settings(manifest)?;
    SettingsTable::apply_pairs(&options.settings, &mut settings).map_err(Error::Usage)?;
    let path = manifest.resolve(&body.sequence);
    let sequence =
        SequenceData::new(&path.display().to_string(), &read_sequence(&path, settings.version.id())?)?;
    let mut notes = Vec::new();
    let bank = options.bank.clone().or_else(|| body.bank.as_ref().map(|bank| manifest.resolve(bank)));
    let sounds = load_sounds(settings.version, bank.as_deref(), sequence_number(options)?, &mut notes)?;
    let rows = if body.reference.is_trace_only() { StateRows::Timing } else { StateRows::All };
    Ok(Song {
        path: manifest.path.clone(),
        title: manifest.common.title.clone().unwrap_or_else(|| title_of(&manifest.path)),
        engine: settings.version.id(),
        frames: manifest.frames(),
        notes,
        songs: Vec::new(),
        source: Arc::new(N64Song {
            sequences: vec![sequence],
            sounds,
            settings,
            rows,
            is_built_in: bank.is_none(),
            timeline: Mutex::default(),
        }),
    })
}

/// A game's sound files in a folder: the song is chosen by number.
pub(super) fn open_folder(path: &Path, options: &OpenOptions) -> Result<Song, Error> {
    if zelda_rom::recognizes_folder(path) {
        return zelda_rom::open_folder(path, options);
    }
    let sequences = path.join(SEQUENCES_FILE);
    if !sequences.is_file() {
        return Err(Error::Usage(format!(
            "{}: expected a folder with {SEQUENCES_FILE}, {} (or Audioseq with its companions, or a case.toml)",
            path.display(),
            BANK_FILES.join(", ")
        )));
    }
    let options =
        OpenOptions { bank: options.bank.clone().or_else(|| Some(path.to_owned())), ..options.clone() };
    open_bytes(&sequences, read_file(&sequences)?, &options)
}

/// A ROM, a sequence archive or a bare sequence.
pub(super) fn open_bytes(path: &Path, bytes: Vec<u8>, options: &OpenOptions) -> Result<Song, Error> {
    if zelda_pack::recognizes(path) {
        return zelda_pack::open(path, bytes, options);
    }
    let name = path.display().to_string();
    if GameImage::recognizes(&bytes) {
        let games = profile::games(options.profile.as_deref())?;
        return game_rom::song(path, &GameImage::parse(&name, bytes, &games)?, options);
    }
    let number = sequence_number(options)?;
    if let Some(version) = zelda::engine_of_sequence(path, options) {
        return zelda::open_sequence(path, &bytes, version, options);
    }
    let settings = settings_for(options, EngineVersion::Sm64Us)?;
    let mut title = title_of(path);
    let mut notes = Vec::new();
    let mut songs = Vec::new();
    let (sequence, bank) = if is_sequence_archive(path, &bytes) {
        let archive = Archive::parse(&name, &bytes, ArchiveKind::Sequences)?;
        title = format!("{title}, sequence {number}");
        songs = song_entries(archive.entries.iter().map(std::ops::Range::len));
        let range = archive.entry(&name, number)?;
        let beside = || path.parent().map(Path::to_owned);
        (SequenceData::new(&name, &bytes[range])?, options.bank.clone().or_else(beside))
    } else {
        check_ending(path, options)?;
        (SequenceData::new(&name, &bytes)?, options.bank.clone())
    };
    let sounds = load_sounds(settings.version, bank.as_deref(), number, &mut notes)?;
    Ok(Song {
        path: path.to_owned(),
        title,
        engine: settings.version.id(),
        frames: None,
        notes,
        songs,
        source: Arc::new(N64Song {
            sequences: vec![sequence],
            sounds,
            settings,
            rows: StateRows::All,
            is_built_in: bank.is_none(),
            timeline: Mutex::default(),
        }),
    })
}

/// The settings of the version the command line names, or of `version`; as the command line sets them.
pub(super) fn settings_for(options: &OpenOptions, version: EngineVersion) -> Result<Settings, Error> {
    let version = match options.engine.as_deref() {
        None => version,
        Some(id) => EngineVersion::from_id(id)
            .ok_or_else(|| Error::Usage(format!("--engine {id}: this is a file for {}", version.id())))?,
    };
    let mut settings = Settings::new(version);
    SettingsTable::apply_pairs(&options.settings, &mut settings).map_err(Error::Usage)?;
    Ok(settings)
}

/// Whether an engine can play the songs of a file whose banks are stored in some form.
pub(super) fn check_banks(version: EngineVersion, form: BankForm) -> Result<(), Error> {
    if version.profile().banks == form {
        return Ok(());
    }
    let able = EngineVersion::ALL.into_iter().filter(|other| other.profile().banks == form);
    let ids: Vec<&str> = able.map(EngineVersion::id).collect();
    let message = format!("--engine {}: this is a file for one of {}", version.id(), ids.join(", "));
    Err(Error::Usage(message))
}

/// A sequence archive begins with its type.
fn is_sequence_archive(path: &Path, bytes: &[u8]) -> bool {
    ending(path).as_deref() == Some("bin") && bytes.starts_with(&[0, ArchiveKind::Sequences as u8])
}

/// Bare sequences have nothing to be recognised by but their names.
fn check_ending(path: &Path, options: &OpenOptions) -> Result<(), Error> {
    let is_known = ending(path).is_some_and(|ending| SEQUENCE_ENDINGS.contains(&ending.as_str()));
    if is_known || options.engine.is_some() || path == Path::new("-") {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "{}: unknown kind of file; expected a ROM, a case.toml, or a sequence ending in .{} (or say --engine)",
        path.display(),
        SEQUENCE_ENDINGS.join(", .")
    )))
}

/// The songs of an archive without a game; empty ones are none.
fn song_entries(lengths: impl Iterator<Item = usize>) -> Vec<SongEntry> {
    let entry = |(number, bytes): (usize, usize)| SongEntry {
        number: number.to_string(),
        name: None,
        bytes,
        banks: Vec::new(),
    };
    lengths.enumerate().filter(|(_, bytes)| *bytes != 0).map(entry).collect()
}

/// The number that `--song` names; 0 without.
pub(super) fn sequence_number(options: &OpenOptions) -> Result<usize, Error> {
    options.song.as_deref().map_or(Ok(0), |song| {
        song.parse().map_err(|_| {
            Error::Usage(format!("--song: expected a sequence's number or a known name, found '{song}'"))
        })
    })
}

/// The banks of a sequence from a folder, or the built-in instruments.
fn load_sounds(
    version: EngineVersion,
    bank: Option<&Path>,
    number: usize,
    notes: &mut Vec<String>,
) -> Result<SoundMemory, Error> {
    let Some(folder) = bank else {
        notes.push("no bank given: playing with the built-in instruments (choose one with --bank)".into());
        return Ok(built_in::sounds(version.generation())?);
    };
    if version.profile().banks == BankForm::Indexed {
        return load_shindou_sounds(folder, number);
    }
    let paths: [PathBuf; 3] = BANK_FILES.map(|name| folder.join(name));
    let names = paths.each_ref().map(|path| path.display().to_string());
    let [banks, samples, bank_sets] = [read_file(&paths[0])?, read_file(&paths[1])?, read_file(&paths[2])?];
    let files = SoundFiles {
        banks: (&names[0], &banks),
        samples: (&names[1], &samples),
        bank_sets: (&names[2], &bank_sets),
    };
    Ok(SoundMemory::load(&files, number)?)
}

/// The banks of Shindou: index tables beside the data.
fn load_shindou_sounds(folder: &Path, number: usize) -> Result<SoundMemory, Error> {
    let read = |name: &str| {
        let path = folder.join(name);
        read_file(&path).map(|bytes| (path.display().to_string(), bytes))
    };
    let [banks, samples, bank_sets] = BANK_FILES.map(read);
    let (banks, samples, bank_sets) = (banks?, samples?, bank_sets?);
    let (banks_header, samples_header) = (read(HEADER_FILES[0])?, read(HEADER_FILES[1])?);
    let files = ShindouFiles {
        banks: (&banks.0, &banks.1),
        samples: (&samples.0, &samples.1),
        bank_sets: (&bank_sets.0, &bank_sets.1),
        banks_header: (&banks_header.0, &banks_header.1),
        samples_header: (&samples_header.0, &samples_header.1),
    };
    Ok(SoundMemory::load_shindou(&files, number)?)
}

//! Songs of the Nintendo 64's Zelda generation: manifests and bare sequences. Games and music packs have files of
//! their own.

use std::path::Path;
use std::sync::{Arc, Mutex};

use tatum_n64::author::built_in;
use tatum_n64::format::audio_archives::AudioArchives;
use tatum_n64::format::index_table::FontEntry;
use tatum_n64::format::music_pack::{Member, MusicPack, PackFont, font_of_file_name};
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::trace::StateRows;
use tatum_n64::{EngineVersion, FontFile, FontFiles, SoundMemory};

use super::n64::{sequence_number, settings_for};
use super::n64_song::N64Song;
use super::n64_text::read_sequence;
use super::zelda_pack::{self, PackSong};
use super::zelda_rom::Game;
use super::{OpenOptions, Song, ending, read_file, title_of};
use crate::error::Error;
use crate::manifest::Manifest;
use crate::manifest::n64::SettingsTable;
use crate::manifest::zelda::ZeldaManifest;

/// The ending of this generation's bare sequences.
const SEQUENCE_ENDING: &str = "zseq";
/// The setting that names a font of the game.
const FONT_KEY: &str = "font";
/// The font of a sequence that no one names one for: the game's first one for music.
const USUAL_FONT: u8 = 3;

/// The engine of this generation for a bare sequence; none if it is one of another.
pub(super) fn engine_of_sequence(path: &Path, options: &OpenOptions) -> Option<EngineVersion> {
    match options.engine.as_deref() {
        Some(id) => EngineVersion::from_id(id).filter(|version| version.generation().is_zelda()),
        None if ending(path).as_deref() != Some(SEQUENCE_ENDING) => None,
        None if font_of_name(path).is_some() => Some(EngineVersion::Majora),
        None => Some(EngineVersion::Ocarina),
    }
}

fn font_of_name(path: &Path) -> Option<u8> {
    font_of_file_name(path.file_name()?.to_str()?)
}

/// A bare sequence. A `.meta` text beside it, its name, a setting or the game itself say which font it needs.
pub(super) fn open_sequence(
    path: &Path,
    bytes: &[u8],
    version: EngineVersion,
    options: &OpenOptions,
) -> Result<Song, Error> {
    let mut options = options.clone();
    let font = take_font(&mut options)?;
    let game =
        options.bank.as_deref().map(|bank| Game::open(bank, options.profile.as_deref())).transpose()?;
    let version = game.as_ref().filter(|_| options.engine.is_none()).map_or(version, |game| game.version);
    let settings = settings_for(&options, version)?;
    if font.is_none()
        && let Some(pack) = zelda_pack::beside(path, bytes)?
    {
        return PackSong { pack, version }.open(path, game.as_ref(), settings);
    }
    let by_name = || font_of_name(path).filter(|_| version == EngineVersion::Majora);
    if let Some(number) = font.or_else(by_name) {
        let sequence = Member { name: title_of(path), bytes: bytes.to_vec() };
        let pack = MusicPack { title: None, sequence, font: PackFont::Game(number), groups: Vec::new() };
        return PackSong { pack, version }.open(path, game.as_ref(), settings);
    }
    let mut notes = Vec::new();
    let sounds = match &game {
        Some(game) => sounds_of(&game.archives, bytes, &options, &mut notes)?,
        None => {
            notes.push(
                "no bank given: playing with the built-in instruments (choose a game with --bank)".into(),
            );
            built_in::sounds(version.generation())?
        }
    };
    Ok(Song {
        path: path.to_owned(),
        title: title_of(path),
        engine: version.id(),
        frames: None,
        notes,
        songs: Vec::new(),
        source: Arc::new(N64Song {
            sequences: vec![SequenceData::new(&path.display().to_string(), bytes)?],
            sounds,
            settings,
            rows: StateRows::All,
            is_built_in: game.is_none(),
            timeline: Mutex::default(),
        }),
    })
}

/// Takes the font out of the settings.
fn take_font(options: &mut OpenOptions) -> Result<Option<u8>, Error> {
    let Some(at) = options.settings.iter().position(|(key, _)| key == FONT_KEY) else { return Ok(None) };
    let (_, value) = options.settings.remove(at);
    let number = match value.strip_prefix("0x") {
        Some(digits) => u8::from_str_radix(digits, 16),
        None => value.parse(),
    };
    let invalid = |_| {
        Error::Usage(format!("--set {FONT_KEY}={value}: expected a font number, 0 to 255 or 0x00 to 0xff"))
    };
    number.map(Some).map_err(invalid)
}

/// A game's fonts for a sequence: those of the sequence that `--song` names or that has the same bytes, else the
/// usual one.
fn sounds_of(
    game: &AudioArchives,
    sequence: &[u8],
    options: &OpenOptions,
    notes: &mut Vec<String>,
) -> Result<SoundMemory, Error> {
    let number = match options.song {
        Some(_) => Some(sequence_number(options)?),
        None => game.find_sequence(sequence),
    };
    let list = number.map(|number| {
        game.sequence(number)?;
        Ok::<_, Error>(game.lists.lists[number].clone())
    });
    let list = list.transpose()?.unwrap_or_else(|| {
        let font = if game.font(USUAL_FONT).is_ok() { USUAL_FONT } else { 0 };
        notes.push(format!("playing with font {font:#04x} of the game (choose one with --set {FONT_KEY}=N)"));
        vec![font]
    });
    Ok(SoundMemory::load_fonts(&game.font_files(vec![list], 0)?)?)
}

/// A song of a manifest.
pub(super) fn open_manifest(
    manifest: &Manifest,
    body: &ZeldaManifest,
    options: &OpenOptions,
) -> Result<Song, Error> {
    let mut settings = body.settings(manifest)?;
    SettingsTable::apply_pairs(&options.settings, &mut settings).map_err(Error::Usage)?;
    let mut sequences = Vec::new();
    for table in &body.sequences {
        let path = manifest.resolve(&table.file);
        sequences.push(SequenceData::new(
            &path.display().to_string(),
            &read_sequence(&path, settings.version.id())?,
        )?);
    }
    let mut fonts = Vec::new();
    for table in &body.fonts {
        let path = manifest.resolve(&table.file);
        let meta = manifest.resolve(&table.meta);
        let entry = FontEntry::parse(&meta.display().to_string(), &read_file(&meta)?)?;
        fonts.push((path.display().to_string(), read_file(&path)?, entry));
    }
    let audiotable = manifest.resolve(&body.audiotable);
    let samples = (audiotable.display().to_string(), read_file(&audiotable)?);
    let files = FontFiles {
        fonts: fonts
            .iter()
            .map(|(name, bytes, entry)| Some(FontFile::new(name.as_str(), bytes, *entry)))
            .collect(),
        sample_banks: vec![(&samples.0, &samples.1)],
        lists: body.sequences.iter().map(|table| table.fonts.clone()).collect(),
    };
    let sounds = SoundMemory::load_fonts(&files)?;
    Ok(Song {
        path: manifest.path.clone(),
        title: manifest.common.title.clone().unwrap_or_else(|| title_of(&manifest.path)),
        engine: settings.version.id(),
        frames: manifest.frames(),
        notes: Vec::new(),
        songs: Vec::new(),
        source: Arc::new(N64Song {
            sequences,
            sounds,
            settings,
            rows: StateRows::All,
            is_built_in: false,
            timeline: Mutex::default(),
        }),
    })
}

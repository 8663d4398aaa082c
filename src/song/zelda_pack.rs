//! Packs of custom music for the randomisers of Ocarina of Time (`.ootrs`) and Majora's Mask (`.mmrs`), and the loose
//! files that such packs are made of.

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::{Arc, Mutex};

use tatum_core::{FormatError, FormatErrorKind};
use tatum_n64::author::built_in;
use tatum_n64::format::audio_archives::AudioArchives;
use tatum_n64::format::music_pack::{Member, MusicPack, OwnFont, OwnFontFiles, PackFont, sounds_in_meta};
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::trace::StateRows;
use tatum_n64::{BankForm, EngineVersion, FontFile, FontFiles, Settings, SoundMemory};
use zip::ZipArchive;

use super::n64::{check_banks, settings_for};
use super::n64_song::N64Song;
use super::zelda_rom::Game;
use super::{OpenOptions, Song, ending, read_file, title_of};
use crate::error::Error;

/// Members a pack can have; real ones have up to a few dozen.
const MOST_MEMBERS: usize = 4096;
/// Bytes that the members of a pack have unpacked, together: as much as the largest cartridge.
const MOST_UNPACKED_BYTES: u64 = 64 << 20;
/// How the packs of a randomiser end.
const OCARINA_ENDING: &str = "ootrs";
const MAJORA_ENDING: &str = "mmrs";
/// How the members that matter end.
const MEMBER_ENDINGS: [&str; 7] = ["meta", "seq", "zseq", "zbank", "bankmeta", "zsound", "txt"];

/// A song of a pack, ready to be given its sounds.
pub(super) struct PackSong {
    pub(super) pack: MusicPack,
    pub(super) version: EngineVersion,
}

/// Whether a file is called like a pack.
pub(super) fn recognizes(path: &Path) -> bool {
    ending(path).is_some_and(|ending| ending == OCARINA_ENDING || ending == MAJORA_ENDING)
}

/// Opens a pack.
pub(super) fn open(path: &Path, bytes: Vec<u8>, options: &OpenOptions) -> Result<Song, Error> {
    let song = read(path, bytes)?;
    let settings = settings_for(options, song.version)?;
    let game =
        options.bank.as_deref().map(|bank| Game::open(bank, options.profile.as_deref())).transpose()?;
    song.open(path, game.as_ref(), settings)
}

/// The pack of a file, for the engine that its ending says.
fn read(path: &Path, bytes: Vec<u8>) -> Result<PackSong, Error> {
    let name = path.display().to_string();
    let members = unpack(&name, bytes)?;
    Ok(if ending(path).as_deref() == Some(MAJORA_ENDING) {
        PackSong { pack: MusicPack::majora(&name, members)?, version: EngineVersion::Majora }
    } else {
        PackSong { pack: MusicPack::ocarina(&name, members)?, version: EngineVersion::Ocarina }
    })
}

/// The font that a pack brings, with its samples, and the engine it is for.
///
/// # Errors
///
/// If the pack cannot be read, or needs fonts or samples of the game.
pub(crate) fn own_font(path: &Path) -> Result<(OwnFontFiles, EngineVersion), Error> {
    let PackSong { pack, version } = read(path, read_file(path)?)?;
    match &pack.font {
        PackFont::Own(font) if font.is_complete() => Ok((font.store([&[]; 2])?, version)),
        PackFont::Own(_) => Err(Error::Usage(format!(
            "{}: its font uses samples of the game, which are not in it",
            path.display()
        ))),
        PackFont::Game(number) => Err(Error::Usage(format!(
            "{}: it has no font of its own, but uses font {number:#04x} of the game",
            path.display()
        ))),
    }
}

/// The members in the root of a zip file that a pack can consist of.
fn unpack(pack: &str, bytes: Vec<u8>) -> Result<Vec<Member>, Error> {
    let damaged = |field: String, error: &dyn std::fmt::Display| {
        FormatError::invalid(
            pack.to_owned(),
            0,
            field,
            "a sound zip file (stored or deflated)",
            error.to_string(),
        )
    };
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged("zip file".into(), &error))?;
    if archive.len() > MOST_MEMBERS {
        let expected = format!("at most {MOST_MEMBERS}");
        let found = archive.len().to_string();
        return Err(FormatError::invalid(pack.to_owned(), 0, "number of members", expected, found).into());
    }
    // A name that is no text is none that a pack asks for.
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    let mut members = Vec::new();
    let mut left = MOST_UNPACKED_BYTES;
    for name in names {
        let matters = ending(Path::new(&name)).is_some_and(|own| MEMBER_ENDINGS.contains(&own.as_str()));
        if name.contains(['/', '\\']) || !matters {
            continue;
        }
        let field = || format!("member {name}");
        let member = archive.by_name(&name).map_err(|error| damaged(field(), &error))?;
        let mut bytes = Vec::new();
        member.take(left + 1).read_to_end(&mut bytes).map_err(|error| damaged(field(), &error))?;
        left = left.checked_sub(bytes.len() as u64).ok_or_else(|| {
            let expected = format!("at most {MOST_UNPACKED_BYTES:#x} bytes in all members of the pack");
            FormatError::invalid(pack.to_owned(), 0, field(), expected, "more")
                .of_kind(FormatErrorKind::Unsupported)
        })?;
        members.push(Member { name, bytes });
    }
    Ok(members)
}

/// The pack that a loose sequence with a `.meta` text beside it is; none without such a text.
pub(super) fn beside(path: &Path, sequence: &[u8]) -> Result<Option<MusicPack>, Error> {
    let meta = path.with_extension("meta");
    let Some(folder) = path.parent().filter(|_| meta.is_file()) else { return Ok(None) };
    let text = read_file(&meta)?;
    let own = ["zbank", "bankmeta"].map(|ending| path.with_extension(ending));
    let sounds =
        sounds_in_meta(&text).into_iter().filter(|name| is_plain(name)).map(|name| folder.join(name));
    let mut members = vec![member(path, sequence.to_vec()), member(&meta, text)];
    for path in own.into_iter().chain(sounds).filter(|path| path.is_file()) {
        members.push(member(&path, read_file(&path)?));
    }
    Ok(Some(MusicPack::ocarina(&meta.display().to_string(), members)?))
}

fn member(path: &Path, bytes: Vec<u8>) -> Member {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Member { name, bytes }
}

/// Whether a name is that of a file in the same folder, and no path out of it.
fn is_plain(name: &str) -> bool {
    !name.contains(['/', '\\', ':']) && Path::new(name).file_name().is_some_and(|own| own == name)
}

impl PackSong {
    /// The song with its sounds: those of the user's game, the pack's own, or the built-in instruments.
    pub(super) fn open(self, path: &Path, game: Option<&Game>, settings: Settings) -> Result<Song, Error> {
        check_banks(settings.version, BankForm::Fonts)?;
        let mut notes = Vec::new();
        let archives = game.map(|game| &game.archives);
        let sounds = sounds(&self.pack.font, archives, &mut notes)?;
        let is_built_in = sounds.is_none();
        let sounds = match sounds {
            Some(sounds) => sounds,
            None => built_in::sounds(settings.version.generation())?,
        };
        let sequence = &self.pack.sequence;
        let name = format!("{}, {}", path.display(), sequence.name);
        Ok(Song {
            path: path.to_owned(),
            title: self.pack.title.unwrap_or_else(|| title_of(path)),
            engine: settings.version.id(),
            frames: None,
            notes,
            songs: Vec::new(),
            source: Arc::new(N64Song {
                sequences: vec![SequenceData::new(&name, &sequence.bytes)?],
                sounds,
                settings,
                rows: StateRows::All,
                is_built_in,
                timeline: Mutex::default(),
            }),
        })
    }
}

/// The sounds of a pack's font; none if they are the game's and the game is not at hand.
fn sounds(
    font: &PackFont,
    game: Option<&AudioArchives>,
    notes: &mut Vec<String>,
) -> Result<Option<SoundMemory>, Error> {
    match (font, game) {
        (&PackFont::Game(number), Some(game)) => {
            Ok(Some(SoundMemory::load_fonts(&game.font_files(vec![vec![number]], 0)?)?))
        }
        (&PackFont::Game(number), None) => {
            notes.push(format!(
                "the song is for font {number:#04x} of the game: playing with the built-in instruments (choose the game \
                 with --bank)"
            ));
            Ok(None)
        }
        (PackFont::Own(font), game) => own_sounds(font, game, notes),
    }
}

fn own_sounds(
    font: &OwnFont,
    game: Option<&AudioArchives>,
    notes: &mut Vec<String>,
) -> Result<Option<SoundMemory>, Error> {
    let mut banks: [&[u8]; 2] = [&[]; 2];
    if !font.is_complete() {
        let Some(game) = game else {
            notes.push(
                "the pack's font uses samples of the game: playing with the built-in instruments (choose the game with \
                 --bank)"
                    .into(),
            );
            return Ok(None);
        };
        for (bank, number) in banks.iter_mut().zip(font.sample_banks()) {
            if let Some(number) = number {
                *bank = game.sample_bank(number)?.1;
            }
        }
    }
    let stored = font.store(banks)?;
    let [first, second] = &stored.sample_banks;
    let files = FontFiles {
        fonts: vec![Some(FontFile::new(stored.name.as_str(), &stored.font, stored.entry))],
        sample_banks: vec![("sample bank 1 of the pack", first), ("sample bank 2 of the pack", second)],
        lists: vec![vec![0]],
    };
    Ok(Some(SoundMemory::load_fonts(&files)?))
}

//! Songs, banks and samples out of a game's image. The folder is a valid input for every command, and plays like the
//! image.

mod indexed;
mod n64;
mod nds;
mod raw;
mod samples;
mod snes;

use std::path::Path;

pub use raw::{RawPlaces, extract_raw};

use crate::error::Error;
use crate::output::folder::PendingFolder;
use crate::song::{GAME_TABLE, GameFile, GameKind, GameSong, GameTable, ListedSong, write_game_table};

/// What is taken out.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// One song with what it needs, by number or name; none takes all.
    pub song: Option<String>,
    /// The number of a sound archive of the DS; none takes all.
    pub archive: Option<usize>,
    /// Whether samples are written as WAV files too.
    pub samples: bool,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    /// Songs.
    pub songs: usize,
    /// Samples as WAV files.
    pub samples: usize,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// Takes songs out of a game into a new folder.
///
/// # Errors
///
/// If there is no such song, something in the image is damaged, or the folder cannot be written.
pub fn extract(game: &GameFile, folder: &Path, selection: &Selection) -> Result<Extracted, Error> {
    refuse_stream(folder)?;
    let pending = PendingFolder::create(folder)?;
    let chosen = chosen(game, selection)?;
    let (input, extracted, files) = match &game.kind {
        GameKind::N64(image) => {
            let number = chosen.as_ref().and_then(|song| song.entry.number.parse().ok());
            (None, n64::write(image, number, selection.samples, &pending)?, Vec::new())
        }
        GameKind::Nds(archives) => {
            let (input, extracted) = nds::write(archives, selection, chosen.as_ref(), &pending)?;
            (Some(input.into()), extracted, Vec::new())
        }
        GameKind::Snes(rom) => {
            let number = chosen.as_ref().and_then(|song| song.entry.number.parse().ok());
            let (input, extracted, files) = snes::write(rom, number, selection.samples, &pending)?;
            (Some(input.into()), extracted, files)
        }
    };
    let table = GameTable {
        title: game.title(),
        engine: game.engine().to_owned(),
        input,
        song: chosen.as_ref().map(|song| song.entry.number.clone()),
        songs: if files.is_empty() { named_songs(game, chosen.as_ref()) } else { files },
    };
    pending.write(GAME_TABLE, write_game_table(&table)?.as_bytes())?;
    pending.finish()?;
    Ok(extracted)
}

/// A folder cannot be a stream.
fn refuse_stream(folder: &Path) -> Result<(), Error> {
    match folder == Path::new("-") {
        true => Err(Error::Usage("-: songs are taken out into a folder; name one".into())),
        false => Ok(()),
    }
}

/// The one song that is asked for.
fn chosen(game: &GameFile, selection: &Selection) -> Result<Option<ListedSong>, Error> {
    let Some(asked) = &selection.song else { return Ok(None) };
    find_song(game, selection.archive, asked).map(Some)
}

/// A song by number or name; of the DS in a sound archive (the first one if none is named).
///
/// # Errors
///
/// If there is none.
pub fn find_song(game: &GameFile, archive: Option<usize>, asked: &str) -> Result<ListedSong, Error> {
    let is_asked = |song: &ListedSong| {
        let entry = &song.entry;
        song.archive.unwrap_or(0) == archive.unwrap_or(0)
            && (entry.number == asked
                || entry.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(asked)))
    };
    game.songs().into_iter().find(is_asked).ok_or_else(|| {
        Error::Usage(format!("--song: no song '{asked}' in {} (see tatum rom list)", game.path.display()))
    })
}

/// The songs of a Nintendo 64 game that have names: sound archives carry theirs themselves.
fn named_songs(game: &GameFile, chosen: Option<&ListedSong>) -> Vec<GameSong> {
    if !matches!(game.kind, GameKind::N64(_)) {
        return Vec::new();
    }
    let songs = game.songs().into_iter();
    songs
        .filter(|song| song.entry.name.is_some())
        .filter(|song| chosen.is_none_or(|chosen| chosen.entry.number == song.entry.number))
        .map(|song| GameSong { number: song.entry.number, name: song.entry.name, file: None })
        .collect()
}

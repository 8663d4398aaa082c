//! Folders of extracted games: `game.toml` says what is in them.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::info::SongEntry;
use super::{OpenOptions, Song, n64};
use crate::error::Error;
use crate::table_text;

/// The table in the folder.
pub const GAME_TABLE: &str = "game.toml";

const HEADING: &str =
    "The sound files of a game, as tatum rom extract took them out. `input` is the file that songs are
in (none: the folder's own sound files), `song` the one that plays if none is asked for.";

/// What the table says.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GameTable {
    /// The game.
    pub title: String,
    /// The engine that plays its songs.
    pub engine: String,
    /// The file that songs are in; none if the folder has the sound files of a Nintendo 64 game.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<PathBuf>,
    /// The song that plays if none is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub song: Option<String>,
    /// The songs that are known by name, or lie in files of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub songs: Vec<GameSong>,
}

/// A song of the table.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GameSong {
    /// Its number.
    pub number: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The file it is in, if that is another one than `input`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
}

impl GameSong {
    /// The song in a list. Its size is not known before its file is opened.
    fn entry(&self) -> SongEntry {
        SongEntry { number: self.number.clone(), name: self.name.clone(), bytes: 0, banks: Vec::new() }
    }
}

/// The text of a table.
///
/// # Errors
///
/// If something in it cannot be said in TOML.
pub fn write_game_table(table: &GameTable) -> Result<String, Error> {
    table_text::write(Path::new(GAME_TABLE), HEADING, table)
}

impl GameTable {
    /// The table of a folder, if it has one.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or has a key that is missing, unknown or wrong.
    pub fn beside(folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join(GAME_TABLE);
        if path.is_file() { table_text::read(&path).map(Some) } else { Ok(None) }
    }

    /// The song that is asked for, by number or name.
    pub(super) fn open(&self, folder: &Path, options: &OpenOptions) -> Result<Song, Error> {
        let asked = options.song.as_deref().or(self.song.as_deref());
        let entry = asked.and_then(|asked| {
            let is_asked = |song: &&GameSong| {
                song.number == asked
                    || song.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(asked))
            };
            self.songs.iter().find(is_asked)
        });
        let song = entry.map(|entry| entry.number.clone()).or_else(|| asked.map(str::to_owned));
        let engine = options.engine.clone().or_else(|| Some(self.engine.clone()));
        let own = OpenOptions { song, engine, ..options.clone() };
        let file = entry.and_then(|entry| entry.file.as_ref()).or(self.input.as_ref());
        let opened = match file {
            None => n64::open_folder(folder, &own)?,
            Some(file) => {
                if !file.components().all(|part| matches!(part, Component::Normal(_))) {
                    let message = format!("'{}' lies outside of the folder", file.display());
                    return Err(table_text::error(&folder.join(GAME_TABLE), message));
                }
                Song::open_bytes(&folder.join(file), super::read_file(&folder.join(file))?, &own)?
            }
        };
        Ok(Song { path: folder.to_owned(), ..self.named(opened, entry) })
    }

    /// The song with the table's title and names.
    fn named(&self, mut song: Song, entry: Option<&GameSong>) -> Song {
        let own = song.title.rsplit_once(", ").map(|(_, of)| of.to_owned());
        let of = entry.and_then(|entry| entry.name.clone()).or(own);
        if let Some(of) = of {
            song.title = format!("{}, {of}", self.title);
        }
        if self.songs.iter().any(|song| song.file.is_some()) {
            song.songs = self.songs.iter().map(GameSong::entry).collect();
        }
        for entry in &mut song.songs {
            let known = self.songs.iter().find(|song| song.number == entry.number);
            entry.name = entry.name.take().or_else(|| known.and_then(|song| song.name.clone()));
        }
        song
    }
}

//! Song after song: folders, lists, and files that hold several songs.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::song::{GAME_TABLE, OpenOptions, Song, read_file};

/// Files a folder is searched for.
const SONG_ENDINGS: [&str; 21] = [
    "m64", "aseq", "com", "zseq", "z64", "n64", "v64", "ootrs", "mmrs", "nds", "srl", "sdat", "sseq", "strm",
    "ncsf", "minincsf", "spc", "sfc", "smc", "mus", "mml",
];
/// Folders in folders that are searched.
const DEEPEST_FOLDER: usize = 4;
/// Entries of a list at most.
const MOST_ENTRIES: usize = 100_000;

/// Something to play.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its file.
    pub path: PathBuf,
    /// How to open it; a song in a file with several is named here.
    pub options: OpenOptions,
    /// Whether the other songs of its file follow it.
    pub is_whole_file: bool,
}

/// What is played, in order.
#[derive(Clone, Debug)]
pub struct Playlist {
    entries: Vec<Entry>,
}

impl Playlist {
    /// A song, the songs of a file, or those of a folder or an `.m3u` list.
    ///
    /// # Errors
    ///
    /// If the list cannot be read, or there is nothing to play in it.
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Self, Error> {
        let entry =
            |path: PathBuf| Entry { path, options: options.clone(), is_whole_file: options.song.is_none() };
        let entries: Vec<Entry> = if is_list(path) {
            read_list(path)?.into_iter().map(entry).collect()
        } else if path.is_dir() && !is_song_folder(path) {
            let mut files = Vec::new();
            search_folder(path, 0, &mut files)?;
            files.into_iter().map(entry).collect()
        } else {
            vec![entry(path.to_owned())]
        };
        if entries.is_empty() {
            return Err(Error::Usage(format!("{}: no songs found in it", path.display())));
        }
        Ok(Self { entries })
    }

    /// Songs, as far as it is known.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is nothing to play.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// An entry by its place.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&Entry> {
        self.entries.get(place)
    }

    /// Ends the list before a place.
    pub fn truncate(&mut self, place: usize) {
        self.entries.truncate(place);
    }

    /// Opens the song at a place. If its file holds more songs, they take their places behind it.
    ///
    /// # Errors
    ///
    /// As [`Song::open`], and if there is no such place.
    pub fn open_song(&mut self, place: usize) -> Result<Song, Error> {
        let Some(entry) = self.entries.get(place).cloned() else {
            return Err(Error::Usage(format!("no song {} in the list", place + 1)));
        };
        let song = Song::open(&entry.path, &entry.options)?;
        if entry.is_whole_file && song.songs.len() > 1 {
            let songs = song.songs.iter().map(|one| Entry {
                path: entry.path.clone(),
                options: OpenOptions { song: Some(one.number.clone()), ..entry.options.clone() },
                is_whole_file: false,
            });
            self.entries.splice(place..=place, songs);
        }
        Ok(song)
    }
}

fn is_list(path: &Path) -> bool {
    matches!(ending(path).as_deref(), Some("m3u" | "m3u8"))
}

/// A folder that is one song or one game: `Song::open` knows it.
fn is_song_folder(path: &Path) -> bool {
    ["case.toml", GAME_TABLE, "sequences.bin", "Audioseq"].iter().any(|name| path.join(name).is_file())
}

/// The files of an `.m3u` list: one on a line, relative to the list; lines with `#` are comments.
fn read_list(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let text = String::from_utf8_lossy(&read_file(path)?).into_owned();
    let folder = path.parent().unwrap_or(Path::new(""));
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let names = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(names.take(MOST_ENTRIES).map(|name| folder.join(name)).collect())
}

/// The songs of a folder and the folders in it, in order of their names.
fn search_folder(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let entries = std::fs::read_dir(folder).map_err(|source| Error::io(folder, source))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        if files.len() >= MOST_ENTRIES {
            break;
        }
        if !path.is_dir() {
            if ending(&path).is_some_and(|ending| SONG_ENDINGS.contains(&ending.as_str())) {
                files.push(path);
            }
        } else if is_song_folder(&path) {
            files.push(path);
        } else if depth < DEEPEST_FOLDER {
            search_folder(&path, depth + 1, files)?;
        }
    }
    Ok(())
}

fn ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

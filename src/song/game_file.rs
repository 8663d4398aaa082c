//! A game's image with all its songs: opened once, for lists, extraction and changes.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;
use tatum_core::FormatError;
use tatum_n64::format::game_image::GameImage;
use tatum_nds::format::rom::{FoundArchive, sound_archives};
use tatum_nds::format::sdat::Sdat;
use tatum_snes::format::GameRom;

use super::info::{LengthInfo, SongEntry};
use super::{NDS_ENGINE, NSPC_ENGINE, OpenOptions, Song, ending, game_rom, nds, nspc, read_file, title_of};
use crate::error::Error;
use crate::rom::profile;

/// A game.
pub struct GameFile {
    /// Its file.
    pub path: PathBuf,
    /// The file's bytes, as they are.
    pub bytes: Vec<u8>,
    /// What is in them.
    pub kind: GameKind,
}

/// A game's console, with what was found.
pub enum GameKind {
    /// Nintendo 64.
    N64(Box<GameImage>),
    /// Nintendo DS: the sound archives with their places.
    Nds(Vec<(FoundArchive, Sdat)>),
    /// Super NES: A Link to the Past.
    Snes(Box<GameRom>),
}

/// A song in a list.
#[derive(Clone, Debug, Serialize)]
pub struct ListedSong {
    /// The number of its sound archive, where a game has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<usize>,
    /// Number, name, size and banks.
    #[serde(flatten)]
    pub entry: SongEntry,
    /// The number of the song whose data it has, if they are not its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<usize>,
    /// Length and loop, if they were looked for and the song can be played.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<LengthInfo>,
    /// Why it cannot be played.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl GameFile {
    /// Opens a game; `profile` knows more games than are built in.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is no game that is known.
    pub fn open(path: &Path, profile: Option<&Path>) -> Result<Self, Error> {
        if path.is_dir() {
            let message = format!("{}: this is a folder; tatum info lists its songs", path.display());
            return Err(Error::Usage(message));
        }
        Self::of_bytes(path, read_file(path)?, profile)
    }

    /// Opens a game's bytes; `path` is its name.
    ///
    /// # Errors
    ///
    /// If it is no game that is known.
    pub fn of_bytes(path: &Path, bytes: Vec<u8>, profile: Option<&Path>) -> Result<Self, Error> {
        let name = path.display().to_string();
        let kind = if GameImage::recognizes(&bytes) {
            let games = profile::games(profile)?;
            GameKind::N64(Box::new(GameImage::parse(&name, bytes.clone(), &games)?))
        } else if nds::is_game(path) {
            let archive = |found: FoundArchive| {
                let range = found.range.clone();
                let archive = Sdat::parse(&format!("{name}: {}", found.path), bytes[range].to_vec())?;
                Ok::<_, FormatError>((found, archive))
            };
            let found = sound_archives(&name, &bytes)?.into_iter();
            GameKind::Nds(found.map(archive).collect::<Result<_, _>>()?)
        } else if nspc::recognizes(path) {
            GameKind::Snes(Box::new(GameRom::parse(&name, &bytes)?))
        } else {
            return Err(unknown(path));
        };
        Ok(Self { path: path.to_owned(), bytes, kind })
    }

    /// What it is, for people.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.kind {
            GameKind::N64(image) => image.facts().name.clone(),
            GameKind::Nds(_) => title_of(&self.path),
            GameKind::Snes(_) => "A Link to the Past".into(),
        }
    }

    /// The id of the engine that plays its songs.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        match &self.kind {
            GameKind::N64(image) => image.facts().version.id(),
            GameKind::Nds(_) => NDS_ENGINE,
            GameKind::Snes(_) => NSPC_ENGINE,
        }
    }

    /// One of its songs; `archive` is the number of a sound archive of the DS.
    ///
    /// # Errors
    ///
    /// If there is none of this number or name, or it is damaged.
    pub fn song(&self, archive: usize, song: &str) -> Result<Song, Error> {
        let options = OpenOptions { song: Some(song.to_owned()), ..OpenOptions::default() };
        match &self.kind {
            GameKind::N64(image) => game_rom::song(&self.path, image, &options),
            GameKind::Nds(archives) => {
                nds::open_archive(&self.path, self.archive(archives, archive)?, &options)
            }
            GameKind::Snes(rom) => nspc::open_game(&self.path, rom, &options),
        }
    }

    fn archive(&self, archives: &[(FoundArchive, Sdat)], number: usize) -> Result<Sdat, Error> {
        let found = archives.get(number).map(|(_, archive)| archive.clone());
        found.ok_or_else(|| {
            let count = archives.len();
            Error::Usage(format!("--archive: expected a number below {count}, found {number}"))
        })
    }

    /// All songs.
    #[must_use]
    pub fn songs(&self) -> Vec<ListedSong> {
        let listed = |archive: Option<usize>, entry: SongEntry| {
            let number = entry.number.parse().unwrap_or_default();
            let alias = match &self.kind {
                GameKind::N64(image) => image.alias(number),
                GameKind::Nds(_) | GameKind::Snes(_) => None,
            };
            ListedSong { archive, entry, alias, length: None, problem: None }
        };
        match &self.kind {
            GameKind::N64(image) => {
                game_rom::entries(image).into_iter().map(|entry| listed(None, entry)).collect()
            }
            GameKind::Snes(rom) => nspc::entries(rom).into_iter().map(|entry| listed(None, entry)).collect(),
            GameKind::Nds(archives) => {
                let several = archives.len() > 1;
                let entries = archives.iter().enumerate().flat_map(|(number, (_, archive))| {
                    let number = several.then_some(number);
                    nds::entries(archive).into_iter().map(move |entry| (number, entry))
                });
                entries.map(|(number, entry)| listed(number, entry)).collect()
            }
        }
    }

    /// Looks for the lengths and loops of songs, which takes a while; `done` is called after each.
    pub fn find_lengths(&self, songs: &mut [ListedSong], done: &(dyn Fn() + Sync)) {
        songs.par_iter_mut().for_each(|song| {
            let opened = self.song(song.archive.unwrap_or(0), &song.entry.number);
            match opened.and_then(|opened| opened.length()) {
                Ok((_, length, _)) => song.length = Some(length),
                Err(error) => song.problem = Some(error.to_string()),
            }
            done();
        });
    }
}

fn unknown(path: &Path) -> Error {
    let expected = "a Nintendo 64 image, a .nds file, or A Link to the Past as .sfc or .smc";
    let found = match ending(path) {
        Some(ending) => format!("a .{ending} file of another kind"),
        None => "another kind of file".into(),
    };
    FormatError::invalid(path.display().to_string(), 0, "image", expected, found).into()
}

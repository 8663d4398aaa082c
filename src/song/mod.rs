//! Opens any supported file as a song that can be played; the only place that knows all engines.

mod game_file;
mod game_folder;
mod game_rom;
pub mod info;
mod n64;
mod n64_song;
mod n64_text;
pub(crate) mod nds;
mod nspc;
mod nspc_relatives;
mod nspc_song;
pub mod plan;
mod player;
pub mod reading;
mod snes_source;
mod source;
mod spc;
mod zelda;
pub(crate) mod zelda_pack;
mod zelda_rom;

use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tatum_core::{Fault, FormatError};
use tatum_snes::sequencer::variant::{VARIANTS, Variant};

pub use self::game_file::{GameFile, GameKind, ListedSong};
pub use self::game_folder::{GAME_TABLE, GameSong, GameTable, write_game_table};
use self::info::SongEntry;
pub(crate) use self::n64::{BANK_FILES, HEADER_FILES, SEQUENCES_FILE};
pub(crate) use self::n64_text::read_sequence;
pub use self::player::SongPlayer;
pub use self::source::{DriverPair, SongLength, TraceKind, WriteRows};
use self::source::{Source, Stop, TRACE_BLOCK, TracedBlock, observe_in_blocks, trace_in_blocks};
pub(crate) use self::zelda_rom::{GAME_FILES as ZELDA_FILES, SEQUENCE_FONTS as ZELDA_LISTS};
use crate::error::Error;
use crate::manifest::input::InputManifest;
use crate::manifest::{Body, Manifest};
use crate::observation::{Observation, RowMeaning};

/// The engine id of the Nintendo DS.
pub const NDS_ENGINE: &str = "nds";
/// The engine id of the N-SPC interpreter.
pub const NSPC_ENGINE: &str = "n-spc-alttp";
/// The engine id of `.spc` files.
pub const SPC_ENGINE: &str = "spc";
/// No input is larger than the largest cartridge or disc image this program knows.
const LARGEST_INPUT: u64 = 512 << 20;

/// What the command line says about how to open a file.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// Bank folder or file.
    pub bank: Option<PathBuf>,
    /// Engine id.
    pub engine: Option<String>,
    /// Song number or name, where a file holds several.
    pub song: Option<String>,
    /// `KEY=VALUE` settings.
    pub settings: Vec<(String, String)>,
    /// A profile of games (`docs/roms.md`), which comes before the built-in ones.
    pub profile: Option<PathBuf>,
}

/// A song with everything to play it.
#[derive(Clone)]
pub struct Song {
    /// Where it comes from.
    pub path: PathBuf,
    /// A title for people.
    pub title: String,
    /// The engine's id.
    pub engine: &'static str,
    /// Frames a manifest asks for.
    pub frames: Option<u64>,
    /// What a person should know about how it was opened.
    pub notes: Vec<String>,
    /// The songs of a file that holds several.
    pub songs: Vec<SongEntry>,
    source: Arc<dyn Source>,
}

/// The ids of all engines.
#[must_use]
pub fn engine_ids() -> Vec<&'static str> {
    let nspc = VARIANTS.iter().map(|variant| variant.id);
    n64::engine_ids().chain([NDS_ENGINE, SPC_ENGINE]).chain(nspc).collect()
}

/// Whether an engine id is that of the N-SPC interpreter or of one of its variants.
#[must_use]
pub fn is_nspc(id: &str) -> bool {
    Variant::from_id(id).is_some()
}

/// Reads a file, or standard input for `-`.
///
/// # Errors
///
/// If it cannot be read, or is larger than any input can be.
pub fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    reading::note(path);
    let mut bytes = Vec::new();
    let read = |source: &mut dyn Read, bytes: &mut Vec<u8>| source.take(LARGEST_INPUT + 1).read_to_end(bytes);
    let result = if path == Path::new("-") {
        read(&mut std::io::stdin().lock(), &mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut file| read(&mut file, &mut bytes))
    };
    result.map_err(|source| Error::io(path, source))?;
    if bytes.len() as u64 > LARGEST_INPUT {
        let name = path.display().to_string();
        return Err(FormatError::invalid(name, LARGEST_INPUT, "file", "at most 512 MiB", "more").into());
    }
    Ok(bytes)
}

impl Song {
    /// Opens a file, a folder, a manifest or standard input (`-`).
    ///
    /// # Errors
    ///
    /// If it cannot be read or is not what it should be.
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Self, Error> {
        if let Some(id) = &options.engine
            && !engine_ids().contains(&id.as_str())
        {
            let ids = engine_ids().join(", ");
            return Err(Error::Usage(format!("--engine: expected one of {ids}, found '{id}'")));
        }
        if path.is_dir() {
            let manifest = path.join("case.toml");
            return if manifest.is_file() {
                Self::open_manifest(&manifest, options)
            } else if let Some(game) = GameTable::beside(path)? {
                game.open(path, options)
            } else {
                n64::open_folder(path, options)
            };
        }
        if ending(path).as_deref() == Some("toml") {
            return Self::open_manifest(path, options);
        }
        if n64_text::recognizes(path, options.engine.as_deref()) {
            return n64_text::open(path, options);
        }
        if snes_source::recognizes(path) {
            return snes_source::open(path, options);
        }
        Self::open_bytes(path, read_file(path)?, options)
    }

    /// Opens the bytes of a file that is neither a text nor a manifest; `path` is its name.
    ///
    /// # Errors
    ///
    /// If it is not what it should be.
    pub fn open_bytes(path: &Path, bytes: Vec<u8>, options: &OpenOptions) -> Result<Self, Error> {
        let song = if nds::recognizes(path, &bytes) {
            nds::open_bytes(path, bytes, options)?
        } else if options.engine.as_deref().is_some_and(is_nspc) || nspc::recognizes(path) {
            nspc::open_bytes(path, &bytes, options)?
        } else if spc::recognizes(path, &bytes) {
            spc::open_bytes(path, &bytes, options)?
        } else {
            n64::open_bytes(path, bytes, options)?
        };
        match &options.engine {
            Some(id) if id != song.engine => {
                let message =
                    format!("{}: --engine {id}: this is a file for {}", path.display(), song.engine);
                Err(Error::Usage(message))
            }
            _ => Ok(song),
        }
    }

    fn open_manifest(path: &Path, options: &OpenOptions) -> Result<Self, Error> {
        let manifest = Manifest::read(path)?;
        match &manifest.body {
            Body::Input(body) => Self::open_input(&manifest, body, options),
            Body::N64(body) => n64::open_manifest(&manifest, body, options),
            Body::Zelda(body) => zelda::open_manifest(&manifest, body, options),
            Body::Nds(body) => nds::open_manifest(&manifest, body),
            Body::Spc(body) => spc::open_manifest(&manifest, body),
            Body::Nspc(body) => nspc::open_manifest(&manifest, body),
        }
    }

    /// Opens what a manifest names as the command line would.
    fn open_input(manifest: &Manifest, body: &InputManifest, options: &OpenOptions) -> Result<Self, Error> {
        let path = manifest.resolve(&body.input);
        let other = if path.is_dir() { path.join("case.toml") } else { path.clone() };
        let is_manifest = ending(&other).as_deref() == Some("toml") && other.is_file();
        if is_manifest && matches!(Manifest::read(&other)?.body, Body::Input(_)) {
            let message = format!("input: {} names an input itself; expected a song", path.display());
            return Err(manifest.error(message));
        }
        let song = Self::open(&path, &body.options(manifest, options))?;
        let title = manifest.common.title.clone().unwrap_or(song.title);
        Ok(Self { path: manifest.path.clone(), title, frames: body.frames.or(song.frames), ..song })
    }

    /// A player at the song's start.
    ///
    /// # Errors
    ///
    /// If a setting is outside what the engine can do.
    pub fn start(&self) -> Result<SongPlayer, Error> {
        Ok(self.source.start()?)
    }

    /// Executes the song's scripts to find its end or its loop.
    ///
    /// # Errors
    ///
    /// As [`Song::start`], and if the song does what would hang the console.
    pub fn find_length(&self) -> Result<SongLength, Error> {
        self.source.find_length().map_err(|stop| self.stop_error(stop))
    }

    /// An instrument's number as people write it, with its name where there is one.
    #[must_use]
    pub fn instrument_name(&self, number: u16) -> String {
        self.source.instrument_name(number)
    }

    /// The frames until a tick begins; none if the song does not get there.
    ///
    /// # Errors
    ///
    /// As [`Song::start`].
    pub fn frames_until_tick(&self, tick: u64) -> Result<Option<u64>, Error> {
        Ok(self.source.frames_until_tick(tick)?)
    }

    /// Hands over the lines that name a trace's columns, then the rows of what the engine does while `frames` are
    /// rendered, piece by piece.
    ///
    /// # Errors
    ///
    /// As [`Song::start`], what `write` returns, and if the song does what would hang the console.
    pub fn trace(&self, kind: TraceKind, frames: Range<u64>, write: &mut WriteRows<'_>) -> Result<(), Error> {
        self.source.trace(kind, frames, write).map_err(|stop| self.stop_error(stop))
    }

    /// The trace that a reference of this song's engine has, as one text.
    ///
    /// # Errors
    ///
    /// As [`Song::trace`].
    pub fn reference_trace(&self, frames: u64) -> Result<String, Error> {
        let mut text = String::new();
        self.trace(self.source.reference_kind(), 0..frames, &mut |rows| {
            text.push_str(rows);
            Ok(())
        })?;
        Ok(text)
    }

    /// The song in its interpreter and in the driver that this stands for; none for engines that are no such
    /// interpreter.
    #[must_use]
    pub fn driver_pair(&self) -> Option<DriverPair> {
        self.source.driver_pair()
    }

    /// The bytes of the song's sequence, if it is one of the Nintendo 64.
    #[must_use]
    pub fn sequence_bytes(&self) -> Option<&[u8]> {
        self.source.sequence_bytes()
    }

    /// Tells what happens in the first `frames` frames: commands, ticks and notes, in the words all engines share. A
    /// song that would hang the console is told up to there.
    ///
    /// # Errors
    ///
    /// As [`Song::start`].
    pub fn observe(&self, frames: u64, see: &mut dyn FnMut(Observation)) -> Result<(), Error> {
        self.source.observe(frames, see).map_err(|stop| self.stop_error(stop))
    }

    /// What a row of this song's [`Song::reference_trace`] is about.
    #[must_use]
    pub fn read_trace_row(&self, row: &str) -> RowMeaning {
        self.source.read_row(row)
    }

    /// The error for a song that stopped.
    #[must_use]
    pub fn fault_error(&self, fault: Fault) -> Error {
        Error::Fault { path: self.path.clone(), fault }
    }

    fn stop_error(&self, stop: Stop) -> Error {
        match stop {
            Stop::Fault(fault) => self.fault_error(fault),
            Stop::Error(error) => error,
        }
    }
}

/// The lower-case ending of a file's name.
fn ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// A title from a file's name; cases are named by their folders.
fn title_of(path: &Path) -> String {
    let name = match path.file_stem() {
        Some(stem) if stem == "case" => path.parent().and_then(Path::file_name),
        stem => stem,
    };
    name.map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

//! Songs into a game's image: a new file, or the old one if that is asked for.

mod n64;
mod nds;
mod snes;

use std::path::{Path, PathBuf};

use tatum_core::FormatError;

pub use super::write::Target;
pub(super) use nds::take_out as take_archive_out;

use crate::convert::commands_to_midi;
use crate::error::Error;
use crate::song::{GameFile, GameKind};

/// What goes where.
#[derive(Clone, Debug)]
pub struct Insertion {
    /// The sequence's file: what the game's engine plays, or a text or MIDI file of it.
    pub sequence: PathBuf,
    /// The song that is exchanged, by number or name; none stands for all of them.
    pub song: Option<String>,
    /// The number of a sound archive of the DS.
    pub archive: Option<usize>,
    /// Other banks for the song.
    pub banks: Option<Vec<u16>>,
    /// Whether what was put in before is moved together first.
    pub compact: bool,
    /// Whether free space that is not empty is written over.
    pub force: bool,
    /// Whether sequences that are not music are exchanged too.
    pub with_reserved: bool,
    /// A profile of games.
    pub profile: Option<PathBuf>,
    /// Say nothing but errors.
    pub quiet: bool,
}

impl Insertion {
    fn profile(&self) -> Option<&Path> {
        self.profile.as_deref()
    }
}

/// The error for a file that is nothing for this console. If there is a way to it through a MIDI file, it says which.
fn other_kind(path: &Path, expected: &'static str) -> Error {
    let name = path.display().to_string();
    let error = FormatError::invalid(name, 0, "sequence", expected, "a file of another kind");
    match commands_to_midi(path) {
        Some(commands) => error.with_help(format!("run {commands} first, and insert the MIDI file")).into(),
        None => error.into(),
    }
}

/// Puts a sequence into a game, and tells what was done.
///
/// # Errors
///
/// If the sequence cannot be read, there is no such song, there is no space, or what was written does not play; then no
/// file is changed.
pub fn insert(game: &GameFile, insertion: &Insertion, target: &Target) -> Result<Vec<String>, Error> {
    match &game.kind {
        GameKind::N64(image) => n64::insert(game, image, insertion, target),
        GameKind::Nds(archives) => nds::insert(game, archives, insertion, target),
        GameKind::Snes(_) => snes::insert(game, insertion, target),
    }
}

//! Songs into A Link to the Past: each into the place of the one that it replaces. What is no source yet becomes one
//! first: only a source can be linked for another place.

use super::{Insertion, Target, other_kind};
use crate::convert::snes::replace::replaced;
use crate::convert::snes::song_source;
use crate::convert::{Job, Options};
use crate::error::Error;
use crate::rom::write::{Check, write_checked};
use crate::song::GameFile;

pub(super) fn insert(game: &GameFile, insertion: &Insertion, target: &Target) -> Result<Vec<String>, Error> {
    let Some(song) = &insertion.song else {
        return Err(Error::Usage(
            "--all: songs of this game have places of different sizes; use --song".into(),
        ));
    };
    if insertion.banks.is_some() || insertion.compact {
        return Err(Error::Usage("--banks, --compact: only for the Nintendo 64 and the DS".into()));
    }
    let options = Options { quiet: insertion.quiet, ..Options::default() };
    let job = Job { input: &insertion.sequence, output: &target.path, options: &options };
    let source = song_source(&insertion.sequence, insertion.quiet)?.ok_or_else(|| {
        other_kind(&insertion.sequence, "a source (.asm), a song (.bin, .spc) or a MIDI file (.mid)")
    })?;
    let replaced = replaced(&job, &source, &game.path, game.bytes.clone(), song)?;
    let check = Check { archive: 0, number: replaced.number.to_string(), sequence: None };
    write_checked(game, target, &replaced.rom, insertion.profile(), &[check])?;
    Ok(vec![format!("{}: {}", target.path.display(), replaced.message)])
}

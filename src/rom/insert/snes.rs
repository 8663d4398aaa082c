//! Songs into A Link to the Past: each into the place of the one that it replaces.

use super::{Insertion, Target};
use crate::convert::snes::replace::replaced;
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
    let replaced = replaced(&job, &game.path, game.bytes.clone(), song)?;
    let check = Check { archive: 0, number: replaced.number.to_string(), sequence: None };
    write_checked(game, target, &replaced.rom, insertion.profile(), &[check])?;
    Ok(vec![format!("{}: {}", target.path.display(), replaced.message)])
}

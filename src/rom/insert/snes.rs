//! Songs into A Link to the Past: as `tatum convert` puts them into a copy of the game.

use super::{Insertion, Target};
use crate::convert::{Job, Options, SnesOptions, convert};
use crate::error::Error;
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
    let snes =
        SnesOptions { base: Some(game.path.clone()), song: Some(song.clone()), ..SnesOptions::default() };
    let options = Options { quiet: insertion.quiet, snes, ..Options::default() };
    let job = Job { input: &insertion.sequence, output: &target.path, options: &options };
    convert(&job, Some("snes-asm"), Some("snes-rom"))?;
    Ok(Vec::new())
}

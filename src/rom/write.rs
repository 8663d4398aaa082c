//! A changed image: written under a temporary name, read again, opened and played from; only then it gets its name.

use std::io::Write;
use std::path::{Path, PathBuf};

use tatum_core::{FormatError, Frame};

use crate::convert::write_output;
use crate::error::Error;
use crate::output::file::PendingFile;
use crate::song::GameFile;

/// Seconds that a song is played as a check.
const PLAYED_SECONDS: u64 = 2;
/// Frames rendered at a time.
const BLOCK: usize = 1024;

/// Where a changed image goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The file; it may be the one that was read.
    pub path: PathBuf,
}

impl Target {
    /// The file that is named, or the game's own if that is asked for.
    ///
    /// # Errors
    ///
    /// If the named file is the game's own, or neither or both are given.
    pub fn new(rom: &Path, output: Option<&Path>, in_place: bool) -> Result<Self, Error> {
        let same = |one: &Path, other: &Path| match (one.canonicalize(), other.canonicalize()) {
            (Ok(one), Ok(other)) => one == other,
            _ => one == other,
        };
        match (output, in_place) {
            (Some(output), false) if output != Path::new("-") && same(rom, output) => {
                Err(Error::Usage(format!(
                    "{}: this is the ROM itself; choose another file, or say --in-place",
                    output.display()
                )))
            }
            (Some(output), false) => Ok(Self { path: output.to_owned() }),
            (None, true) if rom == Path::new("-") => {
                Err(Error::Usage("--in-place: standard input cannot be changed; use -o".into()))
            }
            (None, true) => Ok(Self { path: rom.to_owned() }),
            _ => Err(Error::Usage("say where the new ROM goes: -o FILE, or --in-place".into())),
        }
    }
}

impl Target {
    /// Whether it is standard output.
    fn is_stream(&self) -> bool {
        self.path == Path::new("-")
    }
}

/// A song that must play from the new image.
pub(super) struct Check<'a> {
    /// The number of its sound archive on the DS.
    pub archive: usize,
    /// Its number.
    pub number: String,
    /// What its sequence must begin with, where the program knows the bytes.
    pub sequence: Option<&'a [u8]>,
}

/// Writes an image; `profile` opens it again. `game` is what was read.
pub(super) fn write_checked(
    game: &GameFile,
    target: &Target,
    image: &[u8],
    profile: Option<&Path>,
    checks: &[Check<'_>],
) -> Result<(), Error> {
    if target.is_stream() {
        check(game, target, image.to_vec(), profile, checks)?;
        return write_output(&target.path, image);
    }
    let mut file = PendingFile::create(&target.path)?;
    file.file().write_all(image).map_err(|source| Error::io(&target.path, source))?;
    let written = file.read_back()?;
    if written != image {
        return Err(damaged(target, "written file", "the bytes that were written".into()));
    }
    check(game, target, written, profile, checks)?;
    file.finish()
}

fn damaged(target: &Target, what: &'static str, expected: String) -> Error {
    FormatError::invalid(target.path.display().to_string(), 0, what, expected, "others").into()
}

/// Opens what was written and plays the songs.
fn check(
    game: &GameFile,
    target: &Target,
    written: Vec<u8>,
    profile: Option<&Path>,
    checks: &[Check<'_>],
) -> Result<(), Error> {
    let again = GameFile::of_bytes(&game.path, written, profile)?;
    for check in checks {
        let song = again.song(check.archive, &check.number)?;
        if let (Some(wanted), Some(found)) = (check.sequence, song.sequence_bytes())
            && !found.starts_with(wanted)
        {
            let expected = format!("the bytes of sequence {}", check.number);
            return Err(damaged(target, "sequence", expected));
        }
        let mut player = song.start()?;
        let mut left = player.rate().frames_in_seconds(PLAYED_SECONDS);
        let mut block = [Frame::SILENCE; BLOCK];
        while left != 0 {
            let wanted = BLOCK.min(usize::try_from(left).unwrap_or(BLOCK));
            match player.render(&mut block[..wanted]) {
                0 => break,
                count => left -= count as u64,
            }
        }
        if let Some(fault) = player.fault() {
            return Err(Error::Fault { path: target.path.clone(), fault: fault.clone() });
        }
    }
    Ok(())
}

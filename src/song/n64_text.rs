//! Nintendo 64 sequences that are text: assembled in memory.

use std::path::Path;

use tatum_n64::author::abi::BuiltInAbi;

use super::{OpenOptions, Song, ending, n64, read_file};
use crate::convert::n64::text::{TextFile, abi_of_engine};
use crate::error::Error;

/// Whether a file is a sequence text, by its name.
pub(super) fn recognizes(path: &Path) -> bool {
    ending(path).as_deref() == Some("mus")
}

/// A text becomes a song, played by the engine that its commands are for.
pub(super) fn open(path: &Path, options: &OpenOptions) -> Result<Song, Error> {
    let bytes = read_file(path)?;
    let engine = options.engine.clone();
    let file = TextFile::open(path, &bytes, None, || {
        engine.as_deref().map_or(BuiltInAbi::Sm64UsStrict, abi_of_engine).definition()
    })?;
    let engine = engine.or_else(|| engine_of_abi(file.abi.id()).map(str::to_owned));
    let (sequence, problems, sources) = file.assemble()?;
    let options = OpenOptions { engine, ..options.clone() };
    let mut song = n64::open_bytes(path, sequence, &options)?;
    song.notes.extend(problems.entries().iter().map(|problem| problem.display(&sources).to_string()));
    Ok(song)
}

/// The engine that reads the commands of a table; none if the default one does.
fn engine_of_abi(abi: &str) -> Option<&'static str> {
    match abi {
        "sm64-eu" | "sf64" => Some("sm64-eu"),
        "zelda" | "zelda-community" => Some("oot"),
        _ => None,
    }
}

/// The bytes of a sequence's file, of a text if it is one.
pub(super) fn read_sequence(path: &Path, engine: &str) -> Result<Vec<u8>, Error> {
    let bytes = read_file(path)?;
    if !recognizes(path) {
        return Ok(bytes);
    }
    let file = TextFile::open(path, &bytes, None, || abi_of_engine(engine).definition())?;
    Ok(file.assemble()?.0)
}

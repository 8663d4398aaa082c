//! Nintendo 64 sequences that are text, MML or MIDI files: made in memory.

use std::path::Path;

use tatum_core::source::{Problems, Sources};
use tatum_n64::EngineVersion;
use tatum_n64::author::abi::{AbiDefinition, BuiltInAbi};
use tatum_n64::author::midi::import::ImportOptions;

use super::{OpenOptions, Song, ending, n64, read_file};
use crate::convert::n64::text::{TextFile, abi_of_engine};
use crate::convert::n64::{midi, mml};
use crate::error::Error;

/// What sequences are made from.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Mml,
    Midi,
}

fn kind(path: &Path) -> Option<Kind> {
    Some(match ending(path).as_deref()? {
        "mus" => Kind::Text,
        "mml" => Kind::Mml,
        "mid" | "midi" => Kind::Midi,
        _ => return None,
    })
}

/// Whether a file is something a sequence is made from, by its name. MIDI files are every console's: this one's
/// engine must be named.
pub(super) fn recognizes(path: &Path, engine: Option<&str>) -> bool {
    match kind(path) {
        Some(Kind::Midi) => engine.is_some_and(|engine| EngineVersion::from_id(engine).is_some()),
        kind => kind.is_some(),
    }
}

/// A file becomes a song, played by the engine that its commands are for.
pub(super) fn open(path: &Path, options: &OpenOptions) -> Result<Song, Error> {
    match kind(path) {
        Some(Kind::Mml | Kind::Midi) => {
            let engine = options.engine.as_deref().unwrap_or(EngineVersion::Sm64Us.id());
            let (sequence, problems, sources) = make(path, abi_of_engine(engine).definition())?;
            return open_made(path, sequence, options, &problems, &sources);
        }
        Some(Kind::Text) | None => {}
    }
    let bytes = read_file(path)?;
    let engine = options.engine.clone();
    let file = TextFile::open(path, &bytes, None, || {
        engine.as_deref().map_or(BuiltInAbi::Sm64UsStrict, abi_of_engine).definition()
    })?;
    let engine = engine.or_else(|| engine_of_abi(file.abi.id()).map(str::to_owned));
    let (sequence, problems, sources) = file.assemble()?;
    let options = OpenOptions { engine, ..options.clone() };
    open_made(path, sequence, &options, &problems, &sources)
}

fn open_made(
    path: &Path,
    sequence: Vec<u8>,
    options: &OpenOptions,
    problems: &Problems,
    sources: &Sources,
) -> Result<Song, Error> {
    let mut song = n64::open_bytes(path, sequence, options)?;
    song.notes.extend(problems.entries().iter().map(|problem| problem.display(sources).to_string()));
    Ok(song)
}

/// The sequence of an MML or MIDI file.
fn make(path: &Path, abi: AbiDefinition) -> Result<(Vec<u8>, Problems, Sources), Error> {
    if matches!(kind(path), Some(Kind::Mml)) {
        return mml::compile(path, mml::target_of(&abi));
    }
    let (sequence, problems, sources) = midi::import_file(path, &abi, &ImportOptions::default())?;
    Ok((midi::assemble_imported(path, &sequence, &abi)?, problems, sources))
}

/// The engine that reads the commands of a table; none if the default one does.
fn engine_of_abi(abi: &str) -> Option<&'static str> {
    match abi {
        "sm64-eu" | "sf64" => Some("sm64-eu"),
        "zelda" | "zelda-community" => Some("oot"),
        _ => None,
    }
}

/// The bytes of a sequence's file, or of what is made of it if it is a text, MML or a MIDI file.
pub(crate) fn read_sequence(path: &Path, engine: &str) -> Result<Vec<u8>, Error> {
    let abi = || abi_of_engine(engine).definition();
    match kind(path) {
        None => read_file(path),
        Some(Kind::Text) => Ok(TextFile::open(path, &read_file(path)?, None, abi)?.assemble()?.0),
        Some(Kind::Mml | Kind::Midi) => Ok(make(path, abi())?.0),
    }
}

//! The whole content of a sequence, for `tatum info --dump`.

use std::path::Path;

use tatum_core::source::{Problems, Sources};
use tatum_n64::author::abi::{AbiDefinition, Dialect};
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::model::Sequence;
use tatum_n64::author::text::write_listing;

use super::options::{N64Options, load_abi};
use super::text::{TextFile, abi_of_engine, unwritable};
use super::{COM, MUS};
use crate::error::Error;
use crate::song::read_file;

/// The listing of a bare sequence or a text; none if the file is something else, which has sequences inside.
pub(crate) fn of_file(path: &Path, abi: Option<&str>) -> Result<Option<String>, Error> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let Some(ending) = ending.as_deref() else { return Ok(None) };
    let default = || N64Options::default().abi_for(path);
    if MUS.endings.contains(&ending) {
        let fallback = default()?;
        let mut file = TextFile::open(path, &read_file(path)?, abi, || fallback)?;
        let reading = file.read();
        if reading.problems.has_errors() {
            return Err(Error::text(file.sources, reading.problems));
        }
        return list(path, &reading.sequence, &file.abi, &reading.problems, &file.sources).map(Some);
    }
    if COM.endings.contains(&ending) {
        let abi = abi.map_or_else(default, load_abi)?;
        return of_bytes(path, &read_file(path)?, &abi).map(Some);
    }
    Ok(None)
}

/// The listing of a song's sequence.
pub(crate) fn of_song(path: &Path, bytes: &[u8], abi: Option<&str>, engine: &str) -> Result<String, Error> {
    let abi = abi.map_or_else(|| Ok(abi_of_engine(engine).definition()), load_abi)?;
    of_bytes(path, bytes, &abi)
}

fn of_bytes(path: &Path, bytes: &[u8], abi: &AbiDefinition) -> Result<String, Error> {
    let disassembly = disassemble(&path.display().to_string(), bytes, abi)?;
    list(path, &disassembly.sequence, abi, &disassembly.problems, &Sources::default())
}

/// The listing, with what is odd about the sequence behind it.
fn list(
    path: &Path,
    sequence: &Sequence,
    abi: &AbiDefinition,
    problems: &Problems,
    sources: &Sources,
) -> Result<String, Error> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut text = write_listing(sequence, abi, Dialect::default(), &stem)
        .map_err(|errors| unwritable(path, &errors))?;
    if !problems.entries().is_empty() {
        text.push('\n');
    }
    for problem in problems.entries() {
        text.push_str(&format!("; {}\n", problem.display(sources)));
    }
    Ok(text)
}

//! Cases that are conversions: the bytes, events or diagnostics a source must give.

mod diagnostics;
mod n64;
mod snes;
mod snes_index;

use std::path::Path;

use crate::error::Error;

/// What a conversion case gave.
pub(super) struct ConversionResult {
    /// Outputs, or diagnostics, that were compared.
    pub(super) compared: u64,
    /// The first that is not as the case demands, in words.
    pub(super) difference: Option<String>,
}

impl ConversionResult {
    /// Counts something that was compared; the first difference is kept.
    fn add(&mut self, difference: Option<String>) {
        self.compared += 1;
        self.difference = self.difference.take().or(difference);
    }
}

/// A case of the conversion sets.
pub(super) enum ConversionCase {
    /// `kind = "com"`, `"midi"`, `"mus"`, `"mml"`, `"mml-fix"`.
    N64,
    /// `mode = "raw"`, `"rom"`, `"bank"`, `"listen"`.
    Snes,
    /// A table of N64 texts and the diagnostics they must give.
    Diagnostics,
    /// A table of SNES sources.
    SnesIndex,
}

/// Whether a file is a table of small cases, which needs no manifest.
pub(super) fn is_index(path: &Path) -> bool {
    diagnostics::is_table(path) || snes_index::recognizes(path)
}

/// What kind of conversion a case is; none if its manifest names an engine and is a song.
pub(super) fn recognize(path: &Path) -> Result<Option<ConversionCase>, Error> {
    if diagnostics::is_table(path) {
        return Ok(Some(ConversionCase::Diagnostics));
    }
    if snes_index::recognizes(path) {
        return Ok(Some(ConversionCase::SnesIndex));
    }
    let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
    let Ok(table) = text.parse::<toml::Table>() else { return Ok(None) };
    let has = |key: &str| table.get(key).is_some_and(toml::Value::is_str);
    Ok(match table.contains_key("engine") {
        true => None,
        false if has("kind") => Some(ConversionCase::N64),
        false if has("mode") && has("main") => Some(ConversionCase::Snes),
        false => None,
    })
}

/// Converts what the case names and compares the results.
pub(super) fn compare(case: &ConversionCase, path: &Path) -> Result<ConversionResult, Error> {
    match case {
        ConversionCase::N64 => n64::compare(path),
        ConversionCase::Snes => snes::compare(path),
        ConversionCase::Diagnostics => diagnostics::compare(path),
        ConversionCase::SnesIndex => snes_index::compare(path),
    }
}

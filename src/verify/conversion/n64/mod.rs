//! Cases of Nintendo 64 sequences (`n64-authoring.md` 8).

pub(super) mod midi;
pub(super) mod mml;
pub(super) mod text;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::ConversionResult;
use crate::error::Error;
use crate::song::read_file;

/// A case's folder and its manifest's text.
struct CaseFile {
    path: PathBuf,
    text: String,
}

#[derive(Deserialize)]
struct Kind {
    kind: String,
}

/// Converts what the case names and compares the results.
pub(super) fn compare(path: &Path) -> Result<ConversionResult, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
    let case = CaseFile { path: path.to_owned(), text };
    let Kind { kind } = case.parse()?;
    match kind.as_str() {
        "midi" => midi::compare(&case),
        "mml" => mml::compare(&case),
        "mml-fix" => mml::compare_fixer(&case),
        "com" => text::compare_binary(&case),
        "mus" => text::compare_text(&case),
        _ => Err(case.error(format!("unknown kind '{kind}'"))),
    }
}

impl CaseFile {
    fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        toml::from_str(&self.text).map_err(|error| self.error(error.to_string()))
    }

    fn error(&self, message: String) -> Error {
        Error::Manifest { path: self.path.clone(), message }
    }

    /// A file of the case's folder.
    fn file(&self, name: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(name)
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, Error> {
        read_file(&self.file(name))
    }

    fn read_text(&self, name: &str) -> Result<String, Error> {
        let path = self.file(name);
        std::fs::read_to_string(&path).map_err(|source| Error::io(&path, source))
    }
}

/// Says where two files begin to differ, if they do.
fn byte_difference(name: &str, ours: &[u8], expected: &[u8]) -> Option<String> {
    let at = ours.iter().zip(expected).position(|(ours, expected)| ours != expected);
    match at {
        Some(at) => {
            Some(format!("{name}: byte {at:#x} is {:#04x}, expected {:#04x}", ours[at], expected[at]))
        }
        None if ours.len() != expected.len() => {
            Some(format!("{name}: {} bytes, expected {}", ours.len(), expected.len()))
        }
        None => None,
    }
}

/// Says where two texts begin to differ, if they do.
fn line_difference(name: &str, ours: &str, expected: &str) -> Option<String> {
    let (mut ours, mut expected) = (ours.lines(), expected.lines());
    for line in 1.. {
        match (ours.next(), expected.next()) {
            (None, None) => return None,
            (ours, expected) if ours == expected => {}
            (ours, expected) => {
                let say = |line: Option<&str>| {
                    line.map_or_else(|| "the end".to_owned(), |line| format!("'{line}'"))
                };
                return Some(format!("{name}: line {line} is {}, expected {}", say(ours), say(expected)));
            }
        }
    }
    None
}

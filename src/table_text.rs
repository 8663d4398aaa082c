//! Tables that people edit (TOML): read with their mistakes shown in their lines, written with a heading.

use std::ops::Range;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tatum_core::source::{Problem, Problems, Sources};
use toml::Spanned;

use crate::error::Error;
use crate::song::read_file;

/// Reads a table.
///
/// # Errors
///
/// If it cannot be read, is no TOML, or has other fields than `T`.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let bytes = read_file(path)?;
    parse(path, &String::from_utf8_lossy(&bytes))
}

/// Reads a table's text; `path` is its name in errors.
///
/// # Errors
///
/// If it is no TOML, or has other fields than `T`.
pub fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Error> {
    toml::from_str(text).map_err(|error| {
        let mut sources = Sources::default();
        let file = sources.add(path.display().to_string(), text);
        let span = error.span().map(|range| sources.span(file, range));
        let mut problems = Problems::default();
        problems.push(Problem::error("TABLE", span, error.message().to_owned()));
        Error::text(sources, problems)
    })
}

/// The text of a table under a heading of comment lines.
///
/// # Errors
///
/// If a value cannot be said in TOML.
pub fn write<T: Serialize>(path: &Path, heading: &str, table: &T) -> Result<String, Error> {
    let text = toml::to_string(table)
        .map_err(|error| Error::Manifest { path: path.to_owned(), message: error.to_string() })?;
    let heading: String = heading.lines().map(|line| format!("# {line}\n")).collect();
    Ok(format!("{heading}\n{text}"))
}

/// An error about what a table says.
#[must_use]
pub fn error(path: &Path, message: impl Into<String>) -> Error {
    Error::Manifest { path: path.to_owned(), message: message.into() }
}

/// Something wrong in a table that was read: what, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    span: Option<Range<usize>>,
    message: String,
}

impl Mistake {
    /// A mistake in a value.
    #[must_use]
    pub fn at<T>(value: &Spanned<T>, message: impl Into<String>) -> Self {
        Self { span: Some(value.span()), message: message.into() }
    }

    /// The same mistake, said to be in something.
    #[must_use]
    pub fn within(self, what: &str) -> Self {
        Self { message: format!("{what}: {}", self.message), ..self }
    }

    /// The error, which shows the line of the table.
    #[must_use]
    pub fn in_table(self, path: &Path) -> Error {
        let Ok(bytes) = read_file(path) else { return error(path, self.message) };
        let text = String::from_utf8_lossy(&bytes);
        let mut sources = Sources::default();
        let file = sources.add(path.display().to_string(), &*text);
        let span = self.span.map(|span| sources.span(file, span));
        let mut problems = Problems::default();
        problems.push(Problem::error("TABLE", span, self.message));
        Error::text(sources, problems)
    }
}

impl From<String> for Mistake {
    fn from(message: String) -> Self {
        Self { span: None, message }
    }
}

/// Bytes as hexadecimal digits, for the rare bytes that a table cannot say otherwise.
#[must_use]
pub fn to_hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of hexadecimal digits; `None` if they are none.
#[must_use]
pub fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    Some(pairs.map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_comes_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hexadecimal(&to_hexadecimal(&bytes)), Some(bytes));
        assert_eq!((from_hexadecimal("abc"), from_hexadecimal("zz")), (None, None));
    }
}

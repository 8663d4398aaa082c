//! Trace files: plain or gzip-compressed text, TSV or JSON lines.

use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::{Map, Value};
use tatum_core::FormatError;

use crate::error::Error;

/// A trace is text of at most this size: far more than any case has, and what a small compressed file may unpack to.
const LARGEST_TRACE: u64 = 256 << 20;

/// Reads a trace as TSV lines; JSON lines become `#TAG` headings and rows again.
///
/// # Errors
///
/// If the file cannot be read, or a line is no row.
pub fn read_trace(path: &Path) -> Result<String, Error> {
    let failed = |source| Error::io(path, source);
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let mut start = [0; 2];
    let count = file.read(&mut start).map_err(failed)?;
    let all = start[..count].chain(file);
    let mut text = String::new();
    let count = if start == [0x1F, 0x8B] {
        GzDecoder::new(std::io::BufReader::new(all)).take(LARGEST_TRACE + 1).read_to_string(&mut text)
    } else {
        all.take(LARGEST_TRACE + 1).read_to_string(&mut text)
    };
    if count.map_err(failed)? as u64 > LARGEST_TRACE {
        let expected = format!("at most {} MiB of text", LARGEST_TRACE >> 20);
        return Err(FormatError::invalid(
            path.display().to_string(),
            LARGEST_TRACE,
            "trace",
            expected,
            "more",
        )
        .into());
    }
    if text.starts_with('{') { from_json(path, &text) } else { Ok(text) }
}

fn from_json(path: &Path, text: &str) -> Result<String, Error> {
    let mut rows = String::new();
    let mut shape: Vec<String> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let object: Map<String, Value> = serde_json::from_str(line).map_err(|error| Error::Manifest {
            path: path.to_owned(),
            message: format!("line {}: expected a JSON object, found none: {error}", number + 1),
        })?;
        let field = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let tag = object.get("row").map(field);
        let names: Vec<String> = object.keys().filter(|key| *key != "row").cloned().collect();
        let heading: Vec<String> =
            tag.iter().map(|tag| format!("#{tag}")).chain(names.iter().cloned()).collect();
        if shape != heading {
            rows.push_str(&heading.join("\t"));
            rows.push('\n');
            shape = heading;
        }
        let fields = tag.into_iter().chain(names.iter().map(|name| field(&object[name])));
        rows.push_str(&fields.collect::<Vec<_>>().join("\t"));
        rows.push('\n');
    }
    Ok(rows)
}

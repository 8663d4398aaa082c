//! Which cases a path means.

use std::path::{Path, PathBuf};

use super::CASE_FILE;
use super::conversion;
use crate::error::Error;

/// Folders of this name hold broken inputs: only a table of the diagnostics they must give is a case.
const MALFORMED: &str = "malformed";

/// The manifests that `path` means: itself, or every case below it, in order of their names.
///
/// # Errors
///
/// If a path cannot be read, or there is no case in a folder.
pub fn find_cases(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        // A path that cannot be opened is a mistake in the command, not a case that differs.
        std::fs::File::open(path).map_err(|source| Error::io(path, source))?;
        return Ok(vec![path.to_owned()]);
    }
    let mut cases = Vec::new();
    collect_cases(path, &mut cases)?;
    if cases.is_empty() {
        return Err(Error::Usage(format!("{}: no {CASE_FILE} in this folder or below", path.display())));
    }
    Ok(cases)
}

fn collect_cases(folder: &Path, cases: &mut Vec<PathBuf>) -> Result<(), Error> {
    let case = folder.join(CASE_FILE);
    if case.is_file() {
        cases.push(case);
        return Ok(());
    }
    let is_malformed = folder.file_name().is_some_and(|name| name == MALFORMED);
    let read = |source| Error::io(folder, source);
    let mut folders = Vec::new();
    let mut streams = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read)? {
        let entry = entry.map_err(read)?;
        let path = entry.path();
        // Links are not followed: they could lead in circles.
        if entry.file_type().map_err(read)?.is_dir() {
            if !is_malformed {
                folders.push(path);
            }
        } else if is_stream_case(&path) && !is_malformed || conversion::is_index(&path) {
            streams.push(path);
        }
    }
    folders.sort();
    streams.sort();
    cases.append(&mut streams);
    folders.iter().try_for_each(|folder| collect_cases(folder, cases))
}

/// A stream with the samples it decodes to beside it needs no manifest.
pub(super) fn is_stream_case(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "strm") && path.with_extension("wav").is_file()
}

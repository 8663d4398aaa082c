//! Cases and their references: found, rendered, compared.

mod compare;
mod conversion;
mod trace;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::error::Error;
use crate::manifest::Manifest;
use crate::song::{OpenOptions, Song};

pub use compare::{AudioDifference, TraceDifference};

/// The name of a case's manifest in its folder.
const CASE_FILE: &str = "case.toml";

/// What comparing a case showed.
#[derive(Debug)]
pub struct CaseResult {
    /// The case's manifest.
    pub path: PathBuf,
    /// Frames (sample pairs) of the reference; 0 if it has no audio.
    pub frames: u64,
    /// Rows of the reference trace, or outputs of a conversion; 0 if it has none.
    pub rows: u64,
    /// The verdict.
    pub outcome: Outcome,
}

/// The verdict on a case.
#[derive(Debug)]
pub enum Outcome {
    /// Equal in everything the reference has.
    Equal,
    /// Different, and here first.
    Differs(Difference),
    /// Different, as the manifest says it is known to be.
    KnownDifference {
        /// Why, in the manifest's words.
        why: String,
    },
    /// The manifest says that it differs, but it is equal now.
    UnexpectedlyEqual,
    /// It could not be compared.
    Failed(Error),
}

impl Outcome {
    /// Whether the case is as it should be.
    #[must_use]
    pub const fn is_passed(&self) -> bool {
        matches!(self, Self::Equal | Self::KnownDifference { .. })
    }
}

/// The first difference of a case. The trace speaks first: an event tells more than a sample.
#[derive(Debug)]
pub enum Difference {
    /// In the trace.
    Trace(TraceDifference),
    /// In the audio.
    Audio(AudioDifference),
    /// In what a conversion gives.
    Conversion(String),
}

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
    let read = |source| Error::io(folder, source);
    let mut folders = Vec::new();
    let mut streams = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read)? {
        let entry = entry.map_err(read)?;
        let path = entry.path();
        // Links are not followed: they could lead in circles.
        if entry.file_type().map_err(read)?.is_dir() {
            folders.push(path);
        } else if is_stream_case(&path) || conversion::is_index(&path) {
            streams.push(path);
        }
    }
    folders.sort();
    streams.sort();
    cases.append(&mut streams);
    folders.iter().try_for_each(|folder| collect_cases(folder, cases))
}

/// A stream with the samples it decodes to beside it needs no manifest.
fn is_stream_case(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "strm") && path.with_extension("wav").is_file()
}

/// Compares cases in parallel; the results come in the order of the cases. `done` is called after each.
pub fn verify_cases(cases: &[PathBuf], done: impl Fn() + Sync) -> Vec<CaseResult> {
    cases
        .par_iter()
        .map(|path| {
            let result = verify_case(path);
            done();
            result
        })
        .collect()
}

/// Compares one case with its references.
#[must_use]
pub fn verify_case(path: &Path) -> CaseResult {
    let mut result = CaseResult { path: path.to_owned(), frames: 0, rows: 0, outcome: Outcome::Equal };
    result.outcome = match compare_case(path, &mut result.frames, &mut result.rows) {
        Ok(outcome) => outcome,
        Err(error) => Outcome::Failed(error),
    };
    result
}

fn compare_case(path: &Path, frames: &mut u64, rows: &mut u64) -> Result<Outcome, Error> {
    if is_stream_case(path) {
        let song = Song::open(path, &OpenOptions::default())?;
        let difference = compare::compare_audio(&song, &path.with_extension("wav"), frames)?;
        return Ok(difference.map(Difference::Audio).map_or(Outcome::Equal, Outcome::Differs));
    }
    if let Some(case) = conversion::recognize(path)? {
        let result = conversion::compare(&case, path)?;
        *rows = result.compared;
        return Ok(result.difference.map(Difference::Conversion).map_or(Outcome::Equal, Outcome::Differs));
    }
    let manifest = Manifest::read(path)?;
    let references = manifest.references();
    if references.audio.is_none() && references.trace.is_none() {
        return Err(Error::Manifest {
            path: path.to_owned(),
            message: "expected a reference to compare with ([reference] or [trace]), found none".into(),
        });
    }
    let song = Song::open(path, &OpenOptions::default())?;
    let mut difference = None;
    if let Some(file) = &references.trace {
        difference = trace::compare(&song, &manifest, file, rows)?.map(Difference::Trace);
    }
    if let (Some(file), None) = (&references.audio, &difference) {
        difference = compare::compare_audio(&song, file, frames)?.map(Difference::Audio);
    }
    Ok(match (difference, manifest.common.known_difference) {
        (None, None) => Outcome::Equal,
        (None, Some(_)) => Outcome::UnexpectedlyEqual,
        (Some(difference), None) => Outcome::Differs(difference),
        (Some(_), Some(why)) => Outcome::KnownDifference { why },
    })
}

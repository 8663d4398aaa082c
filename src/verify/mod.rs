//! Cases and their references: found, rendered, compared.

pub mod accept;
pub mod against_driver;
mod attribute;
mod compare;
mod conversion;
mod explain;
mod find;
pub mod reference;
pub mod report;
pub mod score;
mod trace;

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tatum_core::Frame;

use self::find::is_stream_case;
use self::reference::{Tolerances, compare_recording};
use crate::error::Error;
use crate::input::wav;
use crate::manifest::Manifest;
use crate::song::{OpenOptions, Song};
use crate::trace::RowDifference;

pub use attribute::Share;
pub use compare::AudioDifference;
pub use explain::{Cause, CommandMark, Explanation, ValueDifference};
pub use find::find_cases;

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
    /// The first difference explained, if there is one and the song has a script.
    pub explanation: Option<Explanation>,
    /// What the engine had to tell: limits that the song passes, clipping.
    pub notes: Vec<String>,
}

impl CaseResult {
    /// The name by which people know the case: its folder, or the file that is one.
    #[must_use]
    pub fn name(&self) -> String {
        let is_manifest = self.path.file_name().is_some_and(|name| name == CASE_FILE);
        let folder = self.path.parent().filter(|folder| is_manifest && !folder.as_os_str().is_empty());
        folder.unwrap_or(&self.path).display().to_string()
    }
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

    /// The verdict in a word or two.
    #[must_use]
    pub const fn verdict(&self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Differs(_) => "DIFFERS",
            Self::KnownDifference { .. } => "known difference",
            Self::UnexpectedlyEqual => "EQUAL NOW",
            Self::Failed(_) => "FAILED",
        }
    }

    /// What there is to say about it.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Equal => None,
            Self::Differs(Difference::Trace(difference)) => Some(difference.to_string()),
            Self::Differs(Difference::Audio(difference)) => Some(difference.to_string()),
            Self::Differs(Difference::Conversion(difference) | Difference::Recording(difference)) => {
                Some(difference.clone())
            }
            Self::KnownDifference { why } => Some(why.clone()),
            Self::UnexpectedlyEqual => Some("the manifest declares a known_difference: remove it".to_owned()),
            Self::Failed(error) => Some(error.to_string()),
        }
    }
}

/// The first difference of a case. The trace speaks first: an event tells more than a sample.
#[derive(Debug)]
pub enum Difference {
    /// In the trace.
    Trace(RowDifference),
    /// In the audio.
    Audio(AudioDifference),
    /// In what a conversion gives.
    Conversion(String),
    /// From a recording, beyond what the case tolerates.
    Recording(String),
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
    let mut result = CaseResult {
        path: path.to_owned(),
        frames: 0,
        rows: 0,
        outcome: Outcome::Equal,
        explanation: None,
        notes: Vec::new(),
    };
    if let Err(error) = compare_case(path, &mut result) {
        result.outcome = Outcome::Failed(error);
    }
    result
}

fn compare_case(path: &Path, result: &mut CaseResult) -> Result<(), Error> {
    if is_stream_case(path) {
        let song = Song::open(path, &OpenOptions::default())?;
        let reference = wav::read_reference(&path.with_extension("wav"))?;
        result.frames = reference.len() as u64;
        if let Some(difference) = compare::compare_audio(&song, &reference, &mut result.notes)? {
            result.outcome = Outcome::Differs(Difference::Audio(difference));
        }
        return Ok(());
    }
    if let Some(case) = conversion::recognize(path)? {
        let compared = conversion::compare(&case, path)?;
        result.rows = compared.compared;
        if let Some(difference) = compared.difference {
            result.outcome = Outcome::Differs(Difference::Conversion(difference));
        }
        return Ok(());
    }
    let manifest = Manifest::read(path)?;
    let song = Song::open(path, &OpenOptions::default())?;
    let difference = compare_song(&song, &manifest, result)?;
    result.outcome = match (difference, manifest.common.known_difference) {
        (None, None) => Outcome::Equal,
        (None, Some(_)) => Outcome::UnexpectedlyEqual,
        (Some(difference), None) => Outcome::Differs(difference),
        (Some(_), Some(why)) => Outcome::KnownDifference { why },
    };
    Ok(())
}

/// Compares a song with the references of its manifest, the trace first.
fn compare_song(
    song: &Song,
    manifest: &Manifest,
    result: &mut CaseResult,
) -> Result<Option<Difference>, Error> {
    let references = manifest.references();
    if references.audio.is_none() && references.trace.is_none() {
        let message = "expected a reference to compare with ([reference] or [trace]), found none";
        return Err(manifest.error(message.into()));
    }
    if let (Some(file), Some(tolerances)) = (&references.audio, manifest.common.tolerance) {
        return compare_with_recording(song, file, tolerances, result);
    }
    let audio = references.audio.as_deref().map(|file| read_audio(song, file)).transpose()?;
    result.frames = audio.as_ref().map_or(0, |audio| audio.len() as u64);
    let is_explained = manifest.common.known_difference.is_none();
    if let Some(file) = &references.trace
        && let Some(difference) = trace::compare(song, manifest, file, &mut result.rows)?
    {
        if is_explained {
            let frames = manifest.frames().unwrap_or(result.frames);
            result.explanation = Some(explain::explain_trace(song, &difference, frames)?);
        }
        return Ok(Some(Difference::Trace(difference)));
    }
    let Some(audio) = audio else { return Ok(None) };
    let Some(difference) = compare::compare_audio(song, &audio, &mut result.notes)? else { return Ok(None) };
    if is_explained {
        result.explanation = Some(explain::explain_audio(song, &audio, &difference)?);
    }
    Ok(Some(Difference::Audio(difference)))
}

/// Compares a song with a recording that its case tolerates differences from.
fn compare_with_recording(
    song: &Song,
    file: &Path,
    tolerances: Tolerances,
    result: &mut CaseResult,
) -> Result<Option<Difference>, Error> {
    let recording = wav::read(file)?;
    result.frames = recording.frames.len() as u64;
    let compared = compare_recording(song, &recording, tolerances)?;
    if compared.is_passed() {
        return Ok(None);
    }
    let beyond = compared.deviations.iter().filter(|deviation| !tolerances.allow(deviation));
    let messages: Vec<&str> = beyond.map(|deviation| &*deviation.message).collect();
    result.explanation = compared.explanation;
    Ok(Some(Difference::Recording(messages.join("\n"))))
}

/// Reads a case's reference and checks its length against the manifest's.
fn read_audio(song: &Song, file: &Path) -> Result<Vec<Frame>, Error> {
    let audio = wav::read_reference(file)?;
    match song.frames {
        Some(wanted) if wanted != audio.len() as u64 => Err(Error::Manifest {
            path: file.to_owned(),
            message: format!("expected {wanted} frames (as the manifest says), found {}", audio.len()),
        }),
        _ => Ok(audio),
    }
}

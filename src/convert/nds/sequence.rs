//! Sequences and their text.

use std::path::{Component, Path};

use tatum_core::source::{Problem, Problems, Sources};
use tatum_nds::author::text::{assemble, disassemble};

use crate::convert::{Job, write_output};
use crate::error::Error;
use crate::song::read_file;
use crate::text_report;

/// A sequence or a sequence archive to text.
pub(super) fn disassemble_file(job: &Job<'_>) -> Result<(), Error> {
    let bytes = read_file(job.input)?;
    let name = job.input.file_name().map_or_else(|| "sequence".into(), |name| name.to_string_lossy());
    write_output(job.output, disassemble(&name, &bytes, &[])?.as_bytes())
}

/// Text to a sequence.
pub(super) fn assemble_sequence(job: &Job<'_>) -> Result<(), Error> {
    write_output(job.output, &assemble_file(job.input, Kind::Sequence, job.options.quiet)?)
}

/// Text to a sequence archive.
pub(super) fn assemble_archive(job: &Job<'_>) -> Result<(), Error> {
    write_output(job.output, &assemble_file(job.input, Kind::Archive, job.options.quiet)?)
}

/// What a text must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An SSEQ.
    Sequence,
    /// An SSAR.
    Archive,
}

/// Assembles a text; files it includes lie beside it. Warnings are told unless `quiet`.
///
/// # Errors
///
/// If it cannot be read, or has errors.
pub(crate) fn assemble_file(path: &Path, kind: Kind, quiet: bool) -> Result<Vec<u8>, Error> {
    let bytes = read_file(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    assemble_bytes(&path.display().to_string(), &bytes, folder, kind, quiet)
}

/// Assembles the bytes of a text; files it includes lie in `folder`.
///
/// # Errors
///
/// As [`assemble_file`].
pub(crate) fn assemble_bytes(
    name: &str,
    bytes: &[u8],
    folder: &Path,
    kind: Kind,
    quiet: bool,
) -> Result<Vec<u8>, Error> {
    let mut sources = Sources::default();
    let file = sources.add(name, String::from_utf8_lossy(bytes));
    let mut include = |name: &str| {
        let relative = Path::new(name);
        if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err("only files in the text's folder or below it can be included".to_owned());
        }
        let bytes = read_file(&folder.join(relative)).map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let mut assembled = assemble(&mut sources, file, &mut include);
    if let Some(problem) = wrong_kind(kind, assembled.is_archive) {
        assembled.problems.push(problem);
    }
    match assembled.bytes {
        Some(bytes) if !assembled.problems.has_errors() => {
            if !quiet {
                tell(&assembled.problems, &sources);
            }
            Ok(bytes)
        }
        _ => Err(Error::text(sources, assembled.problems)),
    }
}

fn wrong_kind(kind: Kind, is_archive: bool) -> Option<Problem> {
    match (kind, is_archive) {
        (Kind::Sequence, true) => Some(
            Problem::error("SMFT-KIND", None, "this is the text of a sequence archive: it has entries")
                .with_hint("convert it to a .ssar"),
        ),
        (Kind::Archive, false) => Some(
            Problem::error("SMFT-KIND", None, "a sequence archive needs entries")
                .with_hint("an entry is `.entry label, bank`; without entries it is the text of a .sseq"),
        ),
        _ => None,
    }
}

fn tell(problems: &Problems, sources: &Sources) {
    if !problems.entries().is_empty() {
        text_report::tell(problems, sources);
    }
}

//! Sequences as text and back.

use std::path::Path;

use tatum_core::source::{FileNumber, Problems, Sources};
use tatum_n64::author::abi::{AbiDefinition, BuiltInAbi};
use tatum_n64::author::assemble::AssembleError;
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::model::Sequence;
use tatum_n64::author::text::{Reading, abi_named_in, read_text, write_text};

use super::super::{Job, write_output};
use super::options::load_abi;
use crate::error::Error;
use crate::song::read_file;
use crate::text_report;

/// A text with the command table it is written for.
pub(crate) struct TextFile {
    pub(crate) sources: Sources,
    pub(crate) abi: AbiDefinition,
    file: FileNumber,
}

impl TextFile {
    /// Opens a text. Its commands are those of `abi`, or else of what a `;! abi` line in it names, or else of
    /// `default`.
    pub(crate) fn open(
        path: &Path,
        bytes: &[u8],
        abi: Option<&str>,
        default: impl FnOnce() -> AbiDefinition,
    ) -> Result<Self, Error> {
        // Editors may begin a file with a byte order mark.
        let text = String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').to_owned();
        let abi = match (abi, abi_named_in(&text)) {
            (Some(name), _) | (None, Some(name)) => load_abi(name)?,
            (None, None) => default(),
        };
        let mut sources = Sources::default();
        let file = sources.add(path.display().to_string(), text);
        Ok(Self { sources, abi, file })
    }

    /// Reads the text with all it includes.
    pub(crate) fn read(&mut self) -> Reading {
        read_text(&mut self.sources, self.file, &self.abi, &mut read_included)
    }

    /// The bytes of the text, and what is odd about it.
    pub(crate) fn assemble(mut self) -> Result<(Vec<u8>, Problems, Sources), Error> {
        let mut reading = self.read();
        match reading.assemble(&self.sources, &self.abi) {
            Some(assembly) => Ok((assembly.bytes, reading.problems, self.sources)),
            None => Err(Error::text(self.sources, reading.problems)),
        }
    }
}

/// A file that a text includes: from beside the including file, or else from the current folder.
fn read_included(includer: &str, path: &str) -> Option<(String, String)> {
    let beside = Path::new(includer).parent().map(|folder| folder.join(path));
    [beside, Some(Path::new(path).to_owned())].into_iter().flatten().find_map(|path| {
        let bytes = path.is_file().then(|| read_file(&path).ok()).flatten()?;
        Some((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()))
    })
}

/// A sequence becomes text.
pub(super) fn disassemble_to_text(job: &Job<'_>) -> Result<(), Error> {
    let abi = job.options.n64.abi_for(job.input)?;
    let name = job.input.display().to_string();
    let disassembly = disassemble(&name, &read_file(job.input)?, &abi)?;
    if !job.options.quiet {
        let mut sources = Sources::default();
        sources.add(name, "");
        text_report::tell(&disassembly.problems, &sources);
    }
    write_sequence_text(job, &disassembly.sequence, &abi)
}

/// Writes a sequence in the dialect that is asked for.
pub(super) fn write_sequence_text(
    job: &Job<'_>,
    sequence: &Sequence,
    abi: &AbiDefinition,
) -> Result<(), Error> {
    let stem = job.input.file_stem().unwrap_or_default().to_string_lossy();
    let text = write_text(sequence, abi, job.options.n64.dialect(), &stem)
        .map_err(|errors| unwritable(job.input, &errors))?;
    write_output(job.output, text.as_bytes())
}

pub(super) fn unwritable(path: &Path, errors: &[AssembleError]) -> Error {
    let message = errors.first().map(ToString::to_string).unwrap_or_default();
    Error::Usage(format!("{}: {message}", path.display()))
}

fn open(job: &Job<'_>) -> Result<TextFile, Error> {
    let default = || job.options.n64.abi_for(job.output);
    let bytes = read_file(job.input)?;
    let fallback = default()?;
    TextFile::open(job.input, &bytes, job.options.n64.abi.as_deref(), || fallback)
}

/// A text becomes a sequence.
pub(super) fn assemble_text(job: &Job<'_>) -> Result<(), Error> {
    let (bytes, problems, sources) = open(job)?.assemble()?;
    if !job.options.quiet {
        text_report::tell(&problems, &sources);
    }
    write_output(job.output, &bytes)
}

/// A text becomes one in another dialect.
pub(super) fn rewrite_text(job: &Job<'_>) -> Result<(), Error> {
    let mut file = open(job)?;
    let reading = file.read();
    if reading.problems.has_errors() {
        return Err(Error::text(file.sources, reading.problems));
    }
    if !job.options.quiet {
        text_report::tell(&reading.problems, &file.sources);
    }
    write_sequence_text(job, &reading.sequence, &file.abi)
}

/// The table of commands that an engine reads.
pub(crate) fn abi_of_engine(engine: &str) -> BuiltInAbi {
    BuiltInAbi::ALL.into_iter().find(|abi| abi.names().contains(&engine)).unwrap_or(BuiltInAbi::Sm64UsStrict)
}

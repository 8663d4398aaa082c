//! MIDI files become sequences, and sequences MIDI files.

use std::path::Path;

use tatum_core::midi::MidiFile;
use tatum_core::source::{Problems, Sources};
use tatum_n64::author::abi::AbiDefinition;
use tatum_n64::author::assemble::assemble;
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::midi::export::export;
use tatum_n64::author::midi::import::{ImportOptions, import, read_preferences};
use tatum_n64::author::model::Sequence;

use super::super::{Job, write_output};
use super::text::{TextFile, write_sequence_text};
use crate::error::Error;
use crate::song::read_file;
use crate::text_report;

/// Imports a MIDI file; what is odd about it comes with it.
pub(crate) fn import_file(
    path: &Path,
    abi: &AbiDefinition,
    options: &ImportOptions,
) -> Result<(Sequence, Problems, Sources), Error> {
    let mut sources = Sources::default();
    let name = path.display().to_string();
    sources.add(name.as_str(), "");
    let file = match MidiFile::read(&name, &read_file(path)?) {
        Ok(file) => file,
        Err(error) => {
            let mut problems = Problems::default();
            problems.push(error.problem());
            return Err(Error::text(sources, problems));
        }
    };
    let imported = import(&file, abi, options);
    match imported.sequence {
        Some(sequence) => Ok((sequence, imported.problems, sources)),
        None => Err(Error::text(sources, imported.problems)),
    }
}

/// The bytes of a sequence that has been imported.
pub(crate) fn assemble_imported(
    path: &Path,
    sequence: &Sequence,
    abi: &AbiDefinition,
) -> Result<Vec<u8>, Error> {
    let assembly = assemble(sequence, abi).map_err(|errors| {
        let message = errors.first().map(ToString::to_string).unwrap_or_default();
        Error::Usage(format!("{}: {message}", path.display()))
    })?;
    Ok(assembly.bytes)
}

/// The options of an import: preferences beside the file, then the command line.
fn import_options(job: &Job<'_>) -> Result<ImportOptions, Error> {
    let mut options = ImportOptions::default();
    let arguments = &job.options.n64.midi;
    let path = job.input.with_extension("pref");
    if arguments.reads_preferences() && path.is_file() {
        let mut sources = Sources::default();
        let text = String::from_utf8_lossy(&read_file(&path)?).into_owned();
        let file = sources.add(path.display().to_string(), text);
        let mut problems = Problems::default();
        read_preferences(&sources, file, &mut options, &mut problems);
        if problems.has_errors() {
            return Err(Error::text(sources, problems));
        }
        if !job.options.quiet {
            text_report::tell(&problems, &sources);
        }
    }
    arguments.apply(&mut options)?;
    Ok(options)
}

fn import_job(job: &Job<'_>, abi: &AbiDefinition) -> Result<Sequence, Error> {
    let options = import_options(job)?;
    let (sequence, problems, sources) = import_file(job.input, abi, &options)?;
    if !job.options.quiet {
        text_report::tell(&problems, &sources);
    }
    Ok(sequence)
}

/// A MIDI file becomes a sequence.
pub(super) fn import_to_sequence(job: &Job<'_>) -> Result<(), Error> {
    let abi = job.options.n64.abi_for(job.output)?;
    let sequence = import_job(job, &abi)?;
    write_output(job.output, &assemble_imported(job.input, &sequence, &abi)?)
}

/// A MIDI file becomes a sequence text.
pub(super) fn import_to_text(job: &Job<'_>) -> Result<(), Error> {
    let abi = job.options.n64.abi_for(job.output)?;
    let sequence = import_job(job, &abi)?;
    write_sequence_text(job, &sequence, &abi)
}

/// A sequence becomes a MIDI file.
pub(super) fn export_sequence(job: &Job<'_>) -> Result<(), Error> {
    let abi = job.options.n64.abi_for(job.input)?;
    let name = job.input.display().to_string();
    let sequence = disassemble(&name, &read_file(job.input)?, &abi)?.sequence;
    write_midi(job, &sequence, &abi)
}

/// A sequence text becomes a MIDI file.
pub(super) fn export_text(job: &Job<'_>) -> Result<(), Error> {
    let fallback = job.options.n64.abi_for(job.output)?;
    let bytes = read_file(job.input)?;
    let text = TextFile::open(job.input, &bytes, job.options.n64.abi.as_deref(), || fallback)?;
    let abi = text.abi.clone();
    let (bytes, problems, sources) = text.assemble()?;
    if !job.options.quiet {
        text_report::tell(&problems, &sources);
    }
    let sequence = disassemble(&job.input.display().to_string(), &bytes, &abi)?.sequence;
    write_midi(job, &sequence, &abi)
}

/// Writes what happens in a sequence as a MIDI file.
pub(super) fn write_midi(job: &Job<'_>, sequence: &Sequence, abi: &AbiDefinition) -> Result<(), Error> {
    let mut options = job.options.n64.midi.export_options()?;
    options.part_names.clone_from(&sequence.part_names);
    let exported = export(sequence, abi, &options);
    if !job.options.quiet {
        let mut sources = Sources::default();
        sources.add(job.input.display().to_string(), "");
        text_report::tell(&exported.problems, &sources);
    }
    write_output(job.output, &exported.file.write(&job.output.display().to_string())?)
}

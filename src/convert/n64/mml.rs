//! MML becomes a sequence; the octave fixer.

use std::path::Path;

use tatum_core::source::{Problems, Sources};
use tatum_n64::author::abi::AbiDefinition;
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::mml::{self, Target};

use super::super::{Job, write_output};
use super::midi::write_midi;
use super::text::write_sequence_text;
use crate::error::Error;
use crate::song::read_file;
use crate::text_report;

/// The bytes of a text, and what is odd about it.
pub(crate) fn compile(path: &Path, target: Target) -> Result<(Vec<u8>, Problems, Sources), Error> {
    let mut sources = Sources::default();
    let text = String::from_utf8_lossy(&read_file(path)?).into_owned();
    let file = sources.add(path.display().to_string(), text);
    let compiled = mml::compile(&sources, file, target);
    match compiled.bytes {
        Some(bytes) => Ok((bytes, compiled.problems, sources)),
        None => Err(Error::text(sources, compiled.problems)),
    }
}

/// Which of the two forms of sequences an ABI reads.
pub(crate) fn target_of(abi: &AbiDefinition) -> Target {
    if abi.id().starts_with("zelda") { Target::Zelda } else { Target::Sm64 }
}

fn compile_job(job: &Job<'_>, abi: &AbiDefinition) -> Result<Vec<u8>, Error> {
    let (bytes, problems, sources) = compile(job.input, target_of(abi))?;
    if !job.options.quiet {
        text_report::tell(&problems, &sources);
    }
    Ok(bytes)
}

/// MML becomes a sequence.
pub(super) fn compile_to_sequence(job: &Job<'_>) -> Result<(), Error> {
    let bytes = compile_job(job, &job.options.n64.abi_for(job.output)?)?;
    write_output(job.output, &bytes)
}

/// MML becomes a sequence text.
pub(super) fn compile_to_text(job: &Job<'_>) -> Result<(), Error> {
    let abi = job.options.n64.abi_for(job.output)?;
    let bytes = compile_job(job, &abi)?;
    let sequence = disassemble(&job.input.display().to_string(), &bytes, &abi)?.sequence;
    write_sequence_text(job, &sequence, &abi)
}

/// MML becomes a MIDI file.
pub(super) fn compile_to_midi(job: &Job<'_>) -> Result<(), Error> {
    let abi = job.options.n64.abi_for(job.output)?;
    let bytes = compile_job(job, &abi)?;
    let sequence = disassemble(&job.input.display().to_string(), &bytes, &abi)?.sequence;
    write_midi(job, &sequence, &abi)
}

/// What tinymm wrote becomes what it meant.
pub(super) fn fix(job: &Job<'_>) -> Result<(), Error> {
    let options = &job.options.n64.midi;
    if !options.fix_octaves {
        let message = "from MML to MML there is only --fix-octaves, for what tinymm wrote";
        return Err(Error::Usage(message.into()));
    }
    let bytes = read_file(job.input)?;
    let text = String::from_utf8_lossy(&bytes);
    write_output(job.output, mml::fix::fix_octaves(&text, options.headers).as_bytes())
}

//! Sequences and MIDI files.

use std::path::Path;

use tatum_core::FormatError;
use tatum_core::midi::MidiFile;
use tatum_core::source::Sources;
use tatum_nds::author::midi::{ExportOptions, ImportOptions, export, import};
use tatum_nds::author::text::disassemble;
use tatum_nds::format::sdat::Sdat;
use tatum_nds::{BankFiles, SequenceId};

use super::sequence::{Kind, assemble_file};
use crate::convert::{Job, write_output};
use crate::error::Error;
use crate::song::read_file;
use crate::text_report;

/// A sequence to MIDI.
pub(super) fn sequence_to_midi(job: &Job<'_>) -> Result<(), Error> {
    export_lone(job, &read_file(job.input)?)
}

/// The text of a sequence to MIDI.
pub(super) fn text_to_midi(job: &Job<'_>) -> Result<(), Error> {
    export_lone(job, &assemble_file(job.input, Kind::Sequence, job.options.quiet)?)
}

/// A sequence of an archive to MIDI.
pub(super) fn archive_to_midi(job: &Job<'_>) -> Result<(), Error> {
    let name = job.input.display().to_string();
    let archive = Sdat::parse(&name, read_file(job.input)?)?;
    let id = match &job.options.midi.sequence {
        Some(wanted) => archive.find_sequence(wanted).ok_or_else(|| {
            Error::Usage(format!("--sequence: no sequence '{wanted}' in {name} (see tatum info)"))
        })?,
        None => match archive.sequences().first() {
            Some(first) => first.id,
            None => return Err(Error::Usage(format!("{name}: there are no sequences"))),
        },
    };
    write_midi(job, &archive, id)
}

/// MIDI to a sequence.
pub(super) fn midi_to_sequence(job: &Job<'_>) -> Result<(), Error> {
    write_output(job.output, &import_job(job)?)
}

/// MIDI to the text of a sequence.
pub(super) fn midi_to_text(job: &Job<'_>) -> Result<(), Error> {
    let name = job.input.file_name().map_or_else(|| "song.mid".into(), |name| name.to_string_lossy());
    write_output(job.output, disassemble(&name, &import_job(job)?, &[])?.as_bytes())
}

/// What a script does does not depend on its instruments, but for notes that last as long as their sample.
fn export_lone(job: &Job<'_>, bytes: &[u8]) -> Result<(), Error> {
    let name = job.input.display().to_string();
    let archive = Sdat::stand_alone(&name, bytes, &BankFiles::built_in())?;
    write_midi(job, &archive, SequenceId::Sequence(0))
}

fn write_midi(job: &Job<'_>, archive: &Sdat, id: SequenceId) -> Result<(), Error> {
    let usual = ExportOptions::default();
    let options = ExportOptions {
        rounds: job.options.midi.rounds.into(),
        random_state: job.options.midi.random_seed.unwrap_or(usual.random_state),
    };
    let file = export(archive, id, options)?;
    write_output(job.output, &file.write(&job.output.display().to_string())?)
}

fn import_job(job: &Job<'_>) -> Result<Vec<u8>, Error> {
    let options = ImportOptions { drum_program: job.options.midi.drum_program };
    import_file(job.input, options, job.options.quiet)
}

/// Makes a sequence of a MIDI file. What could not be kept is told unless `quiet`.
///
/// # Errors
///
/// If the file cannot be read, is no MIDI file, or no sequence can be made of it.
pub(crate) fn import_file(path: &Path, options: ImportOptions, quiet: bool) -> Result<Vec<u8>, Error> {
    let imported = import(&read_midi(path)?, options);
    let mut sources = Sources::default();
    sources.add(path.display().to_string(), "");
    match imported.bytes {
        Some(bytes) => {
            if !quiet {
                text_report::tell(&imported.problems, &sources);
            }
            Ok(bytes)
        }
        None => Err(Error::text(sources, imported.problems)),
    }
}

/// Reads a MIDI file.
///
/// # Errors
///
/// If it cannot be read or is none.
pub(crate) fn read_midi(path: &Path) -> Result<MidiFile, Error> {
    let file = MidiFile::read(&path.display().to_string(), &read_file(path)?);
    Ok(file.map_err(FormatError::from)?)
}

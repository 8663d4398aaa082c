//! A MIDI file becomes a sequence (`n64-authoring.md` 6).
//!
//! ```text
//! MIDI file -> score (events by channel, parts of the song) -> layers -> scripts of steps -> without the empty ones
//!   -> optimised -> commands of the ABI
//! ```

mod channel;
mod choice;
mod layers;
mod lowering;
mod optimize;
mod options;
mod preferences;
mod prune;
mod score;
mod sequence;
mod step;

use tatum_core::midi::MidiFile;
use tatum_core::source::{Problem, Problems};

pub use options::{ImportOptions, OptionError};
pub use preferences::read_preferences;

use self::score::Score;
use self::step::Song;
use crate::author::abi::AbiDefinition;
use crate::author::assemble::{self, AssembleFault};
use crate::author::model::Sequence;

/// What became of a MIDI file.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The sequence; none if there are errors.
    pub sequence: Option<Sequence>,
    /// Errors, and what else a person should know.
    pub problems: Problems,
}

/// Makes a sequence of a MIDI file.
#[must_use]
pub fn import(file: &MidiFile, abi: &AbiDefinition, options: &ImportOptions) -> Imported {
    let mut problems = Problems::default();
    let score = Score::read(file, options, &mut problems);
    if score.channels.is_empty() {
        problems.push(Problem::error("MID-EMPTY", None, "no notes in the file"));
        return Imported { sequence: None, problems };
    }
    let mut song = build(&score, abi, options, &mut problems);
    prune::prune(&mut song);
    let mut optimized = song.clone();
    optimize::optimize(&mut optimized, options, &mut problems);
    let sequence = finish(&optimized, abi, options, &mut problems);
    // What commands take depends on the ABI, so the last word is that of the bytes.
    let plain = finish(&song, abi, options, &mut Problems::default());
    let sequence = match (sequence, plain) {
        (Some(sequence), Some(plain)) => Some(smaller(sequence, plain, abi)),
        (sequence, _) => sequence,
    };
    Imported { sequence: sequence.filter(|_| !problems.has_errors()), problems }
}

/// A song's commands, all pointers reaching.
fn finish(
    song: &Song,
    abi: &AbiDefinition,
    options: &ImportOptions,
    problems: &mut Problems,
) -> Option<Sequence> {
    let sequence = lowering::lower(song, abi, options, problems)?;
    with_reachable_pointers(sequence, abi, problems)
}

/// The sequence that takes fewer bytes, the first one if both take the same.
fn smaller(first: Sequence, second: Sequence, abi: &AbiDefinition) -> Sequence {
    let size = |sequence: &Sequence| {
        assemble::assemble(sequence, abi).map_or(usize::MAX, |assembly| assembly.bytes.len())
    };
    if size(&second) < size(&first) { second } else { first }
}

/// The scripts as they come: everything that could be found out is written.
fn build(score: &Score, abi: &AbiDefinition, options: &ImportOptions, problems: &mut Problems) -> Song {
    let mut song = Song::default();
    let layers = layers::assign(score, problems);
    sequence::build(&mut song, score, options, problems);
    channel::build(&mut song, score, &layers, abi, options, problems);
    layers::build(&mut song, score, &layers, options, problems);
    song
}

/// Relative pointers that do not reach are made absolute.
fn with_reachable_pointers(
    mut sequence: Sequence,
    abi: &AbiDefinition,
    problems: &mut Problems,
) -> Option<Sequence> {
    loop {
        let errors = match assemble::assemble(&sequence, abi) {
            Ok(_) => return Some(sequence),
            Err(errors) => errors,
        };
        let mut has_changed = false;
        for error in &errors {
            let is_too_far = matches!(error.fault, AssembleFault::TooFar { .. });
            if is_too_far && lowering::make_absolute(&mut sequence, abi, error.section, error.item) {
                let message = format!("{}; an absolute one is used", error.fault);
                problems.push(Problem::warning("MID-RELATIVE", None, message));
                has_changed = true;
            }
        }
        if !has_changed {
            let message = errors.first().map_or_else(String::new, ToString::to_string);
            problems.push(Problem::error("MID-SIZE", None, format!("the sequence does not fit: {message}")));
            return None;
        }
    }
}

//! Bytes that steps take.

use crate::author::midi::import::step::{Note, Step};

/// Bytes of a command with a variable operand and `others`.
const fn with_variable(value: u16, others: usize) -> usize {
    1 + others + if value < 0x80 { 1 } else { 2 }
}

/// Bytes of a note behind another with this delay.
const fn note_size(note: &Note, last_delay: Option<u16>) -> usize {
    match last_delay {
        Some(delay) if delay == note.delay => 3,
        _ if note.gate.value == 0 => with_variable(note.delay, 1),
        _ => with_variable(note.delay, 2),
    }
}

/// Bytes of every step of a script.
pub(super) fn step_sizes(steps: &[Step]) -> Vec<usize> {
    let mut last_delay = None;
    steps
        .iter()
        .map(|step| match step {
            Step::Note(note) => {
                let size = note_size(note, last_delay);
                last_delay = Some(note.delay);
                size
            }
            Step::LoopStart(_) => {
                last_delay = None;
                2
            }
            Step::Call(_) => {
                last_delay = None;
                3
            }
            Step::Delay(ticks) => with_variable(*ticks, 0),
            Step::Controllers(controllers) => 1 + controllers.values.len(),
            Step::EnableChannels(_) | Step::DisableChannels(_) => 3,
            Step::StartChannel { .. } | Step::StartLayer { .. } | Step::JumpToPart(_) => 3,
            Step::LongNotes | Step::LoopEnd | Step::End => 1,
            Step::Part(_) => 0,
            Step::LayerTransposition(_)
            | Step::MuteBehavior(_)
            | Step::MuteScale(_)
            | Step::Tempo(_)
            | Step::MasterVolume(_) => 2,
        })
        .collect()
}

/// Bytes of a script.
pub(super) fn script_size(steps: &[Step]) -> usize {
    step_sizes(steps).iter().sum()
}

/// Bytes by which the first note from `at` on grows if the delay before it is no longer known.
pub(super) fn growth_of_next_note(steps: &[Step], sizes: &[usize], at: usize) -> usize {
    for (step, size) in steps[at..].iter().zip(&sizes[at..]) {
        match step {
            Step::Note(note) => return note_size(note, None).saturating_sub(*size),
            Step::LoopStart(_) | Step::Call(_) => return 0,
            _ => {}
        }
    }
    0
}

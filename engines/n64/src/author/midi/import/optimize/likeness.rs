//! Which steps can stand for each other.

use crate::author::midi::PROGRAM;
use crate::author::midi::import::options::ImportOptions;
use crate::author::midi::import::step::Step;

/// Controllers that must be equal: banks.
const BANKS: [u8; 2] = [0, 32];

/// How much may differ.
pub(super) struct Likeness {
    velocity: u8,
    gate: u8,
    controller: u8,
}

impl Likeness {
    pub(super) const fn new(options: &ImportOptions) -> Self {
        Self {
            velocity: options.velocity_delta,
            gate: options.gate_delta,
            controller: options.controller_delta,
        }
    }

    /// Whether `first` can stand for `second`.
    pub(super) fn stands_for(&self, first: &Step, second: &Step) -> bool {
        match (first, second) {
            (Step::Note(first), Step::Note(second)) => {
                first.note == second.note
                    && first.delay == second.delay
                    && first.velocity.stands_for(second.velocity, self.velocity)
                    && first.gate.stands_for(second.gate, self.gate)
            }
            (Step::Controllers(first), Step::Controllers(second)) => {
                first.command == second.command
                    && first.values.len() == second.values.len()
                    && first.values.iter().zip(&second.values).all(|(first, second)| {
                        let delta =
                            if BANKS.contains(&first.0) || first.0 == PROGRAM { 0 } else { self.controller };
                        first.0 == second.0 && first.1.stands_for(second.1, delta)
                    })
            }
            (first, second) => !first.is_structure() && first == second,
        }
    }

    /// Whether every step of a run can stand for its counterpart. A run of pauses and one controller that moves in
    /// one direction is a fade: it must be equal, or it would become flat.
    pub(super) fn run_stands_for(&self, first: &[Step], second: &[Step]) -> bool {
        if is_fade(first) || is_fade(second) {
            return first
                .iter()
                .zip(second)
                .all(|(first, second)| !first.is_structure() && is_equal(first, second));
        }
        first.iter().zip(second).all(|(first, second)| self.stands_for(first, second))
    }
}

fn is_equal(first: &Step, second: &Step) -> bool {
    Likeness { velocity: 0, gate: 0, controller: 0 }.stands_for(first, second)
}

/// Whether steps are pauses and one controller that goes on moving in one direction.
fn is_fade(steps: &[Step]) -> bool {
    let mut values = Vec::new();
    for step in steps {
        match step {
            Step::Delay(_) => {}
            Step::Controllers(controllers) if controllers.values.len() == 1 => {
                values.push(controllers.values[0])
            }
            _ => return false,
        }
    }
    let Some(&(number, _)) = values.first() else { return false };
    let is_sorted =
        |order: fn(u8, u8) -> bool| values.windows(2).all(|pair| order(pair[0].1.value, pair[1].1.value));
    values.iter().all(|(other, _)| *other == number) && (is_sorted(|a, b| a <= b) || is_sorted(|a, b| a >= b))
}

/// Takes over what the second run's values stood for.
pub(super) fn absorb(first: &mut [Step], second: &[Step]) {
    for (first, second) in first.iter_mut().zip(second) {
        match (first, second) {
            (Step::Note(first), Step::Note(second)) => {
                first.velocity.absorb(second.velocity);
                first.gate.absorb(second.gate);
            }
            (Step::Controllers(first), Step::Controllers(second)) => {
                for (first, second) in first.values.iter_mut().zip(&second.values) {
                    first.1.absorb(second.1);
                }
            }
            _ => {}
        }
    }
}

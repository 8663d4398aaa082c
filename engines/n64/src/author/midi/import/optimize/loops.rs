//! Runs that repeat at once become loops.

use super::likeness::{Likeness, absorb};
use super::size::{script_size, step_sizes};
use super::{Budget, STACK_DEPTH, loop_depths};
use crate::author::midi::import::step::Step;

/// Passes of a loop at most.
const MOST_PASSES: usize = 255;
/// Steps of a loop's body at most.
const LONGEST_BODY: usize = 1024;
/// Bytes of the commands around a body.
const LOOP_BYTES: usize = 3;

/// A run that repeats.
#[derive(Clone, Copy)]
struct Repetition {
    start: usize,
    length: usize,
    passes: usize,
    saving: usize,
}

/// Replaces repetitions by loops, those first that save most.
pub(super) fn add_loops(steps: &mut Vec<Step>, likeness: &Likeness, budget: &mut Budget) {
    loop {
        let mut found = find(steps, likeness, budget);
        found.sort_by(|first, second| second.saving.cmp(&first.saving).then(first.start.cmp(&second.start)));
        let size = script_size(steps);
        let best = found.into_iter().take(64).find_map(|repetition| {
            let looped = with_loop(steps, repetition);
            (script_size(&looped) < size).then_some(looped)
        });
        match best {
            Some(looped) => *steps = looped,
            None => return,
        }
    }
}

/// All repetitions that promise to save something.
fn find(steps: &[Step], likeness: &Likeness, budget: &mut Budget) -> Vec<Repetition> {
    let sizes = step_sizes(steps);
    let depths = loop_depths(steps);
    let mut found = Vec::new();
    for length in 1..=LONGEST_BODY.min(steps.len() / 2) {
        if !budget.spend(steps.len() as u64) {
            break;
        }
        let mut start = 0;
        while start + 2 * length <= steps.len() {
            // Where the first step does not match its counterpart there is nothing to look at.
            if depths[start] >= STACK_DEPTH || !likeness.stands_for(&steps[start], &steps[start + length]) {
                start += 1;
                continue;
            }
            let passes = count_passes(steps, start, length, likeness, budget);
            let copies: usize = sizes[start + length..start + length * passes].iter().sum();
            if passes > 1 && copies > LOOP_BYTES {
                found.push(Repetition { start, length, passes, saving: copies - LOOP_BYTES });
                // The same repetition, begun later, saves no more.
                start += length * (passes - 1);
            }
            start += 1;
        }
    }
    found
}

/// How often the run at `start` is there.
fn count_passes(
    steps: &[Step],
    start: usize,
    length: usize,
    likeness: &Likeness,
    budget: &mut Budget,
) -> usize {
    let body = &steps[start..start + length];
    let copies = steps[start + length..].chunks_exact(length).take(MOST_PASSES - 1);
    let fitting = copies.take_while(|copy| likeness.run_stands_for(body, copy)).count();
    budget.spend((length * (fitting + 1)) as u64);
    if fitting == 0 || body.iter().any(Step::is_structure) { 1 } else { fitting + 1 }
}

fn with_loop(steps: &[Step], repetition: Repetition) -> Vec<Step> {
    let Repetition { start, length, passes, .. } = repetition;
    let mut body = steps[start..start + length].to_vec();
    for copy in steps[start + length..start + length * passes].chunks_exact(length) {
        absorb(&mut body, copy);
    }
    let mut looped = steps[..start].to_vec();
    // At most 255.
    looped.push(Step::LoopStart(passes as u8));
    looped.append(&mut body);
    looped.push(Step::LoopEnd);
    looped.extend_from_slice(&steps[start + length * passes..]);
    looped
}

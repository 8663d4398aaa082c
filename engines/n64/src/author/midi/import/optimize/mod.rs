//! What repeats becomes loops and scripts that are called (`n64-authoring.md` 6.5).
//!
//! Two steps match if one can stand for the other: equal but for velocities, gates and controllers, which may differ
//! by what the options allow from every value they stand for. The first copy survives. What decides is the number of
//! bytes: a change that saves none is not made, so the result is never larger.

mod calls;
mod likeness;
mod loops;
mod size;

use tatum_core::source::{Problem, Problems};

use self::likeness::Likeness;
use super::options::ImportOptions;
use super::step::{Song, Step};
use crate::author::abi::Scope;

/// Calls and loops that the engine has room for.
const STACK_DEPTH: usize = 4;
/// Longer songs are left as they are: they do not fit a sequence anyway.
const MOST_STEPS: usize = 60_000;
/// Comparisons after which optimising ends: a limit that does not depend on the machine.
const MOST_COMPARISONS: u64 = 400_000_000;

/// Makes a song smaller; never larger.
pub(super) fn optimize(song: &mut Song, options: &ImportOptions, problems: &mut Problems) {
    let steps: usize = song.scripts.iter().map(|script| script.steps.len()).sum();
    if steps > MOST_STEPS {
        let message = format!("{steps} commands are too many to look for repetitions");
        return problems.push(Problem::warning("MID-OPTIMIZE", None, message));
    }
    let mut budget = Budget(MOST_COMPARISONS);
    let likeness = Likeness::new(options);
    if options.use_loops {
        for script in &mut song.scripts {
            if script.scope != Scope::Sequence {
                loops::add_loops(&mut script.steps, &likeness, &mut budget);
            }
        }
    }
    if options.use_calls {
        calls::add_calls(song, &likeness, options.call_only_layers, &mut budget);
    }
}

/// Comparisons that may still be made.
struct Budget(u64);

impl Budget {
    /// Pays for some work; false if there is nothing left.
    const fn spend(&mut self, comparisons: u64) -> bool {
        self.0 = self.0.saturating_sub(comparisons);
        self.0 != 0
    }
}

/// Loops that are open at every step, those of calls not counted.
fn loop_depths(steps: &[Step]) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut depths = Vec::with_capacity(steps.len());
    for step in steps {
        if *step == Step::LoopEnd {
            depth = depth.saturating_sub(1);
        }
        depths.push(depth);
        if matches!(step, Step::LoopStart(_)) {
            depth += 1;
        }
    }
    depths
}

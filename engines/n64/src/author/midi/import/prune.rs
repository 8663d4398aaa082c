//! Scripts that do nothing are left out, and the commands that start them.

use super::step::{Script, Song, Step};
use crate::author::abi::Scope;

/// Removes layers without notes, then channels without anything.
pub(super) fn prune(song: &mut Song) {
    remove(song, |script| script.scope == Scope::Layer && script.steps.iter().all(is_nothing));
    remove(song, |script| script.scope == Scope::Channel && script.steps.iter().all(is_nothing));
}

/// Steps that have no effect on their own. (A channel's first script switches to long notes, so it stays.)
const fn is_nothing(step: &Step) -> bool {
    matches!(step, Step::LayerTransposition(_) | Step::Delay(_) | Step::End)
}

fn remove(song: &mut Song, is_empty: impl Fn(&Script) -> bool) {
    let mut numbers = Vec::with_capacity(song.scripts.len());
    let mut kept = 0;
    for script in &song.scripts {
        let stays = !is_empty(script);
        numbers.push(stays.then_some(kept));
        kept += usize::from(stays);
    }
    let mut number = 0..;
    song.scripts.retain(|_| number.next().is_some_and(|number: usize| numbers[number].is_some()));
    for script in &mut song.scripts {
        script.steps.retain_mut(|step| match step {
            Step::StartChannel { script, .. } | Step::StartLayer { script, .. } => {
                let new = numbers[*script];
                *script = new.unwrap_or_default();
                new.is_some()
            }
            _ => true,
        });
    }
}

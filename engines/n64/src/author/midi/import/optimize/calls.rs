//! Runs that occur several times become scripts that are called.

use std::collections::HashMap;

use super::likeness::{Likeness, absorb};
use super::size::{growth_of_next_note, script_size, step_sizes};
use super::{Budget, STACK_DEPTH, loop_depths};
use crate::author::abi::{CommandId, Scope};
use crate::author::midi::import::step::{Script, Song, Step};

/// Steps that a called script has at least.
const SHORTEST: usize = 2;
/// Bytes of a call.
const CALL_BYTES: usize = 3;
/// Places looked at for one run.
const MOST_PLACES: usize = 512;
/// Rounds of looking: each one finds what the last one made possible.
const MOST_ROUNDS: usize = 32;

/// A place of a step.
type Place = (usize, usize);

/// What must be equal for two steps to match at all.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Class {
    Delay(u16),
    Note(u8, u16),
    Controllers(CommandId),
    Other(u8),
}

fn class(step: &Step) -> Option<Class> {
    match step {
        Step::Delay(ticks) => Some(Class::Delay(*ticks)),
        Step::Note(note) => Some(Class::Note(note.note, note.delay)),
        Step::Controllers(controllers) => Some(Class::Controllers(controllers.command)),
        Step::LayerTransposition(semitones) => Some(Class::Other(*semitones as u8)),
        _ => None,
    }
}

/// A run with its copies.
struct Candidate {
    length: usize,
    /// The first survives.
    places: Vec<Place>,
    saving: usize,
}

/// Moves runs that occur several times into scripts of their own, those first that save most.
pub(super) fn add_calls(song: &mut Song, likeness: &Likeness, only_layers: bool, budget: &mut Budget) {
    let scopes: &[Scope] = if only_layers { &[Scope::Layer] } else { &[Scope::Layer, Scope::Channel] };
    for &scope in scopes {
        for _ in 0..MOST_ROUNDS {
            if !add_round(song, scope, likeness, budget) {
                break;
            }
        }
    }
}

/// One round; false if nothing was saved.
fn add_round(song: &mut Song, scope: Scope, likeness: &Likeness, budget: &mut Budget) -> bool {
    let search = Search::new(song, scope, likeness);
    let mut candidates = search.candidates(budget);
    candidates
        .sort_by(|first, second| second.saving.cmp(&first.saving).then(first.places.cmp(&second.places)));
    let mut chosen = Vec::new();
    let mut is_taken: Vec<Vec<bool>> =
        song.scripts.iter().map(|script| vec![false; script.steps.len()]).collect();
    for candidate in candidates {
        let Candidate { length, mut places, .. } = candidate;
        // The first survives: without it the others may not fit each other.
        let first = places[0];
        places.retain(|(script, step)| !is_taken[*script][*step..*step + length].contains(&true));
        if places.first() != Some(&first) || search.saving(length, &places).is_none() {
            continue;
        }
        for (script, step) in &places {
            is_taken[*script][*step..*step + length].fill(true);
        }
        chosen.push((length, places));
    }
    if chosen.is_empty() {
        return false;
    }
    let size = |song: &Song| song.scripts.iter().map(|script| script_size(&script.steps)).sum::<usize>();
    let smaller = with_calls(song, scope, &chosen);
    let is_smaller = size(&smaller) < size(song);
    if is_smaller {
        *song = smaller;
    }
    is_smaller
}

/// The song with calls in the chosen places.
fn with_calls(song: &Song, scope: Scope, chosen: &[(usize, Vec<Place>)]) -> Song {
    let mut calls: HashMap<Place, (usize, usize)> = HashMap::new();
    let mut called = Vec::new();
    for (length, places) in chosen {
        let number = song.scripts.len() + called.len();
        let run = |(script, step): Place| &song.scripts[script].steps[step..step + length];
        let mut steps = run(places[0]).to_vec();
        for &place in &places[1..] {
            absorb(&mut steps, run(place));
        }
        steps.push(Step::End);
        let first = &song.scripts[places[0].0];
        let Script { channel, layer, .. } = *first;
        called.push(Script { scope, channel, layer, is_called: true, steps });
        calls.extend(places.iter().map(|place| (*place, (*length, number))));
    }
    let mut changed = song.clone();
    for (number, script) in changed.scripts.iter_mut().enumerate() {
        let old = std::mem::take(&mut script.steps);
        let mut skip = 0;
        for (step, content) in old.into_iter().enumerate() {
            if let Some((length, called)) = calls.get(&(number, step)) {
                script.steps.push(Step::Call(*called));
                skip = *length;
            }
            match skip {
                0 => script.steps.push(content),
                _ => skip -= 1,
            }
        }
    }
    changed.scripts.extend(called);
    changed
}

/// What is known of the scripts of a scope.
struct Search<'a> {
    song: &'a Song,
    likeness: &'a Likeness,
    sizes: Vec<Vec<usize>>,
    /// Whether a call is possible at a step: the stack has room, and the step can be moved.
    is_open: Vec<Vec<bool>>,
    /// Steps by their classes and those of the next ones, in order.
    places: HashMap<(Class, Class), Vec<Place>>,
}

impl<'a> Search<'a> {
    fn new(song: &'a Song, scope: Scope, likeness: &'a Likeness) -> Self {
        let sizes = song.scripts.iter().map(|script| step_sizes(&script.steps)).collect();
        let is_open = song.scripts.iter().map(|script| open_steps(script, scope)).collect::<Vec<_>>();
        let mut places: HashMap<_, Vec<Place>> = HashMap::new();
        for (number, script) in song.scripts.iter().enumerate() {
            for (step, pair) in script.steps.windows(2).enumerate() {
                if let (true, Some(first), Some(second)) =
                    (is_open[number][step] && is_open[number][step + 1], class(&pair[0]), class(&pair[1]))
                {
                    places.entry((first, second)).or_default().push((number, step));
                }
            }
        }
        Self { song, likeness, sizes, is_open, places }
    }

    /// All runs that save something.
    fn candidates(&self, budget: &mut Budget) -> Vec<Candidate> {
        let mut found = Vec::new();
        // In the order of the song, so that a spent budget means the same everywhere.
        let mut groups: Vec<_> = self.places.values().collect();
        groups.sort_unstable_by_key(|places| places.first().copied());
        for places in groups {
            for (index, &first) in places.iter().enumerate() {
                let others = &places[index + 1..places.len().min(index + 1 + MOST_PLACES)];
                let lengths: Vec<(Place, usize)> = others
                    .iter()
                    .map(|&other| (other, self.common_length(first, other, budget)))
                    .filter(|(_, length)| *length >= SHORTEST)
                    .collect();
                found.extend(self.best(first, &lengths));
                if !budget.spend(1) {
                    return found;
                }
            }
        }
        found
    }

    /// How many steps from `first` on can stand for those from `other` on.
    fn common_length(&self, first: Place, other: Place, budget: &mut Budget) -> usize {
        let room = if first.0 == other.0 { other.1 - first.1 } else { usize::MAX };
        let (a, b) = (self.steps_from(first), self.steps_from(other));
        let (open_a, open_b) = (&self.is_open[first.0][first.1..], &self.is_open[other.0][other.1..]);
        let length = a
            .iter()
            .zip(b)
            .zip(open_a.iter().zip(open_b))
            .take(room)
            .take_while(|((a, b), open)| *open.0 && *open.1 && self.likeness.stands_for(a, b))
            .count();
        budget.spend(length as u64 + 1);
        match self.likeness.run_stands_for(&a[..length], &b[..length]) {
            true => length,
            false => 0,
        }
    }

    fn steps_from(&self, (script, step): Place) -> &'a [Step] {
        &self.song.scripts[script].steps[step..]
    }

    /// The length of the run at `first` that saves most, with its copies.
    fn best(&self, first: Place, lengths: &[(Place, usize)]) -> Option<Candidate> {
        let mut wanted: Vec<usize> = lengths.iter().map(|(_, length)| *length).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let candidates = wanted.into_iter().filter_map(|length| {
            let mut places = vec![first];
            for (place, _) in lengths.iter().filter(|(_, common)| *common >= length) {
                let is_free =
                    places.last().is_none_or(|last| last.0 != place.0 || last.1 + length <= place.1);
                if is_free {
                    places.push(*place);
                }
            }
            let saving = self.saving(length, &places)?;
            Some(Candidate { length, places, saving })
        });
        candidates.max_by_key(|candidate| candidate.saving)
    }

    /// Bytes saved if the runs are called; none if nothing is.
    fn saving(&self, length: usize, places: &[Place]) -> Option<usize> {
        if places.len() < 2 {
            return None;
        }
        let (script, step) = places[0];
        let body = script_size(&self.song.scripts[script].steps[step..step + length]);
        let mut before = 0;
        let mut after = body + 1;
        for &(script, step) in places {
            let (steps, sizes) = (&self.song.scripts[script].steps, &self.sizes[script]);
            before += sizes[step..step + length].iter().sum::<usize>();
            after += CALL_BYTES + growth_of_next_note(steps, sizes, step + length);
        }
        before.checked_sub(after).filter(|saving| *saving != 0)
    }
}

/// Which steps of a script can be moved into a called one.
fn open_steps(script: &Script, scope: Scope) -> Vec<bool> {
    // A called script is called from a place with loops around it, perhaps: it calls nothing itself.
    if script.scope != scope || script.is_called {
        return vec![false; script.steps.len()];
    }
    let depths = loop_depths(&script.steps);
    let has_class = script.steps.iter().map(|step| class(step).is_some());
    has_class.zip(depths).map(|(has_class, depth)| has_class && depth < STACK_DEPTH).collect()
}

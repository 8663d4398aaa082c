//! Which layer plays which note, and the layers' scripts (`n64-authoring.md` 6.1, 6.4).

use std::collections::BTreeMap;

use tatum_core::source::{Problem, Problems};

use super::options::ImportOptions;
use super::score::{Channel, KeyEvent, Score};
use super::step::{Note, Script, Song, Step, delays};
use crate::author::abi::Scope;
use crate::author::midi::{KEY_OF_NOTE_0, fitting_transposition};

/// Layers of a channel that converters use.
pub(super) const LAYERS: usize = 4;
/// From here on a note says its own length, and silence follows.
const LONG_DELAY: u64 = 2048;
/// The longest delay of a note.
const LONGEST_NOTE: u64 = 0x7FFF;
/// What a key costs that has no predecessor.
const NO_PREDECESSOR: f32 = 40_000.0;

/// A note that has found its layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct LayerNote {
    /// MIDI ticks.
    start: u64,
    end: u64,
    key: u8,
    velocity: u8,
}

/// Notes by channel and layer.
pub(super) type Layers = BTreeMap<u8, [Vec<LayerNote>; LAYERS]>;

/// Gives every note a layer.
pub(super) fn assign(score: &Score, problems: &mut Problems) -> Layers {
    let assigned = score.channels.iter().map(|(number, channel)| {
        let mut assignment =
            Assignment { score, number: *number, slots: Default::default(), has_lost: false, problems };
        assignment.channel(channel);
        (*number, assignment.slots.map(|slot| slot.notes))
    });
    assigned.collect()
}

/// A layer while notes are being assigned.
#[derive(Default)]
struct Slot {
    notes: Vec<LayerNote>,
    /// The key that sounds; the end of its note is not known yet.
    sounding: Option<u8>,
    /// The keys before it, the last one first.
    previous: [Option<u8>; 3],
}

impl Slot {
    /// How far a key lies from those played before. In single precision: ties depend on it.
    fn score(&self, key: u8) -> f32 {
        let mut score = 0.0_f32;
        for (index, previous) in (1_u8..).zip(self.previous) {
            let distance = match previous {
                Some(previous) => f32::from(previous.abs_diff(key)) * f32::from(previous.abs_diff(key)),
                None => NO_PREDECESSOR,
            };
            if distance == 0.0 {
                break;
            }
            score += distance / f32::from(index);
        }
        score
    }

    fn begin(&mut self, tick: u64, key: u8, velocity: u8) {
        self.sounding = Some(key);
        self.notes.push(LayerNote { start: tick, end: tick, key, velocity });
    }

    fn end(&mut self, tick: u64) {
        if let Some(key) = self.sounding.take() {
            self.previous = [Some(key), self.previous[0], self.previous[1]];
            if let Some(note) = self.notes.last_mut() {
                note.end = tick;
            }
        }
    }
}

struct Assignment<'a> {
    score: &'a Score,
    number: u8,
    slots: [Slot; LAYERS],
    /// Whether a note has been lost: the first is told.
    has_lost: bool,
    problems: &'a mut Problems,
}

impl Assignment<'_> {
    fn channel(&mut self, channel: &Channel) {
        let mut boundaries = self.score.parts.iter().skip(1).map(|part| part.start).peekable();
        // Keys whose notes were cut: their releases mean nothing.
        let mut cut: Vec<u8> = Vec::new();
        for (index, event) in channel.keys.iter().enumerate() {
            while let Some(boundary) = boundaries.next_if(|boundary| *boundary <= event.tick) {
                self.boundary(boundary, &channel.keys[index..], &mut cut);
            }
            match event.velocity {
                Some(velocity) => self.key_down(event, velocity),
                None if self.key_up(event) => {}
                None => match cut.iter().position(|key| *key == event.key) {
                    Some(index) => _ = cut.swap_remove(index),
                    None => self.stray(event),
                },
            }
        }
        for boundary in boundaries {
            self.boundary(boundary, &[], &mut cut);
        }
        for slot in &mut self.slots {
            if let (Some(key), Some(note)) = (slot.sounding, slot.notes.last()) {
                let message = format!(
                    "channel {}: key {key} started at tick {} never ends; ended at tick {}",
                    self.number + 1,
                    note.start,
                    self.score.end
                );
                self.problems.push(Problem::warning("MID-HANGING", None, message));
                slot.end(self.score.end);
            }
        }
    }

    /// At the start of a part everything is forgotten, and what sounds is cut. `coming` are the key events from here
    /// on.
    fn boundary(&mut self, boundary: u64, coming: &[KeyEvent], cut: &mut Vec<u8>) {
        for slot in &mut self.slots {
            if let (Some(key), Some(note)) = (slot.sounding, slot.notes.last()) {
                let start = note.start;
                let end = coming.iter().find(|event| event.key == key).map(|event| event.tick);
                slot.end(boundary);
                if end == Some(boundary) {
                    cut.push(key);
                } else {
                    let until = end.map_or_else(|| "its end".to_owned(), |end| end.to_string());
                    let message = format!(
                        "channel {}: key {key} (tick {start} to {until}) is cut at the section boundary at tick {boundary}",
                        self.number + 1
                    );
                    let problem = Problem::warning("MID-SECTION", None, message);
                    self.problems.push(problem.with_hint("end notes before loop points"));
                    cut.push(key);
                }
            }
            slot.previous = [None; 3];
        }
    }

    fn key_down(&mut self, event: &KeyEvent, velocity: u8) {
        self.key_up(event);
        let free = self.slots.iter_mut().filter(|slot| slot.sounding.is_none());
        // The first of equal ones, as `min_by` gives it.
        let best = free.min_by(|first, second| first.score(event.key).total_cmp(&second.score(event.key)));
        if let Some(slot) = best {
            return slot.begin(event.tick, event.key, velocity);
        }
        if !std::mem::replace(&mut self.has_lost, true) {
            let message = format!(
                "channel {}, {}: {} notes at once, a channel has {LAYERS} layers; key {} dropped",
                self.number + 1,
                self.score.describe(event.tick),
                LAYERS + 1,
                event.key
            );
            let problem = Problem::warning("MID-LAYERS", None, message);
            self.problems.push(problem.with_hint("move a part to another channel"));
        }
    }

    /// Ends a key's note; false if there is none.
    fn key_up(&mut self, event: &KeyEvent) -> bool {
        let slot = self.slots.iter_mut().find(|slot| slot.sounding == Some(event.key));
        let is_there = slot.is_some();
        if let Some(slot) = slot {
            slot.end(event.tick);
        }
        is_there
    }

    fn stray(&mut self, event: &KeyEvent) {
        // The release of a note that was lost says nothing new.
        if !self.has_lost {
            let message = format!(
                "channel {}, tick {}: key {} is released but does not sound; ignored",
                self.number + 1,
                event.tick,
                event.key
            );
            self.problems.push(Problem::warning("MID-STRAY", None, message));
        }
    }
}

/// Writes the scripts of all layers: by part, channel and layer.
pub(super) fn build(
    song: &mut Song,
    score: &Score,
    layers: &Layers,
    options: &ImportOptions,
    problems: &mut Problems,
) {
    for part in 0..score.parts.len() {
        for (&channel, slots) in layers {
            for (layer, notes) in (0_u8..).zip(slots).filter(|(_, notes)| !notes.is_empty()) {
                let notes = score.of_part(part, notes, |note| note.start);
                let mut script = LayerScript::new(score.part_ticks(part), channel, options, problems);
                let steps = script.build(score, notes);
                song.scripts.push(Script {
                    scope: Scope::Layer,
                    channel: Some(channel),
                    layer: Some(layer),
                    is_called: false,
                    steps,
                });
            }
        }
    }
}

/// A layer's script in the making.
struct LayerScript<'a> {
    ticks: std::ops::Range<u64>,
    channel: u8,
    options: &'a ImportOptions,
    problems: &'a mut Problems,
    steps: Vec<Step>,
    transposition: i32,
    has_notes: bool,
}

impl<'a> LayerScript<'a> {
    fn new(
        ticks: std::ops::Range<u64>,
        channel: u8,
        options: &'a ImportOptions,
        problems: &'a mut Problems,
    ) -> Self {
        Self { ticks, channel, options, problems, steps: Vec::new(), transposition: 0, has_notes: false }
    }

    fn build(&mut self, score: &Score, notes: &[LayerNote]) -> Vec<Step> {
        self.steps.push(Step::LayerTransposition(0));
        if let Some(first) = notes.first() {
            self.steps.extend(delays(score.ticks(first.start).saturating_sub(self.ticks.start)));
        }
        for (index, note) in notes.iter().enumerate() {
            let start = score.ticks(note.start);
            let next = notes.get(index + 1).map_or(self.ticks.end, |next| score.ticks(next.start));
            self.note(note, next.saturating_sub(start), score.ticks(note.end).saturating_sub(start));
        }
        self.steps.push(Step::End);
        std::mem::take(&mut self.steps)
    }

    /// A note with the ticks to the next and those it sounds.
    fn note(&mut self, note: &LayerNote, delay: u64, length: u64) {
        if length == 0 {
            let what = if delay == 0 { "dropped" } else { "made as short as possible" };
            let message = format!(
                "channel {}, tick {}: key {} has no length; {what}",
                self.channel + 1,
                note.start,
                note.key
            );
            self.problems.push(Problem::warning("MID-SHORT", None, message));
            if delay == 0 {
                return;
            }
        }
        self.transpose(note.key);
        // Between 0 and 63: the transposition fits.
        let byte = (i32::from(note.key) - KEY_OF_NOTE_0 - self.transposition) as u8;
        let mut push = |delay: u64, gate: u8| {
            let velocity = note.velocity.into();
            self.steps.push(Step::Note(Note {
                note: byte,
                delay: delay as u16,
                velocity,
                gate: gate.into(),
            }));
        };
        let gate = (delay - length.min(delay)) * 256 / delay;
        let gate = gate.min(255) as u8;
        let is_near = delay.abs_diff(length + ((u64::from(gate) * delay) >> 8)) <= 1;
        if delay < LONG_DELAY && (is_near || !self.options.exact_lengths) {
            push(delay, gate);
        } else {
            let sounding = length.clamp(1, LONGEST_NOTE);
            if length > LONGEST_NOTE {
                let message = format!(
                    "channel {}, tick {}: key {} is longer than a note can be; cut to {LONGEST_NOTE} ticks",
                    self.channel + 1,
                    note.start,
                    note.key
                );
                self.problems.push(Problem::warning("MID-LONG", None, message));
            }
            push(sounding, 0);
            self.steps.extend(delays(delay - sounding));
        }
        self.has_notes = true;
    }

    /// Makes the key's note byte possible. As long as there is no note, the transposition at the start changes.
    fn transpose(&mut self, key: u8) {
        let transposition = fitting_transposition(key.into(), self.transposition);
        if transposition == self.transposition {
            return;
        }
        self.transposition = transposition;
        // Keys are 0 to 127, so that a few octaves are enough.
        let step = Step::LayerTransposition(transposition as i8);
        match self.steps.first_mut() {
            Some(first) if !self.has_notes => *first = step,
            _ => self.steps.push(step),
        }
    }
}

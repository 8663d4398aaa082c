//! The scripts of layers, and of loop bodies that are called.

use tatum_core::source::{Problem, Problems, Span};

use crate::author::midi::fitting_transposition;
use crate::author::mml::song::{Item, Note, Song};
use crate::author::sequence_writer::{Label, LayerScript, MAX_DELAY, SequenceWriter};

/// Semitones that a note byte has.
const SEMITONES: i32 = 64;
/// MIDI key of semitone 0.
const KEY_OF_SEMITONE_0: i32 = 21;

/// Writes layers, and remembers which loop bodies they call.
pub(super) struct LayerEncoder<'a> {
    song: &'a Song,
    problems: &'a mut Problems,
    /// Labels of the blocks, used or not.
    labels: Vec<Label>,
    /// What is known of the blocks that are called.
    called: Vec<Option<Called>>,
    /// The blocks that are called, in the order of their first calls.
    order: Vec<usize>,
}

/// A loop body that is a script of its own.
#[derive(Clone, Copy)]
struct Called {
    /// Transposition at its start: every caller sets this one.
    entry: i32,
    /// Transposition at its end.
    exit: i32,
}

/// A layer script in the making.
struct Layer<'w> {
    script: LayerScript<'w>,
    transposition: i32,
}

impl Layer<'_> {
    fn transpose(&mut self, transposition: i32) {
        if transposition != self.transposition {
            self.transposition = transposition;
            // The engine adds it modulo 256.
            self.script.transposition(transposition as u8);
        }
    }
}

impl<'a> LayerEncoder<'a> {
    pub(super) fn new(song: &'a Song, writer: &mut SequenceWriter, problems: &'a mut Problems) -> Self {
        let labels = song.blocks.iter().map(|_| writer.label()).collect();
        Self { song, problems, labels, called: vec![None; song.blocks.len()], order: Vec::new() }
    }

    /// Writes a layer.
    pub(super) fn layer(
        &mut self,
        writer: &mut SequenceWriter,
        label: Label,
        items: impl Iterator<Item = &'a Item>,
    ) {
        self.script(writer, label, 0, items);
    }

    /// Writes the bodies of loops that have been called so far, and those they call.
    pub(super) fn called_scripts(&mut self, writer: &mut SequenceWriter) {
        let song = self.song;
        let mut next = 0;
        while let Some(&block) = self.order.get(next) {
            let entry = self.called[block].map_or(0, |called| called.entry);
            self.script(writer, self.labels[block], entry, song.blocks[block].items.iter());
            next += 1;
        }
    }

    fn script(
        &mut self,
        writer: &mut SequenceWriter,
        label: Label,
        transposition: i32,
        items: impl Iterator<Item = &'a Item>,
    ) {
        let mut layer = Layer { script: writer.layer_at(label), transposition };
        items.for_each(|item| self.item(&mut layer, item));
        layer.script.end();
    }

    fn item(&mut self, layer: &mut Layer<'_>, item: &Item) {
        match item {
            Item::Note(note) => self.note(layer, note),
            Item::Rest(sounding) => {
                if let Some(delay @ 1..) = self.delay(sounding.delay(), sounding.span) {
                    layer.script.rest(delay);
                }
            }
            Item::Play { block, passes, .. } if self.song.blocks[*block].is_called => {
                self.call(layer, *block, *passes);
            }
            Item::Play { block, passes, .. } => self.loop_inline(layer, *block, *passes),
        }
    }

    fn loop_inline(&mut self, layer: &mut Layer<'_>, block: usize, passes: u8) {
        let song = self.song;
        let entry = layer.transposition;
        layer.script.loop_start(passes);
        song.blocks[block].items.iter().for_each(|item| self.item(layer, item));
        if passes > 1 {
            layer.transpose(entry);
        }
        layer.script.loop_end();
    }

    fn call(&mut self, layer: &mut Layer<'_>, block: usize, passes: u8) {
        let called = self.called_block(block, layer.transposition);
        if passes > 1 {
            layer.transpose(called.entry);
            layer.script.loop_start(passes);
        }
        layer.transpose(called.entry);
        layer.script.call(self.labels[block]);
        layer.transposition = called.exit;
        if passes > 1 {
            layer.transpose(called.entry);
            layer.script.loop_end();
        }
    }

    fn called_block(&mut self, block: usize, entry: i32) -> Called {
        if let Some(called) = self.called[block] {
            return called;
        }
        let song = self.song;
        self.order.push(block);
        let exit = self.transposition_after(&song.blocks[block].items, entry);
        let called = Called { entry, exit };
        self.called[block] = Some(called);
        called
    }

    fn transposition_after(&mut self, items: &[Item], entry: i32) -> i32 {
        let song = self.song;
        items.iter().fold(entry, |transposition, item| match item {
            Item::Note(note) => fitting_transposition(note.key, transposition),
            Item::Rest(_) => transposition,
            Item::Play { block, passes, .. } if song.blocks[*block].is_called => {
                let called = self.called_block(*block, transposition);
                if *passes > 1 { called.entry } else { called.exit }
            }
            // With several passes a loop ends with the transposition it began with.
            Item::Play { passes: 2.., .. } => transposition,
            Item::Play { block, .. } => self.transposition_after(&song.blocks[*block].items, transposition),
        })
    }

    fn note(&mut self, layer: &mut Layer<'_>, note: &Note) {
        let Some(delay) = self.delay(note.sounding.delay(), note.sounding.span) else { return };
        if delay == 0 {
            let message = "this note is shorter than half a tick; left out";
            self.problems.push(Problem::warning("MML-LENGTH", note.sounding.span, message));
            return;
        }
        let transposition = fitting_transposition(note.key, layer.transposition);
        if transposition != layer.transposition {
            layer.transpose(transposition);
            self.warn_of_range(note);
        }
        // Between 0 and 63: the transposition fits.
        let semitone = (note.key - KEY_OF_SEMITONE_0 - transposition) as u8;
        layer.script.note(semitone, delay, note.velocity, note.gate);
    }

    fn warn_of_range(&mut self, note: &Note) {
        let (where_to, limit) = match note.key - KEY_OF_SEMITONE_0 {
            ..0 => ("below the lowest note", "A0"),
            SEMITONES.. => ("above the highest note", "C6"),
            _ => return,
        };
        let name = ["c", "c+", "d", "d+", "e", "f", "f+", "g", "g+", "a", "a+", "b"]
            [(note.key.rem_euclid(12)) as usize];
        let octave = note.key.div_euclid(12) - 1;
        let message = format!("{name} in octave {octave} is {where_to} ({limit}); a transposition was added");
        let problem = Problem::warning("MML-PITCH", note.sounding.span, message);
        self.problems.push(problem.with_hint("the instrument may not reach it"));
    }

    /// A length that a command can hold.
    fn delay(&mut self, ticks: u64, span: Span) -> Option<u16> {
        let delay = u16::try_from(ticks).ok().filter(|delay| *delay <= MAX_DELAY);
        if delay.is_none() {
            let message = format!("{ticks} ticks are too long for one note or rest");
            let hint = format!("at most {MAX_DELAY}: 170 whole notes");
            self.problems.push(Problem::error("MML-LONG", span, message).with_hint(hint));
        }
        delay
    }
}

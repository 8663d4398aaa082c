//! The Nintendo 64's events, and the rows of its traces (`n64-sm64`, `n64-sm64-eu`, `n64-sm64-sh`, `n64-oot`).

use std::collections::HashMap;
use std::fmt::Write;

use tatum_core::Probe;
use tatum_n64::sequencer::abi::LayerOperation;
use tatum_n64::{EngineVersion, Event, Operation, ScriptPlace};

use super::{Observation, ObservedEvent, Place, RowMeaning, RowTime};

/// Semitone 0 of the engine is the A of 27.5 Hz, MIDI key 21.
const LOWEST_KEY: f32 = 21.0;

/// Translates the engine's events.
pub(crate) struct Observer<'a> {
    see: &'a mut dyn FnMut(Observation),
    /// Frames before the present audio frame, and in it before the present update.
    base: u64,
    offset: u64,
    /// Samples of the present audio frame; 0 before the song begins.
    samples: u64,
    step: u64,
    has_begun: bool,
    /// The key that each layer's last note names.
    keys: HashMap<Place, f32>,
}

impl<'a> Observer<'a> {
    pub(crate) fn new(see: &'a mut dyn FnMut(Observation)) -> Self {
        Self { see, base: 0, offset: 0, samples: 0, step: 0, has_begun: false, keys: HashMap::new() }
    }

    fn tell(&mut self, event: ObservedEvent) {
        (self.see)(Observation { frame: self.base + self.offset, event });
    }
}

impl<'e> Probe<Event<'e>> for Observer<'_> {
    fn record(&mut self, event: impl FnOnce() -> Event<'e>) {
        match event() {
            Event::Frame { frame, samples, .. } if frame >= 0 => {
                self.base += self.samples;
                (self.offset, self.samples) = (0, samples.into());
                self.has_begun = true;
                self.tell(ObservedEvent::Step(self.step));
            }
            _ if !self.has_begun => {}
            Event::Update { chunk, .. } => {
                self.offset += u64::from(chunk);
                self.step += 1;
                if self.offset < self.samples {
                    self.tell(ObservedEvent::Step(self.step));
                }
            }
            Event::Tick { player, tick } => self.tell(ObservedEvent::Tick { player: player.0, tick }),
            Event::Command { player, place, offset, operation, operands, operand_count } => {
                let place = place_of(player.0, place);
                if let Operation::Layer(LayerOperation::Note(_, semitone)) = operation {
                    self.keys.insert(place, LOWEST_KEY + f32::from(semitone));
                }
                let operands = (0..operand_count).map(|index| operands.value(index));
                let text = command_text(operation, operands);
                let shapes_sound = operation.shapes_sound();
                self.tell(ObservedEvent::Command { place, offset: offset as u64, text, shapes_sound });
            }
            Event::VoiceStart { voice, player, channel, layer } => {
                let place = Place { player: player.map_or(0, |player| player.0), channel, layer };
                let key = self.keys.get(&place).copied();
                self.tell(ObservedEvent::NoteStart { voice: voice.0, place, key });
            }
            Event::VoiceStop { voice } => self.tell(ObservedEvent::NoteEnd { voice: voice.0 }),
            _ => {}
        }
    }
}

const fn place_of(player: u8, place: ScriptPlace) -> Place {
    let (channel, layer) = match place {
        ScriptPlace::Sequence => (None, None),
        ScriptPlace::Channel(channel) => (Some(channel), None),
        ScriptPlace::Layer(channel, layer) => (Some(channel), Some(layer)),
    };
    Place { player, channel, layer }
}

/// The command's name in small letters, then its operands.
fn command_text(operation: Operation, operands: impl Iterator<Item = i32>) -> String {
    let (debug, flow) = match operation {
        Operation::Layer(LayerOperation::Note(form, semitone)) => {
            (format!("Note {semitone} {form:?}"), false)
        }
        Operation::Sequence(operation) => (format!("{operation:?}"), true),
        Operation::Channel(operation) => (format!("{operation:?}"), true),
        Operation::Layer(operation) => (format!("{operation:?}"), true),
    };
    let mut text = String::new();
    let debug = if flow {
        debug.strip_prefix("Flow(").map_or(&*debug, |rest| rest.trim_end_matches(')'))
    } else {
        &debug
    };
    for letter in debug.chars() {
        match letter {
            'A'..='Z' => {
                if !text.is_empty() && !text.ends_with(' ') {
                    text.push(' ');
                }
                text.push(letter.to_ascii_lowercase());
            }
            '(' => text.push(' '),
            ')' => {}
            other => text.push(other),
        }
    }
    for (index, operand) in operands.enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}{operand}", if index == 0 { ": " } else { ", " });
    }
    text
}

/// What a row of the voice trace is about.
pub(crate) fn read_row(version: EngineVersion, player: u8, updates: u64, row: &str) -> RowMeaning {
    let fields: Vec<&str> = row.split('\t').collect();
    let number = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok());
    let small = |index: usize| number(index).and_then(|number| u8::try_from(number).ok());
    let kind = fields.first().copied().unwrap_or_default();
    let generation = version.generation();
    if generation.is_zelda() {
        // Columns: kind, tick (= frame times updates + update), then numbers.
        let place = |channel, layer| small(2).map(|player| Place { player, channel, layer });
        return RowMeaning {
            time: number(1).map(RowTime::Step),
            voice: if kind == "N" { small(2) } else { None },
            place: match kind {
                "S" => place(None, None),
                "C" => place(small(3), None),
                "L" => place(small(3), small(4)),
                _ => None,
            },
            subject: None,
        };
    }
    let step = match kind {
        "F" => number(1).map(|frame| frame * updates),
        _ => number(1).zip(number(2)).map(|(frame, update)| frame * updates + update),
    };
    let place = |channel, layer| Some(Place { player, channel, layer });
    RowMeaning {
        time: step.map(RowTime::Step),
        voice: if kind == "N" { small(3) } else { None },
        place: match kind {
            "S" => place(None, None),
            "C" => place(small(3), None),
            "L" => place(small(3), small(4)),
            _ => None,
        },
        subject: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_when_and_of_whom_they_are() {
        let row = read_row(EngineVersion::Sm64Us, 0, 4, "N\t3\t2\t7\t1\t1");
        assert_eq!((row.time, row.voice, row.place), (Some(RowTime::Step(14)), Some(7), None));
        let row = read_row(EngineVersion::Sm64Us, 1, 4, "L\t0\t1\t5\t2\t1");
        let place = Place { player: 1, channel: Some(5), layer: Some(2) };
        assert_eq!((row.time, row.place), (Some(RowTime::Step(1)), Some(place)));
        let row = read_row(EngineVersion::Ocarina, 0, 3, "C\t9\t1\t4\t55");
        assert_eq!((row.time, row.place), (Some(RowTime::Step(9)), Some(Place::channel(1, 4))));
        assert_eq!(read_row(EngineVersion::Sm64Us, 0, 4, "").time, None);
    }

    #[test]
    fn commands_are_written_in_words() {
        use tatum_n64::sequencer::abi::{ChannelOperation, NoteForm};
        let text = command_text(Operation::Channel(ChannelOperation::VolumeScale), [127].into_iter());
        assert_eq!(text, "volume scale: 127");
        let note = Operation::Layer(LayerOperation::Note(NoteForm::WithoutGate, 39));
        assert_eq!(command_text(note, [48, 100].into_iter()), "note 39 without gate: 48, 100");
    }
}

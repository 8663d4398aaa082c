//! A sequence becomes a MIDI file (`n64-authoring.md` 5).
//!
//! Track 0 has tempo, markers and master volume; tracks 1 to 16 are the channels, there even if nothing happens in
//! them. What happens is what a [`walk`] meets.

mod instruments;
mod notes;
mod options;

use std::collections::BTreeMap;

use tatum_core::midi::{
    BEND_CENTRE, CHANNEL_COUNT, ChannelMessage, EventKind, MICROSECONDS_PER_MINUTE, MidiFile,
};
use tatum_core::midi::{MidiFormat, TextKind, Track};
use tatum_core::source::{Problem, Problems};

pub use instruments::{InstrumentMap, Mapping};
pub use options::{ExportFormat, ExportOptions};

use self::instruments::Instruments;
use self::notes::ChannelNotes;
use super::walk::{ControllerValue, WalkOptions, WalkedKind, WalkedNote, walk};
use super::{PITCH_BEND, PROGRAM, TICKS_PER_QUARTER};
use crate::author::abi::AbiDefinition;
use crate::author::model::Sequence;

/// Controllers that set the range of the pitch wheel to an octave, and their values.
const PITCH_RANGE: [(u8, u8); 4] = [(101, 0), (100, 0), (6, 12), (38, 0)];
/// The engine's bend is an octave to either side in 127 steps, the wheel's in 8192.
const WHEEL_STEPS: i32 = 64;

/// A MIDI file in the making.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The file.
    pub file: MidiFile,
    /// What could not be said in it.
    pub problems: Problems,
}

/// Makes a MIDI file of a sequence.
#[must_use]
pub fn export(sequence: &Sequence, abi: &AbiDefinition, options: &ExportOptions) -> Exported {
    let walk_options = WalkOptions {
        jumps: options.jumps(),
        max_ticks: options.max_ticks,
        most_commands: options.most_commands,
        ports: options.ports.clone(),
    };
    let walked = walk(sequence, abi, &walk_options);
    let mut exporter = Exporter::new(options, walked.problems);
    for event in &walked.events {
        exporter.event(event.tick, event.channel, &event.kind);
    }
    exporter.finish()
}

/// The order of events of a tick and track.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    NoteOff,
    Other,
    Program,
    NoteOn,
}

/// Something for a track: its tick and its place within the tick. Equal ones keep the order of the walk.
type Entry = ((u64, Order), EventKind);

struct Exporter<'a> {
    options: &'a ExportOptions,
    problems: Problems,
    /// Track 0, and by channel the others.
    song: Vec<Entry>,
    channels: Vec<Vec<Entry>>,
    notes: BTreeMap<u8, ChannelNotes>,
    instruments: Instruments<'a>,
    parts: u32,
    /// Tick at which the sequence's own script ends.
    end: u64,
}

impl<'a> Exporter<'a> {
    fn new(options: &'a ExportOptions, problems: Problems) -> Self {
        let mut exporter = Self {
            options,
            problems,
            song: Vec::new(),
            channels: vec![Vec::new(); CHANNEL_COUNT.into()],
            notes: BTreeMap::new(),
            instruments: Instruments::new(options),
            parts: 0,
            end: 0,
        };
        for channel in 0..CHANNEL_COUNT {
            for (controller, value) in PITCH_RANGE {
                exporter.message(0, channel, Order::Other, ChannelMessage::Controller { controller, value });
            }
        }
        exporter
    }

    fn event(&mut self, tick: u64, channel: Option<u8>, kind: &WalkedKind) {
        match kind {
            WalkedKind::Note(note) => {
                if let Some(channel) = channel {
                    self.note(tick, channel, note);
                }
            }
            WalkedKind::Controllers(controllers) => {
                if let Some(channel) = channel {
                    controllers.iter().for_each(|controller| self.controller(tick, channel, *controller));
                }
            }
            WalkedKind::Tempo(0) => self.warn("MID-TEMPO", format!("tick {tick}: tempo 0 left out")),
            WalkedKind::Tempo(tempo) => {
                let tempo = EventKind::Tempo(MICROSECONDS_PER_MINUTE / u32::from(*tempo));
                self.song.push(((tick, Order::Other), tempo));
            }
            WalkedKind::MasterVolume(volume @ 0..=127) => {
                let message = EventKind::SystemExclusive([0x7F, 0x7F, 4, 1, 0, *volume, 0xF7].into());
                self.song.push(((tick, Order::Other), message));
            }
            WalkedKind::MasterVolume(volume) => {
                self.warn(
                    "MID-VOLUME",
                    format!("tick {tick}: master volume {volume} is more than 127; left out"),
                );
            }
            WalkedKind::Start { begins_part: true } => {
                let name = self.options.part_names.get(self.parts as usize).cloned();
                let name = name.unwrap_or_else(|| format!("Section {}", self.parts));
                self.song.push(((tick, Order::Other), EventKind::text(TextKind::Marker, &name)));
                self.parts += 1;
            }
            WalkedKind::End => self.end = tick,
            _ => {}
        }
    }

    fn warn(&mut self, code: &'static str, message: String) {
        self.problems.push(Problem::warning(code, None, message));
    }

    fn message(&mut self, tick: u64, channel: u8, order: Order, message: ChannelMessage) {
        let entry = ((tick, order), EventKind::Channel { channel, message });
        if let Some(track) = self.channels.get_mut(usize::from(channel)) {
            track.push(entry);
        }
    }

    fn note(&mut self, tick: u64, channel: u8, note: &WalkedNote) {
        let key = note.key + note.outer_transposition;
        let silent = (u64::from(note.gate) * note.delay) >> 8;
        let end = tick.saturating_add(note.delay - silent);
        match u8::try_from(key).ok().filter(|key| *key <= 127) {
            Some(key) => {
                let velocity = note.velocity.min(127);
                self.notes.entry(channel).or_default().push(key, velocity, tick..end);
            }
            None => {
                let message = format!("channel {}, tick {tick}: key {key} left out", channel + 1);
                self.warn("MID-KEY", message);
            }
        }
    }

    fn controller(&mut self, tick: u64, channel: u8, controller: ControllerValue) {
        let ControllerValue { number, byte, is_doubled } = controller;
        if number == PITCH_BEND {
            let bend = i32::from(BEND_CENTRE) + i32::from(byte as i8) * WHEEL_STEPS;
            // From 0 to 16320.
            return self.message(tick, channel, Order::Other, ChannelMessage::PitchBend(bend as u16));
        }
        let value = if is_doubled { byte / 2 } else { byte };
        if number == PROGRAM {
            return self.program(tick, channel, value);
        }
        let value = self.limit(tick, channel, number, value);
        self.message(tick, channel, Order::Other, ChannelMessage::Controller { controller: number, value });
    }

    fn program(&mut self, tick: u64, channel: u8, instrument: u8) {
        self.instruments.set(channel, tick, instrument);
        match self.instruments.mapping(instrument) {
            None => {
                let program = self.limit(tick, channel, PROGRAM, instrument);
                self.message(tick, channel, Order::Program, ChannelMessage::Program(program));
            }
            Some(Mapping::Program { program, .. }) => {
                self.message(tick, channel, Order::Program, ChannelMessage::Program(*program));
            }
            Some(Mapping::Drums { .. }) => {
                for kind in self.instruments.drum_setup(channel) {
                    self.channels[usize::from(channel)].push(((tick, Order::Program), kind));
                }
            }
        }
    }

    fn limit(&mut self, tick: u64, channel: u8, number: u8, value: u8) -> u8 {
        if value > 127 {
            let what = if number == PROGRAM { "program".to_owned() } else { format!("controller {number}") };
            let message =
                format!("channel {}, tick {tick}: {what} {value} is more than 127; 127 written", channel + 1);
            self.warn("MID-VALUE", message);
        }
        value.min(127)
    }

    fn finish(mut self) -> Exported {
        self.write_notes();
        let factor = u64::from(self.options.ppqn_multiplier.max(1));
        let track = |mut entries: Vec<Entry>| {
            entries.sort_by_key(|(key, _)| *key);
            let mut track = Track::default();
            entries.into_iter().for_each(|((tick, _), kind)| track.push(tick.saturating_mul(factor), kind));
            track
        };
        let mut tracks: Vec<_> = std::iter::once(self.song).chain(self.channels).map(track).collect();
        // The last pause of the song is kept as the end of the first track.
        tracks[0].end = tracks[0].end.max(self.end.saturating_mul(factor));
        let ticks_per_quarter = TICKS_PER_QUARTER * u16::from(self.options.ppqn_multiplier.max(1));
        let file = MidiFile { format: MidiFormat::Parallel, ticks_per_quarter, tracks };
        Exported { file, problems: self.problems }
    }

    fn write_notes(&mut self) {
        for (channel, notes) in std::mem::take(&mut self.notes) {
            for note in notes.finish() {
                let (target, key) = self.instruments.place(channel, note.ticks.start, note.key);
                let Some(key) = key else {
                    let message = format!(
                        "channel {}, tick {}: a key outside MIDI left out",
                        channel + 1,
                        note.ticks.start
                    );
                    self.warn("MID-KEY", message);
                    continue;
                };
                let on = ChannelMessage::NoteOn { key, velocity: note.velocity.max(1) };
                let off = ChannelMessage::NoteOff { key, velocity: 0 };
                let Some(track) = self.channels.get_mut(usize::from(channel)) else { continue };
                let mut push = |tick, order, message| {
                    track.push(((tick, order), EventKind::Channel { channel: target, message }));
                };
                push(note.ticks.start, Order::NoteOn, on);
                // A note without length ends after it starts.
                let order = if note.ticks.is_empty() { Order::NoteOn } else { Order::NoteOff };
                push(note.ticks.end, order, off);
            }
        }
    }
}

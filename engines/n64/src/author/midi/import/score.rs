//! What a MIDI file says, sorted by channel and part of the song.

use std::collections::{BTreeMap, BTreeSet};

use tatum_core::midi::{
    ChannelMessage, Event, EventKind, MICROSECONDS_PER_MINUTE, MidiFile, TextKind, TimeSignature,
};
use tatum_core::source::{Problem, Problems};

use super::options::ImportOptions;
use crate::author::midi::{PITCH_BEND, PROGRAM, TICKS_PER_QUARTER};

/// Controllers that FL Studio's users take for master volume and parts of the song.
const FL_STUDIO_VOLUME: u8 = 114;
const FL_STUDIO_PART: u8 = 115;
/// Parts of a song: each one takes bytes for every channel, so that more do not fit a sequence.
const MOST_PARTS: usize = 4096;
/// Names of parts that a message lists.
const NAMES_TOLD: usize = 20;

/// A song by channels.
#[derive(Debug)]
pub(super) struct Score {
    clock: Clock,
    signatures: Vec<(u64, TimeSignature)>,
    /// The parts by time: the first begins at tick 0.
    pub(super) parts: Vec<Part>,
    /// MIDI tick of the last event, ends of tracks included.
    pub(super) end: u64,
    /// What happens to the whole song.
    pub(super) changes: Vec<(u64, Change)>,
    /// Whether the song jumps where a text says, and does not loop by itself.
    pub(super) has_jumps: bool,
    /// Channels with at least one note.
    pub(super) channels: BTreeMap<u8, Channel>,
}

/// A part of the song.
#[derive(Debug)]
pub(super) struct Part {
    /// MIDI tick.
    pub(super) start: u64,
    pub(super) name: String,
}

/// What happens to the whole song.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Quarter notes per minute.
    Tempo(u8),
    MasterVolume(u8),
    /// A jump to the part with a name.
    Jump(String),
}

/// What happens in a channel.
#[derive(Debug, Default)]
pub(super) struct Channel {
    /// In the order in which they count: within a tick releases first.
    pub(super) keys: Vec<KeyEvent>,
    pub(super) controllers: Vec<ControllerEvent>,
}

/// A key goes down or up.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyEvent {
    /// MIDI tick.
    pub(super) tick: u64,
    pub(super) key: u8,
    /// None if it is released.
    pub(super) velocity: Option<u8>,
}

/// A controller moves.
#[derive(Clone, Copy, Debug)]
pub(super) struct ControllerEvent {
    /// MIDI tick.
    pub(super) tick: u64,
    /// Its number, [`PITCH_BEND`] and [`PROGRAM`] included.
    pub(super) number: u8,
    pub(super) value: u8,
}

/// MIDI ticks to the engine's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    ticks_per_quarter: u16,
}

impl Clock {
    /// The engine's tick; what is left is cut off.
    pub(super) fn ticks(self, midi_tick: u64) -> u64 {
        let ticks =
            u128::from(midi_tick) * u128::from(TICKS_PER_QUARTER) / u128::from(self.ticks_per_quarter.max(1));
        u64::try_from(ticks).unwrap_or(u64::MAX)
    }
}

/// The order of events of a tick: releases, everything else, programs, notes.
fn class(kind: &EventKind) -> u8 {
    match kind {
        EventKind::Channel { message, .. } => match message {
            ChannelMessage::NoteOff { .. } | ChannelMessage::NoteOn { velocity: 0, .. } => 0,
            ChannelMessage::Program(_) => 2,
            ChannelMessage::NoteOn { .. } => 3,
            _ => 1,
        },
        _ => 1,
    }
}

impl Score {
    pub(super) fn read(file: &MidiFile, options: &ImportOptions, problems: &mut Problems) -> Self {
        let mut events: Vec<&Event> = file.merged().into_iter().map(|(_, event)| event).collect();
        events.sort_by_key(|event| (event.tick, class(&event.kind)));
        let mut reader = Reader {
            options,
            problems,
            score: Self {
                clock: Clock { ticks_per_quarter: file.ticks_per_quarter },
                signatures: Vec::new(),
                parts: vec![Part { start: 0, name: "start".into() }],
                end: file.length(),
                changes: Vec::new(),
                has_jumps: false,
                channels: BTreeMap::new(),
            },
            last_part_value: 0,
            last_tempo: None,
        };
        for event in events {
            reader.event(event);
        }
        let Reader { mut score, problems, .. } = reader;
        score.channels.retain(|_, channel| channel.keys.iter().any(|event| event.velocity.is_some()));
        score.check_jumps(problems);
        score
    }

    /// The engine's tick of a MIDI tick.
    pub(super) fn ticks(&self, midi_tick: u64) -> u64 {
        self.clock.ticks(midi_tick)
    }

    /// The engine's ticks at which a part begins and ends.
    pub(super) fn part_ticks(&self, part: usize) -> std::ops::Range<u64> {
        let start = self.parts.get(part).map_or(self.end, |part| part.start);
        self.ticks(start)..self.ticks(self.part_end(part))
    }

    /// MIDI tick at which a part ends.
    pub(super) fn part_end(&self, part: usize) -> u64 {
        self.parts.get(part + 1).map_or(self.end, |next| next.start)
    }

    /// What of a list in the order of time lies in a part. The last part has what is at its end, too.
    pub(super) fn of_part<'a, T>(&self, part: usize, list: &'a [T], tick: impl Fn(&T) -> u64) -> &'a [T] {
        let start = self.parts.get(part).map_or(self.end, |part| part.start);
        let first = list.partition_point(|item| tick(item) < start);
        let behind = match self.parts.get(part + 1) {
            Some(next) => list.partition_point(|item| tick(item) < next.start),
            None => list.len(),
        };
        &list[first..behind.max(first)]
    }

    /// A MIDI tick as people count, with bar and beat from 1.
    pub(super) fn describe(&self, midi_tick: u64) -> String {
        let quarter = u64::from(self.clock.ticks_per_quarter.max(1));
        let mut bar = 0;
        let (mut start, mut signature) = (0, TimeSignature::default());
        let beat_of =
            |signature: TimeSignature| ((quarter * 4) >> signature.denominator_power.min(16)).max(1);
        for &(tick, next) in self.signatures.iter().take_while(|(tick, _)| *tick <= midi_tick) {
            let length = beat_of(signature) * u64::from(signature.numerator.max(1));
            bar += (tick - start).div_ceil(length);
            (start, signature) = (tick, next);
        }
        let beat = beat_of(signature);
        let beats = (midi_tick - start) / beat;
        let per_bar = u64::from(signature.numerator.max(1));
        format!("tick {midi_tick} (bar {} beat {})", bar + beats / per_bar + 1, beats % per_bar + 1)
    }

    fn check_jumps(&mut self, problems: &mut Problems) {
        let names: BTreeSet<_> = self.parts.iter().map(|part| part.name.clone()).collect();
        let some_names: Vec<_> = self.parts.iter().map(|part| part.name.as_str()).take(NAMES_TOLD).collect();
        let hint = format!("blocks: {}", some_names.join(", "));
        self.changes.retain(|(tick, change)| match change {
            Change::Jump(name) if !names.contains(name) => {
                let message = format!("tick {tick}: jump to unknown block `{name}`; ignored");
                problems.push(Problem::warning("MID-JUMP", None, message).with_hint(hint.as_str()));
                false
            }
            _ => true,
        });
    }
}

struct Reader<'a> {
    options: &'a ImportOptions,
    problems: &'a mut Problems,
    score: Score,
    /// Value of the last controller that began a part.
    last_part_value: u8,
    /// The last tempo with its tick.
    last_tempo: Option<(u64, u8)>,
}

impl Reader<'_> {
    fn event(&mut self, event: &Event) {
        let tick = event.tick;
        match &event.kind {
            EventKind::Channel { channel, message } => self.message(tick, *channel, *message),
            EventKind::Tempo(microseconds) => self.tempo(tick, *microseconds),
            EventKind::TimeSignature(signature) => self.score.signatures.push((tick, *signature)),
            EventKind::Text { kind: TextKind::Marker, .. } => {
                let text = event.kind.as_text(TextKind::Marker).unwrap_or_default();
                self.marker(tick, text.trim());
            }
            EventKind::Text { kind: TextKind::Text, .. } => {
                let text = event.kind.as_text(TextKind::Text).unwrap_or_default();
                self.text(tick, text.trim());
            }
            EventKind::SystemExclusive(bytes) => {
                let bytes = bytes.strip_suffix(&[0xF7]).unwrap_or(bytes);
                if let [_, _, 4, 1, _, volume] = bytes {
                    self.score.changes.push((tick, Change::MasterVolume(*volume)));
                }
            }
            _ => {}
        }
    }

    fn message(&mut self, tick: u64, channel: u8, message: ChannelMessage) {
        let (number, value) = match message {
            ChannelMessage::NoteOn { key, velocity: velocity @ 1.. } => {
                return self.key(tick, channel, key, Some(velocity));
            }
            ChannelMessage::NoteOn { key, .. } | ChannelMessage::NoteOff { key, .. } => {
                return self.key(tick, channel, key, None);
            }
            ChannelMessage::Controller { controller, value } => (controller, value),
            ChannelMessage::Program(program) => (PROGRAM, program),
            // The upper eight bits, from the middle.
            ChannelMessage::PitchBend(bend) => (PITCH_BEND, ((i32::from(bend) - 0x2000) >> 6) as u8),
            ChannelMessage::KeyPressure { .. } | ChannelMessage::ChannelPressure(_) => return,
        };
        if self.options.fl_studio && matches!(number, FL_STUDIO_VOLUME | FL_STUDIO_PART) {
            return self.fl_studio(tick, channel, number, value);
        }
        let event = ControllerEvent { tick, number, value };
        self.score.channels.entry(channel).or_default().controllers.push(event);
    }

    fn key(&mut self, tick: u64, channel: u8, key: u8, velocity: Option<u8>) {
        self.score.channels.entry(channel).or_default().keys.push(KeyEvent { tick, key, velocity });
    }

    fn fl_studio(&mut self, tick: u64, channel: u8, number: u8, value: u8) {
        let warning = if channel != 0 {
            format!("tick {tick}: controller {number} on channel {}; only channel 1 counts", channel + 1)
        } else if number == FL_STUDIO_VOLUME {
            return self.score.changes.push((tick, Change::MasterVolume(value)));
        } else if value == 0 || value == self.last_part_value {
            format!(
                "tick {tick}: controller {number} with value {value} is one that FL Studio added; ignored"
            )
        } else {
            self.last_part_value = value;
            return self.part(tick, format!("tsec{value}"));
        };
        self.problems.push(Problem::warning("MID-FLSTUDIO", None, warning));
    }

    fn tempo(&mut self, tick: u64, microseconds: u32) {
        let microseconds = microseconds.max(1);
        let tempo = match self.options.tempo_round {
            true => (MICROSECONDS_PER_MINUTE + microseconds / 2) / microseconds,
            false => MICROSECONDS_PER_MINUTE / microseconds,
        };
        let tempo = u8::try_from(tempo).unwrap_or_else(|_| {
            let message = format!("tick {tick}: tempo {tempo} is more than 255 quarter notes per minute");
            self.problems.push(Problem::warning("MID-TEMPO", None, message));
            u8::MAX
        });
        if self.last_tempo.is_none_or(|(last_tick, last)| last_tick != tick && last != tempo) {
            self.last_tempo = Some((tick, tempo));
            self.score.changes.push((tick, Change::Tempo(tempo)));
        }
    }

    fn marker(&mut self, tick: u64, text: &str) {
        let lower = text.to_ascii_lowercase();
        if let Some(number) = lower.strip_prefix("section") {
            self.part(tick, format!("tsec{}", number.trim()));
        } else if lower.starts_with("loop") {
            self.part(tick, text.to_owned());
        }
    }

    fn text(&mut self, tick: u64, text: &str) {
        let after = |prefix: &str| {
            let is_there = text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
            is_there.then(|| text[prefix.len()..].trim())
        };
        if let Some(name) = after("block:") {
            self.part(tick, name.to_owned());
        } else if let Some(name) = after("jump:") {
            self.score.has_jumps = true;
            self.score.changes.push((tick, Change::Jump(name_of(name))));
        }
    }

    fn part(&mut self, tick: u64, name: String) {
        let name = name_of(&name);
        let count = self.score.parts.len();
        match self.score.parts.last_mut() {
            Some(last) if last.start == tick => last.name = name,
            _ if count >= MOST_PARTS => {
                let message = format!("more than {MOST_PARTS} sections; the last one goes on to the end");
                self.problems.push(Problem::warning("MID-PARTS", None, message));
            }
            _ => self.score.parts.push(Part { start: tick, name }),
        }
    }
}

/// What is kept of a name.
fn name_of(text: &str) -> String {
    text.chars().filter(|character| character.is_ascii_alphanumeric() || *character == '_').collect()
}

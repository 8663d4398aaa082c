//! A MIDI file as the tracks of a sequence.

use std::collections::BTreeSet;

use tatum_core::midi::{
    BEND_CENTRE, CHANNEL_COUNT, ChannelMessage, EventKind, MICROSECONDS_PER_MINUTE, MidiFile, Overlap,
    TextKind,
};
use tatum_core::source::{Problem, Problems};

use super::TICKS_PER_QUARTER;
use super::controllers::{BANK_SELECT, DATA_ENTRY, LOOP_MARKERS, PARAMETER_HIGH, PARAMETER_LOW, command};
use super::track::{FinishedTrack, TrackWriter};
use crate::format::event::{Operand, SequenceEvent, opcode};
use crate::format::sseq::Sseq;

/// The channel that General MIDI gives to drums.
const DRUM_CHANNEL: u8 = 9;
/// Addresses have 24 bits.
const LARGEST_DATA: usize = 1 << 24;

/// How a file is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// The program for General MIDI's drum channel; without it that channel is one like the others.
    pub drum_program: Option<u16>,
}

/// What a file gives.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The sequence file (SSEQ), if no problem is an error.
    pub bytes: Option<Vec<u8>>,
    /// What could not be kept.
    pub problems: Problems,
}

/// Makes a sequence of a MIDI file: channel 0 becomes track 0, and so on. Markers `[` and `]` enclose what is repeated
/// for ever.
#[must_use]
pub fn import(file: &MidiFile, options: ImportOptions) -> Imported {
    let mut importer = Importer { file, options, problems: Problems::default(), reported: BTreeSet::new() };
    let bytes = importer.sequence();
    let bytes = bytes.filter(|_| !importer.problems.has_errors());
    Imported { bytes, problems: importer.problems }
}

struct Importer<'a> {
    file: &'a MidiFile,
    options: ImportOptions,
    problems: Problems,
    /// Kinds of messages that were reported as having no counterpart.
    reported: BTreeSet<String>,
}

/// What happens on a channel at a tick of the console.
#[derive(Clone, Copy, Debug)]
struct Action {
    tick: u64,
    kind: ActionKind,
}

/// In the order in which the actions of a tick are written.
#[derive(Clone, Copy, Debug)]
enum ActionKind {
    /// Where the loop begins.
    LoopStart,
    Command(SequenceEvent),
    Note {
        key: u8,
        velocity: u8,
        length: u64,
    },
}

impl ActionKind {
    const fn rank(&self) -> u8 {
        match self {
            Self::LoopStart => 0,
            Self::Command(_) => 1,
            Self::Note { .. } => 2,
        }
    }
}

impl Importer<'_> {
    fn sequence(&mut self) -> Option<Vec<u8>> {
        let mut channels: Vec<Vec<Action>> = (0..CHANNEL_COUNT).map(|_| Vec::new()).collect();
        self.messages(&mut channels);
        self.notes(&mut channels);
        let repeated = self.repeated_ticks();
        let used: Vec<bool> = channels.iter().map(|actions| !actions.is_empty()).collect();
        self.tempos(&mut channels[0]);
        let tracks: Vec<Option<FinishedTrack>> = channels
            .into_iter()
            .zip(0..CHANNEL_COUNT)
            .map(|(actions, channel)| {
                let is_written = channel == 0 || used[usize::from(channel)];
                is_written.then(|| self.track(channel, actions, repeated))
            })
            .collect();
        let data = assemble(tracks);
        if data.len() > LARGEST_DATA {
            let message = format!("the sequence has {} bytes, addresses reach {LARGEST_DATA}", data.len());
            self.problems.push(Problem::error("MID-LONG", None, message));
            return None;
        }
        Some(Sseq::write(&data))
    }

    /// A tick of the file in ticks of the console, to the nearest.
    fn tick(&self, tick: u64) -> u64 {
        let quarter = u128::from(self.file.ticks_per_quarter.max(1));
        let scaled = (u128::from(tick) * u128::from(TICKS_PER_QUARTER) * 2 + quarter) / (2 * quarter);
        u64::try_from(scaled).unwrap_or(u64::MAX)
    }

    /// Everything but notes and tempo.
    fn messages(&mut self, channels: &mut [Vec<Action>]) {
        let mut states = [ChannelState::default(); CHANNEL_COUNT as usize];
        let file = self.file;
        for (_, event) in file.merged() {
            let EventKind::Channel { channel, message } = event.kind else { continue };
            let (Some(state), Some(actions)) =
                (states.get_mut(usize::from(channel)), channels.get_mut(usize::from(channel)))
            else {
                continue;
            };
            match state.commands(message) {
                Commands::Some(command) => {
                    let tick = self.tick(event.tick);
                    actions.extend(command.map(|event| Action { tick, kind: ActionKind::Command(event) }));
                }
                Commands::Unknown(what) => {
                    if self.reported.insert(what.clone()) {
                        let message = format!("{what} has no counterpart on the DS");
                        self.problems.push(Problem::warning("MID-UNUSED", None, message));
                    }
                }
            }
        }
    }

    fn notes(&mut self, channels: &mut [Vec<Action>]) {
        let paired = self.file.pair_notes(Overlap::Queue);
        for note in &paired.notes {
            let start = self.tick(note.start);
            let end = match note.end {
                Some(end) => self.tick(end),
                None => {
                    let message =
                        format!("channel {}: a note of key {} never ends", note.channel + 1, note.key);
                    self.problems.push(
                        Problem::warning("MID-HANGING", None, message)
                            .with_hint("it lasts to the end of the file"),
                    );
                    self.tick(self.file.length())
                }
            };
            // A length of 0 would mean a note without an end.
            let length = end.saturating_sub(start).max(1);
            let kind = ActionKind::Note { key: note.key, velocity: note.velocity, length };
            if let Some(actions) = channels.get_mut(usize::from(note.channel)) {
                actions.push(Action { tick: start, kind });
            }
        }
        if !paired.stray.is_empty() {
            let message = format!("{} releases belong to no note", paired.stray.len());
            self.problems.push(Problem::warning("MID-STRAY", None, message));
        }
    }

    /// Tempo is a command of track 0, in whole beats per minute.
    fn tempos(&mut self, actions: &mut Vec<Action>) {
        let file = self.file;
        for (_, event) in file.merged() {
            let EventKind::Tempo(quarter) = event.kind else { continue };
            let quarter = quarter.max(1);
            let tempo = (MICROSECONDS_PER_MINUTE + quarter / 2) / quarter;
            let stored = tempo.clamp(1, 0xFFFF);
            let exact = f64::from(MICROSECONDS_PER_MINUTE) / f64::from(quarter);
            // Whole tempos are not whole microseconds: a part in five thousand is not heard.
            if (exact - f64::from(stored)).abs() > exact / 5_000.0 {
                let message = format!("tempo {exact:.2} becomes {stored}");
                self.problems.push(
                    Problem::warning("MID-TEMPO", None, message)
                        .with_hint("tempos are whole beats per minute"),
                );
            }
            let command = SequenceEvent::new(opcode::TEMPO, 0, Operand::Value(stored as i32));
            actions.push(Action { tick: self.tick(event.tick), kind: ActionKind::Command(command) });
        }
    }

    /// The ticks that are repeated for ever, if markers say so.
    fn repeated_ticks(&mut self) -> Option<(u64, u64)> {
        let file = self.file;
        let events = file.merged();
        let find = |wanted: &str| {
            events.iter().find_map(|(_, event)| {
                let kinds = [TextKind::Marker, TextKind::Text, TextKind::CuePoint];
                let is_wanted = kinds
                    .into_iter()
                    .any(|kind| event.kind.as_text(kind).is_some_and(|text| text.trim() == wanted));
                is_wanted.then_some(event.tick)
            })
        };
        let [start, end] = LOOP_MARKERS.map(find);
        match (start, end) {
            (Some(start), Some(end)) if self.tick(start) < self.tick(end) => {
                Some((self.tick(start), self.tick(end)))
            }
            (None, None) => None,
            _ => {
                let message = "markers `[` and `]` enclose no time";
                self.problems.push(
                    Problem::warning("MID-LOOP", None, message)
                        .with_hint("`[` comes first, and both are needed"),
                );
                None
            }
        }
    }

    fn track(
        &mut self,
        channel: u8,
        mut actions: Vec<Action>,
        repeated: Option<(u64, u64)>,
    ) -> FinishedTrack {
        let mut track = TrackWriter::default();
        if let Some((start, end)) = repeated {
            actions.push(Action { tick: start, kind: ActionKind::LoopStart });
            let before = actions.len();
            actions.retain(|action| action.tick < end);
            if actions.len() != before {
                let message = format!("channel {}: what comes after `]` is never reached", channel + 1);
                self.problems.push(Problem::warning("MID-LOOP", None, message));
            }
        }
        // Stable: the messages of a tick keep their order.
        actions.sort_by_key(|action| (action.tick, action.kind.rank()));
        // Notes do not wait: they may overlap.
        if actions.iter().any(|action| matches!(action.kind, ActionKind::Note { .. })) {
            track.event(opcode::NOTE_WAIT, 0, 0);
        }
        if let Some(program) = self.options.drum_program.filter(|_| channel == DRUM_CHANNEL) {
            track.event(opcode::PROGRAM, 0, program.into());
        }
        let mut end = 0;
        for action in &actions {
            track.advance(action.tick);
            end = end.max(action.tick);
            match action.kind {
                ActionKind::LoopStart => track.start_loop(),
                ActionKind::Command(event) => track.push(event),
                ActionKind::Note { key, velocity, length } => {
                    end = end.max(action.tick.saturating_add(length));
                    track.event(key, velocity, i32::try_from(length).unwrap_or(i32::MAX));
                }
            }
        }
        // The end of a track cuts its notes.
        track.advance(repeated.map_or(end, |(_, end)| end));
        track.finish()
    }
}

/// The program's upper half and the parameter that data entries mean.
#[derive(Clone, Copy, Debug)]
struct ChannelState {
    bank: u8,
    parameter: (u8, u8),
    /// A bend range that came as a registered parameter: the SDK's controller may say it again.
    bend_range: Option<u8>,
}

impl Default for ChannelState {
    fn default() -> Self {
        Self { bank: 0, parameter: (127, 127), bend_range: None }
    }
}

/// What a message is on the console.
enum Commands {
    /// A command, or nothing to be written.
    Some(Option<SequenceEvent>),
    /// What has no counterpart, in words.
    Unknown(String),
}

impl ChannelState {
    fn commands(&mut self, message: ChannelMessage) -> Commands {
        let one = |opcode, value| Commands::Some(Some(SequenceEvent::new(opcode, 0, Operand::Value(value))));
        match message {
            ChannelMessage::NoteOn { .. } | ChannelMessage::NoteOff { .. } => Commands::Some(None),
            ChannelMessage::Program(program) => {
                one(opcode::PROGRAM, i32::from(self.bank) << 7 | i32::from(program))
            }
            ChannelMessage::PitchBend(bend) => {
                one(opcode::PITCH_BEND, (i32::from(bend) - i32::from(BEND_CENTRE)) >> 6)
            }
            ChannelMessage::Controller { controller, value } => self.controller(controller, value),
            ChannelMessage::KeyPressure { .. } => Commands::Unknown("key pressure".to_owned()),
            ChannelMessage::ChannelPressure(_) => Commands::Unknown("channel pressure".to_owned()),
        }
    }

    fn controller(&mut self, controller: u8, value: u8) -> Commands {
        const NOTHING: Commands = Commands::Some(None);
        match controller {
            BANK_SELECT => self.bank = value,
            PARAMETER_HIGH => self.parameter.0 = value,
            PARAMETER_LOW => self.parameter.1 = value,
            DATA_ENTRY if self.parameter == (0, 0) => {
                self.bend_range = Some(value);
                return bend_range(value);
            }
            _ => {
                let Some(event) = command(controller, value) else {
                    return Commands::Unknown(format!("controller {controller}"));
                };
                let is_known = event.opcode == opcode::BEND_RANGE && self.bend_range.take() == Some(value);
                return Commands::Some(Some(event).filter(|_| !is_known));
            }
        }
        NOTHING
    }
}

fn bend_range(semitones: u8) -> Commands {
    Commands::Some(Some(SequenceEvent::new(opcode::BEND_RANGE, 0, Operand::Value(semitones.into()))))
}

/// Puts tracks together: track 0 allocates and opens the others.
fn assemble(tracks: Vec<Option<FinishedTrack>>) -> Vec<u8> {
    const OPEN_SIZE: usize = 5;
    let present = |number: usize| tracks.get(number).is_some_and(Option::is_some);
    let mask =
        (0..tracks.len()).filter(|number| present(*number)).fold(0u16, |mask, number| mask | 1 << number);
    let mut data = Vec::new();
    let others = mask.count_ones().saturating_sub(1) as usize;
    if others != 0 {
        data.push(opcode::ALLOCATE_TRACKS);
        data.extend(mask.to_le_bytes());
    }
    let mut start = data.len() + OPEN_SIZE * others;
    let mut bodies = Vec::new();
    for (number, track) in tracks.into_iter().enumerate() {
        let Some(mut track) = track else { continue };
        if number != 0 {
            SequenceEvent::new(opcode::OPEN_TRACK, number as u8, Operand::Value(start as i32))
                .encode(&mut data);
        }
        if let Some((field, target)) = track.jump {
            let address = ((start + target) as u32).to_le_bytes();
            if let Some(field) = track.bytes.get_mut(field..field + 3) {
                field.copy_from_slice(&address[..3]);
            }
        }
        start += track.bytes.len();
        bodies.extend(track.bytes);
    }
    data.extend(bodies);
    data
}

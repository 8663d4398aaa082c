//! A sequence executed, as a MIDI file.

use std::collections::BTreeMap;

use tatum_core::midi::{
    BEND_CENTRE, ChannelMessage, EventKind, MICROSECONDS_PER_MINUTE, MidiFile, MidiFormat, TextKind, Track,
};
use tatum_core::{Fault, FormatError, LoopPoints, Player, Probe};

use super::TICKS_PER_QUARTER;
use super::controllers::{BANK_SELECT, DATA_ENTRY, LOOP_MARKERS, PARAMETER_HIGH, PARAMETER_LOW, controller};
use crate::event::{CommandEvent, Event};
use crate::format::event::opcode;
use crate::format::sdat::Sdat;
use crate::player::{NdsPlayer, Options, RATE};
use crate::song::SequenceId;
use crate::timeline::{Ending, Timeline};

/// Tracks of a sequence, which are the channels of the file.
const TRACKS: usize = 16;
/// Ticks of a sequence without an end that are written, if they come in [`SEARCHED_SECONDS`]: ten minutes at tempo 120.
const TICKS_WITHOUT_END: u64 = 57_600;
/// Seconds that are searched for an end or a loop.
const SEARCHED_SECONDS: u64 = 1800;
/// Ticks that a file may have, loops included.
const MOST_TICKS: u64 = 4_000_000;
/// Longest quarter note that a file can say, in microseconds.
const LONGEST_QUARTER: u32 = 0xFF_FFFF;

/// How a sequence is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// How often the loop is played, at least once. The last round stands between the markers `[` and `]`.
    pub rounds: u64,
    /// State of the random generator at the start.
    pub random_state: u32,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self { rounds: 1, random_state: Options::default().random_state }
    }
}

/// The MIDI file of a sequence: a track for the tempo, then one for each of its tracks, on the channel of its number.
///
/// Notes have their sounding keys. A note without a length lasts until its track goes on.
///
/// # Errors
///
/// If the sequence or something it needs does not exist, or if it does what hangs the console.
pub fn export(archive: &Sdat, sequence: SequenceId, options: ExportOptions) -> Result<MidiFile, FormatError> {
    let player_options = Options { random_state: options.random_state, ..Options::default() };
    let player = NdsPlayer::new(archive, sequence, player_options)?;
    let hangs = |fault: &Fault| {
        FormatError::invalid(
            archive.name().to_owned(),
            fault.offset,
            "sequence",
            "one that goes on",
            fault.message.clone(),
        )
    };
    let searched = RATE.frames_in_seconds(SEARCHED_SECONDS);
    let mut last_frame = u64::MAX;
    let (mut end, points) = match Timeline::of(&player, searched).ending {
        Ending::Ends { tick, .. } | Ending::Holds { tick } => (tick, None),
        Ending::Loops(found) if found.end <= MOST_TICKS => {
            let points = earliest_loop(&player, found);
            let more = options.rounds.max(1) - 1;
            let end = points.end.saturating_add(more.saturating_mul(points.length()));
            (end, Some(LoopPoints { start: end - points.length(), end }))
        }
        Ending::Loops(found) => (found.end, None),
        Ending::Unknown => {
            // At tempo 0 no tick ever comes, at tempo 1 four in a second.
            last_frame = searched;
            (TICKS_WITHOUT_END, None)
        }
        Ending::Fault(fault) => return Err(hangs(&fault)),
    };
    if end > MOST_TICKS {
        let expected = format!("at most {MOST_TICKS} ticks, loops included");
        let name = archive.name().to_owned();
        return Err(FormatError::invalid(name, 0, "length", expected, end.to_string())
            .with_help("fewer rounds of the loop"));
    }
    let mut execution = Execution { player, ticks: TickProbe::default() };
    let mut writer = Writer::new();
    // A sequence may still do something in the tick in which it ends.
    let ticks = if points.is_some() { end } else { end + 1 };
    while writer.now < ticks
        && execution.player.position().frames < last_frame
        && execution.advance(&mut writer)
    {}
    if last_frame == searched {
        end = end.min(writer.now);
    }
    if let Some(fault) = execution.player.fault() {
        return Err(hangs(fault));
    }
    Ok(writer.finish(end, points))
}

/// The loop as it is heard. The script's state repeats only once a jump has been taken; what is played may have begun to
/// repeat before.
fn earliest_loop(player: &NdsPlayer, found: LoopPoints) -> LoopPoints {
    let mut execution = Execution { player: player.clone(), ticks: TickProbe::default() };
    let mut played = Played::default();
    while (played.ticks.len() as u64) < found.end && execution.advance(&mut played) {}
    let before = |tick: u64| {
        let ticks = played.ticks.get(..usize::try_from(tick).unwrap_or(usize::MAX)).unwrap_or_default();
        ticks.iter().rev()
    };
    let same = before(found.start).zip(before(found.end)).take_while(|(start, end)| start == end);
    // A loop begins where something happens.
    let earlier = (1..).zip(same).filter(|(_, (start, _))| !start.is_empty()).map(|(ticks, _)| ticks).last();
    let earlier: u64 = earlier.unwrap_or(0);
    LoopPoints { start: found.start - earlier, end: found.end - earlier }
}

/// What is told about each tick.
trait Listener {
    /// The commands of the next tick.
    fn tick(&mut self, commands: &[CommandEvent]);
}

/// What each tick plays: track, opcode, arguments of everything but the ways through the script.
#[derive(Default)]
struct Played {
    ticks: Vec<Vec<(u8, u8, u8, i32)>>,
}

impl Listener for Played {
    fn tick(&mut self, commands: &[CommandEvent]) {
        let plays = |command: &&CommandEvent| {
            command.executed
                && !matches!(
                    command.event.opcode,
                    opcode::OPEN_TRACK..=opcode::CALL | opcode::LOOP_START | opcode::LOOP_END..=opcode::RETURN
                )
        };
        let entry = |command: &CommandEvent| {
            (command.track, command.event.opcode, command.event.first, command.value)
        };
        self.ticks.push(commands.iter().filter(plays).map(entry).collect());
    }
}

/// The driver running without sound.
struct Execution {
    player: NdsPlayer,
    ticks: TickProbe,
}

/// Commands since the last tick, and the ticks that have ended in the last wake.
#[derive(Default)]
struct TickProbe {
    commands: Vec<CommandEvent>,
    ended: Vec<Vec<CommandEvent>>,
}

impl Probe<Event> for TickProbe {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        match event() {
            // Only one sequence was started: all commands and ticks are its own.
            Event::Command(command) => self.commands.push(command),
            Event::Tick(_) => self.ended.push(std::mem::take(&mut self.commands)),
            Event::Voice(_) | Event::Register(_) => {}
        }
    }
}

impl Execution {
    /// Runs one wake; `false` when nothing more comes.
    fn advance(&mut self, listener: &mut impl Listener) -> bool {
        let goes_on = self.player.skip_to_wake(&mut self.ticks);
        for commands in self.ticks.ended.drain(..) {
            listener.tick(&commands);
        }
        if !goes_on || self.player.has_ended() {
            // The tick in which the sequence ends is not reported as one.
            let last = std::mem::take(&mut self.ticks.commands);
            listener.tick(&last);
            return false;
        }
        true
    }
}

/// What decides the keys and lengths of a track's notes.
#[derive(Clone, Copy, Debug)]
struct TrackState {
    transpose: i8,
    is_muted: bool,
    note_wait: bool,
    is_tied: bool,
    /// A note that sounds until something ends it.
    held: Option<u8>,
    bank: Option<u8>,
}

impl Default for TrackState {
    fn default() -> Self {
        Self { transpose: 0, is_muted: false, note_wait: true, is_tied: false, held: None, bank: None }
    }
}

struct Writer {
    now: u64,
    states: [TrackState; TRACKS],
    /// Note ends that are still to come: the keys of each tick, in the order in which they began. In the order of
    /// their ticks, so that a hundred thousand notes that sound at once are not asked at every tick.
    ends: [BTreeMap<u64, Vec<u8>>; TRACKS],
    conductor: Track,
    tracks: [Track; TRACKS],
}

impl Listener for Writer {
    /// Writes what a tick executed.
    fn tick(&mut self, commands: &[CommandEvent]) {
        self.end_notes();
        for command in commands.iter().filter(|command| command.executed) {
            let track = usize::from(command.track);
            if track < TRACKS {
                self.command(track, command);
            }
        }
        self.now += 1;
    }
}

impl Writer {
    fn new() -> Self {
        Self {
            now: 0,
            states: [TrackState::default(); TRACKS],
            ends: std::array::from_fn(|_| BTreeMap::new()),
            conductor: Track::default(),
            tracks: std::array::from_fn(|_| Track::default()),
        }
    }

    fn end_notes(&mut self) {
        for (track, ends) in self.ends.iter_mut().enumerate() {
            while let Some(entry) = ends.first_entry()
                && *entry.key() <= self.now
            {
                for key in entry.remove() {
                    let message = ChannelMessage::NoteOff { key, velocity: 64 };
                    self.tracks[track].push_message(self.now, track as u8, message);
                }
            }
        }
    }

    fn message(&mut self, track: usize, message: ChannelMessage) {
        self.tracks[track].push_message(self.now, track as u8, message);
    }

    fn control(&mut self, track: usize, controller: u8, value: u8) {
        self.message(track, ChannelMessage::Controller { controller, value });
    }

    fn end_held(&mut self, track: usize) {
        if let Some(key) = self.states[track].held.take() {
            self.message(track, ChannelMessage::NoteOff { key, velocity: 64 });
        }
    }

    fn command(&mut self, track: usize, command: &CommandEvent) {
        let value = command.value;
        // A track that goes on after a note without a length has waited for its end.
        if self.states[track].note_wait && !self.states[track].is_tied {
            self.end_held(track);
        }
        let state = &mut self.states[track];
        match command.event.opcode {
            key @ 0..=opcode::LAST_NOTE => return self.note(track, key, command.event.first, value),
            opcode::PROGRAM => return self.program(track, value),
            opcode::TRANSPOSE => state.transpose = value as i8,
            opcode::NOTE_WAIT => state.note_wait = value & 1 != 0,
            opcode::TIE => {
                state.is_tied = value & 1 != 0;
                self.end_held(track);
            }
            opcode::MUTE => match value {
                0 => state.is_muted = false,
                1..=3 => state.is_muted = true,
                _ => {}
            },
            opcode::PITCH_BEND => {
                let bend = i32::from(BEND_CENTRE) + i32::from(value as i8) * 64;
                return self.message(track, ChannelMessage::PitchBend(bend as u16));
            }
            opcode::BEND_RANGE => self.bend_range(track, value as u8),
            opcode::TEMPO => return self.tempo(value as u16),
            opcode::FINISH => self.end_held(track),
            _ => {}
        }
        if let Some((controller, value)) = controller(command.event.opcode, value) {
            self.control(track, controller, value);
        }
    }

    fn note(&mut self, track: usize, key: u8, velocity: u8, length: i32) {
        let state = &mut self.states[track];
        let key = (i32::from(key) + i32::from(state.transpose)).clamp(0, 127) as u8;
        if state.is_muted {
            return;
        }
        let is_held = state.is_tied || length <= 0;
        if state.is_tied {
            self.end_held(track);
        }
        let velocity = velocity.clamp(1, 127);
        self.message(track, ChannelMessage::NoteOn { key, velocity });
        if is_held {
            self.states[track].held = Some(key);
        } else {
            let end = self.now + u64::from(length.unsigned_abs());
            self.ends[track].entry(end).or_default().push(key);
        }
    }

    /// Programs above 127 are bank and program.
    fn program(&mut self, track: usize, value: i32) {
        let Ok(program) = u16::try_from(value) else { return };
        let bank = (program >> 7).min(127) as u8;
        if self.states[track].bank.unwrap_or(0) != bank {
            self.control(track, BANK_SELECT, bank);
            self.states[track].bank = Some(bank);
        }
        self.message(track, ChannelMessage::Program((program & 0x7F) as u8));
    }

    /// The bend range as MIDI players know it; the SDK's own controller follows.
    fn bend_range(&mut self, track: usize, semitones: u8) {
        let messages = [(PARAMETER_HIGH, 0), (PARAMETER_LOW, 0), (DATA_ENTRY, semitones.min(127))];
        for (controller, value) in messages {
            self.control(track, controller, value);
        }
    }

    fn tempo(&mut self, tempo: u16) {
        let quarter = MICROSECONDS_PER_MINUTE.checked_div(tempo.into()).unwrap_or(LONGEST_QUARTER);
        self.conductor.push(self.now, EventKind::Tempo(quarter.clamp(1, LONGEST_QUARTER)));
    }

    fn finish(mut self, end: u64, points: Option<LoopPoints>) -> MidiFile {
        self.now = end;
        for track in 0..TRACKS {
            self.end_held(track);
            // Notes ring out; one that is held over the end of a loop does so in each round.
            for (tick, keys) in std::mem::take(&mut self.ends[track]) {
                for key in keys {
                    let message = ChannelMessage::NoteOff { key, velocity: 64 };
                    self.tracks[track].push_message(tick, track as u8, message);
                }
            }
        }
        if let Some(points) = points {
            for (tick, marker) in [points.start, points.end].into_iter().zip(LOOP_MARKERS) {
                self.conductor.push(tick, EventKind::text(TextKind::Marker, marker));
            }
        }
        let mut tracks = vec![self.conductor];
        for (number, mut track) in self.tracks.into_iter().enumerate() {
            if !track.events.is_empty() {
                let name = EventKind::text(TextKind::TrackName, &format!("Track {number}"));
                track.events.insert(0, tatum_core::midi::Event { tick: 0, kind: name });
                tracks.push(track);
            }
        }
        for track in &mut tracks {
            track.end = track.end.max(end);
        }
        MidiFile { format: MidiFormat::Parallel, ticks_per_quarter: TICKS_PER_QUARTER, tracks }
    }
}

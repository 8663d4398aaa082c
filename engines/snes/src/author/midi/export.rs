//! A song played, as a MIDI file.

use tatum_core::midi::{
    BEND_CENTRE, ChannelMessage, Event as MidiEvent, EventKind, MidiFile, MidiFormat, TextKind, Track,
};
use tatum_core::{FormatError, LoopPoints, Probe};

use super::controller::{
    DATA_ENTRY, EXPRESSION, PAN, PARAMETER_HIGH, PARAMETER_LOW, TREMOLO_DEPTH, VIBRATO_DELAY, VIBRATO_DEPTH,
    VIBRATO_RATE, VOLUME,
};
use super::{DRUM_CHANNEL, INSTRUMENTS_TEXT, QUARTER_TIMES_TEMPO, TICKS_PER_QUARTER, drums};
use crate::NspcPlayer;
use crate::author::code;
use crate::event::Event;
use crate::hardware::dsp::Register;
use crate::sequencer::driver::{Driver, TRACKS};
use crate::timeline::{SongEnd, Walker, find_end};

/// The MIDI key of pitch 0, which is that of the note $80.
const FIRST_KEY: i32 = 24;
/// The note that percussion plays.
const PERCUSSION_NOTE: u8 = 0xA4;
/// Ticks of a song without an end that are written.
const TICKS_WITHOUT_END: u64 = 60_000;
/// Ticks that a file may have, loops included.
const MOST_TICKS: u64 = 4_000_000;
/// Longest quarter note that a file can say, in microseconds.
const LONGEST_QUARTER: u32 = 0xFF_FFFF;
/// Semitones of the widest bend range that is asked for.
const WIDEST_BEND: u32 = 96;

/// The MIDI file of the song that `player` starts. The loop is played `rounds` times; its last round stands between the
/// markers `[` and `]`.
///
/// # Errors
///
/// If the song does what the console would not outlive, or is too long.
pub fn export(name: &str, player: &NspcPlayer, rounds: u64) -> Result<MidiFile, FormatError> {
    let invalid =
        |expected: String, found: String| FormatError::invalid(name.to_owned(), 0, "song", expected, found);
    let (last, points) = match find_end(player) {
        SongEnd::Ends { tick } => (tick, None),
        SongEnd::Unknown { ticks } => (ticks.min(TICKS_WITHOUT_END), None),
        SongEnd::Loops(points) => {
            let end = points.end.saturating_add((rounds.max(1) - 1).saturating_mul(points.length()));
            (end, Some(LoopPoints { start: end - points.length(), end }))
        }
        SongEnd::Faults(fault) => return Err(invalid("one that goes on".to_owned(), fault.message)),
    };
    if last > MOST_TICKS {
        return Err(invalid(format!("at most {MOST_TICKS} ticks, loops included"), last.to_string()));
    }
    let mut walker = Walker::new(player);
    let mut heard = Heard::default();
    let mut writer = Writer::default();
    while walker.ticks() < last {
        let Some(tick) = walker.next_tick(&mut heard) else { break };
        let events = std::mem::take(&mut heard.events);
        let ended = walker.has_ended();
        writer.tick(tick, &events, &walker.interpreter.driver);
        if ended {
            break;
        }
    }
    Ok(writer.finish(last, points))
}

/// What happened since the last tick.
#[derive(Default)]
struct Heard {
    events: Vec<HeardEvent>,
}

#[derive(Clone, Copy, Debug)]
enum HeardEvent {
    /// The song's first segment, or another one.
    Segment,
    Instrument {
        channel: usize,
        instrument: u8,
    },
    Note {
        channel: usize,
        value: u8,
    },
    KeyOff {
        voices: u8,
    },
}

impl Probe<Event> for Heard {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        self.events.extend(match event() {
            Event::Segment { .. } => Some(HeardEvent::Segment),
            Event::Instrument { channel, instrument, .. } => {
                Some(HeardEvent::Instrument { channel: channel.into(), instrument })
            }
            Event::Note { channel, value, .. } => Some(HeardEvent::Note { channel: channel.into(), value }),
            Event::DspWrite { register: Register::KOFF, value, .. } if value != 0 => {
                Some(HeardEvent::KeyOff { voices: value })
            }
            _ => None,
        });
    }
}

/// A note that sounds.
#[derive(Clone, Copy, Debug)]
struct Sounding {
    channel: u8,
    key: u8,
    /// The pitch without bend, in 256ths of a semitone.
    pitch: u16,
}

/// What was written last for a track, so that only changes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Controls {
    values: [Option<u8>; 7],
}

/// The controllers that follow the state of a track, in the order of [`Controls`].
const FOLLOWED: [u8; 7] =
    [VOLUME, EXPRESSION, PAN, VIBRATO_DEPTH, VIBRATO_RATE, VIBRATO_DELAY, TREMOLO_DEPTH];

#[derive(Default)]
struct Writer {
    /// Tick of the song's first segment.
    start: Option<u64>,
    now: u64,
    tempo: Option<u8>,
    conductor: Track,
    tracks: [Track; TRACKS],
    sounding: [Option<Sounding>; TRACKS],
    instruments: [u8; TRACKS],
    programs: [Option<u8>; TRACKS],
    controls: [Controls; TRACKS],
    /// Bends in 256ths of a semitone; how many semitones the file needs is known at the end.
    bends: [Vec<(u64, i16)>; TRACKS],
}

impl Writer {
    fn tick(&mut self, tick: u64, events: &[HeardEvent], driver: &Driver) {
        if self.start.is_none() && events.iter().any(|event| matches!(event, HeardEvent::Segment)) {
            self.start = Some(tick);
        }
        let Some(start) = self.start else { return };
        self.now = tick - start;
        let tempo = driver.tempo.value.whole();
        if self.tempo != Some(tempo) {
            self.tempo = Some(tempo);
            let quarter = QUARTER_TIMES_TEMPO.checked_div(tempo.into()).unwrap_or(LONGEST_QUARTER);
            self.conductor.push(self.now, EventKind::Tempo(quarter.min(LONGEST_QUARTER)));
        }
        for event in events {
            match *event {
                HeardEvent::Segment => {}
                HeardEvent::Instrument { channel, instrument } => {
                    self.instruments[channel % TRACKS] = instrument
                }
                HeardEvent::KeyOff { voices } => {
                    (0..TRACKS)
                        .filter(|track| voices >> track & 1 != 0)
                        .for_each(|track| self.end_note(track));
                }
                HeardEvent::Note { channel, value } => self.note(channel % TRACKS, value, driver),
            }
        }
        (0..TRACKS).for_each(|track| self.follow(track, driver));
    }

    fn message(&mut self, track: usize, channel: u8, message: ChannelMessage) {
        self.tracks[track].push_message(self.now, channel, message);
    }

    fn end_note(&mut self, track: usize) {
        if let Some(Sounding { channel, key, .. }) = self.sounding[track].take() {
            self.message(track, channel, ChannelMessage::NoteOff { key, velocity: 64 });
        }
    }

    fn note(&mut self, track: usize, value: u8, driver: &Driver) {
        if value == code::TIE || value == code::REST {
            return;
        }
        self.end_note(track);
        let state = &driver.tracks[track];
        let is_percussion = value > code::REST;
        let note = if is_percussion { PERCUSSION_NOTE } else { value };
        let transposed = (note & 0x7F).wrapping_add(driver.transpose).wrapping_add(state.transpose);
        let pitch = u16::from(transposed) << 8;
        let velocity = u16::from(state.velocity);
        let (channel, key, velocity) = if is_percussion {
            // All tracks share the drum channel: the track's volume is part of the velocity.
            let velocity = velocity * u16::from(state.volume.value.whole()) / 255;
            (DRUM_CHANNEL, drums::key_of(self.instruments[track]), velocity)
        } else {
            self.program(track);
            self.follow(track, driver);
            let key = i32::from(transposed & 0x7F) + FIRST_KEY;
            (track as u8, key.clamp(0, 127) as u8, velocity)
        };
        let velocity = (velocity / 2).clamp(1, 127) as u8;
        self.sounding[track] = Some(Sounding { channel, key, pitch });
        self.bend(track, driver);
        self.message(track, channel, ChannelMessage::NoteOn { key, velocity });
    }

    fn program(&mut self, track: usize) {
        let program = self.instruments[track] & 0x7F;
        if self.programs[track] != Some(program) {
            self.programs[track] = Some(program);
            self.message(track, track as u8, ChannelMessage::Program(program));
        }
    }

    /// Writes what has changed in a track's state.
    fn follow(&mut self, track: usize, driver: &Driver) {
        let state = &driver.tracks[track];
        self.bend(track, driver);
        if self.programs[track].is_none() {
            // Nothing has been played on its channel yet.
            return;
        }
        let pan = state.pan.value.whole().min(20);
        let values = [
            state.volume.value.whole() / 2,
            driver.master.value.whole() / 2,
            // 0 is right on the console, left in MIDI.
            ((20 - u16::from(pan)) * 127).div_ceil(20) as u8,
            state.vibrato.depth / 2,
            state.vibrato.rate / 2,
            state.vibrato.delay / 2,
            state.tremolo.depth / 2,
        ];
        for (index, (controller, value)) in FOLLOWED.into_iter().zip(values).enumerate() {
            // What is off need not be said before it was on.
            let is_new = self.controls[track].values[index] != Some(value);
            let is_silent_start = self.controls[track].values[index].is_none() && value == 0 && index >= 3;
            if is_new && !is_silent_start {
                self.controls[track].values[index] = Some(value);
                self.message(track, track as u8, ChannelMessage::Controller { controller, value });
            }
        }
    }

    /// The distance of the pitch from that of the note: slides and fine tuning.
    fn bend(&mut self, track: usize, driver: &Driver) {
        let Some(sounding) = self.sounding[track].filter(|sounding| sounding.channel != DRUM_CHANNEL) else {
            return;
        };
        let distance = driver.tracks[track].pitch.value.0.wrapping_sub(sounding.pitch) as i16;
        let bends = &mut self.bends[track];
        if bends.last().map_or(0, |(_, last)| *last) != distance {
            bends.push((self.now, distance));
            // A place among the messages; the value follows when the range is known.
            self.tracks[track].push_message(self.now, track as u8, ChannelMessage::PitchBend(BEND_CENTRE));
        }
    }

    fn finish(mut self, last: u64, points: Option<LoopPoints>) -> MidiFile {
        let start = self.start.unwrap_or(0);
        let end = last.saturating_sub(start);
        self.now = self.now.max(end);
        (0..TRACKS).for_each(|track| self.end_note(track));
        if let Some(points) = points {
            for (tick, marker) in [(points.start, "["), (points.end, "]")] {
                let tick = tick.saturating_sub(start);
                self.conductor.push(tick, EventKind::text(TextKind::Marker, marker));
            }
        }
        let widest = self.bends.iter().flatten().map(|(_, bend)| bend.unsigned_abs()).max().unwrap_or(0);
        let range = u32::from(widest).div_ceil(256).clamp(2, WIDEST_BEND);
        self.conductor.push(0, EventKind::text(TextKind::Text, INSTRUMENTS_TEXT));
        let mut tracks = vec![self.conductor];
        for (number, mut track) in self.tracks.into_iter().enumerate() {
            if track.events.is_empty() {
                continue;
            }
            let mut bends = self.bends[number].iter();
            for event in &mut track.events {
                if let EventKind::Channel { message: ChannelMessage::PitchBend(value), .. } = &mut event.kind
                {
                    *value = bends.next().map_or(BEND_CENTRE, |(_, bend)| wheel(*bend, range));
                }
            }
            let control = |controller, value| MidiEvent {
                tick: 0,
                kind: EventKind::Channel {
                    channel: number as u8,
                    message: ChannelMessage::Controller { controller, value },
                },
            };
            let name = EventKind::text(TextKind::TrackName, &format!("Track {number}"));
            let head = [
                MidiEvent { tick: 0, kind: name },
                control(PARAMETER_HIGH, 0),
                control(PARAMETER_LOW, 0),
                control(DATA_ENTRY, range as u8),
            ];
            track.events.splice(0..0, head);
            tracks.push(track);
        }
        for track in &mut tracks {
            track.end = track.end.max(end);
        }
        MidiFile { format: MidiFormat::Parallel, ticks_per_quarter: TICKS_PER_QUARTER, tracks }
    }
}

/// 256ths of a semitone as a place of the pitch wheel.
fn wheel(bend: i16, range: u32) -> u16 {
    let steps = i64::from(bend) * i64::from(BEND_CENTRE) / (i64::from(range) * 256);
    (i64::from(BEND_CENTRE) + steps).clamp(0, 0x3FFF) as u16
}

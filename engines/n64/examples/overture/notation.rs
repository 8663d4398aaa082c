//! A short notation for lines of music, and their way into a sequence.
//!
//! Notes are `pitch/length`: `f#4/4.` is a dotted quarter, `r` a rest, `a4/2+8` a half tied to an eighth. `|` checks
//! that a bar is full. `v90` sets the velocity and `g40` the silent part (of 256) of the notes that follow; `[ ... ]3`
//! plays three times.

use tatum_n64::author::sequence_writer::LayerScript;

/// Ticks of a quarter note.
pub const BEAT: u16 = 48;
/// Ticks of a bar of four quarters.
pub const BAR: u16 = 4 * BEAT;
/// MIDI key of the note byte 0.
const LOWEST_KEY: i16 = 21;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    Note { key: i16, ticks: u16, velocity: u8, gate: u8 },
    Rest(u16),
    LoopStart(u8),
    LoopEnd,
}

/// A line of music for one layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    events: Vec<Event>,
    ticks: u16,
}

impl Line {
    /// A passage of some bars.
    pub fn passage(bars: u16, text: &str) -> Self {
        let mut line = Self::default();
        line.read(text);
        assert_eq!(line.ticks, bars * BAR, "a passage of {bars} bars: {text}");
        line
    }

    fn read(&mut self, text: &str) {
        let (mut velocity, mut gate) = (90, 24);
        let mut bar_start = self.ticks;
        let mut repeat: Option<(usize, u16)> = None;
        for token in text.split_whitespace() {
            let (head, tail) = token.split_at(1);
            match (head, tail) {
                ("|", "") => {
                    assert_eq!((self.ticks - bar_start) % BAR, 0, "a full bar before this one: {text}");
                    bar_start = self.ticks;
                }
                ("v", number) => velocity = parse(number, token),
                ("g", number) if !number.starts_with(['#', 'b', '/']) && !number.contains('/') => {
                    gate = parse(number, token);
                }
                ("[", "") => {
                    repeat = Some((self.events.len(), self.ticks));
                    self.events.push(Event::LoopStart(0));
                }
                ("]", number) => {
                    let count: u8 = parse(number, token);
                    let (at, start) = repeat.take().expect("[ before ]");
                    self.events[at] = Event::LoopStart(count);
                    self.events.push(Event::LoopEnd);
                    self.ticks += (self.ticks - start) * u16::from(count - 1);
                }
                _ => self.note(token, velocity, gate),
            }
        }
    }

    fn note(&mut self, token: &str, velocity: u8, gate: u8) {
        let (pitch, length) = token.split_once('/').unwrap_or_else(|| panic!("pitch/length: {token}"));
        let ticks = length.split('+').map(ticks_of).sum();
        match pitch {
            "r" => self.rest(ticks),
            _ => {
                self.events.push(Event::Note { key: key(pitch), ticks, velocity, gate });
                self.ticks += ticks;
            }
        }
    }

    fn rest(&mut self, ticks: u16) {
        match self.events.last_mut() {
            Some(Event::Rest(before)) => *before += ticks,
            _ => self.events.push(Event::Rest(ticks)),
        }
        self.ticks += ticks;
    }

    /// Writes the line for a channel that sounds `transposition` semitones higher than its note bytes say.
    pub fn write(&self, layer: &mut LayerScript<'_>, transposition: i8) {
        for event in &self.events {
            match *event {
                Event::Note { key, ticks, velocity, gate } => {
                    let semitone = key - LOWEST_KEY - i16::from(transposition);
                    assert!((0..64).contains(&semitone), "key {key} is out of the channel's range");
                    layer.note(semitone as u8, ticks, velocity, gate)
                }
                Event::Rest(ticks) => layer.rest(ticks),
                Event::LoopStart(count) => layer.loop_start(count),
                Event::LoopEnd => layer.loop_end(),
            };
        }
    }
}

fn parse(number: &str, token: &str) -> u8 {
    number.parse().unwrap_or_else(|_| panic!("a number after {token}"))
}

/// `4` is a quarter, `8.` a dotted eighth, `12` an eighth of a triplet.
fn ticks_of(length: &str) -> u16 {
    let (value, dotted) = match length.strip_suffix('.') {
        Some(value) => (value, true),
        None => (length, false),
    };
    let value: u16 = value.parse().unwrap_or_else(|_| panic!("a length: {length}"));
    let ticks = BAR / value;
    assert_eq!(ticks * value, BAR, "a length in whole ticks: {length}");
    if dotted { ticks + ticks / 2 } else { ticks }
}

/// The MIDI key of a pitch: c4 = 60.
pub fn key(pitch: &str) -> i16 {
    let (name, octave) = pitch.split_at(pitch.len() - 1);
    let (letter, accidental) = name.split_at(1);
    let step = match letter {
        "c" => 0,
        "d" => 2,
        "e" => 4,
        "f" => 5,
        "g" => 7,
        "a" => 9,
        "b" => 11,
        _ => panic!("a pitch: {pitch}"),
    };
    let shift = match accidental {
        "" => 0,
        "#" => 1,
        "b" => -1,
        _ => panic!("a pitch: {pitch}"),
    };
    let octave: i16 = octave.parse().unwrap_or_else(|_| panic!("a pitch: {pitch}"));
    12 * (octave + 1) + step + shift
}

/// The pitch of a MIDI key.
pub fn pitch(key: i16) -> String {
    let names = ["c", "c#", "d", "d#", "e", "f", "f#", "g", "g#", "a", "a#", "b"];
    format!("{}{}", names[key.rem_euclid(12) as usize], key.div_euclid(12) - 1)
}

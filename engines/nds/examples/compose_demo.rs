//! Writes the demo song: `cargo run -p tatum-nds --example compose_demo -- examples`
//!
//! `nds-demo.sdat` brings its own small bank: square waves, noise and four recordings made here. `nds-demo.sseq` is
//! the same sequence alone, for the built-in instruments. Both loop for ever.

#[path = "../tests/support/compose.rs"]
mod compose;

use std::f64::consts::TAU;
use std::path::PathBuf;

use compose::{TrackWriter, archive, sequence};
use tatum_nds::format::built_in::DRUM_PROGRAM;
use tatum_nds::format::event::opcode;
use tatum_nds::format::sbnk::{Bank, Instrument, SubInstrument};
use tatum_nds::format::sseq::Sseq;
use tatum_nds::format::swar::{Wave, WaveArchive, WaveFormat};

/// Ticks of a quarter note and of a bar.
const BEAT: i32 = 48;
const BAR: i32 = 4 * BEAT;
/// Stands for silence in a melody.
const REST: u8 = 0;

/// General MIDI programs, so that the built-in instruments fit.
const LEAD: i32 = 80;
const FLUTE: i32 = 73;
const STRINGS: i32 = 48;
const HARP: i32 = 46;
const BASS: i32 = 33;

/// Root and triad of each of the sixteen bars.
const CHORDS: [(u8, [u8; 3]); 16] = {
    const A_MINOR: (u8, [u8; 3]) = (45, [57, 60, 64]);
    const F: (u8, [u8; 3]) = (41, [57, 60, 65]);
    const C: (u8, [u8; 3]) = (48, [55, 60, 64]);
    const G: (u8, [u8; 3]) = (43, [55, 59, 62]);
    const E: (u8, [u8; 3]) = (40, [56, 59, 64]);
    const E_MINOR: (u8, [u8; 3]) = (40, [55, 59, 64]);
    [A_MINOR, F, C, G, A_MINOR, F, G, E, F, G, E_MINOR, A_MINOR, F, G, C, E]
};

/// Keys and lengths of the melody, bar by bar.
const MELODY: [&[(u8, i32)]; 16] = [
    &[(76, 72), (74, 24), (72, 48), (69, 48)],
    &[(72, 96), (77, 48), (76, 48)],
    &[(79, 72), (77, 24), (76, 48), (72, 48)],
    &[(74, 144), (REST, 48)],
    &[(76, 48), (81, 48), (79, 48), (76, 48)],
    &[(77, 72), (76, 24), (74, 48), (72, 48)],
    &[(74, 48), (76, 24), (77, 24), (79, 48), (83, 48)],
    &[(80, 144), (REST, 48)],
    &[(81, 96), (77, 48), (81, 48)],
    &[(83, 72), (81, 24), (79, 96)],
    &[(79, 96), (76, 48), (79, 48)],
    &[(81, 144), (79, 24), (77, 24)],
    &[(76, 48), (77, 48), (81, 48), (77, 48)],
    &[(79, 72), (77, 24), (74, 96)],
    &[(76, 96), (72, 48), (74, 48)],
    &[(76, 72), (74, 24), (71, 96)],
];

fn melody(track: &mut TrackWriter, velocity: u8) {
    for &(key, length) in MELODY.into_iter().flatten() {
        if key == REST {
            track.wait(length);
        } else {
            track.note(key, velocity, length);
        }
    }
}

/// The melody with a vibrato that sets in late.
fn lead() -> TrackWriter {
    let mut track = TrackWriter::default();
    track
        .set(opcode::TEMPO, 104)
        .set(opcode::PROGRAM, LEAD)
        .set(opcode::VOLUME, 84)
        .set(opcode::PAN, 58)
        .set(opcode::MOD_DEPTH, 14)
        .set(opcode::MOD_SPEED, 15)
        .set(opcode::MOD_DELAY, 40);
    melody(&mut track, 100);
    track
}

/// The melody again, three sixteenths later and far off to the right. A tied wait at the end keeps the round whole.
fn echo() -> TrackWriter {
    let delay = 36;
    let mut track = TrackWriter::default();
    track.set(opcode::PROGRAM, LEAD).set(opcode::VOLUME, 52).set(opcode::PAN, 104).set(opcode::PRIORITY, 40);
    track.wait(delay);
    for (bar, notes) in MELODY.into_iter().enumerate() {
        for (index, &(key, length)) in notes.iter().enumerate() {
            let is_last = bar == 15 && index + 1 == notes.len();
            let length = if is_last { length - delay } else { length };
            if key == REST {
                track.wait(length);
            } else {
                track.note(key, 90, length);
            }
        }
    }
    track
}

/// A second voice that joins for the second half.
fn flute() -> TrackWriter {
    let mut track = TrackWriter::default();
    track.set(opcode::PROGRAM, FLUTE).set(opcode::VOLUME, 70).set(opcode::PAN, 80).wait(8 * BAR);
    for &(_, [low, _, high]) in &CHORDS[8..] {
        track.note(high + 12, 90, BAR / 2).note(low + 12, 84, BAR / 2);
    }
    track
}

/// Held chords that swell in every bar.
fn strings() -> TrackWriter {
    let mut track = TrackWriter::default();
    track
        .set(opcode::PROGRAM, STRINGS)
        .set(opcode::VOLUME, 74)
        .set(opcode::PAN, 50)
        .set(opcode::NOTE_WAIT, 0);
    for (_, triad) in CHORDS {
        for key in triad {
            track.note(key, 92, BAR - 6);
        }
        for step in 0..8 {
            let swell = if step < 4 { 70 + 12 * step } else { 118 - 10 * (step - 4) };
            track.set(opcode::EXPRESSION, swell).wait(BAR / 8);
        }
    }
    track
}

/// Broken chords in eighths, drifting from side to side.
fn harp() -> TrackWriter {
    let mut track = TrackWriter::default();
    track
        .set(opcode::PROGRAM, HARP)
        .set(opcode::VOLUME, 84)
        .set(opcode::NOTE_WAIT, 0)
        .set(opcode::MOD_TYPE, 2)
        .set(opcode::MOD_DEPTH, 60)
        .set(opcode::MOD_SPEED, 2);
    for (_, [low, middle, high]) in CHORDS {
        let pattern = [low, middle, high, low + 12, middle + 12, low + 12, high, middle];
        for (step, key) in pattern.into_iter().enumerate() {
            track.note(key + 12, if step % 4 == 0 { 96 } else { 78 }, BEAT).wait(BEAT / 2);
        }
    }
    track
}

fn bass() -> TrackWriter {
    let mut track = TrackWriter::default();
    track.set(opcode::PROGRAM, BASS).set(opcode::VOLUME, 100);
    for (root, _) in CHORDS {
        track.note(root, 110, 66).wait(6).note(root, 84, 24).note(root + 7, 96, 48).note(root + 12, 92, 48);
    }
    track
}

/// Kick, snare and hats; a fill in every eighth bar.
fn drums() -> TrackWriter {
    let (kick, snare, closed, open) = (36, 38, 42, 46);
    let mut track = TrackWriter::default();
    track.set(opcode::PROGRAM, i32::from(DRUM_PROGRAM)).set(opcode::VOLUME, 88).set(opcode::NOTE_WAIT, 0);
    for bar in 0..16 {
        for eighth in 0..8 {
            if eighth == 0 || eighth == 4 || (eighth == 3 && bar % 2 == 1) {
                track.note(kick, 116, 24);
            }
            let fill = bar % 8 == 7 && eighth >= 5;
            if eighth == 2 || eighth == 6 || fill {
                track.note(snare, if fill { 80 + 8 * (eighth - 5) } else { 104 }, 24);
            }
            let hat = if eighth == 7 && bar % 4 == 3 { open } else { closed };
            track.note(hat, if eighth % 2 == 0 { 84 } else { 60 }, 12).wait(BEAT / 2);
        }
    }
    track
}

/// A waveform of one period from its partials, `length` samples long.
fn period(length: usize, partials: &[f64]) -> Vec<i16> {
    let sum = |at: f64| -> f64 {
        (1..).zip(partials).map(|(number, level)| level * (TAU * f64::from(number) * at).sin()).sum()
    };
    (0..length).map(|n| (11_000.0 * sum(n as f64 / length as f64)) as i16).collect()
}

/// A plucked string: partials that die away, the high ones first.
fn pluck(rate: f64, frequency: f64) -> Vec<i16> {
    (0..(rate * 0.9) as usize)
        .map(|n| {
            let time = n as f64 / rate;
            let partial = |number: f64| {
                (-time * (2.5 + 1.6 * number)).exp() / number * (TAU * frequency * number * time).sin()
            };
            let end = ((0.9 - time) / 0.1).min(1.0);
            (17_000.0 * end * (1..=9).map(|number| partial(f64::from(number))).sum::<f64>()) as i16
        })
        .collect()
}

/// A bass drum: a sine that falls.
fn kick(rate: f64) -> Vec<i16> {
    let mut phase = 0.0;
    (0..(rate * 0.28) as usize)
        .map(|n| {
            let time = n as f64 / rate;
            phase += TAU * (48.0 + 160.0 * (-time * 28.0).exp()) / rate;
            (30_000.0 * (-time * 12.0).exp() * f64::sin(phase)) as i16
        })
        .collect()
}

/// Own recordings: strings and bass as single periods, a plucked string, a bass drum.
fn waves() -> WaveArchive {
    // 64 samples at 16744 Hz are C4, 128 are C3: roots 60 and 48.
    let rate = 16_744;
    let string = period(64, &[1.0, 0.55, 0.42, 0.22, 0.2, 0.1, 0.08, 0.06]);
    let bass = period(128, &[1.0, 0.5, 0.18, 0.1, 0.04]);
    let pluck = pluck(f64::from(rate), 261.63);
    WaveArchive {
        waves: vec![
            Some(Wave::encode(&string, rate, WaveFormat::Pcm16, Some(0))),
            Some(Wave::encode(&bass, rate, WaveFormat::Pcm8, Some(0))),
            Some(Wave::encode(&pluck, rate, WaveFormat::Adpcm, None)),
            Some(Wave::encode(&kick(f64::from(rate)), rate, WaveFormat::Adpcm, None)),
        ],
    }
}

/// The own bank, at the program numbers the tracks use.
fn bank() -> Bank {
    let mut instruments = vec![None; usize::from(DRUM_PROGRAM) + 1];
    let mut set = |program: i32, instrument| instruments[program as usize] = Some(instrument);
    set(LEAD, Instrument::Single(SubInstrument::square(2).with_envelope(124, 112, 90, 116)));
    set(FLUTE, Instrument::Single(SubInstrument::square(3).with_envelope(104, 116, 70, 112)));
    set(STRINGS, Instrument::Single(SubInstrument::pcm(0, 0, 60).with_envelope(84, 127, 127, 104)));
    set(BASS, Instrument::Single(SubInstrument::pcm(0, 1, 48).with_envelope(126, 108, 96, 118)));
    set(HARP, Instrument::Single(SubInstrument::pcm(0, 2, 60).with_envelope(127, 127, 127, 106)));
    // Noise three octaves above its own pitch hisses; two octaves, it rattles.
    let noise = |key: u8, octaves: u8, decay: u8| {
        let mut sound = SubInstrument::noise().with_envelope(127, decay, 0, 124);
        sound.parameters.root_key = key - 12 * octaves;
        sound
    };
    let kick = SubInstrument { parameters: SubInstrument::pcm(0, 3, 36).parameters, kind: 1 };
    let sounds = (36..=46)
        .map(|key| match key {
            36 => kick,
            38 => noise(key, 2, 115),
            46 => noise(key, 3, 112).with_pan(80),
            _ => noise(key, 3, 122).with_pan(80),
        })
        .collect();
    set(i32::from(DRUM_PROGRAM), Instrument::DrumSet { lowest: 36, sounds });
    Bank { instruments }
}

fn main() -> std::io::Result<()> {
    let directory = PathBuf::from(std::env::args_os().nth(1).unwrap_or_else(|| "examples".into()));
    let tracks = [lead(), echo(), flute(), strings(), harp(), bass(), drums()];
    let events = sequence(&tracks, true);
    std::fs::write(directory.join("nds-demo.sdat"), archive(&events, &bank(), &waves()))?;
    std::fs::write(directory.join("nds-demo.sseq"), Sseq::write(&events))
}

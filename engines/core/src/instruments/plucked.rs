//! Plucked strings: harpsichord, guitars, basses, pizzicato, harp and banjo.

use super::Sample;
use super::bank::{Envelope, MadeInstrument};
use super::filter::Filter;
use super::oscillator::sine;
use super::shape::{resonance, ringing, rolloff, scattered};
use super::take::{Root, Take};

/// Loudness of plucked notes.
const PLUCKED: f64 = 6200.0;

/// What makes one plucked instrument differ from another.
struct PluckedString {
    /// Where the string is plucked, as a part of its length: harmonics with a node there are missing.
    place: f64,
    /// A soft finger (low) or a hard plectrum (high), hertz.
    touch: f64,
    /// Milliseconds in which the fundamental falls by 60 dB.
    ring_ms: f64,
    /// How much faster high harmonics die.
    damping: f64,
    /// How far stiffness spreads the harmonics upwards.
    stiffness: f64,
    /// Gain of the body at a frequency.
    body: fn(f64) -> f64,
    /// Level of the finger's or plectrum's noise, and its colour in hertz.
    attack: (f64, f64),
}

impl PluckedString {
    /// Adds the string to a take. Its two planes of vibration differ a little in pitch and duration.
    fn pluck(&self, take: &mut Take, hertz: f64, level: f64) {
        for number in 1..=48 {
            let harmonic = f64::from(number);
            let partial = hertz * harmonic * (1.0 + self.stiffness * harmonic * harmonic).sqrt();
            if partial > 12_000.0 {
                break;
            }
            let excited = (0.06 + sine(harmonic * self.place / 2.0).abs()) / harmonic;
            let level =
                scattered(number) * level * excited * rolloff(partial, self.touch) * (self.body)(partial);
            let fall_ms = self.ring_ms / (1.0 + self.damping * (harmonic - 1.0) + (partial / 6000.0) * 2.0);
            take.partial(partial, |ms| 0.7 * level * ringing(ms, fall_ms));
            take.transient(partial * 1.0006 + 0.3, |ms| 0.5 * level * ringing(ms, fall_ms * 0.4));
        }
        let (noise, colour) = self.attack;
        take.noise(20, &[Filter::band(colour, colour)], |ms| level * noise * ringing(ms, 24.0));
    }
}

pub(super) fn make() -> Vec<MadeInstrument> {
    vec![
        MadeInstrument {
            name: "Harpsichord",
            program: 6,
            envelope: Envelope::dying(4000, 120),
            recordings: vec![
                harpsichord("Harpsichord A3", Root::A3, 110),
                harpsichord("Harpsichord A5", Root::A5, 80),
            ],
        },
        MadeInstrument {
            name: "Nylon Guitar",
            program: 24,
            envelope: Envelope::dying(4000, 250),
            recordings: vec![
                nylon_guitar("Nylon Guitar A2", Root::A2, 100),
                nylon_guitar("Nylon Guitar A4", Root::A4, 100),
            ],
        },
        MadeInstrument {
            name: "Electric Guitar",
            program: 27,
            envelope: Envelope::dying(6000, 150),
            recordings: vec![electric_guitar()],
        },
        MadeInstrument {
            name: "Acoustic Bass",
            program: 32,
            envelope: Envelope::dying(3000, 150),
            recordings: vec![acoustic_bass()],
        },
        MadeInstrument {
            name: "Electric Bass",
            program: 33,
            envelope: Envelope::dying(5000, 100),
            recordings: vec![electric_bass()],
        },
        MadeInstrument {
            name: "Pizzicato Strings",
            program: 45,
            envelope: Envelope::held(0, 300),
            recordings: vec![
                pizzicato("Pizzicato Strings A3", Root::A3, 170),
                pizzicato("Pizzicato Strings A5", Root::A5, 120),
            ],
        },
        MadeInstrument {
            name: "Harp",
            program: 46,
            envelope: Envelope::dying(4500, 1200),
            recordings: vec![harp("Harp A3", Root::A3, 120), harp("Harp A5", Root::A5, 100)],
        },
        MadeInstrument {
            name: "Banjo",
            program: 105,
            envelope: Envelope::held(0, 150),
            recordings: vec![banjo()],
        },
    ]
}

/// A quill near the end of thin brass strings, 8' and 4' together.
fn harpsichord(name: &'static str, root: Root, lead_ms: usize) -> Sample {
    let mut take = Take::looped(root, lead_ms, 12);
    let string = PluckedString {
        place: 0.13,
        touch: 6000.0,
        ring_ms: 3500.0,
        damping: 0.12,
        stiffness: 0.000_05,
        body: |hz| 0.5 + resonance(hz, 900.0, 700.0, 0.6) + resonance(hz, 2600.0, 1200.0, 0.5),
        attack: (0.16, 3200.0),
    };
    string.pluck(&mut take, root.hertz(), 1.0);
    string.pluck(&mut take, root.hertz() * 2.0, 0.4);
    take.finish(name, root.key(), PLUCKED)
}

/// A fingertip over the sound hole of a wooden body.
fn nylon_guitar(name: &'static str, root: Root, lead_ms: usize) -> Sample {
    let mut take = Take::looped(root, lead_ms, 12);
    let string = PluckedString {
        place: 0.24,
        touch: 2200.0,
        ring_ms: 3600.0,
        damping: 0.3,
        stiffness: 0.000_03,
        body: |hz| 0.6 + resonance(hz, 220.0, 60.0, 0.6) + resonance(hz, 420.0, 120.0, 0.35),
        attack: (0.16, 1100.0),
    };
    string.pluck(&mut take, root.hertz(), 1.0);
    // The air in the body answers the pluck.
    take.transient(104.0, |ms| 0.16 * ringing(ms, 160.0));
    take.transient(205.0, |ms| 0.12 * ringing(ms, 120.0));
    take.finish(name, root.key(), PLUCKED)
}

/// A plectrum and a magnetic pickup, which misses the harmonics that have a node over it.
fn electric_guitar() -> Sample {
    let mut take = Take::looped(Root::A3, 110, 50);
    let string = PluckedString {
        place: 0.19,
        touch: 3800.0,
        ring_ms: 7000.0,
        damping: 0.22,
        stiffness: 0.000_06,
        body: |hz| (0.25 + sine(hz / 220.0 * 0.13).abs()) * (1.0 + resonance(hz, 2800.0, 900.0, 0.6)),
        attack: (0.07, 2600.0),
    };
    string.pluck(&mut take, Root::A3.hertz(), 1.0);
    take.finish("Electric Guitar A3", Root::A3.key(), PLUCKED)
}

/// A double bass, plucked by the side of a finger.
fn acoustic_bass() -> Sample {
    let mut take = Take::looped(Root::A2, 110, 100);
    let string = PluckedString {
        place: 0.2,
        touch: 1300.0,
        ring_ms: 2600.0,
        damping: 0.4,
        stiffness: 0.000_1,
        body: |hz| 0.6 + resonance(hz, 110.0, 60.0, 0.5) + resonance(hz, 330.0, 150.0, 0.4),
        attack: (0.35, 500.0),
    };
    string.pluck(&mut take, Root::A2.hertz(), 1.0);
    take.transient(98.0, |ms| 0.25 * ringing(ms, 130.0));
    take.finish("Acoustic Bass A2", Root::A2.key(), PLUCKED)
}

/// Round-wound strings over a pickup, played with the fingers.
fn electric_bass() -> Sample {
    let mut take = Take::looped(Root::A2, 100, 100);
    let string = PluckedString {
        place: 0.17,
        touch: 2200.0,
        ring_ms: 5000.0,
        damping: 0.35,
        stiffness: 0.000_08,
        body: |hz| 0.35 + sine(hz / 110.0 * 0.11).abs(),
        attack: (0.1, 1400.0),
    };
    string.pluck(&mut take, Root::A2.hertz(), 1.0);
    take.finish("Electric Bass A2", Root::A2.key(), PLUCKED)
}

/// A string section without bows: two players, wooden bodies, soon silent.
fn pizzicato(name: &'static str, root: Root, ms: usize) -> Sample {
    let mut take = Take::one_shot(ms);
    let string = PluckedString {
        place: 0.22,
        touch: 2600.0,
        ring_ms: ms as f64 * 1.6,
        damping: 0.16,
        stiffness: 0.000_1,
        body: |hz| {
            0.5 + resonance(hz, 290.0, 90.0, 0.7)
                + resonance(hz, 550.0, 140.0, 0.5)
                + resonance(hz, 1100.0, 300.0, 0.3)
        },
        attack: (0.2, 900.0),
    };
    string.pluck(&mut take, root.hertz(), 1.0);
    string.pluck(&mut take, root.hertz() * 1.002, 0.6);
    take.finish(name, root.key(), PLUCKED)
}

/// A long string plucked near its middle, which leaves it round and clear.
fn harp(name: &'static str, root: Root, lead_ms: usize) -> Sample {
    let mut take = Take::looped(root, lead_ms, 12);
    let string = PluckedString {
        place: 0.38,
        touch: 2600.0,
        ring_ms: 4500.0,
        damping: 0.45,
        stiffness: 0.000_04,
        body: |hz| 0.7 + resonance(hz, 250.0, 150.0, 0.4) + resonance(hz, 700.0, 300.0, 0.25),
        attack: (0.1, 1500.0),
    };
    string.pluck(&mut take, root.hertz(), 1.0);
    take.finish(name, root.key(), PLUCKED)
}

/// Finger picks near the bridge, over a skin that takes the sound away quickly.
fn banjo() -> Sample {
    let mut take = Take::one_shot(180);
    let string = PluckedString {
        place: 0.09,
        touch: 5000.0,
        ring_ms: 560.0,
        damping: 0.06,
        stiffness: 0.000_05,
        body: |hz| 0.35 + resonance(hz, 750.0, 350.0, 1.0) + resonance(hz, 1900.0, 700.0, 0.6),
        attack: (0.3, 1800.0),
    };
    string.pluck(&mut take, Root::A3.hertz(), 1.0);
    take.finish("Banjo A3", Root::A3.key(), PLUCKED)
}

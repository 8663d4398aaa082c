//! Blown instruments: brass, reeds, flutes.

use super::Sample;
use super::bank::{Envelope, MadeInstrument};
use super::filter::Filter;
use super::oscillator::Wave;
use super::shape::{resonance, ringing, rolloff, swell};
use super::take::{Drift, Root, Take};

/// Loudness of held notes.
const HELD: f64 = 5200.0;

pub(super) fn make() -> Vec<MadeInstrument> {
    vec![
        MadeInstrument {
            name: "Trumpet",
            program: 56,
            envelope: Envelope::held(8, 90),
            recordings: vec![TRUMPET.play("Trumpet A4", Root::A4, 1, 25)],
        },
        MadeInstrument {
            name: "French Horn",
            program: 60,
            envelope: Envelope::held(25, 160),
            recordings: vec![FRENCH_HORN.play("French Horn A3", Root::A3, 2, 100)],
        },
        MadeInstrument {
            name: "Brass Section",
            program: 61,
            envelope: Envelope::held(10, 130),
            recordings: vec![
                TROMBONE.play("Brass Section A3", Root::A3, 3, 100),
                TRUMPET.play("Brass Section A4", Root::A4, 3, 100),
            ],
        },
        MadeInstrument {
            name: "Oboe",
            program: 68,
            envelope: Envelope::held(20, 90),
            recordings: vec![oboe()],
        },
        MadeInstrument {
            name: "Clarinet",
            program: 71,
            envelope: Envelope::held(20, 90),
            recordings: vec![clarinet()],
        },
        MadeInstrument {
            name: "Flute",
            program: 73,
            envelope: Envelope::held(20, 120),
            recordings: vec![flute()],
        },
        MadeInstrument {
            name: "Ocarina",
            program: 79,
            envelope: Envelope::held(12, 90),
            recordings: vec![ocarina()],
        },
    ]
}

/// What makes one brass instrument differ from another.
struct Brass {
    /// Hertz above which the bell no longer favours harmonics: when blown softly, when blown hard.
    bell: (f64, f64),
    /// The bell's own resonance: hertz and gain.
    ring: (f64, f64),
    /// Milliseconds until the sound has reached its full brightness.
    opens_ms: f64,
    /// How far the lips start below the pitch, in turns.
    scoop: f64,
}

const TRUMPET: Brass = Brass { bell: (1100.0, 3600.0), ring: (1300.0, 1.6), opens_ms: 55.0, scoop: 0.16 };
const TROMBONE: Brass = Brass { bell: (650.0, 2400.0), ring: (700.0, 1.2), opens_ms: 70.0, scoop: 0.12 };
const FRENCH_HORN: Brass = Brass { bell: (400.0, 1000.0), ring: (420.0, 0.8), opens_ms: 90.0, scoop: 0.1 };

impl Brass {
    /// `players` in unison: the tone opens as the pressure grows, overshoots a little and settles.
    fn play(&self, name: &'static str, root: Root, players: usize, loop_ms: usize) -> Sample {
        let mut take = Take::looped(root, 90, loop_ms);
        let hertz = root.hertz();
        let count = (9500.0 / hertz) as usize;
        let horn = |hz: f64| 0.7 + resonance(hz, self.ring.0, self.ring.0 * 0.5, self.ring.1);
        let soft = Wave::harmonics(count, |k| horn(k * hertz) * rolloff(k * hertz, self.bell.0) / k.sqrt());
        let hard = Wave::harmonics(count, |k| horn(k * hertz) * rolloff(k * hertz, self.bell.1) / k.sqrt());
        // Uneven, so that no harmonic of the players cancels.
        let spread = [0.0, 0.09, 0.31];
        for player in 0..players {
            let late_ms = 9.0 * player as f64;
            let opened = move |ms: f64| {
                let ms = ms - late_ms;
                swell(ms, self.opens_ms) * (0.75 + 0.3 * ringing(ms.max(0.0), 250.0))
            };
            let drift = Drift {
                swings: 1 + player % 2,
                cents: if players == 1 { 0.0 } else { 9.0 },
                start: 0.37 * player as f64,
                phase: spread[player % spread.len()],
                scoop: self.scoop * (1.0 + 0.3 * player as f64),
            };
            take.voice(&hard, hertz, drift, move |ms| 0.8 * opened(ms));
            take.voice(&soft, hertz, drift, move |ms| {
                swell(ms - late_ms, 18.0) * (1.1 - 0.8 * opened(ms)).max(0.0)
            });
        }
        // The tongue lets the air go.
        take.noise(40, &[Filter::band(hertz * 2.5, hertz * 2.0)], |ms| {
            0.008 + 0.3 * swell(ms, 6.0) * ringing(ms, 70.0)
        });
        take.finish(name, root.key(), HELD)
    }
}

/// A small double reed on a cone: a weak fundamental under strong resonances.
fn oboe() -> Sample {
    let mut take = Take::looped(Root::A4, 30, 150);
    let hertz = Root::A4.hertz();
    let cone = |hz: f64| 0.3 + resonance(hz, 1150.0, 380.0, 1.4) + resonance(hz, 2900.0, 500.0, 0.7);
    let reed = Wave::harmonics(20, |k| cone(k * hertz) * rolloff(k * hertz, 4500.0) / k.sqrt());
    let vibrato = Drift { swings: 1, cents: 6.0, start: 0.0, phase: 0.0, scoop: 0.08 };
    take.voice(&reed, hertz, vibrato, |ms| swell(ms, 24.0) * (1.0 + 0.15 * ringing(ms, 200.0)));
    take.noise(41, &[Filter::band(3200.0, 2500.0)], |ms| 0.012 + 0.1 * ringing(ms, 50.0));
    take.finish("Oboe A4", Root::A4.key(), HELD)
}

/// A cylinder closed by a reed: odd harmonics, even ones only higher up.
fn clarinet() -> Sample {
    let mut take = Take::looped(Root::A4, 80, 50);
    let hertz = Root::A4.hertz();
    let tube = |k: f64| match k as u32 {
        1 => 1.0,
        3 => 0.42,
        5 => 0.2,
        7 => 0.14,
        9 => 0.08,
        2 => 0.05,
        4 => 0.06,
        6 => 0.07,
        _ => 0.25 / k,
    };
    let bright = Wave::harmonics(16, |k| tube(k) * rolloff(k * hertz, 6500.0));
    let mellow = Wave::harmonics(16, |k| tube(k) * rolloff(k * hertz, 900.0));
    take.voice(&bright, hertz, Drift::STEADY, |ms| swell(ms, 75.0));
    take.voice(&mellow, hertz, Drift::STEADY, |ms| swell(ms, 25.0) * (1.0 - 0.9 * swell(ms, 75.0)));
    take.noise(42, &[Filter::band(1800.0, 1800.0)], |ms| 0.012 + 0.09 * swell(ms, 8.0) * ringing(ms, 70.0));
    take.finish("Clarinet A4", Root::A4.key(), HELD)
}

/// An edge that splits the air: few harmonics, much breath, a vibrato from the diaphragm.
fn flute() -> Sample {
    let mut take = Take::looped(Root::A5, 75, 150);
    let hertz = Root::A5.hertz();
    let tube = |k: f64| match k as u32 {
        1 => 1.0,
        2 => 0.36,
        3 => 0.17,
        4 => 0.06,
        5 => 0.03,
        6 => 0.012,
        _ => 0.006,
    };
    let air = Wave::harmonics(8, tube);
    let vibrato = Drift { swings: 1, cents: 10.0, start: 0.5, phase: 0.0, scoop: 0.15 };
    take.voice(&air, hertz, vibrato, |ms| swell(ms, 45.0));
    // The octave speaks first.
    take.transient(hertz * 2.0, |ms| 0.3 * swell(ms, 12.0) * ringing(ms, 120.0));
    take.noise(43, &[Filter::band(hertz, 260.0)], |ms| 0.05 + 0.2 * swell(ms, 15.0) * ringing(ms, 130.0));
    take.noise(44, &[Filter::band(3400.0, 3600.0)], |ms| 0.04 + 0.16 * swell(ms, 10.0) * ringing(ms, 90.0));
    take.finish("Flute A5", Root::A5.key(), HELD)
}

/// A round clay vessel: almost a sine, with a soft puff.
fn ocarina() -> Sample {
    let mut take = Take::looped(Root::A5, 60, 150);
    let hertz = Root::A5.hertz();
    let vessel = |k: f64| match k as u32 {
        1 => 1.0,
        2 => 0.05,
        3 => 0.09,
        4 => 0.012,
        5 => 0.02,
        _ => 0.0,
    };
    let vibrato = Drift { swings: 1, cents: 7.0, start: 0.25, phase: 0.0, scoop: 0.25 };
    take.voice(&Wave::harmonics(6, vessel), hertz, vibrato, |ms| swell(ms, 30.0));
    take.noise(45, &[Filter::band(hertz, 200.0)], |ms| 0.05 + 0.25 * swell(ms, 10.0) * ringing(ms, 90.0));
    take.noise(46, &[Filter::band(2700.0, 2400.0)], |ms| 0.014 + 0.1 * swell(ms, 8.0) * ringing(ms, 60.0));
    take.finish("Ocarina A5", Root::A5.key(), HELD)
}

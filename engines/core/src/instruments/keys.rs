//! Keyboards: piano, electric piano, organs and accordion.

use super::Sample;
use super::bank::{Envelope, MadeInstrument};
use super::filter::Filter;
use super::oscillator::{Wave, sine};
use super::shape::{resonance, ringing, rolloff, scattered, swell};
use super::take::{Drift, Root, Take};

/// Loudness of struck notes, which fade soon, and of held ones.
const STRUCK: f64 = 6400.0;
const HELD: f64 = 5000.0;

pub(super) fn make() -> Vec<MadeInstrument> {
    vec![
        MadeInstrument {
            name: "Grand Piano",
            program: 0,
            envelope: Envelope::dying(7000, 350),
            recordings: vec![
                piano("Grand Piano A2", Root::A2, 170, 100, 0.000_12, 1300.0, 9000.0),
                piano("Grand Piano A4", Root::A4, 170, 25, 0.000_4, 1900.0, 6000.0),
                piano("Grand Piano A6", Root::A6, 100, 12, 0.002, 1800.0, 2500.0),
            ],
        },
        MadeInstrument {
            name: "Electric Piano",
            program: 4,
            envelope: Envelope::dying(6000, 250),
            recordings: vec![
                electric_piano("Electric Piano A3", Root::A3, 100),
                electric_piano("Electric Piano A5", Root::A5, 90),
            ],
        },
        MadeInstrument {
            name: "Drawbar Organ",
            program: 16,
            envelope: Envelope::held(2, 60),
            recordings: vec![drawbar_organ()],
        },
        MadeInstrument {
            name: "Church Organ",
            program: 19,
            envelope: Envelope::held(30, 350),
            recordings: vec![church_organ()],
        },
        MadeInstrument {
            name: "Accordion",
            program: 21,
            envelope: Envelope::held(25, 120),
            recordings: vec![accordion()],
        },
    ]
}

/// Strings struck by a felt hammer at an eighth of their length, on a soundboard.
///
/// `stiffness` spreads the partials upwards; the felt softens them above `felt_hertz`. The two strings of a note
/// differ slightly: together they ring short and loud, what remains rings long.
fn piano(
    name: &'static str,
    root: Root,
    lead_ms: usize,
    loop_ms: usize,
    stiffness: f64,
    felt_hertz: f64,
    ring_ms: f64,
) -> Sample {
    let mut take = Take::looped(root, lead_ms, loop_ms);
    for number in 1..=40 {
        let partial = f64::from(number);
        let hertz = root.hertz() * partial * (1.0 + stiffness * partial * partial).sqrt();
        if hertz > 11_000.0 {
            break;
        }
        // A hammer of some width never quite misses a partial that has a node under it.
        let struck = 0.25 + sine(partial / 16.0).abs();
        let soundboard = rolloff(90.0, hertz) + resonance(hertz, 420.0, 260.0, 0.5);
        let level =
            scattered(number) * struck * soundboard * rolloff(hertz, felt_hertz) / (1.0 + 0.25 * partial);
        let fall_ms = ring_ms / (1.0 + 0.35 * (partial - 1.0) + hertz / 2500.0);
        let remains = |ms| 0.55 * level * ringing(ms, fall_ms);
        take.partial(hertz, remains);
        take.transient(hertz * 1.0007 + 0.25, |ms| 0.75 * level * ringing(ms, fall_ms / 4.0));
    }
    // The hammer's knock on the soundboard.
    let knock = rolloff(root.hertz(), 900.0);
    take.noise(1, &[Filter::band(330.0, 300.0), Filter::low_pass(2500.0)], |ms| {
        0.5 * knock * ringing(ms, 70.0)
    });
    take.noise(2, &[Filter::band(2600.0, 2500.0)], |ms| 0.06 * knock * ringing(ms, 35.0));
    take.finish(name, root.key(), STRUCK)
}

/// A tine beside a tone bar: nearly a sine, warmed by the pickup, with the tine's bright ping at first.
fn electric_piano(name: &'static str, root: Root, lead_ms: usize) -> Sample {
    let mut take = Take::looped(root, lead_ms, 12);
    let hertz = root.hertz();
    for (harmonic, level, fall_ms) in
        [(1.0, 1.0, 6000.0), (2.0, 0.42, 1400.0), (3.0, 0.2, 900.0), (4.0, 0.09, 600.0), (5.0, 0.05, 450.0)]
    {
        take.partial(hertz * harmonic, |ms| level * (0.4 + 0.6 * ringing(ms, 700.0)) * ringing(ms, fall_ms));
    }
    let softer = rolloff(hertz, 900.0);
    take.transient(hertz * 7.11, |ms| 0.22 * softer * ringing(ms, 330.0));
    take.transient(hertz * 12.7, |ms| 0.12 * softer * ringing(ms, 160.0));
    take.noise(3, &[Filter::band(700.0, 600.0)], |ms| 0.12 * ringing(ms, 40.0));
    take.finish(name, root.key(), STRUCK)
}

/// Tone wheels at 16', 5 1/3', 8', 4', 2 2/3', 2' and 1', with the key's click and a scanner vibrato.
fn drawbar_organ() -> Sample {
    let mut take = Take::looped(Root::A3, 20, 150);
    let drawbar = |harmonic: f64| match harmonic as u32 {
        1 => 0.7,
        2 => 1.0,
        3 => 0.55,
        4 => 0.5,
        6 => 0.3,
        8 => 0.28,
        16 => 0.12,
        _ => 0.0,
    };
    let wheels = Wave::harmonics(16, drawbar);
    let scanner = Drift { swings: 1, cents: 9.0, ..Drift::STEADY };
    take.voice(&wheels, Root::A3.hertz(), scanner, |_| 0.7);
    take.voice(&wheels, Root::A3.hertz(), Drift::STEADY, |_| 0.5);
    take.noise(8, &[Filter::band(2400.0, 2000.0)], |ms| 0.35 * ringing(ms, 14.0));
    take.finish("Drawbar Organ A4", Root::A4.key(), HELD)
}

/// A principal chorus of 16', 8', 4', 2 2/3' and 2' pipes, each slightly on its own, with the wind's chiff.
fn church_organ() -> Sample {
    let mut take = Take::looped(Root::A3, 70, 150);
    let hertz = Root::A4.hertz();
    for (rank, level, speaks_ms, phase) in [
        (0.5, 0.5, 80.0, 0.1),
        (1.0, 1.0, 45.0, 0.35),
        (1.0, 0.6, 60.0, 0.45),
        (2.0, 0.55, 30.0, 0.6),
        (3.0, 0.26, 22.0, 0.9),
        (4.0, 0.3, 18.0, 0.25),
    ] {
        let pitch = hertz * rank;
        let flue_pipe = Wave::harmonics((10_000.0 / pitch).min(10.0) as usize, |k| {
            rolloff(k * pitch, 3500.0) / (k * k.sqrt())
        });
        let drift = Drift { swings: 1, cents: 4.0, start: phase, phase, scoop: 0.0 };
        take.voice(&flue_pipe, pitch, drift, |ms| level * swell(ms, speaks_ms));
    }
    let chiff = [Filter::band(hertz * 3.0, hertz), Filter::high_pass(300.0)];
    take.noise(9, &chiff, |ms| 0.012 + 0.5 * swell(ms, 8.0) * ringing(ms, 110.0));
    take.finish("Church Organ A4", Root::A4.key(), HELD)
}

/// Three free reeds, one a little flat and one a little sharp: the musette.
fn accordion() -> Sample {
    let mut take = Take::looped(Root::A4, 30, 150);
    let hertz = Root::A4.hertz();
    let body = |hz: f64| 0.4 + resonance(hz, 1300.0, 500.0, 1.0) + resonance(hz, 2900.0, 700.0, 0.5);
    let reed = Wave::harmonics(22, |k| body(k * hertz) * rolloff(k * hertz, 5000.0) / k);
    for (offset, level, phase) in [(0.0, 1.0, 0.0), (-6.6, 0.3, 0.1), (6.6, 0.3, 0.25)] {
        let drift = Drift { phase, ..Drift::STEADY };
        take.voice(&reed, hertz + offset, drift, |ms| level * swell(ms, 25.0));
    }
    take.noise(10, &[Filter::band(3000.0, 2500.0)], |ms| 0.01 + 0.05 * ringing(ms, 60.0));
    take.finish("Accordion A4", Root::A4.key(), HELD)
}

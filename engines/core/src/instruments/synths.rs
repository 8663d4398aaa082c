//! Electronic sounds: square and saw leads, synth bass, pad.

use super::Sample;
use super::bank::{Envelope, MadeInstrument};
use super::oscillator::Wave;
use super::shape::{ringing, rolloff, swell};
use super::take::{Drift, Root, Take};

/// Loudness of held notes.
const HELD: f64 = 4700.0;

/// Harmonics end here, so that a note an octave or two above its recording doesn't fold back.
const BRIGHTEST: f64 = 11_000.0;

pub(super) fn make() -> Vec<MadeInstrument> {
    vec![
        MadeInstrument {
            name: "Synth Bass",
            program: 38,
            envelope: Envelope { attack_ms: 0, decay_ms: 1500, sustain: 550, release_ms: 80 },
            recordings: vec![synth_bass()],
        },
        MadeInstrument {
            name: "Square Lead",
            program: 80,
            envelope: Envelope::held(3, 60),
            recordings: vec![square("Square Lead A3", Root::A3), square("Square Lead A5", Root::A5)],
        },
        MadeInstrument {
            name: "Saw Lead",
            program: 81,
            envelope: Envelope::held(3, 80),
            recordings: vec![saw()],
        },
        MadeInstrument {
            name: "Soft Pad",
            program: 89,
            envelope: Envelope::held(350, 900),
            recordings: vec![soft_pad()],
        },
    ]
}

/// A saw and a square an octave below, through a filter that closes after the stroke.
fn synth_bass() -> Sample {
    let mut take = Take::looped(Root::A2, 90, 100);
    let hertz = Root::A2.hertz();
    for number in 1..=48 {
        let harmonic = f64::from(number);
        let partial = hertz * harmonic;
        take.partial(partial, |ms| {
            let corner = 380.0 + 2600.0 * ringing(ms, 330.0);
            // The filter's resonance stresses what lies at its corner.
            let distance = (partial - corner) / (0.35 * corner);
            rolloff(partial, corner) * (1.0 + 0.9 / (1.0 + distance * distance)) / harmonic
        });
    }
    take.finish("Synth Bass A2", Root::A2.key(), HELD)
}

/// Half the period up, half down.
fn square(name: &'static str, root: Root) -> Sample {
    let mut take = Take::looped(root, 10, 10);
    let mut harmonic = 1.0;
    while root.hertz() * harmonic < BRIGHTEST {
        take.partial(root.hertz() * harmonic, |_| rolloff(root.hertz() * harmonic, 7000.0) / harmonic);
        harmonic += 2.0;
    }
    take.finish(name, root.key(), HELD)
}

/// Three saws, one a little flat and one a little sharp.
fn saw() -> Sample {
    let mut take = Take::looped(Root::A4, 10, 150);
    let hertz = Root::A4.hertz();
    let wave = Wave::harmonics((BRIGHTEST / hertz) as usize, |k| rolloff(k * hertz, 6000.0) / k);
    for (offset, level, phase) in [(0.0, 1.0, 0.0), (-6.6, 0.35, 0.2), (6.6, 0.35, 0.45)] {
        take.voice(&wave, hertz + offset, Drift { phase, ..Drift::STEADY }, |_| level);
    }
    take.finish("Saw Lead A4", Root::A4.key(), HELD)
}

/// Four dark saws and an octave that drift around each other.
fn soft_pad() -> Sample {
    let mut take = Take::looped(Root::A4, 10, 200);
    let hertz = Root::A4.hertz();
    let dark = Wave::harmonics(14, |k| rolloff(k * hertz, 1100.0) / k);
    for (ratio, level, swings, start) in [
        (1.0, 1.0, 1, 0.0),
        (1.0, 0.9, 2, 0.3),
        (1.0, 0.9, 1, 0.55),
        (0.5, 0.5, 1, 0.8),
        (2.0, 0.25, 2, 0.15),
    ] {
        let drift = Drift { swings, cents: 14.0, start, phase: 0.4 * start, scoop: 0.0 };
        take.voice(&dark, hertz * ratio, drift, |ms| level * swell(ms + 5.0, 10.0));
    }
    take.finish("Soft Pad A4", Root::A4.key(), HELD)
}

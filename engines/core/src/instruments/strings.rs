//! Many people at once: bowed strings and choir.

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
            name: "String Ensemble",
            program: 48,
            envelope: Envelope::held(70, 300),
            recordings: vec![
                bowed_strings("String Ensemble A3", Root::A3, 250, 18.0),
                bowed_strings("String Ensemble A5", Root::A5, 150, 13.0),
            ],
        },
        MadeInstrument {
            name: "Choir",
            program: 52,
            envelope: Envelope::held(90, 350),
            recordings: vec![
                choir("Choir A3", Root::A3, [620.0, 1060.0, 2500.0, 3200.0]),
                choir("Choir A4", Root::A4, [760.0, 1200.0, 2850.0, 3700.0]),
            ],
        },
    ]
}

/// `count` players who wander by up to `cents` around a pitch, each at another speed and moment.
///
/// Their phases lie within a quarter of a turn, so that they never quite cancel each other.
fn players(count: usize, cents: f64) -> impl Iterator<Item = Drift> {
    /// The golden ratio spreads the moments as evenly as can be.
    const GOLDEN: f64 = 0.618_033_988_749_895;
    (0..count).map(move |player| Drift {
        swings: 1 + player % 2,
        cents,
        start: player as f64 * GOLDEN,
        phase: 0.28 * player as f64 / count as f64,
        scoop: 0.0,
    })
}

/// A section: the bow's sawtooth through wooden bodies, with the rosin's grain at the start of the stroke.
fn bowed_strings(name: &'static str, root: Root, loop_ms: usize, cents: f64) -> Sample {
    let mut take = Take::looped(root, 60, loop_ms);
    let hertz = root.hertz();
    let body = |hz: f64| {
        0.35 + resonance(hz, 290.0, 70.0, 0.5)
            + resonance(hz, 480.0, 110.0, 0.6)
            + resonance(hz, 950.0, 250.0, 0.4)
            + resonance(hz, 2400.0, 800.0, 0.5)
    };
    let count = ((10_500.0 / hertz) as usize).min(44);
    let bright = Wave::harmonics(count, |k| body(k * hertz) * rolloff(k * hertz, 4200.0) / k.sqrt());
    let soft = Wave::harmonics(count, |k| body(k * hertz) * rolloff(k * hertz, 900.0) / k.sqrt());
    for (index, drift) in players(5, cents).enumerate() {
        let late_ms = 3.0 * index as f64;
        let bite = move |ms: f64| swell(ms - late_ms, 50.0);
        take.voice(&bright, hertz, drift, move |ms| 0.85 * bite(ms));
        take.voice(&soft, hertz, drift, move |ms| 0.35 + 0.5 * (1.0 - bite(ms)));
    }
    take.noise(30, &[Filter::band(2600.0, 2600.0), Filter::high_pass(900.0)], |ms| {
        0.025 + 0.22 * swell(ms, 20.0) * ringing(ms, 160.0)
    });
    take.finish(name, root.key(), HELD)
}

/// Voices on an open "ah": the glottis' pulse through the resonances of the mouth, and some breath.
fn choir(name: &'static str, root: Root, formants: [f64; 4]) -> Sample {
    let mut take = Take::looped(root, 50, 150);
    let hertz = root.hertz();
    let mouth = |hz: f64| {
        0.03 + resonance(hz, formants[0], 110.0, 1.0)
            + resonance(hz, formants[1], 120.0, 0.6)
            + resonance(hz, formants[2], 180.0, 0.28)
            + resonance(hz, formants[3], 220.0, 0.16)
            + resonance(hz, hertz, 90.0, 0.12)
    };
    let voice = Wave::harmonics((7500.0 / hertz) as usize, |k| mouth(k * hertz) / k.sqrt().sqrt());
    for drift in players(4, 16.0) {
        take.voice(&voice, hertz, drift, |ms| 0.4 + 0.6 * swell(ms, 50.0));
    }
    let breath = [Filter::band(formants[2], 1600.0), Filter::high_pass(1200.0)];
    take.noise(31, &breath, |ms| 0.035 + 0.12 * ringing(ms, 120.0));
    take.finish(name, root.key(), HELD)
}

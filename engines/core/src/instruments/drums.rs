//! The drum kit.

use std::f64::consts::LOG2_E;

use super::Sample;
use super::bank::{Envelope, MadeDrum};
use super::filter::Filter;
use super::oscillator::exp2;
use super::shape::{ringing, swell};
use super::take::{Root, Take};

/// Drum recordings sound as recorded at middle C.
const ROOT_KEY: u8 = 60;

/// A one-shot is heard to its end; only a released key shortens it.
const HIT: Envelope = Envelope::held(0, 800);

pub(super) fn make() -> Vec<MadeDrum> {
    vec![
        MadeDrum {
            recording: kick(),
            envelope: HIT,
            drums: &[(35, "Acoustic Bass Drum", -2, 64), (36, "Bass Drum", 0, 64)],
        },
        MadeDrum {
            recording: snare(),
            envelope: HIT,
            drums: &[(38, "Acoustic Snare", 0, 64), (40, "Electric Snare", 2, 64)],
        },
        MadeDrum {
            recording: side_stick(),
            envelope: HIT,
            drums: &[(31, "Sticks", 3, 64), (33, "Metronome Click", 7, 64), (37, "Side Stick", 0, 60)],
        },
        MadeDrum { recording: clap(), envelope: HIT, drums: &[(39, "Hand Clap", 0, 56)] },
        MadeDrum {
            recording: closed_hat(),
            envelope: HIT,
            drums: &[(42, "Closed Hi-Hat", 0, 82), (44, "Pedal Hi-Hat", -3, 82)],
        },
        MadeDrum { recording: open_hat(), envelope: HIT, drums: &[(46, "Open Hi-Hat", 0, 82)] },
        MadeDrum {
            recording: tom(),
            envelope: HIT,
            drums: &[
                (41, "Low Floor Tom", -7, 38),
                (43, "High Floor Tom", -5, 44),
                (45, "Low Tom", -2, 52),
                (47, "Low-Mid Tom", 0, 60),
                (48, "High-Mid Tom", 2, 70),
                (50, "High Tom", 5, 80),
                (86, "Mute Surdo", -10, 50),
                (87, "Open Surdo", -12, 50),
            ],
        },
        MadeDrum {
            recording: crash(),
            envelope: Envelope::dying(2200, 1500),
            drums: &[
                (49, "Crash Cymbal 1", 0, 48),
                (52, "Chinese Cymbal", -4, 84),
                (55, "Splash Cymbal", 5, 56),
                (57, "Crash Cymbal 2", -2, 80),
            ],
        },
        MadeDrum {
            recording: ride(),
            envelope: Envelope::dying(1300, 900),
            drums: &[(51, "Ride Cymbal 1", 0, 40), (53, "Ride Bell", 5, 40), (59, "Ride Cymbal 2", -2, 46)],
        },
        MadeDrum {
            recording: tambourine(),
            envelope: HIT,
            drums: &[(54, "Tambourine", 0, 74), (83, "Jingle Bell", 4, 74)],
        },
        MadeDrum {
            recording: cowbell(),
            envelope: HIT,
            drums: &[(56, "Cowbell", 0, 72), (67, "High Agogo", 9, 44), (68, "Low Agogo", 4, 44)],
        },
        MadeDrum {
            recording: bongo(),
            envelope: HIT,
            drums: &[
                (60, "High Bongo", 0, 84),
                (61, "Low Bongo", -5, 84),
                (62, "Mute High Conga", -4, 50),
                (63, "Open High Conga", -7, 46),
                (64, "Low Conga", -11, 42),
                (65, "High Timbale", 4, 80),
                (66, "Low Timbale", -2, 80),
                (78, "Mute Cuica", 2, 54),
                (79, "Open Cuica", -3, 54),
            ],
        },
        MadeDrum {
            recording: woodblock(),
            envelope: HIT,
            drums: &[
                (75, "Claves", 12, 70),
                (76, "High Wood Block", 5, 56),
                (77, "Low Wood Block", 0, 56),
                (85, "Castanets", 9, 70),
            ],
        },
        MadeDrum {
            recording: shaker(),
            envelope: HIT,
            drums: &[
                (58, "Vibraslap", -5, 48),
                (69, "Cabasa", 0, 46),
                (70, "Maracas", 3, 46),
                (73, "Short Guiro", -4, 80),
                (74, "Long Guiro", -7, 80),
                (82, "Shaker", 1, 46),
            ],
        },
        MadeDrum {
            recording: triangle(),
            envelope: Envelope::dying(1500, 900),
            drums: &[(80, "Mute Triangle", 0, 82), (81, "Open Triangle", 0, 82), (84, "Bell Tree", 3, 82)],
        },
        MadeDrum {
            recording: whistle(),
            envelope: Envelope::dying(400, 60),
            drums: &[(71, "Short Whistle", 0, 64), (72, "Long Whistle", -1, 64)],
        },
    ]
}

/// Turns of a tone that falls from `high` to `low` hertz; half of the way is done in `fall_ms`.
fn falling(ms: f64, high: f64, low: f64, fall_ms: f64) -> f64 {
    // The integral of the frequency; that of 2^-x is (1 - 2^-x) / ln 2.
    let fallen = 1.0 - exp2(-ms / fall_ms);
    (low * ms + (high - low) * fall_ms * LOG2_E * fallen) / 1000.0
}

/// A soft beater on a big skin.
fn kick() -> Sample {
    let mut take = Take::one_shot(160);
    take.sweep(|ms| falling(ms, 190.0, 54.0, 16.0), |ms| swell(ms, 1.0) * ringing(ms, 330.0));
    take.sweep(|ms| falling(ms, 420.0, 110.0, 8.0), |ms| 0.4 * ringing(ms, 110.0));
    take.noise(60, &[Filter::band(2500.0, 2500.0)], |ms| 0.5 * ringing(ms, 14.0));
    take.noise(61, &[Filter::low_pass(400.0)], |ms| 0.5 * ringing(ms, 50.0));
    take.finish("Bass Drum", ROOT_KEY, 5500.0)
}

/// Two modes of a tight skin, and the wires under it.
fn snare() -> Sample {
    let mut take = Take::one_shot(160);
    take.sweep(|ms| falling(ms, 260.0, 186.0, 10.0), |ms| 0.8 * ringing(ms, 150.0));
    take.sweep(|ms| falling(ms, 420.0, 331.0, 10.0), |ms| 0.5 * ringing(ms, 100.0));
    take.noise(62, &[Filter::high_pass(1400.0), Filter::low_pass(7500.0)], |ms| {
        swell(ms, 1.5) * (0.6 * ringing(ms, 60.0) + 0.75 * ringing(ms, 220.0))
    });
    take.noise(63, &[Filter::band(950.0, 900.0)], |ms| 0.6 * ringing(ms, 60.0));
    take.finish("Snare Drum", ROOT_KEY, 5500.0)
}

/// The stick across the rim.
fn side_stick() -> Sample {
    let mut take = Take::one_shot(50);
    take.partial(510.0, |ms| 0.6 * ringing(ms, 60.0));
    take.partial(1720.0, |ms| 1.0 * ringing(ms, 45.0));
    take.partial(2630.0, |ms| 0.5 * ringing(ms, 30.0));
    take.noise(64, &[Filter::band(3000.0, 3000.0)], |ms| 1.2 * ringing(ms, 12.0));
    take.finish("Side Stick", ROOT_KEY, 3600.0)
}

/// Many hands, never quite together.
fn clap() -> Sample {
    let mut take = Take::one_shot(120);
    let hands = |ms: f64| {
        let clap_at = |start: f64, fall_ms: f64| {
            if ms < start { 0.0 } else { swell(ms - start, 1.0) * ringing(ms - start, fall_ms) }
        };
        clap_at(0.0, 20.0) + clap_at(9.5, 20.0) + clap_at(20.0, 24.0) + 0.9 * clap_at(29.0, 190.0)
    };
    take.noise(65, &[Filter::band(1150.0, 900.0), Filter::high_pass(500.0)], hands);
    take.noise(66, &[Filter::band(2600.0, 2200.0)], |ms| 0.4 * hands(ms));
    take.finish("Hand Clap", ROOT_KEY, 4800.0)
}

/// The inharmonic partials of a struck metal plate from `lowest` hertz up: each a little further than the last.
fn metal(take: &mut Take, lowest: f64, count: usize, amplitude: impl Fn(f64, f64) -> f64) {
    /// Ratios of neighbours wander about this mean.
    const SPREAD: [f64; 7] = [1.073, 1.128, 1.041, 1.097, 1.153, 1.062, 1.109];
    let mut hertz = lowest;
    for index in 0..count {
        if hertz > 14_500.0 {
            break;
        }
        take.partial(hertz, |ms| amplitude(hertz, ms));
        hertz *= SPREAD[index % SPREAD.len()];
    }
}

/// Two cymbals pressed together.
fn closed_hat() -> Sample {
    let mut take = Take::one_shot(60);
    take.noise(67, &[Filter::high_pass(6500.0), Filter::high_pass(6500.0)], |ms| {
        1.2 * ringing(ms, 55.0) + 0.6 * ringing(ms, 18.0)
    });
    metal(&mut take, 3400.0, 16, |_, ms| 0.05 * ringing(ms, 65.0));
    take.finish("Closed Hi-Hat", ROOT_KEY, 2000.0)
}

/// Two cymbals that let each other sizzle.
fn open_hat() -> Sample {
    let mut take = Take::one_shot(210);
    take.noise(68, &[Filter::high_pass(6000.0), Filter::high_pass(6000.0)], |ms| {
        ringing(ms, 460.0) + 0.5 * ringing(ms, 40.0)
    });
    metal(&mut take, 3100.0, 18, |_, ms| 0.05 * ringing(ms, 420.0));
    take.finish("Open Hi-Hat", ROOT_KEY, 2500.0)
}

/// A stick on a skin over an open shell.
fn tom() -> Sample {
    let mut take = Take::one_shot(170);
    take.sweep(|ms| falling(ms, 205.0, 138.0, 30.0), |ms| ringing(ms, 420.0));
    take.sweep(|ms| falling(ms, 330.0, 219.0, 25.0), |ms| 0.45 * ringing(ms, 200.0));
    take.sweep(|ms| falling(ms, 480.0, 318.0, 20.0), |ms| 0.25 * ringing(ms, 120.0));
    take.noise(69, &[Filter::band(700.0, 900.0)], |ms| 0.7 * ringing(ms, 40.0));
    take.noise(70, &[Filter::band(2800.0, 2500.0)], |ms| 0.25 * ringing(ms, 18.0));
    take.finish("Tom", ROOT_KEY, 5300.0)
}

/// A large thin cymbal: the highs burst out, the middle stays.
fn crash() -> Sample {
    let mut take = Take::looped(Root::A1, 110, 200);
    take.noise(71, &[Filter::high_pass(4500.0), Filter::high_pass(3000.0)], |ms| {
        (0.5 + 0.5 * swell(ms, 15.0)) * (0.12 + 0.88 * ringing(ms, 420.0))
    });
    take.noise(72, &[Filter::band(2600.0, 2600.0)], |ms| 0.06 + 0.44 * ringing(ms, 300.0));
    metal(&mut take, 410.0, 44, |hz, ms| {
        0.06 * swell(ms, 1.0 + 9000.0 / hz) * (0.35 + 0.65 * ringing(ms, 900.0 - hz / 20.0))
    });
    take.finish("Crash Cymbal", ROOT_KEY, 4000.0)
}

/// The tip of a stick on a heavy cymbal.
fn ride() -> Sample {
    let mut take = Take::looped(Root::A2, 60, 100);
    metal(&mut take, 620.0, 34, |hz, ms| 0.09 * ringing(ms, 900.0 - hz / 25.0) + 0.12 * ringing(ms, 90.0));
    take.noise(73, &[Filter::high_pass(6000.0), Filter::high_pass(4000.0)], |ms| {
        0.02 + 0.14 * ringing(ms, 200.0) + 0.9 * ringing(ms, 16.0)
    });
    take.finish("Ride Cymbal", ROOT_KEY, 2600.0)
}

/// Small jingles that meet, part and meet again.
fn tambourine() -> Sample {
    let mut take = Take::one_shot(120);
    let jingles = |ms: f64| {
        let again = |start: f64| if ms < start { 0.0 } else { ringing(ms - start, 130.0) };
        ringing(ms, 50.0) + 0.6 * again(14.0) + 0.35 * again(38.0)
    };
    take.noise(74, &[Filter::band(8200.0, 3000.0), Filter::high_pass(5000.0)], jingles);
    metal(&mut take, 4700.0, 9, |_, ms| 0.07 * jingles(ms));
    take.finish("Tambourine", ROOT_KEY, 2500.0)
}

/// Two bent sheets of steel, 540 and 805 Hz.
fn cowbell() -> Sample {
    let mut take = Take::one_shot(120);
    for (hertz, level) in
        [(540.0, 1.0), (805.0, 0.9), (1620.0, 0.4), (2415.0, 0.3), (2700.0, 0.2), (4025.0, 0.14)]
    {
        take.partial(hertz, |ms| level * (0.5 * ringing(ms, 60.0) + 0.5 * ringing(ms, 330.0)));
    }
    take.noise(75, &[Filter::band(3500.0, 3000.0)], |ms| 0.3 * ringing(ms, 10.0));
    take.finish("Cowbell", ROOT_KEY, 3600.0)
}

/// Fingers on a small skin.
fn bongo() -> Sample {
    let mut take = Take::one_shot(110);
    take.sweep(|ms| falling(ms, 455.0, 402.0, 12.0), |ms| ringing(ms, 190.0));
    take.sweep(|ms| falling(ms, 930.0, 841.0, 10.0), |ms| 0.35 * ringing(ms, 90.0));
    take.noise(76, &[Filter::band(1500.0, 1600.0)], |ms| 0.6 * ringing(ms, 20.0));
    take.finish("Bongo", ROOT_KEY, 4100.0)
}

/// A slit block of hard wood.
fn woodblock() -> Sample {
    let mut take = Take::one_shot(60);
    take.partial(830.0, |ms| ringing(ms, 75.0));
    take.partial(1985.0, |ms| 0.4 * ringing(ms, 45.0));
    take.noise(77, &[Filter::band(1400.0, 1200.0)], |ms| 0.5 * ringing(ms, 14.0));
    take.finish("Wood Block", ROOT_KEY, 3400.0)
}

/// Grains that fly and land.
fn shaker() -> Sample {
    let mut take = Take::one_shot(80);
    take.noise(78, &[Filter::band(6000.0, 4500.0), Filter::high_pass(3500.0)], |ms| {
        swell(ms, 22.0) * ringing((ms - 22.0).max(0.0), 70.0)
    });
    take.finish("Shaker", ROOT_KEY, 2000.0)
}

/// A bent steel rod.
fn triangle() -> Sample {
    let mut take = Take::looped(Root::A4, 70, 25);
    for (hertz, level, fall_ms) in [
        (1620.0, 0.15, 500.0),
        (4130.0, 0.7, 900.0),
        (5480.0, 0.5, 700.0),
        (8300.0, 0.35, 450.0),
        (10_900.0, 0.25, 300.0),
    ] {
        take.partial(hertz, |ms| level * ringing(ms, fall_ms));
        take.transient(hertz * 1.006, |ms| 0.5 * level * ringing(ms, fall_ms));
    }
    take.finish("Triangle", ROOT_KEY, 2300.0)
}

/// A pea in a pipe.
fn whistle() -> Sample {
    let mut take = Take::looped(Root::A4, 20, 50);
    // Three neighbours beat as the pea rattles.
    for (hertz, level) in [(2360.0, 1.0), (2320.0, 0.4), (2400.0, 0.4)] {
        take.partial(hertz, |ms| level * swell(ms, 8.0));
    }
    take.noise(79, &[Filter::band(2400.0, 900.0)], |ms| 0.1 + 0.2 * ringing(ms, 60.0));
    take.finish("Whistle", ROOT_KEY, 2600.0)
}

//! Envelopes in milliseconds as the engine's envelope points.
//!
//! The engine moves a level of 0 to 32767 along straight lines, once per update, and the amplitude is the square of
//! the level (`n64-engine.md` 5.9). A fall that is straight in decibels therefore takes several points.

use tatum_core::instruments;

use crate::format::bank::{Envelope, EnvelopePoint};
use crate::voice::later::envelope::zelda_release_divisor;

/// The full level.
const FULL: f64 = 32767.0;
/// Updates per second, times 10 (`n64-engine.md` 2.4).
const TENTHS_OF_UPDATES: u32 = 2393;
/// Frames of the Zelda generation per millisecond.
const FRAMES_PER_MILLISECOND: f64 = 0.06;
/// What a release rate of 1 takes off the level per update (`n64-engine.md` 5.5).
const RELEASE_STEP: f64 = 24.0;
/// Half of 60 dB as a level: the square root of the amplitude 10^-1.5.
const HALF_OF_SILENCE: f64 = 0.177_827_941;
/// From one point of a fall to the next the amplitude halves: the level falls by the square root of two.
const POINT_RATIO: f64 = std::f64::consts::FRAC_1_SQRT_2;
/// Halvings until 60 dB are gone.
const POINTS_TO_SILENCE: u32 = 10;
/// The console's volumes have steps of 1/128: what is smaller is silence already (`n64-engine.md` 5.8).
const ENDS: EnvelopePoint = EnvelopePoint { delay: 0, argument: 0 };
/// Holds the level.
const HOLDS: EnvelopePoint = EnvelopePoint { delay: -1, argument: 0 };

/// The engine's envelope for an envelope in milliseconds.
#[must_use]
pub fn envelope(shape: &instruments::Envelope) -> Envelope {
    let sustain = sustain_level(shape);
    let mut points = vec![ramp(updates(shape.attack_ms), FULL)];
    if shape.decay_ms == 0 || shape.sustain >= 1000 {
        points.push(HOLDS);
    } else if shape.sustain == 0 {
        fall(&mut points, updates(shape.decay_ms), 0.0, POINTS_TO_SILENCE);
        points.push(ENDS);
    } else {
        let halvings = (0..POINTS_TO_SILENCE).take_while(|&count| level_after(count) > sustain).count();
        fall(&mut points, updates(shape.decay_ms), sustain, halvings as u32);
        points.push(HOLDS);
    }
    Envelope { points }
}

/// The release rate for an envelope in milliseconds, 1 to 255.
///
/// A release runs in a straight line too, which stays loud longer than a fall that is straight in decibels. Both
/// are at half of their 60 dB at the same time.
#[must_use]
pub fn release_rate(shape: &instruments::Envelope) -> u8 {
    let from = sustain_level(shape).max(FULL * HALF_OF_SILENCE);
    let updates_to_half = f64::from(updates(shape.release_ms)) / 2.0;
    let to_half = from * (1.0 - HALF_OF_SILENCE);
    (to_half / updates_to_half / RELEASE_STEP).round().clamp(1.0, 255.0) as u8
}

/// The place in the Zelda generation's release table for an envelope in milliseconds, 1 to 255.
///
/// There the amplitude itself falls in a straight line, from full to silence in as many frames as the table's divisor
/// (`n64-oot.md` 8.4). Again both are at half of their 60 dB at the same time.
#[must_use]
pub fn zelda_release_rate(shape: &instruments::Envelope) -> u8 {
    let amplitude = |level: f64| (level / FULL) * (level / FULL);
    let silence = amplitude(FULL * HALF_OF_SILENCE);
    let from = amplitude(sustain_level(shape)).max(2.0 * silence);
    let frames_to_half = f64::from(shape.release_ms.max(1)) / 2.0 * FRAMES_PER_MILLISECOND;
    let wanted = frames_to_half / (from - silence);
    let distance = |rate: &u8| (f64::from(zelda_release_divisor(*rate)) / wanted).ln().abs();
    (1..=u8::MAX).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(u8::MAX)
}

/// The level a released note usually comes from: that of its sustain, or the full one if it dies away by itself.
fn sustain_level(shape: &instruments::Envelope) -> f64 {
    match shape.sustain {
        0 => FULL,
        sustain => FULL * (f64::from(sustain.min(1000)) / 1000.0).sqrt(),
    }
}

/// Appends a fall from the full level to `target` in `updates`, with a point at every halving of the amplitude.
fn fall(points: &mut Vec<EnvelopePoint>, updates: u32, target: f64, halvings: u32) {
    let halvings = halvings.max(1);
    let mut done = 0;
    for halving in 1..=halvings {
        let until = (updates * halving).div_ceil(halvings);
        let level = if halving == halvings { target } else { level_after(halving) };
        if until > done {
            points.push(ramp(until - done, level));
        }
        done = until;
    }
}

/// The level after some halvings of the amplitude.
fn level_after(halvings: u32) -> f64 {
    (0..halvings).fold(FULL, |level, _| level * POINT_RATIO)
}

/// A straight line to a level.
fn ramp(updates: u32, level: f64) -> EnvelopePoint {
    let delay = i16::try_from(updates.max(1)).unwrap_or(i16::MAX);
    EnvelopePoint { delay, argument: level.round().clamp(0.0, FULL) as i16 }
}

/// Milliseconds in updates, to the nearest; at least 1.
fn updates(ms: u16) -> u32 {
    ((u32::from(ms) * TENTHS_OF_UPDATES + 5000) / 10_000).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn shape(attack_ms: u16, decay_ms: u16, sustain: u16, release_ms: u16) -> instruments::Envelope {
        instruments::Envelope { attack_ms, decay_ms, sustain, release_ms }
    }

    /// The amplitude in decibels after some updates, walking the points as the engine does.
    fn decibels_after(envelope: &Envelope, updates: i32) -> f64 {
        let (mut level, mut left) = (0.0, updates);
        for point in &envelope.points {
            if point.delay <= 0 || left == 0 {
                break;
            }
            let step = left.min(point.delay.into());
            level += (f64::from(point.argument) - level) * f64::from(step) / f64::from(point.delay);
            left -= step;
        }
        40.0 * (level / FULL).log10()
    }

    #[test]
    fn a_dying_note_falls_straight_in_decibels() {
        // 6 seconds are 1436 updates.
        let envelope = envelope(&shape(0, 6000, 0, 100));
        for tenth in 1..9 {
            let found = decibels_after(&envelope, 1 + 1436 * tenth / 10);
            let expected = -6.0 * f64::from(tenth);
            assert!((found - expected).abs() < 0.5, "after {tenth} tenths: {found:.2} dB");
        }
        assert_eq!(envelope.points.last(), Some(&ENDS));
        let total: i32 = envelope.points.iter().map(|point| i32::from(point.delay)).sum();
        assert_eq!(total, 1437);
        assert_eq!(envelope.points[envelope.points.len() - 2].argument, 0);
    }

    #[test]
    fn a_partial_fall_is_held() {
        let envelope = envelope(&shape(4, 1500, 550, 80));
        assert_eq!(envelope.points.last(), Some(&HOLDS));
        let held = decibels_after(&envelope, 5000);
        assert!((held - 20.0 * 0.55f64.log10()).abs() < 0.01, "{held}");
    }

    #[test]
    fn a_held_note_has_only_its_attack() {
        let points = envelope(&shape(350, 0, 1000, 900)).points;
        assert_eq!(points, [EnvelopePoint { delay: 84, argument: 32767 }, HOLDS]);
        let points = envelope(&shape(0, 500, 1000, 900)).points;
        assert_eq!(points, [EnvelopePoint { delay: 1, argument: 32767 }, HOLDS]);
    }

    #[test]
    fn releases_pass_their_middle_in_time() {
        // 300 ms are 72 updates; half of 60 dB is a level of 0.178.
        let rate = f64::from(release_rate(&shape(0, 0, 1000, 300)));
        let level = FULL - 36.0 * RELEASE_STEP * rate;
        assert!((40.0 * (level / FULL).log10() + 30.0).abs() < 3.0, "rate {rate}");
        assert_eq!(release_rate(&shape(0, 0, 1000, 0)), 255);
        assert_eq!(release_rate(&shape(0, 0, 1000, u16::MAX)), 1);
        assert!(release_rate(&shape(0, 100, 250, 300)) < release_rate(&shape(0, 0, 1000, 300)));
    }

    #[test]
    fn releases_of_the_zelda_generation_too() {
        // 300 ms are 18 frames: after 9 of them the amplitude is at half of its 60 dB.
        let divisor = f64::from(zelda_release_divisor(zelda_release_rate(&shape(0, 0, 1000, 300))));
        assert!((divisor - 9.0 / (1.0 - HALF_OF_SILENCE * HALF_OF_SILENCE)).abs() < 0.5, "divisor {divisor}");
        assert_eq!(zelda_release_rate(&shape(0, 0, 1000, 0)), 255);
        assert!(zelda_release_rate(&shape(0, 0, 1000, u16::MAX)) < 16);
    }
}

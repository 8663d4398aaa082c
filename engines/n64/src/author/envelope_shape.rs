//! Envelopes of the engine as curves in seconds: for other programs, and for people.
//!
//! What the engine computes is `voice`; here is only what its numbers mean in time (`n64-engine.md` 5.5, 5.9 and 8,
//! `n64-oot.md` 8.4).

use crate::format::bank::Envelope;
use crate::profile::Generation;
use crate::voice::later::envelope::zelda_release_divisor;

/// A delay of 1 lasts a quarter of a frame of 60 Hz, in every generation.
const DELAYS_PER_SECOND: f64 = 240.0;
/// Frames per second.
const FRAMES_PER_SECOND: f64 = 60.0;
/// The full level.
const FULL: f64 = 32_767.0;
/// Points that are followed: an envelope can go round for ever.
const MOST_POINTS: usize = 256;
/// What a release rate of 1 takes off the level per update of the first generation, of which a frame has four.
const FIRST_STEP: f64 = 24.0 * 4.0;
/// The amplitude at half of 60 dB.
const HALF_OF_SILENCE: f64 = 0.031_622_776_6;
/// Decibels of [`HALF_OF_SILENCE`].
const HALF_DECIBELS: f64 = 30.0;

/// A point of a curve: seconds since the note's start, and the amplitude (1.0 is full).
pub type CurvePoint = (f64, f64);

/// The amplitude of a held note: straight lines between levels, finely enough for the curve they bend to. The last
/// point is held; an envelope that ends the voice ends with an amplitude of 0.
#[must_use]
pub fn curve(envelope: &Envelope, generation: Generation) -> Vec<CurvePoint> {
    const STEPS: u32 = 8;
    let amplitude = |level: f64| (level / FULL).clamp(0.0, 1.0).powi(exponent(generation));
    let mut curve = vec![(0.0, 0.0)];
    let (mut time, mut level, mut index) = (0.0, 0.0, 0usize);
    for _ in 0..MOST_POINTS {
        let Some(point) = envelope.points.get(index) else { break };
        match point.delay {
            0 => {
                curve.push((time, 0.0));
                break;
            }
            -1 => break,
            -2 => index = usize::try_from(point.argument).unwrap_or(0),
            -3 => index = 0,
            delay => {
                let (seconds, target) =
                    (f64::from(delay.max(1)) / DELAYS_PER_SECOND, f64::from(point.argument));
                for step in 1..=STEPS {
                    let part = f64::from(step) / f64::from(STEPS);
                    curve.push((time + seconds * part, amplitude(level + (target - level) * part)));
                }
                (time, level) = (time + seconds, target);
                index += 1;
            }
        }
    }
    curve
}

/// The power of the level that a note's amplitude is.
const fn exponent(generation: Generation) -> i32 {
    match generation {
        // Squared twice (`n64-engine.md` 8.2).
        Generation::European => 4,
        _ => 2,
    }
}

/// Seconds in which a released note would lose 100 dB at the rate it loses its first 30; `None` never ends.
#[must_use]
pub fn release_seconds(rate: u8, generation: Generation) -> Option<f64> {
    let rate_or_usual = if rate == 0 { 0x20 } else { rate };
    let linear = f64::from(rate_or_usual);
    let frames = match generation {
        Generation::First => FULL * (1.0 - HALF_OF_SILENCE.sqrt()) / (FIRST_STEP * linear),
        // The level that falls is the square already, and is squared again.
        Generation::European => (1.0 - HALF_OF_SILENCE.sqrt()) / (linear * 3.0 / 1280.0),
        Generation::Shindou => (1.0 - HALF_OF_SILENCE) * 256.0 / linear,
        Generation::Ocarina | Generation::Majora => match zelda_release_divisor(rate) {
            0.0 => return None,
            divisor => (1.0 - HALF_OF_SILENCE) * f64::from(divisor),
        },
    };
    Some(frames / FRAMES_PER_SECOND * 100.0 / HALF_DECIBELS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::bank::EnvelopePoint;

    fn envelope(points: &[(i16, i16)]) -> Envelope {
        let points = points.iter().map(|&(delay, argument)| EnvelopePoint { delay, argument });
        Envelope { points: points.collect() }
    }

    #[test]
    fn delays_are_quarters_of_frames_and_levels_are_squared() {
        let curve = curve(&envelope(&[(24, 32767), (240, 16384), (-1, 0)]), Generation::First);
        assert_eq!(curve[8], (0.1, 1.0));
        let (time, amplitude) = curve[16];
        assert!((time - 1.1).abs() < 1e-9 && (amplitude - 0.25).abs() < 1e-4);
        assert_eq!(curve.len(), 17, "the last level is held");
    }

    #[test]
    fn envelopes_that_go_round_end() {
        let round = envelope(&[(1, 32767), (-2, 0)]);
        assert!(curve(&round, Generation::Ocarina).len() <= 8 * MOST_POINTS + 2);
        assert_eq!(curve(&envelope(&[(0, 0)]), Generation::First).last(), Some(&(0.0, 0.0)));
    }

    #[test]
    fn faster_rates_release_sooner() {
        for generation in [Generation::First, Generation::European, Generation::Shindou, Generation::Ocarina]
        {
            let seconds = |rate| release_seconds(rate, generation).unwrap();
            assert!(seconds(10) > seconds(100) && seconds(100) > seconds(250), "{generation:?}");
        }
        assert_eq!(release_seconds(0, Generation::Majora), None);
    }
}

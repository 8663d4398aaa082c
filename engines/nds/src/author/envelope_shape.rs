//! Envelopes of instruments as curves in seconds (nds-driver 8.6): the driver's own envelope, stepped.

use crate::player::CYCLES_PER_WAKE;
use crate::voice::envelope::{Envelope, EnvelopeStatus};
use crate::voice::tables::fall_coefficient;

/// Cycles per second.
const CLOCK: f64 = 33_513_982.0;
/// Wakes that are followed: the slowest decay takes less.
const MOST_WAKES: usize = 0x1_0000;
/// What a fall of 100 dB is in the envelope's unit, 1/128 of 0.1 dB.
const HUNDRED_DECIBELS: f64 = 128_000.0;
/// The level that counts as silence, in 0.1 dB.
const SILENCE: i32 = -723;

/// Seconds since the note's start, and the amplitude (1.0 is full), up to the sustained level.
#[must_use]
pub fn curve(attack: u8, decay: u8, sustain: u8) -> Vec<(f64, f64)> {
    let mut envelope = Envelope::default();
    envelope.restart();
    envelope.set_attack(attack);
    envelope.set_decay(decay);
    envelope.set_sustain(sustain);
    let mut curve = vec![(0.0, 0.0)];
    for wake in 1..=MOST_WAKES {
        let level = envelope.step();
        let amplitude = if level <= SILENCE { 0.0 } else { 10f64.powf(f64::from(level) / 200.0) };
        curve.push((seconds(wake), amplitude));
        if envelope.status == EnvelopeStatus::Sustain {
            break;
        }
    }
    curve
}

/// Seconds in which a released note loses 100 dB; `None` for the release with which notes hold for ever.
#[must_use]
pub fn release_seconds(release: u8) -> Option<f64> {
    let fall = f64::from(fall_coefficient(release));
    (release != u8::MAX && fall > 0.0).then(|| HUNDRED_DECIBELS / fall * seconds(1))
}

fn seconds(wakes: usize) -> f64 {
    wakes as f64 * CYCLES_PER_WAKE as f64 / CLOCK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fastest_envelope_is_there_at_once_and_decays_are_straight_in_decibels() {
        assert_eq!(curve(127, 127, 127).len(), 3);
        let curve = curve(127, 60, 64);
        let decibels = |index: usize| 20.0 * curve[index].1.log10();
        assert!((decibels(30) - decibels(20) - (decibels(20) - decibels(10))).abs() < 0.3);
        assert!(curve.last().unwrap().1 < 0.3);
        assert!(release_seconds(100).unwrap() < release_seconds(20).unwrap());
        assert_eq!(release_seconds(255), None);
    }
}

//! Envelopes of instruments as curves in seconds (`snes-hardware.md` section 4.6).

use crate::hardware::dsp::counter::EventRate;

/// Samples per second.
const RATE: f64 = 32_000.0;
/// The largest envelope value.
const FULL: i32 = 0x7FF;
/// Above it the rise of a bent line is slower.
const BEND: i32 = 0x600;
/// Events that are followed: the longest fall takes fewer.
const MOST_EVENTS: usize = 0x2000;
/// What a released voice loses per sample.
const RELEASE_STEP: f64 = 8.0;

/// Seconds since the note's start, and the amplitude (1.0 is full), up to a level that is held.
#[must_use]
pub fn curve([first, second]: [u8; 2], gain: u8) -> Vec<(f64, f64)> {
    let mut curve = vec![(0.0, 0.0)];
    let (mut time, mut level, mut stage) = (0.0, 0, Stage::Attack);
    for _ in 0..MOST_EVENTS {
        let (rate, next) =
            if first & 0x80 != 0 { adsr_step(first, second, level, stage) } else { gain_step(gain, level) };
        let period = EventRate::new(rate).period();
        let held = next.clamp(0, FULL);
        if period == 0 || held == level && stage != Stage::Attack {
            break;
        }
        if stage == Stage::Attack && next > FULL || first & 0x80 == 0 {
            stage = Stage::Decay;
        }
        if stage == Stage::Decay && first & 0x80 != 0 && held >> 8 == i32::from(second >> 5) {
            stage = Stage::Sustain;
        }
        time += period as f64 / RATE;
        level = held;
        curve.push((time, f64::from(level) / f64::from(FULL)));
    }
    curve
}

/// Steps a second of the noise generator at a rate, 0 to 31; at rate 0 it stands still.
#[must_use]
pub fn steps_of_noise(rate: u8) -> f64 {
    match EventRate::new(rate).period() {
        0 => 0.0,
        period => RATE / period as f64,
    }
}

/// Seconds in which a released note is silent.
#[must_use]
pub fn release_seconds() -> f64 {
    f64::from(FULL) / RELEASE_STEP / RATE
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Attack,
    Decay,
    Sustain,
}

/// The rate and the next value of the envelope generator.
fn adsr_step(first: u8, second: u8, level: i32, stage: Stage) -> (u8, i32) {
    match stage {
        Stage::Attack => {
            let rate = (first & 15) * 2 + 1;
            (rate, level + if rate < 31 { 32 } else { 1024 })
        }
        Stage::Decay => ((first >> 4 & 7) * 2 + 16, fall(level)),
        Stage::Sustain => (second & 31, fall(level)),
    }
}

/// The same of the gain register.
const fn gain_step(gain: u8, level: i32) -> (u8, i32) {
    let rate = gain & 31;
    match gain >> 5 {
        0..=3 => (31, gain as i32 * 16),
        4 => (rate, level - 32),
        5 => (rate, fall(level)),
        6 => (rate, level + 32),
        _ => (rate, level + if level >= BEND { 8 } else { 32 }),
    }
}

/// A step of a fall that is straight in decibels.
const fn fall(level: i32) -> i32 {
    let level = level - 1;
    level - (level >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_become_times() {
        // Attack 10 takes 64 steps of 20 samples from 0 to full; no decay; held.
        let (time, level) = *curve([0x80 | 10, 0xE0], 0).last().unwrap();
        assert_eq!(level, 1.0);
        assert!((time - 0.04).abs() < 0.002, "{time}");
        let fading = curve([0x8F, 0xE0 | 20], 0);
        assert_eq!(fading.last().unwrap().1, 0.0, "a sustain rate fades to silence");
        assert_eq!(curve([0, 0], 0x7F).last(), Some(&(1.0 / RATE, f64::from(0x7F * 16) / f64::from(FULL))));
        assert_eq!(curve([0, 0], 0).len(), 2);
    }

    #[test]
    fn every_register_ends() {
        for first in 0..=u8::MAX {
            for (second, gain) in [(0, first), (0x1F, !first), (0xFF, 0xC1), (0x41, 0x81)] {
                assert!(curve([first, second], gain).len() <= MOST_EVENTS + 1);
            }
        }
    }
}

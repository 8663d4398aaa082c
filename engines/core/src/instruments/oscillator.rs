//! Where every recording begins: a sine, a power of two and noise that come out bit for bit the same everywhere.
//!
//! The sine of a platform's mathematics library may differ in its last bit from one machine to the next. What
//! is here uses only `+ - * /` and `floor`, whose results IEEE 754 fixes.

use std::f64::consts::{LN_2, PI};

/// The whole number below, of numbers that are far from 2^63: without a call where the processor has no instruction for it.
#[inline]
fn floor(number: f64) -> f64 {
    let towards_zero = number as i64 as f64;
    if towards_zero > number { towards_zero - 1.0 } else { towards_zero }
}

/// Sine of an angle in turns (1.0 = a full circle), with an error below 1e-11.
pub(super) fn sine(turns: f64) -> f64 {
    let turns = turns - floor(turns);
    // The sine of the second and third quarter mirrors that of the first and fourth.
    let quarter = if turns < 0.25 {
        turns
    } else if turns < 0.75 {
        0.5 - turns
    } else {
        turns - 1.0
    };
    let x = 2.0 * PI * quarter;
    let square = x * x;
    // The Taylor series up to x^15; the next term is below 7e-12 at a quarter turn.
    const FACTORS: [f64; 7] = [
        1.0 / (14.0 * 15.0),
        1.0 / (12.0 * 13.0),
        1.0 / (10.0 * 11.0),
        1.0 / (8.0 * 9.0),
        1.0 / (6.0 * 7.0),
        1.0 / (4.0 * 5.0),
        1.0 / (2.0 * 3.0),
    ];
    x * FACTORS.iter().fold(1.0, |series, factor| 1.0 - square * factor * series)
}

/// Two to the power of `exponent`, which lies within the range of normal numbers (-1022..1023).
pub(super) fn exp2(exponent: f64) -> f64 {
    let whole = floor(exponent).clamp(-1022.0, 1023.0);
    let x = (exponent - whole) * LN_2;
    // The Taylor series of e^x up to x^12; the next term is below 2e-12.
    const FACTORS: [f64; 12] = [
        1.0 / 12.0,
        1.0 / 11.0,
        1.0 / 10.0,
        1.0 / 9.0,
        1.0 / 8.0,
        1.0 / 7.0,
        1.0 / 6.0,
        1.0 / 5.0,
        1.0 / 4.0,
        1.0 / 3.0,
        1.0 / 2.0,
        1.0,
    ];
    FACTORS.iter().fold(1.0, |series, factor| 1.0 + x * factor * series)
        * f64::from_bits(((whole as i64 + 1023) as u64) << 52)
}

/// White noise between -1 and 1: a 64-bit linear congruential generator (Knuth's MMIX constants), upper bits.
pub(super) struct Noise(u64);

impl Noise {
    pub(super) fn new(seed: u64) -> Self {
        let mut noise = Noise(seed);
        noise.sample();
        noise.sample();
        noise
    }

    pub(super) fn sample(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from((self.0 >> 32) as u32) / f64::from(1u32 << 31) - 1.0
    }
}

/// One period of a tone, read at any speed by the voices of an ensemble.
pub(super) struct Wave {
    /// The period and, once more, its first value, so that interpolation needs no special case.
    period: Vec<f64>,
}

impl Wave {
    const LENGTH: usize = 2048;

    /// The sum of `count` harmonics; `amplitude` gives that of harmonic 1, 2, 3 ...
    ///
    /// The phases grow with the square of the harmonic's number (Schroeder), which spreads the energy over the
    /// period: a low peak for the same loudness.
    pub(super) fn harmonics(count: usize, amplitude: impl Fn(f64) -> f64) -> Self {
        let circle: Vec<f64> = (0..Self::LENGTH).map(|i| sine(i as f64 / Self::LENGTH as f64)).collect();
        let mut period = vec![0.0; Self::LENGTH + 1];
        for harmonic in 1..=count {
            let gain = amplitude(harmonic as f64);
            let phase = harmonic * harmonic * Self::LENGTH / (2 * count);
            for (i, value) in period.iter_mut().enumerate() {
                *value += gain * circle[(i * harmonic + phase) % Self::LENGTH];
            }
        }
        Wave { period }
    }

    /// The wave's value at a phase in turns, between the two nearest points of the table.
    pub(super) fn at(&self, turns: f64) -> f64 {
        let position = (turns - floor(turns)) * Self::LENGTH as f64;
        let index = (position as usize).min(Self::LENGTH - 1);
        let (left, right) = (self.period[index], self.period[index + 1]);
        left + (right - left) * (position - index as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_and_power_agree_with_the_mathematics_library() {
        for step in -4000..4000 {
            let turns = f64::from(step) / 997.0;
            assert!((sine(turns) - (2.0 * PI * turns).sin()).abs() < 1e-11, "sine of {turns} turns");
            assert!((exp2(turns * 3.0) / (turns * 3.0).exp2() - 1.0).abs() < 1e-11, "2^{}", turns * 3.0);
        }
        assert_eq!(exp2(-5000.0), exp2(-5000.0), "far below the range: no panic");
    }

    #[test]
    fn noise_is_centred_and_fills_its_range() {
        let mut noise = Noise::new(1);
        let values: Vec<f64> = (0..20_000).map(|_| noise.sample()).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let power = values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64;
        assert!(mean.abs() < 0.02, "mean {mean}");
        assert!((power - 1.0 / 3.0).abs() < 0.01, "power {power}");
        assert!(values.iter().all(|v| (-1.0..=1.0).contains(v)));
    }
}

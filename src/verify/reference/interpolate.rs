//! Values between the samples of a recording: a Kaiser-windowed sinc.

use std::f64::consts::PI;

/// Zero crossings on each side of the kernel.
const CROSSINGS: usize = 64;
/// Steps of the table between two zero crossings.
const STEPS: usize = 256;
/// Shape of the Kaiser window: side lobes below -90 dB.
const BETA: f64 = 9.0;

/// A band-limited interpolator.
pub(super) struct Interpolator {
    /// One side of the kernel.
    table: Vec<f32>,
    /// Frequencies that pass, over the recording's highest.
    cutoff: f64,
}

impl Interpolator {
    /// An interpolator that lets pass what survives when every `spacing`-th frame is taken.
    pub(super) fn new(spacing: f64) -> Self {
        let edge = bessel(BETA);
        let table = (0..=CROSSINGS * STEPS + 1)
            .map(|index| {
                let x = index as f64 / STEPS as f64;
                let inside = (1.0 - (x / CROSSINGS as f64).powi(2)).max(0.0);
                let window = if x > CROSSINGS as f64 { 0.0 } else { bessel(BETA * inside.sqrt()) / edge };
                let sinc = if index == 0 { 1.0 } else { (PI * x).sin() / (PI * x) };
                (sinc * window) as f32
            })
            .collect();
        Self { table, cutoff: (1.0 / spacing).min(1.0) }
    }

    /// The frame at a position; silence lies around the recording.
    pub(super) fn frame(&self, frames: &[[f32; 2]], position: f64) -> [f32; 2] {
        let reach = CROSSINGS as f64 / self.cutoff;
        let first = (position - reach).ceil().max(0.0);
        let last = (position + reach).floor().min(frames.len() as f64 - 1.0);
        if last < first {
            return [0.0; 2];
        }
        let mut sums = [0.0f32; 2];
        for (index, frame) in (first as usize..).zip(&frames[first as usize..=last as usize]) {
            let distance = (index as f64 - position).abs() * self.cutoff * STEPS as f64;
            let whole = (distance as usize).min(self.table.len() - 2);
            let part = (distance - whole as f64) as f32;
            let weight = self.table[whole] + part * (self.table[whole + 1] - self.table[whole]);
            sums[0] += weight * frame[0];
            sums[1] += weight * frame[1];
        }
        sums.map(|sum| sum * self.cutoff as f32)
    }
}

/// The modified Bessel function of order 0.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..60 {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_is_found_between_its_samples() {
        let sine = |x: f64| (x * 0.37).sin() as f32 * 10000.0;
        let frames: Vec<[f32; 2]> = (0..400).map(|n| [sine(f64::from(n)), 0.0]).collect();
        let interpolator = Interpolator::new(1.0);
        for position in [150.0, 150.25, 199.5, 220.875] {
            let error = interpolator.frame(&frames, position)[0] - sine(position);
            assert!(error.abs() < 0.5, "{position}: {error}");
        }
        assert_eq!(interpolator.frame(&frames, -100.0), [0.0; 2]);
        assert_eq!(interpolator.frame(&[], 0.0), [0.0; 2]);
    }
}

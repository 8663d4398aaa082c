//! Cross-correlation by Fourier transforms: where a piece of one signal lies in another.

use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

/// Where a piece fits best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Match {
    /// Index in the other signal at which the piece begins, with its fraction.
    pub lag: f64,
    /// Normalised correlation there: 1 is the same shape, 0 nothing in common.
    pub correlation: f64,
}

/// Finds pieces up to a given length.
pub(super) struct Correlator {
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    size: usize,
}

/// Windows with less than this share of the loudest window's energy match anything by chance.
const LEAST_ENERGY: f64 = 1e-3;

impl Correlator {
    /// For transforms of `size` points; pieces must be shorter.
    pub(super) fn new(size: usize) -> Self {
        let mut planner = FftPlanner::new();
        Self { forward: planner.plan_fft_forward(size), inverse: planner.plan_fft_inverse(size), size }
    }

    /// The lag of `piece` in `signal` between `lags.start` and `lags.end` at which they are most alike; silence lies
    /// around the signal. None if either is silent.
    pub(super) fn find(&self, piece: &[f32], signal: &[f32], lags: std::ops::Range<i64>) -> Option<Match> {
        let piece = &piece[..piece.len().min(self.size / 2)];
        let energy = energy(piece);
        if energy == 0.0 || lags.is_empty() {
            return None;
        }
        let spectrum = self.transform(piece.iter().copied());
        let step = self.size - piece.len() + 1;
        let mut values: Vec<(f64, f64)> = Vec::new();
        let mut begin = lags.start;
        while begin < lags.end {
            let count = step.min(usize::try_from(lags.end - begin).unwrap_or(step));
            self.correlate_block(piece.len(), &spectrum, signal, begin, count, &mut values);
            begin += count as i64;
        }
        let loudest = values.iter().map(|value| value.1).fold(0.0, f64::max);
        let normalised = |&(product, other): &(f64, f64)| {
            if other <= loudest * LEAST_ENERGY { 0.0 } else { product / (energy * other).sqrt() }
        };
        let (index, correlation) = values
            .iter()
            .map(normalised)
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(_, correlation)| *correlation > 0.0)?;
        let around = |offset: i64| {
            let index = usize::try_from(index as i64 + offset).ok()?;
            values.get(index).map(normalised)
        };
        // The top of the parabola through the best value and its neighbours.
        let fraction = match (around(-1), around(1)) {
            (Some(before), Some(after)) if before + after < 2.0 * correlation => {
                0.5 * (before - after) / (before - 2.0 * correlation + after)
            }
            _ => 0.0,
        };
        Some(Match { lag: lags.start as f64 + index as f64 + fraction, correlation })
    }

    /// Appends product and energy of `count` lags from `begin` on.
    fn correlate_block(
        &self,
        length: usize,
        spectrum: &[Complex<f32>],
        signal: &[f32],
        begin: i64,
        count: usize,
        values: &mut Vec<(f64, f64)>,
    ) {
        let at = |offset: usize| {
            let index = usize::try_from(begin + offset as i64).ok();
            index.and_then(|index| signal.get(index)).copied().unwrap_or(0.0)
        };
        let mut product = self.transform((0..count + length - 1).map(at));
        for (value, piece) in product.iter_mut().zip(spectrum) {
            *value *= piece.conj();
        }
        self.inverse.process(&mut product);
        let mut window: f64 = (0..length).map(|offset| f64::from(at(offset)).powi(2)).sum();
        for (offset, value) in product.iter().take(count).enumerate() {
            values.push((f64::from(value.re) / self.size as f64, window.max(0.0)));
            window += f64::from(at(offset + length)).powi(2) - f64::from(at(offset)).powi(2);
        }
    }

    fn transform(&self, samples: impl Iterator<Item = f32>) -> Vec<Complex<f32>> {
        let mut buffer: Vec<Complex<f32>> = samples.map(|value| Complex::new(value, 0.0)).collect();
        buffer.resize(self.size, Complex::new(0.0, 0.0));
        self.forward.process(&mut buffer);
        buffer
    }
}

/// The sum of the squares.
pub(super) fn energy(samples: &[f32]) -> f64 {
    samples.iter().map(|&value| f64::from(value).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise that is the same everywhere.
    pub(crate) fn noise(length: usize) -> Vec<f32> {
        let mut state = 1u32;
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as f32 - 32768.0
            })
            .collect()
    }

    #[test]
    fn a_piece_is_found_where_it_was_taken_from() {
        let signal = noise(20_000);
        let correlator = Correlator::new(4096);
        let found = correlator.find(&signal[7000..8000], &signal, 0..19_000).unwrap();
        assert!((found.lag - 7000.0).abs() < 0.01 && found.correlation > 0.999, "{found:?}");
        let early = correlator.find(&signal[..1000], &signal[300..], -2000..500).unwrap();
        assert!((early.lag + 300.0).abs() < 0.01, "{early:?}");
        assert_eq!(correlator.find(&[0.0; 100], &signal, 0..100), None);
        assert_eq!(correlator.find(&signal[..100], &[], 0..100), None);
    }
}

//! Filters that colour noise: the breath of a flute, the skin of a drum.

use std::f64::consts::{LOG2_E, TAU};

use super::Sample;
use super::oscillator::{exp2, sine};

/// A filter with its memory.
#[derive(Clone)]
pub(super) enum Filter {
    /// One pole: lets pass what lies below a frequency.
    LowPass { step: f64, level: f64 },
    /// One pole: lets pass what lies above a frequency.
    HighPass { step: f64, level: f64 },
    /// Two poles: lets a band ring.
    Band { gain: f64, first: f64, second: f64, last: f64, before_last: f64 },
}

/// How much a one-pole filter with this corner frequency keeps from one sample to the next.
fn memory(hertz: f64) -> f64 {
    exp2(-TAU * LOG2_E * hertz / f64::from(Sample::RATE))
}

impl Filter {
    /// Lets pass what lies below `hertz`; 6 dB per octave.
    pub(super) fn low_pass(hertz: f64) -> Self {
        Filter::LowPass { step: 1.0 - memory(hertz), level: 0.0 }
    }

    /// Lets pass what lies above `hertz`; 6 dB per octave.
    pub(super) fn high_pass(hertz: f64) -> Self {
        Filter::HighPass { step: 1.0 - memory(hertz), level: 0.0 }
    }

    /// A resonance at `hertz` that is `width` hertz wide between its -3 dB points; about unit gain at its peak.
    pub(super) fn band(hertz: f64, width: f64) -> Self {
        let radius = memory(width / 2.0);
        let turns = hertz / f64::from(Sample::RATE);
        let (cosine, sine) = (sine(turns + 0.25), sine(turns));
        Filter::Band {
            gain: (1.0 - radius) * 2.0 * sine,
            first: 2.0 * radius * cosine,
            second: -radius * radius,
            last: 0.0,
            before_last: 0.0,
        }
    }

    /// Filters the next sample.
    pub(super) fn process(&mut self, input: f64) -> f64 {
        match self {
            Filter::LowPass { step, level } => {
                *level += *step * (input - *level);
                *level
            }
            Filter::HighPass { step, level } => {
                *level += *step * (input - *level);
                input - *level
            }
            Filter::Band { gain, first, second, last, before_last } => {
                let output = *gain * input + *first * *last + *second * *before_last;
                (*before_last, *last) = (*last, output);
                output
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Amplitude with which a filter lets a sine pass.
    fn gain_at(mut filter: Filter, hertz: f64) -> f64 {
        let turns = hertz / f64::from(Sample::RATE);
        let output: Vec<f64> = (0..32_000).map(|n| filter.process(sine(turns * f64::from(n)))).collect();
        output[16_000..].iter().fold(0.0, |peak: f64, v| peak.max(v.abs()))
    }

    #[test]
    fn filters_pass_and_stop_what_their_names_say() {
        assert!(gain_at(Filter::low_pass(500.0), 50.0) > 0.99);
        assert!(gain_at(Filter::low_pass(500.0), 8000.0) < 0.08);
        assert!(gain_at(Filter::high_pass(500.0), 8000.0) > 0.9);
        assert!(gain_at(Filter::high_pass(500.0), 50.0) < 0.11);
        let band = || Filter::band(1000.0, 100.0);
        assert!((gain_at(band(), 1000.0) - 1.0).abs() < 0.1, "{}", gain_at(band(), 1000.0));
        assert!((gain_at(band(), 1050.0) - 0.707).abs() < 0.1, "{}", gain_at(band(), 1050.0));
        assert!(gain_at(band(), 4000.0) < 0.05);
    }
}

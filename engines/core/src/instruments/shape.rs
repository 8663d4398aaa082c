//! How a part of a sound grows and dies away: amplitudes as functions of the time in milliseconds.

use std::f64::consts::LOG2_10;

use super::oscillator::exp2;

/// A fall by 60 dB, to a thousandth, as an exponent of two.
const SIXTY_DECIBELS: f64 = 3.0 * LOG2_10;

/// What is left of a sound that falls by 60 dB in `fall_ms`, `ms` after it was struck.
pub(super) fn ringing(ms: f64, fall_ms: f64) -> f64 {
    exp2(-SIXTY_DECIBELS * ms / fall_ms)
}

/// A smooth rise from 0 to 1 over the first `rise_ms`.
pub(super) fn swell(ms: f64, rise_ms: f64) -> f64 {
    let x = (ms / rise_ms).clamp(0.0, 1.0);
    x * x * (3.0 - 2.0 * x)
}

/// The gain of a resonance: `gain` at its centre, half of that `half_width` hertz beside it.
pub(super) fn resonance(hertz: f64, centre: f64, half_width: f64, gain: f64) -> f64 {
    let distance = (hertz - centre) / half_width;
    gain / (1.0 + distance * distance)
}

/// The gain of a slope that falls by 12 dB per octave above `corner` hertz.
pub(super) fn rolloff(hertz: f64, corner: f64) -> f64 {
    let ratio = hertz / corner;
    1.0 / (1.0 + ratio * ratio)
}

/// The sign with which a partial leaves a body, which scatters phases: the Rudin-Shapiro sequence, whose sums stay
/// small, so that partials don't pile up to a pulse once per period.
pub(super) fn scattered(partial: u32) -> f64 {
    if (partial & (partial >> 1)).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_start_and_end_where_they_say() {
        assert_eq!(ringing(0.0, 500.0), 1.0);
        assert!((ringing(500.0, 500.0) - 0.001).abs() < 1e-9);
        assert_eq!((swell(0.0, 20.0), swell(20.0, 20.0), swell(900.0, 20.0)), (0.0, 1.0, 1.0));
        assert_eq!(resonance(300.0, 300.0, 50.0, 2.0), 2.0);
        assert_eq!(resonance(350.0, 300.0, 50.0, 2.0), 1.0);
        assert_eq!(rolloff(800.0, 800.0), 0.5);
        let signs: Vec<f64> = (0..8).map(scattered).collect();
        assert_eq!(signs, [1.0, 1.0, 1.0, -1.0, 1.0, 1.0, -1.0, 1.0]);
    }
}

//! What an envelope means in seconds, whatever a console makes it of.

use serde::Serialize;

/// What counts as silence, in decibels below full.
pub(super) const SILENCE: f64 = 100.0;
/// Amplitudes this near to the highest are as high.
const NEARLY: f64 = 0.999;
/// The slope of a fall is taken from its first decibels.
const SLOPE_DECIBELS: f64 = 40.0;

/// An envelope in seconds and decibels.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Envelope {
    /// In the console's own numbers.
    pub native: String,
    /// Seconds until it is highest.
    pub attack: f64,
    /// Seconds for which it stays there.
    pub hold: f64,
    /// Seconds until it is at the level that is held.
    pub decay: f64,
    /// How far below the highest level that is, in decibels: 100 is silence.
    pub sustain: f64,
    /// Seconds in which a released note would fall by 100 dB; none if it goes on for ever.
    pub release: Option<f64>,
    /// How far below full the highest level is, in decibels.
    pub peak: f64,
    /// Seconds in which the first part of its fall would fall by 100 dB.
    #[serde(skip)]
    pub fall: f64,
}

impl Envelope {
    /// The envelope of a curve: seconds and amplitudes up to the level that is held.
    pub fn of_curve(native: String, curve: &[(f64, f64)], release: Option<f64>) -> Self {
        let highest = curve.iter().map(|point| point.1).fold(0.0, f64::max);
        let is_high = |point: &&(f64, f64)| point.1 >= highest * NEARLY;
        let top = curve.iter().position(|point| is_high(&point)).unwrap_or(0);
        let end = top + curve[top..].iter().take_while(is_high).count();
        let time = |index: usize| curve.get(index).map_or(0.0, |point| point.0);
        let held_from = time(end.saturating_sub(1));
        let half = curve.iter().find(|point| point.1 >= highest / 2.0).map_or(0.0, |point| point.0);
        let below = |amplitude: f64| decibels_below(amplitude, highest);
        let sustain = curve.last().map_or(SILENCE, |point| below(point.1));
        let falling = curve.get(end..).unwrap_or_default();
        let time_of_fall = |decibels: f64| {
            let there = falling.iter().find(|point| below(point.1) >= decibels);
            there.or(falling.last()).map_or(0.0, |point| point.0 - held_from)
        };
        let slope = sustain.min(SLOPE_DECIBELS);
        Self {
            native,
            // Other programs rise in a straight line: half of it as long as this one takes to half.
            attack: time(top).min(2.0 * half),
            hold: held_from - time(top),
            decay: time_of_fall(sustain - 0.01),
            sustain,
            release,
            peak: decibels_below(highest, 1.0),
            fall: if slope > 0.1 { time_of_fall(slope - 0.01) * SILENCE / slope } else { 0.0 },
        }
    }
}

fn decibels_below(amplitude: f64, full: f64) -> f64 {
    if amplitude <= 0.0 || full <= 0.0 {
        return SILENCE;
    }
    // Not -0.0.
    (20.0 * (full / amplitude).log10()).clamp(0.0, SILENCE) + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_becomes_times() {
        let curve = [(0.0, 0.0), (0.1, 0.5), (0.2, 1.0), (0.5, 1.0), (1.5, 0.1)];
        let envelope = Envelope::of_curve(String::new(), &curve, None);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(near(envelope.attack, 0.2) && near(envelope.hold, 0.3) && near(envelope.decay, 1.0));
        assert!(near(envelope.sustain, 20.0) && near(envelope.fall, 5.0), "{envelope:?}");
        let silent = Envelope::of_curve(String::new(), &[(0.0, 0.0)], None);
        assert_eq!((silent.peak, silent.attack), (SILENCE, 0.0));
    }
}

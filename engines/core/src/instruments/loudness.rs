//! How loud a recording sounds, so that no instrument leaps out of a song.

use super::filter::Filter;

/// The loudness of a recording: the RMS value of its loudest 100 ms (or of all, if it is shorter: then counted
/// as if silence followed), with lows and very bright highs weighted as the ear weights them.
pub(super) fn loudness(samples: &[f64]) -> f64 {
    const WINDOW: usize = 3200;
    const HOP: usize = 400;
    let mut low = Filter::high_pass(160.0);
    let mut presence = Filter::high_pass(1800.0);
    let energies: Vec<f64> = samples
        .chunks(HOP)
        .map(|hop| {
            hop.iter().fold(0.0, |sum, sample| {
                let heard = low.process(*sample);
                let heard = heard + 0.6 * presence.process(heard);
                sum + heard * heard
            })
        })
        .collect();
    let hops = WINDOW / HOP;
    let loudest =
        (0..energies.len()).map(|start| energies[start..].iter().take(hops).sum::<f64>()).fold(0.0, f64::max);
    (loudest / WINDOW as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::super::oscillator::sine;
    use super::*;

    fn tone(hertz: f64, length: u32) -> Vec<f64> {
        (0..length).map(|n| sine(hertz * f64::from(n) / 32_000.0)).collect()
    }

    #[test]
    fn loudness_follows_the_ear() {
        let middle = loudness(&tone(440.0, 9600));
        assert!((middle - 0.7).abs() < 0.1, "{middle}");
        assert!(loudness(&tone(50.0, 9600)) < 0.5 * middle, "deep tones sound softer");
        assert!(loudness(&tone(3000.0, 9600)) > 1.2 * middle, "the ear is keenest at 3 kHz");
        assert!(loudness(&tone(440.0, 800)) < 0.6 * middle, "short sounds sound softer");
    }
}

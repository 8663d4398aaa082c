//! The error of a recording by octave bands.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

/// A band with its levels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Lowest frequency in hertz.
    pub from: f64,
    /// Highest frequency in hertz.
    pub to: f64,
    /// Level of the rendering in decibels below a full-scale square wave.
    pub rendered: f64,
    /// Level of the aligned recording, its gain taken back.
    pub recorded: f64,
    /// Level of their difference.
    pub error: f64,
}

/// Points of a spectrum, and how many of them are averaged at most.
const SIZE: usize = 4096;
const SPECTRA: usize = 1024;
/// The middles of the bands: octaves around 1000 Hz.
const MIDDLES: [f64; 10] = [31.25, 62.5, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0];
/// What silence is shown as.
const SILENCE: f64 = -140.0;

/// The levels of both and of their difference; `rate` is the rendering's.
pub(super) fn bands(rendered: &[[f32; 2]], recorded: &[[f32; 2]], rate: f64) -> Vec<Band> {
    let length = rendered.len().min(recorded.len());
    let transform = FftPlanner::new().plan_fft_forward(SIZE);
    let window: Vec<f32> =
        (0..SIZE).map(|n| 0.5 - 0.5 * (std::f32::consts::TAU * n as f32 / SIZE as f32).cos()).collect();
    let mut powers = [(); 3].map(|()| vec![0.0f64; SIZE / 2 + 1]);
    let hops = length.saturating_sub(SIZE) / (SIZE / 2) + 1;
    let stride = hops.div_ceil(SPECTRA) * (SIZE / 2);
    let mut count = 0u32;
    for begin in (0..length.max(1)).step_by(stride) {
        if begin != 0 && begin + SIZE > length {
            break;
        }
        count += 1;
        let at = |frames: &[[f32; 2]], offset: usize| frames.get(begin + offset).copied().unwrap_or_default();
        for (number, power) in powers.iter_mut().enumerate() {
            // Left and right are the real and the imaginary part: their powers add up over both halves.
            let mut points: Vec<Complex<f32>> = (0..SIZE)
                .map(|offset| {
                    let (a, b) = (at(rendered, offset), at(recorded, offset));
                    let frame = match number {
                        0 => a,
                        1 => b,
                        _ => [b[0] - a[0], b[1] - a[1]],
                    };
                    Complex::new(frame[0] * window[offset], frame[1] * window[offset])
                })
                .collect();
            transform.process(&mut points);
            for (bin, value) in points.iter().enumerate() {
                power[bin.min(SIZE - bin)] += f64::from(value.norm_sqr());
            }
        }
    }
    // A full-scale square wave on both sides has this power under the window.
    let full = 2.0 * 32768.0f64.powi(2) * 0.375 * (SIZE as f64).powi(2) * f64::from(count);
    let half = std::f64::consts::SQRT_2;
    MIDDLES
        .into_iter()
        .filter(|middle| middle / half < rate / 2.0)
        .map(|middle| {
            let (from, to) = (middle / half, (middle * half).min(rate / 2.0));
            let bin = |hertz: f64| ((hertz / rate * SIZE as f64).round() as usize).min(SIZE / 2);
            let level = |power: &[f64]| {
                let sum: f64 = power[bin(from)..bin(to).max(bin(from) + 1)].iter().sum();
                (10.0 * (sum / full).log10()).max(SILENCE)
            };
            Band {
                from,
                to,
                rendered: level(&powers[0]),
                recorded: level(&powers[1]),
                error: level(&powers[2]),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_and_its_error_appear_in_their_band() {
        let tone = |level: f32| -> Vec<[f32; 2]> {
            (0..40_000)
                .map(|n| [level * (std::f32::consts::TAU * 1000.0 * n as f32 / 32000.0).sin(); 2])
                .collect()
        };
        let bands = bands(&tone(16384.0), &tone(16384.0 * 0.99), 32000.0);
        let loudest = bands.iter().max_by(|a, b| a.rendered.total_cmp(&b.rendered)).unwrap();
        assert!((loudest.from..loudest.to).contains(&1000.0));
        // A sine of half scale has -6 - 3 dB.
        assert!((loudest.rendered + 9.0).abs() < 0.2, "{loudest:?}");
        assert!((loudest.error - loudest.rendered + 40.0).abs() < 0.2, "{loudest:?}");
        assert!(bands[0].rendered < -90.0);
        assert_eq!(super::bands(&[], &[], 32000.0).len(), 10);
    }
}

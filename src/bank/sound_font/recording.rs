//! Recordings with loops as the format wants them, and waves of the chips as recordings.

use crate::bank::model::Sample;

/// Samples that interpolation looks at on either side of a loop (SoundFont 2.01, section 7.10).
const MARGIN: usize = 8;
/// The shortest loop.
const SHORTEST_LOOP: usize = 32;
/// Rates that every program plays.
const RATES: std::ops::RangeInclusive<f64> = 400.0..=50_000.0;
/// Samples of one period of a square wave, which has eight steps.
const PERIOD: usize = 128;
/// Middle C in hertz.
const MIDDLE_C: f64 = 261.625_565;
/// The key of middle C.
const MIDDLE_KEY: f64 = 60.0;
/// Samples for each step of noise, and steps in all.
const NOISE_WIDTH: usize = 8;
const NOISE_STEPS: usize = 4096;
/// The rate at which noise is written.
const NOISE_RATE: u32 = 32_000;
/// The noise generator's register and taps (nds-hardware, `snes-hardware.md` section 4.5): 15 bits.
const NOISE_SEED: u16 = 0x4000;
/// How loud generated waves are.
const LEVEL: i16 = 0x3FFF;

/// A recording for the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Recording {
    pub name: String,
    pub pcm: Vec<i16>,
    /// First sample of the loop and the one behind its last; behind it the margin follows.
    pub loop_points: Option<[usize; 2]>,
    pub rate: u32,
}

impl Recording {
    /// A recording of a bank.
    pub fn of_sample(sample: &Sample) -> Self {
        let mut rate = f64::from(sample.rate.max(1));
        while rate > *RATES.end() {
            rate /= 2.0;
        }
        while rate < *RATES.start() {
            rate *= 2.0;
        }
        let name = sample.name.trim_start_matches("samples/").trim_end_matches(".wav").to_owned();
        let rate = rate.round() as u32;
        match sample.loop_points {
            Some([start, end]) if start < end && end <= sample.pcm.len() => {
                Self { name, rate, ..Self::looped(&sample.pcm, start, end) }
            }
            _ => Self { name, rate, pcm: sample.pcm.to_vec(), loop_points: None },
        }
    }

    /// One period of a square wave, looped: the last `duty + 1` of its eight steps are high.
    pub fn square(duty: u8) -> Self {
        let steps = 8 - usize::from(duty.min(7)) - 1;
        let pcm: Vec<i16> =
            (0..PERIOD).map(|n| if n * 8 / PERIOD < steps { -LEVEL } else { LEVEL }).collect();
        let rate = (MIDDLE_C * PERIOD as f64).round() as u32;
        Self { name: format!("square {duty}"), rate, ..Self::looped(&pcm, 0, PERIOD) }
    }

    /// Noise, looped.
    pub fn noise() -> Self {
        let mut register = NOISE_SEED;
        let mut pcm = Vec::with_capacity(NOISE_STEPS * NOISE_WIDTH);
        for _ in 0..NOISE_STEPS {
            let feedback = (register ^ register >> 1) & 1;
            register = register >> 1 | feedback << 14;
            pcm.extend([if register & 1 == 0 { LEVEL } else { -LEVEL }; NOISE_WIDTH]);
        }
        let end = pcm.len();
        Self { name: "noise".to_owned(), rate: NOISE_RATE, ..Self::looped(&pcm, 0, end) }
    }

    /// A loop with a margin on both sides, and long enough: rounds are repeated until it is.
    fn looped(pcm: &[i16], mut start: usize, end: usize) -> Self {
        let mut samples = pcm[..end].to_vec();
        let round = &pcm[start..end];
        if start < MARGIN || round.len() < SHORTEST_LOOP {
            let rounds = SHORTEST_LOOP.div_ceil(round.len());
            // What is before the loop has to be a margin long too.
            while start < MARGIN {
                samples.extend(round);
                start += round.len();
            }
            while samples.len() - start < round.len() * rounds {
                samples.extend(round);
            }
        }
        let loop_points = Some([start, samples.len()]);
        let margin: Vec<i16> = round.iter().copied().cycle().take(MARGIN).collect();
        samples.extend(margin);
        Self { pcm: samples, loop_points, ..Self::default() }
    }
}

/// The rate at which the square wave's recording is played on middle C, if the wave has that pitch on `root_key`.
pub(super) fn square_rate(root_key: u8) -> f64 {
    MIDDLE_C * PERIOD as f64 * ((MIDDLE_KEY - f64::from(root_key)) / 12.0).exp2()
}

/// The rate at which the noise's recording is played for a number of steps a second.
pub(super) fn noise_rate(steps: f64) -> f64 {
    steps * NOISE_WIDTH as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_loops_are_repeated_and_have_margins() {
        for (start, end) in [(0, 1), (0, 40), (3, 10), (20, 100), (99, 100)] {
            let pcm: Vec<i16> = (0..100).collect();
            let Recording { pcm: samples, loop_points, .. } = Recording::looped(&pcm, start, end);
            let [first, last] = loop_points.unwrap();
            assert!(first >= MARGIN && last - first >= SHORTEST_LOOP && samples.len() == last + MARGIN);
            let expected = |at: usize| if at < end { at } else { start + (at - start) % (end - start) };
            for (at, &sample) in samples.iter().enumerate() {
                assert_eq!(usize::try_from(sample).unwrap(), expected(at), "{start}..{end} at {at}");
            }
            assert_eq!((last - first) % (end - start), 0);
        }
    }

    #[test]
    fn square_waves_have_their_duty() {
        for duty in 0..8 {
            let square = Recording::square(duty);
            let [start, end] = square.loop_points.unwrap();
            let high = square.pcm[start..end].iter().filter(|sample| **sample > 0).count();
            assert_eq!(high * 8 / (end - start), if duty == 7 { 8 } else { usize::from(duty) + 1 });
        }
    }
}

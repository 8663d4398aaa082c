//! PCM to IMA-ADPCM: of the many ways to follow a curve with 89 step sizes, one with little error.
//!
//! The nearest nibble for each sample is often not the best: a slightly worse one can leave a step size that suits
//! what follows. So for every step size the best path that leads to it is carried along, with the error it has gathered,
//! and the best of all is taken at the end. The decoder is the hardware's, so what is minimised is what is heard.

use super::adpcm::{Predictor, STEP};

/// Samples after which the best path is settled, so that memory stays small.
const STRETCH: usize = 4096;

/// The best path to each step size.
type Paths = [Option<Path>; STEP.len()];

/// Encodes samples: a header word, then nibbles, low one first. An odd sample is followed by an empty nibble.
#[must_use]
pub fn encode(samples: &[i16]) -> Vec<u8> {
    let first = samples.first().copied().unwrap_or(0);
    // The header chooses the step size of the start freely.
    let mut paths: Paths = std::array::from_fn(|index| Some(Path::new(Predictor::new(first, index as u8))));
    let mut header = None;
    let mut nibbles = Vec::with_capacity(samples.len());
    for stretch in samples.chunks(STRETCH) {
        let mut steps = Vec::with_capacity(stretch.len() * STEP.len());
        for &target in stretch {
            paths = advance(&paths, target, &mut steps);
        }
        let Some(best) = paths.iter().flatten().min_by_key(|path| path.error).copied() else { break };
        header.get_or_insert(best.start);
        trace_back(&steps, best.last, &mut nibbles);
        paths = [None; STEP.len()];
        paths[best.state.index()] = Some(Path { error: 0, last: None, ..best });
    }
    let header = header.unwrap_or(Predictor::new(first, 0));
    let mut bytes = header.to_header().to_le_bytes().to_vec();
    bytes.extend(nibbles.chunks(2).map(|pair| pair[0] | pair.get(1).map_or(0, |high| high << 4)));
    bytes
}

/// A way through the samples so far.
#[derive(Clone, Copy)]
struct Path {
    start: Predictor,
    state: Predictor,
    /// Sum of squares.
    error: u64,
    /// Number of its last step.
    last: Option<u32>,
}

impl Path {
    const fn new(start: Predictor) -> Self {
        Self { start, state: start, error: 0, last: None }
    }
}

/// A nibble on a path.
struct Step {
    nibble: u8,
    before: Option<u32>,
}

/// All paths one sample further: the best one to each step size.
fn advance(paths: &Paths, target: i16, steps: &mut Vec<Step>) -> Paths {
    let mut next: [Option<(Path, u8)>; STEP.len()] = [None; STEP.len()];
    for path in paths.iter().flatten() {
        for nibble in candidates(path.state, target) {
            let mut state = path.state;
            state.decode(nibble);
            let distance = u64::from(state.value().abs_diff(target));
            let error = path.error + distance * distance;
            let place = &mut next[state.index()];
            if place.is_none_or(|(known, _)| error < known.error) {
                *place = Some((Path { state, error, ..*path }, nibble));
            }
        }
    }
    next.map(|place| {
        let (path, nibble) = place?;
        steps.push(Step { nibble, before: path.last });
        Some(Path { last: Some(steps.len() as u32 - 1), ..path })
    })
}

/// The nibble whose size is that of the wanted difference, and its neighbours.
fn candidates(state: Predictor, target: i16) -> impl Iterator<Item = u8> {
    let difference = i32::from(target) - i32::from(state.value());
    let sign = if difference < 0 { 8 } else { 0 };
    let size = (difference.unsigned_abs() * 4 / state.step().unsigned_abs()).min(7) as u8;
    let neighbours = size.saturating_sub(1)..=(size + 1).min(7);
    neighbours.map(move |size| size | sign)
}

/// The nibbles of a path, appended in their order.
fn trace_back(steps: &[Step], mut last: Option<u32>, nibbles: &mut Vec<u8>) {
    let start = nibbles.len();
    while let Some(step) = last.and_then(|number| steps.get(number as usize)) {
        nibbles.push(step.nibble);
        last = step.before;
    }
    nibbles[start..].reverse();
}

#[cfg(test)]
mod tests {
    use super::super::adpcm::decode;
    use super::*;

    /// Sum of the squares of what a coded signal is off.
    fn noise(samples: &[i16], coded: &[u8]) -> f64 {
        let mut decoded = Vec::new();
        decode(coded, samples.len(), |sample| decoded.push(sample));
        samples.iter().zip(&decoded).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum()
    }

    /// The nearest nibble for each sample, from the step size that suits the first difference.
    fn encode_greedily(samples: &[i16]) -> Vec<u8> {
        let difference = i32::from(samples[1].abs_diff(samples[0]));
        let index = STEP.iter().position(|&step| step >= difference).unwrap_or(88) as u8;
        let mut state = Predictor::new(samples[0], index);
        let mut bytes = state.to_header().to_le_bytes().to_vec();
        for pair in samples.chunks(2) {
            let mut byte = 0;
            for (half, &target) in pair.iter().enumerate() {
                let after = |nibble: u8| {
                    let mut trial = state;
                    trial.decode(nibble);
                    trial
                };
                let nibble = (0..16).min_by_key(|&nibble| after(nibble).value().abs_diff(target)).unwrap();
                state = after(nibble);
                byte |= nibble << (4 * half);
            }
            bytes.push(byte);
        }
        bytes
    }

    #[test]
    fn there_is_less_noise_than_with_the_nearest_nibbles() {
        let tone = |n: i32| (12_000.0 * (f64::from(n) * 0.11).sin()) as i16;
        let saw = |n: i32| ((n * 3 % 400 - 200) * 40) as i16;
        let plucked = |n: i32| {
            let x = f64::from(n % 3000);
            (20_000.0 * (-x / 600.0).exp() * ((x * 0.21).sin() + 0.4 * (x * 0.63).sin())) as i16
        };
        let waves: [&dyn Fn(i32) -> i16; 3] = [&tone, &saw, &plucked];
        for wave in waves {
            let samples: Vec<i16> = (0..9_000).map(wave).collect();
            let signal: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
            let ours = noise(&samples, &encode(&samples));
            let nearest = noise(&samples, &encode_greedily(&samples));
            let decibels = |noise: f64| 10.0 * (noise / signal).log10();
            println!("{:.1} dB, with the nearest nibbles {:.1} dB", decibels(ours), decibels(nearest));
            assert!(ours < nearest);
        }
    }

    #[test]
    fn silence_and_a_constant_are_exact() {
        for value in [0, 5_000, -32_000] {
            let samples = [value; 64];
            let mut decoded = Vec::new();
            decode(&encode(&samples), 64, |sample| decoded.push(sample));
            assert!(decoded.iter().all(|sample| *sample == value), "{decoded:?}");
        }
        assert_eq!(encode(&[]), [0; 4]);
        assert_eq!(encode(&[0; 3]).len(), 6);
    }
}

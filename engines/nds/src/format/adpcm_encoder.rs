//! PCM to IMA-ADPCM: of the many ways to follow a curve with 89 step sizes, one with little error.
//!
//! The nearest nibble for each sample is often not the best: a slightly worse one can leave a step size that suits
//! what follows. So several states are carried along, each with the error it has gathered, and the best path is taken
//! at the end (a beam search). The decoder is the hardware's, so what is minimised is what is heard.

use super::adpcm::{Predictor, STEP};

/// States carried along.
const WIDTH: usize = 16;
/// Samples at the start for which a state of every step size is carried along: the header chooses one freely.
const FREE_START: usize = 16;
/// Samples after which the best path is settled, so that memory stays small.
const STRETCH: usize = 4096;

/// Encodes samples: a header word, then nibbles, low one first. An odd sample is followed by an empty nibble.
#[must_use]
pub fn encode(samples: &[i16]) -> Vec<u8> {
    let first = samples.first().copied().unwrap_or(0);
    let starts = (0..STEP.len() as u8).map(|index| Predictor::new(first, index));
    let mut paths: Vec<Path> =
        starts.map(|state| Path { start: state, state, error: 0, last: None }).collect();
    let mut header = None;
    let mut nibbles = Vec::with_capacity(samples.len());
    for (number, stretch) in samples.chunks(STRETCH).enumerate() {
        let mut steps = Vec::with_capacity(stretch.len() * WIDTH);
        for (position, &target) in stretch.iter().enumerate() {
            let is_free = number == 0 && position < FREE_START;
            paths = advance(&paths, target, if is_free { STEP.len() } else { WIDTH }, &mut steps);
        }
        let Some(best) = paths.iter().min_by_key(|path| path.error).copied() else { break };
        header.get_or_insert(best.start);
        trace_back(&steps, best.last, &mut nibbles);
        paths = vec![Path { error: 0, last: None, ..best }];
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

/// A nibble on a path.
struct Step {
    nibble: u8,
    before: Option<u32>,
}

/// All paths one sample further; the `width` best are kept, one of each state.
fn advance(paths: &[Path], target: i16, width: usize, steps: &mut Vec<Step>) -> Vec<Path> {
    let mut next: Vec<(Path, u8)> = Vec::with_capacity(3 * paths.len());
    for path in paths {
        for nibble in candidates(path.state, target) {
            let mut state = path.state;
            state.decode(nibble);
            let distance = u64::from(state.value().abs_diff(target));
            let error = path.error + distance * distance;
            match next.iter_mut().find(|(known, _)| known.state == state) {
                Some((known, _)) if known.error <= error => {}
                Some(known) => *known = (Path { state, error, ..*path }, nibble),
                None => next.push((Path { state, error, ..*path }, nibble)),
            }
        }
    }
    if next.len() > width {
        next.select_nth_unstable_by_key(width - 1, |(path, _)| (path.error, path.state.to_header()));
        next.truncate(width);
    }
    next.into_iter()
        .map(|(path, nibble)| {
            steps.push(Step { nibble, before: path.last });
            Path { last: Some(steps.len() as u32 - 1), ..path }
        })
        .collect()
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

//! Longer or shorter at the same pitch, for listening: overlapping pieces of the sound, each laid where it continues
//! the one before best (the method is known as WSOLA). Not exact.

use tatum_core::{Frame, Rate};

/// Pieces per second; a piece lasts two of these steps.
const STEPS_PER_SECOND: u64 = 40;
/// How far a piece may be moved to fit, as a part of a step.
const SEARCH: usize = 3;
/// Every so many frames are compared while a place is searched.
const STRIDE: usize = 4;

/// Stretches a stream of frames.
pub struct Stretch {
    factor: f64,
    step: usize,
    input: Vec<Frame>,
    /// Where the next piece would begin in the input if nothing had to fit.
    next: f64,
    /// Where the last piece went on, with which the next one must fit.
    tail: Vec<Frame>,
}

impl Stretch {
    /// A stretcher that makes everything `factor` times as long.
    #[must_use]
    pub fn new(rate: Rate, factor: f64) -> Self {
        let step = (rate.rounded() / STEPS_PER_SECOND).max(64) as usize;
        Self { factor, step, input: Vec::new(), next: 0.0, tail: Vec::new() }
    }

    /// Takes frames; gives what is ready.
    pub fn push(&mut self, frames: &[Frame]) -> Vec<Frame> {
        self.input.extend(frames);
        let mut out = Vec::new();
        let search = self.step / SEARCH;
        while self.next as usize + search + 2 * self.step <= self.input.len() {
            let place = self.best_place(self.next as usize, search);
            let piece = &self.input[place..place + self.step];
            if self.tail.is_empty() {
                out.extend(piece);
            } else {
                let faded = self.tail.iter().zip(piece).enumerate();
                out.extend(faded.map(|(index, (&old, &new))| blend(old, new, index, self.step)));
            }
            self.tail = self.input[place + self.step..place + 2 * self.step].to_vec();
            self.next += self.step as f64 / self.factor;
        }
        // What lies before the next search is not needed any more.
        let passed = (self.next as usize).saturating_sub(search).min(self.input.len());
        self.input.drain(..passed);
        self.next -= passed as f64;
        out
    }

    /// The place around `from` where the input is most like the tail.
    fn best_place(&self, from: usize, search: usize) -> usize {
        if self.tail.is_empty() {
            return from;
        }
        let likeness =
            |place: &usize| {
                let piece = self.input[*place..].iter().step_by(STRIDE);
                self.tail.iter().step_by(STRIDE).zip(piece).fold(0.0, |sum, (old, new)| {
                    sum + mono(*old) * mono(*new) - 0.5 * mono(*new) * mono(*new)
                })
            };
        let places = (from.saturating_sub(search)..=from + search).step_by(STRIDE / 2);
        places.max_by(|one, other| likeness(one).total_cmp(&likeness(other))).unwrap_or(from)
    }
}

fn mono(frame: Frame) -> f32 {
    f32::from(frame.left) + f32::from(frame.right)
}

/// From the old frame to the new one, over `length` steps.
fn blend(old: Frame, new: Frame, index: usize, length: usize) -> Frame {
    let (index, length) = (index as i32, length as i32);
    let mix =
        |old: i16, new: i16| ((i32::from(old) * (length - index) + i32::from(new) * index) / length) as i16;
    Frame::new(mix(old.left, new.left), mix(old.right, new.right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretched_tone_keeps_its_pitch_and_changes_its_length() {
        let tone: Vec<Frame> = (0..64_000)
            .map(|index| {
                let sample =
                    (10_000.0 * (f64::from(index) * 440.0 / 32_000.0 * std::f64::consts::TAU).sin()) as i16;
                Frame::new(sample, sample)
            })
            .collect();
        let crossings = |frames: &[Frame]| {
            frames.windows(2).filter(|pair| pair[0].left < 0 && pair[1].left >= 0).count() as f64
        };
        for factor in [0.5, 0.8, 1.25, 2.0] {
            let mut stretch = Stretch::new(Rate::hertz(32_000), factor);
            let out: Vec<Frame> = tone.chunks(500).flat_map(|block| stretch.push(block)).collect();
            let length = out.len() as f64 / tone.len() as f64;
            assert!((length / factor - 1.0).abs() < 0.05, "{factor}: {length}");
            let pitch = crossings(&out) / out.len() as f64 * 32_000.0;
            assert!((pitch - 440.0).abs() < 6.0, "{factor}: {pitch} Hz");
        }
    }
}

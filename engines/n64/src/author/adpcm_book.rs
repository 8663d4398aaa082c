//! Designing an ADPCM book: which predictors fit a recording best.
//!
//! Every frame of 16 samples has a linear predictor of its own that leaves the smallest residual. The frames are
//! divided into as many groups as the book shall have predictors, so that the predictor common to a group leaves
//! little in each of its frames (Lloyd's algorithm). Only `+ - * /` and `sqrt`: the same book on every machine.

use crate::format::bank::Book;
use crate::hardware::adpcm::FRAME_SAMPLES;

/// Predictors a book can hold (`n64-formats.md` 5).
pub const MAX_PREDICTORS: usize = 8;
/// Samples that one row of coefficients predicts.
const ROW: usize = 8;
/// 1.0 in the book's 1.11 fixed point.
const ONE: f64 = 2048.0;
/// How far from the unit circle a predictor's poles stay: on it, quantisation noise would never die away.
const STABILITY: f64 = 0.9995;
/// Passes of Lloyd's algorithm each time a predictor is added.
const PASSES: usize = 4;

/// The best book of up to `count` (1 to 8) predictors for a recording.
#[must_use]
pub fn design(pcm: &[i16], count: usize) -> Book {
    let frames = Covariance::of_frames(pcm);
    let mut predictors = vec![Covariance::sum(&frames).best_predictor()];
    while predictors.len() < count.min(MAX_PREDICTORS) {
        let Some(outsider) = worst_served(&frames, &predictors) else { break };
        predictors.push(outsider);
        for _ in 0..PASSES {
            regroup(&frames, &mut predictors);
        }
    }
    Book { predictors: predictors.into_iter().map(Predictor::rows).collect() }
}

/// `x[n]` is about `last * x[n - 1] + before_last * x[n - 2]`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Predictor {
    last: f64,
    before_last: f64,
}

impl Predictor {
    /// The two rows of a book entry: how much the sample before the last, and the last one, weigh in each of the
    /// next eight samples. The weights of a stable predictor are at most 9, so they fit 1.11 fixed point.
    fn rows(self) -> [i16; 2 * ROW] {
        let mut rows = [0; 2 * ROW];
        for (row, start) in [(0, [1.0, 0.0]), (ROW, [0.0, 1.0])] {
            let [mut before_last, mut last] = start;
            for coefficient in &mut rows[row..row + ROW] {
                let next = self.last * last + self.before_last * before_last;
                *coefficient = (next * ONE).round() as i16;
                (before_last, last) = (last, next);
            }
        }
        rows
    }

    /// The nearest predictor whose poles lie inside the unit circle.
    fn stable(self) -> Self {
        let before_last = self.before_last.clamp(-STABILITY, STABILITY);
        let limit = (1.0 - before_last) * STABILITY;
        Self { last: self.last.clamp(-limit, limit), before_last }
    }
}

/// The products that decide how well any predictor does in a frame: `x[n - i] * x[n - j]`, summed.
#[derive(Clone, Copy, Debug, Default)]
struct Covariance {
    now_now: f64,
    now_last: f64,
    now_before: f64,
    last_last: f64,
    last_before: f64,
    before_before: f64,
}

impl Covariance {
    /// One for each frame that isn't silent, scaled so that loud frames count more than quiet ones, but not by as
    /// much as they are louder: what is quiet is heard too.
    fn of_frames(pcm: &[i16]) -> Vec<Self> {
        let mut history = [0.0; 2];
        let frames = pcm.chunks(FRAME_SAMPLES).map(|frame| {
            let mut sums = Self::default();
            for &sample in frame {
                let now = f64::from(sample);
                let [before, last] = history;
                sums.now_now += now * now;
                sums.now_last += now * last;
                sums.now_before += now * before;
                sums.last_last += last * last;
                sums.last_before += last * before;
                sums.before_before += before * before;
                history = [last, now];
            }
            sums
        });
        frames.filter(|sums| sums.now_now > 0.0).map(|sums| sums.scaled(1.0 / sums.now_now.sqrt())).collect()
    }

    fn scaled(self, factor: f64) -> Self {
        Self {
            now_now: self.now_now * factor,
            now_last: self.now_last * factor,
            now_before: self.now_before * factor,
            last_last: self.last_last * factor,
            last_before: self.last_before * factor,
            before_before: self.before_before * factor,
        }
    }

    fn add(&mut self, other: &Self) {
        self.now_now += other.now_now;
        self.now_last += other.now_last;
        self.now_before += other.now_before;
        self.last_last += other.last_last;
        self.last_before += other.last_before;
        self.before_before += other.before_before;
    }

    fn sum(frames: &[Self]) -> Self {
        let mut sum = Self::default();
        frames.iter().for_each(|frame| sum.add(frame));
        sum
    }

    /// Energy of what a predictor leaves.
    fn residual(&self, predictor: Predictor) -> f64 {
        let Predictor { last, before_last } = predictor;
        self.now_now
            + last * (last * self.last_last - 2.0 * self.now_last)
            + before_last * (before_last * self.before_before - 2.0 * self.now_before)
            + 2.0 * last * before_last * self.last_before
    }

    /// The stable predictor that leaves least (or nearly: an unstable one is moved to the nearest stable one).
    fn best_predictor(&self) -> Predictor {
        // A little noise keeps the equations of a pure tone solvable.
        let noise = 1e-9 * (self.last_last + self.before_before) + f64::MIN_POSITIVE;
        let (last_last, before_before) = (self.last_last + noise, self.before_before + noise);
        let determinant = last_last * before_before - self.last_before * self.last_before;
        if determinant <= 0.0 {
            return Predictor { last: 0.0, before_last: 0.0 };
        }
        let last = (self.now_last * before_before - self.now_before * self.last_before) / determinant;
        let before_last = (self.now_before * last_last - self.now_last * self.last_before) / determinant;
        Predictor { last, before_last }.stable()
    }
}

/// The own predictor of the frame that loses most by having to use one of `predictors`.
fn worst_served(frames: &[Covariance], predictors: &[Predictor]) -> Option<Predictor> {
    let mut worst = None;
    let mut most = 0.0;
    for frame in frames {
        let own = frame.best_predictor();
        let loss = frame.residual(predictors[nearest(frame, predictors)]) - frame.residual(own);
        if loss > most {
            (most, worst) = (loss, Some(own));
        }
    }
    worst
}

/// Index of the predictor that leaves least of a frame.
fn nearest(frame: &Covariance, predictors: &[Predictor]) -> usize {
    let mut best = (0, f64::INFINITY);
    for (index, &predictor) in predictors.iter().enumerate() {
        let residual = frame.residual(predictor);
        if residual < best.1 {
            best = (index, residual);
        }
    }
    best.0
}

/// Gives every frame to the predictor that fits it best, then fits the predictors to their frames.
fn regroup(frames: &[Covariance], predictors: &mut [Predictor]) {
    let mut groups = [Covariance::default(); MAX_PREDICTORS];
    for frame in frames {
        groups[nearest(frame, predictors)].add(frame);
    }
    for (predictor, group) in predictors.iter_mut().zip(&groups) {
        if group.now_now > 0.0 {
            *predictor = group.best_predictor();
        }
    }
}

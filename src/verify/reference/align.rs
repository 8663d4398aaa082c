//! Alignment of a recording with a rendering: offset, drift of the clocks and gain.

use super::correlate::{Correlator, energy};
use super::interpolate::Interpolator;

/// How a recording lies against a rendering: frame `n` of the rendering is at `offset + step * n` in the recording, and
/// `gain` times as loud.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alignment {
    /// Recorded frames before the rendering's frame 0; negative if the recording begins later.
    pub offset: f64,
    /// Recorded frames per rendered frame.
    pub step: f64,
    /// How much slower the recording's clock makes the music than its header says, in millionths; negative is faster.
    pub drift: f64,
    /// Factor of the left and the right side.
    pub gain: [f64; 2],
    /// How alike the two are, 0 to 1.
    pub correlation: f64,
}

impl Alignment {
    /// The position in the recording of a rendered frame.
    #[must_use]
    pub fn position(&self, frame: f64) -> f64 {
        self.offset + self.step * frame
    }

    /// Frames on frames, samples as they are.
    pub(super) const fn exact(offset: i64) -> Self {
        Self { offset: offset as f64, step: 1.0, drift: 0.0, gain: [1.0; 2], correlation: 1.0 }
    }

    /// The offset if frames lie exactly on frames.
    #[must_use]
    pub fn whole_offset(&self) -> Option<i64> {
        (self.step == 1.0 && self.offset.fract() == 0.0).then_some(self.offset as i64)
    }
}

/// Frames of the piece that is searched for first: 8 s at 32000 Hz.
const TEMPLATE: usize = 1 << 18;
/// Frames of the pieces that measure the drift, and how far from the expected place they are searched.
const PIECE: usize = 1 << 14;
const REACH: i64 = 2048;
/// Pieces at most.
const PIECES: usize = 64;
/// Less likeness than this is chance.
const LEAST_CORRELATION: f64 = 0.3;
/// Frames by which a piece may lie off the line and still count.
const STRAY: f64 = 1.0;

/// Where a piece of the rendering lies in the recording.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// The piece's middle in the rendering.
    middle: f64,
    /// Its displacement in rendered frames.
    lag: f64,
}

/// An alignment, and the whole offsets at which parts of the recording lie.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) alignment: Alignment,
    pub(super) offsets: Vec<i64>,
}

/// Finds the alignment; none if nothing of the recording resembles the rendering. `nominal` is the number of recorded
/// frames per rendered frame that the two rates promise.
pub(super) fn align(rendered: &[[f32; 2]], recorded: &[[f32; 2]], nominal: f64) -> Option<Found> {
    let interpolator = Interpolator::new(nominal);
    let mono = |frame: [f32; 2]| frame[0] + frame[1];
    let render: Vec<f32> = rendered.iter().map(|&frame| mono(frame)).collect();
    let record: Vec<f32> = if nominal == 1.0 {
        recorded.iter().map(|&frame| mono(frame)).collect()
    } else {
        let length = (recorded.len() as f64 / nominal) as usize;
        (0..length).map(|index| mono(interpolator.frame(recorded, index as f64 * nominal))).collect()
    };
    let (lag, correlation) = coarse_lag(&render, &record)?;
    let pieces = track(&render, &record, lag);
    let line = fit(&pieces).unwrap_or(Line { offset: lag, slope: 0.0 });
    let start = Alignment {
        offset: line.offset * nominal,
        step: nominal * (1.0 + line.slope),
        drift: 0.0,
        gain: [1.0; 2],
        correlation,
    };
    let alignment = refine(start, nominal, rendered, recorded, &interpolator);
    let lags = pieces.iter().map(|piece| piece.lag).chain([lag, alignment.offset]);
    let mut offsets: Vec<i64> = lags.map(|lag| lag.round() as i64).collect();
    offsets.sort_unstable();
    offsets.dedup();
    Some(Found { alignment, offsets })
}

/// The displacement of the first sounding piece, searched everywhere; of one in the other, or the other way round.
fn coarse_lag(render: &[f32], record: &[f32]) -> Option<(f64, f64)> {
    let correlator = Correlator::new(4 * TEMPLATE);
    let search = |of: &[f32], among: &[f32]| {
        let begin = of.iter().position(|&sample| sample != 0.0)?;
        let piece = &of[begin..of.len().min(begin + TEMPLATE)];
        let lags = -(piece.len() as i64)..among.len() as i64;
        let found = correlator.find(piece, among, lags)?;
        Some((found.lag - begin as f64, found.correlation))
    };
    let there = search(render, record);
    let good = |found: &Option<(f64, f64)>| found.is_some_and(|(_, correlation)| correlation > 0.8);
    if good(&there) {
        return there;
    }
    let back = search(record, render).map(|(lag, correlation)| (-lag, correlation));
    [there, back]
        .into_iter()
        .flatten()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|(_, correlation)| *correlation >= LEAST_CORRELATION)
}

/// Follows the displacement through the recording.
fn track(render: &[f32], record: &[f32], lag: f64) -> Vec<Piece> {
    let correlator = Correlator::new(2 * (PIECE + 2 * REACH as usize).next_power_of_two());
    let begin = (-lag).max(0.0) as usize;
    let end = render.len().min((record.len() as f64 - lag).max(0.0) as usize);
    let room = end.saturating_sub(begin).saturating_sub(PIECE);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut expected = lag;
    for number in 0..PIECES {
        let at = begin + room * number / (PIECES - 1);
        if number != 0 && pieces.last().is_some_and(|last| at as f64 + PIECE as f64 / 2.0 - last.middle < 1.0)
        {
            break;
        }
        let piece = &render[at.min(render.len())..render.len().min(at + PIECE)];
        if energy(piece) == 0.0 {
            continue;
        }
        let middle = at as f64 + PIECE as f64 / 2.0;
        if let [.., a, b] = pieces[..] {
            expected = b.lag + (b.lag - a.lag) / (b.middle - a.middle) * (middle - b.middle);
        }
        let center = (at as f64 + expected).round() as i64;
        let found = correlator.find(piece, record, center - REACH..center + REACH);
        if let Some(found) = found.filter(|found| found.correlation >= LEAST_CORRELATION) {
            pieces.push(Piece { middle, lag: found.lag - at as f64 });
        }
    }
    pieces
}

/// A displacement that grows evenly.
#[derive(Clone, Copy, Debug)]
struct Line {
    offset: f64,
    slope: f64,
}

impl Line {
    fn holds(&self, piece: &Piece) -> bool {
        (self.offset + self.slope * piece.middle - piece.lag).abs() <= STRAY
    }
}

/// The line on which most pieces lie. A level line is preferred to one that hardly holds more of them, and an early one
/// to a late one: a tick that comes late moves everything after it.
fn fit(pieces: &[Piece]) -> Option<Line> {
    let count = |line: &Line| pieces.iter().filter(|piece| line.holds(piece)).count();
    let mut best: Option<(usize, Line)> = None;
    let mut consider = |line: Line, handicap: usize| {
        let held = count(&line);
        if best.is_none_or(|(most, _)| held > most + handicap) {
            best = Some((held, line));
        }
    };
    for piece in pieces {
        consider(Line { offset: piece.lag, slope: 0.0 }, 0);
    }
    for (index, a) in pieces.iter().enumerate() {
        for b in &pieces[index + 1..] {
            let slope = (b.lag - a.lag) / (b.middle - a.middle);
            consider(Line { offset: a.lag - slope * a.middle, slope }, 1);
        }
    }
    best.map(|(_, line)| line)
}

/// Rendered frames that the refinement looks at.
const POINTS: usize = 60_000;
/// Rounds of the refinement.
const ROUNDS: usize = 6;
/// A drift that displaces the end by less than this many frames, and an offset that is this near to a whole number, are
/// none.
const LEAST_DISPLACEMENT: f64 = 0.1;

/// Improves offset and drift by least squares (Gauss-Newton), and measures the gain.
fn refine(
    start: Alignment,
    nominal: f64,
    rendered: &[[f32; 2]],
    recorded: &[[f32; 2]],
    interpolator: &Interpolator,
) -> Alignment {
    let mut now = start;
    let length = rendered.len().min((recorded.len() as f64 / now.step) as usize).max(1);
    let stride = (length / POINTS).max(1);
    // An odd stride does not fall in step with periodic sounds.
    let points: Vec<usize> = (0..rendered.len())
        .step_by(stride | 1)
        .filter(|&index| (0.0..recorded.len() as f64).contains(&now.position(index as f64)))
        .collect();
    for _ in 0..ROUNDS {
        now.gain = gains(&points, &now, rendered, recorded, interpolator);
        // Normal equations of the two unknowns: offset, and step about the middle.
        let middle = length as f64 / 2.0;
        let (mut a, mut b, mut c, mut x, mut y) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &index in &points {
            let position = now.position(index as f64);
            let at = interpolator.frame(recorded, position);
            let (before, after) =
                (interpolator.frame(recorded, position - 0.5), interpolator.frame(recorded, position + 0.5));
            for side in 0..2 {
                let slope = f64::from(after[side] - before[side]);
                let error = now.gain[side] * f64::from(rendered[index][side]) - f64::from(at[side]);
                let lever = index as f64 - middle;
                a += slope * slope;
                b += slope * slope * lever;
                c += slope * slope * lever * lever;
                x += slope * error;
                y += slope * error * lever;
            }
        }
        let determinant = a * c - b * b;
        if determinant <= 0.0 || !determinant.is_normal() {
            break;
        }
        let offset = (c * x - b * y) / determinant;
        let step = (a * y - b * x) / determinant;
        // Steps longer than half a frame leave the range in which the slope means anything.
        let limit = (0.5 / offset.abs().max(step.abs() * middle).max(1e-12)).min(1.0);
        now.step += step * limit;
        now.offset += (offset - step * middle) * limit;
        if offset.abs() < 1e-4 && step.abs() * middle < 1e-4 {
            break;
        }
    }
    if ((now.step / nominal - 1.0) * length as f64).abs() < LEAST_DISPLACEMENT {
        now.offset += (now.step - nominal) * length as f64 / 2.0;
        now.step = nominal;
        if nominal == 1.0 && (now.offset - now.offset.round()).abs() < LEAST_DISPLACEMENT {
            now.offset = now.offset.round();
        }
    }
    now.drift = (now.step / nominal - 1.0) * 1e6;
    now.gain = gains(&points, &now, rendered, recorded, interpolator);
    now
}

/// The factors that bring the rendering nearest to the recording; a silent side has the other one's.
fn gains(
    points: &[usize],
    alignment: &Alignment,
    rendered: &[[f32; 2]],
    recorded: &[[f32; 2]],
    interpolator: &Interpolator,
) -> [f64; 2] {
    let (mut product, mut energy) = ([0.0; 2], [0.0; 2]);
    for &index in points {
        let at = frame_at(recorded, alignment.position(index as f64), interpolator);
        for side in 0..2 {
            let value = f64::from(rendered[index][side]);
            product[side] += value * f64::from(at[side]);
            energy[side] += value * value;
        }
    }
    let gain = |side: usize| (energy[side] > 0.0).then(|| product[side] / energy[side]);
    let (left, right) = (gain(0), gain(1));
    [left.or(right).unwrap_or(1.0), right.or(left).unwrap_or(1.0)]
}

/// The recording at a position: itself where a frame lies there.
pub(super) fn frame_at(recorded: &[[f32; 2]], position: f64, interpolator: &Interpolator) -> [f32; 2] {
    if position.fract() == 0.0 {
        let index = if position < 0.0 { None } else { Some(position as usize) };
        return index.and_then(|index| recorded.get(index)).copied().unwrap_or_default();
    }
    interpolator.frame(recorded, position)
}

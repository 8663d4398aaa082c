//! Comparison with a recording from anywhere: a console, an emulator, another program.
//!
//! The recording is aligned first: offset, drift of the clocks, gain. Where its frames lie exactly on rendered ones,
//! every sample is compared; otherwise what is left is measured: by bands, and by the times at which notes begin.
//! Everything that is not equal is a deviation, and only deviations that a tolerance names are allowed.

mod align;
mod bands;
mod correlate;
mod exact;
mod interpolate;
mod onsets;
mod tolerance;

use tatum_core::{Frame, Rate};

pub use align::Alignment;
pub use bands::Band;
pub use exact::ExactComparison;
pub use onsets::{Onset, Onsets};
pub use tolerance::{Deviation, DeviationKind, Tolerances};

use self::interpolate::Interpolator;
use super::explain::{Explanation, explain_audio};
use super::score::Score;
use crate::error::Error;
use crate::input::wav::Recording;
use crate::song::Song;

/// What comparing a recording showed.
#[derive(Debug)]
pub struct RecordingResult {
    /// The rendering's rate.
    pub rate: Rate,
    /// How the recording lies; none if nothing of it resembles the rendering.
    pub alignment: Option<Alignment>,
    /// The comparison of every sample, where it was possible.
    pub exact: Option<ExactComparison>,
    /// Level of what is left over after alignment, relative to the rendering, in decibels; none if nothing is.
    pub error: Option<f64>,
    /// Levels by octaves.
    pub bands: Vec<Band>,
    /// When the notes begin.
    pub onsets: Onsets,
    /// The first sample that differs, explained.
    pub explanation: Option<Explanation>,
    /// Everything in which the recording differs, the weightiest first.
    pub deviations: Vec<Deviation>,
    /// What may differ.
    pub tolerances: Tolerances,
    /// Both signals, for figures.
    pub signals: AlignedSignals,
}

/// A rendering and the recording on its time line.
#[derive(Debug, Default)]
pub struct AlignedSignals {
    /// The rendering.
    pub rendered: Vec<Frame>,
    /// The recording, its gain taken back where it was not compared exactly.
    pub recorded: Vec<[f32; 2]>,
}

impl RecordingResult {
    /// Whether everything in which the recording differs is allowed.
    #[must_use]
    pub fn is_passed(&self) -> bool {
        self.deviations.iter().all(|deviation| self.tolerances.allow(deviation))
    }
}

/// Headers give native rates rounded, or a nominal one: the Nintendo 64 makes 32006.45 frames where files say 32000. A
/// rate as near as this to the native one means frame for frame.
const NATIVE_RATE: f64 = 1e-3;
/// A recording may begin this many seconds later than the song.
const LATEST_BEGIN: u64 = 20;
/// Smaller fractions of a frame are none.
const LEAST_OFFSET: f64 = 0.05;
/// Gains nearer to 1 than this are none, in decibels.
const LEAST_GAIN: f64 = 0.005;
/// What rounding to 16 bits leaves of a sample at most, with what measuring the gain adds.
const ROUNDING: f32 = 0.75;
/// Notes count as misplaced from here on: half a millisecond, or a frame where frames lie on frames.
const LEAST_DELAY: f64 = 0.5;
const LEAST_EXACT_DELAY: f64 = 0.02;
/// Levels below this are shown as this.
const SILENCE: f64 = -140.0;

/// Compares a song with a recording of it.
///
/// # Errors
///
/// As [`Song::start`].
pub fn compare_recording(
    song: &Song,
    recording: &Recording,
    tolerances: Tolerances,
) -> Result<RecordingResult, Error> {
    let rate = song.start()?.rate();
    let native = rate.numerator() as f64 / rate.denominator() as f64;
    let is_native = is_native_rate(recording.rate, rate);
    let nominal = if is_native { 1.0 } else { f64::from(recording.rate) / native };
    let length = (recording.frames.len() as f64 / nominal).ceil() as u64;
    let rendered = render(song, length + rate.frames_in_seconds(LATEST_BEGIN))?;
    let floats: Vec<[f32; 2]> =
        rendered.iter().map(|frame| [f32::from(frame.left), f32::from(frame.right)]).collect();
    let mut result = RecordingResult {
        rate,
        alignment: None,
        exact: None,
        error: None,
        bands: Vec::new(),
        onsets: Onsets::default(),
        explanation: None,
        deviations: Vec::new(),
        tolerances,
        signals: AlignedSignals::default(),
    };
    let recorded = recording.exact_frames().filter(|_| is_native);
    result.exact = recorded.as_ref().and_then(|recorded| exact::find(&rendered, recorded, [0]));
    // What is equal as it stands needs no alignment.
    let is_equal = result.exact.as_ref().is_some_and(|exact| exact.difference.is_none());
    let found = if is_equal { None } else { align::align(&floats, &recording.frames, nominal) };
    if let (Some(recorded), false) = (&recorded, is_equal) {
        let offsets = found.iter().flat_map(|found| found.offsets.iter().copied()).chain([0]);
        result.exact = exact::find(&rendered, recorded, offsets);
        if let Some(exact) = &result.exact {
            explain_exact(song, &rendered, recorded, exact, &mut result.explanation)?;
        }
    }
    let alignment = match &result.exact {
        Some(exact) => Alignment::exact(exact.offset),
        None => match found {
            Some(found) => found.alignment,
            None => {
                result.deviations.push(unrelated(&rendered, recording));
                result.signals.rendered = rendered;
                result.signals.rendered.truncate(recording.frames.len());
                result.signals.recorded.clone_from(&recording.frames);
                return Ok(result);
            }
        },
    };
    result.alignment = Some(alignment);
    result.signals = aligned_signals(rendered, &recording.frames, &alignment);
    measure(song, &mut result)?;
    result.deviations = deviations(&result, recording.rate);
    Ok(result)
}

/// Whether a recording's rate means that its frames are the console's own.
pub(super) fn is_native_rate(recorded: u32, rate: Rate) -> bool {
    let native = rate.numerator() as f64 / rate.denominator() as f64;
    (f64::from(recorded) / native - 1.0).abs() <= NATIVE_RATE
}

fn render(song: &Song, frames: u64) -> Result<Vec<Frame>, Error> {
    let mut player = song.start()?;
    let mut rendered = vec![Frame::SILENCE; usize::try_from(frames).unwrap_or(usize::MAX)];
    let count = player.render(&mut rendered);
    rendered.truncate(count);
    Ok(rendered)
}

/// Explains the first sample that differs at an exact offset.
fn explain_exact(
    song: &Song,
    rendered: &[Frame],
    recorded: &[Frame],
    exact: &ExactComparison,
    explanation: &mut Option<Explanation>,
) -> Result<(), Error> {
    let Some(difference) = &exact.difference else { return Ok(()) };
    let on_time: Vec<Frame> = (0..rendered.len() as i64)
        .map_while(|frame| match usize::try_from(frame + exact.offset) {
            Ok(index) => recorded.get(index).copied(),
            Err(_) => Some(rendered[frame as usize]),
        })
        .collect();
    *explanation = Some(explain_audio(song, &on_time, difference)?);
    Ok(())
}

fn unrelated(rendered: &[Frame], recording: &Recording) -> Deviation {
    let sounds = recording.frames.iter().any(|frame| *frame != [0.0; 2]);
    let plays = rendered.iter().any(|frame| *frame != Frame::SILENCE);
    let message = match (plays, sounds) {
        (true, false) => "the recording is silent",
        (false, true) => "the recording sounds, the rendering is silent",
        _ => "nothing of the recording resembles the rendering",
    };
    Deviation { kind: DeviationKind::Unrelated, amount: f64::INFINITY, message: message.into() }
}

/// The recording on the rendering's time line, as long as both last.
fn aligned_signals(mut rendered: Vec<Frame>, recorded: &[[f32; 2]], alignment: &Alignment) -> AlignedSignals {
    let interpolator = Interpolator::new(alignment.step);
    let end = ((recorded.len() as f64 - alignment.offset) / alignment.step).ceil().max(0.0);
    rendered.truncate(end as usize);
    let recorded = (0..rendered.len())
        .map(|frame| {
            let at = align::frame_at(recorded, alignment.position(frame as f64), &interpolator);
            // A side that was recorded with no gain at all has nothing to be taken back.
            let back = |side: usize| match alignment.gain[side] as f32 {
                gain if gain.abs() > 1e-6 => at[side] / gain,
                _ => at[side],
            };
            [back(0), back(1)]
        })
        .collect();
    AlignedSignals { rendered, recorded }
}

/// Measures what is left over, the bands and the onsets.
fn measure(song: &Song, result: &mut RecordingResult) -> Result<(), Error> {
    let native = result.rate.numerator() as f64 / result.rate.denominator() as f64;
    let AlignedSignals { rendered, recorded } = &result.signals;
    // Where the recording has not begun, there is nothing to compare.
    let begin =
        result.alignment.map_or(0, |alignment| (-alignment.offset / alignment.step).ceil().max(0.0) as usize);
    let floats: Vec<[f32; 2]> =
        rendered.iter().map(|frame| [f32::from(frame.left), f32::from(frame.right)]).collect();
    let both = || floats.iter().zip(recorded).skip(begin);
    let gain = result.alignment.map_or([1.0; 2], |alignment| alignment.gain.map(|gain| gain.abs() as f32));
    let mut is_rounding = true;
    let (mut left_over, mut energy) = (0.0f64, 0.0f64);
    for (a, b) in both() {
        for side in 0..2 {
            let error = b[side] - a[side];
            is_rounding &= (error * gain[side]).abs() <= ROUNDING;
            left_over += f64::from(error).powi(2);
            energy += f64::from(a[side]).powi(2);
        }
    }
    let is_exact = result.exact.as_ref().is_some_and(|exact| exact.difference.is_none());
    // A gain alone leaves the rounding of the recording to 16 bits.
    let is_gain_alone = result.exact.is_none() && is_rounding;
    if !is_exact && !is_gain_alone {
        result.error = Some((10.0 * (left_over / energy.max(1.0)).log10()).max(SILENCE));
        result.bands =
            bands::bands(&floats[begin.min(floats.len())..], &recorded[begin.min(recorded.len())..], native);
        let score = Score::of(song, rendered.len() as u64)?;
        let signals = onsets::Signals { rendered, recorded, rate: native };
        result.onsets = onsets::measure(song, &score, &signals, begin as u64)?;
    }
    Ok(())
}

/// Everything in which a recording differs.
fn deviations(result: &RecordingResult, rate: u32) -> Vec<Deviation> {
    let mut deviations = Vec::new();
    let mut add = |kind, amount, message| deviations.push(Deviation { kind, amount, message });
    let Some(alignment) = &result.alignment else { return deviations };
    if alignment.offset.abs() >= LEAST_OFFSET {
        let (frames, milliseconds) = (alignment.offset, alignment.offset / f64::from(rate) * 1000.0);
        let way = if frames > 0.0 { "frames later" } else { "frames earlier" };
        let count = if frames.fract() == 0.0 {
            format!("{:.0}", frames.abs())
        } else {
            format!("{:.3}", frames.abs())
        };
        add(
            DeviationKind::Offset,
            frames,
            format!("the music begins {count} {way} ({:.3} ms)", milliseconds.abs()),
        );
    }
    if alignment.drift != 0.0 {
        let way = if alignment.drift > 0.0 { "slower" } else { "faster" };
        let message = format!("the music runs {:.1} ppm {way}", alignment.drift.abs());
        add(DeviationKind::Drift, alignment.drift, message);
    }
    let decibels = alignment.gain.map(|gain| 20.0 * gain.abs().max(1e-7).log10());
    let loudest = if decibels[0].abs() >= decibels[1].abs() { decibels[0] } else { decibels[1] };
    let is_inverted = alignment.gain.iter().any(|gain| *gain < 0.0);
    if loudest.abs() > LEAST_GAIN || is_inverted {
        let inverted = if is_inverted { ", inverted" } else { "" };
        let message =
            format!("the gain is {:+.2} dB left, {:+.2} dB right{inverted}", decibels[0], decibels[1]);
        add(DeviationKind::Gain, loudest, message);
    }
    let least = if alignment.whole_offset().is_some() { LEAST_EXACT_DELAY } else { LEAST_DELAY };
    if let Some(message) = describe_onsets(&result.onsets, least) {
        let worst = result.onsets.misplaced(least).map(|onset| onset.milliseconds.abs()).fold(0.0, f64::max);
        add(DeviationKind::Onset, worst, message);
    }
    match &result.exact {
        Some(ExactComparison { difference: Some(difference), worst, .. }) => {
            add(DeviationKind::Samples, f64::from(*worst), format!("{difference}, by at most {worst}"));
        }
        Some(_) => {}
        None => {
            if let Some(error) = result.error {
                let message = format!("what is left over is {error:.1} dB of the rendering");
                add(DeviationKind::Error, error, message);
            }
        }
    }
    deviations
}

/// The first note that is early or late, and how many are.
fn describe_onsets(onsets: &Onsets, least: f64) -> Option<String> {
    let first = onsets.misplaced(least).next()?;
    let count = onsets.misplaced(least).count();
    let way = if first.milliseconds > 0.0 { "late" } else { "early" };
    let mut text = format!("{count} of {} notes are early or late; the first, ", onsets.found.len());
    match first.note.tick {
        Some(tick) => text.push_str(&format!("in tick {tick} (frame {})", first.note.start)),
        None => text.push_str(&format!("at frame {}", first.note.start)),
    }
    text.push_str(&format!(" on {}, is ", first.note.place));
    if let Some(ticks) = first.ticks {
        text.push_str(&format!("{:.2} ticks or ", ticks.abs()));
    }
    text.push_str(&format!("{:.2} ms {way}", first.milliseconds.abs()));
    if let Some(command) = &first.note.command {
        text.push_str(&format!(" ('{}' at offset {:#06x})", command.text, command.offset));
    }
    Some(text)
}

/// A number with `digits` after the point; zero has no sign.
#[must_use]
pub fn fixed(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| byte == b'0' || byte == b'.') => rest.to_owned(),
        _ => text,
    }
}

//! How much of a song is rendered or played, and how it fades out.

use tatum_core::{Frame, Rate};

use super::{Song, SongLength};
use crate::error::Error;

/// Frames after which a song's tail is tested for silence.
pub const BLOCK: usize = 4096;
/// Times the looped part is played when nothing else is said.
const DEFAULT_LOOPS: u64 = 2;
/// The fade behind the loops when nothing else is said, in nanoseconds.
const DEFAULT_FADE: u128 = 10_000_000_000;
/// Samples up to this are silence when a song's tail is cut.
const SILENCE: u16 = 8;
/// Silence that ends a tail, in seconds.
const SILENT_SECONDS: u64 = 1;
/// Longest tail, in seconds.
const LONGEST_TAIL: u64 = 20;

/// What a person asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Exactly this long.
    pub nanoseconds: Option<u128>,
    /// The looped part this often.
    pub loops: Option<u64>,
    /// The fade at the end.
    pub fade_nanoseconds: Option<u128>,
}

/// How much is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Frames at most.
    pub frames: u64,
    /// Frames of fade at the end.
    pub fade: u64,
    /// Whether rendering stops in the silence behind the song's end.
    pub stops_in_silence: bool,
}

/// A plan with what was found out for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The plan; none if nobody knows how long the song is.
    pub plan: Option<Plan>,
    /// How the song goes on, if the plan depends on it.
    pub length: Option<SongLength>,
}

impl Plan {
    /// Scales the frames that lie in the fade; `position` is the first one's.
    pub fn fade_out(&self, frames: &mut [Frame], position: u64) {
        if self.fade == 0 {
            return;
        }
        let before = (self.frames - self.fade).saturating_sub(position);
        let faded = usize::try_from(before).ok().and_then(|before| frames.get_mut(before..));
        for (at, frame) in (position + before..).zip(faded.unwrap_or_default()) {
            let left = self.frames.saturating_sub(at);
            let scale = |sample: i16| (i64::from(sample) * left as i64 / self.fade as i64) as i16;
            *frame = Frame::new(scale(frame.left), scale(frame.right));
        }
    }
}

impl Song {
    /// The plan: what was asked for, else what the manifest says, else two loops or the whole song.
    ///
    /// # Errors
    ///
    /// As [`Song::find_length`].
    pub fn plan(&self, rate: Rate, wish: &Wish) -> Result<Planned, Error> {
        let frames_of = |nanoseconds: u128| rate.frames_in_nanoseconds(nanoseconds);
        let asked_fade = wish.fade_nanoseconds.map(frames_of);
        let exact = match (wish.nanoseconds, wish.loops) {
            (Some(nanoseconds), _) => Some(frames_of(nanoseconds)),
            (None, None) => self.frames,
            (None, Some(_)) => None,
        };
        if let Some(frames) = exact {
            let fade = asked_fade.unwrap_or(0).min(frames);
            let plan = Plan { frames, fade, stops_in_silence: false };
            return Ok(Planned { plan: Some(plan), length: None });
        }
        let length = self.find_length()?;
        let plan = match &length {
            SongLength::Loops { points, .. } => {
                let loops = wish.loops.unwrap_or(DEFAULT_LOOPS);
                let tick = points.end + (loops - 1) * points.length();
                let played = self.frames_until_tick(tick)?.unwrap_or_default();
                let fade = asked_fade.unwrap_or(frames_of(DEFAULT_FADE));
                Some(Plan { frames: played + fade, fade, stops_in_silence: false })
            }
            SongLength::Ends { frames, .. } => Some(Plan {
                frames: frames + rate.frames_in_seconds(LONGEST_TAIL),
                fade: 0,
                stops_in_silence: true,
            }),
            &SongLength::Tagged { frames, fade } => {
                let fade = asked_fade.unwrap_or(fade);
                Some(Plan { frames: frames + fade, fade, stops_in_silence: false })
            }
            SongLength::Unknown => None,
        };
        Ok(Planned { plan, length: Some(length) })
    }
}

/// Notices that a song's tail has faded away. It looks once in [`BLOCK`] frames, counted from the song's start, so
/// that everything that plays a song ends it at the same frame.
#[derive(Clone, Copy, Debug)]
pub struct SilenceWatch {
    needed: u64,
    silent: u64,
    peak: u16,
    frames: usize,
}

impl SilenceWatch {
    /// A watch at the start of a song.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self { needed: rate.frames_in_seconds(SILENT_SECONDS), silent: 0, peak: 0, frames: 0 }
    }

    /// Frames until the watch looks next; more must not be given at once.
    #[must_use]
    pub const fn frames_to_look(&self) -> usize {
        BLOCK - self.frames
    }

    /// Takes the next frames; whether a block has ended with which it has been silent for long enough.
    pub fn is_silent_after(&mut self, frames: &[Frame]) -> bool {
        self.peak = self.peak.max(Frame::peak(frames));
        self.frames += frames.len();
        if self.frames < BLOCK {
            return false;
        }
        self.silent = if self.peak <= SILENCE { self.silent + self.frames as u64 } else { 0 };
        (self.frames, self.peak) = (0, 0);
        self.silent >= self.needed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fade_ends_in_silence_and_leaves_what_is_before_it_alone() {
        let plan = Plan { frames: 8, fade: 4, stops_in_silence: false };
        let mut frames = [Frame::new(1000, -1000); 8];
        let (first, second) = frames.split_at_mut(3);
        plan.fade_out(first, 0);
        plan.fade_out(second, 3);
        assert_eq!(frames.map(|frame| frame.left), [1000, 1000, 1000, 1000, 1000, 750, 500, 250]);
        assert_eq!(frames[7].right, -250);
    }

    #[test]
    fn silence_is_found_at_the_same_frame_whatever_the_blocks() {
        let end = |block: usize| {
            let mut watch = SilenceWatch::new(Rate::hertz(8192));
            let mut rendered = 0;
            loop {
                let count = block.min(watch.frames_to_look());
                let sample = if rendered < 5000 { 100 } else { 0 };
                rendered += count;
                if watch.is_silent_after(&vec![Frame::new(sample, 0); count]) {
                    return rendered;
                }
            }
        };
        assert_eq!(end(4096), 4 * 4096);
        assert_eq!(end(512), 4 * 4096);
        assert_eq!(end(1000), 4 * 4096);
    }
}

use tatum_core::{Frame, Rate};

use crate::error::Error;
use crate::song::{Song, SongLength};

/// Times the looped part is played when nothing else is said.
const DEFAULT_LOOPS: u64 = 2;
/// Seconds of fade behind the loops when nothing else is said.
const DEFAULT_FADE_SECONDS: u64 = 10;
/// Longest tail, in seconds.
const LONGEST_TAIL: u64 = 20;

/// How much of a song is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Length {
    /// Exactly so many frames.
    pub frames: Option<u64>,
    /// The looped part so often.
    pub loops: Option<u64>,
    /// Frames of fade behind the loops, or at the end of `frames`.
    pub fade: Option<u64>,
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

impl Plan {
    /// What is asked for, else what the manifest says, else two loops with a fade, or the whole song.
    ///
    /// # Errors
    ///
    /// If the song has neither an end nor a loop and no length is asked for; as [`Song::find_length`].
    pub fn new(song: &Song, rate: Rate, length: Length) -> Result<Self, Error> {
        let exact = match (length.frames, length.loops) {
            (Some(frames), _) => Some(frames),
            (None, None) => song.frames,
            (None, Some(_)) => None,
        };
        if let Some(frames) = exact {
            let fade = length.fade.unwrap_or(0).min(frames);
            return Ok(Self { frames, fade, stops_in_silence: false });
        }
        match song.find_length()? {
            SongLength::Loops { points, .. } => {
                let loops = length.loops.unwrap_or(DEFAULT_LOOPS);
                let tick = points.end + (loops - 1) * points.length();
                let played = song.frames_until_tick(tick)?.unwrap_or_default();
                let fade = length.fade.unwrap_or_else(|| rate.frames_in_seconds(DEFAULT_FADE_SECONDS));
                Ok(Self { frames: played + fade, fade, stops_in_silence: false })
            }
            SongLength::Ends { frames, .. } => Ok(Self {
                frames: frames + rate.frames_in_seconds(LONGEST_TAIL),
                fade: 0,
                stops_in_silence: true,
            }),
            SongLength::Tagged { frames, fade } => {
                let fade = length.fade.unwrap_or(fade);
                Ok(Self { frames: frames + fade, fade, stops_in_silence: false })
            }
            SongLength::Unknown => Err(Error::Usage(format!(
                "{}: no end and no loop found; say how long with --seconds",
                song.path.display()
            ))),
        }
    }

    /// Scales the frames that lie in the fade; `position` is the first one's.
    pub fn fade(&self, frames: &mut [Frame], position: u64) {
        let begin = self.frames - self.fade;
        for (index, frame) in frames.iter_mut().enumerate() {
            let at = position + index as u64;
            if at >= begin && self.fade != 0 {
                let scale =
                    |sample: i16| (i64::from(sample) * (self.frames - at) as i64 / self.fade as i64) as i16;
                *frame = Frame::new(scale(frame.left), scale(frame.right));
            }
        }
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
        plan.fade(first, 0);
        plan.fade(second, 3);
        assert_eq!(frames.map(|frame| frame.left), [1000, 1000, 1000, 1000, 1000, 750, 500, 250]);
        assert_eq!(frames[7].right, -250);
    }
}

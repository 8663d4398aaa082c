//! Comparing audio.

use std::fmt;

use tatum_core::Frame;

use crate::error::Error;
use crate::rendering::Rendered;
use crate::song::Song;

/// Frames compared at a time.
const BLOCK: usize = 4096;

/// The first difference of two recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioDifference {
    /// Frame number.
    pub frame: u64,
    /// What the reference has.
    pub expected: Frame,
    /// What was rendered; none if the engine stopped before.
    pub found: Option<Frame>,
    /// Frames that differ in all.
    pub count: u64,
    /// Frames of the reference.
    pub frames: u64,
}

impl fmt::Display for AudioDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { frame, expected, found, count, frames } = self;
        write!(f, "frame {frame}: expected {} {}, found ", expected.left, expected.right)?;
        match found {
            Some(found) => write!(f, "{} {}", found.left, found.right)?,
            None => f.write_str("the end")?,
        }
        write!(f, " ({count} of {frames} frames differ)")
    }
}

/// Renders a song and compares it with a reference, frame by frame.
///
/// `notes` receives what the engine had to tell about the song, and whether the output clips.
pub(super) fn compare_audio(
    song: &Song,
    reference: &[Frame],
    notes: &mut Vec<String>,
) -> Result<Option<AudioDifference>, Error> {
    let frames = reference.len() as u64;
    let mut player = song.start()?;
    let mut levels = Rendered::default();
    let mut difference: Option<AudioDifference> = None;
    let mut rendered = [Frame::SILENCE; BLOCK];
    for (index, expected) in reference.chunks(BLOCK).enumerate() {
        let count = player.render(&mut rendered[..expected.len()]);
        levels.look_at(&rendered[..count]);
        for (offset, &expected) in expected.iter().enumerate() {
            let found = (offset < count).then(|| rendered[offset]);
            if found != Some(expected) {
                let first = difference.get_or_insert(AudioDifference {
                    frame: (index * BLOCK + offset) as u64,
                    expected,
                    found,
                    count: 0,
                    frames,
                });
                first.count += 1;
            }
        }
    }
    notes.extend(player.diagnostics().entries().iter().map(ToString::to_string));
    if let Some(frame) = levels.first_clipped {
        notes.push(format!(
            "note: {} samples at full scale (clipping), first in frame {frame}",
            levels.clipped
        ));
    }
    Ok(difference)
}

//! The last seconds that were heard, to be saved as a file.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use tatum_core::{Frame, Rate};

use crate::error::Error;
use crate::output::file::PendingFile;
use crate::output::wav::{FrameWriter, WavFormat, buffered, wav_error};

/// Seconds that are kept.
pub const SECONDS: u64 = 30;
/// Names that are tried for a new file.
const MOST_FILES: u32 = 10_000;

/// Frames at the native rate, as the console gave them.
pub struct Recent {
    frames: VecDeque<Frame>,
    capacity: usize,
    rate: Rate,
}

impl Recent {
    /// Nothing yet.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        let capacity = rate.frames_in_seconds(SECONDS) as usize;
        Self { frames: VecDeque::with_capacity(capacity), capacity, rate }
    }

    /// Adds frames.
    pub fn push(&mut self, frames: &[Frame]) {
        self.frames.extend(frames);
        let surplus = self.frames.len().saturating_sub(self.capacity);
        self.frames.drain(..surplus);
    }

    /// Takes the newest frames back: they will not be heard.
    pub fn take_back(&mut self, frames: u64) {
        let left = self.frames.len().saturating_sub(usize::try_from(frames).unwrap_or(usize::MAX));
        self.frames.truncate(left);
    }

    /// Writes what is there but the newest `unheard` frames into a new file in `folder`.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn save(&self, folder: &Path, title: &str, unheard: u64) -> Result<PathBuf, Error> {
        let path = new_path(folder, title);
        let heard = self.frames.len().saturating_sub(usize::try_from(unheard).unwrap_or(usize::MAX));
        let frames: Vec<Frame> = self.frames.iter().take(heard).copied().collect();
        let mut pending = PendingFile::create(&path)?;
        let failed = |error| wav_error(&path, error);
        let hertz = self.rate.rounded() as u32;
        let mut writer = FrameWriter::new(buffered(pending.file()), hertz, WavFormat::S16).map_err(failed)?;
        writer.write(&frames).and_then(|()| writer.finish()).map_err(failed)?;
        pending.finish()?;
        Ok(path)
    }
}

/// A file name that is not taken: the title and a number.
fn new_path(folder: &Path, title: &str) -> PathBuf {
    let is_plain = |character: char| character.is_alphanumeric() || "-_ ".contains(character);
    let title: String = title.chars().map(|one| if is_plain(one) { one } else { '-' }).collect();
    let title = title.trim().replace(' ', "-");
    let named = |number: u32| folder.join(format!("{title}-{number}.wav"));
    (1..MOST_FILES).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(MOST_FILES))
}

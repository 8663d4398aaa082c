//! Notices that a file was saved.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use sha2::{Digest, Sha256};

/// Time between two looks.
const INTERVAL: Duration = Duration::from_millis(200);

/// A file that is watched. Its contents decide: a file that was only touched has not changed.
pub struct Watch {
    path: PathBuf,
    looked: Instant,
    stamp: Option<Stamp>,
    contents: Option<[u8; 32]>,
    /// Whether the last look saw another stamp: the file may still be being written.
    is_settling: bool,
}

/// Time of the last change, and size.
type Stamp = (SystemTime, u64);

impl Watch {
    /// Watches a file as it is now.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            looked: Instant::now(),
            stamp: stamp_of(path),
            contents: contents_of(path),
            is_settling: false,
        }
    }

    /// Whether the file has another content than when this last said so, and is not being written any more.
    pub fn has_changed(&mut self) -> bool {
        if self.looked.elapsed() < INTERVAL {
            return false;
        }
        self.looked = Instant::now();
        // A file that is away for a moment is being replaced.
        let Some(stamp) = stamp_of(&self.path) else { return false };
        if self.stamp != Some(stamp) {
            self.stamp = Some(stamp);
            self.is_settling = true;
            return false;
        }
        if !std::mem::take(&mut self.is_settling) {
            return false;
        }
        let contents = contents_of(&self.path);
        let has_changed = contents.is_some() && contents != self.contents;
        if has_changed {
            self.contents = contents;
        }
        has_changed
    }
}

fn stamp_of(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

fn contents_of(path: &Path) -> Option<[u8; 32]> {
    Some(Sha256::digest(std::fs::read(path).ok()?).into())
}

//! Notices that files were saved.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use sha2::{Digest, Sha256};

/// Time between two looks.
const INTERVAL: Duration = Duration::from_millis(200);

/// Files that are watched. Their contents decide: a file that was only touched has not changed.
pub struct Watch {
    files: Vec<WatchedFile>,
    looked: Instant,
}

struct WatchedFile {
    path: PathBuf,
    stamp: Option<Stamp>,
    contents: Option<[u8; 32]>,
    /// Whether the last look saw another stamp: the file may still be being written.
    is_settling: bool,
}

/// Time of the last change, and size.
type Stamp = (SystemTime, u64);

impl Watch {
    /// Watches nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { files: Vec::new(), looked: Instant::now() }
    }

    /// Watches these files as they are now, besides those that are watched already.
    pub fn add(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        for path in paths {
            if !self.files.iter().any(|file| file.path == path) {
                self.files.push(WatchedFile {
                    stamp: stamp_of(&path),
                    contents: contents_of(&path),
                    is_settling: false,
                    path,
                });
            }
        }
    }

    /// Whether a file has another content than when this last said so, and is not being written any more.
    pub fn has_changed(&mut self) -> bool {
        if self.looked.elapsed() < INTERVAL {
            return false;
        }
        self.looked = Instant::now();
        let mut has_changed = false;
        for file in &mut self.files {
            has_changed |= file.has_changed();
        }
        has_changed
    }
}

impl WatchedFile {
    fn has_changed(&mut self) -> bool {
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

//! Output folders that appear complete or not at all.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::file::{builder, folder_of};
use super::unfinished::Unfinished;
use crate::error::Error;

/// A folder being filled under a temporary name beside its target; an error leaves nothing behind.
#[derive(Debug)]
pub struct PendingFolder {
    target: PathBuf,
    folder: TempDir,
    #[allow(dead_code, reason = "it acts when it is dropped")]
    place: Unfinished,
}

impl PendingFolder {
    /// Begins a folder. One that is there already must be empty.
    ///
    /// # Errors
    ///
    /// If there are files in the way, or the folder around it cannot be written to.
    pub fn create(target: &Path) -> Result<Self, Error> {
        let failed = |source| Error::io(target, source);
        if target.exists() {
            let mut entries = std::fs::read_dir(target).map_err(failed)?;
            if entries.next().is_some() {
                return Err(failed(std::io::Error::from(std::io::ErrorKind::AlreadyExists)));
            }
        }
        let parent = folder_of(target);
        let (folder, place) =
            Unfinished::begin(|| builder(0o777).tempdir_in(parent), TempDir::path).map_err(failed)?;
        Ok(Self { target: target.to_owned(), folder, place })
    }

    /// Where the folder is until it is finished.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into it; the folders on the way are made.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.folder.path().join(name);
        let failed = |source| Error::io(&self.target.join(name), source);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        std::fs::write(&path, bytes).map_err(failed)
    }

    /// Takes a file or a folder in it away again, if it is there.
    pub fn discard(&self, name: &str) {
        let path = self.folder.path().join(name);
        // What cannot be taken away is only superfluous.
        let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    }

    /// Gives the folder its name.
    ///
    /// # Errors
    ///
    /// If it cannot be renamed.
    pub fn finish(self) -> Result<(), Error> {
        let failed = |source| Error::io(&self.target, source);
        if self.target.exists() {
            std::fs::remove_dir(&self.target).map_err(failed)?;
        }
        std::fs::rename(self.folder.path(), &self.target).map_err(failed)?;
        // It has another name now: there is nothing left to clean up.
        let _ = self.folder.keep();
        Ok(())
    }
}

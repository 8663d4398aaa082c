//! Output files that appear complete or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::Error;

/// A file being written under a temporary name beside its target; an error leaves what was there before.
#[derive(Debug)]
pub struct PendingFile {
    target: PathBuf,
    file: NamedTempFile,
}

impl PendingFile {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// If the target's folder cannot be written to.
    pub fn create(target: &Path) -> Result<Self, Error> {
        if target.is_dir() {
            let source = std::io::Error::from(std::io::ErrorKind::IsADirectory);
            return Err(Error::io(target, source));
        }
        let folder = match target.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".tatum-").suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As for any new file; the process's mask applies.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(|source| Error::io(target, source))?;
        Ok(Self { target: target.to_owned(), file })
    }

    /// The open file.
    pub fn file(&mut self) -> &mut std::fs::File {
        self.file.as_file_mut()
    }

    /// What has been written so far, read again from where it lies.
    ///
    /// # Errors
    ///
    /// If it cannot be flushed or read.
    pub fn read_back(&mut self) -> Result<Vec<u8>, Error> {
        let failed = |source| Error::io(&self.target, source);
        self.file.flush().map_err(failed)?;
        std::fs::read(self.file.path()).map_err(failed)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// If what was written cannot be flushed, or the file cannot be renamed.
    pub fn finish(mut self) -> Result<(), Error> {
        self.file.flush().map_err(|source| Error::io(&self.target, source))?;
        match self.file.persist(&self.target) {
            Ok(_) => Ok(()),
            Err(error) => Err(Error::io(&self.target, error.error)),
        }
    }
}

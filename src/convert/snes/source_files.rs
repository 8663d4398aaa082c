//! The files of a song's source, for the assembler, which opens none itself.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tatum_snes::author::assembler::{ReadError, SourceFiles};

/// No file that a song includes is larger.
const LARGEST_FILE: u64 = 16 << 20;

/// Files beside the main source, and in folders reached from there.
pub(crate) struct FolderFiles {
    folder: PathBuf,
}

impl FolderFiles {
    /// The files that belong to a source.
    pub(crate) fn beside(source: &Path) -> Self {
        Self { folder: source.parent().unwrap_or(Path::new("")).to_owned() }
    }

    /// The path of a file as a person would write it.
    fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }
}

impl SourceFiles for FolderFiles {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, ReadError> {
        let path = self.path(path);
        let failed = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => ReadError::NotFound,
            _ => ReadError::Other(error.to_string()),
        };
        let metadata = std::fs::metadata(&path).map_err(failed)?;
        if !metadata.is_file() {
            return Err(ReadError::Other("not a file".into()));
        }
        if metadata.len() > LARGEST_FILE {
            return Err(ReadError::Other("larger than 16 MiB".into()));
        }
        std::fs::read(&path).map_err(failed)
    }
}

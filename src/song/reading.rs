//! Which files a song was opened from, so that they can be watched. Reading notes them; no opener keeps a list.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

thread_local! {
    /// The files read since somebody on this thread began to ask; none while nobody does.
    static NOTED: RefCell<Option<Vec<PathBuf>>> = const { RefCell::new(None) };
}

/// Notes that a file is read.
pub(super) fn note(path: &Path) {
    NOTED.with_borrow_mut(|noted| {
        if let Some(files) = noted
            && !files.iter().any(|file| file == path)
        {
            files.push(path.to_owned());
        }
    });
}

/// What `open` gives, and the files that it read on this thread, whether it succeeded or not.
pub fn with_files_read<T>(open: impl FnOnce() -> T) -> (T, Vec<PathBuf>) {
    let outer = NOTED.replace(Some(Vec::new()));
    let result = open();
    let files = NOTED.replace(outer).unwrap_or_default();
    (result, files)
}

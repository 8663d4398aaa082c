//! What is being written under temporary names, so that a program that is told to stop leaves none of it behind.
//!
//! Errors and panics clean up by themselves. An interrupt or a request to end (`SIGINT`, `SIGTERM`, `SIGHUP`) does not
//! run any destructor: [`clean_up_when_told_to_stop`] makes it take away what is listed here first.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError};

/// Exit code of a program that was interrupted, as shells have it for `SIGINT`.
const INTERRUPTED: i32 = 130;
/// A folder may be written to while it is taken away: how often that is tried.
const TRIES: usize = 20;

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The list; a panic elsewhere leaves it as good as it was.
fn list() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place in the list, for as long as something has a temporary name.
#[derive(Debug)]
pub(super) struct Unfinished(PathBuf);

impl Unfinished {
    /// Makes something with a temporary name. Nothing begins while the program is ending.
    pub(super) fn begin<T>(
        make: impl FnOnce() -> std::io::Result<T>,
        path_of: impl FnOnce(&T) -> &Path,
    ) -> std::io::Result<(T, Self)> {
        wait_for_requests();
        let mut list = list();
        let made = make()?;
        let path = path_of(&made).to_owned();
        list.push(path.clone());
        Ok((made, Self(path)))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        list().retain(|path| *path != self.0);
    }
}

/// What else to do when the program is told to stop; none where nobody has asked for any of this.
static LAST: OnceLock<fn()> = OnceLock::new();

/// From now on, when the program is told to stop, it takes away what is unfinished, calls `last`, and ends. Without
/// this, or where the system has no such requests, unfinished files stay as `.tatum-*.tmp`.
///
/// While there is nothing to take away or to give back, the system ends the program.
pub fn clean_up_when_told_to_stop(last: fn()) {
    LAST.get_or_init(|| last);
}

/// There is something to take away or to give back: from now on a thread waits for requests to stop, if the program has asked for that.
pub(crate) fn wait_for_requests() {
    static WAITING: Once = Once::new();
    let Some(&last) = LAST.get() else { return };
    WAITING.call_once(|| {
        // The only failure is a second handler; the first one does the same.
        let _ = ctrlc::set_handler(move || {
            // Held to the end, so that nothing begins any more.
            let list = list();
            list.iter().for_each(|path| take_away(path));
            last();
            std::process::exit(INTERRUPTED);
        });
    });
}

fn take_away(path: &Path) {
    for _ in 0..TRIES {
        let result = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
        if result.is_ok() || !path.exists() {
            return;
        }
    }
}

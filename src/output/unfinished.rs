//! What is being written under temporary names, so that a program that is told to stop leaves none of it behind.
//!
//! Errors and panics clean up by themselves. An interrupt or a request to end (`SIGINT`, `SIGTERM`, `SIGHUP`) does not
//! run any destructor: from the first temporary name on, the program takes away what is listed here first.

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
        clean_up_when_told_to_stop();
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

/// What else to do when the program is told to stop.
static LAST: OnceLock<fn()> = OnceLock::new();

/// From now on the program calls `last`, too, when it is told to stop.
#[cfg(feature = "live")]
pub fn give_back_when_told_to_stop(last: fn()) {
    LAST.get_or_init(|| last);
    clean_up_when_told_to_stop();
}

/// From now on, when the program is told to stop, it takes away what is unfinished, calls what else there is to call, and ends. Where
/// the system has no such requests, unfinished files stay as `.tatum-*.tmp`.
///
/// A thread waits for this, whose making a short render would feel; without anything to take away, the system may end the program.
fn clean_up_when_told_to_stop() {
    static WAITING: Once = Once::new();
    WAITING.call_once(|| {
        // The only failure is a second handler, and there is none.
        let _ = ctrlc::set_handler(|| {
            // Held to the end, so that nothing begins any more.
            let list = list();
            list.iter().for_each(|path| take_away(path));
            if let Some(last) = LAST.get() {
                last();
            }
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

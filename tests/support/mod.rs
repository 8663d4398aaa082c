//! What the tests of the program share: where cases lie, and how the program is run.

#![allow(dead_code, reason = "every test file uses another part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The golden sets in the repository.
pub fn carried(set: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden-audio").join(set)
}

/// The full golden set beside the repository, if it is there; says so if it is not.
pub fn shared(set: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/golden").join(set);
    if path.is_dir() {
        return Some(path);
    }
    println!("../shared/golden/{set} is not there: only the cases in golden-audio/{set} are tested");
    None
}

/// The folders to take a set's cases from.
pub fn sets(set: &str) -> Vec<PathBuf> {
    std::iter::once(carried(set)).chain(shared(set)).collect()
}

/// Runs the program with arguments.
pub fn tatum<A: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = A>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tatum")).args(arguments).output().expect("the program starts")
}

/// The program's exit code.
pub fn code(output: &Output) -> i32 {
    output.status.code().expect("the program ends by itself")
}

/// What the program said to people.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The PCM of a canonical WAV file: what follows the 44-byte header.
pub fn pcm(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).expect("the WAV file is there");
    assert_eq!(&bytes[36..40], b"data", "{} has the plain header", path.display());
    bytes[44..].to_vec()
}

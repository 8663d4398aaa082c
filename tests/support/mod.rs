//! What the tests of the program share: where cases lie, and how the program is run.

#![allow(dead_code, reason = "every test file uses another part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A golden set: its name in the repository, and the name of the full one beside it.
#[derive(Clone, Copy)]
pub struct Set {
    pub carried: &'static str,
    pub shared: &'static str,
}

/// Super Mario 64, American.
pub const N64_SM64: Set = Set { carried: "n64-sm64", shared: "n64-sm64" };
/// Super Mario 64, Japanese.
pub const N64_SM64_JP: Set = Set { carried: "n64-sm64-jp", shared: "n64-sm64-jp" };
/// Super Mario 64, European.
pub const N64_SM64_EU: Set = Set { carried: "n64-sm64-eu", shared: "n64-sm64-eu" };
/// Super Mario 64, Shindou.
pub const N64_SM64_SH: Set = Set { carried: "n64-sm64-sh", shared: "n64-sm64-sh" };
/// Ocarina of Time.
pub const N64_OOT: Set = Set { carried: "n64-oot", shared: "n64-oot" };
/// Majora's Mask.
pub const N64_MM: Set = Set { carried: "n64-mm", shared: "n64-mm" };
/// Nintendo DS.
pub const NDS: Set = Set { carried: "nds", shared: "nds" };
/// SNES sound module.
pub const SNES_SPC: Set = Set { carried: "snes", shared: "snes-spc" };
/// Songs for the N-SPC interpreter.
pub const SNES_NSPC: Set = Set { carried: "snes-nspc", shared: "snes-nspc" };
/// All of them.
pub const ALL_SETS: [Set; 9] =
    [N64_SM64, N64_SM64_JP, N64_SM64_EU, N64_SM64_SH, N64_OOT, N64_MM, NDS, SNES_SPC, SNES_NSPC];

impl Set {
    /// A file of the set in the repository.
    pub fn carried(self, name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("golden-audio").join(self.carried).join(name)
    }

    /// The full set beside the repository, if it is there; says so if it is not.
    fn shared(self) -> Option<PathBuf> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/golden").join(self.shared);
        if path.is_dir() {
            return Some(path);
        }
        println!(
            "../shared/golden/{} is not there: only the cases in golden-audio/{} are tested",
            self.shared, self.carried
        );
        None
    }

    /// The folders to take the set's cases from.
    pub fn folders(self) -> Vec<PathBuf> {
        std::iter::once(self.carried("")).chain(self.shared()).collect()
    }
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

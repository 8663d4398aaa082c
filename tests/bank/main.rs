//! `tatum bank`: lists, folders of texts and WAV files, auditions and SoundFonts of all consoles.
//!
//! | file | unit |
//! |:--|:--|
//! | `folders` | export and import: what is unchanged keeps its bytes, what is changed is heard |
//! | `mistakes` | texts and files with mistakes, and any bytes |
//! | `inputs` | what banks are taken from: lists, manifests, extracted games, several archives, profiles |
//! | `auditions` | instruments played note by note |
//! | `sound_fonts` | SoundFonts, read by another program's library |

mod auditions;
mod folders;
mod inputs;
mod mistakes;
mod sound_fonts;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use support::{Set, code, stderr, tatum};

fn run<A: AsRef<std::ffi::OsStr>>(arguments: &[A]) -> Output {
    let output = tatum(arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    output
}

fn bank(action: &str, from: &Path, to: &Path) -> Output {
    run(&[Path::new("bank"), Path::new(action), from, to])
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn edit(path: &Path, change: impl FnOnce(String) -> String) {
    let text = fs::read_to_string(path).unwrap();
    let changed = change(text.clone());
    assert_ne!(changed, text, "{}: there is something to change", path.display());
    fs::write(path, changed).unwrap();
}

/// A case's folder in the repository.
fn case(set: Set, name: &str) -> PathBuf {
    set.carried(name)
}

fn nds_archive() -> PathBuf {
    let folder = support::NDS.carried("calls-loops");
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.extension().is_some_and(|ending| ending == "sdat")).unwrap()
}

fn snes_image() -> PathBuf {
    support::SNES_NSPC.carried("tune8/image.bin")
}

fn hound_rate(path: &Path) -> usize {
    let bytes = fs::read(path).unwrap();
    u32::from_le_bytes(bytes[24..28].try_into().unwrap()) as usize
}

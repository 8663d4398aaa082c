//! Good inputs from the cases that the repository carries.

use std::path::{Path, PathBuf};

use crate::CHOICES;

/// Larger files make mutants slow and say no more.
const LARGEST: usize = 70 * 1024;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file of the repository.
pub(crate) fn file(path: &str) -> Vec<u8> {
    std::fs::read(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files with one of these endings in a folder of the repository and those in it, in the order of their names.
pub(crate) fn files(folder: &str, endings: &[&str]) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    search(&root().join(folder), endings, &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "{folder} has no {endings:?}");
    let bytes = paths.iter().map(|path| std::fs::read(path).expect("a file that was listed"));
    bytes.filter(|bytes| bytes.len() <= LARGEST).collect()
}

fn search(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry of a folder").path();
        if path.is_dir() {
            search(&path, endings, found);
        } else if path.extension().is_some_and(|own| endings.iter().any(|ending| own == *ending)) {
            found.push(path);
        }
    }
}

/// Files with choices behind them, all of them different.
pub(crate) fn with_choices(files: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut files = files;
    for (index, bytes) in files.iter_mut().enumerate() {
        let index = index as u8;
        bytes.extend([0_u8; CHOICES].iter().zip(1..).map(|(_, place): (_, u8)| index.wrapping_mul(place)));
    }
    files
}

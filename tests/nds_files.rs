//! Sound files of the DS through `tatum convert`: archives to folders, banks and waves to text, and back.

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use support::{NDS, code, stderr, tatum};

fn convert(from: &Path, to: &Path, more: &[&str]) -> Output {
    let mut arguments = vec!["convert".to_owned(), from.display().to_string(), to.display().to_string()];
    arguments.extend(more.iter().map(|more| (*more).to_owned()));
    tatum(arguments)
}

fn converted(from: &Path, to: &Path, more: &[&str]) -> String {
    let output = convert(from, to, more);
    assert_eq!(code(&output), 0, "{} to {}: {}", from.display(), to.display(), stderr(&output));
    stderr(&output)
}

fn archives(set: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(set).unwrap() {
        let path = entry.unwrap().path().join("sound.sdat");
        if path.is_file() {
            found.push(path);
        }
    }
    if let Ok(malformed) = std::fs::read_dir(set.join("malformed")) {
        found.extend(
            malformed
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|e| e == "sdat")),
        );
    }
    found.sort();
    found
}

#[test]
fn archives_survive_their_folders_byte_for_byte() {
    let (mut whole, mut refused) = (0, 0);
    for set in NDS.folders() {
        for path in archives(&set) {
            let is_malformed = path.parent().unwrap().ends_with("malformed");
            for more in [&[][..], &["--text"]] {
                let folder = tempfile::tempdir().unwrap();
                let (inside, back) = (folder.path().join("x/"), folder.path().join("back.sdat"));
                let unpacked = convert(&path, &inside, more);
                if is_malformed && code(&unpacked) == 3 {
                    assert!(!inside.exists(), "{}: a folder is left behind", path.display());
                    refused += 1;
                    continue;
                }
                assert_eq!(code(&unpacked), 0, "{}: {}", path.display(), stderr(&unpacked));
                converted(&inside, &back, &[]);
                assert!(
                    std::fs::read(&back).unwrap() == std::fs::read(&path).unwrap(),
                    "{} {more:?}",
                    path.display()
                );
                whole += 1;
            }
        }
    }
    println!("{whole} byte for byte, {refused} refused");
    assert!(whole > refused);
}

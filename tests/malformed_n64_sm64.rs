//! Hostile inputs: an error that says what is wrong, or what the engine does with them; never a crash or a hang.

mod support;

use std::path::Path;

/// Inputs that play, and what they do on the console or here (docs/n64.md, "What broken songs do").
const PLAYABLE: [&str; 34] = [
    "good.m64",
    "seq-one-byte.m64",
    "seq-truncated.m64",
    "seq-truncated-arg.m64",
    "seq-odd-size.m64",
    "seq-no-end.m64",
    "seq-jump-oob.m64",
    "seq-call-oob.m64",
    "seq-startch-oob.m64",
    "seq-unknown-op.m64",
    "seq-unknown-chan-op.m64",
    "seq-unknown-layer-op.m64",
    "seq-stack-overflow.m64",
    "seq-stack-underflow.m64",
    "seq-loopend-only.m64",
    "seq-layer-unset.m64",
    "seq-io-oob.m64",
    "seq-dyn-unset.m64",
    "seq-dyn-oob.m64",
    "seq-write-oob.m64",
    "seq-env-oob.m64",
    "seq-env-odd.m64",
    "seq-env-goto-self.m64",
    "seq-env-negative.m64",
    "seq-porta-zero.m64",
    "seq-note-zero-delay.m64",
    "seq-bank-oob.m64",
    "seq-tables-oob.m64",
    "seq-all-ff.m64",
    "seq-all-00.m64",
    "seq-huge.m64",
    "bank-inst-zero/",
    "bank-tbl-odd/",
    "bank-predictor-oob/",
];

fn render(sequence: &Path, bank: &Path) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.wav");
    let output = support::tatum([
        Path::new("render"),
        sequence,
        Path::new("--bank"),
        bank,
        Path::new("--seconds"),
        Path::new("4"),
        Path::new("-o"),
        &out,
    ]);
    let code = support::code(&output);
    assert_eq!(out.exists(), code == 0, "a failed render must leave nothing behind");
    (code, support::stderr(&output))
}

/// The good bank with the files of a broken one in their places.
fn broken_bank(good: &Path, broken: &Path, target: &Path) {
    for folder in [good, broken] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            std::fs::write(target.join(entry.file_name()), std::fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

#[test]
fn every_malformed_input_plays_or_is_refused_with_its_place() {
    for set in support::N64_SM64.folders() {
        let index = std::fs::read_to_string(set.join("malformed/INDEX.tsv")).unwrap();
        for line in index.lines().skip(1) {
            let (name, _) = line.split_once('\t').unwrap();
            let path = set.join("malformed").join(name);
            let folder = tempfile::tempdir().unwrap();
            let (code, message) = if name.ends_with('/') {
                broken_bank(&set.join("bank"), &path, folder.path());
                render(&set.join("malformed/good.m64"), folder.path())
            } else {
                render(&path, &set.join("bank"))
            };
            if PLAYABLE.contains(&name) {
                assert_eq!(code, 0, "{name}: {message}");
            } else {
                assert_eq!(code, 3, "{name}: {message}");
                let (error, hint) = message.trim_end().split_once('\n').unwrap_or((&message, ""));
                assert!(error.contains("offset 0x"), "{name} names no place: {message}");
                // At most one more line says what to do next.
                assert!(hint.lines().count() <= 1 && !hint.contains("offset 0x"), "{name}: {message}");
            }
        }
    }
}

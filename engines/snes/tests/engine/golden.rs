//! The golden set `snes-spc`: every DSP write with its cycle, then every sample.

use std::path::Path;

use crate::support::{BLOCK_SIZES, Case, cases, golden, own, pcm};
use sha2::{Digest, Sha256};
use tatum_core::{Frame, Player};
use tatum_snes::SpcPlayer;
use tatum_snes::format::SpcFile;
use tatum_snes::trace::{DspWrite, DspWriteProbe, HEADER};

/// Compares the writes first: the first write that differs tells more than the first sample that does.
fn check_trace(case: &Case) {
    let mut lines = case.dsp_writes.lines();
    assert_eq!(lines.next(), Some(HEADER), "{}", case.name);
    let expected: Vec<DspWrite> = lines.map(|line| line.parse().unwrap()).collect();
    let mut found = Vec::new();
    let mut player = case.player();
    let mut frames = vec![Frame::SILENCE; case.samples];
    player.render_with_probe(&mut frames, &mut DspWriteProbe(|write| found.push(write)));
    found.retain(|write| write.cycle <= case.cycles);
    for (number, (expected, found)) in expected.iter().zip(&found).enumerate() {
        assert_eq!(found, expected, "{}: write {number}", case.name);
    }
    assert_eq!(found.len(), expected.len(), "{}: number of writes", case.name);
}

fn check_samples(case: &Case, block: usize, shortcuts: bool) {
    let mut player = case.player();
    player.set_shortcuts(shortcuts);
    let mut frames = vec![Frame::SILENCE; case.samples];
    for block in frames.chunks_mut(block) {
        assert_eq!(player.render(block), block.len());
    }
    for (number, (found, expected)) in frames.iter().zip(&case.reference).enumerate() {
        assert_eq!(
            found, expected,
            "{}: sample {number}, blocks of {block}, shortcuts {shortcuts}",
            case.name
        );
    }
    assert_eq!(case.reference.len(), case.samples, "{}", case.name);
}

fn check_cases(folder: &Path) -> usize {
    let cases = cases(folder);
    for case in &cases {
        check_trace(case);
        for block in BLOCK_SIZES {
            check_samples(case, block, true);
        }
        check_samples(case, 4096, false);
        println!("{}: {} samples", case.name, case.samples);
    }
    cases.len()
}

#[test]
fn all_golden_cases_are_equal() {
    match golden() {
        Some(folder) => assert_eq!(check_cases(&folder), 26),
        None => println!("golden/snes-spc is not here: only the repository's own cases run"),
    }
}

#[test]
fn the_cases_of_the_repository_are_equal() {
    assert!(check_cases(&own()) > 0);
}

#[test]
fn the_malformed_set_is_honoured() {
    let Some(folder) = golden() else {
        println!("golden/snes-spc is not here: the malformed set does not run");
        return;
    };
    let folder = folder.join("malformed");
    let list = std::fs::read_to_string(folder.join("cases.tsv")).unwrap();
    let mut count = 0;
    for line in list.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[name, expected, hash, ..] = &fields[..] else { panic!("{line}") };
        count += 1;
        let bytes = std::fs::read(folder.join(name)).unwrap();
        match (SpcFile::parse(name, &bytes), expected) {
            (Err(error), "error") => assert!(error.to_string().starts_with(name), "{error}"),
            (Ok(file), "plays") => {
                let mut frames = vec![Frame::SILENCE; 16_000];
                SpcPlayer::new(&file).render(&mut frames);
                let found = format!("{:x}", Sha256::digest(pcm(&frames)));
                assert_eq!(found, hash, "{name}");
            }
            (result, _) => panic!("{name}: expected {expected}, found {result:?}"),
        }
    }
    assert_eq!(count, 22);
}

#[test]
fn tags_that_are_not_text_are_not_shown() {
    let Some(folder) = golden() else { return };
    let read = |name: &str| {
        let bytes = std::fs::read(folder.join("malformed").join(name)).unwrap();
        SpcFile::parse(name, &bytes).unwrap()
    };
    let file = read("no_id666.spc");
    assert_eq!((file.title(), file.game(), file.artist(), file.length()), (None, None, None, None));
    let file = read("id666_bad_text.spc");
    assert_eq!((file.title(), file.length()), (None, None));
    assert!(!file.diagnostics.entries().is_empty());
    let file = read("good.spc");
    assert_eq!(file.title(), Some("malformed"));
    assert!(file.diagnostics.entries().is_empty(), "{:?}", file.diagnostics);
    for name in ["xid6_truncated.spc", "xid6_garbage.spc"] {
        let file = read(name);
        assert!(file.extended.tags.is_empty());
        assert!(!file.diagnostics.entries().is_empty(), "{name}");
    }
}

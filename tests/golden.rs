//! The golden sets: every case equal in every sample and every row of its trace.

mod support;

use std::path::Path;
use std::process::Command;

use support::Set;
use tatum::song::{OpenOptions, Song};
use tatum::verify::{Outcome, find_cases, verify_cases};
use tatum_core::Frame;

#[test]
fn every_case_is_equal_in_samples_and_trace() {
    for set in support::ALL_SETS.into_iter().flat_map(Set::folders) {
        let cases = find_cases(&set).unwrap();
        let failures: Vec<String> = verify_cases(&cases, || {})
            .iter()
            .filter(|result| !matches!(result.outcome, Outcome::Equal))
            .map(|result| format!("{}: {:?}", result.path.display(), result.outcome))
            .collect();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
        println!("{}: {} cases equal", set.display(), cases.len());
    }
}

#[test]
fn every_case_is_equal_with_all_vector_instructions() {
    for vectors in ["portable", "avx2"] {
        let output = Command::new(env!("CARGO_BIN_EXE_tatum"))
            .env("TATUM_VECTORS", vectors)
            .arg("verify")
            .args(support::ALL_SETS.into_iter().flat_map(Set::folders))
            .output()
            .unwrap();
        assert_eq!(support::code(&output), 0, "{vectors}: {}", String::from_utf8_lossy(&output.stdout));
    }
    let output = Command::new(env!("CARGO_BIN_EXE_tatum"))
        .env("TATUM_VECTORS", "mmx")
        .args(["info", "examples/overture.m64"])
        .output()
        .unwrap();
    assert_eq!(support::code(&output), 2);
    assert!(support::stderr(&output).contains("'mmx' is not a set of vector instructions: portable or avx2"));
}

#[test]
fn render_writes_exactly_the_reference() {
    let folder = tempfile::tempdir().unwrap();
    for set in support::ALL_SETS.into_iter().flat_map(Set::folders) {
        for case in find_cases(&set).unwrap() {
            let reference = case.with_file_name("reference.wav");
            if !case.ends_with("case.toml") || !reference.is_file() {
                continue;
            }
            let out = folder.path().join("out.wav");
            let output = support::tatum([Path::new("render"), &case, Path::new("-o"), &out]);
            assert_eq!(support::code(&output), 0, "{}", support::stderr(&output));
            assert!(support::pcm(&out) == support::pcm(&reference), "{} differs", case.display());
        }
    }
}

#[test]
fn any_block_size_gives_the_same_samples() {
    let cases = support::ALL_SETS.into_iter().flat_map(|set| find_cases(&set.carried("")).unwrap());
    for case in cases.filter(|case| case.ends_with("case.toml")) {
        let name = case.display();
        let song = Song::open(&case, &OpenOptions::default()).unwrap();
        let frames = song.frames.unwrap() as usize;
        let render = |block: usize| {
            let mut player = song.start().unwrap();
            let mut out = vec![Frame::SILENCE; frames];
            for piece in out.chunks_mut(block) {
                assert_eq!(player.render(piece), piece.len());
            }
            out
        };
        let whole = render(frames);
        for block in [1, 7, 184, 4096] {
            assert!(render(block) == whole, "{name}: blocks of {block} differ");
        }
    }
}

#[test]
fn a_clone_goes_on_where_the_original_stood() {
    let case = support::N64_SM64.carried("random-02/case.toml");
    let song = Song::open(&case, &OpenOptions::default()).unwrap();
    let mut player = song.start().unwrap();
    let mut first = vec![Frame::SILENCE; 12_345];
    player.render(&mut first);
    let mut copy = player.clone();
    let (mut expected, mut found) = (vec![Frame::SILENCE; 30_000], vec![Frame::SILENCE; 30_000]);
    player.render(&mut expected);
    copy.render(&mut found);
    assert!(expected == found);
}

#[test]
fn muting_everything_is_silent_and_muting_nothing_changes_nothing() {
    let case = support::N64_SM64.carried("tune8/case.toml");
    let song = Song::open(&case, &OpenOptions::default()).unwrap();
    let render = |mutes: &str| {
        let mut player = song.start().unwrap();
        player.set_mutes(mutes.parse().unwrap());
        let mut out = vec![Frame::SILENCE; 100_000];
        player.render(&mut out);
        (out, player.position())
    };
    let (all, position) = render("15");
    let (none, muted_position) = render("0-15");
    assert!(none.iter().all(|frame| *frame == Frame::SILENCE));
    assert_eq!(position, muted_position);
    let (without_drums, _) = render("9");
    assert!(all != without_drums);
    let mut player = song.start().unwrap();
    let mut plain = vec![Frame::SILENCE; 100_000];
    player.render(&mut plain);
    assert!(all == plain);
}

//! With ALSA, by what it records.

use std::path::{Path, PathBuf};
use std::process::{Command as Process, Output, Stdio};

use tatum_core::Frame;

use super::songs::{beat_for_ever, one_note};
use super::{OVERTURE, PERIOD, support};

pub fn alsa_configuration(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/alsa").join(name)
}

pub fn play(configuration: &str, recording: &Path, arguments: &[&str]) -> Output {
    Process::new(env!("CARGO_BIN_EXE_tatum"))
        .args(["play", "--plain"])
        .args(arguments)
        .env("ALSA_CONFIG_PATH", alsa_configuration(configuration))
        .env("REC_FILE", recording)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

pub fn bytes_of(frames: &[Frame]) -> Vec<u8> {
    frames.iter().flat_map(|frame| [frame.left, frame.right]).flat_map(i16::to_le_bytes).collect()
}

/// Plays and renders with the same arguments, and compares what came out.
pub fn assert_played_as_rendered(input: &Path, arguments: &[&str], device: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let (recording, wav) = (folder.path().join("played.raw"), folder.path().join("rendered.wav"));
    let input = input.to_str().unwrap();
    let output = play("recording.conf", &recording, &[&[input], arguments, device].concat());
    assert!(output.status.success(), "{input}: {}", String::from_utf8_lossy(&output.stderr));
    let rendered = Process::new(env!("CARGO_BIN_EXE_tatum"))
        .args(["render", input, "-o"])
        .arg(&wav)
        .args(arguments)
        .output()
        .unwrap();
    assert!(rendered.status.success(), "{}", String::from_utf8_lossy(&rendered.stderr));
    let (played, rendered) = (std::fs::read(&recording).unwrap(), support::pcm(&wav));
    assert!(played.len() >= rendered.len(), "{input}: the end is missing");
    assert!(played[..rendered.len()] == rendered, "{input}: played is not rendered");
    assert!(played[rendered.len()..].iter().all(|&byte| byte == 0), "{input}: sound behind the end");
    // What the device holds, and a few periods until it is closed.
    let most = 4 * PERIOD * 8;
    assert!(
        played.len() - rendered.len() <= most,
        "{input}: {} bytes of silence",
        played.len() - rendered.len()
    );
}

#[test]
fn what_is_played_is_what_is_rendered_on_all_consoles() {
    assert_played_as_rendered(&support::N64_SM64.carried("note-short"), &[], &[]);
    assert_played_as_rendered(&support::NDS.carried("oneshot"), &[], &["--device", "rec"]);
    assert_played_as_rendered(&support::SNES_SPC.carried("timers/song.spc"), &["--seconds", "3.3"], &[]);
    let nspc = support::SNES_NSPC.carried("tune8");
    assert_played_as_rendered(&nspc, &["--seconds", "2", "--fade", "1"], &["--period", "256"]);
}

#[test]
fn a_song_that_ends_and_one_that_loops_end_as_rendered() {
    let folder = tempfile::tempdir().unwrap();
    let song = folder.path().join("loop.m64");
    std::fs::write(&song, beat_for_ever(0)).unwrap();
    assert_played_as_rendered(&song, &["--loops", "3", "--fade", "0.7"], &[]);
    // Muted from the start; and a song with a tail that ends in silence.
    assert_played_as_rendered(Path::new(OVERTURE), &["--mute", "0,2", "--seconds", "20"], &[]);
    let once = folder.path().join("once.m64");
    std::fs::write(&once, one_note()).unwrap();
    assert_played_as_rendered(&once, &[], &[]);
}

#[test]
fn without_a_device_there_is_one_line_and_exit_code_5() {
    for arguments in [&[OVERTURE][..], &[OVERTURE, "--device", "nothing"]] {
        let output = play("none.conf", Path::new("/dev/null"), arguments);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(5), "{stderr}");
        let lines: Vec<&str> = stderr.lines().filter(|line| !line.contains("built-in instruments")).collect();
        assert_eq!(lines.len(), 1, "{stderr}");
    }
}

#[test]
fn wrong_inputs_have_the_exit_codes_of_render() {
    let code = |arguments: &[&str]| play("recording.conf", Path::new("/dev/null"), arguments).status.code();
    assert_eq!(code(&["no-such-file.m64"]), Some(4));
    assert_eq!(code(&["Cargo.toml"]), Some(3));
    assert_eq!(code(&[]), Some(2));
    let hang = support::N64_SM64.carried("malformed/seq-zero-delay-loop.m64");
    assert_eq!(code(&[hang.to_str().unwrap(), "--seconds", "1"]), Some(3));
}

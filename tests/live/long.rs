//! A long time of playing: nothing drifts, nothing grows. Minutes usually, with `TATUM_SOAK_SECONDS=3600` an hour; through a
//! recording device, so as fast as the machine can.

use std::io::Read;
use std::process::{Command as Process, Stdio};

use tatum::song::{OpenOptions, Song};
use tatum_core::Frame;

use super::alsa::{alsa_configuration, bytes_of};
use super::{OVERTURE, PERIOD};

/// Seconds without `TATUM_SOAK_SECONDS`.
const USUAL_SECONDS: u64 = 240;
/// Snapshots for seeking are taken on the way, but only so many.
const MOST_GROWTH: u64 = 16 << 20;

/// Memory that a process has, in bytes.
#[cfg(target_os = "linux")]
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("resident memory");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_played_for_long_is_what_is_rendered_and_memory_does_not_grow() {
    let seconds = match std::env::var("TATUM_SOAK_SECONDS") {
        Ok(text) => text.parse().expect("TATUM_SOAK_SECONDS is a number"),
        Err(_) => USUAL_SECONDS,
    };
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("played.raw");
    assert!(Process::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut child = Process::new(env!("CARGO_BIN_EXE_tatum"))
        .args(["play", "--plain", "--fade", "0", "--seconds", &seconds.to_string(), OVERTURE])
        .env("ALSA_CONFIG_PATH", alsa_configuration("recording.conf"))
        .env("REC_FILE", &pipe)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut played = std::fs::File::open(&pipe).unwrap();
    let mut player = Song::open(OVERTURE.as_ref(), &OpenOptions::default()).unwrap().start().unwrap();
    let total = player.rate().frames_in_seconds(seconds);
    let mut frames = vec![Frame::SILENCE; PERIOD * 8];
    let (mut done, mut early) = (0, None);
    while done < total {
        let count = (frames.len() as u64).min(total - done) as usize;
        player.render(&mut frames[..count]);
        let expected = bytes_of(&frames[..count]);
        let mut found = vec![0; expected.len()];
        played.read_exact(&mut found).unwrap_or_else(|error| panic!("frame {done} of {total}: {error}"));
        assert!(found == expected, "what is played is not what is rendered, from frame {done} on");
        done += count as u64;
        if done >= total / 4 && early.is_none() {
            early = Some(memory(child.id()));
        }
    }
    let (early, late) = (early.unwrap(), memory(child.id()));
    let mut rest = Vec::new();
    played.read_to_end(&mut rest).unwrap();
    assert!(
        rest.iter().all(|&byte| byte == 0) && rest.len() <= 8 * PERIOD * 4,
        "{} bytes behind the end",
        rest.len()
    );
    assert!(child.wait().unwrap().success());
    assert!(late <= early + MOST_GROWTH, "memory grew from {early} to {late} bytes");
    println!(
        "{seconds} seconds, {total} frames equal; {} KiB after a quarter, {} KiB at the end",
        early >> 10,
        late >> 10
    );
}

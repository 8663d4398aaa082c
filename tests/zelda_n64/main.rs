//! The Zelda generation from files as people have them: synthetic games (compressed too), extracted games, music packs
//! and bare sequences play like the loose files of the golden sets; damaged ones say what is wrong.
//!
//! | file | unit |
//! |:--|:--|
//! | `synthetic` | cases of the golden sets, and games made of them |
//! | `games` | games, extracted games and bare sequences play |
//! | `packs` | music packs play, or say what is damaged |
//! | `damage` | damaged games and fonts say what is wrong |

mod damage;
mod games;
mod packs;
#[path = "../support/mod.rs"]
mod support;
mod synthetic;

use std::path::Path;

use support::{code, pcm, stderr, tatum};

/// Runs the program on an input, rendering two seconds; its samples, or its exit code and message.
fn try_render(input: &Path, options: &[&str]) -> Result<(Vec<u8>, String), (i32, String)> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.wav");
    let mut arguments =
        vec!["render", input.to_str().unwrap(), "--seconds", "2", "-o", out.to_str().unwrap()];
    arguments.extend(options);
    let output = tatum(arguments);
    assert_eq!(out.exists(), code(&output) == 0, "a failed render leaves nothing behind");
    if code(&output) == 0 { Ok((pcm(&out), stderr(&output))) } else { Err((code(&output), stderr(&output))) }
}

fn render(input: &Path, options: &[&str]) -> Vec<u8> {
    match try_render(input, options) {
        Ok((samples, _)) => samples,
        Err((code, message)) => panic!("{}: exit code {code}: {message}", input.display()),
    }
}

/// The message with which an input is refused as invalid.
fn refusal(input: &Path, options: &[&str]) -> String {
    match try_render(input, options) {
        Ok(_) => panic!("{} plays", input.display()),
        Err((code, message)) => {
            assert_eq!(code, 3, "{message}");
            assert!(message.contains("offset 0x"), "{message}");
            message
        }
    }
}

fn info(input: &Path) -> serde_json::Value {
    let output = tatum([Path::new("info"), Path::new("--json"), input]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

//! The first five minutes: the program alone, the demo, what errors suggest, completions, man pages, versions.

mod support;

use std::path::Path;

use clap::{Command, CommandFactory};
use sha2::{Digest, Sha256};
use support::{code, pcm, stderr, tatum};

const NOTHING: [&str; 0] = [];

fn stdout(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// All commands with their full names, in the order of `--help`; hidden ones are left out.
fn commands() -> Vec<(String, Command)> {
    fn list(command: &Command, name: &str, found: &mut Vec<(String, Command)>) {
        found.push((name.to_owned(), command.clone()));
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help" && !sub.is_hide_set()) {
            list(sub, &format!("{name} {}", sub.get_name()), found);
        }
    }
    let mut root = tatum::cli::Arguments::command();
    root.build();
    let mut found = Vec::new();
    list(&root, "tatum", &mut found);
    found
}

#[test]
fn alone_the_program_says_what_it_can_do_on_one_screen() {
    let output = tatum(NOTHING);
    assert_eq!(code(&output), 2);
    let screen = stderr(&output);
    assert!(screen.lines().count() <= 16 && screen.lines().all(|line| line.len() <= 84), "{screen}");
    // Every command on it exists.
    let names: Vec<String> = commands().into_iter().map(|(name, _)| name).collect();
    let mentioned = screen.lines().filter_map(|line| line.strip_prefix("  tatum "));
    let mentioned: Vec<_> = mentioned.filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(mentioned.len(), 6, "{screen}");
    assert!(mentioned.iter().all(|word| names.contains(&format!("tatum {word}"))), "{screen}");
}

/// Thirty seconds of every console, none of them silent, none of them changed without a new revision.
#[test]
fn the_demo_is_rendered_and_each_engine_s_revision_names_its_samples() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("tour");
    let output = tatum([Path::new("demo"), Path::new("-o"), &target]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let mut found = String::new();
    for (name, revision) in [
        ("1 Nintendo 64", tatum_n64::REVISION),
        ("2 Nintendo DS", tatum_nds::REVISION),
        ("3 Super NES", tatum_snes::REVISION),
    ] {
        let samples = pcm(&target.join(format!("{name}.wav")));
        assert!(samples.len() > 4 * 32_000 * 29, "{name}");
        assert!(
            samples.chunks(4 * 32_000).take(25).all(|second| second.iter().any(|&byte| byte != 0)),
            "{name}"
        );
        let hash: String =
            Sha256::digest(&samples).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        found.push_str(&format!("{name}, revision {revision}: {hash}\n"));
    }
    let expected = include_str!("revisions.txt");
    assert_eq!(
        found, expected,
        "a change in what an engine plays needs a new REVISION in its lib.rs, and its line here"
    );
    // Again into the same folder: nothing is overwritten.
    let output = tatum([Path::new("demo"), Path::new("-o"), &target]);
    assert_eq!(code(&output), 4);
    assert!(stderr(&output).contains("name a folder that is empty"), "{}", stderr(&output));
}

#[test]
fn errors_suggest_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let song = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/overture.m64");
    let hint = |arguments: &[&str]| stderr(&tatum(arguments)).lines().last().unwrap_or_default().to_owned();
    let missing = song.replace("overture", "Overtrue");
    assert_eq!(hint(&["info", &missing]), format!("tatum: did you mean {song}?"));
    let stuck = folder.path().join("stuck.m64");
    std::fs::write(&stuck, [0xFB, 0, 0]).unwrap();
    let stuck = stuck.to_str().unwrap();
    assert!(
        hint(&["render", stuck, "--seconds", "1", "-o", "-"])
            .ends_with("--kind events` lists every command up to there")
    );
    assert!(hint(&["rendr", song]).contains("--help"));
    #[cfg(feature = "live")]
    {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_tatum"))
            .args(["demo", "--plain"])
            .env("ALSA_CONFIG_PATH", "/nonexistent")
            .output()
            .unwrap();
        assert_eq!(code(&output), 5, "{}", stderr(&output));
        assert!(stderr(&output).contains("tatum demo -o DIR"), "{}", stderr(&output));
    }
}

#[test]
fn the_version_names_every_engine_s_revision() {
    let short = stdout(&tatum(["-V"]));
    assert_eq!(short, format!("tatum {}\n", env!("CARGO_PKG_VERSION")));
    let long = stdout(&tatum(["--version"]));
    for id in tatum::song::engine_ids() {
        assert!(long.contains(id), "{id}: {long}");
    }
    assert!(long.contains(&format!("tatum-n64, revision {}: sm64-us", tatum_n64::REVISION)), "{long}");
}

#[test]
fn every_command_and_option_has_its_place_in_the_manual() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("pages");
    let output = tatum([Path::new("man"), &target]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let mut pages = 0;
    for (name, command) in commands() {
        let page = std::fs::read_to_string(target.join(name.replace(' ', "-") + ".1")).expect(&name);
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            if let Some(long) = argument.get_long() {
                let option = format!("\\-\\-{}", long.replace('-', "\\-"));
                assert!(page.contains(&option), "{name} --{long}");
            }
        }
        pages += 1;
    }
    assert_eq!(std::fs::read_dir(target).unwrap().count(), pages);
}

#[test]
fn every_command_and_option_is_completed_in_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = tatum(["completions", shell]);
        assert_eq!(code(&output), 0, "{shell}");
        let script = stdout(&output);
        for (name, command) in commands() {
            assert!(script.contains(command.get_name()), "{shell}: {name}");
            for long in command.get_arguments().filter_map(|argument| argument.get_long()) {
                assert!(script.contains(long), "{shell}: {name} --{long}");
            }
        }
    }
}

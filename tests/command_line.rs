//! The program from outside: arguments, exit codes, streams and files.

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::{code, stderr, tatum};
use tatum_n64::author::sequence_writer::SequenceWriter;
use tatum_n64::sequencer::abi::Abi;

fn case(name: &str) -> PathBuf {
    support::N64_SM64.carried(name)
}

fn bank() -> PathBuf {
    case("bank")
}

#[test]
fn help_and_version_go_to_standard_output() {
    for arguments in [["--help"], ["--version"]] {
        let output = tatum(arguments);
        assert_eq!(code(&output), 0);
        assert!(!output.stdout.is_empty() && output.stderr.is_empty());
    }
    for command in ["render", "verify", "trace", "info"] {
        let output = tatum([command, "--help"]);
        assert_eq!(code(&output), 0, "{command}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("Usage:"), "{command}");
    }
}

#[test]
fn wrong_arguments_are_usage_errors() {
    let tune = case("tune8");
    let tune = tune.to_str().unwrap();
    let spc = support::SNES_SPC.carried("timers/song.spc");
    let spc = spc.to_str().unwrap();
    let wrong: [&[&str]; 14] = [
        &[],
        &["no-such-command"],
        &["render"],
        &["render", tune, "--seconds", "-1"],
        &["render", tune, "--seconds", "1", "--loops", "2"],
        &["render", tune, "--loops", "0"],
        &["render", tune, "--rate", "fast"],
        &["render", tune, "--format", "mp3"],
        &["render", tune, "--mute", "65"],
        &["render", tune, "--set", "preset"],
        &["render", tune, "--set", "no_such_setting=1"],
        &["render", tune, "--engine", "snes9"],
        &["render", spc, "--engine", "nds", "--seconds", "1"],
        &["render", spc, "--set", "preset=1", "--seconds", "1"],
    ];
    for arguments in wrong {
        let output = tatum(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn files_that_are_missing_invalid_or_in_the_way_have_their_own_exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let missing = tatum(["render", "no-such-file.m64"]);
    assert_eq!(code(&missing), 4, "{}", stderr(&missing));
    assert!(stderr(&missing).contains("no-such-file.m64"));

    let missing = tatum(["verify", "no-such-folder"]);
    assert_eq!(code(&missing), 4, "{}", stderr(&missing));

    let manifest = folder.path().join("broken.toml");
    std::fs::write(&manifest, "engine = \"sm64-us\"\nsequence = 5\n").unwrap();
    let invalid = tatum([Path::new("render"), &manifest]);
    assert_eq!(code(&invalid), 3, "{}", stderr(&invalid));
    assert!(stderr(&invalid).contains("line 2"), "{}", stderr(&invalid));

    let unwritable = tatum([
        Path::new("render"),
        &case("note-short"),
        Path::new("-o"),
        &folder.path().join("no-such-folder/out.wav"),
    ]);
    assert_eq!(code(&unwritable), 4, "{}", stderr(&unwritable));
    let in_the_way = tatum([Path::new("render"), &case("note-short"), Path::new("-o"), folder.path()]);
    assert_eq!(code(&in_the_way), 4, "{}", stderr(&in_the_way));
}

#[test]
fn an_error_leaves_what_was_there_before() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.wav");
    std::fs::write(&out, b"precious").unwrap();
    let output = tatum([
        Path::new("render"),
        &case("malformed/seq-zero-delay-loop.m64"),
        Path::new("--bank"),
        &bank(),
        Path::new("--seconds"),
        Path::new("1"),
        Path::new("-o"),
        &out,
    ]);
    assert_eq!(code(&output), 3);
    assert_eq!(std::fs::read(&out).unwrap(), b"precious");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file remains");
}

#[test]
fn a_stream_can_be_input_and_output() {
    let sequence = std::fs::read(case("note-short/sequence.m64")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tatum"))
        .args(["render", "-", "--seconds", "1", "-o", "-", "--bank"])
        .arg(bank())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&sequence).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(&output.stdout[..4], b"RIFF");
    assert_eq!(output.stdout.len(), 44 + 4 * 32_006);
    let reference = support::pcm(&case("note-short/reference.wav"));
    assert!(output.stdout[44..] == reference[..4 * 32_006]);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tatum"))
        .args(["trace", "--kind", "voices"])
        .arg(case("tune8"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
}

#[test]
fn verify_says_what_differs_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["case.toml", "sequence.m64", "trace.tsv.gz"] {
        std::fs::copy(case("note-short").join(name), folder.path().join(name)).unwrap();
    }
    let text = std::fs::read_to_string(folder.path().join("case.toml")).unwrap();
    let text = text.replace("../bank", bank().to_str().unwrap());
    std::fs::write(folder.path().join("case.toml"), &text).unwrap();
    let mut reference = std::fs::read(case("note-short/reference.wav")).unwrap();
    reference[44 + 4 * 5000] ^= 1;
    std::fs::write(folder.path().join("reference.wav"), &reference).unwrap();

    let output = tatum([Path::new("verify"), folder.path()]);
    let table = String::from_utf8_lossy(&output.stdout);
    assert_eq!(code(&output), 1);
    assert!(table.contains("frame 5000: expected") && table.contains("(1 of"), "{table}");
    assert!(table.ends_with("0 passed, 1 failed\n"), "{table}");

    // Declared as known, the difference is expected; and when it goes away, that is a failure.
    std::fs::write(folder.path().join("case.toml"), format!("known_difference = \"bit 0\"\n{text}")).unwrap();
    let output = tatum([Path::new("verify"), Path::new("--json"), folder.path()]);
    assert_eq!(code(&output), 0);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["passed"], 1);
    assert_eq!(json["cases"][0]["result"], "known difference");
    reference[44 + 4 * 5000] ^= 1;
    std::fs::write(folder.path().join("reference.wav"), &reference).unwrap();
    let output = tatum([Path::new("verify"), folder.path()]);
    assert_eq!(code(&output), 1);
    assert!(String::from_utf8_lossy(&output.stdout).contains("EQUAL NOW"));
}

#[test]
fn info_tells_the_length_in_text_and_json() {
    let text = tatum([Path::new("info"), &case("tune8")]);
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(text.contains("1537 ticks, 32.0 beats") && text.contains("drums"), "{text}");
    let half = tatum([Path::new("info"), &case("tune8"), Path::new("--ppq"), Path::new("24")]);
    assert!(String::from_utf8_lossy(&half.stdout).contains("1537 ticks, 64.0 beats"));
    let output = tatum([Path::new("info"), Path::new("--json"), &case("tune8")]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["length"]["kind"], "ends");
    assert_eq!(json["length"]["ticks"], 1537);
    assert_eq!(json["banks"][0]["instruments"], 14);
}

#[test]
fn other_rates_and_formats_have_their_own_headers() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.wav");
    for (rate, format, bytes, hertz) in
        [("44100", "s24", 6, 44_100), ("48000", "f32", 8, 48_000), ("native", "s16", 4, 32_006)]
    {
        let output = tatum([
            Path::new("render"),
            &case("note-short"),
            Path::new("--seconds"),
            Path::new("0.5"),
            Path::new("--rate"),
            Path::new(rate),
            Path::new("--format"),
            Path::new(format),
            Path::new("-o"),
            &out,
        ]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let reader = hound::WavReader::open(&out).unwrap();
        assert_eq!(reader.spec().sample_rate, hertz);
        assert_eq!(reader.spec().bits_per_sample, bytes / 2 * 8);
        assert!(reader.duration().abs_diff(hertz / 2) <= 1, "{rate}: {} frames", reader.duration());
    }
}

/// A quarter note at 120 beats a minute, for ever: 48 ticks.
fn beat_for_ever() -> Vec<u8> {
    let mut writer = SequenceWriter::new(Abi::Sm64);
    let (again, channel, wait, layer) = (writer.label(), writer.label(), writer.label(), writer.label());
    writer.sequence().initialize_channels(1).volume(127).tempo(120).start_channel(0, channel);
    writer.place(again);
    writer.sequence().delay(48).jump(again);
    writer.channel_at(channel).large_notes().instrument(0).start_layer(0, layer);
    writer.channel_at(wait).delay(48).jump(wait);
    writer.layer_at(layer).note(39, 48, 100, 0).jump(layer);
    writer.finish().unwrap()
}

/// `spc` stood there twice, and images and games of the Super NES had two names each.
#[test]
fn the_help_of_convert_lists_every_format_once() {
    let output = tatum(["convert", "--help"]);
    let help = String::from_utf8(output.stdout).unwrap();
    let (_, formats) = help.split_once("Formats, by the endings").unwrap();
    let names: Vec<&str> = formats
        .lines()
        .skip(1)
        .filter_map(|line| line.strip_prefix("  ")?.split_once(" ("))
        .map(|one| one.0)
        .collect();
    let mut once = names.clone();
    once.sort();
    once.dedup();
    assert!(names.len() > 20 && once.len() == names.len(), "{names:?}");
    assert!(formats.contains("  midi (.mid .midi): standard MIDI file; to "), "{formats}");
}

#[test]
fn loops_and_fades_have_exact_lengths() {
    let folder = tempfile::tempdir().unwrap();
    let song = folder.path().join("loop.m64");
    std::fs::write(&song, beat_for_ever()).unwrap();
    let frames = |loops: &str, fade: &str| {
        let out = folder.path().join("out.wav");
        let output = tatum([
            Path::new("render"),
            &song,
            Path::new("--bank"),
            &bank(),
            Path::new("--loops"),
            Path::new(loops),
            Path::new("--fade"),
            Path::new(fade),
            Path::new("-o"),
            &out,
        ]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        hound::WavReader::open(&out).unwrap().duration()
    };
    let (one, two, three) = (frames("1", "0"), frames("2", "0"), frames("3", "0"));
    // 48 ticks at tempo 5760 of 14360 per update are 119.67 updates of 133.75 samples: half a second.
    for length in [two - one, three - two] {
        assert!(length.abs_diff(16_005) <= 145, "{length}");
    }
    assert_eq!(frames("1", "1") - one, 32_006);
}

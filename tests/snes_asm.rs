//! The song language of the SNES through the program: conversions, messages, songs in the game's ROM.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::{Set, code, stderr, tatum};
use tatum::verify::{Outcome, find_cases, verify_cases};
use tatum_snes::author::assembler::{AssemblerOptions, NoFiles, assemble};
use tatum_snes::format::{SpcFile, TransferBlock, TransferImage, header_checksum, stored_checksum};
use tatum_snes::hardware::Ram;
use tatum_snes::sequencer::constants;

/// Sources and what they must become.
const SNES_ASM: Set = Set { carried: "snes-asm", shared: "snes-asm" };

#[test]
fn every_case_gives_its_bytes_labels_and_messages() {
    for folder in SNES_ASM.folders() {
        let cases = find_cases(&folder).unwrap();
        assert!(cases.iter().filter(|case| case.ends_with("index.tsv")).count() == 2, "{}", folder.display());
        let failures: Vec<String> = verify_cases(&cases, || {})
            .iter()
            .filter(|result| !matches!(result.outcome, Outcome::Equal))
            .map(|result| format!("{}: {:?}", result.path.display(), result.outcome))
            .collect();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}

/// Runs the program in a folder.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tatum")).args(arguments).current_dir(folder).output().unwrap()
}

/// Mistakes that people make, each with its source and what the program says: `=== name`, source, `---`, message.
/// With TATUM_WRITE_MISTAKES in the environment the messages are written anew, to be read before they are kept.
#[test]
fn mistakes_are_explained() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snes_asm/mistakes.txt");
    let table = std::fs::read_to_string(&path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut written = String::new();
    let mut count = 0;
    for entry in table.split("=== ").skip(1) {
        let (name, rest) = entry.split_once('\n').unwrap();
        let (source, _) = rest.split_once("\n---\n").unwrap();
        std::fs::write(folder.path().join("song.asm"), format!("{source}\n")).unwrap();
        let output = run(folder.path(), &["convert", "song.asm", "song.bin"]);
        let is_error = stderr(&output).starts_with("error") || stderr(&output).contains("\nerror");
        assert_eq!(code(&output), if is_error { 3 } else { 0 }, "{name}");
        let result = folder.path().join("song.bin");
        assert_eq!(result.exists(), !is_error, "{name}: an error leaves no file");
        let _ = std::fs::remove_file(result);
        let separator = if written.is_empty() { "" } else { "\n" };
        written.push_str(&format!("{separator}=== {name}\n{source}\n---\n{}\n", stderr(&output).trim_end()));
        count += 1;
    }
    assert!(count >= 30, "{count}");
    if std::env::var_os("TATUM_WRITE_MISTAKES").is_some() {
        std::fs::write(&path, written).unwrap();
    } else if written != table {
        let line = written.lines().zip(table.lines()).position(|(found, expected)| found != expected);
        let line = line.unwrap_or_else(|| written.lines().count().min(table.lines().count()));
        panic!(
            "line {}: found {:?}, expected {:?}",
            line + 1,
            written.lines().nth(line),
            table.lines().nth(line)
        );
    }
}

#[test]
fn defines_and_labels_of_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let source = "!SPEED ?= 100\n%song(\"A\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\n\
                  db !instr, !PIANO, !tempo, !SPEED, !4, !n, C4, !PART_END\n%endsong()\n";
    std::fs::write(folder.path().join("song.asm"), source).unwrap();
    let output =
        run(folder.path(), &["convert", "song.asm", "song.bin", "-D", "SPEED=42", "--labels", "labels.tsv"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let bytes = std::fs::read(folder.path().join("song.bin")).unwrap();
    assert_eq!(bytes[22..], [0xE0, 0x18, 0xE7, 42, 72, 0x7F, 0xA4, 0]);
    let labels = std::fs::read_to_string(folder.path().join("labels.tsv")).unwrap();
    assert!(labels.starts_with("address\taram\tlabel\n000000\tD000\tA\n"), "{labels}");
    assert!(labels.contains("\n000016\tD016\tA_segments_trackt\n"), "{labels}");
    let wrong = run(folder.path(), &["convert", "song.asm", "song.bin", "-D", "a-b=1"]);
    assert_eq!(code(&wrong), 2);
    let without_base = run(folder.path(), &["convert", "song.asm", "song.sfc"]);
    assert_eq!(code(&without_base), 2);
    assert!(stderr(&without_base).contains("--base"), "{}", stderr(&without_base));
}

#[test]
fn a_source_plays_like_a_song() {
    let song = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/snes-hello.asm");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("song.wav");
    let output =
        tatum([Path::new("render"), &song, Path::new("-o"), &out, Path::new("--seconds"), Path::new("3")]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(support::pcm(&out).iter().any(|byte| *byte != 0));
    let info = tatum([Path::new("info"), &song]);
    let text = String::from_utf8_lossy(&info.stdout).into_owned();
    assert!(
        text.contains("n-spc-alttp") && text.contains("Hello") && text.contains("until it repeats"),
        "{text}"
    );
    // With the instruments of an image, as if the song lay in it.
    let image = support::SNES_NSPC.carried("tune8/image.bin");
    let with_bank = tatum([
        Path::new("render"),
        &song,
        Path::new("--bank"),
        &image,
        Path::new("-o"),
        &out,
        Path::new("--seconds"),
        Path::new("3"),
    ]);
    assert_eq!(code(&with_bank), 0, "{}", stderr(&with_bank));
    let faulty = folder.path().join("faulty.asm");
    std::fs::write(&faulty, "%song(\"A\", 1, 0)\ndb c4\n").unwrap();
    let output = tatum([Path::new("render"), &faulty, Path::new("-o"), &out]);
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("names are case-sensitive"), "{}", stderr(&output));
}

/// Where a ROM has its transfers.
const BOOT: usize = 0xC_8000;
const OVERWORLD: usize = 0xD_1EF5;
const UNDERWORLD: usize = 0xD_8000;
const CREDITS: usize = 0xD_5380;

/// A program in place of the game's driver: it plays a tone when it finds a number at its first port.
fn tone_program() -> Vec<u8> {
    let mut program = vec![0x8F, 0x10, 0xFA, 0x8F, 0x01, 0xF1, 0xE4, 0xF4, 0xF0, 0xFC];
    let registers = [
        (0x5D, 0x3C),
        (0x6C, 0x20),
        (0x0C, 0x7F),
        (0x1C, 0x7F),
        (0x00, 0x7F),
        (0x01, 0x7F),
        (0x02, 0x00),
        (0x03, 0x10),
        (0x04, 0x00),
        (0x05, 0xFF),
        (0x06, 0xE0),
        (0x5C, 0x00),
        (0x4C, 0x01),
    ];
    program.extend(
        registers.into_iter().flat_map(|(register, value)| [0x8F, register, 0xF2, 0x8F, value, 0xF3]),
    );
    program.extend([0x2F, 0xFE]);
    program
}

/// Two songs in the bank at $D000, one behind the other: a table, and for each a list, a segment and a track.
fn bank() -> Vec<u8> {
    let source = "%songbanksimple($D000)\ndw .One+!OFFSET, .Two+!OFFSET\n\
                  %song(\"One\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\ndb !instr, 1, !volume, 200, !8, !n, C4, E4, G4, C5, R, !PART_END\n%endsong()\n\
                  %song(\"Two\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\ndb !instr, 1, !volume, 200, !8, !n, C3, R, !PART_END\n%endsong()\n\
                  %endbank()\n%endtransfer()\n";
    let assembly = assemble("bank.asm", source.as_bytes(), &mut NoFiles, &AssemblerOptions::default());
    assert!(!assembly.problems.has_errors(), "{:?}", assembly.problems);
    assembly.regions[0].bytes.clone()
}

/// A ROM laid out like the game, of our own data.
fn rom() -> Vec<u8> {
    let case = std::fs::read(support::SNES_NSPC.carried("tune8/image.bin")).unwrap();
    let case = TransferImage::parse("image.bin", &case).unwrap();
    let mut boot = case.clone();
    boot.blocks.truncate(3);
    // The interpreter finds the driver's tables where the game has them.
    let mut driver = Ram::new(Box::new([0; Ram::SIZE]));
    constants::place(&mut driver);
    for (at, byte) in (0x0800..).zip(tone_program()) {
        driver.write(at, byte);
    }
    boot.blocks.push(TransferBlock { address: 0x0800, data: driver.bytes()[0x0800..0x179E].to_vec() });
    let mut bytes = vec![0xFF; 0x10_0000];
    let mut put = |at: usize, data: &[u8]| bytes[at..at + data.len()].copy_from_slice(data);
    put(BOOT, &boot.to_bytes());
    for place in [OVERWORLD, UNDERWORLD, CREDITS] {
        put(place, &bank());
    }
    bytes
}

/// A folder with a ROM and a source of one short song.
fn workshop() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("game.sfc"), rom()).unwrap();
    let song = "!ARAM = $2B00\n%song(\"Mine\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\n\
                db !instr, 1, !volume, 250, !4, !n, C5, R, !PART_END\n%endsong()\n";
    std::fs::write(folder.path().join("mine.asm"), song).unwrap();
    let path = folder.path().to_owned();
    (folder, path)
}

#[test]
fn a_song_of_the_game_is_exchanged_by_number_or_name() {
    let (_folder, path) = workshop();
    let before = rom();
    for wanted in ["1", "$01", "0x01", "triforce OPENING"] {
        let output = run(&path, &["convert", "mine.asm", "out.sfc", "--base", "game.sfc", "--song", wanted]);
        assert_eq!(code(&output), 0, "{wanted}: {}", stderr(&output));
        assert!(stderr(&output).contains("song 01 (Triforce opening)"), "{}", stderr(&output));
        let after = std::fs::read(path.join("out.sfc")).unwrap();
        let changed: Vec<usize> = (0..before.len()).filter(|&at| before[at] != after[at]).collect();
        // Behind header and table of the overworld's block, and only there; and the checksum in the ROM's header.
        let place = OVERWORLD + 4 + 4;
        let may_change = |at: &usize| (place..place + 34).contains(at) || (0x7FDC..0x7FE0).contains(at);
        assert!(changed.len() > 4 && changed.iter().all(may_change), "{changed:X?}");
        assert_eq!(stored_checksum(&after), header_checksum(&after));
        assert_eq!(after[place..place + 4], [0x0A, 0xD0, 0xFF, 0x00]);
        assert_eq!(std::fs::read(path.join("game.sfc")).unwrap(), before, "the game is left as it was");
    }
    let render = |rom: &str, song: &str| {
        let output = run(&path, &["render", rom, "--song", song, "--seconds", "1", "-o", "out.wav"]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        support::pcm(&path.join("out.wav"))
    };
    assert!(render("out.sfc", "1") != render("game.sfc", "1"), "the new song plays");
    assert!(render("out.sfc", "2") == render("game.sfc", "2"), "its neighbour plays as before");
    assert_eq!(code(&run(&path, &["convert", "mine.asm", "x.sfc", "--base", "game.sfc", "--song", "99"])), 2);
}

#[test]
fn a_song_that_has_no_room_changes_nothing() {
    let (_folder, path) = workshop();
    let long = std::fs::read_to_string(path.join("mine.asm"))
        .unwrap()
        .replace("C5,", "C5, D5, E5, F5, G5, A5, B5, C6,");
    std::fs::write(path.join("long.asm"), long).unwrap();
    let output = run(&path, &["convert", "long.asm", "out.sfc", "--base", "game.sfc", "--song", "1"]);
    assert_eq!(code(&output), 3);
    assert!(
        stderr(&output).contains("at most 34 bytes, the room of Triforce opening"),
        "{}",
        stderr(&output)
    );
    assert!(!path.join("out.sfc").exists());
    std::fs::write(path.join("placed.asm"), "org $1ACCAB\n!ARAM = $2B00\ndb 1\n").unwrap();
    let output = run(&path, &["convert", "placed.asm", "out.sfc", "--base", "game.sfc", "--song", "1"]);
    assert_eq!(code(&output), 3);
    assert!(!path.join("out.sfc").exists());
}

#[test]
fn a_bank_that_is_not_finished_is_not_put_into_the_game() {
    let (_folder, path) = workshop();
    let bank = "org $1B8000\n%songbank(1)\nincsrc \"mine.asm\"\n%endbank()\n";
    let mine = std::fs::read_to_string(path.join("mine.asm")).unwrap().replace("!ARAM = $2B00\n", "");
    std::fs::write(path.join("mine.asm"), mine).unwrap();
    std::fs::write(path.join("open.asm"), bank).unwrap();
    std::fs::write(path.join("whole.asm"), format!("{bank}%endtransfer()\n")).unwrap();
    let output = run(&path, &["convert", "whole.asm", "out.sfc", "--base", "game.sfc"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let list = run(&path, &["info", "out.sfc", "--song", "Triforce opening"]);
    assert_eq!(code(&list), 0, "{}", stderr(&list));
    let too_long = format!(
        "{bank}%endtransfer()\norg $1AD380 : %songbank(1)\nincsrc \"mine.asm\"\nfill $2800\n%endbank()\n%endtransfer()\n"
    );
    std::fs::write(path.join("long.asm"), too_long).unwrap();
    let output = run(&path, &["convert", "long.asm", "long.sfc", "--base", "game.sfc"]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(!path.join("long.sfc").exists());
}

#[test]
fn a_source_without_a_place_can_be_heard_in_the_game() {
    let (_folder, path) = workshop();
    let output = run(&path, &["convert", "mine.asm", "listen.sfc", "--base", "game.sfc"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let bytes = std::fs::read(path.join("listen.sfc")).unwrap();
    assert_eq!(bytes[0x2F..0x36], [0xA9, 0x0B, 0x8D, 0x40, 0x21, 0x80, 0xFE]);
    let play =
        run(&path, &["render", "listen.sfc", "--song", "Faerie theme", "--seconds", "1", "-o", "out.wav"]);
    assert_eq!(code(&play), 0, "{}", stderr(&play));
    assert!(support::pcm(&path.join("out.wav")).iter().any(|byte| *byte != 0));
}

#[test]
fn a_song_with_the_game_s_driver_is_a_file_for_any_player() {
    let (_folder, path) = workshop();
    let output = run(&path, &["convert", "mine.asm", "mine.spc", "--base", "game.sfc"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let file = SpcFile::parse("mine.spc", &std::fs::read(path.join("mine.spc")).unwrap()).unwrap();
    assert_eq!(file.title(), Some("Mine"));
    assert_eq!((file.ram.read_word(0xD000), file.ram.read(0xF4)), (0x2B00, 1));
    let play = run(&path, &["render", "mine.spc", "--seconds", "1", "-o", "out.wav"]);
    assert_eq!(code(&play), 0, "{}", stderr(&play));
    assert!(support::pcm(&path.join("out.wav")).iter().any(|byte| *byte != 0));
    assert_eq!(code(&run(&path, &["convert", "mine.asm", "x.spc"])), 2, "without a ROM there is no driver");
}

#[test]
fn songs_come_out_of_a_rom_as_source() {
    let (_folder, path) = workshop();
    let output = run(&path, &["convert", "game.sfc", "one.asm", "--song", "1"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let source = std::fs::read_to_string(path.join("one.asm")).unwrap();
    assert!(source.contains("%song(\"Song01\", 1, 0)") && source.contains("C4, E4, G4, C5, R"), "{source}");
    let output = run(&path, &["convert", "one.asm", "again.sfc", "--base", "game.sfc", "--song", "1"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(std::fs::read(path.join("again.sfc")).unwrap() == rom(), "the same bytes at the same place");
    let image = support::SNES_NSPC.carried("random01/image.bin");
    let image = image.to_str().unwrap();
    assert_eq!(code(&run(&path, &["convert", image, "image.asm"])), 0);
    let output = run(&path, &["--quiet", "convert", "image.asm", "image.bin"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(std::fs::read(path.join("image.bin")).unwrap() == std::fs::read(image).unwrap());
    // The source of a whole image plays with the image's own instruments.
    let render = |input: &str| {
        let output = run(
            &path,
            &["--quiet", "render", input, "--engine", "n-spc-alttp", "--seconds", "1", "-o", "out.wav"],
        );
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        support::pcm(&path.join("out.wav"))
    };
    assert!(render("image.asm") == render(image));
}

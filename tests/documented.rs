//! Every command line of the README and the pages in docs/: each is one that the program understands, and each that needs no
//! game of Nintendo's is run, in a folder that has files of the names the pages use.

#![cfg(unix)]

mod support;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Parser;
use support::{code, stderr};
use tatum_nds::format::rom::write_image;
use tatum_nds::format::sdat::Sdat;
use tatum_snes::format::{SpcFile, TransferImage};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Files that only the owner of a game has, or that another command makes of one: lines with them are only read.
const GAMES: [&str; 10] = [
    "game.sfc",
    "game.z64",
    "debug.z64",
    "new.z64",
    "OUT.sfc",
    "new.sfc",
    "pack.ootrs",
    "--bank FOLDER",
    "banks/ new/",
    "--bank new/",
];
/// Lines that need more than a file's name says: a program with a certain driver, or a driver's own tables.
const NEEDS_A_GAME: [&str; 5] = [
    "tatum verify song.spc --against driver --seconds 60",
    "tatum info song.spc --engine n-spc-smw",
    "tatum render song.spc --engine n-spc-smw",
    "tatum convert song.spc song.asm",
    "tatum verify song.m64 --reference console.wav --report report",
];

/// A command line, and the page it is on.
struct Line {
    page: String,
    text: String,
}

fn pages() -> Vec<PathBuf> {
    let mut pages = vec![Path::new(ROOT).join("README.md")];
    let docs = std::fs::read_dir(Path::new(ROOT).join("docs")).unwrap().map(|entry| entry.unwrap().path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    pages.sort();
    pages
}

/// The lines in blocks of code that call the program, without comments.
fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for path in pages() {
        let mut is_code = false;
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            if line.starts_with("```") {
                is_code = !is_code;
                continue;
            }
            let text = line.split(" #").next().unwrap_or_default().trim();
            let text = text.strip_prefix("$ ").unwrap_or(text);
            if is_code && (text.starts_with("tatum ") || text.contains(" tatum ")) && !text.starts_with('#') {
                let page = path.file_name().unwrap().to_string_lossy().into_owned();
                lines.push(Line { page, text: text.to_owned() });
            }
        }
    }
    assert!(lines.len() >= 80, "{} lines", lines.len());
    lines
}

impl Line {
    fn needs_a_game(&self) -> bool {
        GAMES.iter().any(|game| self.text.contains(game))
            || NEEDS_A_GAME.iter().any(|start| self.text.starts_with(start))
    }

    /// The words that the program gets.
    fn words(&self) -> Vec<String> {
        let call = self.text.split(" | ").next().unwrap_or_default();
        let call = call.split(" > ").next().unwrap_or_default();
        let words = shlex::split(call).unwrap_or_else(|| panic!("{}: {}", self.page, self.text));
        words.into_iter().skip_while(|word| word != "tatum").collect()
    }
}

#[test]
fn every_line_is_one_that_the_program_understands() {
    for line in lines() {
        if let Err(error) = tatum::cli::Arguments::try_parse_from(line.words()) {
            let is_answer = matches!(
                error.kind(),
                clap::error::ErrorKind::DisplayHelp | clap::error::ErrorKind::DisplayVersion
            );
            assert!(is_answer, "{}: {}\n{error}", line.page, line.text);
        }
    }
}

#[test]
fn what_is_said_to_need_a_game_is_still_there() {
    let lines = lines();
    for start in NEEDS_A_GAME.iter().chain(&GAMES) {
        assert!(lines.iter().any(|line| line.text.contains(start)), "no page has '{start}' any more");
    }
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(ROOT).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Files under the names that the pages use.
fn prepare(folder: &Path, page: &str) {
    let sdat = read("examples/nds-demo.sdat");
    let seqarc = Sdat::parse("x", read("golden-audio/nds/seqarc/sound.sdat"))
        .and_then(|archive| archive.contents())
        .unwrap()
        .files;
    let wave = tatum_nds::format::swar::WaveArchive::parse("x", &seqarc[0]).unwrap().waves[0]
        .as_ref()
        .unwrap()
        .to_swav();
    let mut files: BTreeMap<&str, Vec<u8>> = BTreeMap::from([
        ("song.m64", read("golden-audio/n64-sm64/tune8/sequence.m64")),
        ("mine.m64", read("golden-audio/n64-sm64/tune8/sequence.m64")),
        ("song.mus", read("examples/n64/first-tune.mus")),
        ("song.mml", read("examples/n64/lantern-walk.mml")),
        ("tinymm.mml", read("golden-audio/n64-convert/mml-fix/input.mml")),
        ("song.mid", read("golden-audio/n64-convert/mid-basic/input.mid")),
        ("song.sseq", read("examples/nds-demo.sseq")),
        ("song.smft", read("examples/carillon.smft")),
        ("game.nds", write_image(&[("sound.sdat", &sdat)])),
        ("sound.sdat", sdat),
        ("bank.sbnk", seqarc[1].clone()),
        ("waves.swar", seqarc[0].clone()),
        ("wave.swav", wave),
        ("music.strm", read("golden-audio/nds/strm/pcm16-mono-loop.strm")),
        ("song.spc", read("golden-audio/snes/timers/song.spc")),
        ("song.asm", read("examples/snes-hello.asm")),
        ("hello.asm", read("examples/snes-hello.asm")),
        ("song.bin", read("golden-audio/snes-nspc/tune8/image.bin")),
        ("image.bin", read("golden-audio/snes-nspc/tune8/image.bin")),
        ("list.m3u", b"song.m64\n".to_vec()),
    ]);
    if ["README.md", "snes-samples.md"].contains(&page) {
        // A file whose memory has the samples and instruments of the game's driver.
        let mut spc = SpcFile::default();
        TransferImage::parse("x", &files["image.bin"]).unwrap().apply(&mut spc.ram);
        files.insert("song.spc", spc.to_bytes());
    }
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    // Of the cases only as many as show that the commands work: other tests compare all of them.
    for name in ["nds/oneshot", "snes/timers"] {
        let place = folder.join("golden-audio").join(name);
        std::fs::create_dir_all(&place).unwrap();
        for entry in std::fs::read_dir(Path::new(ROOT).join("golden-audio").join(name)).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, place.join(path.file_name().unwrap())).unwrap();
        }
    }
    for name in ["examples", "tests"] {
        std::os::unix::fs::symlink(Path::new(ROOT).join(name), folder.join(name)).unwrap();
    }
    std::fs::create_dir(folder.join("music")).unwrap();
    std::fs::copy(folder.join("song.m64"), folder.join("music/song.m64")).unwrap();
    // Recordings to compare with: what the program itself plays.
    for (name, song, more) in [("console.wav", "song.m64", ""), ("emulator.wav", "song.spc", "--seconds 3")] {
        assert_done(folder, &format!("tatum render {song} {more} --quiet -o {name}"));
    }
    assert_done(folder, "tatum trace mine.m64 --quiet | gzip > theirs.tsv.gz");
    assert_done(folder, "tatum convert wave.swav piano.wav --quiet");
}

fn shell(folder: &Path, line: &str) -> std::process::Output {
    let program = Path::new(env!("CARGO_BIN_EXE_tatum")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(program.to_owned()).chain(std::env::split_paths(&path)))
        .unwrap();
    Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", path)
        .env("ALSA_CONFIG_PATH", Path::new(ROOT).join("tests/alsa/recording.conf"))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn assert_done(folder: &Path, line: &str) {
    let output = shell(folder, line);
    assert_eq!(code(&output), 0, "{line}: {}", stderr(&output));
}

/// What of a line is run: nothing that takes a person, and live sound only for a moment.
fn runnable(line: &Line) -> Option<String> {
    let words = line.words();
    let command = words.get(1).map(String::as_str);
    if line.needs_a_game() || line.text.contains("--watch") {
        return None;
    }
    let is_live = command == Some("play") || (command == Some("demo") && !line.text.contains(" -o"));
    if is_live && !cfg!(feature = "live") {
        return None;
    }
    let text = line.text.replace("| less", "> /dev/null");
    if command == Some("play") && !text.contains("--list-devices") && !text.contains("--seconds") {
        // The test has a device of its own, and no hour.
        return Some(format!("{} --seconds 1", text.replace("--device hw:1,0", "")));
    }
    if command == Some("demo") && is_live {
        return Some(format!("{text} --plain"));
    }
    Some(text)
}

#[test]
fn every_line_that_needs_no_game_does_what_it_says() {
    let mut by_page: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for line in lines() {
        by_page.entry(line.page.clone()).or_default().push(line);
    }
    let (mut run, mut read, mut failures) = (0, 0, Vec::new());
    for (page, lines) in by_page {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path(), &page);
        for line in lines {
            let Some(text) = runnable(&line) else {
                read += 1;
                continue;
            };
            println!("{page}: {text}");
            let output = shell(folder.path(), &text);
            run += 1;
            if output.status.code() != Some(0) {
                failures.push(format!("{page}: {text}: {}", stderr(&output)));
            }
        }
    }
    std::io::stdout().flush().unwrap();
    println!("{run} command lines run, {read} need a game or a person and were only read");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(run >= 50, "{run}");
}

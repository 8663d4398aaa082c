//! Nintendo 64 sequences as text, through the program.

mod support;

use std::path::{Path, PathBuf};

use support::{code, stderr, tatum};
use tatum::song::{OpenOptions, Song};
use tatum::verify::{Outcome, find_cases, verify_cases};
use tatum_core::Frame;

const CONVERSIONS: support::Set = support::Set { carried: "n64-convert", shared: "n64-convert" };
const DIALECTS: [&str; 6] =
    ["community_music", "community_sfx", "canon_music", "canon_sfx", "old_music", "old_sfx"];

fn is_text_case(case: &Path) -> bool {
    let is_kind = |line: &str| matches!(line, "kind = \"com\"" | "kind = \"mus\"");
    case.ends_with("case.toml") && std::fs::read_to_string(case).unwrap().lines().any(is_kind)
}

#[test]
fn every_text_case_is_equal() {
    for folder in CONVERSIONS.folders() {
        let mut cases = find_cases(&folder).unwrap();
        if folder == CONVERSIONS.carried("") {
            assert!(cases.iter().any(|case| case.ends_with("expected.tsv")));
        } else {
            cases.retain(|case| is_text_case(case));
        }
        let failures: Vec<String> = verify_cases(&cases, || {})
            .iter()
            .filter(|result| !matches!(result.outcome, Outcome::Equal))
            .map(|result| format!("{}: {:?}", result.path.display(), result.outcome))
            .collect();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}

/// The table of faulty texts fails if something else must be said.
#[test]
fn a_wrong_place_in_the_table_of_faulty_texts_is_a_difference() {
    let folder = tempfile::tempdir().unwrap();
    let table = CONVERSIONS.carried("malformed/expected.tsv");
    std::fs::copy(table.with_file_name("trailing-comma.mus"), folder.path().join("trailing-comma.mus"))
        .unwrap();
    let header = "file\tseverity\tline\tcolumn\tcode\tmessage\thint\n";
    let row = |column| format!("{header}trailing-comma.mus\terror\t13\t{column}\tMUS-COMMA\tx\t\n");
    for (column, expected) in [(28, 0), (27, 1)] {
        std::fs::write(folder.path().join("expected.tsv"), row(column)).unwrap();
        let output = tatum([Path::new("verify"), folder.path()]);
        assert_eq!(code(&output), expected, "{}", stderr(&output));
    }
}

#[test]
fn a_sequence_comes_back_through_the_program_in_every_dialect() {
    let folder = tempfile::tempdir().unwrap();
    let (text, back) = (folder.path().join("song.mus"), folder.path().join("back.m64"));
    let input = support::N64_SM64.carried("tune8/sequence.m64");
    for dialect in DIALECTS {
        let to_text = ["convert", input.to_str().unwrap(), text.to_str().unwrap(), "--dialect", dialect];
        let output = tatum(to_text);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let output = tatum(["convert", text.to_str().unwrap(), back.to_str().unwrap()]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert_eq!(std::fs::read(&back).unwrap(), std::fs::read(&input).unwrap(), "{dialect}");
    }
    // From one dialect to another, and to standard output.
    let output = tatum(["convert", text.to_str().unwrap(), "-", "--to", "mus", "--dialect", "canon"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("opensub\t, 0"));
}

#[test]
fn a_text_sounds_like_its_sequence() {
    let folder = tempfile::tempdir().unwrap();
    let input = support::N64_SM64.carried("tune8/sequence.m64");
    let text = folder.path().join("song.mus");
    let output = tatum([Path::new("convert"), &input, &text]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let frames = |path: &Path| {
        let mut player = Song::open(path, &OpenOptions::default()).unwrap().start().unwrap();
        let mut frames = vec![Frame::SILENCE; 60_000];
        player.render(&mut frames);
        frames
    };
    let (expected, found) = (frames(&input), frames(&text));
    assert!(expected.iter().any(|frame| *frame != Frame::SILENCE));
    assert!(expected == found);
    // A manifest may name a text too.
    let manifest = folder.path().join("case.toml");
    std::fs::write(&manifest, "engine = \"sm64-us\"\nsequence = \"song.mus\"\n").unwrap();
    assert_eq!(Song::open(&manifest, &OpenOptions::default()).unwrap().engine, "sm64-us");
}

#[test]
fn a_faulty_text_is_drawn_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("out.m64");
    std::fs::write(&target, "before").unwrap();
    let text = CONVERSIONS.carried("malformed/undefined-label.mus");
    let output = tatum([Path::new("convert"), &text, &target]);
    assert_eq!(code(&output), 3);
    let message = stderr(&output);
    for part in
        ["MUS-LABEL", "undefined-label.mus:9:19", "startlayer 0, lead", "^^^^", "label `lead` is not defined"]
    {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(std::fs::read(&target).unwrap(), b"before");
    let output = tatum([Path::new("render"), &text, Path::new("-o"), &folder.path().join("out.wav")]);
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("MUS-LABEL"));
}

#[test]
fn a_text_is_not_for_another_console() {
    let text = CONVERSIONS.carried("mus-lexical/input.mus");
    let output = tatum(["render", text.to_str().unwrap(), "--engine", "nds", "--seconds", "1"]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    assert!(stderr(&output).contains("--engine nds"), "{}", stderr(&output));
}

#[test]
fn includes_are_found_beside_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("parts")).unwrap();
    std::fs::write(path("song.mus"), "\u{feff}#include \"parts/head.inc\"\n end\n").unwrap();
    std::fs::write(path("parts/head.inc"), "#include \"tempo.inc\"\n").unwrap();
    std::fs::write(path("parts/tempo.inc"), " tempo 120\n").unwrap();
    let output = tatum([Path::new("convert"), &path("song.mus"), &path("song.m64")]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(std::fs::read(path("song.m64")).unwrap(), [0xDD, 120, 0xFF]);
}

#[test]
fn the_table_of_commands_is_named_or_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let input = CONVERSIONS.carried("com-script-zelda/input.com");
    let input = input.to_str().unwrap();
    let output = tatum(["convert", input, &path("z.mus"), "--abi", "Zelda"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(std::fs::read_to_string(path("z.mus")).unwrap().contains(";! abi zelda\n"));
    for (abi, expected) in [("1", "can be sm64, rtyi"), ("gameboy", "there is no ABI 'gameboy'")] {
        let output = tatum(["convert", input, &path("x.mus"), "--abi", abi]);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
    std::fs::write(path("bad.xml"), "<cmdlist>\n <command cmd=\"999\" name=\"x\"/>\n</cmdlist>\n").unwrap();
    let output = tatum(["convert", input, &path("x.mus"), "--abi", &path("bad.xml")]);
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("bad.xml:2:16"), "{}", stderr(&output));
    let game = "<cmdlist>\n<command cmd=\"1\" name=\"one\" validinseq=\"1\"/>\n<command cmd=\"2\" name=\"two\" validinseq=\"1\" action=\"End of Data\"/>\n</cmdlist>\n";
    std::fs::write(path("game.xml"), game).unwrap();
    std::fs::write(path("game.mus"), "one\none\ntwo\n").unwrap();
    let output = tatum(["convert", &path("game.mus"), &path("game.m64"), "--abi", &path("game.xml")]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(std::fs::read(path("game.m64")).unwrap(), [1, 1, 2]);
}

#[test]
fn info_shows_the_whole_content_of_a_sequence() {
    let dump = |path: PathBuf, more: &[&str]| {
        let output = tatum([&["info", path.to_str().unwrap(), "--dump"], more].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let listing = dump(CONVERSIONS.carried("com-overlap/input.com"), &["--abi", "sm64"]);
    assert!(listing.contains("0000: D3 20                    mutebhv 32\n"), "{listing}");
    assert!(listing.contains("COM-OVERLAP"), "{listing}");
    // A text, and a sequence that is found through a manifest.
    assert!(dump(CONVERSIONS.carried("mus-lexical/input.mus"), &[]).contains("0000: D3 20 "));
    assert!(dump(support::N64_SM64.carried("tune8/case.toml"), &[]).contains("0000: "));
    let output = tatum(["info", support::NDS.carried("oneshot/case.toml").to_str().unwrap(), "--dump"]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
}

//! Nintendo 64 sequences as text, MIDI files and MML, through the program.

mod support;

use std::path::{Path, PathBuf};

use support::{code, stderr, tatum};
use tatum::song::{OpenOptions, Song};
use tatum::verify::{Outcome, find_cases, verify_cases};
use tatum_core::Frame;

const CONVERSIONS: support::Set = support::Set { carried: "n64-convert", shared: "n64-convert" };
const DIALECTS: [&str; 6] =
    ["community_music", "community_sfx", "canon_music", "canon_sfx", "old_music", "old_sfx"];

#[test]
fn every_conversion_case_is_equal() {
    for folder in CONVERSIONS.folders() {
        let cases = find_cases(&folder).unwrap();
        assert!(cases.iter().any(|case| case.ends_with("expected.tsv")));
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

/// What a song sounds like at its start.
fn first_frames(path: &Path, engine: Option<&str>) -> Vec<Frame> {
    let options = OpenOptions { engine: engine.map(str::to_owned), ..OpenOptions::default() };
    let mut player = Song::open(path, &options).unwrap().start().unwrap();
    let mut frames = vec![Frame::SILENCE; 60_000];
    player.render(&mut frames);
    frames
}

#[test]
fn mml_is_heard_and_converted() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let song = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/n64/lantern-walk.mml");
    for name in ["song.m64", "song.mus", "song.zseq", "song.mid"] {
        let output = tatum([Path::new("convert"), &song, &path(name)]);
        assert_eq!((code(&output), stderr(&output)), (0, String::new()), "{name}");
    }
    assert_eq!(std::fs::read(path("song.zseq")).unwrap().len() % 16, 0);
    let frames = first_frames(&song, None);
    assert!(frames.iter().any(|frame| *frame != Frame::SILENCE));
    assert!(frames == first_frames(&path("song.m64"), None));
    assert!(frames == first_frames(&path("song.mus"), None));
    // The form of the songs in mml2m64's manual: channels may be empty.
    std::fs::write(path("manual.mml"), "?0 ; once\nw200\nt158\n#0  v150  @1\nd+16e16r8\n#9  v150  @127\n")
        .unwrap();
    let output = tatum([Path::new("convert"), &path("manual.mml"), &path("manual.m64")]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}

#[test]
fn faulty_mml_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let text = CONVERSIONS.carried("malformed/octave-9.mml");
    let output = tatum([Path::new("convert"), &text, &folder.path().join("out.m64")]);
    assert_eq!(code(&output), 3);
    for part in ["MML-RANGE", "octave-9.mml:1:5", "octave 9 is out of range", "0 to 7"] {
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
    }
}

#[test]
fn the_octave_fixer_needs_to_be_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let input = CONVERSIONS.carried("mml-fix/input.mml");
    let fixed = folder.path().join("fixed.mml");
    let arguments = ["convert", input.to_str().unwrap(), fixed.to_str().unwrap()];
    assert_eq!(code(&tatum(arguments)), 2);
    let output = tatum(arguments.into_iter().chain(["--fix-octaves", "--headers"]));
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let expected = CONVERSIONS.carried("mml-fix/fixed-headers.mml");
    assert_eq!(std::fs::read(fixed).unwrap(), std::fs::read(expected).unwrap());
}

#[test]
fn midi_files_go_in_and_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let input = CONVERSIONS.carried("mid-repeats/input.mid");
    let convert = |input: &Path, name: &str, more: &[&str]| {
        let target = path(name);
        let arguments = ["convert", input.to_str().unwrap(), target.to_str().unwrap()];
        tatum(arguments.iter().chain(more).copied().collect::<Vec<_>>())
    };
    for (options, expected) in [
        (&["--usecalls", "false", "--useloops", "no"][..], "default-flat.com"),
        (&["--usecalls", "0", "--useloops", "off", "--delta_vel", "0x0"], "lossless-flat.com"),
    ] {
        let output = convert(&input, "song.m64", options);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let expected = CONVERSIONS.carried("mid-repeats").join(expected);
        assert_eq!(std::fs::read(path("song.m64")).unwrap(), std::fs::read(expected).unwrap());
    }
    let output = convert(&path("song.m64"), "back.mid", &["--ppqnmultiplier", "2"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(std::fs::read(path("back.mid")).unwrap()[12..14], [0, 96]);
    // As a song, with the default options.
    let output = convert(&input, "default.m64", &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(first_frames(&input, Some("sm64-us")) == first_frames(&path("default.m64"), None));
    let output = convert(&input, "x.m64", &["--mastervol", "256"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("mastervol: expected 0 to 255"), "{}", stderr(&output));
    let output = convert(&CONVERSIONS.carried("malformed/smpte.mid"), "x.m64", &[]);
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("MID-SMPTE"), "{}", stderr(&output));
}

#[test]
fn preferences_beside_a_midi_file_count() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("out.m64");
    let input = CONVERSIONS.carried("mid-pref/input.mid");
    let convert = |more: &[&str]| {
        let arguments = ["convert", input.to_str().unwrap(), target.to_str().unwrap()];
        let output = tatum(arguments.iter().chain(more).copied().collect::<Vec<_>>());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        (std::fs::read(&target).unwrap(), stderr(&output))
    };
    let (with, said) = convert(&[]);
    assert_eq!(with[..4], [0xD3, 0x40, 0xD5, 40]);
    assert!(said.contains("PREF-UNKNOWN") && said.contains("unknown_thing"), "{said}");
    assert_eq!(convert(&["--pref", "false"]).0[..4], [0xD3, 0x20, 0xD5, 0x32]);
}

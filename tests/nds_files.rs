//! Sound files of the DS through `tatum convert`: archives to folders, banks and waves to text, and back.

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use support::{NDS, code, stderr, tatum};

fn convert(from: &Path, to: &Path, more: &[&str]) -> Output {
    let mut arguments = vec!["convert".to_owned(), from.display().to_string(), to.display().to_string()];
    arguments.extend(more.iter().map(|more| (*more).to_owned()));
    tatum(arguments)
}

fn converted(from: &Path, to: &Path, more: &[&str]) -> String {
    let output = convert(from, to, more);
    assert_eq!(code(&output), 0, "{} to {}: {}", from.display(), to.display(), stderr(&output));
    stderr(&output)
}

fn archives(set: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(set).unwrap() {
        let path = entry.unwrap().path().join("sound.sdat");
        if path.is_file() {
            found.push(path);
        }
    }
    if let Ok(malformed) = std::fs::read_dir(set.join("malformed")) {
        found.extend(
            malformed
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|e| e == "sdat")),
        );
    }
    found.sort();
    found
}

#[test]
fn archives_survive_their_folders_byte_for_byte() {
    let (mut whole, mut refused) = (0, 0);
    for set in NDS.folders() {
        for path in archives(&set) {
            let is_malformed = path.parent().unwrap().ends_with("malformed");
            for more in [&[][..], &["--text"]] {
                let folder = tempfile::tempdir().unwrap();
                let (inside, back) = (folder.path().join("x/"), folder.path().join("back.sdat"));
                let unpacked = convert(&path, &inside, more);
                if is_malformed && code(&unpacked) == 3 {
                    assert!(!inside.exists(), "{}: a folder is left behind", path.display());
                    refused += 1;
                    continue;
                }
                assert_eq!(code(&unpacked), 0, "{}: {}", path.display(), stderr(&unpacked));
                converted(&inside, &back, &[]);
                assert!(
                    std::fs::read(&back).unwrap() == std::fs::read(&path).unwrap(),
                    "{} {more:?}",
                    path.display()
                );
                whole += 1;
            }
        }
    }
    println!("{whole} byte for byte, {refused} refused");
    assert!(whole > refused);
}

#[test]
fn an_edited_archive_has_the_edit_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("sound");
    converted(&NDS.carried("tune-8bars/sound.sdat"), &inside.join(""), &["--text"]);
    let manifest = inside.join("archive.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(
        &manifest,
        text.replacen("volume = ", "volume = 1", 1).replacen("volume = 1127", "volume = 99", 1),
    )
    .unwrap();
    let edited = folder.path().join("edited.sdat");
    let output = convert(&inside.join(""), &edited, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let parse =
        |path: &Path| tatum_nds::format::sdat::Sdat::parse("x", std::fs::read(path).unwrap()).unwrap();
    let (before, after) = (parse(&NDS.carried("tune-8bars/sound.sdat")), parse(&edited));
    assert_ne!(before.info.sequences, after.info.sequences);
    assert_eq!(before.contents().unwrap().files, after.contents().unwrap().files);
    assert_eq!(
        (before.info.banks.clone(), before.symbols.clone()),
        (after.info.banks.clone(), after.symbols.clone())
    );

    // A misspelt field is told with its line, and the old file stays.
    std::fs::write(&manifest, text.replacen("volume", "volumn", 1)).unwrap();
    let wrong = convert(&inside.join(""), &edited, &[]);
    assert_eq!(code(&wrong), 3, "{}", stderr(&wrong));
    assert!(
        stderr(&wrong).contains("volumn") && stderr(&wrong).contains("archive.toml:"),
        "{}",
        stderr(&wrong)
    );
    assert_eq!(parse(&edited).info.sequences, after.info.sequences);

    // A path that leads out of the folder is refused.
    std::fs::write(&manifest, text.replacen("\"sequences/", "\"../sequences/", 2)).unwrap();
    let outside = convert(&inside.join(""), &edited, &[]);
    assert_eq!(code(&outside), 3, "{}", stderr(&outside));
    assert!(stderr(&outside).contains("outside"), "{}", stderr(&outside));
}

#[test]
fn archives_laid_out_in_another_way_survive_too() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = std::fs::read(NDS.carried("tune-8bars/sound.sdat")).unwrap();
    // Odd paddings: bytes that no reader looks at, and something behind the end.
    let mut odd = bytes.clone();
    odd[0x38] = 0xAA;
    odd.extend(b"behind");
    let archive = folder.path().join("odd.sdat");
    std::fs::write(&archive, &odd).unwrap();
    let game = folder.path().join("game.nds");
    std::fs::write(&game, tatum_nds::format::rom::write_image(&[("sound/odd.sdat", &odd)])).unwrap();
    for (input, more) in [(&archive, &["--text"][..]), (&archive, &[]), (&game, &[]), (&game, &["--text"])] {
        let (inside, back) = (folder.path().join("inside/"), folder.path().join("back.sdat"));
        converted(input, &inside, more);
        converted(&inside, &back, &[]);
        assert!(std::fs::read(&back).unwrap() == odd, "{} {more:?}", input.display());
        // What is there already is never overwritten.
        assert_eq!(code(&convert(input, &inside, more)), 4);
        std::fs::remove_dir_all(&inside).unwrap();
    }
}

#[test]
fn sequences_and_midi_convert_by_their_endings() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/carillon.smft");
    assert_eq!(converted(&example, &at("c.sseq"), &[]), "", "the example has no warnings");
    converted(&at("c.sseq"), &at("c.smft"), &[]);
    converted(&at("c.smft"), &at("again.sseq"), &[]);
    assert!(std::fs::read(at("c.sseq")).unwrap() == std::fs::read(at("again.sseq")).unwrap());
    let seeds = ["1", "2"].map(|seed| {
        converted(&at("c.sseq"), &at("c.mid"), &["--random-seed", seed]);
        std::fs::read(at("c.mid")).unwrap()
    });
    assert_ne!(seeds[0], seeds[1], "chance decides the bells");
    converted(&at("c.mid"), &at("from.smft"), &[]);
    converted(&NDS.carried("tune-8bars/sound.sdat"), &at("tune.mid"), &["--sequence", "0", "--rounds", "2"]);

    // The text plays like the sequence.
    for name in ["c.sseq", "c.smft"] {
        let wav = at(name).with_extension("wav");
        let output = tatum([
            "render".as_ref(),
            at(name).as_os_str(),
            "--seconds".as_ref(),
            "2".as_ref(),
            "-o".as_ref(),
            wav.as_os_str(),
        ]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        std::fs::rename(wav, at(&format!("{name}.wav"))).unwrap();
    }
    assert!(std::fs::read(at("c.sseq.wav")).unwrap() == std::fs::read(at("c.smft.wav")).unwrap());

    // A mistake is drawn with its line and a caret.
    std::fs::write(at("wrong.smft"), "Start:\n  volum 100\n  fin\n").unwrap();
    let wrong = convert(&at("wrong.smft"), &at("wrong.sseq"), &[]);
    assert_eq!(code(&wrong), 3);
    let said = stderr(&wrong);
    assert!(
        said.contains("wrong.smft:2:3") && said.contains("^^^^^") && said.contains("did you mean `volume`?"),
        "{said}"
    );
    assert!(!at("wrong.sseq").exists());
}

#[test]
fn recordings_keep_their_bytes_until_they_are_changed() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for entry in std::fs::read_dir(NDS.carried("strm")).unwrap() {
        let stream = entry.unwrap().path();
        if stream.extension().is_none_or(|ending| ending != "strm") {
            continue;
        }
        converted(&stream, &at("stream.wav"), &[]);
        converted(&at("stream.wav"), &at("back.strm"), &[]);
        assert!(
            std::fs::read(&stream).unwrap() == std::fs::read(at("back.strm")).unwrap(),
            "{}",
            stream.display()
        );
        let mut wav = std::fs::read(at("stream.wav")).unwrap();
        wav[61] ^= 0x40;
        std::fs::write(at("stream.wav"), wav).unwrap();
        converted(&at("stream.wav"), &at("changed.strm"), &[]);
        assert!(std::fs::read(&stream).unwrap() != std::fs::read(at("changed.strm")).unwrap());
        let output = tatum(["info".as_ref(), at("changed.strm").as_os_str()]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        converted(&at("stream.wav"), &at("wave.swav"), &["--encoding", "adpcm"]);
        converted(&at("wave.swav"), &at("wave.wav"), &[]);
        converted(&at("wave.wav"), &at("again.swav"), &[]);
        assert!(std::fs::read(at("wave.swav")).unwrap() == std::fs::read(at("again.swav")).unwrap());
    }
}

#[test]
fn the_snes_bank_survives_its_folder_and_brr_its_wav() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let run = |arguments: &[&std::ffi::OsStr]| {
        let output = tatum(arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
        output
    };
    let mut found = 0;
    for set in support::SNES_NSPC.folders() {
        for entry in std::fs::read_dir(set).unwrap() {
            let image = entry.unwrap().path().join("image.bin");
            if !image.is_file() || found == 4 {
                continue;
            }
            found += 1;
            let bank = at(&format!("bank{found}"));
            run(&["bank".as_ref(), "export".as_ref(), image.as_os_str(), bank.as_os_str()]);
            let back = at("back.bin");
            run(&["bank".as_ref(), "import".as_ref(), bank.as_os_str(), back.as_os_str()]);
            let list = |path: &Path| run(&["bank".as_ref(), "list".as_ref(), path.as_os_str()]).stdout;
            assert_eq!(
                String::from_utf8_lossy(&list(&back)),
                String::from_utf8_lossy(&list(&image)),
                "{}",
                image.display()
            );
        }
    }
    assert!(found > 0);
    let wav = std::fs::read_dir(at("bank1")).unwrap().map(|entry| entry.unwrap().path());
    let wav = wav.filter(|path| path.extension().is_some_and(|ending| ending == "wav")).min().unwrap();
    run(&["bank".as_ref(), "encode".as_ref(), wav.as_os_str(), at("a.brr").as_os_str()]);
    run(&["bank".as_ref(), "decode".as_ref(), at("a.brr").as_os_str(), at("a.wav").as_os_str()]);
    run(&["bank".as_ref(), "encode".as_ref(), at("a.wav").as_os_str(), at("b.brr").as_os_str()]);
    assert!(std::fs::read(at("a.brr")).unwrap() == std::fs::read(at("b.brr")).unwrap());
}

//! Mistakes are told with their place, and no bytes whatever break the program.

use std::fs;
use std::path::Path;

use tatum::bank::{BankFile, BankOptions, import};

use super::{bank, case, copy, edit, nds_archive, snes_image};
use crate::support::{self, code, stderr, tatum};

/// What `import` has to say against a folder.
fn refusal(folder: &Path) -> String {
    let output = tatum([Path::new("bank"), Path::new("import"), folder, &folder.with_extension("out")]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(!folder.with_extension("out").exists(), "an error leaves nothing behind");
    stderr(&output)
}

#[test]
fn every_mistake_in_a_text_is_told_with_its_place() {
    let work = tempfile::tempdir().unwrap();
    let good = work.path().join("good");
    bank("export", &support::N64_SM64.carried("bank"), &good);
    let bank_text = "banks/00.toml";
    let mistakes: [(&str, &str, &str, &[&str]); 15] = [
        (
            bank_text,
            "envelope = \"envelope 1\"",
            "envelope = \"strings\"",
            &["00.toml:", "instrument 2: envelope: there is no 'strings'", "envelope 0", "^^^^^^^^^"],
        ),
        (
            bank_text,
            "\"hold\"]",
            "\"hang\"]",
            &["envelope 'envelope 0': point 2", "\"hang\"", "\"restart\"", "^"],
        ),
        (bank_text, ", \"hold\"]", "]", &["envelope 'envelope 0'", "end it with \"hold\"", "^"]),
        (bank_text, "[4, 32000]", "[4, 32000, 5]", &["a point is [delay, level]", "^"]),
        (bank_text, "release = 200", "release = 300", &["00.toml:", "^", "300"]),
        (bank_text, "release = 200", "relaese = 200", &["relaese", "^", "release"]),
        (bank_text, "number = 1\n", "number = 0\n", &["instrument 0 is there twice", "^"]),
        (bank_text, "number = 1\n", "number = 77\n", &["instrument 77: there are 15 numbers", "^"]),
        (
            bank_text,
            "instruments = 15",
            "instruments = 500",
            &["instruments: expected at most 127, found 500", "^"],
        ),
        (bank_text, "tuning = 1.0", "tuning = -1.0", &["instrument 0: normal: tuning", "-1", "^"]),
        (
            bank_text,
            "samples/00/000.wav",
            "../../secret.wav",
            &["'../../secret.wav' lies outside of the folder"],
        ),
        ("banks.toml", "form = \"archives\"", "form = \"archive\"", &["banks.toml:", "^", "archives"]),
        (
            "banks.toml",
            "engine = \"sm64-us\"",
            "engine = \"sm64\"",
            &["expected one of sm64-us,", "'sm64'", "^"],
        ),
        ("banks.toml", "areas = [0]", "areas = [3]", &["bank 0: areas: there is no area 3", "^"]),
        (
            "banks.toml",
            "size = 576",
            "size = 576\ncodec = \"mp3\"",
            &["codec: expected adpcm, adpcm-2bit or pcm8, found 'mp3'", "^"],
        ),
    ];
    for (number, (file, from, to, expected)) in mistakes.into_iter().enumerate() {
        let folder = work.path().join(format!("bad{number}"));
        copy(&good, &folder);
        edit(&folder.join(file), |text| text.replacen(from, to, 1));
        let told = refusal(&folder);
        for part in expected {
            assert!(told.contains(part), "{to}: expected '{part}' in: {told}");
        }
    }
    let missing = work.path().join("missing");
    copy(&good, &missing);
    fs::remove_file(missing.join("samples/00/005.wav")).unwrap();
    let output = tatum([Path::new("bank"), Path::new("import"), &missing, &work.path().join("out")]);
    assert_eq!(code(&output), 4);
    assert!(stderr(&output).contains("005.wav"), "{}", stderr(&output));
}

#[test]
fn texts_of_any_bytes_are_read_or_refused() {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("folder");
    bank("export", &support::N64_SM64.carried("bank"), &folder);
    let texts = ["banks.toml", "banks/01.toml"];
    let good = texts.map(|name| fs::read(folder.join(name)).unwrap());
    arbtest::arbtest(|u| {
        let which = u.choose_index(texts.len())?;
        let mut bytes = good[which].clone();
        for _ in 0..u.int_in_range(1..=4)? {
            let at = u.choose_index(bytes.len())?;
            if u.arbitrary()? {
                bytes[at] = u.arbitrary()?;
            } else {
                let end = (at + u.int_in_range(0..=40)?).min(bytes.len());
                bytes.drain(at..end);
            }
            if bytes.is_empty() {
                break;
            }
        }
        fs::write(folder.join(texts[which]), &bytes).unwrap();
        let out = work.path().join("out");
        if import(&folder, &out, true).is_ok() {
            BankFile::open(&out, &BankOptions::default()).unwrap().list(false).unwrap();
            fs::remove_dir_all(&out).unwrap();
        }
        fs::write(folder.join(texts[which]), &good[which]).unwrap();
        Ok(())
    })
    .budget_ms(3000);
}

#[test]
fn sound_files_of_any_bytes_are_listed_or_refused() {
    let work = tempfile::tempdir().unwrap();
    let folder_of = |path: &Path| (path.parent().unwrap().to_owned(), path.file_name().unwrap().to_owned());
    let cases = [
        support::N64_SM64.carried("bank/sound_data.ctl"),
        support::N64_SM64_SH.carried("bank/banks_header"),
        case(support::N64_OOT, "basic-adpcm").join("soundfont.zbank"),
        nds_archive(),
        snes_image(),
    ];
    for (number, path) in cases.into_iter().enumerate() {
        let (folder, file) = folder_of(&path);
        let copied = work.path().join(number.to_string());
        copy(&folder, &copied);
        let copy = copied.join(&file);
        let good = fs::read(&copy).unwrap();
        let input = if number < 3 { &copied } else { &copy };
        arbtest::arbtest(|u| {
            let mut bytes = good.clone();
            for _ in 0..u.int_in_range(1..=6)? {
                let at = u.choose_index(bytes.len().min(2048))?;
                bytes[at] = u.arbitrary()?;
            }
            bytes.truncate(u.int_in_range(bytes.len() / 2..=bytes.len())?);
            fs::write(&copy, &bytes).unwrap();
            if let Ok(banks) = BankFile::open(input, &BankOptions::default()) {
                let _ = banks.list(true);
                let _ = banks.to_sound_font(None, &work.path().join("x.sf2"), true);
            }
            Ok(())
        })
        .budget_ms(1200);
    }
}

#[test]
fn wrong_places_are_told() {
    let work = tempfile::tempdir().unwrap();
    let input = support::N64_SM64.carried("bank");
    let song = support::N64_SM64.carried("tune8/sequence.m64");
    let empty = work.path().to_owned();
    let arguments: [(&[&Path], i32, &str); 5] = [
        (&[Path::new("export"), &input, Path::new("-")], 2, "cannot be standard output"),
        (&[Path::new("export"), &input, &input], 4, "bank"),
        (&[Path::new("list"), &song], 2, "unknown kind of file"),
        (&[Path::new("import"), &empty, &empty.join("x")], 2, "expected a folder with banks.toml"),
        (&[Path::new("list"), Path::new("missing.ctl")], 4, "No such file"),
    ];
    for (arguments, expected, message) in arguments {
        let output = tatum([&[Path::new("bank")], arguments].concat());
        assert_eq!(code(&output), expected, "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
    }
}

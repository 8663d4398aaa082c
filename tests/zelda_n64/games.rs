//! Games, extracted games and bare sequences play like the loose files.

use std::path::Path;

use tatum_n64::format::byte_order::ByteOrder;

use super::synthetic::{Case, DEBUG, MAJORA, Parts, RETAIL, UNKNOWN, ocarina_parts};
use super::{info, refusal, render, try_render};
use crate::support;

#[test]
fn games_play_like_the_loose_files_in_every_byte_order() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second, parts) = ocarina_parts();
    for (layout, title) in [
        (&DEBUG, "Ocarina of Time (Master Quest debug)"),
        (&RETAIL, "Ocarina of Time (NTSC 1.2)"),
        (&UNKNOWN, "Ocarina of Time"),
    ] {
        let image = layout.image(&parts);
        for (order, ending) in
            [(ByteOrder::Big, "z64"), (ByteOrder::Swapped, "v64"), (ByteOrder::Little, "n64")]
        {
            let mut bytes = image.clone();
            order.convert(&mut bytes);
            let rom = folder.path().join("game").with_extension(ending);
            std::fs::write(&rom, bytes).unwrap();
            first.assert_plays(&render(&rom, &[]));
            second.assert_plays(&render(&rom, &["--song", "1"]));
        }
        let rom = folder.path().join("game.v64");
        let info = info(&rom);
        assert_eq!(info["title"], format!("{title}, sequence 0"));
        assert_eq!(info["engine"], "oot");
        assert_eq!(info["songs"].as_array().unwrap().len(), 3);
        assert_eq!(info["songs"][1]["bytes"], second.sequence().len());
        assert_eq!(info["songs"][2]["bytes"], first.sequence().len(), "an alias");
        assert_eq!(info["songs"][2]["banks"], serde_json::json!([1]));
        assert!(refusal(&rom, &["--song", "2"]).contains("font 0x01"), "its font is damaged");
        assert!(refusal(&rom, &["--song", "3"]).contains("below 3"));
    }
}

#[test]
fn majoras_mask_is_told_from_ocarina_of_time() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (Case::mm("mm-script"), Case::mm("mm-surround"));
    let rom = folder.path().join("game.z64");
    std::fs::write(&rom, MAJORA.image(&Parts::new(&first, &second))).unwrap();
    assert_eq!(info(&rom)["engine"], "mm");
    assert_eq!(info(&rom)["title"], "Majora's Mask (USA), sequence 0");
    first.assert_plays(&render(&rom, &["--set", "preset=0"]));
    let refused = try_render(&rom, &["--engine", "sm64-us"]).unwrap_err();
    assert_eq!(refused.0, 2, "{}", refused.1);
}

#[test]
fn an_extracted_game_plays_and_gives_its_sounds_to_bare_sequences() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second, parts) = ocarina_parts();
    parts.write_folder(folder.path());
    first.assert_plays(&render(folder.path(), &[]));
    second.assert_plays(&render(folder.path(), &["--song", "1"]));

    let bank = folder.path().to_str().unwrap();
    let rom = folder.path().join("game.z64");
    std::fs::write(&rom, RETAIL.image(&parts)).unwrap();
    for name in ["song.zseq", "song.seq", "song.com"] {
        let song = folder.path().join(name);
        std::fs::write(&song, second.sequence()).unwrap();
        second.assert_plays(&render(&song, &["--engine", "oot", "--bank", bank]));
    }
    let song = folder.path().join("song.zseq");
    second.assert_plays(&render(&song, &["--bank", rom.to_str().unwrap()]));
    second.assert_plays(&render(&song, &["--bank", bank, "--set", "font=0"]));
    second.assert_plays(&render(&song, &["--bank", bank, "--song", "1"]));
    assert!(refusal(&song, &["--bank", bank, "--set", "font=0x01"]).contains("font 0x01"));
    std::fs::remove_file(folder.path().join("Audiotable")).unwrap();
    let missing = try_render(&song, &["--bank", bank]).unwrap_err();
    assert_eq!(missing.0, 4);
    assert!(missing.1.contains("Audiotable"), "{}", missing.1);
}

#[test]
fn banks_of_a_game_become_texts_and_an_extracted_game_again() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let (first, second, parts) = ocarina_parts();
    std::fs::create_dir(at("game")).unwrap();
    parts.write_folder(&at("game"));
    std::fs::write(at("game.z64"), RETAIL.image(&parts)).unwrap();
    for (input, texts, output) in [("game", "texts", "again"), ("game.z64", "rom texts", "of rom")] {
        for (action, from, to) in [("export", input, texts), ("import", texts, output)] {
            let output = support::tatum([Path::new("bank"), Path::new(action), &at(from), &at(to)]);
            assert_eq!(support::code(&output), 0, "{}", support::stderr(&output));
        }
        for entry in std::fs::read_dir(at("game")).unwrap() {
            let path = entry.unwrap().path();
            let again = at(output).join(path.file_name().unwrap());
            assert!(std::fs::read(&path).unwrap() == std::fs::read(&again).unwrap(), "{}", again.display());
        }
    }
    // The second font is no font: its bytes are kept as they are.
    assert!(at("texts/original/bank01.bin").is_file());
    // A text that says the same in other words changes nothing; without the originals all is laid out anew.
    let table = std::fs::read_to_string(at("texts/banks.toml")).unwrap();
    let lines =
        table.lines().filter(|line| !line.starts_with("originals = ") && !line.starts_with("rest = "));
    std::fs::write(at("texts/banks.toml"), lines.map(|line| format!("{line}\n")).collect::<String>())
        .unwrap();
    let bank = std::fs::read_to_string(at("texts/banks/00.toml")).unwrap();
    let lines = bank.lines().filter(|line| !line.starts_with("original = "));
    std::fs::write(at("texts/banks/00.toml"), lines.map(|line| format!("{line}\n")).collect::<String>())
        .unwrap();
    let output = support::tatum([Path::new("bank"), Path::new("import"), &at("texts"), &at("anew")]);
    assert_eq!(support::code(&output), 0, "{}", support::stderr(&output));
    first.assert_plays(&render(&at("anew"), &[]));
    second.assert_plays(&render(&at("anew"), &["--song", "1"]));
}

#[test]
fn bare_sequences_play_with_the_built_in_instruments() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = Case::oot("basic-adpcm").sequence();
    for (name, engine) in [("a.zseq", "oot"), ("a.zseq", "mm"), ("a.aseq", "oot"), ("a.seq", "sm64-sh")] {
        let song = folder.path().join(name);
        std::fs::write(&song, &bytes).unwrap();
        let (samples, message) = try_render(&song, &["--engine", engine]).unwrap();
        assert!(message.contains("built-in instruments"), "{message}");
        assert!(engine == "sm64-sh" || samples.iter().any(|&byte| byte != 0), "{engine} is silent");
    }
    assert_eq!(info(&folder.path().join("a.zseq"))["engine"], "oot");
    let named = folder.path().join("Song_1f_0-5.zseq");
    std::fs::write(&named, &bytes).unwrap();
    assert_eq!(info(&named)["engine"], "mm", "named as the randomiser's files are");
}

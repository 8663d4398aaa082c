//! A synthetic Super Mario 64 image in all three byte orders: opened, listed, and rendered like the loose files.

mod support;

use std::path::Path;

use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::bank_set::{BankSets, LOADED_BYTES};
use tatum_n64::format::byte_order::ByteOrder;
use tatum_n64::format::index_table::{IndexEntry, IndexTable};

/// Where the American game has its files (`n64-formats.md` 9.1).
const BANKS: usize = 0x57_B720;
const SAMPLES: usize = 0x59_3560;
const SEQUENCES: usize = 0x7B_0860;

/// An image with two sequences of the golden set and its banks.
fn image() -> Vec<u8> {
    let file = |name: &str| std::fs::read(support::N64_SM64.carried(name)).unwrap();
    let mut image = vec![0; 0x80_0000];
    image[..4].copy_from_slice(&[0x80, 0x37, 0x12, 0x40]);
    image[0x3B..0x40].copy_from_slice(b"NSME\0");
    let mut put = |at: usize, bytes: &[u8]| image[at..at + bytes.len()].copy_from_slice(bytes);
    put(BANKS, &file("bank/sound_data.ctl"));
    put(SAMPLES, &file("bank/sound_data.tbl"));
    let sequences = [file("note-short/sequence.m64"), file("tune8/sequence.m64")];
    let archive = Archive::write(ArchiveKind::Sequences, &[&sequences[0], &sequences[1]]).unwrap();
    put(SEQUENCES, &archive);
    put(SEQUENCES + archive.len(), &BankSets::write(&[vec![0, 1], vec![0, 1]]));
    image
}

#[test]
fn an_image_in_any_byte_order_lists_and_renders_like_the_loose_files() {
    let folder = tempfile::tempdir().unwrap();
    for (order, ending) in [(ByteOrder::Big, "z64"), (ByteOrder::Swapped, "v64"), (ByteOrder::Little, "n64")]
    {
        let mut bytes = image();
        order.convert(&mut bytes);
        assert_eq!(ByteOrder::detect(&bytes), Some(order));
        let rom = folder.path().join("game").with_extension(ending);
        std::fs::write(&rom, bytes).unwrap();

        let info = support::tatum([Path::new("info"), Path::new("--json"), &rom]);
        assert_eq!(support::code(&info), 0, "{}", support::stderr(&info));
        let info: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
        assert_eq!(info["title"], "Super Mario 64 (USA), sequence 0");
        assert_eq!(info["songs"].as_array().unwrap().len(), 2);
        assert_eq!(info["songs"][1]["banks"], serde_json::json!([0, 1]));

        let out = folder.path().join("out.wav");
        for (song, case, seconds) in [("0", "note-short", "2"), ("1", "tune8", "16")] {
            let output = support::tatum([
                Path::new("render"),
                &rom,
                Path::new("--song"),
                Path::new(song),
                Path::new("--seconds"),
                Path::new(seconds),
                Path::new("-o"),
                &out,
            ]);
            assert_eq!(support::code(&output), 0, "{}", support::stderr(&output));
            let found = support::pcm(&out);
            let reference = support::pcm(&support::N64_SM64.carried(case).join("reference.wav"));
            assert!(found == reference[..found.len()], "{ending}: {case} differs");
        }
        let missing = support::tatum([Path::new("render"), &rom, Path::new("--song"), Path::new("2")]);
        assert_eq!(support::code(&missing), 3, "{}", support::stderr(&missing));
    }
}

#[test]
fn a_game_is_played_by_its_own_version_of_the_engine() {
    let folder = tempfile::tempdir().unwrap();
    let rom = folder.path().join("game.z64");
    std::fs::write(&rom, image()).unwrap();
    let engine = |options: &[&str]| {
        let mut arguments = vec!["info", "--json", rom.to_str().unwrap()];
        arguments.extend(options);
        let output = support::tatum(arguments);
        assert_eq!(support::code(&output), 0, "{}", support::stderr(&output));
        let info: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        info["engine"].as_str().unwrap().to_owned()
    };
    assert_eq!(engine(&[]), "sm64-us");
    assert_eq!(engine(&["--engine", "sm64-jp"]), "sm64-jp");
    let refused = support::tatum(["info", rom.to_str().unwrap(), "--engine", "oot"]);
    assert_eq!(support::code(&refused), 2, "{}", support::stderr(&refused));
}

#[test]
fn an_image_of_another_game_or_cut_short_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let rom = folder.path().join("game.z64");
    let mut other = image();
    other[0x3B..0x3F].copy_from_slice(b"NXXE");
    other[BANKS..BANKS + 4].fill(0);
    for bytes in [other, image()[..0x60_0000].to_vec(), image()[..0x20].to_vec()] {
        std::fs::write(&rom, bytes).unwrap();
        let output = support::tatum([Path::new("info"), &rom]);
        assert_eq!(support::code(&output), 3, "{}", support::stderr(&output));
        assert!(support::stderr(&output).contains("offset 0x"), "{}", support::stderr(&output));
    }
}

/// Known places are hints: archives of an unknown game, at other places, are found by their form.
#[test]
fn archives_of_an_unknown_game_are_found_by_their_structure() {
    let folder = tempfile::tempdir().unwrap();
    let rom = folder.path().join("game.z64");
    let mut moved = image();
    moved[0x3B..0x3F].copy_from_slice(b"NXXE");
    moved.copy_within(BANKS.., 0x1_2340);
    moved.truncate(0x80_0000 - BANKS + 0x1_2340);
    std::fs::write(&rom, moved).unwrap();
    let info = support::tatum([Path::new("info"), Path::new("--json"), &rom]);
    assert_eq!(support::code(&info), 0, "{}", support::stderr(&info));
    let info: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
    assert_eq!(info["title"], "game NXXE of revision 0, found by its structure, sequence 0");
    assert_eq!(info["songs"][1]["banks"], serde_json::json!([0, 1]));
}

/// Games without a documented header are known by their archives.
#[test]
fn mario_kart_and_wave_race_are_known_by_their_archives() {
    let folder = tempfile::tempdir().unwrap();
    let rom = folder.path().join("game.z64");
    let file = |name: &str| std::fs::read(support::N64_SM64.carried(name)).unwrap();
    for (engine, title, banks, sequences) in [
        ("mk64", "Mario Kart 64 (USA), sequence 0", 0x96_6260, 0xBC_5F60),
        ("wr64", "Wave Race 64, sequence 0", 0x40_B2F0, 0x7A_E670),
    ] {
        let mut image = vec![0; sequences + 0x1_0000];
        image[..4].copy_from_slice(&[0x80, 0x37, 0x12, 0x40]);
        let mut put = |at: usize, bytes: &[u8]| image[at..at + bytes.len()].copy_from_slice(bytes);
        let bank_archive = file("bank/sound_data.ctl");
        put(banks, &bank_archive);
        put(banks + bank_archive.len().next_multiple_of(16) + 0x40, &file("bank/sound_data.tbl"));
        let archive = Archive::write(ArchiveKind::Sequences, &[&file("note-short/sequence.m64")]).unwrap();
        put(sequences, &archive);
        put(sequences + archive.len(), &BankSets::write(&[vec![0, 1]]));
        std::fs::write(&rom, image).unwrap();
        let info = support::tatum([Path::new("info"), Path::new("--json"), &rom]);
        assert_eq!(support::code(&info), 0, "{}", support::stderr(&info));
        let info: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
        assert_eq!((&info["engine"], &info["title"]), (&engine.into(), &title.into()));
        assert_eq!(info["songs"][0]["banks"], serde_json::json!([0, 1]));
    }
}

/// Shindou has tables in its program and data without headers (`n64-formats.md` 9.1).
#[test]
fn shindou_plays_from_its_tables_like_the_loose_files() {
    let folder = tempfile::tempdir().unwrap();
    let rom = folder.path().join("game.n64");
    let file = |name: &str| std::fs::read(support::N64_SM64_SH.carried(name)).unwrap();
    let mut image = vec![0; 0x79_0000];
    image[..4].copy_from_slice(&[0x80, 0x37, 0x12, 0x40]);
    image[0x3B..0x40].copy_from_slice(b"NSMJ\x03");
    let mut put = |at: usize, bytes: &[u8]| image[at..at + bytes.len()].copy_from_slice(bytes);
    let sequence = file("voices/sequence.m64");
    put(0x55_6540, &file("bank/sound_data.ctl"));
    put(0x56_C2C0, &file("bank/sound_data.tbl"));
    put(0x78_18B0, &sequence);
    put(0xD_3010, &file("bank/banks_header"));
    put(0xD_3280, &file("bank/bank_sets"));
    put(0xD_3320, &file("bank/samples_header"));
    let entry = IndexEntry { offset: 0, size: sequence.len() as u32, details: [2, 3, 0, 0, 0, 0, 0, 0] };
    put(0xD_33E0, &IndexTable { entries: vec![entry] }.write());
    ByteOrder::Little.convert(&mut image);
    std::fs::write(&rom, image).unwrap();
    let out = folder.path().join("out.wav");
    let arguments = ["render", rom.to_str().unwrap(), "--seconds", "1", "-o", out.to_str().unwrap()];
    let output = support::tatum(arguments);
    assert_eq!(support::code(&output), 0, "{}", support::stderr(&output));
    let found = support::pcm(&out);
    let reference = support::pcm(&support::N64_SM64_SH.carried("voices/reference.wav"));
    assert!(found == reference[..found.len()], "voices differs");
}

#[test]
fn the_banks_of_an_image_come_out_as_its_files() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    std::fs::write(at("game.z64"), image()).unwrap();
    for (action, from, to) in [("export", "game.z64", "folder"), ("import", "folder", "files")] {
        let output = support::tatum([Path::new("bank"), Path::new(action), &at(from), &at(to)]);
        assert_eq!(support::code(&output), 0, "{}", support::stderr(&output));
    }
    for name in ["sound_data.ctl", "sound_data.tbl"] {
        let original = std::fs::read(support::N64_SM64.carried("bank").join(name)).unwrap();
        let found = std::fs::read(at("files").join(name)).unwrap();
        // An archive in an image ends with its last entry.
        assert!(original.starts_with(&found) || found.starts_with(&original), "{name} differs");
    }
    // An image gives as many bytes of the sets as the engine loads.
    let mut sets = BankSets::write(&[vec![0, 1], vec![0, 1]]);
    sets.resize(LOADED_BYTES, 0);
    assert_eq!(std::fs::read(at("files/bank_sets")).unwrap(), sets);
    let text = std::fs::read_to_string(at("folder/banks.toml")).unwrap();
    assert!(text.contains("sets = [[0, 1], [0, 1]]"), "{text}");
}

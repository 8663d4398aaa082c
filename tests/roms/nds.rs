//! A DS game with two sound archives.

use tatum_nds::format::rom::{sound_archives, write_image};
use tatum_nds::format::sdat::Sdat;

use super::Workshop;
use crate::support::NDS;

fn archive(case: &str) -> Vec<u8> {
    std::fs::read(NDS.carried(&format!("{case}/sound.sdat"))).unwrap()
}

fn workshop() -> (Workshop, Vec<u8>) {
    let shop = Workshop::new();
    let files: [(&str, &[u8]); 3] = [
        ("readme.txt", b"own data"),
        ("data/sound_data.sdat", &archive("two-sequences")),
        ("data/more.sdat", &archive("tune-8bars")),
    ];
    let mut image = write_image(&files);
    image.resize(0x8_0000, 0xFF);
    shop.write("game.nds", &image);
    // A whole archive, and a sequence of it.
    shop.write("tune.sdat", &archive("tune-8bars"));
    let tune = Sdat::parse("tune.sdat", archive("tune-8bars")).unwrap();
    let record = tune.info.sequences.iter().flatten().next().expect("a sequence");
    shop.write("tune.sseq", tune.file(record.file).unwrap());
    (shop, image)
}

#[test]
fn songs_of_all_archives_are_listed_and_extracted() {
    let (shop, _) = workshop();
    let list = shop.list("game.nds");
    let archives: Vec<_> = list["songs"].as_array().unwrap().iter().map(|song| &song["archive"]).collect();
    assert!(archives.contains(&&serde_json::json!(0)) && archives.contains(&&serde_json::json!(1)));
    assert!(list["image"][0].as_str().unwrap().contains("data/sound_data.sdat at 0x"));
    let said = shop.done(&["rom", "extract", "game.nds", "all"]);
    assert!(said.contains("samples"), "{said}");
    assert!(shop.read("all/0_sound_data.sdat") == archive("two-sequences"));
    assert!(shop.render("all", "0") == shop.render("game.nds", "0"));
    assert!(shop.path("all/samples/0_sound_data/000/000.wav").is_file());
    shop.done(&["rom", "extract", "game.nds", "one", "--song", "1", "--no-samples"]);
    assert!(shop.render("one", "1") == shop.render("game.nds", "1"));
    assert!(!shop.path("one/samples").exists());
    shop.refused(2, &["rom", "extract", "game.nds", "x", "--archive", "2"]);
    shop.refused(2, &["rom", "extract", "game.nds", "x", "--song", "99"]);
}

#[test]
fn a_sequence_is_put_in_and_taken_out_without_a_trace() {
    let (shop, before) = workshop();
    shop.done(&["rom", "insert", "game.nds", "tune.sseq", "--song", "0", "-o", "new.nds"]);
    assert!(shop.read("game.nds") == before);
    assert!(shop.render("new.nds", "0") != shop.render("game.nds", "0"), "the new one plays");
    assert!(shop.render("new.nds", "1") == shop.render("game.nds", "1"), "the other one stays");
    // Twice, and into the other archive.
    shop.done(&["rom", "insert", "new.nds", "tune.sseq", "--song", "1", "--in-place"]);
    assert!(shop.render("new.nds", "0").len() == shop.render("new.nds", "1").len());
    shop.done(&["rom", "insert", "new.nds", "tune.sdat", "--whole", "--archive", "1", "--in-place"]);
    let image = shop.read("new.nds");
    let found = sound_archives("new.nds", &image).unwrap();
    assert!(image[found[1].range.clone()] == archive("tune-8bars"));
    shop.done(&["rom", "clean", "new.nds", "-o", "old.nds"]);
    assert!(shop.read("old.nds") == before, "every byte comes back");
}

#[test]
fn texts_and_midi_files_become_sequences_as_convert_makes_them() {
    let (shop, before) = workshop();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (from, to) in [
        ("golden-audio/n64-convert/mid-basic/input.mid", "song.mid"),
        ("golden-audio/n64-convert/mid-basic/input.mid", "song.MIDI"),
        ("examples/carillon.smft", "song.smft"),
    ] {
        shop.write(to, &std::fs::read(root.join(from)).unwrap());
        shop.done(&["convert", to, "song.sseq"]);
        shop.done(&["rom", "insert", "game.nds", "song.sseq", "--song", "0", "-o", "two-steps.nds"]);
        shop.done(&["rom", "insert", "game.nds", to, "--song", "0", "-o", "new.nds"]);
        assert!(shop.read("new.nds") == shop.read("two-steps.nds"), "{to}");
        assert!(shop.render("new.nds", "0") != shop.render("game.nds", "0"), "{to} plays");
        shop.done(&["rom", "clean", "new.nds", "-o", "old.nds"]);
        assert!(shop.read("old.nds") == before);
    }
}

#[test]
fn songs_of_other_consoles_are_refused_with_the_way_there() {
    let (shop, _) = workshop();
    shop.write("other.m64", &std::fs::read(crate::support::N64_SM64.carried("tune8/sequence.m64")).unwrap());
    shop.write("other.asm", b"; a song of the SNES");
    shop.write("other.xyz", b"something");
    shop.write("bad.mid", b"MThd\0\0\0\x06");
    let insert = |sequence| ["rom", "insert", "game.nds", sequence, "--song", "0", "-o", "x.nds"];
    let message = shop.refused(3, &insert("other.m64"));
    assert!(message.contains("run `tatum convert other.m64 other.mid` first"), "{message}");
    let message = shop.refused(3, &insert("other.asm"));
    let way = "`tatum convert other.asm other.bin` and `tatum convert other.bin other.mid`";
    assert!(message.contains(way), "{message}");
    let message = shop.refused(3, &insert("other.xyz"));
    assert!(message.contains("expected a sequence (.sseq), its text (.smft) or a MIDI file"), "{message}");
    let message = shop.refused(3, &insert("bad.mid"));
    assert!(message.contains("bad.mid: offset"), "{message}");
    // What it says works.
    shop.done(&["convert", "other.m64", "other.mid"]);
    shop.done(&["rom", "insert", "game.nds", "other.mid", "--song", "0", "-o", "x.nds"]);
}

#[test]
fn a_whole_archive_grows_the_image_where_there_is_no_padding() {
    let (shop, mut before) = workshop();
    let end = before.iter().rposition(|&byte| byte != 0xFF).unwrap() + 1;
    before.truncate(end);
    shop.write("game.nds", &before);
    shop.done(&["rom", "insert", "game.nds", "tune.sdat", "--whole", "--in-place"]);
    assert!(shop.read("game.nds").len() > before.len());
    shop.done(&["rom", "clean", "game.nds", "--in-place"]);
    assert!(shop.read("game.nds") == before);
}

#[test]
fn mistakes_change_no_file() {
    let (shop, before) = workshop();
    shop.write("cut.nds", &before[..0x4100]);
    shop.write("bad.sseq", b"SSEQ\xFF\xFE\0\x01");
    let insert = |rom: &'static str, sequence: &'static str, more: &[&'static str]| {
        [&["rom", "insert", rom, sequence, "-o", "x.nds"][..], more].concat()
    };
    shop.refused(3, &insert("cut.nds", "tune.sseq", &["--song", "0"]));
    shop.refused(3, &insert("game.nds", "bad.sseq", &["--song", "0"]));
    shop.refused(2, &insert("game.nds", "tune.sseq", &["--song", "99"]));
    shop.refused(2, &insert("game.nds", "tune.sseq", &["--song", "0", "--banks", "99"]));
    shop.refused(2, &insert("game.nds", "tune.sseq", &["--song", "0", "--archive", "7"]));
    shop.refused(2, &insert("game.nds", "tune.sdat", &["--song", "0"]));
    shop.refused(2, &insert("game.nds", "tune.sseq", &["--whole"]));
    let message = shop.refused(3, &["rom", "clean", "game.nds", "--in-place"]);
    assert!(message.contains("none"), "{message}");
}

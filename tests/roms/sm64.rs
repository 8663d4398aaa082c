//! An extended Super Mario 64.

use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::bank_set::BankSets;
use tatum_n64::format::byte_order::ByteOrder;
use tatum_n64::format::checksum::BootChip;

use super::{Workshop, assert_plays};
use crate::support::N64_SM64;

/// Where the American game has its files (`n64-formats.md` 9.1, `n64-authoring.md` 10.1).
const BANKS: usize = 0x57_B720;
const SAMPLES: usize = 0x59_3560;
const SEQUENCES: usize = 0x7B_0860;
const BANK_SETS: usize = 0x7C_C620;
const ROOM: std::ops::Range<usize> = 0x7C_C6C0..0x80_0000;

/// Five sequences one behind the other, up to the bank sets, as in the game.
pub fn image() -> Vec<u8> {
    let file = |name: &str| std::fs::read(N64_SM64.carried(name)).unwrap();
    let mut image: Vec<u8> = (0..0x90_0000_u32).map(|at| (at >> 8) as u8).collect();
    image[..4].copy_from_slice(&[0x80, 0x37, 0x12, 0x40]);
    image[0x3B..0x40].copy_from_slice(b"NSME\0");
    let mut put = |at: usize, bytes: &[u8]| image[at..at + bytes.len()].copy_from_slice(bytes);
    put(BANKS, &file("bank/sound_data.ctl"));
    put(SAMPLES, &file("bank/sound_data.tbl"));
    let (note, tune) = (file("note-short/sequence.m64"), file("tune8/sequence.m64"));
    let padded = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        // One zero at least, as in the game: a sequence ends in the middle of a line.
        bytes.resize((bytes.len() + 1).next_multiple_of(16), 0);
        bytes
    };
    // Equal sequences would share their bytes.
    let mut second = note.clone();
    second.push(0x01);
    let parts = [padded(&note), padded(&second), padded(&tune), padded(&[&second[..], &[2]].concat())];
    let behind = 0x30 + parts.iter().map(Vec::len).sum::<usize>();
    let mut last = tune.clone();
    last.resize(BANK_SETS - SEQUENCES - behind, 0);
    // What looks like the beginning of a sequence inside of one.
    last[0x2000] = 0xD3;
    let blobs: Vec<&[u8]> = parts.iter().map(Vec::as_slice).chain([last.as_slice()]).collect();
    let archive = Archive::write(ArchiveKind::Sequences, &blobs).unwrap();
    assert_eq!(archive.len(), BANK_SETS - SEQUENCES);
    put(SEQUENCES, &archive);
    let sets = BankSets::write(&[vec![0, 1], vec![0, 1], vec![0, 1], vec![1], vec![0, 1]]);
    put(BANK_SETS, &[0xFF; 0xA0]);
    put(BANK_SETS, &sets);
    image[ROOM].fill(0xFF);
    BootChip::Cic6102.update("image", &mut image).unwrap();
    image
}

fn sequence(name: &str) -> Vec<u8> {
    std::fs::read(N64_SM64.carried(name)).unwrap()
}

fn workshop() -> (Workshop, Vec<u8>) {
    let shop = Workshop::new();
    let image = image();
    shop.write("game.z64", &image);
    shop.write("tune.m64", &sequence("tune8/sequence.m64"));
    (shop, image)
}

#[test]
fn songs_are_listed_with_names_banks_and_lengths() {
    let (shop, _) = workshop();
    let list = shop.list("game.z64");
    assert_eq!((&list["title"], &list["engine"]), (&"Super Mario 64 (USA)".into(), &"sm64-us".into()));
    let songs = list["songs"].as_array().unwrap();
    assert_eq!(songs.len(), 5);
    assert_eq!(songs[1]["name"], "End level");
    assert_eq!(songs[3]["banks"], serde_json::json!([1]));
    assert_eq!(songs[2]["length"]["kind"], "ends");
    let text = shop.run(&["rom", "list", "game.z64"]);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("checksum is right (boot chip 6102)"), "{text}");
    assert!(text.contains("0x33940 bytes free"), "{text}");
    assert!(text.contains("Bob-omb's Battlefield"), "{text}");
    let quick = shop.run(&["rom", "list", "game.z64", "--no-lengths"]);
    assert!(!String::from_utf8(quick.stdout).unwrap().contains("length"));
}

/// Regions have their archives elsewhere (`n64-formats.md` 9.1).
#[test]
fn other_regions_are_told_by_their_headers() {
    let shop = Workshop::new();
    for (code, engine, [banks, samples, sequences]) in [
        (b"NSMJ", "sm64-jp", [0x57_9140, 0x59_0200, 0x74_5F80]),
        (b"NSMP", "sm64-eu", [0x55_D8B0, 0x57_56F0, 0x79_29F0]),
    ] {
        let american = image();
        let mut image = vec![0; 0x80_0000];
        image[..0x3B].copy_from_slice(&american[..0x3B]);
        image[0x3B..0x3F].copy_from_slice(code);
        let moves =
            [(BANKS, banks, 0x8000), (SAMPLES, samples, 0x1_0000), (SEQUENCES, sequences, 0x1_BDC0 + 0xA0)];
        for (from, to, length) in moves {
            image[to..to + length].copy_from_slice(&american[from..from + length]);
        }
        shop.write("game.z64", &image);
        let list = shop.list("game.z64");
        assert_eq!(list["engine"], engine);
        assert_eq!(list["songs"][3]["banks"], serde_json::json!([1]));
        shop.done(&["rom", "extract", "game.z64", engine, "--no-samples"]);
        assert!(shop.render(engine, "2") == shop.render("game.z64", "2"));
    }
}

#[test]
fn a_folder_of_all_or_one_plays_like_the_rom() {
    let (shop, _) = workshop();
    let said = shop.done(&["rom", "extract", "game.z64", "all"]);
    assert!(said.contains("5 songs, ") && said.contains(" samples"), "{said}");
    let samples = std::fs::read_dir(shop.path("all/samples/bank-00")).unwrap();
    let is_looped =
        |path: std::path::PathBuf| std::fs::read(path).unwrap().windows(4).any(|bytes| bytes == b"smpl");
    assert!(samples.map(|entry| entry.unwrap().path()).any(is_looped), "a sample has a loop");
    for song in ["0", "2", "3"] {
        assert!(shop.render("all", song) == shop.render("game.z64", song), "song {song}");
    }
    assert!(shop.render("all", "2") == shop.render("game.z64", "SMB music title"));
    let info = shop.run(&["info", "--json", "all", "--song", "2"]);
    let info: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
    assert_eq!(info["title"], "Super Mario 64 (USA), SMB music title");
    assert_eq!(info["songs"][1]["name"], "End level");
    assert_plays(&shop.render("all", "SMB music title"), &N64_SM64.carried("tune8/reference.wav"));
    assert!(shop.read("all/sequences/02.m64").starts_with(&sequence("tune8/sequence.m64")));
    shop.done(&["rom", "extract", "game.z64", "one", "--song", "smb MUSIC title", "--no-samples"]);
    assert!(shop.render("one", "2") == shop.render("game.z64", "2"));
    shop.done(&["render", "one", "--seconds", "2", "-o", "out.wav"]);
    assert_plays(&crate::support::pcm(&shop.path("out.wav")), &N64_SM64.carried("tune8/reference.wav"));
    shop.refused(2, &["rom", "extract", "game.z64", "two", "--song", "5"]);
    let size = |name: &str| std::fs::metadata(shop.path(name)).unwrap().len();
    assert!(size("one/sequences.bin") < size("all/sequences.bin"));
    // A folder with something in it stays as it is.
    shop.refused(4, &["rom", "extract", "game.z64", "all"]);
}

#[test]
fn sequences_at_places_given_by_hand_come_out_as_with_the_older_tools() {
    let (shop, _) = workshop();
    shop.done(&["rom", "extract", "game.z64", "raw", "--sequences-at", "0x7B0860"]);
    assert!(shop.read("raw/02.m64").starts_with(&sequence("tune8/sequence.m64")));
    for wrong in ["0x7B0870", "0x7FFFFFFF"] {
        let message = shop.refused(3, &["rom", "extract", "game.z64", "x", "--sequences-at", wrong]);
        assert!(message.contains("offset 0x"), "{message}");
    }
    shop.refused(2, &["rom", "extract", "game.z64", "x", "--sequences-at", "7B0860"]);
    shop.refused(2, &["rom", "extract", "game.z64", "x", "--table-at", "0"]);
}

#[test]
fn a_sequence_is_put_in_and_taken_out_without_a_trace() {
    for (order, name) in
        [(ByteOrder::Big, "game.z64"), (ByteOrder::Swapped, "game.v64"), (ByteOrder::Little, "game.n64")]
    {
        let (shop, mut before) = workshop();
        order.convert(&mut before);
        shop.write(name, &before);
        let said = shop.done(&["rom", "insert", name, "tune.m64", "--song", "1", "-o", "new.rom"]);
        assert!(said.contains("sequence 1 at 0x7cc6c0") && said.contains("boot chip 6102"), "{said}");
        assert!(shop.read(name) == before, "the ROM itself is not changed");
        assert_plays(&shop.render("new.rom", "1"), &N64_SM64.carried("tune8/reference.wav"));
        assert!(shop.render("new.rom", "0") == shop.render(name, "0"));
        assert_eq!(ByteOrder::detect(&shop.read("new.rom")), Some(order));
        let list = shop.run(&["rom", "list", "new.rom", "--no-lengths"]);
        let list = String::from_utf8(list.stdout).unwrap();
        assert!(list.contains("checksum is right"), "{list}");
        let stream = shop.run(&["rom", "insert", name, "tune.m64", "--song", "1", "-o", "-", "--quiet"]);
        assert!(stream.stdout == shop.read("new.rom") && stream.stderr.is_empty());
        // The folder of a changed ROM plays too.
        shop.done(&["rom", "extract", "new.rom", "folder", "--no-samples"]);
        assert!(shop.render("folder", "1") == shop.render("new.rom", "1"));
        shop.done(&["rom", "clean", "new.rom", "--in-place"]);
        assert!(shop.read("new.rom") == before, "{name}: every byte comes back");
    }
}

#[test]
fn all_songs_and_their_banks_are_exchanged_and_brought_back() {
    let (shop, before) = workshop();
    shop.done(&["rom", "insert", "game.z64", "tune.m64", "--all", "--banks", "1,0", "-o", "new.z64"]);
    let list = shop.list("new.z64");
    assert_eq!(list["songs"][0]["banks"], serde_json::json!([0, 1]), "sound effects stay");
    for song in 1..5 {
        assert_eq!(list["songs"][song]["banks"], serde_json::json!([1, 0]));
        assert_eq!(list["songs"][song]["bytes"], list["songs"][1]["bytes"]);
    }
    shop.done(&["rom", "insert", "new.z64", "tune.m64", "--song", "0", "--with-reserved", "--in-place"]);
    shop.done(&["rom", "clean", "new.z64", "-o", "old.z64"]);
    assert!(shop.read("old.z64") == before);
    // As an older tool leaves it: without a record, all in one place.
    let mut foreign = shop.read("new.z64");
    let record = foreign[ROOM].windows(5).position(|bytes| bytes == b"TATUM").unwrap();
    foreign[ROOM.start + record..ROOM.end].fill(0xFF);
    shop.write("foreign.z64", &foreign);
    let message = shop.refused(3, &["rom", "clean", "foreign.z64", "--in-place"]);
    assert!(message.contains("--original"), "{message}");
    shop.done(&["rom", "clean", "foreign.z64", "--in-place", "--original", "game.z64"]);
    assert!(shop.read("foreign.z64") == before);
}

#[test]
fn the_original_table_follows_from_how_sequences_lie() {
    let (shop, before) = workshop();
    for song in ["1", "2", "4"] {
        let rom = if song == "1" { "game.z64" } else { "new.z64" };
        shop.done(&["rom", "insert", rom, "tune.m64", "--song", song, "-o", "next.z64"]);
        std::fs::rename(shop.path("next.z64"), shop.path("new.z64")).unwrap();
    }
    let mut foreign = shop.read("new.z64");
    let record = foreign[ROOM].windows(5).position(|bytes| bytes == b"TATUM").unwrap();
    foreign[ROOM.start + record..ROOM.end].fill(0xFF);
    shop.write("foreign.z64", &foreign);
    shop.done(&["rom", "clean", "foreign.z64", "-o", "old.z64"]);
    assert!(shop.read("old.z64") == before);
    shop.done(&["rom", "clean", "foreign.z64", "-o", "old.z64", "--fill", "0"]);
    assert!(shop.read("old.z64")[ROOM].iter().all(|&byte| byte == 0));
}

#[test]
fn space_is_reused_moved_together_and_never_written_over() {
    let (shop, _) = workshop();
    let long = [&sequence("tune8/sequence.m64")[..], &vec![0; 0x1_8000]].concat();
    shop.write("long.m64", &long);
    shop.done(&["rom", "insert", "game.z64", "long.m64", "--song", "1", "-o", "new.z64"]);
    shop.done(&["rom", "insert", "new.z64", "tune.m64", "--song", "2", "--in-place"]);
    // A shorter one takes the place of the long one; another long one then has no space behind.
    let said = shop.done(&["rom", "insert", "new.z64", "tune.m64", "--song", "1", "--in-place"]);
    assert!(said.contains("at 0x7cc6c0"), "{said}");
    shop.done(&["rom", "insert", "new.z64", "long.m64", "--song", "3", "--banks", "0,1", "--in-place"]);
    let message = shop.refused(3, &["rom", "insert", "new.z64", "long.m64", "--song", "4", "--in-place"]);
    assert!(message.contains("--compact") && message.contains("free bytes"), "{message}");
    let said = shop.done(&["rom", "insert", "new.z64", "long.m64", "--song", "4", "--in-place", "--compact"]);
    assert!(said.contains("gained"), "{said}");
    for song in ["1", "2", "3", "4"] {
        assert_plays(&shop.render("new.z64", song), &N64_SM64.carried("tune8/reference.wav"));
    }
    // Somebody's data in the room.
    let mut used = image();
    used[ROOM.start + 0x20] = 1;
    shop.write("used.z64", &used);
    let message = shop.refused(3, &["rom", "insert", "used.z64", "tune.m64", "--song", "1", "--in-place"]);
    assert!(message.contains("0x7cc6e0") && message.contains("--force"), "{message}");
    shop.done(&["rom", "insert", "used.z64", "tune.m64", "--song", "1", "--in-place", "--force"]);
}

#[test]
fn mistakes_change_no_file() {
    let (shop, image) = workshop();
    let insert = |rom: &'static str, sequence: &'static str, more: &[&'static str]| {
        [&["rom", "insert", rom, sequence][..], more].concat()
    };
    shop.write("retail.z64", &image[..0x80_0000]);
    let message = shop.refused(3, &insert("retail.z64", "tune.m64", &["--song", "1", "-o", "x.z64"]));
    assert!(message.contains("extended"), "{message}");
    shop.write("cut.z64", &image[..0x7C_0000]);
    shop.refused(3, &insert("cut.z64", "tune.m64", &["--song", "1", "-o", "x.z64"]));
    let mut japanese = image.clone();
    japanese[0x3B..0x40].copy_from_slice(b"NSMJ\0");
    shop.write("japanese.z64", &japanese);
    let message = shop.refused(3, &insert("japanese.z64", "tune.m64", &["--song", "1", "-o", "x.z64"]));
    assert!(message.contains("profile"), "{message}");
    shop.write("sound.m64", b"RIFF----WAVEfmt ");
    shop.write("empty.m64", b"");
    for sequence in ["sound.m64", "empty.m64"] {
        shop.refused(3, &insert("game.z64", sequence, &["--song", "1", "-o", "x.z64"]));
    }
    shop.write("other.smft", b"; the text of a song of the DS");
    let message = shop.refused(3, &insert("game.z64", "other.smft", &["--song", "1", "-o", "x.z64"]));
    assert!(message.contains("run `tatum convert other.smft other.mid` first"), "{message}");
    let message = shop.refused(2, &insert("game.z64", "tune.m64", &["--song", "0", "-o", "x.z64"]));
    assert!(message.contains("--with-reserved"), "{message}");
    shop.refused(2, &insert("game.z64", "tune.m64", &["--song", "5", "-o", "x.z64"]));
    shop.refused(2, &insert("game.z64", "tune.m64", &["--song", "1", "-o", "game.z64"]));
    shop.refused(2, &insert("game.z64", "tune.m64", &["--song", "1"]));
    shop.refused(3, &insert("game.z64", "tune.m64", &["--song", "1", "--banks", "9", "-o", "x.z64"]));
    shop.refused(4, &insert("game.z64", "missing.m64", &["--song", "1", "-o", "x.z64"]));
    shop.refused(4, &insert("game.z64", "tune.m64", &["--song", "1", "-o", "no/x.z64"]));
    let message = shop.refused(3, &["rom", "clean", "game.z64", "--in-place"]);
    assert!(message.contains("--fill"), "{message}");
    let message = shop.refused(3, &["rom", "clean", "game.z64", "--in-place", "--original", "japanese.z64"]);
    assert!(message.contains("offset 0x"), "{message}");
    // A song that would hang the console is not put in.
    shop.write("hangs.m64", &[0xFB, 0, 0]);
    let message = shop.refused(3, &insert("game.z64", "hangs.m64", &["--song", "1", "-o", "x.z64"]));
    assert!(message.contains("x.z64"), "{message}");
}

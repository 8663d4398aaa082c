//! Ocarina of Time: the debug version, whose main program is stored plain, and a retail one.

use tatum_n64::format::file_table::{FileEntry, FileTable};
use tatum_n64::format::font_list::FontLists;
use tatum_n64::format::index_table::{IndexEntry, IndexTable};
use tatum_n64::format::yaz0;

use super::{Workshop, assert_plays};
use crate::support::N64_OOT;

const FILE_TABLE: usize = 0x1_2F70;
const PROGRAM: usize = 28;
/// Fonts, sequences' fonts, sequences, sample banks in the main program (`n64-oot.md` 1.1).
const PLACES: [usize; 4] = [0x13_8270, 0x13_84E0, 0x13_86A0, 0x13_8D90];
const MUSIC: [u8; 8] = [2, 2, 0, 0, 0, 0, 0, 0];

fn file(name: &str) -> Vec<u8> {
    std::fs::read(N64_OOT.carried(name)).unwrap()
}

/// Three sequences and an alias of the second.
fn image(is_compressed: bool) -> Vec<u8> {
    let details: [u8; 8] = file("basic-adpcm/soundfont.bankmeta").try_into().unwrap();
    let (font, samples) = (file("basic-adpcm/soundfont.zbank"), file("basic-adpcm/audiotable.bin"));
    let sequences =
        [&file("script-control/sequence.zseq")[..], &file("basic-adpcm/sequence.zseq"), &[0xFF; 16]];
    let mut audioseq = Vec::new();
    let mut entries = Vec::new();
    for sequence in sequences {
        let size = sequence.len().next_multiple_of(16);
        entries.push(IndexEntry { offset: audioseq.len() as u32, size: size as u32, details: MUSIC });
        audioseq.extend(sequence);
        audioseq.resize(audioseq.len().next_multiple_of(16), 0);
    }
    entries.push(IndexEntry { offset: 1, size: 0, details: MUSIC });
    let one = |length: usize, details| IndexTable {
        entries: vec![IndexEntry { offset: 0, size: length as u32, details }; 2],
    };
    let tables = [
        one(font.len(), details).write(),
        FontLists { lists: vec![vec![0], vec![0], vec![1], vec![1]] }.write(),
        IndexTable { entries }.write(),
        one(samples.len(), MUSIC).write(),
    ];
    let mut program: Vec<u8> = (0..PLACES[3] as u32 + 0x1000).map(|at| (at / 64 * 7) as u8 | 1).collect();
    for (place, table) in PLACES.iter().zip(&tables) {
        program[*place..place + table.len()].copy_from_slice(table);
    }
    let program = if is_compressed { yaz0::encode(&program) } else { program };
    let mut image = vec![0; 0x2_0000];
    image[..4].copy_from_slice(&[0x80, 0x37, 0x12, 0x40]);
    let plain = |start: usize, end: usize| FileEntry {
        virtual_start: start as u32,
        virtual_end: end as u32,
        physical_start: start as u32,
        physical_end: 0,
    };
    let mut files = vec![plain(0, 0x1060), plain(0x1060, FILE_TABLE), plain(FILE_TABLE, 0x2_0000)];
    for number in 3..=PROGRAM {
        let start = image.len();
        match number {
            3 => image.extend(&font),
            4 => image.extend(&audioseq),
            5 => image.extend(&samples),
            PROGRAM => image.extend(&program),
            _ => image.extend([number as u8; 32]),
        }
        files.push(plain(start, image.len()));
        image.resize(image.len().next_multiple_of(16), 0);
    }
    if is_compressed {
        let program = files.last_mut().unwrap();
        program.physical_end = program.virtual_end;
    }
    let table = FileTable::write(&files);
    image[FILE_TABLE..FILE_TABLE + table.len()].copy_from_slice(&table);
    image.resize(0x20_0000, 0);
    image
}

fn workshop() -> (Workshop, Vec<u8>) {
    let shop = Workshop::new();
    let image = image(false);
    shop.write("debug.z64", &image);
    shop.write("tune.zseq", &file("basic-adpcm/sequence.zseq"));
    (shop, image)
}

#[test]
fn songs_fonts_and_aliases_are_listed() {
    let (shop, _) = workshop();
    let list = shop.list("debug.z64");
    assert_eq!(list["title"], "Ocarina of Time (Master Quest debug)");
    assert_eq!(list["songs"][3]["alias"], 1);
    assert_eq!(list["songs"][3]["banks"], serde_json::json!([1]));
    assert_eq!(list["songs"][0]["name"], "Sound effects");
}

#[test]
fn a_folder_of_all_or_one_plays_like_the_rom_compressed_or_not() {
    let (shop, _) = workshop();
    shop.write("retail.z64", &image(true));
    for rom in ["debug.z64", "retail.z64"] {
        let (all, one) = (format!("{rom}.all"), format!("{rom}.one"));
        let said = shop.done(&["rom", "extract", rom, &all]);
        assert!(said.contains("3 songs") && said.contains("sequence 3 has the data of 1"), "{said}");
        assert!(shop.render(&all, "3") == shop.render(rom, "3"));
        assert_plays(&shop.render(&all, "1"), &N64_OOT.carried("basic-adpcm/reference.wav"));
        shop.done(&["rom", "extract", rom, &one, "--song", "3"]);
        shop.done(&["render", &one, "--seconds", "2", "-o", "out.wav"]);
        assert!(crate::support::pcm(&shop.path("out.wav")) == shop.render(rom, "3"));
    }
}

#[test]
fn sequences_at_places_given_by_hand() {
    let (shop, image) = workshop();
    let find = |part: &[u8]| image.windows(part.len()).position(|bytes| bytes == part).unwrap();
    let data = format!("{:#x}", find(&file("script-control/sequence.zseq")));
    let table =
        format!("{:#x}", find(&[0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x10]));
    let arguments = ["rom", "extract", "debug.z64", "raw", "--sequences-at", &data, "--table-at", &table];
    let said = shop.done(&arguments);
    assert!(said.contains("3 songs") && said.contains("sequence 3 has the data of 1"), "{said}");
    assert!(shop.read("raw/01.zseq").starts_with(&file("basic-adpcm/sequence.zseq")));
    assert!(!shop.path("raw/03.zseq").exists());
}

#[test]
fn sequences_are_put_into_the_debug_version_and_taken_out_without_a_trace() {
    let (shop, before) = workshop();
    shop.done(&["rom", "insert", "debug.z64", "tune.zseq", "--song", "2", "--banks", "0", "-o", "new.z64"]);
    assert_plays(&shop.render("new.z64", "2"), &N64_OOT.carried("basic-adpcm/reference.wav"));
    let list = shop.list("new.z64");
    assert_eq!(list["image"][1], "header  checksum is right (boot chip 6105)");
    // An alias gets data of its own; lists of another length make all lists anew.
    shop.done(&["rom", "insert", "new.z64", "tune.zseq", "--song", "3", "--banks", "1,0", "--in-place"]);
    let list = shop.list("new.z64");
    assert_eq!(list["songs"][3]["alias"], serde_json::Value::Null);
    assert_eq!(list["songs"][3]["banks"], serde_json::json!([1, 0]));
    assert_eq!(list["songs"][0]["banks"], serde_json::json!([0]));
    shop.done(&["rom", "extract", "new.z64", "folder"]);
    assert!(shop.render("folder", "3") == shop.render("new.z64", "3"));
    let size = std::fs::metadata(shop.path("folder/Audioseq")).unwrap().len();
    assert!(size < 0x1000, "{size:#x} bytes");
    shop.done(&["rom", "clean", "new.z64", "-o", "old.z64"]);
    assert!(shop.read("old.z64") == before);
    shop.done(&["rom", "insert", "debug.z64", "tune.zseq", "--all", "--in-place"]);
    shop.done(&["rom", "clean", "debug.z64", "--in-place"]);
    assert!(shop.read("debug.z64") == before);
}

#[test]
fn compressed_and_full_images_are_refused() {
    let (shop, image) = workshop();
    shop.write("retail.z64", &self::image(true));
    let insert = |rom: &'static str| ["rom", "insert", rom, "tune.zseq", "--song", "2", "-o", "x.z64"];
    let message = shop.refused(3, &insert("retail.z64"));
    assert!(message.contains("compressed"), "{message}");
    let end = image.iter().rposition(|&byte| byte != 0).unwrap() + 1;
    shop.write("full.z64", &image[..end.next_multiple_of(16)]);
    let message = shop.refused(3, &insert("full.z64"));
    assert!(message.contains("free"), "{message}");
    let message = shop.refused(2, &["rom", "insert", "debug.z64", "tune.zseq", "--song", "0", "-o", "x.z64"]);
    assert!(message.contains("sound effects"), "{message}");
}

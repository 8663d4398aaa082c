//! A game laid out like A Link to the Past, of our own data.

use tatum_snes::author::assembler::{AssemblerOptions, NoFiles, assemble};
use tatum_snes::format::{SpcFile, TransferBlock, TransferImage};
use tatum_snes::hardware::Ram;
use tatum_snes::sequencer::constants;

use super::Workshop;
use crate::support::SNES_NSPC;

/// Where the game has its transfers in the file (`snes-authoring.md` section 5).
const BOOT: usize = 0xC_8000;
const BANKS: [usize; 3] = [0xD_1EF5, 0xD_8000, 0xD_5380];

/// A bank of two songs, with `more` notes in the first one.
fn bank(more: usize) -> Vec<u8> {
    let more = ", C4".repeat(more);
    let source = format!(
        "%songbanksimple($D000)\ndw .One+!OFFSET, .Two+!OFFSET\n\
                  %song(\"One\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\ndb !instr, 1, !volume, 200, !8, !n, C4, E4, G4, C5, R{more}, !PART_END\n%endsong()\n\
                  %song(\"Two\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\ndb !instr, 1, !volume, 200, !8, !n, C3, R, !PART_END\n%endsong()\n\
                  %endbank()\n%endtransfer()\n"
    );
    let assembly = assemble("bank.asm", source.as_bytes(), &mut NoFiles, &AssemblerOptions::default());
    assert!(!assembly.problems.has_errors(), "{:?}", assembly.problems);
    assembly.regions[0].bytes.clone()
}

fn image(header: usize, more: usize) -> Vec<u8> {
    let case = std::fs::read(SNES_NSPC.carried("tune8/image.bin")).unwrap();
    let mut boot = TransferImage::parse("image.bin", &case).unwrap();
    boot.blocks.truncate(3);
    let mut driver = Ram::new(Box::new([0; Ram::SIZE]));
    constants::place(&mut driver);
    boot.blocks.push(TransferBlock { address: 0x0800, data: driver.bytes()[0x0800..0x179E].to_vec() });
    let mut bytes = vec![0xFF; header + 0x10_0000];
    let mut put = |at: usize, data: &[u8]| bytes[header + at..header + at + data.len()].copy_from_slice(data);
    put(BOOT, &boot.to_bytes());
    BANKS.into_iter().for_each(|place| put(place, &bank(more)));
    bytes
}

#[test]
fn songs_are_listed_extracted_exchanged_and_brought_back() {
    for header in [0, 512] {
        let shop = Workshop::new();
        let before = image(header, 0);
        shop.write("game.sfc", &before);
        let list = shop.list("game.sfc");
        assert_eq!(
            (&list["engine"], &list["songs"][0]["name"]),
            (&"n-spc-alttp".into(), &"Triforce opening".into())
        );
        assert!(list["songs"][0]["bytes"].as_u64().unwrap() > 16);
        assert_eq!(list["songs"][0]["length"]["kind"], "loops");
        shop.done(&["rom", "extract", "game.sfc", "all"]);
        assert!(shop.render("all", "2") == shop.render("game.sfc", "2"));
        assert!(shop.render("all", "triforce OPENING") == shop.render("game.sfc", "1"));
        let info = shop.run(&["info", "--json", "all"]);
        let info: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
        assert_eq!(info["songs"].as_array().unwrap().len(), list["songs"].as_array().unwrap().len());
        shop.done(&["rom", "extract", "game.sfc", "one", "--song", "2", "--no-samples"]);
        assert!(shop.render("one", "2") == shop.render("game.sfc", "2"));
        let song = "!ARAM = $2B00\n%song(\"Mine\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\n\
                    db !instr, 1, !volume, 250, !4, !n, C5, R, !PART_END\n%endsong()\n";
        shop.write("mine.asm", song.as_bytes());
        let said = shop.done(&["rom", "insert", "game.sfc", "mine.asm", "--song", "$01", "-o", "new.sfc"]);
        assert!(said.contains("new.sfc: song 01 (Triforce opening)"), "{said}");
        let long = song.replace("C5, R", &["C5"; 40].join(", "));
        shop.write("long.asm", long.as_bytes());
        let message =
            shop.refused(3, &["rom", "insert", "game.sfc", "long.asm", "--song", "1", "--in-place"]);
        assert!(message.contains("at most"), "{message}");
        assert!(shop.render("new.sfc", "1") != shop.render("game.sfc", "1"), "the new song plays");
        assert!(shop.render("new.sfc", "2") == shop.render("game.sfc", "2"));
        let message = shop.refused(2, &["rom", "clean", "new.sfc", "-o", "old.sfc"]);
        assert!(message.contains("--original"), "{message}");
        shop.done(&["rom", "clean", "new.sfc", "-o", "old.sfc", "--original", "game.sfc"]);
        assert!(shop.read("old.sfc") == before);
        shop.refused(2, &["rom", "insert", "game.sfc", "mine.asm", "--all", "-o", "x.sfc"]);
    }
}

/// What the header must say, as the public description has it: the sum of all bytes, with complement and checksum
/// counted as $FFFF and 0. The images here are as long as a power of two.
fn right_header(file: &[u8]) -> [u8; 4] {
    let image = &file[file.len() % 1024..];
    let all: u32 = image.iter().map(|&byte| u32::from(byte)).sum();
    let own: u32 = image[0x7FDC..0x7FE0].iter().map(|&byte| u32::from(byte)).sum();
    let checksum = (all - own + 2 * 0xFF) as u16;
    [(!checksum).to_le_bytes(), checksum.to_le_bytes()].concat().try_into().unwrap()
}

fn header(file: &[u8]) -> [u8; 4] {
    let start = file.len() % 1024 + 0x7FDC;
    file[start..start + 4].try_into().unwrap()
}

#[test]
fn the_header_s_checksum_follows_and_comes_back_as_it_was() {
    for copier in [0, 512] {
        let shop = Workshop::new();
        let mut right = image(copier, 0);
        let place = copier + 0x7FDC;
        let computed = right_header(&right);
        right[place..place + 4].copy_from_slice(&computed);
        let mut wrong = right.clone();
        wrong[place..place + 4].copy_from_slice(b"nope");
        shop.write(
            "mine.asm",
            b"!ARAM = $2B00\n%song(\"Mine\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\ndb !instr, 1, !4, !n, C5, !PART_END\n%endsong()\n",
        );
        for (before, said) in [(&right, "checksum is right"), (&wrong, "checksum is wrong")] {
            shop.write("game.sfc", before);
            assert!(shop.list("game.sfc")["image"][0].as_str().unwrap().ends_with(said));
            shop.done(&["rom", "insert", "game.sfc", "mine.asm", "--song", "1", "-o", "new.sfc"]);
            let new = shop.read("new.sfc");
            assert_eq!(header(&new), right_header(&new));
            assert!(header(&new) != header(before) && new[..copier] == before[..copier]);
            assert!(shop.list("new.sfc")["image"][0].as_str().unwrap().ends_with("checksum is right"));
            shop.done(&["rom", "clean", "new.sfc", "-o", "old.sfc", "--original", "game.sfc"]);
            assert!(shop.read("old.sfc") == *before, "right or wrong, it is what it was");
        }
        // An image that was patched elsewhere is not the original afterwards: it has a checksum of its own.
        let mut patched = shop.read("new.sfc");
        patched[copier + 0x1234] ^= 0x55;
        shop.write("patched.sfc", &patched);
        shop.done(&["rom", "clean", "patched.sfc", "-o", "old.sfc", "--original", "game.sfc"]);
        let cleaned = shop.read("old.sfc");
        assert_eq!(header(&cleaned), right_header(&cleaned));
        assert_eq!(cleaned[copier + 0x1234], patched[copier + 0x1234]);
    }
}

#[test]
fn what_becomes_a_source_can_be_put_in() {
    let shop = Workshop::new();
    let before = image(0, 3000);
    shop.write("game.sfc", &before);
    let tune = SNES_NSPC.carried("tune8/image.bin");
    let tune = std::fs::read(tune).unwrap();
    shop.write("tune.bin", &tune);
    let mut spc = SpcFile::default();
    TransferImage::parse("tune.bin", &tune).unwrap().apply(&mut spc.ram);
    // The driver's variable: which song it plays.
    spc.ram.write(4, 1);
    shop.write("tune.spc", &spc.to_bytes());
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    shop.write(
        "song.mid",
        &std::fs::read(root.join("golden-audio/n64-convert/mid-basic/input.mid")).unwrap(),
    );
    shop.write("mine.asm", &std::fs::read(root.join("examples/snes-hello.asm")).unwrap());
    let insert = |sequence: &str| {
        shop.done(&["rom", "insert", "game.sfc", sequence, "--song", "1", "-o", "new.sfc"]);
        let new = shop.read("new.sfc");
        assert!(shop.render("new.sfc", "1") != shop.render("game.sfc", "1"), "{sequence} plays");
        assert!(
            shop.render("new.sfc", "2") == shop.render("game.sfc", "2"),
            "{sequence}: its neighbour stays"
        );
        shop.done(&["rom", "clean", "new.sfc", "-o", "old.sfc", "--original", "game.sfc"]);
        assert!(shop.read("old.sfc") == before);
        new
    };
    shop.done(&["convert", "song.mid", "song.bin"]);
    assert!(insert("song.mid") == insert("song.bin"), "as convert makes it");
    shop.done(&["convert", "mine.asm", "mine.bin"]);
    assert!(insert("mine.asm") == insert("mine.bin"), "a song alone");
    assert!(insert("tune.bin") == insert("tune.spc"));
    // The game here has the samples that the tune was made for.
    insert("tune.bin");
    let song = shop.render("new.sfc", "1");
    shop.done(&["render", "tune.bin", "--engine", "n-spc-alttp", "--seconds", "2", "-o", "tune.wav"]);
    assert!(song == crate::support::pcm(&shop.path("tune.wav")), "it sounds as where it came from");
}

#[test]
fn songs_of_other_files_are_refused_with_the_way_there() {
    let shop = Workshop::new();
    shop.write("game.sfc", &image(0, 0));
    shop.write("other.sseq", b"SSEQ");
    shop.write("other.sfc", &image(0, 0));
    shop.write("empty.bin", &[]);
    shop.write("long.mid", &long_midi());
    let insert = |sequence| ["rom", "insert", "game.sfc", sequence, "--song", "1", "-o", "x.sfc"];
    let message = shop.refused(3, &insert("other.sseq"));
    assert!(message.contains("run `tatum convert other.sseq other.mid` first"), "{message}");
    let message = shop.refused(3, &insert("other.sfc"));
    assert!(message.contains("run `tatum convert other.sfc other.mid` first"), "{message}");
    shop.refused(3, &insert("empty.bin"));
    // Numbers that are linked for another place cannot be moved.
    shop.write("numbers.asm", b"dw $9004, 0\ndw $9014, 0, 0, 0, 0, 0, 0, 0\ndb $48, $A4, 0\n");
    let message = shop.refused(3, &insert("numbers.asm"));
    assert!(message.contains("a list of segments with labels"), "{message}");
    // A segment in front of the list: the table, the segment at $D002, the list at $D012, the track at $D016.
    let words = [0xD012_u16, 0xD016, 0, 0, 0, 0, 0, 0, 0, 0xD002, 0];
    let data = [words.iter().flat_map(|word| word.to_le_bytes()).collect(), vec![0x48, 0xA4, 0]].concat();
    let image = [&(data.len() as u16).to_le_bytes(), &[0, 0xD0][..], &data, &[0, 0, 0, 8]].concat();
    shop.write("shared.bin", &image);
    let message = shop.refused(3, &insert("shared.bin"));
    assert!(message.contains("behind its list at $D012") && message.contains("$D002"), "{message}");
    let message = shop.refused(3, &insert("long.mid"));
    assert!(message.contains("at most") && message.contains("the room of Triforce opening"), "{message}");
}

/// A MIDI file with more notes than a small song has room for.
fn long_midi() -> Vec<u8> {
    let notes: Vec<u8> =
        (0..40).flat_map(|key| [0, 0x90, 48 + key % 24, 100, 24, 0x80, 48 + key % 24, 0]).collect();
    let end = [0, 0xFF, 0x2F, 0];
    let length = ((notes.len() + end.len()) as u32).to_be_bytes();
    [&b"MThd\0\0\0\x06\0\0\0\x01\0\x30MTrk"[..], &length, &notes, &end].concat()
}

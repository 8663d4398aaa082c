//! A game laid out like A Link to the Past, of our own data.

use tatum_snes::author::assembler::{AssemblerOptions, NoFiles, assemble};
use tatum_snes::format::{TransferBlock, TransferImage};
use tatum_snes::hardware::Ram;
use tatum_snes::sequencer::constants;

use super::Workshop;
use crate::support::SNES_NSPC;

/// Where the game has its transfers in the file (`snes-authoring.md` section 5).
const BOOT: usize = 0xC_8000;
const BANKS: [usize; 3] = [0xD_1EF5, 0xD_8000, 0xD_5380];

/// A bank of two songs.
fn bank() -> Vec<u8> {
    let source = "%songbanksimple($D000)\ndw .One+!OFFSET, .Two+!OFFSET\n\
                  %song(\"One\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\ndb !instr, 1, !volume, 200, !8, !n, C4, E4, G4, C5, R, !PART_END\n%endsong()\n\
                  %song(\"Two\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\ndb !instr, 1, !volume, 200, !8, !n, C3, R, !PART_END\n%endsong()\n\
                  %endbank()\n%endtransfer()\n";
    let assembly = assemble("bank.asm", source.as_bytes(), &mut NoFiles, &AssemblerOptions::default());
    assert!(!assembly.problems.has_errors(), "{:?}", assembly.problems);
    assembly.regions[0].bytes.clone()
}

fn image(header: usize) -> Vec<u8> {
    let case = std::fs::read(SNES_NSPC.carried("tune8/image.bin")).unwrap();
    let mut boot = TransferImage::parse("image.bin", &case).unwrap();
    boot.blocks.truncate(3);
    let mut driver = Ram::new(Box::new([0; Ram::SIZE]));
    constants::place(&mut driver);
    boot.blocks.push(TransferBlock { address: 0x0800, data: driver.bytes()[0x0800..0x179E].to_vec() });
    let mut bytes = vec![0xFF; header + 0x10_0000];
    let mut put = |at: usize, data: &[u8]| bytes[header + at..header + at + data.len()].copy_from_slice(data);
    put(BOOT, &boot.to_bytes());
    BANKS.into_iter().for_each(|place| put(place, &bank()));
    bytes
}

#[test]
fn songs_are_listed_extracted_exchanged_and_brought_back() {
    for header in [0, 512] {
        let shop = Workshop::new();
        let before = image(header);
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

//! Damaged games and fonts say what is wrong.

use super::refusal;
use super::synthetic::{Case, RETAIL, ocarina_parts};

#[test]
fn damaged_games_say_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let (_, _, parts) = ocarina_parts();
    let rom = folder.path().join("game.z64");
    let image = RETAIL.image(&parts);
    let entry = |number: usize, word: usize| RETAIL.file_table + 16 * number + 4 * word;
    let damaged = |at: usize, bytes: &[u8]| {
        let mut image = image.clone();
        image[at..at + bytes.len()].copy_from_slice(bytes);
        std::fs::write(&rom, image).unwrap();
        refusal(&rom, &[])
    };
    let program = u32::from_be_bytes(image[entry(27, 2)..entry(27, 3)].try_into().unwrap()) as usize;
    assert!(damaged(entry(5, 2), &[0x7F, 0, 0, 0]).contains("inside the image"));
    assert!(damaged(entry(4, 2), &[0xFF; 8]).contains("absent"));
    assert!(damaged(program, b"Yay0").contains("Yaz0"));
    assert!(damaged(program + 4, &[0x7F, 0, 0, 0]).contains("size of the unpacked file"));
    assert!(damaged(program + 16, &[0]).contains("back reference"));
    let archive = u32::from_be_bytes(image[entry(3, 2)..entry(3, 3)].try_into().unwrap()) as usize;
    assert!(damaged(archive, &[0x7F, 0, 0, 0]).contains("drum table pointer"));
    // Not even a file table.
    let mut nothing = image[..0x1000].to_vec();
    nothing.resize(0x10_0000, 0);
    std::fs::write(&rom, nothing).unwrap();
    assert!(refusal(&rom, &[]).contains("game code"));
}

#[test]
fn damaged_fonts_are_refused_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let case = Case::oot("basic-adpcm");
    const FILES: [&str; 4] = ["sequence.zseq", "soundfont.zbank", "soundfont.bankmeta", "audiotable.bin"];
    let text = String::from_utf8(case.file("case.toml")).unwrap();
    std::fs::write(folder.path().join("case.toml"), text).unwrap();
    let damaged = |name: &str, damage: &dyn Fn(&mut Vec<u8>)| {
        for file in FILES {
            let mut bytes = case.file(file);
            if file == name {
                damage(&mut bytes);
            }
            std::fs::write(folder.path().join(file), bytes).unwrap();
        }
        let message = refusal(folder.path(), &[]);
        assert!(message.contains(name), "{name}: {message}");
    };
    damaged("sequence.zseq", &|bytes| bytes.clear());
    damaged("soundfont.zbank", &|bytes| bytes.clear());
    damaged("soundfont.zbank", &|bytes| bytes.truncate(0x40));
    damaged("soundfont.zbank", &|bytes| bytes.truncate(bytes.len() / 2));
    damaged("soundfont.zbank", &|bytes| bytes[0..4].fill(0xFF));
    damaged("soundfont.zbank", &|bytes| bytes[4..8].fill(0x7F));
    damaged("soundfont.zbank", &|bytes| bytes[8..12].fill(0x7F));
    damaged("soundfont.bankmeta", &|bytes| bytes.truncate(7));
    // More instruments than there are pointers: the next bytes are none.
    let refused = |change: &dyn Fn(&mut Vec<u8>)| {
        for file in FILES {
            let mut bytes = case.file(file);
            if file == "soundfont.bankmeta" {
                change(&mut bytes);
            }
            std::fs::write(folder.path().join(file), bytes).unwrap();
        }
        refusal(folder.path(), &[])
    };
    assert!(refused(&|bytes| bytes[4] = 255).contains("soundfont.zbank"));
    assert!(refused(&|bytes| bytes[2] = 9).contains("sample area"), "a sample bank that is not there");
    for file in FILES {
        let mut bytes = case.file(file);
        if file == "audiotable.bin" {
            bytes.truncate(0x20);
        }
        std::fs::write(folder.path().join(file), bytes).unwrap();
    }
    assert!(refusal(folder.path(), &[]).contains("sample address and size"));
}

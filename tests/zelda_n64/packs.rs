//! Music packs play, or say what is damaged.

use std::io::Write;
use std::path::Path;

use super::synthetic::{Case, DEBUG, MAJORA, Parts, RETAIL, ocarina_parts};
use super::{info, refusal, render, try_render};
use crate::support;

/// Writes a zip file of members.
fn zip(path: &Path, members: &[(&str, &[u8])]) {
    let mut writer = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options.compression_method(zip::CompressionMethod::Deflated)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap();
}

#[test]
fn packs_with_fonts_of_the_game_play_like_the_loose_files() {
    let folder = tempfile::tempdir().unwrap();
    let (first, _, parts) = ocarina_parts();
    let rom = folder.path().join("game.z64");
    std::fs::write(&rom, RETAIL.image(&parts)).unwrap();
    let bank = ["--bank", rom.to_str().unwrap()];
    let sequence = first.sequence();

    let pack = folder.path().join("song.ootrs");
    let meta: (&str, &[u8]) = ("song.meta", b"A Song\n0x00\nbgm\nFields\n");
    zip(&pack, &[meta, ("song.seq", &sequence), ("../evil.meta", b"x"), ("notes/other.zseq", b"x")]);
    first.assert_plays(&render(&pack, &bank));
    assert_eq!(info(&pack)["title"], "A Song");
    let (_, message) = try_render(&pack, &[]).unwrap();
    assert!(message.contains("font 0x00") && message.contains("built-in"), "{message}");

    let loose = folder.path().join("song.zseq");
    std::fs::write(&loose, &sequence).unwrap();
    std::fs::write(folder.path().join("song.meta"), meta.1).unwrap();
    first.assert_plays(&render(&loose, &bank));
    assert_eq!(info(&loose)["title"], "A Song");

    let majora = Case::mm("mm-script");
    std::fs::write(&rom, MAJORA.image(&Parts::new(&majora, &Case::mm("mm-surround")))).unwrap();
    let pack = folder.path().join("song.mmrs");
    zip(&pack, &[("categories.txt", b"0,1"), ("00.zseq", &majora.sequence())]);
    majora.assert_plays(&render(&pack, &bank));
    assert_eq!(info(&pack)["engine"], "mm");
    let loose = folder.path().join("Song_00_0-1.zseq");
    std::fs::write(&loose, majora.sequence()).unwrap();
    majora.assert_plays(&render(&loose, &bank));
}

/// The font of a case with its samples moved: to sounds of their own, named by temporary addresses.
fn font_with_sounds(case: &Case) -> (Vec<u8>, Vec<(String, Vec<u8>)>) {
    use tatum_n64::format::font_samples::{repoint, sample_headers};
    use tatum_n64::format::index_table::FontEntry;
    let entry = FontEntry::parse("meta", &case.file("soundfont.bankmeta")).unwrap();
    let mut font = case.file("soundfont.zbank");
    let samples = case.file("audiotable.bin");
    let mut sounds = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    for header in sample_headers("font", &font.clone(), entry.counts).unwrap() {
        if known.insert(header.offset) {
            let start = header.address as usize;
            let address = 0xF0_0000 + 16 * sounds.len() as u32;
            let data = samples.get(start..start + header.size).unwrap_or_default().to_vec();
            sounds.push((format!("{address:X}"), if data.is_empty() { vec![0; header.size] } else { data }));
            repoint(&mut font, &header, address);
        }
    }
    (font, sounds)
}

#[test]
fn packs_with_a_font_and_sounds_of_their_own_need_no_game() {
    let folder = tempfile::tempdir().unwrap();
    let (first, _, parts) = ocarina_parts();
    let (font, sounds) = font_with_sounds(&first);
    let entry = first.file("soundfont.bankmeta");
    let sequence = first.sequence();
    let names: Vec<String> = sounds.iter().map(|(address, _)| format!("sound_{address}.zsound")).collect();
    let mut members: Vec<(&str, &[u8])> =
        vec![("a.zseq", &sequence), ("a.zbank", &font), ("a.bankmeta", &entry)];
    members.extend(names.iter().zip(&sounds).map(|(name, (_, data))| (name.as_str(), data.as_slice())));
    let lines: String =
        names.iter().zip(&sounds).map(|(name, (address, _))| format!("ZSOUND:{name}:{address}\n")).collect();
    let meta = format!("A Song\n-\nbgm\nFields\n{lines}");
    let with_meta = [&members[..], &[("a.meta", meta.as_bytes())]].concat();

    let pack = folder.path().join("own.ootrs");
    zip(&pack, &with_meta);
    let (samples, message) = try_render(&pack, &[]).unwrap();
    assert!(!message.contains("built-in"), "{message}");
    first.assert_plays(&samples);
    let rom = folder.path().join("game.z64");
    std::fs::write(&rom, DEBUG.image(&parts)).unwrap();
    first.assert_plays(&render(&pack, &["--bank", rom.to_str().unwrap()]));

    // The same as the other randomiser has it, and loose.
    let majora = folder.path().join("own.mmrs");
    let renamed: Vec<(&str, &[u8])> = members
        .iter()
        .map(|&(name, bytes)| (if name == "a.zseq" { "28.zseq" } else { name }, bytes))
        .chain([("categories.txt", &b"1"[..])])
        .collect();
    zip(&majora, &renamed);
    first.assert_plays(&render(&majora, &["--engine", "oot"]));
    for (name, bytes) in &with_meta {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    first.assert_plays(&render(&folder.path().join("a.zseq"), &[]));

    // A font of the pack whose samples are the game's.
    let original = first.file("soundfont.zbank");
    let borrowed = folder.path().join("borrowed.ootrs");
    let meta: &[u8] = b"A Song\n-\nbgm\n\n";
    zip(&borrowed, &[("a.meta", meta), ("a.seq", &sequence), ("a.zbank", &original), ("a.bankmeta", &entry)]);
    first.assert_plays(&render(&borrowed, &["--bank", rom.to_str().unwrap()]));
    assert!(try_render(&borrowed, &[]).unwrap().1.contains("samples of the game"));

    // The font comes out of the pack as a lone one, with its samples where the pack's are stored.
    let at = |name: &str| folder.path().join(name);
    for (action, from, to) in [("export", pack.clone(), at("texts")), ("import", at("texts"), at("lone"))] {
        let output = support::tatum([Path::new("bank"), Path::new(action), &from, &to]);
        assert_eq!(support::code(&output), 0, "{}", support::stderr(&output));
    }
    let list = |path: &Path| {
        let output = support::tatum([Path::new("bank"), Path::new("list"), path]);
        (support::code(&output), String::from_utf8(output.stdout.clone()).unwrap(), support::stderr(&output))
    };
    assert_eq!(list(&pack), list(&at("lone/own.zbank")));
    let (code, _, message) = list(&borrowed);
    assert!(code == 2 && message.contains("uses samples of the game"), "{message}");
}

#[test]
fn damaged_packs_say_which_member_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("song.ootrs");
    let sequence = Case::oot("basic-adpcm").sequence();
    let meta: (&str, &[u8]) = ("song.meta", b"A Song\n-\nbgm\n\nZSOUND:kick.zsound:0xF00000\n");
    let bank: (&str, &[u8]) = ("song.zbank", &[0; 16]);
    let entry: (&str, &[u8]) = ("song.bankmeta", &[2, 2, 0, 255, 0, 0, 0, 0]);
    let music: (&str, &[u8]) = ("song.seq", &sequence);
    for (members, named) in [
        (vec![music], ".meta"),
        (vec![meta], ".seq"),
        (vec![meta, music], ".zbank"),
        (vec![meta, music, bank], ".bankmeta"),
        (vec![meta, music, bank, entry], "kick.zsound"),
        (vec![meta, music, bank, ("song.bankmeta", &[2, 2]), ("kick.zsound", b"x")], "song.bankmeta"),
        (vec![meta, music, ("song.zbank", &[1]), entry, ("kick.zsound", b"x")], "song.zbank"),
    ] {
        zip(&pack, &members);
        let message = refusal(&pack, &[]);
        assert!(message.contains(named), "{named}: {message}");
    }

    // A member whose data are broken, and a file that is no zip.
    zip(&pack, &[music, ("song.meta", &meta.1.repeat(20))]);
    let mut bytes = std::fs::read(&pack).unwrap();
    let name = bytes.windows(9).position(|window| window == b"song.meta").unwrap();
    bytes[name + 12] ^= 0xFF;
    std::fs::write(&pack, &bytes).unwrap();
    assert!(refusal(&pack, &[]).contains("song.meta"));
    std::fs::write(&pack, &bytes[..bytes.len() / 2]).unwrap();
    assert!(refusal(&pack, &[]).contains("zip file"));
    let majora = folder.path().join("song.mmrs");
    zip(&majora, &[("28.zseq", &sequence)]);
    assert!(refusal(&majora, &[]).contains("categories.txt"));
}

#[test]
fn a_zip_bomb_stops_at_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("bomb.ootrs");
    let mut writer = zip::ZipWriter::new(std::fs::File::create(&pack).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for name in ["a.zsound", "b.zsound"] {
        writer.start_file(name, options.compression_method(zip::CompressionMethod::Deflated)).unwrap();
        let block = vec![0; 1 << 20];
        for _ in 0..40 {
            writer.write_all(&block).unwrap();
        }
    }
    writer.finish().unwrap();
    assert!(std::fs::metadata(&pack).unwrap().len() < 200_000);
    let message = refusal(&pack, &[]);
    assert!(message.contains(".zsound") && message.contains("at most"), "{message}");
}

#[test]
fn packs_of_any_bytes_are_refused_or_opened() {
    use tatum::song::{OpenOptions, Song};
    let folder = tempfile::tempdir().unwrap();
    let case = Case::oot("basic-adpcm");
    let pack = folder.path().join("song.ootrs");
    let meta: &[u8] = b"A Song\n-\nbgm\n\n";
    let (sequence, font, entry) =
        (case.sequence(), case.file("soundfont.zbank"), case.file("soundfont.bankmeta"));
    zip(&pack, &[("a.meta", meta), ("a.seq", &sequence), ("a.zbank", &font), ("a.bankmeta", &entry)]);
    let good = std::fs::read(&pack).unwrap();
    arbtest::arbtest(|source| {
        let mut bytes = good.clone();
        for _ in 0..source.int_in_range(1..=6)? {
            // The directory at the end more often than the data.
            let first = if source.ratio(1, 2)? { good.len() - 0x100 } else { 0 };
            let at = first + source.choose_index(good.len() - first)?;
            bytes[at] = source.arbitrary()?;
        }
        if source.ratio(1, 8)? {
            bytes.truncate(source.choose_index(good.len())?);
        }
        std::fs::write(&pack, bytes).unwrap();
        if let Ok(song) = Song::open(&pack, &OpenOptions::default()) {
            let mut frames = [tatum_core::Frame::SILENCE; 2000];
            song.start().unwrap().render(&mut frames);
        }
        Ok(())
    })
    .budget_ms(2_000);
}

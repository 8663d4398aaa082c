//! The Zelda generation from files as people have them: synthetic games (compressed too), extracted games, music packs
//! and bare sequences play like the loose files of the golden sets; damaged ones say what is wrong.

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};

use support::{N64_MM, N64_OOT, code, pcm, stderr, tatum};
use tatum_n64::format::byte_order::ByteOrder;
use tatum_n64::format::file_table::{FileEntry, FileTable};
use tatum_n64::format::font_list::FontLists;
use tatum_n64::format::index_table::{IndexEntry, IndexTable};
use tatum_n64::format::yaz0;

/// A case of a golden set: what a game would be made of, and how it sounds.
struct Case {
    folder: PathBuf,
    /// Bytes of the reference until the game does something that only the case's manifest says.
    undisturbed: usize,
}

/// 59 frames of at least 528 sample pairs: the second case's first event is in frame 60.
const BEFORE_FRAME_60: usize = 59 * 528 * 4;

impl Case {
    fn oot(name: &str) -> Self {
        let undisturbed = if name == "script-control" { BEFORE_FRAME_60 } else { usize::MAX };
        Self { folder: N64_OOT.carried(name), undisturbed }
    }

    fn mm(name: &str) -> Self {
        Self { folder: N64_MM.carried(name), undisturbed: usize::MAX }
    }

    fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.join(name)).unwrap()
    }

    fn sequence(&self) -> Vec<u8> {
        self.file("sequence.zseq")
    }

    /// That what was rendered is how the reference begins.
    fn assert_plays(&self, samples: &[u8]) {
        let reference = pcm(&self.folder.join("reference.wav"));
        let length = samples.len().min(self.undisturbed);
        assert!(samples[..length] == reference[..length], "{} differs", self.folder.display());
    }
}

/// The parts of a game: two sequences and an alias of the first; two fonts, of which the second is damaged.
struct Parts {
    files: [Vec<u8>; 3],
    tables: [Vec<u8>; 4],
}

fn index(parts: &[(&[u8], [u8; 8])], alias: Option<u32>) -> (Vec<u8>, IndexTable) {
    let mut bytes = Vec::new();
    let mut entries = Vec::new();
    for (part, details) in parts {
        entries.push(IndexEntry { offset: bytes.len() as u32, size: part.len() as u32, details: *details });
        bytes.extend(*part);
        bytes.resize(bytes.len().next_multiple_of(16), 0);
    }
    entries.extend(alias.map(|offset| IndexEntry { offset, size: 0, details: [2, 2, 0, 0, 0, 0, 0, 0] }));
    (bytes, IndexTable { entries })
}

impl Parts {
    fn new(case: &Case, other: &Case) -> Self {
        const MUSIC: [u8; 8] = [2, 2, 0, 0, 0, 0, 0, 0];
        let entry: [u8; 8] = case.file("soundfont.bankmeta").try_into().unwrap();
        let font = case.file("soundfont.zbank");
        assert!(font == other.file("soundfont.zbank"), "the cases share a font");
        let (fonts, font_table) = index(&[(&font, entry), (&[0xFF; 32], entry)], None);
        let (first, second) = (case.sequence(), other.sequence());
        let (sequences, sequence_table) = index(&[(&first, MUSIC), (&second, MUSIC)], Some(0));
        let (samples, sample_table) = index(&[(&case.file("audiotable.bin"), MUSIC)], Some(0));
        let lists = FontLists { lists: vec![vec![0], vec![0], vec![1]] };
        Self {
            files: [fonts, sequences, samples],
            tables: [font_table.write(), lists.write(), sequence_table.write(), sample_table.write()],
        }
    }

    /// An extracted game.
    fn write_folder(&self, folder: &Path) {
        for (name, bytes) in ["Audiobank", "Audioseq", "Audiotable"].iter().zip(&self.files) {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
        let names = ["Audiobank_index", "sequence_fonts", "Audioseq_index", "Audiotable_index"];
        for (name, bytes) in names.iter().zip(&self.tables) {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }
}

/// Where an image has its file table, and the main program its tables.
struct Layout {
    file_table: usize,
    program: usize,
    places: [usize; 4],
    is_compressed: bool,
}

/// `n64-oot.md` 1.1.
const DEBUG: Layout = Layout {
    file_table: 0x1_2F70,
    program: 28,
    places: [0x13_8270, 0x13_84E0, 0x13_86A0, 0x13_8D90],
    is_compressed: false,
};
const RETAIL: Layout = Layout {
    file_table: 0x7960,
    program: 27,
    places: [0x10_2710, 0x10_2980, 0x10_2B40, 0x10_3230],
    is_compressed: true,
};
const MAJORA: Layout = Layout {
    file_table: 0x1_A500,
    program: 31,
    places: [0x13_B6C0, 0x13_B960, 0x13_BB70, 0x13_C380],
    is_compressed: true,
};
/// A version that nobody has listed.
const UNKNOWN: Layout =
    Layout { file_table: 0x9120, program: 9, places: [0x5008, 0x5100, 0x5140, 0x5200], is_compressed: true };

impl Layout {
    fn image(&self, parts: &Parts) -> Vec<u8> {
        let mut program: Vec<u8> =
            (0..self.places[3] as u32 + 0x1000).map(|at| (at / 64 * 7) as u8 | 1).collect();
        for (place, table) in self.places.iter().zip(&parts.tables) {
            program[*place..place + table.len()].copy_from_slice(table);
        }
        let program = if self.is_compressed { yaz0::encode(&program) } else { program };
        let mut image = vec![0; 0x2_0000];
        image[..4].copy_from_slice(&[0x80, 0x37, 0x12, 0x40]);
        let plain = |start: usize, end: usize| FileEntry {
            virtual_start: start as u32,
            virtual_end: end as u32,
            physical_start: start as u32,
            physical_end: 0,
        };
        let mut entries =
            vec![plain(0, 0x1060), plain(0x1060, self.file_table), plain(self.file_table, 0x2_0000)];
        for number in 3..=self.program {
            let start = image.len();
            match number {
                3..=5 => image.extend(&parts.files[number - 3]),
                _ if number == self.program => image.extend(&program),
                _ => image.extend([number as u8; 32]),
            }
            entries.push(plain(start, image.len()));
            image.resize(image.len().next_multiple_of(16), 0);
        }
        if self.is_compressed {
            let entry = entries.last_mut().unwrap();
            entry.physical_end = entry.virtual_end;
        }
        let table = FileTable::write(&entries);
        image[self.file_table..self.file_table + table.len()].copy_from_slice(&table);
        image
    }
}

/// Runs the program on an input, rendering two seconds; its samples, or its exit code and message.
fn try_render(input: &Path, options: &[&str]) -> Result<(Vec<u8>, String), (i32, String)> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.wav");
    let mut arguments =
        vec!["render", input.to_str().unwrap(), "--seconds", "2", "-o", out.to_str().unwrap()];
    arguments.extend(options);
    let output = tatum(arguments);
    assert_eq!(out.exists(), code(&output) == 0, "a failed render leaves nothing behind");
    if code(&output) == 0 { Ok((pcm(&out), stderr(&output))) } else { Err((code(&output), stderr(&output))) }
}

fn render(input: &Path, options: &[&str]) -> Vec<u8> {
    match try_render(input, options) {
        Ok((samples, _)) => samples,
        Err((code, message)) => panic!("{}: exit code {code}: {message}", input.display()),
    }
}

/// The message with which an input is refused as invalid.
fn refusal(input: &Path, options: &[&str]) -> String {
    match try_render(input, options) {
        Ok(_) => panic!("{} plays", input.display()),
        Err((code, message)) => {
            assert_eq!(code, 3, "{message}");
            assert!(message.contains("offset 0x"), "{message}");
            message
        }
    }
}

fn info(input: &Path) -> serde_json::Value {
    let output = tatum([Path::new("info"), Path::new("--json"), input]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn ocarina_parts() -> (Case, Case, Parts) {
    let (first, second) = (Case::oot("basic-adpcm"), Case::oot("script-control"));
    let parts = Parts::new(&first, &second);
    (first, second, parts)
}

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

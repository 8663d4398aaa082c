//! The song language: bounds, what comes back from bytes, and what the authors' guide says that songs play.

use std::path::Path;

use tatum_core::{Frame, Player, Probe};
use tatum_snes::author::assembler::{AssemblerOptions, Assembly, NoFiles, assemble};
use tatum_snes::author::disassembler::{disassemble, disassemble_song};
use tatum_snes::author::frozen_song::{FreezeError, freeze};
use tatum_snes::format::{SpcFile, TransferBlock, TransferImage, read_raw_song};
use tatum_snes::{Event, NspcPlayer, SpcPlayer};

fn assembled(source: &str) -> Assembly {
    assemble("song.asm", source.as_bytes(), &mut NoFiles, &AssemblerOptions::default())
}

fn messages(assembly: &Assembly) -> Vec<String> {
    let entries = assembly.problems.entries().iter();
    entries.map(|problem| problem.display(&assembly.sources).to_string()).collect()
}

fn bytes_of(source: &str) -> Vec<u8> {
    let assembly = assembled(source);
    assert!(!assembly.problems.has_errors(), "{:#?}\n{source}", messages(&assembly));
    match assembly.regions.as_slice() {
        [] => Vec::new(),
        [region] => region.bytes.clone(),
        regions => panic!("{} regions", regions.len()),
    }
}

#[test]
fn sources_that_never_end_are_stopped() {
    let nested = "(".repeat(100_000);
    let signs = "-".repeat(100_000);
    let sum = "1+".repeat(200_000);
    let doubling: String = (1..60).map(|n| format!("!a{n} = !a{p}!a{p}\n", p = n - 1)).collect();
    let functions: String =
        (1..60).map(|n| format!("function f{n}(x) = f{p}(x)+f{p}(x)\n", p = n - 1)).collect();
    let sources = [
        "macro again()\n%again()\nendmacro\n%again()\n".to_owned(),
        "macro twice()\n%twice() : %twice()\nendmacro\n%twice()\n".to_owned(),
        "fill 100000000000\n".to_owned(),
        "macro many()\nfill 4000000\n%many()\nendmacro\n%many()\n".to_owned(),
        "skip 1000000000000\ndb 1\n".to_owned(),
        "pad $7FFFFFFFFFFFFFFF\n".to_owned(),
        "org $FFFFFFFFFFFF\n".to_owned(),
        "!a = !a\ndb !a\n".to_owned(),
        "!x += !x\n".repeat(100),
        format!("!a0 = 1\n{doubling}db !a59\n"),
        format!("function f0(x) = x\n{functions}db f59(1)\n"),
        format!("db {nested}1\n"),
        format!("db {signs}1\n"),
        format!("db {sum}1\n"),
        format!("%song(\"A\", {nested}, 0)\n"),
        format!("db !{{{}", "!{".repeat(50_000)),
        "if 1\n".repeat(50_000),
        "pushpc\n".repeat(50_000),
        "incsrc \"song.asm\"\n".to_owned(),
        "db \\\n".repeat(100_000),
        "%song(\"A\", 99999999999, 0)\n%songbank(99999999)\n".to_owned(),
        "db 1<<99999999999999, 2**99999999999, 9**9**9, 1>>99999\n".to_owned(),
    ];
    for source in sources {
        let assembly = assembled(&source);
        assert!(assembly.regions.iter().map(|region| region.bytes.len()).sum::<usize>() <= 0x40_0000);
    }
}

#[test]
fn arbitrary_sources_end_without_panic() {
    const WORDS: [&str; 64] = [
        "db ",
        "dw ",
        "!4",
        "!n",
        "C4",
        ", ",
        "\n",
        " : ",
        "%song(",
        "\"A\"",
        ", 1",
        ", 0)",
        "%segment(\"s\")",
        "\t",
        "%track(\"t\")",
        "%part(p)",
        "%playpart(p, 2)",
        "%endsong()",
        "!PART_END",
        "%repeattrack(t)",
        "%silenttrack()",
        "%songbank(2)",
        "%songbankaux()",
        "%endbank()",
        "%endtransfer()",
        "org $1A9EF5",
        "!ARAM = $D000",
        "!x = ",
        "!x",
        "+",
        "-",
        "*",
        "/",
        "%",
        "(",
        ")",
        "<",
        ">>",
        "&",
        "~",
        ".",
        "..",
        "...",
        "#",
        "a:",
        "macro m(a)",
        "endmacro",
        "%m(1)",
        "<a>",
        "if ",
        "else",
        "endif",
        "==",
        "&&",
        "function f(x) = x",
        "f(2)",
        "fill 9",
        "$",
        "0x",
        ";",
        "'",
        "\\",
        "{",
        "}",
    ];
    arbtest::arbtest(|bytes| {
        let mut source = String::new();
        for _ in 0..bytes.arbitrary_len::<u8>()?.min(300) {
            match bytes.int_in_range(0..=9)? {
                0 => source.push(char::from(bytes.arbitrary::<u8>()?)),
                _ => source.push_str(bytes.choose(&WORDS)?),
            }
        }
        let assembly = assembled(&source);
        let _ = (assembly.label_list(), messages(&assembly));
        for block in &assembly.blocks {
            assert!(assembly.block_bytes(block).len() <= 0x40_0000);
        }
        Ok(())
    });
}

#[test]
fn arbitrary_bytes_come_back_from_their_source() {
    arbtest::arbtest(|random| {
        let mut image = TransferImage::parse("empty", &[0, 0, 0, 8]).unwrap();
        for _ in 0..random.int_in_range(0..=3)? {
            let length = random.int_in_range(1..=200)?;
            let data = random.bytes(length)?.to_vec();
            let address = *random.choose(&[0xD000, 0x2B00, 0x4000, 0xFE00])?;
            image.blocks.push(TransferBlock { address, data });
        }
        let bytes = image.to_bytes();
        assert_eq!(bytes_of(&disassemble("image", &bytes).unwrap()), bytes);
        Ok(())
    });
}

/// A song as a generator may lay it out: lists, pointers and data in any order, with pointers into anything.
fn random_song(random: &mut arbtest::arbitrary::Unstructured<'_>) -> arbtest::arbitrary::Result<Vec<u8>> {
    const START: u16 = 0xD046;
    let segments = random.int_in_range(1..=3_u16)?;
    let mut bytes = Vec::new();
    let first = START + 2 * segments + 4;
    for segment in 0..segments {
        bytes.extend((first + 16 * segment).to_le_bytes());
    }
    bytes.extend(if random.arbitrary()? {
        [0xFF, 0, START.to_le_bytes()[0], START.to_le_bytes()[1]]
    } else {
        [0; 4]
    });
    let data = first + 16 * segments;
    for _ in 0..8 * segments {
        let pointer = match random.int_in_range(0..=3)? {
            0 => 0,
            _ => data + random.int_in_range(0..=40)?,
        };
        bytes.extend(pointer.to_le_bytes());
    }
    for _ in 0..random.int_in_range(1..=60)? {
        match random.int_in_range(0..=5)? {
            0 => bytes.extend([random.int_in_range(1..=0x7F)?, random.int_in_range(0..=0x7F)?]),
            1 => bytes.push(0),
            2 => {
                let [low, high] = (data + random.int_in_range(0..=40)?).to_le_bytes();
                bytes.extend([0xEF, low, high, random.arbitrary()?]);
            }
            3 => bytes.extend([0xE0, random.int_in_range(0..=0x18)?]),
            _ => bytes.push(random.int_in_range(0x80..=0xFF)?),
        }
    }
    bytes.push(0);
    Ok(bytes)
}

#[test]
fn random_songs_come_back_from_their_source() {
    arbtest::arbtest(|random| {
        let bytes = random_song(random)?;
        let source = disassemble_song(0xD046, &bytes, 0xD046);
        assert_eq!(bytes_of(&source), bytes, "{source}");
        Ok(())
    });
}

#[test]
fn every_image_comes_back_with_its_structure() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden-audio/snes-nspc");
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/golden/snes-nspc");
    let mut count = 0;
    for folder in [own, shared].into_iter().filter(|folder| folder.is_dir()) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let Ok(bytes) = std::fs::read(path.join("image.bin")) else { continue };
            let source = disassemble("image.bin", &bytes).unwrap();
            assert!(bytes_of(&source) == bytes, "{}", path.display());
            assert!(source.contains("%song(") || source.contains("\n.song01\n"), "{}", path.display());
            if let Ok(song) = std::fs::read_to_string(path.join("song.asm")) {
                // The song lies behind the table of one entry.
                let own = bytes_of(&song);
                assert!(bytes[..bytes.len() - 4].ends_with(&own), "{}", path.display());
                assert!(source.contains("%songbank(1)"), "{}", path.display());
            }
            count += 1;
        }
    }
    assert!(count >= 10, "{count}");
}

/// What a track plays: note bytes, in their order.
#[derive(Default)]
struct Played {
    notes: Vec<(u64, u8, u8)>,
    tick: u64,
}

impl Probe<Event> for Played {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        match event() {
            Event::Tick { tick, .. } => self.tick = tick,
            Event::Note { channel, value, .. } => self.notes.push((self.tick, channel, value)),
            _ => {}
        }
    }
}

impl Played {
    fn track(&self, number: u8) -> Vec<u8> {
        self.notes.iter().filter(|(_, channel, _)| *channel == number).map(|(.., value)| *value).collect()
    }
}

/// Plays a piece of a song up to its end; it stands in a segment behind one that sets length and instrument.
fn play(piece: &str) -> Played {
    let source = format!(
        "!ARAM = $D046\n%song(\"Example\", 2, -1)\n%segment(\"init\")\n%track(\"i\")\n\
         db !instr, !PIANO, !tempo, 255, !16t, !n, R, !PART_END\n%segment(\"main\")\n{piece}\n%endsong()\n"
    );
    let bytes = bytes_of(&source);
    let image = read_raw_song("example", &bytes, Some(0xD046)).unwrap();
    let mut player = NspcPlayer::new(&image);
    player.start_song(1);
    let mut played = Played::default();
    let mut frames = vec![Frame::SILENCE; 320_000];
    player.render_with_probe(&mut frames, &mut played);
    assert!(player.has_ended() && player.fault().is_none(), "{:?}", player.fault());
    played.notes.retain(|(_, channel, value)| (*channel, *value) != (0, 0xC9));
    played
}

const G3: u8 = 0x9F;
const A3: u8 = 0xA1;
const B3: u8 = 0xA3;
const C4: u8 = 0xA4;
const D4: u8 = 0xA6;
const E4: u8 = 0xA8;
const FS4: u8 = 0xAA;
const TIE: u8 = 0xC8;

#[test]
fn the_parts_example_of_the_guide_plays_what_it_says() {
    let example = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden-audio/snes-asm/guide/47.asm"),
    )
    .unwrap();
    // "Gees" three times, "Bees" three times, "Gee1" three times, and then the track runs into "Bees" itself.
    let expected = [vec![G3; 9], vec![B3; 9], vec![G3; 3], vec![B3; 3]].concat();
    assert_eq!(play(&example).track(0), expected);
}

#[test]
fn a_tie_behind_a_call_prolongs_only_the_last_round() {
    let example = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden-audio/snes-asm/guide/48.asm"),
    )
    .unwrap();
    let scale = [C4, D4, E4, FS4];
    let expected = [&[A3, B3][..], &scale, &[TIE, TIE, TIE], &scale, &scale, &scale, &[TIE]].concat();
    let played = play(&example);
    assert_eq!(played.track(0), expected);
    let first = played.notes[0].0;
    // Every note and tie takes a quarter: 72 ticks.
    for (number, (tick, ..)) in played.notes.iter().enumerate() {
        assert_eq!(tick - first, 72 * number as u64);
    }
}

#[test]
fn what_is_not_defined_is_silent() {
    let piece = "%track(\"Piano1\")\ndb !16, !n, C4, R, !PART_END\n%track(\"Piano2\")\ndb !16, !n, C4, R, !PART_END\n\
                 %silenttrack()\n%track(\"Strings2\")\ndb !16, !n, C4, R, !PART_END\n";
    let played = play(piece);
    // Track 2 is silent because it says so, 4 to 7 because they do not exist.
    let sounding: Vec<u8> = (0..8).filter(|track| played.track(*track).contains(&C4)).collect();
    assert_eq!(sounding, [0, 1, 3]);
}

#[test]
fn a_length_above_127_is_told_and_a_tie_is_not() {
    let source = |data: &str| {
        format!(
            "%song(\"A\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\ndb !instr, !PIANO\ndb {data}\ndb !PART_END\n%endsong()\n"
        )
    };
    for fine in ["!4, C4, !tie", "127, C4", "!4d+!16, C4", "!4, !n, C4, !tie, !tie, !8, !tie"] {
        assert_eq!(messages(&assembled(&source(fine))), Vec::<String>::new(), "{fine}");
    }
    for long in ["!4+!8d+!32, C4", "!4d+!4, C4", "!4*2, C4"] {
        let told = messages(&assembled(&source(long)));
        assert!(told[0].contains("is above 127") && told[0].contains("use a tie"), "{long}: {told:?}");
    }
}

#[test]
fn a_slide_of_the_guide_bends_the_note_before_it() {
    // The guide has it the other way round; the driver decides.
    let played = play("%track(\"t\")\ndb !16, !n, C4, !slide_once, 0, 6, G4, R, !PART_END");
    assert_eq!(played.track(0), [C4]);
}

/// A program that plays a tone when it finds a number at its first port.
fn tone_program() -> Vec<u8> {
    let mut program = vec![0x8F, 0x10, 0xFA, 0x8F, 0x01, 0xF1, 0xE4, 0xF4, 0xF0, 0xFC];
    let registers = [
        (0x5D, 0x3C),
        (0x6C, 0x20),
        (0x0C, 0x7F),
        (0x1C, 0x7F),
        (0x00, 0x7F),
        (0x01, 0x7F),
        (0x02, 0x00),
        (0x03, 0x10),
        (0x04, 0x00),
        (0x05, 0xFF),
        (0x06, 0xE0),
        (0x5C, 0x00),
        (0x4C, 0x01),
    ];
    program.extend(
        registers.into_iter().flat_map(|(register, value)| [0x8F, register, 0xF2, 0x8F, value, 0xF3]),
    );
    program.extend([0x2F, 0xFE]);
    program
}

fn image_with(program: Vec<u8>) -> TransferImage {
    let mut image = TransferImage::parse("empty", &[0, 0, 0, 8]).unwrap();
    let block = |address, data| TransferBlock { address, data };
    image.blocks = vec![
        block(0x3C00, vec![0x00, 0x40, 0x00, 0x40]),
        block(0x4000, vec![0xB3, 0x77, 0x77, 0x77, 0x77, 0x99, 0x99, 0x99, 0x99]),
        block(0x0800, program),
    ];
    image
}

#[test]
fn a_frozen_song_starts_when_the_file_is_played() {
    let file = freeze(&image_with(tone_program()), 5).unwrap();
    let again = SpcFile::parse("song.spc", &file.to_bytes()).unwrap();
    assert_eq!((again.ram.read(0xF4), again.ram.read(0xF1)), (5, 1));
    let mut player = SpcPlayer::new(&again);
    let mut frames = vec![Frame::SILENCE; 3_200];
    player.render(&mut frames);
    assert!(frames.iter().any(|frame| frame.left.unsigned_abs() > 1000));
}

#[test]
fn what_would_stay_silent_is_not_frozen() {
    let mut silent = tone_program();
    let end = silent.len();
    silent[end - 4] = 0; // no key on
    assert_eq!(freeze(&image_with(silent), 1).unwrap_err(), FreezeError::Silent);
    assert_eq!(freeze(&image_with(vec![0xFF]), 1).unwrap_err(), FreezeError::Halted(0x0800));
    let mut without = image_with(tone_program());
    without.blocks.pop();
    assert_eq!(freeze(&without, 1).unwrap_err(), FreezeError::NoDriver);
}

#[test]
fn a_value_defined_later_changes_no_other_value() {
    // The first value is no part of a song; its value comes late. Once that went to the first value of the song.
    let source = "db LATE\n%song(\"A\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\ndb !instr, LATE, !4, !n, C4, !PART_END\n\
                  %endsong()\nLATE = 5\n";
    let assembly = assembled(source);
    assert_eq!(messages(&assembly), Vec::<String>::new());
    assert_eq!(assembly.regions[0].bytes[0], 5);
    assert_eq!(assembly.regions[0].bytes[23..], [0xE0, 5, 72, 0x7F, C4, 0]);
}

#[test]
fn an_entry_of_the_table_may_name_a_song_that_comes_later() {
    let source = "org $1A9EF5\n%songbank(2)\n%repeatsong(.Late+!OFFSET)\n%song(\"Late\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\n\
                  db !instr, 1, !4, !n, C4, !PART_END\n%endsong()\n%endbank()\n%endtransfer()\n";
    let assembly = assembled(source);
    assert!(!assembly.problems.has_errors(), "{:#?}", messages(&assembly));
    assert_eq!(assembly.regions[0].bytes[4..8], [0x04, 0xD0, 0x04, 0xD0]);
}

#[test]
fn songs_and_banks_stay_in_their_rooms() {
    let song = |fill: u32| {
        format!(
            "%song(\"A\", 1, 0)\n%segment(\"s\")\n%track(\"t\")\ndb !instr, 1, !4, R, !PART_END\nfill {fill}\n%endsong()\n"
        )
    };
    // List, pointers and track take 27 bytes.
    for (aram, room) in [("D000", 0x2F00), ("2B00", 0x1100), ("2900", 0x1300)] {
        let told = |fill: u32| messages(&assembled(&format!("!ARAM = ${aram}\n{}", song(fill))));
        assert_eq!(told(room - 27), Vec::<String>::new(), "{aram}");
        assert!(
            told(room - 26)[0].contains(&format!("is longer than ${room:04X} bytes")),
            "{:?}",
            told(room - 26)
        );
    }
    let bank = |fill: u32| {
        messages(&assembled(&format!(
            "org $1B8000\n%songbank(1)\n{}%endbank()\n%endtransfer()\n",
            song(fill)
        )))
    };
    assert_eq!(bank(0x2F00 - 29), Vec::<String>::new());
    assert!(bank(0x2F00 - 28)[0].contains("2:1: error[SONG-ROOM]"), "{:?}", bank(0x2F00 - 28));
}

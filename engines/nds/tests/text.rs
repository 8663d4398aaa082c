//! Sequences as text: without loss in both directions, and what is said about mistakes.

mod support;

use arbtest::arbtest;
use tatum_core::source::{Problems, Sources};
use tatum_core::{Frame, Player};
use tatum_nds::author::text::{Assembled, assemble, disassemble, no_includes};
use tatum_nds::format::info::SequenceSettings;
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::ssar::{Ssar, SsarEntry};
use tatum_nds::format::sseq::Sseq;
use tatum_nds::{BankFiles, NdsPlayer, Options, SequenceId};

fn read(text: &str) -> (Assembled, Sources) {
    let mut sources = Sources::default();
    let file = sources.add("song.smft", text);
    let assembled = assemble(&mut sources, file, &mut no_includes);
    (assembled, sources)
}

fn lines(problems: &Problems, sources: &Sources) -> Vec<String> {
    problems.entries().iter().map(|problem| problem.display(sources).to_string()).collect()
}

/// The file that a text gives.
fn file_of(text: &str) -> Vec<u8> {
    let (assembled, sources) = read(text);
    assembled.bytes.unwrap_or_else(|| panic!("{text}\n{:#?}", lines(&assembled.problems, &sources)))
}

/// The events that a text gives.
fn events_of(text: &str) -> Vec<u8> {
    Sseq::parse("x", &file_of(text)).unwrap().data.to_vec()
}

fn survives(name: &str, bytes: &[u8]) {
    let Ok(text) = disassemble(name, bytes, &[]) else { return };
    assert!(file_of(&text) == bytes, "{name}:\n{text}");
}

#[test]
fn every_sequence_of_the_golden_sets_survives_text_byte_for_byte() {
    let mut count = 0;
    let roots = support::shared_golden().into_iter().chain([support::carried_golden()]);
    for root in roots {
        let cases = support::cases_in(&root).into_iter().map(|case| case.join("sound.sdat"));
        let malformed = std::fs::read_dir(root.join("malformed")).unwrap().map(|entry| entry.unwrap().path());
        for path in cases.chain(malformed).filter(|path| path.extension().is_some_and(|end| end == "sdat")) {
            let name = path.display().to_string();
            let Ok(archive) = Sdat::parse(&name, std::fs::read(&path).unwrap()) else { continue };
            for id in 0..archive.files().len() as u32 {
                let Ok(file) = archive.file(id) else { continue };
                if file.starts_with(b"SSEQ") || file.starts_with(b"SSAR") {
                    survives(&name, file);
                    count += 1;
                }
            }
        }
    }
    println!("{count} sequences");
    assert!(count > 10);
}

#[test]
fn arbitrary_sequences_survive_text_byte_for_byte() {
    arbtest(|u| {
        let mut events: Vec<u8> = u.arbitrary()?;
        // Commands that lead into the data are rare among arbitrary bytes.
        for _ in 0..u.int_in_range(0..=4)? {
            let at = u.int_in_range(0..=events.len())?;
            let target: u8 = u.arbitrary()?;
            let opcode = *u.choose(&[0x93, 0x94, 0x95, 0xFF, 0xFE])?;
            events.splice(at..at, [opcode, target, 0, 0]);
        }
        let mut bytes = match u.arbitrary()? {
            true => Sseq::write(&events),
            false => {
                let mut entries = Vec::new();
                for _ in 0..u.int_in_range(0..=3)? {
                    let start = u32::from(u.arbitrary::<u8>()?);
                    let settings = SequenceSettings { bank: u.arbitrary()?, ..SequenceSettings::STAND_ALONE };
                    entries.push(u.arbitrary::<bool>()?.then_some(SsarEntry { start, settings }));
                }
                Ssar { data_offset: 0, data: &events, entries }.to_bytes()
            }
        };
        // Headers that are not the usual one.
        for _ in 0..u.int_in_range(0..=2)? {
            let at = u.int_in_range(6..=bytes.len() - 1)?;
            bytes[at] = u.arbitrary()?;
        }
        survives("arbitrary", &bytes);
        Ok(())
    })
    .budget_ms(4_000)
    .run();
}

#[test]
fn arbitrary_texts_never_panic() {
    let words = [
        "Start:",
        "_local:",
        "cn4",
        "fin",
        "jump",
        "Start",
        "_local",
        "opentrack",
        "100",
        ",",
        "-1",
        "+",
        "\n",
        " ",
        "_if",
        "_r",
        ".byte",
        ".header",
        ".entry",
        ".absent",
        "alloctrack",
        "#define",
        "#include",
        "\"x\"",
        ";",
        "\u{e4}",
        "volume_v_if",
        "setvar",
        "0x",
        "99999999999999999999",
        "loop_end",
        "\r\n",
    ];
    arbtest(|u| {
        let mut text = String::new();
        for _ in 0..u.int_in_range(0..=60)? {
            text.push_str(u.choose(&words)?);
            if u.ratio(2, 3)? {
                text.push(' ');
            }
        }
        let (assembled, _) = read(&text);
        assert_eq!(assembled.bytes.is_none(), assembled.problems.has_errors());
        Ok(())
    })
    .budget_ms(2_000)
    .run();
}

#[test]
fn a_text_renders_like_the_sequence_it_came_from() {
    let bytes = std::fs::read(support::carried_golden().join("tune-8bars/sound.sdat")).unwrap();
    let archive = Sdat::parse("tune", bytes).unwrap();
    let render = |archive: &Sdat| {
        let mut player = NdsPlayer::new(archive, SequenceId::Sequence(0), Options::default()).unwrap();
        let mut frames = vec![Frame::SILENCE; 60_000];
        player.render(&mut frames);
        frames
    };
    let mut contents = archive.contents().unwrap();
    let file = archive.info.sequences[0].unwrap().file as usize;
    contents.files[file] = file_of(&disassemble("tune", &contents.files[file], &[]).unwrap());
    assert!(render(&archive) == render(&Sdat::parse("again", contents.to_bytes()).unwrap()));
}

#[test]
fn every_kind_of_command_has_its_bytes() {
    let cases: [(&str, &[u8]); 22] = [
        ("cn4 100, 48", &[60, 100, 48]),
        ("cnm1 1, 300", &[0, 1, 0x82, 0x2C]),
        ("gn9_r 127, -1, 256", &[0xA0, 127, 127, 0xFF, 0xFF, 0, 1]),
        ("as3_v_if 90, 5", &[0xA2, 0xA1, 58, 90, 5]),
        ("wait 200", &[0x80, 0x81, 0x48]),
        ("prg 129", &[0x81, 0x81, 1]),
        ("jump Start", &[0x94, 0, 0, 0]),
        ("call_if Start+1", &[0xA2, 0x95, 1, 0, 0]),
        ("opentrack 3, 0x123456", &[0x93, 3, 0x56, 0x34, 0x12]),
        ("setvar 4, -2", &[0xB0, 4, 0xFE, 0xFF]),
        ("addvar_v 4, 5", &[0xA1, 0xB1, 4, 5]),
        ("cmp_ge_r 4, 1, 2", &[0xA0, 0xB9, 4, 1, 0, 2, 0]),
        ("transpose -12", &[0xC3, 0xF4]),
        ("notewait_off", &[0xC7, 0]),
        ("tieon_if", &[0xA2, 0xC8, 1]),
        ("porta_on", &[0xCE, 1]),
        ("tie 7", &[0xC8, 7]),
        ("printvar 3", &[0xD6, 3]),
        ("tempo 300", &[0xE1, 0x2C, 1]),
        ("sweep_pitch -768", &[0xE3, 0, 0xFD]),
        ("loop_start 2", &[0xD4, 2]),
        ("loop_end", &[0xFC]),
    ];
    for (line, bytes) in cases {
        let data = events_of(&format!("Start:\n{line} ; a comment\nfin\n"));
        assert_eq!(&data[..bytes.len()], bytes, "{line}");
        assert_eq!(data[bytes.len()], 0xFF, "{line}");
    }
}

#[test]
fn labels_constants_and_includes_are_resolved() {
    let mut sources = Sources::default();
    let text = "#include \"bank.sbdl\"\nalloctrack 0b11\nStart: opentrack 1, Second\n_loop: prg PRG_LEAD\ncn4 100, 48\n\
                jump _loop\nSecond:\n_loop: wait 96\njump _loop\n";
    let file = sources.add("song.smft", text);
    let mut include = |name: &str| match name {
        "bank.sbdl" => Ok("#define PRG_LEAD 5 ; lead\n".to_owned()),
        _ => Err("not here".to_owned()),
    };
    let assembled = assemble(&mut sources, file, &mut include);
    assert_eq!(lines(&assembled.problems, &sources), [""; 0]);
    let bytes = assembled.bytes.unwrap();
    let data = Sseq::parse("x", &bytes).unwrap().data;
    assert_eq!(
        &data[..23],
        [0xFE, 3, 0, 0x93, 1, 17, 0, 0, 0x81, 5, 60, 100, 48, 0x94, 8, 0, 0, 0x80, 96, 0x94, 17, 0, 0]
    );
}

#[test]
fn an_archive_keeps_its_entries_under_their_names() {
    let data = [0x81, 1, 0xFF, 0xFE, 1, 0, 0xFF, 0];
    let entry = |start, bank| {
        Some(SsarEntry { start, settings: SequenceSettings { bank, ..SequenceSettings::STAND_ALONE } })
    };
    let entries = vec![entry(0, 2), None, entry(3, 7)];
    let bytes = Ssar { data_offset: 0, data: &data, entries }.to_bytes();
    let names = ["SE_OK".to_owned(), String::new(), "fin".to_owned()].map(Some);
    let text = disassemble("x", &bytes, &names).unwrap();
    assert!(text.contains(".entry SE_OK, 2, 127, 64, 64, 0\n.absent\n.entry Entry2fin, 7"), "{text}");
    assert!(text.contains("Entry2fin:\n  alloctrack 0x0001\n  fin"), "{text}");
    assert!(file_of(&text) == bytes, "{text}");
}

#[test]
fn mistakes_are_explained_where_they_stand() {
    let mistakes = include_str!("text_mistakes.txt");
    let mut count = 0;
    for case in mistakes.split("\n---\n") {
        let (text, expected) = case.split_once("\n=> ").unwrap_or_else(|| panic!("{case}"));
        let text: String =
            text.lines().filter(|line| !line.starts_with("##")).flat_map(|line| [line, "\n"]).collect();
        let expected: Vec<_> = expected.trim_end().split("\n=> ").collect();
        let (assembled, sources) = read(&text);
        assert_eq!(lines(&assembled.problems, &sources), expected, "{text}");
        count += 1;
    }
    println!("{count} mistakes");
    assert!(count >= 30);
}

#[test]
fn a_bank_of_the_built_in_instruments_plays_a_text() {
    let sequence = file_of("Start:\nprg 0\ncn4 127, 48\nfin\n");
    let archive = Sdat::stand_alone("x", &sequence, &BankFiles::built_in()).unwrap();
    let mut player = NdsPlayer::new(&archive, SequenceId::Sequence(0), Options::default()).unwrap();
    let mut frames = vec![Frame::SILENCE; 10_000];
    player.render(&mut frames);
    assert!(frames.iter().any(|frame| frame.left.unsigned_abs() > 500));
}

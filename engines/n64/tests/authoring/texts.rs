//! What texts may say, and what is said about faulty ones.

use arbtest::arbtest;
use tatum_core::source::Sources;
use tatum_n64::author::abi::{BuiltInAbi, Dialect, Naming, Style};
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::text::{abi_named_in, read_text, write_listing, write_text};

use super::{assemble, built_in, problems, read, write_and_read};

/// The texts that come with the program.
const EXAMPLES: [(&str, &str); 4] = [
    ("first-tune.mus", include_str!("../../../../examples/n64/first-tune.mus")),
    ("first-tune-canon.mus", include_str!("../../../../examples/n64/first-tune-canon.mus")),
    ("drums-and-loops.mus", include_str!("../../../../examples/n64/drums-and-loops.mus")),
    ("sound-effects.mus", include_str!("../../../../examples/n64/sound-effects.mus")),
];

#[test]
fn the_examples_have_nothing_to_complain_about_and_come_back() {
    for (name, text) in EXAMPLES {
        let abi = built_in(abi_named_in(text).expect("a line that names the ABI"));
        let (mut reading, sources) = read(name, text, &abi);
        let assembly = reading.assemble(&sources, &abi);
        assert_eq!(problems(&reading, &sources), [""; 0], "{name}");
        write_and_read(&assembly.expect("no errors").bytes, &abi, Dialect::default());
    }
}

/// Both are the same tune.
#[test]
fn dialects_say_the_same() {
    let bytes = |index: usize| {
        let (name, text) = EXAMPLES[index];
        assemble(name, text, &built_in("sm64-us-strict")).unwrap()
    };
    assert_eq!(bytes(0), bytes(1));
}

/// What the reference cuts or changes stays as it is within quotes (`n64-authoring.md` 4.1).
#[test]
fn messages_are_verbatim() {
    let abi = built_in("sf64");
    let text =
        "start:\n print m, 0\n end\nm:\n#string \"a, b; c: d + e // \\\"f\\\" \\\\ \\x7F \\y\" ; comment\n";
    let bytes = assemble("m.mus", text, &abi).unwrap();
    assert_eq!(&bytes[5..], b"a, b; c: d + e // \"f\" \\ \x7F \\y\0");
    write_and_read(&bytes, &abi, Dialect::default());
}

#[test]
fn includes_are_read_where_they_stand_and_no_deeper_than_sixteen() {
    let abi = built_in("sm64");
    let mut sources = Sources::default();
    let file =
        sources.add("song.mus", "#include \"head.inc\"\n#define N 3\n delay N\n#include \"tail.inc\"\n");
    let mut include = |_: &str, path: &str| {
        let text = match path {
            "head.inc" => "#define T 120\n tempo T\n",
            "tail.inc" => " tempo T\n end\n",
            _ => return None,
        };
        Some((path.to_owned(), text.to_owned()))
    };
    let mut reading = read_text(&mut sources, file, &abi, &mut include);
    let assembly = reading.assemble(&sources, &abi).unwrap();
    assert_eq!(assembly.bytes, [0xDD, 120, 0xFD, 3, 0xDD, 120, 0xFF]);

    let mut sources = Sources::default();
    let file = sources.add("a", "#include \"a\"\n end\n");
    let mut include =
        |_: &str, _: &str| Some(("a".to_owned(), "#include \"a\"\n#include \"a\"\n".to_owned()));
    let reading = read_text(&mut sources, file, &abi, &mut include);
    assert!(reading.problems.has_errors());
}

/// Only whole words are replaced, and `@` means the last label without one.
#[test]
fn definitions_and_local_labels() {
    let abi = built_in("sm64");
    let text = "#define A 5\n#define B A\nstart:\n delay B\n@again:\n delay 10\n jump @again\nAA:\n tempo A\n jump AA\n";
    assert_eq!(assemble("d.mus", text, &abi).unwrap(), [0xFD, 5, 0xFD, 10, 0xFB, 0, 2, 0xDD, 5, 0xFB, 0, 7]);
}

/// Every address operand takes a number too; of a relative one 16 bits count.
#[test]
fn addresses_may_be_numbers() {
    let abi = built_in("sm64-eu");
    let text = " rjump 0xFFFF\n jump $1234\n";
    let bytes = assemble("n.mus", text, &abi).unwrap();
    assert_eq!(bytes, [0xF4, 0xFD, 0xFB, 0x12, 0x34]);
    write_and_read(&bytes, &abi, Dialect::default());
    let error = assemble("n.mus", " rjump 0x1234\n", &abi).unwrap_err();
    assert!(error[0].starts_with("n.mus:1:2: error[MUS-RELATIVE]"), "{error:?}");
}

/// Super Mario 64's fade, which SEQ64's table has wrong: both read as they say, one warns.
#[test]
fn a_table_that_disagrees_with_the_engine_warns() {
    let text = "start:\n sfade 10, 100\n sfade 10, 100\n end\n";
    let (mut reading, sources) = read("f.mus", text, &built_in("sm64"));
    assert_eq!(reading.assemble(&sources, &built_in("sm64")).unwrap().bytes.len(), 9);
    let found = problems(&reading, &sources);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("f.mus:2:2: warning[ABI-ENGINE]"), "{found:?}");
    let strict = built_in("sm64-us-strict");
    assert_eq!(assemble("f.mus", "start:\n sfade 10\n end\n", &strict).unwrap(), [0xDA, 10, 0xFF]);
    assert!(assemble("f.mus", text, &strict).unwrap_err()[0].contains("MUS-EXTRA"));
    let problems = disassemble("f", &[0xDA, 1, 0, 2, 0xFF], &built_in("sm64")).unwrap().problems;
    assert_eq!(problems.entries()[0].code, "ABI-ENGINE");
}

/// A portamento's time has one byte if the mode has bit 7, else one or two (`n64-authoring.md` 2.2, fault 4).
#[test]
fn portamento_times_have_two_lengths() {
    let abi = built_in("sm64");
    let prefix = [0x90, 0, 4, 0xFF, 0x90, 0, 8, 0xFF];
    for portamento in [
        [0xC7, 0x81, 39, 225].as_slice(),
        &[0xC7, 1, 39, 100],
        &[0xC7, 1, 39, 0x81, 0x2C],
        &[0xC7, 1, 39, 0x80, 5],
    ] {
        let bytes = [&prefix, portamento, &[0xFF]].concat();
        for dialect in Dialect::ALL {
            let text = write_and_read(&bytes, &abi, dialect);
            assert!(!text.contains("#u8") && !text.contains("#byte"), "{text}");
        }
    }
}

/// Code that nothing typed leads to, and scripts that run into others, are explained in comments that are read.
#[test]
fn comments_keep_what_text_cannot_show() {
    let abi = built_in("sm64");
    // A layer that stands behind code of a channel, and that is cut by a table.
    let bytes = [0x90, 0, 7, 0xC2, 0, 16, 0xFF, 0x90, 0, 11, 0xC7, 1, 0, 12, 0xC0, 5, 0xD1, 0, 12];
    write_and_read(&bytes, &abi, Dialect::default());
    let text = ";! section layer\n;! notes short\nl:\n snoted 3, 5\n end\n";
    let (reading, sources) = read("k.mus", text, &abi);
    assert_eq!(problems(&reading, &sources), [""; 0]);
    assert_eq!(assemble("k.mus", text, &abi).unwrap(), [3, 5, 0xFF]);
    let error = assemble("k.mus", ";! section song\n end\n", &abi);
    assert_eq!(error, Ok(vec![0xFF]), "what a comment says wrong is only a warning");
}

#[test]
fn a_listing_has_addresses_and_bytes() {
    let abi = built_in("sm64");
    let bytes = [0xD3, 0x20, 0x90, 0, 6, 0xFF, 0xDF, 100, 0xFF];
    let sequence = disassemble("l", &bytes, &abi).unwrap().sequence;
    let listing = write_listing(&sequence, &abi, Dialect::default(), "l").unwrap();
    for line in [
        "0000: D3 20                    mutebhv 32",
        "0002: 90 00 06                 startchan 0, tsec0_chn0",
        "0006: DF 64                    cvol 100",
    ] {
        assert!(listing.lines().any(|found| found == line), "{listing}");
    }
}

/// Several errors per text, each with its place.
#[test]
fn all_errors_are_told() {
    let text = "start:\n tempo 300\n foo 1\n startchan 0, nowhere\n delay\n end\n";
    let error = assemble("e.mus", text, &built_in("sm64")).unwrap_err();
    let places: Vec<_> = error.iter().map(|line| &line[..line.find(": error").unwrap()]).collect();
    assert_eq!(places, ["e.mus:2:8", "e.mus:3:2", "e.mus:4:15", "e.mus:5:7"], "{error:#?}");
}

/// Whatever a text says, it is read or refused; what is assembled comes back.
#[test]
fn arbitrary_texts_are_read_or_refused() {
    const WORDS: [&str; 40] = [
        "a",
        "b:",
        "@c",
        "@d:",
        "end",
        "jump",
        "call",
        "startchan",
        "startlayer",
        "dyntable",
        "dyncall",
        "dynstartlayer",
        "delay",
        "notedvg",
        "loop",
        "loopend",
        "sts",
        "lds",
        "cenvelope",
        "#u8",
        "#u16",
        "#address",
        "#string",
        "#pad",
        "#align16",
        "#bug",
        "#define",
        "\"x\\\"",
        ",",
        ",",
        ",",
        "1",
        "300",
        "-5",
        "$1F",
        "a + 1",
        "a(2)",
        ";! section layer",
        "; FORCE LEN 2",
        "#variable",
    ];
    arbtest(|u| {
        let abi = u.choose(&BuiltInAbi::ALL)?.definition();
        let mut text = String::new();
        for _ in 0..u.int_in_range(0..=60)? {
            match u.int_in_range(0..=9)? {
                0..=6 => text.push_str(u.choose(&WORDS)?),
                7 => text.push('\n'),
                _ => text.push(u.arbitrary()?),
            }
            text.push(if u.ratio(1_u8, 3)? { '\n' } else { ' ' });
        }
        let (mut reading, sources) = read("arbitrary.mus", &text, &abi);
        if let Some(assembly) = reading.assemble(&sources, &abi)
            && !assembly.bytes.is_empty()
        {
            let dialect = *u.choose(&Dialect::ALL)?;
            write_and_read(&assembly.bytes, &abi, dialect);
            let rewritten = write_text(&reading.sequence, &abi, dialect, "name").unwrap();
            let again = assemble("again.mus", &rewritten, &abi);
            assert!(again.as_ref() == Ok(&assembly.bytes), "{text}\n{rewritten}\n{again:02x?}");
        }
        Ok(())
    })
    .budget_ms(4000);
}

/// The order in which dialects are listed is that of SEQ64's names.
#[test]
fn dialects_have_the_names_of_the_reference() {
    let names: Vec<_> = Dialect::ALL.iter().map(|dialect| dialect.name()).collect();
    assert_eq!(
        names,
        ["community_music", "community_sfx", "canon_music", "canon_sfx", "old_music", "old_sfx"]
    );
    assert_eq!(Dialect::default(), Dialect { naming: Naming::Community, style: Style::Music });
}

//! The built-in command tables, and those from files.

use arbtest::arbtest;
use tatum_core::source::Sources;
use tatum_n64::author::abi::{
    AbiDefinition, Action, BuiltInAbi, CommandDefinition, Meaning, NoteState, Parameter, ParameterSource,
    Scope, read_xml,
};
use tatum_n64::sequencer::abi::{Abi, CommandSet, Operand};

use super::{assemble, built_in};

/// The tables of SEQ64's files, as `n64-abi-tables.json` has them: a row per command, with the tables that have it.
const TABLES: &str = include_str!("../vectors/abi_tables.tsv");

struct Row<'a> {
    tables: Vec<&'a str>,
    columns: Vec<&'a str>,
}

fn rows() -> impl Iterator<Item = Row<'static>> {
    TABLES.lines().skip(1).map(|line| {
        let (tables, rest) = line.split_once('\t').unwrap();
        Row { tables: tables.split(',').collect(), columns: rest.split('\t').collect() }
    })
}

fn scopes(definition: &CommandDefinition) -> String {
    let letters = [(Scope::Sequence, 'S'), (Scope::Channel, 'C'), (Scope::Layer, 'L')];
    letters.iter().filter(|(scope, _)| definition.scopes.contains(*scope)).map(|(_, letter)| letter).collect()
}

fn meaning(meaning: Meaning) -> String {
    match meaning {
        Meaning::AbsoluteAddress => "Absolute Address".into(),
        Meaning::RelativeAddress => "Relative Address".into(),
        Meaning::NoteLayer => "Note Layer".into(),
        Meaning::GateTime => "Gate Time".into(),
        Meaning::LoopCount => "Loop Count".into(),
        Meaning::Controller { number, is_doubled } => {
            format!("CC{number}{}", if is_doubled { "x2" } else { "" })
        }
        other => format!("{other:?}"),
    }
}

fn source(source: ParameterSource) -> String {
    match source {
        ParameterSource::Offset => "o0".into(),
        ParameterSource::Fixed { bytes } => format!("f{bytes}"),
        ParameterSource::Variable => "v0".into(),
        ParameterSource::PortamentoTime => "portamento".into(),
        ParameterSource::Constant(value) => format!("k{value}"),
    }
}

fn describe(definition: &CommandDefinition) -> String {
    let parameters =
        |parameter: &Parameter| format!("{} {}", meaning(parameter.meaning), source(parameter.source));
    format!(
        "{:02X}-{:02X} {} {} {} {} | {} | {}",
        definition.first,
        definition.last,
        scopes(definition),
        definition.name,
        definition.canon_name.as_deref().unwrap_or("-"),
        definition.old_name.as_deref().unwrap_or("-"),
        definition.action.name(),
        definition.parameters.iter().map(parameters).collect::<Vec<_>>().join(", ")
    )
}

/// A row with the corrections of `n64-authoring.md` 2.2.
fn expected(row: &Row<'_>) -> String {
    let [first, last, scopes, name, canon, old, action, parameters] = row.columns.as_slice() else {
        panic!()
    };
    let mut parameters: Vec<_> = parameters
        .split("; ")
        .filter(|text| !text.is_empty())
        .map(|text| {
            let parts: Vec<_> = text.split('|').collect();
            let meaning = match (parts[1], parts.get(4), parts.get(5)) {
                ("CC", Some(number), doubled) => {
                    format!("CC{number}{}", if doubled.is_some() { "x2" } else { "" })
                }
                (meaning, ..) => meaning.to_owned(),
            };
            format!("{meaning} {}{}", parts[2], parts[3])
        })
        .collect();
    let action = if *action == "Ptr Table Data" { "Ptr Other Table" } else { action };
    match *name {
        "notepriority" if *first == "60" => parameters[0] = "None o0".into(),
        "ldshorttablevel" => parameters[1] = "Size k16".into(),
        "portamento" => parameters[2] = "None portamento".into(),
        "halt" => parameters.clear(),
        _ => {}
    }
    let action = if *name == "halt" { "No Action" } else { action };
    format!("{first}-{last} {scopes} {name} {canon} {old} | {action} | {}", parameters.join(", "))
}

#[test]
fn the_built_in_tables_are_those_of_the_specification() {
    for abi in BuiltInAbi::ALL.into_iter().filter(|abi| *abi != BuiltInAbi::Sm64UsStrict) {
        let definition = abi.definition();
        let mut found: Vec<_> = definition.commands().iter().map(describe).collect();
        let mut wanted: Vec<_> =
            rows().filter(|row| row.tables.contains(&abi.id())).map(|row| expected(&row)).collect();
        found.sort();
        wanted.sort();
        assert!(!found.is_empty());
        for (found, wanted) in found.iter().zip(&wanted) {
            assert_eq!(found, wanted, "{}", abi.id());
        }
        assert_eq!(found.len(), wanted.len(), "{}", abi.id());
    }
}

/// Of several definitions of an opcode the first in the file wins. (Rows that two tables share stand where the first
/// table has them, so the order of the last table's rows cannot be seen here; it is that of `zelda`.)
#[test]
fn opcodes_mean_what_the_first_row_of_the_file_says() {
    let with_order = |abi: &BuiltInAbi| !matches!(abi, BuiltInAbi::Sm64UsStrict | BuiltInAbi::ZeldaCommunity);
    for abi in BuiltInAbi::ALL.into_iter().filter(with_order) {
        let definition = abi.definition();
        for (scope, letter) in [(Scope::Sequence, 'S'), (Scope::Channel, 'C'), (Scope::Layer, 'L')] {
            for opcode in 0..=u8::MAX {
                for (notes, skipped) in [(NoteState::Long, "Short Note"), (NoteState::Short, "Note")] {
                    let number = |text: &str| u8::from_str_radix(text, 16).unwrap();
                    let row = rows().find(|row| {
                        row.tables.contains(&abi.id())
                            && row.columns[2].contains(letter)
                            && (number(row.columns[0])..=number(row.columns[1])).contains(&opcode)
                            && row.columns[6] != skipped
                    });
                    let found =
                        definition.find(scope, notes, opcode).map(|id| definition.command(id).name.clone());
                    assert_eq!(
                        found.as_deref(),
                        row.map(|row| row.columns[3]),
                        "{} {letter} {opcode:02X}",
                        abi.id()
                    );
                }
            }
        }
    }
}

/// What follows an opcode, in the words of both tables.
fn operands(definition: Option<&CommandDefinition>) -> String {
    let parameters = definition.map_or(&[][..], |definition| &definition.parameters);
    parameters
        .iter()
        .map(|parameter| match parameter.source {
            ParameterSource::Fixed { bytes } => "b".repeat(bytes.into()),
            ParameterSource::Variable => "v".into(),
            ParameterSource::PortamentoTime => "p".into(),
            ParameterSource::Offset | ParameterSource::Constant(_) => String::new(),
        })
        .collect()
}

fn engine_operands(operands: &[Operand]) -> String {
    operands
        .iter()
        .map(|operand| match operand {
            Operand::U8 | Operand::I8 => "b",
            Operand::U16 | Operand::I16 | Operand::Address => "bb",
            Operand::Variable => "v",
            Operand::PortamentoTime => "p",
        })
        .collect()
}

/// The table for Super Mario 64 reads scripts exactly as the engine does, and SEQ64's own differs in one command.
#[test]
fn the_strict_table_reads_what_the_engine_reads() {
    let differences = |abi: &AbiDefinition| {
        let set = CommandSet::of(Abi::Sm64);
        let mut found = Vec::new();
        for opcode in 0..=u8::MAX {
            let index = usize::from(opcode);
            for (scope, notes, engine) in [
                (Scope::Sequence, NoteState::Long, set.sequence[index].operands),
                (Scope::Channel, NoteState::Long, set.channel[index].operands),
                (Scope::Layer, NoteState::Long, set.layer_large[index].operands),
                (Scope::Layer, NoteState::Short, set.layer_short[index].operands),
            ] {
                let ours = operands(abi.find(scope, notes, opcode).map(|id| abi.command(id)));
                if ours != engine_operands(engine) {
                    found.push(format!("{} {opcode:02X}", scope.name()));
                }
            }
        }
        found
    };
    assert_eq!(differences(&built_in("sm64-us-strict")), [""; 0]);
    assert_eq!(differences(&built_in("sm64")), ["sequence DA"]);
}

#[test]
fn names_are_found_by_what_they_begin_with() {
    let id = |name| BuiltInAbi::find(name).map(BuiltInAbi::id).map_err(|error| error.to_string());
    assert_eq!(
        [id("sm64"), id("SM64"), id("sm64-us"), id("oot")],
        [Ok("sm64"), Ok("sm64"), Ok("sm64-us-strict"), Ok("zelda")]
    );
    assert_eq!(
        [id("1a"), id("2"), id("rt"), id("Community")],
        [Ok("rtyi"), Ok("sm64-eu"), Ok("rtyi"), Ok("zelda-community")]
    );
    assert_eq!(id("1").unwrap_err(), "'1' can be sm64, rtyi: write more of the name");
    assert!(id("n-spc").unwrap_err().starts_with("there is no ABI 'n-spc'; there are sm64, "));
}

/// What can never be decoded does not exist: `stopchan` of Zelda's channels is `CD`, not the hidden `40` (2.2, fault 5).
#[test]
fn hidden_definitions_have_no_name() {
    let zelda = built_in("zelda");
    let found = zelda.named(Scope::Channel, "stopchan");
    assert_eq!(found.len(), 1);
    assert_eq!(zelda.command(found[0].command).first, 0xCD);
    assert!(zelda.named(Scope::Channel, "loadbank").is_empty());
    assert_eq!(zelda.named(Scope::Sequence, "loadbank").len(), 1);
}

fn xml(text: &str) -> Result<AbiDefinition, Vec<String>> {
    let mut sources = Sources::default();
    let file = sources.add("game.xml", text);
    read_xml(&sources, file, "game.xml").map_err(|problems| {
        problems.entries().iter().map(|problem| problem.display(&sources).to_string()).collect()
    })
}

const GAME: &str = r#"<cmdlist>
  <command cmd="0" cmdend="15" name="channel" validinseq="1" action="Ptr Channel Header">
    <parameter name="Channel" meaning="Channel" datasrc="offset"/>
    <parameter name="Address" meaning="Absolute Address" datasrc="fixed" datalen="2"/>
  </command>
  <command cmd="64" name="shake" cname="yure" validinchn="yes" action="CC or CC Group">
    <parameter meaning="CC" cc="1" datalen="1"/>
    <parameter meaning="CC" cc="72" x2="1" datalen="1"/>
  </command>
  <command cmd="253" name="wait" validinseq="true" validinchn="true" action="Delay">
    <parameter meaning="Delay" datasrc="variable"/>
  </command>
  <command cmd="255" name="stop" validinseq="1" validinchn="1" validintrk="1" action="End of Data"/>
</cmdlist>
"#;

#[test]
fn a_file_of_definitions_is_a_table() {
    let game = xml(GAME).unwrap();
    let text = "start:\n channel 3, c\n wait 300\n stop\nc:\n yure 5, -1\n wait 3 ; FORCE LEN 2\n stop\n";
    let bytes = assemble("game.mus", text, &game).unwrap();
    assert_eq!(bytes, [3, 0, 7, 0xFD, 0x81, 0x2C, 0xFF, 64, 5, 0xFF, 0xFD, 0x80, 3, 0xFF]);
    super::write_and_read(&bytes, &game, tatum_n64::author::abi::Dialect::default());
    assert_eq!(
        game.commands()[1].parameters[1].meaning,
        Meaning::Controller { number: 72, is_doubled: true }
    );
    assert_eq!(game.commands()[3].action, Action::End);
}

#[test]
fn faulty_files_of_definitions_say_where() {
    let first = |from: &str, to: &str| xml(&GAME.replacen(from, to, 1)).unwrap_err().swap_remove(0);
    let cases = [
        ("</cmdlist>", "", "game.xml:"),
        ("<cmdlist>", "<cmdlist><!-- \u{1} -->", "game.xml:1:"),
        (
            "cmd=\"0\"",
            "cmd=\"x\"",
            "game.xml:2:17: error[ABI-XML]: `cmd`: expected a number from 0 to 255, found `x`",
        ),
        ("cmd=\"0\" ", "", "game.xml:2:3: error[ABI-XML]: a command needs `cmd`"),
        ("cmdend=\"15\"", "cmdend=\"256\"", "game.xml:2:28: error[ABI-XML]: `cmdend`"),
        ("cmd=\"0\"", "cmd=\"16\"", "game.xml:2:29: error[ABI-XML]: `cmdend` 15 is below `cmd` 16"),
        ("name=\"channel\"", "", "game.xml:2:3: error[ABI-XML]: a command needs a `name`"),
        ("Ptr Channel Header", "Ptr Chanel", "game.xml:2:70: error[ABI-XML]: unknown action `Ptr Chanel`"),
        ("\"Channel\" d", "\"Chanel\" d", "game.xml:3:40: error[ABI-XML]: unknown meaning `Chanel`"),
        ("\"offset\"", "\"opcode\"", "game.xml:3:58: error[ABI-XML]: `datasrc`"),
        ("datalen=\"2\"", "", "game.xml:4:5: error[ABI-XML]: a fixed parameter has 1 to 3 bytes"),
        ("datalen=\"2\"", "datalen=\"-1\"", "game.xml:4:83: error[ABI-XML]: `datalen`"),
        ("datalen=\"2\"", "datalen=\"3\"", "game.xml:4:83: error[ABI-XML]: an address has 1 or 2 bytes"),
        ("cc=\"1\"", "cc=\"38\"", "game.xml:7:33: error[ABI-XML]: controller 38 cannot be used"),
        ("cc=\"1\"", "cc=\"130\"", "game.xml:7:33: error[ABI-XML]: `cc`: expected a number from 0 to 129"),
        ("cc=\"1\" ", "", "game.xml:7:5: error[ABI-XML]: the meaning `CC` needs `cc`"),
        (
            "<parameter name",
            "<param name",
            "game.xml:3:5: error[ABI-XML]: expected `parameter`, found `param`",
        ),
        ("cmdend=\"15\" ", "", "game.xml:3:5: error[ABI-XML]: a parameter in the opcode needs a `cmdend`"),
    ];
    for (from, to, expected) in cases {
        let found = first(from, to);
        assert!(found.starts_with(expected), "{from} -> {to}: {found}");
    }
    assert!(xml("<cmdlist/>").unwrap_err()[0].contains("there is no command in it"));
    assert!(xml("<bank/>").unwrap_err()[0].contains("expected `cmdlist`, found `bank`"));
    assert!(xml("").is_err());
}

#[test]
fn arbitrary_files_of_definitions_are_read_or_refused() {
    arbtest(|u| {
        let mut text: Vec<u8> = GAME.bytes().collect();
        for _ in 0..u.int_in_range(0..=4)? {
            let at = u.choose_index(text.len())?;
            text[at] = u.arbitrary()?;
        }
        let bytes: Vec<u8> = u.arbitrary()?;
        if let Ok(game) = xml(&String::from_utf8_lossy(&text))
            && !bytes.is_empty()
        {
            super::write_and_read(&bytes, &game, *u.choose(&tatum_n64::author::abi::Dialect::ALL)?);
        }
        let _ = xml(&String::from_utf8_lossy(&bytes));
        Ok(())
    })
    .budget_ms(1000);
}

//! Sequences as bytes, texts, MIDI and Music Macro Language, and tables of commands.

use tatum_core::midi::MidiFile;
use tatum_core::source::Sources;
use tatum_n64::author::abi::{AbiDefinition, BuiltInAbi, Dialect, read_xml};
use tatum_n64::author::assemble::assemble;
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::midi::events::midi_events;
use tatum_n64::author::midi::export::{ExportOptions, export};
use tatum_n64::author::midi::import::{ImportOptions, read_preferences};
use tatum_n64::author::mml::{self, Target};
use tatum_n64::author::text::{read_text, write_listing, write_text};

use crate::{choose, seeds, split};

/// Longer sequences only take longer.
const LONGEST: usize = 4096;

/// Of a sequence as a MIDI file. A few bytes that call themselves give millions of events, all of them alike.
const MOST_COMMANDS: u32 = 20_000;

pub(crate) fn bytes_seeds() -> Vec<Vec<u8>> {
    let mut files = seeds::files("golden-audio/n64-convert", &["com", "m64", "zseq"]);
    files.extend(seeds::files("golden-audio/n64-sm64", &["m64"]));
    files.iter_mut().for_each(|bytes| bytes.truncate(LONGEST));
    seeds::with_choices(files)
}

/// Any bytes come back, directly and from a text; a MIDI file of them says what they say.
pub(crate) fn check_bytes(input: &[u8]) {
    let (bytes, choices) = split(input);
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    if bytes.is_empty() {
        return;
    }
    let abi = choose(&BuiltInAbi::ALL, choices[0]).definition();
    come_back(bytes, &abi, choices[1]);
    let sequence = disassemble("x", bytes, &abi).expect("a sequence").sequence;
    let _ = write_listing(&sequence, &abi, Dialect::default(), "seq");
    let options = ExportOptions {
        loops: 2,
        max_ticks: 10_000,
        most_commands: MOST_COMMANDS,
        ..ExportOptions::default()
    };
    let file = export(&sequence, &abi, &options).file;
    if let Ok(written) = file.write("x.mid") {
        let read = MidiFile::read("x.mid", &written).expect("what was written can be read");
        assert_eq!(midi_events(&read), midi_events(&file));
    }
}

fn come_back(bytes: &[u8], abi: &AbiDefinition, dialect: u8) {
    let disassembly = disassemble("x", bytes, abi).expect("a sequence");
    let assembly = assemble(&disassembly.sequence, abi).expect("a sequence");
    assert!(assembly.bytes == bytes, "other bytes come back");
    let dialect = *choose(&Dialect::ALL, dialect);
    let text = write_text(&disassembly.sequence, abi, dialect, "seq").expect("a sequence");
    let mut sources = Sources::default();
    let file = sources.add("x.mus", text.as_str());
    let mut reading = read_text(&mut sources, file, abi, &mut |_, _| None);
    let again = reading.assemble(&sources, abi).map(|assembly| assembly.bytes);
    assert!(again.as_deref() == Some(bytes), "other bytes come back from the text:\n{text}");
}

pub(crate) fn text_seeds() -> Vec<Vec<u8>> {
    let mut files = seeds::files("golden-audio/n64-convert", &["mus"]);
    files.extend(seeds::files("examples/n64", &["mus"]));
    seeds::with_choices(files)
}

/// A text is refused with a problem, or gives bytes that come back.
pub(crate) fn check_text(input: &[u8]) {
    let (bytes, choices) = split(input);
    let abi = choose(&BuiltInAbi::ALL, choices[0]).definition();
    let mut sources = Sources::default();
    let text = String::from_utf8_lossy(bytes);
    let file = sources.add("x.mus", text.as_ref());
    let mut reading = read_text(&mut sources, file, &abi, &mut |_, _| None);
    let assembly = reading.assemble(&sources, &abi);
    for problem in reading.problems.entries() {
        let _ = problem.display(&sources).to_string();
    }
    match assembly {
        None => assert!(reading.problems.has_errors(), "refused without a reason"),
        Some(assembly) if !assembly.bytes.is_empty() && assembly.bytes.len() <= LONGEST => {
            come_back(&assembly.bytes, &abi, choices[1]);
        }
        Some(_) => {}
    }
    // The same bytes as preferences of the MIDI import.
    let mut problems = tatum_core::source::Problems::default();
    read_preferences(&sources, file, &mut ImportOptions::default(), &mut problems);
}

pub(crate) fn definition_seeds() -> Vec<Vec<u8>> {
    seeds::with_choices(vec![DEFINITIONS.as_bytes().to_vec()])
}

const DEFINITIONS: &str = r#"<cmdlist>
  <command cmd="0" cmdend="15" name="channel" validinseq="1" action="Ptr Channel Header">
    <parameter name="Channel" meaning="Channel" datasrc="offset"/>
    <parameter name="Address" meaning="Absolute Address" datasrc="fixed" datalen="2"/>
  </command>
  <command cmd="144" cmdend="147" name="layer" validinchn="1" action="Ptr Track Data">
    <parameter name="Note Layer" meaning="Note Layer" datasrc="offset"/>
    <parameter name="Address" meaning="Absolute Address" datasrc="fixed" datalen="2"/>
  </command>
  <command cmd="64" cmdend="127" name="note" validintrk="1" action="Track Note">
    <parameter name="Note" meaning="Note" datasrc="offset"/>
    <parameter name="Delay" meaning="Delay" datasrc="variable"/>
    <parameter name="Velocity" meaning="Velocity" datasrc="fixed" datalen="1"/>
  </command>
  <command cmd="253" name="delay" validinseq="1" validinchn="1" action="Delay">
    <parameter name="Delay" meaning="Delay" datasrc="variable"/>
  </command>
  <command cmd="255" name="end" validinseq="1" validinchn="1" validintrk="1" action="End of Data"/>
</cmdlist>
"#;

/// Commands are read from a table or refused; whatever the table, bytes come back.
pub(crate) fn check_definitions(input: &[u8]) {
    let (bytes, choices) = split(input);
    let mut sources = Sources::default();
    let file = sources.add("x.xml", String::from_utf8_lossy(bytes).as_ref());
    if let Ok(abi) = read_xml(&sources, file, "x.xml") {
        come_back(
            &[&[0x00, 0x00, 0x06, 0xFD, 0x30, 0xFF, 0x90, 0x00, 0x09][..], &choices[..]].concat(),
            &abi,
            choices[1],
        );
    }
}

pub(crate) fn mml_seeds() -> Vec<Vec<u8>> {
    let mut files = seeds::files("golden-audio/n64-convert", &["mml"]);
    files.extend(seeds::files("examples/n64", &["mml"]));
    seeds::with_choices(files)
}

/// A text is compiled, or refused with a problem.
pub(crate) fn check_mml(input: &[u8]) {
    let (bytes, choices) = split(input);
    let text = String::from_utf8_lossy(bytes);
    let mut sources = Sources::default();
    let file = sources.add("x.mml", text.as_ref());
    let target = *choose(&[Target::Sm64, Target::Zelda], choices[0]);
    let compiled = mml::compile(&sources, file, target);
    for problem in compiled.problems.entries() {
        let _ = problem.display(&sources).to_string();
    }
    assert_eq!(compiled.bytes.is_none(), compiled.problems.has_errors());
    let twice = mml::fix::fix_octaves(&mml::fix::fix_octaves(&text, false), false);
    assert!(twice == text, "the fixer undoes itself");
}

//! Sequences taken apart and put together again, as bytes and as text.

mod abi;
mod goldens;
mod midi_and_mml;
mod round_trips;
mod texts;

use tatum_core::source::Sources;
use tatum_n64::author::abi::{AbiDefinition, BuiltInAbi, Dialect};
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::text::{Reading, read_text, write_text};

fn built_in(id: &str) -> AbiDefinition {
    BuiltInAbi::find(id).expect("a built-in table").definition()
}

/// Reads a text that includes nothing.
fn read(name: &str, text: &str, abi: &AbiDefinition) -> (Reading, Sources) {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    (read_text(&mut sources, file, abi, &mut |_, _| None), sources)
}

/// The problems of a text, a line each.
fn problems(reading: &Reading, sources: &Sources) -> Vec<String> {
    reading.problems.entries().iter().map(|problem| problem.display(sources).to_string()).collect()
}

/// The bytes of a text, or its problems.
fn assemble(name: &str, text: &str, abi: &AbiDefinition) -> Result<Vec<u8>, Vec<String>> {
    let (mut reading, sources) = read(name, text, abi);
    match reading.assemble(&sources, abi) {
        Some(assembly) => Ok(assembly.bytes),
        None => Err(problems(&reading, &sources)),
    }
}

/// A sequence written as text in a dialect, which must give the same sequence.
fn write_and_read(bytes: &[u8], abi: &AbiDefinition, dialect: Dialect) -> String {
    let disassembly = disassemble("song", bytes, abi).expect("a sequence");
    let text = write_text(&disassembly.sequence, abi, dialect, "seq").expect("a sequence that was assembled");
    let back = assemble("song.mus", &text, abi);
    assert!(back.as_deref() == Ok(bytes), "{}: {bytes:02x?}\n{text}\n{back:02x?}", abi.id());
    text
}

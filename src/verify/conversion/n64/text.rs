//! Binary sequences and texts.

use serde::Deserialize;
use tatum_core::source::{Problems, Sources};
use tatum_n64::author::abi::{AbiDefinition, BuiltInAbi, Dialect};
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::text::write_text;

use super::midi::ExportedFile;
use super::{CaseFile, byte_difference};
use crate::convert::n64::options::load_abi;
use crate::convert::n64::text::TextFile;
use crate::error::Error;
use crate::song::read_file;
use crate::verify::conversion::ConversionResult;
use crate::verify::conversion::diagnostics::Findings;

#[derive(Deserialize)]
struct BinaryCase {
    abi: String,
    input: String,
    roundtrip: RoundTrip,
    /// What the reference made of it.
    #[serde(default)]
    mus: Vec<ReferenceText>,
    /// MIDI files it gives.
    #[serde(default)]
    midi: Vec<ExportedFile>,
}

#[derive(Deserialize)]
struct RoundTrip {
    exact: bool,
}

/// A text of the reference's; without a file the reference could not make one that can be read.
#[derive(Deserialize)]
struct ReferenceText {
    file: Option<String>,
    gives: Option<String>,
}

#[derive(Deserialize)]
struct TextCase {
    abi: String,
    input: String,
    output: String,
}

/// A binary sequence: it comes back from our texts in every dialect, and the reference's texts give what they should.
pub(super) fn compare_binary(file: &CaseFile) -> Result<ConversionResult, Error> {
    let case: BinaryCase = file.parse()?;
    let abi = load_abi(&case.abi)?;
    let bytes = file.read(&case.input)?;
    let mut result = ConversionResult { compared: 0, difference: None };
    for dialect in Dialect::ALL.into_iter().filter(|_| case.roundtrip.exact) {
        let name = format!("{} through {}", case.input, dialect.name());
        let found = round_trip(file, &bytes, &abi, dialect)?;
        result.add(byte_difference(&name, &found, &bytes));
    }
    for text in &case.mus {
        let (Some(name), Some(gives)) = (&text.file, &text.gives) else { continue };
        let found = assemble(file, name, &case.abi)?;
        result.add(byte_difference(name, &found, &file.read(gives)?));
    }
    for exported in &case.midi {
        result.add(exported.compare(file, &bytes, &abi)?);
    }
    Ok(result)
}

/// A text that gives bytes.
pub(super) fn compare_text(file: &CaseFile) -> Result<ConversionResult, Error> {
    let case: TextCase = file.parse()?;
    let mut result = ConversionResult { compared: 0, difference: None };
    let found = assemble(file, &case.input, &case.abi)?;
    result.add(byte_difference(&case.input, &found, &file.read(&case.output)?));
    Ok(result)
}

fn assemble(file: &CaseFile, name: &str, abi: &str) -> Result<Vec<u8>, Error> {
    let path = file.file(name);
    let text = TextFile::open(&path, &read_file(&path)?, Some(abi), || BuiltInAbi::Sm64.definition())?;
    Ok(text.assemble()?.0)
}

/// A sequence written as text and read back.
fn round_trip(
    file: &CaseFile,
    bytes: &[u8],
    abi: &AbiDefinition,
    dialect: Dialect,
) -> Result<Vec<u8>, Error> {
    let sequence = disassemble("input", bytes, abi)?.sequence;
    let text = write_text(&sequence, abi, dialect, "seq")
        .map_err(|errors| file.error(errors.first().map(ToString::to_string).unwrap_or_default()))?;
    let name = format!("{}.mus", dialect.name());
    let text = TextFile::open(file.file(&name).as_path(), text.as_bytes(), Some(abi.id()), || abi.clone())?;
    Ok(text.assemble()?.0)
}

/// What is said about a faulty text; those for the European game have `.eu.` in their names.
pub(in crate::verify::conversion) fn diagnose(path: &std::path::Path) -> Result<Findings, Error> {
    let is_european = path.to_string_lossy().ends_with(".eu.mus");
    let abi = if is_european { BuiltInAbi::Sm64Eu } else { BuiltInAbi::Sm64 };
    let text = TextFile::open(path, &read_file(path)?, Some(abi.id()), || abi.definition())?;
    let (problems, sources): (Problems, Sources) = match text.assemble() {
        Ok((_, problems, sources)) => (problems, sources),
        Err(Error::Text(text)) => (text.problems, text.sources),
        Err(error) => return Err(error),
    };
    Ok(Findings::of(&problems, &sources))
}

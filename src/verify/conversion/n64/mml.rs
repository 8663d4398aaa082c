//! MML and the bytes and events it gives; the octave fixer.

use std::path::Path;

use serde::Deserialize;
use tatum_core::source::Sources;
use tatum_n64::author::abi::AbiDefinition;
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::midi::events::sequence_events;
use tatum_n64::author::mml::{self, Target};

use super::{CaseFile, byte_difference, line_difference};
use crate::convert::n64::mml::target_of;
use crate::convert::n64::options::load_abi;
use crate::error::Error;
use crate::song::read_file;
use crate::verify::conversion::ConversionResult;
use crate::verify::conversion::diagnostics::Findings;

#[derive(Deserialize)]
struct MmlCase {
    input: String,
    output: Vec<Output>,
    walk: Option<Walk>,
}

#[derive(Deserialize)]
struct Output {
    abi: String,
    file: String,
}

#[derive(Deserialize)]
struct Walk {
    abi: String,
    events: String,
}

#[derive(Deserialize)]
struct FixerCase {
    input: String,
    output: Vec<FixerOutput>,
}

#[derive(Deserialize)]
struct FixerOutput {
    options: Vec<String>,
    file: String,
}

/// Compiles the text for every game named and compares the bytes; then what happens in them.
pub(super) fn compare(case: &CaseFile) -> Result<ConversionResult, Error> {
    let manifest: MmlCase = case.parse()?;
    let text = case.read_text(&manifest.input)?;
    let mut result = ConversionResult { compared: 0, difference: None };
    for output in &manifest.output {
        let bytes = compile(&manifest.input, &text, &load_abi(&output.abi)?)?;
        result.add(byte_difference(&output.file, &bytes, &case.read(&output.file)?));
    }
    if let Some(walk) = &manifest.walk {
        let abi = load_abi(&walk.abi)?;
        let bytes = compile(&manifest.input, &text, &abi)?;
        let sequence = disassemble(&manifest.input, &bytes, &abi)?.sequence;
        let events = sequence_events(&sequence, &abi);
        result.add(line_difference(&walk.events, &events, &case.read_text(&walk.events)?));
    }
    Ok(result)
}

fn compile(name: &str, text: &str, abi: &AbiDefinition) -> Result<Vec<u8>, Error> {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let compiled = mml::compile(&sources, file, target_of(abi));
    compiled.bytes.ok_or_else(|| Error::text(sources, compiled.problems))
}

/// What is said about a text.
pub(in crate::verify::conversion) fn diagnose(path: &Path) -> Result<Findings, Error> {
    let mut sources = Sources::default();
    let text = String::from_utf8_lossy(&read_file(path)?).into_owned();
    let file = sources.add(path.display().to_string(), text);
    let compiled = mml::compile(&sources, file, Target::Sm64);
    Ok(Findings::of(&compiled.problems, &sources))
}

/// Fixes the text with every set of options and compares the results.
pub(super) fn compare_fixer(case: &CaseFile) -> Result<ConversionResult, Error> {
    let manifest: FixerCase = case.parse()?;
    let text = case.read_text(&manifest.input)?;
    let mut result = ConversionResult { compared: 0, difference: None };
    for output in &manifest.output {
        let headers = match output.options.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [] => false,
            ["--headers"] => true,
            other => return Err(case.error(format!("unknown options {other:?}"))),
        };
        let fixed = mml::fix::fix_octaves(&text, headers);
        result.add(byte_difference(&output.file, fixed.as_bytes(), &case.read(&output.file)?));
    }
    Ok(result)
}

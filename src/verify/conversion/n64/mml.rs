//! MML and the bytes and events it gives; the octave fixer.

use serde::Deserialize;
use tatum_core::source::Sources;
use tatum_n64::author::abi::BuiltInAbi;
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::midi::events::sequence_events;
use tatum_n64::author::mml::{self, Target};

use super::{CaseFile, byte_difference, line_difference};
use crate::error::Error;
use crate::verify::conversion::ConversionResult;

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
        let bytes = compile(case, &manifest.input, &text, &output.abi)?;
        result.compared += 1;
        let difference = || byte_difference(&output.file, &bytes, &case.read(&output.file).ok()?);
        result.difference = result.difference.or_else(difference);
    }
    if let Some(walk) = &manifest.walk {
        let bytes = compile(case, &manifest.input, &text, &walk.abi)?;
        let abi = built_in(case, &walk.abi)?.definition();
        let sequence = disassemble(&manifest.input, &bytes, &abi)?.sequence;
        result.compared += 1;
        let expected = case.read_text(&walk.events)?;
        let difference = || line_difference(&walk.events, &sequence_events(&sequence, &abi), &expected);
        result.difference = result.difference.or_else(difference);
    }
    Ok(result)
}

fn compile(case: &CaseFile, name: &str, text: &str, abi: &str) -> Result<Vec<u8>, Error> {
    let target = match built_in(case, abi)? {
        BuiltInAbi::Zelda | BuiltInAbi::ZeldaCommunity => Target::Zelda,
        _ => Target::Sm64,
    };
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let compiled = mml::compile(&sources, file, target);
    compiled.bytes.ok_or_else(|| Error::text(sources, compiled.problems))
}

fn built_in(case: &CaseFile, id: &str) -> Result<BuiltInAbi, Error> {
    let found = BuiltInAbi::ALL.into_iter().find(|abi| abi.id() == id);
    found.ok_or_else(|| case.error(format!("unknown abi '{id}'")))
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
        result.compared += 1;
        let expected = case.read(&output.file)?;
        result.difference =
            result.difference.or_else(|| byte_difference(&output.file, fixed.as_bytes(), &expected));
    }
    Ok(result)
}

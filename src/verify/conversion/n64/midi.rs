//! MIDI files and the sequences they give.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use tatum_core::FormatError;
use tatum_core::midi::MidiFile;
use tatum_core::source::{Problems, Sources};
use tatum_n64::author::abi::{AbiDefinition, BuiltInAbi};
use tatum_n64::author::assemble::assemble;
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::midi::events::{midi_events, sequence_events};
use tatum_n64::author::midi::export::{ExportOptions, export};
use tatum_n64::author::midi::import::{ImportOptions, import, read_preferences};

use super::{CaseFile, byte_difference, line_difference};
use crate::convert::n64::options::load_abi;
use crate::error::Error;
use crate::song::read_file;
use crate::verify::conversion::ConversionResult;
use crate::verify::conversion::diagnostics::Findings;

#[derive(Deserialize)]
struct MidiCase {
    abi: String,
    input: String,
    pref: Option<String>,
    set: Vec<OptionSet>,
}

/// Options and what they give.
#[derive(Deserialize)]
struct OptionSet {
    name: String,
    options: BTreeMap<String, OptionValue>,
    file: String,
    events: String,
    #[serde(rename = "match")]
    comparison: Comparison,
}

/// The value of an option.
#[derive(Deserialize)]
#[serde(untagged)]
enum OptionValue {
    Flag(bool),
    Number(u8),
}

impl OptionValue {
    fn text(&self) -> String {
        match self {
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// How near the result must be.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
enum Comparison {
    /// The same bytes.
    #[serde(rename = "bytes-exact")]
    Bytes,
    /// The same events.
    #[serde(rename = "events-exact")]
    Events,
    /// The same events within what the options allow.
    #[serde(rename = "events-tolerant")]
    Tolerant,
}

/// Imports the file with every set of options and compares bytes and events.
pub(super) fn compare(case: &CaseFile) -> Result<ConversionResult, Error> {
    let manifest: MidiCase = case.parse()?;
    let abi = load_abi(&manifest.abi)?;
    let file = MidiFile::read(&manifest.input, &case.read(&manifest.input)?).map_err(FormatError::from)?;
    let mut result = ConversionResult { compared: 0, difference: None };
    for set in &manifest.set {
        let options = set.options(case, manifest.pref.as_deref())?;
        let difference = set.compare(case, &file, &abi, &options)?;
        result.add(difference.map(|text| format!("{}: {text}", set.name)));
    }
    Ok(result)
}

impl OptionSet {
    fn options(&self, case: &CaseFile, preferences: Option<&str>) -> Result<ImportOptions, Error> {
        let mut options = ImportOptions::default();
        if let Some(name) = preferences {
            let mut sources = Sources::default();
            let text = sources.add(name, case.read_text(name)?);
            read_preferences(&sources, text, &mut options, &mut Problems::default());
        }
        for (name, value) in &self.options {
            options.set(name, &value.text()).map_err(|error| case.error(error.to_string()))?;
        }
        Ok(options)
    }

    fn compare(
        &self,
        case: &CaseFile,
        file: &MidiFile,
        abi: &AbiDefinition,
        options: &ImportOptions,
    ) -> Result<Option<String>, Error> {
        let imported = import(file, abi, options);
        let Some(sequence) = imported.sequence else {
            return Ok(imported.problems.entries().first().map(|problem| problem.message.clone()));
        };
        let assembly = assemble(&sequence, abi).map_err(|errors| {
            let message = errors.first().map_or_else(String::new, ToString::to_string);
            case.error(message)
        })?;
        let sequence = disassemble(&self.file, &assembly.bytes, abi)?.sequence;
        let events = sequence_events(&sequence, abi);
        let expected = case.read_text(&self.events)?;
        let difference = match self.comparison {
            Comparison::Tolerant => tolerant_difference(&self.events, &events, &expected, options),
            Comparison::Bytes | Comparison::Events => line_difference(&self.events, &events, &expected),
        };
        if difference.is_none() && self.comparison == Comparison::Bytes {
            return Ok(byte_difference(&self.file, &assembly.bytes, &case.read(&self.file)?));
        }
        Ok(difference)
    }
}

/// A MIDI file that a sequence gives; without a file the reference could not make one.
#[derive(Deserialize)]
pub(super) struct ExportedFile {
    ppqnmultiplier: Option<u8>,
    file: Option<String>,
    events: Option<String>,
}

impl ExportedFile {
    /// Exports the sequence and compares what happens, with the list and with the reference's file.
    pub(super) fn compare(
        &self,
        case: &CaseFile,
        bytes: &[u8],
        abi: &AbiDefinition,
    ) -> Result<Option<String>, Error> {
        let sequence = disassemble("input", bytes, abi)?.sequence;
        let mut options = ExportOptions::default();
        options.ppqn_multiplier = self.ppqnmultiplier.unwrap_or(options.ppqn_multiplier);
        // What is compared is what a reader of the written file sees.
        let written = export(&sequence, abi, &options).file.write("export.mid")?;
        let events = midi_events(&MidiFile::read("export.mid", &written).map_err(FormatError::from)?);
        let mut difference = None;
        if let Some(name) = &self.events {
            difference = line_difference(name, &events, &case.read_text(name)?);
        }
        if let Some(name) = &self.file {
            let reference = MidiFile::read(name, &case.read(name)?).map_err(FormatError::from)?;
            difference = difference.or_else(|| line_difference(name, &events, &midi_events(&reference)));
        }
        Ok(difference)
    }
}

/// What is said about a faulty file.
pub(in crate::verify::conversion) fn diagnose(path: &Path) -> Result<Findings, Error> {
    let mut sources = Sources::default();
    let name = path.display().to_string();
    sources.add(name.as_str(), "");
    let problems = match MidiFile::read(&name, &read_file(path)?) {
        Ok(file) => import(&file, &BuiltInAbi::Sm64.definition(), &ImportOptions::default()).problems,
        Err(error) => {
            let mut problems = Problems::default();
            problems.push(error.problem());
            problems
        }
    };
    Ok(Findings::of(&problems, &sources))
}

/// A row of events without what may differ, and the values that may.
struct Row<'a> {
    text: &'a str,
    key: String,
    values: Vec<i32>,
    tolerances: Vec<i32>,
    /// Channel and controller, for rows that may be missing.
    controller: Option<(String, i32)>,
}

impl<'a> Row<'a> {
    fn parse(text: &'a str, options: &ImportOptions) -> Self {
        let fields: Vec<_> = text.split('\t').collect();
        let mut row =
            Self { text, key: text.to_owned(), values: Vec::new(), tolerances: Vec::new(), controller: None };
        let &[tick, channel, layer, kind, values] = fields.as_slice() else { return row };
        let numbers: Vec<i32> = values.split(' ').filter_map(|value| value.parse().ok()).collect();
        let twice = |delta: u8| 2 * i32::from(delta);
        match (kind, numbers.as_slice()) {
            ("note", &[key, velocity, delay, gate]) => {
                row.key = format!("{tick} {channel} {layer} {key} {delay}");
                row.values = vec![velocity, gate];
                row.tolerances = vec![twice(options.velocity_delta), twice(options.gate_delta)];
            }
            ("cc", &[number, value]) if !matches!(number, 0 | 32 | 129) => {
                row.key = format!("{tick} {channel} cc {number}");
                row.values = vec![value];
                row.tolerances = vec![twice(options.controller_delta)];
                row.controller = Some((channel.to_owned(), number));
            }
            _ => {}
        }
        row
    }

    fn is_near(&self, other: &Self) -> bool {
        let pairs = self.values.iter().zip(&other.values).zip(&self.tolerances);
        pairs.into_iter().all(|((first, second), tolerance)| (first - second).abs() <= *tolerance)
    }
}

/// Compares as the goldens' `events-tolerant` says: values within twice the deltas, controllers missing where they
/// would change nothing beyond that.
fn tolerant_difference(name: &str, ours: &str, expected: &str, options: &ImportOptions) -> Option<String> {
    let ours: Vec<_> = ours.lines().map(|line| Row::parse(line, options)).collect();
    let expected: Vec<_> = expected.lines().map(|line| Row::parse(line, options)).collect();
    let mut by_key: BTreeMap<&str, Vec<&Row<'_>>> = BTreeMap::new();
    for row in &ours {
        by_key.entry(&row.key).or_default().push(row);
    }
    let mut missing = Vec::new();
    for row in &expected {
        let candidates = by_key.entry(&row.key).or_default();
        match candidates.iter().position(|candidate| candidate.is_near(row)) {
            Some(index) => _ = candidates.remove(index),
            None => missing.push(row),
        }
    }
    let extra: Vec<_> = by_key.into_values().flatten().collect();
    missing
        .iter()
        .find(|row| !is_redundant(row, &expected))
        .map(|row| format!("{name}: nothing like '{}'", row.text))
        .or_else(|| {
            let row = extra.iter().find(|row| !is_redundant(row, &ours))?;
            Some(format!("{name}: '{}' is not expected", row.text))
        })
}

/// Whether a controller's row changes it by less than the tolerance.
fn is_redundant(row: &Row<'_>, rows: &[Row<'_>]) -> bool {
    if row.controller.is_none() {
        return false;
    }
    let before = rows.iter().take_while(|other| !std::ptr::eq(*other, row));
    let previous = before.filter(|other| other.controller == row.controller).last();
    previous.is_some_and(|previous| previous.is_near(row))
}

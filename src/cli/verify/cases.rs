//! Cases: the table, the closing line, JSON.

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::VerifyArguments;
use crate::cli::common::{print, shows_progress};
use crate::error::Error;
use crate::verify::{CaseResult, Difference, Explanation, Outcome, find_cases, report, verify_cases};

/// Compares the cases and tells; whether all passed.
pub(super) fn run(arguments: &VerifyArguments, quiet: bool) -> Result<bool, Error> {
    let mut cases = Vec::new();
    for path in &arguments.paths {
        cases.extend(find_cases(path)?);
    }
    let progress = progress(cases.len(), quiet);
    let results = verify_cases(&cases, || progress.inc(1));
    progress.finish_and_clear();
    if let Some(folder) = &arguments.report {
        report::write_cases(folder, &results)?;
    }
    print(&if arguments.json { as_json(&results) } else { as_table(&results, arguments.notes) })?;
    Ok(results.iter().all(|result| result.outcome.is_passed()))
}

fn progress(cases: usize, quiet: bool) -> ProgressBar {
    if !shows_progress(quiet) {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} cases");
    ProgressBar::new(cases as u64).with_style(style.unwrap_or(ProgressStyle::default_bar()))
}

fn count_passed(results: &[CaseResult]) -> usize {
    results.iter().filter(|result| result.outcome.is_passed()).count()
}

fn as_table(results: &[CaseResult], shows_notes: bool) -> String {
    let width = results.iter().map(|result| result.name().chars().count()).max().unwrap_or(0).max(4);
    let mut text = format!("{:width$}  {:>8}  {:>8}  result\n", "case", "frames", "rows");
    for result in results {
        text.push_str(&format!(
            "{:width$}  {:>8}  {:>8}  {}\n",
            result.name(),
            result.frames,
            result.rows,
            result.outcome.verdict()
        ));
        let explanation = result.explanation.as_ref().map(ToString::to_string);
        let notes = result.notes.iter().filter(|_| shows_notes);
        let detail = result.outcome.detail();
        for line in detail.iter().chain(&explanation).chain(notes).flat_map(|text| text.lines()) {
            text.push_str(&format!("    {line}\n"));
        }
    }
    let passed = count_passed(results);
    text.push_str(&format!("{passed} passed, {} failed\n", results.len() - passed));
    text
}

fn as_json(results: &[CaseResult]) -> String {
    let cases: Vec<_> = results
        .iter()
        .map(|result| {
            json!({
                "case": result.name(),
                "frames": result.frames,
                "rows": result.rows,
                "passed": result.outcome.is_passed(),
                "result": result.outcome.verdict().to_lowercase(),
                "detail": result.outcome.detail(),
                "first_difference": first_difference(&result.outcome),
                "notes": result.notes,
                "explanation": result.explanation.as_ref().map(explanation_json),
            })
        })
        .collect();
    let passed = count_passed(results);
    let mut text = json!({ "cases": cases, "passed": passed, "failed": results.len() - passed }).to_string();
    text.push('\n');
    text
}

/// The first difference in numbers.
fn first_difference(outcome: &Outcome) -> Option<Value> {
    let Outcome::Differs(difference) = outcome else { return None };
    match difference {
        Difference::Trace(trace) => {
            Some(json!({ "line": trace.line, "expected": trace.expected, "found": trace.found }))
        }
        Difference::Audio(audio) => Some(json!({
            "frame": audio.frame,
            "expected": [audio.expected.left, audio.expected.right],
            "found": audio.found.map(|found| [found.left, found.right]),
            "frames_that_differ": audio.count,
        })),
        Difference::Conversion(_) | Difference::Recording(_) => None,
    }
}

/// An explanation in numbers.
pub(super) fn explanation_json(explanation: &Explanation) -> Value {
    let causes: Vec<_> = explanation
        .causes
        .iter()
        .map(|cause| {
            json!({
                "voice": cause.voice,
                "place": cause.place.map(|place| place.to_string()),
                "command": cause.command.as_ref().map(|command| json!({
                    "text": command.text,
                    "place": command.place.to_string(),
                    "offset": command.offset,
                    "tick": command.tick,
                    "frame": command.frame,
                })),
                "correlation": cause.share.map(|share| share.correlation),
            })
        })
        .collect();
    let values: Vec<_> = explanation
        .values
        .iter()
        .map(|value| json!({ "name": value.name, "expected": value.expected, "found": value.found }))
        .collect();
    json!({
        "frame": explanation.frame,
        "seconds": explanation.seconds,
        "tick": explanation.tick,
        "causes": causes,
        "values": values,
    })
}

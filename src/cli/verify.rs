//! `tatum verify`.

use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::CHECK_FAILED;
use super::against::AgainstArguments;
use super::common::{print, shows_progress};
use crate::error::Error;
use crate::verify::{CaseResult, Difference, Outcome, find_cases, verify_cases};

#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// Cases (case.toml) or folders with cases in them or below.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Write the results as JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    against: AgainstArguments,
}

impl VerifyArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        if self.against.is_wanted() {
            let all_equal = self.against.run(&self.paths, self.json)?;
            return Ok(if all_equal { 0 } else { CHECK_FAILED });
        }
        let mut cases = Vec::new();
        for path in &self.paths {
            cases.extend(find_cases(path)?);
        }
        let progress = if shows_progress(quiet) {
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} cases");
            ProgressBar::new(cases.len() as u64).with_style(style.unwrap_or(ProgressStyle::default_bar()))
        } else {
            ProgressBar::hidden()
        };
        let results = verify_cases(&cases, || progress.inc(1));
        progress.finish_and_clear();
        print(&if self.json { as_json(&results) } else { as_table(&results) })?;
        let is_passed = results.iter().all(|result| result.outcome.is_passed());
        Ok(if is_passed { 0 } else { CHECK_FAILED })
    }
}

/// The names by which people know cases: their folders.
fn name(result: &CaseResult) -> String {
    let is_manifest = result.path.file_name().is_some_and(|name| name == "case.toml");
    let folder = result.path.parent().filter(|folder| is_manifest && !folder.as_os_str().is_empty());
    folder.unwrap_or(&result.path).display().to_string()
}

fn verdict(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Equal => "equal",
        Outcome::Differs(_) => "DIFFERS",
        Outcome::KnownDifference { .. } => "known difference",
        Outcome::UnexpectedlyEqual => "EQUAL NOW",
        Outcome::Failed(_) => "FAILED",
    }
}

fn detail(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Equal => None,
        Outcome::Differs(Difference::Trace(difference)) => Some(difference.to_string()),
        Outcome::Differs(Difference::Audio(difference)) => Some(difference.to_string()),
        Outcome::Differs(Difference::Conversion(difference)) => Some(difference.clone()),
        Outcome::KnownDifference { why } => Some(why.clone()),
        Outcome::UnexpectedlyEqual => Some("the manifest declares a known_difference: remove it".to_owned()),
        Outcome::Failed(error) => Some(error.to_string()),
    }
}

fn count_passed(results: &[CaseResult]) -> usize {
    results.iter().filter(|result| result.outcome.is_passed()).count()
}

fn as_table(results: &[CaseResult]) -> String {
    let width = results.iter().map(|result| name(result).chars().count()).max().unwrap_or(0).max(4);
    let mut text = format!("{:width$}  {:>8}  {:>8}  result\n", "case", "frames", "rows");
    for result in results {
        text.push_str(&format!(
            "{:width$}  {:>8}  {:>8}  {}\n",
            name(result),
            result.frames,
            result.rows,
            verdict(&result.outcome)
        ));
        if let Some(detail) = detail(&result.outcome) {
            text.push_str(&format!("{:width$}  {detail}\n", ""));
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
                "case": name(result),
                "frames": result.frames,
                "rows": result.rows,
                "passed": result.outcome.is_passed(),
                "result": verdict(&result.outcome).to_lowercase(),
                "detail": detail(&result.outcome),
            })
        })
        .collect();
    let passed = count_passed(results);
    let mut text = json!({ "cases": cases, "passed": passed, "failed": results.len() - passed }).to_string();
    text.push('\n');
    text
}

//! Faulty inputs and what must be said about each: a table `expected.tsv` beside them.
//!
//! Its rows name a file, the severity, line and column, the code, and words, which are only a model.

use std::path::Path;

use tatum_core::source::{ProblemSeverity, Problems, Sources};

use super::{ConversionResult, n64};
use crate::error::Error;

/// The table's name.
const TABLE: &str = "expected.tsv";
/// What its first line begins with.
const HEADER: &str = "file\tseverity\tline\tcolumn\tcode";

/// What was said about a file.
pub(super) struct Findings(Vec<Finding>);

struct Finding {
    severity: &'static str,
    /// Line and column, from 1; none for what is not about a place in a text.
    place: Option<(usize, usize)>,
    code: String,
}

/// What must be said about a file.
struct Row<'a> {
    file: &'a str,
    severity: &'a str,
    place: Option<(usize, usize)>,
    code: &'a str,
}

impl Findings {
    /// What was found in a text.
    pub(super) fn of(problems: &Problems, sources: &Sources) -> Self {
        let findings = problems.entries().iter().map(|problem| Finding {
            severity: match problem.severity {
                ProblemSeverity::Info => "info",
                ProblemSeverity::Warning => "warning",
                ProblemSeverity::Error => "error",
            },
            place: problem.span.map(|span| {
                let place = sources.place(span);
                (place.line, place.column)
            }),
            code: problem.code.to_owned(),
        });
        Self(findings.collect())
    }

    fn contains(&self, row: &Row<'_>) -> bool {
        self.0.iter().any(|finding| {
            finding.severity == row.severity && finding.code == row.code && finding.place == row.place
        })
    }
}

impl std::fmt::Display for Findings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let said = self.0.iter().map(|finding| match finding.place {
            Some((line, column)) => format!("{} {} in {line}:{column}", finding.severity, finding.code),
            None => format!("{} {}", finding.severity, finding.code),
        });
        let said = said.collect::<Vec<_>>();
        f.write_str(if said.is_empty() { "nothing" } else { "" })?;
        f.write_str(&said.join(", "))
    }
}

/// Whether a file is such a table.
pub(super) fn is_table(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == TABLE)
        && std::fs::read_to_string(path).is_ok_and(|text| text.starts_with(HEADER))
}

/// Whether everything that must be said is said.
pub(super) fn compare(path: &Path) -> Result<ConversionResult, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
    let mut result = ConversionResult { compared: 0, difference: None };
    for (number, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty()) {
        let row = parse_row(line).ok_or_else(|| Error::Manifest {
            path: path.to_owned(),
            message: format!("line {}: expected {}", number + 1, HEADER.replace('\t', ", ")),
        })?;
        let file = path.with_file_name(row.file);
        let found = diagnose(&file)?;
        let is_said = found.contains(&row);
        result.add((!is_said).then(|| {
            let place = row.place.map_or_else(String::new, |(line, column)| format!(" in {line}:{column}"));
            format!("{}: expected {} {}{place}, found {found}", row.file, row.severity, row.code)
        }));
    }
    Ok(result)
}

fn parse_row(line: &str) -> Option<Row<'_>> {
    let mut columns = line.split('\t');
    let (file, severity) = (columns.next()?, columns.next()?);
    let place = match (columns.next()?, columns.next()?) {
        ("-", "-") => None,
        (line, column) => Some((line.parse().ok()?, column.parse().ok()?)),
    };
    Some(Row { file, severity, place, code: columns.next()? })
}

/// What is said about a file.
fn diagnose(path: &Path) -> Result<Findings, Error> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("mus") => n64::text::diagnose(path),
        Some("mml") => n64::mml::diagnose(path),
        Some("mid") => n64::midi::diagnose(path),
        _ => Err(Error::Manifest {
            path: path.to_owned(),
            message: "no diagnostics are known for this kind of file".into(),
        }),
    }
}

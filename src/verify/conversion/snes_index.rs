//! Tables of SNES sources: faulty ones with the messages they must give, and the guide's examples with their bytes.

use std::path::Path;

use tatum_core::source::ProblemSeverity;
use tatum_snes::author::assembler::{AssemblerOptions, Frame, assemble};

use super::ConversionResult;
use super::snes::assembled;
use crate::convert::snes::{FolderFiles, flat};
use crate::error::Error;
use crate::song::read_file;

/// How the tables begin.
const MALFORMED: &str = "file\tline:column\tkind\tmessage";
const GUIDE: &str = "file\tsection of the guide\tframe\tresult\texpected";

/// The name of a table.
const INDEX: &str = "index.tsv";
/// No table is longer.
const LONGEST_HEADER: usize = 128;

/// Whether a file is one of the tables.
pub(super) fn recognizes(path: &Path) -> bool {
    use std::io::Read;
    if path.file_name().is_none_or(|name| name != INDEX) {
        return false;
    }
    let mut start = Vec::new();
    let read =
        std::fs::File::open(path).and_then(|file| file.take(LONGEST_HEADER as u64).read_to_end(&mut start));
    read.is_ok() && [MALFORMED, GUIDE].iter().any(|header| start.starts_with(header.as_bytes()))
}

/// Assembles every source of a table, and compares with what it says.
pub(super) fn compare(path: &Path) -> Result<ConversionResult, Error> {
    let text = String::from_utf8_lossy(&read_file(path)?).into_owned();
    let is_guide = text.starts_with(GUIDE);
    let mut compared = 0;
    let mut difference = None;
    for line in text.lines().skip(1).filter(|line| !line.is_empty()) {
        let columns: Vec<&str> = line.split('\t').collect();
        let file = path.with_file_name(columns[0]);
        let found = match (is_guide, columns.as_slice()) {
            (true, [_, _, frame, _, expected, ..]) => compare_example(&file, frame, expected)?,
            (false, [_, place, kind, ..]) => compare_message(&file, place, kind)?,
            _ => Some("the row has too few columns".to_owned()),
        };
        compared += 1;
        difference = difference.or_else(|| found.map(|found| format!("{}: {found}", columns[0])));
    }
    Ok(ConversionResult { compared, difference })
}

/// The first message must be of a kind and at a place.
fn compare_message(file: &Path, place: &str, kind: &str) -> Result<Option<String>, Error> {
    let bytes = read_file(file)?;
    let options = AssemblerOptions::default();
    let assembly = assemble(&file.display().to_string(), &bytes, &mut FolderFiles::beside(file), &options);
    let expected = format!("{kind} at {place}");
    let Some(problem) = assembly.problems.entries().first() else {
        return Ok(Some(format!("expected {expected}, found nothing wrong")));
    };
    let found_kind = match problem.severity {
        ProblemSeverity::Error => "error",
        ProblemSeverity::Info | ProblemSeverity::Warning => "warning",
    };
    let found_place = problem.span.map_or_else(String::new, |span| {
        let place = assembly.sources.place(span);
        format!("{}:{}", place.line, place.column)
    });
    let is_right = found_kind == kind && found_place == place;
    if is_right && assembly.problems.has_errors() == (kind == "error") {
        return Ok(None);
    }
    let found = problem.display(&assembly.sources);
    Ok(Some(format!("expected {expected}, found {found}")))
}

/// An example of the guide must give bytes, or, if it is no whole source, an error or nothing.
fn compare_example(file: &Path, frame: &str, expected: &str) -> Result<Option<String>, Error> {
    let expected = match (frame, expected) {
        ("none", _) => return no_source(file),
        ("part", _) => Vec::new(),
        ("data", digits) => {
            digits.split(' ').filter_map(|digits| u8::from_str_radix(digits, 16).ok()).collect()
        }
        (_, name) => read_file(&file.with_file_name(name))?,
    };
    let found = match frame {
        "song" => {
            let source = whole_song(&String::from_utf8_lossy(&read_file(file)?));
            let options = AssemblerOptions::default();
            let name = file.display().to_string();
            let assembly = assemble(&name, source.as_bytes(), &mut FolderFiles::beside(file), &options);
            if assembly.problems.has_errors() {
                return Err(Error::text(assembly.sources, assembly.problems));
            }
            flat(&assembly.regions)
        }
        _ => flat(&assembled(file, Frame::Plain)?.regions),
    };
    Ok((found != expected).then(|| format!("expected {}, found {}", hex(&expected), hex(&found))))
}

/// A pattern with placeholders must not become bytes in silence.
fn no_source(file: &Path) -> Result<Option<String>, Error> {
    match assembled(file, Frame::Plain) {
        Err(Error::Text(_)) => Ok(None),
        Err(error) => Err(error),
        Ok(_) => Ok(Some("expected an error, found a whole source".into())),
    }
}

/// The lines around a piece of a song.
fn whole_song(piece: &str) -> String {
    let lines: Vec<&str> = piece.lines().filter(|line| line.trim() != "...").collect();
    let segment = if piece.contains("%segment(") { "" } else { "%segment(\"main\")\n" };
    format!("!ARAM = $D000\n%song(\"Example\", 1, 0)\n{segment}{}\n%endsong()\n", lines.join("\n"))
}

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    digits.join(" ")
}

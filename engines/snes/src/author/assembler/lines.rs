//! A file becomes lines, a line becomes statements (`snes-authoring.md` section 1.1).

use tatum_core::source::{Problem, Problems};

use super::text::{Character, Text, characters, quoted_length, span_of, trim};
use tatum_core::source::{FileNumber, Sources};

/// The lines of a file: without comments, and joined where a backslash or a comma at the end says so.
pub(super) fn read(sources: &Sources, file: FileNumber, problems: &mut Problems) -> Vec<Text> {
    let mut lines = Vec::new();
    let mut joined = Text::new();
    for line in characters(sources, file).split(|character| character.value == '\n') {
        let (line, ending) = without_comment(line, problems);
        let is_continuation = joined.last().is_some_and(|last| last.value == ',');
        match ending {
            Ending::Faulty => {
                joined.clear();
                continue;
            }
            // Empty lines inside a list that goes on are skipped.
            Ending::Plain if is_continuation && trim(line).is_empty() => continue,
            _ => joined.extend_from_slice(line),
        }
        match ending {
            Ending::Joined => {
                joined.pop();
            }
            _ if joined.last().is_some_and(|last| last.value == ',') => {}
            _ => lines.push(std::mem::take(&mut joined)),
        }
    }
    if !joined.is_empty() {
        lines.push(joined);
    }
    lines.retain(|line| !trim(line).is_empty());
    lines
}

/// How a line ends.
enum Ending {
    /// As it is.
    Plain,
    /// With a backslash: the next line belongs to it.
    Joined,
    /// In the middle of a quoted text.
    Faulty,
}

/// A line without its comment and the blanks before it.
fn without_comment<'a>(line: &'a [Character], problems: &mut Problems) -> (&'a [Character], Ending) {
    let mut at = 0;
    while at < line.len() && line[at].value != ';' {
        match quoted_length(&line[at..]) {
            Some(length) => at += length,
            None if line[at].value == '"' => {
                let problem = Problem::error("ASM-QUOTE", line[at].span(), "text has no closing quote");
                problems.push(problem.with_hint("add \" at the end of the text"));
                return (&[], Ending::Faulty);
            }
            None => at += 1,
        }
    }
    let end = line[..at].iter().rposition(|character| !matches!(character.value, ' ' | '\r'));
    let line = &line[..end.map_or(0, |last| last + 1)];
    let ending =
        if line.last().is_some_and(|last| last.value == '\\') { Ending::Joined } else { Ending::Plain };
    (line, ending)
}

/// The statements of a line: ` : ` stands between them.
pub(super) fn statements(line: &[Character]) -> Vec<Text> {
    let mut statements = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < line.len() {
        if let Some(length) = quoted_length(&line[at..]) {
            at += length;
            continue;
        }
        let is_blank = |index: usize| line.get(index).is_none_or(|character| character.value == ' ');
        if line[at].value == ':' && (at == 0 || is_blank(at - 1)) && is_blank(at + 1) {
            statements.push(trim(&line[start..at]).to_vec());
            start = at + 1;
        }
        at += 1;
    }
    statements.push(trim(&line[start..]).to_vec());
    statements.retain(|statement| !statement.is_empty());
    statements
}

/// The first word of a statement, in lower case, and what follows it.
pub(super) fn first_word(statement: &[Character]) -> (String, &[Character]) {
    let length = statement.iter().take_while(|character| character.value != ' ').count();
    let (word, rest) = statement.split_at(length);
    (word.iter().map(|character| character.value.to_ascii_lowercase()).collect(), trim(rest))
}

/// Says that there is more text than a statement can have.
pub(super) fn expect_end(rest: &[Character], what: &str, problems: &mut Problems) {
    if let Some(span) = span_of(trim(rest)) {
        let hint = "two statements need \" : \" between them";
        problems
            .push(Problem::error("ASM-REST", span, format!("unexpected text after {what}")).with_hint(hint));
    }
}

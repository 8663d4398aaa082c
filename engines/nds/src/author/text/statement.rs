//! A line as a statement: labels, then at most one command or directive with its arguments.

use std::ops::Range;

use tatum_core::source::{FileNumber, Problem, Problems, Sources, Span};

use super::lexer::{Token, TokenKind};
use super::words::{Command, NoteWord, command, nearest_word, note_word};

/// A line taken apart.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub labels: Vec<Word>,
    pub statement: Option<Statement>,
}

/// A word with its place.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub text: String,
    pub span: Span,
}

#[derive(Debug)]
pub(super) struct Statement {
    pub kind: StatementKind,
    /// The word that says what it is.
    pub word: Word,
    pub arguments: Vec<Argument>,
}

/// What a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatementKind {
    Command(CommandWord),
    /// `.byte`: bytes as they are.
    Bytes,
    /// `.header`: what stands before the events, as it is.
    Header,
    /// `.entry`: an entry of a sequence archive.
    Entry,
    /// `.absent`: an unused entry.
    Absent,
    /// `#include`.
    Include,
    /// `#define`.
    Define,
}

/// A command word with its suffixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CommandWord {
    pub command: Command,
    /// `_if`.
    pub conditional: bool,
    pub last: LastArgument,
}

/// Where the last argument comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LastArgument {
    Plain,
    /// `_r`.
    Random,
    /// `_v`.
    Variable,
}

/// An argument with its place.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub value: ArgumentValue,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum ArgumentValue {
    Number(i64),
    /// A constant, or a label with a distance in bytes.
    Name(String, i64),
    Text(String),
}

/// Reads a line's tokens. What is wrong is reported; labels before it are kept.
pub(super) fn parse_line(
    sources: &Sources,
    file: FileNumber,
    tokens: &[Token],
    problems: &mut Problems,
) -> Line {
    let span = |range: &Range<usize>| sources.span(file, range.clone());
    let mut line = Line::default();
    let mut rest = tokens;
    while let [
        Token { kind: TokenKind::Word(name), range },
        Token { kind: TokenKind::Colon, .. },
        after @ ..,
    ] = rest
    {
        let span = span(range);
        if name.starts_with(['.', '#']) {
            problems.push(Problem::error(
                "SMFT-LABEL",
                span,
                format!("a label cannot begin with `{}`", name.get(..1).unwrap_or_default()),
            ));
        } else {
            if note_word(name) != NoteWord::No || command(name).is_some() {
                let message = format!("the label `{name}` looks like a command");
                problems.push(Problem::warning("SMFT-LABEL", span, message));
            }
            line.labels.push(Word { text: name.clone(), span });
        }
        rest = after;
    }
    let Some((first, arguments)) = rest.split_first() else { return line };
    let TokenKind::Word(text) = &first.kind else {
        let message = "expected a command, a directive or a label".to_owned();
        problems.push(Problem::error("SMFT-STATEMENT", span(&first.range), message));
        return line;
    };
    let word = Word { text: text.clone(), span: span(&first.range) };
    let kind = match kind_of(text) {
        Ok(kind) => kind,
        Err(unknown) => {
            problems.push(unknown.problem(&word, arguments.is_empty()));
            return line;
        }
    };
    let words_apart = matches!(kind, StatementKind::Define | StatementKind::Include);
    if let Some(arguments) = parse_arguments(sources, file, arguments, words_apart, problems) {
        line.statement = Some(Statement { kind, word, arguments });
    }
    line
}

/// Why a word says nothing.
enum Unknown {
    Word,
    Note(NoteWord),
    /// The suffixes are there, but not in their order, or they stand before the command.
    Suffixes(&'static str),
}

fn kind_of(word: &str) -> Result<StatementKind, Unknown> {
    match word {
        ".byte" => return Ok(StatementKind::Bytes),
        ".header" => return Ok(StatementKind::Header),
        ".entry" => return Ok(StatementKind::Entry),
        ".absent" => return Ok(StatementKind::Absent),
        "#include" => return Ok(StatementKind::Include),
        "#define" => return Ok(StatementKind::Define),
        "_if" | "if" => return Err(Unknown::Suffixes("the condition follows the command: `volume_if 100`")),
        "_r" | "_v" => return Err(Unknown::Suffixes("the suffix follows the command: `volume_r 80, 100`")),
        _ => {}
    }
    let (base, conditional) = match word.strip_suffix("_if") {
        Some(base) => (base, true),
        None => (word, false),
    };
    let (base, last) = match (base.strip_suffix("_r"), base.strip_suffix("_v")) {
        (Some(base), _) => (base, LastArgument::Random),
        (_, Some(base)) => (base, LastArgument::Variable),
        _ => (base, LastArgument::Plain),
    };
    if base.ends_with("_if") && last != LastArgument::Plain {
        return Err(Unknown::Suffixes("`_if` comes last: `volume_r_if 80, 100`"));
    }
    let command = match (note_word(base), command(base)) {
        (NoteWord::Key(key), _) => Command { opcode: key, fixed: None },
        (_, Some(command)) => command,
        (NoteWord::No, None) => return Err(Unknown::Word),
        (other, None) => return Err(Unknown::Note(other)),
    };
    Ok(StatementKind::Command(CommandWord { command, conditional, last }))
}

impl Unknown {
    fn problem(&self, word: &Word, is_alone: bool) -> Problem {
        let Word { text, span } = word;
        match self {
            Self::Suffixes(hint) => {
                Problem::error("SMFT-SUFFIX", *span, format!("`{text}` is no command")).with_hint(*hint)
            }
            Self::Note(NoteWord::Misspelt(name)) => {
                Problem::error("SMFT-NOTE", *span, format!("`{text}` is no note")).with_hint(format!(
                    "a note is a name of two letters and the octave, without flats: `{name}4`"
                ))
            }
            Self::Note(_) => {
                Problem::error("SMFT-NOTE", *span, format!("there is no key for the note `{text}`"))
                    .with_hint("notes go from `cnm1` (key 0) to `gn9` (key 127)")
            }
            Self::Word if text.starts_with(['.', '#']) => {
                let message = format!("unknown directive `{text}`");
                Problem::error("SMFT-UNKNOWN", *span, message)
                    .with_hint("directives are .byte, .header, .entry, .absent, #include and #define")
            }
            Self::Word => {
                let problem = Problem::error("SMFT-UNKNOWN", *span, format!("unknown command `{text}`"));
                match nearest_word(text) {
                    Some(known) => problem.with_hint(format!("did you mean `{known}`?")),
                    None if is_alone => problem.with_hint(format!("a label ends with a colon: `{text}:`")),
                    None => problem,
                }
            }
        }
    }
}

/// Arguments between commas; for directives with `#` (`words_apart`) between blanks.
fn parse_arguments(
    sources: &Sources,
    file: FileNumber,
    tokens: &[Token],
    words_apart: bool,
    problems: &mut Problems,
) -> Option<Vec<Argument>> {
    let mut arguments = Vec::new();
    let mut rest = tokens;
    while !rest.is_empty() {
        if !arguments.is_empty() && !words_apart {
            match rest.split_first() {
                Some((Token { kind: TokenKind::Comma, .. }, after)) => rest = after,
                Some((token, _)) => {
                    let message = "expected a comma or the end of the line".to_owned();
                    let span = sources.span(file, token.range.clone());
                    problems.push(
                        Problem::error("SMFT-COMMA", span, message)
                            .with_hint("arguments are separated by commas"),
                    );
                    return None;
                }
                None => {}
            }
        }
        let (argument, after) = parse_argument(sources, file, rest).or_else(|| {
            let end = tokens.last().map_or(0, |token| token.range.end);
            let range = rest.first().map_or(end..end, |token| token.range.clone());
            let span = sources.span(file, range);
            problems.push(Problem::error("SMFT-ARGUMENT", span, "expected a number or a name"));
            None
        })?;
        arguments.push(argument);
        rest = after;
    }
    Some(arguments)
}

fn parse_argument<'a>(
    sources: &Sources,
    file: FileNumber,
    tokens: &'a [Token],
) -> Option<(Argument, &'a [Token])> {
    let (first, rest) = tokens.split_first()?;
    let argument = |value, range: Range<usize>| Argument { value, span: sources.span(file, range) };
    match (&first.kind, rest) {
        (
            TokenKind::Word(name),
            [
                Token { kind: TokenKind::Plus, .. },
                Token { kind: TokenKind::Number(distance), range },
                after @ ..,
            ],
        ) => {
            let value = ArgumentValue::Name(name.clone(), *distance);
            Some((argument(value, first.range.start..range.end), after))
        }
        (TokenKind::Word(name), _) => {
            Some((argument(ArgumentValue::Name(name.clone(), 0), first.range.clone()), rest))
        }
        (TokenKind::Number(number), _) => {
            Some((argument(ArgumentValue::Number(*number), first.range.clone()), rest))
        }
        (TokenKind::Text(text), _) => {
            Some((argument(ArgumentValue::Text(text.clone()), first.range.clone()), rest))
        }
        _ => None,
    }
}

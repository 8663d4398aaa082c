//! Statements -> commands and data, in the section they belong to.

use tatum_core::source::{Problem, Sources, Span};

use super::directive::Directive;
use super::lexer::{Token, TokenKind};
use super::note_names;
use super::operands::{address_parts, operands, parse_number};
use super::statement::{Label, Statement, Statements};
use super::suggestion::closest;
use crate::author::abi::{
    AbiDefinition, Action, CommandDefinition, CommandId, Meaning, Parameter, ParameterSource, Scope,
};
use crate::author::model::{Content, SectionKind, Variable};

/// What a statement says.
#[derive(Clone, Debug)]
pub(super) enum Parsed {
    Command(ParsedCommand),
    Data(Vec<ParsedData>),
}

/// A command.
#[derive(Clone, Debug)]
pub(super) struct ParsedCommand {
    pub(super) id: CommandId,
    pub(super) values: Vec<ParsedValue>,
    pub(super) is_wide: bool,
}

/// Something that is no command.
#[derive(Clone, Debug)]
pub(super) enum ParsedData {
    Entry(ParsedValue),
    Content(Content),
}

/// A number or a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum ParsedValue {
    Number(i32),
    Place(ParsedPlace),
}

/// A place that a label names.
#[derive(Clone, Copy, Debug)]
pub(super) struct ParsedPlace {
    /// The statement.
    pub(super) position: usize,
    pub(super) offset: i32,
    /// Whether no offset is given, not even 0.
    pub(super) is_plain: bool,
    pub(super) span: Span,
}

impl ParsedCommand {
    /// Where it points, if it does.
    pub(super) fn place(&self) -> Option<ParsedPlace> {
        self.values.iter().find_map(|value| match value {
            ParsedValue::Place(place) => Some(*place),
            ParsedValue::Number(_) => None,
        })
    }
}

/// What messages say about the section that a statement is in.
#[derive(Clone, Debug, Default)]
pub(super) struct Owner {
    /// Its name.
    pub(super) label: Option<String>,
    /// The command that made it what it is, and where.
    pub(super) reason: Option<(String, Span)>,
}

/// What a name turned out to be.
struct Resolved {
    id: CommandId,
    /// Whether it says that variable operands take two bytes.
    says_wide: bool,
    /// Whether long values have to be announced.
    must_say_wide: bool,
    /// The note that the name has in it.
    note: Option<u8>,
}

/// Reads statements.
#[derive(Clone, Copy)]
pub(super) struct Parser<'a> {
    pub(super) abi: &'a AbiDefinition,
    pub(super) statements: &'a Statements,
    pub(super) sources: &'a Sources,
}

impl Parser<'_> {
    /// What a statement says in a section.
    pub(super) fn parse(
        &self,
        statement: &Statement,
        kind: SectionKind,
        owner: &Owner,
    ) -> Result<Parsed, Problem> {
        match (statement.directive, kind) {
            (Some(directive), kind) => self.data(statement, directive, kind).map(Parsed::Data),
            (None, SectionKind::Script(scope)) => self.command(statement, scope, owner).map(Parsed::Command),
            (None, kind) => Err(Problem::error(
                "MUS-SCOPE",
                statement.name.span,
                format!("`{}` cannot stand in a {}", statement.name.text, kind.name()),
            )),
        }
    }

    /// Whether a statement ends a script, whatever is wrong with its operands.
    pub(super) fn ends_script(&self, statement: &Statement, scope: Scope) -> bool {
        let resolved = self.resolve(&statement.name, scope, &Owner::default());
        resolved.is_ok_and(|resolved| self.abi.command(resolved.id).action.ends_section())
    }

    fn command(&self, statement: &Statement, scope: Scope, owner: &Owner) -> Result<ParsedCommand, Problem> {
        let resolved = self.resolve(&statement.name, scope, owner)?;
        let definition = self.abi.command(resolved.id);
        let given = operands(statement, true)?;
        let is_wide = statement.is_wide || resolved.says_wide;
        let mut written = given.iter();
        let mut values: Vec<ParsedValue> = Vec::with_capacity(definition.parameters.len());
        for (index, parameter) in definition.parameters.iter().enumerate() {
            if !parameter.is_written() {
                values.push(ParsedValue::Number(0));
                continue;
            }
            if let (Some(note), Meaning::Note) = (resolved.note, parameter.meaning) {
                values.push(ParsedValue::Number(note.into()));
                continue;
            }
            let Some(token) = written.next() else {
                return Err(missing(statement, definition, resolved.note, given.len(), parameter));
            };
            let value = if definition.pointer() == Some(index) {
                self.address(token)?
            } else {
                ParsedValue::Number(self.number(token, definition, parameter, &values)?)
            };
            let has_choice = match parameter.source {
                ParameterSource::PortamentoTime => !has_byte_time(&values),
                _ => parameter.has_two_lengths(),
            };
            if let (ParsedValue::Number(number), true) = (value, has_choice)
                && number > 0x7F
                && resolved.must_say_wide
                && !is_wide
            {
                let message = format!("{number} needs the wide form `{}w`", statement.name.text);
                return Err(Problem::error("MUS-WIDE", token.span, message));
            }
            values.push(value);
        }
        match written.next() {
            None => Ok(ParsedCommand { id: resolved.id, values, is_wide }),
            Some(extra) => {
                let count = given.len() - written.len() - 1;
                let takes = match count {
                    0 => "no operands".to_owned(),
                    1 => "one operand".to_owned(),
                    count => format!("{count} operands"),
                };
                let name = &statement.name.text;
                let message = format!("`{name}` takes {takes}, found `{}`", extra.text);
                Err(Problem::error("MUS-EXTRA", extra.span, message))
            }
        }
    }

    fn resolve(&self, name: &Token, scope: Scope, owner: &Owner) -> Result<Resolved, Problem> {
        match self.abi.named(scope, &name.text) {
            [only] => {
                return Ok(Resolved {
                    id: only.command,
                    says_wide: false,
                    must_say_wide: !only.is_community,
                    note: None,
                });
            }
            [] => {}
            several => {
                let described: Vec<_> =
                    several.iter().map(|found| describe(self.abi.command(found.command))).collect();
                let message = format!("`{}` can be {}", name.text, described.join(" or "));
                return Err(
                    Problem::error("MUS-AMBIGUOUS", name.span, message).with_hint("use the community name")
                );
            }
        }
        if let Some(resolved) = self.resolve_note(name, scope).or_else(|| self.resolve_wide(name, scope)) {
            return Ok(resolved);
        }
        Err(self.unknown(name, scope, owner))
    }

    /// A note of the canon dialects, as in `CS4B0W`.
    fn resolve_note(&self, name: &Token, scope: Scope) -> Option<Resolved> {
        let (note, mode, says_wide) = note_names::parse_command(&name.text)?;
        let wanted: &[Meaning] = match mode {
            0 => &[Meaning::Note, Meaning::Delay, Meaning::Velocity, Meaning::GateTime],
            1 => &[Meaning::Note, Meaning::Delay, Meaning::Velocity],
            _ => &[Meaning::Note, Meaning::Velocity, Meaning::GateTime],
        };
        let (id, _) = self.abi.commands_in(scope).find(|(_, definition)| definition.is_note_of(wanted))?;
        Some(Resolved { id, says_wide, must_say_wide: true, note: Some(note) })
    }

    /// A name with `w` behind it.
    fn resolve_wide(&self, name: &Token, scope: Scope) -> Option<Resolved> {
        let stem = name.text.strip_suffix(['w', 'W'])?;
        let [only] = self.abi.named(scope, stem) else { return None };
        let has_two_lengths =
            self.abi.command(only.command).parameters.iter().any(Parameter::has_two_lengths);
        has_two_lengths.then_some(Resolved {
            id: only.command,
            says_wide: true,
            must_say_wide: true,
            note: None,
        })
    }

    fn unknown(&self, name: &Token, scope: Scope, owner: &Owner) -> Problem {
        let word = &name.text;
        let elsewhere = Scope::ALL.into_iter().find(|&other| !self.abi.named(other, word).is_empty());
        if let Some(other) = elsewhere {
            let script = owner.label.as_ref().map_or_else(|| "this".to_owned(), |label| format!("`{label}`"));
            let message =
                format!("`{word}` is a {} command, but {script} is a {} script", other.name(), scope.name());
            let problem = Problem::error("MUS-SCOPE", name.span, message);
            return match (other, scope, &owner.reason) {
                (Scope::Layer, Scope::Channel, _) => {
                    problem.with_hint("put notes in a layer and start it with `startlayer`")
                }
                (_, _, Some((command, span))) => {
                    let line = self.sources.place(*span).line;
                    problem.with_hint(format!("{} because of `{command}` in line {line}", scope.name()))
                }
                _ => problem,
            };
        }
        let problem = Problem::error("MUS-UNKNOWN", name.span, format!("unknown command `{word}`"));
        let names = self.abi.commands_in(scope).flat_map(|(_, definition)| definition.names());
        match closest(word, names) {
            Some(known) => {
                problem.with_hint(format!("a label cannot have operands; did you mean `{known}`?"))
            }
            None => problem,
        }
    }

    /// A label with or without an offset, or a number.
    fn address(&self, token: &Token) -> Result<ParsedValue, Problem> {
        let Some((name, offset)) = address_parts(&token.text) else {
            let message = format!("expected an address, found `{}`", token.text);
            return Err(Problem::error("MUS-NUMBER", token.span, message)
                .with_hint("label, label + 1, label(1) or a number"));
        };
        if let Some(Label { position, .. }) = self.statements.labels.get(name) {
            let (position, is_plain) = (*position, offset.is_none());
            let offset = offset.unwrap_or(0);
            return Ok(ParsedValue::Place(ParsedPlace { position, offset, is_plain, span: token.span }));
        }
        match (parse_number(name), offset) {
            (Some(value @ 0..=0xFFFF), None) => Ok(ParsedValue::Number(value as i32)),
            (Some(_), None) => Err(Problem::error(
                "MUS-RANGE",
                token.span,
                format!("address {} is out of range", token.text),
            )
            .with_hint("allowed: 0 to 65535")),
            _ => Err(self.undefined_label(name, token.span)),
        }
    }

    fn undefined_label(&self, name: &str, span: Span) -> Problem {
        let problem = Problem::error("MUS-LABEL", span, format!("label `{name}` is not defined"));
        let mut labels: Vec<_> = self.statements.labels.keys().map(String::as_str).collect();
        labels.sort_unstable();
        match closest(name, labels.into_iter()) {
            Some(label) => problem.with_hint(format!("did you mean `{label}`?")),
            None => problem,
        }
    }

    fn number(
        &self,
        token: &Token,
        definition: &CommandDefinition,
        parameter: &Parameter,
        earlier: &[ParsedValue],
    ) -> Result<i32, Problem> {
        let is_byte = matches!(parameter.source, ParameterSource::Fixed { bytes: 1 });
        if (is_byte || parameter.meaning == Meaning::Note)
            && let Some(note) = note_names::parse(&token.text)
        {
            return Ok(note.into());
        }
        let (low, high) = match parameter.source {
            ParameterSource::Offset => (0, i64::from(definition.last - definition.first)),
            ParameterSource::Fixed { bytes } => fixed_range(bytes),
            ParameterSource::PortamentoTime if has_byte_time(earlier) => fixed_range(1),
            ParameterSource::Variable | ParameterSource::PortamentoTime => (0, 0x7FFF),
            ParameterSource::Constant(_) => (0, 0),
        };
        let number = expect_number(token)?;
        if (low..=high).contains(&number) {
            return Ok(number as i32);
        }
        let text = &token.text;
        let (message, more) = match (parameter.meaning, parameter.source) {
            (Meaning::Channel, ParameterSource::Offset) => (format!("channel {text} does not exist"), ""),
            (Meaning::NoteLayer, ParameterSource::Offset) => (format!("layer {text} does not exist"), ""),
            (Meaning::Note, _) => {
                (format!("note {text} is out of range"), " (A0 to C6); use `ltp` for other octaves")
            }
            (_, ParameterSource::Fixed { bytes: 1 }) => (format!("{text} does not fit one byte"), ""),
            (_, ParameterSource::Fixed { bytes }) => (format!("{text} does not fit {bytes} bytes"), ""),
            (Meaning::Delay, _) => (format!("{text} is too long for a delay"), "; use two delays"),
            _ => (format!("{text} is out of range"), ""),
        };
        let hint = format!("allowed: {low} to {high}{more}");
        Err(Problem::error("MUS-RANGE", token.span, message).with_hint(hint))
    }

    fn data(
        &self,
        statement: &Statement,
        directive: Directive,
        kind: SectionKind,
    ) -> Result<Vec<ParsedData>, Problem> {
        let given = operands(statement, false)?;
        let content = match directive {
            Directive::Address => {
                self.expect_some(statement, &given, "an address")?;
                return given.iter().map(|token| self.address(token).map(ParsedData::Entry)).collect();
            }
            Directive::Bytes => {
                self.expect_some(statement, &given, "a byte")?;
                Content::Bytes(
                    numbers(&given, fixed_range(1), "one byte")?.map(|number| number as u8).collect(),
                )
            }
            Directive::Words if kind == SectionKind::Envelope => point(statement, &given)?,
            Directive::Words => {
                self.expect_some(statement, &given, "a number")?;
                Content::Words(
                    numbers(&given, fixed_range(2), "two bytes")?.map(|number| number as u16).collect(),
                )
            }
            Directive::Variables => {
                self.expect_some(statement, &given, "a number")?;
                let is_wide = statement.is_wide;
                let values = numbers(&given, (0, 0x7FFF), "15 bits")?;
                Content::Variables(values.map(|value| Variable { value: value as u16, is_wide }).collect())
            }
            Directive::Message => Content::Message(message(statement, &given)?),
            Directive::Pad => {
                let [count] = given.as_slice() else {
                    return Err(Problem::error("MUS-OPERAND", statement.end, "expected how many zeros"));
                };
                let limit = crate::author::assemble::LARGEST_SEQUENCE as i64;
                let count = numbers(std::slice::from_ref(count), (0, limit), "a sequence")?.next();
                Content::Zeros(count.unwrap_or(0) as usize)
            }
            Directive::Align(multiple) => {
                self.expect_none(statement, &given)?;
                Content::Align(multiple)
            }
            Directive::Bug | Directive::Listing => {
                self.expect_none(statement, &given)?;
                return Ok(Vec::new());
            }
        };
        Ok(vec![ParsedData::Content(content)])
    }

    fn expect_some(&self, statement: &Statement, given: &[&Token], what: &str) -> Result<(), Problem> {
        if given.is_empty() {
            let message = format!("expected {what} after `{}`", statement.name.text);
            return Err(Problem::error("MUS-OPERAND", statement.end, message));
        }
        Ok(())
    }

    fn expect_none(&self, statement: &Statement, given: &[&Token]) -> Result<(), Problem> {
        match given.first() {
            None => Ok(()),
            Some(extra) => {
                let message = format!("`{}` takes no operands, found `{}`", statement.name.text, extra.text);
                Err(Problem::error("MUS-EXTRA", extra.span, message))
            }
        }
    }
}

impl CommandDefinition {
    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.canon_name).chain(&self.old_name).map(String::as_str)
    }

    /// Whether it is a note that takes exactly these.
    pub(super) fn is_note_of(&self, wanted: &[Meaning]) -> bool {
        let written = self.parameters.iter().filter(|parameter| parameter.is_written());
        self.action == Action::Note && written.map(|parameter| parameter.meaning).eq(wanted.iter().copied())
    }

    /// How it is written, for hints.
    fn usage(&self) -> String {
        let operands: Vec<_> = self
            .parameters
            .iter()
            .enumerate()
            .filter(|(_, parameter)| parameter.is_written())
            .map(|(index, parameter)| match parameter.source {
                _ if self.pointer() == Some(index) => "<label>".to_owned(),
                ParameterSource::Offset => {
                    format!("<{} 0-{}>", parameter.name.to_lowercase(), self.last - self.first)
                }
                _ => format!("<{}>", parameter.name.to_lowercase()),
            })
            .collect();
        format!("{} {}", self.name, operands.join(", "))
    }
}

/// Whether the mode, a portamento's first operand, says that its time is one byte.
fn has_byte_time(earlier: &[ParsedValue]) -> bool {
    matches!(earlier.first(), Some(ParsedValue::Number(mode)) if mode & 0x80 != 0)
}

/// A command for a message: its name and opcodes.
fn describe(definition: &CommandDefinition) -> String {
    match definition.first == definition.last {
        true => format!("`{}` ({:02X})", definition.name, definition.first),
        false => format!("`{}` ({:02X}-{:02X})", definition.name, definition.first, definition.last),
    }
}

fn missing(
    statement: &Statement,
    definition: &CommandDefinition,
    note: Option<u8>,
    given: usize,
    parameter: &Parameter,
) -> Problem {
    let name = &statement.name.text;
    let what = match parameter.meaning {
        Meaning::AbsoluteAddress | Meaning::RelativeAddress => "an address".to_owned(),
        _ => format!("a number ({})", parameter.name.to_lowercase()),
    };
    let message = match given {
        0 => format!("expected {what} after `{name}`"),
        given => format!("expected `,` and {what} after operand {given} of `{name}`"),
    };
    let problem = Problem::error("MUS-OPERAND", statement.end, message);
    if note.is_some() { problem } else { problem.with_hint(definition.usage()) }
}

/// What fits so many bytes, signed or unsigned.
fn fixed_range(bytes: u8) -> (i64, i64) {
    let bits = 8 * u32::from(bytes);
    (-(1 << (bits - 1)), (1 << bits) - 1)
}

fn expect_number(token: &Token) -> Result<i64, Problem> {
    let number = match token.kind {
        TokenKind::Word => parse_number(&token.text),
        _ => None,
    };
    number.ok_or_else(|| {
        let message = format!("expected a number, found `{}`", token.text);
        let is_signed_hex = token.text.strip_prefix('-').is_some_and(|rest| parse_number(rest).is_some());
        let hint = match is_signed_hex {
            true => "hexadecimal numbers have no sign",
            false => "decimal 100, hexadecimal $64 or 0x64",
        };
        Problem::error("MUS-NUMBER", token.span, message).with_hint(hint)
    })
}

fn numbers(
    given: &[&Token],
    (low, high): (i64, i64),
    room: &str,
) -> Result<std::vec::IntoIter<i64>, Problem> {
    let values: Result<Vec<_>, _> = given
        .iter()
        .map(|token| {
            let number = expect_number(token)?;
            match (low..=high).contains(&number) {
                true => Ok(number),
                false => {
                    let message = format!("{} does not fit {room}", token.text);
                    let hint = format!("allowed: {low} to {high}");
                    Err(Problem::error("MUS-RANGE", token.span, message).with_hint(hint))
                }
            }
        })
        .collect();
    values.map(Vec::into_iter)
}

/// A point of an envelope.
fn point(statement: &Statement, given: &[&Token]) -> Result<Content, Problem> {
    let values: Vec<_> = numbers(given, fixed_range(2), "two bytes")?.collect();
    match values.as_slice() {
        [rate, level] => Ok(Content::Point { rate: *rate as i16, level: *level as u16 }),
        _ => {
            let span = given.get(2).map_or(statement.end, |extra| extra.span);
            let problem = Problem::error("MUS-ENVELOPE", span, "an envelope point needs two values");
            Err(problem.with_hint("#u16 <delay>, <level>"))
        }
    }
}

/// The bytes of a quoted text: `\"`, `\\` and `\xHH` stand for others, everything else for itself.
fn message(statement: &Statement, given: &[&Token]) -> Result<Vec<u8>, Problem> {
    let token = match given {
        [token] if token.kind == TokenKind::Quoted => token,
        [] => return Err(string_problem(statement.end)),
        [token] => return Err(string_problem(token.span)),
        [_, extra, ..] => return Err(string_problem(extra.span)),
    };
    let mut bytes = Vec::with_capacity(token.text.len());
    let mut rest = token.text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (b'\\', [quoted @ (b'"' | b'\\'), after @ ..]) => {
                bytes.push(*quoted);
                after
            }
            (b'\\', [b'x', high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |digit: u8| (digit as char).to_digit(16).unwrap_or(0) as u8;
                bytes.push(digit(*high) << 4 | digit(*low));
                after
            }
            (byte, after) => {
                bytes.push(*byte);
                after
            }
        };
    }
    Ok(bytes)
}

fn string_problem(span: Span) -> Problem {
    Problem::error("MUS-STRING", span, "the text must be in double quotes").with_hint("#string \"hello\"")
}

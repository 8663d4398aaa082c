//! Statements that define: `!name = text`, `name = value`, labels, functions, macros (`snes-authoring.md` sections
//! 1.3 and 1.4).

use std::rc::Rc;

use tatum_core::source::{Problem, Span};

use super::Frame;
use super::expression::{Function, closing};
use super::labels::{DEEPEST_LEVEL, Label};
use super::lines::{expect_end, first_word};
use super::run::Assembler;
use super::suggestions;
use super::text::{Character, Text, is_name, name_length, plain, span_of, split_outside, trim, unquote};
use super::vocabulary::{END_MACROS, MACROS};

/// A macro of the user.
#[derive(Clone, Debug)]
pub(super) struct Macro {
    pub(super) parameters: Vec<String>,
    pub(super) lines: Rc<[Text]>,
    pub(super) path: Rc<str>,
}

/// A macro whose lines are being read.
#[derive(Clone, Debug)]
pub(super) struct MacroText {
    name: String,
    parameters: Vec<String>,
    lines: Vec<Text>,
    span: Span,
    path: Rc<str>,
}

/// A call of a macro.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) name: String,
    /// From the `%` to the name's end.
    pub(super) span: Span,
    /// Without blanks and quotes around them.
    pub(super) arguments: Vec<Argument>,
}

/// An argument of a macro.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub(super) text: Text,
    /// With its quotes.
    pub(super) span: Span,
}

impl Argument {
    pub(super) fn plain(&self) -> String {
        plain(&self.text)
    }
}

impl Assembler<'_> {
    /// Does `!name = text` and its kin; false for other statements.
    pub(super) fn run_define(&mut self, statement: &[Character]) -> Result<bool, Problem> {
        if statement[0].value != '!' {
            return Ok(false);
        }
        let Some((name, behind)) = self.defined_name(statement)? else { return Ok(false) };
        if behind.first().is_none_or(|character| character.value != ' ') {
            return Ok(false);
        }
        let (operator, value) = first_word(trim(behind));
        if !["=", "+=", ":=", "#=", "?="].contains(&operator.as_str()) {
            return Ok(false);
        }
        let value = defined_value(value, &mut self.problems);
        let text = match operator.as_str() {
            "?=" if self.defines.get(&name).is_some() => return Ok(true),
            "=" | "?=" => plain(value),
            "+=" => self.defines.get(&name).unwrap_or_default().to_owned() + &plain(value),
            _ => {
                let expanded = self.defines.expand(value, &mut self.budget)?;
                match operator.as_str() {
                    "#=" => self.value_now(&expanded, "the value")?.to_string(),
                    _ => plain(&expanded),
                }
            }
        };
        if text.len() > 1 << 20 {
            self.budget.exhaust();
            return Err(Problem::error("ASM-LIMIT", span_of(statement), "a define longer than 1 MiB"));
        }
        if name == "ARAM" {
            if matches!(self.frame, Frame::Place { .. }) {
                return Ok(true);
            }
            self.changed_aram(statement[0].span());
        }
        self.defines.set(&name, text);
        Ok(true)
    }

    /// The name of a define at the start of a statement, and the text behind it.
    fn defined_name<'t>(
        &mut self,
        statement: &'t [Character],
    ) -> Result<Option<(String, &'t [Character])>, Problem> {
        let name = &statement[1..];
        if name.first().is_none_or(|character| character.value != '{') {
            let length = name_length(name);
            return Ok((length != 0).then(|| (plain(&name[..length]), &name[length..])));
        }
        let Some(end) = name.iter().rposition(|character| character.value == '}') else { return Ok(None) };
        let inner = self.defines.expand(&name[1..end], &mut self.budget)?;
        let is_name = inner.iter().all(|character| is_name(character.value));
        Ok((is_name && !inner.is_empty()).then(|| (plain(&inner), &name[end + 1..])))
    }

    /// Does everything but conditions and defines.
    pub(super) fn run_expanded(&mut self, statement: &[Character]) -> Result<(), Problem> {
        if statement[0].value == '%' {
            let call = self.parse_call(statement)?;
            return self.run_call(&call);
        }
        if let Some((name, value)) = constant(statement) {
            return self.define_constant(name, value);
        }
        if let Some((is_detached, level, name, behind)) = label(statement) {
            self.define_label(is_detached, level, name)?;
            return match trim(behind) {
                [] => Ok(()),
                rest => self.run_expanded(rest),
            };
        }
        self.run_directive(statement)
    }

    fn define_constant(&mut self, name: &[Character], value: &[Character]) -> Result<(), Problem> {
        let text = plain(name);
        self.check_free(&text, &text, span_of(name))?;
        let value = self.value_now(value, "a constant")?;
        self.labels.insert(text, Label { value, span: span_of(name), listing: None });
        Ok(())
    }

    /// Says so if a name is taken.
    pub(super) fn check_free(&self, full: &str, shown: &str, span: Option<Span>) -> Result<(), Problem> {
        let Some(label) = self.labels.get(full) else { return Ok(()) };
        let place = label.span.map_or_else(String::new, |span| self.line_of(span));
        let problem = Problem::error("ASM-DEFINED", span, format!("{shown} is already defined{place}"));
        Err(problem.with_hint("use another name"))
    }

    /// ` (line n)` or ` (file, line n)`.
    pub(super) fn line_of(&self, span: Span) -> String {
        let line = self.sources.place(span).line;
        match self.sources.files().len() {
            1 => format!(" (line {line})"),
            _ => format!(" ({}, line {line})", self.sources.file(span.file).name),
        }
    }

    fn define_label(&mut self, is_detached: bool, level: usize, name: &[Character]) -> Result<(), Problem> {
        let text = plain(name);
        let span = span_of(name);
        let shown = ".".repeat(level) + &text;
        if let Some(problem) = self.hidden_song(is_detached, level, &shown, span) {
            return Err(problem);
        }
        let full = self.scope.full_name(level, &text).ok_or_else(|| {
            Problem::error("ASM-LABEL", span, format!("the label {shown} has no label above it"))
                .with_hint(format!("put a label with {} before it", points(level - 1)))
        })?;
        self.check_free(&full, &shown, span)?;
        let listing = self.listing(level, &text);
        let value = self.output.label_address();
        self.labels.insert(full, Label { value, span, listing });
        if !is_detached {
            self.scope.enter(level, &text);
        }
        self.entered_label(level, &text);
        Ok(())
    }

    /// Keeps a line for the macro whose definition is being read, or begins or ends one; false for other lines.
    pub(super) fn record(&mut self, line: &[Character]) -> bool {
        let (word, rest) = first_word(trim(line));
        if let Some(recording) = &mut self.recording {
            if word != "endmacro" {
                recording.lines.push(trim(line).to_vec());
            } else if let Some(finished) = self.recording.take() {
                let MacroText { name, parameters, lines, path, .. } = finished;
                self.macros.insert(name, Macro { parameters, lines: lines.into(), path });
            }
            return true;
        }
        if !matches!(word.as_str(), "macro" | "endmacro") || !self.is_active() {
            return false;
        }
        let problem = match word.as_str() {
            "macro" => self.begin_macro(rest, line).err(),
            _ => Some(Problem::error("ASM-MACRO", span_of(trim(line)), "endmacro without macro")),
        };
        problem.into_iter().for_each(|problem| self.problems.push(problem));
        true
    }

    fn begin_macro(&mut self, rest: &[Character], line: &[Character]) -> Result<(), Problem> {
        let (name, parameters, behind) = signature(rest, span_of(trim(line)), "macro")?;
        expect_end(behind, "the macro's parameters", &mut self.problems);
        let span = span_of(rest).unwrap_or(line[0].span());
        let is_built_in = is_built_in(&name);
        if is_built_in || self.macros.contains_key(&name) {
            let message = match is_built_in {
                true => format!("macro %{name} is part of the language"),
                false => format!("macro %{name} is already defined"),
            };
            self.problems.push(Problem::error("ASM-DEFINED", span, message).with_hint("use another name"));
        }
        let path = self.path();
        self.recording = Some(MacroText { name, parameters, lines: Vec::new(), span, path });
        Ok(())
    }

    /// Says that the last macro has no end.
    pub(super) fn close_macro(&mut self) {
        if let Some(open) = self.recording.take() {
            let problem = Problem::error("ASM-MACRO", open.span, "macro without endmacro");
            self.problems.push(problem.with_hint("close it with endmacro"));
        }
    }

    /// `function name(parameters) = body`.
    pub(super) fn define_function(&mut self, rest: &[Character], span: Span) -> Result<(), Problem> {
        let (name, parameters, behind) = signature(rest, Some(span), "function")?;
        let body = match trim(behind) {
            [equals, body @ ..] if equals.value == '=' && !trim(body).is_empty() => trim(body).to_vec(),
            _ => {
                let problem = Problem::error("ASM-FUNCTION", span, "a function needs = and an expression");
                return Err(problem.with_hint("function half(x) = x/2"));
            }
        };
        if name == "bpm" || self.functions.contains_key(&name) {
            let problem = Problem::error("ASM-DEFINED", span, format!("function {name} is already defined"));
            return Err(problem.with_hint("use another name"));
        }
        self.functions.insert(name, Function { parameters, body });
        Ok(())
    }

    fn parse_call(&self, statement: &[Character]) -> Result<Call, Problem> {
        let blanks = statement[1..].iter().take_while(|character| character.value == ' ').count();
        let start = 1 + blanks;
        let end = start + name_length(&statement[start..]);
        let name = plain(&statement[start..end]);
        let span = span_of(&statement[..end]).unwrap_or_else(|| statement[0].span());
        if name.is_empty() {
            return Err(Problem::error("ASM-MACRO", span, "a macro's name is missing behind %"));
        }
        let behind = trim(&statement[end..]);
        if behind.first().is_none_or(|character| character.value != '(') {
            self.parameter_names(&name, span)?;
            let problem = Problem::error("ASM-MACRO", span, format!("%{name} needs ()"));
            return Err(problem.with_hint(format!("write %{name}()")));
        }
        let close = closing(behind).ok_or_else(|| {
            Problem::error("ASM-PARENTHESIS", behind[0].span(), "parenthesis is not closed")
                .with_hint("add )")
        })?;
        if let Some(rest) = span_of(trim(&behind[close + 1..])) {
            let problem = Problem::error("ASM-REST", rest, format!("unexpected text after %{name}()"));
            return Err(problem.with_hint("two statements need \" : \" between them"));
        }
        let inner = &behind[1..close];
        let pieces = if trim(inner).is_empty() { Vec::new() } else { split_outside(inner, ',') };
        let arguments = pieces
            .into_iter()
            .map(|piece| {
                let text = trim(piece);
                let span = span_of(text).unwrap_or(behind[0].span());
                Argument { text: unquote(text).to_vec(), span }
            })
            .collect();
        Ok(Call { name, span, arguments })
    }

    /// The names of a macro's parameters.
    fn parameter_names(&self, name: &str, span: Span) -> Result<Vec<String>, Problem> {
        if let Some((_, parameters)) = MACROS.iter().find(|(known, _)| *known == name) {
            return Ok(parameters.iter().map(|parameter| (*parameter).to_owned()).collect());
        }
        if END_MACROS.contains(&name) {
            return Ok(Vec::new());
        }
        if let Some(found) = self.macros.get(name) {
            return Ok(found.parameters.clone());
        }
        let problem = Problem::error("ASM-MACRO-UNKNOWN", span, format!("macro %{name} is unknown"));
        let names = MACROS.iter().map(|(name, _)| *name).chain(END_MACROS);
        let names = names.chain(self.macros.keys().map(String::as_str));
        Err(match suggestions::nearest(name, names) {
            Some(nearest) => problem.with_hint(format!("did you mean %{nearest}?")),
            None if name == "bpm" || self.functions.contains_key(name) => {
                problem.with_hint(format!("{name} is a function: write it without %, in a value"))
            }
            None => problem.with_hint("a macro is defined before it is called"),
        })
    }

    fn run_call(&mut self, call: &Call) -> Result<(), Problem> {
        let parameters = self.parameter_names(&call.name, call.span)?;
        if parameters.len() != call.arguments.len() {
            self.failed_call(call);
            return Err(wrong_count(call, &parameters));
        }
        let Some(found) = self.macros.get(&call.name).cloned() else { return self.run_song_macro(call) };
        self.check_depth(call.span)?;
        let arguments = call.arguments.iter().map(|argument| argument.text.clone());
        self.push_macro(&found, parameters.into_iter().zip(arguments).collect());
        Ok(())
    }
}

fn wrong_count(call: &Call, parameters: &[String]) -> Problem {
    let word = if parameters.len() == 1 { "argument" } else { "arguments" };
    let names = if parameters.is_empty() { String::new() } else { format!(" ({})", parameters.join(", ")) };
    let message =
        format!("%{} takes {} {word}{names}, {} given", call.name, parameters.len(), call.arguments.len());
    let problem = Problem::error("ASM-ARGUMENTS", call.span, message);
    match parameters.get(call.arguments.len()) {
        Some(missing) => problem.with_hint(format!("add the {missing}")),
        None => problem.with_hint("quotes keep commas together"),
    }
}

/// Whether a macro is part of the language.
pub(super) fn is_built_in(name: &str) -> bool {
    END_MACROS.contains(&name) || MACROS.iter().any(|(known, _)| *known == name)
}

/// Name and parameters of a macro or function that is being defined, and what follows them.
fn signature<'t>(
    text: &'t [Character],
    span: Option<Span>,
    what: &str,
) -> Result<(String, Vec<String>, &'t [Character]), Problem> {
    let faulty = || {
        Problem::error(
            "ASM-SIGNATURE",
            span_of(text).or(span),
            format!("a {what} needs a name and parameters"),
        )
        .with_hint(format!("{what} name(first, second)"))
    };
    let length = name_length(text);
    let behind = trim(&text[length..]);
    let close = closing(behind).filter(|_| length != 0).ok_or_else(faulty)?;
    let inner = trim(&behind[1..close]);
    let pieces = if inner.is_empty() { Vec::new() } else { split_outside(inner, ',') };
    let parameters: Vec<String> = pieces.into_iter().map(|piece| plain(trim(piece))).collect();
    if parameters.iter().any(|name| name.is_empty() || !name.chars().all(is_name)) {
        return Err(faulty());
    }
    Ok((plain(&text[..length]), parameters, &behind[close + 1..]))
}

/// The value of a define: up to the first blank, or what stands in quotes.
fn defined_value<'t>(text: &'t [Character], problems: &mut tatum_core::source::Problems) -> &'t [Character] {
    let length = match super::text::quoted_length(text) {
        Some(length) if text[0].value == '"' => length,
        _ => text.iter().take_while(|character| character.value != ' ').count(),
    };
    let (value, rest) = text.split_at(length);
    if let Some(first) = rest.first() {
        let message = "unexpected text after the value of the define";
        let whole = plain(text).replace(' ', "");
        let hint = format!("put the value in quotes, or write {whole} without blanks");
        problems.push(Problem::error("ASM-DEFINE-REST", first.span(), message).with_hint(hint));
    }
    unquote(value)
}

/// `name = value`, with blanks around the `=`.
fn constant(statement: &[Character]) -> Option<(&[Character], &[Character])> {
    let length = name_length(statement);
    let behind = &statement[length..];
    if length == 0 || behind.first()?.value != ' ' {
        return None;
    }
    let (word, value) = first_word(trim(behind));
    (word == "=").then_some((&statement[..length], value))
}

/// `#`, points, a name, and `:` (which may be missing behind a name with points); and what follows.
fn label(statement: &[Character]) -> Option<(bool, usize, &[Character], &[Character])> {
    let is_detached = statement[0].value == '#';
    let text = &statement[usize::from(is_detached)..];
    let level = text.iter().take_while(|character| character.value == '.').count();
    let length = name_length(&text[level..]);
    let behind = &text[level + length..];
    let has_colon = behind.first().is_some_and(|character| character.value == ':');
    let is_whole_word = behind.first().is_none_or(|character| character.value == ' ');
    let is_label = length != 0 && level <= DEEPEST_LEVEL && (has_colon || (level != 0 && is_whole_word));
    is_label.then(|| (is_detached, level, &text[level..level + length], &behind[usize::from(has_colon)..]))
}

fn points(level: usize) -> String {
    match level {
        0 => "no point".into(),
        1 => "one point".into(),
        _ => format!("{level} points"),
    }
}

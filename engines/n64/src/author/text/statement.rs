//! Lines -> statements and labels.

use std::collections::HashMap;

use tatum_core::source::{Problem, Problems, Sources, Span};

use super::directive::Directive;
use super::lexer::{Line, Token, TokenKind};
use super::pragma::Pragma;
use super::suggestion::closest;
use crate::author::abi::AbiDefinition;

/// A line that stands for bytes, or may.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    /// The tokens behind the first.
    pub(super) operands: Vec<Token>,
    /// The name of the command or directive.
    pub(super) name: Token,
    /// What it is; none for commands.
    pub(super) directive: Option<Directive>,
    /// The place behind the last token.
    pub(super) end: Span,
    /// Whether its variable operands take two bytes.
    pub(super) is_wide: bool,
    /// What a comment above says about what begins here.
    pub(super) pragma: Option<Pragma>,
    /// The first label that stands directly above it.
    pub(super) label: Option<String>,
}

/// A name of a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    /// The statement behind it; one past the last at the end of the text.
    pub(super) position: usize,
    pub(super) span: Span,
}

/// A text's statements and labels.
#[derive(Debug, Default)]
pub(super) struct Statements {
    pub(super) list: Vec<Statement>,
    pub(super) labels: HashMap<String, Label>,
}

impl Statements {
    /// Sorts lines into statements and labels.
    pub(super) fn new(
        lines: Vec<Line>,
        abi: &AbiDefinition,
        sources: &Sources,
        problems: &mut Problems,
    ) -> Self {
        let mut statements = Self::default();
        let mut pragma: Option<Pragma> = None;
        let mut label: Option<String> = None;
        let mut last_label = String::new();
        for mut line in lines {
            pragma = line.pragma.map(|new| new.over(pragma)).or(pragma);
            let has_at_sign = replace_at_signs(&mut line.tokens, &last_label);
            if let Some(name) = label_of(&line.tokens, abi) {
                if !has_at_sign {
                    last_label.clone_from(&name.text);
                }
                statements.add_label(name, sources, problems);
                label.get_or_insert_with(|| name.text.clone());
                continue;
            }
            let Line { mut tokens, end, is_wide, .. } = line;
            let name = tokens.remove(0);
            let directive = match Self::directive(&name, problems) {
                Ok(Some(Directive::Listing)) | Err(()) => continue,
                Ok(directive) => directive,
            };
            let (pragma, label) = (pragma.take(), label.take());
            statements.list.push(Statement {
                operands: tokens,
                name,
                directive,
                end,
                is_wide,
                pragma,
                label,
            });
        }
        statements
    }

    fn directive(name: &Token, problems: &mut Problems) -> Result<Option<Directive>, ()> {
        if name.kind != TokenKind::Word {
            let message = format!("expected a command, a label or a directive, found `{}`", name.text);
            problems.push(Problem::error("MUS-UNKNOWN", name.span, message));
            return Err(());
        }
        if !name.text.starts_with('#') {
            return Ok(None);
        }
        let directive = Directive::parse(&name.text);
        if directive.is_none() {
            let message = format!("unknown directive `{}`", name.text);
            let mut problem = Problem::error("MUS-DIRECTIVE", name.span, message);
            if let Some(known) = closest(&name.text, Directive::names()) {
                problem = problem.with_hint(format!("did you mean `{known}`?"));
            }
            problems.push(problem);
        }
        directive.map(Some).ok_or(())
    }

    fn add_label(&mut self, name: &Token, sources: &Sources, problems: &mut Problems) {
        if !is_label_name(&name.text) {
            let message = format!("`{}` is not a valid label", name.text);
            let problem = Problem::error("MUS-LABEL-NAME", name.span, message);
            problems.push(problem.with_hint("letters, digits, `_`, `.`, `@`"));
            return;
        }
        let label = Label { position: self.list.len(), span: name.span };
        if let Some(first) = self.labels.get(&name.text) {
            let message = format!("label `{}` is defined twice", name.text);
            let line = sources.place(first.span).line;
            let problem = Problem::error("MUS-DUPLICATE", name.span, message);
            problems.push(problem.with_hint(format!("first defined in line {line}")));
            return;
        }
        self.labels.insert(name.text.clone(), label);
    }
}

/// Puts the last label that was defined without `@` in its place; whether there was one.
fn replace_at_signs(tokens: &mut [Token], last_label: &str) -> bool {
    let mut has_at_sign = false;
    for token in tokens.iter_mut().filter(|token| token.kind == TokenKind::Word && token.text.contains('@')) {
        has_at_sign = true;
        token.text = token.text.replace('@', last_label);
    }
    has_at_sign
}

/// The label that a line defines: a word alone, with a colon or without, unless it is a command's name.
fn label_of<'a>(tokens: &'a [Token], abi: &AbiDefinition) -> Option<&'a Token> {
    match tokens {
        [name] if name.kind == TokenKind::Word => {
            (!name.text.starts_with('#') && !abi.is_name(&name.text)).then_some(name)
        }
        [name, colon] if name.kind == TokenKind::Word && colon.kind == TokenKind::Colon => {
            (!name.text.starts_with('#')).then_some(name)
        }
        _ => None,
    }
}

/// Whether it may be the name of a label: no ASCII punctuation but `_`, `.` and `@`.
pub(super) fn is_label_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|character| {
            !character.is_whitespace()
                && (!character.is_ascii_punctuation() || matches!(character, '_' | '.' | '@'))
        })
}

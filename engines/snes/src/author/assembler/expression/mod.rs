//! Expressions (`snes-authoring.md` section 1.2).
//!
//! A text is evaluated while it is read. What it names may be defined later: then the value is unknown for now, and the
//! same text is evaluated again at the end.

mod number;
mod operand;
mod operator;

use std::collections::HashMap;

use tatum_core::source::{Problem, Span};

pub(super) use self::number::Number;
pub(super) use self::operand::{closing, lone_tempo};
use self::operator::{Operator, apply};
use super::budget::Budget;
use super::defines::Defines;
use super::files::SourceFiles;
use super::labels::{Labels, Scope};
use super::text::{Character, Text, plain, span_behind, span_of};

/// Parentheses, signs and functions inside one another, at most.
const DEEPEST: usize = 48;

/// How numbers are reckoned with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Math {
    /// Whether products come before sums; else everything goes from left to right.
    pub(super) has_priorities: bool,
    /// Whether every step is cut to a whole number.
    pub(super) is_rounding: bool,
}

/// `function name(parameters) = body`.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) parameters: Vec<String>,
    pub(super) body: Text,
}

/// What an expression may refer to.
pub(super) struct Context<'a> {
    pub(super) labels: &'a Labels,
    pub(super) scope: &'a Scope,
    pub(super) functions: &'a HashMap<String, Function>,
    pub(super) defines: &'a Defines,
    pub(super) files: &'a mut dyn SourceFiles,
    /// The file that the expression stands in.
    pub(super) path: &'a str,
    pub(super) math: Math,
    pub(super) budget: &'a mut Budget,
}

/// Why an expression has no value.
#[derive(Clone, Debug)]
pub(super) enum NoValue {
    /// It names something that is not there, or not yet.
    Unknown(Problem),
    /// It is wrong.
    Faulty(Problem),
}

impl From<Problem> for NoValue {
    fn from(problem: Problem) -> Self {
        Self::Faulty(problem)
    }
}

impl NoValue {
    pub(super) fn into_problem(self) -> Problem {
        match self {
            Self::Unknown(problem) | Self::Faulty(problem) => problem,
        }
    }
}

/// The value of a text.
pub(super) fn evaluate(context: &mut Context<'_>, text: &[Character]) -> Result<Number, NoValue> {
    context.budget.reset_depth();
    let Some(span) = span_of(text) else {
        return Err(Problem::error("ASM-EMPTY", None, "a value is missing").into());
    };
    let mut unknown = None;
    let mut reader = Reader { context, text, at: 0, parameters: &[], span, unknown: &mut unknown };
    let value = reader.whole()?;
    unknown.map_or(Ok(value), |problem| Err(NoValue::Unknown(problem)))
}

/// Reads one text.
struct Reader<'a, 'c> {
    context: &'a mut Context<'c>,
    text: &'a [Character],
    at: usize,
    /// The arguments of the function whose body this is.
    parameters: &'a [(String, Number)],
    /// The whole text.
    span: Span,
    /// The first name that is not there.
    unknown: &'a mut Option<Problem>,
}

impl Reader<'_, '_> {
    /// The value of the text up to its end.
    fn whole(&mut self) -> Result<Number, Problem> {
        let value = self.operation(0)?;
        match self.peek() {
            None => Ok(value),
            Some(_) => Err(self.unexpected()),
        }
    }

    /// An operand, and the operators behind it that bind at least as strongly as `weakest`.
    fn operation(&mut self, weakest: u8) -> Result<Number, Problem> {
        let mut left = self.signed()?;
        while let Some((operator, length)) = self.operator() {
            let strength = if self.context.math.has_priorities { operator.strength() } else { 0 };
            if strength < weakest {
                break;
            }
            let span = self.text[self.at].span();
            self.at += length;
            let right = self.operation(strength + 1)?;
            left = match (apply(operator, left, right, self.context.math.is_rounding), &self.unknown) {
                (Ok(value), _) => value,
                // What is not known yet counts as 0, which may be what is wrong here.
                (Err(_), Some(_)) => Number::Whole(0),
                (Err(message), None) => return Err(Problem::error("ASM-VALUE", span, message)),
            };
            self.context.budget.step(Some(span))?;
        }
        Ok(left)
    }

    fn operator(&mut self) -> Option<(Operator, usize)> {
        self.peek()?;
        let second = self.text.get(self.at + 1).map(|character| character.value);
        Operator::at(self.text[self.at].value, second)
    }

    /// The next character that is no blank.
    fn peek(&mut self) -> Option<char> {
        while self.text.get(self.at).is_some_and(|character| character.value == ' ') {
            self.at += 1;
        }
        self.text.get(self.at).map(|character| character.value)
    }

    fn take(&mut self, wanted: char) -> bool {
        let is_there = self.peek() == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    /// The place of the next character, or behind the last one.
    fn here(&self) -> Span {
        let character = self.text.get(self.at).map(Character::span);
        character.or_else(|| span_behind(self.text)).unwrap_or(self.span)
    }

    fn enter(&mut self) -> Result<(), Problem> {
        let here = self.here();
        self.context.budget.step(Some(here))?;
        self.context.budget.nest(here, DEEPEST)
    }

    fn leave(&mut self) {
        self.context.budget.leave();
    }

    /// The problem with the next character.
    fn unexpected(&self) -> Problem {
        let here = self.here();
        let Some(character) = self.text.get(self.at) else {
            return Problem::error("ASM-MISSING", here, "a value is missing");
        };
        match character.value {
            ':' => {
                let whole = plain(self.text);
                let (before, after) = whole.split_at(whole.find(':').unwrap_or(0));
                let after = after.trim_start_matches(':').trim_start();
                Problem::error("ASM-COLON", here, "two statements need \" : \" between them")
                    .with_hint(format!("write \"{} : {after}\"", before.trim_end()))
            }
            '#' => {
                let problem = Problem::error("ASM-CHARACTER", here, "unexpected character #");
                let octave: String = self.text[self.at + 1..].iter().map(|next| next.value).collect();
                match self.at.checked_sub(1).map(|before| self.text[before].value) {
                    Some(letter @ 'A'..='G') => {
                        problem.with_hint(format!("sharps are written with s: {letter}s{octave}"))
                    }
                    _ => problem,
                }
            }
            '%' if self.text.get(self.at + 1).is_some_and(|next| next.value.is_ascii_alphabetic()) => {
                Problem::error("ASM-MACRO-VALUE", here, "a macro cannot stand among values")
                    .with_hint("is there a comma too much at the end of the line before?")
            }
            other => Problem::error("ASM-CHARACTER", here, format!("unexpected character {other}")),
        }
    }
}

//! `if`, `elseif`, `else`, `endif` (`snes-authoring.md` section 1.4).

use std::collections::VecDeque;

use tatum_core::source::{Problem, Span};

use super::lines::first_word;
use super::run::Assembler;
use super::text::{Character, Text, span_of};

/// An open `if`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition {
    span: Span,
    /// Whether what follows is assembled.
    is_met: bool,
    /// Whether one of the branches was assembled, or the whole stands in one that is not.
    is_done: bool,
    has_else: bool,
}

impl Assembler<'_> {
    /// Whether statements are assembled here.
    pub(super) fn is_active(&self) -> bool {
        self.conditions.iter().all(|condition| condition.is_met)
    }

    /// Does a statement about conditions, or leaves one out that stands in a branch not taken; false for others.
    pub(super) fn run_condition(&mut self, statement: &[Character]) -> Result<bool, Problem> {
        let (word, rest) = first_word(statement);
        let span = statement[0].span();
        match word.as_str() {
            "if" => {
                let is_active = self.is_active();
                let is_met = is_active && self.is_true(rest, span)?;
                self.conditions.push(Condition {
                    span,
                    is_met,
                    is_done: is_met || !is_active,
                    has_else: false,
                });
            }
            "elseif" | "else" => self.other_branch(&word, rest, span)?,
            "endif" => {
                self.open_condition(span, "endif")?;
                self.conditions.pop();
            }
            _ => return Ok(!self.is_active()),
        }
        Ok(true)
    }

    fn other_branch(&mut self, word: &str, rest: &[Character], span: Span) -> Result<(), Problem> {
        let mut condition = self.open_condition(span, word)?;
        if condition.has_else {
            return Err(Problem::error("ASM-IF", span, format!("{word} after else")));
        }
        let index = self.conditions.len() - 1;
        self.conditions[index].is_met = false;
        let is_met = !condition.is_done && (word == "else" || self.is_true(rest, span)?);
        condition.is_met = is_met;
        condition.is_done |= is_met;
        condition.has_else = word == "else";
        self.conditions[index] = condition;
        Ok(())
    }

    fn open_condition(&self, span: Span, word: &str) -> Result<Condition, Problem> {
        let first = self.inputs.last().map_or(0, |input| input.conditions());
        self.conditions
            .get(first..)
            .and_then(<[_]>::last)
            .copied()
            .ok_or_else(|| Problem::error("ASM-IF", span, format!("{word} without if")))
    }

    /// A line that begins with `if` and holds more statements is a whole: it has no `endif`.
    pub(super) fn without_one_line_condition(&mut self, mut statements: Vec<Text>) -> VecDeque<Text> {
        let begins_with_if = statements.first().is_some_and(|first| first_word(first).0 == "if");
        if statements.len() < 2 || !begins_with_if {
            return statements.into();
        }
        if !self.is_active() {
            return VecDeque::new();
        }
        let first = statements.remove(0);
        match self.is_true(first_word(&first).1, first[0].span()) {
            Ok(true) => statements.into(),
            Ok(false) => VecDeque::new(),
            Err(problem) => {
                self.problems.push(problem);
                VecDeque::new()
            }
        }
    }

    /// Says which conditions were not closed since the lines began.
    pub(super) fn close_conditions(&mut self, first: usize) {
        for condition in self.conditions.drain(first.min(self.conditions.len())..) {
            let problem = Problem::error("ASM-IF", condition.span, "if without endif");
            self.problems.push(problem.with_hint("close it with endif"));
        }
    }

    /// Whether comparisons, joined with `&&` and `||`, are true. They are read from left to right.
    fn is_true(&mut self, text: &[Character], span: Span) -> Result<bool, Problem> {
        let text = self.defines.expand(text, &mut self.budget)?;
        let mut result = true;
        let mut join = "&&".to_owned();
        let mut rest = text.as_slice();
        loop {
            let (comparison, next) = until_word(rest, &["&&", "||"]);
            let is_met = self.compare(comparison, span)?;
            result = if join == "&&" { result && is_met } else { result || is_met };
            match next {
                Some((word, behind)) => (join, rest) = (word, behind),
                None => return Ok(result),
            }
        }
    }

    fn compare(&mut self, text: &[Character], span: Span) -> Result<bool, Problem> {
        let (left, next) = until_word(text, &["==", "!=", "<", ">", "<=", ">="]);
        let missing = || Problem::error("ASM-IF", span, "a value is missing in the condition");
        if span_of(left).is_none() {
            return Err(missing());
        }
        let left = self.value_now(left, "a condition's value")?;
        let Some((comparison, right)) = next else { return Ok(left > 0) };
        if span_of(right).is_none() {
            return Err(missing());
        }
        let right = self.value_now(right, "a condition's value")?;
        Ok(match comparison.as_str() {
            "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            ">" => left > right,
            "<=" => left <= right,
            _ => left >= right,
        })
    }
}

/// The text up to one of some words that stand between blanks; that word, and the text behind it.
fn until_word<'a>(
    text: &'a [Character],
    words: &[&str],
) -> (&'a [Character], Option<(String, &'a [Character])>) {
    let mut start = 0;
    for piece in text.split(|character| character.value == ' ') {
        let word = super::text::plain(piece);
        let end = start + piece.len();
        if words.contains(&word.as_str()) {
            let before = super::text::trim(&text[..start]);
            return (before, Some((word, super::text::trim(&text[end..]))));
        }
        start = end + 1;
    }
    (super::text::trim(text), None)
}

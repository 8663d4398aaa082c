//! Defines: `!name = text` (`snes-authoring.md` section 1.4).

use std::collections::HashMap;

use tatum_core::source::{Problem, Span};

use super::budget::Budget;
use super::suggestions;
use super::text::{Character, Mark, Text, is_name, name_length, span_of, written_at};
use super::vocabulary::{self, Word};

/// Defines inside one another, at most.
const DEEPEST: usize = 64;

/// What a define stands for.
#[derive(Clone, Debug)]
struct Define {
    text: String,
    mark: Mark,
}

/// All defines.
#[derive(Clone, Debug)]
pub(super) struct Defines {
    entries: HashMap<String, Define>,
}

impl Defines {
    /// Those of the language.
    pub(super) fn built_in() -> Self {
        let entries = vocabulary::defines().map(|(name, text, word)| {
            let mark = match word {
                Word::Length => Mark::Length,
                Word::Command => Mark::Command,
                Word::Other => Mark::None,
            };
            (name, Define { text, mark })
        });
        Self { entries: entries.collect() }
    }

    pub(super) fn set(&mut self, name: &str, text: impl Into<String>) {
        self.entries.insert(name.to_owned(), Define { text: text.into(), mark: Mark::None });
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.entries.get(name).map(|define| define.text.as_str())
    }

    /// Replaces every define in a text by what it stands for.
    pub(super) fn expand(&self, text: &[Character], budget: &mut Budget) -> Result<Text, Problem> {
        let mut expansion = Expansion { defines: self, budget, open: Vec::new() };
        let mut expanded = Text::with_capacity(text.len());
        expansion.expand(text, &mut expanded)?;
        Ok(expanded)
    }
}

/// The expansion of one text.
struct Expansion<'a> {
    defines: &'a Defines,
    budget: &'a mut Budget,
    /// The defines being replaced.
    open: Vec<String>,
}

impl Expansion<'_> {
    fn expand(&mut self, text: &[Character], out: &mut Text) -> Result<(), Problem> {
        let mut at = 0;
        while at < text.len() {
            let character = text[at];
            let next = text.get(at + 1).map(|character| character.value);
            if character.value == '\\' && next == Some('!') {
                out.push(text[at + 1]);
                at += 2;
            } else if character.value == '!' && next.is_some_and(|next| is_name(next) || next == '{') {
                let (name, length) = self.name(&text[at..])?;
                let span = span_of(&text[at..at + length]).unwrap_or_else(|| character.span());
                self.replace(&name, span, &text[at + length..], out)?;
                at += length;
            } else {
                out.push(character);
                at += 1;
            }
            self.budget.expand(1, character.span())?;
        }
        Ok(())
    }

    /// The name of the define that begins here, and the characters that name it.
    fn name(&mut self, text: &[Character]) -> Result<(String, usize), Problem> {
        if text.get(1).is_some_and(|character| character.value != '{') {
            let length = name_length(&text[1..]);
            return Ok((text[1..=length].iter().map(|character| character.value).collect(), length + 1));
        }
        let mut depth = 0_usize;
        for (at, character) in text.iter().enumerate().skip(1) {
            match character.value {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let mut inner = Text::new();
                self.nest(|expansion| expansion.expand(&text[2..at], &mut inner), text[0].span())?;
                return Ok((super::text::plain(&inner), at + 1));
            }
        }
        Err(Problem::error("ASM-BRACE", text[1].span(), "{ is not closed").with_hint("write !{name}"))
    }

    fn replace(&mut self, name: &str, span: Span, rest: &[Character], out: &mut Text) -> Result<(), Problem> {
        let Some(define) = self.defines.entries.get(name) else {
            return Err(self.unknown(name, span, rest));
        };
        if self.open.iter().any(|open| open == name) {
            return Err(Problem::error("ASM-DEFINE-LOOP", span, format!("define !{name} contains itself")));
        }
        let text = written_at(span, &define.text, define.mark);
        self.open.push(name.to_owned());
        self.nest(|expansion| expansion.expand(&text, out), span)?;
        self.open.pop();
        Ok(())
    }

    fn nest(
        &mut self,
        expand: impl FnOnce(&mut Self) -> Result<(), Problem>,
        span: Span,
    ) -> Result<(), Problem> {
        self.budget.nest(span, DEEPEST)?;
        expand(self)?;
        self.budget.leave();
        Ok(())
    }

    fn unknown(&self, name: &str, span: Span, rest: &[Character]) -> Problem {
        let problem = Problem::error("ASM-DEFINE-UNKNOWN", span, format!("define !{name} is unknown"));
        let value: String = rest.iter().map(|character| character.value).collect();
        if let Some(value) = value.strip_prefix('=') {
            return problem.with_hint(format!("a definition needs blanks: !{name} = {value}"));
        }
        match name {
            "1" => problem.with_hint("a whole note is \"!4, note, !tie, !tie, !tie\""),
            "2" => problem.with_hint("a half note is \"!4, note, !tie\""),
            "64" => problem.with_hint("shorter notes have their ticks as length: 3 is a 64th triplet"),
            _ => match suggestions::nearest(name, self.defines.entries.keys()) {
                Some(nearest) => problem.with_hint(format!("did you mean !{nearest}?")),
                None => problem.with_hint(format!("define it before: !{name} = value")),
            },
        }
    }
}

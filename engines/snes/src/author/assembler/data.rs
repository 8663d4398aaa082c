//! `db`, `dw`, `dl`, `dd`: values and texts (`snes-authoring.md` section 1.1).

use tatum_core::source::{Problem, Span};

use super::checks::{Item, ItemKind};
use super::expression::{NoValue, lone_tempo};
use super::link::Fixup;
use super::run::Assembler;
use super::text::{Character, Mark, quoted_length, span_of, split_outside, trim};

impl Assembler<'_> {
    /// Writes values of `size` bytes each.
    pub(super) fn data(&mut self, size: usize, values: &[Character], statement: Span) -> Result<(), Problem> {
        if values.is_empty() {
            let problem = Problem::error("ASM-EMPTY", statement, "values are missing");
            return Err(problem.with_hint("write them behind it, with commas between them"));
        }
        let pieces = split_outside(values, ',');
        let last = pieces.len() - 1;
        let mut end = 0;
        for (index, piece) in pieces.into_iter().enumerate() {
            end += piece.len();
            // The comma behind the piece, or the one before it.
            let comma = values.get(end).or(values.last()).map_or(statement, Character::span);
            end += 1;
            let outcome = match span_of(trim(piece)) {
                None => Err(Problem::error("ASM-EMPTY", comma, "empty value in the list")
                    .with_hint("remove one comma")),
                Some(span) => self.value(size, trim(piece), span).map(|()| {
                    self.warn_of_blanks(piece, index == last);
                }),
            };
            if let Err(problem) = outcome {
                self.problems.push(problem);
            }
            if self.budget.is_exhausted() {
                break;
            }
        }
        Ok(())
    }

    /// Blanks inside a value, and before a comma: the authors' assembler takes them for the end of the statement.
    fn warn_of_blanks(&mut self, piece: &[Character], is_last: bool) {
        let value = trim(piece);
        let text = self.written(value);
        let mut at = 0;
        while at < value.len() {
            if let Some(length) = quoted_length(&value[at..]) {
                at += length;
            } else if value[at].value == ' ' {
                let message = "blanks inside a value; the original assembler rejects this line";
                let problem = Problem::warning("ASM-BLANK", value[at].span(), message);
                self.problems.push(problem.with_hint(format!("write {}", text.replace(' ', ""))));
                return;
            } else {
                at += 1;
            }
        }
        let start = piece.iter().position(|character| character.value != ' ').unwrap_or(0);
        if let (false, Some(blank)) = (is_last, piece.get(start + value.len())) {
            let message = "blank before a comma; the original assembler rejects this line";
            let problem = Problem::warning("ASM-BLANK", blank.span(), message);
            self.problems.push(problem.with_hint(format!("write the comma right behind {text}")));
        }
    }

    /// What a person wrote there.
    pub(super) fn written(&self, text: &[Character]) -> String {
        span_of(text).map_or_else(String::new, |span| self.sources.text(span).to_owned())
    }

    fn value(&mut self, size: usize, text: &[Character], span: Span) -> Result<(), Problem> {
        if quoted_length(text) == Some(text.len()) && text[0].value == '"' {
            for character in &text[1..text.len() - 1] {
                let code = i64::from(u32::from(character.value));
                self.number(size, code, span, ItemKind::Data)?;
            }
            return Ok(());
        }
        let kind = match size {
            1 => ItemKind::Byte {
                is_length: text.iter().any(|character| character.mark == Mark::Length),
                is_command: text.iter().any(|character| character.mark == Mark::Command),
                is_complement: text.iter().any(|character| character.value == '~'),
                tempo: lone_tempo(text),
            },
            _ => ItemKind::Data,
        };
        match self.evaluate(text) {
            Ok(value) => self.number(size, value, span, kind).map(|_| ()),
            Err(NoValue::Faulty(problem)) => Err(problem),
            Err(NoValue::Unknown(_)) => {
                // It may be defined further on.
                let offset = self.output.mapping.offset(self.output.address());
                let item = self.number(size, 0, span, kind)?;
                let Some(offset) = offset else { return Ok(()) };
                self.fixups.push(Fixup::Expression {
                    offset,
                    size,
                    text: text.to_vec(),
                    scope: self.scope.clone(),
                    math: self.math,
                    path: self.path(),
                    item,
                });
                Ok(())
            }
        }
    }

    /// Writes the lowest bytes of a number; gives its number among the items, if it is one.
    fn number(
        &mut self,
        size: usize,
        value: i64,
        span: Span,
        kind: ItemKind,
    ) -> Result<Option<usize>, Problem> {
        self.emit(&value.to_le_bytes()[..size], Some(span))?;
        Ok(self.note_item(Item { span, statement: self.statement, value, size, kind }))
    }
}

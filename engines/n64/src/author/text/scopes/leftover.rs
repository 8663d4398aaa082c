//! Statements that nothing leads to.

use tatum_core::source::Problem;

use super::{Scopes, kind_of_directive};
use crate::author::abi::Scope;
use crate::author::model::SectionKind;
use crate::author::text::directive::Directive;
use crate::author::text::parser::{Owner, Parsed};
use crate::author::text::pragma::Pragma;

impl Scopes<'_> {
    /// Makes a section of the first statement that nothing leads to; whether there was one.
    pub(super) fn take_leftover(&mut self) -> bool {
        let free = self.claims.iter().skip(self.first_free).position(Option::is_none);
        let Some(free) = free else { return false };
        let start = self.first_free + free;
        self.first_free = start;
        let before = start.checked_sub(1).and_then(|before| self.section_of(before));
        let said = self.pragma_kind(start);
        if said.is_none()
            && let Some(section) = before
            && self.sections[section].has_jumped
            && self.statement(start).directive.is_none()
            && let SectionKind::Script(scope) = self.sections[section].kind
            && self.parses_as(start, scope)
        {
            // Nobody minds what unused commands run into.
            let was_bug = std::mem::replace(&mut self.sections[section].is_bug, true);
            self.sections[section].has_jumped = false;
            self.read_script(section, scope, start);
            self.sections[section].is_bug = was_bug;
            return true;
        }
        let before = before.map(|section| self.sections[section].kind);
        let kind = said.unwrap_or_else(|| self.guess(start, before));
        let section = self.add_section(start, kind, Owner::default());
        if said.is_none() && !self.is_obvious(start, kind) {
            self.warn_guess(start, kind);
        }
        debug_assert!(self.sections[section].start == start);
        true
    }

    /// The kind of section that the statements from one on make most likely.
    fn guess(&self, start: usize, before: Option<SectionKind>) -> SectionKind {
        let statement = self.statement(start);
        match statement.directive.and_then(kind_of_directive) {
            // A point of an envelope has two numbers.
            Some(SectionKind::Envelope) if statement.operands.len() != 3 => return SectionKind::Table,
            Some(kind) => return kind,
            None => {}
        }
        let fits = |scope: &Scope| self.parses_as(start, *scope);
        if let Some(SectionKind::Script(scope)) = before
            && fits(&scope)
        {
            return SectionKind::Script(scope);
        }
        SectionKind::Script(Scope::ALL.into_iter().find(fits).unwrap_or(Scope::Sequence))
    }

    /// Whether the statements from one on can be read as a script, up to its end.
    fn parses_as(&self, start: usize, scope: Scope) -> bool {
        for position in start..self.claims.len() {
            let statement = self.statement(position);
            if self.claims[position].is_some() || (position != start && self.expected.contains_key(&position))
            {
                return true;
            }
            match self.parser.parse(statement, SectionKind::Script(scope), &Owner::default()) {
                Ok(Parsed::Command(command)) if self.parser.abi.command(command.id).action.ends_section() => {
                    return true;
                }
                Ok(_) => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// Whether a section needs no explanation: padding, or data that something points to.
    fn is_obvious(&self, start: usize, kind: SectionKind) -> bool {
        kind == SectionKind::Alignment
            || (self.untyped.contains(&start) && !matches!(kind, SectionKind::Script(_)))
            || self.statement(start).directive == Some(Directive::Bug)
    }

    fn warn_guess(&mut self, start: usize, kind: SectionKind) {
        let statement = self.statement(start);
        let label =
            statement.label.as_ref().and_then(|name| self.parser.statements.labels.get_key_value(name));
        let (what, span) = match label {
            Some((name, label)) => (format!("`{name}`"), label.span),
            None => ("this".to_owned(), statement.name.span),
        };
        let message = format!("nothing refers to {what}; kept as a {}", kind.name());
        let hint = format!("add `{}` to silence this", Pragma::comment(kind, None));
        self.doubts.push(Problem::warning("MUS-GUESSED-SCOPE", span, message).with_hint(hint));
    }
}

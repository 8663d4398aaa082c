//! What commands point to.

use tatum_core::source::Problem;

use super::{Expectation, Scopes};
use crate::author::abi::{Action, Meaning, NoteState, Scope};
use crate::author::dyntable_use::EntryKind;
use crate::author::model::SectionKind;
use crate::author::text::parser::{Owner, ParsedCommand, ParsedPlace, ParsedValue};

impl Scopes<'_> {
    /// Makes a section of what a command points to.
    pub(super) fn follow(
        &mut self,
        section: usize,
        scope: Scope,
        position: usize,
        command: &ParsedCommand,
        notes: NoteState,
    ) {
        let Some(place) = command.place() else { return };
        let definition = self.parser.abi.command(command.id);
        let action = definition.action;
        match action {
            Action::SetDyntable => self.dyntable_setters.entry(place.position).or_default().push(position),
            Action::Call => self.calls.push((position, place.position)),
            _ => {}
        }
        let kind = match (action.target_scope(scope), action) {
            (Some(scope), _) => SectionKind::Script(scope),
            (None, Action::SetDyntable | Action::SequenceCallTable) => SectionKind::Dyntable,
            (None, Action::PointerToEnvelope) => SectionKind::Envelope,
            (None, Action::PointerToMessage) => SectionKind::Message,
            (None, Action::PointerToTable) => SectionKind::Table,
            _ => {
                self.untyped.insert(place.position);
                return;
            }
        };
        let reason = self.statement(position).name.text.clone();
        let Some(new) = self.expect(place, kind, reason) else { return };
        let root = self.merging.root(section);
        let operand = |wanted: Action, meaning| {
            let parameter = definition.parameter_for(meaning).unwrap_or(0);
            match command.values.get(parameter) {
                Some(ParsedValue::Number(number)) if action == wanted => u8::try_from(*number).ok(),
                _ => None,
            }
        };
        let channel = operand(Action::PointerToChannel, Meaning::Channel).or(self.sections[root].channel);
        let layer = operand(Action::PointerToLayer, Meaning::NoteLayer).or(self.sections[root].layer);
        let called_from =
            (action == Action::Call).then_some(position - self.sections[root].start.min(position));
        let has_pragma = self.statement_notes(place.position).is_some();
        let new = &mut self.sections[new];
        (new.channel, new.layer, new.called_from) = (channel, layer, called_from);
        if !has_pragma {
            (new.notes, new.last_notes) = (notes, notes);
        }
        if action == Action::SequenceCallTable {
            new.entries.get_or_insert(EntryKind::scripts(Scope::Sequence));
        }
    }

    fn statement_notes(&self, position: usize) -> Option<NoteState> {
        self.parser.statements.list.get(position)?.pragma?.notes
    }

    /// Something says what is at a place; the new section if there was none.
    pub(super) fn expect(&mut self, place: ParsedPlace, kind: SectionKind, reason: String) -> Option<usize> {
        let ParsedPlace { position, span, is_plain, .. } = place;
        if !is_plain {
            self.untyped.insert(position);
            return None;
        }
        if position == self.claims.len() {
            let message = "nothing follows this label";
            self.doubts.push(Problem::warning("MUS-NO-END", span, message));
            return None;
        }
        let said = self.pragma_kind(position);
        if let Some(said) = said.filter(|&said| said != kind) {
            let message =
                format!("this is used as a {}, but a comment says that it is a {}", kind.name(), said.name());
            self.doubts.push(Problem::warning("MUS-MIXED-SCOPE", span, message));
            return None;
        }
        if let Some(first) = self.expected.get(&position) {
            if first.kind != kind {
                self.conflict(place, kind, *first);
            }
            return None;
        }
        let owner = Owner { label: None, reason: Some((reason, span)) };
        let section = self.add_section(position, kind, owner);
        self.expected.insert(position, Expectation { kind, span });
        Some(section)
    }

    fn conflict(&mut self, place: ParsedPlace, kind: SectionKind, first: Expectation) {
        let label = self.parser.sources.text(place.span);
        let line = self.parser.sources.place(first.span).line;
        let (here, there) = (kind.name(), first.kind.name());
        let message = format!("`{label}` is used as a {here} here and as a {there} in line {line}");
        self.problems.push(Problem::error("MUS-SCOPE", place.span, message));
    }
}

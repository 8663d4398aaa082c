//! Dyntables, envelopes, messages and tables.

use tatum_core::source::Problem;

use super::{Claim, Scopes, kind_of_directive};
use crate::author::abi::Action;
use crate::author::dyntable_use::{EntryKind, Leaf, ScriptGraph, find_uses};
use crate::author::model::SectionKind;
use crate::author::text::parser::{Parsed, ParsedData, ParsedPlace, ParsedValue};

impl Scopes<'_> {
    /// Reads the entries of a dyntable. Its own entries may say that something else begins behind it.
    pub(super) fn read_dyntable(&mut self, section: usize, start: usize) {
        let entries = self.sections[section].entries.or_else(|| self.find_use(start));
        self.sections[section].entries = entries;
        for position in start..self.claims.len() {
            if position != start && !self.goes_on(position, SectionKind::Dyntable) {
                return;
            }
            self.read_directive(section, SectionKind::Dyntable, position);
            if let Some(entries) = entries {
                self.follow_entries(position, entries);
            }
        }
    }

    /// Makes sections of what the entries of a line lead to.
    fn follow_entries(&mut self, position: usize, entries: EntryKind) {
        let kind = match (entries.inner(), entries.leaf) {
            (Some(_), _) => SectionKind::Dyntable,
            (None, Leaf::Script(scope)) => SectionKind::Script(scope),
            (None, Leaf::Data) => SectionKind::Table,
        };
        for place in self.entries_of(position) {
            if kind == SectionKind::Table {
                self.untyped.insert(place.position);
                continue;
            }
            if let Some(new) = self.expect(place, kind, "dyntable".into())
                && let Some(inner) = entries.inner()
            {
                self.sections[new].entries.get_or_insert(inner);
            }
        }
    }

    /// The places that the entries of a line name.
    fn entries_of(&self, position: usize) -> Vec<ParsedPlace> {
        let parsed = self.claims[position].as_ref().and_then(|claim| claim.parsed.as_ref());
        let Some(Parsed::Data(data)) = parsed else { return Vec::new() };
        data.iter()
            .filter_map(|data| match data {
                ParsedData::Entry(ParsedValue::Place(place)) => Some(*place),
                _ => None,
            })
            .collect()
    }

    fn find_use(&mut self, table: usize) -> Option<EntryKind> {
        let mut budget = self.search_budget;
        let setters = self.dyntable_setters.get(&table).map_or(&[][..], Vec::as_slice);
        let uses: Vec<_> = setters.iter().flat_map(|&setter| find_uses(self, setter, &mut budget)).collect();
        self.search_budget = budget;
        let first = *uses.iter().min_by_key(|found| found.node)?;
        if let Some(other) = uses.iter().find(|found| found.entries != first.entries) {
            let span = self.statement(other.node).name.span;
            let message = "a dyntable is used here in another way than before; the first counts";
            self.doubts.push(Problem::warning("MUS-MIXED-SCOPE", span, message));
        }
        Some(first.entries)
    }

    /// Reads directives of one kind, up to something else.
    pub(super) fn read_data(&mut self, section: usize, kind: SectionKind, start: usize) {
        self.read_directive(section, kind, start);
        if matches!(kind, SectionKind::Message | SectionKind::Alignment) {
            return;
        }
        for position in start + 1..self.claims.len() {
            if !self.goes_on(position, kind) {
                return;
            }
            self.read_directive(section, kind, position);
        }
    }

    /// Whether a section of data goes on with a statement.
    fn goes_on(&self, position: usize, kind: SectionKind) -> bool {
        self.claims[position].is_none()
            && self.statement(position).directive.and_then(kind_of_directive) == Some(kind)
            && self.pragma_kind(position).is_none()
            && !self.expected.contains_key(&position)
    }

    fn read_directive(&mut self, section: usize, kind: SectionKind, position: usize) {
        let parsed = self.parser.parse(self.statement(position), kind, &self.sections[section].owner);
        let parsed = parsed.map_err(|problem| self.problems.push(problem)).ok();
        self.claims[position] = Some(Claim { section, parsed });
    }
}

impl ScriptGraph for Scopes<'_> {
    fn action(&self, node: usize) -> Option<Action> {
        match self.claims[node].as_ref()?.parsed.as_ref()? {
            Parsed::Command(command) => Some(self.parser.abi.command(command.id).action),
            Parsed::Data(_) => None,
        }
    }

    fn next(&self, node: usize) -> Option<usize> {
        let (this, next) = (self.section_of(node)?, self.section_of(node + 1)?);
        (self.sections[this].kind == self.sections[next].kind).then_some(node + 1)
    }

    fn target(&self, node: usize) -> Option<usize> {
        match self.claims[node].as_ref()?.parsed.as_ref()? {
            Parsed::Command(command) => {
                command.place().map(|place| place.position).filter(|&position| position < self.claims.len())
            }
            Parsed::Data(_) => None,
        }
    }

    fn callers(&self, end: usize, budget: &mut usize) -> Vec<usize> {
        *budget = budget.saturating_sub(self.calls.len());
        let section = self.section_of(end);
        let leads_here = |target| self.section_of(target) == section;
        self.calls.iter().filter(|&&(_, target)| leads_here(target)).map(|&(call, _)| call).collect()
    }
}

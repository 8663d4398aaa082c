//! Dyntables: tables of pointers.

use super::state::{Kind, RawContent, State};
use crate::author::abi::{Action, NoteState};
use crate::author::command_bytes::pointer_target;
use crate::author::dyntable_use::{EntryKind, Leaf, ScriptGraph, find_uses};

/// Bytes of an entry.
const ENTRY: usize = 2;

impl State<'_> {
    /// Reads entries until one cannot be one.
    pub(super) fn read_dyntable(&mut self, section: usize, start: usize, entries: Option<EntryKind>) {
        let known = entries.map(|entries| (entries, self.sections[section].notes));
        let Some((entries, notes)) = known.or_else(|| self.find_use(start)) else {
            self.warn("COM-DYNTABLE", start, "no command uses this dyntable; it is kept as a table");
            self.wait_as(section, Kind::Table(None));
            return;
        };
        self.sections[section].kind = Kind::Dyntable(Some(entries));
        let target_kind = Kind::of_entry(entries);
        let mut address = start;
        loop {
            // Inner tables of one table are often one behind the other: they are kept together.
            let inner = self.waiting_at(Kind::Dyntable(Some(entries)), address);
            let inner = inner.filter(|&inner| self.sections[inner].kind == Kind::Dyntable(Some(entries)));
            let is_start = address == start || inner.is_some();
            let Some(target) = self.entry_at(address, is_start, target_kind) else { return };
            if let Some(inner) = inner {
                self.dissolve(inner, section);
            }
            self.add_item(section, address, ENTRY, RawContent::Entry);
            if self.owner(target).is_none() && self.waiting_at(target_kind, target).is_none() {
                let new = self.add_section(target, target_kind);
                let new = &mut self.sections[new];
                (new.channel, new.layer, new.notes) = (Some(0), Some(0), notes);
            }
            address += ENTRY;
        }
    }

    /// Where the entry at an address leads, if it can be an entry.
    fn entry_at(&self, address: usize, is_start: bool, target_kind: Kind) -> Option<usize> {
        let end = address + ENTRY;
        let own_start = address + usize::from(is_start);
        if self.free_until(address, end) < end || self.next_waiting(own_start, end) < end {
            return None;
        }
        let target = usize::from(u16::from_be_bytes([self.bytes[address], self.bytes[address + 1]]));
        if target >= self.bytes.len() || (address..end).contains(&target) {
            return None;
        }
        let Some(owner) = self.owner(target) else { return Some(target) };
        let fits = match (target_kind, self.kind_of(owner)) {
            (Kind::Script(scope), Kind::Script(other)) => scope == other,
            (Kind::Dyntable(_), Kind::Dyntable(_)) | (Kind::Table(_), _) => true,
            _ => false,
        };
        (fits && self.items[owner].address == target).then_some(target)
    }

    /// The first use, in the order of addresses, of a dyntable by the scripts that set it, and the state of notes
    /// there.
    fn find_use(&mut self, table: usize) -> Option<(EntryKind, NoteState)> {
        let mut budget = self.search_budget;
        let setters = self.dyntable_setters.get(&table).map_or(&[][..], Vec::as_slice);
        let uses: Vec<_> = setters.iter().flat_map(|&setter| find_uses(self, setter, &mut budget)).collect();
        self.search_budget = budget;
        let first = *uses.iter().min_by_key(|found| self.items[found.node].address)?;
        if uses.iter().any(|found| found.entries != first.entries) {
            self.warn("COM-DYNTABLE", table, "this dyntable is used in different ways; the first counts");
        }
        Some((first.entries, self.items[first.node].notes))
    }
}

impl Kind {
    /// What the entries of a dyntable lead to.
    pub(super) const fn of_entry(entries: EntryKind) -> Self {
        match (entries.inner(), entries.leaf) {
            (Some(inner), _) => Self::Dyntable(Some(inner)),
            (None, Leaf::Script(scope)) => Self::Script(scope),
            (None, Leaf::Data) => Self::Table(None),
        }
    }
}

impl ScriptGraph for State<'_> {
    fn action(&self, node: usize) -> Option<Action> {
        Some(self.definition_of(node)?.0.action)
    }

    fn next(&self, node: usize) -> Option<usize> {
        let next = self.owner(self.items[node].address + self.items[node].length)?;
        (self.kind_of(node) == self.kind_of(next)).then_some(next)
    }

    fn target(&self, node: usize) -> Option<usize> {
        let (definition, command) = self.definition_of(node)?;
        let target = pointer_target(definition, command, self.items[node].address)?;
        self.owner(usize::try_from(target).ok()?)
    }

    fn callers(&self, end: usize, budget: &mut usize) -> Vec<usize> {
        *budget = budget.saturating_sub(self.calls.len());
        let section = self.section_of(end);
        let leads_here = |target| self.owner(target).is_some_and(|item| self.section_of(item) == section);
        self.calls.iter().filter(|&&(_, target)| leads_here(target)).map(|&(call, _)| call).collect()
    }
}

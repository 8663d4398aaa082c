//! Dyntables: tables of pointers. What they point to is known from how scripts use them.

use std::collections::HashSet;

use super::state::{EntryKind, Kind, Leaf, RawContent, State};
use crate::author::abi::{Action, NoteState, Scope};
use crate::author::command_bytes::pointer_target;

/// A table of sequence scripts.
pub(super) const SEQUENCE_SCRIPTS: EntryKind = EntryKind { levels: 0, leaf: Leaf::Script(Scope::Sequence) };
/// Tables of tables are followed so deep.
const MOST_LEVELS: u8 = 8;
/// Bytes of an entry.
const ENTRY: usize = 2;

/// How a dyntable is used.
#[derive(Clone, Copy, Debug)]
struct Use {
    address: usize,
    entries: EntryKind,
    notes: NoteState,
}

impl State<'_> {
    /// Reads entries until one cannot be one.
    pub(super) fn read_dyntable(&mut self, section: usize, start: usize, entries: Option<EntryKind>) {
        let (entries, notes) = match entries {
            Some(entries) => (entries, self.sections[section].notes),
            None => match self.find_use(start) {
                Some(found) => (found.entries, found.notes),
                None => {
                    self.warn("COM-DYNTABLE", start, "no command uses this dyntable; it is kept as a table");
                    self.wait_as(section, Kind::Table(None));
                    return;
                }
            },
        };
        self.sections[section].kind = Kind::Dyntable(Some(entries));
        let mut address = start;
        while let Some(target) = self.entry_at(section, address, entries) {
            self.add_item(section, address, ENTRY, RawContent::Entry);
            let kind = entries.target();
            if self.owner(target).is_none() && self.waiting_at(kind, target).is_none() {
                let new = self.add_section(target, kind);
                let new = &mut self.sections[new];
                (new.channel, new.layer, new.notes) = (Some(0), Some(0), notes);
            }
            address += ENTRY;
        }
    }

    /// Where the entry at an address leads, if it can be an entry.
    fn entry_at(&self, section: usize, address: usize, entries: EntryKind) -> Option<usize> {
        let end = address + ENTRY;
        let is_first = address == self.sections[section].start;
        let own_start = if is_first { address + 1 } else { address };
        if self.free_until(address, end) < end || self.next_waiting(own_start, end) < end {
            return None;
        }
        let target = usize::from(u16::from_be_bytes([self.bytes[address], self.bytes[address + 1]]));
        let is_own = (address..end).contains(&target);
        if target >= self.bytes.len() || is_own {
            return None;
        }
        let Some(owner) = self.owner(target) else { return Some(target) };
        let item = &self.items[owner];
        let mut number = item.section;
        while let Some(next) = self.sections[number].merged_into {
            number = next;
        }
        let fits = match (entries.target(), self.sections[number].kind) {
            (Kind::Script(scope), Kind::Script(other)) => scope == other,
            (Kind::Dyntable(_), Kind::Dyntable(_)) | (Kind::Table(_), _) => true,
            _ => false,
        };
        (fits && item.address == target).then_some(target)
    }

    /// The first use, in the order of addresses, of a dyntable by the scripts that set it.
    fn find_use(&mut self, table: usize) -> Option<Use> {
        let setters = self.dyntable_users.get(&table).cloned().unwrap_or_default();
        let mut uses = Vec::new();
        for setter in setters {
            self.find_uses_from(setter, &mut uses);
        }
        let first = *uses.iter().min_by_key(|found| found.address)?;
        if uses.iter().any(|found| found.entries != first.entries) {
            self.warn("COM-DYNTABLE", table, "this dyntable is used in different ways; the first counts");
        }
        Some(first)
    }

    /// Follows scripts from a command that sets a dyntable, on all ways, to the next command that uses it.
    fn find_uses_from(&mut self, setter: usize, uses: &mut Vec<Use>) {
        let mut visited = HashSet::new();
        let mut ways: Vec<Way> = self.next_item(setter).map(Way::start).into_iter().collect();
        while let Some(way) = ways.pop() {
            if self.search_budget == 0 || !visited.insert((way.item, way.levels, way.depth != 0)) {
                continue;
            }
            self.search_budget -= 1;
            let Some((definition, command)) = self.definition_of(way.item) else {
                ways.extend(self.next_item(way.item).map(|item| Way { item, ..way }));
                continue;
            };
            let item = &self.items[way.item];
            let target = pointer_target(definition, command, item.address)
                .and_then(|target| self.owner(usize::try_from(target).ok()?));
            let leaf = match definition.action {
                Action::ChannelFromDyntable => Some(Leaf::Script(Scope::Channel)),
                Action::LayerFromDyntable => Some(Leaf::Script(Scope::Layer)),
                Action::DataFromDyntable => Some(Leaf::Data),
                _ => None,
            };
            if let Some(leaf) = leaf {
                let entries = EntryKind { levels: way.levels, leaf };
                uses.push(Use { address: item.address, entries, notes: item.notes });
                continue;
            }
            let next = self.next_item(way.item);
            match definition.action {
                Action::SetDyntable | Action::DyntableFromData => {}
                Action::DyntableFromDyntable if way.levels == MOST_LEVELS => {}
                Action::DyntableFromDyntable => {
                    ways.extend(next.map(|item| Way { item, levels: way.levels + 1, ..way }));
                }
                Action::Jump => ways.extend(target.map(|item| Way { item, ..way })),
                Action::Call => {
                    ways.extend(next.map(|item| Way { item, ..way }));
                    ways.extend(target.map(|item| Way { item, depth: 1, ..way }));
                }
                Action::End if way.depth == 0 => self.return_to_callers(way, &mut ways),
                Action::End => {}
                Action::Branch => {
                    ways.extend(next.map(|item| Way { item, ..way }));
                    ways.extend(target.map(|item| Way { item, ..way }));
                }
                _ => ways.extend(next.map(|item| Way { item, ..way })),
            }
        }
    }

    /// A script that ends goes on behind the calls that lead to it.
    fn return_to_callers(&mut self, way: Way, ways: &mut Vec<Way>) {
        let section = self.root(self.items[way.item].section);
        for index in 0..self.calls.len() {
            self.search_budget = self.search_budget.saturating_sub(1);
            let (caller, target) = self.calls[index];
            let Some(owner) = self.owner(target) else { continue };
            if self.root(self.items[owner].section) == section {
                ways.extend(self.next_item(caller).map(|item| Way { item, ..way }));
            }
        }
    }

    /// The item of the same script behind an item.
    fn next_item(&mut self, item: usize) -> Option<usize> {
        let (end, section) = (self.items[item].address + self.items[item].length, self.items[item].section);
        let next = self.owner(end)?;
        let (section, other) = (self.root(section), self.root(self.items[next].section));
        (self.sections[section].kind == self.sections[other].kind).then_some(next)
    }
}

/// A place that the search has to look at.
#[derive(Clone, Copy, Debug)]
struct Way {
    item: usize,
    /// Tables of tables that were passed.
    levels: u8,
    /// 1 within what was called on the way.
    depth: u8,
}

impl Way {
    const fn start(item: usize) -> Self {
        Self { item, levels: 0, depth: 0 }
    }
}

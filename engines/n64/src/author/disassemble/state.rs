//! Who has which byte.

use std::collections::{BTreeMap, HashMap, VecDeque};

use tatum_core::source::{Problem, Problems};

use crate::author::abi::{AbiDefinition, CommandDefinition, NoteState, Scope};
use crate::author::command_bytes::RawCommand;
use crate::author::dyntable_use::{EntryKind, SEARCH_BUDGET};
use crate::author::merging::Merging;

/// What a section is expected to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Script(Scope),
    /// Pointers to what is said here; nothing if the uses have yet to be looked for.
    Dyntable(Option<EntryKind>),
    Envelope,
    Message,
    /// Bytes: so many, or up to whatever comes next.
    Table(Option<usize>),
    Alignment,
}

/// How the reading of a script ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With a command that returns or ends.
    Returned,
    /// With a jump.
    Jumped,
    /// Somewhere else.
    Cut,
}

/// A section in the making.
#[derive(Clone, Debug)]
pub(super) struct RawSection {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) channel: Option<u8>,
    pub(super) layer: Option<u8>,
    /// The state of notes at its start.
    pub(super) notes: NoteState,
    /// The state of notes at its end.
    pub(super) last_notes: NoteState,
    pub(super) called_from: Option<usize>,
    pub(super) is_read: bool,
    pub(super) end: End,
    pub(super) item_count: usize,
    pub(super) last_item: Option<usize>,
}

impl RawSection {
    const fn key(&self) -> (usize, Kind) {
        (self.start, self.kind.without_details())
    }
}

/// An item in the making.
#[derive(Clone, Debug)]
pub(super) struct RawItem {
    pub(super) address: usize,
    pub(super) length: usize,
    pub(super) section: usize,
    /// The state of notes there.
    pub(super) notes: NoteState,
    pub(super) content: RawContent,
}

/// What an item holds.
#[derive(Clone, Debug)]
pub(super) enum RawContent {
    Command(RawCommand),
    Bytes,
    Entry,
    Point,
    Message,
    Zeros,
    Align(usize),
}

/// The state of a disassembly.
pub(super) struct State<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) abi: &'a AbiDefinition,
    /// For every byte: the item that has it, from 1; 0 if none has.
    owners: Vec<u32>,
    pub(super) items: Vec<RawItem>,
    pub(super) sections: Vec<RawSection>,
    merging: Merging,
    /// Sections that have not been read, by their start and what they hold.
    waiting: BTreeMap<(usize, Kind), usize>,
    /// The same in the order of the passes.
    queues: [VecDeque<usize>; PASSES],
    /// Commands that set dyntables, by the address of the table.
    pub(super) dyntable_setters: HashMap<usize, Vec<usize>>,
    /// Calls, with where they lead.
    pub(super) calls: Vec<(usize, usize)>,
    /// From here to the end of the file there are only zeros.
    pub(super) zeros_from: usize,
    /// The first byte that may not have been taken.
    pub(super) first_free: usize,
    /// Commands that may still be looked at in search of dyntables' uses.
    pub(super) search_budget: usize,
    pub(super) problems: Problems,
}

/// Sequence and channel scripts; layers, envelopes, messages; dyntables; tables.
const PASSES: usize = 4;

impl Kind {
    /// The first in the order of kinds.
    const FIRST: Self = Self::Script(Scope::Sequence);

    const fn pass(self) -> usize {
        match self {
            Self::Script(Scope::Sequence | Scope::Channel) => 0,
            Self::Script(Scope::Layer) | Self::Envelope | Self::Message => 1,
            Self::Dyntable(_) => 2,
            Self::Table(_) | Self::Alignment => 3,
        }
    }

    /// The same without what may differ between two references to one place.
    const fn without_details(self) -> Self {
        match self {
            Self::Dyntable(_) => Self::Dyntable(None),
            Self::Table(_) => Self::Table(None),
            other => other,
        }
    }

    /// Whether the two are of one kind, whatever their details.
    pub(super) fn is_like(self, other: Self) -> bool {
        self.without_details() == other.without_details()
    }

    /// What messages call it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Script(Scope::Sequence) => "sequence script",
            Self::Script(Scope::Channel) => "channel script",
            Self::Script(Scope::Layer) => "layer script",
            Self::Dyntable(_) => "dyntable",
            Self::Envelope => "envelope",
            Self::Message => "message",
            Self::Table(_) => "table",
            Self::Alignment => "padding",
        }
    }
}

impl<'a> State<'a> {
    pub(super) fn new(bytes: &'a [u8], abi: &'a AbiDefinition) -> Self {
        Self {
            bytes,
            abi,
            owners: vec![0; bytes.len()],
            items: Vec::new(),
            sections: Vec::new(),
            merging: Merging::default(),
            waiting: BTreeMap::new(),
            queues: Default::default(),
            dyntable_setters: HashMap::new(),
            calls: Vec::new(),
            zeros_from: bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1),
            first_free: 0,
            search_budget: SEARCH_BUDGET,
            problems: Problems::default(),
        }
    }

    pub(super) fn warn(&mut self, code: &'static str, address: usize, message: &str) {
        self.problems.push(Problem::warning(code, None, format!("{address:#06x}: {message}")));
    }

    /// Adds a section that will be read in its pass.
    pub(super) fn add_section(&mut self, start: usize, kind: Kind) -> usize {
        let number = self.merging.add();
        self.sections.push(RawSection {
            kind,
            start,
            channel: None,
            layer: None,
            notes: self.abi.initial_notes(),
            last_notes: self.abi.initial_notes(),
            called_from: None,
            is_read: false,
            end: End::Cut,
            item_count: 0,
            last_item: None,
        });
        self.wait(number);
        number
    }

    /// Makes a section wait for its pass.
    fn wait(&mut self, number: usize) {
        let section = &self.sections[number];
        self.waiting.insert(section.key(), number);
        self.queues[section.kind.pass()].push_back(number);
    }

    /// A section is something else than was thought, and waits for another pass.
    pub(super) fn wait_as(&mut self, number: usize, kind: Kind) {
        if self.waiting_at(kind, self.sections[number].start).is_none() {
            self.sections[number].kind = kind;
            self.wait(number);
        }
    }

    /// The section of a kind that waits at an address.
    pub(super) fn waiting_at(&self, kind: Kind, start: usize) -> Option<usize> {
        self.waiting.get(&(start, kind.without_details())).copied()
    }

    /// Takes the section that comes next, in the order of the passes.
    pub(super) fn take_waiting(&mut self) -> Option<usize> {
        loop {
            let queue = self.queues.iter_mut().find(|queue| !queue.is_empty())?;
            let number = queue.pop_front()?;
            if self.stop_waiting(number) {
                return Some(number);
            }
        }
    }

    /// Takes a section out of those that wait; whether it was there.
    fn stop_waiting(&mut self, number: usize) -> bool {
        let key = self.sections[number].key();
        let was_waiting = self.waiting.get(&key) == Some(&number);
        if was_waiting {
            self.waiting.remove(&key);
        }
        was_waiting
    }

    /// A section need not be read any more.
    pub(super) fn forget_waiting(&mut self, number: usize) {
        self.stop_waiting(number);
    }

    /// The first address from `from` up to `to` at which a section waits; `to` if none does.
    pub(super) fn next_waiting(&self, from: usize, to: usize) -> usize {
        let first = self.waiting.range((from, Kind::FIRST)..).next();
        first.map_or(to, |(&(start, _), _)| start.min(to))
    }

    /// Dissolves a section that waits: its place has become part of another.
    pub(super) fn dissolve(&mut self, number: usize, into: usize) {
        self.stop_waiting(number);
        self.merging.merge(number, into);
    }

    /// A section that has been read becomes part of the one before it.
    pub(super) fn merge(&mut self, number: usize, into: usize) {
        let (count, last) = (self.sections[number].item_count, self.sections[number].last_item);
        let section = &mut self.sections[into];
        section.item_count += count;
        section.last_item = last.or(section.last_item);
        self.merging.merge(number, into);
    }

    /// The section of an item.
    pub(super) fn section_of(&self, item: usize) -> usize {
        self.merging.root(self.items[item].section)
    }

    /// What the section of an item holds.
    pub(super) fn kind_of(&self, item: usize) -> Kind {
        self.sections[self.section_of(item)].kind
    }

    /// The item that has a byte.
    pub(super) fn owner(&self, address: usize) -> Option<usize> {
        match self.owners.get(address) {
            None | Some(0) => None,
            Some(&owner) => Some(owner as usize - 1),
        }
    }

    /// The first address from `from` up to `to` that has an owner; `to` if none has.
    pub(super) fn free_until(&self, from: usize, to: usize) -> usize {
        let to = to.min(self.bytes.len());
        (from..to).find(|&address| self.owners[address] != 0).unwrap_or(to)
    }

    /// Adds an item to a section; its bytes must be free.
    pub(super) fn add_item(
        &mut self,
        section: usize,
        address: usize,
        length: usize,
        content: RawContent,
    ) -> usize {
        let number = self.items.len();
        self.owners[address..address + length].fill(number as u32 + 1);
        let notes = self.sections[section].last_notes;
        self.items.push(RawItem { address, length, section, notes, content });
        let section = &mut self.sections[section];
        section.item_count += 1;
        section.last_item = Some(number);
        number
    }

    /// The definition of the command that an item is.
    pub(super) fn definition_of(&self, item: usize) -> Option<(&'a CommandDefinition, &RawCommand)> {
        match &self.items[item].content {
            RawContent::Command(command) => Some((self.abi.command(command.id), command)),
            _ => None,
        }
    }
}

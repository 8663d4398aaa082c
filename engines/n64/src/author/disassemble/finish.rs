//! The sections in the order of their addresses, with pointers to items instead of addresses.

use super::Disassembly;
use super::state::{Kind, RawContent, RawItem, State};
use crate::author::abi::{Action, CommandDefinition};
use crate::author::command_bytes::{RawCommand, pointer_target};
use crate::author::model::{Command, Content, Item, Pointer, Section, SectionKind, Sequence, Value};

impl State<'_> {
    pub(super) fn finish(mut self) -> Disassembly {
        self.warn_of_cautions();
        let mut numbers = vec![None; self.sections.len()];
        let mut places = vec![Place::default(); self.items.len()];
        let mut sections: Vec<(usize, Vec<usize>)> = Vec::new();
        for item in self.items_by_address() {
            let raw = self.section_of(item);
            let number = *numbers[raw].get_or_insert_with(|| {
                sections.push((raw, Vec::new()));
                sections.len() - 1
            });
            places[item] = Place { section: number, item: sections[number].1.len() };
            sections[number].1.push(item);
        }
        let sections =
            sections.iter().map(|(number, items)| self.finish_section(*number, items, &places)).collect();
        Disassembly { sequence: Sequence { sections, part_names: Vec::new() }, problems: self.problems }
    }

    fn items_by_address(&self) -> Vec<usize> {
        let mut items: Vec<usize> = (0..self.items.len()).collect();
        items.sort_by_key(|&item| self.items[item].address);
        items
    }

    /// The first command of every kind whose table is known to disagree with the engine.
    fn warn_of_cautions(&mut self) {
        let mut seen: Vec<&str> = Vec::new();
        for index in 0..self.items.len() {
            let Some((definition, _)) = self.definition_of(index) else { continue };
            let Some(caution) = definition.caution else { continue };
            if !seen.contains(&caution) {
                seen.push(caution);
                let address = self.items[index].address;
                self.warn("ABI-ENGINE", address, caution);
            }
        }
    }

    fn finish_section(&self, number: usize, items: &[usize], places: &[Place]) -> Section {
        let raw = &self.sections[number];
        let kind = match raw.kind {
            Kind::Script(scope) => SectionKind::Script(scope),
            Kind::Dyntable(_) => SectionKind::Dyntable,
            Kind::Envelope => SectionKind::Envelope,
            Kind::Message => SectionKind::Message,
            Kind::Table(_) => SectionKind::Table,
            Kind::Alignment => SectionKind::Alignment,
        };
        let resolver = Resolver { state: self, places };
        Section {
            kind,
            label: None,
            channel: raw.channel,
            layer: raw.layer,
            notes: raw.notes,
            called_from: raw.called_from,
            address: items.first().map(|&item| self.items[item].address),
            items: items.iter().map(|&item| resolver.item(&self.items[item], raw.kind)).collect(),
        }
    }
}

/// Where an item has come to lie.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    section: usize,
    item: usize,
}

struct Resolver<'a> {
    state: &'a State<'a>,
    places: &'a [Place],
}

impl Resolver<'_> {
    fn item(&self, item: &RawItem, kind: Kind) -> Item {
        let bytes = &self.state.bytes[item.address..item.address + item.length];
        let word = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        match &item.content {
            RawContent::Command(command) => self.command(item, command, kind).into(),
            RawContent::Entry => {
                let expected = match kind {
                    Kind::Dyntable(Some(entries)) => Some(Kind::of_entry(entries)),
                    _ => None,
                };
                Content::Entry(self.value(word(0).into(), expected)).into()
            }
            RawContent::Point => Content::Point { rate: word(0) as i16, level: word(2) }.into(),
            RawContent::Message => Content::Message(bytes[..bytes.len() - 1].to_vec()).into(),
            RawContent::Bytes => Content::Bytes(bytes.to_vec()).into(),
            RawContent::Zeros => Content::Zeros(bytes.len()).into(),
            RawContent::Align(multiple) => Content::Align(*multiple).into(),
        }
    }

    fn command(&self, item: &RawItem, command: &RawCommand, kind: Kind) -> Command {
        let definition = self.state.abi.command(command.id);
        let mut values: Vec<_> = command.numbers.iter().map(|&number| Value::Number(number)).collect();
        if let (Some(parameter), Some(target)) =
            (definition.pointer(), pointer_target(definition, command, item.address))
        {
            values[parameter] = self.operand(kind, definition, target);
        }
        Command { definition: command.id, values, is_wide: command.is_wide }
    }

    /// The value of an operand that leads to an address.
    fn operand(&self, kind: Kind, definition: &CommandDefinition, target: i64) -> Value {
        let Kind::Script(scope) = kind else {
            return Value::Number(target as i32 & 0xFFFF);
        };
        let action = definition.action;
        let expected = match (action.target_scope(scope), action) {
            (Some(scope), _) => Some(Kind::Script(scope)),
            (None, Action::SetDyntable | Action::SequenceCallTable) => Some(Kind::Dyntable(None)),
            (None, Action::PointerToEnvelope) => Some(Kind::Envelope),
            (None, Action::PointerToMessage) => Some(Kind::Message),
            (None, Action::PointerToTable) => Some(Kind::Table(None)),
            _ => None,
        };
        let value = self.value(target, expected);
        match value {
            Value::Pointer(pointer)
                if action == Action::MaybePointer && (target == 0 || pointer.offset != 0) =>
            {
                Value::Number(target as i32)
            }
            // What writes into a command is about a byte of it, be it the first.
            Value::Pointer(pointer) if action == Action::PointerToSelf => {
                let is_typed = pointer.is_typed && !matches!(self.kind_at(target), Some(Kind::Script(_)));
                Value::Pointer(Pointer { is_typed, ..pointer })
            }
            value => value,
        }
    }

    fn kind_at(&self, target: i64) -> Option<Kind> {
        let owner = self.state.owner(usize::try_from(target).ok()?)?;
        Some(self.state.kind_of(owner))
    }

    /// A pointer to an address, if that lies in the file.
    fn value(&self, target: i64, expected: Option<Kind>) -> Value {
        let owner = usize::try_from(target).ok().and_then(|target| self.state.owner(target));
        let Some(owner) = owner else { return Value::Number(target as i32 & 0xFFFF) };
        let item = &self.state.items[owner];
        let place = self.places[owner];
        let offset = (target - item.address as i64) as i32;
        let found = self.state.kind_of(owner);
        let is_typed = expected.is_none_or(|expected| offset == 0 && found.is_like(expected));
        Value::Pointer(Pointer { section: place.section, item: place.item, offset, is_typed })
    }
}

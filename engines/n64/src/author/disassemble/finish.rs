//! The sections in the order of their addresses, with pointers to items instead of addresses.

use super::Disassembly;
use super::state::{Kind, RawContent, RawItem, State};
use crate::author::abi::{Action, CommandDefinition};
use crate::author::command_bytes::{RawCommand, pointer_target};
use crate::author::model::{Command, Content, Item, Pointer, Section, SectionKind, Sequence, Value};

impl State<'_> {
    pub(super) fn finish(mut self) -> Disassembly {
        let mut order: Vec<usize> =
            (0..self.sections.len()).filter(|&n| !self.sections[n].items.is_empty()).collect();
        order.sort_by_key(|&number| self.items[self.sections[number].items[0]].address);
        let mut places = vec![Place::default(); self.items.len()];
        for (section, &number) in order.iter().enumerate() {
            for (item, &raw) in self.sections[number].items.iter().enumerate() {
                places[raw] = Place { section, item };
            }
        }
        self.warn_of_cautions();
        let sections = order.iter().map(|&number| self.finish_section(number, &order, &places)).collect();
        Disassembly { sequence: Sequence { sections, part_names: Vec::new() }, problems: self.problems }
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

    fn finish_section(&self, number: usize, order: &[usize], places: &[Place]) -> Section {
        let raw = &self.sections[number];
        let kind = match raw.kind {
            Kind::Script(scope) => SectionKind::Script(scope),
            Kind::Dyntable(_) => SectionKind::Dyntable,
            Kind::Envelope => SectionKind::Envelope,
            Kind::Message => SectionKind::Message,
            Kind::Table(_) => SectionKind::Table,
            Kind::Alignment => SectionKind::Alignment,
        };
        let resolver = Resolver { state: self, order, places };
        Section {
            kind,
            label: None,
            channel: raw.channel,
            layer: raw.layer,
            notes: raw.notes,
            called_from: raw.called_from,
            address: Some(self.items[raw.items[0]].address),
            items: raw.items.iter().map(|&item| resolver.item(&self.items[item], raw.kind)).collect(),
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
    order: &'a [usize],
    places: &'a [Place],
}

impl Resolver<'_> {
    fn item(&self, item: &RawItem, kind: Kind) -> Item {
        let bytes = &self.state.bytes[item.address..item.address + item.length];
        let word = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        match &item.content {
            RawContent::Command(command) => self.command(item, command).into(),
            RawContent::Entry => {
                let expected = match kind {
                    Kind::Dyntable(Some(entries)) => Some(entries.target()),
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

    fn command(&self, item: &RawItem, command: &RawCommand) -> Command {
        let definition = self.state.abi.command(command.id);
        let mut values: Vec<_> = command.numbers.iter().map(|&number| Value::Number(number)).collect();
        if let (Some(parameter), Some(target)) =
            (definition.pointer(), pointer_target(definition, command, item.address))
        {
            values[parameter] = self.operand(item, definition, target);
        }
        Command { definition: command.id, values, is_wide: command.is_wide }
    }

    /// The value of an operand that leads to an address.
    fn operand(&self, item: &RawItem, definition: &CommandDefinition, target: i64) -> Value {
        let Kind::Script(scope) = self.state.sections[self.root(item.section)].kind else {
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
            value => value,
        }
    }

    /// A pointer to an address, if that lies in the file.
    fn value(&self, target: i64, expected: Option<Kind>) -> Value {
        let owner = usize::try_from(target).ok().and_then(|target| self.state.owner(target));
        let Some(owner) = owner else { return Value::Number(target as i32 & 0xFFFF) };
        let item = &self.state.items[owner];
        let place = self.places[owner];
        let offset = (target - item.address as i64) as i32;
        let found = self.state.sections[self.order[place.section]].kind;
        let is_typed = expected.is_none_or(|expected| offset == 0 && found.is_like(expected));
        Value::Pointer(Pointer { section: place.section, item: place.item, offset, is_typed })
    }

    fn root(&self, mut section: usize) -> usize {
        while let Some(next) = self.state.sections[section].merged_into {
            section = next;
        }
        section
    }
}

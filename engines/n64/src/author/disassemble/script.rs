//! Scripts: followed command by command.

use super::state::{End, Kind, RawContent, State};
use crate::author::abi::{Action, CommandDefinition, Meaning, NoteState, ParameterSource, Scope};
use crate::author::command_bytes::{Decoded, RawCommand, decode, pointer_target};
use crate::author::dyntable_use::EntryKind;

impl State<'_> {
    /// Reads a section that waited.
    pub(super) fn read_section(&mut self, section: usize) {
        let (kind, start) = (self.sections[section].kind, self.sections[section].start);
        self.sections[section].is_read = true;
        if self.owner(start).is_some() {
            self.warn_overlap(start, kind);
            return;
        }
        match kind {
            Kind::Script(scope) => self.read_script(section, scope, start),
            Kind::Dyntable(entries) => self.read_dyntable(section, start, entries),
            Kind::Envelope => self.read_envelope(section, start),
            Kind::Message => self.read_message(section, start),
            Kind::Table(size) => self.read_table(section, start, size),
            Kind::Alignment => {}
        }
    }

    fn warn_overlap(&mut self, address: usize, kind: Kind) {
        let Some(owner) = self.owner(address) else { return };
        let other = self.kind_of(owner);
        // Data in the middle of a script is how scripts change themselves.
        let is_expected = self.items[owner].address == address && other.is_like(kind);
        if is_expected || matches!(kind, Kind::Table(_)) {
            return;
        }
        self.warn(
            "COM-OVERLAP",
            address,
            &format!("is read as a {}, but is part of a {} already", kind.name(), other.name()),
        );
    }

    /// Reads commands from an address on, until the script ends or meets bytes that are taken.
    pub(super) fn read_script(&mut self, section: usize, scope: Scope, start: usize) {
        let mut address = start;
        let mut notes = self.sections[section].notes;
        let end = loop {
            self.sections[section].last_notes = notes;
            if address >= self.bytes.len() {
                self.warn("COM-NO-END", address, &format!("a {} runs off the end of the file", scope.name()));
                break End::Cut;
            }
            if self.owner(address).is_some() {
                break self.meet(section, scope, address);
            }
            if let Some(waiting) = self.waiting_at(Kind::Script(scope), address) {
                self.dissolve(waiting, section);
            }
            let command = match decode(self.bytes, address, self.abi, scope, notes) {
                Decoded::Command(command) => command,
                Decoded::Unknown => {
                    self.add_item(section, address, 1, RawContent::Bytes);
                    address += 1;
                    continue;
                }
                Decoded::Unwritable(length)
                    if self.free_until(address, address + length) == address + length =>
                {
                    self.add_item(section, address, length, RawContent::Bytes);
                    address += length;
                    continue;
                }
                Decoded::Truncated | Decoded::Unwritable(_) => break End::Cut,
            };
            let next = address + command.length;
            let free = self.free_until(address, next);
            if free < next {
                self.warn_overlap(free, Kind::Script(scope));
                break End::Cut;
            }
            let definition = self.abi.command(command.id);
            match definition.action {
                Action::SetShortNotes => notes = NoteState::Short,
                Action::SetLongNotes => notes = NoteState::Long,
                _ => {}
            }
            let target = pointer_target(definition, &command, address);
            if let Some(target) = target {
                self.follow(Reference {
                    section,
                    scope,
                    notes,
                    address,
                    definition,
                    command: &command,
                    target,
                });
            }
            let action = definition.action;
            let item = self.add_item(section, address, command.length, RawContent::Command(command));
            if let Some(target) = target.and_then(|target| usize::try_from(target).ok()) {
                match action {
                    Action::SetDyntable => self.dyntable_setters.entry(target).or_default().push(item),
                    Action::Call => self.calls.push((item, target)),
                    _ => {}
                }
            }
            address = next;
            match action {
                Action::Jump => break End::Jumped,
                Action::End => break End::Returned,
                _ => {}
            }
        };
        let section = &mut self.sections[section];
        section.end = end;
        section.last_notes = notes;
    }

    /// A script comes to bytes that are taken: if they begin a script of the same scope, that becomes part of this.
    fn meet(&mut self, section: usize, scope: Scope, address: usize) -> End {
        let Some(owner) = self.owner(address) else { return End::Cut };
        let other = self.section_of(owner);
        let is_start = self.items[owner].address == address && self.sections[other].start == address;
        if other == section || !is_start || self.sections[other].kind != Kind::Script(scope) {
            self.warn_overlap(address, Kind::Script(scope));
            return End::Cut;
        }
        self.merge(other, section);
        self.sections[other].end
    }

    /// Makes a section of what a command points to, unless it is one already.
    fn follow(&mut self, reference: Reference<'_>) {
        let Reference { address, definition, target, .. } = reference;
        let action = definition.action;
        let Some(target) = usize::try_from(target).ok().filter(|&target| target < self.bytes.len()) else {
            if action != Action::MaybePointer {
                let name = &definition.name;
                self.warn(
                    "COM-OUTSIDE",
                    address,
                    &format!("`{name}` points to {target:#x}, which is not in the file"),
                );
            }
            return;
        };
        let kind = match action.target_scope(reference.scope) {
            Some(scope) => Kind::Script(scope),
            None => match action {
                Action::SetDyntable => Kind::Dyntable(None),
                Action::SequenceCallTable => Kind::Dyntable(Some(EntryKind::scripts(Scope::Sequence))),
                Action::PointerToEnvelope => Kind::Envelope,
                Action::PointerToMessage => Kind::Message,
                Action::MaybePointer if target == 0 => return,
                _ => Kind::Table(definition.table_size()),
            },
        };
        let is_untyped = matches!(action, Action::PointerToSelf | Action::MaybePointer);
        if self.owner(target).is_some() {
            if !is_untyped {
                self.warn_overlap(target, kind);
            }
            return;
        }
        match self.waiting_at(kind, target) {
            Some(waiting) => self.refer_again(waiting, &reference),
            None => {
                let new = self.add_section(target, kind);
                self.inherit(new, &reference);
            }
        }
    }

    /// Another command points to a section that waits.
    fn refer_again(&mut self, waiting: usize, reference: &Reference<'_>) {
        let section = &mut self.sections[waiting];
        if let (Kind::Table(None), Some(size)) = (section.kind, reference.definition.table_size()) {
            section.kind = Kind::Table(Some(size));
        }
        let (start, known) = (section.start, section.notes);
        let is_conflict = matches!(
            (known, reference.notes),
            (NoteState::Long, NoteState::Short) | (NoteState::Short, NoteState::Long)
        );
        if is_conflict && matches!(section.kind, Kind::Script(Scope::Channel | Scope::Layer)) {
            self.warn(
                "COM-NOTE-STATE",
                start,
                "is reached with long and with short notes; the first is kept",
            );
        }
    }

    fn inherit(&mut self, new: usize, reference: &Reference<'_>) {
        let operand = |meaning| {
            let parameters = &reference.definition.parameters;
            let named = reference.definition.parameter_for(meaning);
            let parameter =
                named.or_else(|| parameters.iter().position(|p| p.source == ParameterSource::Offset))?;
            u8::try_from(reference.command.numbers[parameter]).ok()
        };
        let (channel, layer, calls) = {
            let from = &self.sections[reference.section];
            (from.channel, from.layer, from.item_count)
        };
        let action = reference.definition.action;
        let section = &mut self.sections[new];
        section.channel =
            if action == Action::PointerToChannel { operand(Meaning::Channel) } else { channel };
        section.layer = if action == Action::PointerToLayer { operand(Meaning::NoteLayer) } else { layer };
        section.notes = reference.notes;
        section.called_from = (action == Action::Call).then_some(calls);
    }
}

/// A command that points somewhere.
struct Reference<'a> {
    section: usize,
    scope: Scope,
    /// The state of notes there.
    notes: NoteState,
    address: usize,
    definition: &'a CommandDefinition,
    command: &'a RawCommand,
    target: i64,
}

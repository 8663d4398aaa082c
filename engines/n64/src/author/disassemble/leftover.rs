//! Bytes that nothing points to.

use super::state::{End, Kind, RawContent, State};
use crate::author::command_bytes::{Decoded, decode};

/// Files are padded with zeros to a multiple of this.
const FILE_ALIGNMENT: usize = 16;
/// The shortest run of letters that is taken for a message, with its zero.
const SHORTEST_MESSAGE: usize = 3;

impl State<'_> {
    /// Makes a section of the first bytes that nobody has; whether there were any.
    pub(super) fn take_leftover(&mut self) -> bool {
        let length = self.bytes.len();
        while self.first_free < length && self.owner(self.first_free).is_some() {
            self.first_free += 1;
        }
        let start = self.first_free;
        if start == length {
            return false;
        }
        if start >= self.zeros_from && self.free_until(start, length) == length {
            self.take_tail(start);
        } else if self.is_envelope_alignment(start) {
            self.take(start, 1, Kind::Alignment, RawContent::Align(2));
        } else if !self.continue_jump(start) {
            let end = self.free_until(start, length);
            self.take_data(start, end - self.padding_before(start, end));
        }
        true
    }

    fn take(&mut self, start: usize, length: usize, kind: Kind, content: RawContent) {
        let section = self.add_section(start, kind);
        self.add_item(section, start, length, content);
        // It has been read already.
        self.sections[section].is_read = true;
        self.forget_waiting(section);
    }

    /// How many of the bytes before `end` are the zeros that pad a file to a multiple of 16.
    pub(super) fn padding_before(&self, start: usize, end: usize) -> usize {
        let zeros = end - self.zeros_from.clamp(start, end);
        let is_padding = end.is_multiple_of(FILE_ALIGNMENT) && zeros < FILE_ALIGNMENT && zeros < end - start;
        if end == self.bytes.len() && is_padding { zeros } else { 0 }
    }

    /// The zeros at the end of the file.
    fn take_tail(&mut self, start: usize) {
        let length = self.bytes.len() - start;
        let content = match start.next_multiple_of(FILE_ALIGNMENT) == self.bytes.len() {
            true => RawContent::Align(FILE_ALIGNMENT),
            false => RawContent::Zeros,
        };
        self.take(start, length, Kind::Alignment, content);
    }

    /// A single zero before an envelope, which games put at even addresses.
    fn is_envelope_alignment(&self, start: usize) -> bool {
        let is_envelope = |item: usize| matches!(self.items[item].content, RawContent::Point);
        self.bytes[start] == 0 && start % 2 == 1 && self.owner(start + 1).is_some_and(is_envelope)
    }

    /// Behind a jump the script goes on with commands that nothing leads to.
    fn continue_jump(&mut self, start: usize) -> bool {
        let Some(before) = start.checked_sub(1).and_then(|before| self.owner(before)) else { return false };
        let section = self.section_of(before);
        let Kind::Script(scope) = self.sections[section].kind else { return false };
        if self.sections[section].end != End::Jumped || self.sections[section].last_item != Some(before) {
            return false;
        }
        let notes = self.sections[section].last_notes;
        match decode(self.bytes, start, self.abi, scope, notes) {
            Decoded::Command(command)
                if self.free_until(start, start + command.length) == start + command.length => {}
            _ => return false,
        }
        self.warn("COM-UNUSED", start, "nothing leads to the commands behind the jump");
        let first_notes = std::mem::replace(&mut self.sections[section].notes, notes);
        self.read_script(section, scope, start);
        self.sections[section].notes = first_notes;
        true
    }

    fn take_data(&mut self, start: usize, end: usize) {
        let is_letter = |byte: &u8| matches!(byte, 0x20..=0x7E);
        let bytes = &self.bytes[start..end];
        let letters = bytes.iter().take_while(|byte| is_letter(byte)).count();
        if letters + 1 >= SHORTEST_MESSAGE && bytes.len() == letters + 1 && bytes[letters] == 0 {
            self.warn("COM-UNUSED", start, "nothing points to this message");
            self.take(start, letters + 1, Kind::Message, RawContent::Message);
        } else {
            self.warn("COM-UNUSED", start, &format!("nothing points to these {} bytes", bytes.len()));
            self.take(start, end - start, Kind::Table(None), RawContent::Bytes);
        }
    }
}

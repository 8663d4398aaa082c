//! Envelopes, messages and tables.

use super::state::{RawContent, State};

/// Bytes of an envelope's point.
const POINT: usize = 4;
/// A message is at most so long, with its zero; real ones are a few words.
const LONGEST_MESSAGE: usize = 1024;

impl State<'_> {
    /// Reads points until one with a negative rate.
    pub(super) fn read_envelope(&mut self, section: usize, start: usize) {
        let mut address = start;
        loop {
            if self.free_until(address, address + POINT) < address + POINT {
                self.warn("COM-CUT", address, "an envelope has no end");
                return;
            }
            self.add_item(section, address, POINT, RawContent::Point);
            if self.bytes[address] & 0x80 != 0 {
                return;
            }
            address += POINT;
        }
    }

    /// Reads text up to a zero.
    pub(super) fn read_message(&mut self, section: usize, start: usize) {
        let end = self.free_until(start, start.saturating_add(LONGEST_MESSAGE));
        match self.bytes[start..end].iter().position(|&byte| byte == 0) {
            Some(length) => {
                self.add_item(section, start, length + 1, RawContent::Message);
            }
            None => self.warn("COM-CUT", start, "a message has no end"),
        }
    }

    /// Takes so many bytes, or those up to whatever comes next.
    pub(super) fn read_table(&mut self, section: usize, start: usize, size: Option<usize>) {
        let wanted = size.map_or(self.bytes.len(), |size| start.saturating_add(size));
        let limit = if size.is_none() { self.next_waiting(start + 1, wanted) } else { wanted };
        let mut end = self.free_until(start, limit);
        if size.is_none() {
            end -= self.padding_before(start, end);
        } else if end < wanted {
            self.warn(
                "COM-CUT",
                start,
                &format!("a table of {} bytes has only {}", wanted - start, end - start),
            );
        }
        if end > start {
            self.add_item(section, start, end - start, RawContent::Bytes);
        }
    }
}

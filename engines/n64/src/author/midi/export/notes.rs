//! Notes of a channel, whose layers may play the same key at once.

use std::collections::BTreeMap;
use std::ops::Range;

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ExportNote {
    pub(super) key: u8,
    pub(super) velocity: u8,
    pub(super) ticks: Range<u64>,
}

/// Notes in the order of the walk: layer by layer.
#[derive(Debug, Default)]
pub(super) struct ChannelNotes(Vec<ExportNote>);

impl ChannelNotes {
    pub(super) fn push(&mut self, key: u8, velocity: u8, ticks: Range<u64>) {
        self.0.push(ExportNote { key, velocity, ticks });
    }

    /// The notes by time. A note that starts while its key sounds ends the other one there.
    pub(super) fn finish(self) -> Vec<ExportNote> {
        let mut notes = self.0;
        notes.sort_by_key(|note| note.ticks.start);
        let mut sounding: BTreeMap<u8, usize> = BTreeMap::new();
        for number in 0..notes.len() {
            let (key, start) = (notes[number].key, notes[number].ticks.start);
            if let Some(before) = sounding.insert(key, number) {
                let ticks = &mut notes[before].ticks;
                ticks.end = ticks.end.min(start);
            }
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_ends_where_its_key_is_struck_again() {
        let mut notes = ChannelNotes::default();
        notes.push(60, 1, 0..48);
        notes.push(60, 2, 24..30);
        notes.push(61, 3, 24..96);
        let ends: Vec<_> = notes.finish().into_iter().map(|note| note.ticks.end).collect();
        assert_eq!(ends, [24, 30, 96]);
    }
}

//! Semitones that channels and the sequence add to notes.

use std::collections::BTreeMap;

use super::{WalkedEvent, WalkedKind};

/// Changes by time, of the sequence (no channel) and of channels.
#[derive(Debug, Default)]
pub(super) struct Transpositions {
    changes: BTreeMap<Option<u8>, Vec<(u64, i32)>>,
}

impl Transpositions {
    /// Sets a transposition.
    pub(super) fn set(&mut self, channel: Option<u8>, tick: u64, semitones: i32) {
        self.changes.entry(channel).or_default().push((tick, semitones));
    }

    /// Adds to a transposition.
    pub(super) fn add(&mut self, channel: Option<u8>, tick: u64, semitones: i32) {
        let changes = self.changes.entry(channel).or_default();
        let before = changes.last().map_or(0, |(_, semitones)| *semitones);
        changes.push((tick, before.wrapping_add(semitones)));
    }

    /// Tells all notes. What a channel sets in a tick counts for the notes of the tick: the engine reads channels
    /// before their layers.
    pub(super) fn apply(mut self, events: &mut [WalkedEvent]) {
        for changes in self.changes.values_mut() {
            changes.sort_by_key(|(tick, _)| *tick);
        }
        let at = |channel: Option<u8>, tick: u64| {
            let changes = self.changes.get(&channel).map_or(&[][..], Vec::as_slice);
            let behind = changes.partition_point(|(change, _)| *change <= tick);
            behind.checked_sub(1).map_or(0, |last| changes[last].1)
        };
        for event in events {
            if let WalkedKind::Note(note) = &mut event.kind {
                note.outer_transposition = at(None, event.tick) + at(event.channel, event.tick);
            }
        }
    }
}

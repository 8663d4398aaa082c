//! Notes out of the messages that start and end them.

use std::collections::{HashMap, VecDeque};

use super::{ChannelMessage, Event, EventKind, MidiFile};

/// What a key that is struck while it sounds means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// Both notes sound; each release ends the oldest.
    Queue,
    /// The new note ends the old one.
    Cut,
}

/// A note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// The channel, 0 to 15.
    pub channel: u8,
    /// The key, 0 to 127.
    pub key: u8,
    /// How hard it is struck, 1 to 127.
    pub velocity: u8,
    /// Tick at which it starts.
    pub start: u64,
    /// Tick at which it ends; none if nothing ends it.
    pub end: Option<u64>,
}

/// A release of a key that does not sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrayNoteOff {
    /// The channel, 0 to 15.
    pub channel: u8,
    /// The key, 0 to 127.
    pub key: u8,
    /// Tick of the release.
    pub tick: u64,
}

/// What the note messages of a file come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PairedNotes {
    /// The notes, in the order in which they start.
    pub notes: Vec<Note>,
    /// Releases that belong to no note.
    pub stray: Vec<StrayNoteOff>,
}

/// A note message: the key and the velocity if it is struck.
fn note_message(message: ChannelMessage) -> Option<(u8, Option<u8>)> {
    match message {
        ChannelMessage::NoteOn { key, velocity: 0 } | ChannelMessage::NoteOff { key, .. } => {
            Some((key, None))
        }
        ChannelMessage::NoteOn { key, velocity } => Some((key, Some(velocity))),
        _ => None,
    }
}

impl MidiFile {
    /// Pairs the messages that start notes with those that end them. Within a tick releases come first, so that a
    /// key can be struck again at the tick of its release; a release that would find nothing waits for the notes of
    /// its tick.
    #[must_use]
    pub fn pair_notes(&self, overlap: Overlap) -> PairedNotes {
        let mut pairing = Pairing { overlap, paired: PairedNotes::default(), sounding: HashMap::new() };
        for tick in self.merged().chunk_by(|(_, first), (_, second)| first.tick == second.tick) {
            pairing.tick(tick);
        }
        pairing.paired
    }
}

struct Pairing {
    overlap: Overlap,
    paired: PairedNotes,
    /// Numbers of the sounding notes of a channel's key, oldest first.
    sounding: HashMap<(u8, u8), VecDeque<usize>>,
}

impl Pairing {
    fn tick(&mut self, events: &[(usize, &Event)]) {
        let mut waiting = Vec::new();
        let messages = || {
            events.iter().filter_map(|(_, event)| match event.kind {
                EventKind::Channel { channel, message } => {
                    note_message(message).map(|(key, velocity)| (event.tick, channel, key, velocity))
                }
                _ => None,
            })
        };
        for (tick, channel, key, _) in messages().filter(|(.., velocity)| velocity.is_none()) {
            if !self.release(tick, channel, key) {
                waiting.push(StrayNoteOff { channel, key, tick });
            }
        }
        for (tick, channel, key, velocity) in messages() {
            if let Some(velocity) = velocity {
                self.strike(tick, channel, key, velocity);
            }
        }
        for stray in waiting {
            if !self.release(stray.tick, stray.channel, stray.key) {
                self.paired.stray.push(stray);
            }
        }
    }

    fn strike(&mut self, tick: u64, channel: u8, key: u8, velocity: u8) {
        if self.overlap == Overlap::Cut {
            self.release(tick, channel, key);
        }
        self.sounding.entry((channel, key)).or_default().push_back(self.paired.notes.len());
        self.paired.notes.push(Note { channel, key, velocity, start: tick, end: None });
    }

    /// Ends the oldest note of a key; false if there is none.
    fn release(&mut self, tick: u64, channel: u8, key: u8) -> bool {
        let oldest = self.sounding.get_mut(&(channel, key)).and_then(VecDeque::pop_front);
        if let Some(number) = oldest {
            self.paired.notes[number].end = Some(tick);
        }
        oldest.is_some()
    }
}

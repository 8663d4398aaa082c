//! Standard MIDI files, as all consoles' converters see them: events at absolute ticks, read and written by the
//! crate `midly`.
//!
//! ```
//! use tatum_core::midi::{ChannelMessage, EventKind, MidiFile, MidiFormat, Overlap, Track};
//!
//! let mut track = Track::default();
//! track.push_message(0, 2, ChannelMessage::NoteOn { key: 60, velocity: 100 });
//! track.push_message(48, 2, ChannelMessage::NoteOff { key: 60, velocity: 0 });
//! track.push(48, EventKind::Tempo(500_000));
//! let file = MidiFile { format: MidiFormat::Parallel, ticks_per_quarter: 48, tracks: vec![track] };
//!
//! let read = MidiFile::read("song.mid", &file.write("song.mid")?)?;
//! assert_eq!(read, file);
//! let paired = read.pair_notes(Overlap::Queue);
//! assert_eq!((paired.notes[0].start, paired.notes[0].end), (0, Some(48)));
//! # Ok::<(), tatum_core::FormatError>(())
//! ```

mod notes;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::borrow::Cow;

pub use notes::{Note, Overlap, PairedNotes, StrayNoteOff};
pub use read::{MidiError, MidiErrorCode};

/// Channels of a MIDI file, numbered from 0.
pub const CHANNEL_COUNT: u8 = 16;
/// A pitch wheel in the middle.
pub const BEND_CENTRE: u16 = 0x2000;
/// Tempo of a file that says none: 120 quarter notes per minute, in microseconds per quarter note.
pub const DEFAULT_TEMPO: u32 = 500_000;
/// Microseconds in a minute: divided by a tempo they give quarter notes per minute, and the other way round.
pub const MICROSECONDS_PER_MINUTE: u32 = 60_000_000;

/// A standard MIDI file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MidiFile {
    /// How its tracks belong together.
    pub format: MidiFormat,
    /// Ticks of a quarter note, 1 to 0x7FFF.
    pub ticks_per_quarter: u16,
    /// The tracks, in the order of the file.
    pub tracks: Vec<Track>,
}

/// How the tracks of a file belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MidiFormat {
    /// Format 0: one track has everything.
    Single,
    /// Format 1: all tracks play at the same time; the first one has tempo and signatures.
    Parallel,
}

/// A track.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Track {
    /// The events but for the end of the track, in the order in which they happen.
    pub events: Vec<Event>,
    /// Tick of the end of the track: never before its last event.
    pub end: u64,
}

/// An event with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Ticks from the start of the file.
    pub tick: u64,
    /// What happens.
    pub kind: EventKind,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A message to a channel.
    Channel {
        /// The channel, 0 to 15.
        channel: u8,
        /// What it is told.
        message: ChannelMessage,
    },
    /// Microseconds of a quarter note from here on, up to 0xFF_FFFF.
    Tempo(u32),
    /// Time signature from here on.
    TimeSignature(TimeSignature),
    /// Key signature from here on.
    KeySignature {
        /// Sharps, or flats if negative.
        sharps: i8,
        /// Whether the key is a minor one.
        is_minor: bool,
    },
    /// A text of some kind.
    Text {
        /// What the text is for.
        kind: TextKind,
        /// The text; files do not say how it is encoded.
        bytes: Box<[u8]>,
    },
    /// A system exclusive message: what follows `F0`, with the final `F7`.
    SystemExclusive(Box<[u8]>),
    /// Bytes sent as they are.
    Escape(Box<[u8]>),
    /// A meta event of another kind.
    Meta {
        /// Its number.
        kind: u8,
        /// Its data.
        bytes: Box<[u8]>,
    },
}

/// What a channel is told; all values are 0 to 127 unless something else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelMessage {
    /// A key is released.
    NoteOff {
        /// The key; 60 is middle C.
        key: u8,
        /// How fast it is released.
        velocity: u8,
    },
    /// A key is struck; velocity 0 releases it.
    NoteOn {
        /// The key; 60 is middle C.
        key: u8,
        /// How hard it is struck.
        velocity: u8,
    },
    /// Pressure on a key that is down.
    KeyPressure {
        /// The key.
        key: u8,
        /// The pressure.
        pressure: u8,
    },
    /// A controller moves.
    Controller {
        /// Number of the controller.
        controller: u8,
        /// Where it moves to.
        value: u8,
    },
    /// Another program (instrument).
    Program(u8),
    /// Pressure on all keys that are down.
    ChannelPressure(u8),
    /// The pitch wheel, 0 to 0x3FFF; [`BEND_CENTRE`] is the middle.
    PitchBend(u16),
}

/// A time signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSignature {
    /// Beats of a bar.
    pub numerator: u8,
    /// What a beat is, as a power of two: 2 is a quarter note.
    pub denominator_power: u8,
    /// MIDI clocks (24 in a quarter note) of a metronome click.
    pub clocks_per_click: u8,
    /// Thirty-second notes of a quarter note, 8 unless the file is strange.
    pub thirty_seconds_per_quarter: u8,
}

impl Default for TimeSignature {
    /// Four quarter notes.
    fn default() -> Self {
        Self { numerator: 4, denominator_power: 2, clocks_per_click: 24, thirty_seconds_per_quarter: 8 }
    }
}

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// Anything.
    Text,
    /// Who owns the song.
    Copyright,
    /// Name of the track; in the first track, of the song.
    TrackName,
    /// Name of the instrument.
    InstrumentName,
    /// A syllable to be sung.
    Lyric,
    /// Name of a part of the song.
    Marker,
    /// What else happens here.
    CuePoint,
    /// Name of the program.
    ProgramName,
    /// Name of the device.
    DeviceName,
}

impl EventKind {
    /// A text.
    #[must_use]
    pub fn text(kind: TextKind, text: &str) -> Self {
        Self::Text { kind, bytes: text.as_bytes().into() }
    }

    /// The text of a text event of that kind; bytes that are no UTF-8 are replaced.
    #[must_use]
    pub fn as_text(&self, wanted: TextKind) -> Option<Cow<'_, str>> {
        match self {
            Self::Text { kind, bytes } if *kind == wanted => Some(String::from_utf8_lossy(bytes)),
            _ => None,
        }
    }
}

impl Track {
    /// Adds an event. Events may be added in any order; the ones of a tick keep the order in which they were added
    /// once the file is written.
    pub fn push(&mut self, tick: u64, kind: EventKind) {
        self.end = self.end.max(tick);
        self.events.push(Event { tick, kind });
    }

    /// Adds a message to a channel.
    pub fn push_message(&mut self, tick: u64, channel: u8, message: ChannelMessage) {
        self.push(tick, EventKind::Channel { channel, message });
    }
}

impl MidiFile {
    /// The last event of any track, ends of tracks included.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.tracks.iter().map(|track| track.end).max().unwrap_or_default()
    }

    /// The events of all tracks by time, with the number of their track. Where times are equal, the order is that
    /// of the tracks, and of the events in them.
    #[must_use]
    pub fn merged(&self) -> Vec<(usize, &Event)> {
        let mut events: Vec<_> = self
            .tracks
            .iter()
            .enumerate()
            .flat_map(|(number, track)| track.events.iter().map(move |event| (number, event)))
            .collect();
        events.sort_by_key(|(_, event)| event.tick);
        events
    }
}

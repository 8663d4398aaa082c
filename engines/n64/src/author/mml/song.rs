//! What a text says.

use std::collections::BTreeMap;

use tatum_core::source::Span;

use super::length::Ticks;

/// Volume, instrument numbers and the like that nobody has set.
pub(super) mod defaults {
    pub(in super::super) const VOLUME: u8 = 127;
    pub(in super::super) const TEMPO: u8 = 120;
    pub(in super::super) const GATE: u8 = 80;
    pub(in super::super) const VELOCITY: u8 = 127;
    pub(in super::super) const OCTAVE: u8 = 4;
    pub(in super::super) const LENGTH: u32 = 8;

    /// The original takes a random one of 1 to 8.
    pub(in super::super) const fn instrument(channel: u8) -> u8 {
        1 + channel % 8
    }
}

/// A song.
#[derive(Debug)]
pub(super) struct Song {
    /// Whether it begins again.
    pub(super) loops: bool,
    /// Volume at the start.
    pub(super) volume: u8,
    /// Quarter notes per minute at the start.
    pub(super) tempo: u8,
    /// Changes of them inside channels, in the order of the text.
    pub(super) changes: Vec<Change<Global>>,
    /// The channels by number.
    pub(super) channels: BTreeMap<u8, Channel>,
    /// The bodies of loops.
    pub(super) blocks: Vec<Block>,
}

/// A change at some time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<T> {
    /// Tick from the start of the song, loops played.
    pub(super) tick: u64,
    /// What changes.
    pub(super) what: T,
}

/// What changes for the whole song.
#[derive(Clone, Copy, Debug)]
pub(super) enum Global {
    Volume(u8),
    Tempo(u8),
}

/// What changes for a channel.
#[derive(Clone, Copy, Debug)]
pub(super) enum Setting {
    Instrument(u8),
    Volume(u8),
    Pan(u8),
}

/// A channel's settings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) instrument: u8,
    pub(super) volume: u8,
    /// Not set unless the text says so.
    pub(super) pan: Option<u8>,
}

impl Settings {
    pub(super) const fn set(&mut self, setting: Setting) {
        match setting {
            Setting::Instrument(number) => self.instrument = number,
            Setting::Volume(volume) => self.volume = volume,
            Setting::Pan(pan) => self.pan = Some(pan),
        }
    }
}

/// A channel.
#[derive(Debug)]
pub(super) struct Channel {
    /// Its `#`.
    pub(super) span: Span,
    /// Settings before the first note, rest or loop.
    pub(super) start: Settings,
    /// Later changes, in the order of time.
    pub(super) changes: Vec<Change<Setting>>,
    /// What its layer plays.
    pub(super) items: Vec<Item>,
    /// Tick of the loop point, if it has one.
    pub(super) loop_point: Option<u64>,
    /// Ticks until its end.
    pub(super) length: u64,
}

/// What a layer plays.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Note(Note),
    /// Silence.
    Rest(Sounding),
    /// The body of a loop.
    Play {
        /// Index into [`Song::blocks`].
        block: usize,
        passes: u8,
        sounding: Sounding,
    },
}

/// Where an item is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sounding {
    /// Its place in the text.
    pub(super) span: Span,
    /// When it starts; inside loops, in the first pass.
    pub(super) start: Ticks,
    /// When it ends.
    pub(super) end: Ticks,
}

impl Sounding {
    /// Ticks it takes.
    pub(super) fn delay(&self) -> u64 {
        self.end.rounded().saturating_sub(self.start.rounded())
    }
}

/// A note.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note {
    /// MIDI key, which may be too low or too high.
    pub(super) key: i32,
    pub(super) velocity: u8,
    /// Part of the length that is silent, of 256.
    pub(super) gate: u8,
    pub(super) sounding: Sounding,
}

impl Item {
    pub(super) const fn sounding(&self) -> &Sounding {
        match self {
            Self::Note(note) => &note.sounding,
            Self::Rest(sounding) | Self::Play { sounding, .. } => sounding,
        }
    }

    pub(super) const fn sounding_mut(&mut self) -> &mut Sounding {
        match self {
            Self::Note(note) => &mut note.sounding,
            Self::Rest(sounding) | Self::Play { sounding, .. } => sounding,
        }
    }
}

/// The body of a loop.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) items: Vec<Item>,
    /// Ticks of one pass.
    pub(super) length: Ticks,
    /// Whether it is played from several places, and so has to be a script of its own.
    pub(super) is_called: bool,
}

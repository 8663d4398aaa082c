//! What a probe hears: everything the driver does, as typed values.

use crate::format::event::SequenceEvent;
use crate::hardware::registers::RegisterWrite;

/// Something the driver did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A sequence tick is over.
    Tick(TickEvent),
    /// A track executed a command.
    Command(CommandEvent),
    /// A voice changed.
    Voice(VoiceEvent),
    /// A sound register was written.
    Register(RegisterEvent),
}

/// The end of a sequence tick of one driver player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TickEvent {
    /// Wake of the driver.
    pub wake: u64,
    /// Driver player, 0 to 15.
    pub player: u8,
    /// Number of the tick since the sequence's start, from 0.
    pub tick: u32,
    /// Hash of everything in the player that decides what its script does from here on, or `None` while a track waits
    /// for its voices to end (only the hardware knows when).
    pub script: Option<u128>,
}

/// A command of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandEvent {
    /// Wake of the driver.
    pub wake: u64,
    /// Driver player, 0 to 15.
    pub player: u8,
    /// Track of the player, 0 to 15.
    pub track: u8,
    /// Where the command lies, from the start of the sound archive.
    pub offset: u64,
    /// The command as it stands in the data.
    pub event: SequenceEvent,
    /// The last argument after random numbers and variables.
    pub value: i32,
    /// Whether it ran (a failed condition skips it).
    pub executed: bool,
}

/// A change of a voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoiceEvent {
    /// Wake of the driver.
    pub wake: u64,
    /// Hardware channel, 0 to 15.
    pub voice: u8,
    /// What happened.
    pub change: VoiceChange,
}

/// What happened to a voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoiceChange {
    /// A note began.
    Start(NoteStart),
    /// A tied note changed its key and velocity.
    Tie(NoteStart),
    /// It fell silent and is free.
    End,
}

/// A note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoteStart {
    /// Driver player, 0 to 15.
    pub player: u8,
    /// Track, 0 to 15.
    pub track: u8,
    /// Program number.
    pub program: u16,
    /// Key after transposition.
    pub key: u8,
    /// Velocity as in the event.
    pub velocity: u8,
    /// Sequence ticks; -1 = not ended by length.
    pub length: i32,
}

/// A write to a sound register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterEvent {
    /// Wake of the driver; -1 = the driver's own start.
    pub wake: i64,
    /// Bus cycle at which it happens.
    pub cycle: u64,
    /// The write.
    pub write: RegisterWrite,
}

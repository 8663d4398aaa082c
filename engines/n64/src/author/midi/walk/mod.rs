//! Executing a sequence's structure (`n64-authoring.md` 5): scripts are followed through calls and counted loops from
//! the start, but nothing is decided: no branch is taken, nothing reads what the game writes. Only if somebody says
//! what the game has written ([`Ports`]) are values computed, and branches and jumps taken.
//!
//! ```
//! use tatum_n64::author::abi::BuiltInAbi;
//! use tatum_n64::author::disassemble::disassemble;
//! use tatum_n64::author::midi::walk::{WalkOptions, WalkedKind, walk};
//!
//! let abi = BuiltInAbi::Sm64.definition();
//! let sequence = disassemble("song", &[0xDD, 120, 0xFD, 48, 0xFF], &abi)?.sequence;
//! let walked = walk(&sequence, &abi, &WalkOptions::default());
//! assert_eq!(walked.events[0].kind, WalkedKind::Tempo(120));
//! assert_eq!((walked.events[1].tick, &walked.events[1].kind), (48, &WalkedKind::End));
//! # Ok::<(), tatum_core::FormatError>(())
//! ```

mod script;
mod transposition;
mod values;

use tatum_core::source::{Problem, Problems};

pub use values::Ports;

use self::script::Walker;
use crate::author::abi::AbiDefinition;
use crate::author::model::Sequence;

/// How far a walk goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkOptions {
    /// What jumps do.
    pub jumps: Jumps,
    /// Tick at which scripts are left.
    pub max_ticks: u64,
    /// Commands that are read before the walk gives up.
    pub most_commands: u32,
    /// What the game has written; none if branches are not to be taken.
    pub ports: Option<Ports>,
}

/// What jumps do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jumps {
    /// Nothing: reading goes on behind them.
    Pass,
    /// They end the script.
    End,
    /// Backward jumps of the sequence's own script are followed this many times; others do nothing.
    Follow(u32),
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self { jumps: Jumps::Pass, max_ticks: 1_000_000, most_commands: 2_000_000, ports: None }
    }
}

/// What a walk met.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    /// In the order of the walk: a script is followed to its end before the one that started it goes on.
    pub events: Vec<WalkedEvent>,
    /// What is odd.
    pub problems: Problems,
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkedEvent {
    /// Ticks, 48 in a quarter note.
    pub tick: u64,
    /// The channel; none for the sequence itself.
    pub channel: Option<u8>,
    /// The layer; none for channels.
    pub layer: Option<u8>,
    /// What happens.
    pub kind: WalkedKind,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WalkedKind {
    /// A note.
    Note(WalkedNote),
    /// Controllers change.
    Controllers(Vec<ControllerValue>),
    /// Quarter notes per minute.
    Tempo(u8),
    /// Volume of everything.
    MasterVolume(u8),
    /// What muting does.
    MuteBehavior(u8),
    /// Volume factor while muted.
    MuteScale(u8),
    /// Channels are initialised.
    EnableChannels(u16),
    /// Channels are freed.
    DisableChannels(u16),
    /// A channel starts.
    Start {
        /// Whether it is the first start, or time has passed since the last one: a part of the song begins.
        begins_part: bool,
    },
    /// The script leads elsewhere.
    Jump,
    /// The sequence's own script ends.
    End,
}

/// A note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalkedNote {
    /// MIDI key by the layer's transposition alone.
    pub key: i32,
    /// Semitones that channel and sequence add when the note starts.
    pub outer_transposition: i32,
    /// Velocity as the command or the layer's state says it.
    pub velocity: u8,
    /// Ticks to what follows.
    pub delay: u64,
    /// The part of the delay that is silent, of 256.
    pub gate: u8,
}

/// A controller's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControllerValue {
    /// MIDI controller, or one of [`super::PITCH_BEND`] and [`super::PROGRAM`].
    pub number: u8,
    /// The byte of the command.
    pub byte: u8,
    /// Whether the byte is twice the MIDI value.
    pub is_doubled: bool,
}

/// Walks through a sequence.
#[must_use]
pub fn walk(sequence: &Sequence, abi: &AbiDefinition, options: &WalkOptions) -> Walked {
    let mut walker = Walker::new(sequence, abi, options);
    walker.sequence();
    let (mut walked, changes) = walker.finish();
    changes.apply(&mut walked.events);
    walked
}

impl Walked {
    fn warn(&mut self, code: &'static str, message: String) {
        self.problems.push(Problem::warning(code, None, message));
    }
}

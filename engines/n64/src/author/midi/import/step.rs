//! Scripts in the making: commands without their bytes.

use crate::author::abi::{CommandId, Scope};

/// A song as scripts. The first one is the sequence's own.
#[derive(Clone, Debug, Default)]
pub(super) struct Song {
    pub(super) scripts: Vec<Script>,
    /// Names of the parts.
    pub(super) part_names: Vec<String>,
}

/// A script.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub(super) scope: Scope,
    pub(super) channel: Option<u8>,
    pub(super) layer: Option<u8>,
    /// Whether it is called, and not started.
    pub(super) is_called: bool,
    pub(super) steps: Vec<Step>,
}

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Time passes, no more than a command can hold.
    Delay(u16),
    Note(Note),
    Controllers(Controllers),
    LayerTransposition(i8),
    LongNotes,
    MuteBehavior(u8),
    MuteScale(u8),
    EnableChannels(u16),
    DisableChannels(u16),
    Tempo(u8),
    MasterVolume(u8),
    /// Starts a script, by its number in the song.
    StartChannel {
        channel: u8,
        script: usize,
    },
    StartLayer {
        layer: u8,
        script: usize,
    },
    /// Where a part of the song begins; no command.
    Part(usize),
    /// Jumps to a part.
    JumpToPart(usize),
    LoopStart(u8),
    LoopEnd,
    Call(usize),
    End,
}

/// A value that stands for several originals, each of them near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Merged {
    pub(super) value: u8,
    lowest: u8,
    highest: u8,
}

impl From<u8> for Merged {
    fn from(value: u8) -> Self {
        Self { value, lowest: value, highest: value }
    }
}

impl Merged {
    /// Whether this value can stand for the other's originals too: none is farther away than `delta`.
    pub(super) const fn stands_for(self, other: Self, delta: u8) -> bool {
        self.value.abs_diff(other.lowest) <= delta && self.value.abs_diff(other.highest) <= delta
    }

    /// Takes over the other's originals.
    pub(super) fn absorb(&mut self, other: Self) {
        self.lowest = self.lowest.min(other.lowest);
        self.highest = self.highest.max(other.highest);
    }
}

/// A note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Note {
    /// The note byte, 0 to 63.
    pub(super) note: u8,
    /// Ticks to what follows.
    pub(super) delay: u16,
    pub(super) velocity: Merged,
    /// The part of the delay that is silent, of 256.
    pub(super) gate: Merged,
}

/// A command that sets controllers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Controllers {
    pub(super) command: CommandId,
    /// Numbers and MIDI values, in the order of the command's operands.
    pub(super) values: Vec<(u8, Merged)>,
}

impl Step {
    /// Whether it is about where the script goes, and so part of no repetition.
    pub(super) const fn is_structure(&self) -> bool {
        matches!(
            self,
            Self::StartChannel { .. }
                | Self::StartLayer { .. }
                | Self::Part(_)
                | Self::JumpToPart(_)
                | Self::LoopStart(_)
                | Self::LoopEnd
                | Self::Call(_)
                | Self::End
        )
    }
}

/// A pause in pieces that a command can hold.
pub(super) fn delays(ticks: u64) -> impl Iterator<Item = Step> {
    const LONGEST: u64 = 0x7FFF;
    let whole = (0..ticks / LONGEST).map(|_| LONGEST as u16);
    let rest = (ticks % LONGEST) as u16;
    whole.chain((rest != 0).then_some(rest)).map(Step::Delay)
}

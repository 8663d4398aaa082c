use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::track::TrackIndex;
use super::variables::VariableSet;
use crate::song::SongData;

/// Number of driver players.
pub(crate) const PLAYERS: usize = 16;
/// Tracks of one player.
pub(super) const TRACKS: usize = 16;
/// A sequence tick is due whenever the counter holds this much.
const TICK_COST: u16 = 240;

/// Number of a driver player, 0 to 15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PlayerIndex(u8);

impl PlayerIndex {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..PLAYERS as u8).map(Self)
    }

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Beats per minute as ticks per wake: a counter that gains the tempo each wake and pays 240 per tick
/// (nds-driver 3.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tempo {
    /// Beats per minute.
    pub beats: u16,
    /// Set from outside, 256 = 1.
    pub ratio: u16,
    counter: u16,
}

impl Default for Tempo {
    fn default() -> Self {
        // The full counter makes the first tick due at once.
        Self { beats: 120, ratio: 256, counter: TICK_COST }
    }
}

impl Tempo {
    /// The ticks due in this wake; what is left stays in the counter.
    pub(super) const fn take_due_ticks(&mut self) -> u16 {
        let due = self.counter / TICK_COST;
        self.counter %= TICK_COST;
        due
    }

    /// Adds a wake's worth of tempo; the counter wraps at 16 bits.
    pub(super) const fn advance(&mut self) {
        let increment = (self.beats as u32 * self.ratio as u32) >> 8;
        self.counter = self.counter.wrapping_add(increment as u16);
    }
}

/// A player: a running sequence.
#[derive(Clone, Debug, Default)]
pub(crate) struct SequencePlayer {
    pub active: bool,
    pub prepared: bool,
    pub paused: bool,
    pub priority: u8,
    pub volume: u8,
    /// Set from outside, in 0.1 dB.
    pub fader: i16,
    pub tracks: [Option<TrackIndex>; TRACKS],
    pub tempo: Tempo,
    pub tick_counter: u32,
    pub(super) variables: VariableSet,
    song: Option<Arc<SongData>>,
}

impl SequencePlayer {
    /// A player as `prepare` leaves it, without tracks.
    pub(super) fn prepared(song: Arc<SongData>) -> Self {
        Self { priority: 64, volume: 127, song: Some(song), ..Self::default() }
    }

    /// Sets one of the player's sixteen variables.
    pub(crate) fn set_variable(&mut self, number: usize, value: i16) {
        if let Some(variable) = self.variables.slot(number) {
            *variable = value;
        }
    }

    /// The event bytes.
    pub(super) fn data(&self) -> &[u8] {
        self.song.as_deref().map_or(&[], SongData::events)
    }

    pub(super) fn song(&self) -> Option<&Arc<SongData>> {
        self.song.as_ref()
    }

    pub(super) fn hash_script(&self, hasher: &mut impl Hasher) {
        (self.priority, self.volume, self.fader, self.tempo.beats, self.tempo.ratio).hash(hasher);
        self.variables.hash(hasher);
    }
}

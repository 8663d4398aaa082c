use std::collections::VecDeque;

use crate::format::info::{PlayerInfo, SequenceSettings};
use crate::sequencer::{PLAYERS, PlayerIndex, Sequencer};
use crate::voice::Voices;
use crate::voice::tables::decibel;

/// Which sequence of the archive holds which driver player (nds-driver 10).
///
/// Driver players are given out from a queue, at first in order, and return to its end.
#[derive(Clone, Debug)]
pub(crate) struct PlayerSlots {
    free: VecDeque<PlayerIndex>,
    slots: [Option<Slot>; PLAYERS],
    starts: u64,
}

/// A running sequence as the library knows it.
#[derive(Clone, Copy, Debug)]
struct Slot {
    handle: Option<u32>,
    /// Player of the archive.
    archive_player: u8,
    priority: u8,
    /// Counts starts: older sequences have lower numbers.
    age: u64,
    entry_volume: u8,
    /// Fader last sent to the driver, in 0.1 dB.
    fader: i16,
}

/// Why a sequence was not started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// All places are taken by sequences of higher priority.
    Priority,
    /// The archive's player holds no sequences at all.
    NoPlace,
}

impl Default for PlayerSlots {
    fn default() -> Self {
        Self { free: PlayerIndex::all().collect(), slots: [None; PLAYERS], starts: 0 }
    }
}

impl PlayerSlots {
    /// Notices sequences that have ended and gives their players back.
    pub(crate) fn collect_ended(&mut self, sequencer: &Sequencer) {
        for player in PlayerIndex::all() {
            if !sequencer.player(player).active {
                self.release(player);
            }
        }
    }

    /// The driver player a handle's sequence runs on.
    pub(crate) fn player_of(&self, handle: u32) -> Option<PlayerIndex> {
        PlayerIndex::all().find(|player| self.slot(*player).is_some_and(|slot| slot.handle == Some(handle)))
    }

    /// Finds a place for a sequence: one more than its player holds replaces the one of lowest priority, the oldest
    /// of several, unless that has a higher priority than the new one. The same goes when no driver player is left.
    pub(crate) fn allocate(
        &mut self,
        handle: u32,
        settings: &SequenceSettings,
        player: &PlayerInfo,
        sequencer: &mut Sequencer,
        voices: &mut Voices,
    ) -> Result<PlayerIndex, Refusal> {
        // The handle lets go of what it started before; that plays on.
        if let Some(old) = self.player_of(handle)
            && let Some(slot) = self.slot_mut(old)
        {
            slot.handle = None;
        }
        let holds = |slot: &Slot| slot.archive_player == settings.player;
        if self.slots.iter().flatten().filter(|slot| holds(slot)).count() >= usize::from(player.max_sequences)
        {
            self.make_room(settings.player_priority, holds, sequencer, voices)?;
        }
        if self.free.is_empty() {
            self.make_room(settings.player_priority, |_| true, sequencer, voices)?;
        }
        let index = self.free.pop_front().ok_or(Refusal::NoPlace)?;
        self.starts += 1;
        self.slots[index.index()] = Some(Slot {
            handle: Some(handle),
            archive_player: settings.player,
            priority: settings.player_priority,
            age: self.starts,
            entry_volume: settings.volume,
            fader: 0,
        });
        Ok(index)
    }

    /// Stops a sequence and gives its player back.
    pub(crate) fn stop(&mut self, player: PlayerIndex, sequencer: &mut Sequencer, voices: &mut Voices) {
        if sequencer.player(player).active {
            sequencer.stop(player, voices);
        }
        self.release(player);
    }

    /// The fader for a volume of the handle, if it differs from what the driver has.
    pub(crate) fn changed_fader(&mut self, player: PlayerIndex, volume: u8) -> Option<i16> {
        let slot = self.slot_mut(player)?;
        let sum = i32::from(decibel(slot.entry_volume)) + i32::from(decibel(volume));
        let fader = sum.max(-32768) as i16;
        (fader != slot.fader).then(|| {
            slot.fader = fader;
            fader
        })
    }

    fn make_room(
        &mut self,
        priority: u8,
        eligible: impl Fn(&Slot) -> bool,
        sequencer: &mut Sequencer,
        voices: &mut Voices,
    ) -> Result<(), Refusal> {
        let (weakest, slot) = PlayerIndex::all()
            .filter_map(|player| Some((player, (*self.slot(player))?)))
            .filter(|(_, slot)| eligible(slot))
            .min_by_key(|(_, slot)| (slot.priority, slot.age))
            .ok_or(Refusal::NoPlace)?;
        if priority < slot.priority {
            return Err(Refusal::Priority);
        }
        self.stop(weakest, sequencer, voices);
        Ok(())
    }

    fn release(&mut self, player: PlayerIndex) {
        if self.slots[player.index()].take().is_some() {
            self.free.push_back(player);
        }
    }

    fn slot(&self, player: PlayerIndex) -> &Option<Slot> {
        &self.slots[player.index()]
    }

    fn slot_mut(&mut self, player: PlayerIndex) -> Option<&mut Slot> {
        self.slots[player.index()].as_mut()
    }
}

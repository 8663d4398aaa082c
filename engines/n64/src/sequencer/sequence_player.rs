//! A sequence player: its parameters, its fades and what the game can ask of it, `n64-engine.md` 3.

use super::script::Script;
use crate::format::sequence::SequenceData;
use crate::ids::ChannelId;
use crate::voice::lists::VoiceLists;

/// Channel slots of a player.
pub const SLOTS: usize = 16;
/// Ticks per minute at the start: 120 beats of 48.
const START_TEMPO: u16 = 120 * crate::profile::TICKS_PER_BEAT;
/// Mute behaviour at the start: everything.
const START_MUTE_BEHAVIOR: u8 = 0xE0;

/// Bits of the mute behaviour, `n64-engine.md` 3.4.
pub mod mute {
    /// Scripts stop; sounding voices stop.
    pub const STOP_SCRIPT: u8 = 0x80;
    /// No new notes; sounding voices stop.
    pub const STOP_NOTES: u8 = 0x40;
    /// The volume is lowered.
    pub const SOFTEN: u8 = 0x20;
}

/// Where a player's volume is going.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FadeState {
    /// The volume command sets the volume at once.
    Normal = 0,
    /// Fading out; the player ends when it is done.
    FadeOut = 1,
    /// Fading to the volume the sequence sets.
    FadeIn = 2,
    /// Fading back; kept for completeness of the engine's numbers.
    Reserved = 3,
    /// Fading to, or held at, a level chosen by the game.
    ToTarget = 4,
}

/// Where a table of short-note parameters lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShortNoteTable {
    /// The engine's own.
    Default,
    /// In the sequence.
    At(u16),
}

/// One of the players.
#[derive(Clone, Debug)]
pub struct SequencePlayer {
    /// Whether it plays.
    pub enabled: bool,
    /// Whether the game or the sequence has muted it.
    pub muted: bool,
    /// Where the volume is going.
    pub fade_state: FadeState,
    /// Updates the fade still takes.
    pub fade_remaining: u16,
    /// The volume, 0 to 1.
    pub fade_volume: f32,
    /// Change of the volume per update.
    pub fade_velocity: f32,
    /// The volume to go back to.
    pub volume: f32,
    /// Volume factor while muted.
    pub mute_volume_scale: f32,
    /// What muting does.
    pub mute_behavior: u8,
    /// Ticks per minute.
    pub tempo: u16,
    /// Collects tempo until it makes a tick.
    pub tempo_accumulator: u16,
    /// Semitones, for all channels.
    pub transposition: i16,
    /// Ticks until the script goes on.
    pub delay: u16,
    /// Policy for channels initialised later.
    pub allocation_policy: u8,
    /// The variation byte.
    pub variation: i8,
    /// Gates of short notes.
    pub gate_table: ShortNoteTable,
    /// Velocities of short notes.
    pub velocity_table: ShortNoteTable,
    /// The script.
    pub script: Script,
    /// The channels; `None` is the dummy channel that all empty slots share.
    pub slots: [Option<ChannelId>; SLOTS],
    /// Voices reserved for the player.
    pub lists: VoiceLists,
    /// The sequence, if one was ever loaded.
    pub data: Option<SequenceData>,
    /// Ticks since the sequence started.
    pub ticks: u64,
}

impl SequencePlayer {
    /// A player at boot.
    pub fn new() -> Self {
        Self {
            enabled: false,
            muted: false,
            fade_state: FadeState::Normal,
            fade_remaining: 0,
            fade_volume: 1.0,
            fade_velocity: 0.0,
            volume: 0.0,
            mute_volume_scale: 0.5,
            mute_behavior: START_MUTE_BEHAVIOR,
            tempo: START_TEMPO,
            tempo_accumulator: 0,
            transposition: 0,
            delay: 0,
            allocation_policy: 0,
            variation: -1,
            gate_table: ShortNoteTable::Default,
            velocity_table: ShortNoteTable::Default,
            script: Script::default(),
            slots: [None; SLOTS],
            lists: VoiceLists::default(),
            data: None,
            ticks: 0,
        }
    }

    /// Resets what starting a sequence resets (3.1). The channels must have been disabled before.
    pub fn start(&mut self, data: SequenceData) {
        let variation = self.variation;
        let lists = std::mem::take(&mut self.lists);
        *self = Self { enabled: true, variation, lists, data: Some(data), ..Self::new() };
    }

    /// One update of the fade (3.3); `true` if it has just ended the player.
    pub fn step_fade(&mut self) -> bool {
        if self.fade_remaining == 0 {
            return false;
        }
        self.fade_volume = (self.fade_volume + self.fade_velocity).clamp(0.0, 1.0);
        self.fade_remaining -= 1;
        if self.fade_remaining == 0 {
            match self.fade_state {
                FadeState::FadeOut => return true,
                FadeState::FadeIn | FadeState::Reserved => self.fade_state = FadeState::Normal,
                FadeState::Normal | FadeState::ToTarget => {}
            }
        }
        false
    }

    /// The sequence's volume command.
    pub fn set_volume(&mut self, volume: u8) {
        let level = f32::from(volume) / 127.0;
        match self.fade_state {
            FadeState::FadeIn if self.fade_remaining != 0 => {
                self.fade_velocity = (level - self.fade_volume) / f32::from(self.fade_remaining);
            }
            FadeState::Normal | FadeState::FadeIn => self.fade_volume = level,
            FadeState::FadeOut | FadeState::ToTarget => self.volume = level,
            FadeState::Reserved => {}
        }
    }

    /// The sequence's relative volume command.
    pub fn add_volume(&mut self, change: i8) {
        self.fade_volume += f32::from(change) / 127.0;
    }

    /// Limits and sets the tempo; `tempo` is the new value before it was cut to 16 bits (2.4).
    pub fn set_tempo(&mut self, tempo: i32, tick_threshold: u16) {
        // A negative sum is a large unsigned number, so it gives the highest tempo.
        let tempo = (tempo as u16).min(tick_threshold);
        self.tempo = if tempo as i16 <= 0 { 1 } else { tempo };
    }

    /// The game fades the music out and stops it.
    pub fn fade_out(&mut self, updates: u16) {
        let updates = updates.max(1);
        self.fade_velocity = -(self.fade_volume / f32::from(updates));
        self.fade_state = FadeState::FadeOut;
        self.fade_remaining = updates;
    }

    /// The game lets the music come up to the volume that the sequence will set.
    pub fn fade_in(&mut self, updates: u16) {
        if updates != 0 {
            self.fade_state = FadeState::FadeIn;
            self.fade_volume = 0.0;
            self.fade_velocity = 0.0;
            self.fade_remaining = updates;
        }
    }

    /// The game lowers the music to `target`/127.
    pub fn lower(&mut self, target: u8, updates: u16) {
        if self.is_closed_to_fades() {
            return;
        }
        let level = f32::from(target) / 127.0;
        self.fade_remaining = 0;
        if updates == 0 {
            self.fade_volume = level;
        } else {
            self.fade_velocity = (level - self.fade_volume) / f32::from(updates);
            self.fade_state = FadeState::ToTarget;
            self.fade_remaining = updates;
        }
    }

    /// The game brings lowered music back to its normal volume.
    pub fn unlower(&mut self, normal: u8, updates: u16) {
        if self.is_closed_to_fades() {
            return;
        }
        self.volume = f32::from(normal) / 127.0;
        self.fade_remaining = 0;
        if updates == 0 {
            self.fade_volume = self.volume;
        } else {
            self.fade_velocity = (self.volume - self.fade_volume) / f32::from(updates);
            self.fade_state = FadeState::FadeIn;
            self.fade_remaining = updates;
        }
    }

    /// Nothing brings music back that is fading out or over (3.3).
    fn is_closed_to_fades(&self) -> bool {
        !self.enabled || self.fade_state == FadeState::FadeOut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tempo_is_limited_as_unsigned_and_never_zero() {
        let mut player = SequencePlayer::new();
        player.set_tempo(20_000, 14_360);
        assert_eq!(player.tempo, 14_360);
        player.set_tempo(-48, 14_360);
        assert_eq!(player.tempo, 14_360);
        player.set_tempo(0, 14_360);
        assert_eq!(player.tempo, 1);
    }
}

//! A sequence player and its parameters, `n64-engine.md` 3.

use super::fade::FadeState;
use super::script::Script;
use crate::format::sequence::SequenceData;
use crate::ids::ChannelId;
use crate::profile::{Generation, Profile};
use crate::voice::lists::VoiceLists;

/// Channel slots of a player.
pub const SLOTS: usize = 16;
/// Ports of a player (Zelda generation).
pub const PORTS: usize = 8;
/// Beats per minute at the start.
const START_TEMPO: u16 = 120;

/// Bits of the mute behaviour, `n64-engine.md` 3.4.
pub mod mute {
    /// Scripts stop; sounding voices stop.
    pub const STOP_SCRIPT: u8 = 0x80;
    /// No new notes; sounding voices stop.
    pub const STOP_NOTES: u8 = 0x40;
    /// The volume is lowered.
    pub const SOFTEN: u8 = 0x20;
    /// New notes are muted (Zelda generation).
    pub const MUTE_NEW_NOTES: u8 = 0x10;
    /// Voices are silent (Shindou and Zelda generation).
    pub const SILENCE: u8 = 0x08;
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
    /// Updates in which a volume command is reached (later generations).
    pub fade_time: u16,
    /// Factor of the volume, set by the sequence (later generations).
    pub fade_volume_scale: f32,
    /// Volume times factor, as last calculated (later generations).
    pub applied_fade_volume: f32,
    /// Whether the notes' parameters must be calculated anew (later generations).
    pub recalculates: bool,
    /// Volume factor while muted.
    pub mute_volume_scale: f32,
    /// What muting does.
    pub mute_behavior: u8,
    /// Ticks per minute.
    pub tempo: u16,
    /// Added to the tempo (from Shindou on).
    pub tempo_change: i16,
    /// Collects tempo until it makes a tick.
    pub tempo_accumulator: u16,
    /// Semitones, for all channels.
    pub transposition: i16,
    /// Ticks until the script goes on.
    pub delay: u16,
    /// Whether the script, its channels and layers have stopped for good (Zelda generation).
    pub is_stopped: bool,
    /// The value register; it survives delays in the Zelda generation only.
    pub value: i32,
    /// Ports (Zelda generation).
    pub ports: [i8; PORTS],
    /// Frequency factor of all channels, set by the game (Zelda generation).
    pub bend: f32,
    /// The channels that the game's commands to "all channels" mean (Zelda generation).
    pub command_mask: u16,
    /// The volume that the game remembered (Zelda generation).
    pub remembered_volume: f32,
    /// Whether new notes are muted because ticks are being skipped (Zelda generation).
    pub skips: bool,
    /// Number of the sequence, for its banks.
    pub sequence: usize,
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
    pub fn new(profile: &Profile) -> Self {
        Self {
            enabled: false,
            muted: false,
            fade_state: FadeState::Normal,
            fade_remaining: 0,
            fade_volume: 1.0,
            fade_velocity: 0.0,
            volume: 0.0,
            fade_time: 0,
            fade_volume_scale: 1.0,
            applied_fade_volume: 0.0,
            recalculates: false,
            mute_volume_scale: 0.5,
            mute_behavior: profile.mute_behavior,
            tempo: START_TEMPO * profile.tempo_unit,
            tempo_change: 0,
            tempo_accumulator: 0,
            transposition: 0,
            delay: 0,
            is_stopped: false,
            value: 0,
            ports: [-1; PORTS],
            bend: 1.0,
            command_mask: 0,
            remembered_volume: 1.0,
            skips: false,
            sequence: 0,
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

    /// Resets what starting a sequence resets (`n64-engine.md` 3.1 and 8.3, `n64-oot.md` 7.1). The channels must
    /// have been disabled before.
    pub fn start(&mut self, data: SequenceData, sequence: usize, profile: &Profile) {
        let last = std::mem::replace(self, Self::new(profile));
        self.enabled = true;
        self.data = Some(data);
        self.sequence = sequence;
        self.variation = last.variation;
        self.lists = last.lists;
        if profile.generation != Generation::First {
            self.fade_state = FadeState::Waiting;
            self.fade_volume_scale = last.fade_volume_scale;
            self.applied_fade_volume = last.applied_fade_volume;
        }
        if profile.rules.script.keeps_muting {
            self.muted = last.muted;
            self.mute_behavior = last.mute_behavior;
        }
        if profile.rules.script.keeps_registers {
            self.value = last.value;
            self.ports = last.ports;
            self.bend = last.bend;
            self.command_mask = last.command_mask;
            self.remembered_volume = last.remembered_volume;
        }
    }

    /// Limits and sets the tempo; `tempo` is the new value before it was cut to 16 bits (2.4).
    pub fn set_tempo(&mut self, tempo: i32, tick_threshold: u16) {
        // A negative sum is a large unsigned number, so it gives the highest tempo.
        let tempo = (tempo as u16).min(tick_threshold);
        self.tempo = if tempo as i16 <= 0 { 1 } else { tempo };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tempo_is_limited_as_unsigned_and_never_zero() {
        let mut player = SequencePlayer::new(crate::profile::EngineVersion::Sm64Us.profile());
        player.set_tempo(20_000, 14_360);
        assert_eq!(player.tempo, 14_360);
        player.set_tempo(-48, 14_360);
        assert_eq!(player.tempo, 14_360);
        player.set_tempo(0, 14_360);
        assert_eq!(player.tempo, 1);
    }
}

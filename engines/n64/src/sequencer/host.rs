//! What the game asks of the engine, at the start of a frame: `n64-engine.md` 3.3 and 8.2, `n64-oot.md` 11.

use super::FadeState;
use super::channel::{Changes, Channel};
use super::sequence_player::SequencePlayer;
use crate::engine::{Engine, SoundMode};
use crate::ids::{ChannelId, PlayerId};
use crate::profile::{Generation, TICKS_PER_BEAT};
use crate::voice::Release;

/// What a game can ask of the engine while a song plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostAction {
    /// Fades the song out, then stops it.
    FadeOut {
        /// Duration.
        updates: u16,
    },
    /// Lowers the song, as under a jingle.
    Lower {
        /// Level, of 127.
        target: u8,
        /// Duration.
        updates: u16,
    },
    /// Brings a lowered song back.
    Unlower {
        /// Level, of 127.
        target: u8,
        /// Duration.
        updates: u16,
    },
    /// Mutes or unmutes all players.
    Mute {
        /// Whether they are muted from now on.
        muted: bool,
    },
    /// A command of the Zelda generation.
    Command {
        /// Operation and three arguments.
        command: u32,
        /// Data: in the upper bytes, where it is shorter than 32 bits.
        data: u32,
    },
}

/// Seconds of the highest count of ticks that a "start and skip" executes.
const MOST_SKIPPED_TICKS: u32 = 36_000;

impl Engine {
    /// Does what the game asks; `player` is the one that plays the song.
    pub(crate) fn execute_action(&mut self, player: PlayerId, action: HostAction) {
        let literals = self.literals();
        let is_first = self.generation() == Generation::First;
        let state = &mut self.players[player.index()];
        match action {
            HostAction::FadeOut { updates } if is_first => state.fade_out(updates, literals),
            HostAction::FadeOut { updates } => state.fade_to_end(updates.max(1)),
            HostAction::Lower { target, updates } if is_first => state.lower(target, updates, literals),
            HostAction::Unlower { target, updates } if is_first => state.unlower(target, updates),
            HostAction::Lower { target, updates } | HostAction::Unlower { target, updates } => {
                state.fade_to(f32::from(target) / 127.0, updates);
            }
            HostAction::Mute { muted } => self.mute_all(muted),
            HostAction::Command { command, data } => self.execute_command(command, data),
        }
    }

    /// Mutes or unmutes all players; the notes' volumes are calculated anew.
    fn mute_all(&mut self, muted: bool) {
        for player in &mut self.players {
            player.muted = muted;
            player.recalculates = true;
        }
    }

    /// A command of the Zelda generation; those without effect on the sound, and unknown ones, do nothing.
    fn execute_command(&mut self, command: u32, data: u32) {
        let [operation, player, second, third] = command.to_be_bytes();
        match operation {
            0x80.. => self.global_command(operation, PlayerId(player), second, data),
            _ if usize::from(player) >= self.players.len() => {}
            0x40..=0x7F => self.players[usize::from(player)].command(operation, second, third, data),
            _ => self.channel_commands(operation, PlayerId(player), second, third, data),
        }
    }

    fn global_command(&mut self, operation: u8, player: PlayerId, second: u8, data: u32) {
        let exists = player.index() < self.players.len();
        match operation {
            0x82 if exists => self.start_numbered_sequence(player, second, data as u16),
            0x85 if exists => {
                self.start_numbered_sequence(player, second, 0);
                self.skip_ticks(player, data.min(MOST_SKIPPED_TICKS));
            }
            0x83 if exists && self.players[player.index()].enabled => match data as u16 {
                0 => self.stop_player_at_once(player),
                updates => self.players[player.index()].fade_to_end(updates),
            },
            0x90 if exists => self.players[player.index()].command_mask = (data >> 16) as u16,
            0xF0 => {
                self.sound_mode = match data {
                    0 => SoundMode::Stereo,
                    1 => SoundMode::Headset,
                    2 => SoundMode::Surround,
                    3 => SoundMode::Mono,
                    4 => SoundMode::FullSurround,
                    _ => self.sound_mode,
                };
            }
            0xF1 => self.mute_all(true),
            0xF2 => {
                if data == 1 {
                    self.finish_muted_voices();
                }
                self.mute_all(false);
            }
            0xFE if data == 1 => {
                for player in (0..self.players.len() as u8).map(PlayerId) {
                    self.stop_player_at_once(player);
                }
            }
            _ => {}
        }
    }

    fn channel_commands(&mut self, operation: u8, player: PlayerId, slot: u8, third: u8, data: u32) {
        const ALL: u8 = 0xFF;
        let mask = if slot == ALL {
            self.players[player.index()].command_mask
        } else {
            1_u16.checked_shl(slot.into()).unwrap_or(0)
        };
        for slot in 0..16 {
            if mask >> slot & 1 != 0
                && let Some(ChannelId(channel)) = self.channel_in(player, slot)
            {
                self.channels[usize::from(channel)].command(operation, third, data);
            }
        }
    }

    /// Stops a player: all its notes end within a few updates.
    fn stop_player_at_once(&mut self, id: PlayerId) {
        for slot in 0..16 {
            let Some(channel) = self.channel_in(id, slot) else { continue };
            for layer in self.channels[channel.index()].layers.into_iter().flatten() {
                self.release_note(layer, Release::Release);
            }
        }
        self.disable_player(id);
    }

    /// Executes ticks at once, without starting notes.
    fn skip_ticks(&mut self, id: PlayerId, ticks: u32) {
        self.players[id.index()].skips = true;
        for _ in 0..ticks {
            self.process_player(id, &mut tatum_core::NullProbe);
            self.update_note_parameters(id);
        }
        self.players[id.index()].skips = false;
    }

    fn finish_muted_voices(&mut self) {
        for voice in &mut self.voices {
            let Some(layer) = voice.parent.map(|layer| &self.layers[layer.index()]) else { continue };
            let Some(channel) = layer.channel.map(|channel| &self.channels[channel.index()]) else {
                continue;
            };
            if channel.mute_behavior & super::sequence_player::mute::SILENCE != 0 {
                voice.finished = true;
            }
        }
    }
}

impl SequencePlayer {
    fn command(&mut self, operation: u8, second: u8, third: u8, data: u32) {
        let byte = (data >> 24) as u8;
        match operation {
            0x41 => {
                let scale = f32::from_bits(data);
                if scale.is_finite() && self.fade_volume_scale != scale {
                    self.fade_volume_scale = scale;
                    self.recalculates = true;
                }
            }
            0x46 => {
                if let Some(port) = self.ports.get_mut(usize::from(third)) {
                    *port = byte as i8;
                }
            }
            0x47 => self.tempo = (data as u16).wrapping_mul(TICKS_PER_BEAT),
            0x48 => self.transposition = (byte as i8).into(),
            0x49 => self.tempo_change = (data as i16).wrapping_mul(TICKS_PER_BEAT as i16),
            0x4E => self.tempo_change = data as i16,
            0x4A | 0x4B if self.fade_state != FadeState::FadeOut => {
                self.remembered_volume = self.fade_volume;
                let level = if operation == 0x4A {
                    f32::from(second) / 127.0
                } else {
                    f32::from(second) / 100.0 * self.fade_volume
                };
                self.fade_to(level, data as u16);
            }
            0x4C => self.fade_to(self.remembered_volume, data as u16),
            0x4D => {
                let bend = f32::from_bits(data);
                if bend.is_finite() {
                    self.bend = bend;
                }
            }
            _ => {}
        }
    }
}

impl Channel {
    /// A command of the game to a channel; flags are raised only by values that differ.
    fn command(&mut self, operation: u8, third: u8, data: u32) {
        let number = f32::from_bits(data);
        let (byte, half) = ((data >> 24) as u8, (data >> 16) as u16);
        let before = (self.volume_scale, self.volume, self.pan, self.frequency_scale);
        let Changes { pan: pan_changed, .. } = self.changes;
        match operation {
            0x01 if number.is_finite() => self.volume_scale = number,
            0x02 if number.is_finite() => self.volume = number,
            0x03 => self.pan = byte,
            // The engine compares the weight with the pan.
            0x07 if byte != self.pan => {
                self.pan_weight = byte;
                self.changes.pan = true;
            }
            0x04 if number.is_finite() => self.frequency_scale = number,
            0x05 => self.reverb = byte,
            0x06 => {
                if let Some(port) = self.ports.get_mut(usize::from(third)) {
                    *port = byte as i8;
                }
            }
            0x08 => self.muted = byte != 0,
            0x09 => self.mute_behavior = byte,
            0x0A => {
                self.vibrato.extent_target = u16::from(byte) * 8;
                self.vibrato.extent_change_delay = 1;
            }
            0x0B => {
                self.vibrato.rate_target = u16::from(byte) * 32;
                self.vibrato.rate_change_delay = 1;
            }
            0x0C => self.comb.size = byte,
            0x0D => self.comb.gain = half,
            0x0E => self.stereo_bits = byte,
            _ => {}
        }
        self.changes.volume |= before.0 != self.volume_scale || before.1 != self.volume;
        self.changes.pan |= pan_changed || before.2 != self.pan;
        self.changes.frequency |= before.3 != self.frequency_scale;
    }
}

//! Note parameters of the later generations: calculated only when something has changed. `n64-engine.md` 8.2,
//! `n64-oot.md` 7.6.

use crate::engine::Engine;
use crate::ids::{ChannelId, PlayerId};
use crate::sequencer::channel::{Changes, FULL_WEIGHT};
use crate::sequencer::sequence_player::mute;

impl Engine {
    pub(super) fn update_later_parameters(&mut self, id: PlayerId) {
        let player = &mut self.players[id.index()];
        if player.step_later_fade() {
            self.disable_player(id);
            return;
        }
        for slot in 0..16 {
            if let Some(channel) = self.channel_in(id, slot)
                && self.channels[channel.index()].enabled
            {
                self.update_later_channel_notes(id, channel);
            }
        }
        self.players[id.index()].recalculates = false;
    }

    fn update_later_channel_notes(&mut self, player: PlayerId, id: ChannelId) {
        let squares_volume = self.rules().note.squares_volume;
        let player = &self.players[player.index()];
        let channel = &mut self.channels[id.index()];
        let mut changes = std::mem::take(&mut channel.changes);
        changes.volume |= player.recalculates;
        if changes.volume {
            let mut volume = channel.volume * channel.volume_scale * player.applied_fade_volume;
            if player.muted && channel.mute_behavior & mute::SOFTEN != 0 {
                volume *= player.mute_volume_scale;
            }
            channel.applied_volume = if squares_volume { volume * volume } else { volume };
        }
        if changes.pan {
            channel.applied_pan = u16::from(channel.pan) * u16::from(channel.pan_weight);
        }
        let mut frequency = channel.frequency_scale;
        if player.bend != 1.0 {
            frequency *= player.bend;
            changes.frequency = true;
        }
        for layer in channel.layers.into_iter().flatten() {
            let layer = &mut self.layers[layer.index()];
            if !layer.enabled || layer.voice.is_none() {
                continue;
            }
            let changes = if std::mem::take(&mut layer.needs_init) { Changes::ALL } else { changes };
            if changes.frequency {
                layer.note_frequency_scale = layer.frequency_scale * frequency;
            }
            if changes.volume {
                layer.note_velocity = layer.velocity_square * channel.applied_volume;
            }
            if changes.pan {
                let weight = i32::from(FULL_WEIGHT) - i32::from(channel.pan_weight);
                layer.note_position =
                    ((i32::from(channel.applied_pan) + i32::from(layer.pan) * weight) >> 7) as u8;
            }
        }
    }
}

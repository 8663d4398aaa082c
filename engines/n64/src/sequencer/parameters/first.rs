//! From channel and layer parameters to those of the voice, every update: `n64-engine.md` 3.3 and 3.4.

use crate::engine::Engine;
use crate::ids::{ChannelId, PlayerId};
use crate::sequencer::sequence_player::mute;

impl Engine {
    /// The player's fade, then the parameters of all its sounding notes.
    pub(crate) fn update_first_parameters(&mut self, id: PlayerId) {
        if !self.players[id.index()].enabled {
            return;
        }
        if self.players[id.index()].step_fade() {
            self.disable_player(id);
            return;
        }
        for slot in 0..16 {
            if let Some(channel) = self.channel_in(id, slot)
                && self.channels[channel.index()].enabled
            {
                self.update_first_channel_notes(id, channel);
            }
        }
    }

    fn update_first_channel_notes(&mut self, player: PlayerId, id: ChannelId) {
        let player = &self.players[player.index()];
        let channel = &self.channels[id.index()];
        let mut volume = channel.volume * channel.volume_scale * player.fade_volume;
        if player.muted && channel.mute_behavior & mute::SOFTEN != 0 {
            volume *= player.mute_volume_scale;
        }
        let weight = f32::from(channel.pan_weight) / 128.0;
        let channel_pan = f32::from(channel.pan) / 128.0 * weight;
        let layer_weight = 1.0 - weight;
        for layer in channel.layers.into_iter().flatten() {
            let layer = &mut self.layers[layer.index()];
            if layer.enabled && layer.voice.is_some() {
                layer.note_frequency_scale = layer.frequency_scale * channel.frequency_scale;
                layer.note_velocity = layer.velocity_square * volume;
                layer.note_pan = f32::from(layer.pan) / 128.0 * layer_weight + channel_pan;
            }
        }
    }
}

//! The sequencer's part of an update, `n64-engine.md` 2.5.

use super::channel::LAYERS;
use super::sequence_player::mute;
use crate::engine::Engine;
use crate::event::{EngineProbe, Event};
use crate::ids::{ChannelId, PlayerId};

impl Engine {
    /// One update of all players: a tick if it is time, then the parameters of the sounding notes.
    pub(crate) fn update_players<P: EngineProbe>(&mut self, probe: &mut P) {
        for player in (0..self.players.len() as u8).map(PlayerId) {
            if self.players[player.index()].enabled {
                self.process_player(player, probe);
                self.update_note_parameters(player);
            }
        }
    }

    /// The tick test, and on a tick: the sequence script, then the channels in order.
    pub(super) fn process_player<P: EngineProbe>(&mut self, id: PlayerId, probe: &mut P) {
        let (threshold, rules) = (self.timing.tick_threshold, &self.rules().script);
        let player = &mut self.players[id.index()];
        if player.muted && player.mute_behavior & mute::STOP_SCRIPT != 0 {
            return;
        }
        let tempo = if rules.limits_tempo_sum {
            (i32::from(player.tempo) + i32::from(player.tempo_change)).min(threshold.into()) as u16
        } else {
            player.tempo.wrapping_add_signed(player.tempo_change)
        };
        player.tempo_accumulator = player.tempo_accumulator.wrapping_add(tempo);
        if player.tempo_accumulator < threshold {
            return;
        }
        player.tempo_accumulator -= threshold;
        if player.is_stopped {
            return;
        }
        probe.record(|| Event::Tick { player: id, tick: player.ticks });
        player.ticks += 1;
        if player.delay > 1 {
            player.delay -= 1;
        } else {
            player.recalculates = true;
            self.run_sequence_script(id, probe);
            let player = &mut self.players[id.index()];
            if player.is_stopped {
                player.is_stopped = rules.stops_for_good;
                return;
            }
        }
        for slot in 0..16 {
            if let Some(channel) = self.channel_in(id, slot) {
                self.process_channel(id, slot, channel, probe);
            }
        }
    }

    /// A channel's tick: its script when the delay is over, then its layers.
    fn process_channel<P: EngineProbe>(&mut self, player: PlayerId, slot: u8, id: ChannelId, probe: &mut P) {
        let channel = &mut self.channels[id.index()];
        if !channel.enabled {
            return;
        }
        // The test for a hung script comes before the one for muting: layers of a hung channel go on.
        if !channel.stop_script {
            let player_state = &self.players[player.index()];
            if player_state.muted && channel.mute_behavior & mute::STOP_SCRIPT != 0 {
                return;
            }
            if channel.delay != 0 {
                channel.delay -= 1;
            }
            if channel.delay == 0 {
                self.run_channel_script(player, slot, id, probe);
            }
        }
        for layer_slot in 0..LAYERS {
            if let Some(layer) = self.channels[id.index()].layers[layer_slot] {
                self.process_layer(player, (slot, layer_slot as u8), layer, probe);
            }
        }
    }
}

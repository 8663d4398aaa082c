//! Voices whose layer, channel or player has gone, or which muting stops: `n64-engine.md` 5.6 and 8.2,
//! `n64-oot.md` 8.5.

use super::state::Ending;
use crate::engine::Engine;
use crate::ids::{LayerId, VoiceId};
use crate::voice::Release;
use crate::voice::lists::ListKind;
use crate::voice::voice::PRIORITY_STOPPING;

/// Whether a voice is processed in this update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// It is.
    Checked,
    /// It is passed over.
    Gone,
}

impl Engine {
    /// Looks after a voice's owner before the voice is processed.
    pub(super) fn check_owner(&mut self, id: VoiceId) -> Owner {
        let rules = &self.rules().voice;
        let voice = &self.voices[id.index()];
        let is_playing = if rules.stops_by_priority {
            voice.priority > PRIORITY_STOPPING
        } else {
            voice.later.ending == Ending::Playing && voice.priority >= 1
        };
        let Some(parent) = voice.parent else {
            return if is_playing { Owner::Gone } else { Owner::Checked };
        };
        let layer = &self.layers[parent.index()];
        if !rules.stops_by_priority && layer.voice != Some(id) && voice.later.ending == Ending::Playing {
            let fade = self.pace().quick_fade();
            let voice = &mut self.voices[id.index()];
            voice.later.envelope.release(fade);
            voice.priority = PRIORITY_STOPPING;
            voice.later.ending = Ending::Released;
            return Owner::Checked;
        }
        if !layer.enabled && is_playing {
            self.reclaim_later_voice(id, parent);
            return Owner::Checked;
        }
        let Some(channel_id) = layer.channel else {
            self.disable_layer(parent);
            self.free_layers.push(parent);
            self.end_without_owner(id);
            return Owner::Gone;
        };
        let channel = &self.channels[channel_id.index()];
        let Some(player) = channel.player else {
            self.disable_channel(channel_id);
            self.end_without_owner(id);
            return Owner::Gone;
        };
        if self.players[player.index()].muted && channel.mute_behavior & rules.ending_mute_bits != 0 {
            self.reclaim_later_voice(id, parent);
        }
        Owner::Checked
    }

    fn reclaim_later_voice(&mut self, id: VoiceId, parent: LayerId) {
        self.release_note(parent, Release::Release);
        self.detach_voice(id);
        let set = self.voices[id.index()].own_set;
        self.push_voice_front(id, set, ListKind::Decaying);
        let voice = &mut self.voices[id.index()];
        voice.priority = PRIORITY_STOPPING;
        voice.later.ending = Ending::Released;
    }

    fn end_without_owner(&mut self, id: VoiceId) {
        let voice = &mut self.voices[id.index()];
        voice.priority = PRIORITY_STOPPING;
        voice.later.ending = Ending::Decaying;
    }
}

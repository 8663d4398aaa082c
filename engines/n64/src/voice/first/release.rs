//! The end of a note, `n64-engine.md` 5.5, and voices whose owner is gone, 5.6.

use crate::engine::Engine;
use crate::ids::{LayerId, VoiceId};
use crate::sequencer::layer::NoteStatus;
use crate::sequencer::sequence_player::mute;
use crate::voice::Release;
use crate::voice::lists::{ListKind, SetId};
use crate::voice::voice::{FrozenParameters, PRIORITY_STOPPING};

/// The fade per update of a decay, per unit of the release rate.
const DECAY_UNIT: i16 = 24;

impl Engine {
    /// The fade per update of a quick release (0x8000 in a frame).
    pub(crate) const fn quick_fade(&self) -> i16 {
        (0x8000 / self.timing.updates_per_frame) as i16
    }

    /// Ends the note of a layer, if the layer still points at a voice.
    pub(in crate::voice) fn release_first_note(&mut self, id: LayerId, release: Release) {
        let quick_fade = self.quick_fade();
        let layer = &mut self.layers[id.index()];
        let (Some(voice_id), Some(channel)) = (layer.voice, layer.channel) else { return };
        let channel = &self.channels[channel.index()];
        if channel.allocation_policy == 0 {
            layer.voice = None;
        }
        let voice = &mut self.voices[voice_id.index()];
        if voice.wanted == Some(id) {
            voice.wanted = None;
        }
        if voice.parent != Some(id) {
            return;
        }
        layer.status = NoteStatus::Silent;
        if !voice.envelope.is_decaying() {
            voice.frozen = FrozenParameters {
                frequency: layer.note_frequency_scale,
                velocity: layer.note_velocity,
                pan: layer.note_pan,
                reverb: channel.reverb,
            };
            voice.priority = PRIORITY_STOPPING;
            voice.previous_parent = Some(id);
            voice.parent = None;
            match release {
                Release::Release => voice.envelope.release(quick_fade),
                Release::Decay => {
                    let rate =
                        if layer.release_rate != 0 { layer.release_rate } else { channel.release_rate };
                    voice.envelope.decay(i16::from(rate) * DECAY_UNIT, u16::from(channel.sustain) << 8);
                }
            }
        }
        if release == Release::Decay {
            let set = voice.own_set;
            self.detach_voice(voice_id);
            self.push_voice_front(voice_id, set, ListKind::Decaying);
        }
    }

    /// Frees voices whose layer, channel or player has gone, or which muting stops.
    pub(crate) fn reclaim_voices(&mut self) {
        for index in 0..self.voices.len() {
            let id = VoiceId(index as u8);
            if let Some(parent) = self.voices[index].parent {
                self.reclaim_voice(id, parent);
            }
        }
    }

    fn reclaim_voice(&mut self, id: VoiceId, parent: LayerId) {
        let layer = &self.layers[parent.index()];
        let is_over = !layer.enabled && self.voices[id.index()].priority > PRIORITY_STOPPING;
        if !is_over {
            let Some(channel_id) = layer.channel else {
                self.disable_layer(parent);
                self.free_layers.push(parent);
                self.voices[id.index()].priority = PRIORITY_STOPPING;
                return;
            };
            let channel = &self.channels[channel_id.index()];
            let Some(player) = channel.player else {
                self.disable_channel(channel_id);
                self.voices[id.index()].priority = PRIORITY_STOPPING;
                return;
            };
            let stops = channel.mute_behavior & (mute::STOP_SCRIPT | mute::STOP_NOTES) != 0;
            if !(self.players[player.index()].muted && stops) {
                return;
            }
        }
        // The layer's note is usually, but not necessarily, this voice.
        self.release_note(parent, Release::Release);
        self.detach_voice(id);
        let set: SetId = self.voices[id.index()].own_set;
        self.push_voice_front(id, set, ListKind::Disabled);
        self.voices[id.index()].priority = PRIORITY_STOPPING;
    }
}

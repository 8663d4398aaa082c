//! The end of a note in the later generations: `n64-engine.md` 5.5, 8.2 and 8.3, `n64-oot.md` 8.4.

use super::envelope::Pace;
use super::state::{Ending, FilterSource};
use crate::engine::Engine;
use crate::ids::LayerId;
use crate::sequencer::layer::NoteStatus;
use crate::sequencer::sequence_player::mute;
use crate::voice::Release;
use crate::voice::lists::ListKind;
use crate::voice::voice::PRIORITY_STOPPING;

impl Engine {
    /// What scales envelopes.
    pub(super) const fn pace(&self) -> Pace {
        Pace { rules: &self.profile.rules.voice.envelope, updates_per_frame: self.timing.updates_per_frame }
    }

    /// Ends the note of a layer, if the layer still points at a voice.
    pub(in crate::voice) fn release_later_note(&mut self, id: LayerId, release: Release) {
        let (rules, pace) = (&self.rules().voice, self.pace());
        let layer = &mut self.layers[id.index()];
        let (Some(voice_id), Some(channel_id)) = (layer.voice, layer.channel) else { return };
        if rules.silences_at_once {
            layer.status = NoteStatus::Silent;
        }
        let voice = &mut self.voices[voice_id.index()];
        if voice.wanted == Some(id) {
            voice.wanted = None;
        }
        if voice.parent != Some(id) {
            let is_fading_for_nobody =
                voice.parent.is_none() && voice.wanted.is_none() && voice.previous_parent == Some(id);
            if is_fading_for_nobody && release == Release::Release {
                voice.later.envelope.release(pace.quick_fade());
            }
            return;
        }
        layer.status = NoteStatus::Silent;
        if !voice.later.envelope.is_decaying() {
            self.freeze_note(voice_id, id);
            let layer = &self.layers[id.index()];
            let channel = &self.channels[channel_id.index()];
            let is_silenced = rules.has_silence_bit
                && channel.mute_behavior & mute::SILENCE != 0
                && channel.player.is_some_and(|player| self.players[player.index()].muted);
            let voice = &mut self.voices[voice_id.index()];
            voice.finished |= is_silenced;
            voice.priority =
                if rules.stops_by_priority { PRIORITY_STOPPING } else { channel.release_priority };
            voice.previous_parent = Some(id);
            voice.parent = None;
            match release {
                Release::Release => {
                    voice.later.ending = Ending::Released;
                    voice.later.envelope.release(pace.quick_fade());
                }
                Release::Decay => {
                    voice.later.ending = Ending::Decaying;
                    let rate =
                        if layer.release_rate != 0 { layer.release_rate } else { channel.release_rate };
                    voice.later.envelope.decay(pace.decay_fade(rate), channel.sustain);
                }
            }
        }
        if release == Release::Decay {
            let set = self.voices[voice_id.index()].own_set;
            self.detach_voice(voice_id);
            self.push_voice_front(voice_id, set, ListKind::Decaying);
        }
    }

    /// Copies a note's parameters into its voice, because the layer goes on to other things.
    fn freeze_note(&mut self, voice_id: crate::ids::VoiceId, id: LayerId) {
        let Some(mut parameters) = self.live_parameters(id) else { return };
        // Here Majora's Mask takes the layer's stereo byte whether or not it has a mode.
        let layer_bits = self.layers[id.index()].stereo_bits;
        if layer_bits != 0 {
            parameters.stereo_bits = layer_bits;
        }
        if let (FilterSource::Sequence { player, address }, true) =
            (parameters.filter, self.rules().voice.copies_filter)
        {
            let data = self.players.get(usize::from(player)).and_then(|player| player.data.as_ref());
            if let Some(data) = data {
                self.voices[voice_id.index()].later.filter =
                    std::array::from_fn(|tap| data.u16(usize::from(address) + 2 * tap) as i16);
            }
            parameters.filter = FilterSource::Copy;
        }
        self.voices[voice_id.index()].later.frozen = parameters;
    }
}

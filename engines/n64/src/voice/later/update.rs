//! What happens to every voice in every update of the later generations: `n64-engine.md` 5.3, 8.2 and 8.3,
//! `n64-oot.md` 8.5.

use super::owner::Owner;
use super::state::{Ending, FilterSource, NoteParameters};
use crate::engine::Engine;
use crate::event::{EngineProbe, Event};
use crate::ids::{LayerId, VoiceId};
use crate::sequencer::channel::CombFilter;
use crate::sequencer::layer::USE_CHANNEL_SURROUND;
use crate::sequencer::sequence_player::mute;
use crate::voice::lists::{ListKind, SetId};
use crate::voice::voice::{PRIORITY_DISABLED, PRIORITY_STOPPING};

/// Flags of a layer in Majora's Mask: what it takes from its channel.
mod layer_flags {
    /// Reverb send.
    pub const REVERB: u16 = 0x2000;
    /// Gain.
    pub const GAIN: u16 = 0x0040;
}

/// Mode bits of a layer's stereo byte.
const STEREO_MODE: u8 = 0x30;

impl Engine {
    /// One update of all voices, in index order; then their slots.
    pub(in crate::voice) fn update_later_voices<P: EngineProbe>(&mut self, probe: &mut P) {
        for index in 0..self.voices.len() {
            let id = VoiceId(index as u8);
            if self.continue_later_voice(id, probe) {
                let level = self.step_later_envelope(id);
                self.step_later_vibrato(id);
                self.set_later_parameters(id, level);
            }
        }
        self.finish_slots();
    }

    /// Whether a voice goes on sounding. A voice that has ended is restarted for the layer that waits for it, or
    /// given back.
    fn continue_later_voice<P: EngineProbe>(&mut self, id: VoiceId, probe: &mut P) -> bool {
        if self.check_owner(id) == Owner::Gone {
            return false;
        }
        let stops_by_priority = self.rules().voice.stops_by_priority;
        let voice = &self.voices[id.index()];
        if voice.priority == PRIORITY_DISABLED {
            return false;
        }
        let is_ending = if stops_by_priority {
            voice.priority == PRIORITY_STOPPING
        } else {
            voice.later.ending != Ending::Playing
        };
        let is_over = voice.later.envelope.is_off() || voice.finished;
        if is_ending || voice.finished {
            if !is_over {
                return true;
            }
            if let Some(wanted) = voice.wanted {
                self.disable_later_voice(id, probe);
                if self.layers[wanted.index()].channel.is_some() {
                    return self.restart_later_voice(id, wanted, probe);
                }
                self.retire_later_voice(id);
                self.voices[id.index()].wanted = None;
                return false;
            }
        } else if !is_over {
            return true;
        }
        if let Some(parent) = self.voices[id.index()].parent {
            self.layers[parent.index()].has_died = true;
        }
        self.disable_later_voice(id, probe);
        self.retire_later_voice(id);
        false
    }

    fn restart_later_voice<P: EngineProbe>(&mut self, id: VoiceId, wanted: LayerId, probe: &mut P) -> bool {
        self.voices[id.index()].wanted = None;
        if !self.init_later_voice(id, wanted, probe) {
            self.disable_later_voice(id, probe);
            self.detach_voice(id);
            self.push_voice_front(id, SetId::Global, ListKind::Disabled);
            return false;
        }
        self.start_later_vibrato(id);
        self.start_slide(id);
        self.detach_voice(id);
        let set = self.voices[id.index()].own_set;
        self.push_voice_back(id, set, ListKind::Active);
        true
    }

    /// Puts a voice that has ended among the silent ones of its set.
    fn retire_later_voice(&mut self, id: VoiceId) {
        self.detach_voice(id);
        let set = self.voices[id.index()].own_set;
        self.push_voice_back(id, set, ListKind::Disabled);
    }

    fn disable_later_voice<P: EngineProbe>(&mut self, id: VoiceId, probe: &mut P) {
        let stops_by_priority = self.rules().voice.stops_by_priority;
        let voice = &mut self.voices[id.index()];
        let had_init = voice.needs_init;
        voice.priority = PRIORITY_DISABLED;
        voice.enabled = false;
        voice.needs_init = false;
        voice.finished = false;
        voice.parent = None;
        voice.previous_parent = None;
        voice.later.ending = Ending::Playing;
        if stops_by_priority {
            voice.silence_parameters(had_init);
        } else {
            voice.later.envelope.disable();
        }
        probe.record(|| Event::VoiceStop { voice: id });
    }

    fn step_later_envelope(&mut self, id: VoiceId) -> f32 {
        let (pace, sounds, players) = (self.pace(), &self.sounds, &self.players);
        let envelope = &mut self.voices[id.index()].later.envelope;
        let source = envelope.source;
        envelope.step(pace, |index| source.point(index, pace.rules, sounds, players))
    }

    /// The parameters of a layer's note as they are now.
    pub(super) fn live_parameters(&self, id: LayerId) -> Option<NoteParameters> {
        let layer = &self.layers[id.index()];
        let channel = &self.channels[layer.channel?.index()];
        let has_flags = self.rules().voice.has_layer_flags;
        let uses_layer_stereo =
            if has_flags { layer.stereo_bits & STEREO_MODE != 0 } else { layer.stereo_bits != 0 };
        let player = channel.player.map_or(0, |player| player.0);
        Some(NoteParameters {
            frequency: layer.note_frequency_scale,
            velocity: layer.note_velocity,
            pan: layer.note_position,
            reverb: if !has_flags || layer.flags & layer_flags::REVERB != 0 {
                channel.reverb
            } else {
                layer.own_reverb
            },
            gain: if !has_flags || layer.flags & layer_flags::GAIN != 0 { channel.gain } else { 0 },
            stereo_bits: if uses_layer_stereo { layer.stereo_bits } else { channel.stereo_bits },
            surround: if layer.surround == USE_CHANNEL_SURROUND { channel.surround } else { layer.surround },
            filter: channel
                .filter
                .map_or(FilterSource::None, |address| FilterSource::Sequence { player, address }),
            comb: channel.comb,
        })
    }

    /// Frequency, volumes and effects, from the layer or, after the note's end, from what was frozen then.
    fn set_later_parameters(&mut self, id: VoiceId, level: f32) {
        let rules = &self.rules().voice;
        let voice = &self.voices[id.index()];
        let is_frozen = if rules.stops_by_priority {
            voice.priority == PRIORITY_STOPPING
        } else {
            voice.later.ending != Ending::Playing
        };
        let layer = voice.parent.filter(|_| !is_frozen);
        let mut note = layer.and_then(|layer| self.live_parameters(layer)).unwrap_or(voice.later.frozen);
        let channel = layer
            .and_then(|layer| self.layers[layer.index()].channel)
            .map(|channel| &self.channels[channel.index()]);
        if let Some(channel) = channel
            && rules.has_silence_bit
            && channel.mute_behavior & mute::SILENCE != 0
            && channel.player.is_some_and(|player| self.players[player.index()].muted)
        {
            note.frequency = 0.0;
            note.velocity = 0.0;
        }
        let book_offset = channel.map_or(voice.later.book_offset, |channel| channel.book_offset);
        if !rules.has_comb {
            note.comb = CombFilter::default();
        }
        let resample = 32000.0 / self.preset.rate as f32;
        note.frequency *= voice.later.vibrato.factor * voice.later.slide.factor;
        note.frequency *= resample;
        note.velocity *= level;
        if rules.level_counts_twice {
            note.velocity *= level;
        }
        let mode = self.sound_mode;
        let voice = &mut self.voices[id.index()];
        if let Some(bits) = rules.book_offset_bits {
            voice.later.book_offset = book_offset & bits;
        }
        voice.set_later_volumes(&rules.volume, mode, &note);
        if !rules.stops_by_priority {
            let slot = self.update_number * self.voices.len() + id.index();
            self.slots[slot] = self.voices[id.index()].later.parameters;
            self.voices[id.index()].later.book_offset = book_offset;
        }
    }

    /// After the voices of an update: what is not enabled is not synthesised.
    fn finish_slots(&mut self) {
        let stops_by_priority = self.rules().voice.stops_by_priority;
        let first = self.update_number * self.voices.len();
        for (voice, slot) in self.voices.iter_mut().zip(&mut self.slots[first..]) {
            if voice.enabled {
                if stops_by_priority {
                    *slot = voice.later.parameters;
                }
                voice.needs_init = false;
                voice.later.parameters.needs_init = false;
            } else {
                slot.enabled = false;
            }
            voice.later.wave_change = 0;
        }
    }
}

//! Finding a voice for a note, `n64-engine.md` 5.2.

use super::envelope::Envelope;
use crate::engine::Engine;
use crate::event::EngineProbe;
use crate::ids::{LayerId, VoiceId};
use crate::sequencer::layer::NoteStatus;
use crate::voice::Release;
use crate::voice::lists::{ListKind, SetId};
use crate::voice::voice::{PRIORITY_STOPPING, StereoState, Volumes, policy};

impl Engine {
    /// A voice for a layer's note: a silent one, else one that decays, else the least important one. A voice
    /// that still sounds is only claimed; it starts when it has faded.
    pub(crate) fn allocate_first_voice<P: EngineProbe>(
        &mut self,
        id: LayerId,
        probe: &mut P,
    ) -> Option<VoiceId> {
        let layer = &self.layers[id.index()];
        let channel_id = layer.channel?;
        let channel = &self.channels[channel_id.index()];
        if channel.allocation_policy & policy::OWN_VOICE != 0
            && let Some(voice) = layer.voice
            && self.voices[voice.index()].previous_parent == Some(id)
        {
            self.take_over_voice(voice, id);
            self.detach_voice(voice);
            self.push_voice_back(voice, SetId::Global, ListKind::Releasing);
            return Some(voice);
        }
        let own = SetId::Channel(channel_id);
        let player = channel.player.map_or(SetId::Global, SetId::Player);
        let sets: &[SetId] = match channel.allocation_policy {
            p if p & policy::CHANNEL != 0 => &[own],
            p if p & policy::PLAYER != 0 => &[own, player],
            p if p & policy::GLOBAL != 0 => &[SetId::Global],
            _ => &[own, player, SetId::Global],
        };
        let found = sets
            .iter()
            .find_map(|&set| self.allocate_disabled(set, id, probe))
            .or_else(|| sets.iter().find_map(|&set| self.claim_decaying(set, id)))
            .or_else(|| sets.iter().find_map(|&set| self.claim_active(set, id)));
        if found.is_none() {
            self.count_dropped_note(id);
            self.layers[id.index()].status = NoteStatus::Silent;
        }
        found
    }

    fn allocate_disabled<P: EngineProbe>(
        &mut self,
        set: SetId,
        id: LayerId,
        probe: &mut P,
    ) -> Option<VoiceId> {
        let voice = self.pop_voice_back(set, ListKind::Disabled)?;
        if self.init_voice(voice, id, probe) {
            self.push_voice_front(voice, set, ListKind::Active);
            Some(voice)
        } else {
            self.push_voice_front(voice, SetId::Global, ListKind::Disabled);
            None
        }
    }

    fn claim_decaying(&mut self, set: SetId, id: LayerId) -> Option<VoiceId> {
        let voice = self.pop_voice_back(set, ListKind::Decaying)?;
        self.take_over_voice(voice, id);
        self.push_voice_back(voice, set, ListKind::Releasing);
        Some(voice)
    }

    /// Of the voices with the lowest priority the last one in the list is claimed, if its priority is not
    /// higher than the note's.
    fn claim_active(&mut self, set: SetId, id: LayerId) -> Option<VoiceId> {
        let priority_of = |voice: VoiceId| self.voices[voice.index()].priority;
        let voice = self
            .voice_lists(set)
            .list(ListKind::Active)
            .iter()
            .reduce(|best, voice| if priority_of(voice) <= priority_of(best) { voice } else { best })?;
        let channel = self.layers[id.index()].channel?;
        if self.channels[channel.index()].priority < priority_of(voice) {
            return None;
        }
        self.detach_voice(voice);
        if let Some(parent) = self.voices[voice.index()].parent {
            self.release_note(parent, Release::Release);
        }
        self.voices[voice.index()].wanted = Some(id);
        self.push_voice_back(voice, set, ListKind::Releasing);
        self.count_stolen_voice(id);
        Some(voice)
    }

    /// Lets a fading voice fade quickly, for a layer that waits for it.
    fn take_over_voice(&mut self, voice: VoiceId, id: LayerId) {
        let fade = self.quick_fade();
        let voice = &mut self.voices[voice.index()];
        voice.wanted = Some(id);
        voice.priority = PRIORITY_STOPPING;
        voice.envelope.release(fade);
    }

    /// Sets a voice up for a layer's note (5.2.1); `false` if the channel's bank is missing.
    pub(crate) fn init_voice<P: EngineProbe>(
        &mut self,
        id: VoiceId,
        layer_id: LayerId,
        probe: &mut P,
    ) -> bool {
        let Some(channel_id) = self.layers[layer_id.index()].channel else { return false };
        let slot = self.slot_of(channel_id);
        let voice = &mut self.voices[id.index()];
        let layer = &mut self.layers[layer_id.index()];
        let channel = &self.channels[channel_id.index()];
        voice.previous_parent = None;
        voice.parent = Some(layer_id);
        voice.priority = channel.priority;
        if self.sounds.bank(channel.bank).is_none() {
            return false;
        }
        voice.slot = slot;
        voice.layer_slot = channel.slot_of_layer(layer_id);
        voice.stereo_effects = channel.stereo_effects;
        voice.sound = layer.sound;
        layer.status = NoteStatus::Playing;
        layer.voice = Some(id);
        let (envelope, release_rate) = if layer.release_rate != 0 {
            (layer.envelope, layer.release_rate)
        } else {
            (channel.envelope, channel.release_rate)
        };
        voice.envelope = Envelope::start(envelope, release_rate, &voice.envelope);
        voice.target = Volumes::default();
        voice.current = Volumes { left: 1, right: 1 };
        voice.reverb = 0;
        voice.wet_gain = 0;
        voice.frequency = 0.0;
        voice.enabled = true;
        voice.needs_init = true;
        voice.playback.restart = false;
        voice.finished = false;
        voice.stereo = StereoState::default();
        if voice.sound.is_none() {
            self.select_wave(id, layer_id);
        }
        probe.record(|| self.voice_start(id, channel_id, layer_id));
        true
    }
}

//! Finding a voice for a note in the later generations: `n64-engine.md` 5.2, 8.2 and 8.3, `n64-oot.md` 8.3 and 13.

use super::state::Ending;
use crate::engine::Engine;
use crate::event::EngineProbe;
use crate::ids::{LayerId, VoiceId};
use crate::sequencer::layer::NoteStatus;
use crate::sound_memory::LoadedSample;
use crate::voice::Release;
use crate::voice::lists::{ListKind, SetId};
use crate::voice::voice::{PRIORITY_STOPPING, policy};

/// What a missing candidate counts as.
const NO_PRIORITY: u8 = 16;
/// The voice takes one of four reverb units.
const REVERB_UNIT_MASK: u8 = 3;

/// The sample at which a note begins (Majora's Mask): 1 is the loop's start, and beyond the end is the beginning.
fn start_of(sample: &LoadedSample, offset: u16) -> u32 {
    match u32::from(offset) {
        1 => sample.loop_start,
        offset if offset >= sample.end => 0,
        offset => offset,
    }
}

impl Engine {
    /// A voice for a layer's note: a silent one, else one that decays, else the least important one. A voice that
    /// still sounds is only claimed; it starts when it has faded.
    pub(crate) fn allocate_later_voice<P: EngineProbe>(
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
            && self.voices[voice.index()].wanted.is_none()
        {
            self.take_over_later_voice(voice, id);
            self.detach_voice(voice);
            let set = self.voices[voice.index()].own_set;
            self.push_voice_back(voice, set, ListKind::Releasing);
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
        let priority = channel.priority;
        let found = sets
            .iter()
            .find_map(|&set| self.allocate_silent(set, id, probe))
            .or_else(|| sets.iter().find_map(|&set| self.claim_later_decaying(set, id, priority)))
            .or_else(|| sets.iter().find_map(|&set| self.claim_sounding(set, id, priority)));
        if found.is_none() {
            self.count_dropped_note(id);
            self.layers[id.index()].status = if self.rules().voice.unheard_note_may_go_on {
                NoteStatus::Playing
            } else {
                NoteStatus::Silent
            };
        }
        found
    }

    fn allocate_silent<P: EngineProbe>(&mut self, set: SetId, id: LayerId, probe: &mut P) -> Option<VoiceId> {
        let voice = self.pop_voice_back(set, ListKind::Disabled)?;
        if self.init_later_voice(voice, id, probe) {
            self.push_voice_front(voice, set, ListKind::Active);
            Some(voice)
        } else {
            self.push_voice_front(voice, SetId::Global, ListKind::Disabled);
            None
        }
    }

    fn claim_later_decaying(&mut self, set: SetId, id: LayerId, priority: u8) -> Option<VoiceId> {
        let voice = if self.rules().voice.compares_decaying {
            let (voice, lowest) = self.least_important(set, ListKind::Decaying)?;
            (lowest < priority).then_some(voice)?
        } else {
            self.voice_lists(set).list(ListKind::Decaying).iter().last()?
        };
        self.detach_voice(voice);
        self.take_over_later_voice(voice, id);
        self.push_voice_back(voice, set, ListKind::Releasing);
        Some(voice)
    }

    /// The voice with the lowest priority of a list, the last among equals.
    fn least_important(&self, set: SetId, kind: ListKind) -> Option<(VoiceId, u8)> {
        self.voice_lists(set)
            .list(kind)
            .iter()
            .map(|voice| (voice, self.voices[voice.index()].priority))
            .reduce(|best, voice| if voice.1 <= best.1 { voice } else { best })
    }

    /// Steals from the voices that sound, maybe also from those that fade for another note already.
    fn claim_sounding(&mut self, set: SetId, id: LayerId, priority: u8) -> Option<VoiceId> {
        let is_lower = |candidate: &(VoiceId, u8)| candidate.1 < priority;
        let steals_releasing = self.rules().voice.steals_releasing;
        let active = self.least_important(set, ListKind::Active).filter(is_lower);
        let releasing =
            self.least_important(set, ListKind::Releasing).filter(is_lower).filter(|_| steals_releasing);
        let releasing_priority = releasing.map_or(NO_PRIORITY, |(_, priority)| priority);
        let voice = match active {
            Some((voice, active_priority)) if active_priority < releasing_priority => {
                self.detach_voice(voice);
                if let Some(parent) = self.voices[voice.index()].parent {
                    self.release_note(parent, Release::Release);
                }
                self.voices[voice.index()].wanted = Some(id);
                self.push_voice_back(voice, set, ListKind::Releasing);
                voice
            }
            _ => {
                let (voice, _) = releasing?;
                self.voices[voice.index()].wanted = Some(id);
                voice
            }
        };
        if steals_releasing {
            self.voices[voice.index()].priority = priority;
        }
        self.count_stolen_voice(id);
        Some(voice)
    }

    /// Lets a fading voice fade quickly, for a layer that waits for it.
    fn take_over_later_voice(&mut self, voice: VoiceId, id: LayerId) {
        let fade = self.pace().quick_fade();
        let steals_releasing = self.rules().voice.steals_releasing;
        let layer = &self.layers[id.index()];
        let priority = layer.channel.map_or(0, |channel| self.channels[channel.index()].priority);
        let voice = &mut self.voices[voice.index()];
        voice.wanted = Some(id);
        voice.priority = if steals_releasing { priority } else { PRIORITY_STOPPING };
        voice.later.envelope.release(fade);
    }

    /// Sets a voice up for a layer's note; `false` if the channel's bank is missing.
    pub(super) fn init_later_voice<P: EngineProbe>(
        &mut self,
        id: VoiceId,
        layer_id: LayerId,
        probe: &mut P,
    ) -> bool {
        let rules = &self.rules().voice;
        let Some(channel_id) = self.layers[layer_id.index()].channel else { return false };
        let slot = self.slot_of(channel_id);
        let voice = &mut self.voices[id.index()];
        let layer = &mut self.layers[layer_id.index()];
        let channel = &self.channels[channel_id.index()];
        voice.previous_parent = None;
        voice.parent = Some(layer_id);
        voice.priority = channel.priority;
        layer.needs_init = true;
        layer.status = NoteStatus::Playing;
        if self.sounds.bank(channel.bank).is_none() {
            return false;
        }
        voice.slot = slot;
        voice.layer_slot = channel.slot_of_layer(layer_id);
        voice.stereo_effects = channel.stereo_effects;
        voice.sound = layer.sound;
        layer.voice = Some(id);
        layer.note_velocity = 0.0;
        let source = if layer.release_rate != 0 { layer.envelope } else { channel.envelope };
        voice.enabled = true;
        voice.needs_init = true;
        voice.finished = false;
        let later = &mut voice.later;
        later.ending = Ending::Playing;
        later.envelope = super::envelope::Envelope::start(source, &later.envelope);
        later.reverb_unit = channel.reverb_unit & REVERB_UNIT_MASK;
        later.wave_change = 0;
        later.book_offset = if rules.starts_without_book_offset { 0 } else { channel.book_offset };
        if let Some(sound) = voice.sound {
            let sample = self.sounds.sound(sound).map(|sound| &sound.sample);
            later.start_offset = sample.map_or(0, |sample| start_of(sample, channel.start_offset));
        } else {
            self.select_later_wave(id, layer_id);
        }
        let voice = &mut self.voices[id.index()];
        voice.later.parameters = super::parameters::VoiceParameters::start(voice);
        probe.record(|| self.voice_start(id, channel_id, layer_id));
        true
    }
}

//! What happens to every voice in every update, `n64-engine.md` 5.3.

use super::envelope::State;
use crate::engine::Engine;
use crate::event::{EngineProbe, Event};
use crate::ids::VoiceId;
use crate::voice::lists::{ListKind, SetId};
use crate::voice::voice::{FrozenParameters, PRIORITY_DISABLED, PRIORITY_STOPPING};

/// The highest speed of a voice.
const MAX_FREQUENCY: f32 = 3.99992;
/// At this integer rate the engine leaves frequencies alone.
const NOMINAL_INTEGER_RATE: u32 = 32006;
/// The rate that frequencies refer to.
const NOMINAL_RATE: f32 = 32000.0;
/// Full envelope to velocity factor; it counts twice.
const ENVELOPE_SCALE: f32 = 4.3498e-5;
/// Pan of a voice that is switched off.
const CENTER_PAN: f32 = 0.5;

impl Engine {
    /// One update of all voices, in index order.
    pub(in crate::voice) fn update_first_voices<P: EngineProbe>(&mut self, probe: &mut P) {
        for index in 0..self.voices.len() {
            let id = VoiceId(index as u8);
            if self.continue_voice(id, probe) {
                self.step_envelope(id);
                self.step_vibrato(id);
                self.set_voice_parameters(id);
            }
        }
    }

    /// Whether a voice goes on sounding. A voice that has ended is restarted for the layer that waits for it,
    /// or given back.
    fn continue_voice<P: EngineProbe>(&mut self, id: VoiceId, probe: &mut P) -> bool {
        let voice = &self.voices[id.index()];
        if voice.priority == PRIORITY_DISABLED {
            return false;
        }
        if voice.priority == PRIORITY_STOPPING || voice.finished {
            if voice.envelope.value != 0 && !voice.finished {
                return true;
            }
            if let Some(wanted) = voice.wanted {
                self.disable_voice(id, probe);
                if self.layers[wanted.index()].channel.is_some() {
                    return self.restart_voice(id, probe);
                }
                self.retire_voice(id);
                self.voices[id.index()].wanted = None;
                return false;
            }
        } else if voice.envelope.state() != State::Disabled {
            return true;
        }
        self.disable_voice(id, probe);
        self.retire_voice(id);
        false
    }

    fn restart_voice<P: EngineProbe>(&mut self, id: VoiceId, probe: &mut P) -> bool {
        let Some(wanted) = self.voices[id.index()].wanted else { return false };
        if !self.init_voice(id, wanted, probe) {
            self.disable_voice(id, probe);
            self.detach_voice(id);
            self.push_voice_front(id, SetId::Global, ListKind::Disabled);
            return false;
        }
        self.start_vibrato(id);
        self.detach_voice(id);
        let set = self.voices[id.index()].own_set;
        self.push_voice_back(id, set, ListKind::Active);
        self.voices[id.index()].wanted = None;
        true
    }

    /// Puts a voice that has ended among the silent ones of its set.
    fn retire_voice(&mut self, id: VoiceId) {
        self.detach_voice(id);
        let set = self.voices[id.index()].own_set;
        self.push_voice_back(id, set, ListKind::Disabled);
    }

    fn disable_voice<P: EngineProbe>(&mut self, id: VoiceId, probe: &mut P) {
        let mode = (self.sound_mode, self.literals());
        let voice = &mut self.voices[id.index()];
        if voice.needs_init {
            voice.needs_init = false;
        } else {
            voice.set_volumes(mode, 0.0, CENTER_PAN, 0);
        }
        voice.priority = PRIORITY_DISABLED;
        voice.enabled = false;
        voice.finished = false;
        voice.parent = None;
        voice.previous_parent = None;
        probe.record(|| Event::VoiceStop { voice: id });
    }

    fn step_envelope(&mut self, id: VoiceId) {
        let (rules, sounds, players) = (&self.rules().voice.envelope, &self.sounds, &self.players);
        let source = self.voices[id.index()].envelope.source;
        self.voices[id.index()].envelope.step(|index| source.point(index, rules, sounds, players));
    }

    /// Frequency and volumes, from the layer or, after the note's end, from what was frozen then.
    fn set_voice_parameters(&mut self, id: VoiceId) {
        let integer_rate = self.timing.integer_rate;
        let literals = self.literals();
        let voice = &mut self.voices[id.index()];
        let layer = voice.parent.filter(|_| voice.priority != PRIORITY_STOPPING);
        let parameters = match layer.map(|layer| &self.layers[layer.index()]) {
            Some(layer) => FrozenParameters {
                frequency: layer.note_frequency_scale,
                velocity: layer.note_velocity,
                pan: layer.note_pan,
                reverb: layer.channel.map_or(0, |channel| self.channels[channel.index()].reverb),
            },
            None => voice.frozen,
        };
        let mut frequency = parameters.frequency * (voice.vibrato.factor * voice.vibrato.portamento_factor);
        if integer_rate != NOMINAL_INTEGER_RATE {
            frequency = literals.scaled(frequency, NOMINAL_RATE, integer_rate as f32);
        }
        let scale = f32::from(voice.envelope.value) * ENVELOPE_SCALE;
        let velocity = parameters.velocity * scale * scale;
        voice.frequency = frequency.min(MAX_FREQUENCY);
        voice.set_volumes((self.sound_mode, literals), velocity, parameters.pan, parameters.reverb);
    }
}

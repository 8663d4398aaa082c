//! What displays show of a voice, the same for all generations.

use tatum_core::{ChannelStatus, EnvelopeStage, Tempo, VoiceStatus};

use super::voice::Voice;
use super::{first, later};
use crate::engine::Engine;
use crate::profile::{Generation, TICKS_PER_BEAT};
use crate::sequencer::channel::{CENTER_PAN, Channel, ChannelInstrument, DRUMS, EFFECTS};
use crate::sequencer::sequence_player::SequencePlayer;

/// The MIDI key of semitone 0 (`n64-authoring.md` 1).
const LOWEST_KEY: u8 = 21;

impl Engine {
    /// The state of a voice.
    pub(crate) fn voice_status(&self, index: usize, voice: &Voice) -> VoiceStatus {
        let (left, right) = self.volume_of(voice);
        let layer = voice.parent.map(|id| &self.layers[id.index()]);
        let channel = layer.and_then(|layer| layer.channel).map(|id| &self.channels[id.index()]);
        VoiceStatus {
            voice: index as u8,
            channel: voice.slot.filter(|_| voice.enabled),
            layer: voice.layer_slot.filter(|_| voice.enabled),
            instrument: layer
                .and_then(|layer| layer.instrument)
                .or(channel.map(|channel| channel.instrument))
                .filter(|_| voice.enabled)
                .map(number_of),
            key: layer.filter(|_| voice.enabled).map(|layer| layer.semitone.wrapping_add(LOWEST_KEY) & 0x7F),
            pitch: self.pitch_of(voice),
            left,
            right,
            stage: if voice.enabled { self.stage_of(voice) } else { EnvelopeStage::Off },
        }
    }

    /// The state of the channels of a sequence player; empty slots are left out.
    pub(crate) fn channel_statuses(&self, player: &SequencePlayer) -> impl Iterator<Item = ChannelStatus> {
        (0..).zip(&player.slots).filter_map(|(slot, id)| {
            let channel = &self.channels[id.as_ref()?.index()];
            Some(ChannelStatus {
                channel: slot,
                is_active: channel.enabled,
                instrument: channel.has_instrument.then(|| number_of(channel.instrument)),
                volume: channel.volume * channel.volume_scale,
                pan: pan_of(channel),
            })
        })
    }

    /// The tempo that a sequence player's script has set.
    pub(crate) fn tempo_of(&self, player: &SequencePlayer) -> Tempo {
        let tempo = player.tempo.saturating_add_signed(player.tempo_change);
        Tempo {
            beats_per_minute: f32::from(tempo) / f32::from(self.profile.tempo_unit),
            ticks_per_beat: TICKS_PER_BEAT.into(),
        }
    }

    /// Volumes of both sides, 0 to 1.
    pub(crate) fn volume_of(&self, voice: &Voice) -> (f32, f32) {
        let target = voice.later.parameters.target;
        let (volumes, full) = match self.generation() {
            Generation::First => (voice.target, 32768.0),
            _ if self.rules().voice.volume.is_coarse => (target, 1024.0),
            _ => (target, 4096.0),
        };
        (f32::from(volumes.left) / full, f32::from(volumes.right) / full)
    }

    /// The speed of the sample.
    pub(crate) fn pitch_of(&self, voice: &Voice) -> f32 {
        if self.generation() == Generation::First {
            return voice.frequency;
        }
        let parameters = &voice.later.parameters;
        f32::from(parameters.pitch) / 32768.0 * f32::from(parameters.parts)
    }

    /// The stage of the envelope.
    pub(crate) fn stage_of(&self, voice: &Voice) -> EnvelopeStage {
        if self.generation() == Generation::First {
            use first::envelope::State as S;
            return match voice.envelope.state() {
                S::Disabled => EnvelopeStage::Off,
                S::Initial | S::StartLoop | S::Loop | S::Fade => EnvelopeStage::Attack,
                S::Hang | S::Sustain => EnvelopeStage::Sustain,
                S::Decay | S::Release => EnvelopeStage::Release,
            };
        }
        use later::envelope::State as S;
        match voice.later.envelope.state() {
            S::Disabled => EnvelopeStage::Off,
            S::Initial | S::StartLoop | S::Loop | S::Fade => EnvelopeStage::Attack,
            S::Hang | S::Sustain => EnvelopeStage::Sustain,
            S::Decay | S::Release => EnvelopeStage::Release,
        }
    }
}

/// The number with which scripts choose an instrument.
fn number_of(instrument: ChannelInstrument) -> u16 {
    match instrument {
        ChannelInstrument::Drums => DRUMS.into(),
        ChannelInstrument::Effects => EFFECTS.into(),
        ChannelInstrument::Instrument(entry) => entry.instrument.into(),
        ChannelInstrument::Wave(number) => number.into(),
    }
}

/// A channel's pan; scripts can set it beyond the right side.
fn pan_of(channel: &Channel) -> f32 {
    let center = f32::from(CENTER_PAN);
    ((f32::from(channel.pan) - center) / center).clamp(-1.0, 1.0)
}

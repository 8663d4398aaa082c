//! What displays show of a voice, the same for all generations.

use tatum_core::EnvelopeStage;

use super::voice::Voice;
use super::{first, later};
use crate::engine::Engine;
use crate::profile::Generation;

impl Engine {
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

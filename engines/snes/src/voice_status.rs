//! What a voice of the DSP is doing, for displays.

use tatum_core::{EnvelopeStage, VoiceStatus};

use crate::hardware::dsp::envelope::{Envelope, Mode};
use crate::hardware::dsp::{Dsp, Register, VoiceRegister};

/// The state of voice `number & 7` as it stands.
pub(crate) fn voice_status(dsp: &Dsp, number: usize) -> VoiceStatus {
    let registers = dsp.registers();
    let envelope = dsp.voice(number).envelope();
    let level = f32::from(envelope.level()) / f32::from(Envelope::MAXIMUM);
    let volume = |register| {
        let volume = registers.signed(Register::of_voice(number, register)).unsigned_abs();
        volume as f32 / 128.0 * level
    };
    let pitch = u16::from_le_bytes([
        registers.voice(number, VoiceRegister::PitchLow),
        registers.voice(number, VoiceRegister::PitchHigh) & 0x3F,
    ]);
    VoiceStatus {
        voice: number as u8,
        channel: Some(number as u8),
        layer: None,
        instrument: Some(u16::from(registers.voice(number, VoiceRegister::Source))),
        key: None,
        pitch: f32::from(pitch) / 4096.0,
        left: volume(VoiceRegister::VolumeLeft),
        right: volume(VoiceRegister::VolumeRight),
        stage: match envelope.mode() {
            Mode::Release if envelope.level() == 0 => EnvelopeStage::Off,
            Mode::Release => EnvelopeStage::Release,
            Mode::Attack => EnvelopeStage::Attack,
            Mode::Decay => EnvelopeStage::Decay,
            Mode::Sustain => EnvelopeStage::Sustain,
        },
    }
}

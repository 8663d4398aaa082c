//! Super Mario 64 Shindou: what it changed in the European version's rules. `n64-engine.md` 8.3.

use super::{
    DecayRates, EUROPEAN, EnvelopeRules, NoteRules, Rules, ScriptRules, StereoBits, SynthesisRules,
    VoiceRules, VolumeRules,
};
use crate::sequencer::sequence_player::mute;

/// The rules of this generation.
pub const SHINDOU: Rules = Rules {
    script: ScriptRules {
        keeps_muting: true,
        layer_stereo_bits: 0x40,
        bend_center: Some(128),
        has_release_priority: true,
        fine_tune_runs_on: true,
        ..EUROPEAN.script
    },
    note: NoteRules {
        velocity_is_fraction: true,
        limits_velocity: true,
        missing_instrument_is_drums: false,
        has_slides_away: true,
        ends_promised_legato: true,
        squares_volume: true,
        ..EUROPEAN.note
    },
    voice: VoiceRules {
        stops_by_priority: false,
        steals_releasing: true,
        has_silence_bit: true,
        book_offset_bits: None,
        ending_mute_bits: mute::STOP_NOTES,
        level_counts_twice: false,
        envelope: EnvelopeRules {
            decay: DecayRates::Linear(1.0 / 256.0),
            silence: 0.00001,
            disabled_is_silent: false,
            jump_costs_update: false,
            ..EUROPEAN.voice.envelope
        },
        volume: VolumeRules {
            is_coarse: false,
            highest_speed: 1.999_98,
            stereo: StereoBits::Shindou,
            halves_send: true,
            has_coarse_headset: false,
            ..EUROPEAN.voice.volume
        },
        ..EUROPEAN.voice
    },
    synthesis: SynthesisRules { adapts_history: true, adds_reverb: true, ..EUROPEAN.synthesis },
};

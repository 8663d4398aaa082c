//! Ocarina of Time: what it changed in Shindou's rules. `n64-oot.md`.

use super::{
    ChannelTest, DecayRates, EnvelopeRules, FilterTables, NoteRules, Rules, SHINDOU, ScriptRules, StereoBits,
    SynthesisRules, VoiceRules, VolumeRules,
};

/// The rules of this generation.
pub const OCARINA: Rules = Rules {
    script: ScriptRules {
        keeps_value: true,
        waits_for_nothing: false,
        writes_single_delay: true,
        first_lasting_port: 2,
        channel_test: ChannelTest::Disabled,
        stops_for_good: true,
        initializes_all_channels: true,
        keeps_registers: true,
        release_rate: 0xF0,
        layer_stereo_bits: 0,
        has_stereo_bits: true,
        resets_effects: true,
        has_effects: true,
        filter_tables: FilterTables::Ocarina,
        fine_tune_runs_on: false,
        ..SHINDOU.script
    },
    note: NoteRules {
        has_random_parts: true,
        plays_to_sample_end: true,
        has_fixed_slides: true,
        wraps_frequencies: true,
        compares_samples: true,
        dead_legato_stays_silent: true,
        another_sound_ends_note: true,
        legato_restarts_vibrato: false,
        ..SHINDOU.note
    },
    voice: VoiceRules {
        unheard_note_may_go_on: true,
        silences_at_once: true,
        copies_filter: true,
        starts_without_book_offset: true,
        has_comb: true,
        envelope: EnvelopeRules {
            scales_as_float: true,
            decay: DecayRates::Table,
            release_defers_decay: false,
            has_zelda_default: true,
            ..SHINDOU.voice.envelope
        },
        volume: VolumeRules {
            stereo: StereoBits::Zelda,
            has_wet_flags: true,
            halves_send: false,
            ..SHINDOU.voice.volume
        },
        has_even_vibrato: true,
        vibrato_outlives_note: true,
        waves: 8,
        has_zelda_wave_tables: true,
        defers_wave_change: true,
        ..SHINDOU.voice
    },
    synthesis: SynthesisRules {
        has_comb: true,
        has_override_book: true,
        multiplies_pairs: true,
        has_tails: false,
        adapts_history: false,
        adds_reverb: false,
        decimates_in_list: false,
        feeds_before_saving: false,
    },
};

//! Majora's Mask: what it changed in Ocarina's rules. `n64-oot.md` 13.

use super::{FilterTables, OCARINA, Rules, ScriptRules, SynthesisRules, VoiceRules};

/// The rules of this generation.
pub static MAJORA: Rules = Rules {
    script: ScriptRules {
        waits_for_short_nothing: false,
        limits_tempo_sum: true,
        starts_while_fading_out: false,
        passes_empty_rests: true,
        filter_tables: FilterTables::Majora,
        ..OCARINA.script
    },
    note: OCARINA.note,
    voice: VoiceRules { compares_decaying: true, has_layer_flags: true, ..OCARINA.voice },
    synthesis: SynthesisRules {
        multiplies_pairs: false,
        has_tails: true,
        decimates_in_list: true,
        feeds_before_saving: true,
        ..OCARINA.synthesis
    },
};

//! Star Fox 64: between the European version and Shindou. `n64-engine.md` 8.4, `n64-formats.md` 4. There is no reference
//! audio: what the specification leaves open is taken from its neighbours, and listed in docs/limits.md.

use super::rules::{DecayRates, EnvelopeRules, SHINDOU, ScriptRules, VoiceRules};
use super::{ClockRule, LaterClock, Profile, Rules, TelevisionSystem, shindou};
use crate::sequencer::abi::Abi;

/// Shindou, with one priority and slower decays.
static RULES: Rules = Rules {
    script: ScriptRules { has_release_priority: false, fine_tune_runs_on: false, ..SHINDOU.script },
    note: SHINDOU.note,
    voice: VoiceRules {
        envelope: EnvelopeRules { decay: DecayRates::Linear(3.0 / 2560.0), ..SHINDOU.voice.envelope },
        ..SHINDOU.voice
    },
    synthesis: SHINDOU.synthesis,
};

/// Star Fox 64. Of its presets only the rate is documented: the rest is Shindou's.
pub static PROFILE: Profile = Profile {
    id: "sf64",
    rules: &RULES,
    abi: Abi::StarFox64,
    clock: ClockRule::Later(LaterClock {
        television: TelevisionSystem::Ntsc,
        milliseconds: 16.713,
        longest_chunk: 192,
        retraces: 2,
        keeps_ahead: true,
    }),
    ..shindou::SHINDOU
};

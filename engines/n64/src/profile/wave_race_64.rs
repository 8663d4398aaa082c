//! Wave Race 64: the European engine on NTSC. `n64-engine.md` 8.4. There is no reference audio: what the specification
//! leaves open is taken from its neighbours, and listed in docs/limits.md.

use super::rules::{DecayRates, EUROPEAN, EnvelopeRules, NoteRules, VoiceRules};
use super::{ClockRule, LaterClock, Profile, Rules, TelevisionSystem, sm64_eu};

/// European, with limited velocities and slower decays.
static RULES: Rules = Rules {
    script: EUROPEAN.script,
    note: NoteRules { limits_velocity: true, ..EUROPEAN.note },
    voice: VoiceRules {
        envelope: EnvelopeRules { decay: DecayRates::Linear(3.0 / 2560.0), ..EUROPEAN.voice.envelope },
        ..EUROPEAN.voice
    },
    synthesis: EUROPEAN.synthesis,
};

/// Wave Race 64. Its presets are not documented: these are the European ones.
pub static PROFILE: Profile = Profile {
    id: "wr64",
    rules: &RULES,
    clock: ClockRule::Later(LaterClock {
        television: TelevisionSystem::Ntsc,
        milliseconds: 16.713,
        longest_chunk: 160,
        retraces: 1,
        keeps_ahead: false,
    }),
    ..sm64_eu::EUROPEAN
};

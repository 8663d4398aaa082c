//! Mario Kart 64: the European scripts with the newer microcode. `n64-engine.md` 8.4, `n64-formats.md` 1. There is no
//! reference audio: what the specification leaves open is taken from its neighbours, and listed in docs/limits.md.

use super::rules::{DecayRates, EUROPEAN, EnvelopeRules, NoteRules, SHINDOU, VoiceRules, VolumeRules};
use super::{
    BankForm, ClockRule, Generation, LaterClock, Literals, Preset, Profile, ReverbUnit, Rules,
    TICKS_PER_BEAT, TelevisionSystem,
};
use crate::sequencer::abi::Abi;

const fn preset(voices: u8, window: u32, gain: u16) -> Preset {
    Preset::new(26800, voices, ReverbUnit::new(1, 64 * window, gain))
}

const PRESETS: [Preset; 6] = [
    preset(24, 0x28, 0x4FFF),
    preset(20, 0x28, 0x4FFF),
    preset(28, 0x28, 0x4FFF),
    preset(28, 0x28, 0x4FFF),
    preset(16, 0x28, 0x4FFF),
    preset(16, 0x14, 0x5FFF),
];

/// European, with velocities as fractions and volumes of 12 bits.
static RULES: Rules = Rules {
    script: EUROPEAN.script,
    note: NoteRules { velocity_is_fraction: true, limits_velocity: true, ..EUROPEAN.note },
    voice: VoiceRules {
        envelope: EnvelopeRules { decay: DecayRates::Linear(3.0 / 2560.0), ..EUROPEAN.voice.envelope },
        volume: VolumeRules { is_coarse: false, has_coarse_headset: false, ..EUROPEAN.voice.volume },
        ..EUROPEAN.voice
    },
    synthesis: SHINDOU.synthesis,
};

/// Mario Kart 64.
pub static PROFILE: Profile = Profile {
    id: "mk64",
    generation: Generation::Shindou,
    rules: &RULES,
    abi: Abi::Sm64Eu,
    presets: &PRESETS,
    banks: BankForm::Archives,
    clock: ClockRule::Later(LaterClock {
        television: TelevisionSystem::Ntsc,
        milliseconds: 16.713,
        longest_chunk: 192,
        retraces: 1,
        keeps_ahead: false,
    }),
    literals: Literals::Single,
    players: 4,
    channels: 48,
    layers: 64,
    tempo_unit: TICKS_PER_BEAT,
    mute_behavior: 0xE0,
    warm_up_frames: 30,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::EngineVersion;

    /// The decay factors of the table in `n64-engine.md` 8.4.
    #[test]
    fn decay_factors_are_those_of_the_specification() {
        for version in [EngineVersion::MarioKart64, EngineVersion::WaveRace64, EngineVersion::StarFox64] {
            let decay = version.profile().rules.voice.envelope.decay;
            assert_eq!(decay, DecayRates::Linear(0.001_171_875), "{}", version.id());
        }
    }

    /// Which of the three scale velocities and which only limit them (`n64-formats.md` 3).
    #[test]
    fn velocities_are_those_of_the_specification() {
        let note = |version: EngineVersion| &version.profile().rules.note;
        for version in [EngineVersion::MarioKart64, EngineVersion::WaveRace64, EngineVersion::StarFox64] {
            assert!(note(version).limits_velocity);
            assert_eq!(note(version).velocity_is_fraction, version != EngineVersion::WaveRace64);
        }
    }

    #[test]
    fn presets_are_those_of_the_specification() {
        let voices: Vec<u8> = PRESETS.iter().map(|preset| preset.voices).collect();
        assert_eq!(voices, [24, 20, 28, 28, 16, 16]);
        let unit =
            |preset: usize| PRESETS[preset].reverbs[0].map(|unit| (unit.window, unit.decay, unit.downsample));
        assert_eq!((unit(0), unit(5)), (Some((0xA00, 0x4FFF, 1)), Some((0x500, 0x5FFF, 1))));
    }
}

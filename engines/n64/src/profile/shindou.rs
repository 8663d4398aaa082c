//! Super Mario 64, Shindou edition. `n64-engine.md` 8.3.

use super::{
    BankForm, ClockRule, Generation, LaterClock, Literals, Preset, Profile, ReverbUnit, TICKS_PER_BEAT,
    TelevisionSystem, rules,
};
use crate::sequencer::abi::Abi;

const fn preset(voices: u8, window: u32, gain: u16) -> Preset {
    Preset::new(32000, voices, ReverbUnit::new(1, 64 * window, gain))
}

pub(super) const PRESETS: [Preset; 8] = [
    preset(16, 0x30, 0x2FFF),
    preset(16, 0x28, 0x47FF),
    preset(16, 0x40, 0x2FFF),
    preset(16, 0x38, 0x3FFF),
    preset(16, 0x30, 0x4FFF),
    preset(16, 0x30, 0x2FFF),
    preset(16, 0x28, 0x47FF),
    preset(20, 0x28, 0x37FF),
];

/// Shindou.
pub static PROFILE: Profile = SHINDOU;

/// What Shindou and those that come from it have.
pub(super) const SHINDOU: Profile = Profile {
    id: "sm64-sh",
    generation: Generation::Shindou,
    rules: &rules::SHINDOU,
    abi: Abi::Shindou,
    presets: &PRESETS,
    banks: BankForm::Indexed,
    clock: ClockRule::Later(LaterClock {
        television: TelevisionSystem::Ntsc,
        milliseconds: 16.713,
        longest_chunk: 192,
        retraces: 1,
        keeps_ahead: true,
    }),
    literals: Literals::Single,
    players: 4,
    channels: 48,
    layers: 64,
    tempo_unit: TICKS_PER_BEAT,
    mute_behavior: 0xE0,
    warm_up_frames: 30,
};

//! Super Mario 64, European. `n64-engine.md` 8.2.

use super::{
    BankForm, ClockRule, Generation, LaterClock, Literals, Preset, Profile, ReverbUnit, TICKS_PER_BEAT,
    TelevisionSystem, rules,
};
use crate::sequencer::abi::Abi;

/// The ring keeps every fourth sample; its window counts those.
const DOWNSAMPLE: u8 = 4;

const fn preset(voices: u8, window: u32, gain: u16) -> Preset {
    Preset::new(32000, voices, ReverbUnit::new(DOWNSAMPLE, 64 * window, gain))
}

pub(super) const PRESETS: [Preset; 8] = [
    preset(16, 0x0C, 0x2FFF),
    preset(16, 0x0A, 0x47FF),
    preset(16, 0x10, 0x2FFF),
    preset(16, 0x0E, 0x3FFF),
    preset(16, 0x0C, 0x4FFF),
    preset(16, 0x0C, 0x2FFF),
    preset(16, 0x0A, 0x47FF),
    preset(20, 0x0A, 0x37FF),
];

/// European.
pub static PROFILE: Profile = EUROPEAN;

/// What the European version and those that come from it have.
pub(super) const EUROPEAN: Profile = Profile {
    id: "sm64-eu",
    generation: Generation::European,
    rules: &rules::EUROPEAN,
    abi: Abi::Sm64Eu,
    presets: &PRESETS,
    banks: BankForm::Archives,
    clock: ClockRule::Later(LaterClock {
        television: TelevisionSystem::Pal,
        milliseconds: 20.030_42,
        longest_chunk: 160,
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

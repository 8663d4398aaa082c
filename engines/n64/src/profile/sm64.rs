//! Super Mario 64, Japanese and American: the first generation. `n64-engine.md` 1, 2 and 8.1.

use super::{BankForm, ClockRule, Generation, Literals, Preset, Profile, ReverbUnit, TICKS_PER_BEAT, rules};
use crate::sequencer::abi::Abi;

const fn preset(rate: u32, voices: u8, window: u32, gain: u16) -> Preset {
    Preset::new(rate, voices, ReverbUnit::new(1, window, gain))
}

/// `n64-engine.md` 1.
const US_PRESETS: [Preset; 17] = [
    preset(32000, 16, 0x0C00, 0x2FFF),
    preset(32000, 16, 0x0A00, 0x47FF),
    preset(32000, 16, 0x1000, 0x2FFF),
    preset(32000, 16, 0x0E00, 0x3FFF),
    preset(32000, 16, 0x0C00, 0x4FFF),
    preset(32000, 16, 0x0C00, 0x2FFF),
    preset(32000, 16, 0x0A00, 0x47FF),
    preset(32000, 20, 0x0800, 0x37FF),
    preset(27000, 16, 0x0800, 0x2FFF),
    preset(27000, 16, 0x0800, 0x3FFF),
    preset(27000, 16, 0x1000, 0x2FFF),
    preset(27000, 16, 0x1000, 0x3FFF),
    preset(27000, 16, 0x0C00, 0x4FFF),
    preset(32000, 14, 0x0800, 0x2FFF),
    preset(32000, 12, 0x0800, 0x2FFF),
    preset(32000, 10, 0x0800, 0x2FFF),
    preset(32000, 8, 0x0800, 0x2FFF),
];

/// As in the American version, but for the windows of presets 0 and 5.
const JP_PRESETS: [Preset; 17] = {
    let mut presets = US_PRESETS;
    presets[0] = preset(32000, 16, 0x0800, 0x2FFF);
    presets[5] = preset(32000, 16, 0x0800, 0x2FFF);
    presets
};

/// American.
pub static US: Profile = Profile {
    id: "sm64-us",
    generation: Generation::First,
    rules: &rules::FIRST,
    abi: Abi::Sm64,
    presets: &US_PRESETS,
    banks: BankForm::Archives,
    clock: ClockRule::First { threshold: 2_880_000.0, milliseconds: 16.713 },
    literals: Literals::Single,
    players: 3,
    channels: 32,
    layers: 52,
    tempo_unit: TICKS_PER_BEAT,
    mute_behavior: 0xE0,
    warm_up_frames: 30,
};

/// Japanese: the tempo counts beats, and literals are doubles.
pub static JP: Profile = Profile {
    id: "sm64-jp",
    generation: Generation::First,
    rules: &rules::FIRST,
    abi: Abi::Sm64,
    presets: &JP_PRESETS,
    banks: BankForm::Archives,
    clock: ClockRule::First { threshold: 3600.0, milliseconds: 1.0 },
    literals: Literals::Double,
    players: 3,
    channels: 32,
    layers: 48,
    tempo_unit: 1,
    mute_behavior: 0xE0,
    warm_up_frames: 30,
};

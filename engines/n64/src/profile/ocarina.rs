//! Ocarina of Time. `n64-oot.md` 12; the tables are those of `n64-oot-tables.json`.

use super::{
    BankForm, ClockRule, Generation, Literals, MAX_REVERB_UNITS, Preset, Profile, ReverbUnit, TICKS_PER_BEAT,
    rules,
};
use crate::sequencer::abi::Abi;

pub(super) type ReverbSet = [Option<ReverbUnit>; MAX_REVERB_UNITS];

pub(super) const fn unit(fields: [i32; 12]) -> ReverbUnit {
    ReverbUnit::from_fields(fields)
}

/// Reverb units by set: the fields of [`ReverbUnit::from_fields`].
#[rustfmt::skip]
const REVERB_SETS: [ReverbSet; 13] = [
    /* 0 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 32, 2048, 0, 0, 32767, 0, 0, 255, 0, 0, 0])), None, None],
    /* 1 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 48, 6144, 0, 0, 32767, 0, 0, 255, 0, 11, 11])), None, None],
    /* 2 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 56, 10240, 0, 0, 32767, 0, 0, 255, 0, 7, 7])), None, None],
    /* 3 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 80, 20480, 0, 0, 32767, 4096, 4096, 255, 12288, 7, 7])), None, None],
    /* 4 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 64, 20480, 0, 0, 32767, 6144, 6144, 255, 12288, 7, 7])), None, None],
    /* 5 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 64, 23552, 0, 0, 32767, 8192, 8192, 255, 12288, 4, 4])), None, None],
    /* 6 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 48, 24576, 0, 0, 32767, 4096, 4096, 255, 12288, 10, 10])), None, None],
    /* 7 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 48, 26624, 0, 0, 32767, 5120, 5120, 255, 12288, 6, 6])), None, None],
    /* 8 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([2, 80, 20480, 0, 0, 32767, 53248, 12288, 255, 12288, 0, 0])), None, None],
    /* 9 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 32, 0, 0, 0, 32767, 0, 0, 255, 0, 0, 0])), None, None],
    /* A */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 48, 6144, 0, 0, 32767, 0, 0, 255, 0, 11, 11])), None, None],
    /* B */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), None, None, None],
    /* C */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 64, 20480, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), None, None],
];

const fn preset(rate: u32, voices: u8, set: usize) -> Preset {
    Preset { rate, voices, volume: 0x7FFF, reverbs: REVERB_SETS[set] }
}

/// 12.1: rate, voices, reverb set.
const PRESETS: [Preset; 18] = [
    preset(32000, 24, 0),
    preset(32000, 24, 1),
    preset(32000, 24, 2),
    preset(32000, 23, 4),
    preset(32000, 23, 5),
    preset(32000, 24, 6),
    preset(32000, 24, 7),
    preset(32000, 23, 8),
    preset(32000, 24, 9),
    preset(32000, 23, 8),
    preset(32000, 28, 10),
    preset(32000, 28, 11),
    preset(32000, 28, 11),
    preset(32000, 22, 0),
    preset(32000, 22, 8),
    preset(32000, 16, 0),
    preset(22050, 24, 0),
    preset(32000, 24, 2),
];

/// Ocarina of Time.
pub static PROFILE: Profile = Profile {
    id: "oot",
    generation: Generation::Ocarina,
    rules: &rules::OCARINA,
    abi: Abi::Ocarina,
    presets: &PRESETS,
    banks: BankForm::Fonts,
    clock: ClockRule::Zelda,
    literals: Literals::Single,
    players: 4,
    channels: 64,
    layers: 64,
    tempo_unit: TICKS_PER_BEAT,
    mute_behavior: 0x60,
    warm_up_frames: 0,
};

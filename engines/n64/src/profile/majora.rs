//! Majora's Mask. `n64-oot.md` 13; the tables are those of `n64-oot-tables.json`.

use super::ocarina::{ReverbSet, unit};
use super::{BankForm, ClockRule, Generation, Literals, Preset, Profile, TICKS_PER_BEAT, rules};
use crate::sequencer::abi::Abi;

/// Reverb units by set: the fields of [`super::ReverbUnit::from_fields`].
#[rustfmt::skip]
const REVERB_SETS: [ReverbSet; 16] = [
    /* 0 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 32, 2048, 0, 0, 32767, 0, 0, 255, 0, 0, 0])), None, None],
    /* 1 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 48, 6144, 0, 0, 32767, 0, 0, 255, 0, 11, 11])), None, None],
    /* 2 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 56, 10240, 0, 0, 32767, 0, 0, 255, 0, 7, 7])), None, None],
    /* 3 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 48, 26624, 0, 0, 32767, 5120, 5120, 255, 12288, 6, 6])), Some(unit([2, 80, 24576, 0, 0, 32767, 53248, 12288, 255, 12288, 0, 0])), None],
    /* 4 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 64, 20480, 0, 0, 32767, 6144, 6144, 255, 12288, 7, 7])), None, None],
    /* 5 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 64, 23552, 0, 0, 32767, 8192, 8192, 255, 12288, 4, 4])), None, None],
    /* 6 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 48, 24576, 0, 0, 32767, 4096, 4096, 255, 12288, 10, 10])), None, None],
    /* 7 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 48, 26624, 0, 0, 32767, 5120, 5120, 255, 12288, 6, 6])), None, None],
    /* 8 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 80, 20480, 0, 0, 32767, 53248, 12288, 255, 12288, 0, 0])), None, None],
    /* 9 */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 32, 0, 0, 0, 32767, 0, 0, 255, 0, 0, 0])), None, None],
    /* A */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 48, 6144, 0, 0, 32767, 0, 0, 255, 0, 11, 11])), None, None],
    /* B */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), None, None, None],
    /* C */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 64, 20480, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), None, None],
    /* D */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 48, 26624, 0, 0, 32767, 5120, 5120, 255, 12288, 6, 6])), Some(unit([2, 80, 24576, 0, 0, 32767, 53248, 12288, 255, 12288, 0, 0])), None],
    /* E */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 48, 6144, 0, 0, 32767, 0, 0, 255, 0, 11, 11])), Some(unit([1, 64, 20480, 0, 0, 32767, 6144, 6144, 255, 12288, 7, 7])), None],
    /* F */ [Some(unit([1, 48, 12288, 0, 0, 32767, 0, 0, 255, 12288, 0, 0])), Some(unit([1, 80, 6144, 0, 0, 32767, 0, 0, 255, 0, 11, 11])), None, None],
];

const fn preset(rate: u32, voices: u8, set: usize) -> Preset {
    Preset { rate, voices, volume: 0x7FFF, reverbs: REVERB_SETS[set] }
}

/// Rate, voices, reverb set.
const PRESETS: [Preset; 21] = [
    preset(32000, 24, 0xF),
    preset(32000, 24, 0xF),
    preset(32000, 24, 0xF),
    preset(32000, 24, 0xF),
    preset(32000, 24, 0xF),
    preset(32000, 24, 0xF),
    preset(32000, 24, 0xF),
    preset(32000, 24, 0xF),
    preset(32000, 24, 0xF),
    preset(32000, 24, 0xF),
    preset(32000, 28, 0xA),
    preset(32000, 28, 0xA),
    preset(32000, 28, 0xA),
    preset(32000, 24, 0xD),
    preset(32000, 24, 0xE),
    preset(32000, 24, 0xF),
    preset(32000, 22, 0x0),
    preset(32000, 22, 0x8),
    preset(32000, 16, 0x0),
    preset(22050, 24, 0x0),
    preset(32000, 24, 0x2),
];

/// Majora's Mask.
pub static PROFILE: Profile = Profile {
    id: "mm",
    generation: Generation::Majora,
    rules: &rules::MAJORA,
    abi: Abi::Majora,
    presets: &PRESETS,
    banks: BankForm::Fonts,
    clock: ClockRule::Zelda,
    literals: Literals::Single,
    players: 5,
    channels: 80,
    layers: 64,
    tempo_unit: TICKS_PER_BEAT,
    mute_behavior: 0x60,
    warm_up_frames: 0,
};

//! What distinguishes the engine's versions: one table of facts for each, in a file for each generation.

mod majora;
mod mario_kart_64;
mod ocarina;
pub mod rules;
mod shindou;
mod sm64;
mod sm64_eu;
mod star_fox_64;
mod timing;
mod wave_race_64;

pub use rules::Rules;
pub use timing::{ChunkRule, ClockRule, LaterClock, TICKS_PER_BEAT, TelevisionSystem, Timing};

use crate::sequencer::abi::Abi;

/// Reverb units a session can have.
pub const MAX_REVERB_UNITS: usize = 4;

/// A stage of the engine's development. Behaviour that changed is one file per generation (or family of
/// generations); this says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Generation {
    /// Super Mario 64, Japanese and American: each chunk is synthesised directly after its update; float pan,
    /// fixed-point envelopes, one reverb.
    First,
    /// Super Mario 64 European (and Wave Race 64): all updates of a frame come first; integer pan,
    /// float envelopes, several reverb units.
    European,
    /// Super Mario 64 Shindou (and, before it, the command lists of Mario Kart 64 and Star Fox 64): a new microcode;
    /// filters, gain, linear volume ramps.
    Shindou,
    /// Ocarina of Time: sound effects, codecs, comb filter, random commands.
    Ocarina,
    /// Majora's Mask: surround levels, layer flags, start offsets.
    Majora,
}

impl Generation {
    /// Whether a reverb unit of this generation can keep only every `downsample`-th sample.
    #[must_use]
    pub const fn allows_downsample(self, downsample: u8) -> bool {
        match self {
            Self::First | Self::Shindou => downsample == 1,
            Self::European | Self::Ocarina => matches!(downsample, 1 | 2 | 4),
            Self::Majora => matches!(downsample, 1 | 2),
        }
    }

    /// Ocarina of Time and Majora's Mask.
    #[must_use]
    pub const fn is_zelda(self) -> bool {
        matches!(self, Self::Ocarina | Self::Majora)
    }
}

/// How the literals in the engine's source were typed: in the Japanese version they are doubles, so that compound
/// expressions are evaluated in double precision and rounded when they are stored (`n64-engine.md` 8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Literals {
    /// Every operation is rounded to single precision.
    Single,
    /// Expressions with a literal are rounded once, at the end.
    Double,
}

impl Literals {
    /// `value * literal`.
    #[must_use]
    pub fn product(self, value: f32, literal: f64) -> f32 {
        match self {
            Self::Single => value * literal as f32,
            Self::Double => (f64::from(value) * literal) as f32,
        }
    }

    /// `value + numerator / 127`.
    #[must_use]
    pub fn add_level(self, value: f32, numerator: i8) -> f32 {
        match self {
            Self::Single => value + f32::from(numerator) / 127.0,
            Self::Double => (f64::from(value) + f64::from(numerator) / 127.0) as f32,
        }
    }

    /// `(numerator / 127 - from) / steps`: the slope of a fade.
    #[must_use]
    pub fn slope(self, numerator: u8, from: f32, steps: u16) -> f32 {
        match self {
            Self::Single => (f32::from(numerator) / 127.0 - from) / f32::from(steps),
            Self::Double => ((f64::from(numerator) / 127.0 - f64::from(from)) / f64::from(steps)) as f32,
        }
    }

    /// `1 + extent * (bend - 1)`: part of a bend.
    #[must_use]
    pub fn bend_factor(self, extent: f32, bend: f32) -> f32 {
        match self {
            Self::Single => 1.0 + extent * (bend - 1.0),
            Self::Double => (1.0 + f64::from(extent) * (f64::from(bend) - 1.0)) as f32,
        }
    }

    /// `value * (numerator / denominator)`.
    #[must_use]
    pub fn scaled(self, value: f32, numerator: f32, denominator: f32) -> f32 {
        match self {
            Self::Single => value * (numerator / denominator),
            Self::Double => (f64::from(value) * (f64::from(numerator) / f64::from(denominator))) as f32,
        }
    }
}

/// A reverb unit of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReverbUnit {
    /// Every how many-th sample the ring keeps.
    pub downsample: u8,
    /// Length of the ring, in samples of the ring.
    pub window: u32,
    /// Gain of what is fed back, less 1.0 (0x8000).
    pub decay: u16,
    /// Delay of the second tap in samples of the ring; 0 is none.
    pub tap_delay: u32,
    /// Gain of what the second tap replaces.
    pub tap_gain: u16,
    /// Gain with which the ring is heard.
    pub volume: u16,
    /// What leaks from right to left.
    pub leak_right_to_left: u16,
    /// What leaks from left to right.
    pub leak_left_to_right: u16,
    /// The unit that is fed with this one's sums.
    pub mix_target: Option<u8>,
    /// Gain of that.
    pub mix_gain: u16,
    /// Rows of the low-pass table for left and right; 0 is none.
    pub low_pass: [u8; 2],
}

impl ReverbUnit {
    /// A plain ring.
    #[must_use]
    pub const fn new(downsample: u8, window: u32, decay: u16) -> Self {
        Self {
            downsample,
            window,
            decay,
            tap_delay: 0,
            tap_gain: 0,
            volume: 0x7FFF,
            leak_right_to_left: 0,
            leak_left_to_right: 0,
            mix_target: None,
            mix_gain: 0,
            low_pass: [0; 2],
        }
    }

    /// A unit from the twelve numbers of the Zelda generation's tables: downsample, window / 64, decay, second
    /// tap's delay / 64 and gain, volume, leak right to left and left to right, mix target (255 none) and gain,
    /// low-pass left and right (`n64-oot.md` 9.5 and 12.2).
    #[must_use]
    pub const fn from_fields(fields: [i32; 12]) -> Self {
        let downsample = if fields[0] < 1 { 1 } else { fields[0] as u8 };
        Self {
            downsample,
            window: fields[1] as u32 * 64 / downsample as u32,
            decay: fields[2] as u16,
            tap_delay: fields[3] as u32 * 64,
            tap_gain: fields[4] as u16,
            volume: fields[5] as u16,
            leak_right_to_left: fields[6] as u16,
            leak_left_to_right: fields[7] as u16,
            mix_target: if fields[8] as u8 == 0xFF { None } else { Some(fields[8] as u8) },
            mix_gain: fields[9] as u16,
            low_pass: [fields[10] as u8, fields[11] as u8],
        }
    }
}

/// A session preset: what the game chooses per level or scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preset {
    /// Requested sample rate in Hz.
    pub rate: u32,
    /// Voices.
    pub voices: u8,
    /// Dry gain of every voice (first microcode only).
    pub volume: u16,
    /// The reverb units, from the first.
    pub reverbs: [Option<ReverbUnit>; MAX_REVERB_UNITS],
}

impl Preset {
    /// A preset with one plain reverb unit.
    #[must_use]
    pub const fn new(rate: u32, voices: u8, reverb: ReverbUnit) -> Self {
        Self { rate, voices, volume: 0x7FFF, reverbs: [Some(reverb), None, None, None] }
    }

    /// The number of reverb units.
    #[must_use]
    pub fn reverb_count(&self) -> usize {
        self.reverbs.iter().take_while(|unit| unit.is_some()).count()
    }
}

/// How a game's banks are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankForm {
    /// Archives with a directory in front: banks, samples, and a file of bank sets.
    Archives,
    /// Data with index tables beside them.
    Indexed,
    /// Sound fonts with sound effects, and a list of fonts for each sequence.
    Fonts,
}

/// Everything about a version that is a number or a choice.
#[derive(Debug)]
pub struct Profile {
    /// Engine id of the command line and of manifests.
    pub id: &'static str,
    /// Its generation.
    pub generation: Generation,
    /// In what it differs at single points.
    pub rules: &'static Rules,
    /// Its command set.
    pub abi: Abi,
    /// Session presets, by number.
    pub presets: &'static [Preset],
    /// How its banks are stored.
    pub banks: BankForm,
    /// How its clocks follow from a preset.
    pub clock: ClockRule,
    /// How literals are typed.
    pub literals: Literals,
    /// Players.
    pub players: u8,
    /// Channels of the pool.
    pub channels: u8,
    /// Layers of the pool.
    pub layers: u8,
    /// What the tempo byte is multiplied with: ticks per beat, or 1 where the tempo is kept in beats.
    pub tempo_unit: u16,
    /// Mute behaviour of a player at boot.
    pub mute_behavior: u8,
    /// Frames of silence before a song, in the way of playing that the reference uses.
    pub warm_up_frames: u32,
}

/// A version of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EngineVersion {
    /// Super Mario 64, American.
    Sm64Us,
    /// Super Mario 64, Japanese.
    Sm64Jp,
    /// Super Mario 64, European.
    Sm64Eu,
    /// Super Mario 64, Shindou edition.
    Sm64Sh,
    /// Mario Kart 64.
    MarioKart64,
    /// Wave Race 64.
    WaveRace64,
    /// Star Fox 64.
    StarFox64,
    /// The Legend of Zelda: Ocarina of Time.
    Ocarina,
    /// The Legend of Zelda: Majora's Mask.
    Majora,
}

impl EngineVersion {
    /// All versions that can be played.
    pub const ALL: [Self; 9] = [
        Self::Sm64Us,
        Self::Sm64Jp,
        Self::Sm64Eu,
        Self::Sm64Sh,
        Self::MarioKart64,
        Self::WaveRace64,
        Self::StarFox64,
        Self::Ocarina,
        Self::Majora,
    ];

    /// The facts about this version.
    #[must_use]
    pub const fn profile(self) -> &'static Profile {
        match self {
            Self::Sm64Us => &sm64::US,
            Self::Sm64Jp => &sm64::JP,
            Self::Sm64Eu => &sm64_eu::PROFILE,
            Self::Sm64Sh => &shindou::PROFILE,
            Self::MarioKart64 => &mario_kart_64::PROFILE,
            Self::WaveRace64 => &wave_race_64::PROFILE,
            Self::StarFox64 => &star_fox_64::PROFILE,
            Self::Ocarina => &ocarina::PROFILE,
            Self::Majora => &majora::PROFILE,
        }
    }

    /// The engine id of the command line and of manifests.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.profile().id
    }

    /// The version with an engine id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.id() == id)
    }

    /// The generation.
    #[must_use]
    pub const fn generation(self) -> Generation {
        self.profile().generation
    }

    /// The command set.
    #[must_use]
    pub const fn abi(self) -> Abi {
        self.profile().abi
    }

    /// The session presets, by number.
    #[must_use]
    pub const fn presets(self) -> &'static [Preset] {
        self.profile().presets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn double_literals_round_once() {
        let (value, bend) = (0.3_f32, 1.005_473_f32);
        let single = Literals::Single.bend_factor(value, bend);
        let double = Literals::Double.bend_factor(value, bend);
        assert_eq!(single, 1.0 + value * (bend - 1.0));
        assert_eq!(double, (1.0 + f64::from(value) * (f64::from(bend) - 1.0)) as f32);
        assert!((0..1000).any(|step| {
            let extent = step as f32 / 997.0;
            Literals::Single.bend_factor(extent, bend) != Literals::Double.bend_factor(extent, bend)
        }));
    }

    #[test]
    fn every_version_has_its_own_id_and_a_preset() {
        for version in EngineVersion::ALL {
            assert_eq!(EngineVersion::from_id(version.id()), Some(version));
            assert!(!version.presets().is_empty());
        }
    }
}

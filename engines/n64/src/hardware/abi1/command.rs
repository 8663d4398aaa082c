//! The commands of the audio microcode "ABI1" (SM64 JP, US, EU), `n64-mixer.md` 2.

pub use crate::hardware::memory::RamAddress;

/// Flag bits of a command's second byte.
pub mod flags {
    /// ADPCM, RESAMPLE, ENVMIX: start from nothing instead of the saved state.
    pub const INIT: u8 = 1;
    /// ADPCM: start from the loop state.
    pub const LOOP: u8 = 2;
    /// SETVOL: the left side.
    pub const LEFT: u8 = 2;
    /// SETVOL: the start volume.
    pub const VOLUME: u8 = 4;
    /// SETBUF: the auxiliary buffers; SETVOL: the dry and wet gains; ENVMIX: mix to the wet buffers too.
    pub const AUXILIARY: u8 = 8;
    /// ENVMIX: keep the state going, but leave the destinations alone. Not the microcode's: a muted voice.
    pub const SILENT: u8 = 0x80;
}

/// A stereo side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The left side.
    Left,
    /// The right side.
    Right,
}

/// One command of an audio list. Buffer addresses are relative to the sample area of DMEM (0x5C0).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the arguments named in the command's description")]
pub enum AudioCommand {
    /// No effect.
    Noop,
    /// Decodes ADPCM frames from `input` to `output`.
    Adpcm { flags: u8, state: RamAddress },
    /// Zeroes `bytes`, rounded up to 16.
    Clear { address: u16, bytes: u16 },
    /// Mixes `input` with ramped volumes into the dry (and wet) buffers.
    EnvelopeMix { flags: u8, state: RamAddress },
    /// RAM to `input`, `count` bytes.
    Load { ram: RamAddress },
    /// Resamples `input` to `output`; `pitch` 0x8000 is 1.0.
    Resample { flags: u8, pitch: u16, state: RamAddress },
    /// `output` to RAM, `count` bytes.
    Save { ram: RamAddress },
    /// Sets a RAM segment's base.
    Segment { number: u8, base: u32 },
    /// Sets the main buffers and the count.
    SetBuffers { input: u16, output: u16, count: u16 },
    /// Sets the auxiliary buffers of the envelope mixer.
    SetAuxiliaryBuffers { dry_right: u16, wet_left: u16, wet_right: u16 },
    /// Sets the envelope mixer's gains.
    SetGains { dry: u16, wet: u16 },
    /// Sets a side's start volume.
    SetVolume { side: Side, volume: u16 },
    /// Sets a side's target volume and its ratio per 8 samples (16.16).
    SetTarget { side: Side, target: u16, rate: u32 },
    /// Copies `bytes`, rounded up to 16, forward in pieces of 16.
    Move { from: u16, to: u16, bytes: u16 },
    /// RAM to the ADPCM books.
    LoadBook { bytes: u16, ram: RamAddress },
    /// Mixes `input` with `gain` (1.15) into `output`, `count` bytes rounded up to 32.
    Mix { gain: i16, input: u16, output: u16 },
    /// Interleaves two buffers into `output`.
    Interleave { left: u16, right: u16 },
    /// Sets the address of the ADPCM loop state.
    SetLoop { ram: RamAddress },
}

impl AudioCommand {
    /// Decodes the two words of a command; unknown operations do nothing.
    #[must_use]
    pub const fn decode(word0: u32, word1: u32) -> Self {
        let operation = (word0 >> 24) as u8;
        let flags = (word0 >> 16) as u8;
        let p = word0 as u16;
        let high = (word1 >> 16) as u16;
        let low = word1 as u16;
        match operation {
            1 => Self::Adpcm { flags, state: word1 },
            2 => Self::Clear { address: p, bytes: low },
            3 => Self::EnvelopeMix { flags, state: word1 },
            4 => Self::Load { ram: word1 },
            5 => Self::Resample { flags, pitch: p, state: word1 },
            6 => Self::Save { ram: word1 },
            7 => Self::Segment { number: (word1 >> 24) as u8, base: word1 & 0xFF_FFFF },
            8 if flags & flags::AUXILIARY != 0 => {
                Self::SetAuxiliaryBuffers { dry_right: p, wet_left: high, wet_right: low }
            }
            8 => Self::SetBuffers { input: p, output: high, count: low },
            9 if flags & flags::AUXILIARY != 0 => Self::SetGains { dry: p, wet: low },
            9 => {
                let side = if flags & flags::LEFT != 0 { Side::Left } else { Side::Right };
                if flags & flags::VOLUME != 0 {
                    Self::SetVolume { side, volume: p }
                } else {
                    Self::SetTarget { side, target: p, rate: word1 }
                }
            }
            10 => Self::Move { from: p, to: high, bytes: low },
            11 => Self::LoadBook { bytes: p, ram: word1 },
            12 => Self::Mix { gain: p as i16, input: high, output: low },
            13 => Self::Interleave { left: high, right: low },
            15 => Self::SetLoop { ram: word1 },
            _ => Self::Noop,
        }
    }
}

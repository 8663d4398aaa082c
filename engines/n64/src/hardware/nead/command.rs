//! The commands of the "nead" microcodes: DMEM addresses are absolute, and most counts stand in the command.

use crate::hardware::memory::RamAddress;

/// Flag bits of a command's second byte.
pub mod flags {
    /// Start from nothing instead of the saved state.
    pub const INIT: u8 = 1;
    /// ADPCM: start from the loop state. RESAMPLE: two samples of history.
    pub const LOOP: u8 = 2;
    /// ADPCM: residuals of two bits. RESAMPLE: each sample of the history twice.
    pub const TWO_BITS: u8 = 4;
}

/// One command of an audio list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the arguments named in the command's description")]
pub enum NeadCommand {
    /// No effect.
    Noop,
    /// Decodes ADPCM frames from `input` to `output`.
    Adpcm { flags: u8, state: RamAddress },
    /// As ADPCM, for signed bytes.
    Signed8 { flags: u8, state: RamAddress },
    /// Zeroes `bytes`, rounded up to 16.
    Clear { address: u16, bytes: u16 },
    /// Multiplies pairs of blocks (the Zelda generation's command 3).
    MultiplyPairs { bytes: u16, input: u16, output: u16 },
    /// Adds `input` to `output`, `bytes` rounded up to 64.
    AddMix { bytes: u16, input: u16, output: u16 },
    /// Resamples `input` to `output`; `pitch` 0x8000 is 1.0.
    Resample { flags: u8, pitch: u16, state: RamAddress },
    /// Resamples by repeating and leaving out samples.
    ZeroOrderHold { pitch: u16, start: u16 },
    /// Prepares a filter: byte count and coefficients.
    SetFilter { bytes: u16, taps: RamAddress },
    /// Filters in place.
    Filter { flags: u8, address: u16, state: RamAddress },
    /// Prepares and runs with these coefficients (the engine's, not in RAM).
    SetFilterTaps { bytes: u16, taps: [i16; 8] },
    /// Sets the main buffers and the count.
    SetBuffers { input: u16, output: u16, count: u16 },
    /// Copies 128 bytes several times.
    Duplicate { count: u8, input: u16, output: u16 },
    /// Copies `bytes`, rounded up to 16, forward in pieces of 16.
    Move { from: u16, to: u16, bytes: u16 },
    /// RAM to the ADPCM books.
    LoadBook { bytes: u16, ram: RamAddress },
    /// Mixes `input` with `gain` (1.15) into `output`, `bytes` rounded up to 32.
    Mix { bytes: u16, gain: i16, input: u16, output: u16 },
    /// Interleaves two buffers of `bytes` each into `output`.
    Interleave { bytes: u16, output: u16, left: u16, right: u16 },
    /// Multiplies by `gain` in sixteenths, `bytes` rounded up to 32.
    Gain { gain: u8, bytes: u16, address: u16 },
    /// Keeps every second sample: `samples` of output, rounded up to 8.
    Halve { samples: u16, input: u16, output: u16 },
    /// Sets the ramps of the envelope mixer.
    SetRamps { reverb: u8, reverb_step: u16, left_step: u16, right_step: u16 },
    /// Sets the volumes of the envelope mixer.
    SetVolumes { left: u16, right: u16 },
    /// Mixes `input` with ramped volumes into dry and wet buffers.
    EnvelopeMix { input: u16, samples: u8, signs: Signs, dry: [u16; 2], wet: [u16; 2] },
    /// RAM to DMEM.
    Load { bytes: u16, address: u16, ram: RamAddress },
    /// DMEM to RAM.
    Save { bytes: u16, address: u16, ram: RamAddress },
    /// Sets the address of the ADPCM loop state.
    SetLoop { ram: RamAddress },
}

/// What the envelope mixer inverts and exchanges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// The left dry signal is inverted.
    pub invert_left: bool,
    /// The right dry signal is inverted.
    pub invert_right: bool,
    /// The left wet signal is inverted (Zelda generation).
    pub invert_wet_left: bool,
    /// The right wet signal is inverted (Zelda generation).
    pub invert_wet_right: bool,
    /// The wet buffers are exchanged.
    pub swaps_wet: bool,
    /// Nothing is mixed at all. Not the microcode's: a muted voice.
    pub is_silent: bool,
}

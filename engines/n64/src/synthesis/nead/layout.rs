//! Where things lie: buffers in the signal processor's memory by generation, states in RAM.

/// Buffer addresses in DMEM (`n64-mixer.md` 8, `n64-oot.md` 10.2). The overlaps are the engine's.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The resampled voice.
    pub temp: u16,
    /// A voice of which every second sample is left out; the wet sums' copy.
    pub halved: u16,
    /// Decoded samples.
    pub source: u16,
    /// The side that headphones delay.
    pub pan: u16,
    /// The left wet sum, while it leaks (Zelda generation).
    pub wet_scratch: u16,
    /// The comb filter's signal (Zelda generation).
    pub comb: u16,
    /// Compressed data are loaded to end here.
    pub compressed_end: u16,
    /// Dry sum, left.
    pub left: u16,
    /// Dry sum, right.
    pub right: u16,
    /// Wet sum, left.
    pub wet_left: u16,
    /// Wet sum, right.
    pub wet_right: u16,
    /// Bytes of one channel of the sums.
    pub channel_bytes: u16,
}

/// Shindou's.
pub const SHINDOU: Layout = Layout {
    temp: 0x450,
    halved: 0x470,
    source: 0x5F0,
    pan: 0x650,
    wet_scratch: 0x450,
    comb: 0x450,
    compressed_end: 0x990,
    left: 0x990,
    right: 0xB10,
    wet_left: 0xC90,
    wet_right: 0xE10,
    channel_bytes: 0x180,
};

/// The Zelda generation's.
pub const ZELDA: Layout = Layout {
    temp: 0x3C0,
    halved: 0x3E0,
    source: 0x580,
    pan: 0x5C0,
    wet_scratch: 0x720,
    comb: 0x760,
    compressed_end: 0x940,
    left: 0x940,
    right: 0xAE0,
    wet_left: 0xC80,
    wet_right: 0xE20,
    channel_bytes: 0x1A0,
};

/// The frame's output: interleaved samples.
pub const OUTPUT: u32 = 0;
const OUTPUT_BYTES: u32 = 0x1000;
const VOICES: u32 = OUTPUT + OUTPUT_BYTES;
const VOICE_BYTES: u32 = 0x300;

/// ADPCM state of a voice: 16 samples.
pub const ADPCM_STATE: u32 = 0x000;
/// Resampler state of a voice.
pub const RESAMPLE_STATE: u32 = 0x020;
/// Filter state of a voice: history and coefficients.
pub const FILTER_STATE: u32 = 0x040;
/// Samples of the delayed side that belong to the next chunk.
pub const PAN_SAMPLES: u32 = 0x060;
/// History of the comb filter.
pub const COMB_HISTORY: u32 = 0x0C0;
/// History of the surround signal: 128 samples.
pub const SURROUND_HISTORY: u32 = 0x1C0;

/// The states of a voice.
pub const fn voice(index: usize) -> u32 {
    VOICES + index as u32 * VOICE_BYTES
}

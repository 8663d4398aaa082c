//! Where things lie: buffers in the signal processor's memory, states in RAM.

/// Buffer addresses in DMEM, relative to the sample area (`n64-mixer.md` 4). The overlaps are the engine's.
pub mod dmem {
    /// The resampled voice.
    pub const TEMP: u16 = 0x000;
    /// First half of a voice in two parts.
    pub const RESAMPLED: u16 = 0x020;
    /// Second half of a voice in two parts.
    pub const RESAMPLED_2: u16 = 0x160;
    /// Decoded samples.
    pub const SOURCE: u16 = 0x180;
    /// The side that headphones delay.
    pub const PAN: u16 = 0x200;
    /// Dry signal of a strong side.
    pub const STRONG_DRY: u16 = 0x200;
    /// Wet signal of a strong side.
    pub const STRONG_WET: u16 = 0x340;
    /// Compressed data.
    pub const COMPRESSED: u16 = 0x3F0;
    /// Dry sum, left.
    pub const LEFT: u16 = 0x4C0;
    /// Dry sum, right.
    pub const RIGHT: u16 = 0x600;
    /// Reverb, left.
    pub const WET_LEFT: u16 = 0x740;
    /// Reverb, right.
    pub const WET_RIGHT: u16 = 0x880;
    /// Bytes of one channel of the sums.
    pub const CHANNEL_BYTES: u16 = 0x140;
}

/// The frame's output: interleaved samples.
pub const OUTPUT: u32 = 0;
const OUTPUT_BYTES: u32 = 0x1000;
const VOICES: u32 = OUTPUT + OUTPUT_BYTES;
const VOICE_BYTES: u32 = 0x180;

/// ADPCM state of a voice: 16 samples.
pub const ADPCM_STATE: u32 = 0x000;
/// Resampler state of a voice.
pub const RESAMPLE_STATE: u32 = 0x020;
/// Resampler state that nothing continues from (voices in two parts).
pub const DUMMY_RESAMPLE_STATE: u32 = 0x040;
/// Envelope mixer state of a voice.
pub const ENVELOPE_STATE: u32 = 0x060;
/// Resampler state of the delayed side.
pub const PAN_STATE: u32 = 0x0B0;
/// Samples of the delayed side that belong to the next chunk.
pub const PAN_SAMPLES: u32 = 0x0D0;
/// The voice's synthetic wave: 64 samples.
pub const WAVE_BUFFER: u32 = 0x100;

/// The states of a voice.
pub const fn voice(index: usize) -> u32 {
    VOICES + index as u32 * VOICE_BYTES
}

/// The reverb ring of a side, 0 left and 1 right.
pub const fn reverb_ring(voices: usize, window: u32, side: u32) -> u32 {
    voice(voices) + side * ring_bytes(window)
}

const fn ring_bytes(window: u32) -> u32 {
    (2 * window).next_multiple_of(16)
}

/// Bytes of the working area. Behind the rings there is room for the engine's loads of whole blocks.
pub const fn work_bytes(voices: usize, window: u32) -> usize {
    (reverb_ring(voices, window, 2) + dmem::CHANNEL_BYTES as u32) as usize
}

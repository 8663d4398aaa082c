//! Planning how a stream of samples is decoded through loops, `n64-mixer.md` 5.

use crate::hardware::adpcm::FRAME_SAMPLES;
use crate::sound_memory::LoadedSample;

/// Samples of a compressed frame.
const SAMPLES: i32 = FRAME_SAMPLES as i32;

/// One step of the decoding loop: how many frames, and what happens behind them.
pub(super) struct Step {
    /// Samples still in the last decoded frame.
    pub leftover: i32,
    /// Samples to decode.
    pub decoded: i32,
    /// Decoded samples that belong to later chunks.
    pub surplus: i32,
    /// Frames to load.
    pub frames: i32,
    /// Whether the loop end is reached.
    pub loops: bool,
    /// Whether a one-shot sample ends.
    pub finishes: bool,
}

impl Step {
    /// Plans a step: `wanted` samples, `left` until the sample's end, `offset` in the frame of the position.
    pub const fn plan(sample: &LoadedSample, wanted: i32, left: i32, offset: i32) -> Self {
        let leftover = SAMPLES - offset;
        if wanted < left {
            // A division toward zero: with enough leftover samples nothing is decoded.
            let frames = (wanted - leftover + SAMPLES - 1) / SAMPLES;
            let decoded = frames * SAMPLES;
            let surplus = leftover + decoded - wanted;
            return Self { leftover, decoded, surplus, frames, loops: false, finishes: false };
        }
        let (decoded, leftover) = match left + offset - SAMPLES {
            decoded if decoded <= 0 => (0, left),
            decoded => (decoded, leftover),
        };
        let frames = (decoded + SAMPLES - 1) / SAMPLES;
        let loops = sample.repeats;
        Self { leftover, decoded, surplus: 0, frames, loops, finishes: !loops }
    }
}

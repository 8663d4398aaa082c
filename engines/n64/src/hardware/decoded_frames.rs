//! ADPCM frames that were decoded before.
//!
//! What a frame decodes to depends on its bytes, on the two samples in front of it and on its predictor, and on
//! nothing else. Notes play the same frames again and again, and loops do so for as long as they sound: so the
//! fast decoder keeps results beside all they depend on, and compares all of it before it uses them.

use super::adpcm::{FRAME_SAMPLES, PREDICTOR_BYTES};

/// Words of a key: a vector of 128 bits.
const KEY_WORDS: usize = 8;
/// Words of a predictor.
const PREDICTOR_WORDS: usize = PREDICTOR_BYTES / 2;
/// Frames that are kept: 320 KiB, of which the operating system gives what is used.
const FRAMES: usize = 1 << INDEX_BITS;
const INDEX_BITS: u32 = 12;

/// Results, found by the first bytes of their frames. A copy begins empty: that is cheap, and no sample depends on it.
#[derive(Debug)]
pub struct DecodedFrames {
    /// Key, predictor and samples of each; none at all before the first one is wanted.
    frames: Vec<[i16; KEY_WORDS + PREDICTOR_WORDS + FRAME_SAMPLES]>,
}

/// A frame that was decoded, or of zeroes: those decode to zeroes.
#[derive(Debug)]
pub struct DecodedFrame<'a> {
    /// The frame's bytes, and the two samples in front of it.
    pub key: &'a mut [i16; KEY_WORDS],
    /// The predictor's rows.
    pub predictor: &'a mut [i16; PREDICTOR_WORDS],
    /// What it decodes to.
    pub samples: &'a mut [i16; FRAME_SAMPLES],
}

impl DecodedFrames {
    /// None yet.
    pub const fn new() -> Self {
        Self { frames: Vec::new() }
    }

    /// Makes room, if that has not been done.
    #[inline(always)]
    pub fn prepare(&mut self) {
        if self.frames.is_empty() {
            self.frames = vec![[0; KEY_WORDS + PREDICTOR_WORDS + FRAME_SAMPLES]; FRAMES];
        }
    }

    /// The place of a frame that begins with these bytes; none before [`DecodedFrames::prepare`].
    #[inline(always)]
    pub fn place(&mut self, bytes: u64) -> Option<DecodedFrame<'_>> {
        // Fibonacci hashing: the upper bits of the product depend on all bytes.
        let index = bytes.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - INDEX_BITS);
        let frame = self.frames.get_mut(index as usize)?;
        let (key, rest) = frame.split_first_chunk_mut()?;
        let (predictor, samples) = rest.split_first_chunk_mut()?;
        Some(DecodedFrame { key, predictor, samples: samples.first_chunk_mut()? })
    }
}

impl Clone for DecodedFrames {
    fn clone(&self) -> Self {
        Self::new()
    }
}

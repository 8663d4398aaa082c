//! A sample's data as the samples that a note plays, `n64-formats.md` 5 and `n64-oot.md` 2.1: for taking recordings out.

use super::bank::Sample;
use super::codec::Codec;
use crate::hardware::adpcm::{
    FRAME_BYTES, FRAME_SAMPLES, SIGNED8_FRAME_BYTES, SMALL_FRAME_BYTES, decode, decode_signed8,
    decode_two_bits,
};
use crate::hardware::memory::DataMemory;

/// Where the book, a frame and its samples lie while decoding: the book has room for 16 predictors.
const BOOK: usize = 0x000;
const FRAME: usize = 0x400;
const OUTPUT: usize = 0x800;

impl Sample {
    /// Decodes up to the end of the sample or of its loop; `data` begin at its address and may go on behind it. Silent
    /// codecs give nothing, data that end too early end the samples.
    #[must_use]
    pub fn decode(&self, data: &[u8]) -> Vec<i16> {
        let frame_bytes = match self.codec {
            Codec::Adpcm => FRAME_BYTES,
            Codec::SmallAdpcm => SMALL_FRAME_BYTES,
            Codec::Signed8 => SIGNED8_FRAME_BYTES,
            Codec::Silent(_) => return Vec::new(),
        };
        let length = self.loop_points.end as usize;
        let frames = length.div_ceil(FRAME_SAMPLES);
        let mut memory = DataMemory::new();
        memory.store_slice(BOOK, self.book.predictors.as_flattened());
        let mut last = [0; FRAME_SAMPLES];
        let mut samples = Vec::new();
        for frame in data.chunks(frame_bytes).take(frames) {
            let mut words = [0; SIGNED8_FRAME_BYTES / 2];
            for (word, pair) in words.iter_mut().zip(frame.chunks(2)) {
                *word = i16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or_default()]);
            }
            memory.store(FRAME, &words);
            last = match self.codec {
                Codec::Signed8 => decode_signed8(&mut memory, FRAME, OUTPUT, 1, last),
                Codec::SmallAdpcm => decode_two_bits(&mut memory, FRAME, OUTPUT, BOOK, 1, last),
                Codec::Adpcm | Codec::Silent(_) => decode(&mut memory, FRAME, OUTPUT, BOOK, 1, last),
            };
            samples.extend(last);
        }
        samples.truncate(length);
        samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::author::adpcm_encoder::encode;

    #[test]
    fn a_recording_comes_back_as_the_encoder_left_it() {
        let pcm: Vec<i16> = (0..1000).map(|at| ((f64::from(at) * 0.05).sin() * 9000.0) as i16).collect();
        let encoded = encode(&pcm, Some((16, 990)), 4);
        let data = encoded.data.clone();
        let sample = encoded.into_sample(0);
        let decoded = sample.decode(&data);
        assert_eq!(decoded.len(), 990);
        let worst = pcm.iter().zip(&decoded).map(|(a, b)| (i32::from(*a) - i32::from(*b)).abs()).max();
        assert!(worst.is_some_and(|worst| worst < 900), "{worst:?}");
        // The decoder's own state at the loop's start is the one that was stored.
        assert_eq!(decoded[16..32], sample.loop_points.state);
        assert_eq!(sample.decode(&data[..9]).len(), 16);
    }

    #[test]
    fn signed_bytes_are_upper_halves() {
        let mut sample = Sample { codec: Codec::Signed8, ..Sample::default() };
        sample.loop_points.end = 3;
        assert_eq!(sample.decode(&[1, 0xFF, 0x80, 7]), [0x100, -0x100, -0x8000]);
        sample.codec = Codec::Silent(2);
        assert!(sample.decode(&[1]).is_empty());
    }
}

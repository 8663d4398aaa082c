//! PCM to BRR blocks (`snes-authoring.md` section 6).
//!
//! ```
//! use tatum_snes::author::brr_encoder::{BLOCK_BYTES, BLOCK_SAMPLES, encode};
//!
//! let square: Vec<i16> = (0..64).map(|n| if n < 32 { 8000 } else { -8000 }).collect();
//! let sample = encode(&square, Some(0));
//! assert_eq!(sample.blocks.len(), square.len() / BLOCK_SAMPLES * BLOCK_BYTES);
//! ```

use crate::hardware::dsp::brr::{BrrHeader, clamp16};

/// Samples of a block.
pub const BLOCK_SAMPLES: usize = 16;
/// Bytes of a block: header and 16 nibbles.
pub const BLOCK_BYTES: usize = 9;
/// Shifts above 12 leave only the sign.
const SHIFTS: u8 = 13;
const FILTERS: u8 = 4;
const END: u8 = 1;
const LOOP: u8 = 2;

/// A sample as the console plays it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrrSample {
    /// Whole blocks.
    pub blocks: Vec<u8>,
    /// Byte offset of the block that the loop begins with; none if the sample does not loop.
    pub loop_offset: Option<usize>,
}

/// Encodes samples; with a loop they repeat from `loop_start` to their end.
///
/// The input is padded with silence at the front to whole blocks. A loop whose length is no multiple of 16 begins up to
/// 15 samples earlier than asked. The first block and that of the loop's start do without what came before them, so
/// that the loop sounds the same in each round. Without a loop two silent blocks follow: the chip cuts off what lies
/// just before the end.
#[must_use]
pub fn encode(pcm: &[i16], loop_start: Option<usize>) -> BrrSample {
    let padding = pcm.len().next_multiple_of(BLOCK_SAMPLES) - pcm.len();
    let mut padded = vec![0; padding];
    padded.extend(pcm);
    if loop_start.is_none() {
        padded.extend([0; 2 * BLOCK_SAMPLES]);
    }
    let loop_block = loop_start.map(|start| (start + padding) / BLOCK_SAMPLES);
    let mut history = History::default();
    let mut blocks = Vec::with_capacity(padded.len() / BLOCK_SAMPLES * BLOCK_BYTES);
    for (number, targets) in padded.as_chunks().0.iter().enumerate() {
        let starts_anew = number == 0 || Some(number) == loop_block;
        let block = Block::nearest(targets, history, starts_anew);
        history = block.history;
        blocks.push(block.header);
        blocks.extend(block.data);
    }
    if let Some(last) = blocks.len().checked_sub(BLOCK_BYTES) {
        blocks[last] |= if loop_block.is_some() { END | LOOP } else { END };
    }
    BrrSample { blocks, loop_offset: loop_block.map(|block| block * BLOCK_BYTES) }
}

/// The two samples decoded last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct History {
    previous: i16,
    before: i16,
}

/// A block, and how far what it decodes to is from what was asked for.
struct Block {
    header: u8,
    data: [u8; 8],
    history: History,
    error: u64,
}

impl Block {
    /// The block with the least error; of equal ones that with the lower filter, then with the lower shift.
    fn nearest(targets: &[i16; BLOCK_SAMPLES], history: History, starts_anew: bool) -> Self {
        let filters = if starts_anew { 1 } else { FILTERS };
        let mut best = Self { header: 0, data: [0; 8], history, error: u64::MAX };
        for filter in 0..filters {
            for shift in 0..SHIFTS {
                if let Some(block) = Self::quantised(targets, history, shift << 4 | filter << 2, best.error) {
                    best = block;
                }
            }
        }
        best
    }

    /// The block with this header, if its error is below `limit`.
    fn quantised(
        targets: &[i16; BLOCK_SAMPLES],
        mut history: History,
        header: u8,
        limit: u64,
    ) -> Option<Self> {
        let mut data = [0; 8];
        let mut error = 0;
        for (index, &target) in targets.iter().enumerate() {
            let (nibble, decoded) = nearest_nibble(BrrHeader(header), history, target);
            error += u64::from(decoded.abs_diff(target)).pow(2);
            if error >= limit {
                return None;
            }
            history = History { previous: decoded, before: history.previous };
            let nibble = nibble as u8 & 15;
            data[index / 2] |= if index % 2 == 0 { nibble << 4 } else { nibble };
        }
        Some(Self { header, data, history, error })
    }
}

/// The nibble that decodes to what is nearest to the target, of equal ones the smaller; and what it decodes to.
fn nearest_nibble(header: BrrHeader, history: History, target: i16) -> (i32, i16) {
    let predicted = header.predicted(history.previous, history.before);
    let decoded = |nibble| (clamp16(predicted + header.scale(nibble)) << 1) as i16;
    let distance = |nibble: &i32| (decoded(*nibble).abs_diff(target), nibble.abs(), *nibble > 0);
    // Where no nibble leads to a sum that is saturated or wraps, the nearest one is next to the way that is missing.
    let shift = header.0 >> 4;
    let candidates = if predicted.abs() + (4 << shift) < 0x4000 {
        let nibble = ((i32::from(target) - 2 * predicted) >> shift).clamp(-8, 7);
        (nibble - 1).max(-8)..=(nibble + 2).min(7)
    } else {
        -8..=7
    };
    let nearest = candidates.min_by_key(distance).unwrap_or_default();
    (nearest, decoded(nearest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(blocks: &[u8]) -> Vec<i16> {
        let mut history = History::default();
        let mut pcm = Vec::new();
        for block in blocks.as_chunks::<BLOCK_BYTES>().0 {
            for bytes in block[1..].as_chunks().0 {
                let group = BrrHeader(block[0]).decode_bytes(*bytes, history.previous, history.before);
                history = History { previous: group[3], before: group[2] };
                pcm.extend(group);
            }
        }
        pcm
    }

    #[test]
    fn a_tone_comes_back_with_little_noise() {
        // A triangle, which needs no function whose last bit differs by platform.
        let tone: Vec<i16> = (0..800_i32).map(|n| ((n % 40 - 20).abs() * 1200 - 12_000) as i16).collect();
        let sample = encode(&tone, Some(480));
        assert_eq!(sample.loop_offset, Some(480 / 16 * 9));
        let decoded = decode(&sample.blocks);
        let power = |values: &mut dyn Iterator<Item = i64>| values.map(|value| value * value).sum::<i64>();
        let signal = power(&mut tone.iter().map(|&value| i64::from(value)));
        let noise = power(&mut tone.iter().zip(&decoded).map(|(&a, &b)| i64::from(a) - i64::from(b)));
        assert!(signal > 1_000 * noise, "more than 30 dB: {signal} {noise}");
    }

    /// As [`nearest_nibble`], by trying all.
    fn nearest_of_all(header: BrrHeader, history: History, target: i16) -> (i32, i16) {
        let mut best = (0, i16::MIN, u16::MAX);
        // In this order the nibbles -1 and 1 come before -2 and 2.
        for nibble in (0..=8).flat_map(|size| [-size, size]).filter(|&nibble| nibble < 8) {
            let decoded = header.decode([nibble, 0, 0, 0], history.previous, history.before)[0];
            if decoded.abs_diff(target) < best.2 {
                best = (nibble, decoded, decoded.abs_diff(target));
            }
        }
        (best.0, best.1)
    }

    #[test]
    fn the_nearest_nibble_is_that_of_all() {
        let mut random = 1_u32;
        let mut next = |below: u32| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) % below
        };
        for _ in 0..400_000 {
            let header = BrrHeader((next(u32::from(SHIFTS)) << 4 | next(4) << 2) as u8);
            let size = [40, 3_000, 0x1_0000][next(3) as usize];
            let mut sample = || (next(size) as i32 - size as i32 / 2) as i16;
            let history = History { previous: sample() & !1, before: sample() & !1 };
            let target = sample();
            let expected = nearest_of_all(header, history, target);
            assert_eq!(nearest_nibble(header, history, target), expected, "{header:?} {history:?} {target}");
        }
    }

    #[test]
    fn the_flags_are_on_the_last_block() {
        let looped = encode(&[100; 32], Some(16));
        assert_eq!(looped.blocks[9] & 3, 3);
        assert_eq!(looped.blocks[0] & 3, 0);
        assert_eq!(looped.blocks[9] & 12, 0, "a loop begins with filter 0");
        let once = encode(&[100; 30], None);
        assert_eq!(once.blocks.len(), 4 * BLOCK_BYTES);
        assert_eq!(once.blocks[27..], [1, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(once.loop_offset, None);
        assert!(encode(&[], None).blocks.len() == 2 * BLOCK_BYTES && encode(&[], Some(0)).blocks.is_empty());
    }

    #[test]
    fn silence_is_exact() {
        let sample = encode(&[0; 64], Some(0));
        assert!(decode(&sample.blocks).iter().all(|&value| value == 0));
    }
}

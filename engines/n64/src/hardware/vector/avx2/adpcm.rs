//! [`adpcm::decode`] and [`adpcm::decode_two_bits`]: half a frame is five multiply-adds of pairs.
//!
//! A lane is one of the 8 samples. Each multiply-add takes two things known before (the two last samples, or two
//! residuals) with their weights in every sample, and wraps at 32 bits as the sums do. Frames that were decoded
//! before are not decoded again: [`DecodedFrames`].

use std::arch::x86_64::*;

use super::{load8, load16, store8, store16};
use crate::hardware::adpcm::{self, Decoding, FRAME_SAMPLES, PREDICTOR_BYTES};
use crate::hardware::decoded_frames::DecodedFrames;
use crate::hardware::memory::DataMemory;

/// A frame whose residuals have so many bits each.
struct Frame<const BITS: usize>;

impl<const BITS: usize> Frame<BITS> {
    const BYTES: usize = 1 + FRAME_SAMPLES * BITS / 8;
    const PER_BYTE: usize = 8 / BITS;
    /// Larger shifts act as this one.
    const MAX_SHIFT: u8 = 16 - BITS as u8;

    /// Where the bytes are in what is read from an even and from an odd address; zeroes follow them. The memory holds
    /// big-endian words in native order, so the bytes of a word are exchanged.
    const IN_ORDER: [[i8; 16]; 2] = [Self::in_order(0), Self::in_order(1)];

    const fn in_order(odd: usize) -> [i8; 16] {
        let mut table = [-1; 16];
        let mut byte = 0;
        while byte < Self::BYTES {
            table[byte] = ((byte + odd) ^ 1) as i8;
            byte += 1;
        }
        table
    }

    /// Where the bytes behind the header go: each into the upper bytes of its residuals' words.
    const SPREAD: [i8; 32] = {
        let mut table = [-1; 32];
        let mut word = 0;
        while word < 16 {
            table[2 * word + 1] = (1 + word / Self::PER_BYTE) as i8;
            word += 1;
        }
        table
    };

    /// What brings the residuals of a byte to the upper end of their words.
    const UP: [i16; 16] = {
        let mut factors = [1; 16];
        let mut word = 0;
        while word < 16 {
            factors[word] = 1 << (BITS * (word % Self::PER_BYTE));
            word += 1;
        }
        factors
    };

    /// The bytes of the frame at an address, of what was read from there.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn bytes(read: __m128i, address: usize) -> __m128i {
        let table = &const { Self::IN_ORDER }[address & 1];
        // SAFETY: the table has 16 bytes; the load needs no alignment.
        _mm_shuffle_epi8(read, unsafe { _mm_loadu_si128(table.as_ptr().cast()) })
    }

    /// The 16 residuals, shifted.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn residuals(bytes: __m128i) -> __m256i {
        let table = &const { Self::SPREAD };
        // SAFETY: the table has 32 bytes; the load needs no alignment.
        let spread = unsafe { _mm256_loadu_si256(table.as_ptr().cast()) };
        let words = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), spread);
        let words = _mm256_mullo_epi16(words, load16(&const { Self::UP }));
        let words = _mm256_and_si256(words, _mm256_set1_epi16(-1 << Self::MAX_SHIFT));
        let shift = (_mm_cvtsi128_si32(bytes) as u8 >> 4).min(Self::MAX_SHIFT);
        _mm256_sra_epi16(words, _mm_cvtsi32_si128(i32::from(Self::MAX_SHIFT - shift)))
    }

    /// Decodes a frame; `history` are the two samples in front of it.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn decode(bytes: __m128i, history: i32, rows: __m256i) -> __m256i {
        let residuals = Self::residuals(bytes);
        let predictor = Predictor::of(rows);
        let first = predictor.half(_mm256_set1_epi32(history), residuals, 0);
        let second = predictor.half(last_pair(first), residuals, 4);
        _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(first, second))
    }
}

/// As [`adpcm::decode`].
#[inline(never)]
#[target_feature(enable = "avx2")]
pub fn decode(
    memory: &mut DataMemory,
    known: &mut DecodedFrames,
    decoding: Decoding,
) -> [i16; FRAME_SAMPLES] {
    if !is_plain::<4>(&decoding) {
        return adpcm::decode(memory, decoding);
    }
    decode_plain::<4>(memory, known, decoding)
}

/// As [`adpcm::decode_two_bits`].
#[inline(never)]
#[target_feature(enable = "avx2")]
pub fn decode_two_bits(
    memory: &mut DataMemory,
    known: &mut DecodedFrames,
    decoding: Decoding,
) -> [i16; FRAME_SAMPLES] {
    // Here frames are not read ahead of the output in front of them: that makes no difference where it does not reach them.
    let reaches_input = decoding.output < decoding.input + Frame::<2>::BYTES * decoding.frames + 16
        && decoding.input < end_of_output(&decoding);
    if reaches_input || !is_plain::<2>(&decoding) {
        return adpcm::decode_two_bits(memory, decoding);
    }
    decode_plain::<2>(memory, known, decoding)
}

const fn end_of_output(decoding: &Decoding) -> usize {
    decoding.output + 2 * FRAME_SAMPLES * (decoding.frames + 1)
}

/// Whether everything lies plainly in the memory. A frame is read as 16 bytes. Output that reaches no book leaves the predictors
/// as they are.
fn is_plain<const BITS: usize>(decoding: &Decoding) -> bool {
    let Decoding { input, output, books, frames, .. } = *decoding;
    frames != 0
        && output & 1 == 0
        && books & 1 == 0
        && end_of_output(decoding) <= DataMemory::BYTES
        && output >= books + 8 * PREDICTOR_BYTES
        && input + Frame::<BITS>::BYTES * frames + 16 <= DataMemory::BYTES
}

#[inline]
#[target_feature(enable = "avx2")]
fn decode_plain<const BITS: usize>(
    memory: &mut DataMemory,
    known: &mut DecodedFrames,
    decoding: Decoding,
) -> [i16; FRAME_SAMPLES] {
    let Decoding { input, output, books, frames, initial } = decoding;
    *memory.block_mut(output) = initial;
    let mut history = last_two(&initial);
    let mut read = load8(memory.block(input & !1));
    let mut last = load16(&initial);
    known.prepare();
    for index in 0..frames {
        let at = input + Frame::<BITS>::BYTES * index;
        let bytes = Frame::<BITS>::bytes(read, at);
        // The next frame is read before this one's output is stored.
        read = load8(memory.block((at + Frame::<BITS>::BYTES) & !1));
        let number = (_mm_cvtsi128_si32(bytes) & 15) as usize;
        let rows = load16(memory.block(books + PREDICTOR_BYTES * number));
        let Some(frame) = known.place(_mm_cvtsi128_si64(bytes) as u64) else { break };
        // The bytes that a frame of four bits does not have say that this is one of two.
        let kind = if BITS == 4 { bytes } else { _mm_insert_epi16::<5>(bytes, BITS as i32) };
        let key = _mm_insert_epi32::<3>(kind, history);
        let differs = _mm256_or_si256(
            _mm256_xor_si256(load16(frame.predictor), rows),
            _mm256_zextsi128_si256(_mm_xor_si128(load8(frame.key), key)),
        );
        if _mm256_testz_si256(differs, differs) == 0 {
            store8(frame.key, key);
            store16(frame.predictor, rows);
            store16(frame.samples, Frame::<BITS>::decode(bytes, history, rows));
        }
        history = last_two(frame.samples);
        last = load16(frame.samples);
        store16(memory.block_mut(output + 2 * FRAME_SAMPLES * (index + 1)), last);
    }
    let mut samples = initial;
    store16(&mut samples, last);
    samples
}

/// The last two samples as one number.
#[inline]
const fn last_two(samples: &[i16; FRAME_SAMPLES]) -> i32 {
    let [.., before_last, last] = *samples;
    (last as i32) << 16 | before_last as u16 as i32
}

/// The last two samples of a half, in every pair.
#[inline]
#[target_feature(enable = "avx2")]
fn last_pair(half: __m256i) -> __m256i {
    _mm256_permutevar8x32_epi32(_mm256_packs_epi32(half, half), _mm256_set1_epi32(5))
}

/// One predictor: the weights of pairs.
#[derive(Clone, Copy)]
struct Predictor {
    /// Of the two samples before: the book's rows.
    history: __m256i,
    /// Of two residuals each.
    residual: [__m256i; 4],
}

impl Predictor {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(rows: __m256i) -> Self {
        let last = _mm256_extracti128_si256::<1>(rows);
        // The first residual is 1.0 (2048) in its own sample and then acts like an output; the next ones are the
        // same, later.
        let first = _mm_alignr_epi8::<14>(last, _mm_set1_epi16(2048));
        Self {
            history: pairs(_mm256_castsi256_si128(rows), last),
            residual: [
                pairs(first, _mm_slli_si128::<2>(first)),
                pairs(_mm_slli_si128::<4>(first), _mm_slli_si128::<6>(first)),
                pairs(_mm_slli_si128::<8>(first), _mm_slli_si128::<10>(first)),
                pairs(_mm_slli_si128::<12>(first), _mm_slli_si128::<14>(first)),
            ],
        }
    }

    /// Eight samples, before saturation, from the residuals whose first pair is `pair`.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn half(&self, history: __m256i, residual: __m256i, pair: i32) -> __m256i {
        let part = |index: i32| {
            let both = _mm256_permutevar8x32_epi32(residual, _mm256_set1_epi32(pair + index));
            _mm256_madd_epi16(both, self.residual[index as usize])
        };
        let residual =
            _mm256_add_epi32(_mm256_add_epi32(part(0), part(1)), _mm256_add_epi32(part(2), part(3)));
        let known = _mm256_madd_epi16(history, self.history);
        _mm256_srai_epi32::<11>(_mm256_add_epi32(known, residual))
    }
}

/// Interleaves two rows.
#[inline]
#[target_feature(enable = "avx2")]
fn pairs(first: __m128i, second: __m128i) -> __m256i {
    _mm256_set_m128i(_mm_unpackhi_epi16(first, second), _mm_unpacklo_epi16(first, second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::random::Random;
    use crate::hardware::vector::avx2::Avx2;
    use crate::hardware::vector::{Kernels, Portable};

    /// A few frames, books and histories, in all combinations: what is known of one must not serve another. Two
    /// of the frames are of two bits each with zeroes behind them.
    #[test]
    fn frames_known_from_elsewhere_decode_as_if_they_were_new() {
        let Some(kernels) = Avx2::detect() else { return };
        let mut random = Random::new(3);
        let (input, output, books) = (0xC00, 0x600, 0x400);
        let bodies: [[u8; 8]; 4] = std::array::from_fn(|body| {
            std::array::from_fn(|byte| if body < 2 && byte >= 4 { 0 } else { random.next() as u8 })
        });
        let histories: [[i16; FRAME_SAMPLES]; 3] =
            std::array::from_fn(|_| std::array::from_fn(|_| random.sample() / 4));
        let mut known = DecodedFrames::new();
        for round in 0..4000 {
            let mut memory = DataMemory::new();
            let scale = random.of(&[300, -250]);
            for row in 0..2 * FRAME_SAMPLES {
                memory.store(books + 2 * row, &[(row as i16 % 13 - 6) * scale]);
            }
            let (at, frames) = (input + random.below(2) as usize, 1 + random.below(4) as usize);
            let is_small = random.one_in(3);
            let mut bytes = Vec::new();
            for _ in 0..frames {
                // Some shift, one of two predictors.
                bytes.push((random.below(4) << 4 | random.below(2)) as u8);
                bytes.extend(&random.of(&bodies)[..if is_small { 4 } else { 8 }]);
            }
            bytes.resize(64, 0);
            for (word, pair) in bytes.as_chunks::<2>().0.iter().enumerate() {
                memory.store(at + 2 * word, &[i16::from_be_bytes(*pair)]);
            }
            let decoding = Decoding { input: at, output, books, frames, initial: random.of(&histories) };
            let (mut plain, mut unused) = (memory.clone(), DecodedFrames::new());
            let (last, expected) = if is_small {
                (
                    kernels.decode_two_bits(&mut memory, &mut known, decoding),
                    Portable.decode_two_bits(&mut plain, &mut unused, decoding),
                )
            } else {
                (
                    kernels.decode(&mut memory, &mut known, decoding),
                    Portable.decode(&mut plain, &mut unused, decoding),
                )
            };
            assert_eq!(last, expected, "round {round}");
            assert!(memory.load::<0x800>(0) == plain.load::<0x800>(0), "round {round}");
        }
    }
}

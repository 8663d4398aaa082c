//! [`adpcm::decode`] and [`adpcm::decode_two_bits`]: half a frame is five multiply-adds of pairs.
//!
//! A lane is one of the 8 samples. Each multiply-add takes two things known before (the two last samples, or two
//! residuals) with their weights in every sample, and wraps at 32 bits as the sums do.

use std::arch::x86_64::*;

use super::{load8, load16, store16};
use crate::hardware::adpcm::{self, Decoding, FRAME_SAMPLES, PREDICTOR_BYTES};
use crate::hardware::memory::DataMemory;

/// A frame's residuals, of so many bits each.
struct Residuals<const BITS: usize>;

impl<const BITS: usize> Residuals<BITS> {
    const BYTES: usize = FRAME_SAMPLES * BITS / 8;
    const PER_BYTE: usize = 8 / BITS;
    /// Larger shifts act as this one.
    const MAX_SHIFT: u8 = 16 - BITS as u8;

    /// Where the bytes behind the header go, by the frame's alignment: each into the upper bytes of its residuals' words.
    /// The memory holds big-endian words in native order, so the bytes of a word are exchanged.
    const SPREAD: [[i8; 32]; 2] = [Self::spread(0), Self::spread(1)];

    const fn spread(odd: usize) -> [i8; 32] {
        let mut table = [-1; 32];
        let mut word = 0;
        while word < 16 {
            table[2 * word + 1] = ((1 + word / Self::PER_BYTE + odd) ^ 1) as i8;
            word += 1;
        }
        table
    }

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

    /// The 16 residuals of a frame, shifted.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(frame: __m128i, odd: usize, header: u8) -> __m256i {
        let table = &Self::SPREAD[odd & 1];
        // SAFETY: the table has 32 bytes; the load needs no alignment.
        let spread = unsafe { _mm256_loadu_si256(table.as_ptr().cast()) };
        let words = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(frame), spread);
        let words = _mm256_mullo_epi16(words, load16(&const { Self::UP }));
        let words = _mm256_and_si256(words, _mm256_set1_epi16(-1 << Self::MAX_SHIFT));
        let shift = (header >> 4).min(Self::MAX_SHIFT);
        _mm256_sra_epi16(words, _mm_cvtsi32_si128(i32::from(Self::MAX_SHIFT - shift)))
    }
}

/// As [`adpcm::decode`].
#[inline(never)]
#[target_feature(enable = "avx2")]
pub fn decode(memory: &mut DataMemory, decoding: Decoding) -> [i16; FRAME_SAMPLES] {
    if !is_plain::<4>(&decoding) {
        return adpcm::decode(memory, decoding);
    }
    decode_plain::<4>(memory, decoding)
}

/// As [`adpcm::decode_two_bits`].
#[inline(never)]
#[target_feature(enable = "avx2")]
pub fn decode_two_bits(memory: &mut DataMemory, decoding: Decoding) -> [i16; FRAME_SAMPLES] {
    // Here frames are not read ahead of the output in front of them: that makes no difference where it does not reach them.
    let reaches_input = decoding.output < decoding.input + (1 + Residuals::<2>::BYTES) * decoding.frames + 16
        && decoding.input < end_of_output(&decoding);
    if reaches_input || !is_plain::<2>(&decoding) {
        return adpcm::decode_two_bits(memory, decoding);
    }
    decode_plain::<2>(memory, decoding)
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
        && input + (1 + Residuals::<BITS>::BYTES) * frames + 16 <= DataMemory::BYTES
}

#[inline]
#[target_feature(enable = "avx2")]
fn decode_plain<const BITS: usize>(memory: &mut DataMemory, decoding: Decoding) -> [i16; FRAME_SAMPLES] {
    let Decoding { input, output, books, frames, initial } = decoding;
    let frame_bytes = 1 + Residuals::<BITS>::BYTES;
    *memory.block_mut(output) = initial;
    let mut history = _mm256_set1_epi32(i32::from(initial[15]) << 16 | i32::from(initial[14] as u16));
    let mut header = memory.byte(input);
    let mut frame = load8(memory.block(input & !1));
    let mut loaded = 16;
    let mut predictor = Predictor::load(memory.block(books));
    let mut last = _mm256_setzero_si256();
    for index in 0..frames {
        let at = input + frame_bytes * index;
        let residual = Residuals::<BITS>::of(frame, at & 1, header);
        let number = usize::from(header & 15);
        // The next frame is read before this one's output is stored.
        header = memory.byte(at + frame_bytes);
        frame = load8(memory.block((at + frame_bytes) & !1));
        // Predictors 8 to 15 lie in the sample area, where outputs may change them.
        if number != loaded || number >= 8 {
            predictor = Predictor::load(memory.block(books + PREDICTOR_BYTES * number));
            loaded = number;
        }
        let first = predictor.half(history, residual, 0);
        history = last_pair(first);
        let second = predictor.half(history, residual, 4);
        history = last_pair(second);
        last = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(first, second));
        store16(memory.block_mut(output + 2 * FRAME_SAMPLES * (index + 1)), last);
    }
    let mut samples = initial;
    store16(&mut samples, last);
    samples
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
    fn load(rows: &[i16; 16]) -> Self {
        let rows = load16(rows);
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

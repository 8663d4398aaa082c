//! [`adpcm::decode`] and [`adpcm::decode_two_bits`]: half a frame is five multiply-adds of pairs.
//!
//! A lane is one of the 8 samples. Each multiply-add takes two things known before (the two last samples, or two
//! residuals) with their weights in every sample, and wraps at 32 bits as the sums do. Frames that were decoded
//! before are not decoded again: [`DecodedFrames`].

use std::arch::x86_64::*;

use super::{load8, load16, store8, store16};
use crate::hardware::adpcm::{self, Decoding, FRAME_BYTES, FRAME_SAMPLES, PREDICTOR_BYTES};
use crate::hardware::decoded_frames::{DecodedFrames, Key, Run};
use crate::hardware::memory::{DataMemory, Ram};

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

    /// The number of the frame's predictor.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn predictor(bytes: __m128i) -> usize {
        (_mm_cvtsi128_si32(bytes) & 15) as usize
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
    ram: &Ram,
    known: &mut DecodedFrames,
    decoding: &Decoding,
) -> [i16; FRAME_SAMPLES] {
    match known.run(memory, ram, decoding) {
        Some(run) if is_in_order::<4>(decoding) => decode_run(memory, run, decoding),
        _ => decode_any(memory, decoding),
    }
}

/// Decodes frames from anywhere.
#[inline(never)]
#[target_feature(enable = "avx2")]
fn decode_any(memory: &mut DataMemory, decoding: &Decoding) -> [i16; FRAME_SAMPLES] {
    if is_plain(decoding) { decode_anew::<4>(memory, decoding) } else { adpcm::decode(memory, decoding) }
}

/// As [`adpcm::decode_two_bits`].
#[inline(never)]
#[target_feature(enable = "avx2")]
pub fn decode_two_bits(memory: &mut DataMemory, decoding: &Decoding) -> [i16; FRAME_SAMPLES] {
    if is_plain(decoding) && is_in_order::<2>(decoding) {
        decode_anew::<2>(memory, decoding)
    } else {
        adpcm::decode_two_bits(memory, decoding)
    }
}

/// Whether everything lies plainly in the memory. Output that reaches none of the first eight predictors leaves them as they are.
fn is_plain(decoding: &Decoding) -> bool {
    let Decoding { input, output, books, frames, .. } = *decoding;
    frames != 0
        && (output | books) & 1 == 0
        && output + 2 * FRAME_SAMPLES * (frames + 1) <= DataMemory::BYTES
        && output >= books + 8 * PREDICTOR_BYTES
        // A frame is read as 16 bytes.
        && input + FRAME_BYTES * frames + 16 <= DataMemory::BYTES
}

/// Whether the output lies behind all predictors that a header can name, and in front of the frames, as the engines have it: no
/// frame's output reaches the frame itself or one behind it, so that it makes no difference when any of them are read.
fn is_in_order<const BITS: usize>(decoding: &Decoding) -> bool {
    let Decoding { input, output, books, frames, .. } = *decoding;
    // Samples are longer than their frames: if those of the last frame don't reach it, none do.
    frames != 0
        && output & 1 == 0
        && output >= books + 16 * PREDICTOR_BYTES
        && output + 2 * FRAME_SAMPLES * (frames + 1) <= input + Frame::<BITS>::BYTES * (frames - 1)
}

/// Decodes frames of the sample memory: only those that have not been decoded in this way before.
#[inline]
#[target_feature(enable = "avx2")]
fn decode_run(memory: &mut DataMemory, mut run: Run<'_>, decoding: &Decoding) -> [i16; FRAME_SAMPLES] {
    let place = _mm_setr_epi32(run.books as i32, run.offset as i32, run.predictors as i32, 0);
    let frames = run.samples.len();
    let output = memory.words_at_mut(decoding.output, FRAME_SAMPLES * (frames + 1)).unwrap_or_default();
    let mut last = load16(&decoding.initial);
    if let Some((initial, output)) = output.as_chunks_mut().0.split_first_mut() {
        store16(initial, last);
        let are_known =
            output.iter_mut().zip(&*run.samples).zip(&*run.keys).all(|((output, samples), known)| {
                let before = _mm256_extracti128_si256::<1>(last);
                last = load16(samples);
                store16(output, last);
                is_key(place, before, known)
            });
        if !are_known {
            decode_unknown(memory, &mut run, place, decoding);
            memory.store_slice(decoding.output + 2 * FRAME_SAMPLES, run.samples.as_flattened());
            return run.samples.last().copied().unwrap_or(decoding.initial);
        }
    }
    let mut samples = decoding.initial;
    store16(&mut samples, last);
    samples
}

/// The key of a frame at a place: the two samples in front complete it.
#[inline]
#[target_feature(enable = "avx2")]
fn key(place: __m128i, before: __m128i) -> __m128i {
    _mm_blend_epi32::<0b1000>(place, before)
}

#[inline]
#[target_feature(enable = "avx2")]
fn is_key(place: __m128i, before: __m128i, known: &Key) -> bool {
    let differs = _mm_xor_si128(load8(known), key(place, before));
    _mm_testz_si128(differs, differs) == 1
}

/// Decodes the frames that are not known, and keeps the results.
#[inline(never)]
#[target_feature(enable = "avx2")]
fn decode_unknown(memory: &DataMemory, run: &mut Run<'_>, place: __m128i, decoding: &Decoding) {
    let mut last = &decoding.initial;
    for (index, (samples, known)) in run.samples.iter_mut().zip(&mut *run.keys).enumerate() {
        let before = upper_half(last);
        if !is_key(place, before, known) {
            let at = decoding.input + FRAME_BYTES * index;
            let bytes = Frame::<4>::bytes(load8(memory.block(at & !1)), at);
            let number = Frame::<4>::predictor(bytes);
            let rows = load16(memory.block(decoding.books + PREDICTOR_BYTES * number));
            store16(samples, Frame::<4>::decode(bytes, last_two(last), rows));
            let is_constant = number < run.predictors as usize;
            store8(known, if is_constant { key(place, before) } else { _mm_setzero_si128() });
        }
        last = samples;
    }
}

/// Decodes frames without looking for known ones.
#[inline]
#[target_feature(enable = "avx2")]
fn decode_anew<const BITS: usize>(memory: &mut DataMemory, decoding: &Decoding) -> [i16; FRAME_SAMPLES] {
    let Decoding { input, output, books, frames, initial } = *decoding;
    *memory.block_mut(output) = initial;
    let mut read = load8(memory.block(input & !1));
    let mut last = initial;
    for index in 0..frames {
        let at = input + Frame::<BITS>::BYTES * index;
        let bytes = Frame::<BITS>::bytes(read, at);
        // The next frame is read before this one's output is stored.
        read = load8(memory.block((at + Frame::<BITS>::BYTES) & !1));
        let rows = load16(memory.block(books + PREDICTOR_BYTES * Frame::<BITS>::predictor(bytes)));
        let samples = Frame::<BITS>::decode(bytes, last_two(&last), rows);
        store16(&mut last, samples);
        *memory.block_mut(output + 2 * FRAME_SAMPLES * (index + 1)) = last;
    }
    last
}

/// The second half of a frame.
#[inline]
#[target_feature(enable = "avx2")]
fn upper_half(samples: &[i16; FRAME_SAMPLES]) -> __m128i {
    load8(samples.last_chunk().expect("16 samples are more than 8"))
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
    use crate::hardware::memory::Transfer;
    use crate::hardware::random::Random;
    use crate::hardware::vector::avx2::Avx2;
    use crate::hardware::vector::{Kernels, Portable};

    /// Transfers of frames and predictors from a small sample memory, in all combinations: what is known of a frame must
    /// not serve where its place, its predictors' place or the samples in front are others, where the memory has
    /// been written to since, or where a predictor was not transferred.
    #[test]
    fn frames_known_from_elsewhere_decode_as_if_they_were_new() {
        let Some(kernels) = Avx2::detect() else { return };
        let mut random = Random::new(3);
        // Headers everywhere: any byte can begin a frame, of which most ask for one of the first three predictors.
        let mut byte = || {
            if random.one_in(12) {
                random.next() as u8
            } else {
                (random.below(6) << 4 | random.below(3)) as u8
            }
        };
        let samples: Vec<i16> = (0..0x200).map(|_| i16::from_be_bytes([byte(), byte()])).collect();
        let ram = Ram::new(8, samples.into());
        let histories: [[i16; FRAME_SAMPLES]; 3] =
            std::array::from_fn(|_| std::array::from_fn(|_| random.sample() / 4));
        let mut known = DecodedFrames::new();
        let mut are_known = 0;
        for round in 0..6000 {
            let mut memory = DataMemory::new();
            let frames = random.below(5) as usize;
            let from = random.below(0x380);
            let to = random.of(&[0xC00, 0xC00, 0x640]);
            let output = random.of(&[0x600, 0x600, 0x600, 0xC10, 0x510]);
            let books = 0x400;
            let book_bytes = random.of(&[32, 64, 96, 96, 96]);
            let data = Transfer::new(Ram::SAMPLES + from, to, FRAME_BYTES * frames + 8);
            let predictors = Transfer::new(Ram::SAMPLES + 8 * random.below(3), books, book_bytes);
            memory.store(books + 64, &[random.of(&[0, 77])]);
            for transfer in [data, predictors] {
                transfer.run(&ram, &mut memory);
            }
            known.loaded_data(data);
            known.loaded_books(predictors);
            if random.one_in(8) {
                let place = random.of(&[to + 10, books + 2, books + 40]);
                memory.store(place, &[random.sample()]);
            }
            let input = to + from as usize % 8;
            let decoding = Decoding { input, output, books, frames, initial: random.of(&histories) };
            are_known += usize::from(known.run(&memory, &ram, &decoding).is_some());
            let mut plain = memory.clone();
            let last = kernels.decode(&mut memory, &ram, &mut known, &decoding);
            let expected = Portable.decode(&mut plain, &ram, &mut DecodedFrames::new(), &decoding);
            assert_eq!(last, expected, "round {round}: {decoding:x?}");
            assert!(memory.load::<0x800>(0) == plain.load::<0x800>(0), "round {round}: {decoding:x?}");
        }
        assert!(are_known > 4000, "{are_known} rounds could use what was known");
    }

    #[test]
    fn frames_of_two_bits_decode_as_in_portable_code() {
        let Some(kernels) = Avx2::detect() else { return };
        let mut random = Random::new(4);
        for round in 0..2000 {
            let mut memory = DataMemory::new();
            memory.store_slice(0x400, &random.samples()[..0x600]);
            let decoding = Decoding {
                input: 0x700 + random.below(2) as usize,
                output: random.of(&[0x500, 0x680, 0x900]),
                books: 0x400,
                frames: random.below(9) as usize,
                initial: std::array::from_fn(|_| random.sample()),
            };
            let mut plain = memory.clone();
            let last = kernels.decode_two_bits(&mut memory, &decoding);
            assert_eq!(last, Portable.decode_two_bits(&mut plain, &decoding), "round {round}: {decoding:x?}");
            assert!(memory.load::<0x800>(0) == plain.load::<0x800>(0), "round {round}: {decoding:x?}");
        }
    }
}

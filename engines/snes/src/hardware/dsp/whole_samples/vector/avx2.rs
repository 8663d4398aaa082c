//! The kernels in AVX2 instructions: a vector has 16 lanes of 16 bits.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_castpd_si128, _mm_castsi128_pd, _mm_loadh_pd, _mm_loadl_epi64, _mm256_add_epi16,
    _mm256_add_epi32, _mm256_adds_epi16, _mm256_and_si256, _mm256_castps_si256, _mm256_castsi256_ps,
    _mm256_loadu_si256, _mm256_mulhi_epi16, _mm256_mullo_epi32, _mm256_packus_epi32, _mm256_set_m128i,
    _mm256_set1_epi16, _mm256_set1_epi32, _mm256_setr_epi32, _mm256_shuffle_ps, _mm256_slli_epi16,
    _mm256_slli_epi32, _mm256_srai_epi16, _mm256_srli_epi32, _mm256_storeu_si256,
};

use tatum_core::{Frame, Vectors};

use super::Kernels;
use crate::hardware::Ram;
use crate::hardware::dsp::echo::OutputPath;
use crate::hardware::dsp::interpolation::WEIGHTS;
use crate::hardware::dsp::registers::RegisterFile;
use crate::hardware::dsp::whole_samples::LANES;
use crate::hardware::dsp::whole_samples::mix::{self, BlockMix};
use crate::hardware::dsp::whole_samples::plain_voice::{Line, Path};

/// The proof that the processor has AVX2: only [`Avx2::detect`] makes one.
#[derive(Clone, Copy, Debug)]
pub(in crate::hardware::dsp::whole_samples) struct Avx2(());

impl Avx2 {
    /// Looks at the processor, and whether its vectors shall be used.
    #[inline]
    pub(in crate::hardware::dsp::whole_samples) fn detect() -> Option<Self> {
        (Vectors::allowed() >= Vectors::Avx2 && std::arch::is_x86_feature_detected!("avx2"))
            .then_some(Self(()))
    }
}

impl Kernels for Avx2 {
    #[inline]
    fn interpolate(self, line: &Line, path: &Path, levels: &[i16], outputs: &mut [i16]) {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { interpolate_all(line, path, levels, outputs) }
    }

    #[inline]
    fn add_scaled(self, sums: &mut [i16], outputs: &[i16], volume: i8) {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { add_scaled(sums, outputs, volume) }
    }

    #[inline]
    fn add_scaled_to_both(self, sums: &mut [i16], echo: &mut [i16], outputs: &[i16], volume: i8) {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { add_scaled_to_both(sums, echo, outputs, volume) }
    }

    #[inline]
    fn run_echo<const N: usize>(
        self,
        path: &mut OutputPath,
        registers: &RegisterFile,
        ram: &mut Ram,
        mix: &BlockMix<N>,
        out: &mut [Frame],
    ) {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { run_echo(path, registers, ram, mix, out) }
    }
}

#[target_feature(enable = "avx2")]
fn add_scaled(sums: &mut [i16], outputs: &[i16], volume: i8) {
    mix::add_scaled(sums, outputs, volume);
}

#[target_feature(enable = "avx2")]
fn add_scaled_to_both(sums: &mut [i16], echo: &mut [i16], outputs: &[i16], volume: i8) {
    mix::add_scaled_to_both(sums, echo, outputs, volume);
}

#[target_feature(enable = "avx2")]
fn run_echo<const N: usize>(
    path: &mut OutputPath,
    registers: &RegisterFile,
    ram: &mut Ram,
    mix: &BlockMix<N>,
    out: &mut [Frame],
) {
    path.run_block(registers, ram, mix, out);
}

#[target_feature(enable = "avx2")]
fn interpolate_all(line: &Line, path: &Path, levels: &[i16], outputs: &mut [i16]) {
    let pitch = _mm256_set1_epi32(path.pitch.cast_signed());
    let start = _mm256_set1_epi32(path.place(0).cast_signed());
    let numbers = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    let mut early = _mm256_add_epi32(start, _mm256_mullo_epi32(pitch, numbers));
    let (eight, sixteen) = (_mm256_slli_epi32::<3>(pitch), _mm256_slli_epi32::<4>(pitch));
    let chunks = outputs.as_chunks_mut::<LANES>().0.iter_mut();
    for (outputs, levels) in chunks.zip(levels.as_chunks::<LANES>().0) {
        let (places, later) = (Places::of(early), Places::of(_mm256_add_epi32(early, eight)));
        // Packing works in halves: samples 0 1 8 9, 2 3 10 11 and so on come out in order.
        let [a, b, c, d] = [0, 2, 4, 6].map(|number| terms(line, &places, &later, number));
        let samples = _mm256_packus_epi32(add_terms(a, b), add_terms(c, d));
        let enveloped = weighted(samples, load16(levels));
        store16(outputs, _mm256_and_si256(enveloped, _mm256_set1_epi16(!1)));
        early = _mm256_add_epi32(early, sixteen);
    }
}

/// Where eight samples find what they are made of: below [`Line::PLACES`], and below the number of [`WEIGHTS`].
struct Places {
    taps: [u32; 8],
    weights: [u32; 8],
}

impl Places {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(places: __m256i) -> Self {
        let line = _mm256_set1_epi32(Line::PLACES as i32 - 1);
        let table = _mm256_set1_epi32(WEIGHTS.len() as i32 - 1);
        Self {
            taps: lanes(_mm256_and_si256(_mm256_srli_epi32::<12>(places), line)),
            weights: lanes(_mm256_and_si256(_mm256_srli_epi32::<4>(places), table)),
        }
    }

    /// The taps and weights of sample `number` (below 7) and the next one.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load_two(&self, line: &Line, number: usize) -> [__m128i; 2] {
        // SAFETY: four samples can be read from each of the line's places.
        let taps = |number: usize| unsafe { line.samples().as_ptr().add(self.taps[number] as usize) };
        // SAFETY: it is the number of one of the table's groups of four.
        let weights = |number: usize| unsafe { WEIGHTS.as_ptr().add(self.weights[number] as usize).cast() };
        // SAFETY: four words can be read from all of these places, as said.
        unsafe { [pair(taps(number), taps(number + 1)), pair(weights(number), weights(number + 1))] }
    }
}

/// Two groups of four words.
///
/// # Safety
///
/// Both must be readable.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn pair(first: *const i16, second: *const i16) -> __m128i {
    // SAFETY: as the caller promises; the loads need no alignment. The second one is a load of the upper half only as a float.
    unsafe {
        let first = _mm_castsi128_pd(_mm_loadl_epi64(first.cast()));
        _mm_castpd_si128(_mm_loadh_pd(first, second.cast()))
    }
}

/// The four products of each of four samples: `number` (below 7) and the next one, in both halves.
#[inline]
#[target_feature(enable = "avx2")]
fn terms(line: &Line, places: &Places, later: &Places, number: usize) -> __m256i {
    let [early_taps, early_weights] = places.load_two(line, number);
    let [late_taps, late_weights] = later.load_two(line, number);
    weighted(_mm256_set_m128i(late_taps, early_taps), _mm256_set_m128i(late_weights, early_weights))
}

/// As [`weighted`](crate::hardware::dsp::whole_samples::product::weighted).
#[inline]
#[target_feature(enable = "avx2")]
fn weighted(samples: __m256i, weights: __m256i) -> __m256i {
    let fractions = _mm256_slli_epi16::<5>(weights);
    let whole = _mm256_and_si256(samples, _mm256_srai_epi16::<15>(fractions));
    _mm256_add_epi16(_mm256_mulhi_epi16(samples, fractions), whole)
}

/// Adds up the four products of each of eight samples: the first three wrap, the last addition saturates. Each sum is a
/// positive number of 32 bits whose lower half is the sample, its lowest bit cleared.
#[inline]
#[target_feature(enable = "avx2")]
fn add_terms(a: __m256i, b: __m256i) -> __m256i {
    let (a, b) = (_mm256_castsi256_ps(a), _mm256_castsi256_ps(b));
    // The first two products of all samples, and the other two.
    let early = _mm256_castps_si256(_mm256_shuffle_ps::<0b10_00_10_00>(a, b));
    let late = _mm256_castps_si256(_mm256_shuffle_ps::<0b11_01_11_01>(a, b));
    let two = _mm256_add_epi16(early, _mm256_srli_epi32::<16>(early));
    let sum = _mm256_adds_epi16(_mm256_add_epi16(two, late), _mm256_srli_epi32::<16>(late));
    _mm256_and_si256(sum, _mm256_set1_epi32(0xFFFE))
}

#[inline]
#[target_feature(enable = "avx2")]
fn load16(words: &[i16; LANES]) -> __m256i {
    // SAFETY: the reference is to 32 readable bytes; the load needs no alignment.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn lanes(vector: __m256i) -> [u32; 8] {
    let mut lanes = [0; 8];
    // SAFETY: the array has 32 writable bytes; the store needs no alignment.
    unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), vector) };
    lanes
}

#[inline]
#[target_feature(enable = "avx2")]
fn store16(words: &mut [i16; LANES], vector: __m256i) {
    // SAFETY: the reference is to 32 writable bytes; the store needs no alignment.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), vector) }
}

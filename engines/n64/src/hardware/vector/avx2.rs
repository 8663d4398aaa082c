//! The kernels in AVX2 instructions.
//!
//! A vector of 16 lanes holds 16 samples; where 32 bits are needed, one of 8. Each kernel begins by looking whether
//! its buffers lie plainly in the memory (no wrap, no odd address); the odd cases are left to the portable code.

mod adpcm;
mod envelope_mixer;
mod linear_mixer;
mod resample;
mod separate;

use std::arch::x86_64::*;

use tatum_core::Vectors;

use super::{CommandProcessor, Kernels};
use crate::hardware::abi1::envelope_mixer::{Buffers, Span, State};
use crate::hardware::adpcm::{Decoding, FRAME_SAMPLES};
use crate::hardware::decoded_frames::DecodedFrames;
use crate::hardware::memory::{DataMemory, Ram};
use crate::hardware::mixer;
use crate::hardware::nead::envelope_mixer::Mixer;
use crate::hardware::resample::Position;

/// The proof that the processor has AVX2: only [`Avx2::detect`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct Avx2(());

impl Avx2 {
    /// Looks at the processor, and whether its vectors may be used.
    pub fn detect() -> Option<Self> {
        let may = Vectors::allowed() >= Vectors::Avx2;
        (may && std::arch::is_x86_feature_detected!("avx2")).then_some(Self(()))
    }

    /// Executes a list in order.
    pub fn run_list<P: CommandProcessor>(self, processor: &mut P, ram: &mut Ram, list: &[P::Command]) {
        // SAFETY: `self` exists, so the processor has AVX2, which is all the function asks for.
        unsafe { run_list(self, processor, ram, list) }
    }
}

#[target_feature(enable = "avx2")]
fn run_list<P: CommandProcessor>(kernels: Avx2, processor: &mut P, ram: &mut Ram, list: &[P::Command]) {
    for command in list {
        processor.execute_with(kernels, ram, command);
    }
}

impl Kernels for Avx2 {
    #[inline(always)]
    fn decode(
        self,
        memory: &mut DataMemory,
        ram: &Ram,
        known: &mut DecodedFrames,
        decoding: &Decoding,
    ) -> [i16; FRAME_SAMPLES] {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { adpcm::decode(memory, ram, known, decoding) }
    }

    #[inline(always)]
    fn decode_two_bits(self, memory: &mut DataMemory, decoding: &Decoding) -> [i16; FRAME_SAMPLES] {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { adpcm::decode_two_bits(memory, decoding) }
    }

    #[inline(always)]
    fn interpolate(
        self,
        memory: &mut DataMemory,
        source: usize,
        output: usize,
        blocks: usize,
        position: Position,
    ) -> Position {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { resample::interpolate(memory, source, output, blocks, position) }
    }

    #[inline(always)]
    fn mix_ramps(self, memory: &mut DataMemory, buffers: &Buffers, span: Span, state: &mut State) {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { envelope_mixer::mix_ramps(memory, buffers, span, state) }
    }

    #[inline(always)]
    fn mix_blocks(self, target: &mut [[i16; mixer::BLOCK]], source: &[[i16; mixer::BLOCK]], gain: i16) {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { mix_blocks(target, source, gain) }
    }

    #[inline(always)]
    fn mix_with_itself(self, samples: &mut [[i16; mixer::BLOCK]], gain: i16) {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { mix_with_itself(samples, gain) }
    }

    #[inline(always)]
    fn mix_linear(self, mixer: Mixer, input: &[i16], dry: [&mut [i16]; 2], wet: [&mut [i16]; 2]) {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { linear_mixer::mix_separate(&mixer, input, dry, wet) }
    }
}

/// As [`mixer::mix_blocks`].
#[target_feature(enable = "avx2")]
fn mix_blocks(target: &mut [[i16; mixer::BLOCK]], source: &[[i16; mixer::BLOCK]], gain: i16) {
    if gain == i16::MIN {
        return mixer::mix_blocks(target, source, gain);
    }
    let gain = _mm256_set1_epi16(gain);
    for (target, source) in target.iter_mut().zip(source) {
        store16(target, mix(load16(target), load16(source), gain));
    }
}

/// As [`mixer::mix_with_itself`].
#[target_feature(enable = "avx2")]
fn mix_with_itself(samples: &mut [[i16; mixer::BLOCK]], gain: i16) {
    if gain == i16::MIN {
        return mixer::mix_with_itself(samples, gain);
    }
    let gain = _mm256_set1_epi16(gain);
    for block in samples {
        store16(block, mix(load16(block), load16(block), gain));
    }
}

/// [`mixer::mix_sample`] for gains above -1.0.
///
/// The sum is `32768 * destination + (sample * gain + 0x4000) - destination`. What is subtracted at last borrows
/// from the rounded product where it exceeds its 15 lost bits; a negative destination carries instead. Twice the 15
/// bits are compared: that leaves the others out, and the 0x4000 becomes the change of sign that makes the
/// comparison one of unsigned numbers.
#[inline]
#[target_feature(enable = "avx2")]
fn mix(destination: __m256i, sample: __m256i, gain: __m256i) -> __m256i {
    let lost = _mm256_mullo_epi16(sample, _mm256_add_epi16(gain, gain));
    let subtracted =
        _mm256_xor_si256(_mm256_add_epi16(destination, destination), _mm256_set1_epi16(i16::MIN));
    let borrow = _mm256_cmpgt_epi16(subtracted, lost);
    let carry = _mm256_add_epi16(_mm256_srli_epi16::<15>(destination), borrow);
    _mm256_adds_epi16(_mm256_mulhrs_epi16(sample, gain), _mm256_add_epi16(destination, carry))
}

#[inline]
#[target_feature(enable = "avx2")]
fn load8(words: &[i16; 8]) -> __m128i {
    // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
    unsafe { _mm_loadu_si128(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store8(words: &mut [i16; 8], vector: __m128i) {
    // SAFETY: the reference is to 16 writable bytes; the store needs no alignment.
    unsafe { _mm_storeu_si128(words.as_mut_ptr().cast(), vector) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load16(words: &[i16; 16]) -> __m256i {
    // SAFETY: the reference is to 32 readable bytes; the load needs no alignment.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store16(words: &mut [i16; 16], vector: __m256i) {
    // SAFETY: the reference is to 32 writable bytes; the store needs no alignment.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), vector) }
}

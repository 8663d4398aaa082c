//! The kernels in AVX2 instructions.
//!
//! A vector of 16 lanes holds 16 samples; where 32 bits are needed, one of 8. Each kernel begins by looking whether
//! its buffers lie plainly in the memory (no wrap, no odd address); the odd cases are left to the portable code.

mod adpcm;
mod envelope_mixer;
mod linear_mixer;
mod resample;

use std::arch::x86_64::{
    __m128i, __m256i, _mm_loadu_si128, _mm_storeu_si128, _mm256_loadu_si256, _mm256_storeu_si256,
};

use tatum_core::Vectors;

use super::{CommandProcessor, Kernels};
use crate::hardware::abi1::envelope_mixer::{Buffers, Span, State};
use crate::hardware::adpcm::FRAME_SAMPLES;
use crate::hardware::memory::{DataMemory, Ram};
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
        processor.execute_with(kernels, ram, *command);
    }
}

impl Kernels for Avx2 {
    #[inline(always)]
    fn decode(
        self,
        memory: &mut DataMemory,
        input: usize,
        output: usize,
        books: usize,
        frames: usize,
        initial: [i16; FRAME_SAMPLES],
    ) -> [i16; FRAME_SAMPLES] {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { adpcm::decode(memory, input, output, books, frames, initial) }
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
    fn mix_linear(self, mixer: Mixer, input: &[i16], dry: [&mut [i16]; 2], wet: [&mut [i16]; 2]) {
        // SAFETY: `self` exists, so the processor has AVX2.
        unsafe { linear_mixer::mix_separate(&mixer, input, dry, wet) }
    }
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

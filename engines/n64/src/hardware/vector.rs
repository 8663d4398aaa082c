//! Runs command lists with the widest vectors the processor has.
//!
//! The units' own files hold the portable code, which is the truth. What takes most of the time and is not turned
//! into good vector instructions by the compiler has a second version in them, and all the rest is compiled a second
//! time for them. All arithmetic is on integers, so both give the same results; tests compare whole memories. The
//! only unsafe code of the crate is in this module and below it.

#![allow(unsafe_code, reason = "functions for a detected processor feature, and their loads and stores")]

#[cfg(target_arch = "x86_64")]
mod avx2;

use super::abi1::envelope_mixer::{self, Buffers, Span};
use super::adpcm::{self, Decoding, FRAME_SAMPLES};
use super::decoded_frames::DecodedFrames;
use super::memory::{DataMemory, Ram};
use super::mixer;
use super::nead::envelope_mixer::Mixer;
use super::resample::{self, Position};

/// A signal processor running a microcode.
pub trait CommandProcessor {
    /// A command of its lists.
    type Command;

    /// Executes one command with the given kernels. All code that is to be compiled for vectors is inlined here.
    fn execute_with<K: Kernels>(&mut self, kernels: K, ram: &mut Ram, command: &Self::Command);
}

/// The inner loops that exist more than once; what they do is said at the portable ones.
pub trait Kernels: Copy {
    /// [`adpcm::decode`].
    fn decode(
        self,
        memory: &mut DataMemory,
        ram: &Ram,
        known: &mut DecodedFrames,
        decoding: &Decoding,
    ) -> [i16; FRAME_SAMPLES];

    /// [`adpcm::decode_two_bits`].
    fn decode_two_bits(self, memory: &mut DataMemory, decoding: &Decoding) -> [i16; FRAME_SAMPLES];

    /// [`resample::interpolate`].
    fn interpolate(
        self,
        memory: &mut DataMemory,
        source: usize,
        output: usize,
        blocks: usize,
        position: Position,
    ) -> Position;

    /// [`envelope_mixer::mix_ramps`] of ABI1.
    fn mix_ramps(
        self,
        memory: &mut DataMemory,
        buffers: &Buffers,
        span: Span,
        state: &mut envelope_mixer::State,
    );

    /// [`mixer::mix_blocks`].
    fn mix_blocks(self, target: &mut [[i16; mixer::BLOCK]], source: &[[i16; mixer::BLOCK]], gain: i16);

    /// [`mixer::mix_with_itself`].
    fn mix_with_itself(self, samples: &mut [[i16; mixer::BLOCK]], gain: i16);

    /// [`Mixer::mix_separate`] of the "nead" microcodes.
    fn mix_linear(self, mixer: Mixer, input: &[i16], dry: [&mut [i16]; 2], wet: [&mut [i16]; 2]);
}

/// The code for every processor.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

impl Kernels for Portable {
    #[inline(always)]
    fn decode(
        self,
        memory: &mut DataMemory,
        _: &Ram,
        _: &mut DecodedFrames,
        decoding: &Decoding,
    ) -> [i16; FRAME_SAMPLES] {
        adpcm::decode(memory, decoding)
    }

    #[inline(always)]
    fn decode_two_bits(self, memory: &mut DataMemory, decoding: &Decoding) -> [i16; FRAME_SAMPLES] {
        adpcm::decode_two_bits(memory, decoding)
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
        resample::interpolate(memory, source, output, blocks, position)
    }

    #[inline(always)]
    fn mix_ramps(
        self,
        memory: &mut DataMemory,
        buffers: &Buffers,
        span: Span,
        state: &mut envelope_mixer::State,
    ) {
        envelope_mixer::mix_ramps(memory, buffers, span, state);
    }

    #[inline(always)]
    fn mix_blocks(self, target: &mut [[i16; mixer::BLOCK]], source: &[[i16; mixer::BLOCK]], gain: i16) {
        mixer::mix_blocks(target, source, gain);
    }

    #[inline(always)]
    fn mix_with_itself(self, samples: &mut [[i16; mixer::BLOCK]], gain: i16) {
        mixer::mix_with_itself(samples, gain);
    }

    #[inline(always)]
    fn mix_linear(self, mixer: Mixer, input: &[i16], dry: [&mut [i16]; 2], wet: [&mut [i16]; 2]) {
        mixer.mix_separate(input, dry, wet);
    }
}

/// Executes a list in order, with the best kernels this processor has.
pub fn run_list<P: CommandProcessor>(processor: &mut P, ram: &mut Ram, list: &[P::Command]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(kernels) = avx2::Avx2::detect() {
        return kernels.run_list(processor, ram, list);
    }
    run_list_portable(processor, ram, list);
}

/// Executes a list in order, in the portable code.
pub fn run_list_portable<P: CommandProcessor>(processor: &mut P, ram: &mut Ram, list: &[P::Command]) {
    for command in list {
        processor.execute_with(Portable, ram, command);
    }
}

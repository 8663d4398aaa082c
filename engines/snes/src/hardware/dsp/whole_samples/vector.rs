//! The inner loops of blocks with the widest vectors the processor has.
//!
//! The portable code is the truth. Most of it becomes good vector instructions when it is compiled for wider vectors; the
//! interpolation has a version of its own. All arithmetic is on integers, so all versions give the same results;
//! tests compare them. The only unsafe code of the crate is in this module and below it.

#![allow(unsafe_code, reason = "functions for a detected processor feature, and their loads and stores")]

#[cfg(target_arch = "x86_64")]
mod avx2;

#[cfg(target_arch = "x86_64")]
pub(super) use avx2::Avx2;
use tatum_core::Frame;

use super::mix::{self, BlockMix};
use super::plain_voice::{self, Line, Path};
use crate::hardware::Ram;
use crate::hardware::dsp::echo::OutputPath;
use crate::hardware::dsp::registers::RegisterFile;

/// The inner loops that exist more than once; what they do is said at the portable ones.
pub(super) trait Kernels: Copy {
    /// [`plain_voice::interpolate_all`].
    fn interpolate(self, line: &Line, path: &Path, levels: &[i16], outputs: &mut [i16]);

    /// [`mix::add_scaled`].
    fn add_scaled(self, sums: &mut [i16], outputs: &[i16], volume: i8);

    /// [`mix::add_scaled_to_both`].
    fn add_scaled_to_both(self, sums: &mut [i16], echo: &mut [i16], outputs: &[i16], volume: i8);

    /// [`OutputPath::run_block`].
    fn run_echo<const N: usize>(
        self,
        path: &mut OutputPath,
        registers: &RegisterFile,
        ram: &mut Ram,
        mix: &BlockMix<N>,
        out: &mut [Frame],
    );
}

/// The code for every processor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portable;

impl Kernels for Portable {
    fn interpolate(self, line: &Line, path: &Path, levels: &[i16], outputs: &mut [i16]) {
        plain_voice::interpolate_all(line, path, levels, outputs);
    }

    fn add_scaled(self, sums: &mut [i16], outputs: &[i16], volume: i8) {
        mix::add_scaled(sums, outputs, volume);
    }

    fn add_scaled_to_both(self, sums: &mut [i16], echo: &mut [i16], outputs: &[i16], volume: i8) {
        mix::add_scaled_to_both(sums, echo, outputs, volume);
    }

    fn run_echo<const N: usize>(
        self,
        path: &mut OutputPath,
        registers: &RegisterFile,
        ram: &mut Ram,
        mix: &BlockMix<N>,
        out: &mut [Frame],
    ) {
        path.run_block(registers, ram, mix, out);
    }
}

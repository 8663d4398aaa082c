//! The mixer's inner loops, compiled for the widest vectors the processor has.
//!
//! The portable code is the truth; it becomes good vector instructions when it is compiled for wider vectors. The only
//! unsafe code of the crate is here.

#![allow(unsafe_code, reason = "functions for a detected processor feature")]

use tatum_core::{Frame, Vectors};

use super::mixer::{self, BLOCK, OutputStage};

/// Whether vectors of 256 bits can and may be used.
#[cfg(target_arch = "x86_64")]
#[inline]
fn has_avx2() -> bool {
    Vectors::allowed() >= Vectors::Avx2 && std::arch::is_x86_feature_detected!("avx2")
}

/// [`mixer::add_levels`].
pub(super) fn add_levels(sums: [&mut [i32; BLOCK]; 2], values: &[i16], factors: [i16; 2], shift: u32) {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn with_avx2(sums: [&mut [i32; BLOCK]; 2], values: &[i16], factors: [i16; 2], shift: u32) {
            mixer::add_levels(sums, values, factors, shift);
        }
        if has_avx2() {
            // SAFETY: the processor has AVX2, which is all the function asks for.
            return unsafe { with_avx2(sums, values, factors, shift) };
        }
    }
    mixer::add_levels(sums, values, factors, shift);
}

/// [`OutputStage::mix`].
pub(super) fn mix(stage: OutputStage, sums: [&[i32; BLOCK]; 2], out: &mut [Frame]) {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn with_avx2(stage: OutputStage, sums: [&[i32; BLOCK]; 2], out: &mut [Frame]) {
            stage.mix(sums, out);
        }
        if has_avx2() {
            // SAFETY: the processor has AVX2, which is all the function asks for.
            return unsafe { with_avx2(stage, sums, out) };
        }
    }
    stage.mix(sums, out);
}

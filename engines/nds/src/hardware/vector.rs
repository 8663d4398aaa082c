//! The inner loops of channels and mixer, compiled for the widest vectors the processor has.
//!
//! The portable code is the truth. The mixer becomes good vector instructions when it is compiled for wider vectors; a channel's levels
//! are taken out of [windows](windows). The only unsafe code of the crate is here.

#![allow(unsafe_code, reason = "functions for a detected processor feature; windows of samples")]

#[cfg(target_arch = "x86_64")]
mod windows;

use tatum_core::Frame;

use super::mixer::{self, BLOCK, OutputStage};
use super::timer::Overflows;

#[cfg(target_arch = "x86_64")]
pub(super) use windows::{REACH, Windows};

/// Positions behind the last one of a group that a window may read.
#[cfg(not(target_arch = "x86_64"))]
pub(super) const REACH: usize = 0;
/// Every unit.
#[cfg(not(target_arch = "x86_64"))]
pub(super) trait Windows: super::timer::Timed {}
#[cfg(not(target_arch = "x86_64"))]
impl<T: super::timer::Timed> Windows for T {}

/// Whether vectors of 256 bits can and may be used.
#[cfg(target_arch = "x86_64")]
#[inline]
fn has_avx2() -> bool {
    use tatum_core::Vectors;
    Vectors::allowed() >= Vectors::Avx2 && std::arch::is_x86_feature_detected!("avx2")
}

/// The levels of a unit that nothing ends, in each frame of whole groups.
#[inline(always)]
pub(super) fn fill(unit: impl Windows, overflows: Overflows, levels: &mut [i16]) {
    #[cfg(target_arch = "x86_64")]
    if has_avx2()
        && let Some(windows) = windows::Checked::new(&unit, overflows)
    {
        // SAFETY: the processor has AVX2.
        return unsafe { windows.fill(levels) };
    }
    for (level, overflows) in levels.iter_mut().zip(overflows.counts()) {
        *level = unit.level(overflows);
    }
}

/// [`mixer::add_levels`].
pub(super) fn add_levels(sums: [&mut [i32; BLOCK]; 2], levels: &[i16], factors: [i16; 2], shift: u32) {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn with_avx2(sums: [&mut [i32; BLOCK]; 2], levels: &[i16], factors: [i16; 2], shift: u32) {
            mixer::add_levels(sums, levels, factors, shift);
        }
        if has_avx2() {
            // SAFETY: the processor has AVX2, which is all the function asks for.
            return unsafe { with_avx2(sums, levels, factors, shift) };
        }
    }
    mixer::add_levels(sums, levels, factors, shift);
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

//! The inner loops of channels and mixer, compiled for the widest vectors the processor has.
//!
//! The portable code is the truth; it becomes good vector instructions when it is compiled for wider vectors. The only
//! unsafe code of the crate is here: those calls, and look-ups that are checked together.

#![allow(unsafe_code, reason = "functions for a detected processor feature; look-ups")]

use tatum_core::{Frame, Vectors};

use super::mixer::{self, BLOCK, OutputStage};
use super::pcm::Samples;
use super::timer::{ChannelTimer, Levels};

/// Whether vectors of 256 bits can and may be used.
#[cfg(target_arch = "x86_64")]
#[inline]
fn has_avx2() -> bool {
    Vectors::allowed() >= Vectors::Avx2 && std::arch::is_x86_feature_detected!("avx2")
}

/// Runs a timer, and a unit that it drives, for a frame per value ([`BLOCK`] at most); the timer overflows in the first one. Gives
/// the number of overflows.
#[inline]
pub(super) fn fill<L: Levels>(timer: &mut ChannelTimer, reload: u16, values: &mut [i16], levels: L) -> u32 {
    #[inline(always)]
    fn portable<L: Levels>(timer: &mut ChannelTimer, reload: u16, values: &mut [i16], levels: L) -> u32 {
        let mut overflows = [0; BLOCK];
        let overflows = &mut overflows[..values.len().min(BLOCK)];
        let total = timer.count(reload, overflows);
        levels.fill(overflows, values);
        total
    }

    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn with_avx2<L: Levels>(timer: &mut ChannelTimer, reload: u16, values: &mut [i16], levels: L) -> u32 {
            portable(timer, reload, values, levels)
        }
        if has_avx2() {
            // SAFETY: the processor has AVX2, which is all the function asks for.
            return unsafe { with_avx2(timer, reload, values, levels) };
        }
    }
    portable(timer, reload, values, levels)
}

/// The levels of a recording so many steps behind a position.
#[inline(always)]
pub(super) fn look_up<T, L: Fn(&T) -> i16>(
    recording: &Samples<'_, T, L>,
    position: u32,
    steps: &[u32],
    levels: &mut [i16],
) {
    let positions = steps.iter().map(|steps| position.wrapping_add(*steps));
    let last = positions.clone().fold(0, u32::max);
    if (last as usize) < recording.samples.len() {
        for (level, position) in levels.iter_mut().zip(positions) {
            // SAFETY: no position is behind `last`, which is one of a sample.
            *level = (recording.level)(unsafe { recording.samples.get_unchecked(position as usize) });
        }
    } else {
        for (level, position) in levels.iter_mut().zip(positions) {
            *level = recording.at(position);
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_silent_before_its_start_and_behind_its_end() {
        let samples = [10, 20, 30];
        let recording = Samples { samples: &samples, level: |sample: &i16| *sample };
        for (position, expected) in [(-2, [0, 10, 30]), (-1, [10, 20, 0]), (0, [20, 30, 0]), (5, [0, 0, 0])] {
            let position = i32::cast_unsigned(position);
            let mut levels = [1; 3];
            look_up(&recording, position, &[1, 2, 4], &mut levels);
            assert_eq!(levels, expected, "{position}");
        }
        let mut levels = [1; 2];
        look_up(&recording, 0, &[1, 2], &mut levels);
        assert_eq!(levels, [20, 30]);
    }
}

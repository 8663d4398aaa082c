//! The inner loops of channels and mixer, compiled for the widest vectors the processor has.
//!
//! The portable code is the truth; it becomes good vector instructions when it is compiled for wider vectors. The only
//! unsafe code of the crate is here: those calls, and look-ups that are checked together.

#![allow(unsafe_code, reason = "functions for a detected processor feature; look-ups")]

use tatum_core::{Frame, Vectors};

use super::mixer::{self, BLOCK, OutputStage};
use super::pcm::Samples;
use super::timer::{ChannelTimer, GROUP, Levels, OverflowSpan, Overflows};

/// Whether vectors of 256 bits can and may be used.
#[cfg(target_arch = "x86_64")]
#[inline]
fn has_avx2() -> bool {
    Vectors::allowed() >= Vectors::Avx2 && std::arch::is_x86_feature_detected!("avx2")
}

/// Runs a timer, and a unit that it drives, for some frames; the timer overflows in the first one. Gives the number of
/// overflows. There is room for a group behind the levels of the frames.
// The arguments stand here three times: in a structure the compiler would not know that they don't overlap (19 % more instructions
// for all of the engine).
#[inline]
pub(super) fn fill<L: Levels>(
    (timer, reload): (&mut ChannelTimer, u16),
    overflows: &mut Overflows,
    levels: &mut [i16],
    frames: usize,
    unit: L,
) -> u32 {
    #[inline(always)]
    fn portable<L: Levels>(
        (timer, reload): (&mut ChannelTimer, u16),
        overflows: &mut Overflows,
        levels: &mut [i16],
        frames: usize,
        unit: L,
    ) -> u32 {
        let (overflows, total) = timer.count(reload, frames, overflows);
        unit.fill(overflows, levels);
        total
    }

    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn with_avx2<L: Levels>(
            timer: (&mut ChannelTimer, u16),
            overflows: &mut Overflows,
            levels: &mut [i16],
            frames: usize,
            unit: L,
        ) -> u32 {
            portable(timer, overflows, levels, frames, unit)
        }
        if has_avx2() {
            // SAFETY: the processor has AVX2, which is all the function asks for.
            return unsafe { with_avx2((timer, reload), overflows, levels, frames, unit) };
        }
    }
    portable((timer, reload), overflows, levels, frames, unit)
}

/// The levels of a recording so many steps behind a position.
#[inline(always)]
pub(super) fn look_up<T, L: Fn(&T) -> i16>(
    recording: &Samples<'_, T, L>,
    position: u32,
    steps: OverflowSpan<'_>,
    levels: &mut [i16],
) {
    let steps = steps.whole_groups();
    let samples = recording.samples.get(position as usize..).unwrap_or_default();
    // The last group often has frames behind a recording's end that nobody asks for.
    let leads_to_samples =
        |frames: &usize| steps[..*frames].last().is_none_or(|last| (*last as usize) < samples.len());
    let inside = [steps.len(), steps.len().saturating_sub(GROUP), 0].into_iter().find(leads_to_samples);
    let (steps_inside, steps_behind) = steps.split_at(inside.unwrap_or(0));
    let (levels_inside, levels_behind) = levels.split_at_mut(steps_inside.len());
    for (level, steps) in levels_inside.iter_mut().zip(steps_inside) {
        // SAFETY: steps never fall, and the last ones inside lead to a sample.
        *level = (recording.level)(unsafe { samples.get_unchecked(*steps as usize) });
    }
    for (level, steps) in levels_behind.iter_mut().zip(steps_behind) {
        *level = recording.at(position.wrapping_add(*steps));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_silent_before_its_start_and_behind_its_end() {
        let samples = [10, 20, 30];
        let recording = Samples { samples: &samples, level: |sample: &i16| *sample };
        for (position, expected) in [(-2, [0, 10, 30]), (-1, [10, 20, 0]), (0, [20, 30, 0]), (5, [0, 0, 0])] {
            let position = i32::cast_unsigned(position);
            let mut levels = [1; GROUP];
            look_up(&recording, position, OverflowSpan::of(&[1, 2, 4, 4, 4, 4, 4, 4]), &mut levels);
            assert_eq!(levels[..3], expected, "{position}");
        }
        let mut levels = [1; GROUP];
        look_up(&recording, 0, OverflowSpan::of(&[1, 2, 2, 2, 2, 2, 2, 2]), &mut levels);
        assert_eq!(levels[..3], [20, 30, 30]);
    }
}

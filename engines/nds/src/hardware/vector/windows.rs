//! Sixteen levels at once out of windows: what a unit has at sixteen positions from a frame's one on.
//!
//! A timer that overflows twice a frame at most moves by less than sixteen positions in eight frames, and one that overflows once at
//! most in sixteen, so a channel's levels need no look-ups: the frames' positions, counted from the first one's, say how to shuffle
//! the window. Faster timers, and windows that lead out of a recording, are left to the portable code.

use std::arch::x86_64::*;

use crate::hardware::noise::{CYCLE, HIGH, NoiseRegister};
use crate::hardware::pcm::{Sample, Straight};
use crate::hardware::psg::SquareWave;
use crate::hardware::timer::{GROUP, Overflows, Timed};

/// Positions that a window has.
pub(in crate::hardware) const REACH: usize = 16;

/// A unit whose levels can be taken out of windows.
pub(in crate::hardware) trait Windows: Timed {
    /// Whether windows can begin everywhere from `first` to `last` overflows behind the block's beginning.
    fn has_windows(&self, first: u32, last: u32) -> bool;

    /// The levels of a group: eight from the window at each of `firsts`, of the positions that lie `ahead` (0 to 15).
    ///
    /// # Safety
    ///
    /// The processor has AVX2, and windows can begin at `firsts`.
    unsafe fn levels(&self, firsts: [u32; 2], ahead: __m256i) -> __m256i;
}

/// A unit and overflows whose windows lie within it.
pub(super) struct Checked<'a, U> {
    unit: &'a U,
    overflows: Overflows,
}

impl<'a, U: Windows> Checked<'a, U> {
    /// None if it has to be done without windows.
    #[inline(always)]
    pub(super) fn new(unit: &'a U, overflows: Overflows) -> Option<Self> {
        let [_, each] = overflows.line();
        let fits = each <= 2 << 32 && unit.has_windows(overflows.until(0), overflows.last_of_group());
        fits.then_some(Self { unit, overflows })
    }

    /// The levels of whole groups.
    ///
    /// # Safety
    ///
    /// The processor has AVX2.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn fill(self, levels: &mut [i16]) {
        let [_, each] = self.overflows.line();
        // SAFETY: the caller's.
        unsafe { if each <= 1 << 32 { self.groups::<true>(levels) } else { self.groups::<false>(levels) } }
    }

    /// A group has one window if the timer overflows once a frame at most, or two.
    ///
    /// From a window's beginning overflows are counted in 28 bits behind the point, rounded up as [`Overflows`] are: the roundings are
    /// still far from the next whole number.
    ///
    /// # Safety
    ///
    /// The processor has AVX2.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn groups<const ONE_WINDOW: bool>(self, levels: &mut [i16]) {
        const HALF: u64 = GROUP as u64 / 2;
        let [mut next, each] = self.overflows.line();
        let per_frame = _mm256_set1_epi32((each.div_ceil(16) as u32).cast_signed());
        let frames = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        let in_first_half = _mm256_mullo_epi32(frames, per_frame);
        let in_second_half = if ONE_WINDOW {
            _mm256_mullo_epi32(_mm256_add_epi32(frames, _mm256_set1_epi32(HALF as i32)), per_frame)
        } else {
            in_first_half
        };
        let ahead = |next: u64, in_half: __m256i| {
            let part = _mm256_set1_epi32((((next as u32) >> 4) + 1).cast_signed());
            _mm256_srli_epi32::<28>(_mm256_add_epi32(in_half, part))
        };
        let groups = self.overflows.frames().div_ceil(GROUP);
        for levels in levels.as_chunks_mut::<GROUP>().0.iter_mut().take(groups) {
            let second = if ONE_WINDOW { next } else { next + each * HALF };
            let halves = _mm256_packs_epi32(ahead(next, in_first_half), ahead(second, in_second_half));
            // The halves were packed by turns.
            let ahead = _mm256_permute4x64_epi64::<0b11_01_10_00>(halves);
            let firsts = [next, second].map(|next| (next >> 32) as u32);
            // SAFETY: the unit has windows from the first frame's overflows to the last one's; a group has 32 bytes.
            unsafe { _mm256_storeu_si256(levels.as_mut_ptr().cast(), self.unit.levels(firsts, ahead)) };
            next += each * GROUP as u64;
        }
    }
}

/// 0x7FFF for lanes of ones, -0x7FFF for lanes of zeros.
#[inline]
#[target_feature(enable = "avx2")]
fn high_or_low(is_high: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_and_si256(is_high, _mm256_set1_epi16(-2)), _mm256_set1_epi16(-0x7FFF))
}

impl Windows for SquareWave {
    #[inline(always)]
    fn has_windows(&self, _first: u32, _last: u32) -> bool {
        true
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn levels(&self, firsts: [u32; 2], ahead: __m256i) -> __m256i {
        let [low, high] = firsts.map(|first| _mm_set1_epi16((self.position.wrapping_add(first) & 7) as i16));
        let phase = _mm256_add_epi16(ahead, _mm256_set_m128i(high, low));
        let phase = _mm256_and_si256(phase, _mm256_set1_epi16(7));
        high_or_low(_mm256_cmpgt_epi16(phase, _mm256_set1_epi16(self.rise as i16 - 1)))
    }
}

impl Windows for NoiseRegister {
    #[inline(always)]
    fn has_windows(&self, _first: u32, last: u32) -> bool {
        // Four bytes are read from the one with the first step on.
        self.steps + last + 32 <= CYCLE
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn levels(&self, firsts: [u32; 2], ahead: __m256i) -> __m256i {
        let [low, high] = firsts.map(|first| {
            let step = self.steps + first;
            let place = HIGH.as_ptr().cast::<u8>().wrapping_add(step as usize / 8);
            // SAFETY: the table has a bit for each step of the cycle, and 32 of them are left.
            let bits = unsafe { place.cast::<u32>().read_unaligned() };
            _mm_cvtsi32_si128((bits >> (step % 8)).cast_signed())
        });
        // The byte of each step, and its bit in it; the upper bytes of the bits are zero.
        let bytes = _mm256_shuffle_epi8(_mm256_set_m128i(high, low), _mm256_srli_epi16::<3>(ahead));
        let bits =
            _mm256_broadcastsi128_si256(_mm_set1_epi64x(i64::from_le_bytes([1, 2, 4, 8, 16, 32, 64, 128])));
        let bits = _mm256_shuffle_epi8(bits, _mm256_or_si256(ahead, _mm256_set1_epi16(-0x8000)));
        high_or_low(_mm256_cmpeq_epi16(_mm256_and_si256(bytes, bits), bits))
    }
}

impl<S: Shuffled> Windows for Straight<'_, S> {
    #[inline(always)]
    fn has_windows(&self, first: u32, last: u32) -> bool {
        let [first, last] = [first, last].map(|steps| self.position.wrapping_add(steps) as usize);
        first <= last && last + REACH <= self.samples.len()
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn levels(&self, firsts: [u32; 2], ahead: __m256i) -> __m256i {
        let window =
            |first: u32| self.samples.as_ptr().wrapping_add(self.position.wrapping_add(first) as usize);
        // SAFETY: the windows of 16 samples lie within the recording.
        unsafe { S::shuffled(firsts.map(window), ahead) }
    }
}

/// A sample that can be shuffled.
pub(in crate::hardware) trait Shuffled: Sample {
    /// The levels of the samples that lie `ahead` in the two windows.
    ///
    /// # Safety
    ///
    /// There are 16 samples in each window, and the processor has AVX2.
    unsafe fn shuffled(windows: [*const Self; 2], ahead: __m256i) -> __m256i;
}

impl Shuffled for [u8; 1] {
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn shuffled(windows: [*const Self; 2], ahead: __m256i) -> __m256i {
        // SAFETY: the caller's.
        let [low, high] = windows.map(|window| unsafe { _mm_loadu_si128(window.cast()) });
        // The sample is the upper byte; an index with the top bit gives zero for the lower.
        let indices = _mm256_or_si256(_mm256_slli_epi16::<8>(ahead), _mm256_set1_epi16(0x80));
        _mm256_shuffle_epi8(_mm256_set_m128i(high, low), indices)
    }
}

impl Shuffled for [u8; 2] {
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn shuffled(windows: [*const Self; 2], ahead: __m256i) -> __m256i {
        // SAFETY: the caller's.
        unsafe { words(windows.map(<*const Self>::cast), ahead) }
    }
}

impl Shuffled for i16 {
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn shuffled(windows: [*const Self; 2], ahead: __m256i) -> __m256i {
        // SAFETY: the caller's.
        unsafe { words(windows.map(<*const Self>::cast), ahead) }
    }
}

/// Of sixteen 16-bit samples in each window those that are `ahead`.
///
/// # Safety
///
/// There are 32 bytes in each window, and the processor has AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn words(windows: [*const __m128i; 2], ahead: __m256i) -> __m256i {
    let [low, high] = windows;
    // SAFETY: the caller's.
    let [front, back] = unsafe {
        [
            _mm256_set_m128i(_mm_loadu_si128(high), _mm_loadu_si128(low)),
            _mm256_set_m128i(_mm_loadu_si128(high.add(1)), _mm_loadu_si128(low.add(1))),
        ]
    };
    // Both bytes of each sample.
    let bytes = _mm256_mullo_epi16(ahead, _mm256_set1_epi16(0x0202));
    let bytes = _mm256_add_epi16(bytes, _mm256_set1_epi16(0x0100));
    // Indices into the other half get their top bit, which gives zero.
    let from_front = _mm256_shuffle_epi8(front, _mm256_add_epi8(bytes, _mm256_set1_epi8(0x70)));
    let from_back = _mm256_shuffle_epi8(back, _mm256_sub_epi8(bytes, _mm256_set1_epi8(16)));
    _mm256_or_si256(from_front, from_back)
}

#[cfg(test)]
mod tests {
    use tatum_core::Vectors;

    use super::*;
    use crate::hardware::random::Random;
    use crate::hardware::timer::{Block, ChannelTimer};

    /// Compares a unit's windows, if it has any, with its levels.
    fn compare<U: Windows>(unit: &U, overflows: Overflows) -> bool {
        let Some(windows) = Checked::new(unit, overflows) else { return false };
        let mut block = Block::new();
        // SAFETY: the test has asked for AVX2.
        unsafe { windows.fill(&mut block.levels) };
        let expected: Vec<_> = overflows.counts().map(|overflows| unit.level(overflows)).collect();
        assert_eq!(block.levels[..expected.len()], expected);
        true
    }

    #[test]
    fn windows_give_the_levels_of_the_units() {
        if Vectors::allowed() < Vectors::Avx2 || !is_x86_feature_detected!("avx2") {
            return;
        }
        let mut random = Random(3);
        let bytes: Vec<u8> = (0..2000).map(|_| random.below(256) as u8).collect();
        let decoded: Vec<i16> = (0..1000).map(|_| random.below(0x1_0000) as u16 as i16).collect();
        let mut compared = [0; 5];
        for _ in 0..60_000 {
            // From eight overflows a frame to one in 128 frames.
            let reload = 0x1_0000 - (1 << (6 + random.below(11))) + random.below(64);
            let reload = reload.min(0xFFFF) as u16;
            let mut timer = ChannelTimer::loaded(reload);
            let frames = 1 + random.below(192) as usize;
            timer.pass(timer.quiet_frames(usize::MAX));
            let overflows = timer.count(reload, frames);
            let position = random.below(1010).wrapping_sub(5);
            let unit = NoiseRegister { steps: random.below(CYCLE) };
            let was_compared = [
                compare(&SquareWave::new(random.below(8) as u8, random.below(20)), overflows),
                compare(&unit, overflows),
                compare(&Straight { position, samples: bytes.as_chunks::<1>().0 }, overflows),
                compare(&Straight { position, samples: bytes.as_chunks::<2>().0 }, overflows),
                compare(&Straight { position, samples: &decoded[..] }, overflows),
            ];
            compared = std::array::from_fn(|unit| compared[unit] + u32::from(was_compared[unit]));
        }
        assert!(compared.iter().all(|&times| times > 10_000), "{compared:?}");
    }
}

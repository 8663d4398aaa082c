//! [`Mixer::mix_separate`]: two groups in a vector, volumes kept in registers.

use std::arch::x86_64::*;

use super::{load16, store16};
use crate::hardware::nead::envelope_mixer::{Mixer, Volumes};

/// As [`Mixer::mix_separate`].
#[inline(never)]
#[target_feature(enable = "avx2")]
pub fn mix_separate(
    mixer: &Mixer,
    input: &[i16],
    [left, right]: [&mut [i16]; 2],
    [wet_left, wet_right]: [&mut [i16]; 2],
) {
    let [mut left_ramp, mut right_ramp, mut reverb] =
        [Ramp::load(&mixer.volumes[0]), Ramp::load(&mixer.volumes[1]), Ramp::load(&mixer.volumes[2])];
    let [invert_left, invert_right] =
        [_mm256_set1_epi16(mixer.invert_dry[0]), _mm256_set1_epi16(mixer.invert_dry[1])];
    let [invert_wet_left, invert_wet_right] =
        [_mm256_set1_epi16(mixer.invert_wet[0]), _mm256_set1_epi16(mixer.invert_wet[1])];
    let dry = left.as_chunks_mut().0.iter_mut().zip(right.as_chunks_mut().0);
    let wet = wet_left.as_chunks_mut().0.iter_mut().zip(wet_right.as_chunks_mut().0);
    for ((input, (left, right)), (wet_left, wet_right)) in input.as_chunks().0.iter().zip(dry).zip(wet) {
        let input = load16(input);
        let samples = _mm256_xor_si256(left_ramp.scale(input), invert_left);
        add(left, samples);
        add(wet_left, _mm256_xor_si256(reverb.scale(samples), invert_wet_left));
        let samples = _mm256_xor_si256(right_ramp.scale(input), invert_right);
        add(right, samples);
        add(wet_right, _mm256_xor_si256(reverb.scale(samples), invert_wet_right));
        left_ramp.step();
        right_ramp.step();
        reverb.step();
    }
}

/// The unsigned volumes of a block and what a step adds to them.
#[derive(Clone, Copy)]
struct Ramp {
    volumes: __m256i,
    step: __m256i,
}

impl Ramp {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(volumes: &Volumes) -> Self {
        Self { volumes: load16(&volumes.lanes), step: _mm256_set1_epi16(volumes.step) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn step(&mut self) {
        self.volumes = _mm256_add_epi16(self.volumes, self.step);
    }

    /// The upper halves of the products: the signed ones', and the sample once more for a volume with its upper bit
    /// set.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn scale(&self, samples: __m256i) -> __m256i {
        let more = _mm256_and_si256(samples, _mm256_srai_epi16::<15>(self.volumes));
        _mm256_add_epi16(_mm256_mulhi_epi16(samples, self.volumes), more)
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn add(target: &mut [i16; 16], samples: __m256i) {
    store16(target, _mm256_adds_epi16(load16(target), samples));
}

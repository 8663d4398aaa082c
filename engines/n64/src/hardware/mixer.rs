//! Buffer operations: clear, move, mix and interleave, `n64-mixer.md` 1 and 2.

use super::memory::DataMemory;

/// 0.99997 as 1.15: what every mix leaves of the destination's old content.
const KEEP: i32 = 0x7FFF;

/// Product of two 1.15 numbers, rounded and saturated.
#[inline]
pub fn multiply_rounded(a: i16, b: i16) -> i16 {
    saturate((i32::from(a) * i32::from(b) + 0x4000) >> 15)
}

/// `destination + sample * gain`; the old content is scaled by 32767/32768 and everything is rounded once.
#[inline]
pub fn mix_sample(destination: i16, sample: i16, gain: i16) -> i16 {
    // The sum stays inside 32 bits: at most 32767 * 32767 + 32768 * 32768 + 0x4000.
    let sum = i32::from(destination) * KEEP + i32::from(sample) * i32::from(gain) + 0x4000;
    saturate(sum >> 15)
}

/// Clamps to the range of a sample.
#[inline]
pub const fn saturate(value: i32) -> i16 {
    if value > 0x7FFF {
        0x7FFF
    } else if value < -0x8000 {
        -0x8000
    } else {
        value as i16
    }
}

/// Zeroes `bytes`, rounded up to 16.
pub fn clear(memory: &mut DataMemory, address: usize, bytes: usize) {
    for block in 0..bytes.div_ceil(16) {
        memory.store(address + 16 * block, &[0; 8]);
    }
}

/// Copies `bytes`, rounded up to 16, forward: 16 bytes are read, then written, so overlapping moves repeat.
pub fn copy(memory: &mut DataMemory, from: usize, to: usize, bytes: usize) {
    for block in 0..bytes.div_ceil(16) {
        let samples = memory.load::<8>(from + 16 * block);
        memory.store(to + 16 * block, &samples);
    }
}

/// Mixes `input` into `output`; `bytes` is rounded up to 32, in blocks of 16 samples.
pub fn mix(memory: &mut DataMemory, input: usize, output: usize, bytes: usize, gain: i16) {
    for block in 0..bytes.div_ceil(32) {
        let source = memory.load::<16>(input + 32 * block);
        let mut target = memory.load::<16>(output + 32 * block);
        for (destination, &sample) in target.iter_mut().zip(&source) {
            *destination = mix_sample(*destination, sample, gain);
        }
        memory.store(output + 32 * block, &target);
    }
}

/// Interleaves two buffers of `bytes` (rounded up to 16) each.
pub fn interleave(memory: &mut DataMemory, left: usize, right: usize, output: usize, bytes: usize) {
    for block in 0..bytes.div_ceil(16) {
        let left = memory.load::<8>(left + 16 * block);
        let right = memory.load::<8>(right + 16 * block);
        let both: [i16; 16] =
            std::array::from_fn(|index| if index & 1 == 0 { left[index / 2] } else { right[index / 2] });
        memory.store(output + 32 * block, &both);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixing_at_the_extremes_saturates_instead_of_wrapping() {
        assert_eq!(mix_sample(i16::MAX, i16::MIN, i16::MIN), i16::MAX);
        assert_eq!(mix_sample(i16::MIN, i16::MAX, i16::MIN), i16::MIN);
        assert_eq!(mix_sample(1000, 0, 0x7FFF), 1000);
        assert_eq!(mix_sample(30000, 0, 0), 29999);
        assert_eq!(multiply_rounded(i16::MIN, i16::MIN), i16::MAX);
    }
}

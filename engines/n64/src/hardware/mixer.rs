//! Buffer operations: clear, move, mix and interleave, `n64-mixer.md` 1 and 2.

use super::memory::DataMemory;
use super::vector::Kernels;

/// 0.99997 as 1.15: what every mix leaves of the destination's old content.
const KEEP: i32 = 0x7FFF;

/// Product of two 1.15 numbers, rounded and saturated.
#[inline(always)]
pub fn multiply_rounded(a: i16, b: i16) -> i16 {
    saturate((i32::from(a) * i32::from(b) + 0x4000) >> 15)
}

/// `destination + sample * gain`; the old content is scaled by 32767/32768 and everything is rounded once.
#[inline(always)]
pub fn mix_sample(destination: i16, sample: i16, gain: i16) -> i16 {
    // The sum stays inside 32 bits: at most 32767 * 32767 + 32768 * 32768 + 0x4000.
    let sum = i32::from(destination) * KEEP + i32::from(sample) * i32::from(gain) + 0x4000;
    saturate(sum >> 15)
}

/// Clamps to the range of a sample.
#[inline(always)]
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
#[inline(always)]
pub fn clear(memory: &mut DataMemory, address: usize, bytes: usize) {
    let blocks = bytes.div_ceil(16);
    if let Some(samples) = memory.words_at_mut(address, 8 * blocks) {
        samples.fill(0);
        return;
    }
    for block in 0..blocks {
        memory.store(address + 16 * block, &[0; 8]);
    }
}

/// Copies `bytes`, rounded up to 16, forward: 16 bytes are read, then written, so overlapping moves repeat.
#[inline(always)]
pub fn copy(memory: &mut DataMemory, from: usize, to: usize, bytes: usize) {
    let blocks = bytes.div_ceil(16);
    if let Some([source, target]) = memory.separate_buffers([from, to], 8 * blocks) {
        target.copy_from_slice(source);
        return;
    }
    for block in 0..blocks {
        let samples = memory.load::<8>(from + 16 * block);
        memory.store(to + 16 * block, &samples);
    }
}

/// Changes `blocks` of `N` samples each at `output` by those at `input`: all at once, or one by one where they overlap or do
/// not lie plainly in the memory.
#[inline(always)]
fn combine<const N: usize>(
    memory: &mut DataMemory,
    input: usize,
    output: usize,
    blocks: usize,
    change: impl Fn(&mut [[i16; N]], &[[i16; N]]),
) {
    if let Some([source, target]) = memory.separate_buffers([input, output], N * blocks) {
        return change(target.as_chunks_mut().0, source.as_chunks().0);
    }
    for block in 0..blocks {
        let source = memory.load(input + 2 * N * block);
        let mut target = memory.load(output + 2 * N * block);
        change(std::slice::from_mut(&mut target), std::slice::from_ref(&source));
        memory.store(output + 2 * N * block, &target);
    }
}

/// Samples of a block of [`mix`].
pub const BLOCK: usize = 16;

/// Mixes `input` into `output`; `bytes` is rounded up to 32, in blocks of 16 samples.
#[inline(always)]
pub fn mix<K: Kernels>(
    kernels: K,
    memory: &mut DataMemory,
    input: usize,
    output: usize,
    bytes: usize,
    gain: i16,
) {
    let blocks = bytes.div_ceil(2 * BLOCK);
    if input == output
        && let Some(samples) = memory.words_at_mut(output, BLOCK * blocks)
    {
        return kernels.mix_with_itself(samples.as_chunks_mut().0, gain);
    }
    combine(
        memory,
        input,
        output,
        blocks,
        #[inline(always)]
        |target, source| kernels.mix_blocks(target, source, gain),
    );
}

/// [`mix_sample`] of every sample of some blocks.
#[inline(always)]
pub fn mix_blocks(target: &mut [[i16; BLOCK]], source: &[[i16; BLOCK]], gain: i16) {
    for (target, source) in target.iter_mut().zip(source) {
        for (destination, &sample) in target.iter_mut().zip(source) {
            *destination = mix_sample(*destination, sample, gain);
        }
    }
}

/// As [`mix_blocks`], where the samples are their own destination.
#[inline(always)]
pub fn mix_with_itself(samples: &mut [[i16; BLOCK]], gain: i16) {
    for sample in samples.as_flattened_mut() {
        *sample = mix_sample(*sample, *sample, gain);
    }
}

/// Adds `input` to `output`; `bytes` is rounded up to 64. A carry goes into a lane of the first group.
#[inline(always)]
pub fn add(memory: &mut DataMemory, input: usize, output: usize, bytes: usize, carry_lane: Option<usize>) {
    let groups = 4 * bytes.div_ceil(64);
    // The carry is part of the sum before it is saturated.
    combine(
        memory,
        input,
        output,
        groups.min(1),
        #[inline(always)]
        |groups: &mut [[i16; 8]], sources| {
            for (target, source) in groups.iter_mut().zip(sources) {
                for lane in 0..8 {
                    let carry = i32::from(carry_lane == Some(lane));
                    target[lane] = saturate(i32::from(target[lane]) + i32::from(source[lane]) + carry);
                }
            }
        },
    );
    let (input, output, rest) = (input + 16, output + 16, groups.saturating_sub(1));
    combine(
        memory,
        input,
        output,
        rest,
        #[inline(always)]
        |groups: &mut [[i16; 8]], sources| {
            for (target, source) in groups.iter_mut().zip(sources) {
                for (target, sample) in target.iter_mut().zip(source) {
                    *target = target.saturating_add(*sample);
                }
            }
        },
    );
}

/// Multiplies `bytes`, rounded up to 32, by a gain in sixteenths.
#[inline(always)]
pub fn amplify(memory: &mut DataMemory, address: usize, bytes: usize, gain: u8) {
    let amplify = |sample: i16| saturate((i32::from(sample) * i32::from(gain)) >> 4);
    let blocks = bytes.div_ceil(32);
    if let Some(samples) = memory.words_at_mut(address, 16 * blocks) {
        for block in samples.as_chunks_mut::<16>().0 {
            for sample in block {
                *sample = amplify(*sample);
            }
        }
        return;
    }
    for block in 0..2 * blocks {
        let samples = memory.load::<8>(address + 16 * block);
        memory.store(address + 16 * block, &samples.map(amplify));
    }
}

/// Keeps every second sample: `samples` of output, rounded up to 8.
#[inline(always)]
pub fn halve(memory: &mut DataMemory, input: usize, output: usize, samples: usize) {
    for block in 0..samples.div_ceil(8) {
        let source = memory.load::<16>(input + 32 * block);
        let mut kept = [0; 8];
        for (index, sample) in kept.iter_mut().enumerate() {
            *sample = source[2 * index];
        }
        memory.store(output + 16 * block, &kept);
    }
}

/// The Zelda generation's command 3: of each pair of blocks, the product's lower halves (`n64-oot.md` 10.1, UNK3).
#[inline(always)]
pub fn multiply_pairs(memory: &mut DataMemory, input: usize, output: usize, bytes: usize) {
    for block in 0..bytes.div_ceil(32) {
        let pair = memory.load::<16>(input + 32 * block);
        let products: [i64; 8] =
            std::array::from_fn(|lane| i64::from(pair[lane + 8] as u16) * i64::from(pair[lane]));
        let out: [i16; 16] = std::array::from_fn(|index| match index.checked_sub(8) {
            Some(lane) => products[lane] as i16,
            None => low_half(2 * products[index]),
        });
        memory.store(output + 32 * block, &out);
    }
}

/// The vector unit's "clamp low": the lower half, saturated if the number does not fit into 32 bits.
#[inline(always)]
const fn low_half(value: i64) -> i16 {
    if value > i32::MAX as i64 {
        -1
    } else if value < i32::MIN as i64 {
        0
    } else {
        value as i16
    }
}

/// Interleaves two buffers of `bytes` (rounded up to 16) each.
#[inline(always)]
pub fn interleave(memory: &mut DataMemory, left: usize, right: usize, output: usize, bytes: usize) {
    let blocks = bytes.div_ceil(16);
    let buffers = [output, output + 16 * blocks, left, right];
    if let Some([first, second, left, right]) = memory.separate_buffers(buffers, 8 * blocks) {
        let middle = 4 * blocks;
        interleave_samples(first, &left[..middle], &right[..middle]);
        interleave_samples(second, &left[middle..], &right[middle..]);
        return;
    }
    for block in 0..blocks {
        let left = memory.load::<8>(left + 16 * block);
        let right = memory.load::<8>(right + 16 * block);
        let mut both = [0; 16];
        interleave_samples(&mut both, &left, &right);
        memory.store(output + 32 * block, &both);
    }
}

#[inline(always)]
fn interleave_samples(output: &mut [i16], left: &[i16], right: &[i16]) {
    // Both have a multiple of four samples: half a block, or a whole one.
    let sides = left.as_chunks::<4>().0.iter().zip(right.as_chunks::<4>().0);
    for (output, ([a, b, c, d], [e, f, g, h])) in output.as_chunks_mut().0.iter_mut().zip(sides) {
        *output = [*a, *e, *b, *f, *c, *g, *d, *h];
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

    #[test]
    fn interleaved_buffers_alternate_whatever_their_length() {
        for bytes in [16, 40, 48, 272] {
            let samples = bytes / 2;
            let mut memory = DataMemory::new();
            for index in 0..256 {
                memory.store(0x400 + 2 * index, &[index as i16]);
                memory.store(0x800 + 2 * index, &[-(index as i16)]);
            }
            interleave(&mut memory, 0x400, 0x800, 0, bytes);
            for index in 0..samples {
                assert_eq!(memory.load::<2>(4 * index), [index as i16, -(index as i16)], "{bytes}");
            }
        }
    }
}

//! The eight-tap filter of the "nead" microcodes, `n64-mixer.md` 8 and `n64-oot.md` 10.1.

use crate::hardware::memory::DataMemory;
use crate::hardware::mixer::saturate;

/// Coefficients, also the last inputs.
pub type Taps = [i16; 8];

/// The average of new and old coefficients, which the Zelda generation uses.
#[inline(always)]
pub fn average(new: Taps, old: Taps) -> Taps {
    std::array::from_fn(|tap| ((i32::from(new[tap]) + i32::from(old[tap]) + 1) >> 1) as i16)
}

/// Samples of a group.
const GROUP: usize = 8;
/// Samples filtered between reading and writing.
const PIECE: usize = 8 * GROUP;
/// Sums of taps' magnitudes up to this one cannot leave 32 bits, with rounding: 65535 * 32768 + 0x4000.
const NARROW_TAPS: u32 = 0xFFFF;

/// Filters `bytes` at `address` in place, rounded up to groups of eight; gives the last eight inputs.
#[inline(always)]
pub fn run(memory: &mut DataMemory, address: usize, bytes: usize, taps: Taps, history: Taps) -> Taps {
    let is_narrow = taps.iter().map(|tap| u32::from(tap.unsigned_abs())).sum::<u32>() <= NARROW_TAPS;
    // The history, then the inputs.
    let mut window = [0; GROUP + PIECE];
    window[..GROUP].copy_from_slice(&history);
    let groups = bytes.div_ceil(2 * GROUP);
    for first in (0..groups).step_by(PIECE / GROUP) {
        let samples = GROUP * (groups - first).min(PIECE / GROUP);
        let address = address + 2 * GROUP * first;
        memory.load_slice(address, &mut window[GROUP..GROUP + samples]);
        let mut outputs = [0; PIECE];
        for (group, output) in outputs[..samples].as_chunks_mut::<GROUP>().0.iter_mut().enumerate() {
            let inputs = window[GROUP * group..].first_chunk().expect("a group and the one before it");
            *output = if is_narrow { narrow_group(&taps, inputs) } else { wide_group(&taps, inputs) };
        }
        memory.store_slice(address, &outputs[..samples]);
        window.copy_within(samples..samples + GROUP, 0);
    }
    *window.first_chunk().expect("a group")
}

/// Eight outputs from sixteen inputs, the first eight of which are history.
#[inline(always)]
fn narrow_group(taps: &Taps, inputs: &[i16; 2 * GROUP]) -> Taps {
    let mut sums = [0x4000_i32; GROUP];
    for (tap, &weight) in taps.iter().enumerate() {
        for (index, sum) in sums.iter_mut().enumerate() {
            *sum = sum.wrapping_add(i32::from(weight) * i32::from(inputs[GROUP + index - tap]));
        }
    }
    let mut outputs = [0; GROUP];
    for (output, sum) in outputs.iter_mut().zip(sums) {
        *output = saturate(sum >> 15);
    }
    outputs
}

/// As [`narrow_group`], for coefficients whose sums can be longer than 32 bits.
fn wide_group(taps: &Taps, inputs: &[i16; 2 * GROUP]) -> Taps {
    std::array::from_fn(|index| {
        let products = (0..GROUP).map(|tap| i64::from(taps[tap]) * i64::from(inputs[GROUP + index - tap]));
        saturate(((products.sum::<i64>() + 0x4000) >> 15) as i32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_row_delays_by_three_samples() {
        let mut memory = DataMemory::new();
        memory.store(0x400, &[1000, 0, 0, 0, 0, 0, 0, 0]);
        let taps = [0, 0, 0, 32767, 0, 0, 0, 0];
        let history = run(&mut memory, 0x400, 16, taps, [0; 8]);
        assert_eq!(memory.load::<8>(0x400), [0, 0, 0, 1000, 0, 0, 0, 0]);
        assert_eq!(history, [1000, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn sums_longer_than_32_bits_saturate() {
        for (sample, expected) in [(i16::MIN, i16::MAX), (i16::MAX, i16::MIN)] {
            let mut memory = DataMemory::new();
            memory.store(0x400, &[sample; 8]);
            run(&mut memory, 0x400, 16, [i16::MIN; 8], [sample; 8]);
            assert_eq!(memory.load::<8>(0x400), [expected; 8]);
        }
    }

    #[test]
    fn short_and_long_sums_are_the_same_where_both_are_possible() {
        let inputs =
            std::array::from_fn(|index| if index % 3 == 0 { i16::MIN } else { i16::MAX - index as i16 });
        for taps in
            [[8191; 8], [-8191; 8], [i16::MIN, 0, 0, 0, 0, 0, 0, i16::MAX], [1, -2, 3, -4, 5, -6, 7, -8]]
        {
            assert_eq!(narrow_group(&taps, &inputs), wide_group(&taps, &inputs), "{taps:?}");
        }
    }

    #[test]
    fn pieces_continue_where_the_one_before_them_ended() {
        let inputs: [i16; 200] = std::array::from_fn(|index| (index as i16).wrapping_mul(12345));
        let taps = [3000, -2000, 1000, 9000, 0, -4000, 500, 7];
        let mut memory = DataMemory::new();
        memory.store(0x400, &inputs);
        let history = run(&mut memory, 0x400, 400, taps, [0; 8]);
        assert_eq!(history, inputs[192..]);
        let delayed = |index: usize, tap: usize| index.checked_sub(tap).map_or(0, |at| i64::from(inputs[at]));
        let expected: [i16; 200] = std::array::from_fn(|index| {
            let sum: i64 = (0..8).map(|tap| i64::from(taps[tap]) * delayed(index, tap)).sum();
            saturate(((sum + 0x4000) >> 15) as i32)
        });
        assert_eq!(memory.load::<200>(0x400), expected);
    }

    #[test]
    fn averages_are_rounded_up() {
        assert_eq!(average([3; 8], [0; 8]), [2; 8]);
        assert_eq!(average([-3; 8], [0; 8]), [-1; 8]);
    }
}

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

/// Filters `bytes` at `address` in place, in groups of eight; gives the last eight inputs.
#[inline(always)]
pub fn run(memory: &mut DataMemory, address: usize, bytes: usize, taps: Taps, mut history: Taps) -> Taps {
    for group in 0..bytes.div_ceil(16) {
        let input = memory.load::<8>(address + 16 * group);
        let mut window = [0_i32; 16];
        for index in 0..8 {
            window[index] = i32::from(history[index]);
            window[index + 8] = i32::from(input[index]);
        }
        let output: [i16; 8] = std::array::from_fn(|index| {
            let sum: i64 = (0..8).map(|tap| i64::from(taps[tap]) * i64::from(window[index + 8 - tap])).sum();
            saturate(((sum + 0x4000) >> 15) as i32)
        });
        memory.store(address + 16 * group, &output);
        history = input;
    }
    history
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
    fn averages_are_rounded_up() {
        assert_eq!(average([3; 8], [0; 8]), [2; 8]);
        assert_eq!(average([-3; 8], [0; 8]), [-1; 8]);
    }
}

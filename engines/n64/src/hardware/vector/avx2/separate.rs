//! The buffers of a mixer, where none lies over another: a vector of each at a time.

use std::marker::PhantomData;

use crate::hardware::memory::DataMemory;

/// An input and `N` outputs of one length, at plain addresses of the memory.
///
/// Slices would say the same, with a pointer and a length for each to keep in registers and to compare at each step.
pub struct SeparateBuffers<'a, const N: usize> {
    input: *const i16,
    outputs: [*mut i16; N],
    samples: usize,
    memory: PhantomData<&'a mut DataMemory>,
}

impl<'a, const N: usize> SeparateBuffers<'a, N> {
    /// Buffers of `samples` each, if all are even and inside the memory and none overlaps another.
    #[inline]
    pub fn of(memory: &'a mut DataMemory, input: usize, outputs: [usize; N], samples: usize) -> Option<Self> {
        let bytes = 2 * samples;
        let parity = outputs.iter().fold(input, |all, address| all | address);
        let mut end = input + bytes;
        let mut is_ascending = true;
        for address in outputs {
            is_ascending &= end <= address;
            end = address + bytes;
        }
        // The usual order needs no comparison of each with all others.
        let is_usual = parity & 1 == 0 && is_ascending && end <= DataMemory::BYTES;
        if !is_usual && !are_separate(input, outputs, bytes) {
            return None;
        }
        let words = memory.words_with_margin_mut();
        // SAFETY: all buffers are inside the memory.
        let (input, outputs) =
            unsafe { (words.add(input / 2), outputs.map(|address| words.add(address / 2))) };
        Some(Self { input, outputs, samples, memory: PhantomData })
    }

    /// `S` samples of the input and of each output, if there are as many from `at` on.
    #[inline(always)]
    pub fn block<const S: usize>(&mut self, at: usize) -> Option<(&[i16; S], [&mut [i16; S]; N])> {
        if at + S > self.samples {
            return None;
        }
        // SAFETY: the samples are inside their buffers, which are inside the memory that is borrowed, and no buffer lies over
        // another.
        unsafe {
            let input = &*self.input.add(at).cast();
            Some((input, self.outputs.map(|output| &mut *output.add(at).cast())))
        }
    }
}

/// Whether buffers of `bytes` in any order are even and inside the memory, and none overlaps another.
#[inline(never)]
fn are_separate<const N: usize>(input: usize, outputs: [usize; N], bytes: usize) -> bool {
    let all = || outputs.iter().chain([&input]);
    let is_plain = |address: &usize| address & 1 == 0 && address + bytes <= DataMemory::BYTES;
    let is_apart =
        |(index, one): (usize, &usize)| all().take(index).all(|other| one.abs_diff(*other) >= bytes);
    all().all(is_plain) && all().enumerate().all(is_apart)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::random::Random;

    #[test]
    fn buffers_are_separate_where_slices_of_them_are() {
        let mut random = Random::new(6);
        let mut are_separate = 0;
        for round in 0..100_000 {
            let samples = 8 * random.below(6) as usize;
            let begin = random.of(&[0, 0x400, 0xF00]) + random.below(3) as usize;
            // One behind the other, often too near by a little, and often in another order.
            let mut next = begin;
            let mut addresses = [(); 5].map(|()| {
                let address = next;
                next += 2 * samples + random.of(&[0, 0, 0, 2, 16, 1]);
                next -= random.of(&[0, 0, 0, 0, 2, 16]).min(next);
                address
            });
            if random.one_in(3) {
                addresses.swap(random.below(5) as usize, random.below(5) as usize);
            }
            let [input, outputs @ ..] = addresses;
            let mut memory = DataMemory::new();
            let expected = memory.separate_buffers(addresses, samples).is_some();
            let Some(mut buffers) = SeparateBuffers::of(&mut memory, input, outputs, samples) else {
                assert!(!expected, "round {round}: {addresses:x?} of {samples}");
                continue;
            };
            assert!(expected, "round {round}: {addresses:x?} of {samples}");
            are_separate += 1;
            assert!(buffers.block::<8>(samples).is_none());
            if let Some((_, blocks)) = buffers.block::<8>(0) {
                for (block, number) in blocks.into_iter().zip(1..) {
                    block.fill(number);
                }
                for (address, number) in outputs.into_iter().zip(1..) {
                    assert_eq!(memory.load(address), [number; 8], "round {round}");
                }
                assert_eq!(memory.load(input), [0; 8], "round {round}");
            }
        }
        assert!((10_000..90_000).contains(&are_separate), "{are_separate}");
    }
}

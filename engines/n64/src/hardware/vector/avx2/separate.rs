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
        if parity & 1 == 0 && is_ascending && end <= DataMemory::BYTES {
            // The usual order.
            let words = memory.words_mut().as_mut_ptr();
            // SAFETY: each buffer ends in front of the next one, and the last one inside the memory.
            let (input, outputs) =
                unsafe { (words.add(input / 2), outputs.map(|address| words.add(address / 2))) };
            return Some(Self { input, outputs, samples, memory: PhantomData });
        }
        Self::in_any_order(memory, input, outputs, samples)
    }

    #[inline(never)]
    fn in_any_order(
        memory: &'a mut DataMemory,
        input: usize,
        outputs: [usize; N],
        samples: usize,
    ) -> Option<Self> {
        let bytes = 2 * samples;
        let all = || outputs.iter().chain([&input]);
        let is_plain = |address: &usize| address & 1 == 0 && address + bytes <= DataMemory::BYTES;
        let are_apart = |one: &usize, other: &usize| one.abs_diff(*other) >= bytes;
        let are_separate =
            all().enumerate().all(|(index, one)| all().take(index).all(|other| are_apart(one, other)));
        if !all().all(is_plain) || !are_separate {
            return None;
        }
        let words = memory.words_mut().as_mut_ptr();
        // SAFETY: all are inside the memory.
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

//! The random numbers of the Zelda generation, `n64-oot.md` 6.5.

use std::hash::{Hash, Hasher};

/// CPU cycles per frame as the golden set counts them: on the console the counter is unpredictable
/// (`golden/n64-oot/README.md`).
const CYCLES_PER_FRAME: u32 = 781_250;
/// First value of the second generator.
const POINTER_SEED: u32 = 0x1234_5678;

/// Both generators.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    value: u32,
    pointer: u32,
    tasks: u32,
}

impl Hash for Random {
    /// Random songs never repeat for certain: what counts is that they drew the same number.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.pointer.hash(state);
    }
}

impl Random {
    /// The generators at boot, in the first frame.
    pub const fn new() -> Self {
        Self { value: 0, pointer: POINTER_SEED, tasks: 1 }
    }

    /// The number of this frame: all commands of a frame see the same.
    pub const fn value(&self) -> u32 {
        self.value
    }

    /// The frame's task number, from 1.
    pub const fn task(&self) -> u32 {
        self.tasks
    }

    const fn cycles(&self) -> u32 {
        CYCLES_PER_FRAME.wrapping_mul(self.tasks)
    }

    /// The next number of the second generator.
    pub const fn next_pointer(&mut self) -> u32 {
        let factor = self.cycles().wrapping_add(0x123_4567);
        self.pointer = factor.wrapping_mul(self.pointer.wrapping_add(self.tasks)).wrapping_add(self.value);
        self.pointer
    }

    /// The end of a frame; `sample` is one of the buffer that the frame's list will overwrite.
    pub const fn end_frame(&mut self, sample: i16) {
        self.value =
            self.value.wrapping_add(self.tasks).wrapping_mul(self.cycles()).wrapping_add(sample as u32);
        self.tasks = self.tasks.wrapping_add(1);
    }
}

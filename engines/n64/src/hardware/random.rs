//! Random numbers for tests that compare two versions of the same code.

/// The size of the working memory that random commands reach.
pub const RAM_BYTES: u32 = 0x4000;

/// A linear congruential generator, the same at every run.
pub struct Random(u64);

impl Random {
    /// A generator.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }

    pub fn below(&mut self, end: u32) -> u32 {
        ((u64::from(self.next()) * u64::from(end)) >> 32) as u32
    }

    pub fn one_in(&mut self, chances: u32) -> bool {
        self.below(chances) == 0
    }

    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u32) as usize]
    }

    /// Any sample, extreme ones more often.
    pub fn sample(&mut self) -> i16 {
        match self.below(4) {
            0 => self.of(&[i16::MIN, i16::MIN + 1, -0x4000, -1, 0, 1, 0x4000, i16::MAX - 1, i16::MAX]),
            _ => self.next() as i16,
        }
    }

    /// Samples for all of the memory.
    pub fn samples(&mut self) -> Vec<i16> {
        (0..RAM_BYTES / 2).map(|_| self.sample()).collect()
    }

    /// A count of bytes.
    pub fn count(&mut self) -> u16 {
        match self.below(40) {
            0 => self.next() as u16,
            1..4 => self.below(0x1000) as u16,
            4..8 => 0,
            _ => self.below(0x150) as u16,
        }
    }

    /// An address in the memory, rarely outside.
    pub fn ram(&mut self) -> u32 {
        if self.one_in(20) { self.next() } else { self.below(RAM_BYTES) }
    }

    /// Mostly one of a few addresses, so that later commands continue from what earlier ones saved.
    pub fn state(&mut self) -> u32 {
        if self.one_in(5) { self.ram() } else { 0x100 * self.below(4) }
    }

    /// A flag that is set now and then.
    pub fn init(&mut self) -> u8 {
        u8::from(self.one_in(4))
    }
}

/// The driver's random generator (nds-driver 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomGenerator {
    state: u32,
}

impl RandomGenerator {
    /// State when the driver starts.
    pub const START: u32 = 0x1234_5678;

    /// A generator in a given state.
    #[must_use]
    pub const fn new(state: u32) -> Self {
        Self { state }
    }

    /// The next number.
    pub const fn next(&mut self) -> u16 {
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.state >> 16) as u16
    }

    /// A number of a random operand (nds-formats 3.4): uniform from `min` to `max` for spans up to 32768; beyond, the
    /// 32-bit product overflows and the result can fall below `min`.
    pub const fn between(&mut self, min: i16, max: i16) -> i32 {
        let span = max as i32 - min as i32 + 1;
        (((self.next() as i32).wrapping_mul(span)) >> 16) + min as i32
    }
}

/// Numbers for tests: the same ones for the same start.
pub(super) struct Random(pub u32);

impl Random {
    /// A number below a limit.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((u64::from(self.0) * u64::from(limit)) >> 32) as u32
    }
}

/// How many commands scripts may execute without time going on.
///
/// On the console a loop that takes no time never leaves the driver's tick. Here the budget runs out and the engine
/// stops with a fault. It starts full, every wake refills a part, and honest scripts never notice: the fullest songs
/// execute some hundred commands in a wake, and even three nested loops of 255 empty turns (16.6 million) fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommandBudget {
    left: u32,
    capacity: u32,
}

impl CommandBudget {
    /// Commands that may usually run in one wake out of nothing.
    pub(crate) const USUAL: u32 = 1 << 25;
    /// Commands per wake that may go on for ever.
    const REFILL: u32 = 1 << 15;

    pub(crate) const fn new(capacity: u32) -> Self {
        Self { left: capacity, capacity }
    }

    pub(crate) const fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Called once per wake.
    pub(crate) fn refill(&mut self) {
        self.left = self.left.saturating_add(Self::REFILL).min(self.capacity);
    }

    /// Takes one command; `false` if none is left.
    #[inline]
    pub(crate) const fn spend(&mut self) -> bool {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }
}

/// The noise generator: a 15-bit shift register (nds-hardware 3.4).
///
/// Key-on always loads the same state, and all states but one follow each other in a single cycle: where the register is
/// in it says everything.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoiseRegister {
    /// Steps since key-on, after [`CYCLE`] steps from 1 again.
    steps: u32,
}

/// Steps until the register comes back to a state.
const CYCLE: u32 = 0x7FFF;

/// Whether the level is high after each step of the cycle, a bit each.
static HIGH: [u64; 512] = {
    let mut high = [0; 512];
    let mut bits: u16 = 0x7FFF;
    let mut step = 1;
    while step <= CYCLE as usize {
        if bits & 1 != 0 {
            bits = (bits >> 1) ^ 0x6000;
        } else {
            bits >>= 1;
            high[step / 64] |= 1 << (step % 64);
        }
        step += 1;
    }
    high
};

impl NoiseRegister {
    /// As key-on loads it.
    pub(super) const START: Self = Self { steps: 0 };

    /// Shifts `steps` times.
    #[inline(always)]
    pub(super) const fn shifted(self, steps: u32) -> Self {
        let mut steps = self.steps + steps;
        if steps > CYCLE {
            steps = (steps - 1) % CYCLE + 1;
        }
        Self { steps }
    }

    /// The level, which is 0 until the first shift.
    #[inline(always)]
    pub(super) const fn level(self) -> i16 {
        if self.steps == 0 {
            return 0;
        }
        let is_high = HIGH[((self.steps / 64) & 511) as usize] >> (self.steps % 64) & 1 != 0;
        if is_high { 0x7FFF } else { -0x7FFF }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_those_of_the_shift_register() {
        let (mut bits, mut level) = (0x7FFF_u16, 0);
        let mut register = NoiseRegister::START;
        assert_eq!(register.level(), 0);
        for number in 0..100_000_u32 {
            let steps = number % 4;
            for _ in 0..steps {
                let is_set = bits & 1 != 0;
                bits = if is_set { (bits >> 1) ^ 0x6000 } else { bits >> 1 };
                level = if is_set { -0x7FFF } else { 0x7FFF };
            }
            register = register.shifted(steps);
            assert_eq!(register.level(), level);
        }
    }
}

use super::timer::Timed;

/// The noise generator: a 15-bit shift register (nds-hardware 3.4).
///
/// Key-on always loads the same state, and all states but one follow each other in a single cycle: where the register is
/// in it says everything.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoiseRegister {
    /// Steps since key-on, after [`CYCLE`] steps from 1 again.
    pub steps: u32,
}

/// Steps until the register comes back to a state.
pub(super) const CYCLE: u32 = 0x7FFF;

/// Whether the level is high after each step of the cycle, a bit each.
pub(super) static HIGH: [u32; 1024] = {
    let mut high = [0; 1024];
    let mut bits: u16 = 0x7FFF;
    let mut step = 1;
    while step <= CYCLE as usize {
        if bits & 1 != 0 {
            bits = (bits >> 1) ^ 0x6000;
        } else {
            bits >>= 1;
            high[step / 32] |= 1 << (step % 32);
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
}

impl Timed for NoiseRegister {
    #[inline(always)]
    fn level(&self, overflows: u32) -> i16 {
        let steps = self.shifted(overflows).steps;
        let is_high = (HIGH[((steps / 32) & 1023) as usize] >> (steps % 32)) & 1;
        // $7FFF or -$7FFF.
        (is_high as i16 * 2 - 1) * 0x7FFF
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_those_of_the_shift_register() {
        let mut bits = 0x7FFF_u16;
        let mut register = NoiseRegister::START;
        for number in 0..10_000_u32 {
            let (mut total, mut expected) = (0, 0);
            for frame in 0..16 {
                let steps = 1 + (number + frame) % 4;
                for _ in 0..steps {
                    let is_set = bits & 1 != 0;
                    bits = if is_set { (bits >> 1) ^ 0x6000 } else { bits >> 1 };
                    expected = if is_set { -0x7FFF } else { 0x7FFF };
                }
                total += steps;
                assert_eq!(register.level(total), expected);
            }
            register = register.shifted(total);
        }
    }
}

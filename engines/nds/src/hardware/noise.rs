/// The noise generator: a 15-bit shift register.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoiseRegister {
    bits: u16,
    level: i16,
}

impl NoiseRegister {
    /// As key-on loads it.
    pub(super) const START: Self = Self { bits: 0x7FFF, level: 0 };

    /// Shifts `steps` times and returns the level; no step keeps it.
    #[inline(always)]
    pub(super) fn step(&mut self, steps: u32) -> i16 {
        for _ in 0..steps {
            if self.bits & 1 != 0 {
                self.bits = (self.bits >> 1) ^ 0x6000;
                self.level = -0x7FFF;
            } else {
                self.bits >>= 1;
                self.level = 0x7FFF;
            }
        }
        self.level
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_runs_through_all_its_states() {
        let mut register = NoiseRegister::START;
        let mut steps = 0;
        loop {
            register.step(1);
            steps += 1;
            if register.bits == 0x7FFF {
                break;
            }
        }
        assert_eq!(steps, 0x7FFF);
    }
}

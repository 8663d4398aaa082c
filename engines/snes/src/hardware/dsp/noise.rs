/// The noise generator: a 15-bit shift register (`snes-hardware.md` section 4.3, M30).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noise(u16);

impl Noise {
    /// Shifts once; bits 0 and 1 feed back into bit 14.
    #[inline]
    pub const fn step(&mut self) {
        let feedback = (self.0 << 13 ^ self.0 << 14) & 0x4000;
        self.0 = self.0 >> 1 ^ feedback;
    }

    /// What a voice in noise mode plays.
    #[inline]
    #[must_use]
    pub const fn sample(self) -> i16 {
        (self.0 << 1).cast_signed()
    }
}

impl Default for Noise {
    fn default() -> Self {
        Self(0x4000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_has_the_full_length_of_15_bits() {
        let mut noise = Noise::default();
        let mut length = 0;
        loop {
            noise.step();
            length += 1;
            if noise == Noise::default() {
                break;
            }
        }
        assert_eq!(length, 0x7FFF);
    }
}

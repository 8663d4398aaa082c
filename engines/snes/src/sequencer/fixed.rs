//! Numbers with a fraction.

/// A number with 8 whole bits and 8 bits of fraction; all arithmetic wraps, so a negative step is its complement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fixed(pub u16);

impl Fixed {
    /// `whole` and no fraction.
    #[must_use]
    pub const fn from_whole(whole: u8) -> Self {
        Self((whole as u16) << 8)
    }

    /// From both bytes.
    #[must_use]
    pub const fn new(whole: u8, fraction: u8) -> Self {
        Self((whole as u16) << 8 | fraction as u16)
    }

    /// The upper byte.
    #[must_use]
    pub const fn whole(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// The lower byte.
    #[must_use]
    pub const fn fraction(self) -> u8 {
        self.0 as u8
    }

    /// Replaces the upper byte; the lower one stays, as where the driver sets a value without clearing it.
    pub const fn set_whole(&mut self, whole: u8) {
        self.0 = (whole as u16) << 8 | self.0 & 0xFF;
    }

    /// The sum, modulo 65536.
    #[must_use]
    pub const fn plus(self, step: Self) -> Self {
        Self(self.0.wrapping_add(step.0))
    }

    /// The difference, modulo 65536.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.wrapping_sub(other.0))
    }

    /// The negative, modulo 65536.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(self.0.wrapping_neg())
    }

    /// Whether the number counts as negative when it is a step.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 & 0x8000 != 0
    }
}

/// The upper byte of a product.
#[must_use]
pub const fn high_product(a: u8, b: u8) -> u8 {
    ((a as u16 * b as u16) >> 8) as u8
}

/// (`value` - `from`) / `count`: the step of a slide, cut towards zero (`fraction` in `snes-nspc.md` section 6.5).
///
/// By zero the processor's DIV gives a value too: 255 and the complement.
#[must_use]
pub const fn slide_step(value: u8, from: u8, count: u8) -> Fixed {
    let (distance, negative) = (value.abs_diff(from), value < from);
    let step = match count {
        0 => Fixed::new(0xFF, 0xFF - distance),
        _ => {
            Fixed::new(distance / count, (((distance % count) as u16) << 8).wrapping_div(count as u16) as u8)
        }
    };
    if negative { step.negated() } else { step }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_cut_towards_zero() {
        assert_eq!(slide_step(10, 0, 3), Fixed(0x0355));
        assert_eq!(slide_step(0, 10, 3), Fixed(0x0355).negated());
        assert_eq!(slide_step(255, 0, 1), Fixed(0xFF00));
        assert_eq!(slide_step(0, 0, 7), Fixed(0));
    }

    #[test]
    fn a_step_over_no_ticks_is_what_the_processor_divides_by_zero() {
        assert_eq!(slide_step(0x30, 0x10, 0), Fixed(0xFFDF));
        assert_eq!(slide_step(0x10, 0x30, 0), Fixed(0x0021));
    }
}

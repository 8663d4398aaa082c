//! The chip's products, which drop 6, 7 or 11 bits, in 16-bit lanes.

/// A factor of at most 18 bits, in parts of 65536: wide registers multiply by either half in one instruction.
///
/// Shifts of a product's upper half would say the same, but the compiler widens those to 32 bits.
#[derive(Clone, Copy)]
pub(super) struct Factor {
    whole: i16,
    /// Rounded to the nearest whole number: it has a sign.
    fraction: i16,
}

impl Factor {
    const fn new(factor: i32) -> Self {
        let fraction = factor as i16;
        Self { whole: ((factor - fraction as i32) >> 16) as i16, fraction }
    }

    /// For `(sample * volume) >> 7`.
    pub(super) const fn volume(volume: i8) -> Self {
        Self::new((volume as i32) << 9)
    }

    /// For `(sample * coefficient) >> 6`.
    pub(super) const fn coefficient(coefficient: i8) -> Self {
        Self::new((coefficient as i32) << 10)
    }

    /// The lower 16 bits of the product. (A voice's samples have at most 2047/2048 of full scale, so that even times -128/128
    /// they fit; elsewhere the chip itself wraps here.)
    #[inline(always)]
    pub(super) fn times(self, sample: i16) -> i16 {
        sample.wrapping_mul(self.whole).wrapping_add(upper_half(sample, self.fraction))
    }
}

/// `(sample * weight) >> 11`, for weights of 0 to 2047.
#[inline(always)]
pub(super) fn weighted(sample: i16, weight: i16) -> i16 {
    let fraction = weight << 5;
    // Where the fraction became negative, the factor's whole part is one.
    upper_half(sample, fraction).wrapping_add(sample & (fraction >> 15))
}

#[inline(always)]
fn upper_half(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b)) >> 16) as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::dsp::{echo, mixer};

    fn samples() -> impl Iterator<Item = i16> {
        (i16::MIN..=i16::MAX).step_by(7)
    }

    #[test]
    fn volumes_are_those_of_the_mixer() {
        for volume in i8::MIN..=i8::MAX {
            for sample in samples() {
                let expected = mixer::scaled(i32::from(sample), i32::from(volume)) as i16;
                assert_eq!(Factor::volume(volume).times(sample), expected, "{sample} * {volume}");
            }
        }
    }

    #[test]
    fn coefficients_are_those_of_the_filter() {
        for coefficient in i8::MIN..=i8::MAX {
            for sample in samples() {
                let expected = echo::tap(sample, coefficient.into()) as i16;
                assert_eq!(
                    Factor::coefficient(coefficient).times(sample),
                    expected,
                    "{sample} * {coefficient}"
                );
            }
        }
    }

    #[test]
    fn weights_drop_eleven_bits() {
        for weight in 0..2048 {
            for sample in samples().chain([i16::MAX]) {
                let expected = (i32::from(sample) * i32::from(weight)) >> 11;
                assert_eq!(i32::from(weighted(sample, weight)), expected, "{sample} * {weight}");
            }
        }
    }
}

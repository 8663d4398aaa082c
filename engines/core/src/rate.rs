use std::fmt;

/// Frames per second as an exact fraction, kept in lowest terms.
///
/// Consoles divide crystal clocks, so their rates are rational: the DS makes 16756991/512 frames per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    numerator: u64,
    denominator: u64,
}

impl Rate {
    /// `numerator / denominator` frames per second.
    ///
    /// # Panics
    ///
    /// If either part is zero: a rate is a constant of a console, never read from a file.
    #[must_use]
    pub const fn new(numerator: u64, denominator: u64) -> Self {
        assert!(numerator != 0 && denominator != 0, "a rate is a positive fraction");
        let divisor = greatest_common_divisor(numerator, denominator);
        Self { numerator: numerator / divisor, denominator: denominator / divisor }
    }

    /// A whole number of frames per second.
    ///
    /// # Panics
    ///
    /// If `hertz` is zero.
    #[must_use]
    pub const fn hertz(hertz: u64) -> Self {
        Self::new(hertz, 1)
    }

    /// The fraction's upper part, in lowest terms.
    #[must_use]
    pub const fn numerator(self) -> u64 {
        self.numerator
    }

    /// The fraction's lower part, in lowest terms.
    #[must_use]
    pub const fn denominator(self) -> u64 {
        self.denominator
    }

    /// The nearest whole number of frames per second (what a WAV header can say).
    #[must_use]
    pub const fn rounded(self) -> u64 {
        (self.numerator + self.denominator / 2) / self.denominator
    }

    /// Whole frames that fit into `seconds`, rounded down.
    #[must_use]
    pub fn frames_in_seconds(self, seconds: u64) -> u64 {
        self.frames_in_nanoseconds(u128::from(seconds) * 1_000_000_000)
    }

    /// Whole frames that fit into `nanoseconds`, rounded down; saturates at the largest count.
    #[must_use]
    pub fn frames_in_nanoseconds(self, nanoseconds: u128) -> u64 {
        let frames = nanoseconds.saturating_mul(u128::from(self.numerator))
            / (u128::from(self.denominator) * 1_000_000_000);
        u64::try_from(frames).unwrap_or(u64::MAX)
    }

    /// The duration of `frames` in seconds, for display only.
    #[must_use]
    pub fn seconds(self, frames: u64) -> f64 {
        frames as f64 * self.denominator as f64 / self.numerator as f64
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(f, "{} Hz", self.numerator)
        } else {
            write!(f, "{}/{} Hz", self.numerator, self.denominator)
        }
    }
}

const fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_kept_in_lowest_terms() {
        assert_eq!(Rate::new(64_000, 2), Rate::hertz(32_000));
        assert_eq!(Rate::new(48_681_812, 1521).rounded(), 32_006);
    }

    #[test]
    fn frames_are_rounded_down_without_drift() {
        let ds = Rate::new(16_756_991, 512);
        assert_eq!(ds.frames_in_seconds(512), 16_756_991);
        assert_eq!(ds.frames_in_seconds(1), 32_728);
        assert_eq!(ds.frames_in_nanoseconds(u128::MAX), u64::MAX);
    }
}

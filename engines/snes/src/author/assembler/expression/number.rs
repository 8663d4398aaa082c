//! Numbers: whole, unless `math round off` lets fractions live.

/// The value of an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum Number {
    Whole(i64),
    Fraction(f64),
}

impl Number {
    /// Without its fraction, as everything is that is written into a file.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what does not fit is pinned to the ends of the range"
    )]
    pub(in super::super) const fn whole(self) -> i64 {
        match self {
            Self::Whole(value) => value,
            Self::Fraction(value) => value as i64,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "fractions are reckoned with as floating point numbers")]
    pub(super) const fn fraction(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Fraction(value) => value,
        }
    }

    /// As an operand: cut to a whole number, unless fractions live.
    pub(super) const fn rounded(self, is_rounding: bool) -> Self {
        if is_rounding { Self::Whole(self.whole()) } else { self }
    }
}

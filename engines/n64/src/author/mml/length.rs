//! Note lengths and positions as exact fractions of a tick.

use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedMul};

/// Ticks of a whole note.
pub(super) const WHOLE_NOTE: u32 = 192;

/// A length or a position: ticks, as an exact fraction.
///
/// Arithmetic that leaves 64 bits gives nothing: hundreds of lengths that have no common measure, or hours of music.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticks(Ratio<u64>);

impl Ticks {
    pub(super) const ZERO: Self = Self(Ratio::new_raw(0, 1));

    pub(super) fn whole(ticks: u64) -> Self {
        Self(Ratio::from_integer(ticks))
    }

    /// A fraction of a whole note, 1 to 192.
    pub(super) fn of_note(denominator: u32) -> Self {
        Self(Ratio::new(WHOLE_NOTE.into(), u64::from(denominator.max(1))))
    }

    /// With dots: each one adds half of what was added before.
    pub(super) fn dotted(self, dots: usize) -> Option<Self> {
        let mut sum = self;
        let mut addend = self;
        for _ in 0..dots {
            addend = addend.scaled(1, 2)?;
            sum = sum.plus(addend)?;
        }
        Some(sum)
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(&other.0).map(Self)
    }

    /// Times `numerator / denominator`; the denominator is not 0.
    pub(super) fn scaled(self, numerator: u64, denominator: u64) -> Option<Self> {
        self.0.checked_mul(&Ratio::new(numerator, denominator.max(1))).map(Self)
    }

    /// From `start` to here; nothing if here is before.
    pub(super) fn since(self, start: Self) -> Self {
        if self < start { Self::ZERO } else { Self(self.0 - start.0) }
    }

    pub(super) fn is_whole(self) -> bool {
        self.0.is_integer()
    }

    /// The nearest tick; halves go up.
    pub(super) fn rounded(self) -> u64 {
        let (whole, denominator) = (self.0.to_integer(), *self.0.denom());
        let rest = *self.0.numer() - whole * denominator;
        if rest >= denominator - denominator / 2 { whole + 1 } else { whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sevenths_alternate_between_27_and_28_ticks() {
        let seventh = Ticks::of_note(7);
        let mut position = Ticks::ZERO;
        let mut ticks = vec![0];
        for _ in 0..7 {
            position = position.plus(seventh).unwrap();
            ticks.push(position.rounded());
        }
        assert_eq!(ticks, [0, 27, 55, 82, 110, 137, 165, 192]);
        assert!(position.is_whole());
    }

    #[test]
    fn halves_go_up_and_dots_halve() {
        assert_eq!(Ticks::of_note(192).dotted(1).unwrap().rounded(), 2);
        assert_eq!(Ticks::of_note(4).dotted(2).unwrap(), Ticks::whole(84));
        assert_eq!(Ticks::of_note(192).scaled(1, 3).unwrap().rounded(), 0);
        assert_eq!(Ticks::of_note(192).scaled(2, 3).unwrap().rounded(), 1);
    }

    #[test]
    fn what_leaves_64_bits_gives_nothing() {
        assert_eq!(Ticks::of_note(1).dotted(100), None);
        assert_eq!(Ticks::whole(u64::MAX).plus(Ticks::whole(1)), None);
    }
}

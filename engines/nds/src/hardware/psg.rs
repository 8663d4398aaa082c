use super::timer::{Levels, OverflowSpan};

/// Steps between key-on and the first level of a generator (nds-hardware 3.1).
pub(super) const START_POSITION: i64 = -1;

/// The square wave: low first, then `duty + 1` eighths high; duty 7 is always low.
#[derive(Clone, Copy, Debug)]
pub(super) struct SquareWave {
    /// The first phase that is high.
    rise: u32,
    /// Only its lowest three bits matter.
    position: u32,
}

impl SquareWave {
    pub(super) fn new(duty: u8, position: u32) -> Self {
        Self { rise: if duty == 7 { 8 } else { 7 - u32::from(duty & 7) }, position }
    }
}

impl Levels for SquareWave {
    #[inline(always)]
    fn fill(self, overflows: OverflowSpan<'_>, levels: &mut [i16]) {
        for (level, steps) in levels.iter_mut().zip(overflows.whole_groups()) {
            let phase = self.position.wrapping_add(*steps) & 7;
            *level = if phase >= self.rise { 0x7FFF } else { -0x7FFF };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(duty: u8) -> [i16; 8] {
        let mut levels = [0; 8];
        SquareWave::new(duty, 5).fill(OverflowSpan::of(&[3, 4, 5, 6, 7, 8, 9, 10]), &mut levels);
        levels
    }

    #[test]
    fn the_high_part_is_duty_plus_one_eighths_and_comes_last() {
        for duty in 0..7 {
            let levels = period(duty).map(|level| level > 0);
            assert_eq!(levels.iter().filter(|high| **high).count(), usize::from(duty) + 1);
            assert!(!levels[0] && levels[7]);
        }
        assert!(period(7).iter().all(|&level| level < 0));
    }
}

use super::timer::Timed;

/// Steps between key-on and the first level of a generator (nds-hardware 3.1).
pub(super) const START_POSITION: i64 = -1;

/// The square wave: low first, then `duty + 1` eighths high; duty 7 is always low.
#[derive(Clone, Copy, Debug)]
pub(super) struct SquareWave {
    /// The first phase that is high.
    pub rise: u32,
    /// Before the block; only its lowest three bits matter.
    pub position: u32,
}

impl SquareWave {
    pub(super) fn new(duty: u8, position: u32) -> Self {
        Self { rise: if duty == 7 { 8 } else { 7 - u32::from(duty & 7) }, position }
    }
}

impl Timed for SquareWave {
    #[inline(always)]
    fn level(&self, overflows: u32) -> i16 {
        if self.position.wrapping_add(overflows) & 7 >= self.rise { 0x7FFF } else { -0x7FFF }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(duty: u8) -> [i16; 8] {
        std::array::from_fn(|step| SquareWave::new(duty, 5).level(3 + step as u32))
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

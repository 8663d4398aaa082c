/// Steps between key-on and the first level of a generator (nds-hardware 3.1).
pub(super) const START_POSITION: i64 = -1;

/// The square wave's level at a position: low first, then `duty + 1` eighths high; duty 7 is always low.
#[inline(always)]
pub(super) fn square_at(duty: u8, position: i64) -> i16 {
    let phase = (position & 7) as u8;
    if duty != 7 && phase >= 7 - (duty & 7) { 0x7FFF } else { -0x7FFF }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_part_is_duty_plus_one_eighths_and_comes_last() {
        for duty in 0..7 {
            let levels: Vec<_> = (0..8).map(|phase| square_at(duty, phase) > 0).collect();
            assert_eq!(levels.iter().filter(|high| **high).count(), usize::from(duty) + 1);
            assert!(!levels[0] && levels[7]);
        }
        assert!((0..8).all(|phase| square_at(7, phase) < 0));
    }
}

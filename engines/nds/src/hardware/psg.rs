/// Steps between key-on and the first level of a generator (nds-hardware 3.1).
pub(super) const START_POSITION: i64 = -1;

/// The square wave's levels by the lowest three bits of the position: low first, then `duty + 1` eighths high; duty 7 is
/// always low.
pub(super) fn square(duty: u8) -> [i16; 8] {
    let is_high = |phase: u8| duty != 7 && phase >= 7 - (duty & 7);
    [0, 1, 2, 3, 4, 5, 6, 7].map(|phase| if is_high(phase) { 0x7FFF } else { -0x7FFF })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_part_is_duty_plus_one_eighths_and_comes_last() {
        for duty in 0..7 {
            let levels = square(duty).map(|level| level > 0);
            assert_eq!(levels.iter().filter(|high| **high).count(), usize::from(duty) + 1);
            assert!(!levels[0] && levels[7]);
        }
        assert!(square(7).iter().all(|&level| level < 0));
    }
}

use super::registers::RepeatMode;
use super::timer::{Levels, OverflowSpan};
use super::vector;

/// Steps between key-on and the first sample of a recording (nds-hardware 3.1).
pub(super) const START_POSITION: i64 = -3;

/// A position where no memory is: a recording in manual mode is silent behind its end (nds-hardware 9).
const BEHIND_EVERYTHING: i64 = i64::MAX / 4;

/// Where a recording loops and ends, in samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// First sample of the loop.
    pub loop_start: i64,
    /// Sample behind the last.
    pub end: i64,
    /// What happens there.
    pub repeat: RepeatMode,
}

impl Bounds {
    /// Where a position of a loop really is. A step onto the end lands on the loop start, so positions cycle; a loop without
    /// length repeats its one sample.
    #[inline(always)]
    pub(super) fn in_loop(self, position: i64) -> i64 {
        if position < self.end {
            return position;
        }
        let length = (self.end - self.loop_start).max(1);
        let behind = position - self.end;
        // Mostly it is in the next round.
        self.loop_start + if behind < length { behind } else { behind % length }
    }

    /// The position after `steps` more steps from `position`, or `None` if a one-shot has ended by then.
    #[inline(always)]
    pub(super) fn advance(self, position: i64, steps: u64) -> Option<i64> {
        let position = position.saturating_add(steps as i64);
        if position < self.end {
            return Some(position);
        }
        match self.repeat {
            RepeatMode::Manual => Some(BEHIND_EVERYTHING),
            RepeatMode::OneShot => None,
            RepeatMode::Loop => Some(self.in_loop(position)),
        }
    }
}

/// A recording in memory or decoded: the samples from position 0 on, and what makes a level of one. Everything else is
/// silent; a position before the first sample comes as one far behind the last.
#[derive(Clone, Copy)]
pub(super) struct Samples<'a, T, L> {
    pub samples: &'a [T],
    pub level: L,
}

impl<T, L: Fn(&T) -> i16> Samples<'_, T, L> {
    /// The level at a position.
    #[inline(always)]
    pub(super) fn at(&self, position: u32) -> i16 {
        self.samples.get(position as usize).map_or(0, &self.level)
    }
}

/// A recording whose end does not come by.
pub(super) struct Straight<'a, T, L> {
    /// The position before the block, in the lower bits.
    pub position: u32,
    pub recording: &'a Samples<'a, T, L>,
}

impl<T, L: Fn(&T) -> i16> Levels for Straight<'_, T, L> {
    #[inline(always)]
    fn fill(self, overflows: OverflowSpan<'_>, levels: &mut [i16]) {
        vector::look_up(self.recording, self.position, overflows, levels);
    }
}

/// A recording that loops.
pub(super) struct Looping<'a, T, L> {
    /// The position before the block.
    pub position: i64,
    pub bounds: Bounds,
    pub recording: &'a Samples<'a, T, L>,
}

impl<T, L: Fn(&T) -> i16> Levels for Looping<'_, T, L> {
    #[inline(always)]
    fn fill(self, mut overflows: OverflowSpan<'_>, mut levels: &mut [i16]) {
        // Where all steps would be counted from in the present round.
        let mut position = self.position;
        while let Some(first) = overflows.first() {
            let first = position + i64::from(first);
            position += self.bounds.in_loop(first) - first;
            let [now, later] = overflows.split(|steps| position + i64::from(steps) < self.bounds.end);
            Straight { position: position as u32, recording: self.recording }.fill(now, levels);
            // A last group that the round does not fill is written to again.
            levels = levels.get_mut(now.frames()..).unwrap_or_default();
            overflows = later;
        }
    }
}

/// An 8-bit sample on the 16-bit scale.
#[inline(always)]
pub(super) const fn sample8([byte]: &[u8; 1]) -> i16 {
    (byte.cast_signed() as i16) << 8
}

/// A 16-bit sample.
#[inline(always)]
pub(super) const fn sample16(bytes: &[u8; 2]) -> i16 {
    i16::from_le_bytes(*bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_cycle_through_the_loop() {
        let bounds = Bounds { loop_start: 2, end: 5, repeat: RepeatMode::Loop };
        let positions: Vec<_> = (0..9).map(|steps| bounds.advance(0, steps).unwrap()).collect();
        assert_eq!(positions, [0, 1, 2, 3, 4, 2, 3, 4, 2]);
        let point = Bounds { loop_start: 4, end: 4, repeat: RepeatMode::Loop };
        assert_eq!(point.advance(3, 9), Some(4));
        let once = Bounds { loop_start: 0, end: 5, repeat: RepeatMode::OneShot };
        assert_eq!((once.advance(-3, 7), once.advance(-3, 8)), (Some(4), None));
    }
}

use super::registers::RepeatMode;
use super::timer::{Overflows, Timed};
use super::vector::{self, Windows};

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

/// A sample as a recording has it.
pub(super) trait Sample: Copy {
    /// On the 16-bit scale.
    fn level(self) -> i16;
}

/// 8 bits.
impl Sample for [u8; 1] {
    #[inline(always)]
    fn level(self) -> i16 {
        i16::from_le_bytes([0, self[0]])
    }
}

/// 16 bits.
impl Sample for [u8; 2] {
    #[inline(always)]
    fn level(self) -> i16 {
        i16::from_le_bytes(self)
    }
}

/// Decoded before.
impl Sample for i16 {
    #[inline(always)]
    fn level(self) -> i16 {
        self
    }
}

/// A recording whose end does not come by. Before its first sample and behind its last one it is silent.
#[derive(Clone, Copy)]
pub(super) struct Straight<'a, S> {
    /// The position before the block, in the lower bits; one before the first sample is one far behind the last.
    pub position: u32,
    /// The samples from position 0 on.
    pub samples: &'a [S],
}

impl<S: Sample> Timed for Straight<'_, S> {
    #[inline(always)]
    fn level(&self, overflows: u32) -> i16 {
        let position = self.position.wrapping_add(overflows);
        self.samples.get(position as usize).map_or(0, |sample| sample.level())
    }
}

/// Where a recording is played, in front of a block.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub position: i64,
    /// The position of the first sample.
    pub first: i64,
    pub bounds: Bounds,
}

impl Place {
    /// Plays a block; the position behind it, or `None` if the recording has ended in it.
    #[inline(always)]
    pub(super) fn play<'a, S: Sample>(
        self,
        samples: &'a [S],
        overflows: Overflows,
        mut levels: &mut [i16],
    ) -> Option<i64>
    where
        Straight<'a, S>: Windows,
    {
        // From here on positions are counted from the first sample.
        let Self { position, first, bounds } = self;
        let bounds = Bounds { loop_start: bounds.loop_start - first, end: bounds.end - first, ..bounds };
        let position = position - first;
        let straight = |position: i64| Straight { position: position as u32, samples };
        let last = position.saturating_add(i64::from(overflows.last()));
        let reached = if last < bounds.end {
            vector::fill(straight(position), overflows, levels);
            last
        } else if bounds.repeat == RepeatMode::Loop {
            rounds(position, bounds, overflows, |position, overflows| {
                vector::fill(straight(position), overflows, levels);
                // A last group that the round does not fill is written to again.
                levels = std::mem::take(&mut levels).get_mut(overflows.frames()..).unwrap_or_default();
            })
        } else {
            let left = u64::try_from(bounds.end - position).unwrap_or_default();
            let [before, behind] = overflows.split(left);
            vector::fill(straight(position), before, levels);
            levels[before.frames()..].fill(0);
            bounds.advance(position, u64::from(behind.last()))?
        };
        Some(first + reached)
    }
}

/// The rounds of a loop in a block: calls `play` with the position in front of the block that each of them counts from, and its frames;
/// gives the position at the block's end.
#[inline(always)]
fn rounds(
    mut position: i64,
    bounds: Bounds,
    mut overflows: Overflows,
    mut play: impl FnMut(i64, Overflows),
) -> i64 {
    let mut reached = position;
    while let Some(count) = overflows.first() {
        let first = position + i64::from(count);
        position += bounds.in_loop(first) - first;
        // A loop without length ends before it begins: it repeats its one sample.
        let limit = u64::try_from(bounds.end - position).unwrap_or_default();
        let limit = limit.max(u64::from(count) + 1);
        let [now, later] = overflows.split(limit);
        play(position, now);
        reached = position + i64::from(now.last());
        overflows = later;
    }
    reached
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

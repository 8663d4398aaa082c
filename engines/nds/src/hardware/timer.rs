use super::mixer::BLOCK;

/// Sound clock cycles per output frame (nds-hardware 1).
const CYCLES_PER_FRAME: u32 = 512;

/// Frames of a group: vectors compute whole groups, also of a block's last frames.
pub(super) const GROUP: usize = 16;
/// Frames that a buffer has room for: those of a block, wherever its groups begin.
const ROOM: usize = BLOCK + GROUP;

/// What channels compute of a block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Frames, [`BLOCK`] at most.
    pub frames: usize,
    /// A channel's levels.
    pub levels: [i16; ROOM],
}

impl Block {
    /// A block without frames.
    pub(super) const fn new() -> Self {
        Self { frames: 0, levels: [0; ROOM] }
    }

    /// The levels of all frames, and of as many more as fill the last group: those mean nothing.
    pub(super) fn whole_groups(&self) -> &[i16] {
        &self.levels[..self.frames.next_multiple_of(GROUP).min(BLOCK)]
    }
}

/// A timer's overflows from the beginning of a block up to each of some frames, never falling.
///
/// They lie on a straight line, and are counted in 32 bits behind the point, rounded up: a true count that is no whole number is below
/// the next one by 1/65536 at least, which the sum of the roundings does not reach in fewer frames than [`Overflows::MOST_FRAMES`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Overflows {
    /// Those up to the first frame, above their fraction.
    next: u64,
    /// Those of a frame.
    each: u64,
    frames: usize,
}

impl Overflows {
    const NONE: Self = Self { next: 0, each: 0, frames: 0 };
    /// Frames that may not be reached.
    const MOST_FRAMES: usize = 0x1_0000;

    /// The number of frames.
    #[inline(always)]
    pub(super) const fn frames(self) -> usize {
        self.frames
    }

    /// The overflows up to the first frame and those of a frame, with 32 bits behind the point.
    #[inline(always)]
    pub(super) const fn line(self) -> [u64; 2] {
        [self.next, self.each]
    }

    /// The overflows up to a frame.
    #[inline(always)]
    pub(super) const fn until(self, frame: usize) -> u32 {
        ((self.next + self.each * frame as u64) >> 32) as u32
    }

    /// The overflows up to the first frame, if there is one.
    #[inline(always)]
    pub(super) fn first(self) -> Option<u32> {
        (self.frames != 0).then(|| self.until(0))
    }

    /// The overflows up to the last frame; 0 without frames.
    #[inline(always)]
    pub(super) fn last(self) -> u32 {
        self.frames.checked_sub(1).map_or(0, |last| self.until(last))
    }

    /// The overflows up to the last frame of the last group.
    #[inline(always)]
    pub(super) const fn last_of_group(self) -> u32 {
        self.until(self.frames.next_multiple_of(GROUP).saturating_sub(1))
    }

    /// The overflows up to each frame of whole groups.
    #[inline(always)]
    pub(super) fn counts(self) -> impl Iterator<Item = u32> {
        let [mut next, each] = self.line();
        (0..self.frames.next_multiple_of(GROUP)).map(move |_| {
            let count = (next >> 32) as u32;
            next += each;
            count
        })
    }

    /// The frames with fewer overflows than `limit`, and those behind them.
    #[inline(always)]
    pub(super) fn split(self, limit: u64) -> [Self; 2] {
        let missing = (limit << 32).saturating_sub(self.next);
        let frames = missing.div_ceil(self.each.max(1)).min(self.frames as u64);
        let later =
            Self { next: self.next + self.each * frames, frames: self.frames - frames as usize, ..self };
        [Self { frames: frames as usize, ..self }, later]
    }
}

/// What a timer drives: a recording or a generator in a block.
pub(super) trait Timed {
    /// The level after so many overflows since the beginning of the block.
    fn level(&self, overflows: u32) -> i16;
}

/// A channel's timer: counts sound clock cycles up to 0x10000 and then reloads.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChannelTimer {
    /// Cycles left until the next overflow, 1 to 0x10000.
    remaining: u32,
}

/// A reload value as the period it gives: 1 to 0x10000 cycles.
pub(super) const fn period(reload: u16) -> u32 {
    0x1_0000 - reload as u32
}

impl ChannelTimer {
    /// The timer as key-on loads it.
    pub(super) const fn loaded(reload: u16) -> Self {
        Self { remaining: period(reload) }
    }

    /// Frames out of `frames` that pass before the one in which the timer next overflows.
    pub(super) fn quiet_frames(&self, frames: usize) -> usize {
        frames.min(((self.remaining - 1) / CYCLES_PER_FRAME) as usize)
    }

    /// Runs past frames in which it does not overflow.
    pub(super) const fn pass(&mut self, quiet_frames: usize) {
        self.remaining -= CYCLES_PER_FRAME * quiet_frames as u32;
    }

    /// Runs for some frames ([`BLOCK`] at most), the timer overflowing in the first of them.
    ///
    /// A reload value written while the timer runs takes effect at the next overflow.
    #[inline(always)]
    pub(super) fn count(&mut self, reload: u16, frames: usize) -> Overflows {
        let Some(behind) = (frames as u32).checked_sub(1) else { return Overflows::NONE };
        const { assert!(ROOM + GROUP < Overflows::MOST_FRAMES) };
        let period = period(reload);
        let excess = CYCLES_PER_FRAME - self.remaining;
        let in_cycles = |cycles: u32| (u64::from(cycles) << 32).div_ceil(u64::from(period));
        let overflows =
            Overflows { next: (1 << 32) + in_cycles(excess), each: in_cycles(CYCLES_PER_FRAME), frames };
        let cycles = excess + CYCLES_PER_FRAME * behind;
        self.remaining = period - (cycles - (overflows.last() - 1) * period);
        overflows
    }

    /// As [`ChannelTimer::count`], for what has to go step by step: calls `step(item, overflows)` for each frame, with the overflows
    /// of that frame alone.
    #[inline(always)]
    pub(super) fn run<T>(
        &mut self,
        reload: u16,
        mut frames: impl Iterator<Item = T>,
        mut step: impl FnMut(T, u32),
    ) {
        let Some(first) = frames.next() else { return };
        let period = period(reload);
        let excess = CYCLES_PER_FRAME - self.remaining;
        let mut elapsed = excess % period;
        step(first, 1 + excess / period);
        let (whole, part) = (CYCLES_PER_FRAME / period, CYCLES_PER_FRAME % period);
        for frame in frames {
            elapsed += part;
            let carry = elapsed >= period;
            if carry {
                elapsed -= period;
            }
            step(frame, whole + u32::from(carry));
        }
        self.remaining = period - elapsed;
    }

    /// Runs for `frames` frames and returns how often the timer overflowed.
    pub(super) fn skip(&mut self, reload: u16, frames: u32) -> u64 {
        let period = u64::from(period(reload));
        let cycles = u64::from(frames) * u64::from(CYCLES_PER_FRAME);
        match cycles.checked_sub(u64::from(self.remaining)) {
            None => {
                self.remaining -= cycles as u32;
                0
            }
            Some(excess) => {
                self.remaining = (period - excess % period) as u32;
                1 + excess / period
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::random::Random;

    /// The timer as nds-hardware 3.2 writes it.
    fn step_by_step(phase: &mut u32, reload: u16) -> u32 {
        *phase += 512;
        let mut steps = 0;
        while *phase >= 0x1_0000 {
            *phase = u32::from(reload) + (*phase - 0x1_0000);
            steps += 1;
        }
        steps
    }

    #[test]
    fn the_closed_form_equals_stepping_the_timer() {
        let reloads = [0xFFFF, 0xFFF0, 0xFE00, 0xFDFF, 0xFE01, 0xE0BA, 0x0000, 0xFF9C, 0x8000];
        let mut phase = 0xFE00;
        let mut timer = ChannelTimer { remaining: 0x200 };
        let mut skipper = timer;
        for round in 0..400 {
            let reload = reloads[round * 7 % reloads.len()];
            let frames = [1, 7, 171, 30][round % 4];
            let mut expected = vec![0; frames];
            for count in &mut expected {
                *count = step_by_step(&mut phase, reload);
            }
            let mut counts = vec![0; frames];
            let quiet = timer.quiet_frames(frames);
            timer.pass(quiet);
            timer.run(reload, counts[quiet..].iter_mut(), |count, steps| *count = steps);
            assert_eq!(counts, expected, "round {round}, reload {reload:#x}");
            let total: u32 = expected.iter().sum();
            assert_eq!(skipper.skip(reload, frames as u32), u64::from(total));
        }
    }

    #[test]
    fn overflows_in_32_bits_are_those_of_every_reload_value() {
        let mut random = Random(1);
        for reload in 0..=0xFFFF {
            let remaining = 1 + random.below(CYCLES_PER_FRAME.min(period(reload)));
            let (mut one, mut other) = (ChannelTimer { remaining }, ChannelTimer { remaining });
            let overflows = one.count(reload, BLOCK);
            let mut expected = [0; BLOCK];
            let mut steps_so_far = 0_u32;
            other.run(reload, expected.iter_mut(), |slot, steps| {
                steps_so_far += steps;
                *slot = steps_so_far;
            });
            assert!(overflows.counts().eq(expected), "{reload:#x}");
            assert_eq!((overflows.last(), one.remaining), (steps_so_far, other.remaining), "{reload:#x}");
            let limit = u64::from(random.below(steps_so_far + 2));
            let [before, behind] = overflows.split(limit);
            assert_eq!(before.frames, expected.iter().filter(|&&count| u64::from(count) < limit).count());
            assert_eq!(before.frames + behind.frames, BLOCK);
            assert_eq!(behind.first(), expected.get(before.frames).copied());
        }
    }
}

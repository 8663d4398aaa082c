use super::mixer::BLOCK;

/// Sound clock cycles per output frame (nds-hardware 1).
const CYCLES_PER_FRAME: u32 = 512;

/// Frames of a group: vectors compute whole groups, also of a block's last frames.
pub(super) const GROUP: usize = 8;
/// Frames that a buffer has room for: those of a block, wherever its groups begin.
const ROOM: usize = BLOCK + GROUP;

/// What channels compute of a block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Frames, [`BLOCK`] at most.
    pub frames: usize,
    /// A channel's levels.
    pub levels: [i16; ROOM],
    /// A channel's overflows.
    pub overflows: Overflows,
}

impl Block {
    /// A block without frames.
    pub(super) const fn new() -> Self {
        Self { frames: 0, levels: [0; ROOM], overflows: Overflows { counts: [0; ROOM + GROUP] } }
    }

    /// The levels of all frames, and of as many more as fill the last group: those mean nothing.
    pub(super) fn whole_groups(&self) -> &[i16] {
        &self.levels[..self.frames.next_multiple_of(GROUP).min(BLOCK)]
    }
}

/// A timer's overflows from the beginning of a block up to each of its frames: one at least, and never falling.
#[derive(Clone, Debug)]
pub(super) struct Overflows {
    counts: [u32; ROOM + GROUP],
}

/// The overflows in some frames of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct OverflowSpan<'a> {
    /// At least a whole group more than `frames`; never falling.
    counts: &'a [u32],
    frames: usize,
}

impl<'a> OverflowSpan<'a> {
    /// Some overflows, which never fall.
    #[cfg(test)]
    pub(super) fn of(counts: &'a [u32]) -> Self {
        assert!(counts.is_sorted() && counts.len().is_multiple_of(GROUP));
        Self { counts, frames: counts.len() }
    }

    /// The number of frames.
    #[inline(always)]
    pub(super) const fn frames(self) -> usize {
        self.frames
    }

    /// The overflows up to the first frame, if there is one.
    #[inline(always)]
    pub(super) fn first(self) -> Option<u32> {
        self.counts.first().copied().filter(|_| self.frames != 0)
    }

    /// The overflows of all frames, and of as many more as fill the last group.
    #[inline(always)]
    pub(super) fn whole_groups(self) -> &'a [u32] {
        let frames = self.frames.next_multiple_of(GROUP);
        self.counts.get(..frames).unwrap_or(self.counts)
    }

    /// The frames up to the first one whose overflows are not `wanted`, one at least, and those behind them.
    #[inline(always)]
    pub(super) fn split(self, wanted: impl Fn(u32) -> bool) -> [Self; 2] {
        let frames =
            self.counts[..self.frames].partition_point(|&count| wanted(count)).max(1).min(self.frames);
        [Self { frames, ..self }, Self { counts: &self.counts[frames..], frames: self.frames - frames }]
    }
}

/// A unit in a block that nothing ends in.
pub(super) trait Levels {
    /// The level in each frame of whole groups, from the overflows until then.
    fn fill(self, overflows: OverflowSpan<'_>, levels: &mut [i16]);
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

    /// Runs for some frames ([`BLOCK`] at most), the timer overflowing in the first of them. Gives the overflows up to each, and
    /// their number.
    ///
    /// A reload value written while the timer runs takes effect at the next overflow. Overflows are counted in 32 bits behind the
    /// point, rounded up: a true count that is no whole number is below the next one by 1/65536 at least, which the sum
    /// of the roundings does not reach in fewer frames than [`ChannelTimer::MOST_FRAMES`].
    #[inline(always)]
    pub(super) fn count<'a>(
        &mut self,
        reload: u16,
        frames: usize,
        overflows: &'a mut Overflows,
    ) -> (OverflowSpan<'a>, u32) {
        let counts = &mut overflows.counts;
        let Some(behind) = (frames as u32).checked_sub(1) else {
            return (OverflowSpan { counts, frames: 0 }, 0);
        };
        const { assert!(ROOM + GROUP < Self::MOST_FRAMES) };
        let period = period(reload);
        let excess = CYCLES_PER_FRAME - self.remaining;
        let overflows = |cycles: u32| (u64::from(cycles) << 32).div_ceil(u64::from(period));
        let mut next = (1 << 32) + overflows(excess);
        let each = overflows(CYCLES_PER_FRAME);
        // A group more than the frames need, for spans that begin within one.
        for count in &mut counts[..frames.next_multiple_of(GROUP) + GROUP] {
            *count = (next >> 32) as u32;
            next += each;
        }
        let cycles = excess + CYCLES_PER_FRAME * behind;
        self.remaining = period - cycles % period;
        (OverflowSpan { counts, frames }, 1 + cycles / period)
    }

    /// Frames that [`ChannelTimer::count`] may not reach.
    const MOST_FRAMES: usize = 0x1_0000;

    /// As [`ChannelTimer::count`], for what can end on its way: calls `step(item, overflows)` for each frame, with the overflows
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
        let mut random = 1_u32;
        for reload in 0..=0xFFFF {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let remaining = 1 + (random >> 16) % CYCLES_PER_FRAME.min(period(reload));
            let (mut one, mut other) = (ChannelTimer { remaining }, ChannelTimer { remaining });
            let (mut block, mut run) = (Block::new(), [0; BLOCK]);
            let (span, total) = one.count(reload, BLOCK, &mut block.overflows);
            let filled = span.whole_groups().try_into().unwrap();
            let mut steps_so_far = 0_u32;
            other.run(reload, run.iter_mut(), |slot, steps| {
                steps_so_far += steps;
                *slot = steps_so_far;
            });
            assert_eq!((filled, total, one.remaining), (run, steps_so_far, other.remaining), "{reload:#x}");
        }
    }
}

/// Sound clock cycles per output frame (nds-hardware 1).
const CYCLES_PER_FRAME: u32 = 512;

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

    /// Runs for `frames` frames and calls `step(frame, overflows)` for each frame from the first overflow on.
    ///
    /// A reload value written while the timer runs takes effect at the next overflow. The number of overflows in each
    /// frame comes from one division per block, not from stepping the timer.
    #[inline(always)]
    pub(super) fn run(&mut self, reload: u16, frames: usize, mut step: impl FnMut(usize, u32)) {
        let period = period(reload);
        let quiet = ((self.remaining - 1) / CYCLES_PER_FRAME) as usize;
        if quiet >= frames {
            self.remaining -= CYCLES_PER_FRAME * frames as u32;
            return;
        }
        let excess = CYCLES_PER_FRAME * (quiet as u32 + 1) - self.remaining;
        let mut elapsed = excess % period;
        step(quiet, 1 + excess / period);
        let (whole, part) = (CYCLES_PER_FRAME / period, CYCLES_PER_FRAME % period);
        for frame in quiet + 1..frames {
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
            timer.run(reload, frames, |frame, steps| counts[frame] = steps);
            assert_eq!(counts, expected, "round {round}, reload {reload:#x}");
            let total: u32 = expected.iter().sum();
            assert_eq!(skipper.skip(reload, frames as u32), u64::from(total));
        }
    }
}

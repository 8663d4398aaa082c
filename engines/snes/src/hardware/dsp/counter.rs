//! The counter that paces envelopes and noise (`snes-hardware.md` section 4.6).

/// One of the 32 rates of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventRate(u8);

impl EventRate {
    /// An event at every sample.
    pub const ALWAYS: Self = Self(31);

    /// The rate in the lower five bits.
    #[inline]
    #[must_use]
    pub const fn new(bits: u8) -> Self {
        Self(bits & 31)
    }

    /// Samples from one event to the next; `None` for rate 0, which never has one.
    #[inline]
    #[must_use]
    pub const fn period(self) -> Option<u16> {
        match PERIODS[(self.0 & 31) as usize] {
            0 => None,
            period => Some(period),
        }
    }

    /// Where in the counter's cycle the events lie.
    #[inline]
    const fn offset(self) -> u16 {
        match self.0 {
            30 | 31 => 0,
            rate => match rate % 3 {
                1 => 0,
                2 => 1040,
                _ => 536,
            },
        }
    }
}

/// Periods of the rates in samples (`snes-hardware.md` section 4.6); 0 stands for "never".
const PERIODS: [u16; 32] = [
    0, 2048, 1536, 1280, 1024, 768, 640, 512, 384, 320, 256, 192, 160, 128, 96, 80, 64, 48, 40, 32, 24, 20,
    16, 12, 10, 8, 6, 5, 4, 3, 2, 1,
];

/// The counter: it goes down by one per sample through a cycle that every period divides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateCounter(u16);

impl RateCounter {
    /// Length of the cycle: 2048 * 15.
    pub const CYCLE: u16 = 0x7800;

    /// The next sample begins.
    #[inline]
    pub const fn step(&mut self) {
        self.0 = if self.0 == 0 { Self::CYCLE - 1 } else { self.0 - 1 };
    }

    /// The counter `samples` (at most one cycle) later.
    #[inline]
    #[must_use]
    pub const fn after(self, samples: u16) -> Self {
        Self(if self.0 >= samples { self.0 - samples } else { self.0 + Self::CYCLE - samples })
    }

    /// Samples until the next event of a rate, 0 if it is now; `None` if there is never one.
    #[inline]
    #[must_use]
    pub const fn until_event(self, rate: EventRate) -> Option<u16> {
        match rate.period() {
            Some(period) => Some((self.0 + rate.offset()) % period),
            None => None,
        }
    }

    /// Whether a rate has its event in this sample.
    #[inline]
    #[must_use]
    pub const fn fires(self, rate: EventRate) -> bool {
        matches!(self.until_event(rate), Some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_once_per_period_across_the_counter_wrap() {
        for bits in 1..32 {
            let rate = EventRate::new(bits);
            let period = rate.period().unwrap();
            let mut counter = RateCounter::default();
            let mut last = None;
            for sample in 0..u32::from(RateCounter::CYCLE) * 2 {
                counter.step();
                if counter.fires(rate) {
                    if let Some(last) = last {
                        assert_eq!(sample - last, u32::from(period), "rate {bits}");
                    }
                    last = Some(sample);
                }
            }
        }
    }

    #[test]
    fn looking_ahead_equals_stepping() {
        let mut counter = RateCounter(20);
        let start = counter;
        for samples in 0..200 {
            assert_eq!(start.after(samples), counter);
            counter.step();
        }
    }
}

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

    /// Samples between two events; 0 stands for "never".
    #[must_use]
    pub const fn period(self) -> u64 {
        PERIODS[(self.0 & 31) as usize] as u64
    }
}

/// Periods of the rates in samples (`snes-hardware.md` section 4.6); 0 stands for "never".
const PERIODS: [u16; 32] = [
    0, 2048, 1536, 1280, 1024, 768, 640, 512, 384, 320, 256, 192, 160, 128, 96, 80, 64, 48, 40, 32, 24, 20,
    16, 12, 10, 8, 6, 5, 4, 3, 2, 1,
];

/// The rates that have their event in a sample, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Events(u32);

impl Events {
    /// No rate at all.
    pub const NONE: Self = Self(0);

    /// Whether a rate is among them.
    #[inline]
    #[must_use]
    pub const fn include(self, rate: EventRate) -> bool {
        self.0 >> (rate.0 & 31) & 1 != 0
    }
}

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

    /// The counter `samples` samples later.
    #[inline]
    #[must_use]
    pub const fn after(self, samples: u16) -> Self {
        let samples = samples % Self::CYCLE;
        Self(if self.0 >= samples { self.0 - samples } else { self.0 + Self::CYCLE - samples })
    }

    /// Samples until a rate has its next event, 0 if it has one in this sample; `None` if it never has.
    #[inline]
    #[must_use]
    pub const fn samples_until(self, rate: EventRate) -> Option<u16> {
        let rate = (rate.0 & 31) as usize;
        (self.0 + OFFSETS[rate]).checked_rem(PERIODS[rate])
    }

    /// The rates that have their event in this sample: `(counter + offset) % period == 0`.
    ///
    /// Every period is a power of two times 1, 3 or 5, and all periods of a family have the same offset: so a
    /// family needs only the number's divisibility by its odd factor and its trailing zeros.
    #[inline]
    #[must_use]
    pub const fn events(self) -> Events {
        let ones = self.0;
        let threes = self.0 + OFFSET_OF_THREES;
        let fives = self.0 + OFFSET_OF_FIVES;
        let mut events = RATES_OF_ONES[(ones.trailing_zeros() & 31) as usize];
        if threes.is_multiple_of(3) {
            events |= RATES_OF_THREES[(threes.trailing_zeros() & 31) as usize];
        }
        if fives.is_multiple_of(5) {
            events |= RATES_OF_FIVES[(fives.trailing_zeros() & 31) as usize];
        }
        Events(events)
    }
}

/// The events of one rate at a time, in a row of samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventFinder {
    counter: RateCounter,
    rate: EventRate,
    /// An event of that rate; past all samples if it never has one.
    event: usize,
}

impl EventFinder {
    /// Begins with the sample in which the counter is `counter`.
    pub(super) const fn new(counter: RateCounter) -> Self {
        Self { counter, rate: EventRate(0), event: usize::MAX }
    }

    /// The first sample from `sample` on, counted from where it began, in which a rate has its event; `usize::MAX`
    /// if it never has one. Samples are asked for in rising order.
    #[inline]
    pub(super) fn next(&mut self, rate: EventRate, sample: usize) -> usize {
        if rate != self.rate {
            self.rate = rate;
            let wait = self.counter.after(sample as u16).samples_until(rate);
            self.event = wait.map_or(usize::MAX, |wait| sample + usize::from(wait));
        }
        while self.event < sample {
            self.event += rate.period() as usize;
        }
        self.event
    }
}

const OFFSET_OF_THREES: u16 = 1040;
const OFFSET_OF_FIVES: u16 = 536;

/// What is added to the counter before it is compared with each rate's period.
const OFFSETS: [u16; 32] = {
    let mut offsets = [0; 32];
    let mut rate = 0;
    while rate < 30 {
        offsets[rate] = [OFFSET_OF_FIVES, 0, OFFSET_OF_THREES][rate % 3];
        rate += 1;
    }
    offsets
};

const RATES_OF_ONES: [u32; 32] = rates_of_family(1);
const RATES_OF_THREES: [u32; 32] = rates_of_family(3);
const RATES_OF_FIVES: [u32; 32] = rates_of_family(5);

/// By the number of trailing zeros: the rates whose period is `factor` times a power of two that divides.
const fn rates_of_family(factor: u16) -> [u32; 32] {
    let mut table = [0; 32];
    let mut rate = 1;
    while rate < 32 {
        let period = PERIODS[rate];
        let zeros = period.trailing_zeros();
        if period >> zeros == factor {
            let mut number = zeros as usize;
            while number < 32 {
                table[number] |= 1 << rate;
                number += 1;
            }
        }
        rate += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The offsets as the specification lists them.
    fn offset(rate: u8) -> u16 {
        match rate {
            30 | 31 => 0,
            _ => [536, 0, 1040][usize::from(rate % 3)],
        }
    }

    #[test]
    fn waiting_is_stepping() {
        for value in [0, 1, 700, RateCounter::CYCLE - 1] {
            for rate in (1..32).map(EventRate::new) {
                let mut stepped = RateCounter(value);
                let wait = stepped.samples_until(rate).unwrap();
                for samples in 0..wait {
                    assert!(!stepped.events().include(rate));
                    assert_eq!(RateCounter(value).after(samples), stepped);
                    stepped.step();
                }
                assert!(stepped.events().include(rate));
            }
        }
        assert_eq!(RateCounter(5).samples_until(EventRate::new(0)), None);
    }

    #[test]
    fn events_are_those_of_the_specification() {
        for value in 0..RateCounter::CYCLE {
            let events = RateCounter(value).events();
            for rate in 0..32 {
                let period = PERIODS[usize::from(rate)];
                let expected = period != 0 && (value + offset(rate)).is_multiple_of(period);
                assert_eq!(events.include(EventRate::new(rate)), expected, "rate {rate}, counter {value}");
                let wait = RateCounter(value).samples_until(EventRate::new(rate));
                assert_eq!(wait == Some(0), expected, "rate {rate}, counter {value}");
            }
        }
    }

    #[test]
    fn events_are_found_in_a_row() {
        for value in [0, 3, 700, RateCounter::CYCLE - 1] {
            let counter = RateCounter(value);
            for rates in [[1, 20], [31, 0], [24, 24], [29, 30]] {
                let mut finder = EventFinder::new(counter);
                for sample in 0..200 {
                    let rate = EventRate::new(rates[sample / 70 % 2]);
                    let wait = counter.after(sample as u16).samples_until(rate);
                    let expected = wait.map_or(usize::MAX, |wait| sample + usize::from(wait));
                    assert_eq!(finder.next(rate, sample), expected);
                }
            }
        }
    }

    #[test]
    fn the_counter_wraps_below_zero() {
        let mut counter = RateCounter::default();
        counter.step();
        assert_eq!(counter, RateCounter(30_719));
    }
}

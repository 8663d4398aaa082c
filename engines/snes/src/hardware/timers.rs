//! The three timers (`snes-hardware.md` section 3.1).

/// What the TEST register allows the timers to do, and the level of their base clock.
///
/// A base pulse is the falling edge of a square wave. The gate forces the wave to its low level, so closing it
/// during the high half makes a pulse of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gate {
    open: bool,
}

/// A timer whose base pulses come every `PERIOD` cycles, the first one at cycle 1.
///
/// The phase is that of the reference for `.spc` files, which carry no prescaler state (section 3.1). The timer
/// is not stepped: it is brought up to date whenever somebody looks at it.
#[derive(Clone, Debug)]
pub struct Timer<const PERIOD: u64> {
    gate: Gate,
    enabled: bool,
    /// 0 stands for 256.
    target: u8,
    divider: u8,
    counter: Counter,
    /// Base pulses that have been taken into account.
    pulses: u64,
}

/// The 4-bit counter that the program reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counter(u8);

impl Counter {
    const fn add(&mut self, ticks: u64) {
        self.0 = (self.0 as u64 + (ticks & 15)) as u8 & 15;
    }
}

impl<const PERIOD: u64> Timer<PERIOD> {
    /// A timer in the state that a `.spc` file describes.
    #[must_use]
    pub const fn new(enabled: bool, target: u8, counter: u8) -> Self {
        Self {
            gate: Gate { open: true },
            enabled,
            target,
            divider: 0,
            counter: Counter(counter & 15),
            pulses: 0,
        }
    }

    /// Base pulses up to and including cycle `now`.
    const fn pulses_until(now: u64) -> u64 {
        now.div_ceil(PERIOD)
    }

    /// Base pulses until the divider next meets its target, which is compared for equality only.
    const fn pulses_to_match(&self) -> u64 {
        self.target.wrapping_sub(self.divider).wrapping_sub(1) as u64 + 1
    }

    fn catch_up(&mut self, now: u64) {
        let pulses = Self::pulses_until(now);
        let new = pulses - self.pulses;
        self.pulses = pulses;
        if self.gate.open {
            self.take_pulses(new);
        }
    }

    fn take_pulses(&mut self, count: u64) {
        if !self.enabled {
            return;
        }
        let to_match = self.pulses_to_match();
        if count < to_match {
            self.divider = self.divider.wrapping_add(count as u8);
        } else {
            let full = if self.target == 0 { 256 } else { u64::from(self.target) };
            let after_match = count - to_match;
            self.counter.add(1 + after_match / full);
            self.divider = (after_match % full) as u8;
        }
    }

    /// Enables or disables; enabling anew clears divider and counter.
    pub fn set_enabled(&mut self, now: u64, enabled: bool) {
        self.catch_up(now);
        if enabled && !self.enabled {
            self.divider = 0;
            self.counter = Counter(0);
        }
        self.enabled = enabled;
    }

    /// Sets the target, 0 standing for 256.
    pub fn set_target(&mut self, now: u64, target: u8) {
        self.catch_up(now);
        self.target = target;
    }

    /// Opens or closes the gate of the TEST register.
    pub fn set_gate(&mut self, now: u64, open: bool) {
        self.catch_up(now);
        // The wave is high during the second half before each pulse at 1 + k * PERIOD.
        let is_high = (now + PERIOD - 1) % PERIOD >= PERIOD / 2;
        if self.gate.open && !open && is_high {
            self.take_pulses(1);
        }
        self.gate.open = open;
    }

    /// Reads the counter and clears it.
    pub fn read(&mut self, now: u64) -> u8 {
        self.catch_up(now);
        std::mem::replace(&mut self.counter, Counter(0)).0
    }

    /// The counter, without clearing it.
    pub fn peek(&mut self, now: u64) -> u8 {
        self.catch_up(now);
        self.counter.0
    }

    /// The target as written.
    #[must_use]
    pub const fn target(&self) -> u8 {
        self.target
    }

    /// The first cycle from `now` on at which a read finds a counter above zero; `None` if it never does.
    pub fn next_tick(&mut self, now: u64) -> Option<u64> {
        self.catch_up(now);
        if self.counter != Counter(0) {
            Some(now)
        } else if self.enabled && self.gate.open {
            Some((self.pulses + self.pulses_to_match() - 1) * PERIOD + 1)
        } else {
            None
        }
    }
}

/// The three timers of the sound module.
#[derive(Clone, Debug)]
pub struct Timers {
    /// Timer 0, 8000 Hz.
    pub timer0: Timer<128>,
    /// Timer 1, 8000 Hz.
    pub timer1: Timer<128>,
    /// Timer 2, 64000 Hz.
    pub timer2: Timer<16>,
}

impl Timers {
    /// Timers with enables from CONTROL, targets and counters.
    #[must_use]
    pub const fn new(control: u8, targets: [u8; 3], counters: [u8; 3]) -> Self {
        Self {
            timer0: Timer::new(control & 1 != 0, targets[0], counters[0]),
            timer1: Timer::new(control & 2 != 0, targets[1], counters[1]),
            timer2: Timer::new(control & 4 != 0, targets[2], counters[2]),
        }
    }

    /// A write to CONTROL.
    pub fn control(&mut self, now: u64, value: u8) {
        self.timer0.set_enabled(now, value & 1 != 0);
        self.timer1.set_enabled(now, value & 2 != 0);
        self.timer2.set_enabled(now, value & 4 != 0);
    }

    /// The gate of the TEST register.
    pub fn gate(&mut self, now: u64, open: bool) {
        self.timer0.set_gate(now, open);
        self.timer1.set_gate(now, open);
        self.timer2.set_gate(now, open);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_sees_the_pulse_of_its_own_cycle() {
        let mut timer = Timer::<128>::new(true, 1, 0);
        assert_eq!(timer.peek(0), 0);
        assert_eq!(timer.read(1), 1);
        assert_eq!(timer.read(128), 0);
        assert_eq!(timer.read(129), 1);
    }

    #[test]
    fn the_next_tick_is_the_cycle_at_which_the_counter_moves() {
        for target in [1, 2, 7, 255, 0] {
            let mut timer = Timer::<16>::new(true, target, 0);
            let mut now = 5;
            timer.read(now);
            for _ in 0..5 {
                let change = timer.next_tick(now).unwrap();
                assert_eq!(timer.peek(change - 1), 0, "target {target}");
                assert_eq!(timer.peek(change), 1, "target {target}");
                assert_eq!(timer.next_tick(change), Some(change), "a tick that nobody has read");
                timer.read(change);
                now = change;
            }
        }
    }

    #[test]
    fn a_target_below_the_divider_is_met_after_the_divider_has_wrapped() {
        let mut timer = Timer::<16>::new(true, 100, 0);
        assert_eq!(timer.peek(1 + 16 * 49), 0);
        timer.set_target(1 + 16 * 49, 20);
        let pulses_left = 256 - 50 + 20;
        assert_eq!(timer.peek(16 * (49 + pulses_left)), 0);
        assert_eq!(timer.peek(1 + 16 * (49 + pulses_left)), 1);
    }

    #[test]
    fn stepping_and_leaping_are_equal() {
        let mut stepped = Timer::<16>::new(true, 3, 9);
        let mut leaping = stepped.clone();
        for now in 0..5000 {
            stepped.peek(now);
        }
        assert_eq!(leaping.peek(4999), stepped.peek(4999));
        assert_eq!(leaping.divider, stepped.divider);
    }

    #[test]
    fn closing_the_gate_in_the_high_half_makes_a_pulse() {
        for (cycle, pulses) in [(40, 1), (66, 2)] {
            let mut timer = Timer::<128>::new(true, 1, 0);
            timer.set_gate(cycle, false);
            assert_eq!(timer.read(10_000), pulses, "closed at {cycle}");
        }
    }
}

/// A pitch slide that ends at the note's own pitch (nds-driver 8.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sweep {
    /// Where it starts, in 1/64 semitones.
    pub pitch: i16,
    /// Steps done.
    pub counter: i32,
    /// Steps in all; -1 = no sweep.
    pub length: i32,
    /// Advances with driver ticks; otherwise with sequence ticks.
    pub automatic: bool,
}

impl Sweep {
    /// One driver tick: gives the pitch offset, then moves on if it is automatic.
    pub fn step(&mut self) -> i32 {
        if self.pitch == 0 || self.counter >= self.length {
            return 0;
        }
        let left = i64::from(self.length) - i64::from(self.counter);
        let offset = i64::from(self.pitch) * left / i64::from(self.length);
        if self.automatic {
            self.counter += 1;
        }
        offset as i32
    }

    /// One sequence tick.
    pub const fn sequence_tick(&mut self) {
        if !self.automatic && self.counter < self.length {
            self.counter += 1;
        }
    }
}

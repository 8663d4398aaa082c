use super::tables::sine;

/// Settings of a track's LFO.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LfoParameters {
    /// 0 pitch, 1 volume, 2 pan; others move nothing.
    pub target: u8,
    /// Phase per driver tick.
    pub speed: u8,
    /// Depth; 0 = off.
    pub depth: u8,
    /// Multiplies the depth.
    pub range: u8,
    /// Driver ticks before it sets in.
    pub delay: u16,
}

impl Default for LfoParameters {
    fn default() -> Self {
        Self { target: 0, speed: 16, depth: 0, range: 1, delay: 0 }
    }
}

/// The LFO of a voice (nds-driver 8.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lfo {
    /// What the track set.
    pub parameters: LfoParameters,
    delay_counter: u16,
    counter: u16,
}

impl Lfo {
    /// Starts over, delay included.
    pub const fn restart(&mut self) {
        self.delay_counter = 0;
        self.counter = 0;
    }

    /// One driver tick: gives the value in the target's unit, then moves on.
    pub fn step(&mut self) -> i32 {
        let value = self.value();
        if self.delay_counter < self.parameters.delay {
            self.delay_counter += 1;
        } else {
            let counter = u32::from(self.counter) + u32::from(self.parameters.speed) * 64;
            // The phase, the high byte, runs from 0 to 127.
            self.counter = ((counter & 0xFF) | (((counter >> 8) % 128) << 8)) as u16;
        }
        value
    }

    fn value(&self) -> i32 {
        let LfoParameters { target, depth, range, delay, .. } = self.parameters;
        if depth == 0 || self.delay_counter < delay {
            return 0;
        }
        let swing = i64::from(sine((self.counter >> 8) as u8)) * i64::from(depth) * i64::from(range);
        let scaled = match target {
            1 => swing * 60,
            0 | 2 => swing * 64,
            _ => swing,
        };
        (scaled >> 14) as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_depth_swings_one_semitone_floored() {
        let mut lfo = Lfo::default();
        lfo.parameters.depth = 127;
        let values: Vec<_> = (0..32).map(|_| lfo.step()).collect();
        assert_eq!((values.iter().max(), values.iter().min()), (Some(&63), Some(&-64)));
    }
}

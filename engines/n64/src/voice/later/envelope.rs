//! The volume envelope of the later generations, in floating point: `n64-engine.md` 8.2 and 8.3, `n64-oot.md` 8.4.

use crate::format::bank::EnvelopePoint;
use crate::profile::rules::{DecayRates, EnvelopeRules};
use crate::voice::envelope_source::EnvelopeSource;

/// Full level in a point's units.
const FULL_LEVEL: f32 = 32767.0;
/// Updates for which a decaying note is held at the sustain level.
const SUSTAIN_UPDATES: i16 = 128;
/// European and Shindou: delays from this one on are scaled.
const FIRST_SCALED_DELAY: i16 = 4;
/// Jumps that one update can follow; the console would follow a circle for ever.
const MAX_JUMPS: u32 = 0x100;

/// What the envelope is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing; the voice is silent.
    #[default]
    Disabled = 0,
    /// A note begins, or the envelope starts anew.
    Initial = 1,
    /// The first point is next.
    StartLoop = 2,
    /// The next point is read.
    Loop = 3,
    /// Moving to a point's level.
    Fade = 4,
    /// Held.
    Hang = 5,
    /// Falling, maybe to a sustained level.
    Decay = 6,
    /// Falling to silence.
    Release = 7,
    /// Held for a while at the sustained level.
    Sustain = 8,
}

/// What scales an envelope's delays.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The generation's rules.
    pub rules: &'static EnvelopeRules,
    /// Updates per frame.
    pub updates_per_frame: u32,
}

impl Pace {
    /// The updates of a positive delay.
    fn delay(self, delay: i16) -> i16 {
        let updates = self.updates_per_frame;
        if !self.rules.scales_as_float {
            let scaled = (i32::from(delay) * updates as i32 / 4) as i16;
            return if delay >= FIRST_SCALED_DELAY { scaled } else { delay };
        }
        match (f32::from(delay) * (updates as f32 / 4.0)) as i32 as i16 {
            0 => 1,
            delay => delay,
        }
    }

    /// The fade per update of a quick release.
    pub fn quick_fade(self) -> f32 {
        1.0 / self.updates_per_frame as f32
    }

    /// The fade per update of a decay with a release rate.
    pub fn decay_fade(self, rate: u8) -> f32 {
        let updates = self.updates_per_frame as f32;
        match self.rules.decay {
            DecayRates::Linear(step) => f32::from(rate) * (step / updates),
            DecayRates::Table => {
                let unit = (1.0 / 256.0) / updates;
                match zelda_release_divisor(rate) {
                    0.0 => 0.0,
                    divisor => (256.0 * unit) / divisor,
                }
            }
        }
    }
}

/// The divisor of the Zelda generation's release table (`n64-oot.md` 8.4): frames from full to silence; 0 means no release at all.
pub fn zelda_release_divisor(rate: u8) -> f32 {
    let number = f32::from(rate);
    match rate {
        0 => 0.0,
        1..=15 => 60.0 * (23.0 - number),
        16..=127 => 4.0 * (143.0 - number),
        128..=250 => 251.0 - number,
        251 => 0.75,
        252 => 0.66,
        253 => 0.5,
        254 => 0.33,
        255 => 0.25,
    }
}

/// The envelope of a voice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope {
    state: State,
    decay_requested: bool,
    release_requested: bool,
    /// Where the points lie.
    pub source: EnvelopeSource,
    current: f32,
    target: f32,
    velocity: f32,
    delay: i16,
    index: i16,
    fade: f32,
    sustain: f32,
}

impl Envelope {
    /// The envelope at a note's start.
    pub fn start(source: EnvelopeSource, last: &Self) -> Self {
        Self {
            state: State::Initial,
            decay_requested: false,
            release_requested: false,
            source,
            current: 0.0,
            ..*last
        }
    }

    /// What it is doing.
    pub const fn state(&self) -> State {
        self.state
    }

    /// The level, not limited.
    pub const fn current(&self) -> f32 {
        self.current
    }

    /// Whether it falls after a note's end.
    pub fn is_decaying(&self) -> bool {
        self.state == State::Decay
    }

    /// Whether it is silent.
    pub fn is_off(&self) -> bool {
        self.state == State::Disabled
    }

    /// Silences it.
    pub const fn disable(&mut self) {
        self.state = State::Disabled;
        self.current = 0.0;
    }

    /// Asks for a quick fade.
    pub const fn release(&mut self, fade: f32) {
        self.fade = fade;
        self.release_requested = true;
    }

    /// Asks for a decay; `sustain` is the held level in 256ths of the present one.
    pub fn decay(&mut self, fade: f32, sustain: u8) {
        self.fade = fade;
        self.decay_requested = true;
        self.sustain = f32::from(sustain) * self.current / 256.0;
    }

    /// One update; `point` reads a point of the envelope. Gives the level, limited to 0 to 1.
    pub fn step(&mut self, pace: Pace, point: impl Fn(i16) -> EnvelopePoint) -> f32 {
        match self.state {
            State::Disabled if pace.rules.disabled_is_silent => return 0.0,
            State::Disabled | State::Hang => {}
            State::Initial | State::StartLoop => {
                self.index = 0;
                self.state = State::Loop;
                self.next_point(pace, &point);
            }
            State::Loop => self.next_point(pace, &point),
            State::Fade => self.fade_step(),
            State::Decay | State::Release => self.fall(pace.rules.silence),
            State::Sustain => {
                self.delay = self.delay.wrapping_sub(1);
                if self.delay == 0 {
                    self.state = State::Release;
                }
            }
        }
        self.answer_requests(pace.rules.release_defers_decay);
        self.current.clamp(0.0, 1.0)
    }

    /// Both requests are answered at once, or a release lets a decay wait for the next update, which then takes its
    /// place.
    fn answer_requests(&mut self, release_defers_decay: bool) {
        let decays = self.decay_requested && !(release_defers_decay && self.release_requested);
        if decays {
            self.state = State::Decay;
            self.decay_requested = false;
        }
        if self.release_requested {
            self.state = State::Release;
            self.release_requested = false;
        }
    }

    fn next_point(&mut self, pace: Pace, point: &impl Fn(i16) -> EnvelopePoint) {
        for _ in 0..MAX_JUMPS {
            let next = point(self.index);
            match next.delay {
                0 => self.state = State::Disabled,
                -1 => self.state = State::Hang,
                -2 => {
                    self.index = next.argument;
                    if !pace.rules.jump_costs_update {
                        continue;
                    }
                }
                -3 => self.state = State::Initial,
                delay => {
                    self.delay = pace.delay(delay);
                    let level = f32::from(next.argument) / FULL_LEVEL;
                    self.target = level * level;
                    self.velocity = (self.target - self.current) / f32::from(self.delay);
                    self.state = State::Fade;
                    self.index = self.index.wrapping_add(1);
                    self.fade_step();
                }
            }
            return;
        }
        self.state = State::Hang;
    }

    fn fade_step(&mut self) {
        self.current += self.velocity;
        self.delay = self.delay.wrapping_sub(1);
        if self.delay <= 0 {
            self.state = State::Loop;
        }
    }

    fn fall(&mut self, silence: f32) {
        self.current -= self.fade;
        if self.state == State::Decay && self.sustain != 0.0 {
            if self.current < self.sustain {
                self.current = self.sustain;
                self.delay = SUSTAIN_UPDATES;
                self.state = State::Sustain;
            }
        } else if self.current < silence {
            self.current = 0.0;
            self.state = State::Disabled;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::rules;

    const ZELDA: Pace = Pace { rules: &rules::OCARINA.voice.envelope, updates_per_frame: 3 };
    const EUROPEAN: Pace = Pace { rules: &rules::EUROPEAN.voice.envelope, updates_per_frame: 5 };

    #[test]
    fn delays_are_scaled_as_each_generation_does() {
        assert_eq!([1, 3, 4, 100].map(|delay| EUROPEAN.delay(delay)), [1, 3, 5, 125]);
        assert_eq!([1, 2, 4, 100].map(|delay| ZELDA.delay(delay)), [1, 1, 3, 75]);
    }

    #[test]
    fn the_release_table_has_its_corners() {
        assert_eq!(zelda_release_divisor(15), 480.0);
        assert_eq!(zelda_release_divisor(16), 508.0);
        assert_eq!(zelda_release_divisor(128), 123.0);
        assert_eq!(ZELDA.decay_fade(0), 0.0);
        assert_eq!(ZELDA.decay_fade(255), 256.0 * ((1.0 / 256.0) / 3.0) / 0.25);
    }

    #[test]
    fn a_circle_of_jumps_hangs_the_note_and_not_the_engine() {
        let mut envelope = Envelope::start(EnvelopeSource::Default, &Envelope::default());
        envelope.step(ZELDA, |_| EnvelopePoint { delay: -2, argument: 0 });
        assert_eq!(envelope.state(), State::Hang);
    }
}

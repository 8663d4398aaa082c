//! The volume envelope: a small program of points, `n64-engine.md` 5.9.

use crate::format::bank::EnvelopePoint;
use crate::voice::envelope_source::EnvelopeSource;

/// Levels below this end a fading voice.
const SILENCE: i16 = 100;
/// A sustained note is held for its level divided by this, in updates.
const SUSTAIN_DIVISOR: i16 = 16;

/// What the envelope is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing; the voice is silent.
    #[default]
    Disabled = 0,
    /// A note begins.
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

/// The envelope of a voice.
#[derive(Clone, Debug, Default)]
pub struct Envelope {
    state: State,
    decay_requested: bool,
    release_requested: bool,
    /// Where the points lie.
    pub source: EnvelopeSource,
    /// Release rate of the note.
    pub release_rate: u8,
    current: i16,
    level: i32,
    velocity: i32,
    delay: i16,
    index: i16,
    fade: i16,
    sustain: i16,
    /// The value of the last update.
    pub value: i16,
}

impl Envelope {
    /// The envelope at a note's start; level, fade and output are those of the voice's last note.
    pub fn start(source: EnvelopeSource, release_rate: u8, last: &Self) -> Self {
        Self {
            state: State::Initial,
            decay_requested: false,
            release_requested: false,
            source,
            release_rate,
            ..last.clone()
        }
    }

    /// What it is doing.
    pub const fn state(&self) -> State {
        self.state
    }

    /// Whether it falls after a note's end.
    pub fn is_decaying(&self) -> bool {
        self.state == State::Decay
    }

    /// Asks for a quick fade, from the next update on.
    pub const fn release(&mut self, fade: i16) {
        self.fade = fade;
        self.release_requested = true;
    }

    /// Asks for a decay, from the next update on. `sustain` is the held level in 65536ths of the present one.
    pub const fn decay(&mut self, fade: i16, sustain: u16) {
        self.fade = fade;
        self.decay_requested = true;
        self.sustain = (self.current as i32 * sustain as i32 / 0x1_0000) as i16;
    }

    /// The level before the next update, for traces.
    pub const fn current(&self) -> i16 {
        self.current
    }

    /// One update. `point` reads a point of the envelope.
    pub fn step(&mut self, point: impl Fn(i16) -> EnvelopePoint) {
        match self.state {
            State::Disabled => return,
            State::Initial => {
                self.current = 0;
                self.start_loop(&point);
            }
            State::StartLoop => self.start_loop(&point),
            State::Loop => self.next_point(&point),
            State::Fade => self.fade_step(),
            State::Hang => {}
            State::Decay | State::Release => self.fall(),
            State::Sustain => {
                self.delay = self.delay.wrapping_sub(1);
                if self.delay == 0 {
                    self.state = State::Release;
                }
            }
        }
        if self.decay_requested {
            self.state = State::Decay;
            self.decay_requested = false;
        }
        if self.release_requested {
            self.state = State::Release;
            self.release_requested = false;
            self.decay_requested = false;
        }
        self.value = self.current;
    }

    fn start_loop(&mut self, point: &impl Fn(i16) -> EnvelopePoint) {
        self.index = 0;
        self.level = i32::from(self.current) << 16;
        self.state = State::Loop;
        self.next_point(point);
    }

    fn next_point(&mut self, point: &impl Fn(i16) -> EnvelopePoint) {
        let next = point(self.index);
        self.delay = next.delay;
        match next.delay {
            0 => self.state = State::Disabled,
            -1 => self.state = State::Hang,
            -2 => self.index = next.argument,
            -3 => self.state = State::Initial,
            delay => {
                let distance = (i32::from(next.argument) - i32::from(self.current)).wrapping_shl(16);
                self.velocity = distance.wrapping_div(i32::from(delay));
                self.state = State::Fade;
                self.index = self.index.wrapping_add(1);
                self.fade_step();
            }
        }
    }

    fn fade_step(&mut self) {
        self.level = self.level.wrapping_add(self.velocity);
        self.current = (self.level >> 16) as i16;
        self.delay = self.delay.wrapping_sub(1);
        if self.delay <= 0 {
            self.state = State::Loop;
        }
    }

    fn fall(&mut self) {
        self.current = self.current.wrapping_sub(self.fade);
        if self.state == State::Decay && self.sustain != 0 {
            if self.current < self.sustain {
                self.current = self.sustain;
                self.delay = self.sustain / SUSTAIN_DIVISOR;
                self.state = State::Sustain;
            }
        } else if self.current < SILENCE {
            self.current = 0;
            self.state = State::Disabled;
        }
    }
}

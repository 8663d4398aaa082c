//! The envelope of a voice: ADSR or GAIN (`snes-hardware.md` section 4.6).

use super::counter::{EventFinder, EventRate, Events};

/// The stage of an envelope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Falling to zero by 8 per sample.
    #[default]
    Release,
    /// Rising to full level.
    Attack,
    /// Falling to the sustain level.
    Decay,
    /// Falling slowly.
    Sustain,
}

/// The registers that an envelope listens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnvelopeRegisters {
    /// ADSR1 as latched two steps before.
    pub adsr1: u8,
    /// ADSR2.
    pub adsr2: u8,
    /// GAIN.
    pub gain: u8,
}

impl EnvelopeRegisters {
    /// Whether they say "bent increase": only there a step depends on the hidden level.
    #[inline]
    const fn are_bent(self) -> bool {
        self.adsr1 & 0x80 == 0 && self.gain >> 5 == 7
    }
}

/// An envelope: its level and its stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    mode: Mode,
    /// 0 to $7FF.
    level: u16,
    /// The level that the last step computed, whether or not it was stored; decides the bent increase.
    hidden: i32,
}

/// What one step wants to make of the level.
struct Step {
    target: i32,
    rate: EventRate,
    /// The register byte whose upper three bits are compared with the level to end the decay.
    sustain: u8,
}

impl Step {
    /// The target within the range of levels.
    #[inline]
    fn stored(&self) -> u16 {
        self.target.clamp(0, i32::from(Envelope::MAXIMUM)) as u16
    }
}

impl Envelope {
    /// Highest level.
    pub const MAXIMUM: u16 = 0x7FF;
    /// What a sample of the release takes from the level.
    const RELEASE: u16 = 8;

    /// The level, 0 to [`Envelope::MAXIMUM`].
    #[inline]
    #[must_use]
    pub const fn level(&self) -> u16 {
        self.level
    }

    /// The stage.
    #[inline]
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether nothing sounds and nothing but a key-on will change that.
    #[inline]
    #[must_use]
    pub const fn is_silent(&self) -> bool {
        self.level == 0 && matches!(self.mode, Mode::Release)
    }

    /// What ENVX shows, 0 to 127.
    #[inline]
    #[must_use]
    pub const fn envx(&self) -> u8 {
        (self.level >> 4) as u8
    }

    /// A key-on was polled: the attack begins when the start-up is over.
    #[inline]
    pub const fn key_on(&mut self) {
        self.mode = Mode::Attack;
    }

    /// A key-off was polled.
    #[inline]
    pub const fn key_off(&mut self) {
        self.mode = Mode::Release;
    }

    /// Start-up after a key-on: the level is held at zero.
    #[inline]
    pub const fn clear(&mut self) {
        self.level = 0;
        self.hidden = 0;
    }

    /// The sample has ended, or the chip is held in reset.
    #[inline]
    pub const fn cut(&mut self) {
        self.mode = Mode::Release;
        self.level = 0;
    }

    /// One sample.
    #[inline]
    pub fn step(&mut self, registers: EnvelopeRegisters, events: Events) {
        self.step_if(registers, |rate| events.include(rate));
    }

    /// One sample; `happens` says whether a rate has its event in it.
    #[inline]
    fn step_if(&mut self, registers: EnvelopeRegisters, happens: impl FnOnce(EventRate) -> bool) {
        if matches!(self.mode, Mode::Release) {
            self.level = self.level.saturating_sub(Self::RELEASE);
            return;
        }
        let step = self.next_step(registers);
        let stored = self.prepare(&step);
        // Modes and the hidden level change at every sample, only the store waits for the event.
        if stored != self.level && happens(step.rate) {
            self.level = stored;
        }
    }

    /// What a step changes before its store: the mode and the hidden level. Returns the level to be stored.
    #[inline]
    fn prepare(&mut self, step: &Step) -> u16 {
        // In GAIN mode the "sustain level" is the upper part of the GAIN byte: the hardware compares all the same.
        if matches!(self.mode, Mode::Decay) && step.target >> 8 == i32::from(step.sustain >> 5) {
            self.mode = Mode::Sustain;
        }
        self.hidden = step.target;
        let stored = step.stored();
        if i32::from(stored) != step.target && matches!(self.mode, Mode::Attack) {
            self.mode = Mode::Decay;
        }
        stored
    }

    /// Steps through several samples, from event to event, and notes the level before each step. Not in release.
    #[inline]
    pub(super) fn run(&mut self, registers: EnvelopeRegisters, events: &mut EventFinder, levels: &mut [i16]) {
        let mut number = 0;
        while number < levels.len() {
            let before = (self.mode, self.hidden);
            let step = self.next_step(registers);
            let level = self.level;
            let stored = self.prepare(&step);
            let event = if stored == level { usize::MAX } else { events.next(step.rate, number) };
            // A step that leaves the mode alone, and does not listen to a hidden level that it changes, would do the same in
            // the next sample: the envelope rests until its event.
            let rests = self.mode == before.0 && (self.hidden == before.1 || !registers.are_bent());
            let end = if rests { event.saturating_add(1).min(levels.len()) } else { number + 1 };
            levels[number..end].fill(level.cast_signed());
            if event < end {
                self.level = stored;
            }
            number = end;
        }
    }

    /// Falls to zero through several samples, at most 4095, and notes the level before each step. Only in release.
    #[inline]
    pub(super) fn release(&mut self, levels: &mut [i16]) {
        let fallen = |samples: usize| {
            (self.level.cast_signed() - (Self::RELEASE * samples as u16).cast_signed()).max(0)
        };
        for (samples, level) in levels.iter_mut().enumerate() {
            *level = fallen(samples);
        }
        self.level = fallen(levels.len()).cast_unsigned();
    }

    #[inline]
    fn next_step(&self, registers: EnvelopeRegisters) -> Step {
        if registers.adsr1 & 0x80 != 0 { self.adsr(registers) } else { self.gain(registers) }
    }

    #[inline]
    fn adsr(&self, registers: EnvelopeRegisters) -> Step {
        let level = i32::from(self.level);
        let sustain = registers.adsr2;
        match self.mode {
            Mode::Attack | Mode::Release => {
                let rate = EventRate::new((registers.adsr1 & 15) * 2 + 1);
                let rise = if rate == EventRate::ALWAYS { 1024 } else { 32 };
                Step { target: level + rise, rate, sustain }
            }
            Mode::Decay => {
                let rate = EventRate::new((registers.adsr1 >> 4 & 7) * 2 + 16);
                Step { target: exponential_fall(level), rate, sustain }
            }
            Mode::Sustain => {
                Step { target: exponential_fall(level), rate: EventRate::new(registers.adsr2), sustain }
            }
        }
    }

    #[inline]
    fn gain(&self, registers: EnvelopeRegisters) -> Step {
        let level = i32::from(self.level);
        let gain = registers.gain;
        let (target, rate) = match gain >> 5 {
            0..4 => (i32::from(gain) * 16, EventRate::ALWAYS),
            4 => (level - 32, EventRate::new(gain)),
            5 => (exponential_fall(level), EventRate::new(gain)),
            6 => (level + 32, EventRate::new(gain)),
            _ => {
                // Compared as unsigned: a negative hidden level counts as high.
                let bent = self.hidden.cast_unsigned() >= 0x600;
                (level + if bent { 8 } else { 32 }, EventRate::new(gain))
            }
        };
        Step { target, rate, sustain: gain }
    }
}

/// One step of the exponential decrease: -1 from zero.
#[inline]
const fn exponential_fall(level: i32) -> i32 {
    let less = level - 1;
    less - (less >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rate 31 is among the events of any sample.
    fn all_events() -> Events {
        super::super::counter::RateCounter::default().events()
    }

    const FASTEST_ATTACK: EnvelopeRegisters = EnvelopeRegisters { adsr1: 0xFF, adsr2: 0xE0, gain: 0 };

    #[test]
    fn the_fastest_attack_takes_two_samples() {
        let mut envelope = Envelope::default();
        envelope.key_on();
        let events = all_events();
        envelope.step(FASTEST_ATTACK, events);
        assert_eq!((envelope.level(), envelope.mode()), (1024, Mode::Attack));
        envelope.step(FASTEST_ATTACK, events);
        assert_eq!((envelope.level(), envelope.mode()), (0x7FF, Mode::Decay));
    }

    #[test]
    fn release_falls_by_eight_and_stops_at_zero() {
        let mut envelope = Envelope { mode: Mode::Release, level: 20, hidden: 0 };
        let levels: Vec<u16> = (0..4)
            .map(|_| {
                envelope.step(FASTEST_ATTACK, all_events());
                envelope.level()
            })
            .collect();
        assert_eq!(levels, [12, 4, 0, 0]);
    }

    #[test]
    fn a_negative_hidden_level_bends_the_increase() {
        let registers = EnvelopeRegisters { adsr1: 0, adsr2: 0, gain: 0xFF };
        let mut envelope = Envelope { mode: Mode::Attack, level: 0x100, hidden: -1 };
        envelope.step(registers, all_events());
        assert_eq!(envelope.level(), 0x108);
    }
}

use super::tables::{attack_coefficient, decibel_square, fall_coefficient};

/// Level of a fresh envelope: -723 * 128.
const START_LEVEL: i32 = -92544;

/// Where an envelope stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EnvelopeStatus {
    /// Rising towards 0.
    #[default]
    Attack,
    /// Falling to the sustain level.
    Decay,
    /// Held.
    Sustain,
    /// Falling until it is silent.
    Release,
}

/// The envelope of a voice, in 1/128 of 0.1 dB (nds-driver 8.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Envelope {
    /// Where it stands.
    pub status: EnvelopeStatus,
    level: i32,
    attack: u8,
    decay: u16,
    sustain: u8,
    release: u16,
}

impl Envelope {
    /// Starts from silence.
    pub const fn restart(&mut self) {
        self.level = START_LEVEL;
        self.status = EnvelopeStatus::Attack;
    }

    /// Sets the attack from its value, 0 to 127.
    pub fn set_attack(&mut self, value: u8) {
        self.attack = attack_coefficient(value);
    }

    /// Sets the decay from its value.
    pub const fn set_decay(&mut self, value: u8) {
        self.decay = fall_coefficient(value);
    }

    /// Sets the sustain level, 0 to 127 on the squared scale.
    pub const fn set_sustain(&mut self, value: u8) {
        self.sustain = value;
    }

    /// Sets the release from its value.
    pub const fn set_release(&mut self, value: u8) {
        self.release = fall_coefficient(value);
    }

    /// One driver tick: moves on, then gives the level in 0.1 dB.
    pub fn step(&mut self) -> i32 {
        match self.status {
            EnvelopeStatus::Attack => {
                self.level = -((-self.level).wrapping_mul(i32::from(self.attack)) >> 8);
                if self.level == 0 {
                    self.status = EnvelopeStatus::Decay;
                }
            }
            EnvelopeStatus::Decay => {
                let sustain = i32::from(decibel_square(self.sustain)) << 7;
                self.level = self.level.wrapping_sub(i32::from(self.decay));
                if self.level <= sustain {
                    self.level = sustain;
                    self.status = EnvelopeStatus::Sustain;
                }
            }
            EnvelopeStatus::Sustain => {}
            EnvelopeStatus::Release => self.level = self.level.wrapping_sub(i32::from(self.release)),
        }
        self.level >> 7
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fastest_envelope_follows_the_worked_example() {
        // nds-driver 12: attack, decay, sustain, release all 127.
        let mut envelope = Envelope::default();
        envelope.restart();
        envelope.set_attack(127);
        envelope.set_decay(127);
        envelope.set_sustain(127);
        envelope.set_release(127);
        assert_eq!((envelope.step(), envelope.status), (0, EnvelopeStatus::Decay));
        assert_eq!((envelope.step(), envelope.status), (0, EnvelopeStatus::Sustain));
        envelope.status = EnvelopeStatus::Release;
        assert_eq!(envelope.step(), -512);
        assert_eq!(envelope.step(), -1024);
    }
}

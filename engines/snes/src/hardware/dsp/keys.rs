//! Key on and key off: polled every second sample, and the start-up of a voice (`snes-hardware.md` section 4.3).

/// The polling of KON and KOFF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyControl {
    /// Toggles every sample: voices look at the keys only while it is set.
    pub(super) polls: bool,
    /// The key-ons in effect.
    pub(super) on: u8,
    /// The key-ons written since the last poll.
    pub(super) written: u8,
    /// KOFF as of the last poll.
    pub(super) off: u8,
}

impl Default for KeyControl {
    fn default() -> Self {
        Self { polls: true, on: 0, written: 0, off: 0 }
    }
}

impl KeyControl {
    /// M29: every second sample, key-ons that have taken effect are forgotten.
    #[inline]
    pub(super) const fn begin_poll(&mut self) {
        self.polls = !self.polls;
        if self.polls {
            self.written &= !self.on;
        }
    }

    /// Whether polls have nothing to forget or to take over.
    #[inline]
    pub(super) const fn is_settled(&self, koff: u8) -> bool {
        self.on | self.written == 0 && self.off == koff
    }

    /// M29 and M30 of many samples, while keys are settled.
    #[inline]
    pub(super) const fn pass(&mut self, samples: usize) {
        self.polls ^= samples & 1 != 0;
    }

    /// M30: takes over what has been written. Says what the poll changed, if anything.
    #[inline]
    pub(super) const fn poll(&mut self, koff: u8) -> Option<KeyPoll> {
        if !self.polls {
            return None;
        }
        let newly_off = koff & !self.off;
        self.on = self.written;
        self.off = koff;
        if self.on | newly_off == 0 { None } else { Some(KeyPoll { on: self.on, off: newly_off }) }
    }
}

/// What a poll of the keys found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPoll {
    /// Voices that start, one bit each.
    pub on: u8,
    /// Voices whose key-off begins, one bit each.
    pub off: u8,
}

/// The five samples between a key-on and the first step of the envelope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyDelay(u8);

impl KeyDelay {
    /// A key-on has just been polled.
    pub(super) const START: Self = Self(5);

    /// Whether the voice runs.
    #[inline]
    pub(super) const fn is_over(self) -> bool {
        self.0 == 0
    }

    /// Samples until the voice runs.
    #[inline]
    pub(super) const fn samples(self) -> usize {
        self.0 as usize
    }

    /// The first sample: the addresses are set and ENDX is cleared.
    #[inline]
    pub(super) const fn is_first(self) -> bool {
        self.0 == Self::START.0
    }

    /// The samples in which the first twelve samples are decoded.
    #[inline]
    pub(super) const fn decodes(self) -> bool {
        self.0 & 3 != 0
    }

    #[inline]
    pub(super) const fn step(&mut self) {
        self.0 = self.0.saturating_sub(1);
    }
}

//! Key-ons and key-offs in the course of a block.

use crate::hardware::dsp::keys::{KeyControl, KeyPoll};
use crate::hardware::dsp::{Dsp, Register};

/// A write to KON or KOFF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::hardware) struct KeyChange {
    /// The first sample that finds it, counted from the start of the block.
    pub(in crate::hardware) sample: usize,
    pub(in crate::hardware) register: Register,
    pub(in crate::hardware) value: u8,
}

impl KeyChange {
    /// Whether it is a register of this kind.
    pub(in crate::hardware) fn can_be(register: Register) -> bool {
        register == Register::KON || register == Register::KOFF
    }
}

/// Samples in which the same key-ons and key-offs are in effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    start: usize,
    pub(super) on: u8,
    pub(super) off: u8,
}

/// Which keys are in effect in the samples of a block and in the one after it.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyTrack {
    /// In order; the first one starts with the block.
    stretches: Vec<Stretch>,
    /// Voices that start, or whose key-off begins or ends, one bit each.
    concerned: u8,
}

impl KeyTrack {
    fn begin(&mut self, keys: KeyControl) {
        self.stretches.clear();
        self.stretches.push(Stretch { start: 0, on: keys.on, off: keys.off });
        self.concerned = keys.on;
    }

    fn go_on(&mut self, start: usize, keys: KeyControl) {
        let KeyControl { on, off, .. } = keys;
        let before = self.stretches.last().map_or((0, 0), |last| (last.on, last.off));
        if before != (on, off) {
            self.stretches.push(Stretch { start, on, off });
            self.concerned |= on | before.1 ^ off;
        }
    }

    /// Whether a voice, given by its bit, may start, or find that its key-off begins or ends.
    pub(super) const fn concerns(&self, voice: u8) -> bool {
        self.concerned & voice != 0
    }

    /// What is in effect in a sample.
    #[inline]
    pub(super) fn at(&self, sample: usize) -> Stretch {
        let mut stretches = self.stretches.iter().rev();
        let found = stretches.find(|stretch| stretch.start <= sample);
        found.copied().unwrap_or(Stretch { start: 0, on: 0, off: 0 })
    }

    /// The first sample after `sample` in which something else is in effect for a voice, given by its bit.
    pub(super) fn next_change(&self, sample: usize, voice: u8) -> Option<usize> {
        let now = self.at(sample);
        let differs = |stretch: &&Stretch| ((stretch.on ^ now.on) | (stretch.off ^ now.off)) & voice != 0;
        self.stretches
            .iter()
            .filter(|stretch| stretch.start > sample)
            .find(differs)
            .map(|stretch| stretch.start)
    }
}

impl Dsp {
    /// M29 and M30 of `count` samples, as far as they concern the keys. `polled` is told what polls have found, and in which
    /// samples.
    pub(super) fn pass_keys(
        &mut self,
        count: usize,
        changes: &[KeyChange],
        track: &mut KeyTrack,
        mut polled: impl FnMut(usize, KeyPoll),
    ) {
        track.begin(self.keys);
        let mut changes = changes.iter().peekable();
        let mut sample = 0;
        while sample < count {
            while let Some(change) = changes.next_if(|change| change.sample <= sample) {
                self.write(change.register, change.value);
            }
            let koff = self.registers.get(Register::KOFF);
            if self.keys.is_settled(koff) {
                let next = changes.peek().map_or(count, |change| change.sample.min(count));
                self.keys.pass(next - sample);
                sample = next;
                continue;
            }
            self.keys.begin_poll();
            if let Some(poll) = self.keys.poll(koff) {
                polled(sample, poll);
            }
            sample += 1;
            track.go_on(sample, self.keys);
        }
    }
}

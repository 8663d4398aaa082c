//! Transposition, tuning, and the slide that each note begins with.

use tatum_core::Probe;

use crate::event::Event;
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::{Execution, Outcome};
use crate::sequencer::machine::Sound;
use crate::sequencer::track::EnvelopeKind;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// `$E9`
    pub(super) const fn transpose_song(&mut self, semitones: u8) {
        self.driver.transpose = semitones;
        self.spend(9);
    }

    /// `$EA`
    pub(super) const fn transpose(&mut self, channel: Channel, semitones: u8) {
        self.track(channel).transpose = semitones;
        self.spend(11);
    }

    /// `$F4`: from the next note on.
    pub(super) const fn fine_tune(&mut self, channel: Channel, tuning: u8) {
        self.track(channel).fine_tune = tuning;
        self.spend(11);
    }

    /// `$F1`: notes slide away.
    pub(super) fn slide_to(&mut self, channel: Channel, delay: u8) -> Outcome {
        self.spend(6);
        self.envelope(channel, EnvelopeKind::To, delay)
    }

    /// `$F2`: notes slide up from below (section 9, number 4).
    pub(super) fn slide_from(&mut self, channel: Channel, delay: u8) -> Outcome {
        self.spend(2);
        self.envelope(channel, EnvelopeKind::From, delay)
    }

    fn envelope(&mut self, channel: Channel, kind: EnvelopeKind, delay: u8) -> Outcome {
        let envelope = &mut self.track(channel).envelope;
        envelope.kind = kind;
        envelope.delay = delay;
        self.spend(22);
        let length = self.next_byte(channel)?;
        self.track(channel).envelope.length = length;
        self.spend(14);
        let semitones = self.next_byte(channel)?;
        self.track(channel).envelope.semitones = semitones;
        self.spend(11);
        Ok(())
    }

    /// `$F3`
    pub(super) const fn slide_off(&mut self, channel: Channel) {
        self.track(channel).envelope.length = 0;
        self.spend(11);
    }
}

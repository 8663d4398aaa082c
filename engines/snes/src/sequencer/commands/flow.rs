//! Subroutines and percussion.

use tatum_core::Probe;

use crate::event::Event;
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::{Execution, Outcome};
use crate::sequencer::machine::Sound;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// `$EF`: there is one level; a call inside a subroutine loses the way back (section 9, number 11). With 0
    /// rounds the end of the subroutine is the end of the segment.
    pub(super) fn call(&mut self, channel: Channel, low: u8) -> Outcome {
        self.spend(14);
        let high = self.next_byte(channel)?;
        self.spend(14);
        let rounds = self.next_byte(channel)?;
        let start = self.dialect.layout.resolve(u16::from_le_bytes([low, high]));
        let track = self.track(channel);
        track.subroutine.start = start;
        track.subroutine.count = rounds;
        track.subroutine.back = track.pointer;
        track.pointer = start;
        self.spend(50);
        Ok(())
    }

    /// `$FA`
    pub(super) const fn percussion_base(&mut self, instrument: u8) {
        self.driver.percussion_base = instrument;
        self.spend(9);
    }
}

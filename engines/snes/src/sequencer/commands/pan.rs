//! Pan.

use tatum_core::Probe;

use crate::event::Event;
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::{Execution, Outcome};
use crate::sequencer::fixed::Fixed;
use crate::sequencer::machine::Sound;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// `$E1`: a position from right (0) to left (20); bits 7 and 6 invert left and right.
    pub(super) const fn pan(&mut self, channel: Channel, byte: u8) {
        let track = self.track(channel);
        track.pan_byte = byte;
        track.pan.value = Fixed::from_whole(byte & 31);
        self.spend(27);
    }

    /// `$E2`. The phase bits stay as they are.
    pub(super) fn pan_slide(&mut self, channel: Channel, ticks: u8) -> Outcome {
        self.track(channel).pan.count = ticks;
        self.spend(17);
        let target = self.next_byte(channel)?;
        self.track(channel).pan.target = target;
        self.spend(25);
        let from = self.driver.track(channel).pan.value;
        self.track(channel).pan.step = self.step_to(target, from, ticks);
        self.spend(19);
        Ok(())
    }
}

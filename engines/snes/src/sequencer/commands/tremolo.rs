//! Tremolo.

use tatum_core::Probe;

use crate::event::Event;
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::{Execution, Outcome};
use crate::sequencer::machine::Sound;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// `$EB`
    pub(super) fn start_tremolo(&mut self, channel: Channel, delay: u8) -> Outcome {
        self.track(channel).tremolo.delay = delay;
        self.spend(14);
        let rate = self.next_byte(channel)?;
        self.track(channel).tremolo.rate = rate;
        self.spend(14);
        let depth = self.next_byte(channel)?;
        self.track(channel).tremolo.depth = depth;
        self.spend(10);
        Ok(())
    }

    /// `$EC`
    pub(super) const fn tremolo_off(&mut self, channel: Channel) {
        self.track(channel).tremolo.depth = 0;
        self.spend(10);
    }
}

//! Tempo.

use tatum_core::Probe;

use crate::event::Event;
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::{Execution, Outcome};
use crate::sequencer::fixed::Fixed;
use crate::sequencer::machine::Sound;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// `$E7`: ticks per 256 passes.
    pub(super) const fn tempo(&mut self, tempo: u8) {
        self.driver.tempo.value = Fixed::from_whole(tempo);
        self.spend(12);
    }

    /// `$E8`
    pub(super) fn tempo_slide(&mut self, channel: Channel, ticks: u8) -> Outcome {
        self.driver.tempo.count = ticks;
        self.spend(12);
        let target = self.next_byte(channel)?;
        self.driver.tempo.target = target;
        self.spend(20);
        self.driver.tempo.step = self.step_to(target, self.driver.tempo.value, ticks);
        self.spend(10);
        Ok(())
    }
}

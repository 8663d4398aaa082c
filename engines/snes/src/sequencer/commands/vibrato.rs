//! Vibrato.

use tatum_core::Probe;

use crate::event::Event;
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::{Execution, Outcome};
use crate::sequencer::machine::Sound;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// `$E3`
    pub(super) fn start_vibrato(&mut self, channel: Channel, delay: u8) -> Outcome {
        self.track(channel).vibrato.delay = delay;
        self.spend(14);
        let rate = self.next_byte(channel)?;
        self.track(channel).vibrato.rate = rate;
        self.spend(14);
        let depth = self.next_byte(channel)?;
        self.set_depth(channel, depth);
        Ok(())
    }

    /// `$E4`
    pub(super) const fn vibrato_off(&mut self, channel: Channel) {
        self.set_depth(channel, 0);
    }

    const fn set_depth(&mut self, channel: Channel, depth: u8) {
        let vibrato = &mut self.track(channel).vibrato;
        vibrato.depth = depth;
        vibrato.full_depth = depth;
        vibrato.fade_length = 0;
        self.spend(24);
    }

    /// `$F0`: from the next note on the depth grows from 0 to the present one. Division by 0 gives 255.
    pub(super) fn fade_vibrato(&mut self, channel: Channel, ticks: u8) {
        let vibrato = &mut self.track(channel).vibrato;
        vibrato.fade_length = ticks;
        vibrato.fade_step = vibrato.depth.checked_div(ticks).unwrap_or(0xFF);
        self.spend(46);
    }
}

//! Volume of a track, and master volume.

use tatum_core::Probe;

use crate::event::Event;
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::{Execution, Outcome};
use crate::sequencer::fixed::Fixed;
use crate::sequencer::machine::Sound;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// `$ED`
    pub(super) const fn volume(&mut self, channel: Channel, volume: u8) {
        self.track(channel).volume.value = Fixed::from_whole(volume);
        self.spend(19);
    }

    /// `$EE`
    pub(super) fn volume_slide(&mut self, channel: Channel, ticks: u8) -> Outcome {
        self.track(channel).volume.count = ticks;
        self.spend(17);
        let target = self.next_byte(channel)?;
        self.track(channel).volume.target = target;
        self.spend(25);
        let from = self.driver.track(channel).volume.value;
        self.track(channel).volume.step = self.step_to(target, from, ticks);
        self.spend(19);
        Ok(())
    }

    /// `$E5`: without effect while the song fades out or plays at half volume. It does not reach the voices
    /// before their next change (section 9, number 10).
    pub(super) const fn master_volume(&mut self, volume: u8) {
        self.spend(4);
        if self.driver.fade_out != 0 {
            self.spend(4);
        } else {
            self.spend(2 + 4);
            if self.driver.full_volume != 0 {
                self.spend(4);
            } else {
                self.spend(2);
                self.driver.master.value = Fixed::from_whole(volume);
                self.spend(7);
            }
        }
        self.spend(5);
    }

    /// `$E6`
    pub(super) fn master_volume_slide(&mut self, channel: Channel, ticks: u8) -> Outcome {
        self.driver.master.count = ticks;
        self.spend(12);
        let target = self.next_byte(channel)?;
        self.driver.master.target = target;
        self.spend(20);
        self.driver.master.step = self.step_to(target, self.driver.master.value, ticks);
        self.spend(10);
        Ok(())
    }
}

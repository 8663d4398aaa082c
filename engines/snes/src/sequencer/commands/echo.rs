//! Echo (`snes-nspc.md` sections 6.5 and 6.6).

use tatum_core::Probe;

use crate::event::Event;
use crate::hardware::dsp::{Flags, Register};
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::{Execution, Outcome};
use crate::sequencer::fixed::Fixed;
use crate::sequencer::machine::Sound;
use crate::sequencer::memory_map::ECHO_FILTERS;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// `$F5`
    pub(super) fn echo_on(&mut self, channel: Channel, voices: u8) -> Outcome {
        self.driver.shadow.echo = voices;
        self.driver.echo_wanted = voices;
        self.spend(17);
        let left = self.next_byte(channel)?;
        self.driver.echo.value[0] = Fixed::from_whole(left);
        self.spend(15);
        let right = self.next_byte(channel)?;
        self.driver.echo.value[1] = Fixed::from_whole(right);
        self.driver.shadow.flags &= !Flags::NO_ECHO_WRITES.0;
        self.spend(16);
        Ok(())
    }

    /// `$F6`
    pub(super) const fn echo_off(&mut self) {
        self.driver.echo.value = [Fixed::from_whole(0); 2];
        self.driver.shadow.flags |= Flags::NO_ECHO_WRITES.0;
        self.spend(19);
    }

    /// `$F7`: delay, feedback and one of four filters; the filter is written at once.
    pub(super) fn echo_parameters(&mut self, channel: Channel, delay: u8) -> Outcome {
        self.spend(8);
        self.configure_echo(delay);
        self.spend(8);
        let feedback = self.next_byte(channel)?;
        self.driver.shadow.feedback = feedback;
        self.spend(12);
        let filter = self.next_byte(channel)?;
        self.spend(15);
        for tap in 0..8_u8 {
            self.spend(13);
            let index = filter.wrapping_mul(8).wrapping_add(tap);
            let coefficient = self.read_constant(ECHO_FILTERS + u16::from(index), "echo filter");
            self.write(Register::fir(usize::from(tap)), coefficient);
            self.spend(10 + if tap == 7 { 2 } else { 4 });
        }
        self.spend(8);
        Ok(())
    }

    /// `$F8`
    pub(super) fn echo_slide(&mut self, channel: Channel, ticks: u8) -> Outcome {
        self.driver.echo.count = ticks;
        self.spend(12);
        for (side, last_step) in [(0, 13), (1, 10)] {
            let target = self.next_byte(channel)?;
            self.driver.echo.target[side] = target;
            self.spend(20);
            let from = self.driver.echo.value[side];
            self.driver.echo.step[side] = self.step_to(target, from, ticks);
            self.spend(last_step);
        }
        Ok(())
    }

    /// Changes the length of the echo buffer (section 6.6). While it changes nothing may be heard of it: the
    /// registers are silenced now, and the main loop holds them back until the old contents are gone.
    pub(crate) fn configure_echo(&mut self, delay: u8) {
        self.driver.echo_delay.wanted = delay;
        self.spend(15);
        let old = self.machine.sound.read(self.machine.cycle, Register::EDL, self.probe);
        if old == delay {
            self.spend(7);
        } else {
            self.spend(9);
            self.drain_echo(old);
            self.silence_echo();
            self.spend(15);
            self.write(Register::FLG, self.driver.shadow.flags | Flags::NO_ECHO_WRITES.0);
            self.spend(13);
            self.write(Register::EDL, delay);
        }
        self.spend(17);
        let buffer = EchoBuffer::of_delay(delay, self.dialect.layout.echo_end_page);
        self.write(Register::ESA, buffer.start);
        self.warn_of_lost_data(buffer);
    }

    fn warn_of_lost_data(&mut self, buffer: EchoBuffer) {
        if let Some(page) = buffer.pages().find(|&page| self.machine.memory.is_loaded(page)) {
            let delay = self.driver.echo_delay.wanted;
            let address = u64::from(page) << 8;
            self.diagnostics.warn(
                address,
                format!("echo delay {delay}: the echo can overwrite what lies at ${address:04X}"),
            );
        }
    }

    /// The driver does not outlive an echo in its own memory.
    pub(crate) fn check_echo_buffer(&self) -> Outcome {
        let delay = self.driver.echo_delay.wanted;
        let writes = Flags(self.driver.shadow.flags).writes_echo();
        let buffer = EchoBuffer::of_delay(delay, self.dialect.layout.echo_end_page);
        match buffer.pages().find(|&page| self.dialect.belongs_to_driver(u16::from(page) << 8)) {
            Some(page) if writes => {
                let address = u16::from(page) << 8;
                let message = format!("echo delay {delay}: the echo overwrites the driver at ${address:04X}");
                Err(self.fault(address, message))
            }
            _ => Ok(()),
        }
    }

    const fn drain_echo(&mut self, old: u8) {
        let progress = &mut self.driver.echo_delay.progress;
        let steps = (old & 15) ^ 0xFF;
        if *progress & 0x80 != 0 {
            *progress = progress.wrapping_add(steps);
            self.spend(10);
        } else {
            *progress = steps;
            self.spend(7);
        }
        self.spend(6);
    }

    fn silence_echo(&mut self) {
        for register in [Register::EON, Register::EFB, Register::EVOLR, Register::EVOLL] {
            self.spend(17);
            self.write_now(register, 0);
            self.spend(if register == Register::EVOLL { 4 } else { 6 });
        }
    }
}

/// Where the echo of a delay lies.
#[derive(Clone, Copy)]
struct EchoBuffer {
    /// The first page.
    start: u8,
    /// Pages, 8 for each step of the delay; without a delay a single word is used.
    length: u8,
}

impl EchoBuffer {
    /// The DSP takes the lower four bits of the delay; for the start the driver takes them all.
    const fn of_delay(delay: u8, end_page: u8) -> Self {
        let length = if delay & 15 == 0 { 1 } else { (delay & 15) * 8 };
        Self { start: end_page.wrapping_sub(delay.wrapping_mul(8)), length }
    }

    fn pages(self) -> impl Iterator<Item = u8> {
        (0..self.length).map(move |page| self.start.wrapping_add(page))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequencer::memory_map::ECHO_END_PAGE;

    #[test]
    fn the_buffer_ends_before_the_songs() {
        for delay in 1..=15 {
            let pages: Vec<u8> = EchoBuffer::of_delay(delay, ECHO_END_PAGE).pages().collect();
            assert_eq!(pages.len(), usize::from(delay) * 8);
            assert_eq!(pages.last(), Some(&0xCF));
        }
        assert_eq!(EchoBuffer::of_delay(31, ECHO_END_PAGE).start, 0xD8);
    }
}

//! Start and main loop of the driver (`snes-nspc.md` sections 6.1 and 6.2).

use tatum_core::Probe;

use super::driver::{Channel, EchoDelay};
use super::execution::{Execution, Outcome};
use super::fixed::Fixed;
use super::machine::Sound;
use crate::event::{Event, Port};
use crate::hardware::dsp::{Flags, Register};

/// Timer 0 counts every 16 base pulses: 2 ms.
const TIMER_TARGET: u8 = 16;
/// The effects tick, in 256ths of a pass.
const EFFECT_TEMPO: u8 = 56;
/// Master volume of the DSP; it never changes.
const MASTER_VOLUME: u8 = 0x60;
/// Tempo before the first song.
const FIRST_TEMPO: u8 = 0x10;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// What the driver does when it is started at its entry.
    pub(crate) fn boot(&mut self) {
        self.spend(10 + 2238 + 2 + 3070 + 3070);
        self.driver.shadow.flags = Flags::NO_ECHO_WRITES.0;
        self.spend(10);
        self.configure_echo(1);
        self.spend(16);
        self.write(Register::MVOLL, MASTER_VOLUME);
        self.spend(10);
        self.write(Register::MVOLR, MASTER_VOLUME);
        self.spend(12);
        self.write(Register::DIR, self.dialect.layout.directory_page);
        self.spend(7);
        self.machine.ports.catch_up(self.machine.cycle, self.probe);
        self.machine.ports.clear_inputs(0xF0);
        self.driver.tempo.value.set_whole(FIRST_TEMPO);
        self.spend(18);
        self.machine.start_timer(TIMER_TARGET);
    }

    /// One round of the main loop: registers, wait, effects tick, song tick or what comes between two of them.
    pub(crate) fn pass(&mut self) -> Outcome {
        self.progress.bytes_read = 0;
        self.spend(2);
        self.refresh_registers()?;
        let count = self.wait_for_timer();
        let waited = self.machine.cycle;
        self.advance_effects(count);
        self.advance_song(count, waited)
    }

    /// Writes the registers that the driver keeps copies of. Those that could be heard while the echo buffer
    /// changes its length are left out until it is done.
    fn refresh_registers(&mut self) -> Outcome {
        let shadow = self.driver.shadow;
        let [echo_left, echo_right] = self.driver.echo.value.map(Fixed::whole);
        for (register, value) in [
            (Register::KOFF, shadow.key_off),
            (Register::PMON, 0),
            (Register::NON, shadow.noise),
            (Register::KOFF, 0),
            (Register::KON, shadow.key_on),
        ] {
            self.spend(8);
            self.refresh(register, value);
            self.spend(6);
        }
        let delay = self.driver.echo_delay;
        if !delay.drains() {
            self.check_echo_buffer()?;
        }
        self.spend(6);
        self.refresh_unless_draining(delay, Register::FLG, shadow.flags);
        for (register, value) in [
            (Register::EON, shadow.echo),
            (Register::EFB, shadow.feedback),
            (Register::EVOLR, echo_right),
            (Register::EVOLL, echo_left),
        ] {
            self.spend(6 + 14);
            if delay.is_settled() {
                self.refresh_unless_draining(delay, register, value);
            } else {
                self.spend(2);
            }
        }
        self.spend(4);
        self.driver.shadow.key_on = 0;
        self.driver.shadow.key_off = 0;
        self.spend(29);
        Ok(())
    }

    fn refresh(&mut self, register: Register, value: u8) {
        self.spend(25);
        self.write_now(register, value);
    }

    fn refresh_unless_draining(&mut self, delay: EchoDelay, register: Register, value: u8) {
        if delay.drains() {
            self.spend(7);
        } else {
            self.spend(5);
            self.refresh(register, value);
        }
    }

    /// Waits until timer 0 has counted; gives the count, more than 1 after a pass that took too long.
    fn wait_for_timer(&mut self) -> u8 {
        /// Cycles of a round of the waiting loop, and those of them that come before the timer is read.
        const ROUND: u64 = 8;
        const BEFORE_READ: u64 = 4;
        self.spend(BEFORE_READ);
        if let Some(cycles) = self.machine.cycles_to_timer_tick() {
            self.spend(cycles.next_multiple_of(ROUND));
        }
        let count = self.machine.read_timer();
        self.spend(2);
        self.progress.passes += 1;
        count
    }

    fn advance_effects(&mut self, count: u8) {
        self.spend(24);
        let (clock, carry) = self.driver.effect_clock.overflowing_add(count.wrapping_mul(EFFECT_TEMPO));
        self.driver.effect_clock = clock;
        if carry {
            self.spend(2);
            self.effects_tick();
        } else {
            self.spend(4);
        }
    }

    /// The product is cut to 8 bits before it is added, and one pass makes one tick at most: ticks are lost when
    /// the driver is overloaded (section 1).
    fn advance_song(&mut self, count: u8, waited: u64) -> Outcome {
        let tempo = self.driver.tempo.value.whole();
        let (clock, carry) = self.driver.song_clock.overflowing_add(count.wrapping_mul(tempo));
        self.driver.song_clock = clock;
        let pass = self.progress.passes;
        self.probe.record(|| Event::Pass {
            cycle: waited,
            pass,
            timer_count: count,
            tempo,
            accumulator: clock,
            song_tick: carry,
        });
        self.spend(25);
        if carry {
            self.spend(10);
            self.progress.ticks += 1;
            self.progress.tick_cycle = self.machine.cycle;
            self.song_tick()?;
            self.spend(10);
            self.synchronise_port(Port::Port0);
            self.spend(3);
        } else {
            self.spend(4);
            self.between_ticks();
            self.spend(3);
        }
        Ok(())
    }

    /// What keeps slides, vibrato and tremolo smooth in the passes without a song tick.
    fn between_ticks(&mut self) {
        if !self.driver.plays() {
            self.spend(7);
            return;
        }
        self.spend(12);
        for channel in Channel::all() {
            if self.driver.track(channel).is_active() {
                self.spend(14);
                self.interpolate(channel);
            } else {
                self.spend(8);
            }
            self.spend(if channel.is_last() { 10 } else { 12 });
        }
    }

    /// Shows the current value on a port and looks for a new one: a command is a change of what is on the port.
    pub(crate) fn synchronise_port(&mut self, port: Port) {
        let number = usize::from(port.number());
        self.spend(10);
        let shown = self.driver.ports[number].current;
        self.machine.ports.catch_up(self.machine.cycle, self.probe);
        if self.machine.ports.output(port) != shown {
            let cycle = self.machine.cycle;
            self.probe.record(|| Event::PortWrite { cycle, port, value: shown });
        }
        self.machine.ports.set_output(port, shown);
        let found = self.read_port_twice(port);
        self.spend(2 + if found != 0 { 4 } else { 2 });
        let latch = &mut self.driver.ports[number];
        let last = std::mem::replace(&mut latch.last, found);
        latch.command = if last == found { 0 } else { found };
        self.spend(15 + 12);
    }

    /// Reads until two reads agree: on consoles a read that meets a write may see anything.
    fn read_port_twice(&mut self, port: Port) -> u8 {
        loop {
            self.spend(5);
            let first = self.read_port(port);
            self.spend(5);
            if self.read_port(port) == first {
                self.spend(2);
                return first;
            }
            self.spend(4);
        }
    }

    fn read_port(&mut self, port: Port) -> u8 {
        self.machine.ports.catch_up(self.machine.cycle, self.probe);
        self.machine.ports.input(port)
    }

    /// A tick of the effects clock, 109.375 per second. It also lets the echo buffer settle.
    fn effects_tick(&mut self) {
        for port in [Port::Port1, Port::Port2, Port::Port3] {
            let (run, input) = if port == Port::Port1 { (26, 12) } else { (18, 10) };
            self.spend(8 + run);
            self.spend(8 + input);
            self.spend(10);
            self.synchronise_port(port);
        }
        self.spend(6);
        self.settle_echo();
    }

    /// Counts the echo delay up to what is wanted, one step every second effects tick (section 6.6).
    fn settle_echo(&mut self) {
        let delay = &mut self.driver.echo_delay;
        if delay.is_settled() {
            self.spend(4);
            return;
        }
        delay.prescaler = delay.prescaler.wrapping_add(1);
        let steps = delay.prescaler & 1 == 0;
        if steps {
            delay.progress = delay.progress.wrapping_add(1);
        }
        self.spend(13 + if steps { 6 } else { 4 });
    }
}

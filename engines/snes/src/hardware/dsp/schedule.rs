//! The timeline of a sample (`snes-hardware.md` section 4.3).

use tatum_core::Frame;

use super::Dsp;
use super::echo::OutputPath;
use super::registers::{Flags, Register, RegisterFile};
use crate::hardware::Ram;

impl Dsp {
    /// Executes one of the 32 clocks of a sample. Clock 27 gives the frame.
    ///
    /// This is the truth about the order of everything in the chip; the fast path must equal it.
    #[rustfmt::skip]
    pub fn tick(&mut self, ram: &mut Ram) -> Option<Frame> {
        let mut frame = None;
        match self.phase.0 {
            0 => { self.v5(0); self.v2(1, ram); }
            1 => { self.v6(); self.v3(1, ram); }
            2 => { self.v7(0); self.v1(3); self.v4(1, ram); }
            3 => { self.v8(0); self.v5(1); self.v2(2, ram); }
            4 => { self.v9(0); self.v6(); self.v3(2, ram); }
            5 => { self.v7(1); self.v1(4); self.v4(2, ram); }
            6 => { self.v8(1); self.v5(2); self.v2(3, ram); }
            7 => { self.v9(1); self.v6(); self.v3(3, ram); }
            8 => { self.v7(2); self.v1(5); self.v4(3, ram); }
            9 => { self.v8(2); self.v5(3); self.v2(4, ram); }
            10 => { self.v9(2); self.v6(); self.v3(4, ram); }
            11 => { self.v7(3); self.v1(6); self.v4(4, ram); }
            12 => { self.v8(3); self.v5(4); self.v2(5, ram); }
            13 => { self.v9(3); self.v6(); self.v3(5, ram); }
            14 => { self.v7(4); self.v1(7); self.v4(5, ram); }
            15 => { self.v8(4); self.v5(5); self.v2(6, ram); }
            16 => { self.v9(4); self.v6(); self.v3(6, ram); }
            17 => { self.v1(0); self.v7(5); self.v4(6, ram); }
            18 => { self.v8(5); self.v5(6); self.v2(7, ram); }
            19 => { self.v9(5); self.v6(); self.v3(7, ram); }
            20 => { self.v1(1); self.v7(6); self.v4(7, ram); }
            21 => { self.v8(6); self.v5(7); self.v2(0, ram); }
            22 => { self.v3a(0); self.v9(6); self.v6(); self.echo(OutputPath::e22, ram); }
            23 => { self.v7(7); self.echo(OutputPath::e23, ram); }
            24 => { self.v8(7); self.echo(OutputPath::e24, ram); }
            25 => { self.v3b(0, ram); self.v9(7); self.echo(OutputPath::e25, ram); }
            26 => { self.echo(OutputPath::e26, ram); }
            27 => { self.m27(); self.echo(OutputPath::e27, ram); frame = Some(self.frame()); }
            28 => { self.m28(); self.echo(OutputPath::e28, ram); }
            29 => { self.m29(); self.echo(OutputPath::e29, ram); }
            30 => { self.m30(); self.v3c(0); self.echo(OutputPath::e30, ram); }
            _ => { self.v4(0, ram); self.v1(2); }
        }
        self.phase = self.phase.next();
        frame
    }

    /// M27: PMON takes effect; voice 0 has nobody before it.
    pub(super) fn m27(&mut self) {
        self.modes.pitch_modulation = self.registers.get(Register::PMON) & 0xFE;
    }

    /// M28: NON, EON and DIR take effect.
    pub(super) fn m28(&mut self) {
        self.modes.noise = self.registers.get(Register::NON);
        self.modes.echo = self.registers.get(Register::EON);
        self.modes.directory = self.registers.get(Register::DIR);
    }

    /// M29: whether this sample polls the keys.
    fn m29(&mut self) {
        self.keys.begin_poll();
    }

    /// M30: the keys are polled, counter and noise step.
    fn m30(&mut self) {
        self.key_poll = self.keys.poll(self.registers.get(Register::KOFF));
        self.step_noise();
    }

    /// The second half of M30.
    pub(super) fn step_noise(&mut self) {
        self.counter.step();
        if self.counter.events().include(Flags(self.registers.get(Register::FLG)).noise_rate()) {
            self.noise.step();
        }
    }

    /// A step of the echo, in the chip and in what is heard while voices are muted.
    fn echo(&mut self, step: impl Fn(&mut OutputPath, &RegisterFile, &mut Ram), ram: &mut Ram) {
        step(&mut self.output, &self.registers, ram);
        if let Some(monitor) = &mut self.monitor {
            step(&mut monitor.path, &self.registers, &mut monitor.ram);
        }
    }

    /// What leaves the chip, without the voices that are muted.
    fn frame(&self) -> Frame {
        self.monitor.as_ref().map_or(&self.output, |monitor| &monitor.path).frame()
    }
}

//! The stack (page 1, growing downwards and wrapping in its page), calls and returns.

use super::{Bus, Cpu, Psw};

impl Cpu {
    fn push<B: Bus>(&mut self, bus: &mut B, value: u8) {
        bus.write(u16::from_be_bytes([1, self.registers.sp]), value);
        self.registers.sp = self.registers.sp.wrapping_sub(1);
    }

    fn pull<B: Bus>(&mut self, bus: &mut B) -> u8 {
        self.registers.sp = self.registers.sp.wrapping_add(1);
        bus.read(u16::from_be_bytes([1, self.registers.sp]))
    }

    fn push_pc<B: Bus>(&mut self, bus: &mut B) {
        let [high, low] = self.registers.pc.to_be_bytes();
        self.push(bus, high);
        self.push(bus, low);
    }

    fn pull_pc<B: Bus>(&mut self, bus: &mut B) {
        let low = self.pull(bus);
        let high = self.pull(bus);
        self.registers.pc = u16::from_be_bytes([high, low]);
    }

    fn pull_psw<B: Bus>(&mut self, bus: &mut B) {
        self.registers.psw = Psw(self.pull(bus));
        bus.direct_page_selected(self.registers.psw.has(Psw::P));
    }

    /// `PUSH r`
    pub(super) fn push_register<B: Bus>(&mut self, bus: &mut B, value: u8) {
        self.dummy_fetch(bus);
        self.push(bus, value);
        bus.idle();
    }

    /// `POP r`: no flags.
    pub(super) fn pop<B: Bus>(&mut self, bus: &mut B) -> u8 {
        self.dummy_fetch(bus);
        bus.idle();
        self.pull(bus)
    }

    /// `POP PSW`
    pub(super) fn pop_psw<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        bus.idle();
        self.pull_psw(bus);
    }

    /// `CALL !a`
    pub(super) fn call<B: Bus>(&mut self, bus: &mut B) {
        let target = self.fetch_word(bus);
        bus.idle();
        self.push_pc(bus);
        bus.idle();
        bus.idle();
        self.registers.pc = target;
    }

    /// `PCALL u`: into page $FF.
    pub(super) fn call_page<B: Bus>(&mut self, bus: &mut B) {
        let low = self.fetch(bus);
        bus.idle();
        self.push_pc(bus);
        bus.idle();
        self.registers.pc = u16::from_be_bytes([0xFF, low]);
    }

    /// `TCALL n`: through the table that ends at $FFDF.
    pub(super) fn call_table<B: Bus>(&mut self, bus: &mut B, number: u8) {
        self.dummy_fetch(bus);
        bus.idle();
        self.push_pc(bus);
        bus.idle();
        self.jump_through(bus, 0xFFDE - 2 * u16::from(number));
    }

    /// `BRK`: pushes the flags as they were, then sets B and clears I.
    pub(super) fn software_break<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        self.push_pc(bus);
        self.push(bus, self.registers.psw.0);
        bus.idle();
        self.jump_through(bus, 0xFFDE);
        self.registers.psw.set(Psw::B, true);
        self.registers.psw.set(Psw::I, false);
    }

    /// `RET`
    pub(super) fn return_from_call<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        bus.idle();
        self.pull_pc(bus);
    }

    /// `RETI`
    pub(super) fn return_from_break<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        bus.idle();
        self.pull_psw(bus);
        self.pull_pc(bus);
    }
}

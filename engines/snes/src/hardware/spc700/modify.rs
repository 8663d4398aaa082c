//! Shifts, increments and decrements, of memory and of registers.

use super::{Bus, Cpu, Psw};

impl Cpu {
    /// Reads, changes and writes back a byte of memory.
    #[inline]
    pub(super) fn modify<B: Bus>(
        &mut self,
        bus: &mut B,
        operation: impl Fn(&mut Psw, u8) -> u8,
        address: impl Fn(&mut Self, &mut B) -> u16,
    ) {
        let address = address(self, bus);
        let old = bus.read(address);
        let result = operation(&mut self.registers.psw, old);
        bus.write(address, result);
    }

    /// `OP A`
    #[inline]
    pub(super) fn modify_a<B: Bus>(&mut self, bus: &mut B, operation: impl Fn(&mut Psw, u8) -> u8) {
        self.dummy_fetch(bus);
        self.registers.a = operation(&mut self.registers.psw, self.registers.a);
    }

    /// `OP X`
    #[inline]
    pub(super) fn modify_x<B: Bus>(&mut self, bus: &mut B, operation: impl Fn(&mut Psw, u8) -> u8) {
        self.dummy_fetch(bus);
        self.registers.x = operation(&mut self.registers.psw, self.registers.x);
    }

    /// `OP Y`
    #[inline]
    pub(super) fn modify_y<B: Bus>(&mut self, bus: &mut B, operation: impl Fn(&mut Psw, u8) -> u8) {
        self.dummy_fetch(bus);
        self.registers.y = operation(&mut self.registers.psw, self.registers.y);
    }
}

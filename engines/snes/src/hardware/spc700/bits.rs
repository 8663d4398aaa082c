//! Instructions on single bits.

use super::{Bus, Cpu, Psw};

impl Cpu {
    /// `SET1 d.b`: no flags.
    pub(super) fn set_bit<B: Bus>(&mut self, bus: &mut B, bit: u8) {
        self.modify(bus, |_, value| value | 1 << bit, Self::direct);
    }

    /// `CLR1 d.b`: no flags.
    pub(super) fn clear_bit<B: Bus>(&mut self, bus: &mut B, bit: u8) {
        self.modify(bus, |_, value| value & !(1 << bit), Self::direct);
    }

    /// `TSET1 !a` and `TCLR1 !a`: N and Z of A - memory; the memory is read twice.
    pub(super) fn test_and_change<B: Bus>(&mut self, bus: &mut B, change: impl Fn(u8, u8) -> u8) {
        let address = self.absolute(bus);
        let old = bus.read(address);
        self.registers.psw.set_nz(self.registers.a.wrapping_sub(old));
        bus.read(address);
        bus.write(address, change(old, self.registers.a));
    }

    /// `m.b`: 13 bits of address, 3 bits of bit number.
    fn bit_operand<B: Bus>(&mut self, bus: &mut B) -> (u16, u16) {
        let operand = self.fetch_word(bus);
        (operand & 0x1FFF, operand >> 13)
    }

    /// Reads `m.b`.
    fn read_bit<B: Bus>(&mut self, bus: &mut B) -> bool {
        let (address, bit) = self.bit_operand(bus);
        bus.read(address) >> bit & 1 != 0
    }

    fn set_carry(&mut self, on: bool) {
        self.registers.psw.set(Psw::C, on);
    }

    /// `OR1 C,m.b` and `OR1 C,/m.b`
    pub(super) fn or_carry<B: Bus>(&mut self, bus: &mut B, inverted: bool) {
        let bit = self.read_bit(bus) != inverted;
        bus.idle();
        self.set_carry(self.registers.psw.has(Psw::C) | bit);
    }

    /// `AND1 C,m.b` and `AND1 C,/m.b`
    pub(super) fn and_carry<B: Bus>(&mut self, bus: &mut B, inverted: bool) {
        let bit = self.read_bit(bus) != inverted;
        self.set_carry(self.registers.psw.has(Psw::C) & bit);
    }

    /// `EOR1 C,m.b`
    pub(super) fn eor_carry<B: Bus>(&mut self, bus: &mut B) {
        let bit = self.read_bit(bus);
        bus.idle();
        self.set_carry(self.registers.psw.has(Psw::C) ^ bit);
    }

    /// `MOV1 C,m.b`
    pub(super) fn load_carry<B: Bus>(&mut self, bus: &mut B) {
        let bit = self.read_bit(bus);
        self.set_carry(bit);
    }

    /// `MOV1 m.b,C`
    pub(super) fn store_carry<B: Bus>(&mut self, bus: &mut B) {
        let (address, bit) = self.bit_operand(bus);
        let old = bus.read(address);
        bus.idle();
        bus.write(address, old & !(1 << bit) | self.registers.psw.carry() << bit);
    }

    /// `NOT1 m.b`
    pub(super) fn invert_bit<B: Bus>(&mut self, bus: &mut B) {
        let (address, bit) = self.bit_operand(bus);
        let old = bus.read(address);
        bus.write(address, old ^ 1 << bit);
    }
}

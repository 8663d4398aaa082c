//! Branches and jumps. A branch that is taken costs two more cycles.

use super::{Bus, Cpu};

impl Cpu {
    /// Fetches the displacement and branches if `taken`.
    #[inline]
    pub(super) fn branch<B: Bus>(&mut self, bus: &mut B, taken: bool) {
        let displacement = self.fetch(bus);
        if taken {
            bus.idle();
            bus.idle();
            self.registers.pc = self.registers.pc.wrapping_add_signed(i16::from(displacement.cast_signed()));
        }
    }

    /// `BBS d.b,e` (`wanted` set) and `BBC d.b,e`.
    pub(super) fn branch_on_bit<B: Bus>(&mut self, bus: &mut B, bit: u8, wanted: bool) {
        let address = self.direct(bus);
        let value = bus.read(address);
        bus.idle();
        self.branch(bus, (value >> bit & 1 != 0) == wanted);
    }

    /// `CBNE d,e` and `CBNE d+X,e`
    pub(super) fn compare_and_branch<B: Bus>(
        &mut self,
        bus: &mut B,
        address: impl Fn(&mut Self, &mut B) -> u16,
    ) {
        let address = address(self, bus);
        let value = bus.read(address);
        bus.idle();
        self.branch(bus, value != self.registers.a);
    }

    /// `DBNZ d,e`
    pub(super) fn decrement_and_branch<B: Bus>(&mut self, bus: &mut B) {
        let address = self.direct(bus);
        let value = bus.read(address).wrapping_sub(1);
        bus.write(address, value);
        self.branch(bus, value != 0);
    }

    /// `DBNZ Y,e`
    pub(super) fn decrement_y_and_branch<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        bus.idle();
        self.registers.y = self.registers.y.wrapping_sub(1);
        self.branch(bus, self.registers.y != 0);
    }

    /// `JMP !a`
    pub(super) fn jump<B: Bus>(&mut self, bus: &mut B) {
        self.registers.pc = self.fetch_word(bus);
    }

    /// `JMP [!a+X]`
    pub(super) fn jump_indirect<B: Bus>(&mut self, bus: &mut B) {
        let pointer = self.absolute_x(bus);
        self.jump_through(bus, pointer);
    }

    /// Loads PC from memory.
    pub(super) fn jump_through<B: Bus>(&mut self, bus: &mut B, pointer: u16) {
        let low = bus.read(pointer);
        let high = bus.read(pointer.wrapping_add(1));
        self.registers.pc = u16::from_le_bytes([low, high]);
    }
}

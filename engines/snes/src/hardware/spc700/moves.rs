//! Stores and moves that are not plain loads.

use super::{Bus, Cpu};

impl Cpu {
    /// A store reads its target first (a dummy read with all its side effects), then writes.
    #[inline]
    pub(super) fn store<B: Bus>(
        &mut self,
        bus: &mut B,
        value: u8,
        address: impl Fn(&mut Self, &mut B) -> u16,
    ) {
        let address = address(self, bus);
        bus.read(address);
        bus.write(address, value);
    }

    /// `MOV (X)+,A`: no dummy read of the target.
    pub(super) fn store_a_increment_x<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        bus.idle();
        bus.write(self.direct_page(self.registers.x), self.registers.a);
        self.registers.x = self.registers.x.wrapping_add(1);
    }

    /// `MOV A,(X)+`
    pub(super) fn load_a_increment_x<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        self.registers.a = bus.read(self.direct_page(self.registers.x));
        bus.idle();
        self.registers.x = self.registers.x.wrapping_add(1);
        self.registers.psw.set_nz(self.registers.a);
    }

    /// `MOV d,s`: no dummy read of the target.
    pub(super) fn move_direct_direct<B: Bus>(&mut self, bus: &mut B) {
        let source = self.direct(bus);
        let value = bus.read(source);
        let target = self.direct(bus);
        bus.write(target, value);
    }

    /// `MOV d,#i`
    pub(super) fn move_direct_immediate<B: Bus>(&mut self, bus: &mut B) {
        let value = self.fetch(bus);
        self.store(bus, value, Self::direct);
    }

    /// `MOV A,X`
    pub(super) fn move_a_x<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        self.registers.a = self.registers.x;
        self.registers.psw.set_nz(self.registers.a);
    }

    /// `MOV A,Y`
    pub(super) fn move_a_y<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        self.registers.a = self.registers.y;
        self.registers.psw.set_nz(self.registers.a);
    }

    /// `MOV X,A`
    pub(super) fn move_x_a<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        self.registers.x = self.registers.a;
        self.registers.psw.set_nz(self.registers.x);
    }

    /// `MOV Y,A`
    pub(super) fn move_y_a<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        self.registers.y = self.registers.a;
        self.registers.psw.set_nz(self.registers.y);
    }

    /// `MOV X,SP`
    pub(super) fn move_x_sp<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        self.registers.x = self.registers.sp;
        self.registers.psw.set_nz(self.registers.x);
    }

    /// `MOV SP,X`: no flags.
    pub(super) fn move_sp_x<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        self.registers.sp = self.registers.x;
    }
}

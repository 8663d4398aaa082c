//! Instructions without relatives: multiplication, division, decimal correction, flags, halting.

use super::{Bus, Cpu, Psw, alu};

impl Cpu {
    /// `MUL YA`: N and Z from the high byte only.
    pub(super) fn multiply<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        for _ in 0..7 {
            bus.idle();
        }
        let product = u16::from(self.registers.y) * u16::from(self.registers.a);
        self.registers.set_ya(product);
        self.registers.psw.set_nz(self.registers.y);
    }

    /// `DIV YA,X`
    pub(super) fn divide<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        for _ in 0..10 {
            bus.idle();
        }
        let ya = self.registers.ya();
        (self.registers.a, self.registers.y) = alu::div(&mut self.registers.psw, ya, self.registers.x);
    }

    /// `DAA A` and `DAS A`
    pub(super) fn decimal_adjust<B: Bus>(&mut self, bus: &mut B, operation: impl Fn(&mut Psw, u8) -> u8) {
        self.modify_a(bus, operation);
        bus.idle();
    }

    /// `XCN A`: exchanges the nibbles.
    pub(super) fn exchange_nibbles<B: Bus>(&mut self, bus: &mut B) {
        self.modify_a(bus, |psw, a| alu::load(psw, a, a.rotate_left(4)));
        for _ in 0..3 {
            bus.idle();
        }
    }

    /// The two-cycle flag instructions: clears the flags in `clear`, then sets those in `set`.
    pub(super) fn change_flags<B: Bus>(&mut self, bus: &mut B, clear: u8, set: u8) {
        self.dummy_fetch(bus);
        self.registers.psw = Psw(self.registers.psw.0 & !clear | set);
    }

    /// `EI`, `DI`: three cycles.
    pub(super) fn change_flags_slowly<B: Bus>(&mut self, bus: &mut B, clear: u8, set: u8) {
        self.change_flags(bus, clear, set);
        bus.idle();
    }

    /// `SETP`, `CLRP`
    pub(super) fn select_direct_page<B: Bus>(&mut self, bus: &mut B, page_one: bool) {
        self.dummy_fetch(bus);
        self.registers.psw.set(Psw::P, page_one);
        bus.direct_page_selected(page_one);
    }

    /// `NOTC`
    pub(super) fn invert_carry<B: Bus>(&mut self, bus: &mut B) {
        self.dummy_fetch(bus);
        bus.idle();
        self.registers.psw = Psw(self.registers.psw.0 ^ Psw::C);
    }

    /// `SLEEP`, `STOP`
    pub(super) fn halt(&mut self) {
        self.halted = true;
    }
}

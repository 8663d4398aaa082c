//! The 16-bit instructions on YA and a word of the direct page; its second byte wraps in the page.

use super::{Bus, Cpu, Psw, alu};

impl Cpu {
    /// `MOVW YA,d`, `ADDW YA,d`, `SUBW YA,d`: an idle cycle between the two bytes.
    #[inline]
    pub(super) fn word_to_ya<B: Bus>(&mut self, bus: &mut B, operation: impl Fn(&mut Psw, u16, u16) -> u16) {
        let offset = self.fetch(bus);
        let low = bus.read(self.direct_page(offset));
        bus.idle();
        let high = bus.read(self.direct_page(offset.wrapping_add(1)));
        let operand = u16::from_le_bytes([low, high]);
        let ya = self.registers.ya();
        let result = operation(&mut self.registers.psw, ya, operand);
        self.registers.set_ya(result);
    }

    /// `CMPW YA,d`
    pub(super) fn compare_word<B: Bus>(&mut self, bus: &mut B) {
        let offset = self.fetch(bus);
        let low = bus.read(self.direct_page(offset));
        let high = bus.read(self.direct_page(offset.wrapping_add(1)));
        let ya = self.registers.ya();
        alu::cmpw(&mut self.registers.psw, ya, u16::from_le_bytes([low, high]));
    }

    /// `MOVW d,YA`: the dummy read touches the low byte only.
    pub(super) fn store_word<B: Bus>(&mut self, bus: &mut B) {
        let offset = self.fetch(bus);
        let low = self.direct_page(offset);
        bus.read(low);
        bus.write(low, self.registers.a);
        bus.write(self.direct_page(offset.wrapping_add(1)), self.registers.y);
    }

    /// `INCW d` (step 1) and `DECW d` (step $FFFF): the low byte is written before the high byte is read.
    pub(super) fn step_word<B: Bus>(&mut self, bus: &mut B, step: u16) {
        let offset = self.fetch(bus);
        let low_address = self.direct_page(offset);
        let high_address = self.direct_page(offset.wrapping_add(1));
        let stepped = u16::from(bus.read(low_address)).wrapping_add(step);
        let [low, carry] = stepped.to_le_bytes();
        bus.write(low_address, low);
        let high = bus.read(high_address).wrapping_add(carry);
        bus.write(high_address, high);
        self.registers.psw.set_nz_word(u16::from_le_bytes([low, high]));
    }
}

//! OR AND EOR CMP ADC SBC with all their operands, and the loads, which are the same with no operation.

use super::{Bus, Cpu, Psw, alu};

impl Cpu {
    /// `OP A,mem`
    #[inline]
    pub(super) fn operate_a<B: Bus>(
        &mut self,
        bus: &mut B,
        operation: impl Fn(&mut Psw, u8, u8) -> u8,
        address: impl Fn(&mut Self, &mut B) -> u16,
    ) {
        let address = address(self, bus);
        let operand = bus.read(address);
        self.registers.a = operation(&mut self.registers.psw, self.registers.a, operand);
    }

    /// `OP X,mem`
    #[inline]
    pub(super) fn operate_x<B: Bus>(
        &mut self,
        bus: &mut B,
        operation: impl Fn(&mut Psw, u8, u8) -> u8,
        address: impl Fn(&mut Self, &mut B) -> u16,
    ) {
        let address = address(self, bus);
        let operand = bus.read(address);
        self.registers.x = operation(&mut self.registers.psw, self.registers.x, operand);
    }

    /// `OP Y,mem`
    #[inline]
    pub(super) fn operate_y<B: Bus>(
        &mut self,
        bus: &mut B,
        operation: impl Fn(&mut Psw, u8, u8) -> u8,
        address: impl Fn(&mut Self, &mut B) -> u16,
    ) {
        let address = address(self, bus);
        let operand = bus.read(address);
        self.registers.y = operation(&mut self.registers.psw, self.registers.y, operand);
    }

    /// `OP d,s`
    pub(super) fn direct_direct<B: Bus>(&mut self, bus: &mut B, operation: impl Fn(&mut Psw, u8, u8) -> u8) {
        let (target, old, source) = self.direct_direct_operands(bus);
        let result = operation(&mut self.registers.psw, old, source);
        bus.write(target, result);
    }

    /// `CMP d,s`: a cycle without access instead of the write.
    pub(super) fn compare_direct_direct<B: Bus>(&mut self, bus: &mut B) {
        let (_, old, source) = self.direct_direct_operands(bus);
        alu::cmp(&mut self.registers.psw, old, source);
        bus.idle();
    }

    fn direct_direct_operands<B: Bus>(&mut self, bus: &mut B) -> (u16, u8, u8) {
        let source = self.direct(bus);
        let source = bus.read(source);
        let target = self.direct(bus);
        (target, bus.read(target), source)
    }

    /// `OP d,#i`
    pub(super) fn direct_immediate<B: Bus>(
        &mut self,
        bus: &mut B,
        operation: impl Fn(&mut Psw, u8, u8) -> u8,
    ) {
        let operand = self.fetch(bus);
        let target = self.direct(bus);
        let old = bus.read(target);
        let result = operation(&mut self.registers.psw, old, operand);
        bus.write(target, result);
    }

    /// `CMP d,#i`
    pub(super) fn compare_direct_immediate<B: Bus>(&mut self, bus: &mut B) {
        let operand = self.fetch(bus);
        let target = self.direct(bus);
        let old = bus.read(target);
        alu::cmp(&mut self.registers.psw, old, operand);
        bus.idle();
    }

    /// `OP (X),(Y)`
    pub(super) fn indirect_indirect<B: Bus>(
        &mut self,
        bus: &mut B,
        operation: impl Fn(&mut Psw, u8, u8) -> u8,
    ) {
        let (target, old, source) = self.indirect_indirect_operands(bus);
        let result = operation(&mut self.registers.psw, old, source);
        bus.write(target, result);
    }

    /// `CMP (X),(Y)`
    pub(super) fn compare_indirect_indirect<B: Bus>(&mut self, bus: &mut B) {
        let (_, old, source) = self.indirect_indirect_operands(bus);
        alu::cmp(&mut self.registers.psw, old, source);
        bus.idle();
    }

    fn indirect_indirect_operands<B: Bus>(&mut self, bus: &mut B) -> (u16, u8, u8) {
        self.dummy_fetch(bus);
        let source = bus.read(self.direct_page(self.registers.y));
        let target = self.direct_page(self.registers.x);
        (target, bus.read(target), source)
    }
}

//! The operand fetches of each addressing mode (`snes-hardware.md` section 2.3): what they read, in which order.

use super::{Bus, Cpu, Psw};

impl Cpu {
    /// Reads the next instruction byte.
    #[inline]
    pub(super) fn fetch<B: Bus>(&mut self, bus: &mut B) -> u8 {
        let byte = bus.read(self.registers.pc);
        self.registers.pc = self.registers.pc.wrapping_add(1);
        byte
    }

    /// Reads the next instruction word, low byte first.
    #[inline]
    pub(super) fn fetch_word<B: Bus>(&mut self, bus: &mut B) -> u16 {
        let low = self.fetch(bus);
        let high = self.fetch(bus);
        u16::from_le_bytes([low, high])
    }

    /// The dummy read of the next instruction byte (`pc` in the table): PC stays.
    #[inline]
    pub(super) fn dummy_fetch<B: Bus>(&mut self, bus: &mut B) {
        bus.read(self.registers.pc);
    }

    /// An address in the direct page that flag P selects.
    #[inline]
    pub(super) fn direct_page(&self, offset: u8) -> u16 {
        let page = u8::from(self.registers.psw.has(Psw::P));
        u16::from_be_bytes([page, offset])
    }

    /// Reads a word from the direct page; the second byte wraps in the page.
    #[inline]
    fn read_pointer<B: Bus>(&mut self, bus: &mut B, offset: u8) -> u16 {
        let low = bus.read(self.direct_page(offset));
        let high = bus.read(self.direct_page(offset.wrapping_add(1)));
        u16::from_le_bytes([low, high])
    }

    /// `d`
    #[inline]
    pub(super) fn direct<B: Bus>(&mut self, bus: &mut B) -> u16 {
        let offset = self.fetch(bus);
        self.direct_page(offset)
    }

    /// `d+X`, in the page.
    #[inline]
    pub(super) fn direct_x<B: Bus>(&mut self, bus: &mut B) -> u16 {
        let offset = self.fetch(bus);
        bus.idle();
        self.direct_page(offset.wrapping_add(self.registers.x))
    }

    /// `d+Y`, in the page.
    #[inline]
    pub(super) fn direct_y<B: Bus>(&mut self, bus: &mut B) -> u16 {
        let offset = self.fetch(bus);
        bus.idle();
        self.direct_page(offset.wrapping_add(self.registers.y))
    }

    /// `!a`
    #[inline]
    pub(super) fn absolute<B: Bus>(&mut self, bus: &mut B) -> u16 {
        self.fetch_word(bus)
    }

    /// `!a+X`
    #[inline]
    pub(super) fn absolute_x<B: Bus>(&mut self, bus: &mut B) -> u16 {
        let base = self.fetch_word(bus);
        bus.idle();
        base.wrapping_add(u16::from(self.registers.x))
    }

    /// `!a+Y`
    #[inline]
    pub(super) fn absolute_y<B: Bus>(&mut self, bus: &mut B) -> u16 {
        let base = self.fetch_word(bus);
        bus.idle();
        base.wrapping_add(u16::from(self.registers.y))
    }

    /// `(X)`
    #[inline]
    pub(super) fn indirect_x<B: Bus>(&mut self, bus: &mut B) -> u16 {
        self.dummy_fetch(bus);
        self.direct_page(self.registers.x)
    }

    /// `[d+X]`
    #[inline]
    pub(super) fn indexed_indirect<B: Bus>(&mut self, bus: &mut B) -> u16 {
        let offset = self.fetch(bus);
        bus.idle();
        self.read_pointer(bus, offset.wrapping_add(self.registers.x))
    }

    /// `[d]+Y` of instructions that read: the idle cycle comes before the pointer.
    #[inline]
    pub(super) fn indirect_indexed<B: Bus>(&mut self, bus: &mut B) -> u16 {
        let offset = self.fetch(bus);
        bus.idle();
        self.read_pointer(bus, offset).wrapping_add(u16::from(self.registers.y))
    }

    /// `[d]+Y` of the store: the idle cycle comes after the pointer.
    #[inline]
    pub(super) fn indirect_indexed_store<B: Bus>(&mut self, bus: &mut B) -> u16 {
        let offset = self.fetch(bus);
        let pointer = self.read_pointer(bus, offset);
        bus.idle();
        pointer.wrapping_add(u16::from(self.registers.y))
    }

    /// `#i`: the address of the operand byte itself.
    #[inline]
    pub(super) fn immediate<B: Bus>(&mut self, _bus: &mut B) -> u16 {
        let address = self.registers.pc;
        self.registers.pc = address.wrapping_add(1);
        address
    }
}

/// What the processor is connected to. Each call of `read`, `write` or `idle` is one cycle.
pub trait Bus {
    /// Reads a byte: an opcode, an operand, data or a dummy read whose value is not used.
    fn read(&mut self, address: u16) -> u8;

    /// Writes a byte.
    fn write(&mut self, address: u16, value: u8);

    /// A cycle without bus access.
    fn idle(&mut self);

    /// Tells the bus that the flag P has (perhaps) changed: the TEST register listens only while P is clear
    /// (`snes-hardware.md` section 3).
    #[inline(always)]
    fn direct_page_selected(&mut self, page_one: bool) {
        let _ = page_one;
    }
}

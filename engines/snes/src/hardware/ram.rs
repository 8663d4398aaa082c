use std::fmt;

/// The 64 KiB of audio RAM; every address is valid and addresses wrap.
#[derive(Clone, PartialEq, Eq)]
pub struct Ram(Box<[u8; Ram::SIZE]>);

impl Ram {
    /// Bytes of RAM.
    pub const SIZE: usize = 0x1_0000;

    /// A RAM with the given contents.
    #[must_use]
    pub const fn new(contents: Box<[u8; Self::SIZE]>) -> Self {
        Self(contents)
    }

    /// Reads a byte.
    #[inline]
    #[must_use]
    pub fn read(&self, address: u16) -> u8 {
        self.0[usize::from(address)]
    }

    /// Writes a byte.
    #[inline]
    pub fn write(&mut self, address: u16, value: u8) {
        self.0[usize::from(address)] = value;
    }

    /// Reads nine bytes, as many as a block of sample data has; addresses wrap at 64 KiB.
    #[inline]
    #[must_use]
    pub fn read_block(&self, address: u16) -> [u8; 9] {
        match self.0.get(usize::from(address)..).and_then(|rest| rest.first_chunk()) {
            Some(block) => *block,
            None => self.read_wrapping_block(address),
        }
    }

    #[cold]
    #[inline(never)]
    fn read_wrapping_block(&self, address: u16) -> [u8; 9] {
        std::array::from_fn(|place| self.read(address.wrapping_add(place as u16)))
    }

    /// Reads a little-endian word; the second byte wraps at 64 KiB.
    #[inline]
    #[must_use]
    pub fn read_word(&self, address: u16) -> u16 {
        u16::from_le_bytes([self.read(address), self.read(address.wrapping_add(1))])
    }

    /// Writes a little-endian word; the second byte wraps at 64 KiB.
    #[inline]
    pub fn write_word(&mut self, address: u16, value: u16) {
        let [low, high] = value.to_le_bytes();
        self.write(address, low);
        self.write(address.wrapping_add(1), high);
    }

    /// All bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; Self::SIZE] {
        &self.0
    }

    /// All bytes, to write.
    pub(crate) const fn bytes_mut(&mut self) -> &mut [u8; Self::SIZE] {
        &mut self.0
    }
}

impl Default for Ram {
    /// Filled with $FF, the documented constant for a power-on state that consoles do not define
    /// (`snes-hardware.md` section 5).
    fn default() -> Self {
        Self(Box::new([0xFF; Self::SIZE]))
    }
}

impl fmt::Debug for Ram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ram(64 KiB)")
    }
}

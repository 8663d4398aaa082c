/// The registers (`snes-hardware.md` section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registers {
    /// Address of the next instruction byte.
    pub pc: u16,
    /// Accumulator; the low byte of YA.
    pub a: u8,
    /// Index X.
    pub x: u8,
    /// Index Y; the high byte of YA.
    pub y: u8,
    /// Stack pointer, in page 1.
    pub sp: u8,
    /// Flags.
    pub psw: Psw,
}

impl Default for Registers {
    /// The state that the boot ROM leaves: SP = $EF, PSW = $02.
    fn default() -> Self {
        Self { pc: 0xFFC0, a: 0, x: 0, y: 0, sp: 0xEF, psw: Psw(0x02) }
    }
}

impl Registers {
    /// Y * 256 + A.
    #[must_use]
    pub const fn ya(&self) -> u16 {
        u16::from_be_bytes([self.y, self.a])
    }

    /// Sets Y and A.
    pub const fn set_ya(&mut self, value: u16) {
        [self.y, self.a] = value.to_be_bytes();
    }
}

/// The program status word: N V P B H I Z C from bit 7 to bit 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Psw(
    /// All eight flags.
    pub u8,
);

impl Psw {
    /// Carry; after a subtraction, "no borrow".
    pub const C: u8 = 0x01;
    /// Zero.
    pub const Z: u8 = 0x02;
    /// Interrupt enable: stored only, no interrupt exists.
    pub const I: u8 = 0x04;
    /// Half carry, out of bit 3.
    pub const H: u8 = 0x08;
    /// Break.
    pub const B: u8 = 0x10;
    /// Direct page: page 1 instead of page 0.
    pub const P: u8 = 0x20;
    /// Overflow.
    pub const V: u8 = 0x40;
    /// Negative.
    pub const N: u8 = 0x80;

    /// Whether any of the flags in `mask` is set.
    #[inline]
    #[must_use]
    pub const fn has(self, mask: u8) -> bool {
        self.0 & mask != 0
    }

    /// Sets or clears the flags in `mask`.
    #[inline]
    pub const fn set(&mut self, mask: u8, on: bool) {
        self.0 = if on { self.0 | mask } else { self.0 & !mask };
    }

    /// The carry as a number.
    #[inline]
    #[must_use]
    pub const fn carry(self) -> u8 {
        self.0 & Self::C
    }

    /// N and Z of a byte.
    #[inline]
    pub const fn set_nz(&mut self, value: u8) {
        self.0 = self.0 & !(Self::N | Self::Z) | value & Self::N | if value == 0 { Self::Z } else { 0 };
    }

    /// N and Z of a word.
    #[inline]
    pub const fn set_nz_word(&mut self, value: u16) {
        self.set(Self::N, value & 0x8000 != 0);
        self.set(Self::Z, value == 0);
    }
}

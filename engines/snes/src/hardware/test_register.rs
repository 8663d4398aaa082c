/// The TEST register at $F0 (`snes-hardware.md` section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestRegister(u8);

/// Kinds of cycles that TEST can stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CycleKind {
    /// An access to RAM.
    External,
    /// A cycle without access, or one to the I/O block or the boot ROM.
    Internal,
}

impl TestRegister {
    /// The value that a write to $F0 gives it.
    #[must_use]
    pub const fn new(value: u8) -> Self {
        Self(value)
    }

    /// Whether the timers run: bit 3 set, bit 0 clear.
    #[must_use]
    pub const fn timers_run(self) -> bool {
        self.0 & 0x09 == 0x08
    }

    /// Whether writes reach the RAM.
    #[must_use]
    pub const fn ram_is_writable(self) -> bool {
        self.0 & 0x06 == 0x02
    }

    /// Whether reads give [`TestRegister::DISABLED_RAM`] instead of RAM.
    #[must_use]
    pub const fn ram_is_disabled(self) -> bool {
        self.0 & 0x04 != 0
    }

    /// What the disabled RAM reads as.
    pub const DISABLED_RAM: u8 = 0x5A;

    /// Whether any cycle lasts longer than usual.
    #[must_use]
    pub const fn stretches(self) -> bool {
        self.0 & 0xF0 != 0
    }

    /// How long a cycle lasts: for the processor and the DSP, and for the timers.
    #[must_use]
    pub const fn cycle_length(self, kind: CycleKind) -> (u64, u64) {
        let wait = match kind {
            CycleKind::External => self.0 >> 4 & 3,
            CycleKind::Internal => self.0 >> 6,
        };
        match wait {
            0 => (1, 1),
            1 => (2, 2),
            2 => (5, 4),
            _ => (10, 8),
        }
    }
}

impl Default for TestRegister {
    /// The reset value.
    fn default() -> Self {
        Self(0x0A)
    }
}

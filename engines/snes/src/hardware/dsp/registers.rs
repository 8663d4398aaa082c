//! The 128 registers (`snes-hardware.md` section 4.1).

use std::fmt;

/// The index of a DSP register, 0 to 127.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Register(u8);

impl Register {
    /// Master volume, left.
    pub const MVOLL: Self = Self(0x0C);
    /// Master volume, right.
    pub const MVOLR: Self = Self(0x1C);
    /// Echo volume, left.
    pub const EVOLL: Self = Self(0x2C);
    /// Echo volume, right.
    pub const EVOLR: Self = Self(0x3C);
    /// Key on, one bit per voice.
    pub const KON: Self = Self(0x4C);
    /// Key off, one bit per voice.
    pub const KOFF: Self = Self(0x5C);
    /// Reset, mute, echo write disable and noise rate.
    pub const FLG: Self = Self(0x6C);
    /// Sample end reached, one bit per voice; a write clears it.
    pub const ENDX: Self = Self(0x7C);
    /// Echo feedback.
    pub const EFB: Self = Self(0x0D);
    /// Pitch modulation by the voice before, one bit per voice; bit 0 is ignored.
    pub const PMON: Self = Self(0x2D);
    /// Noise instead of the sample, one bit per voice.
    pub const NON: Self = Self(0x3D);
    /// Echo, one bit per voice.
    pub const EON: Self = Self(0x4D);
    /// Page of the sample directory.
    pub const DIR: Self = Self(0x5D);
    /// Page of the echo buffer.
    pub const ESA: Self = Self(0x6D);
    /// Echo delay, 0 to 15 times 16 ms.
    pub const EDL: Self = Self(0x7D);

    /// The register with this index; `None` from $80 on.
    #[must_use]
    pub const fn new(index: u8) -> Option<Self> {
        if index < 0x80 { Some(Self(index)) } else { None }
    }

    /// What a read through DSPADDR sees: the upper half mirrors the lower one.
    #[must_use]
    pub const fn mirrored(index: u8) -> Self {
        Self(index & 0x7F)
    }

    /// A register of voice `voice & 7`.
    #[inline]
    #[must_use]
    pub const fn of_voice(voice: usize, register: VoiceRegister) -> Self {
        Self(((voice & 7) << 4) as u8 | register as u8)
    }

    /// Coefficient `tap & 7` of the echo filter.
    #[inline]
    #[must_use]
    pub const fn fir(tap: usize) -> Self {
        Self(((tap & 7) << 4) as u8 | 0x0F)
    }

    /// The index, 0 to 127.
    #[inline]
    #[must_use]
    pub const fn index(self) -> u8 {
        self.0
    }

    /// The voice register this is, and its voice, if it belongs to one.
    #[must_use]
    pub const fn voice_register(self) -> Option<(usize, VoiceRegister)> {
        let register = match self.0 & 15 {
            0 => VoiceRegister::VolumeLeft,
            1 => VoiceRegister::VolumeRight,
            2 => VoiceRegister::PitchLow,
            3 => VoiceRegister::PitchHigh,
            4 => VoiceRegister::Source,
            5 => VoiceRegister::Adsr1,
            6 => VoiceRegister::Adsr2,
            7 => VoiceRegister::Gain,
            8 => VoiceRegister::Envx,
            9 => VoiceRegister::Outx,
            _ => return None,
        };
        Some(((self.0 >> 4) as usize, register))
    }

    /// Whether the chip itself changes the register: ENVX, OUTX and ENDX.
    #[must_use]
    pub const fn is_status(self) -> bool {
        self.0 & 15 == 8 || self.0 & 15 == 9 || self.0 == Self::ENDX.0
    }
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${:02X}", self.0)
    }
}

/// The registers that each voice has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum VoiceRegister {
    /// VOLL, signed.
    VolumeLeft = 0,
    /// VOLR, signed.
    VolumeRight = 1,
    /// PITCHL.
    PitchLow = 2,
    /// PITCHH, 6 bits.
    PitchHigh = 3,
    /// SRCN, the entry of the sample directory.
    Source = 4,
    /// ADSR1: enable, decay rate, attack rate.
    Adsr1 = 5,
    /// ADSR2: sustain level, sustain rate.
    Adsr2 = 6,
    /// GAIN.
    Gain = 7,
    /// ENVX, the envelope's upper 7 bits.
    Envx = 8,
    /// OUTX, the sample's upper 8 bits.
    Outx = 9,
}

/// The contents of all registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterFile([u8; RegisterFile::SIZE]);

impl RegisterFile {
    /// How many registers there are.
    pub const SIZE: usize = 128;

    /// Registers with the given contents.
    #[must_use]
    pub const fn new(contents: [u8; Self::SIZE]) -> Self {
        Self(contents)
    }

    /// The contents.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; Self::SIZE] {
        &self.0
    }

    /// A register's value.
    #[inline]
    #[must_use]
    pub const fn get(&self, register: Register) -> u8 {
        self.0[(register.0 & 0x7F) as usize]
    }

    /// A register's value as a signed number.
    #[inline]
    #[must_use]
    pub const fn signed(&self, register: Register) -> i32 {
        self.get(register).cast_signed() as i32
    }

    /// A voice register's value.
    #[inline]
    #[must_use]
    pub const fn voice(&self, voice: usize, register: VoiceRegister) -> u8 {
        self.get(Register::of_voice(voice, register))
    }

    /// Stores a value, without the side effects of a write from outside.
    #[inline]
    pub const fn set(&mut self, register: Register, value: u8) {
        self.0[(register.0 & 0x7F) as usize] = value;
    }
}

impl Default for RegisterFile {
    /// The power-on state: FLG acts as $E0; the rest is undefined on consoles and zero here (section 4.1).
    fn default() -> Self {
        let mut file = Self([0; Self::SIZE]);
        file.set(Register::FLG, Flags::POWER_ON.0);
        file
    }
}

/// The FLG register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(
    /// All bits.
    pub u8,
);

impl Flags {
    /// Reset, mute, no echo writes.
    pub const POWER_ON: Self = Self(0xE0);

    /// Every voice is forced into release with an envelope of zero.
    #[inline]
    #[must_use]
    pub const fn resets(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// The output is silent.
    #[inline]
    #[must_use]
    pub const fn mutes(self) -> bool {
        self.0 & 0x40 != 0
    }

    /// The echo buffer in RAM is written.
    #[inline]
    #[must_use]
    pub const fn writes_echo(self) -> bool {
        self.0 & 0x20 == 0
    }

    /// How often the noise generator steps.
    #[inline]
    #[must_use]
    pub const fn noise_rate(self) -> super::counter::EventRate {
        super::counter::EventRate::new(self.0)
    }
}

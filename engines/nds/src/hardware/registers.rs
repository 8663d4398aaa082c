//! Register values as types, and the writes that set them (nds-hardware 2).

/// Width of a register access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// 8 bits.
    Byte,
    /// 16 bits.
    Half,
    /// 32 bits.
    Word,
}

impl Width {
    /// Bytes written.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::Byte => 1,
            Self::Half => 2,
            Self::Word => 4,
        }
    }
}

/// One write to the sound registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RegisterWrite {
    /// Low 12 bits of the address: 0x400 + 0x10 * channel + offset, or 0x500 and up.
    pub register: u16,
    /// How many bytes are written.
    pub width: Width,
    /// The value; bits above the width are 0.
    pub value: u32,
}

/// Offsets of a channel's registers.
pub mod offset {
    /// Control, 32 bits.
    pub const CONTROL: u16 = 0;
    /// Source address, 32 bits.
    pub const SOURCE: u16 = 4;
    /// Timer reload, 16 bits.
    pub const TIMER: u16 = 8;
    /// Loop start in words, 16 bits.
    pub const LOOP_START: u16 = 0xA;
    /// Length after the loop start in words, 32 bits.
    pub const LENGTH: u16 = 0xC;
}

/// How a recording ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepeatMode {
    /// Plays on behind its end (never used by the driver; nothing is there).
    Manual,
    /// Continues at the loop start. The prohibited value 3 does the same.
    Loop,
    /// Stops and clears the busy bit.
    OneShot,
}

/// What a channel's format bits select.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelFormat {
    /// Signed 8-bit samples.
    Pcm8,
    /// Signed 16-bit samples.
    Pcm16,
    /// IMA-ADPCM.
    Adpcm,
    /// Square wave on channels 8 to 13, noise on 14 and 15, silence on the others.
    Generator,
}

/// SOUNDxCNT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChannelControl(u32);

impl ChannelControl {
    /// Bits that exist; others read 0.
    const MASK: u32 = 0xFF7F_837F;
    /// Start/busy.
    pub const BUSY: u32 = 0x8000_0000;

    /// From the bits of a write.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits & Self::MASK)
    }

    /// The bits as a read returns them.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Volume, 0 to 127.
    #[must_use]
    pub const fn volume(self) -> u8 {
        (self.0 & 0x7F) as u8
    }

    /// Divider code, 0 to 3 for 1, 1/2, 1/4 and 1/16.
    #[must_use]
    pub const fn divider(self) -> u8 {
        (self.0 >> 8 & 3) as u8
    }

    /// Pan, 0 to 127.
    #[must_use]
    pub const fn pan(self) -> u8 {
        (self.0 >> 16 & 0x7F) as u8
    }

    /// Duty of the square wave, 0 to 7.
    #[must_use]
    pub const fn duty(self) -> u8 {
        (self.0 >> 24 & 7) as u8
    }

    /// How a recording ends.
    #[must_use]
    pub const fn repeat(self) -> RepeatMode {
        match self.0 >> 27 & 3 {
            0 => RepeatMode::Manual,
            2 => RepeatMode::OneShot,
            _ => RepeatMode::Loop,
        }
    }

    /// What plays.
    #[must_use]
    pub const fn format(self) -> ChannelFormat {
        match self.0 >> 29 & 3 {
            0 => ChannelFormat::Pcm8,
            1 => ChannelFormat::Pcm16,
            2 => ChannelFormat::Adpcm,
            _ => ChannelFormat::Generator,
        }
    }

    /// Whether the channel plays.
    #[must_use]
    pub const fn is_busy(self) -> bool {
        self.0 & Self::BUSY != 0
    }

    /// The same with the busy bit cleared.
    #[must_use]
    pub const fn stopped(self) -> Self {
        Self(self.0 & !Self::BUSY)
    }
}

/// Where an output side takes its signal from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputSource {
    /// The mixer.
    Mixer,
    /// Channel 1 alone.
    Channel1,
    /// Channel 3 alone.
    Channel3,
    /// Channels 1 and 3.
    Channels1And3,
}

/// SOUNDCNT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MasterControl(u16);

impl MasterControl {
    const MASK: u16 = 0xBF7F;

    /// Writes the low byte: master volume.
    pub const fn set_low(&mut self, value: u8) {
        self.0 = (self.0 & 0xFF00 | value as u16) & Self::MASK;
    }

    /// Writes the high byte: sources and enable.
    pub const fn set_high(&mut self, value: u8) {
        self.0 = (self.0 & 0x00FF | (value as u16) << 8) & Self::MASK;
    }

    /// Master volume, 0 to 127.
    #[must_use]
    pub const fn volume(self) -> u8 {
        (self.0 & 0x7F) as u8
    }

    /// Whether the unit runs at all.
    #[must_use]
    pub const fn is_enabled(self) -> bool {
        self.0 & 0x8000 != 0
    }

    /// Source of the left output.
    #[must_use]
    pub const fn left(self) -> OutputSource {
        Self::source(self.0 >> 8)
    }

    /// Source of the right output.
    #[must_use]
    pub const fn right(self) -> OutputSource {
        Self::source(self.0 >> 10)
    }

    /// Whether an output side takes single channels instead of the mixer.
    #[must_use]
    pub const fn selects_channels(self) -> bool {
        self.0 & 0x0F00 != 0
    }

    /// Whether a channel is left out of the mixer (possible for 1 and 3).
    #[must_use]
    pub const fn bypasses_mixer(self, channel: usize) -> bool {
        match channel {
            1 => self.0 & 0x1000 != 0,
            3 => self.0 & 0x2000 != 0,
            _ => false,
        }
    }

    const fn source(bits: u16) -> OutputSource {
        match bits & 3 {
            0 => OutputSource::Mixer,
            1 => OutputSource::Channel1,
            2 => OutputSource::Channel3,
            _ => OutputSource::Channels1And3,
        }
    }
}

/// A 7-bit level as the multipliers take it: 127 counts as 128 (nds-hardware 2).
#[must_use]
pub const fn level(value: u8) -> i32 {
    match value & 0x7F {
        127 => 128,
        value => value as i32,
    }
}

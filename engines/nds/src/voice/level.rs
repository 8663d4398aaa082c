use super::tables::{LOWEST_LEVEL, divider_code, pitch_ratio, volume_of_level};

/// Volume and divider as the hardware takes them: low byte 0 to 127, high byte the divider code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ChannelVolume(u16);

impl ChannelVolume {
    /// Full volume.
    pub const FULL: Self = Self(127);

    /// The volume of a level in 0.1 dB (nds-driver 8.9).
    #[must_use]
    pub fn from_level(level: i32) -> Self {
        let level = level.clamp(LOWEST_LEVEL, 0);
        Self(u16::from(divider_code(level)) << 8 | u16::from(volume_of_level(level)))
    }

    /// 0 to 127.
    #[must_use]
    pub const fn volume(self) -> u8 {
        self.0 as u8
    }

    /// 0 to 3.
    #[must_use]
    pub const fn divider(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// How loud it is compared with others, for voice stealing (nds-driver 6.1).
    #[must_use]
    pub const fn loudness(self) -> u32 {
        let shift = match self.divider() {
            0 => 0,
            1 => 1,
            2 => 2,
            _ => 4,
        };
        (self.volume() as u32) << 4 >> shift
    }
}

/// The hardware period of a base period at a pitch in 1/64 semitones (nds-driver 8.10): 16 to 65535.
#[must_use]
pub fn timer_for_pitch(base: u16, pitch: i32) -> u16 {
    let pitch = -i64::from(pitch);
    let octave = pitch.div_euclid(768);
    let ratio = u64::from(pitch_ratio(pitch.rem_euclid(768) as u16)) * u64::from(base);
    let period = if octave <= 16 {
        u32::try_from(16 - octave).ok().and_then(|shift| ratio.checked_shr(shift)).unwrap_or(0)
    } else {
        let shift = octave - 16;
        // Anything at or above bit 32 after the shift overflows.
        if shift >= 32 || ratio >> (32 - shift) != 0 {
            return u16::MAX;
        }
        ratio << shift
    };
    period.clamp(16, 65535) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_double_per_octave_and_are_limited() {
        assert_eq!(timer_for_pitch(8006, 0), 8006);
        assert_eq!(timer_for_pitch(8006, 768), 4003);
        assert_eq!(timer_for_pitch(8006, -768), 16012);
        assert_eq!(timer_for_pitch(8006, 768 * 40), 16);
        assert_eq!(timer_for_pitch(8006, 768 * 60), 16);
        assert_eq!(timer_for_pitch(8006, -768 * 20), 65535);
        assert_eq!(timer_for_pitch(0, 0), 16);
        assert_eq!(timer_for_pitch(0, -768 * 40), 16);
        assert_eq!(timer_for_pitch(1, i32::MIN), 65535);
    }

    #[test]
    fn quieter_levels_use_the_dividers() {
        let code = |level| {
            let volume = ChannelVolume::from_level(level);
            (volume.divider(), volume.volume())
        };
        assert_eq!(code(0), (0, 127));
        assert_eq!(code(-60), (0, 64));
        assert_eq!(code(-61), (1, 126));
        assert_eq!(code(-5000), (3, 0));
    }
}

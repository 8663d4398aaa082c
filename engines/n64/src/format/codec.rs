//! The codecs of samples, `n64-oot.md` 2.

/// How a sample's data are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Codec {
    /// ADPCM, 9 bytes for 16 samples.
    #[default]
    Adpcm,
    /// Signed bytes.
    Signed8,
    /// ADPCM with 2-bit residuals, 5 bytes for 16 samples.
    SmallAdpcm,
    /// Anything that plays silence, by its number.
    Silent(u8),
}

impl Codec {
    /// The codec of a number in a sample header (`n64-oot.md` 2). Shindou knows 0 and 1 only.
    #[must_use]
    pub const fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Adpcm,
            1 => Self::Signed8,
            3 => Self::SmallAdpcm,
            other => Self::Silent(other),
        }
    }

    /// Its number in a sample header.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Adpcm => 0,
            Self::Signed8 => 1,
            Self::SmallAdpcm => 3,
            Self::Silent(number) => number & 0xF,
        }
    }

    /// Samples that `size` bytes can hold; nothing limits silence.
    #[must_use]
    pub const fn capacity(self, size: u32) -> u32 {
        match self {
            Self::Adpcm => size.div_ceil(9).saturating_mul(16),
            Self::SmallAdpcm => size.div_ceil(5).saturating_mul(16),
            Self::Signed8 => size.next_multiple_of(16),
            Self::Silent(_) => u32::MAX,
        }
    }

    /// Whether a book of predictors belongs to it.
    #[must_use]
    pub const fn has_book(self) -> bool {
        matches!(self, Self::Adpcm | Self::SmallAdpcm)
    }
}

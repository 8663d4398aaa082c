//! The orders in which images keep their bytes, `n64-formats.md` 9.5.

use std::borrow::Cow;

use tatum_core::FormatError;

/// The order of an image's bytes, told by its first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// As on the cartridge (`.z64`).
    Big,
    /// Bytes swapped in pairs (`.v64`).
    Swapped,
    /// Words reversed (`.n64`).
    Little,
}

impl ByteOrder {
    /// The order of an image, if it is one.
    #[must_use]
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        match bytes.first_chunk()? {
            [0x80, 0x37, 0x12, 0x40] => Some(Self::Big),
            [0x37, 0x80, 0x40, 0x12] => Some(Self::Swapped),
            [0x40, 0x12, 0x37, 0x80] => Some(Self::Little),
            _ => None,
        }
    }

    /// The order of an image.
    ///
    /// # Errors
    ///
    /// If it is none: its first word says so.
    pub fn of(name: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        Self::detect(bytes).ok_or_else(|| {
            let found = if bytes.len() < 4 { "less than four bytes" } else { "something else" };
            let expected = "80371240, 37804012 or 40123780";
            FormatError::invalid(name.to_owned(), 0, "first word", expected, found)
        })
    }

    /// An image of this order in the cartridge's.
    #[must_use]
    pub fn to_big(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        let mut image = Cow::Borrowed(bytes);
        if self != Self::Big {
            self.convert(image.to_mut());
        }
        image
    }

    /// Brings an image from this order into the cartridge's, or from the cartridge's into this one.
    pub fn convert(self, bytes: &mut [u8]) {
        match self {
            Self::Big => {}
            Self::Swapped => bytes.chunks_exact_mut(2).for_each(<[u8]>::reverse),
            Self::Little => bytes.chunks_exact_mut(4).for_each(<[u8]>::reverse),
        }
    }
}

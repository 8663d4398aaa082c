//! Sequence data as it lies in the console's memory.

use tatum_core::FormatError;

/// What a read behind the end of the data gives: the "end" command (`n64-formats.md` 8).
const MISSING: u8 = 0xFF;

/// A sequence's bytes. Scripts can write into them, so every player has its own copy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SequenceData {
    bytes: Vec<u8>,
    length: usize,
    fingerprint: u64,
}

impl SequenceData {
    /// Loads a sequence as the engine does: the length is rounded up to a multiple of 16 with zeros.
    ///
    /// # Errors
    ///
    /// If there is not a single byte.
    pub fn new(file: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        if bytes.is_empty() {
            return Err(FormatError::invalid(
                file.to_owned(),
                0,
                "sequence",
                "at least one command",
                "an empty file",
            ));
        }
        let mut padded = bytes.to_vec();
        padded.resize(bytes.len().next_multiple_of(16), 0);
        Ok(Self { bytes: padded, length: bytes.len(), fingerprint: 0 })
    }

    /// Bytes of the file, without padding.
    #[must_use]
    pub const fn file_length(&self) -> usize {
        self.length
    }

    /// The bytes of the file, without padding, as they are now.
    #[must_use]
    pub fn file_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// The byte at an offset; the "end" command behind the data.
    #[inline]
    #[must_use]
    pub fn byte(&self, offset: usize) -> u8 {
        self.bytes.get(offset).copied().unwrap_or(MISSING)
    }

    /// The big-endian 16-bit value at an offset.
    #[inline]
    #[must_use]
    pub fn u16(&self, offset: usize) -> u16 {
        u16::from_be_bytes([self.byte(offset), self.byte(offset.saturating_add(1))])
    }

    /// Whether an offset lies inside the data.
    #[must_use]
    pub fn contains(&self, offset: usize) -> bool {
        offset < self.bytes.len()
    }

    /// Overwrites a byte; offsets behind the data do nothing.
    pub fn set_byte(&mut self, offset: usize, value: u8) {
        if let Some(byte) = self.bytes.get_mut(offset) {
            self.fingerprint ^= mark(offset, *byte) ^ mark(offset, value);
            *byte = value;
        }
    }

    /// A number that tells the states of this sequence's bytes apart: it changes with every change of a byte, and
    /// comes back when the byte does.
    #[must_use]
    pub const fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

/// A well-mixed number for a byte at an offset (the finaliser of SplitMix64).
const fn mark(offset: usize, value: u8) -> u64 {
    let mut mixed = ((offset as u64) << 8 | value as u64).wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_padding_is_zero_and_behind_it_everything_ends() {
        let data = SequenceData::new("s", &[1, 2, 3]).unwrap();
        assert_eq!(data.byte(3), 0);
        assert_eq!(data.byte(15), 0);
        assert_eq!(data.byte(16), 0xFF);
        assert_eq!(data.u16(15), 0x00FF);
        assert_eq!(data.u16(usize::MAX), 0xFFFF);
    }
}

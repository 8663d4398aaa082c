//! The table of sequences in an image: offset and length of each, in both forms.

use std::ops::Range;

/// Bytes of offset and length.
const PAIR: usize = 8;

/// Where a table is, and what its offsets count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SequenceTable {
    /// What offsets count from.
    pub base: usize,
    /// The first entry.
    pub start: usize,
    /// Bytes from one entry to the next.
    pub stride: usize,
    /// Entries.
    pub count: usize,
}

impl SequenceTable {
    /// The table's bytes.
    pub(super) const fn range(&self) -> Range<usize> {
        self.start..self.start + self.stride * self.count
    }

    /// Where an entry lies.
    pub(super) const fn place(&self, number: usize) -> usize {
        self.start + self.stride * number
    }

    /// The bytes that an entry points to; none for an alias or an empty entry.
    pub(super) fn entry(&self, image: &[u8], number: usize) -> Option<Range<usize>> {
        let pair = image.get(self.place(number)..)?.first_chunk::<PAIR>()?;
        let [a, b, c, d, e, f, g, h] = *pair;
        let start = self.base.checked_add(u32::from_be_bytes([a, b, c, d]) as usize)?;
        let length = u32::from_be_bytes([e, f, g, h]) as usize;
        (length != 0).then_some(start..start.checked_add(length)?)
    }

    /// Points an entry to a block; the caller has checked that it can.
    pub(super) fn set(&self, image: &mut [u8], number: usize, block: &Range<usize>) {
        let words = [block.start.saturating_sub(self.base) as u32, block.len() as u32];
        let place = self.place(number);
        if let Some(pair) = image.get_mut(place..place + PAIR) {
            pair[..4].copy_from_slice(&words[0].to_be_bytes());
            pair[4..].copy_from_slice(&words[1].to_be_bytes());
        }
    }
}

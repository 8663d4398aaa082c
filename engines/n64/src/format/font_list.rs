//! Which sound fonts each sequence of the Zelda generation uses, `n64-oot.md` 1.2.

use tatum_core::{ByteReader, FormatError};

/// The sequence-to-font table. Its form is that of [`super::bank_set::BankSets`], but the engine reads all of it, and a
/// list's last font is the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FontLists {
    /// For each sequence its fonts, in the order of the file.
    pub lists: Vec<Vec<u8>>,
}

impl FontLists {
    /// Reads the lists of `count` sequences from the start of `bytes`.
    ///
    /// # Errors
    ///
    /// If an offset or a list leaves the bytes.
    pub fn parse(file: &str, bytes: &[u8], count: usize) -> Result<Self, FormatError> {
        let mut offsets = ByteReader::new(file, bytes);
        let mut lists = Vec::new();
        for _ in 0..count {
            let offset = offsets.u16_be("offset of a sequence's fonts")?;
            let mut list = offsets.at(offset.into());
            let fonts = list.u8("number of a sequence's fonts")?;
            lists.push(list.bytes(fonts.into(), "fonts of a sequence")?.to_vec());
        }
        Ok(Self { lists })
    }

    /// The table's bytes, padded to a multiple of 16.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut data = Vec::new();
        for list in &self.lists {
            let offset = 2 * self.lists.len() + data.len();
            bytes.extend((offset as u16).to_be_bytes());
            data.push(list.len() as u8);
            data.extend(list);
        }
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(16), 0);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_the_order_of_the_file() {
        let lists = FontLists { lists: vec![vec![1, 2], vec![], vec![3]] };
        let bytes = lists.write();
        assert_eq!(bytes[..6], [0, 6, 0, 9, 0, 10]);
        assert_eq!(FontLists::parse("f", &bytes, 3).unwrap(), lists);
        assert!(FontLists::parse("f", &bytes[..7], 3).is_err());
    }
}

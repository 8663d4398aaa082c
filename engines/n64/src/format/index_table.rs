//! The index tables of Shindou and the Zelda generation: where fonts, sample banks and sequences lie in their
//! archives. `n64-formats.md` 7, `n64-oot.md` 1.2.

use std::ops::Range;

use tatum_core::{ByteReader, FormatError};

use super::bank::FontCounts;

/// Bytes of the header, and of each entry.
const ROW_BYTES: usize = 16;
/// Bytes of the header behind the count: all zero in the file.
const ZERO_BYTES: Range<usize> = 2..16;
/// Fonts, sequences and sample banks have numbers of one byte.
const MOST_ENTRIES: u16 = 0x100;
/// Media have numbers up to this (disk drive).
const LAST_MEDIUM: u8 = 3;
/// The number of "no sample bank".
const NO_BANK: u8 = 0xFF;
/// Sound effects begin a font's second pointer in the Zelda generation; its entries are told from Shindou's by whoever
/// reads the font.
const HAS_EFFECTS: bool = true;

/// An index table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexTable {
    /// The entries.
    pub entries: Vec<IndexEntry>,
}

/// An entry of an index table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexEntry {
    /// Offset in the archive; with a size of 0 the number of the real entry.
    pub offset: u32,
    /// Bytes.
    pub size: u32,
    /// Where the data are (2 cartridge), how they are kept, and what a font consists of.
    pub details: [u8; 8],
}

impl IndexEntry {
    /// The number of the entry whose data this one shares.
    #[must_use]
    pub const fn alias(&self) -> Option<usize> {
        if self.size == 0 { Some(self.offset as usize) } else { None }
    }
}

/// What a font's entry says about it: the last eight bytes, which are also the `.bankmeta` file of music packs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FontEntry {
    /// The font's sample banks.
    pub sample_banks: [Option<u8>; 2],
    /// How many sounds it has.
    pub counts: FontCounts,
}

impl FontEntry {
    /// Reads a `.bankmeta` file.
    ///
    /// # Errors
    ///
    /// If it is not eight bytes long.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        match bytes.try_into() {
            Ok(bytes) => Ok(Self::from_bytes(bytes)),
            Err(_) => Err(FormatError::invalid(
                file.to_owned(),
                0,
                "font entry",
                "8 bytes",
                format!("{} bytes", bytes.len()),
            )),
        }
    }

    /// The eight bytes of a font on the cartridge that is kept as music is (policy 2, temporary).
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 8] {
        let [first, second] = self.sample_banks.map(|bank| bank.unwrap_or(NO_BANK));
        let [high, low] = self.counts.effects.to_be_bytes();
        [2, 2, first, second, self.counts.instruments, self.counts.drums, high, low]
    }

    /// Reads the eight bytes: medium, cache policy, sample banks, instruments, drums, effects.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        let [_, _, first, second, instruments, drums, high, low] = bytes;
        let bank = |number: u8| (number != NO_BANK).then_some(number);
        Self {
            sample_banks: [bank(first), bank(second)],
            counts: FontCounts {
                instruments,
                drums,
                effects: u16::from_be_bytes([high, low]),
                has_effects: HAS_EFFECTS,
            },
        }
    }
}

impl IndexEntry {
    /// The entry as that of a font.
    #[must_use]
    pub fn font(&self) -> FontEntry {
        FontEntry::from_bytes(self.details)
    }
}

impl IndexTable {
    /// Reads a table from the start of `bytes`.
    ///
    /// # Errors
    ///
    /// If the entries do not fit.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = ByteReader::new(file, bytes);
        let count = usize::from(reader.u16_be("entry count")?);
        reader.skip(ROW_BYTES - 2, "table header")?;
        if reader.remaining() < count * ROW_BYTES {
            return Err(reader.invalid(
                0,
                "entry count",
                format!("at most {} (the table must fit into the file)", reader.remaining() / ROW_BYTES),
                count.to_string(),
            ));
        }
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            let offset = reader.u32_be("entry offset")?;
            let size = reader.u32_be("entry size")?;
            let mut details = [0; 8];
            details.copy_from_slice(reader.bytes(8, "entry details")?);
            entries.push(IndexEntry { offset, size, details });
        }
        Ok(Self { entries })
    }

    /// The table at the start of `bytes`, if there is one for an archive of `length` bytes: the header is zero behind
    /// its count, the first entry begins the archive, and every entry lies inside it.
    #[must_use]
    pub fn for_archive(bytes: &[u8], length: usize) -> Option<Self> {
        let is_header = bytes.get(ZERO_BYTES)?.iter().all(|&byte| byte == 0);
        if !is_header || !(1..=MOST_ENTRIES).contains(&u16::from_be_bytes([bytes[0], bytes[1]])) {
            return None;
        }
        let table = Self::parse("index table", bytes).ok()?;
        let first = table.entries.first()?;
        let begins_archive = first.offset == 0 && first.size != 0 && first.details[0] <= LAST_MEDIUM;
        let fits = |number| table.data_range("index table", number, length).is_ok();
        (begins_archive && (0..table.entries.len()).all(fits)).then_some(table)
    }

    /// Bytes of an archive up to the end of its last entry.
    #[must_use]
    pub fn archive_extent(&self) -> usize {
        let own = self.entries.iter().filter(|entry| entry.size != 0);
        own.map(|entry| (entry.offset as usize).saturating_add(entry.size as usize)).max().unwrap_or(0)
    }

    /// The table's bytes: the header, then the entries.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = vec![0; ROW_BYTES];
        bytes[..2].copy_from_slice(&(self.entries.len() as u16).to_be_bytes());
        for entry in &self.entries {
            bytes.extend(entry.offset.to_be_bytes());
            bytes.extend(entry.size.to_be_bytes());
            bytes.extend(entry.details);
        }
        bytes
    }

    /// Bytes of the table.
    #[must_use]
    pub const fn extent(&self) -> usize {
        ROW_BYTES * (self.entries.len() + 1)
    }

    /// The bytes of entry `number` in an archive of `length` bytes, through an alias; the details are the entry's
    /// own.
    ///
    /// # Errors
    ///
    /// If there is no such entry, an alias leads to another, or the range leaves the archive.
    pub fn data_range(
        &self,
        file: &str,
        number: usize,
        length: usize,
    ) -> Result<(Range<usize>, IndexEntry), FormatError> {
        let at = (ROW_BYTES * (number + 1)) as u64;
        let missing = |number: usize| {
            let expected = format!("a number below {}", self.entries.len());
            FormatError::invalid(file.to_owned(), at, "entry number", expected, number.to_string())
        };
        let entry = *self.entries.get(number).ok_or_else(|| missing(number))?;
        let target = if entry.size == 0 {
            let target = entry.offset as usize;
            *self.entries.get(target).ok_or_else(|| missing(target))?
        } else {
            entry
        };
        let start = target.offset as usize;
        match start.checked_add(target.size as usize) {
            Some(end) if end <= length && target.size != 0 => Ok((start..end, entry)),
            _ => Err(FormatError::invalid(
                file.to_owned(),
                at,
                "index entry",
                format!("a range inside the archive of {length:#x} bytes"),
                format!("offset {start:#x}, size {:#x}", target.size),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(entries: &[(u32, u32)]) -> Vec<u8> {
        let mut bytes = vec![0; ROW_BYTES];
        bytes[1] = entries.len() as u8;
        for (offset, size) in entries {
            bytes.extend(offset.to_be_bytes());
            bytes.extend(size.to_be_bytes());
            bytes.extend([2, 2, 1, NO_BANK, 5, 6, 1, 2]);
        }
        bytes
    }

    #[test]
    fn an_alias_leads_to_the_real_entry() {
        let table = IndexTable::parse("t", &table(&[(0x10, 0x20), (0, 0), (1, 0)])).unwrap();
        assert_eq!(table.data_range("t", 1, 0x30).unwrap().0, 0x10..0x30);
        assert!(table.data_range("t", 0, 0x2F).is_err());
        assert!(table.data_range("t", 2, 0x30).is_err(), "an alias of an alias");
        assert!(table.data_range("t", 3, 0x30).is_err());
        assert_eq!(IndexTable::parse("t", &table.write()).unwrap(), table);
        assert_eq!(table.write().len(), table.extent());
        let font = table.entries[0].font();
        assert_eq!(font.sample_banks, [Some(1), None]);
        assert_eq!((font.counts.instruments, font.counts.drums, font.counts.effects), (5, 6, 0x102));
    }

    #[test]
    fn counts_are_checked_before_anything_is_allocated() {
        let mut bytes = table(&[(0, 1)]);
        bytes[0] = 0xFF;
        assert!(IndexTable::parse("t", &bytes).is_err());
    }
}

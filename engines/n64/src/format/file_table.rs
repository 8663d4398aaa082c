//! The file table of the Zelda generation's ROMs ("dmadata"), `n64-oot.md` 1.1.

use std::borrow::Cow;

use tatum_core::{ByteReader, FormatError};

use super::yaz0;

/// Bytes of an entry.
const ENTRY_BYTES: usize = 16;
/// What the table says of itself: file 2.
const OWN_INDEX: usize = 2;
/// The table is looked for in this much of the image: it follows the boot program.
const SEARCHED_BYTES: usize = 1 << 20;
/// The first file, the image's header and loader, is no larger than this.
const MAX_FIRST_FILE_BYTES: u32 = 0x1_0000;
/// A table with fewer files has no sound archives.
const FEWEST_FILES: usize = 6;
/// Known games have about 1550 files.
const MOST_FILES: usize = 0x1000;
/// Both physical words of a file that is not there.
const ABSENT: u32 = u32::MAX;

/// A file in the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Where the file begins in the address space of the unpacked files.
    pub virtual_start: u32,
    /// Where it ends there.
    pub virtual_end: u32,
    /// Where it begins in the image.
    pub physical_start: u32,
    /// Where it ends in the image, if it is compressed; 0 if it is stored plain.
    pub physical_end: u32,
}

impl FileEntry {
    const EMPTY: Self = Self { virtual_start: 0, virtual_end: 0, physical_start: 0, physical_end: 0 };

    fn read(reader: &mut ByteReader<'_>) -> Result<Self, FormatError> {
        Ok(Self {
            virtual_start: reader.u32_be("virtual start of a file")?,
            virtual_end: reader.u32_be("virtual end of a file")?,
            physical_start: reader.u32_be("physical start of a file")?,
            physical_end: reader.u32_be("physical end of a file")?,
        })
    }

    /// The size it has unpacked, as the table or its compressed data say; 0 if it is not there.
    #[must_use]
    pub fn unpacked_bytes(&self, image: &[u8]) -> usize {
        match self.physical_end {
            0 => self.virtual_end.saturating_sub(self.virtual_start) as usize,
            _ => image
                .get(self.physical_start as usize..)
                .map_or(0, |stored| yaz0::decoded_size(stored).unwrap_or(0)),
        }
    }

    /// Whether it can be the first file: at the beginning of everything, stored plain.
    const fn is_first(&self) -> bool {
        self.virtual_start == 0
            && self.virtual_end != 0
            && self.virtual_end <= MAX_FIRST_FILE_BYTES
            && self.physical_start == 0
            && self.physical_end == 0
    }
}

/// The table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileTable {
    /// Where it lies in the image.
    pub offset: usize,
    /// The files by number.
    pub entries: Vec<FileEntry>,
}

impl FileTable {
    /// Finds the table in an image in the cartridge's byte order: at one of the places where known games have it,
    /// else wherever a table names itself as file 2.
    #[must_use]
    pub fn find(image: &[u8], known_places: impl IntoIterator<Item = usize>) -> Option<Self> {
        let at_known_place = known_places.into_iter().find_map(|offset| Self::read(image, offset));
        at_known_place.or_else(|| {
            (0..image.len().min(SEARCHED_BYTES)).step_by(ENTRY_BYTES).find_map(|offset| {
                let table = Self::read(image, offset)?;
                (table.entries[OWN_INDEX].physical_start as usize == offset).then_some(table)
            })
        })
    }

    /// The table at an offset, if there is one: the first file begins at 0, the second follows it, and enough
    /// files are there.
    fn read(image: &[u8], offset: usize) -> Option<Self> {
        let mut reader = ByteReader::new("file table", image).at(offset);
        let first = FileEntry::read(&mut reader).ok()?;
        if !first.is_first() {
            return None;
        }
        let mut entries = vec![first];
        while entries.len() < MOST_FILES
            && let Ok(entry) = FileEntry::read(&mut reader)
            && entry != FileEntry::EMPTY
        {
            entries.push(entry);
        }
        let is_continued = entries.get(1).is_some_and(|second| second.virtual_start == first.virtual_end);
        (is_continued && entries.len() >= FEWEST_FILES).then_some(Self { offset, entries })
    }

    /// A file, unpacked if it is compressed.
    ///
    /// # Errors
    ///
    /// If there is no such file, it leaves the image, or its compressed data are damaged.
    pub fn file<'a>(&self, name: &str, image: &'a [u8], number: usize) -> Result<Cow<'a, [u8]>, FormatError> {
        let at = (self.offset + ENTRY_BYTES * number) as u64;
        let invalid = |field: &'static str, expected: String, found: String| {
            FormatError::invalid(name.to_owned(), at, field, expected, found)
        };
        let entry = self.entries.get(number).ok_or_else(|| {
            invalid("file number", format!("below {}", self.entries.len()), number.to_string())
        })?;
        if entry.physical_start == ABSENT {
            return Err(invalid("file table entry", "a file that is there".into(), "an absent one".into()));
        }
        let is_plain = entry.physical_end == 0;
        let start = entry.physical_start as usize;
        let end = if is_plain {
            start.checked_add(entry.virtual_end.saturating_sub(entry.virtual_start) as usize)
        } else {
            Some(entry.physical_end as usize)
        };
        let stored = end.and_then(|end| image.get(start..end)).ok_or_else(|| {
            let expected = format!("a file inside the image of {:#x} bytes", image.len());
            invalid("file table entry", expected, format!("{start:#x} to {:#x}", end.unwrap_or(usize::MAX)))
        })?;
        if is_plain {
            return Ok(Cow::Borrowed(stored));
        }
        yaz0::decode(&format!("{name}, file {number} at {start:#x}"), stored).map(Cow::Owned)
    }

    /// The end of the last file in the image.
    #[must_use]
    pub fn physical_end(&self) -> usize {
        let there = self.entries.iter().filter(|entry| entry.physical_start != ABSENT);
        let end = |entry: &FileEntry| match entry.physical_end {
            0 => entry.physical_start.saturating_add(entry.virtual_end.saturating_sub(entry.virtual_start)),
            end => end,
        };
        there.map(end).max().unwrap_or(0) as usize
    }

    /// The table's bytes, with the empty entry that ends it.
    #[must_use]
    pub fn write(entries: &[FileEntry]) -> Vec<u8> {
        let ends = [FileEntry::EMPTY];
        let words = entries.iter().chain(&ends).flat_map(|entry| {
            [entry.virtual_start, entry.virtual_end, entry.physical_start, entry.physical_end]
        });
        words.flat_map(u32::to_be_bytes).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn entry(
        virtual_start: u32,
        virtual_end: u32,
        physical_start: u32,
        physical_end: u32,
    ) -> FileEntry {
        FileEntry { virtual_start, virtual_end, physical_start, physical_end }
    }

    fn image() -> Vec<u8> {
        let packed = yaz0::encode(b"packed packed");
        let mut image = vec![0; 0x3000];
        let entries = [
            entry(0, 0x1060, 0, 0),
            entry(0x1060, 0x1100, 0x1060, 0),
            entry(0x1100, 0x1200, 0x1100, 0),
            entry(0x1200, 0x120D, 0x1400, 0x1400 + packed.len() as u32),
            entry(0x1210, 0x1220, ABSENT, ABSENT),
            entry(0x1220, 0x1230, 0xFFFF_FF00, 0),
            entry(0x1230, 0x1234, 0x1500, 0x1504),
        ];
        let table = FileTable::write(&entries);
        image[0x1100..0x1100 + table.len()].copy_from_slice(&table);
        image[0x1400..0x1400 + packed.len()].copy_from_slice(&packed);
        image
    }

    #[test]
    fn the_table_is_found_by_what_it_says_of_itself() {
        let image = image();
        let table = FileTable::find(&image, [0x7430]).unwrap();
        assert_eq!((table.offset, table.entries.len()), (0x1100, 7));
        assert_eq!(table.file("r", &image, 1).unwrap().len(), 0xA0);
        assert_eq!(*table.file("r", &image, 3).unwrap(), *b"packed packed");
    }

    #[test]
    fn files_that_cannot_be_read_say_why() {
        let image = image();
        let table = FileTable::find(&image, []).unwrap();
        let error = |number| table.file("r", &image, number).unwrap_err().to_string();
        assert!(error(4).contains("absent"), "{}", error(4));
        assert!(error(5).contains("inside the image"), "{}", error(5));
        assert!(error(6).contains("file 6 at 0x1500"), "{}", error(6));
        assert!(error(7).contains("below 7"), "{}", error(7));
    }

    #[test]
    fn a_table_at_a_known_place_need_not_name_itself() {
        let mut image = image();
        image.copy_within(0x1100..0x1200, 0x2000);
        image[0x1100..0x1200].fill(0);
        assert_eq!(FileTable::find(&image, []), None);
        assert_eq!(FileTable::find(&image, [0x2000]).map(|table| table.offset), Some(0x2000));
    }
}

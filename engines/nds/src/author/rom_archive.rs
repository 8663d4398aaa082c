//! Another sound archive in a `.nds` image.
//!
//! It goes behind everything else, and the file table points to it; the old one stays where it is. In front of it a
//! record says what the image had before, so that it can be taken out again without a trace:
//!
//! | offset | what |
//! |:--|:--|
//! | 0 | 16 bytes of magic |
//! | 0x10 | u32 number of the file, u32 its start, u32 its end |
//! | 0x1C | u32 bytes of the image |
//! | 0x20 | u32 used bytes (header 0x80), u16 header checksum, u8 capacity, u8 what filled the image's end |
//!
//! Places of the header that nds-formats 1 does not list are those of GBATEK, "DS Cartridge Header": capacity at 0x14
//! (128 KiB shifted left), used bytes at 0x80, at 0x15E the CRC-16 of everything before it.

use std::ops::Range;

use crc::{CRC_16_MODBUS, Crc};
use tatum_core::{FormatError, FormatErrorKind};

use crate::format::{le_u16, le_u32, u8_at};

const MAGIC: [u8; 16] = *b"TATUM ORIGINALS\0";
/// Files begin at multiples of this; also the bytes of the record.
const ALIGNMENT: usize = 0x200;
/// Places in the header.
const CAPACITY: usize = 0x14;
const FILES: usize = 0x48;
const USED: usize = 0x80;
const CHECKSUM: usize = 0x15E;
/// Offset and size of what is no file: the two programs, name table, file table, overlay tables. Of programs the size
/// stands 12 bytes behind the offset.
const AREAS: [(usize, usize); 6] =
    [(0x20, 0x2C), (0x30, 0x3C), (0x40, 0x44), (0x48, 0x4C), (0x50, 0x54), (0x58, 0x5C)];
/// Capacity 0.
const SMALLEST_CAPACITY: usize = 128 << 10;
const LARGEST_CAPACITY: u8 = 15;
/// Evenly filled bytes at an image's end that count as free.
const SHORTEST_PADDING: usize = ALIGNMENT;

/// A changed image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedImage {
    /// Its bytes.
    pub image: Vec<u8>,
    /// Where the new archive begins.
    pub place: usize,
}

/// Puts an archive in the place of the one that lies at `old` in the image.
///
/// # Errors
///
/// If the file table has no file there, or the image would be larger than its offsets can say.
pub fn append(
    name: &str,
    image: &[u8],
    old: &Range<usize>,
    archive: &[u8],
) -> Result<ChangedImage, FormatError> {
    let mut image = image.to_vec();
    let mut entry = file_entry(&image, old).ok_or_else(|| {
        let found = format!("none at {:#x}", old.start);
        FormatError::invalid(name.to_owned(), old.start as u64, "file table", "a file's entry", found)
            .of_kind(FormatErrorKind::Unsupported)
            .with_help("the archive is inside another file, whose size cannot change")
    })?;
    // What was put in last is exchanged, not added to.
    if let Some(last) = last_record(&image)
        && last.place + ALIGNMENT == old.start
    {
        last.undo(&mut image);
        entry = last.entry;
    }
    let place = free_place(&image);
    let start = place + ALIGNMENT;
    let end =
        start.checked_add(archive.len()).filter(|&end| u32::try_from(end).is_ok()).ok_or_else(|| {
            let found = format!("{} more", archive.len());
            FormatError::invalid(name.to_owned(), place as u64, "image", "less than 4 GiB", found)
        })?;
    let fill = image.get(place..).and_then(<[u8]>::last).copied().unwrap_or(0xFF);
    let record = Record::of(&image, entry, fill, place);
    if image.len() < end {
        image.resize(end.next_multiple_of(4), fill);
    }
    image[place..start].fill(0);
    record.write(&mut image[place..start]);
    image[start..end].copy_from_slice(archive);
    put_u32(&mut image, entry, start);
    put_u32(&mut image, entry + 4, end);
    update_header(&mut image, end);
    Ok(ChangedImage { image, place: start })
}

/// The image without all archives that were put in.
///
/// # Errors
///
/// If none was.
pub fn remove(name: &str, image: &[u8]) -> Result<Vec<u8>, FormatError> {
    let mut image = image.to_vec();
    let mut count = 0;
    while let Some(last) = last_record(&image) {
        last.undo(&mut image);
        count += 1;
    }
    match count {
        0 => Err(FormatError::invalid(
            name.to_owned(),
            0,
            "image",
            "a sound archive that tatum rom insert put in",
            "none",
        )),
        _ => Ok(image),
    }
}

/// What an image had before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Record {
    /// Where the record lies.
    place: usize,
    /// Where the file table has the entry.
    entry: usize,
    start: u32,
    end: u32,
    length: usize,
    used: u32,
    checksum: u16,
    capacity: u8,
    fill: u8,
}

impl Record {
    fn of(image: &[u8], entry: usize, fill: u8, place: usize) -> Self {
        Self {
            place,
            entry,
            start: le_u32(image, entry).unwrap_or_default(),
            end: le_u32(image, entry + 4).unwrap_or_default(),
            length: image.len(),
            used: le_u32(image, USED).unwrap_or_default(),
            checksum: le_u16(image, CHECKSUM).unwrap_or_default(),
            capacity: u8_at(image, CAPACITY).unwrap_or_default(),
            fill,
        }
    }

    fn write(&self, bytes: &mut [u8]) {
        let words = [self.entry as u32, self.start, self.end, self.length as u32, self.used];
        let fields = words.into_iter().flat_map(u32::to_le_bytes).chain(self.checksum.to_le_bytes());
        let all = MAGIC.into_iter().chain(fields).chain([self.capacity, self.fill]);
        bytes.iter_mut().zip(all).for_each(|(byte, value)| *byte = value);
    }

    fn read(image: &[u8], place: usize) -> Option<Self> {
        let bytes = image.get(place..place.checked_add(ALIGNMENT)?)?;
        if !bytes.starts_with(&MAGIC) {
            return None;
        }
        let word = |at: usize| le_u32(bytes, at).map(|word| word as usize);
        let record = Self {
            place,
            entry: word(0x10)?,
            start: le_u32(bytes, 0x14)?,
            end: le_u32(bytes, 0x18)?,
            length: word(0x1C)?,
            used: le_u32(bytes, 0x20)?,
            checksum: le_u16(bytes, 0x24)?,
            capacity: u8_at(bytes, 0x26)?,
            fill: u8_at(bytes, 0x27)?,
        };
        let is_possible = record.length > CHECKSUM + 2
            && record.length <= image.len()
            && record.entry.checked_add(8)? <= place.min(record.length)
            && (record.start as usize) < place;
        is_possible.then_some(record)
    }

    /// Brings back what was there.
    fn undo(&self, image: &mut Vec<u8>) {
        let end = le_u32(image, self.entry + 4).unwrap_or_default() as usize;
        let end = end.clamp(self.place, image.len());
        image[self.place..end].fill(self.fill);
        image.truncate(self.length);
        put_u32(image, self.entry, self.start as usize);
        put_u32(image, self.entry + 4, self.end as usize);
        put_u32(image, USED, self.used as usize);
        image[CHECKSUM..CHECKSUM + 2].copy_from_slice(&self.checksum.to_le_bytes());
        image[CAPACITY] = self.capacity;
    }
}

/// Places of all entries of the file table.
fn entries(image: &[u8]) -> impl Iterator<Item = usize> {
    let place = |at| le_u32(image, at).map_or(0, |word| word as usize);
    let (table, size) = (place(FILES), place(FILES + 4));
    let end = table.saturating_add(size).min(image.len());
    (table..end.saturating_sub(7)).step_by(8)
}

fn file_entry(image: &[u8], range: &Range<usize>) -> Option<usize> {
    entries(image).find(|&entry| {
        le_u32(image, entry).is_some_and(|start| start as usize == range.start)
            && le_u32(image, entry + 4).is_some_and(|end| end as usize == range.end)
    })
}

/// The record in front of the file that lies behind all others that have one.
fn last_record(image: &[u8]) -> Option<Record> {
    let records = entries(image).filter_map(|entry| {
        let place = (le_u32(image, entry)? as usize).checked_sub(ALIGNMENT)?;
        Record::read(image, place).filter(|record| record.entry == entry)
    });
    records.max_by_key(|record| record.place)
}

/// The first free place: behind all files and areas, and in front of evenly filled bytes at the end, if there are
/// enough of them; else behind the image.
fn free_place(image: &[u8]) -> usize {
    let word = |at| le_u32(image, at).map_or(0, |word| word as usize);
    let areas = AREAS.map(|(offset, size)| word(offset).saturating_add(word(size)));
    let used = entries(image).map(|entry| word(entry + 4)).chain(areas).max().unwrap_or(0);
    let filled = match image.last() {
        Some(&fill @ (0 | 0xFF)) => image.iter().rev().take_while(|&&byte| byte == fill).count(),
        _ => 0,
    };
    let data_end = image.len() - if filled >= SHORTEST_PADDING { filled } else { 0 };
    used.min(image.len()).max(data_end).next_multiple_of(ALIGNMENT)
}

/// Used bytes, capacity and checksum, where the image has them.
fn update_header(image: &mut [u8], end: usize) {
    let had_checksum = le_u16(image, CHECKSUM) == Some(header_checksum(image));
    if le_u32(image, USED).is_some_and(|used| used != 0) {
        put_u32(image, USED, end);
        while image[CAPACITY] < LARGEST_CAPACITY && SMALLEST_CAPACITY << image[CAPACITY] < image.len() {
            image[CAPACITY] += 1;
        }
    }
    if had_checksum {
        let checksum = header_checksum(image).to_le_bytes();
        image[CHECKSUM..CHECKSUM + 2].copy_from_slice(&checksum);
    }
}

fn header_checksum(image: &[u8]) -> u16 {
    Crc::<u16>::new(&CRC_16_MODBUS).checksum(image.get(..CHECKSUM).unwrap_or_default())
}

fn put_u32(image: &mut [u8], at: usize, value: usize) {
    if let Some(place) = image.get_mut(at..at + 4) {
        place.copy_from_slice(&(value as u32).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::rom::{sound_archives, write_image};
    use crate::format::sdat::MAGIC as SDAT;

    fn image() -> (Vec<u8>, Range<usize>) {
        let archive = [&SDAT[..], &[1; 0x400]].concat();
        let mut image = write_image(&[("a.bin", &[5; 0x123]), ("data/sound.sdat", &archive), ("z", &[9; 3])]);
        image[CAPACITY] = 0;
        put_u32(&mut image, USED, 0x4800);
        let checksum = header_checksum(&image).to_le_bytes();
        image[CHECKSUM..CHECKSUM + 2].copy_from_slice(&checksum);
        let found = sound_archives("x", &image).unwrap();
        (image, found[0].range.clone())
    }

    #[test]
    fn an_archive_goes_behind_everything_and_leaves_no_trace() {
        for padding in [0, 0x10_0000] {
            let (mut before, old) = image();
            let length = before.len();
            before.resize(length + padding, 0xFF);
            let new = [&SDAT[..], &[2; 0x3_0000]].concat();
            let changed = append("x", &before, &old, &new).unwrap();
            let found = sound_archives("x", &changed.image).unwrap();
            assert_eq!(changed.image[found[0].range.clone()], new);
            assert_eq!(changed.image[old.clone()], before[old.clone()], "the old one stays");
            assert!(changed.place >= length.min(before.len()));
            assert_eq!(le_u32(&changed.image, USED), Some((changed.place + new.len()) as u32));
            assert!(SMALLEST_CAPACITY << changed.image[CAPACITY] >= changed.image.len());
            assert_eq!(le_u16(&changed.image, CHECKSUM), Some(header_checksum(&changed.image)));
            // The second one takes the place of the first.
            let shorter = [&SDAT[..], &[3; 0x100]].concat();
            let again = append("x", &changed.image, &found[0].range, &shorter).unwrap();
            assert_eq!(again.place, changed.place);
            assert!(remove("x", &again.image).unwrap() == before);
            assert!(remove("x", &changed.image).unwrap() == before);
        }
        assert!(remove("x", &image().0).is_err());
        let (before, old) = image();
        assert!(append("x", &before, &(old.start..old.end + 1), &SDAT).is_err());
    }
}

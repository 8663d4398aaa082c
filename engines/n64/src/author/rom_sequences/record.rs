//! What a game had before its first exchanged sequence: kept at the end of the room, so that everything can be brought
//! back exactly. Images that other tools changed have none.
//!
//! Layout, big-endian: 16 bytes of magic, the byte that filled the room, 3 zero bytes, the header's two checksum words,
//! u32 length and the table's bytes, u32 length and the bytes of the lists of banks. It begins at a multiple of 16.

use tatum_core::ByteReader;

use super::{ALIGNMENT, RomSequences};
use crate::format::checksum;

const MAGIC: [u8; 16] = *b"TATUM ORIGINALS\0";
/// Bytes of everything but table and lists.
const FIXED_BYTES: usize = 16 + 4 + 8 + 4 + 4;
/// No record is longer: 256 entries of 16 bytes, and lists of as many.
const LONGEST: usize = 0x4000;

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) fill: u8,
    pub(super) checksum: [u32; 2],
    pub(super) table: Vec<u8>,
    pub(super) lists: Vec<u8>,
}

impl Record {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = ByteReader::new("record", bytes);
        reader.skip(MAGIC.len(), "magic").ok()?;
        let fill = reader.u8("fill").ok()?;
        reader.skip(3, "zero").ok()?;
        let checksum = [reader.u32_be("checksum").ok()?, reader.u32_be("checksum").ok()?];
        let mut part = || {
            let length = reader.u32_be("length").ok()? as usize;
            reader.bytes(length, "part").ok().map(<[u8]>::to_vec)
        };
        Some(Self { fill, checksum, table: part()?, lists: part()? })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([self.fill, 0, 0, 0]);
        bytes.extend(self.checksum.into_iter().flat_map(u32::to_be_bytes));
        for part in [&self.table, &self.lists] {
            bytes.extend((part.len() as u32).to_be_bytes());
            bytes.extend(part);
        }
        bytes.resize(bytes.len().next_multiple_of(ALIGNMENT), 0);
        bytes
    }
}

impl RomSequences {
    /// Where the record begins.
    pub(super) fn record_place(&self) -> Option<usize> {
        let room = &self.places.room;
        let last = room.end.checked_sub(MAGIC.len())? / ALIGNMENT * ALIGNMENT;
        let places = (0..LONGEST / ALIGNMENT).map_while(|steps| last.checked_sub(ALIGNMENT * steps));
        places
            .take_while(|&at| at >= room.start)
            .find(|&at| self.image.get(at..at + MAGIC.len()) == Some(&MAGIC))
    }

    /// The record, if it fits the game.
    pub(super) fn record(&self) -> Option<Record> {
        let at = self.record_place()?;
        let record = Record::read(&self.image[at..self.places.room.end])?;
        let fits = record.table.len() == self.places.table.range().len()
            && record.lists.len() == self.places.lists.len();
        fits.then_some(record)
    }

    /// Writes the record before the first change, if `needed` bytes for a sequence still have space beside it; whether
    /// there is one.
    pub(super) fn keep_record(&mut self, needed: usize) -> bool {
        if self.record_place().is_some() {
            return true;
        }
        let places = &self.places;
        let parts = places.table.range().len() + places.lists.len();
        let length = (FIXED_BYTES + parts).next_multiple_of(ALIGNMENT);
        let free = self.free();
        let is_original = self.blocks().is_empty();
        let place = (places.room.end / ALIGNMENT * ALIGNMENT).checked_sub(length);
        let Some(place) = place.filter(|place| is_original && *place >= free.start + needed) else {
            return false;
        };
        let end = place + length;
        let is_even = self.image[place..end].iter().all(|&byte| byte == self.image[end - 1]);
        if !is_even || length > LONGEST {
            return false;
        }
        let record = Record {
            fill: self.fill_byte(),
            checksum: checksum::stored(&self.image),
            table: self.image[places.table.range()].to_vec(),
            lists: self.image[places.lists.clone()].to_vec(),
        };
        self.image[place..end].copy_from_slice(&record.to_bytes());
        true
    }
}

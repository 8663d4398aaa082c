//! The tables of the driver (`snes-nspc.md` section 4), at their addresses: a song can make it read past the end of
//! one and into the next.

use super::memory_map::PAN_TABLE;
use super::variant::{A_LINK_TO_THE_PAST, PAN_POSITIONS, Variant};
use crate::hardware::Ram;
use crate::voice::pitch::SEMITONES;

/// The four echo filters.
const FILTERS: [[u8; 8]; 4] = [
    [0x7F, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
    [0x58, 0xBF, 0xDB, 0xF0, 0xFE, 0x07, 0x0C, 0x0C],
    [0x0C, 0x21, 0x2B, 0x2B, 0x13, 0xFE, 0xF3, 0xF9],
    [0x34, 0x33, 0x00, 0xD9, 0xE5, 0x01, 0xFC, 0xEB],
];

/// The DSP registers of the main loop, and where their values are kept.
const REGISTERS: [u8; 10] = [0x2C, 0x3C, 0x0D, 0x4D, 0x6C, 0x4C, 0x5C, 0x3D, 0x2D, 0x5C];
const SHADOWS: [u8; 10] = [0x61, 0x63, 0x4E, 0x4A, 0x48, 0x45, 0x0E, 0x49, 0x4B, 0x46];

/// The driver's version, behind its tables.
const VERSION: &[u8] = b"*Ver S1.20*";

/// Bytes of the driver's code that pan slides past the edge are known to read: their place behind the start of the
/// pan table, and what they are (README of the golden set `snes-nspc`).
const CODE: (u16, [u8; 4]) = (253, [0x25, 0xC1, 0x03, 0xF0]);

/// The tables of a variant, in their order.
fn tables(variant: &Variant) -> impl Iterator<Item = u8> {
    variant
        .pan
        .into_iter()
        .chain(FILTERS.into_iter().flatten())
        .chain(REGISTERS)
        .chain(SHADOWS)
        .chain(SEMITONES.into_iter().flat_map(u16::to_le_bytes))
        .chain(VERSION.iter().copied())
}

/// Places the tables of A Link to the Past.
pub fn place(ram: &mut Ram) {
    let (offset, code) = CODE;
    let tables = (PAN_TABLE..).zip(tables(&A_LINK_TO_THE_PAST));
    for (address, byte) in tables.chain((PAN_TABLE + offset..).zip(code)) {
        ram.write(address, byte);
    }
}

/// The byte `offset` behind the start of a variant's pan table. Where other drivers keep their tables is not known, so
/// that these are not in RAM; only pan table and filters are the variant's for certain.
pub(crate) fn table_byte(variant: &Variant, offset: u16) -> Option<u8> {
    tables(variant)
        .nth(usize::from(offset))
        .filter(|_| usize::from(offset) < PAN_POSITIONS + 8 * FILTERS.len())
}

/// Whether the byte `offset` behind the start of the pan table is known.
pub(crate) const fn is_known(offset: u16) -> bool {
    offset < 21 + 32 + 10 + 10 + 26 + 11 || (offset >= CODE.0 && offset < CODE.0 + 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequencer::memory_map::ECHO_FILTERS;

    #[test]
    fn each_table_is_at_its_address() {
        let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
        place(&mut ram);
        assert_eq!(ram.read(0x1178 + 20), 127);
        assert_eq!(ram.read(ECHO_FILTERS), 0x7F);
        assert_eq!(ram.read(ECHO_FILTERS + 31), 0xEB);
        assert_eq!(ram.read_word(0x11C1), 2143);
        assert_eq!(ram.read(PAN_TABLE + 99), b'*');
        assert_eq!(ram.read(PAN_TABLE + 256), 0xF0);
        assert!(is_known(109) && !is_known(110) && is_known(253) && is_known(256) && !is_known(257));
    }
}

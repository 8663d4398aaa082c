//! Yaz0: the compression of files in retail ROMs of the Zelda generation, `n64-oot.md` 1.1.
//!
//! ```
//! use tatum_n64::format::yaz0;
//!
//! let packed = yaz0::encode(b"la la la la la la");
//! assert_eq!(yaz0::decode("song", &packed)?, b"la la la la la la");
//! # Ok::<(), tatum_core::FormatError>(())
//! ```

use tatum_core::{ByteReader, FormatError};

/// How compressed data begin.
pub const MAGIC: &[u8; 4] = b"Yaz0";
/// The largest file that is unpacked: as much as the largest cartridge holds.
pub const MAX_DECODED_BYTES: usize = 64 << 20;

/// Bytes of the header: the magic, the decoded size, eight reserved bytes.
const HEADER_BYTES: usize = 16;
/// The shortest back reference, and the longest of two bytes.
const SHORT_REFERENCE: std::ops::RangeInclusive<usize> = 3..=17;
/// The shortest back reference of three bytes, and the longest.
const LONG_REFERENCE: std::ops::RangeInclusive<usize> = 18..=273;
/// How far back a reference reaches.
const WINDOW: usize = 0x1000;
/// Earlier places with the same three bytes that the encoder looks at.
const TRIED_PLACES: usize = 64;

/// Whether `bytes` begin as compressed data do.
#[must_use]
pub fn is_compressed(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The size of the unpacked file, as compressed data say it.
#[must_use]
pub fn decoded_size(bytes: &[u8]) -> Option<usize> {
    let size = bytes.strip_prefix(MAGIC)?.first_chunk()?;
    Some(u32::from_be_bytes(*size) as usize)
}

/// Unpacks a file; what follows the compressed data is ignored.
///
/// # Errors
///
/// If it does not begin with "Yaz0", is larger than [`MAX_DECODED_BYTES`], ends early, or refers to bytes in front
/// of its beginning.
pub fn decode(file: &str, bytes: &[u8]) -> Result<Vec<u8>, FormatError> {
    let mut reader = ByteReader::new(file, bytes);
    let magic = reader.bytes(MAGIC.len(), "magic of the compressed file")?;
    if magic != MAGIC {
        let found = magic.escape_ascii().to_string();
        return Err(reader.invalid(0, "magic of the compressed file", "Yaz0", found));
    }
    let size = reader.u32_be("size of the unpacked file")? as usize;
    if size > MAX_DECODED_BYTES {
        let expected = format!("at most {MAX_DECODED_BYTES:#x} bytes");
        return Err(reader.invalid(4, "size of the unpacked file", expected, format!("{size:#x}")));
    }
    let mut reader = reader.at(HEADER_BYTES);
    // Not reserved from `size`: that is only what the file says.
    let mut out = Vec::new();
    while out.len() < size {
        let flags = reader.u8("flags of a group")?;
        for bit in (0..8).rev() {
            if out.len() >= size {
                break;
            }
            if flags >> bit & 1 == 1 {
                out.push(reader.u8("literal byte")?);
            } else {
                copy_earlier(&mut reader, &mut out, size)?;
            }
        }
    }
    Ok(out)
}

/// Executes a back reference: copies byte by byte, so that it can read what it writes.
fn copy_earlier(reader: &mut ByteReader<'_>, out: &mut Vec<u8>, size: usize) -> Result<(), FormatError> {
    let at = reader.position();
    let word = usize::from(reader.u16_be("back reference")?);
    let distance = (word & 0xFFF) + 1;
    let count = match word >> 12 {
        0 => usize::from(reader.u8("length of a back reference")?) + LONG_REFERENCE.start(),
        length => length + 2,
    };
    let Some(start) = out.len().checked_sub(distance) else {
        let expected = format!("a distance of at most {:#x} (the bytes unpacked so far)", out.len());
        return Err(reader.invalid(at, "back reference", expected, format!("{distance:#x}")));
    };
    if out.len() + count > size {
        let expected = format!("at most {:#x} more bytes (the size of the file)", size - out.len());
        return Err(reader.invalid(at, "length of a back reference", expected, format!("{count:#x}")));
    }
    for index in start..start + count {
        out.push(out[index]);
    }
    Ok(())
}

/// Packs a file: at each place the longest of the nearest matches.
#[must_use]
pub fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_BYTES + bytes.len());
    out.extend(MAGIC);
    out.extend((bytes.len() as u32).to_be_bytes());
    out.resize(HEADER_BYTES, 0);
    let mut matches = MatchFinder::new(bytes);
    let mut at = 0;
    while at < bytes.len() {
        let flags_at = out.len();
        out.push(0);
        for bit in (0..8).rev() {
            if at >= bytes.len() {
                break;
            }
            let length = match matches.longest(at) {
                Some((distance, length)) => {
                    write_reference(&mut out, distance, length);
                    length
                }
                None => {
                    out[flags_at] |= 1 << bit;
                    out.push(bytes[at]);
                    1
                }
            };
            matches.pass(at, length);
            at += length;
        }
    }
    out
}

fn write_reference(out: &mut Vec<u8>, distance: usize, length: usize) {
    let word = (distance - 1) as u16;
    if SHORT_REFERENCE.contains(&length) {
        out.extend((word | ((length - 2) as u16) << 12).to_be_bytes());
    } else {
        out.extend(word.to_be_bytes());
        out.push((length - LONG_REFERENCE.start()) as u8);
    }
}

/// Finds earlier places with the same bytes: for each hash of three bytes a chain of places, the latest first.
struct MatchFinder<'a> {
    bytes: &'a [u8],
    latest: Vec<u32>,
    earlier: Vec<u32>,
}

impl<'a> MatchFinder<'a> {
    /// The end of a chain.
    const NONE: u32 = u32::MAX;
    const HASHES: usize = 1 << 14;

    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, latest: vec![Self::NONE; Self::HASHES], earlier: vec![Self::NONE; bytes.len()] }
    }

    fn hash(&self, at: usize) -> Option<usize> {
        let three = self.bytes.get(at..at + SHORT_REFERENCE.start())?;
        let word = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        Some((word.wrapping_mul(0x9E37_79B1) >> 18) as usize)
    }

    /// Distance and length of the longest match for the bytes at `at`.
    fn longest(&self, at: usize) -> Option<(usize, usize)> {
        let limit = (self.bytes.len() - at).min(*LONG_REFERENCE.end());
        let mut best = None;
        let mut place = self.latest[self.hash(at)?];
        for _ in 0..TRIED_PLACES {
            let start = place as usize;
            if place == Self::NONE || at - start > WINDOW {
                break;
            }
            let length = (0..limit).take_while(|&i| self.bytes[start + i] == self.bytes[at + i]).count();
            if length >= *SHORT_REFERENCE.start() && best.is_none_or(|(_, longest)| length > longest) {
                best = Some((at - start, length));
            }
            place = self.earlier[start];
        }
        best
    }

    /// Enters the places that have been packed.
    fn pass(&mut self, at: usize, length: usize) {
        for place in at..at + length {
            if let Some(hash) = self.hash(place) {
                self.earlier[place] = self.latest[hash];
                self.latest[hash] = place as u32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(size: u32, data: &[u8]) -> Vec<u8> {
        [&b"Yaz0"[..], &size.to_be_bytes(), &[0; 8], data].concat()
    }

    #[test]
    fn literals_and_both_forms_of_references() {
        // Two literals; a reference of 4 bytes, two back; one of 18 bytes, one back.
        let bytes = packed(24, &[0b1100_0000, b'a', b'b', 0x20, 0x01, 0x00, 0x00, 0x00]);
        assert_eq!(decode("y", &bytes).unwrap(), [&b"ababab"[..], &[b'b'; 18]].concat());
    }

    #[test]
    fn what_was_packed_unpacks() {
        let mut state = 1_u32;
        let mut noise = Vec::new();
        for _ in 0..5000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            noise.push((state >> 24) as u8 & if state & 0x100 == 0 { 0xFF } else { 3 });
        }
        for bytes in [Vec::new(), vec![7], vec![0; 100_000], noise.repeat(3)] {
            let packed = encode(&bytes);
            assert!(decode("y", &packed).unwrap() == bytes);
        }
        assert!(encode(&[0; 100_000]).len() < 1300);
    }

    #[test]
    fn impossible_data_are_refused() {
        assert!(decode("y", b"Yay0\0\0\0\0").is_err(), "another format");
        assert!(decode("y", &packed(MAX_DECODED_BYTES as u32 + 1, &[])).is_err(), "a bomb");
        assert!(decode("y", &packed(4, &[0xFF, 1, 2])).is_err(), "cut short");
        assert!(decode("y", &packed(4, &[0x80, 1, 0x20, 0x01])).is_err(), "in front of the beginning");
        assert!(decode("y", &packed(2, &[0x80, 1, 0x10, 0x00])).is_err(), "beyond the end");
    }
}

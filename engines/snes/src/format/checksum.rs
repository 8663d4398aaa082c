//! The checksum in the header of a game's image. The specifications do not have it; this is the public description of
//! the header: the word at $00:FFDE is the sum of all bytes, the word before it its complement, and both are stored
//! with the lower byte first. Of an image whose size is no power of two the part behind the largest power counts as
//! often as the console sees it. The console itself does not check it; flash cartridges and emulators show it.

use std::ops::Range;

/// The complement and the checksum in the file of a LoROM game ($00:FFDC), without a copier's header.
const PLACE: Range<usize> = 0x7FDC..0x7FE0;
/// What the four bytes add to the sum, whatever they are: each pair of complement and checksum gives $FF.
const OWN_SUM: u16 = 2 * 0xFF;
/// Bytes of the header that copying devices put before an image.
const COPIER_HEADER: usize = 512;
/// Images are multiples of this, without a copier's header.
const IMAGE_UNIT: usize = 1024;

/// Bytes of the copier's header of a file of this length: 512 or none.
#[must_use]
pub const fn copier_header(length: usize) -> usize {
    if length % IMAGE_UNIT == COPIER_HEADER { COPIER_HEADER } else { 0 }
}

/// Complement and checksum as a file has them; `None` if it is too short for a header.
#[must_use]
pub fn stored_checksum(file: &[u8]) -> Option<[u8; 4]> {
    file[copier_header(file.len())..].get(PLACE)?.try_into().ok()
}

/// Complement and checksum as they should be, in the bytes of the header; `None` if the file is too short for one. A
/// copier's header does not count.
///
/// ```
/// use tatum_snes::format::header_checksum;
///
/// // Of 32 KiB of zeros only the four bytes themselves count: they are $1FE together.
/// assert_eq!(header_checksum(&[0; 0x8000]), Some([0x01, 0xFE, 0xFE, 0x01]));
/// ```
#[must_use]
pub fn header_checksum(file: &[u8]) -> Option<[u8; 4]> {
    let image = &file[copier_header(file.len())..];
    let own = image.get(PLACE)?;
    let sum = mirrored_sum(image).wrapping_sub(plain_sum(own)).wrapping_add(OWN_SUM);
    let [[low, high], [low_complement, high_complement]] = [sum.to_le_bytes(), (!sum).to_le_bytes()];
    Some([low_complement, high_complement, low, high])
}

/// Puts complement and checksum into a file's header; a file that is too short for one stays as it is.
pub fn update_checksum(file: &mut [u8]) {
    if let Some(bytes) = header_checksum(file) {
        set_checksum(file, bytes);
    }
}

/// Puts these four bytes where complement and checksum are; a file that is too short for a header stays as it is.
pub fn set_checksum(file: &mut [u8], bytes: [u8; 4]) {
    let header = copier_header(file.len());
    if let Some(place) = file[header..].get_mut(PLACE) {
        place.copy_from_slice(&bytes);
    }
}

/// The sum of all bytes as the console sees them: what lies behind the largest power of two is repeated until it is as
/// long as that.
fn mirrored_sum(image: &[u8]) -> u16 {
    let Some(exponent) = image.len().checked_ilog2() else { return 0 };
    let (whole, rest) = image.split_at(1 << exponent);
    let times = if rest.is_empty() { 0 } else { whole.len() / rest.len().next_power_of_two() };
    plain_sum(whole).wrapping_add(mirrored_sum(rest).wrapping_mul(times as u16))
}

fn plain_sum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, &byte| sum.wrapping_add(byte.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: usize = 1024;
    const MIB: usize = 1024 * KIB;

    fn checksum(file: &[u8]) -> u16 {
        let [low_complement, high_complement, low, high] = header_checksum(file).unwrap();
        assert_eq!([!low_complement, !high_complement], [low, high], "they are complements");
        u16::from_le_bytes([low, high])
    }

    #[test]
    fn all_bytes_count_and_the_header_s_own_as_complements() {
        // 0x10_0000 ones are 0 modulo 65536; four of them are those of the header, which are $1FE.
        let mut image = vec![1; MIB];
        assert_eq!(checksum(&image), 0x1FE - 4);
        image[0x7FDC..0x7FE0].copy_from_slice(&[0x12, 0x34, 0x56, 0x78]);
        assert_eq!(checksum(&image), 0x1FE - 4, "whatever is there before");
        image[MIB - 1] = 0xFF;
        assert_eq!(checksum(&image), 0x1FE - 4 + 0xFE);
        assert_eq!(stored_checksum(&image), Some([0x12, 0x34, 0x56, 0x78]));
        update_checksum(&mut image);
        assert_eq!(stored_checksum(&image), header_checksum(&image), "it stays right");
        assert_eq!(image[0x7FDC..0x7FE0], [0x07, 0xFD, 0xF8, 0x02], "lower bytes first");
    }

    #[test]
    fn what_is_behind_the_largest_power_of_two_is_mirrored() {
        // Size in KiB, where a 3 lies, and how often the console sees it.
        for (size, at, times) in [
            (1024, 1023, 1),
            (1280, 1024, 4),
            (1536, 1023, 1),
            (1536, 1024, 2),
            // 512 KiB and 256 KiB behind a mebibyte: the latter fill up the mebibyte's other quarter.
            (1792, 1024, 1),
            (1792, 1024 + 512, 2),
            (3072, 2048, 2),
        ] {
            let mut image = vec![0; size * KIB];
            image[at * KIB] = 3;
            assert_eq!(checksum(&image), 0x1FE + 3 * times, "{size} KiB, {at} KiB");
        }
    }

    #[test]
    fn a_copier_s_header_does_not_count() {
        let mut file = vec![0xAA; 512];
        file.extend(vec![0; MIB]);
        assert_eq!(checksum(&file), 0x1FE);
        update_checksum(&mut file);
        assert_eq!(file[512 + 0x7FDC..512 + 0x7FE0], [0x01, 0xFE, 0xFE, 0x01]);
    }

    #[test]
    fn files_of_any_length_have_a_checksum_or_no_header() {
        for length in [0, 1, 511, 512, 513, 0x7FDF, 0x7FE0, 0x8000, 0x8001, 0x81E0, 0x1_2345] {
            let mut file = vec![0x55; length];
            let before = file.clone();
            update_checksum(&mut file);
            assert_eq!(header_checksum(&file).is_some(), length - copier_header(length) >= 0x7FE0);
            assert_eq!(file == before, header_checksum(&file).is_none(), "{length}");
        }
    }
}

//! The checksum in an image's header, `n64-authoring.md` 10.5. The boot program that belongs to the cartridge's boot
//! chip computes it over the first mebibyte of the program, and stops if it is not what the header says.

use tatum_core::FormatError;

/// Where the header keeps the two words.
const PLACE: usize = 0x10;
/// The bytes that are summed.
const FIRST: usize = 0x1000;
const END: usize = 0x10_1000;
/// The boot program, by whose bytes the chip is known.
const BOOT_PROGRAM: std::ops::Range<usize> = 0x40..0x1000;
/// Words of the boot program that chip 6105 mixes in, again and again.
const MIXED: usize = 0x750;

/// The boot chip of a cartridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BootChip {
    /// 6101 and 6102 (Super Mario 64).
    Cic6102,
    /// 6103.
    Cic6103,
    /// 6105 (Ocarina of Time, Majora's Mask).
    Cic6105,
    /// 6106.
    Cic6106,
}

impl BootChip {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Cic6102, Self::Cic6103, Self::Cic6105, Self::Cic6106];

    /// Its number as people write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cic6102 => "6102",
            Self::Cic6103 => "6103",
            Self::Cic6105 => "6105",
            Self::Cic6106 => "6106",
        }
    }

    /// The chip with a number.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "6101" => Some(Self::Cic6102),
            _ => Self::ALL.into_iter().find(|chip| chip.name() == name),
        }
    }

    const fn seed(self) -> u32 {
        match self {
            Self::Cic6102 => 0xF8CA_4DDC,
            Self::Cic6103 => 0xA388_6759,
            Self::Cic6105 => 0xDF26_F436,
            Self::Cic6106 => 0x1FEA_617A,
        }
    }

    /// The chip whose boot program an image has, told by the program's CRC-32; else the one whose checksum the header
    /// has already.
    #[must_use]
    pub fn detect(image: &[u8]) -> Option<Self> {
        let by_program = match crc32fast::hash(image.get(BOOT_PROGRAM)?) {
            0x6170_A4A1 | 0x90BB_6CB5 => Some(Self::Cic6102),
            0x0B05_0EE0 => Some(Self::Cic6103),
            0x98BC_2C86 => Some(Self::Cic6105),
            0xACC8_580A => Some(Self::Cic6106),
            _ => None,
        };
        by_program.or_else(|| Self::ALL.into_iter().find(|chip| chip.checksum(image) == Some(stored(image))))
    }

    /// The two words that the header of an image (in the cartridge's byte order) should have; none if the image is too
    /// short.
    #[must_use]
    pub fn checksum(self, image: &[u8]) -> Option<[u32; 2]> {
        let summed = image.get(FIRST..END)?;
        let seed = self.seed();
        let [mut a, mut b, mut c, mut d, mut e, mut f] = [seed; 6];
        for (index, bytes) in summed.chunks_exact(4).enumerate() {
            let word = word_of(bytes);
            let rotated = word.rotate_left(word & 31);
            let carries;
            (f, carries) = f.overflowing_add(word);
            d = d.wrapping_add(u32::from(carries));
            c ^= word;
            e = e.wrapping_add(rotated);
            b ^= if b > word { rotated } else { f ^ word };
            a = a.wrapping_add(match self {
                Self::Cic6105 => word ^ word_at(image, MIXED + ((4 * index) & 0xFF)),
                _ => e ^ word,
            });
        }
        Some(match self {
            Self::Cic6103 => [(f ^ d).wrapping_add(c), (e ^ b).wrapping_add(a)],
            Self::Cic6106 => [f.wrapping_mul(d).wrapping_add(c), e.wrapping_mul(b).wrapping_add(a)],
            _ => [f ^ d ^ c, e ^ b ^ a],
        })
    }

    /// Puts the checksum into the header.
    ///
    /// # Errors
    ///
    /// If the image ends before what is summed does.
    pub fn update(self, name: &str, image: &mut [u8]) -> Result<(), FormatError> {
        let length = image.len();
        let words = self.checksum(image).ok_or_else(|| {
            let expected = format!("at least {END:#x} bytes, which the header's checksum is over");
            FormatError::invalid(name.to_owned(), length as u64, "image", expected, format!("{length:#x}"))
        })?;
        for (place, word) in image[PLACE..].chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        Ok(())
    }
}

/// The two words that the header has.
#[must_use]
pub fn stored(image: &[u8]) -> [u32; 2] {
    [word_at(image, PLACE), word_at(image, PLACE + 4)]
}

fn word_at(image: &[u8], at: usize) -> u32 {
    image.get(at..at + 4).map_or(0, word_of)
}

fn word_of(bytes: &[u8]) -> u32 {
    bytes.try_into().map_or(0, u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words that are summed.
    const WORDS: u32 = 0x4_0000;

    fn image() -> Vec<u8> {
        vec![0; END]
    }

    /// With zeros only, nothing changes but A, which takes E in for every word; for 6105 not even that.
    #[test]
    fn the_sum_of_zeros_follows_from_the_description() {
        for (chip, s) in [(BootChip::Cic6102, 0xF8CA_4DDC_u32), (BootChip::Cic6103, 0xA388_6759)] {
            let a = s.wrapping_add(s.wrapping_mul(WORDS));
            assert_eq!(chip.checksum(&image()), Some([s, a]), "{chip:?}");
        }
        assert_eq!(BootChip::Cic6105.checksum(&image()), Some([0xDF26_F436; 2]));
        let s = 0x1FEA_617A_u32;
        let square = s.wrapping_mul(s);
        let a = s.wrapping_mul(WORDS + 1);
        assert_eq!(
            BootChip::Cic6106.checksum(&image()),
            Some([square.wrapping_add(s), square.wrapping_add(a)])
        );
    }

    /// One word, the last, through every step: F += d; C ^= d; E += r; B ^= r as B > d; A += E ^ d, E the new one.
    #[test]
    fn one_word_goes_through_every_accumulator() {
        let (mut image, d, r) = (image(), 0x0000_0021_u32, 0x0000_0042_u32);
        assert_eq!(d.rotate_left(d & 31), r);
        image[END - 4..].copy_from_slice(&d.to_be_bytes());
        let s = 0xF8CA_4DDC_u32;
        let (f, c, e, b) = (s.wrapping_add(d), s ^ d, s.wrapping_add(r), s ^ r);
        let a = s.wrapping_mul(WORDS).wrapping_add(e ^ d);
        assert_eq!(BootChip::Cic6102.checksum(&image), Some([f ^ s ^ c, e ^ b ^ a]));
        // 6105 mixes in the boot program's word for the last place, $FC.
        image[MIXED + 0xFC..MIXED + 0x100].copy_from_slice(&0x1234_5678_u32.to_be_bytes());
        let s = 0xDF26_F436_u32;
        let (f, c, e, b) = (s.wrapping_add(d), s ^ d, s.wrapping_add(r), s ^ r);
        // The word is mixed in for each of the 4096 rounds over the 64 places; only the last has d.
        let mixed = 0x1234_5678_u32;
        let a = s.wrapping_add(mixed.wrapping_mul(WORDS / 64 - 1)).wrapping_add(d ^ mixed);
        assert_eq!(BootChip::Cic6105.checksum(&image), Some([f ^ s ^ c, e ^ b ^ a]));
    }

    /// A large word carries out of F into D, and is not below B.
    #[test]
    fn a_carry_goes_into_d() {
        let (mut image, d) = (image(), 0xFFFF_FFE0_u32);
        image[END - 4..].copy_from_slice(&d.to_be_bytes());
        let s = 0xF8CA_4DDC_u32;
        let (f, dd, c, e) = (s.wrapping_add(d), s + 1, s ^ d, s.wrapping_add(d));
        let b = s ^ f ^ d;
        let a = s.wrapping_mul(WORDS).wrapping_add(e ^ d);
        assert_eq!(BootChip::Cic6102.checksum(&image), Some([f ^ dd ^ c, e ^ b ^ a]));
    }

    #[test]
    fn a_chip_is_known_by_the_checksum_that_it_left() {
        let mut image: Vec<u8> = (0..END as u32).map(|at| (at / 3) as u8).collect();
        assert_eq!(BootChip::detect(&image), None);
        for chip in BootChip::ALL {
            chip.update("x", &mut image).unwrap();
            assert_eq!(BootChip::detect(&image), Some(chip));
        }
        let before = image[..END - 4].to_vec();
        let mut short = before.clone();
        assert!(BootChip::Cic6102.update("x", &mut short).is_err());
        assert_eq!(short, before);
        assert_eq!(BootChip::from_name("6101"), Some(BootChip::Cic6102));
        assert_eq!(BootChip::from_name("6104"), None);
    }
}

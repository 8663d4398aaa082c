//! Where the game has its songs (`snes-authoring.md` section 5; the guide's table with song 04 corrected).

/// A song of the game, as the guide's table has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginalSong {
    /// Its number.
    pub number: u8,
    /// Where it is in the audio RAM.
    pub aram: u16,
    /// Where it is in the ROM, as an address of the console.
    pub rom: u32,
}

/// A block of the game's transfers that holds songs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct OriginalBlock {
    /// Where it goes.
    aram: i64,
    size: i64,
    /// Where its data are.
    rom: i64,
}

const BLOCKS: [OriginalBlock; 7] = [
    OriginalBlock { aram: 0xD000, size: 0x2DAE, rom: 0x1A_9EF9 },
    OriginalBlock { aram: 0x2B00, size: 0x0688, rom: 0x1A_CCAB },
    OriginalBlock { aram: 0xD000, size: 0x2CBF, rom: 0x1B_8004 },
    OriginalBlock { aram: 0x2B00, size: 0x050C, rom: 0x1B_ACC7 },
    OriginalBlock { aram: 0xD000, size: 0x1060, rom: 0x1A_D384 },
    OriginalBlock { aram: 0x2900, size: 0x1038, rom: 0x1A_E3E8 },
    OriginalBlock { aram: 0x2880, size: 0x020C, rom: 0x1A_9CE9 },
];

/// Where the guide's table wrongly puts song 04.
pub(super) const WRONG_BUNNY: i64 = 0x1A_B4D5;

/// Where a place in the ROM is loaded to.
pub(super) fn aram_of(rom: i64) -> Option<i64> {
    BLOCKS
        .iter()
        .find(|block| (block.rom..block.rom + block.size).contains(&rom))
        .map(|block| block.aram + rom - block.rom)
}

/// The place in the ROM from which an address is loaded, nearest to another place.
pub(super) fn nearest_rom(aram: i64, other: i64) -> Option<i64> {
    BLOCKS
        .iter()
        .filter(|block| (block.aram..block.aram + block.size).contains(&aram))
        .map(|block| block.rom + aram - block.aram)
        .min_by_key(|place| (place - other).abs())
}

const fn song(number: u8, aram: u16, rom: u32) -> OriginalSong {
    OriginalSong { number, aram, rom }
}

/// The songs of the game by their numbers. Song 18 is song 12 and has no place of its own.
pub const SONGS: [OriginalSong; 33] = [
    song(0x01, 0xD036, 0x1A_9F2F),
    song(0x02, 0xD0FF, 0x1A_9FF8),
    song(0x03, 0xD86A, 0x1A_A763),
    song(0x04, 0xDCA7, 0x1A_ABA0),
    song(0x05, 0xDEE5, 0x1A_ADDE),
    song(0x06, 0xE36A, 0x1A_B263),
    song(0x07, 0xE8DC, 0x1A_B7D5),
    song(0x08, 0xEE11, 0x1A_BD0A),
    song(0x09, 0xEF6D, 0x1A_BE66),
    song(0x0A, 0xF813, 0x1A_C70C),
    song(0x0B, 0x2880, 0x1A_9CE9),
    song(0x0C, 0xF8F6, 0x1A_C7EF),
    song(0x0D, 0x2B00, 0x1A_CCAB),
    song(0x0E, 0x2FA6, 0x1A_D151),
    song(0x0F, 0xFAFA, 0x1A_C9F3),
    song(0x10, 0xD046, 0x1B_804A),
    song(0x11, 0xDBEC, 0x1B_8BF0),
    song(0x12, 0xE13A, 0x1B_913E),
    song(0x13, 0xE431, 0x1B_9435),
    song(0x14, 0xE6F9, 0x1B_96FD),
    song(0x15, 0xE91E, 0x1B_9922),
    song(0x16, 0xEC0B, 0x1B_9C0F),
    song(0x17, 0xF1D1, 0x1B_A1D5),
    song(0x19, 0xF304, 0x1B_A308),
    song(0x1A, 0xF580, 0x1B_A584),
    song(0x1B, 0xF909, 0x1B_A90D),
    song(0x1C, 0xFB6A, 0x1B_AB6E),
    song(0x1D, 0x2B00, 0x1B_ACC7),
    song(0x1E, 0x2F59, 0x1B_B120),
    song(0x1F, 0x2BB3, 0x1B_AD7A),
    song(0x20, 0xD046, 0x1A_D3CA),
    song(0x21, 0x2900, 0x1A_E3E8),
    song(0x22, 0xD2FD, 0x1A_D681),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn songs_lie_where_their_blocks_are_loaded_from() {
        for song in SONGS {
            let (aram, rom) = (i64::from(song.aram), i64::from(song.rom));
            assert_eq!(aram_of(rom), Some(aram), "{:02X}", song.number);
            assert_eq!(nearest_rom(aram, rom), Some(rom), "{:02X}", song.number);
        }
        assert_eq!(nearest_rom(0xDCA7, WRONG_BUNNY), Some(0x1A_ABA0));
    }
}

//! A Link to the Past: the songs in the game's ROM (`snes-authoring.md` section 5).

use tatum_core::{ByteReader, FormatError};

use super::checksum::copier_header;
use super::song_bank::{SongEntry, songs};
use super::transfer::TransferImage;
use crate::hardware::Ram;

/// The ROM of the game: what it sends into the audio RAM when it starts, and its three banks of songs.
///
/// The game is recognised by the destinations of the first transfer's blocks.
#[derive(Clone, Debug)]
pub struct GameRom {
    boot: TransferImage,
    banks: [TransferImage; 3],
    songs: Vec<RomSong>,
}

/// The three banks of songs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RomBank {
    /// With the overworld, and from the start.
    Overworld,
    /// Houses, caves and dungeons.
    Underworld,
    /// The end of the game.
    Credits,
}

/// A song of the game.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RomSong {
    /// Its number, as the game sends it.
    pub number: u8,
    /// What it is called; the numbers that no name is known for have their bank's.
    pub name: &'static str,
    /// The bank that it plays from.
    pub bank: RomBank,
    /// Where it lies in the audio RAM.
    pub address: u16,
}

/// Where the transfers begin, as SNES addresses: the first one, then the three banks.
const BOOT: u32 = 0x19_8000;
const BANKS: [(RomBank, u32); 3] =
    [(RomBank::Overworld, 0x1A_9EF5), (RomBank::Underworld, 0x1B_8000), (RomBank::Credits, 0x1A_D380)];

/// Where the first transfer sends directory, samples, instruments and driver.
const BOOT_DESTINATIONS: [u16; 4] = [0x3C00, 0x4000, 0x3D00, 0x0800];

/// Size and destination before a block.
const BLOCK_HEADER: usize = 4;

/// The songs of each bank and their names, in the order of their numbers. The banks hold entries for each other's songs too, which lead
/// nowhere.
const NAMES: [(u8, RomBank, &str); 34] = [
    (0x01, RomBank::Overworld, "Triforce opening"),
    (0x02, RomBank::Overworld, "Light World"),
    (0x03, RomBank::Overworld, "Rain"),
    (0x04, RomBank::Overworld, "Bunny Link"),
    (0x05, RomBank::Overworld, "Lost Woods"),
    (0x06, RomBank::Overworld, "Legends theme"),
    (0x07, RomBank::Overworld, "Kakariko Village"),
    (0x08, RomBank::Overworld, "Mirror warp"),
    (0x09, RomBank::Overworld, "Dark World"),
    (0x0A, RomBank::Overworld, "Restoring the Master Sword"),
    (0x0B, RomBank::Overworld, "Faerie theme"),
    (0x0C, RomBank::Overworld, "Chase theme"),
    (0x0D, RomBank::Overworld, "Skull Woods"),
    (0x0E, RomBank::Overworld, "Game theme"),
    (0x0F, RomBank::Overworld, "Intro without Triforce"),
    (0x10, RomBank::Underworld, "Hyrule Castle"),
    (0x11, RomBank::Underworld, "Light World dungeon"),
    (0x12, RomBank::Underworld, "Caves"),
    (0x13, RomBank::Underworld, "Fanfare"),
    (0x14, RomBank::Underworld, "Sanctuary"),
    (0x15, RomBank::Underworld, "Boss theme"),
    (0x16, RomBank::Underworld, "Dark World dungeon"),
    (0x17, RomBank::Underworld, "Fortune teller"),
    (0x18, RomBank::Underworld, "Caves (again)"),
    (0x19, RomBank::Underworld, "Zelda's rescue"),
    (0x1A, RomBank::Underworld, "Crystal theme"),
    (0x1B, RomBank::Underworld, "Faerie theme with arpeggio"),
    (0x1C, RomBank::Underworld, "Before Agahnim"),
    (0x1D, RomBank::Underworld, "Agahnim escapes"),
    (0x1E, RomBank::Underworld, "Before Ganon"),
    (0x1F, RomBank::Underworld, "Ganondorf the Thief"),
    (0x20, RomBank::Credits, "Triforce room"),
    (0x21, RomBank::Credits, "Grabbing the Triforce and epilogue"),
    (0x22, RomBank::Credits, "Credits"),
];

impl GameRom {
    /// Reads a ROM, with or without a copier's header; `name` is its name in errors.
    ///
    /// # Errors
    ///
    /// If it is not this game, or a transfer in it is damaged.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        let header = copier_header(bytes.len());
        let reader = ByteReader::new(name, bytes);
        let transfer = |address: u32| {
            let mut reader = reader.at(header + file_offset(address));
            TransferImage::read(&mut reader)
        };
        let boot = transfer(BOOT).map_err(|_| not_the_game(&reader))?;
        let destinations = boot.blocks.iter().map(|block| block.address);
        if !destinations.take(BOOT_DESTINATIONS.len()).eq(BOOT_DESTINATIONS) {
            return Err(not_the_game(&reader));
        }
        let [overworld, underworld, credits] = BANKS.map(|(_, address)| transfer(address));
        let mut rom = Self { boot, banks: [overworld?, underworld?, credits?], songs: Vec::new() };
        rom.songs = rom.find_songs();
        Ok(rom)
    }

    /// The songs, by their numbers.
    #[must_use]
    pub fn songs(&self) -> &[RomSong] {
        &self.songs
    }

    /// What is in the audio RAM when the game plays from a bank.
    #[must_use]
    pub fn image(&self, bank: RomBank) -> TransferImage {
        let mut image = self.boot.clone();
        image.blocks.extend(self.banks[bank as usize].blocks.iter().cloned());
        image
    }

    /// Where the game loads a byte of the audio RAM from: the place in the ROM, without a copier's header, and how many
    /// bytes of its block there are from it on. Later blocks of a transfer go over earlier ones.
    #[must_use]
    pub fn source_of(&self, bank: RomBank, address: u16) -> Option<(usize, usize)> {
        let (_, start) = BANKS[bank as usize];
        let transfers = [(BOOT, &self.boot), (start, &self.banks[bank as usize])];
        transfers.into_iter().rev().find_map(|(start, image)| {
            let mut places = Vec::new();
            let mut offset = file_offset(start);
            for block in &image.blocks {
                offset += BLOCK_HEADER;
                let inside = address.checked_sub(block.address).map(usize::from);
                let inside = inside.filter(|inside| *inside < block.data.len());
                places.extend(inside.map(|inside| (offset + inside, block.data.len() - inside)));
                offset += block.data.len();
            }
            places.pop()
        })
    }

    fn find_songs(&self) -> Vec<RomSong> {
        let tables = BANKS.map(|(bank, _)| {
            let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
            self.image(bank).apply(&mut ram);
            songs(&ram)
        });
        let address = |number: u8, bank: RomBank| {
            let mut table = tables[bank as usize].iter();
            table.find(|song: &&SongEntry| song.number == number).map(|song| song.address)
        };
        let found = |(number, bank, name)| {
            address(number, bank).map(|address| RomSong { number, name, bank, address })
        };
        NAMES.into_iter().filter_map(found).collect()
    }
}

/// The place of a LoROM address in the file.
const fn file_offset(address: u32) -> usize {
    ((address >> 16 & 0x7F) << 15 | address & 0x7FFF) as usize
}

fn not_the_game(reader: &ByteReader<'_>) -> FormatError {
    reader
        .invalid(file_offset(BOOT), "first transfer", "the blocks of A Link to the Past", "something else")
        .with_help(
            "of ROMs for this console only A Link to the Past is known; play an .spc of the song instead",
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_a_lorom() {
        assert_eq!(file_offset(BOOT), 0xC_8000);
        assert_eq!(file_offset(0x1B_8000), 0xD_8000);
        assert_eq!(file_offset(0x1A_9EF5), 0xD_1EF5);
    }

    #[test]
    fn what_is_not_the_game_is_an_error() {
        for size in [0, 1, 0x10_0000, 0x10_0200] {
            let error = GameRom::parse("game.sfc", &vec![0; size]).unwrap_err();
            assert!(error.to_string().starts_with("game.sfc"), "{error}");
        }
    }
}

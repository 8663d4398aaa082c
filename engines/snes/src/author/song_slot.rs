//! The place of a song in the game's ROM, and how much room there is for another one.

use crate::format::song_bank::{SongLayout, song_layout, songs};
use crate::format::{GameRom, RomSong};
use crate::hardware::Ram;

/// A song's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SongSlot {
    /// The song that is there.
    pub song: RomSong,
    /// Where it is in the ROM, without a copier's header.
    pub offset: usize,
    /// Bytes from there on that no other song of the bank uses, up to the block's end at most.
    pub room: usize,
}

impl SongSlot {
    /// The place of a song of the ROM; none if the song's data do not come out of the ROM's transfers.
    #[must_use]
    pub fn find(rom: &GameRom, song: RomSong) -> Option<Self> {
        let (offset, left) = rom.source_of(song.bank, song.address)?;
        let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
        rom.image(song.bank).apply(&mut ram);
        let others: Vec<SongLayout> = songs(&ram)
            .into_iter()
            .filter(|other| other.address != song.address)
            .filter_map(|other| song_layout(&ram, other.address).ok())
            .collect();
        let is_free = |distance: &usize| {
            u16::try_from(usize::from(song.address) + distance)
                .is_ok_and(|address| others.iter().all(|other| !other.uses(address)))
        };
        let room = (0..left).take_while(is_free).count();
        Some(Self { song, offset, room })
    }

    /// The place as an address of the console.
    #[must_use]
    pub const fn address(&self) -> u32 {
        ((self.offset >> 15) << 16 | 0x8000 | self.offset & 0x7FFF) as u32
    }
}

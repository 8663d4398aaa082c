//! Songs of the other drivers of the family. Where a game keeps its data is documented for A Link to the Past alone: of
//! the others some places can be recognised, and the rest must be told.

use std::fmt;

use super::song_bank::{SongEntry, check_song_of, find_layout, playing_list, songs_of};
use super::{SpcFile, TransferImage};
use crate::hardware::Ram;
use crate::hardware::dsp::Register;
use crate::sequencer::memory_map::STACK_END;
use crate::sequencer::variant::{Dialect, Layout, Variant};

/// Places that somebody knows; the others are looked for, or taken to be those of A Link to the Past.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KnownPlaces {
    /// Address of the pointers to the songs.
    pub song_table: Option<u16>,
    /// Address of a song's list of segments: it becomes song 1.
    pub song_list: Option<u16>,
    /// Address of the instrument table.
    pub instruments: Option<u16>,
    /// Address of the eight gates, with the sixteen velocities behind them.
    pub note_tables: Option<u16>,
    /// Page of the sample directory.
    pub directory_page: Option<u8>,
    /// The page after the echo buffer.
    pub echo_end_page: Option<u8>,
    /// What is added to every pointer of a song.
    pub pointer_base: Option<u16>,
}

/// Songs with all that is needed to play them.
#[derive(Clone, Debug)]
pub struct RelativeSongs {
    /// The memory.
    pub image: TransferImage,
    /// The driver, and where things lie.
    pub dialect: Dialect,
    /// The songs of the table, if it is one.
    pub songs: Vec<SongEntry>,
}

/// No song was found where one was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSong {
    /// The address.
    pub address: u16,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for NoSong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${:04X}: {}", self.address, self.message)
    }
}

impl RelativeSongs {
    /// The songs in the memory of a `.spc` file. Sample directory and echo buffer are where the DSP has them. Without a
    /// song in the table, song 1 is the list of segments in which the driver was.
    ///
    /// # Errors
    ///
    /// If nothing is a song.
    pub fn in_spc(file: &SpcFile, variant: &'static Variant, known: &KnownPlaces) -> Result<Self, NoSong> {
        let register = |register| file.dsp_registers.get(register);
        let mut layout = find_layout(&file.ram);
        layout.directory_page = register(Register::DIR);
        let echo_pages = (register(Register::EDL) & 15) * 8;
        if echo_pages != 0 {
            layout.echo_end_page = register(Register::ESA).wrapping_add(echo_pages);
        }
        let dialect = Dialect { variant, layout: known.applied_to(layout) };
        let mut image = TransferImage::of_spc_memory(file, STACK_END, dialect.layout.echo_end_page);
        image.lone_song = known.song_list;
        let mut songs = Self::new(image, dialect, &file.ram);
        if songs.image.lone_song.is_none() && songs.playable().is_none() {
            songs.image.lone_song = Some(playing_list(&file.ram));
        }
        songs.checked(&file.ram)
    }

    /// The songs of a transfer image.
    ///
    /// # Errors
    ///
    /// If nothing is a song.
    pub fn in_image(
        mut image: TransferImage,
        variant: &'static Variant,
        known: &KnownPlaces,
    ) -> Result<Self, NoSong> {
        let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
        image.apply(&mut ram);
        image.lone_song = known.song_list;
        let dialect = Dialect { variant, layout: known.applied_to(find_layout(&ram)) };
        Self::new(image, dialect, &ram).checked(&ram)
    }

    fn new(image: TransferImage, dialect: Dialect, ram: &Ram) -> Self {
        Self { image, dialect, songs: songs_of(&dialect, ram) }
    }

    /// The first song of the table that can be played.
    #[must_use]
    pub fn playable(&self) -> Option<&SongEntry> {
        self.songs.iter().find(|song| song.problem.is_none())
    }

    /// The song to play when nobody says which.
    #[must_use]
    pub fn first(&self) -> u8 {
        match (self.image.lone_song, self.playable()) {
            (None, Some(song)) => song.number,
            _ => 1,
        }
    }

    fn checked(self, ram: &Ram) -> Result<Self, NoSong> {
        let no_song = |address: u16, message: &str| NoSong { address, message: message.to_owned() };
        match self.image.lone_song {
            Some(list) => match check_song_of(&self.dialect, ram, list) {
                Ok(_) => Ok(self),
                Err(problem) => Err(no_song(problem.address, &problem.message)),
            },
            None if self.playable().is_some() => Ok(self),
            None => match self.songs.iter().find_map(|song| song.problem.as_ref()) {
                Some(problem) => Err(no_song(problem.address, &problem.message)),
                None => Err(no_song(self.dialect.layout.song_table, "no table of songs")),
            },
        }
    }
}

impl KnownPlaces {
    fn applied_to(&self, layout: Layout) -> Layout {
        /// Entries of the table of gates.
        const GATES: u16 = 8;
        Layout {
            song_table: self.song_table.unwrap_or(layout.song_table),
            instruments: self.instruments.unwrap_or(layout.instruments),
            gates: self.note_tables.or(layout.gates),
            velocities: self.note_tables.map(|gates| gates.wrapping_add(GATES)).or(layout.velocities),
            directory_page: self.directory_page.unwrap_or(layout.directory_page),
            echo_end_page: self.echo_end_page.unwrap_or(layout.echo_end_page),
            pointer_base: self.pointer_base.unwrap_or(layout.pointer_base),
        }
    }
}

//! The songs in a RAM image: the song table, and which of its entries are songs (`snes-nspc.md` section 5).

use std::collections::{BTreeMap, BTreeSet};

use crate::hardware::Ram;
use crate::sequencer::commands::Command;
use crate::sequencer::memory_map::{GATE_TABLE, VELOCITY_TABLE};
use crate::sequencer::tracks::code;
use crate::sequencer::variant::{A_LINK_TO_THE_PAST, Dialect, Layout, Meaning, VARIANTS};

/// Songs that the table can hold: numbers from $80 on meet the same entries again.
const SONGS: u8 = 0x7F;
/// The driver's variable that holds the song's number.
const PLAYING_SONG: u16 = 0x04;
/// The driver's variable that points to the next word of the list of segments.
const PLAYING_LIST: u16 = 0x40;
/// Words of a segment list and bytes of tracks that are looked at before a song counts as one.
const LONGEST_LIST: usize = 512;
const LONGEST_SONG: usize = 0x1_0000;

/// How much of a note sounds, in 256ths, by the upper digit of the byte (section 4).
pub const GATES: [u8; 8] = A_LINK_TO_THE_PAST.gates;
/// How loud a note is, in 256ths, by the lower digit of the byte (section 4).
pub const VELOCITIES: [u8; 16] = A_LINK_TO_THE_PAST.velocities;

/// A song of a RAM image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SongEntry {
    /// Its number, 1 to $7F.
    pub number: u8,
    /// Address of its list of segments.
    pub address: u16,
    /// What will make the player stop when it comes to it.
    pub problem: Option<SongProblem>,
}

/// Why some bytes are no song.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SongProblem {
    /// Where.
    pub address: u16,
    /// What is wrong there.
    pub message: String,
}

/// The songs of A Link to the Past's table.
#[must_use]
pub fn songs(ram: &Ram) -> Vec<SongEntry> {
    songs_of(&Dialect::A_LINK_TO_THE_PAST, ram)
}

/// The songs of the table. It ends where the first song's data begin, or with a pointer that leads nowhere; entries of
/// 0 stand for no song.
#[must_use]
pub fn songs_of(dialect: &Dialect, ram: &Ram) -> Vec<SongEntry> {
    let table = dialect.layout.song_table;
    let mut songs = Vec::new();
    let mut end = u16::MAX;
    for (number, entry) in (1..=SONGS).zip((table..=u16::MAX - 1).step_by(2)) {
        if entry >= end {
            break;
        }
        let pointer = ram.read_word(entry);
        if pointer == 0 {
            continue;
        }
        let address = dialect.layout.resolve(pointer);
        if dialect.belongs_to_driver(address) {
            break;
        }
        let checked = check_song_of(dialect, ram, address);
        let first = *checked.as_ref().unwrap_or(&address);
        end = [end, address, first].into_iter().filter(|&start| start > table).min().unwrap_or(end);
        songs.push(SongEntry { number, address, problem: checked.err() });
    }
    songs
}

/// The song that the driver in a `.spc` file was playing (its variable $04); 0 = none.
#[must_use]
pub fn playing_song(ram: &Ram) -> u8 {
    ram.read(PLAYING_SONG)
}

/// Where the driver in a `.spc` file was in the list of segments (its variable $40).
#[must_use]
pub fn playing_list(ram: &Ram) -> u16 {
    ram.read_word(PLAYING_LIST)
}

/// Whether the tables of gates and velocities are those of A Link to the Past.
#[must_use]
pub fn has_note_tables(ram: &Ram) -> bool {
    let matches = |address: u16, table: &[u8]| (address..).zip(table).all(|(at, &byte)| ram.read(at) == byte);
    matches(GATE_TABLE, &GATES) && matches(VELOCITY_TABLE, &VELOCITIES)
}

/// Looks for the table of gates that one of the variants has, with its velocities behind it.
#[must_use]
pub fn find_note_tables(ram: &Ram) -> Option<u16> {
    let starts = ram.bytes().windows(GATES.len() + VELOCITIES.len()).position(|bytes| {
        let (gates, velocities) = bytes.split_at(GATES.len());
        VARIANTS.iter().any(|variant| gates == variant.gates && velocities == variant.velocities)
    });
    starts.and_then(|start| u16::try_from(start).ok())
}

/// The places of a game's data, as far as they can be seen: note tables are recognised, everything else lies where A
/// Link to the Past has it.
#[must_use]
pub fn find_layout(ram: &Ram) -> Layout {
    let tables = find_note_tables(ram);
    Layout {
        gates: tables,
        velocities: tables.map(|address| address.wrapping_add(GATES.len() as u16)),
        ..Layout::A_LINK_TO_THE_PAST
    }
}

/// Checks a song's list, segments, tracks and subroutines; gives the lowest address of its data.
///
/// # Errors
///
/// The first byte that cannot be what it should be: a pointer into the driver's memory, a command that does not
/// exist, a list without a segment or an end.
pub fn check_song(ram: &Ram, address: u16) -> Result<u16, SongProblem> {
    check_song_of(&Dialect::A_LINK_TO_THE_PAST, ram, address)
}

/// As [`check_song`], for any variant.
///
/// # Errors
///
/// As [`check_song`]; and a command that is not documented.
pub fn check_song_of(dialect: &Dialect, ram: &Ram, address: u16) -> Result<u16, SongProblem> {
    walk_song(dialect, ram, address).map(|layout| layout.lowest)
}

/// Where a song's parts are.
#[derive(Clone, Debug)]
pub struct SongLayout {
    /// Address of the list of segments, and of the byte behind it.
    pub list: (u16, u16),
    /// Segments with their pointers to tracks.
    pub segments: BTreeMap<u16, [u16; 8]>,
    /// Tracks.
    pub tracks: BTreeSet<u16>,
    /// Subroutines.
    pub parts: BTreeSet<u16>,
    /// The lowest address of its data.
    pub lowest: u16,
    /// Which bytes of the RAM it uses.
    used: Vec<bool>,
}

impl SongLayout {
    /// Whether the song uses a byte of the RAM.
    #[must_use]
    pub fn uses(&self, address: u16) -> bool {
        self.used[usize::from(address)]
    }

    /// The last byte that the song uses from `start` on, if it uses any.
    #[must_use]
    pub fn last_from(&self, start: u16) -> Option<u16> {
        (start..=u16::MAX).rev().find(|&address| self.uses(address))
    }
}

/// Finds out which bytes of the RAM a song of A Link to the Past uses, and what for.
///
/// # Errors
///
/// As [`check_song`].
pub fn song_layout(ram: &Ram, address: u16) -> Result<SongLayout, SongProblem> {
    walk_song(&Dialect::A_LINK_TO_THE_PAST, ram, address)
}

fn walk_song(dialect: &Dialect, ram: &Ram, address: u16) -> Result<SongLayout, SongProblem> {
    let layout = SongLayout {
        list: (address, address),
        segments: BTreeMap::new(),
        tracks: BTreeSet::new(),
        parts: BTreeSet::new(),
        lowest: address,
        used: vec![false; Ram::SIZE],
    };
    let mut walk =
        Walk { dialect, ram, layout, seen: BTreeSet::new(), waiting: Vec::new(), left: LONGEST_SONG };
    walk.list(address)?;
    while let Some(track) = walk.waiting.pop() {
        walk.track(track)?;
    }
    Ok(walk.layout)
}

struct Walk<'a> {
    dialect: &'a Dialect,
    ram: &'a Ram,
    layout: SongLayout,
    seen: BTreeSet<u16>,
    waiting: Vec<u16>,
    left: usize,
}

impl Walk<'_> {
    fn pointer(&mut self, target: u16, from: u16, what: &str) -> Result<(), SongProblem> {
        if self.dialect.belongs_to_driver(target) {
            let message = format!("{what} points to ${target:04X}, which is the driver's own memory");
            return Err(SongProblem { address: from, message });
        }
        self.layout.lowest = self.layout.lowest.min(target);
        Ok(())
    }

    /// A word that the song uses.
    fn word(&mut self, address: u16) -> u16 {
        self.layout.used[usize::from(address)] = true;
        self.layout.used[usize::from(address.wrapping_add(1))] = true;
        self.ram.read_word(address)
    }

    /// A pointer that the song uses, as the address that it means.
    fn target(&mut self, address: u16) -> u16 {
        let pointer = self.word(address);
        self.dialect.layout.resolve(pointer)
    }

    fn list(&mut self, start: u16) -> Result<(), SongProblem> {
        self.pointer(start, start, "the song")?;
        let mut at = start;
        let mut segments = 0;
        for _ in 0..LONGEST_LIST {
            let word = self.word(at);
            at = at.wrapping_add(2);
            match word {
                0 => break,
                0x80 | 0x81 => {}
                count if count < 0x100 => {
                    let target = self.target(at);
                    self.pointer(target, at, "a loop")?;
                    at = at.wrapping_add(2);
                    if count >= 0x82 {
                        break;
                    }
                }
                segment => {
                    self.segment(self.dialect.layout.resolve(segment), at.wrapping_sub(2))?;
                    segments += 1;
                }
            }
        }
        if segments == 0 {
            return Err(SongProblem { address: start, message: "a song without segments".to_owned() });
        }
        self.layout.list = (start, at);
        Ok(())
    }

    fn segment(&mut self, segment: u16, from: u16) -> Result<(), SongProblem> {
        self.pointer(segment, from, "a segment")?;
        if self.layout.segments.contains_key(&segment) {
            return Ok(());
        }
        let mut pointers = [0; 8];
        // A list at the end of the memory goes on at its start, as addresses do.
        for (place, pointer) in (0_u16..).zip(&mut pointers) {
            let at = segment.wrapping_add(2 * place);
            *pointer = self.word(at);
            if *pointer >> 8 != 0 {
                let target = self.dialect.layout.resolve(*pointer);
                self.branch(target, at)?;
                self.layout.tracks.insert(target);
            }
        }
        self.layout.segments.insert(segment, pointers);
        Ok(())
    }

    fn branch(&mut self, target: u16, from: u16) -> Result<(), SongProblem> {
        self.pointer(target, from, "a track")?;
        if self.seen.insert(target) {
            self.waiting.push(target);
        }
        Ok(())
    }

    /// The byte at an address, which the song uses.
    fn byte(&mut self, at: &mut u16) -> Result<u8, SongProblem> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Err(SongProblem { address: *at, message: "a song without an end".to_owned() });
        }
        self.layout.used[usize::from(*at)] = true;
        let byte = self.ram.read(*at);
        *at = at.wrapping_add(1);
        Ok(byte)
    }

    fn track(&mut self, start: u16) -> Result<(), SongProblem> {
        let mut at = start;
        loop {
            let byte = self.byte(&mut at)?;
            if byte == code::END {
                return Ok(());
            }
            if byte < code::FIRST_NOTE && self.ram.read(at) < code::FIRST_NOTE {
                // The articulation behind a length; what follows it is played, whatever it is.
                self.byte(&mut at)?;
                if self.ram.read(at) < code::FIRST_NOTE {
                    self.byte(&mut at)?;
                }
            } else if byte >= self.dialect.variant.codes.first_command {
                let place = at.wrapping_sub(1);
                let problem = |reason: &str| SongProblem {
                    address: place,
                    message: format!("${byte:02X} is {reason}"),
                };
                let meaning = match self.dialect.variant.meaning(byte) {
                    None => return Err(problem("no command")),
                    Some(Meaning::Undocumented) => return Err(problem("a command that is not documented")),
                    Some(meaning) => meaning,
                };
                if meaning == Meaning::Command(Command::Call) {
                    let target = self.dialect.layout.resolve(self.ram.read_word(at));
                    self.branch(target, place)?;
                    self.layout.parts.insert(target);
                }
                for _ in 0..meaning.argument_count() {
                    self.byte(&mut at)?;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ram(blocks: &[(u16, &[u8])]) -> Ram {
        let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
        for &(address, bytes) in blocks {
            (address..).zip(bytes).for_each(|(at, &byte)| ram.write(at, byte));
        }
        ram
    }

    const SONG: &[u8] = &[
        0x0A, 0xD0, 0x00, 0x00, 0x1A, 0xD0, 0xFF, 0x00, 0x04,
        0xD0, // two songs' table, list with a loop
        0x1C, 0xD0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    #[test]
    fn a_table_ends_where_its_first_song_begins() {
        let mut list = vec![0x06, 0xD0, 0x00, 0x00, 0x06, 0xD0]; // songs 1 and 3
        list.extend([0x0C, 0xD0, 0xFF, 0x00, 0x06, 0xD0]); // one segment, for ever
        list.extend([0x1C, 0xD0]);
        list.extend([0; 14]);
        list.extend([0xE0, 0x01, 0x18, 0xA4, 0x00]);
        let ram = ram(&[(0xD000, &list)]);
        let found: Vec<u8> = songs(&ram).iter().map(|song| song.number).collect();
        assert_eq!(found, [1, 3]);
        assert_eq!(check_song(&ram, 0xD006), Ok(0xD006));
    }

    #[test]
    fn what_is_no_song_says_why() {
        let empty = ram(&[]);
        assert!(songs(&empty).is_empty());
        assert_eq!(check_song(&empty, 0xD000).unwrap_err().message, "a song without segments");
        assert!(check_song(&empty, 0x0123).unwrap_err().message.contains("driver's own memory"));
        let broken = ram(&[(0xD000, SONG), (0xD01A, &[0x1C, 0xD0, 0xFC])]);
        let problem = check_song(&broken, 0xD000).unwrap_err();
        assert_eq!((problem.address, problem.message.as_str()), (0xD01C, "$FC is no command"));
    }
}

//! The songs in a RAM image: the song table, and which of its entries are songs (`snes-nspc.md` section 5).

use std::collections::{BTreeMap, BTreeSet};

use crate::hardware::Ram;
use crate::sequencer::commands::Command;
use crate::sequencer::memory_map::{GATE_TABLE, SONG_TABLE, VELOCITY_TABLE, belongs_to_driver};
use crate::sequencer::tracks::code;

/// Songs that the table can hold: numbers from $80 on meet the same entries again.
const SONGS: u8 = 0x7F;
/// The driver's variable that holds the song's number.
const PLAYING_SONG: u16 = 0x04;
/// Words of a segment list and bytes of tracks that are looked at before a song counts as one.
const LONGEST_LIST: usize = 512;
const LONGEST_SONG: usize = 0x1_0000;

/// How much of a note sounds, in 256ths, by the upper digit of the byte (section 4).
pub const GATES: [u8; 8] = [0x32, 0x65, 0x7F, 0x98, 0xB2, 0xCB, 0xE5, 0xFC];
/// How loud a note is, in 256ths, by the lower digit of the byte (section 4).
pub const VELOCITIES: [u8; 16] =
    [0x19, 0x32, 0x4C, 0x65, 0x72, 0x7F, 0x8C, 0x98, 0xA5, 0xB2, 0xBF, 0xCB, 0xD8, 0xE5, 0xF2, 0xFC];

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

/// The songs of the table. It ends where the first song's data begin, or with a pointer that leads nowhere; entries of
/// 0 stand for no song.
#[must_use]
pub fn songs(ram: &Ram) -> Vec<SongEntry> {
    let mut songs = Vec::new();
    let mut end = u16::MAX;
    for (number, entry) in (1..=SONGS).zip((SONG_TABLE..).step_by(2)) {
        if entry >= end {
            break;
        }
        let address = ram.read_word(entry);
        if address == 0 {
            continue;
        }
        if belongs_to_driver(address) {
            break;
        }
        let checked = check_song(ram, address);
        let first = *checked.as_ref().unwrap_or(&address);
        end = [end, address, first].into_iter().filter(|&start| start > SONG_TABLE).min().unwrap_or(end);
        songs.push(SongEntry { number, address, problem: checked.err() });
    }
    songs
}

/// The song that the driver in a `.spc` file was playing (its variable $04); 0 = none.
#[must_use]
pub fn playing_song(ram: &Ram) -> u8 {
    ram.read(PLAYING_SONG)
}

/// Whether the tables of gates and velocities are those of this driver.
#[must_use]
pub fn has_note_tables(ram: &Ram) -> bool {
    let matches = |address: u16, table: &[u8]| (address..).zip(table).all(|(at, &byte)| ram.read(at) == byte);
    matches(GATE_TABLE, &GATES) && matches(VELOCITY_TABLE, &VELOCITIES)
}

/// Checks a song's list, segments, tracks and subroutines; gives the lowest address of its data.
///
/// # Errors
///
/// The first byte that cannot be what it should be: a pointer into the driver's memory, a command that does not
/// exist, a list without a segment or an end.
pub fn check_song(ram: &Ram, address: u16) -> Result<u16, SongProblem> {
    song_layout(ram, address).map(|layout| layout.lowest)
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

/// Finds out which bytes of the RAM a song uses, and what for.
///
/// # Errors
///
/// As [`check_song`].
pub fn song_layout(ram: &Ram, address: u16) -> Result<SongLayout, SongProblem> {
    let layout = SongLayout {
        list: (address, address),
        segments: BTreeMap::new(),
        tracks: BTreeSet::new(),
        parts: BTreeSet::new(),
        lowest: address,
        used: vec![false; Ram::SIZE],
    };
    let mut walk = Walk { ram, layout, seen: BTreeSet::new(), waiting: Vec::new(), left: LONGEST_SONG };
    walk.list(address)?;
    while let Some(track) = walk.waiting.pop() {
        walk.track(track)?;
    }
    Ok(walk.layout)
}

struct Walk<'a> {
    ram: &'a Ram,
    layout: SongLayout,
    seen: BTreeSet<u16>,
    waiting: Vec<u16>,
    left: usize,
}

impl Walk<'_> {
    fn pointer(&mut self, target: u16, from: u16, what: &str) -> Result<(), SongProblem> {
        if belongs_to_driver(target) {
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
                    let target = self.word(at);
                    self.pointer(target, at, "a loop")?;
                    at = at.wrapping_add(2);
                    if count >= 0x82 {
                        break;
                    }
                }
                segment => {
                    self.segment(segment, at.wrapping_sub(2))?;
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
        for (at, pointer) in (segment..).step_by(2).zip(&mut pointers) {
            *pointer = self.word(at);
            if *pointer >> 8 != 0 {
                self.branch(*pointer, at)?;
                self.layout.tracks.insert(*pointer);
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
            } else if byte >= code::FIRST_COMMAND {
                let place = at.wrapping_sub(1);
                let Some(command) = Command::from_byte(byte) else {
                    return Err(SongProblem {
                        address: place,
                        message: format!("${byte:02X} is no command"),
                    });
                };
                if command == Command::Call {
                    let target = self.ram.read_word(at);
                    self.branch(target, place)?;
                    self.layout.parts.insert(target);
                }
                for _ in 0..command.argument_count() {
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

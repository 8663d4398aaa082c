//! Songs that lie as the authors' macros lay them out: list, then each segment with its pointers before its tracks.

use std::collections::{BTreeMap, BTreeSet};

use super::block::Block;
use super::data::{Calls, stretch};
use crate::format::song_bank::SongLayout;
use crate::sequencer::memory_map::SONG_TABLE;

/// The word in a list before the address to which it jumps back for ever.
const LOOP: u16 = 0xFF;
/// Bytes of a segment's pointers.
const SEGMENT_SIZE: usize = 16;
/// The entry of the song that is always there, and the address that `%songbank` gives it.
const RESIDENT_ENTRY: usize = 10;
const RESIDENT_SONG: u16 = 0x2880;

/// The songs of a block, if all of them can be written with macros and nothing is before or between them.
pub(super) fn body(block: &Block<'_>) -> Option<String> {
    let (&first, _) = block.songs.first_key_value()?;
    if first != block.start {
        return None;
    }
    songs(block).map(|songs| songs.into_iter().map(|(_, text)| text).collect())
}

/// A main block with its table of songs: `%songbank`.
pub(super) fn bank(block: &Block<'_>) -> Option<String> {
    if block.start != SONG_TABLE {
        return None;
    }
    let (&first, _) = block.songs.first_key_value()?;
    let entries = usize::from(first - SONG_TABLE) / 2;
    if entries == 0 || entries > 127 || !(first - SONG_TABLE).is_multiple_of(2) {
        return None;
    }
    let mut songs: BTreeMap<u16, String> = songs(block)?.into_iter().collect();
    let mut text = format!("%songbank({entries})\n");
    for entry in 0..entries {
        let address = block.word(usize::from(SONG_TABLE) + 2 * entry)?;
        let next = songs.first_key_value().map(|(&next, _)| next);
        let statement = match address {
            RESIDENT_SONG if entry == RESIDENT_ENTRY => "%skipsong()\n".to_owned(),
            0 if entry == RESIDENT_ENTRY => "%silentsong()\n".to_owned(),
            0 => "%skipsong()\n".to_owned(),
            address if Some(address) == next => songs.pop_first()?.1,
            address if block.songs.contains_key(&address) => {
                format!("%repeatsong(.{}+!OFFSET)\n", title(block, address))
            }
            address => format!("%repeatsong(${address:04X})\n"),
        };
        text.push_str(&statement);
    }
    (songs.is_empty()).then(|| text + "%endbank()\n")
}

/// The title of a song.
fn title(block: &Block<'_>, address: u16) -> String {
    let number = block.numbers.iter().find(|song| song.address == address).map_or(1, |song| song.number);
    format!("Song{number:02X}")
}

/// Every song's text, if each of them ends where the next one begins, and the last one where the block ends.
fn songs(block: &Block<'_>) -> Option<Vec<(u16, String)>> {
    let starts: Vec<u16> = block.songs.keys().copied().collect();
    let ends = starts.iter().skip(1).map(|&start| usize::from(start)).chain([block.end()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| Some((start, StructuredSong::new(block, start, end)?.text())))
        .collect()
}

/// A song whose parts are where macros would put them.
struct StructuredSong<'a> {
    block: &'a Block<'a>,
    layout: &'a SongLayout,
    start: u16,
    end: usize,
    /// Pointers of the list, and the number of the one at which it goes on when it has ended; none if the song ends.
    entries: Vec<u16>,
    repeat: Option<usize>,
    /// For each segment its place in the list, in the order of their addresses.
    places: BTreeMap<u16, usize>,
    /// Names of the parts.
    parts: BTreeMap<u16, String>,
}

impl<'a> StructuredSong<'a> {
    fn new(block: &'a Block<'a>, start: u16, end: usize) -> Option<Self> {
        let layout = block.songs.get(&start)?;
        let (entries, repeat) = list(block, start)?;
        let behind_list = usize::from(start) + 2 * entries.len() + 4;
        let &first = layout.segments.keys().next()?;
        if usize::from(first) != behind_list {
            return None;
        }
        let mut places = BTreeMap::new();
        let mut next = 0;
        for &segment in layout.segments.keys() {
            let place = next + entries[next..].iter().position(|entry| *entry == segment)?;
            places.insert(segment, place);
            next = place + 1;
        }
        let is_inside = |address: u16| (usize::from(first)..end).contains(&usize::from(address));
        let parts = (1..).zip(layout.parts.iter().filter(|part| is_inside(**part)));
        let parts = parts.map(|(number, &part)| (part, format!("p{number}"))).collect();
        Some(Self { block, layout, start, end, entries, repeat, places, parts })
    }

    fn text(&self) -> String {
        let repeat = self.repeat.map_or_else(|| "-1".to_owned(), |entry| entry.to_string());
        let title = title(self.block, self.start);
        let mut text = format!("%song(\"{title}\", {}, {repeat})\n", self.entries.len());
        let segments: Vec<(u16, usize)> =
            self.places.iter().map(|(&address, &place)| (address, place)).collect();
        let mut entry = 0;
        for (index, &(address, place)) in segments.iter().enumerate() {
            text.push_str(&self.repeats(entry..place));
            entry = place + 1;
            let end = segments.get(index + 1).map_or(self.end, |(next, _)| usize::from(*next));
            text.push_str(&self.segment(address, place, end));
        }
        text.push_str(&self.repeats(entry..self.entries.len()));
        text + "%endsong()\n\n"
    }

    fn repeats(&self, entries: std::ops::Range<usize>) -> String {
        let place = |entry: usize| self.places.get(&self.entries[entry]).copied().unwrap_or_default();
        entries.map(|entry| format!("\t%repeatsegment(\"s{}\")\n", place(entry))).collect()
    }

    /// A segment with its tracks, the parts between them, and all data up to the next segment.
    fn segment(&self, address: u16, place: usize, end: usize) -> String {
        let start = usize::from(address) + SEGMENT_SIZE;
        let mut statements: BTreeMap<u16, String> = BTreeMap::new();
        for (&part, name) in &self.parts {
            if (start..end).contains(&usize::from(part)) {
                statements.insert(part, format!("\t\t%part(\"{name}\")\n"));
            }
        }
        // Tracks that have no data here follow the data of the track before them.
        let (mut before, mut behind) = (String::new(), String::new());
        for (number, track) in self.tracks(address, end).into_iter().enumerate() {
            match track {
                Track::Own(at) => {
                    let statement = format!("{behind}\t\t%track(\"t{number}\")\n");
                    behind.clear();
                    let other = statements.entry(at).or_default();
                    *other = join(other, &statement);
                }
                other => {
                    let statement = self.repeated(other, address);
                    if statements.values().any(|text| text.contains("%track")) {
                        behind.push_str(&statement);
                    } else {
                        before.push_str(&statement);
                    }
                }
            }
        }
        let is_song = |address: u16| self.layout.uses(address);
        let data = stretch(start as u16, self.block.bytes_between(start, end), &statements, is_song, self);
        format!("\t%segment(\"s{place}\")\n{before}{data}{behind}")
    }

    /// The tracks of a segment up to the last one that is not silent.
    fn tracks(&self, segment: u16, end: usize) -> Vec<Track> {
        let mut next = usize::from(segment) + SEGMENT_SIZE;
        let pointers = self.layout.segments.get(&segment).copied().unwrap_or_default();
        let mut tracks: Vec<Track> = pointers
            .into_iter()
            .map(|pointer| match pointer {
                0 => Track::Silent,
                own if (next..end).contains(&usize::from(own)) => {
                    next = usize::from(own);
                    Track::Own(own)
                }
                other => Track::Elsewhere(other),
            })
            .collect();
        while tracks.last() == Some(&Track::Silent) {
            tracks.pop();
        }
        tracks
    }

    /// A track without data of its own here.
    fn repeated(&self, track: Track, segment: u16) -> String {
        let Track::Elsewhere(address) = track else { return "\t\t%silenttrack()\n".to_owned() };
        let segments: Vec<u16> = self.places.keys().copied().collect();
        for (index, &other) in segments.iter().enumerate() {
            let end = segments.get(index + 1).map_or(self.end, |next| usize::from(*next));
            let number = self.tracks(other, end).iter().position(|track| *track == Track::Own(address));
            let Some(number) = number else { continue };
            return match other == segment {
                true => format!("\t\t%repeattrack(\"t{number}\")\n"),
                false => {
                    let place = self.places.get(&other).copied().unwrap_or_default();
                    format!("\t\t%repeattrackfromseg(\"s{place}\", \"t{number}\")\n")
                }
            };
        }
        // There is no macro for it: the text will not give these bytes, and the song is written with labels.
        String::new()
    }
}

/// Where a track's data are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Track {
    Silent,
    Own(u16),
    Elsewhere(u16),
}

/// Tracks come before parts at the same place.
fn join(other: &str, statement: &str) -> String {
    if other.contains("%track") { format!("{other}{statement}") } else { format!("{statement}{other}") }
}

impl Calls for StructuredSong<'_> {
    fn call(&self, address: u16, count: u8) -> String {
        match self.parts.get(&address) {
            Some(name) => format!("%playpart(\"{name}\", {count})"),
            None => format!("db !callpart : dw ${address:04X} : db {count}"),
        }
    }
}

/// The entries of a list that consists of segments, a jump back for ever or an end, and that alone.
fn list(block: &Block<'_>, start: u16) -> Option<(Vec<u16>, Option<usize>)> {
    let mut entries = Vec::new();
    let mut at = usize::from(start);
    loop {
        let word = block.word(at)?;
        let next = block.word(at + 2)?;
        at += 2;
        if word >> 8 != 0 {
            entries.push(word);
            continue;
        }
        let known: BTreeSet<usize> = (0..entries.len()).collect();
        let target = usize::from(next).checked_sub(usize::from(start));
        return match word {
            0 if next == 0 => Some((entries, None)),
            LOOP => target
                .filter(|offset| offset.is_multiple_of(2) && known.contains(&(offset / 2)))
                .map(|offset| (entries, Some(offset / 2))),
            _ => None,
        };
    }
}

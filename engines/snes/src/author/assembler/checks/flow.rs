//! Tracks and parts as a whole: where they end, whether time passes, what they call.

use std::collections::{BTreeMap, BTreeSet};

use tatum_core::source::{Problem, Problems, Span};

use super::super::run::Assembler;
use super::super::song::{Song, TRACKS, TrackData};
use crate::author::code;
use crate::sequencer::commands::Command;

/// Bytes of a track that are looked at.
const LONGEST_TRACK: usize = 0x1_0000;
/// Tracks and parts that are looked at, in all.
const MOST_WALKS: usize = 20_000;

/// What is wrong with tracks.
#[derive(Default)]
pub(super) struct Found {
    /// Ends, calls, time.
    pub(super) structure: Problems,
    /// What is not set at the beginning.
    pub(super) beginnings: Problems,
}

pub(super) fn check(assembler: &Assembler<'_>) -> Found {
    let mut found = Found::default();
    let mut left = MOST_WALKS;
    for song in &assembler.songs.songs {
        SongCheck { assembler, song, found: &mut found, left: &mut left, parts: BTreeMap::new() }.check();
    }
    found
}

/// What a stretch of bytes does up to its end.
#[derive(Clone, Debug, Default)]
struct Walk {
    end: End,
    /// Whether it plays or waits.
    takes_time: bool,
    /// Whether a note comes before any instrument, before any length.
    plays_without_instrument: bool,
    plays_without_length: bool,
    sets_instrument: bool,
    sets_length: bool,
    /// Addresses of its calls, and what they call.
    calls: Vec<(i64, i64)>,
}

/// How it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum End {
    #[default]
    Terminator,
    /// Behind the song's data.
    BehindSong,
    /// In the pointers of a segment.
    InPointers(String),
}

struct SongCheck<'a, 'f> {
    assembler: &'a Assembler<'f>,
    song: &'a Song,
    found: &'a mut Found,
    left: &'a mut usize,
    /// What was walked from an address.
    parts: BTreeMap<i64, Walk>,
}

impl SongCheck<'_, '_> {
    fn check(mut self) {
        let song = self.song;
        let mut called = BTreeSet::new();
        let mut channels = [Channel::default(); TRACKS];
        for segment in &song.segments {
            for (track, channel) in segment.tracks.iter().zip(&mut channels) {
                let TrackData::Own(address) = track.data else { continue };
                let Some(walk) = self.walk(address) else { return };
                let name = track.name.as_deref().unwrap_or_default();
                self.ends(&walk, track.span, &format!("track {name}"), is_last(song, address));
                called.extend(walk.calls.iter().map(|(_, target)| *target));
                let Some(whole) = self.with_parts(&walk) else { return };
                if walk.end == End::Terminator && !whole.takes_time {
                    let message = format!(
                        "track {name} ends without a note or rest: the segment is over at once for every track"
                    );
                    let problem = Problem::warning("SONG-NO-TIME", track.span, message);
                    self.found.structure.push(problem.with_hint("add a short rest: db !32, !n, R"));
                }
                channel.note(&whole, name, track.span, &mut self.found.beginnings);
            }
        }
        for address in called {
            let Some(walk) = self.walk(address) else { return };
            let part = song.parts.iter().rfind(|part| part.address == address);
            let name = part.map_or_else(|| "a part".to_owned(), |part| format!("part {}", part.name));
            if let Some(part) = part {
                self.ends(&walk, part.span, &name, is_last(song, address));
            }
            for (place, _) in walk.calls {
                self.nested(&name, place);
            }
        }
    }

    fn ends(&mut self, walk: &Walk, span: Span, name: &str, is_last: bool) {
        let message = match &walk.end {
            End::Terminator => return,
            End::BehindSong if is_last && name.starts_with("track") => {
                "the data of the last track run past the end of the song".to_owned()
            }
            End::BehindSong => format!("the data of {name} run past the end of the song"),
            End::InPointers(segment) => {
                format!("the data of {name} run into the pointers of segment {segment}")
            }
        };
        let problem = Problem::warning("SONG-NO-END", span, message);
        self.found.structure.push(problem.with_hint("add db !PART_END"));
    }

    /// A call from inside a part.
    fn nested(&mut self, outer: &str, place: i64) {
        let Some(call) = self.song.calls.iter().find(|call| call.address == place) else { return };
        let message = format!(
            "part {} is called inside {outer}: the return place of {} is lost",
            call.name,
            short(outer)
        );
        let problem = Problem::warning("SONG-NESTED", call.span, message);
        self.found.structure.push(problem.with_hint("call it from the track, or write its notes here"));
    }

    /// A walk together with the parts that it calls, and those that they call.
    fn with_parts(&mut self, walk: &Walk) -> Option<Walk> {
        let mut whole = walk.clone();
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<i64> = walk.calls.iter().map(|(_, target)| *target).collect();
        while let Some(target) = waiting.pop() {
            if !seen.insert(target) {
                continue;
            }
            let part = self.walk(target)?;
            whole.takes_time |= part.takes_time;
            whole.sets_instrument |= part.sets_instrument;
            whole.sets_length |= part.sets_length;
            whole.plays_without_instrument |= part.plays_without_instrument && !walk.sets_instrument;
            whole.plays_without_length |= part.plays_without_length && !walk.sets_length;
            waiting.extend(part.calls.iter().map(|(_, target)| *target));
        }
        Some(whole)
    }

    /// Reads from an address to the end; none if enough has been looked at.
    fn walk(&mut self, start: i64) -> Option<Walk> {
        if let Some(walk) = self.parts.get(&start) {
            return Some(walk.clone());
        }
        *self.left = self.left.checked_sub(1)?;
        let walk = self.read(start);
        self.parts.insert(start, walk.clone());
        Some(walk)
    }

    fn read(&self, start: i64) -> Walk {
        let mut walk = Walk::default();
        let mut at = start;
        let end = self.song.end.unwrap_or(i64::MAX);
        for _ in 0..LONGEST_TRACK {
            if at >= end || at < self.song.start {
                walk.end = End::BehindSong;
                return walk;
            }
            if let Some(segment) = self
                .song
                .segments
                .iter()
                .find(|segment| (segment.pointers..segment.pointers + 2 * TRACKS as i64).contains(&at))
            {
                walk.end = End::InPointers(segment.name.clone());
                return walk;
            }
            let byte = self.byte(at);
            match byte {
                code::END => return walk,
                1..code::FIRST_NOTE => {
                    walk.sets_length = true;
                    at = self.after(at, 1);
                    if self.byte(at) >= code::FIRST_NOTE {
                        continue;
                    }
                    // The articulation. Whatever follows it is played, unless it is a command.
                    at = self.after(at, 1);
                    if self.byte(at) >= code::FIRST_NOTE {
                        continue;
                    }
                    walk.plays(code::FIRST_NOTE);
                }
                code::FIRST_NOTE.. if byte < code::FIRST_COMMAND => walk.plays(byte),
                _ => {
                    let Some(command) = Command::from_byte(byte) else { return walk };
                    if command == Command::Instrument {
                        walk.sets_instrument = true;
                    }
                    if command == Command::Call {
                        walk.calls.push((at, self.target(at)));
                    }
                    at = self.after(at, i64::from(command.argument_count()));
                }
            }
            at = self.after(at, 1);
        }
        walk
    }

    fn after(&self, address: i64, count: i64) -> i64 {
        self.assembler.output.address_after(address, count)
    }

    fn byte(&self, address: i64) -> u8 {
        let output = &self.assembler.output;
        output.mapping.offset(address).and_then(|offset| output.byte(offset)).unwrap_or(0)
    }

    /// The address that a call leads to.
    fn target(&self, call: i64) -> i64 {
        let word = u16::from_le_bytes([1, 2].map(|offset| self.byte(self.after(call, offset))));
        let block = &self.assembler.songs.blocks[self.song.block];
        let distance = i64::from(word) - block.aram.unwrap_or_default();
        match distance {
            0.. => self.after(block.start, distance),
            _ => -1,
        }
    }
}

impl Walk {
    fn plays(&mut self, byte: u8) {
        self.takes_time = true;
        self.plays_without_length |= !self.sets_length;
        if byte >= code::FIRST_PERCUSSION {
            self.sets_instrument = true;
        } else if byte < code::TIE {
            self.plays_without_instrument |= !self.sets_instrument;
        }
    }
}

/// What a channel has set so far, segment by segment.
#[derive(Clone, Copy, Debug, Default)]
struct Channel {
    has_instrument: bool,
    has_length: bool,
}

impl Channel {
    fn note(&mut self, walk: &Walk, name: &str, span: Span, problems: &mut Problems) {
        if !self.has_instrument && walk.plays_without_instrument {
            let message = format!("track {name} plays before it sets an instrument");
            let problem = Problem::warning("SONG-NO-INSTRUMENT", span, message);
            problems.push(problem.with_hint("begin with db !instr, !PIANO"));
            self.has_instrument = true;
        }
        if !self.has_length && walk.plays_without_length {
            let message =
                format!("track {name} plays before it sets a length: it has that of the song before");
            let problem = Problem::warning("SONG-NO-LENGTH", span, message);
            problems.push(problem.with_hint("write a length before the first note: db !4, !n"));
            self.has_length = true;
        }
        self.has_instrument |= walk.sets_instrument;
        self.has_length |= walk.sets_length;
    }
}

/// Whether no other track of the song begins behind an address.
fn is_last(song: &Song, address: i64) -> bool {
    let tracks = song.segments.iter().flat_map(|segment| &segment.tracks);
    !tracks.into_iter().any(|track| matches!(track.data, TrackData::Own(other) if other > address))
}

/// A part's name without the word before it.
fn short(name: &str) -> &str {
    name.strip_prefix("part ").unwrap_or(name)
}

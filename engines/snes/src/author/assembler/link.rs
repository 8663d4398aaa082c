//! What was used before it was defined gets its value at the end.

use std::rc::Rc;

use tatum_core::source::{Problem, Span};

use super::expression::Math;
use super::labels::Scope;
use super::run::Assembler;
use super::song::{Song, TrackData};
use super::suggestions;
use super::text::Text;

/// Bytes whose value is not known yet.
pub(super) enum Fixup {
    /// A value of the source.
    Expression {
        /// Where the bytes are in the file, and how many.
        offset: usize,
        size: usize,
        /// The text as it stood there.
        text: Text,
        scope: Scope,
        math: Math,
        path: Rc<str>,
        /// The value's number among the items, if it is one.
        item: Option<usize>,
    },
    /// A pointer of a macro.
    Pointer(Pointer),
}

/// A pointer to a place in a song.
pub(super) struct Pointer {
    /// Address of the pointer.
    pub(super) address: i64,
    pub(super) target: Target,
    /// Where the source names the target, and its segment.
    pub(super) span: Span,
    pub(super) segment_span: Option<Span>,
    pub(super) song: usize,
    /// Address in the audio RAM of the song's block.
    pub(super) aram: i64,
}

/// What a pointer points to.
pub(super) enum Target {
    Segment { name: String },
    Track { segment: String, name: String, is_other: bool },
    Part { name: String },
}

impl Assembler<'_> {
    pub(super) fn add_pointer(&mut self, pointer: Pointer) {
        self.fixups.push(Fixup::Pointer(pointer));
    }

    /// The pointer that was added last.
    pub(super) fn last_pointer(&mut self) -> Option<&mut Pointer> {
        match self.fixups.last_mut()? {
            Fixup::Pointer(pointer) => Some(pointer),
            Fixup::Expression { .. } => None,
        }
    }

    /// Writes everything that had to wait.
    pub(super) fn link(&mut self) {
        for fixup in std::mem::take(&mut self.fixups) {
            let outcome = match fixup {
                Fixup::Expression { offset, size, text, scope, math, path, item } => self
                    .evaluate_in(&text, &scope, math, &path)
                    .map(|value| {
                        for (offset, byte) in (offset..).zip(&value.to_le_bytes()[..size]) {
                            self.output.write(offset, *byte);
                        }
                        if let Some(item) = item.and_then(|item| self.items.get_mut(item)) {
                            item.value = value;
                        }
                    })
                    .map_err(super::expression::NoValue::into_problem),
                Fixup::Pointer(pointer) => self.link_pointer(&pointer),
            };
            if let Err(problem) = outcome {
                self.problems.push(problem);
            }
        }
    }

    fn link_pointer(&mut self, pointer: &Pointer) -> Result<(), Problem> {
        let song = &self.songs.songs[pointer.song];
        let target = match &pointer.target {
            Target::Segment { name } => find_segment(song, name, pointer.span)?,
            Target::Track { segment, name, is_other } => find_track(song, segment, name, *is_other, pointer)?,
            Target::Part { name } => find_part(song, name, pointer.span)?,
        };
        let start = self.songs.blocks[song.block].start;
        let value = (self.output.distance(start, target) + pointer.aram) as u16;
        for (at, byte) in (0..).zip(value.to_le_bytes()) {
            let address = self.output.address_after(pointer.address, at);
            if let Some(offset) = self.output.mapping.offset(address) {
                self.output.write(offset, byte);
            }
        }
        Ok(())
    }
}

fn find_segment(song: &Song, name: &str, span: Span) -> Result<i64, Problem> {
    song.segment(name).map(|segment| segment.pointers).ok_or_else(|| {
        let message = format!("segment {name} does not exist in this song");
        let problem = Problem::error("SONG-UNKNOWN", span, message);
        let names = song.segments.iter().map(|segment| segment.name.as_str());
        with_suggestion(problem, suggestions::nearest(name, names))
    })
}

fn find_part(song: &Song, name: &str, span: Span) -> Result<i64, Problem> {
    let found = song.parts.iter().find(|part| part.name == name);
    found.map(|part| part.address).ok_or_else(|| {
        let problem =
            Problem::error("SONG-UNKNOWN", span, format!("part {name} does not exist in this song"));
        let names = song.parts.iter().map(|part| part.name.as_str());
        with_suggestion(problem, suggestions::nearest(name, names))
    })
}

fn find_track(
    song: &Song,
    segment_name: &str,
    name: &str,
    is_other: bool,
    pointer: &Pointer,
) -> Result<i64, Problem> {
    let by_name = song.segments.iter().find(|segment| segment.name == segment_name);
    let segment = match by_name {
        Some(segment) => segment,
        None if song.segment(segment_name).is_some() => {
            let message = format!("segment {segment_name} must be given by its name");
            let span = pointer.segment_span.unwrap_or(pointer.span);
            let name = song.segment(segment_name).map_or("", |segment| segment.name.as_str());
            return Err(Problem::error("SONG-UNKNOWN", span, message).with_hint(format!("write \"{name}\"")));
        }
        None => {
            find_segment(song, segment_name, pointer.segment_span.unwrap_or(pointer.span))?;
            return Ok(0);
        }
    };
    if let Some(address) = Song::own_track(segment, name) {
        return Ok(address);
    }
    let position = name.parse::<usize>().ok();
    let (message, hint) =
        match position.and_then(|position| segment.tracks.get(position)).map(|track| track.data) {
            Some(TrackData::Silent) => {
                (format!("track {name} is silent and has no data"), Some("use %silenttrack()".to_owned()))
            }
            Some(_) => (
                format!("track {name} repeats another track"),
                Some("repeat the track that has the data".to_owned()),
            ),
            None => {
                let message = format!("track {name} does not exist in segment {segment_name}");
                (message, track_hint(song, segment_name, name, is_other))
            }
        };
    let problem = Problem::error("SONG-UNKNOWN", pointer.span, message);
    Err(match hint {
        Some(hint) => problem.with_hint(hint),
        None => problem,
    })
}

fn track_hint(song: &Song, segment: &str, name: &str, is_other: bool) -> Option<String> {
    let own = song.segments.iter().find(|found| found.name == segment)?;
    let names = own.tracks.iter().filter_map(|track| track.name.as_deref());
    if let Some(nearest) = suggestions::nearest(name, names) {
        return Some(format!("did you mean {nearest}?"));
    }
    let elsewhere = song.segments.iter().find(|found| Song::own_track(found, name).is_some())?;
    let other = &elsewhere.name;
    Some(match is_other {
        true => format!("segment {other} has such a track"),
        false => format!("use %repeattrackfromseg(\"{other}\", \"{name}\")"),
    })
}

fn with_suggestion(problem: Problem, nearest: Option<&str>) -> Problem {
    match nearest {
        Some(nearest) => problem.with_hint(format!("did you mean {nearest}?")),
        None => problem,
    }
}

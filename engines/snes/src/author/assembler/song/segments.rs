//! Segments and tracks.

use tatum_core::source::{Problem, Span};

use super::super::definitions::{Argument, Call};
use super::super::link::{Pointer, Target};
use super::super::run::Assembler;
use super::super::suggestions::ordinal;
use super::songs::already_defined;
use super::{Segment, Song, TRACKS, Track, TrackData};

/// The label of a segment's pointers and that of a song's list end in this.
const RESERVED: [&str; 1] = ["pointers"];
/// Bytes of a segment: eight pointers.
const SEGMENT_SIZE: usize = 2 * TRACKS;

impl Assembler<'_> {
    pub(super) fn segment(&mut self, call: &Call, name: &Argument) -> Result<(), Problem> {
        let was_faulty = std::mem::replace(&mut self.songs.is_faulty, true);
        let name_text = self.name(call, name, "segment's name", &RESERVED)?;
        self.songs.is_faulty = was_faulty;
        let Some(position) = self.next_entry(call)? else { return Ok(()) };
        let place = call.span;
        self.song_label(2, &format!("segment{position}"), place, |assembler, other| {
            let message = format!("the place of segment {position} has the name of another segment");
            let message = message + &assembler.place_of(other);
            Problem::error("SONG-DEFINED", place, message).with_hint("use names that are no numbers")
        })?;
        self.song_label(2, &format!("segment{name_text}"), place, |assembler, other| {
            if name_text.bytes().all(|byte| byte.is_ascii_digit()) {
                return taken_by_position("segment", &name_text, place);
            }
            let problem = already_defined("segment", &name_text, place, assembler.place_of(other));
            problem.with_hint(format!("use %repeatsegment(\"{name_text}\") to play it again"))
        })?;
        self.scope.enter(2, &format!("segment{name_text}"));
        self.song_label(3, "trackpointers", place, |_, _| {
            already_defined("segment", &name_text, place, String::new())
        })?;
        let pointers = self.output.address();
        let aram = self.aram_of(pointers, place)?;
        self.set_list_entry(position, aram);
        if let Some(song) = self.songs.current() {
            song.segments.push(Segment { name: name_text, position, pointers, tracks: Vec::new() });
        }
        self.defines.set("TRACK", "-1");
        self.emit(&[0; SEGMENT_SIZE], Some(place))
    }

    /// Counts an entry of the song's list; none if there is no song, which was told before.
    fn next_entry(&mut self, call: &Call) -> Result<Option<usize>, Problem> {
        let Some(song) = self.songs.current() else {
            let problem = Problem::error("SONG-OUTSIDE", call.span, format!("%{} outside a song", call.name));
            return self.consequence(problem.with_hint("start with %song")).map(|()| None);
        };
        let position = song.entries;
        song.entries += 1;
        if position == song.declared {
            let message = format!("{} segment; the song declares {}", ordinal(position + 1), song.declared);
            let problem = Problem::error("SONG-SEGMENTS", call.span, message);
            self.problems.push(problem.with_hint("raise the number in %song"));
        }
        self.defines.set("SEGMENT", position.to_string());
        Ok(Some(position))
    }

    fn set_list_entry(&mut self, position: usize, aram: i64) {
        let Some(start) = self.songs.current().filter(|song| position < song.declared).map(|song| song.start)
        else {
            return;
        };
        self.set_word(start, position, aram);
    }

    /// Writes a word of a table.
    pub(super) fn set_word(&mut self, table: i64, index: usize, value: i64) {
        for (at, byte) in (2 * index as i64..).zip((value as u16).to_le_bytes()) {
            let address = self.output.address_after(table, at);
            if let Some(offset) = self.output.mapping.offset(address) {
                self.output.write(offset, byte);
            }
        }
    }

    pub(super) fn repeat_segment(&mut self, call: &Call, name: &Argument) -> Result<(), Problem> {
        let name_text = self.name(call, name, "segment's name", &RESERVED)?;
        let Some(position) = self.next_entry(call)? else { return Ok(()) };
        let Some(song) = self.songs.current() else { return Ok(()) };
        if position >= song.declared {
            return Ok(());
        }
        let address = song.start + 2 * position as i64;
        self.point(address, Target::Segment { name: name_text }, name.span)
    }

    pub(super) fn track(&mut self, call: &Call, name: &Argument) -> Result<(), Problem> {
        let name_text = self.name(call, name, "track's name", &RESERVED)?;
        let Some(number) = self.next_track(call)? else { return Ok(()) };
        let place = call.span;
        let full = self.scope.full_name(3, &format!("track{name_text}"));
        let named = full.and_then(|full| self.labels.get(&full)).map(|label| label.span);
        if let Some(other) = named {
            return Err(self.taken_track(&name_text, place, other));
        }
        self.song_label(3, &format!("track{number}"), place, |_, _| {
            let message = format!("the place of track {number} has the name of another track");
            Problem::error("SONG-DEFINED", place, message).with_hint("use names that are no numbers")
        })?;
        self.song_label(3, &format!("track{name_text}"), place, |_, _| {
            taken_by_position("track", &name_text, place)
        })?;
        let address = self.output.address();
        let aram = self.aram_of(address, place)?;
        let data = TrackData::Own(address);
        self.add_track(Track { name: Some(name_text), span: place, data });
        if let Some(pointers) = self.current_segment().map(|segment| segment.pointers) {
            self.set_word(pointers, number, aram);
        }
        Ok(())
    }

    fn taken_track(&self, name: &str, place: Span, other: Option<Span>) -> Problem {
        let segment = self.songs.open.and_then(|open| self.songs.songs[open].segments.last());
        let is_name = |track: &Track| track.name.as_deref() == Some(name);
        if !segment.is_some_and(|segment| segment.tracks.iter().any(is_name)) {
            return taken_by_position("track", name, place);
        }
        let at = self.place_of(other);
        let message = format!("track {name} is already defined in this segment{at}");
        let hint = format!("use %repeattrack(\"{name}\") to play it again");
        Problem::error("SONG-DEFINED", place, message).with_hint(hint)
    }

    pub(super) fn silent_track(&mut self, call: &Call) -> Result<(), Problem> {
        if self.next_track(call)?.is_some() {
            self.add_track(Track { name: None, span: call.span, data: TrackData::Silent });
        }
        Ok(())
    }

    pub(super) fn repeat_track(
        &mut self,
        call: &Call,
        segment: Option<&Argument>,
        track: &Argument,
    ) -> Result<(), Problem> {
        let track_name = self.name(call, track, "track's name", &RESERVED)?;
        let segment_name =
            segment.map(|name| self.name(call, name, "segment's name", &RESERVED)).transpose()?;
        let Some(number) = self.next_track(call)? else { return Ok(()) };
        self.add_track(Track { name: None, span: call.span, data: TrackData::Repeated });
        let Some(current) = self.current_segment() else { return Ok(()) };
        let address = current.pointers + 2 * number as i64;
        let own = current.name.clone();
        let is_other = segment_name.is_some();
        let target = Target::Track { segment: segment_name.unwrap_or(own), name: track_name, is_other };
        let span = track.span;
        self.point(address, target, span).map(|()| {
            if let (Some(Pointer { segment_span, .. }), Some(segment)) = (self.last_pointer(), segment) {
                *segment_span = Some(segment.span);
            }
        })
    }

    /// Counts a track; none if there is no segment, which was told before.
    fn next_track(&mut self, call: &Call) -> Result<Option<usize>, Problem> {
        let Some(segment) = self.current_segment() else {
            let problem =
                Problem::error("SONG-OUTSIDE", call.span, format!("%{} outside a segment", call.name));
            return self.consequence(problem.with_hint("add %segment before it")).map(|()| None);
        };
        let (number, name) = (segment.tracks.len(), segment.name.clone());
        let label = format!("segment{name}");
        if self.scope.current(2) != Some(label.as_str()) {
            let message = "a label of the source hides the segment from this macro";
            let problem = Problem::error("SONG-LABEL", call.span, message);
            return Err(problem.with_hint("write # before the label, or use %part"));
        }
        if number == TRACKS {
            let message = format!("ninth track in segment {name}; {TRACKS} are possible");
            return Err(Problem::error("SONG-TRACKS", call.span, message));
        }
        self.defines.set("TRACK", number.to_string());
        Ok(Some(number))
    }

    fn current_segment(&mut self) -> Option<&mut Segment> {
        self.songs.current()?.segments.last_mut()
    }

    fn add_track(&mut self, track: Track) {
        let statement = self.statement;
        let starts = matches!(track.data, TrackData::Own(_));
        let span = track.span;
        if let Some(segment) = self.current_segment() {
            segment.tracks.push(track);
        }
        if starts {
            self.note_start(span, statement);
        }
    }

    /// A word that points to something in the open song, which may come later.
    pub(super) fn point(&mut self, address: i64, target: Target, span: Span) -> Result<(), Problem> {
        let (Some(song), Some(block)) = (self.songs.open, self.songs.block) else { return Ok(()) };
        let aram = self.aram_of(self.songs.blocks[block].start, span)?;
        let pointer = Pointer { address, target, span, segment_span: None, song, aram };
        self.add_pointer(pointer);
        Ok(())
    }
}

impl Song {
    /// The address of a track's data, if it has some of its own.
    pub(in super::super) fn own_track(segment: &Segment, name: &str) -> Option<i64> {
        let by_name = segment.tracks.iter().find(|track| track.name.as_deref() == Some(name));
        let track = by_name.or_else(|| segment.tracks.get(name.parse::<usize>().ok()?))?;
        match track.data {
            TrackData::Own(address) => Some(address),
            TrackData::Repeated | TrackData::Silent => None,
        }
    }
}

fn taken_by_position(what: &str, name: &str, span: Span) -> Problem {
    let message = format!("{what} name {name} is already taken by the {what} at position {name}");
    Problem::error("SONG-DEFINED", span, message).with_hint("use a name that is not a number")
}

//! `%song` and `%endsong`.

use tatum_core::source::{Problem, Span};

use super::super::definitions::{Argument, Call};
use super::super::run::Assembler;
use super::super::suggestions::ordinal;
use super::banks::too_long;
use super::blocks::RESERVED_TITLES;
use super::{Song, Table};

/// No list is longer than the song table's bank.
const MOST_SEGMENTS: i64 = 0x1000;
/// The word before the address to which a list jumps back for ever.
const LOOP: u16 = 0x00FF;

impl Assembler<'_> {
    pub(super) fn song(
        &mut self,
        call: &Call,
        title: &Argument,
        segments: &Argument,
        repeat: &Argument,
        is_listed: bool,
    ) -> Result<(), Problem> {
        self.songs.is_faulty = true;
        self.end_song(self.output.address());
        let title_text = self.name(call, title, "title", &RESERVED_TITLES)?;
        let declared = self.factor(segments, "segment count")?;
        if !(1..=MOST_SEGMENTS).contains(&declared) {
            let message = format!("{declared} segments: expected 1 to {MOST_SEGMENTS}");
            return Err(Problem::error("SONG-SEGMENTS", segments.span, message));
        }
        let target = self.factor(repeat, "loop segment")?;
        if !(-1..declared).contains(&target) {
            let message = format!("loop segment {target}, but the song has segments 0 to {}", declared - 1);
            let hint = "segments count from 0; -1 ends the song";
            return Err(Problem::error("SONG-LOOP", repeat.span, message).with_hint(hint));
        }
        let block = self.song_block(call.span)?;
        self.songs.is_faulty = false;
        let start = self.output.address();
        let number = self.count_song(call.span)?;
        self.song_label(1, &title_text, title.span, |assembler, other| {
            already_defined("song", &title_text, title.span, assembler.place_of(other))
        })?;
        self.scope.enter(1, &title_text);
        self.song_label(2, "segmentpointers", title.span, |_, _| {
            already_defined("song", &title_text, title.span, String::new())
        })?;
        let aram = self.aram_of(start, call.span)?;
        self.songs.songs.push(Song {
            title: title_text,
            block,
            start,
            end: None,
            declared: declared as usize,
            count_span: segments.span,
            entries: 0,
            segments: Vec::new(),
            parts: Vec::new(),
            calls: Vec::new(),
        });
        self.songs.open = Some(self.songs.songs.len() - 1);
        self.defines.set("SEGMENT", "-1");
        self.write_list(declared, target, aram, call.span)?;
        if is_listed || self.define_value("POINTERS", call.span)? != 0 {
            self.write_entry(number, aram, call.span)?;
        }
        Ok(())
    }

    /// Room for the list of segments, and what follows it: a jump back, or the song's end.
    fn write_list(&mut self, declared: i64, target: i64, aram: i64, span: Span) -> Result<(), Problem> {
        self.emit(&vec![0; 2 * declared as usize], Some(span))?;
        let (word, address) = match target {
            -1 => (0, 0),
            _ => (LOOP, (aram + 2 * target) as u16),
        };
        self.emit(&word.to_le_bytes(), Some(span))?;
        self.emit(&address.to_le_bytes(), Some(span))
    }

    pub(super) fn end_song_macro(&mut self, span: Span) -> Result<(), Problem> {
        if self.songs.open.is_none() {
            let problem = Problem::error("SONG-OUTSIDE", span, "%endsong outside a song");
            return self.consequence(problem.with_hint("start with %song"));
        }
        self.end_song(self.output.address());
        Ok(())
    }

    /// The data of the open song end here.
    pub(in super::super) fn end_song(&mut self, address: i64) {
        let Some(song) = self.songs.current() else { return };
        song.end = Some(address);
        self.songs.open = None;
    }

    /// Counts a song, as authors can see and change it in `!SONG`.
    pub(super) fn count_song(&mut self, span: Span) -> Result<i64, Problem> {
        let number = self.define_value("SONG", span)?.saturating_add(1);
        self.defines.set("SONG", number.to_string());
        Ok(number)
    }

    /// Writes an entry of the song table; gives its place in the file.
    pub(super) fn write_entry(
        &mut self,
        number: i64,
        aram: i64,
        span: Span,
    ) -> Result<Option<usize>, Problem> {
        let Some(Table { address, entries }) = self.songs.table else {
            let problem = Problem::error("SONG-TABLE", span, "there is no song table");
            let hint = "start the bank with %songbank";
            return self.consequence(problem.with_hint(hint)).map(|()| None);
        };
        let index = usize::try_from(number).ok().filter(|index| *index < entries).ok_or_else(|| {
            let which = usize::try_from(number).map_or_else(|_| "no".into(), |index| ordinal(index + 1));
            let word = if entries == 1 { "entry" } else { "entries" };
            let message = format!("{which} song; the table has {entries} {word}");
            Problem::error("SONG-TABLE", span, message).with_hint("raise the number in %songbank")
        })?;
        self.set_word(address, index, aram);
        Ok(self.output.mapping.offset(self.output.address_after(address, 2 * index as i64)))
    }

    /// What is left open at the end of the source.
    pub(in super::super) fn finish_songs(&mut self) {
        self.end_song(self.output.address());
        self.close_macro();
        self.close_conditions(0);
        self.expect_no_open_bank();
        // After an error the places may not be those that the source means.
        if !self.problems.has_errors() {
            self.expect_room();
        }
    }

    /// Songs without a bank around them must have room where they are linked for. (Banks are looked at where they end.)
    fn expect_room(&mut self) {
        for (index, block) in self.songs.blocks.iter().enumerate().filter(|(_, block)| block.header.is_none())
        {
            let songs = self.songs.songs.iter().filter(|song| song.block == index);
            let Some(last) = songs.max_by_key(|song| song.end) else { continue };
            let (Some(end), Some(aram)) = (last.end, block.aram) else { continue };
            if let Some(problem) = too_long(aram, self.output.distance(block.start, end)) {
                self.problems.push(Problem::error("SONG-ROOM", last.count_span, problem));
            }
        }
    }

    /// ` (line n)` of a label's definition.
    pub(super) fn place_of(&self, other: Option<Span>) -> String {
        other.map_or_else(String::new, |span| self.line_of(span))
    }
}

/// The problem that a name is used twice.
pub(super) fn already_defined(what: &str, name: &str, span: Span, place: String) -> Problem {
    let problem = Problem::error("SONG-DEFINED", span, format!("{what} {name} is already defined{place}"));
    problem.with_hint("choose another name")
}

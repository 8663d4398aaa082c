//! Notes, rests, ties and their lengths.

use super::Parser;
use crate::author::mml::length::Ticks;
use crate::author::mml::song::{Item, Note, Sounding};

/// The largest denominator of a length: 192 ticks make a whole note.
const SHORTEST: u32 = 192;
/// MIDI key of c in octave 0.
const KEY_OF_OCTAVE_0: i32 = 12;
/// MIDI keys there are.
const KEYS: std::ops::RangeInclusive<i32> = 0..=127;

/// A length as it is written.
struct Written {
    /// Without tuplets; none for a number that is no length, which has been told.
    ticks: Option<Ticks>,
    /// Whether there is a number at all.
    is_given: bool,
}

impl Parser<'_> {
    /// `c` to `b` with accidental and length.
    pub(super) fn note(&mut self, letter: char, start: usize) {
        self.needs_channel("note", start);
        let accidental = match self.cursor.peek() {
            Some('+' | '#') => 1,
            Some('-') => -1,
            _ => 0,
        };
        if accidental != 0 {
            self.cursor.take();
        }
        let Some(sounding) = self.sounding(start) else { return };
        let key = KEY_OF_OCTAVE_0 + 12 * i32::from(self.channel.octave) + semitone(letter) + accidental;
        if !KEYS.contains(&key) {
            let message = format!("{letter} in octave {} is no MIDI key", self.channel.octave);
            self.error("MML-PITCH", sounding.span, &message, "0 to 127");
        }
        self.channel.has_notes = true;
        let (velocity, gate) = (self.channel.velocity, self.channel.gate);
        self.channel.items.push(Item::Note(Note { key, velocity, gate, sounding }));
    }

    /// `r` with length.
    pub(super) fn rest(&mut self, start: usize) {
        self.needs_channel("rest", start);
        if let Some(sounding) = self.sounding(start) {
            self.channel.items.push(Item::Rest(sounding));
        }
    }

    /// `^` with length: the last note or rest goes on.
    pub(super) fn tie(&mut self, start: usize) {
        let length = self.length_or_default();
        let span = self.span(start..self.cursor.position());
        if !self.channel.can_tie {
            let span = self.span(start..start + 1);
            return self.error("MML-TIE", span, "`^` without a note or rest before it", "");
        }
        if let Some(length) = length
            && self.advance(self.in_tuplets(length), span)
            && let Some(item) = self.channel.items.last_mut()
        {
            item.sounding_mut().end = self.channel.position;
        }
    }

    /// `l` with the default length.
    pub(super) fn default_length(&mut self, start: usize) {
        self.needs_channel("`l`", start);
        let Written { ticks, is_given } = self.length();
        if !is_given {
            self.error("MML-NUMBER", self.span(start..start + 1), "expected a number after `l`", "");
        } else if let Some(ticks) = ticks {
            self.channel.length = ticks;
        }
    }

    /// The time of the note or rest that begins at `start`; the position is moved behind it.
    fn sounding(&mut self, start: usize) -> Option<Sounding> {
        self.begin_items();
        let length = self.length_or_default()?;
        let span = self.span(start..self.cursor.position());
        let begin = self.channel.position;
        if !self.advance(self.in_tuplets(length), span) {
            return None;
        }
        self.channel.can_tie = true;
        if !self.channel.position.since(begin).is_whole() {
            self.uneven.get_or_insert(span);
        }
        Some(Sounding { span, start: begin, end: self.channel.position })
    }

    /// Settings before the first note, rest or loop are those the channel starts with.
    pub(super) fn begin_items(&mut self) {
        self.channel.start.get_or_insert(self.channel.settings);
    }

    /// The length that follows, or the default length; none if it was wrong, which has been told.
    fn length_or_default(&mut self) -> Option<Ticks> {
        let Written { ticks, is_given } = self.length();
        if is_given {
            return ticks;
        }
        let dots = self.dots();
        self.dotted(self.channel.length, dots)
    }

    /// The length that follows, if one does.
    fn length(&mut self) -> Written {
        let is_in_ticks = self.cursor.take_behind_blanks('=');
        let at = self.cursor.position();
        let Some(number) = self.cursor.number() else {
            if is_in_ticks {
                self.error("MML-NUMBER", self.span(at - 1..at), "expected a number after `=`", "");
            }
            return Written { ticks: None, is_given: is_in_ticks };
        };
        let undotted = match number.value {
            ticks @ 1.. if is_in_ticks => Some(Ticks::whole(ticks.into())),
            denominator @ 1..=SHORTEST if !is_in_ticks => Some(Ticks::of_note(denominator)),
            value => {
                let hint = if is_in_ticks { "1 tick or more" } else { "1 (whole) to 192" };
                self.error("MML-LENGTH", self.span(number.range), &format!("note length {value}"), hint);
                None
            }
        };
        let dots = self.dots();
        Written { ticks: undotted.and_then(|ticks| self.dotted(ticks, dots)), is_given: true }
    }

    fn dots(&mut self) -> usize {
        self.cursor.take_while(|character| character == '.').len()
    }

    fn dotted(&mut self, ticks: Ticks, dots: usize) -> Option<Ticks> {
        let dotted = ticks.dotted(dots);
        if dotted.is_none() {
            let end = self.cursor.position();
            self.error("MML-LENGTH", self.span(end - dots..end), &format!("{dots} dots"), "use fewer");
        }
        dotted
    }
}

/// Semitones above c.
const fn semitone(letter: char) -> i32 {
    match letter {
        'd' => 2,
        'e' => 4,
        'f' => 5,
        'g' => 7,
        'a' => 9,
        'b' => 11,
        _ => 0,
    }
}

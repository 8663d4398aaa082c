//! Loops, labels and tuplets, and the point to which the song returns.

use tatum_core::source::{Problem, Span};

use super::Parser;
use crate::author::mml::length::Ticks;
use crate::author::mml::song::{Block, Item, Sounding};

/// Brackets that may be open at once; the console allows four loops anyway.
const DEEPEST: usize = 16;

/// A bracket that has been opened.
pub(super) enum Open {
    Loop(OpenLoop),
    Tuplet(OpenTuplet),
}

/// A loop that has been opened.
pub(super) struct OpenLoop {
    /// Its bracket.
    span: Span,
    /// When its first pass starts.
    start: Ticks,
    /// The items before it.
    outer: Vec<Item>,
    label: Option<u32>,
    /// Whether it is the second bracket of `[[`.
    is_inner_of_double: bool,
}

/// A tuplet that has been opened.
pub(super) struct OpenTuplet {
    /// Its brace.
    span: Span,
    /// Notes that take the time of `in_time_of`.
    notes: u32,
    in_time_of: u32,
}

impl Parser<'_> {
    /// `[`, with the label in front of it if there is one.
    pub(super) fn open_loop(&mut self, start: usize, label: Option<u32>) {
        let span = self.span(start..start + 1);
        self.needs_channel("`[`", start);
        self.begin_items();
        if self.channel.open.len() >= DEEPEST {
            let hint = "the console allows 4";
            return self.error("MML-DEPTH", span, "too many brackets inside one another", hint);
        }
        let is_inner_of_double = label.is_none()
            && self.channel.items.is_empty()
            && matches!(self.channel.open.last(), Some(Open::Loop(outer)) if outer.span.end == span.start);
        let outer = std::mem::take(&mut self.channel.items);
        let start = self.channel.position;
        self.channel.open.push(Open::Loop(OpenLoop { span, start, outer, label, is_inner_of_double }));
        self.channel.can_tie = false;
    }

    /// `]` with the number of passes.
    pub(super) fn close_loop(&mut self, start: usize) {
        let span = self.span(start..start + 1);
        let open = match self.channel.open.pop() {
            Some(Open::Loop(open)) => open,
            other => {
                self.channel.open.extend(other);
                self.cursor.number();
                return self.error("MML-LOOP", span, "`]` without `[`", "");
            }
        };
        self.channel.can_tie = false;
        let passes = self.passes();
        let items = std::mem::replace(&mut self.channel.items, open.outer);
        // `[[ ... ]]`, AddMusic's super loop, is one loop: the inner bracket adds nothing.
        if open.is_inner_of_double && passes.is_none() && self.cursor.peek() == Some(']') {
            self.channel.items = items;
            return;
        }
        let Some(passes) = passes.unwrap_or(Some(1)) else { return };
        let length = self.channel.position.since(open.start);
        let span = Span { end: self.span(start..self.cursor.position()).end, ..open.span };
        if !length.is_whole() {
            let message = "the loop's body is no whole number of ticks";
            return self.error("MML-LOOP-LENGTH", open.span, message, "192 ticks make a whole note");
        }
        let block = self.song.blocks.len();
        self.song.blocks.push(Block { items, length, is_called: open.label.is_some() });
        self.channel.last_block = Some(block);
        if let Some(label) = open.label {
            self.labels.insert(label, block);
        }
        let more = length.scaled(u64::from(passes) - 1, 1);
        if self.advance(more, span) {
            let sounding = Sounding { span, start: open.start, end: self.channel.position };
            self.channel.items.push(Item::Play { block, passes, sounding });
        }
    }

    /// The number of passes, if one follows: inside, none if it is out of range, which has been told.
    fn passes(&mut self) -> Option<Option<u8>> {
        let number = self.cursor.number()?;
        let passes = u8::try_from(number.value).ok().filter(|passes| *passes != 0);
        if passes.is_none() {
            let message = format!("{} passes", number.value);
            self.error("MML-RANGE", self.span(number.range), &message, "1 to 255");
        }
        Some(passes)
    }

    /// `(k)[` gives a label to the loop that follows, `(k)n` plays it again.
    pub(super) fn labelled_loop(&mut self, start: usize) {
        self.needs_channel("`(`", start);
        let span = self.span(start..start + 1);
        let number = self.cursor.number();
        let is_closed = self.cursor.take_behind_blanks(')');
        let label = match number {
            Some(number) if (1..=0xFFFF).contains(&number.value) && is_closed => number.value,
            Some(number) if is_closed => {
                let message = format!("label {} is out of range", number.value);
                return self.error("MML-RANGE", self.span(number.range), &message, "1 to 65535");
            }
            _ => return self.error("MML-LOOP", span, "expected a label as in `(1)`", ""),
        };
        let bracket = self.cursor.position();
        if self.cursor.take_if('[') {
            if self.labels.contains_key(&label) {
                let message = format!("label {label} is used twice");
                self.error("MML-LOOP", span, &message, "play a loop again with (k)n");
            }
            return self.open_loop(bracket, Some(label));
        }
        match self.labels.get(&label).copied() {
            Some(block) => self.play(block, start),
            None => {
                let message = format!("label {label} has no loop");
                self.error("MML-LOOP", span, &message, "the loop comes first: (k)[ ... ]n");
            }
        }
    }

    /// `*` plays the channel's last loop again.
    pub(super) fn replay(&mut self, start: usize) {
        self.needs_channel("`*`", start);
        match self.channel.last_block {
            Some(block) => self.play(block, start),
            None => self.error("MML-LOOP", self.span(start..start + 1), "`*` without a loop before it", ""),
        }
    }

    /// Plays a loop's body again from elsewhere, with the number of passes that follows.
    fn play(&mut self, block: usize, start: usize) {
        self.begin_items();
        self.channel.can_tie = false;
        let Some(passes) = self.passes().unwrap_or(Some(1)) else { return };
        let span = self.span(start..self.cursor.position());
        let begin = self.channel.position;
        let body = &mut self.song.blocks[block];
        body.is_called = true;
        let length = body.length.scaled(passes.into(), 1);
        if self.advance(length, span) {
            self.channel.has_notes = true;
            let sounding = Sounding { span, start: begin, end: self.channel.position };
            self.channel.items.push(Item::Play { block, passes, sounding });
        }
    }

    /// `{`: tinymm's heading of a channel, or a tuplet. `{` alone is a triplet, `{n:m` puts n notes into the time of m.
    pub(super) fn open_brace(&mut self, start: usize) {
        let span = self.span(start..start + 1);
        if let Some(channel) = self.cursor.tinymm_heading() {
            let message = "tinymm channel heading ignored";
            let hint = format!(
                "write #{} (MIDI channel 1 is channel 0), or use the fixer with --headers",
                channel.saturating_sub(1)
            );
            self.problems.push(Problem::warning("MML-HEADER", span, message).with_hint(hint));
            return;
        }
        self.needs_channel("`{`", start);
        if self.channel.open.len() >= DEEPEST {
            let hint = "the console allows 4";
            return self.error("MML-DEPTH", span, "too many brackets inside one another", hint);
        }
        let (notes, in_time_of) = self.ratio(span).unwrap_or((3, 2));
        self.channel.open.push(Open::Tuplet(OpenTuplet { span, notes, in_time_of }));
    }

    /// The `n:m` of a tuplet; none if it is not there, or wrong, which has been told.
    fn ratio(&mut self, span: Span) -> Option<(u32, u32)> {
        let notes = self.cursor.number()?;
        let in_time_of = if self.cursor.take_if(':') { self.cursor.number() } else { None };
        match in_time_of {
            Some(in_time_of) if (1..=64).contains(&notes.value) && (1..=64).contains(&in_time_of.value) => {
                Some((notes.value, in_time_of.value))
            }
            _ => {
                let hint = "{5:4 ...} plays five notes in the time of four; both 1 to 64";
                self.error("MML-TUPLET", span, "expected `n:m` after `{`", hint);
                None
            }
        }
    }

    /// `}`.
    pub(super) fn close_tuplet(&mut self, start: usize) {
        match self.channel.open.pop() {
            Some(Open::Tuplet(_)) => {}
            other => {
                self.channel.open.extend(other);
                self.error("MML-TUPLET", self.span(start..start + 1), "`}` without `{`", "");
            }
        }
    }

    /// A length in the tuplets that are open.
    pub(super) fn in_tuplets(&self, length: Ticks) -> Option<Ticks> {
        self.channel.open.iter().try_fold(length, |length, open| match open {
            Open::Tuplet(tuplet) => length.scaled(tuplet.in_time_of.into(), tuplet.notes.into()),
            Open::Loop(_) => Some(length),
        })
    }

    /// Whether a loop is open.
    pub(super) fn is_in_loop(&self) -> bool {
        self.channel.open.iter().any(|open| matches!(open, Open::Loop(_)))
    }

    /// `/`: the song returns here.
    pub(super) fn loop_point(&mut self, start: usize) {
        self.needs_channel("`/`", start);
        let span = self.span(start..start + 1);
        if !self.channel.open.is_empty() {
            return self.error("MML-LOOP-POINT", span, "`/` inside a loop or tuplet", "");
        }
        if self.channel.loop_point.is_some() {
            self.problems.push(Problem::warning("MML-LOOP-POINT", span, "only the first `/` counts"));
            return;
        }
        self.begin_items();
        self.channel.can_tie = false;
        self.channel.loop_point = Some(self.channel.position.rounded());
    }

    /// At the end of a channel: complains about what is still open.
    pub(super) fn close_all(&mut self) {
        for open in std::mem::take(&mut self.channel.open) {
            match open {
                Open::Loop(open) => self.error("MML-LOOP", open.span, "`[` without `]`", ""),
                Open::Tuplet(open) => self.error("MML-TUPLET", open.span, "`{` without `}`", ""),
            }
        }
    }
}

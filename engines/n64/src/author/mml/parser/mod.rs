//! Text to song. Commands are single letters, so that the parser reads characters and needs no tokens.

mod commands;
mod loops;
mod notes;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use tatum_core::source::{FileNumber, Problem, Problems, Sources, Span};

use self::loops::Open;
use super::cursor::{Cursor, Number};
use super::length::Ticks;
use super::song::{Change, Channel, Item, Setting, Settings, Song, defaults};

/// Errors after which the rest of the text is not looked at.
const MOST_ERRORS: usize = 20;
/// A longer song cannot be held by the console: its delays alone fill the 64 KiB of a sequence.
const LONGEST_SONG: u64 = 0x1000_0000;

/// Reads a text; what comes back is only of use if there is no error among the problems.
pub(super) fn parse(sources: &Sources, file: FileNumber, problems: &mut Problems) -> Song {
    let song = Song {
        loops: true,
        volume: defaults::VOLUME,
        tempo: defaults::TEMPO,
        changes: Vec::new(),
        channels: BTreeMap::new(),
        blocks: Vec::new(),
    };
    let start = sources.span(file, 0..0);
    let mut parser = Parser {
        sources,
        file,
        cursor: Cursor::new(&sources.file(file).text),
        problems,
        errors: 0,
        song,
        names: HashMap::new(),
        labels: HashMap::new(),
        channel: Current::new(None, start),
        uneven: None,
    };
    parser.text();
    parser.song
}

struct Parser<'a> {
    sources: &'a Sources,
    file: FileNumber,
    cursor: Cursor<'a>,
    problems: &'a mut Problems,
    errors: usize,
    song: Song,
    /// Instruments by the names the text gives them.
    names: HashMap<String, u8>,
    /// Blocks by their labels.
    labels: HashMap<u32, usize>,
    channel: Current,
    /// The first note whose length is no whole number of ticks.
    uneven: Option<Span>,
}

/// The channel being read.
struct Current {
    /// Its number; none before the first channel, and for one that has no proper number.
    number: Option<u8>,
    /// Whether an error has been told because there is no channel, or is not wanted.
    has_complained: bool,
    /// Its `#`.
    span: Span,
    octave: u8,
    /// Default length.
    length: Ticks,
    gate: u8,
    velocity: u8,
    settings: Settings,
    has_instrument: bool,
    /// Settings at the first note, rest or loop, once there is one.
    start: Option<Settings>,
    changes: Vec<Change<Setting>>,
    position: Ticks,
    /// Items of the innermost open loop, or of the channel.
    items: Vec<Item>,
    /// Whether the last item can be made longer.
    can_tie: bool,
    open: Vec<Open>,
    /// The last loop that was closed.
    last_block: Option<usize>,
    loop_point: Option<u64>,
    has_notes: bool,
}

impl Current {
    const fn new(number: Option<u8>, span: Span) -> Self {
        let instrument = defaults::instrument(match number {
            Some(number) => number,
            None => 0,
        });
        Self {
            number,
            has_complained: false,
            span,
            octave: defaults::OCTAVE,
            length: Ticks::ZERO,
            gate: defaults::GATE,
            velocity: defaults::VELOCITY,
            settings: Settings { instrument, volume: defaults::VOLUME, pan: None },
            has_instrument: false,
            start: None,
            changes: Vec::new(),
            position: Ticks::ZERO,
            items: Vec::new(),
            can_tie: false,
            open: Vec::new(),
            last_block: None,
            loop_point: None,
            has_notes: false,
        }
    }
}

impl Parser<'_> {
    fn text(&mut self) {
        self.channel.length = Ticks::of_note(defaults::LENGTH);
        let mut has_notes = false;
        loop {
            self.cursor.skip_separators();
            let start = self.cursor.position();
            let Some(command) = self.cursor.take() else { break };
            if command == '#' {
                has_notes |= self.channel.has_notes;
                self.finish_channel();
                self.begin_channel(start);
            } else {
                self.command(command, start);
            }
            if self.errors >= MOST_ERRORS {
                return;
            }
        }
        has_notes |= self.channel.has_notes;
        self.finish_channel();
        if !has_notes && self.errors == 0 {
            let start = self.span(0..0);
            self.error("MML-EMPTY", start, "no channel with notes", "");
        }
        if let Some(span) = self.uneven {
            self.problems.push(
                Problem::info("MML-ROUNDED", span, "lengths that are no whole number of ticks were rounded")
                    .with_hint(
                        "192 ticks make a whole note; positions stay exact, so that errors do not add up",
                    ),
            );
        }
        self.compare_lengths();
    }

    /// One command whose first character has been taken.
    fn command(&mut self, command: char, start: usize) {
        match command {
            '?' => self.loop_setting(),
            'w' | 't' => self.global(command, start),
            '/' => self.loop_point(start),
            'v' | '@' | 'y' => self.setting(command, start),
            'k' | 'q' => self.articulation(command, start),
            'o' | '<' | '>' => self.octave(command, start),
            'l' => self.default_length(start),
            'a'..='g' => self.note(command, start),
            'r' => self.rest(start),
            '^' => self.tie(start),
            '[' => self.open_loop(start, None),
            ']' => self.close_loop(start),
            '(' => self.labelled_loop(start),
            '*' => self.replay(start),
            '{' => self.open_brace(start),
            '}' => self.close_tuplet(start),
            _ => self.ignore(command, start),
        }
    }

    /// What AddMusic knows and this language does not, and what nothing knows.
    fn ignore(&mut self, command: char, start: usize) {
        match command {
            '"' => _ = self.cursor.quoted(),
            '$' => _ = self.cursor.take_while(|character| character.is_ascii_hexdigit()),
            'a'..='z' => self.cursor.skip_operands(),
            '0'..='9' => _ = self.cursor.take_while(|character| character.is_ascii_digit()),
            _ => {}
        }
        let span = self.span(start..start + command.len_utf8());
        let message = match command {
            'a'..='z' | '"' | '$' | '&' | ',' | '~' => format!("unsupported command `{command}` ignored"),
            _ => format!("`{}` is no command; ignored", command.escape_default()),
        };
        self.problems.push(Problem::warning("MML-IGNORED", span, message));
    }

    fn begin_channel(&mut self, start: usize) {
        let hash = self.span(start..start + 1);
        let mut number = None;
        match self.cursor.number() {
            None => self.error("MML-NUMBER", hash, "expected a channel number after `#`", "0 to 15"),
            Some(Number { value, range }) => match u8::try_from(value) {
                Ok(channel @ 0..=15) => number = Some(channel),
                _ => {
                    let message = format!("channel {value} does not exist");
                    self.error("MML-CHANNEL", self.span(range), &message, "0 to 15");
                }
            },
        }
        if let Some(first) = number.and_then(|number| self.song.channels.get(&number)) {
            let line = self.sources.place(first.span).line;
            let message = format!("channel {} is defined twice", number.unwrap_or_default());
            let hint = format!("first in line {line}; each channel may be used once");
            self.error("MML-CHANNEL", hash, &message, &hint);
            number = None;
        }
        self.channel = Current::new(number, hash);
        self.channel.length = Ticks::of_note(defaults::LENGTH);
        self.channel.has_complained = number.is_none();
    }

    fn finish_channel(&mut self) {
        self.close_all();
        let span = self.channel.span;
        let mut channel = std::mem::replace(&mut self.channel, Current::new(None, span));
        let Some(number) = channel.number else { return };
        if !channel.has_instrument {
            let instrument = defaults::instrument(number);
            let message = format!("channel {number} has no instrument; using @{instrument}");
            self.problems.push(Problem::warning("MML-INSTRUMENT", span, message).with_hint("add @n"));
        }
        channel.changes.sort_by_key(|change| change.tick);
        self.song.channels.insert(
            number,
            Channel {
                span,
                start: channel.start.unwrap_or(channel.settings),
                changes: channel.changes,
                items: channel.items,
                loop_point: channel.loop_point,
                length: channel.position.rounded(),
            },
        );
    }

    /// Warns of channels that end before the song does.
    fn compare_lengths(&mut self) {
        let longest = self.song.channels.values().map(|channel| channel.length).max().unwrap_or_default();
        for (number, channel) in self.song.channels.iter().filter(|(_, channel)| channel.length < longest) {
            let ticks = longest - channel.length;
            let message = format!("channel {number} is {ticks} ticks shorter than the longest channel");
            let then = if self.song.loops { "until the song loops" } else { "until the song ends" };
            let problem = Problem::warning("MML-LENGTHS", channel.span, message);
            self.problems.push(problem.with_hint(format!("it is silent {then}")));
        }
    }

    /// Complains, once, about a command that needs a channel where there is none.
    fn needs_channel(&mut self, what: &str, start: usize) {
        if self.channel.number.is_none() && !self.channel.has_complained {
            self.channel.has_complained = true;
            let span = self.span(start..start + 1);
            let message = format!("{what} before any channel");
            self.error("MML-NO-CHANNEL", span, &message, "start a channel with #0");
        }
    }

    /// Moves the channel's position on; false, with an error, if that leads nowhere.
    fn advance(&mut self, length: Option<Ticks>, span: Span) -> bool {
        let end = length.and_then(|length| self.channel.position.plus(length));
        match end {
            Some(end) if end <= Ticks::whole(LONGEST_SONG) => {
                self.channel.position = end;
                true
            }
            Some(_) => {
                let message = format!("the song is longer than {LONGEST_SONG} ticks");
                self.error("MML-LONG", span, &message, "a sequence cannot hold that");
                false
            }
            None => {
                let message = "too many lengths that have no common measure";
                self.error("MML-LENGTH", span, message, "use lengths that divide 192, or =ticks");
                false
            }
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.sources.span(self.file, range)
    }

    fn error(&mut self, code: &'static str, span: Span, message: &str, hint: &str) {
        self.errors += 1;
        let problem = Problem::error(code, span, message);
        self.problems.push(if hint.is_empty() { problem } else { problem.with_hint(hint) });
    }

    /// The number that a command needs.
    fn number_of(&mut self, command: char, start: usize) -> Option<Number> {
        let number = self.cursor.number();
        if number.is_none() {
            let message = format!("expected a number after `{command}`");
            self.error("MML-NUMBER", self.span(start..start + 1), &message, "");
        }
        number
    }

    /// The number that a command needs, in its range.
    fn number_within(
        &mut self,
        command: char,
        start: usize,
        what: &str,
        range: std::ops::RangeInclusive<u8>,
        hint: &str,
    ) -> Option<u8> {
        let number = self.number_of(command, start)?;
        match u8::try_from(number.value) {
            Ok(value) if range.contains(&value) => Some(value),
            _ => {
                let message = format!("{what} {} is out of range", number.value);
                self.error("MML-RANGE", self.span(number.range), &message, hint);
                None
            }
        }
    }
}

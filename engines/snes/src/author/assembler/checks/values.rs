//! Values one after the other, as the driver will read them: lengths, articulations, notes, commands and their
//! arguments (`snes-nspc.md` section 5).

use tatum_core::source::{Problem, Problems};

use super::super::run::Assembler;
use super::super::vocabulary::{LAST_INSTRUMENT, note_name};
use super::{Item, ItemKind};
use crate::author::code;
use crate::sequencer::commands::Command;

/// Positions between right and left.
const LAST_PAN: i64 = 20;
/// Semitones that notes can be moved by.
const MOST_SEMITONES: i64 = 72;
/// Echo delays that leave the samples of the game alone.
const LONGEST_ECHO: i64 = 2;
/// Echo filters of the driver.
const LAST_FILTER: i64 = 3;

/// What the driver expects next.
#[derive(Clone, Debug)]
enum Expected {
    /// A length, a note or a command.
    Anything,
    /// Perhaps the articulation that belongs to a length.
    Articulation,
    /// Something to play, or a command.
    Event,
    /// An argument.
    Argument { command: Command, name: String, number: usize, statement: usize },
}

/// Reads the values.
struct Reader<'a, 'f> {
    assembler: &'a Assembler<'f>,
    problems: &'a mut Problems,
    expected: Expected,
    /// Whether the byte before is one that plays.
    is_behind_note: bool,
}

pub(super) fn check(assembler: &Assembler<'_>, problems: &mut Problems) {
    let mut reader = Reader { assembler, problems, expected: Expected::Anything, is_behind_note: false };
    for item in &assembler.items {
        match &item.kind {
            ItemKind::Start => {
                reader.expected = Expected::Anything;
                reader.is_behind_note = false;
            }
            ItemKind::Byte { .. } => reader.byte(item),
            ItemKind::Data => {
                let bytes = item.value.to_le_bytes();
                bytes[..item.size].iter().for_each(|&byte| reader.advance(byte, item, false));
            }
            ItemKind::Block { offset } => {
                for offset in *offset..offset + item.size {
                    if let Some(byte) = assembler.output.byte(offset) {
                        reader.advance(byte, item, false);
                    }
                }
            }
        }
    }
}

impl Reader<'_, '_> {
    fn warn(&mut self, item: &Item, code: &'static str, message: String, hint: &str) {
        let problem = Problem::warning(code, item.span, message);
        self.problems.push(if hint.is_empty() { problem } else { problem.with_hint(hint) });
    }

    fn written(&self, item: &Item) -> &str {
        self.assembler.sources.text(item.span)
    }

    fn byte(&mut self, item: &Item) {
        let ItemKind::Byte { is_length, is_complement, tempo, .. } = &item.kind else { return };
        let is_argument = matches!(self.expected, Expected::Argument { .. });
        let value = item.value;
        if *is_length && value > 127 && !is_argument {
            let message = format!("length {value} is above 127 and will be read as a note");
            self.warn(item, "SONG-LENGTH", message, "use a tie: !4, C4, !tie");
        } else if !(-128..=255).contains(&value) && !is_complement {
            let stored = value & 0xFF;
            match tempo {
                Some(argument) => {
                    let message = format!("bpm({argument}) gives {value}, stored as {stored}");
                    self.warn(item, "SONG-TEMPO", message, "tempos up to bpm(416) fit");
                }
                None => {
                    let message = format!("{value} does not fit a byte: {stored} is stored");
                    self.warn(item, "SONG-BYTE", message, "bytes are 0 to 255, or -128 to 127");
                }
            }
        }
        self.advance(value as u8, item, true);
    }

    /// Takes a byte. Only what the source gives as a single byte is told about.
    fn advance(&mut self, byte: u8, item: &Item, is_checked: bool) {
        match self.expected.clone() {
            Expected::Argument { command, name, number, statement } => {
                if is_checked {
                    self.argument(command, &name, number, statement, item);
                }
                let number = number + 1;
                self.expected = match number < usize::from(command.argument_count()) {
                    true => Expected::Argument { command, name, number, statement },
                    false => Expected::Anything,
                };
            }
            Expected::Articulation if byte < code::FIRST_NOTE => {
                if is_checked {
                    self.articulation(byte, item);
                }
                self.expected = Expected::Event;
            }
            Expected::Event if byte < code::FIRST_NOTE => {
                if is_checked {
                    let written = self.written(item).to_owned();
                    let message = format!("{written} behind an articulation is read as a note");
                    let hint = "a length has one articulation, and then comes a note or a command";
                    self.warn(item, "SONG-ARTICULATION", message, hint);
                }
                self.played();
            }
            Expected::Articulation => {
                if is_checked {
                    self.no_articulation(byte, item);
                }
                self.event(byte, item, is_checked);
            }
            Expected::Anything | Expected::Event => self.event(byte, item, is_checked),
        }
    }

    fn played(&mut self) {
        self.expected = Expected::Anything;
        self.is_behind_note = true;
    }

    fn event(&mut self, byte: u8, item: &Item, is_checked: bool) {
        match byte {
            code::END => self.expected = Expected::Anything,
            1..code::FIRST_NOTE => self.expected = Expected::Articulation,
            code::FIRST_NOTE..code::FIRST_COMMAND => return self.played(),
            code::FIRST_COMMAND.. => self.command(byte, item, is_checked),
        }
        self.is_behind_note = false;
    }

    fn command(&mut self, byte: u8, item: &Item, is_checked: bool) {
        self.expected = Expected::Anything;
        let Some(command) = Command::from_byte(byte) else {
            if is_checked {
                let message = format!("${byte:02X} is no command: the driver would run away");
                self.warn(item, "SONG-COMMAND", message, "commands are $E0 to $FA");
            }
            return;
        };
        if command == Command::PitchSlide && !self.is_behind_note && is_checked {
            let message = format!("{} bends the note before it; here there is none", self.written(item));
            self.warn(item, "SONG-SLIDE", message, "put it right behind the note");
        }
        if command.argument_count() != 0 {
            let name = self.written(item).to_owned();
            self.expected = Expected::Argument { command, name, number: 0, statement: item.statement };
        }
    }

    fn articulation(&mut self, byte: u8, item: &Item) {
        let written = self.written(item).to_owned();
        let is_length = matches!(item.kind, ItemKind::Byte { is_length: true, .. });
        if byte == code::END && !written.starts_with(|first: char| first == '$' || first.is_ascii_digit()) {
            let message = format!("{written} right behind a length is read as its articulation");
            self.warn(item, "SONG-ARTICULATION", message, "play a note or rest before the end");
        } else if is_length {
            let message = format!("{written} right behind a length is read as its articulation");
            self.warn(item, "SONG-ARTICULATION", message, "write a note, or one length only");
        }
    }

    /// A number behind a length that is too large for an articulation.
    fn no_articulation(&mut self, byte: u8, item: &Item) {
        let written = self.written(item).to_owned();
        if !written.starts_with(|first: char| matches!(first, '$' | '%') || first.is_ascii_digit()) {
            return;
        }
        let read_as = match byte {
            code::FIRST_NOTE..code::TIE => format!("note {}", note_name(byte)),
            code::TIE => "a tie".into(),
            code::REST => "a rest".into(),
            code::FIRST_PERCUSSION..code::FIRST_COMMAND => "percussion".into(),
            _ => "a command".into(),
        };
        let message = format!("{written} after a length is read as {read_as}");
        self.warn(item, "SONG-ARTICULATION", message, "the upper digit is 0 to 7");
    }

    fn argument(&mut self, command: Command, name: &str, number: usize, statement: usize, item: &Item) {
        let names = command.description().arguments;
        let ItemKind::Byte { is_length, is_command, .. } = item.kind else { return };
        let value = item.value;
        let is_note = (i64::from(code::FIRST_NOTE)..i64::from(code::TIE)).contains(&value);
        let is_elsewhere = statement != item.statement && command != Command::Call;
        let is_target = command == Command::PitchSlide && number == 2;
        if is_elsewhere || is_command || (is_target && !is_note && (is_length || value > 127)) {
            let written = self.written(item).to_owned();
            let argument = names[number.min(names.len() - 1)];
            let message = format!("{name} takes {}; {written} is taken as its {argument}", names.join(", "));
            let hint = match command {
                Command::PitchSlide => format!("db {name}, 2, 10, G4"),
                _ => format!("write all arguments behind {name}"),
            };
            self.warn(item, "SONG-ARGUMENT", message, &hint);
            return;
        }
        let signed = if (128..=255).contains(&value) { value - 256 } else { value };
        let semitones = |what: &str| {
            let message = format!("{what} {value} is outside -{MOST_SEMITONES} to {MOST_SEMITONES}");
            (signed.abs() > MOST_SEMITONES).then_some((message, ""))
        };
        let instrument = |what: &str| {
            let last = i64::from(LAST_INSTRUMENT);
            let message =
                format!("{what} ${value:02X} does not exist in the original set ($00 to ${last:02X})");
            (!(0..=last).contains(&value)).then_some((message, "other sets may have more"))
        };
        let found = match (command, number) {
            (Command::Instrument, 0) => instrument("instrument"),
            (Command::PercussionBase, 0) => instrument("instrument"),
            (Command::Pan, 0) | (Command::PanSlide, 1) => (!(0..=LAST_PAN).contains(&value)).then(|| {
                let message = format!("pan {value} is outside 0 to {LAST_PAN}");
                (message, "0 is right, 10 the middle, 20 left")
            }),
            (Command::Transpose | Command::GlobalTranspose, 0) => semitones("transposition"),
            (Command::SlideTo | Command::SlideFrom, 2) => semitones("slide by"),
            (Command::EchoParameters, 0) if !(0..=LONGEST_ECHO).contains(&value) => {
                Some((format!("echo delay {value} overwrites sample data"), "0 to 2 are safe"))
            }
            (Command::EchoParameters, 2) if !(0..=LAST_FILTER).contains(&value) => {
                Some((format!("echo filter {value} does not exist"), "filters are 0 to 3"))
            }
            (Command::Tempo, 0) | (Command::TempoSlide, 1) if value == 0 => {
                Some(("tempo 0: the song stands still".to_owned(), "use 1 to 255"))
            }
            (
                Command::PanSlide
                | Command::MasterVolumeSlide
                | Command::TempoSlide
                | Command::VolumeSlide
                | Command::EchoSlide,
                0,
            ) if value == 0 => Some((format!("{name} in no time does nothing"), "use 1 to 255 ticks")),
            _ => None,
        };
        if let Some((message, hint)) = found {
            self.warn(item, "SONG-RANGE", message, hint);
        }
    }
}

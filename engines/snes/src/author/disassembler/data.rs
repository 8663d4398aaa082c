//! Bytes as `db` lines: what tracks play, with names; and bytes that are no song.

use std::collections::BTreeMap;

use super::super::assembler::vocabulary::{
    COMMANDS, INSTRUMENTS, LENGTHS, NORMAL_ARTICULATION, PANS, note_name, tempo_of,
};
use crate::author::code;
use crate::sequencer::commands::Command;

/// Values in a line of notes, and in one of plain numbers.
const NOTES_PER_LINE: usize = 12;
const BYTES_PER_LINE: usize = 16;

/// How the calls of a track are written.
pub(super) trait Calls {
    /// The statement that calls the part at an address.
    fn call(&self, address: u16, count: u8) -> String;
}

/// Lines of `db`, begun and filled up as values come.
#[derive(Default)]
struct Lines {
    text: String,
    values: Vec<String>,
}

impl Lines {
    fn push(&mut self, value: String) {
        if self.values.len() == NOTES_PER_LINE {
            self.finish();
        }
        self.values.push(value);
    }

    fn finish(&mut self) {
        if !self.values.is_empty() {
            self.text.push_str(&format!("\t\t\tdb {}\n", self.values.join(", ")));
            self.values.clear();
        }
    }

    fn statement(&mut self, statement: &str) {
        self.finish();
        self.text.push_str(&format!("\t\t\t{statement}\n"));
    }
}

/// What the bytes of a track mean, up to where they end.
pub(super) fn track(bytes: &[u8], calls: &impl Calls) -> String {
    let mut lines = Lines::default();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        at += match byte {
            code::END => {
                lines.statement("db !PART_END");
                1
            }
            1..code::FIRST_NOTE => length(rest, &mut lines),
            code::FIRST_NOTE..code::FIRST_COMMAND => {
                lines.push(event(byte));
                1
            }
            code::FIRST_COMMAND.. => command(rest, calls, &mut lines),
        };
    }
    lines.finish();
    lines.text
}

/// A length with its articulation; how many bytes that were.
fn length(bytes: &[u8], lines: &mut Lines) -> usize {
    lines.finish();
    let name = LENGTHS.iter().find(|(_, ticks)| *ticks == bytes[0]);
    lines.push(name.map_or_else(|| bytes[0].to_string(), |(name, _)| format!("!{name}")));
    let Some(&articulation) = bytes.get(1).filter(|byte| **byte < code::FIRST_NOTE) else { return 1 };
    lines.push(match articulation {
        NORMAL_ARTICULATION => "!n".to_owned(),
        other => format!("${other:02X}"),
    });
    // The driver plays what follows an articulation, whatever it is.
    match bytes.get(2).filter(|byte| **byte < code::FIRST_NOTE) {
        Some(&played) => {
            lines.push(format!("${played:02X}"));
            3
        }
        None => 2,
    }
}

/// A note, tie, rest or percussion.
fn event(byte: u8) -> String {
    match byte {
        code::TIE => "!tie".into(),
        code::REST => "R".into(),
        code::FIRST_PERCUSSION.. => format!("!perc{:02X}", byte - code::FIRST_PERCUSSION),
        note => note_name(note),
    }
}

/// A command with its arguments; how many bytes that were.
fn command(bytes: &[u8], calls: &impl Calls, lines: &mut Lines) -> usize {
    let command = Command::from_byte(bytes[0]);
    let count = command.map_or(0, |command| usize::from(command.argument_count()));
    let (Some(command), Some(arguments)) = (command, bytes.get(1..=count)) else {
        lines.statement(&format!("db ${:02X}", bytes[0]));
        return 1;
    };
    if let (Command::Call, [low, high, rounds]) = (command, arguments) {
        lines.statement(&calls.call(u16::from_le_bytes([*low, *high]), *rounds));
        return 4;
    }
    let name = COMMANDS.iter().find(|(_, known)| *known == command).map_or("", |(name, _)| name);
    let mut values = vec![format!("!{name}")];
    values.extend(arguments.iter().enumerate().map(|(number, &value)| argument(command, number, value)));
    if command == Command::PitchSlide {
        // It bends the note before it, and stands with it.
        values.into_iter().for_each(|value| lines.push(value));
    } else {
        lines.statement(&format!("db {}", values.join(", ")));
    }
    1 + count
}

/// An argument, by its name where it has one.
fn argument(command: Command, number: usize, value: u8) -> String {
    let named = |names: &[(&str, u8)]| {
        names.iter().find(|(_, known)| *known == value).map(|(name, _)| format!("!{name}"))
    };
    let text = match (command, number) {
        (Command::Instrument, 0) => named(&INSTRUMENTS),
        (Command::Pan, 0) | (Command::PanSlide, 1) => named(&PANS),
        (Command::Tempo, 0) | (Command::TempoSlide, 1) => tempo(value),
        (Command::EchoOn, 0) => Some(format!("%{value:08b}")),
        (Command::Transpose | Command::GlobalTranspose, 0)
        | (Command::SlideTo | Command::SlideFrom, 2)
        | (Command::EchoOn, 1 | 2)
        | (Command::EchoParameters, 1)
        | (Command::EchoSlide, 1 | 2) => Some((value as i8).to_string()),
        (Command::PitchSlide, 2) if (code::FIRST_NOTE..code::TIE).contains(&value) => Some(note_name(value)),
        _ => None,
    };
    text.unwrap_or_else(|| value.to_string())
}

/// The beats per minute that give a tempo byte: round ones, if there are some.
fn tempo(value: u8) -> Option<String> {
    let first = (i64::from(value) * 60_000 + 36_863) / 36_864;
    let all: Vec<i64> = (first..first + 3).filter(|beats| tempo_of(*beats) == i64::from(value)).collect();
    let round = [10, 5, 2, 1].into_iter().find_map(|step| all.iter().find(|beats| *beats % step == 0));
    round.map(|beats| format!("bpm({beats})"))
}

/// Bytes that are no song.
pub(super) fn plain(bytes: &[u8]) -> String {
    bytes
        .chunks(BYTES_PER_LINE)
        .map(|line| {
            let values: Vec<String> = line.iter().map(|byte| format!("${byte:02X}")).collect();
            format!("\tdb {}\n", values.join(", "))
        })
        .collect()
}

/// A stretch of data with statements that stand at some of its addresses: song data where `is_song` says so, numbers
/// elsewhere.
pub(super) fn stretch(
    start: u16,
    bytes: &[u8],
    statements: &BTreeMap<u16, String>,
    is_song: impl Fn(u16) -> bool,
    calls: &impl Calls,
) -> String {
    let mut text = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let address = start.wrapping_add(at as u16);
        if let Some(statement) = statements.get(&address) {
            text.push_str(statement);
        }
        let is_track = is_song(address);
        let end = (at + 1..bytes.len())
            .find(|&next| {
                let address = start.wrapping_add(next as u16);
                statements.contains_key(&address) || is_song(address) != is_track
            })
            .unwrap_or(bytes.len());
        let piece = &bytes[at..end];
        text.push_str(&if is_track { track(piece, calls) } else { plain(piece) });
        at = end;
    }
    text
}

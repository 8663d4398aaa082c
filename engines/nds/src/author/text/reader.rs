//! Statements to bytes: constants, labels, addresses, and the file around the events.

use std::collections::HashMap;

use tatum_core::ByteReader;
use tatum_core::source::{FileNumber, Problem, Problems, Sources, Span};

use super::checks::{self, PlacedEvent};
use super::labels::{Fixup, Labels, Reference, Target};
use super::lexer::tokens;
use super::statement::{
    Argument, ArgumentValue, CommandWord, LastArgument, Statement, StatementKind, parse_line,
};
use super::words::nearest;
use crate::format::ByteWriter;
use crate::format::event::{Arguments, Operand, SequenceEvent, arguments_of, opcode};
use crate::format::info::SequenceSettings;
use crate::format::ssar::{Ssar, SsarEntry};
use crate::format::sseq::Sseq;

/// Addresses have 24 bits; more events cannot be reached.
const LARGEST_DATA: usize = 1 << 24;
/// Texts included, all together.
const MOST_INCLUDES: usize = 256;
/// Texts included by texts that are included.
const DEEPEST_INCLUDE: usize = 16;

/// Gives the text of an included file by the name that stands in the text, or says why not.
pub type Include<'a> = dyn FnMut(&str) -> Result<String, String> + 'a;

/// For texts that stand alone.
///
/// # Errors
///
/// Always.
pub fn no_includes(_name: &str) -> Result<String, String> {
    Err("there is no folder to look in".to_owned())
}

/// What a text gives.
#[derive(Clone, Debug)]
pub struct Assembled {
    /// The file, if no problem is an error.
    pub bytes: Option<Vec<u8>>,
    /// Whether it is a sequence archive (SSAR): the text has entries.
    pub is_archive: bool,
    /// What is wrong, or hardly meant.
    pub problems: Problems,
}

/// Assembles a text that is in `sources`. Included texts are added there.
pub fn assemble(sources: &mut Sources, main: FileNumber, include: &mut Include<'_>) -> Assembled {
    let mut reader = Reader {
        sources,
        include,
        includes: 0,
        problems: Problems::default(),
        constants: HashMap::new(),
        labels: Labels::default(),
        data: Vec::new(),
        events: Vec::new(),
        header: None,
        entries: Vec::new(),
        is_archive: false,
    };
    reader.file(main, 0);
    reader.finish()
}

struct Reader<'a, 'b> {
    sources: &'a mut Sources,
    include: &'a mut Include<'b>,
    includes: usize,
    problems: Problems,
    constants: HashMap<String, i64>,
    labels: Labels,
    /// The event bytes so far; addresses are patched at the end.
    data: Vec<u8>,
    events: Vec<PlacedEvent>,
    header: Option<(Vec<u8>, Span)>,
    entries: Vec<Option<ArchiveEntry>>,
    is_archive: bool,
}

/// An entry of a sequence archive whose place is not known yet.
struct ArchiveEntry {
    start: Reference,
    settings: SequenceSettings,
}

impl Reader<'_, '_> {
    fn file(&mut self, file: FileNumber, depth: usize) {
        let text = self.sources.file(file).text.clone();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            self.line(file, start..start + line.len(), depth);
            start += line.len();
        }
    }

    fn line(&mut self, file: FileNumber, range: std::ops::Range<usize>, depth: usize) {
        let Some(tokens) = tokens(self.sources, file, range, &mut self.problems) else { return };
        let line = parse_line(self.sources, file, &tokens, &mut self.problems);
        for label in line.labels {
            self.labels.define(&label, self.data.len(), self.sources, &mut self.problems);
        }
        let Some(statement) = line.statement else { return };
        match statement.kind {
            StatementKind::Command(word) => self.command(word, &statement),
            StatementKind::Bytes => {
                if let Some(bytes) = self.bytes(&statement) {
                    self.data.extend(bytes);
                }
            }
            StatementKind::Header => {
                if let Some(bytes) = self.bytes(&statement) {
                    let (header, _) = self.header.get_or_insert((Vec::new(), statement.word.span));
                    header.extend(bytes);
                }
            }
            StatementKind::Entry => self.entry(&statement),
            StatementKind::Absent => {
                self.is_archive = true;
                if self.takes(&statement, 0, 0) {
                    self.entries.push(None);
                }
            }
            StatementKind::Include => self.include(&statement, depth),
            StatementKind::Define => self.define(&statement),
        }
        if self.data.len() > LARGEST_DATA {
            let message = "the sequence is longer than the 16 MiB that addresses can reach";
            self.problems.push(Problem::error("SMFT-LONG", statement.word.span, message));
            self.data.truncate(LARGEST_DATA);
        }
    }

    /// Whether a statement has as many arguments as it takes; reported if not.
    fn takes(&mut self, statement: &Statement, least: usize, most: usize) -> bool {
        let found = statement.arguments.len();
        if (least..=most).contains(&found) {
            return true;
        }
        let count = if least == most { least.to_string() } else { format!("{least} to {most}") };
        let plural = if (least, most) == (1, 1) { "" } else { "s" };
        let message = format!("`{}` takes {count} argument{plural}, found {found}", statement.word.text);
        self.problems.push(Problem::error("SMFT-COUNT", statement.word.span, message));
        false
    }

    /// A number or a constant within a range; reported if it is none.
    fn number(
        &mut self,
        argument: &Argument,
        what: &str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        let value = match &argument.value {
            ArgumentValue::Number(value) => *value,
            ArgumentValue::Name(name, distance) => match self.constants.get(name) {
                Some(value) => value.saturating_add(*distance),
                None => {
                    let message = format!("unknown constant `{name}`");
                    let mut problem = Problem::error("SMFT-CONSTANT", argument.span, message);
                    problem.hint = match nearest(name, self.constants.keys().map(String::as_str)) {
                        Some(known) => Some(format!("did you mean `{known}`?")),
                        None => Some(format!("the {what} is a number; constants come from #define")),
                    };
                    self.problems.push(problem);
                    return None;
                }
            },
            ArgumentValue::Text(_) => {
                let message = format!("the {what} is a number, found text in quotes");
                self.problems.push(Problem::error("SMFT-ARGUMENT", argument.span, message));
                return None;
            }
        };
        if range.contains(&value) {
            return Some(value);
        }
        let message = format!("the {what} is {} to {}, found {value}", range.start(), range.end());
        self.problems.push(Problem::error("SMFT-RANGE", argument.span, message));
        None
    }

    fn bytes(&mut self, statement: &Statement) -> Option<Vec<u8>> {
        if statement.kind == StatementKind::Bytes && statement.arguments.is_empty() {
            let message = "`.byte` takes numbers from 0 to 255";
            self.problems.push(Problem::error("SMFT-COUNT", statement.word.span, message));
            return None;
        }
        let mut bytes = Vec::with_capacity(statement.arguments.len());
        for argument in &statement.arguments {
            bytes.push(self.number(argument, "byte", 0..=255)? as u8);
        }
        Some(bytes)
    }

    fn define(&mut self, statement: &Statement) {
        let [Argument { value: ArgumentValue::Name(name, 0), span }, value] = statement.arguments.as_slice()
        else {
            let message = "expected a name and a number";
            self.problems.push(
                Problem::error("SMFT-DEFINE", statement.word.span, message)
                    .with_hint("a constant is `#define NAME number`"),
            );
            return;
        };
        let Some(value) = self.number(value, "value", i64::MIN..=i64::MAX) else { return };
        match self.constants.insert(name.clone(), value) {
            Some(before) if before != value => {
                let message = format!("`{name}` is {before} already");
                self.problems.push(Problem::error("SMFT-DEFINE", *span, message));
            }
            _ => {}
        }
    }

    fn include(&mut self, statement: &Statement, depth: usize) {
        let [Argument { value: ArgumentValue::Text(name), span }] = statement.arguments.as_slice() else {
            let message = "expected the name of a file in quotes";
            self.problems.push(
                Problem::error("SMFT-INCLUDE", statement.word.span, message)
                    .with_hint("for example `#include \"bank.sbdl\"`"),
            );
            return;
        };
        self.includes += 1;
        if depth >= DEEPEST_INCLUDE || self.includes > MOST_INCLUDES {
            let message =
                format!("files are included more than {DEEPEST_INCLUDE} deep, or more than {MOST_INCLUDES}");
            self.problems.push(
                Problem::error("SMFT-INCLUDE", *span, message).with_hint("do they include each other?"),
            );
            return;
        }
        match (self.include)(name) {
            Ok(text) => {
                let file = self.sources.add(name.clone(), text);
                self.file(file, depth + 1);
            }
            Err(reason) => {
                let message = format!("cannot include `{name}`: {reason}");
                self.problems.push(Problem::error("SMFT-INCLUDE", *span, message));
            }
        }
    }

    /// `.entry label, bank, volume, channel priority, player priority, player`; from the bank on they may be left out.
    fn entry(&mut self, statement: &Statement) {
        self.is_archive = true;
        if !self.takes(statement, 1, 6) {
            return;
        }
        let Some((start, rest)) = statement.arguments.split_first() else { return };
        let Some(start) = self.reference(start, 0xFFFF_FFFE) else { return };
        let usual = SequenceSettings::STAND_ALONE;
        let usual_values = [
            i64::from(usual.bank),
            usual.volume.into(),
            usual.channel_priority.into(),
            usual.player_priority.into(),
            usual.player.into(),
        ];
        let names = ["bank", "volume", "channel priority", "player priority", "player"];
        let mut values = usual_values;
        for (index, (argument, (value, name))) in rest.iter().zip(values.iter_mut().zip(names)).enumerate() {
            let most = if index == 0 { 0xFFFF } else { 255 };
            match self.number(argument, name, 0..=most) {
                Some(number) => *value = number,
                None => return,
            }
        }
        let [bank, volume, channel_priority, player_priority, player] = values;
        let settings = SequenceSettings {
            bank: bank as u16,
            volume: volume as u8,
            channel_priority: channel_priority as u8,
            player_priority: player_priority as u8,
            player: player as u8,
        };
        self.entries.push(Some(ArchiveEntry { start, settings }));
    }

    /// A label or an address in the data.
    fn reference(&mut self, argument: &Argument, highest: i64) -> Option<Reference> {
        let target = match &argument.value {
            ArgumentValue::Name(name, distance) if !self.constants.contains_key(name) => {
                let key = self.labels.key(name);
                Target::Label { name: name.clone(), key, distance: *distance }
            }
            _ => Target::Address(self.number(argument, "address", 0..=highest)?),
        };
        Some(Reference { target, span: argument.span })
    }

    fn command(&mut self, word: CommandWord, statement: &Statement) {
        let at = self.data.len();
        if word.command.opcode == opcode::ALLOCATE_TRACKS {
            return self.allocate_tracks(word, statement);
        }
        let arguments = arguments_of(word.command.opcode);
        let takes_suffix =
            !matches!(arguments, Arguments::None | Arguments::Address | Arguments::TrackAddress);
        if word.last != LastArgument::Plain && (!takes_suffix || word.command.fixed.is_some()) {
            let message = format!(
                "`{}`: this command has no number that could be random or a variable",
                statement.word.text
            );
            let mut problem = Problem::error("SMFT-SUFFIX", statement.word.span, message);
            if word.command.fixed.is_some() {
                problem = problem.with_hint("the forms with a number are notewait, tie and porta_switch");
            }
            self.problems.push(problem);
            return;
        }
        let Some((event, reference)) = self.event(word, statement, arguments) else { return };
        event.encode(&mut self.data);
        let has_target = reference.is_some();
        if let Some(reference) = reference {
            self.labels.fixups.push(Fixup { at: self.data.len() - 3, reference });
        }
        self.events.push(PlacedEvent { event, at, span: statement.word.span, has_target });
    }

    /// The event of a command; for those that lead somewhere, where.
    fn event(
        &mut self,
        word: CommandWord,
        statement: &Statement,
        arguments: Arguments,
    ) -> Option<(SequenceEvent, Option<Reference>)> {
        let leading = usize::from(matches!(
            arguments,
            Arguments::VelocityLength | Arguments::TrackAddress | Arguments::VariableValue
        ));
        let last = match (arguments, word.command.fixed, word.last) {
            (Arguments::None, ..) | (_, Some(_), _) => 0,
            (_, None, LastArgument::Random) => 2,
            (_, None, LastArgument::Plain | LastArgument::Variable) => 1,
        };
        if !self.takes(statement, leading + last, leading + last) {
            return None;
        }
        let mut values = statement.arguments.iter();
        let first = match (leading, values.as_slice().first()) {
            (1, Some(argument)) => {
                values.next();
                self.number(argument, first_name(arguments), 0..=255)? as u8
            }
            _ => 0,
        };
        let mut reference = None;
        let operand = match (values.as_slice(), word.last) {
            ([minimum, maximum], _) => Operand::Random {
                min: self.number(minimum, "lower bound", -0x8000..=0x7FFF)? as i16,
                max: self.number(maximum, "upper bound", -0x8000..=0x7FFF)? as i16,
            },
            ([variable], LastArgument::Variable) => {
                Operand::Variable(self.number(variable, "variable", 0..=255)? as u8)
            }
            ([target], _) if matches!(arguments, Arguments::Address | Arguments::TrackAddress) => {
                reference = Some(self.reference(target, 0xFF_FFFF)?);
                Operand::Value(0)
            }
            ([value], _) => {
                let (name, range) = last_range(word.command.opcode, arguments);
                Operand::Value(self.number(value, name, range)? as i32)
            }
            _ => word.command.fixed.map_or(Operand::None, |value| Operand::Value(value.into())),
        };
        let event =
            SequenceEvent { conditional: word.conditional, opcode: word.command.opcode, first, operand };
        Some((event, reference))
    }

    /// FE counts only where a sequence starts (nds-formats 3.3); elsewhere its mask would be read as commands.
    fn allocate_tracks(&mut self, word: CommandWord, statement: &Statement) {
        if word.conditional || word.last != LastArgument::Plain {
            let message = "`alloctrack` takes no suffix";
            self.problems.push(Problem::error("SMFT-SUFFIX", statement.word.span, message));
            return;
        }
        if !self.takes(statement, 1, 1) {
            return;
        }
        let Some(argument) = statement.arguments.first() else { return };
        let Some(mask) = self.number(argument, "track mask", 0..=0xFFFF) else { return };
        let at = self.data.len();
        if at != 0 && !self.is_archive {
            self.problems.push(
                Problem::error(
                    "SMFT-ALLOCTRACK",
                    statement.word.span,
                    "`alloctrack` stands behind other bytes",
                )
                .with_hint("it works only as the very first command of the sequence"),
            );
            return;
        }
        self.data.push(opcode::ALLOCATE_TRACKS);
        self.data.extend((mask as u16).to_le_bytes());
        let event = SequenceEvent::new(opcode::ALLOCATE_TRACKS, 0, Operand::Value(mask as i32));
        self.events.push(PlacedEvent { event, at, span: statement.word.span, has_target: false });
    }

    fn finish(mut self) -> Assembled {
        let starts = self.resolve_entries();
        let fixups = std::mem::take(&mut self.labels.fixups);
        for Fixup { at, reference } in fixups {
            let Some(address) = self.labels.resolve(&reference, &mut self.problems) else { continue };
            if let Some(field) = self.data.get_mut(at..at + 3) {
                field.copy_from_slice(&address.to_le_bytes()[..3]);
            }
        }
        for placed in self.events.iter_mut().filter(|placed| placed.has_target) {
            let mut position = placed.at as u32;
            if let Ok(event) = SequenceEvent::decode(&self.data, &mut position) {
                placed.event = event;
            }
        }
        let starts_at: Vec<usize> = match self.is_archive {
            true => starts.iter().flatten().map(|entry| entry.start as usize).collect(),
            false => vec![0],
        };
        if !self.problems.has_errors() {
            checks::check(&self.events, &starts_at, self.data.len(), &mut self.problems);
            if self.data.is_empty() && self.header.is_none() && !self.is_archive {
                self.problems.push(Problem::warning("SMFT-EMPTY", None, "there are no commands"));
            }
        }
        let bytes = self.file_bytes(starts);
        let bytes = bytes.filter(|_| !self.problems.has_errors());
        self.problems.sort_by_place();
        Assembled { bytes, is_archive: self.is_archive, problems: self.problems }
    }

    fn resolve_entries(&mut self) -> Vec<Option<SsarEntry>> {
        let entries = std::mem::take(&mut self.entries);
        let resolve = |entry: Option<ArchiveEntry>| {
            let ArchiveEntry { start, settings } = entry?;
            let start = self.labels.resolve(&start, &mut self.problems)?;
            Some(SsarEntry { start, settings })
        };
        entries.into_iter().map(resolve).collect()
    }

    /// The events in their file.
    fn file_bytes(&mut self, entries: Vec<Option<SsarEntry>>) -> Option<Vec<u8>> {
        let archive = Ssar { data_offset: 0, data: &self.data, entries };
        let Some((mut header, span)) = self.header.take() else {
            return Some(if self.is_archive { archive.to_bytes() } else { Sseq::write(&self.data) });
        };
        if self.is_archive && !patch_entries(&mut header, &archive.entries) {
            let message = "the header has no room for the entries";
            self.problems.push(
                Problem::error("SMFT-HEADER", span, message)
                    .with_hint("without `.header` it is written anew"),
            );
            return None;
        }
        header.extend(&self.data);
        Some(header)
    }
}

/// Writes the entries that differ from what a header says into it; `false` if it has no room for them.
fn patch_entries(header: &mut [u8], entries: &[Option<SsarEntry>]) -> bool {
    const RECORDS_AT: usize = 0x20;
    const RECORD_SIZE: usize = 12;
    for (number, entry) in entries.iter().enumerate() {
        let at = RECORDS_AT + RECORD_SIZE * number;
        let Some(record) = header.get_mut(at..at + RECORD_SIZE) else { return false };
        if SsarEntry::read(&mut ByteReader::new("", record)).is_ok_and(|known| known != *entry) {
            let mut bytes = ByteWriter::default();
            SsarEntry::write(entry.as_ref(), &mut bytes);
            record.copy_from_slice(&bytes.into_bytes());
        }
    }
    true
}

const fn first_name(arguments: Arguments) -> &'static str {
    match arguments {
        Arguments::VelocityLength => "velocity",
        Arguments::TrackAddress => "track",
        _ => "variable",
    }
}

/// What the last argument is called, and the numbers it takes.
const fn last_range(opcode: u8, arguments: Arguments) -> (&'static str, std::ops::RangeInclusive<i64>) {
    match (opcode, arguments) {
        (_, Arguments::VelocityLength) => ("length", 0..=0xFFFF_FFFF),
        (opcode::WAIT, _) => ("time", 0..=0xFFFF_FFFF),
        (opcode::PROGRAM, _) => ("program", 0..=0xFFFF_FFFF),
        (opcode::TRANSPOSE | opcode::PITCH_BEND, _) => ("value", -128..=127),
        (opcode::SWEEP_PITCH, _) | (_, Arguments::VariableValue) => ("value", -0x8000..=0x7FFF),
        (_, Arguments::Half) => ("value", 0..=0xFFFF),
        _ => ("value", 0..=255),
    }
}

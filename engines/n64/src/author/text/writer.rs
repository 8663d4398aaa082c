//! Model -> text.

use std::fmt::Write as _;

use super::format::Format;
use super::labels::Labels;
use super::layout::{Layout, Row};
use super::ticks::Ticks;
use crate::author::abi::{AbiDefinition, Action, BuiltInAbi, Dialect, Naming, NoteState, Scope, Style};
use crate::author::assemble::{AssembleError, Assembly, assemble};
use crate::author::dyntable_use::{EntryKind, Leaf};
use crate::author::model::{Content, Pointer, Section, SectionKind, Sequence, Value};

/// Bytes of a table on a line.
const TABLE_ROW: usize = 16;
/// Entries of a dyntable on a line, and between blank lines.
const ENTRY_ROW: usize = 8;
const ENTRY_BLOCK: usize = 16;

/// Writes a sequence as text. `name` is what it is called; canon labels begin with it.
///
/// What is written has been read back: comments say what the text alone would not.
///
/// # Errors
///
/// If the sequence cannot be assembled.
pub fn write_text(
    sequence: &Sequence,
    abi: &AbiDefinition,
    dialect: Dialect,
    name: &str,
) -> Result<String, Vec<AssembleError>> {
    let assembly = assemble(sequence, abi)?;
    let labels = Labels::new(sequence, abi, dialect, name);
    Ok(Writer::new(sequence, abi, dialect, &labels, &assembly).write().explained(abi))
}

/// Writes a sequence as a listing: a line per command, with its address and bytes before it.
///
/// # Errors
///
/// If the sequence cannot be assembled.
pub fn write_listing(
    sequence: &Sequence,
    abi: &AbiDefinition,
    dialect: Dialect,
    name: &str,
) -> Result<String, Vec<AssembleError>> {
    let assembly = assemble(sequence, abi)?;
    let labels = Labels::new(sequence, abi, dialect, name);
    Ok(Writer::new(sequence, abi, dialect, &labels, &assembly).write().listed(&assembly.bytes))
}

struct Writer<'a> {
    sequence: &'a Sequence,
    abi: &'a AbiDefinition,
    dialect: Dialect,
    labels: &'a Labels,
    format: Format<'a>,
    assembly: &'a Assembly,
    ticks: Ticks<'a>,
    rows: Vec<Row>,
    /// Lines that come before the next row.
    before: Vec<String>,
    pending_labels: Vec<String>,
    /// Where the next row lies.
    address: usize,
}

impl<'a> Writer<'a> {
    fn new(
        sequence: &'a Sequence,
        abi: &'a AbiDefinition,
        dialect: Dialect,
        labels: &'a Labels,
        assembly: &'a Assembly,
    ) -> Self {
        Self {
            sequence,
            abi,
            dialect,
            labels,
            format: Format { abi, dialect, sequence, labels },
            assembly,
            ticks: Ticks::new(sequence, abi),
            rows: Vec::new(),
            before: Vec::new(),
            pending_labels: Vec::new(),
            address: 0,
        }
    }

    fn write(mut self) -> Layout {
        self.comment("; Nintendo 64 sequence");
        let is_built_in = BuiltInAbi::ALL.iter().any(|abi| abi.id() == self.abi.id());
        self.comment(&format!("{} abi {}", if is_built_in { ";!" } else { ";" }, self.abi.id()));
        let mut last_kind = None;
        let sequence = self.sequence;
        for (number, section) in sequence.sections.iter().enumerate() {
            if section.items.is_empty() {
                continue;
            }
            self.before.push(String::new());
            if last_kind != Some(section.kind) && !matches!(section.kind, SectionKind::Alignment) {
                self.comment(&format!("; {}", heading(section.kind)));
                self.before.push(String::new());
            }
            last_kind = Some(section.kind);
            if section.kind == SectionKind::Script(Scope::Layer) && section.notes == NoteState::Short {
                self.comment("; short notes");
            }
            self.section_label(number, section);
            self.section(number, section);
        }
        let colon = if dialect_has_colons(self.dialect) { ":" } else { "" };
        let end = self.labels.end.as_ref().map(|end| format!("{end}{colon}"));
        self.before.extend(end);
        Layout { rows: self.rows, tail: self.before }
    }

    fn comment(&mut self, text: &str) {
        self.before.push(text.to_owned());
    }

    fn section_label(&mut self, number: usize, section: &Section) {
        let is_community = self.dialect.naming == Naming::Community;
        let is_written = match number {
            0 => is_community || self.labels.is_pointed_to(number),
            _ => section.kind != SectionKind::Alignment || self.labels.is_pointed_to(number),
        };
        if is_written {
            self.pending_labels.push(format!("{}:", self.labels.section(number)));
        }
    }

    fn section(&mut self, number: usize, section: &Section) {
        let mut index = 0;
        while index < section.items.len() {
            for label in self.labels.at(number, index) {
                let colon = if dialect_has_colons(self.dialect) { ":" } else { "" };
                self.pending_labels.push(format!("{label}{colon}"));
            }
            index += match &section.items[index].content {
                Content::Entry(_) => self.entries(number, section, index),
                content => {
                    self.content(number, section, index, content);
                    1
                }
            };
        }
        if let SectionKind::Script(scope) = section.kind {
            self.after_script(number, section, scope);
        }
    }

    fn content(&mut self, number: usize, section: &Section, index: usize, content: &Content) {
        let format = self.format;
        let addresses = &self.assembly.addresses[number];
        let length = addresses[index + 1] - addresses[index];
        match content {
            Content::Command(command) => {
                let named = match section.kind {
                    SectionKind::Script(scope) => format.command(command, scope),
                    _ => None,
                };
                // Where no name means this command, its bytes are written.
                let bytes = &self.assembly.bytes[addresses[index]..addresses[index + 1]];
                self.row(section, named.unwrap_or_else(|| format.bytes(bytes)), length);
            }
            Content::Entry(_) => {}
            Content::Point { rate, level } => self.row(section, format.point(*rate, *level), length),
            Content::Message(text) => self.row(section, format.message(text), length),
            Content::Bytes(bytes) => {
                for row in bytes.chunks(TABLE_ROW) {
                    self.row(section, format.bytes(row), row.len());
                }
            }
            Content::Words(words) => self.row(section, format.words(words), length),
            Content::Variables(numbers) => {
                for number in numbers {
                    self.row(section, format.variable(*number), 1 + usize::from(number.is_long()));
                }
            }
            Content::Align(multiple @ (2 | 16)) => {
                self.row(section, format.alignment(*multiple).to_owned(), length);
            }
            Content::Zeros(_) | Content::Align(_) => self.row(section, format!("#pad {length}"), length),
        }
    }

    /// Writes entries up to the end of a line or the next label; how many.
    fn entries(&mut self, number: usize, section: &Section, first: usize) -> usize {
        let is_more = |index: usize| {
            matches!(section.items.get(index), Some(item) if matches!(item.content, Content::Entry(_)))
                && self.labels.at(number, index).is_empty()
        };
        let count = 1 + (first + 1..first + ENTRY_ROW).take_while(|&index| is_more(index)).count();
        if first != 0 && first.is_multiple_of(ENTRY_BLOCK) {
            self.before.push(String::new());
        }
        let entries = section.items[first..first + count].iter().filter_map(|item| match item.content {
            Content::Entry(value) => Some(value),
            _ => None,
        });
        let text = self.format.entries(entries);
        self.row(section, text, 2 * count);
        count
    }

    fn row(&mut self, section: &Section, text: String, length: usize) {
        let address = self.address;
        self.address += length;
        self.rows.push(Row {
            address,
            length,
            before: std::mem::take(&mut self.before),
            labels: std::mem::take(&mut self.pending_labels),
            text,
            kind: section.kind,
            entries: self.entry_kind(section, 0),
        });
    }

    /// What the entries of a dyntable point to, as the first that leads to a section says.
    fn entry_kind(&self, section: &Section, depth: u8) -> Option<EntryKind> {
        const DEEPEST: u8 = 8;
        if section.kind != SectionKind::Dyntable || depth == DEEPEST {
            return None;
        }
        let target = section.items.iter().find_map(|item| match item.content {
            Content::Entry(Value::Pointer(Pointer { section, is_typed: true, .. })) => Some(section),
            _ => None,
        })?;
        let target = self.sequence.sections.get(target)?;
        match target.kind {
            SectionKind::Script(scope) => Some(EntryKind::scripts(scope)),
            SectionKind::Dyntable => {
                let inner = self.entry_kind(target, depth + 1)?;
                Some(EntryKind { levels: inner.levels + 1, leaf: inner.leaf })
            }
            _ => Some(EntryKind { levels: 0, leaf: Leaf::Data }),
        }
    }

    /// What comments say behind a script.
    fn after_script(&mut self, number: usize, section: &Section, scope: Scope) {
        let last = section.items.last().map(|item| &item.content);
        let action = match last {
            Some(Content::Command(command)) => self.abi.command(command.definition).action,
            _ => Action::None,
        };
        if action.ends_section() {
            let is_music = self.dialect.style == Style::Music;
            if action == Action::End && is_music {
                self.tell_ticks(number, section, scope);
            }
        } else if let Some(next) = self.sequence.sections.get(number + 1) {
            let mut comment = "; runs into".to_owned();
            let label = self.labels.section(number + 1);
            let _ = write!(comment, " {label} ({})", next.kind.name());
            self.comment(&comment);
        }
    }

    fn tell_ticks(&mut self, number: usize, section: &Section, scope: Scope) {
        let ticks = self.ticks.of(number);
        if self.dialect.naming == Naming::Community {
            self.comment(&format!("; Section total ticks: {ticks}"));
        } else if scope == Scope::Layer && section.called_from.is_none() {
            self.comment(&format!(";steps: {ticks}"));
        }
    }
}

/// Whether labels inside sections have a colon; those of sections always have one.
fn dialect_has_colons(dialect: Dialect) -> bool {
    dialect.naming == Naming::Community
}

const fn heading(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::Script(Scope::Sequence) => "Sequence script",
        SectionKind::Script(Scope::Channel) => "Channel scripts",
        SectionKind::Script(Scope::Layer) => "Layer scripts",
        SectionKind::Dyntable => "Dyntables",
        SectionKind::Envelope => "Envelopes",
        SectionKind::Message => "Messages",
        SectionKind::Table | SectionKind::Alignment => "Tables",
    }
}

//! Text -> model.

use tatum_core::source::{FileNumber, Problem, Problems, Sources, Span};

use super::lexer::{Include, read_lines};
use super::parser::{Parsed, ParsedCommand, ParsedData, ParsedValue, Parser};
use super::scopes::{Scopes, find_scopes};
use super::statement::Statements;
use crate::author::abi::AbiDefinition;
use crate::author::assemble::{AssembleError, AssembleFault, Assembly, assemble};
use crate::author::model::{Command, Content, Item, Pointer, Section, SectionKind, Sequence, Value};

/// Longer sequences make SEQ64 warn: a game's memory for sequences is not much larger.
const LONG_SEQUENCE: usize = 0x7F00;

/// What reading a text gave.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The sequence; faulty statements are missing in it.
    pub sequence: Sequence,
    /// What is wrong or odd.
    pub problems: Problems,
    /// By section and item: where it stands.
    places: Vec<Vec<Span>>,
    /// By statement: what it was read as.
    pub(super) kinds: Vec<SectionKind>,
}

/// Reads a text, and those it includes, with the commands of an ABI.
pub fn read_text(
    sources: &mut Sources,
    file: FileNumber,
    abi: &AbiDefinition,
    include: &mut Include<'_>,
) -> Reading {
    let mut problems = Problems::default();
    let lines = read_lines(sources, file, include, &mut problems);
    let statements = Statements::new(lines, abi, sources, &mut problems);
    let mut reading =
        Reading { sequence: Sequence::default(), problems, places: Vec::new(), kinds: Vec::new() };
    if statements.list.is_empty() {
        if !reading.problems.has_errors() {
            let start = sources.span(file, 0..0);
            reading.problems.push(Problem::error("MUS-EMPTY", start, "no statements in the file"));
        }
        return reading;
    }
    let parser = Parser { abi, statements: &statements, sources };
    let scopes = find_scopes(parser, &mut reading.problems);
    let built = Builder::new(&scopes, &statements).build();
    reading.kinds = (0..statements.list.len())
        .map(|position| scopes.sections[scopes.section_of(position).unwrap_or(0)].kind)
        .collect();
    (reading.sequence, reading.places) = built;
    reading.problems.sort_by_place();
    reading
}

impl Reading {
    /// Makes the bytes of what was read; none if there are errors.
    #[must_use]
    pub fn assemble(&mut self, sources: &Sources, abi: &AbiDefinition) -> Option<Assembly> {
        if self.problems.has_errors() {
            return None;
        }
        match assemble(&self.sequence, abi) {
            Ok(assembly) => {
                if assembly.bytes.len() > LONG_SEQUENCE {
                    let message = format!(
                        "the sequence has {} bytes: more than games have room for",
                        assembly.bytes.len()
                    );
                    self.problems.push(Problem::warning("MUS-LONG", None, message));
                }
                Some(assembly)
            }
            Err(errors) => {
                for error in errors {
                    self.problems.push(self.problem(sources, error));
                }
                self.problems.sort_by_place();
                None
            }
        }
    }

    fn problem(&self, sources: &Sources, error: AssembleError) -> Problem {
        let span = self.places.get(error.section).and_then(|places| places.get(error.item)).copied();
        let name = span.map_or("the target", |span| sources.text(span));
        match error.fault {
            AssembleFault::TooFar { distance, bytes } => {
                let limit = 1_i64 << (8 * u32::from(bytes) - 1);
                let message = format!(
                    "`{name}` is {distance} bytes away; a relative jump reaches {} to {}",
                    -limit,
                    limit - 1
                );
                Problem::error("MUS-RELATIVE", span, message).with_hint("use `jump`")
            }
            AssembleFault::TooHigh { bytes, .. } => {
                let message = format!("`{name}`: {}", error.fault);
                let hint = if bytes == 1 {
                    "this command's address has one byte"
                } else {
                    "an address has two bytes"
                };
                Problem::error("MUS-ADDRESS", span, message).with_hint(hint)
            }
            AssembleFault::Dangling | AssembleFault::TooLong => {
                Problem::error("MUS-LONG", span, error.fault.to_string())
            }
        }
    }
}

/// Puts what was read into sections.
struct Builder<'a> {
    scopes: &'a Scopes<'a>,
    statements: &'a Statements,
    sections: Vec<Section>,
    places: Vec<Vec<Span>>,
    /// By statement: its section and first item.
    positions: Vec<(usize, usize)>,
}

impl<'a> Builder<'a> {
    fn new(scopes: &'a Scopes<'a>, statements: &'a Statements) -> Self {
        Self { scopes, statements, sections: Vec::new(), places: Vec::new(), positions: Vec::new() }
    }

    fn build(mut self) -> (Sequence, Vec<Vec<Span>>) {
        self.number_items();
        for (position, statement) in self.statements.list.iter().enumerate() {
            let (section, first) = self.positions[position];
            let parsed = self.scopes.claims[position].as_ref().and_then(|claim| claim.parsed.as_ref());
            for (content, place) in self.contents(parsed, statement.name.span) {
                self.sections[section].items.push(Item { label: None, content });
                self.places[section].push(place);
            }
            let label = statement.label.clone();
            match self.sections[section].items.get_mut(first) {
                Some(item) if first != 0 => item.label = label,
                _ => {}
            }
        }
        (Sequence { sections: self.sections, part_names: Vec::new() }, self.places)
    }

    /// Makes the empty sections, and finds which items statements will be.
    fn number_items(&mut self) {
        let mut last = None;
        let mut items = 0;
        for position in 0..self.statements.list.len() {
            let number = self.scopes.section_of(position).unwrap_or(0);
            if last != Some(number) {
                last = Some(number);
                items = 0;
                let text = &self.scopes.sections[number];
                let mut section = Section::new(text.kind);
                section.label.clone_from(&self.statements.list[position].label);
                (section.channel, section.layer, section.notes) = (text.channel, text.layer, text.notes);
                section.called_from = text.called_from;
                self.sections.push(section);
                self.places.push(Vec::new());
            }
            self.positions.push((self.sections.len() - 1, items));
            items += match self.scopes.claims[position].as_ref().and_then(|claim| claim.parsed.as_ref()) {
                Some(Parsed::Command(_)) => 1,
                Some(Parsed::Data(data)) => data.len(),
                None => 0,
            };
        }
        self.positions.push((self.sections.len() - 1, items));
    }

    fn contents(&self, parsed: Option<&Parsed>, name: Span) -> Vec<(Content, Span)> {
        match parsed {
            None => Vec::new(),
            Some(Parsed::Command(command)) => {
                let place = command.place().map_or(name, |place| place.span);
                vec![(Content::Command(self.command(command)), place)]
            }
            Some(Parsed::Data(data)) => data
                .iter()
                .map(|data| match data {
                    ParsedData::Entry(value) => {
                        let place = match value {
                            ParsedValue::Place(place) => place.span,
                            ParsedValue::Number(_) => name,
                        };
                        (Content::Entry(self.value(*value)), place)
                    }
                    ParsedData::Content(content) => (content.clone(), name),
                })
                .collect(),
        }
    }

    fn command(&self, command: &ParsedCommand) -> Command {
        Command {
            definition: command.id,
            values: command.values.iter().map(|value| self.value(*value)).collect(),
            is_wide: command.is_wide,
        }
    }

    fn value(&self, value: ParsedValue) -> Value {
        match value {
            ParsedValue::Number(number) => Value::Number(number),
            ParsedValue::Place(place) => {
                let (section, item) = self.positions[place.position];
                Value::Pointer(Pointer { section, item, offset: place.offset, is_typed: place.is_plain })
            }
        }
    }
}

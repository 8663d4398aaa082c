//! The order of work: lines of files and macros, one statement after the other.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use tatum_core::source::{Problem, Problems, Sources, Span};

use super::budget::Budget;
use super::checks::Item;
use super::conditions::Condition;
use super::defines::Defines;
use super::definitions::{Macro, MacroText};
use super::directives::Fill;
use super::expression::{self, Context, Function, Math, NoValue};
use super::files::{SourceFiles, text_of};
use super::labels::{Label, Labels, Listing, Scope};
use super::lines;
use super::link::Fixup;
use super::output::{Mapping, Output, WriteError};
use super::song::Songs;
use super::text::{Character, Text, span_of};
use super::vocabulary;
use super::{AssembledSong, AssemblerOptions, Assembly, Frame, SongBlock, SongLabel};

/// Files and macros inside one another, at most.
const DEEPEST: usize = 512;
/// The address at which the authors' script puts a song to be heard: behind the header of the overworld's songs.
pub(super) const LISTEN_SONG: i64 = 0x1A_9EF9;

/// Lines that are being worked on: a file's, or a macro's.
pub(super) struct Input {
    /// Path of the file in which the lines stand.
    pub(super) path: Rc<str>,
    lines: Rc<[Text]>,
    next_line: usize,
    /// Statements of the current line that are still to come.
    statements: VecDeque<Text>,
    /// What the parameters of a macro stand for.
    arguments: Vec<(String, Text)>,
    is_file: bool,
    /// Conditions that were open when the lines began.
    conditions: usize,
}

impl Input {
    /// How many conditions were open when the lines began.
    pub(super) const fn conditions(&self) -> usize {
        self.conditions
    }
}

/// Everything there is while a source is assembled.
pub(super) struct Assembler<'a> {
    pub(super) files: &'a mut dyn SourceFiles,
    pub(super) frame: Frame,
    pub(super) sources: Sources,
    pub(super) problems: Problems,
    pub(super) defines: Defines,
    pub(super) labels: Labels,
    pub(super) scope: Scope,
    pub(super) functions: HashMap<String, Function>,
    pub(super) macros: HashMap<String, Macro>,
    pub(super) recording: Option<MacroText>,
    pub(super) conditions: Vec<Condition>,
    pub(super) inputs: Vec<Input>,
    pub(super) output: Output,
    pub(super) fill: Fill,
    pub(super) pad: Fill,
    pub(super) pushed: Vec<(i64, i64)>,
    pub(super) math: Math,
    pub(super) budget: Budget,
    pub(super) fixups: Vec<Fixup>,
    pub(super) items: Vec<Item>,
    /// Number of the current statement.
    pub(super) statement: usize,
    pub(super) songs: Songs,
    /// Whether the source itself chose between `norom` and `lorom`.
    pub(super) has_chosen_mapping: bool,
}

impl<'a> Assembler<'a> {
    pub(super) fn new(files: &'a mut dyn SourceFiles, options: &AssemblerOptions) -> Self {
        let mut defines = Defines::built_in();
        for (name, text) in &options.defines {
            defines.set(name, text);
        }
        let mut labels = Labels::default();
        for (name, value) in vocabulary::constants() {
            labels.insert(name, Label { value: i64::from(value), span: None, listing: None });
        }
        let has_aram = options.defines.iter().any(|(name, _)| name == "ARAM");
        Self {
            files,
            frame: options.frame,
            sources: Sources::default(),
            problems: Problems::default(),
            defines,
            labels,
            scope: Scope::default(),
            functions: HashMap::new(),
            macros: HashMap::new(),
            recording: None,
            conditions: Vec::new(),
            inputs: Vec::new(),
            output: Output::new(),
            fill: Fill::default(),
            pad: Fill::default(),
            pushed: Vec::new(),
            math: Math { has_priorities: true, is_rounding: true },
            budget: Budget::new(),
            fixups: Vec::new(),
            items: Vec::new(),
            statement: 0,
            songs: Songs::new(has_aram),
            has_chosen_mapping: false,
        }
    }

    /// Assembles a source and everything it includes.
    pub(super) fn assemble(mut self, name: &str, bytes: &[u8]) -> Assembly {
        self.begin();
        self.push_file(name, "", bytes);
        while !self.budget.is_exhausted() && self.step() {}
        self.finish_songs();
        self.link();
        self.check();
        self.into_assembly()
    }

    /// What stands before the first line.
    fn begin(&mut self) {
        for (name, value) in
            [("ARAM", "$D000"), ("SONG", "-1"), ("SEGMENT", "-1"), ("TRACK", "-1"), ("POINTERS", "0")]
        {
            if self.defines.get(name).is_none() {
                self.defines.set(name, value);
            }
        }
        match self.frame {
            Frame::Plain => {}
            Frame::Listen => {
                self.output.mapping = Mapping::LoRom;
                self.output.set_address(LISTEN_SONG);
            }
            Frame::Place { address, aram } => {
                self.output.mapping = Mapping::LoRom;
                self.output.set_address(i64::from(address));
                self.defines.set("ARAM", format!("${aram:04X}"));
                self.songs.has_aram = true;
            }
        }
        self.open_block();
    }

    /// Begins a file.
    pub(super) fn push_file(&mut self, name: &str, path: &str, bytes: &[u8]) {
        let file = self.sources.add(name, text_of(bytes));
        let mut faulty_lines = Problems::default();
        let lines = lines::read(&self.sources, file, &mut faulty_lines);
        // A line that is left out may be one that others depend on.
        self.songs.is_faulty |= faulty_lines.has_errors();
        self.problems.append(faulty_lines);
        self.inputs.push(Input {
            path: path.into(),
            lines: lines.into(),
            next_line: 0,
            statements: VecDeque::new(),
            arguments: Vec::new(),
            is_file: true,
            conditions: self.conditions.len(),
        });
    }

    /// Begins the lines of a macro.
    pub(super) fn push_macro(&mut self, called: &Macro, arguments: Vec<(String, Text)>) {
        self.inputs.push(Input {
            path: called.path.clone(),
            lines: called.lines.clone(),
            next_line: 0,
            statements: VecDeque::new(),
            arguments,
            is_file: false,
            conditions: self.conditions.len(),
        });
    }

    /// Whether another file or macro may begin inside the current one.
    pub(super) fn check_depth(&mut self, span: Span) -> Result<(), Problem> {
        if self.inputs.len() < DEEPEST {
            return Ok(());
        }
        self.budget.exhaust();
        let message = format!("more than {DEEPEST} files and macros inside one another");
        Err(Problem::error("ASM-DEPTH", span, message).with_hint("does a macro call itself?"))
    }

    /// The path of the current file.
    pub(super) fn path(&self) -> Rc<str> {
        self.inputs.last().map_or_else(|| "".into(), |input| input.path.clone())
    }

    /// Whether a file is being read, from the first to the last one.
    pub(super) fn is_open(&self, path: &str) -> bool {
        self.inputs.iter().skip(1).any(|input| input.is_file && *input.path == *path)
    }

    /// Does the next statement; false when there is none.
    fn step(&mut self) -> bool {
        let Some(input) = self.inputs.last_mut() else { return false };
        if let Some(statement) = input.statements.pop_front() {
            if let Err(problem) = self.run(&statement) {
                self.problems.push(problem);
            }
            return true;
        }
        let Some(line) = input.lines.get(input.next_line).cloned() else {
            let conditions = input.conditions;
            self.close_conditions(conditions);
            self.inputs.pop();
            return true;
        };
        input.next_line += 1;
        let line = match input.arguments.is_empty() {
            true => line,
            false => substitute(&line, &input.arguments),
        };
        if let Err(problem) = self.budget.expand(line.len(), line[0].span()) {
            self.problems.push(problem);
        }
        self.begin_line(&line);
        true
    }

    fn begin_line(&mut self, line: &[Character]) {
        if self.record(line) {
            return;
        }
        let statements = lines::statements(line);
        let wanted = self.without_one_line_condition(statements);
        if let Some(input) = self.inputs.last_mut() {
            input.statements = wanted;
        }
    }

    /// The statements that are left to do in the current line.
    pub(super) fn prepend(&mut self, statements: Vec<Text>) {
        if let Some(input) = self.inputs.last_mut() {
            statements.into_iter().rev().for_each(|statement| input.statements.push_front(statement));
        }
    }

    fn run(&mut self, statement: &[Character]) -> Result<(), Problem> {
        self.budget.statement(span_of(statement))?;
        self.budget.reset_depth();
        self.statement += 1;
        if self.run_condition(statement)? || self.run_define(statement)? {
            return Ok(());
        }
        let expanded = self.defines.expand(statement, &mut self.budget)?;
        // What a define stands for may be several statements.
        let mut parts = lines::statements(&expanded);
        if parts.len() > 1 {
            self.prepend(parts);
            return Ok(());
        }
        match parts.pop() {
            Some(statement) => self.run_expanded(&statement),
            None => Ok(()),
        }
    }

    /// The value of a text.
    pub(super) fn evaluate(&mut self, text: &[Character]) -> Result<i64, NoValue> {
        let path = self.path();
        let (scope, math) = (self.scope.clone(), self.math);
        self.evaluate_in(text, &scope, math, &path)
    }

    /// The value of a text that stood elsewhere.
    pub(super) fn evaluate_in(
        &mut self,
        text: &[Character],
        scope: &Scope,
        math: Math,
        path: &str,
    ) -> Result<i64, NoValue> {
        let mut context = Context {
            labels: &self.labels,
            scope,
            functions: &self.functions,
            defines: &self.defines,
            files: self.files,
            path,
            math,
            budget: &mut self.budget,
        };
        expression::evaluate(&mut context, text).map(expression::Number::whole)
    }

    /// The value of a text that must be known now.
    pub(super) fn value_now(&mut self, text: &[Character], what: &str) -> Result<i64, Problem> {
        self.evaluate(text).map_err(|reason| match reason {
            NoValue::Unknown(problem) => {
                let message = format!("{}: {what} must be known here", problem.message);
                Problem { message, ..problem }
            }
            NoValue::Faulty(problem) => problem,
        })
    }

    fn into_assembly(self) -> Assembly {
        let rom_address = |value: i64| u32::try_from(value).unwrap_or_default();
        let mut labels: Vec<SongLabel> = self
            .labels
            .listed()
            .map(|(value, Listing { name, aram })| SongLabel {
                address: rom_address(value),
                aram: *aram,
                name: name.clone(),
            })
            .collect();
        labels.sort();
        let offset = |address: i64| self.output.mapping.offset(address).unwrap_or_default();
        let size =
            |start: i64, end: i64| usize::try_from(self.output.distance(start, end)).unwrap_or_default();
        let last_song_end = |index: usize| {
            let songs = self.songs.songs.iter().filter(|song| song.block == index);
            songs.filter_map(|song| song.end).max()
        };
        let blocks: Vec<SongBlock> = (0..)
            .zip(&self.songs.blocks)
            .map(|(index, block)| SongBlock {
                aram: block.aram.unwrap_or_default() as u16,
                offset: offset(block.start),
                size: block.end.or_else(|| last_song_end(index)).map_or(0, |end| size(block.start, end)),
                has_header: block.header.is_some(),
            })
            .collect();
        let songs = self.songs.songs.iter().map(|song| {
            let block = &self.songs.blocks[song.block];
            let aram = block.aram.unwrap_or_default() + self.output.distance(block.start, song.start);
            AssembledSong {
                title: song.title.clone(),
                aram: aram as u16,
                block: song.block,
                size: size(song.start, song.end.unwrap_or(song.start)),
            }
        });
        Assembly {
            songs: songs.collect(),
            regions: self.output.regions(),
            mapping: self.output.mapping,
            sources: self.sources,
            problems: self.problems,
            labels,
            blocks,
        }
    }

    /// Writes bytes.
    pub(super) fn emit(&mut self, bytes: &[u8], span: Option<Span>) -> Result<(), Problem> {
        self.budget.write(bytes.len() as u64, span)?;
        for &byte in bytes {
            if let Err(error) = self.output.push(byte) {
                // One message is enough: what follows does not fit either.
                self.budget.exhaust();
                return Err(match error {
                    WriteError::NotRom(address) => not_rom(address, span),
                    WriteError::BankCrossed(address) => {
                        let message = format!("the data go on behind the bank's end at ${address:06X}");
                        Problem::error("ASM-BANK", span, message)
                            .with_hint("write less, or allow it with check bankcross off")
                    }
                });
            }
        }
        Ok(())
    }
}

pub(super) fn not_rom(address: i64, span: Option<Span>) -> Problem {
    Problem::error("ASM-ADDRESS", span, format!("address ${address:06X} is not ROM"))
        .with_hint("ROM addresses end in $8000 to $FFFF")
}

/// A line of a macro with its parameters (`<name>`) replaced.
fn substitute(line: &[Character], arguments: &[(String, Text)]) -> Text {
    let mut result = Text::with_capacity(line.len());
    let mut at = 0;
    while at < line.len() {
        let replacement = (line[at].value == '<').then_some(()).and_then(|()| {
            let length = super::text::name_length(&line[at + 1..]);
            let is_closed = line.get(at + 1 + length).is_some_and(|character| character.value == '>');
            let name = super::text::plain(&line[at + 1..at + 1 + length]);
            let (_, value) = arguments.iter().find(|(parameter, _)| is_closed && *parameter == name)?;
            Some((value, length + 2))
        });
        match replacement {
            Some((value, length)) => {
                result.extend_from_slice(value);
                at += length;
            }
            None => {
                result.push(line[at]);
                at += 1;
            }
        }
    }
    result
}

//! Which statement belongs to what: scripts are followed as the engine would (`n64-authoring.md` 4.3).
//!
//! Where statements lie in the file is only a matter of their order. What a line means depends on the script it is
//! in, and that is known from what points there. The order in which sections are read is that of the disassembler.

mod data;
mod leftover;
mod references;

use std::collections::{HashMap, HashSet, VecDeque};

use tatum_core::source::{Problem, Problems, Span};

use crate::author::abi::{Action, NoteState, Scope};
use crate::author::dyntable_use::{EntryKind, SEARCH_BUDGET};
use crate::author::merging::Merging;
use crate::author::model::SectionKind;
use crate::author::text::directive::Directive;
use crate::author::text::parser::{Owner, Parsed, Parser};
use crate::author::text::statement::Statement;

/// Sequence and channel scripts; layers, envelopes, messages; dyntables; tables.
const PASSES: usize = 4;

/// A section of a text.
#[derive(Clone, Debug)]
pub(super) struct TextSection {
    pub(super) kind: SectionKind,
    /// What the entries of a dyntable point to, once it is known.
    entries: Option<EntryKind>,
    start: usize,
    owner: Owner,
    /// The state of notes at its start.
    pub(super) notes: NoteState,
    /// The state of notes at its end.
    last_notes: NoteState,
    pub(super) channel: Option<u8>,
    pub(super) layer: Option<u8>,
    /// If it is called: the number of the calling statement among those of its section.
    pub(super) called_from: Option<usize>,
    has_jumped: bool,
    /// Whether it may run into anything.
    is_bug: bool,
}

/// What is known of a statement.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    section: usize,
    /// What it says; nothing if it is faulty.
    pub(super) parsed: Option<Parsed>,
}

/// A text whose statements have been given to sections.
pub(super) struct Scopes<'a> {
    parser: Parser<'a>,
    pub(super) claims: Vec<Option<Claim>>,
    pub(super) sections: Vec<TextSection>,
    merging: Merging,
    queues: [VecDeque<usize>; PASSES],
    /// What is expected at a statement, and what says so first.
    expected: HashMap<usize, Expectation>,
    /// Statements that something points to without saying what they are.
    untyped: HashSet<usize>,
    /// Commands that set dyntables, by the table's statement.
    dyntable_setters: HashMap<usize, Vec<usize>>,
    /// Calls, with where they lead.
    calls: Vec<(usize, usize)>,
    /// What the ABI's table is known to have wrong, as far as it has been told.
    cautions: HashSet<&'static str>,
    search_budget: usize,
    first_free: usize,
    problems: &'a mut Problems,
    /// Warnings that may come from errors: they are told if there are none.
    doubts: Problems,
}

#[derive(Clone, Copy, Debug)]
struct Expectation {
    kind: SectionKind,
    span: Span,
}

/// Gives every statement to a section.
pub(super) fn find_scopes<'a>(parser: Parser<'a>, problems: &'a mut Problems) -> Scopes<'a> {
    let mut scopes = Scopes {
        parser,
        claims: vec![None; parser.statements.list.len()],
        sections: Vec::new(),
        merging: Merging::default(),
        queues: Default::default(),
        expected: HashMap::new(),
        untyped: HashSet::new(),
        dyntable_setters: HashMap::new(),
        calls: Vec::new(),
        cautions: HashSet::new(),
        search_budget: SEARCH_BUDGET,
        first_free: 0,
        problems,
        doubts: Problems::default(),
    };
    let first = scopes.pragma_kind(0).unwrap_or(SectionKind::Script(Scope::Sequence));
    scopes.add_section(0, first, Owner::default());
    loop {
        let next = scopes.queues.iter_mut().find_map(VecDeque::pop_front);
        match next {
            Some(section) => scopes.read_section(section),
            None if scopes.take_leftover() => {}
            None => break,
        }
    }
    if !scopes.problems.has_errors() {
        let doubts = std::mem::take(&mut scopes.doubts);
        scopes.problems.append(doubts);
    }
    scopes
}

const fn pass(kind: SectionKind) -> usize {
    match kind {
        SectionKind::Script(Scope::Sequence | Scope::Channel) => 0,
        SectionKind::Script(Scope::Layer) | SectionKind::Envelope | SectionKind::Message => 1,
        SectionKind::Dyntable => 2,
        SectionKind::Table | SectionKind::Alignment => 3,
    }
}

/// The kind of section that a directive makes by itself.
const fn kind_of_directive(directive: Directive) -> Option<SectionKind> {
    match directive {
        Directive::Address => Some(SectionKind::Dyntable),
        Directive::Words => Some(SectionKind::Envelope),
        Directive::Bytes | Directive::Variables | Directive::Pad => Some(SectionKind::Table),
        Directive::Message => Some(SectionKind::Message),
        Directive::Align(_) => Some(SectionKind::Alignment),
        Directive::Bug | Directive::Listing => None,
    }
}

impl<'a> Scopes<'a> {
    fn statement(&self, position: usize) -> &'a Statement {
        &self.parser.statements.list[position]
    }

    fn add_section(&mut self, start: usize, kind: SectionKind, mut owner: Owner) -> usize {
        let number = self.merging.add();
        let pragma = self.parser.statements.list.get(start).and_then(|statement| statement.pragma);
        owner.label = self.parser.statements.list.get(start).and_then(|statement| statement.label.clone());
        let notes = pragma.and_then(|pragma| pragma.notes).unwrap_or_else(|| self.parser.abi.initial_notes());
        self.sections.push(TextSection {
            kind,
            entries: pragma.and_then(|pragma| pragma.entries),
            start,
            owner,
            notes,
            last_notes: notes,
            channel: None,
            layer: None,
            called_from: None,
            has_jumped: false,
            is_bug: false,
        });
        self.queues[pass(kind)].push_back(number);
        number
    }

    /// The section of a statement.
    pub(super) fn section_of(&self, position: usize) -> Option<usize> {
        Some(self.merging.root(self.claims.get(position)?.as_ref()?.section))
    }

    /// What a comment says is at a statement.
    fn pragma_kind(&self, position: usize) -> Option<SectionKind> {
        self.statement(position).pragma?.section
    }

    fn read_section(&mut self, section: usize) {
        let TextSection { kind, start, .. } = self.sections[section];
        if start == self.claims.len() {
            return;
        }
        if let Some(other) = self.section_of(start) {
            if self.sections[other].kind == kind {
                self.merging.merge(section, other);
            } else {
                self.warn_mixed(start, kind, self.sections[other].kind);
            }
            return;
        }
        match kind {
            SectionKind::Script(scope) => self.read_script(section, scope, start),
            SectionKind::Dyntable => self.read_dyntable(section, start),
            kind => self.read_data(section, kind, start),
        }
    }

    fn warn_mixed(&mut self, position: usize, kind: SectionKind, other: SectionKind) {
        let message = format!("this is reached as a {}, but is part of a {}", kind.name(), other.name());
        self.doubts.push(Problem::warning("MUS-MIXED-SCOPE", self.statement(position).name.span, message));
    }

    /// Reads statements of a script, until it ends or meets what is something else.
    fn read_script(&mut self, section: usize, scope: Scope, start: usize) {
        let kind = SectionKind::Script(scope);
        let mut notes = self.sections[section].last_notes;
        let mut position = start;
        while position < self.claims.len() {
            if let Some(other) = self.section_of(position) {
                let is_start = self.sections[other].start == position;
                if self.sections[other].kind == kind && is_start && other != section {
                    self.merging.merge(other, section);
                    self.sections[section].has_jumped = self.sections[other].has_jumped;
                    self.sections[section].last_notes = self.sections[other].last_notes;
                } else if !self.sections[section].is_bug {
                    self.warn_mixed(position, kind, self.sections[other].kind);
                }
                return;
            }
            if position != start && self.is_boundary(position, section, kind) {
                return;
            }
            let ended = self.read_statement(section, scope, position, &mut notes);
            self.sections[section].last_notes = notes;
            if ended {
                return;
            }
            position += 1;
        }
        if !self.sections[section].is_bug {
            let last = self.statement(position - 1);
            let label = self.sections[section].owner.label.as_ref();
            let name = label
                .map_or_else(|| format!("the {}", kind.name()), |label| format!("{} `{label}`", kind.name()));
            let message = format!("{name} runs off the end of the file");
            self.doubts.push(
                Problem::warning("MUS-NO-END", last.name.span, message).with_hint("add `end` or a jump"),
            );
        }
    }

    /// Whether something else than a script of this kind begins at a statement.
    fn is_boundary(&mut self, position: usize, section: usize, kind: SectionKind) -> bool {
        let said = self.pragma_kind(position);
        let directive = self.statement(position).directive;
        let own_section = directive.is_some_and(|directive| {
            matches!(directive, Directive::Address | Directive::Message | Directive::Align(_))
        });
        let expected = self.expected.get(&position).map(|expected| expected.kind);
        let other = said
            .or(expected)
            .or_else(|| own_section.then(|| directive.and_then(kind_of_directive)).flatten());
        match other {
            Some(other) if other != kind => {
                if !self.sections[section].is_bug && said.is_none() {
                    self.warn_mixed(position, kind, other);
                }
                true
            }
            _ => false,
        }
    }

    /// Reads a statement of a script; whether the script ends with it.
    fn read_statement(
        &mut self,
        section: usize,
        scope: Scope,
        position: usize,
        notes: &mut NoteState,
    ) -> bool {
        let kind = SectionKind::Script(scope);
        let statement = self.statement(position);
        match statement.directive {
            Some(Directive::Bug) => self.sections[section].is_bug = true,
            Some(_) if self.pragma_kind(position).is_none() => {
                let message = format!("`{}` in the middle of a script", statement.name.text);
                self.doubts.push(Problem::warning("MUS-DATA", statement.name.span, message));
            }
            _ => {}
        }
        let parsed = match self.parser.parse(statement, kind, &self.sections[section].owner) {
            Ok(parsed) => parsed,
            Err(problem) => {
                self.problems.push(problem);
                self.claims[position] = Some(Claim { section, parsed: None });
                return self.parser.ends_script(statement, scope);
            }
        };
        let mut ended = false;
        if let Parsed::Command(command) = &parsed {
            let definition = self.parser.abi.command(command.id);
            if let Some(caution) = definition.caution
                && self.cautions.insert(caution)
            {
                self.problems.push(Problem::warning("ABI-ENGINE", statement.name.span, caution));
            }
            match definition.action {
                Action::SetShortNotes => *notes = NoteState::Short,
                Action::SetLongNotes => *notes = NoteState::Long,
                _ => {}
            }
            self.check_notes(position, definition.action, *notes);
            self.follow(section, scope, position, command, *notes);
            ended = definition.action.ends_section();
            self.sections[section].has_jumped = definition.action == Action::Jump;
        }
        self.claims[position] = Some(Claim { section, parsed: Some(parsed) });
        ended
    }

    fn check_notes(&mut self, position: usize, action: Action, notes: NoteState) {
        let (state, hint) = match (action, notes) {
            (Action::ShortNote, NoteState::Long) => ("long", "`shorton` in the channel, or use notedvg"),
            (Action::Note, NoteState::Short) => ("short", "`shortoff` in the channel, or use snoted"),
            _ => return,
        };
        let name = &self.statement(position).name;
        let message = format!("`{}` in a layer of a channel in {state}-note state", name.text);
        self.problems.push(Problem::warning("MUS-NOTE-STATE", name.span, message).with_hint(hint));
    }
}

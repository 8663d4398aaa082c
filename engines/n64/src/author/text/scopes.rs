//! Which statement belongs to what: scripts are followed as the engine would (`n64-authoring.md` 4.3).
//!
//! Where statements lie in the file is only a matter of their order. What a line means depends on the script it is
//! in, and that is known from what points there. The order in which sections are read is that of the disassembler.

use std::collections::{HashMap, HashSet, VecDeque};

use tatum_core::source::{Problem, Problems, Span};

use super::directive::Directive;
use super::parser::{Owner, Parsed, ParsedCommand, ParsedData, ParsedPlace, ParsedValue, Parser};
use super::statement::Statement;
use crate::author::abi::{Action, Meaning, NoteState, Scope};
use crate::author::dyntable_use::{EntryKind, Leaf, SEARCH_BUDGET, ScriptGraph, find_uses};
use crate::author::merging::Merging;
use crate::author::model::SectionKind;

/// Sequence and channel scripts; layers, envelopes, messages; dyntables; tables.
const PASSES: usize = 4;

/// A section of a text.
#[derive(Clone, Debug)]
pub(super) struct TextSection {
    pub(super) kind: SectionKind,
    /// What the entries of a dyntable point to, once it is known.
    pub(super) entries: Option<EntryKind>,
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
    scopes.add_section(0, SectionKind::Script(Scope::Sequence), Owner::default());
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

    /// Makes a section of what a command points to.
    fn follow(
        &mut self,
        section: usize,
        scope: Scope,
        position: usize,
        command: &ParsedCommand,
        notes: NoteState,
    ) {
        let Some(place) = command.place() else { return };
        let definition = self.parser.abi.command(command.id);
        let action = definition.action;
        match action {
            Action::SetDyntable => self.dyntable_setters.entry(place.position).or_default().push(position),
            Action::Call => self.calls.push((position, place.position)),
            _ => {}
        }
        let kind = match (action.target_scope(scope), action) {
            (Some(scope), _) => SectionKind::Script(scope),
            (None, Action::SetDyntable | Action::SequenceCallTable) => SectionKind::Dyntable,
            (None, Action::PointerToEnvelope) => SectionKind::Envelope,
            (None, Action::PointerToMessage) => SectionKind::Message,
            (None, Action::PointerToTable) => SectionKind::Table,
            _ => {
                self.untyped.insert(place.position);
                return;
            }
        };
        let reason = self.statement(position).name.text.clone();
        let Some(new) = self.expect(place, kind, reason) else { return };
        let root = self.merging.root(section);
        let operand = |wanted: Action, meaning| {
            let parameter = definition.parameter_for(meaning).unwrap_or(0);
            match command.values.get(parameter) {
                Some(ParsedValue::Number(number)) if action == wanted => u8::try_from(*number).ok(),
                _ => None,
            }
        };
        let channel = operand(Action::PointerToChannel, Meaning::Channel).or(self.sections[root].channel);
        let layer = operand(Action::PointerToLayer, Meaning::NoteLayer).or(self.sections[root].layer);
        let called_from =
            (action == Action::Call).then_some(position - self.sections[root].start.min(position));
        let has_pragma = self.statement_notes(place.position).is_some();
        let new = &mut self.sections[new];
        (new.channel, new.layer, new.called_from) = (channel, layer, called_from);
        if !has_pragma {
            (new.notes, new.last_notes) = (notes, notes);
        }
        if action == Action::SequenceCallTable {
            new.entries.get_or_insert(EntryKind::scripts(Scope::Sequence));
        }
    }

    fn statement_notes(&self, position: usize) -> Option<NoteState> {
        self.parser.statements.list.get(position)?.pragma?.notes
    }

    /// Something says what is at a place; the new section if there was none.
    fn expect(&mut self, place: ParsedPlace, kind: SectionKind, reason: String) -> Option<usize> {
        let ParsedPlace { position, span, is_plain, .. } = place;
        if !is_plain {
            self.untyped.insert(position);
            return None;
        }
        if position == self.claims.len() {
            let message = "nothing follows this label";
            self.doubts.push(Problem::warning("MUS-NO-END", span, message));
            return None;
        }
        let said = self.pragma_kind(position);
        if let Some(said) = said.filter(|&said| said != kind) {
            let message =
                format!("this is used as a {}, but a comment says that it is a {}", kind.name(), said.name());
            self.doubts.push(Problem::warning("MUS-MIXED-SCOPE", span, message));
            return None;
        }
        if let Some(first) = self.expected.get(&position) {
            if first.kind != kind {
                self.conflict(place, kind, *first);
            }
            return None;
        }
        let owner = Owner { label: None, reason: Some((reason, span)) };
        let section = self.add_section(position, kind, owner);
        self.expected.insert(position, Expectation { kind, span });
        Some(section)
    }

    fn conflict(&mut self, place: ParsedPlace, kind: SectionKind, first: Expectation) {
        let label = self.parser.sources.text(place.span);
        let line = self.parser.sources.place(first.span).line;
        let (here, there) = (kind.name(), first.kind.name());
        let message = format!("`{label}` is used as a {here} here and as a {there} in line {line}");
        self.problems.push(Problem::error("MUS-SCOPE", place.span, message));
    }

    /// Reads the entries of a dyntable. Its own entries may say that something else begins behind it.
    fn read_dyntable(&mut self, section: usize, start: usize) {
        let entries = self.sections[section].entries.or_else(|| self.find_use(start));
        self.sections[section].entries = entries;
        for position in start..self.claims.len() {
            if position != start && !self.goes_on(position, SectionKind::Dyntable) {
                return;
            }
            self.read_directive(section, SectionKind::Dyntable, position);
            if let Some(entries) = entries {
                self.follow_entries(position, entries);
            }
        }
    }

    /// Makes sections of what the entries of a line lead to.
    fn follow_entries(&mut self, position: usize, entries: EntryKind) {
        let kind = match (entries.inner(), entries.leaf) {
            (Some(_), _) => SectionKind::Dyntable,
            (None, Leaf::Script(scope)) => SectionKind::Script(scope),
            (None, Leaf::Data) => SectionKind::Table,
        };
        for place in self.entries_of(position) {
            if kind == SectionKind::Table {
                self.untyped.insert(place.position);
                continue;
            }
            if let Some(new) = self.expect(place, kind, "dyntable".into())
                && let Some(inner) = entries.inner()
            {
                self.sections[new].entries.get_or_insert(inner);
            }
        }
    }

    /// The places that the entries of a line name.
    fn entries_of(&self, position: usize) -> Vec<ParsedPlace> {
        let parsed = self.claims[position].as_ref().and_then(|claim| claim.parsed.as_ref());
        let Some(Parsed::Data(data)) = parsed else { return Vec::new() };
        data.iter()
            .filter_map(|data| match data {
                ParsedData::Entry(ParsedValue::Place(place)) => Some(*place),
                _ => None,
            })
            .collect()
    }

    fn find_use(&mut self, table: usize) -> Option<EntryKind> {
        let mut budget = self.search_budget;
        let setters = self.dyntable_setters.get(&table).map_or(&[][..], Vec::as_slice);
        let uses: Vec<_> = setters.iter().flat_map(|&setter| find_uses(self, setter, &mut budget)).collect();
        self.search_budget = budget;
        let first = *uses.iter().min_by_key(|found| found.node)?;
        if let Some(other) = uses.iter().find(|found| found.entries != first.entries) {
            let span = self.statement(other.node).name.span;
            let message = "a dyntable is used here in another way than before; the first counts";
            self.doubts.push(Problem::warning("MUS-MIXED-SCOPE", span, message));
        }
        Some(first.entries)
    }

    /// Reads directives of one kind, up to something else.
    fn read_data(&mut self, section: usize, kind: SectionKind, start: usize) {
        self.read_directive(section, kind, start);
        if matches!(kind, SectionKind::Message | SectionKind::Alignment) {
            return;
        }
        for position in start + 1..self.claims.len() {
            if !self.goes_on(position, kind) {
                return;
            }
            self.read_directive(section, kind, position);
        }
    }

    /// Whether a section of data goes on with a statement.
    fn goes_on(&self, position: usize, kind: SectionKind) -> bool {
        self.claims[position].is_none()
            && self.statement(position).directive.and_then(kind_of_directive) == Some(kind)
            && self.pragma_kind(position).is_none()
            && !self.expected.contains_key(&position)
    }

    fn read_directive(&mut self, section: usize, kind: SectionKind, position: usize) {
        let parsed = self.parser.parse(self.statement(position), kind, &self.sections[section].owner);
        let parsed = parsed.map_err(|problem| self.problems.push(problem)).ok();
        self.claims[position] = Some(Claim { section, parsed });
    }

    /// Makes a section of the first statement that nothing leads to; whether there was one.
    fn take_leftover(&mut self) -> bool {
        let free = self.claims.iter().skip(self.first_free).position(Option::is_none);
        let Some(free) = free else { return false };
        let start = self.first_free + free;
        self.first_free = start;
        let before = start.checked_sub(1).and_then(|before| self.section_of(before));
        let said = self.pragma_kind(start);
        if said.is_none()
            && let Some(section) = before
            && self.sections[section].has_jumped
            && self.statement(start).directive.is_none()
            && let SectionKind::Script(scope) = self.sections[section].kind
            && self.parses_as(start, scope)
        {
            // Nobody minds what unused commands run into.
            let was_bug = std::mem::replace(&mut self.sections[section].is_bug, true);
            self.sections[section].has_jumped = false;
            self.read_script(section, scope, start);
            self.sections[section].is_bug = was_bug;
            return true;
        }
        let before = before.map(|section| self.sections[section].kind);
        let kind = said.unwrap_or_else(|| self.guess(start, before));
        let section = self.add_section(start, kind, Owner::default());
        if said.is_none() && !self.is_obvious(start, kind) {
            self.warn_guess(start, kind);
        }
        debug_assert!(self.sections[section].start == start);
        true
    }

    /// The kind of section that the statements from one on make most likely.
    fn guess(&self, start: usize, before: Option<SectionKind>) -> SectionKind {
        let statement = self.statement(start);
        match statement.directive.and_then(kind_of_directive) {
            // A point of an envelope has two numbers.
            Some(SectionKind::Envelope) if statement.operands.len() != 3 => return SectionKind::Table,
            Some(kind) => return kind,
            None => {}
        }
        let fits = |scope: &Scope| self.parses_as(start, *scope);
        if let Some(SectionKind::Script(scope)) = before
            && fits(&scope)
        {
            return SectionKind::Script(scope);
        }
        SectionKind::Script(Scope::ALL.into_iter().find(fits).unwrap_or(Scope::Sequence))
    }

    /// Whether the statements from one on can be read as a script, up to its end.
    fn parses_as(&self, start: usize, scope: Scope) -> bool {
        for position in start..self.claims.len() {
            let statement = self.statement(position);
            if self.claims[position].is_some() || (position != start && self.expected.contains_key(&position))
            {
                return true;
            }
            match self.parser.parse(statement, SectionKind::Script(scope), &Owner::default()) {
                Ok(Parsed::Command(command)) if self.parser.abi.command(command.id).action.ends_section() => {
                    return true;
                }
                Ok(_) => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// Whether a section needs no explanation: padding, or data that something points to.
    fn is_obvious(&self, start: usize, kind: SectionKind) -> bool {
        kind == SectionKind::Alignment
            || (self.untyped.contains(&start) && !matches!(kind, SectionKind::Script(_)))
            || self.statement(start).directive == Some(Directive::Bug)
    }

    fn warn_guess(&mut self, start: usize, kind: SectionKind) {
        let statement = self.statement(start);
        let label =
            statement.label.as_ref().and_then(|name| self.parser.statements.labels.get_key_value(name));
        let (what, span) = match label {
            Some((name, label)) => (format!("`{name}`"), label.span),
            None => ("this".to_owned(), statement.name.span),
        };
        let message = format!("nothing refers to {what}; kept as a {}", kind.name());
        let hint = format!("add `{}` to silence this", super::pragma::Pragma::comment(kind, None));
        self.doubts.push(Problem::warning("MUS-GUESSED-SCOPE", span, message).with_hint(hint));
    }
}

impl ScriptGraph for Scopes<'_> {
    fn action(&self, node: usize) -> Option<Action> {
        match self.claims[node].as_ref()?.parsed.as_ref()? {
            Parsed::Command(command) => Some(self.parser.abi.command(command.id).action),
            Parsed::Data(_) => None,
        }
    }

    fn next(&self, node: usize) -> Option<usize> {
        let (this, next) = (self.section_of(node)?, self.section_of(node + 1)?);
        (self.sections[this].kind == self.sections[next].kind).then_some(node + 1)
    }

    fn target(&self, node: usize) -> Option<usize> {
        match self.claims[node].as_ref()?.parsed.as_ref()? {
            Parsed::Command(command) => {
                command.place().map(|place| place.position).filter(|&position| position < self.claims.len())
            }
            Parsed::Data(_) => None,
        }
    }

    fn callers(&self, end: usize, budget: &mut usize) -> Vec<usize> {
        *budget = budget.saturating_sub(self.calls.len());
        let section = self.section_of(end);
        let leads_here = |target| self.section_of(target) == section;
        self.calls.iter().filter(|&&(_, target)| leads_here(target)).map(|&(call, _)| call).collect()
    }
}

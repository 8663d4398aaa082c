//! Names for what has none (`n64-authoring.md` 4.5).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::parts::Parts;
use super::statement::is_label_name;
use crate::author::abi::{AbiDefinition, Dialect, Naming, Scope, Style};
use crate::author::model::{Content, Pointer, Section, SectionKind, Sequence, Value};

/// The labels of a text.
#[derive(Debug)]
pub(super) struct Labels {
    /// By section.
    sections: Vec<String>,
    /// By section and item: those inside sections, and further ones at their starts.
    items: BTreeMap<(usize, usize), Vec<String>>,
    /// The name of the place behind everything, if something points there.
    pub(super) end: Option<String>,
    /// The sections whose start something points to.
    starts: HashSet<usize>,
}

impl Labels {
    /// Names everything. Canon labels begin with the name of the file.
    pub(super) fn new(sequence: &Sequence, abi: &AbiDefinition, dialect: Dialect, file: &str) -> Self {
        let parts = Parts::find(sequence, abi);
        let file = cleaned(file);
        let file = if file.is_empty() { "seq" } else { &file };
        let mut namer = Namer { sequence, abi, dialect, file, part_names: Vec::new(), taken: HashSet::new() };
        namer.part_names =
            (0..parts.starts.len()).map(|part| namer.part_name(part, parts.starts.len())).collect();
        let sections: Vec<_> = (0..sequence.sections.len())
            .map(|section| namer.section_label(section, parts.of_section[section]))
            .collect();
        let mut labels = Self { sections, items: BTreeMap::new(), end: None, starts: HashSet::new() };
        let mut targets = Targets::find(sequence);
        for (part, &item) in parts.starts.iter().enumerate() {
            let name = namer.free(namer.prefix(Some(part)), "_");
            labels.items.entry((0, item)).or_default().push(name);
            targets.items.remove(&(0, item));
        }
        for &(section, item) in &targets.items {
            let own = sequence.sections[section].items[item].label.clone();
            let own = own.filter(|label| namer.may_keep(label));
            let name = own.unwrap_or_else(|| format!("{}_{item}", labels.sections[section]));
            labels.items.entry((section, item)).or_default().push(namer.free(name, "_"));
        }
        labels.starts = targets.starts;
        if targets.has_end {
            labels.end = Some(namer.free("_end".into(), "_"));
        }
        labels
    }

    /// The label of a section.
    pub(super) fn section(&self, section: usize) -> &str {
        &self.sections[section]
    }

    /// Whether something points to the start of a section.
    pub(super) fn is_pointed_to(&self, section: usize) -> bool {
        self.starts.contains(&section)
    }

    /// The labels at an item, without that of the section.
    pub(super) fn at(&self, section: usize, item: usize) -> &[String] {
        self.items.get(&(section, item)).map_or(&[], Vec::as_slice)
    }

    /// The label of a place; none for one that is not there.
    pub(super) fn of(&self, sequence: &Sequence, pointer: Pointer) -> Option<&str> {
        match place_of(sequence, pointer)? {
            Place::Start(section) => Some(&self.sections[section]),
            Place::Item(section, item) => self.at(section, item).first().map(String::as_str),
            Place::End => self.end.as_deref(),
        }
    }
}

/// Where a pointer leads.
enum Place {
    Start(usize),
    Item(usize, usize),
    End,
}

/// Where a pointer leads: behind the last item of a section the next one begins.
fn place_of(sequence: &Sequence, pointer: Pointer) -> Option<Place> {
    let mut place = (pointer.section, pointer.item);
    loop {
        let Some(section) = sequence.sections.get(place.0) else {
            return (place == (sequence.sections.len(), 0)).then_some(Place::End);
        };
        match place.1 {
            0 if !section.items.is_empty() => return Some(Place::Start(place.0)),
            item if item < section.items.len() => return Some(Place::Item(place.0, item)),
            item if item == section.items.len() => place = (place.0 + 1, 0),
            _ => return None,
        }
    }
}

/// What something points to.
#[derive(Default)]
struct Targets {
    starts: HashSet<usize>,
    items: BTreeSet<(usize, usize)>,
    has_end: bool,
}

impl Targets {
    fn find(sequence: &Sequence) -> Self {
        let mut targets = Self::default();
        for item in sequence.sections.iter().flat_map(|section| &section.items) {
            let values = match &item.content {
                Content::Command(command) => command.values.as_slice(),
                Content::Entry(value) => std::slice::from_ref(value),
                _ => &[],
            };
            for value in values {
                let Value::Pointer(pointer) = value else { continue };
                match place_of(sequence, *pointer) {
                    Some(Place::Start(section)) => {
                        targets.starts.insert(section);
                    }
                    Some(Place::Item(section, item)) => {
                        targets.items.insert((section, item));
                    }
                    Some(Place::End) => targets.has_end = true,
                    None => {}
                }
            }
        }
        targets
    }
}

struct Namer<'a> {
    sequence: &'a Sequence,
    abi: &'a AbiDefinition,
    dialect: Dialect,
    file: &'a str,
    part_names: Vec<String>,
    taken: HashSet<String>,
}

impl Namer<'_> {
    fn is_community(&self) -> bool {
        self.dialect.naming == Naming::Community
    }

    /// The name of a part: the one it has, or a number, or what Nintendo's texts call it.
    fn part_name(&self, part: usize, count: usize) -> String {
        let given =
            self.sequence.part_names.get(part).map(|name| cleaned(name)).filter(|name| !name.is_empty());
        given.unwrap_or_else(|| match (self.dialect.naming, count, part) {
            (Naming::Community, ..) => format!("tsec{part}"),
            (_, 1, _) => "A".into(),
            (_, _, 0) => "intro".into(),
            (_, _, part) => letters(part - 1),
        })
    }

    /// What the names of a part's sections begin with.
    fn prefix(&self, part: Option<usize>) -> String {
        match (part, self.is_community()) {
            (Some(part), true) => self.part_names[part].clone(),
            (Some(part), false) => format!("_{}_{}", self.file, self.part_names[part]),
            (None, true) => String::new(),
            (None, false) => "_".into(),
        }
    }

    fn section_label(&mut self, number: usize, part: Option<usize>) -> String {
        let section = &self.sequence.sections[number];
        if let Some(label) = section.label.as_ref().filter(|label| self.may_keep(label)) {
            return self.free(label.clone(), &format!("_{number}"));
        }
        let prefix = self.prefix(part);
        let name = match (number, self.is_community(), self.dialect.style) {
            (0, true, _) => "_start".into(),
            (0, false, _) => format!("_{}", self.file),
            (_, true, Style::SoundEffects) => name_by_address(section, number),
            (_, true, Style::Music) => community_name(section, number, &prefix),
            (_, false, _) => self.canon_name(section, number, &prefix),
        };
        self.free(name, &format!("_{number}"))
    }

    fn canon_name(&self, section: &Section, number: usize, prefix: &str) -> String {
        let (channel, layer) = (section.channel.unwrap_or(0), section.layer.unwrap_or(0));
        let called = |name: String| match section.called_from {
            Some(caller) => format!("{name}_pat{caller}"),
            None => name,
        };
        match section.kind {
            SectionKind::Script(Scope::Sequence) => called(prefix.to_owned()),
            SectionKind::Script(Scope::Channel) => called(format!("{prefix}_sub{channel}")),
            SectionKind::Script(Scope::Layer) => called(format!("{prefix}_sub{channel}_note{layer}")),
            SectionKind::Dyntable => format!("{prefix}_tbl_{number}"),
            SectionKind::Envelope => format!("ENVE_{}{number}", self.file),
            SectionKind::Message => format!("_message_{number}"),
            SectionKind::Table | SectionKind::Alignment => format!("_extbl_{number}"),
        }
    }

    /// Whether a name may stay: a label that is read back as it is.
    fn may_keep(&self, label: &str) -> bool {
        is_label_name(label)
            && !label.contains('@')
            && !label.starts_with(|first: char| first.is_ascii_digit())
    }

    /// A name that is not taken: with `suffix` behind it as often as it must be.
    fn free(&mut self, mut name: String, suffix: &str) -> String {
        while name.is_empty() || self.abi.is_name(&name) || self.taken.contains(&name) {
            name.push_str(suffix);
        }
        self.taken.insert(name.clone());
        name
    }
}

fn community_name(section: &Section, number: usize, prefix: &str) -> String {
    let (channel, layer) = (section.channel.unwrap_or(0), section.layer.unwrap_or(0));
    let called = |name: String| match section.called_from {
        Some(caller) => format!("{name}_call{caller}"),
        None => name,
    };
    match section.kind {
        SectionKind::Script(Scope::Sequence) => called(prefix.to_owned()),
        SectionKind::Script(Scope::Channel) => called(format!("{prefix}_chn{channel}")),
        SectionKind::Script(Scope::Layer) => called(format!("{prefix}_chn{channel}_ly{layer}")),
        SectionKind::Dyntable => format!("{prefix}_tbl_{number}"),
        SectionKind::Envelope => format!("{prefix}_env{number}"),
        SectionKind::Message => format!("{prefix}_msg{number}"),
        SectionKind::Table | SectionKind::Alignment => format!("{prefix}_ldstbl{number}"),
    }
}

fn name_by_address(section: &Section, number: usize) -> String {
    let kind = match section.kind {
        SectionKind::Script(Scope::Sequence) => "seq",
        SectionKind::Script(Scope::Channel) => "chan",
        SectionKind::Script(Scope::Layer) => "layer",
        SectionKind::Dyntable => "table",
        SectionKind::Envelope => "envelope",
        SectionKind::Message => "message",
        SectionKind::Table | SectionKind::Alignment => "ldstbl",
    };
    let address = section.address.map_or_else(|| number.to_string(), |address| format!("{address:04X}"));
    match (section.kind, section.called_from) {
        (SectionKind::Script(_), Some(caller)) => format!("{kind}_call{caller}_{address}"),
        _ => format!("{kind}_{address}"),
    }
}

/// A name without what labels cannot have.
fn cleaned(name: &str) -> String {
    name.chars().filter(|character| character.is_ascii_alphanumeric() || *character == '_').collect()
}

/// A, B ... Z, AA, AB ...
fn letters(mut number: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.push(char::from(b'A' + (number % 26) as u8));
        match number / 26 {
            0 => return name.into_iter().rev().collect(),
            rest => number = rest - 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_lettered() {
        assert_eq!(
            [letters(0), letters(25), letters(26), letters(52)],
            ["A", "Z", "AA", "BA"].map(String::from)
        );
    }
}

//! Labels with their levels, and constants (`snes-authoring.md` section 1.3).

use std::collections::HashMap;

use tatum_core::source::Span;

/// The deepest level: `...name` has three points.
pub(super) const DEEPEST_LEVEL: usize = 3;

/// What a label stands for.
#[derive(Clone, Debug)]
pub(super) struct Label {
    /// The value of its name.
    pub(super) value: i64,
    /// Where it is defined; none if the language defines it.
    pub(super) span: Option<Span>,
    /// How it is listed, if it marks a place in a song.
    pub(super) listing: Option<Listing>,
}

/// What the list of labels says about one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listing {
    pub(super) name: String,
    pub(super) aram: u16,
}

/// All labels and constants, by their full names.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    entries: HashMap<String, Label>,
}

impl Labels {
    pub(super) fn value(&self, name: &str) -> Option<i64> {
        self.entries.get(name).map(|label| label.value)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Label> {
        self.entries.get(name)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// Adds one whose name is free.
    pub(super) fn insert(&mut self, name: String, label: Label) {
        self.entries.insert(name, label);
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    pub(super) fn listed(&self) -> impl Iterator<Item = (i64, &Listing)> {
        self.entries.values().filter_map(|label| Some((label.value, label.listing.as_ref()?)))
    }
}

/// The current labels of the levels: names with points before them belong to these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scope {
    names: Vec<String>,
}

impl Scope {
    /// The full name of a label of a level; none if a lower level has no label.
    pub(super) fn full_name(&self, level: usize, name: &str) -> Option<String> {
        let parents = self.names.get(..level)?;
        Some(parents.iter().map(|parent| format!("{parent}_")).collect::<String>() + name)
    }

    /// The full name without that of level 0.
    pub(super) fn listed_name(&self, level: usize, name: &str) -> String {
        let parents = self.names.get(1..level).unwrap_or_default();
        parents.iter().map(|parent| format!("{parent}_")).collect::<String>() + name
    }

    /// Makes a label the current one of its level.
    pub(super) fn enter(&mut self, level: usize, name: &str) {
        self.names.truncate(level);
        self.names.push(name.to_owned());
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.names.clear();
    }

    /// The current label of a level.
    pub(super) fn current(&self, level: usize) -> Option<&str> {
        self.names.get(level).map(String::as_str)
    }
}

//! Labels and the places that name them.

use std::collections::HashMap;

use tatum_core::source::{Problem, Problems, Sources, Span};

use super::statement::Word;
use super::words::nearest;

/// A place in the data that is named by a label or a number.
pub(super) struct Reference {
    pub target: Target,
    pub span: Span,
}

/// How a place is named.
pub(super) enum Target {
    Address(i64),
    Label {
        name: String,
        /// The name with that of the public label before it, if it is local.
        key: String,
        distance: i64,
    },
}

/// An address to be filled in.
pub(super) struct Fixup {
    pub at: usize,
    pub reference: Reference,
}

/// Labels; those that begin with `_` belong to the public label before them (nds-formats 10).
#[derive(Default)]
pub(super) struct Labels {
    places: HashMap<String, (usize, Span)>,
    public: String,
    /// Addresses that are not known yet.
    pub fixups: Vec<Fixup>,
}

impl Labels {
    /// The name under which a label is kept.
    pub(super) fn key(&self, name: &str) -> String {
        if name.starts_with('_') { format!("{}.{name}", self.public) } else { name.to_owned() }
    }

    /// Puts a label at a place; reported if it cannot be.
    pub(super) fn define(&mut self, label: &Word, at: usize, sources: &Sources, problems: &mut Problems) {
        if label.text.starts_with('_') && self.public.is_empty() {
            let message = format!("the local label `{}` stands before any public label", label.text);
            problems.push(
                Problem::error("SMFT-LOCAL", label.span, message)
                    .with_hint("labels that begin with `_` belong to the label before them"),
            );
            return;
        }
        if !label.text.starts_with('_') {
            self.public.clone_from(&label.text);
        }
        let key = self.key(&label.text);
        if let Some((_, first)) = self.places.get(&key) {
            let line = sources.place(*first).line;
            let message = format!("the label `{}` is there already", label.text);
            problems.push(
                Problem::error("SMFT-LABEL-TWICE", label.span, message)
                    .with_hint(format!("first defined in line {line}")),
            );
            return;
        }
        self.places.insert(key, (at, label.span));
    }

    /// The address of a place; reported if it is not known.
    pub(super) fn resolve(&self, reference: &Reference, problems: &mut Problems) -> Option<u32> {
        let (name, key, distance) = match &reference.target {
            Target::Address(address) => return u32::try_from(*address).ok(),
            Target::Label { name, key, distance } => (name, key, *distance),
        };
        let Some((at, _)) = self.places.get(key) else {
            let message = format!("unknown label `{name}`");
            let mut problem = Problem::error("SMFT-LABEL-UNKNOWN", reference.span, message);
            problem.hint = self.advice(name);
            problems.push(problem);
            return None;
        };
        let address = (*at as i64).checked_add(distance).and_then(|address| u32::try_from(address).ok());
        let address = address.filter(|address| *address <= 0xFF_FFFF);
        if address.is_none() {
            let message = format!("`{name}` lies behind the 16 MiB that addresses can reach");
            problems.push(Problem::error("SMFT-LONG", reference.span, message));
        }
        address
    }

    /// What may have been meant by a label that is not there.
    fn advice(&self, name: &str) -> Option<String> {
        let suffix = format!(".{name}");
        if name.starts_with('_')
            && let Some(owner) = self.places.keys().filter_map(|key| key.strip_suffix(&suffix)).min()
        {
            return Some(format!("`{name}` belongs to the label `{owner}` and is known only there"));
        }
        let mut known: Vec<&str> = self.places.keys().map(String::as_str).collect();
        known.sort_unstable();
        nearest(name, known).map(|known| format!("did you mean `{known}`?"))
    }
}

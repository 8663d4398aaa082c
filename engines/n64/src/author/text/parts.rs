//! The parts of a song: what SEQ64 calls temporal sections (`n64-authoring.md` 4.5).
//!
//! In the sequence's own script the first command that starts a channel begins a part; after a delay the next such
//! command begins another. Every section belongs to the part in which something first leads to it.

use crate::author::abi::{AbiDefinition, Action, Meaning, ParameterSource};
use crate::author::model::{Command, Content, Sequence, Value};

/// The parts of a sequence.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The items of the first section at which parts begin.
    pub(super) starts: Vec<usize>,
    /// By section: its part.
    pub(super) of_section: Vec<Option<usize>>,
}

impl Parts {
    pub(super) fn find(sequence: &Sequence, abi: &AbiDefinition) -> Self {
        let mut parts = Self { starts: Vec::new(), of_section: vec![None; sequence.sections.len()] };
        let mut is_visited = vec![false; sequence.sections.len()];
        let Some(header) = sequence.sections.first() else { return parts };
        is_visited[0] = true;
        let mut has_delayed = true;
        for (index, item) in header.items.iter().enumerate() {
            if let Content::Command(command) = &item.content {
                if abi.command(command.definition).action == Action::PointerToChannel && has_delayed {
                    has_delayed = false;
                    parts.starts.push(index);
                }
                has_delayed |= lets_time_pass(command, abi);
            }
            let part = parts.starts.len().checked_sub(1);
            let mut open: Vec<usize> = targets(&item.content).collect();
            while let Some(section) = open.pop() {
                if is_visited.get(section).copied().unwrap_or(true) {
                    continue;
                }
                is_visited[section] = true;
                parts.of_section[section] = part;
                let items = &sequence.sections[section].items;
                open.extend(items.iter().rev().flat_map(|item| targets(&item.content)));
            }
        }
        parts
    }
}

/// The sections that an item points to.
fn targets(content: &Content) -> impl Iterator<Item = usize> {
    let values = match content {
        Content::Command(command) => command.values.as_slice(),
        Content::Entry(value) => std::slice::from_ref(value),
        _ => &[],
    };
    values.iter().filter_map(|value| match value {
        Value::Pointer(pointer) => Some(pointer.section),
        Value::Number(_) => None,
    })
}

fn lets_time_pass(command: &Command, abi: &AbiDefinition) -> bool {
    let parameters = &abi.command(command.definition).parameters;
    parameters.iter().enumerate().any(|(index, parameter)| {
        let ticks = match parameter.source {
            ParameterSource::Constant(ticks) => i64::from(ticks),
            _ => command.number(index).into(),
        };
        parameter.meaning == Meaning::Delay && ticks != 0
    })
}

//! How long scripts are, for comments (`n64-authoring.md` 4.5): calls are included, loops count once.

use crate::author::abi::{AbiDefinition, Action, Meaning, ParameterSource};
use crate::author::model::{Command, Content, Sequence};

/// Calls are followed so deep; the engine's stack has room for four.
const DEEPEST_CALL: usize = 16;

/// The lengths of a sequence's sections.
pub(super) struct Ticks<'a> {
    sequence: &'a Sequence,
    abi: &'a AbiDefinition,
    known: Vec<Option<u64>>,
}

impl<'a> Ticks<'a> {
    pub(super) fn new(sequence: &'a Sequence, abi: &'a AbiDefinition) -> Self {
        Self { sequence, abi, known: vec![None; sequence.sections.len()] }
    }

    /// The ticks of a section.
    pub(super) fn of(&mut self, section: usize) -> u64 {
        self.count(section, DEEPEST_CALL)
    }

    fn count(&mut self, section: usize, depth: usize) -> u64 {
        if let Some(known) = self.known.get(section).copied().flatten() {
            return known;
        }
        let Some(items) = self.sequence.sections.get(section).map(|section| &section.items) else { return 0 };
        // What calls itself does not count itself again.
        self.known[section] = Some(0);
        let mut last_delay = 0;
        let mut total = 0_u64;
        for item in items {
            let Content::Command(command) = &item.content else { continue };
            let action = self.abi.command(command.definition).action;
            if let (Action::Call, Some(pointer)) = (action, command.pointer()) {
                if depth != 0 {
                    total = total.saturating_add(self.count(pointer.section, depth - 1));
                }
                continue;
            }
            total = total.saturating_add(match (self.delay(command), action) {
                (Some(delay), Action::Note | Action::ShortNote) => {
                    last_delay = delay;
                    delay
                }
                (Some(delay), _) => delay,
                (None, Action::Note | Action::ShortNote) => last_delay,
                (None, _) => 0,
            });
        }
        self.known[section] = Some(total);
        total
    }

    fn delay(&self, command: &Command) -> Option<u64> {
        let definition = self.abi.command(command.definition);
        let parameter = definition.parameter_for(Meaning::Delay)?;
        Some(match definition.parameters[parameter].source {
            ParameterSource::Constant(ticks) => ticks.into(),
            _ => u64::try_from(command.number(parameter)).unwrap_or(0),
        })
    }
}

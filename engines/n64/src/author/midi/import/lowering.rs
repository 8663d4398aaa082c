//! Scripts in the making become commands of an ABI.

use tatum_core::source::{Problem, Problems};

use super::choice::{Wanted, choose};
use super::options::ImportOptions;
use super::step::{Controllers, Note, Script, Song, Step};
use crate::author::abi::{AbiDefinition, Action, Meaning, NoteState, Scope};
use crate::author::model::{Command, Content, Pointer, Section, SectionKind, Sequence, Value};

/// Makes the sequence; none if the ABI lacks a command, which is told.
pub(super) fn lower(
    song: &Song,
    abi: &AbiDefinition,
    options: &ImportOptions,
    problems: &mut Problems,
) -> Option<Sequence> {
    let parts = song.scripts.first().map_or_else(Vec::new, |script| part_starts(&script.steps));
    let mut lowering = Lowering { abi, options, problems, parts, is_complete: true };
    let sections = song.scripts.iter().map(|script| lowering.script(script)).collect();
    lowering.is_complete.then(|| Sequence { sections, part_names: song.part_names.clone() })
}

/// Replaces a relative pointer by an absolute one; false if it is not one, or there is no such command.
pub(super) fn make_absolute(
    sequence: &mut Sequence,
    abi: &AbiDefinition,
    section: usize,
    item: usize,
) -> bool {
    let Some(section) = sequence.sections.get_mut(section) else { return false };
    let SectionKind::Script(scope) = section.kind else { return false };
    let Some(item) = section.items.get_mut(item) else { return false };
    let Content::Command(command) = &item.content else { return false };
    let definition = abi.command(command.definition);
    let wanted: Vec<Wanted> = definition
        .parameters
        .iter()
        .zip(&command.values)
        .filter(|(parameter, _)| parameter.meaning != Meaning::None)
        .map(|(parameter, value)| match parameter.meaning {
            Meaning::RelativeAddress => (Meaning::AbsoluteAddress, *value),
            meaning => (meaning, *value),
        })
        .collect();
    if definition.parameter_for(Meaning::RelativeAddress).is_none() {
        return false;
    }
    match choose(abi, scope, definition.action, &wanted) {
        Some(command) => {
            item.content = Content::Command(command);
            true
        }
        None => false,
    }
}

struct Lowering<'a> {
    abi: &'a AbiDefinition,
    options: &'a ImportOptions,
    problems: &'a mut Problems,
    /// The first command of every part.
    parts: Vec<Pointer>,
    is_complete: bool,
}

/// The first commands of the parts, in the sequence's script.
fn part_starts(steps: &[Step]) -> Vec<Pointer> {
    let mut starts = Vec::new();
    let mut commands = 0;
    for step in steps {
        // Every other step of this script becomes a command.
        match step {
            Step::Part(_) => starts.push(Pointer::to_item(0, commands)),
            _ => commands += 1,
        }
    }
    starts
}

impl Lowering<'_> {
    fn script(&mut self, script: &Script) -> Section {
        let mut section = Section::script(script.scope);
        section.channel = script.channel;
        section.layer = script.layer;
        if script.scope != Scope::Sequence && self.abi.initial_notes() != NoteState::Long {
            section.notes = NoteState::Long;
        }
        let mut last_delay = None;
        for step in &script.steps {
            if let Step::Note(note) = step {
                section.items.extend(self.note(*note, last_delay).map(Into::into));
                last_delay = Some(note.delay);
                continue;
            }
            if matches!(step, Step::LoopStart(_) | Step::Call(_)) {
                last_delay = None;
            }
            section.items.extend(self.command(script.scope, step).map(Into::into));
        }
        section
    }

    fn note(&mut self, note: Note, last_delay: Option<u16>) -> Option<Command> {
        let mut wanted =
            vec![number(Meaning::Note, note.note), number(Meaning::Velocity, note.velocity.value)];
        let shares_delay = last_delay == Some(note.delay);
        if !shares_delay {
            wanted.push(number(Meaning::Delay, note.delay));
        }
        if shares_delay || note.gate.value != 0 {
            wanted.push(number(Meaning::GateTime, note.gate.value));
        }
        self.choose(Scope::Layer, Action::Note, &wanted)
    }

    fn command(&mut self, scope: Scope, step: &Step) -> Option<Command> {
        let (action, wanted) = match *step {
            Step::Delay(ticks) => (Action::Delay, vec![number(Meaning::Delay, ticks)]),
            Step::Controllers(ref controllers) => return Some(self.controllers(controllers)),
            Step::LayerTransposition(semitones) => {
                (Action::LayerTransposition, vec![number(Meaning::Value, semitones as u8)])
            }
            // An ABI without short notes needs no command for long ones.
            Step::LongNotes => return choose(self.abi, scope, Action::SetLongNotes, &[]),
            Step::MuteBehavior(bits) => (Action::MuteBehavior, vec![number(Meaning::Value, bits)]),
            Step::MuteScale(scale) => (Action::MuteScale, vec![number(Meaning::Value, scale)]),
            Step::EnableChannels(mask) => (Action::EnableChannels, vec![number(Meaning::Bitfield, mask)]),
            Step::DisableChannels(mask) => (Action::DisableChannels, vec![number(Meaning::Bitfield, mask)]),
            Step::Tempo(tempo) => (Action::Tempo, vec![number(Meaning::Value, tempo)]),
            Step::MasterVolume(volume) => (Action::MasterVolume, vec![number(Meaning::Value, volume)]),
            Step::StartChannel { channel, script } => {
                let pointer = Pointer::to_section(script);
                let channel = number(Meaning::Channel, channel);
                return self.pointing(scope, Action::PointerToChannel, &[channel], pointer);
            }
            Step::StartLayer { layer, script } => {
                let pointer = Pointer::to_section(script);
                let layer = number(Meaning::NoteLayer, layer);
                return self.pointing(scope, Action::PointerToLayer, &[layer], pointer);
            }
            Step::Part(_) => return None,
            Step::JumpToPart(part) => {
                let pointer = *self.parts.get(part)?;
                return self.pointing(scope, Action::Jump, &[], pointer);
            }
            Step::LoopStart(passes) => (Action::LoopStart, vec![number(Meaning::LoopCount, passes)]),
            Step::LoopEnd => (Action::LoopEnd, Vec::new()),
            Step::Call(script) => {
                return self.pointing(scope, Action::Call, &[], Pointer::to_section(script));
            }
            Step::End => (Action::End, Vec::new()),
            Step::Note(note) => return self.note(note, None),
        };
        self.choose(scope, action, &wanted)
    }

    fn controllers(&self, controllers: &Controllers) -> Command {
        let definition = self.abi.command(controllers.command);
        let values: Vec<Value> = definition
            .parameters
            .iter()
            .map(|parameter| match parameter.meaning {
                Meaning::Controller { number, is_doubled } => {
                    let value = controllers.values.iter().find(|(other, _)| *other == number);
                    let value = value.map_or(0, |(_, merged)| i32::from(merged.value));
                    Value::Number(if is_doubled { 2 * value } else { value })
                }
                _ => Value::Number(0),
            })
            .collect();
        Command::new(controllers.command, values)
    }

    /// A command with a pointer: relative if that is asked for and possible.
    fn pointing(&mut self, scope: Scope, action: Action, wanted: &[Wanted], to: Pointer) -> Option<Command> {
        let with = |meaning| {
            let mut wanted = wanted.to_vec();
            wanted.push((meaning, to.into()));
            wanted
        };
        if self.options.relative_addresses {
            if let Some(command) = choose(self.abi, scope, action, &with(Meaning::RelativeAddress)) {
                return Some(command);
            }
            let message = format!("no relative `{}` in this ABI; an absolute one is used", action.name());
            self.problems.push(Problem::warning("MID-RELATIVE", None, message));
        }
        self.choose(scope, action, &with(Meaning::AbsoluteAddress))
    }

    fn choose(&mut self, scope: Scope, action: Action, wanted: &[Wanted]) -> Option<Command> {
        let command = choose(self.abi, scope, action, wanted);
        if command.is_none() {
            self.is_complete = false;
            let message = format!(
                "the ABI {} has no `{}` command for a {} script that fits",
                self.abi.id(),
                action.name(),
                scope.name()
            );
            self.problems.push(Problem::error("MID-COMMAND", None, message));
        }
        command
    }
}

fn number(meaning: Meaning, value: impl Into<i32>) -> Wanted {
    (meaning, Value::Number(value.into()))
}

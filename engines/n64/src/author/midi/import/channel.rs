//! The channels' scripts: layers and controllers (`n64-authoring.md` 6.3).

use std::collections::BTreeMap;
use std::ops::Range;

use tatum_core::source::{Problem, Problems};

use super::layers::Layers;
use super::options::ImportOptions;
use super::score::{ControllerEvent, Score};
use super::step::{Controllers, Script, Song, Step, delays};
use crate::author::abi::{AbiDefinition, Action, CommandId, Meaning, Scope};
use crate::author::midi::{PITCH_BEND, PROGRAM};

/// Controllers that set the range of the pitch wheel: the engine's is always an octave.
const RANGE_CONTROLLERS: [u8; 4] = [101, 100, 6, 38];
/// Controller that chooses a bank.
const BANK: u8 = 0;

/// Writes the scripts of all channels, by part and channel. The layers' scripts are to follow them.
pub(super) fn build(
    song: &mut Song,
    score: &Score,
    layers: &Layers,
    abi: &AbiDefinition,
    options: &ImportOptions,
    problems: &mut Problems,
) {
    let used = |channel: &u8| {
        let slots = layers.get(channel);
        let numbers = (0_u8..).zip(slots.into_iter().flatten());
        numbers.filter(|(_, notes)| !notes.is_empty()).map(|(layer, _)| layer).collect::<Vec<_>>()
    };
    let mut next_layer = song.scripts.len() + score.parts.len() * score.channels.len();
    let mut commands = Commands { abi, known: BTreeMap::new(), problems };
    for part in 0..score.parts.len() {
        for (number, channel) in &score.channels {
            let mut steps = Vec::new();
            if part == 0 {
                steps.push(Step::LongNotes);
            }
            for layer in used(number) {
                steps.push(Step::StartLayer { layer, script: next_layer });
                next_layer += 1;
            }
            let events = score.of_part(part, &channel.controllers, |event| event.tick);
            let mut script =
                ControllerScript { number: *number, now: 0, steps, options, written: BTreeMap::new() };
            script.build(score, events, score.part_ticks(part), &mut commands);
            song.scripts.push(Script {
                scope: Scope::Channel,
                channel: Some(*number),
                layer: None,
                is_called: false,
                steps: script.steps,
            });
        }
    }
}

/// Which command sets a controller.
struct Commands<'a> {
    abi: &'a AbiDefinition,
    /// What has been found out.
    known: BTreeMap<u8, Option<Setter>>,
    problems: &'a mut Problems,
}

/// A command that sets controllers, and their numbers.
type Setter = (CommandId, Vec<u8>);

impl Commands<'_> {
    /// The command that sets a controller, and all controllers that it sets.
    fn find(&mut self, channel: u8, wanted: u8) -> Option<Setter> {
        if let Some(known) = self.known.get(&wanted) {
            return known.clone();
        }
        let found = self.search(wanted);
        if found.is_none() {
            self.tell_unknown(channel, wanted);
        }
        self.known.insert(wanted, found.clone());
        found
    }

    fn search(&self, wanted: u8) -> Option<Setter> {
        for (id, command) in self.abi.commands_in(Scope::Channel) {
            let numbers: Vec<_> = command
                .parameters
                .iter()
                .filter_map(|parameter| match parameter.meaning {
                    Meaning::Controller { number, .. } => Some(number),
                    _ => None,
                })
                .collect();
            if command.action == Action::Controllers && numbers.contains(&wanted) {
                return Some((id, numbers));
            }
        }
        None
    }

    fn tell_unknown(&mut self, channel: u8, wanted: u8) {
        if !RANGE_CONTROLLERS.contains(&wanted) {
            let what = match wanted {
                PITCH_BEND => "the pitch wheel".to_owned(),
                PROGRAM => "program change".to_owned(),
                number => format!("controller {number}"),
            };
            let message = format!("channel {}: {what} has no command in this ABI; ignored", channel + 1);
            self.problems.push(Problem::info("MID-CC", None, message));
        }
    }
}

/// A channel's script in the making.
struct ControllerScript<'a> {
    number: u8,
    now: u64,
    steps: Vec<Step>,
    options: &'a ImportOptions,
    /// By controller: what was written last.
    written: BTreeMap<u8, Written>,
}

/// A controller's last command.
#[derive(Clone, Copy)]
struct Written {
    /// The value it was written for; later ones that were too near have not changed it.
    value: u8,
    tick: u64,
    /// Its number among the steps.
    step: usize,
}

impl ControllerScript<'_> {
    fn build(
        &mut self,
        score: &Score,
        events: &[ControllerEvent],
        ticks: Range<u64>,
        commands: &mut Commands<'_>,
    ) {
        self.now = ticks.start;
        let mut is_used = vec![false; events.len()];
        for index in 0..events.len() {
            let event = events[index];
            if is_used[index] {
                continue;
            }
            let Some((command, numbers)) = commands.find(self.number, event.number) else { continue };
            let tick = score.ticks(event.tick).max(self.now);
            if numbers.len() == 1 {
                self.single(tick, command, event);
                continue;
            }
            let values = numbers.iter().map(|&number| {
                if number == event.number {
                    return (number, event.value.into());
                }
                let same_tick = |other: &usize| events[*other].tick == event.tick;
                let other = (index + 1..events.len())
                    .take_while(same_tick)
                    .find(|&other| !is_used[other] && events[other].number == number);
                match other {
                    Some(other) => {
                        is_used[other] = true;
                        (number, events[other].value.into())
                    }
                    None => {
                        let message = format!(
                            "channel {}, tick {}: controller {} comes with controller {number}, which is missing: 0",
                            self.number + 1,
                            event.tick,
                            event.number
                        );
                        commands.problems.push(Problem::warning("MID-GROUP", None, message));
                        (number, 0.into())
                    }
                }
            });
            let values = values.collect();
            self.push(tick, Controllers { command, values });
        }
        self.steps.extend(delays(ticks.end.saturating_sub(self.now)));
        self.steps.push(Step::End);
    }

    /// A controller with a command of its own: small changes are left out.
    fn single(&mut self, tick: u64, command: CommandId, event: ControllerEvent) {
        if let Some(written) = self.written.get(&event.number).copied() {
            let is_near = event.value.abs_diff(written.value) <= self.step_of(event.number);
            if is_near || written.tick == tick {
                if let Some(Step::Controllers(controllers)) = self.steps.get_mut(written.step) {
                    controllers.values = vec![(event.number, event.value.into())];
                }
                return;
            }
        }
        self.push(tick, Controllers { command, values: vec![(event.number, event.value.into())] });
        let step = self.steps.len() - 1;
        self.written.insert(event.number, Written { value: event.value, tick, step });
    }

    fn push(&mut self, tick: u64, controllers: Controllers) {
        self.steps.extend(delays(tick - self.now));
        self.now = tick;
        self.steps.push(Step::Controllers(controllers));
    }

    /// Changes up to this are left out.
    const fn step_of(&self, controller: u8) -> u8 {
        match controller {
            BANK | PROGRAM => 0,
            PITCH_BEND => self.options.pitch_step,
            7 | 8 | 10 | 11 => self.options.volume_and_pan_step,
            _ => self.options.other_step,
        }
    }
}

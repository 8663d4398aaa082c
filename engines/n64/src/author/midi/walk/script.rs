//! Following scripts.

use super::transposition::Transpositions;
use super::values::Values;
use super::{ControllerValue, Jumps, WalkOptions, Walked, WalkedEvent, WalkedKind, WalkedNote};
use crate::author::abi::{AbiDefinition, Action, CommandDefinition, Meaning, ParameterSource, Scope};
use crate::author::midi::KEY_OF_NOTE_0;
use crate::author::model::{Command, Content, Pointer, Sequence, Value};
use crate::sequencer::{DEFAULT_GATES, DEFAULT_VELOCITIES};

/// Events that a walk notes down before it gives up.
const MOST_EVENTS: usize = 1_000_000;
/// Calls and loops that may be open: the engine has 4, hostile files have more.
const DEEPEST: usize = 64;
/// Scripts that may start each other: a sequence, its 16 channels, a layer, and some that do so for nothing.
const DEEPEST_SCRIPTS: u32 = 32;
/// Layers of a channel.
const LAYERS: i32 = 4;

/// Where a script is.
#[derive(Clone, Copy)]
struct Place {
    section: usize,
    item: usize,
}

impl From<Pointer> for Place {
    fn from(pointer: Pointer) -> Self {
        Self { section: pointer.section, item: pointer.item }
    }
}

/// What has been opened.
enum Frame {
    Call { back: Place },
    Loop { start: Place, left: u32 },
}

/// A script that is being followed.
struct Script {
    scope: Scope,
    channel: Option<u8>,
    layer: Option<u8>,
    place: Place,
    tick: u64,
    frames: Vec<Frame>,
    notes: Notes,
    /// What the script computes; none if branches are not taken.
    values: Option<Values>,
    /// When the layers, or channels, that it has started end.
    ends: [u64; 16],
}

/// What a layer's notes share.
struct Notes {
    transposition: i32,
    last_delay: u64,
    short_delay: u64,
    short_velocity: u8,
    short_gate: u8,
}

pub(super) struct Walker<'a> {
    sequence: &'a Sequence,
    abi: &'a AbiDefinition,
    options: &'a WalkOptions,
    walked: Walked,
    transpositions: Transpositions,
    commands: u32,
    has_given_up: bool,
    /// Scripts that are being followed because each was started by the one before it.
    depth: u32,
    /// Whether time has passed in the sequence's script since it started a channel.
    begins_part: bool,
    loops_left: u32,
    /// Velocities that short notes choose from.
    velocities: [u8; 16],
    /// Gates that short notes choose from.
    gates: [u8; 16],
}

/// Whether a script goes on.
#[derive(PartialEq, Eq)]
enum Next {
    Continue,
    Stop,
}

impl<'a> Walker<'a> {
    pub(super) fn new(sequence: &'a Sequence, abi: &'a AbiDefinition, options: &'a WalkOptions) -> Self {
        let loops_left = match options.jumps {
            Jumps::Follow(loops) => loops,
            Jumps::Pass | Jumps::End => 0,
        };
        Self {
            sequence,
            abi,
            options,
            walked: Walked::default(),
            transpositions: Transpositions::default(),
            commands: 0,
            has_given_up: false,
            depth: 0,
            begins_part: true,
            loops_left,
            velocities: DEFAULT_VELOCITIES,
            gates: DEFAULT_GATES,
        }
    }

    /// Sixteen bytes of the sequence, if there are so many.
    fn table_at(&self, pointer: Pointer) -> Option<[u8; 16]> {
        let items = self.sequence.sections.get(pointer.section)?.items.get(pointer.item..)?;
        let bytes = items.iter().map_while(|item| match &item.content {
            Content::Bytes(bytes) => Some(bytes.as_slice()),
            _ => None,
        });
        let offset = usize::try_from(pointer.offset).ok()?;
        let table: Vec<u8> = bytes.flatten().skip(offset).take(16).copied().collect();
        table.try_into().ok()
    }

    pub(super) fn finish(self) -> (Walked, Transpositions) {
        (self.walked, self.transpositions)
    }

    /// Follows the sequence's own script, and from there all others.
    pub(super) fn sequence(&mut self) {
        let end = self.script(Scope::Sequence, None, None, Place { section: 0, item: 0 }, 0);
        self.event(end, None, None, WalkedKind::End);
    }

    fn event(&mut self, tick: u64, channel: Option<u8>, layer: Option<u8>, kind: WalkedKind) {
        if self.walked.events.len() < MOST_EVENTS {
            self.walked.events.push(WalkedEvent { tick, channel, layer, kind });
        } else {
            self.give_up("too many events");
        }
    }

    fn give_up(&mut self, why: &str) {
        if !std::mem::replace(&mut self.has_given_up, true) {
            self.walked.warn("COM-ENDLESS", format!("{why}; the rest is left out"));
        }
    }

    /// Follows a script to its end and gives the tick of it. Scripts that start each other in a circle end here.
    fn script(
        &mut self,
        scope: Scope,
        channel: Option<u8>,
        layer: Option<u8>,
        place: Place,
        tick: u64,
    ) -> u64 {
        if self.depth == DEEPEST_SCRIPTS {
            self.give_up("scripts start each other in a circle");
            return tick;
        }
        self.depth += 1;
        let end = self.follow(scope, channel, layer, place, tick);
        self.depth -= 1;
        end
    }

    fn follow(
        &mut self,
        scope: Scope,
        channel: Option<u8>,
        layer: Option<u8>,
        place: Place,
        tick: u64,
    ) -> u64 {
        let notes =
            Notes { transposition: 0, last_delay: 0, short_delay: 0, short_velocity: 0, short_gate: 0x80 };
        let values = self.options.ports.as_ref().map(|ports| Values::new(ports, channel));
        let ends = [0; 16];
        let mut script =
            Script { scope, channel, layer, place, tick, frames: Vec::new(), notes, values, ends };
        let sequence = self.sequence;
        while !self.has_given_up {
            if script.tick > self.options.max_ticks {
                let message = format!("a script goes on behind tick {}", self.options.max_ticks);
                self.walked.warn("COM-LONG", message);
                break;
            }
            let Place { section, item } = script.place;
            let content = sequence.sections.get(section).and_then(|section| section.items.get(item));
            // The end of a section is the end of the script.
            let Some(content) = content else {
                if self.end(&mut script) == Next::Stop {
                    break;
                }
                continue;
            };
            script.place.item += 1;
            self.commands += 1;
            if self.commands > self.options.most_commands {
                self.give_up(&format!(
                    "the sequence executes more than {} commands",
                    self.options.most_commands
                ));
                break;
            }
            if let Content::Command(command) = &content.content
                && self.command(&mut script, command) == Next::Stop
            {
                break;
            }
        }
        script.tick
    }

    /// Returns from a call, or ends the script.
    fn end(&mut self, script: &mut Script) -> Next {
        while let Some(frame) = script.frames.pop() {
            if let Frame::Call { back } = frame {
                script.place = back;
                return Next::Continue;
            }
        }
        Next::Stop
    }

    fn command(&mut self, script: &mut Script, command: &Command) -> Next {
        let definition = self.abi.command(command.definition);
        let value = |meaning| value_of(definition, command, meaning);
        let single = value(Meaning::Value).unwrap_or_default() as u8;
        let mask = value(Meaning::Bitfield).unwrap_or_default() as u16;
        match definition.action {
            Action::Delay => {
                let ticks = value(Meaning::Delay).unwrap_or_default();
                self.pass(script, ticks.max(0) as u64);
                if script.scope == Scope::Sequence && ticks > 0 {
                    self.begins_part = true;
                }
            }
            Action::Note => self.note(script, definition, command),
            Action::ShortNote => self.short_note(script, definition, command),
            Action::End => return self.end(script),
            Action::Jump if script.values.is_some() => return self.real_jump(script, command),
            Action::Jump => return self.jump(script, command),
            Action::Branch => {
                let is_taken = script.values.as_ref().is_some_and(|values| values.takes(&definition.name));
                if is_taken {
                    return self.real_jump(script, command);
                }
            }
            Action::Call => self.call(script, command),
            Action::LoopStart => self.loop_start(script, value(Meaning::LoopCount).unwrap_or_default()),
            Action::LoopEnd => self.loop_end(script),
            Action::LoopBreak => {
                // Leaves the loop's level without moving.
                if matches!(script.frames.last(), Some(Frame::Loop { .. })) {
                    script.frames.pop();
                }
            }
            Action::PointerToChannel => self.start_channel(script, definition, command),
            Action::PointerToLayer => self.start_layer(script, definition, command),
            Action::Controllers => {
                let controllers = controllers(definition, command);
                self.event(script.tick, script.channel, script.layer, WalkedKind::Controllers(controllers));
            }
            Action::ChannelTransposition => {
                self.transpositions.set(script.channel, script.tick, i32::from(single as i8));
            }
            Action::LayerTransposition => script.notes.transposition = i32::from(single as i8),
            Action::Tempo => self.song_event(script, WalkedKind::Tempo(single)),
            Action::MasterVolume => self.song_event(script, WalkedKind::MasterVolume(single)),
            Action::MuteBehavior => self.song_event(script, WalkedKind::MuteBehavior(single)),
            Action::MuteScale => self.song_event(script, WalkedKind::MuteScale(single)),
            Action::EnableChannels => self.song_event(script, WalkedKind::EnableChannels(mask)),
            Action::DisableChannels => self.song_event(script, WalkedKind::DisableChannels(mask)),
            _ => self.unnamed(script, definition, command),
        }
        Next::Continue
    }

    fn song_event(&mut self, script: &Script, kind: WalkedKind) {
        self.event(script.tick, script.channel, None, kind);
    }

    fn pass(&mut self, script: &mut Script, ticks: u64) {
        script.tick = script.tick.saturating_add(ticks);
    }

    /// Commands that tables have no action for, but that decide what notes are: by the community's names.
    fn unnamed(&mut self, script: &mut Script, definition: &CommandDefinition, command: &Command) {
        let operand = command.number(0);
        if let Some(values) = &mut script.values {
            match definition.name.as_str() {
                "testlayer" | "testchan" => {
                    let has_ended = script.ends[operand as usize & 15] <= script.tick;
                    values.set(has_ended.into());
                }
                name => values.execute(name, operand),
            }
        }
        let table = |table: &[u8; 16]| table[usize::from(operand as u8 & 15)];
        let stored = || command.pointer().and_then(|pointer| self.table_at(pointer));
        match (script.scope, definition.name.as_str()) {
            (Scope::Sequence, "stp") => {
                self.transpositions.set(None, script.tick, i32::from(operand as i8));
            }
            (Scope::Sequence, "stprel") => {
                self.transpositions.add(None, script.tick, i32::from(operand as i8));
            }
            (_, "ldshorttablevel") => self.velocities = stored().unwrap_or(self.velocities),
            (_, "ldshorttablegate") => self.gates = stored().unwrap_or(self.gates),
            (Scope::Layer, "shortvel") => script.notes.short_velocity = operand as u8,
            (Scope::Layer, "shortgate") => script.notes.short_gate = operand as u8,
            (Scope::Layer, "shortdelay") => script.notes.short_delay = operand.max(0) as u64,
            (Scope::Layer, "shorttablevel") => script.notes.short_velocity = table(&self.velocities),
            (Scope::Layer, "shorttablegate") => script.notes.short_gate = table(&self.gates),
            _ => {}
        }
    }

    fn note(&mut self, script: &mut Script, definition: &CommandDefinition, command: &Command) {
        let value = |meaning| value_of(definition, command, meaning);
        let delay = value(Meaning::Delay).map_or(script.notes.last_delay, |delay| delay.max(0) as u64);
        script.notes.last_delay = delay;
        let velocity = value(Meaning::Velocity).map_or(127, |velocity| velocity as u8);
        let gate = value(Meaning::GateTime).map_or(0, |gate| gate as u8);
        self.play(script, value(Meaning::Note).unwrap_or_default(), delay, velocity, gate);
    }

    /// A note whose delay is its own, the last one, or the layer's; the rest is the layer's.
    fn short_note(&mut self, script: &mut Script, definition: &CommandDefinition, command: &Command) {
        let value = |meaning| value_of(definition, command, meaning);
        let delay = match (value(Meaning::Delay), value(Meaning::Mode)) {
            (Some(delay), _) => {
                script.notes.last_delay = delay.max(0) as u64;
                script.notes.last_delay
            }
            (None, Some(0)) => script.notes.short_delay,
            (None, _) => script.notes.last_delay,
        };
        let (velocity, gate) = (script.notes.short_velocity, script.notes.short_gate);
        self.play(script, value(Meaning::Note).unwrap_or_default(), delay, velocity, gate);
    }

    fn play(&mut self, script: &mut Script, note: i32, delay: u64, velocity: u8, gate: u8) {
        let key = note + KEY_OF_NOTE_0 + script.notes.transposition;
        let note = WalkedNote { key, outer_transposition: 0, velocity, delay, gate };
        self.event(script.tick, script.channel, script.layer, WalkedKind::Note(note));
        self.pass(script, delay);
    }

    fn jump(&mut self, script: &mut Script, command: &Command) -> Next {
        match self.options.jumps {
            Jumps::Pass => Next::Continue,
            Jumps::End => {
                if script.scope == Scope::Sequence {
                    self.song_event(script, WalkedKind::Jump);
                }
                Next::Stop
            }
            Jumps::Follow(_) => {
                let target = command.pointer().map(Place::from);
                let is_back = |target: &Place| {
                    target.section == script.place.section && target.item < script.place.item
                };
                if let Some(target) = target.filter(is_back)
                    && script.scope == Scope::Sequence
                    && self.loops_left != 0
                {
                    self.loops_left -= 1;
                    script.place = target;
                }
                Next::Continue
            }
        }
    }

    /// A jump in a walk that computes values. The sequence's own jumps back are counted.
    fn real_jump(&mut self, script: &mut Script, command: &Command) -> Next {
        let Some(target) = command.pointer().map(Place::from) else { return Next::Stop };
        let is_back = target.section == script.place.section && target.item < script.place.item;
        if script.scope == Scope::Sequence && is_back {
            if self.loops_left == 0 {
                return Next::Stop;
            }
            self.loops_left -= 1;
        }
        script.place = target;
        Next::Continue
    }

    fn call(&mut self, script: &mut Script, command: &Command) {
        let Some(target) = command.pointer() else { return };
        if script.frames.len() < DEEPEST {
            script.frames.push(Frame::Call { back: script.place });
            script.place = target.into();
        } else {
            self.give_up("calls inside calls without end");
        }
    }

    fn loop_start(&mut self, script: &mut Script, count: i32) {
        // 0 means 256 passes.
        let left = if count & 0xFF == 0 { 256 } else { (count & 0xFF) as u32 };
        if script.frames.len() < DEEPEST {
            script.frames.push(Frame::Loop { start: script.place, left });
        } else {
            self.give_up("loops inside loops without end");
        }
    }

    fn loop_end(&mut self, script: &mut Script) {
        let Some(Frame::Loop { start, left }) = script.frames.last_mut() else { return };
        *left -= 1;
        if *left == 0 {
            script.frames.pop();
        } else {
            script.place = *start;
        }
    }

    fn start_channel(&mut self, script: &mut Script, definition: &CommandDefinition, command: &Command) {
        let Some(target) = command.pointer() else { return };
        let number =
            value_of(definition, command, Meaning::Channel).or_else(|| offset_of(definition, command));
        let Some(channel) = number.and_then(|number| u8::try_from(number).ok()).filter(|number| *number < 16)
        else {
            return;
        };
        if script.scope != Scope::Sequence && script.channel == Some(channel) {
            return;
        }
        let begins_part = script.scope == Scope::Sequence && std::mem::take(&mut self.begins_part);
        self.event(script.tick, Some(channel), None, WalkedKind::Start { begins_part });
        let end = self.script(Scope::Channel, Some(channel), None, target.into(), script.tick);
        script.ends[usize::from(channel)] = end;
    }

    fn start_layer(&mut self, script: &mut Script, definition: &CommandDefinition, command: &Command) {
        let Some(target) = command.pointer() else { return };
        let layer = value_of(definition, command, Meaning::NoteLayer).unwrap_or(LAYERS);
        if (0..LAYERS).contains(&layer) {
            let end =
                self.script(Scope::Layer, script.channel, Some(layer as u8), target.into(), script.tick);
            script.ends[layer as usize] = end;
        }
    }
}

/// The value of the parameter with a meaning.
fn value_of(definition: &CommandDefinition, command: &Command, meaning: Meaning) -> Option<i32> {
    let index = definition.parameter_for(meaning)?;
    match definition.parameters[index].source {
        ParameterSource::Constant(constant) => i32::try_from(constant).ok(),
        _ => Some(command.number(index)),
    }
}

/// The value in the opcode.
fn offset_of(definition: &CommandDefinition, command: &Command) -> Option<i32> {
    let index =
        definition.parameters.iter().position(|parameter| parameter.source == ParameterSource::Offset)?;
    Some(command.number(index))
}

fn controllers(definition: &CommandDefinition, command: &Command) -> Vec<ControllerValue> {
    let values = definition.parameters.iter().zip(&command.values);
    values
        .filter_map(|(parameter, value)| match (parameter.meaning, value) {
            (Meaning::Controller { number, is_doubled }, Value::Number(value)) => {
                Some(ControllerValue { number, byte: *value as u8, is_doubled })
            }
            _ => None,
        })
        .collect()
}

//! The layer level: reading events and commands, `n64-engine.md` 2.6 and 4.3, `n64-formats.md` 4.3.

use super::abi::{CommandSet, LayerOperation};
use super::channel::{ChannelInstrument, DRUMS};
use super::layer::Layer;
use super::note::NoteEvent;
use super::script::{FlowResult, Operands};
use super::sequence_player::{SequencePlayer, ShortNoteTable};
use crate::engine::Engine;
use crate::event::{EngineProbe, Event, Operation, ScriptPlace};
use crate::ids::{LayerId, PlayerId};
use crate::profile::Generation;
use crate::profile::rules::NoteRules;
use crate::voice::Release;
use crate::voice::envelope_source::EnvelopeSource;
use crate::voice::tables::fine_pitch_bend;

/// Velocities of the short notes' velocity commands (`n64-formats.md` 4.3).
pub(crate) const DEFAULT_VELOCITIES: [u8; 16] =
    [12, 25, 38, 51, 57, 64, 71, 76, 83, 89, 96, 102, 109, 115, 121, 127];
/// Gates of the short notes' gate commands.
pub(crate) const DEFAULT_GATES: [u8; 16] =
    [229, 203, 177, 151, 139, 126, 113, 100, 87, 74, 61, 48, 36, 23, 10, 0];
/// The square of the highest velocity: what later generations divide squares by.
const FULL_VELOCITY_SQUARE: f32 = 16129.0;
/// Slides with these modes serve one note only.
const ONE_SHOT_PORTAMENTO: [u8; 2] = [1, 2];

impl Engine {
    /// A layer's tick: the gate of the sounding note, or the next event.
    pub(super) fn process_layer<P: EngineProbe>(
        &mut self,
        player: PlayerId,
        place: (u8, u8),
        id: LayerId,
        probe: &mut P,
    ) {
        let layer = &mut self.layers[id.index()];
        if !layer.enabled {
            return;
        }
        if layer.delay > 1 {
            layer.delay -= 1;
            if !layer.stopped && layer.delay <= layer.gap {
                layer.stopped = true;
                self.release_note(id, Release::Decay);
            }
            return;
        }
        let passes_empty_rests = self.rules().script.passes_empty_rests;
        loop {
            self.end_last_note(id);
            let Some(event) = self.read_event(player, place, id, probe) else { return };
            self.play_event(player, id, event, probe);
            let is_empty_rest = event == NoteEvent::Rest && self.layers[id.index()].delay == 0;
            if !(passes_empty_rests && is_empty_rest && self.fault.is_none()) {
                return;
            }
        }
    }

    /// What happens before the next event is read.
    fn end_last_note(&mut self, id: LayerId) {
        let layer = &self.layers[id.index()];
        // A legato note whose voice is still promised to it does not go on.
        let is_waiting = self.rules().note.ends_promised_legato
            && layer.voice.is_some_and(|voice| self.voices[voice.index()].wanted == Some(id));
        if !layer.continuous || is_waiting {
            self.release_note(id, Release::Decay);
        }
        let layer = &mut self.layers[id.index()];
        if ONE_SHOT_PORTAMENTO.contains(&layer.portamento.curve()) {
            layer.portamento.mode = 0;
        }
        layer.needs_init = true;
    }

    /// Reads commands up to the next note or rest; none if the script has ended.
    fn read_event<P: EngineProbe>(
        &mut self,
        player: PlayerId,
        place: (u8, u8),
        id: LayerId,
        probe: &mut P,
    ) -> Option<NoteEvent> {
        let (generation, rules) = (self.generation(), self.rules());
        let set = CommandSet::of(self.profile.abi);
        let channel = self.layers[id.index()].channel?;
        let large = self.channels[channel.index()].large_notes;
        let commands = if large { &set.layer_large } else { &set.layer_short };
        loop {
            let data = self.players[player.index()].data.as_ref()?;
            let layer = &mut self.layers[id.index()];
            let offset = layer.script.pc;
            let byte = layer.script.u8(data);
            let command = &commands[usize::from(byte)];
            let operands = layer.script.operands(data, command);
            if !self.spend_command(player, offset) {
                return None;
            }
            let is_command = command.operation != LayerOperation::None || !command.operands.is_empty();
            self.diagnose_command(player, offset, is_command);
            probe.record(|| Event::Command {
                player,
                place: ScriptPlace::Layer(place.0, place.1),
                offset,
                operation: Operation::Layer(command.operation),
                operands: &operands,
                operand_count: command.operands.len(),
            });
            match command.operation {
                LayerOperation::Note(form, semitone) => {
                    self.layers[id.index()].time_note(form, large, operands, &rules.note);
                    return Some(NoteEvent::Note(semitone));
                }
                LayerOperation::Rest => {
                    self.layers[id.index()].delay = operands.u16(0) as i16;
                    return Some(NoteEvent::Rest);
                }
                LayerOperation::Flow(flow) => {
                    self.diagnose_flow(offset, flow, self.layers[id.index()].script.depth());
                    let script = &mut self.layers[id.index()].script;
                    match script.flow(flow, operands, 0) {
                        FlowResult::Continue | FlowResult::Delay(0) => {}
                        // Layers wait with notes and rests only: any other wait ends them.
                        FlowResult::End | FlowResult::Delay(_) | FlowResult::DelayOne => {
                            self.disable_layer(id);
                            return None;
                        }
                    }
                }
                LayerOperation::LegatoOn | LayerOperation::LegatoOff => {
                    let layer = &mut self.layers[id.index()];
                    layer.continuous = command.operation == LayerOperation::LegatoOn;
                    layer.has_died = false;
                    self.release_note(id, Release::Decay);
                }
                LayerOperation::Portamento => self.set_portamento(player, id, operands),
                LayerOperation::Instrument if generation == Generation::First => {
                    self.set_layer_instrument(id, operands.u8(0));
                }
                LayerOperation::Instrument => self.set_later_layer_instrument(id, operands.u8(0)),
                operation => {
                    let address = EnvelopeSource::Sequence { player, address: operands.u16(0) };
                    let player = &self.players[player.index()];
                    let layer = &mut self.layers[id.index()];
                    layer.parameter_command(player, operation, operands, &rules.note);
                    layer.later_command(operation, operands, address);
                    if operation == LayerOperation::FineTune && rules.script.fine_tune_runs_on {
                        layer.fall_through(player, operands.u8(0), &rules.note);
                    }
                }
            }
        }
    }

    /// The layer's own instrument, looked up in the channel's bank (4.1). Numbers from 0x7F on do nothing.
    fn set_layer_instrument(&mut self, id: LayerId, number: u8) {
        let layer = &mut self.layers[id.index()];
        let Some(channel) = layer.channel else { return };
        let bank = self.channels[channel.index()].bank;
        let is_empty = self.sounds.bank(bank).is_none_or(|bank| bank.instruments.is_empty());
        if number >= DRUMS || is_empty {
            return;
        }
        let found = self.sounds.find_instrument(bank, number);
        layer.instrument = found.map(ChannelInstrument::Instrument);
        if let Some(entry) = found {
            layer.envelope = EnvelopeSource::Instrument(entry);
            layer.release_rate = self.sounds.release_rate(entry);
        }
    }
}

impl Layer {
    fn parameter_command(
        &mut self,
        player: &SequencePlayer,
        operation: LayerOperation,
        operands: Operands,
        rules: &NoteRules,
    ) {
        use LayerOperation as L;
        let byte = operands.u8(0);
        match operation {
            L::Velocity => self.set_velocity(byte, rules),
            // An unsigned byte: since the semitone sum is cut to 8 bits, 0xF4 acts as -12.
            L::Transposition => self.transposition = i16::from(byte),
            L::DefaultDelay => self.default_delay = operands.u16(0) as i16,
            L::PortamentoOff => self.portamento.mode = 0,
            L::Gate => self.gate = byte,
            L::Pan => self.pan = byte,
            L::VelocityFromTable(index) => {
                let velocity = table_entry(player, player.velocity_table, &DEFAULT_VELOCITIES, index);
                self.set_velocity(velocity, rules);
            }
            L::GateFromTable(index) => {
                self.gate = table_entry(player, player.gate_table, &DEFAULT_GATES, index);
            }
            _ => {}
        }
    }

    /// Commands that only the tables of later generations have.
    fn later_command(&mut self, operation: LayerOperation, operands: Operands, envelope: EnvelopeSource) {
        use LayerOperation as L;
        match operation {
            L::Envelope => {
                self.envelope = envelope;
                self.release_rate = operands.u8(1);
            }
            L::IgnoreDrumPan => self.ignores_drum_pan = true,
            L::StereoBits => self.stereo_bits = operands.u8(0),
            L::FineTune => self.bend = fine_pitch_bend(operands.i8(0)),
            L::ReleaseRate => self.release_rate = operands.u8(0),
            L::ClearFlags => self.flags &= !operands.u16(0),
            L::Surround => self.surround = operands.u8(0),
            _ => {}
        }
    }

    /// Shindou's fine-tune command runs on into the commands that take a table entry, with the table index of the
    /// bend as their byte (`n64-formats.md` 4.3, CE).
    fn fall_through(&mut self, player: &SequencePlayer, bend: u8, rules: &NoteRules) {
        let byte = bend.wrapping_add(128);
        let operation = match byte & 0xF0 {
            0xD0 => LayerOperation::VelocityFromTable(byte & 15),
            0xE0 => LayerOperation::GateFromTable(byte & 15),
            _ => return,
        };
        self.parameter_command(player, operation, Operands::default(), rules);
    }

    pub(super) fn set_velocity(&mut self, velocity: u8, rules: &NoteRules) {
        let square = f32::from(velocity) * f32::from(velocity);
        self.velocity_square =
            if rules.velocity_is_fraction { square / FULL_VELOCITY_SQUARE } else { square };
        self.velocity_base = self.velocity_square;
    }
}

fn table_entry(player: &SequencePlayer, table: ShortNoteTable, default: &[u8; 16], index: u8) -> u8 {
    match (table, &player.data) {
        (ShortNoteTable::At(address), Some(data)) => data.byte(usize::from(address) + usize::from(index)),
        _ => default[usize::from(index & 15)],
    }
}

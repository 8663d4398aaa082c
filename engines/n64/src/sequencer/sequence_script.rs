//! The sequence level's commands, `n64-formats.md` 4.1.

use super::abi::{CommandSet, SequenceOperation};
use super::script::{FlowResult, Operands};
use super::sequence_player::ShortNoteTable;
use crate::engine::Engine;
use crate::event::{EngineProbe, Event, Operation, ScriptPlace};
use crate::ids::PlayerId;
use crate::profile::Generation;
use crate::profile::rules::ChannelTest;
use crate::voice::lists::SetId;

/// The value with which table commands do nothing.
const NO_VALUE: i32 = -1;
/// Ports below this one forget their value when it is read.
const FIRST_LASTING_PORT: u8 = 2;
/// The nesting from which calls through a table do nothing.
const DEEPEST_TABLE_CALL: u8 = 3;

/// Whether a level reads another command in this tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It does.
    Continue,
    /// It waits, or has ended.
    Stop,
}

impl Engine {
    /// Reads commands until one waits or ends the script. The value register lives only as long as this.
    pub(super) fn run_sequence_script<P: EngineProbe>(&mut self, id: PlayerId, probe: &mut P) {
        let commands = &CommandSet::of(self.profile.abi).sequence;
        let keeps_value = self.rules().script.keeps_value;
        let mut value = if keeps_value { self.players[id.index()].value } else { 0 };
        loop {
            let player = &mut self.players[id.index()];
            let Some(data) = &player.data else { return };
            let offset = player.script.pc;
            let byte = player.script.u8(data);
            let command = &commands[usize::from(byte)];
            let operands = player.script.operands(data, command);
            if !self.spend_command(id, offset) {
                return;
            }
            let is_command = command.operation != SequenceOperation::None || !command.operands.is_empty();
            self.diagnose_command(id, offset, is_command);
            self.diagnose_tempo(id, offset, command.operation, operands);
            if let SequenceOperation::Flow(flow) = command.operation {
                self.diagnose_flow(offset, flow, self.players[id.index()].script.depth());
            }
            probe.record(|| Event::Command {
                player: id,
                place: ScriptPlace::Sequence,
                offset,
                operation: Operation::Sequence(command.operation),
                operands: &operands,
                operand_count: command.operands.len(),
            });
            let reading = self.sequence_command(id, command.operation, operands, &mut value);
            if keeps_value {
                value = i32::from(value as i8);
                self.players[id.index()].value = value;
            }
            if reading == Reading::Stop {
                return;
            }
        }
    }

    fn sequence_command(
        &mut self,
        id: PlayerId,
        operation: SequenceOperation,
        operands: Operands,
        value: &mut i32,
    ) -> Reading {
        use SequenceOperation as S;
        let (threshold, literals, generation) =
            (self.timing.tick_threshold, self.literals(), self.generation());
        let rules = &self.rules().script;
        let tempo_unit = i32::from(self.profile.tempo_unit);
        let player = &mut self.players[id.index()];
        match operation {
            S::ReadChannelFinished(slot) => self.read_channel_finished(id, slot, value),
            S::SubtractVariation => *value = value.wrapping_sub(i32::from(player.variation)),
            S::WriteVariation => player.variation = *value as i8,
            S::ReadVariation => *value = i32::from(player.variation),
            S::StartChannel(slot) => self.enable_channel(id, slot, operands.u16(0)),
            S::Subtract => *value = value.wrapping_sub(i32::from(operands.u8(0))),
            S::And => *value &= i32::from(operands.u8(0)),
            S::Set => *value = i32::from(operands.u8(0)),
            S::AllocationPolicy => player.allocation_policy = operands.u8(0),
            S::GateTable => player.gate_table = ShortNoteTable::At(operands.u16(0)),
            S::VelocityTable => player.velocity_table = ShortNoteTable::At(operands.u16(0)),
            S::MuteBehavior => player.mute_behavior = operands.u8(0),
            S::Mute => player.muted = true,
            S::MuteVolumeScale => player.mute_volume_scale = f32::from(operands.i8(0)) / 127.0,
            S::DisableChannels => self.disable_channels(id, operands.u16(0)),
            S::InitializeChannels if rules.initializes_all_channels => {
                self.reset_channel_banks(id, operands.u16(0))
            }
            S::InitializeChannels => self.initialize_channels(id, operands.u16(0)),
            S::AddVolume => player.add_volume(operands.i8(0), literals),
            S::SetVolume if generation == Generation::First => player.set_volume(operands.u8(0), literals),
            S::SetVolume => player.set_later_volume(operands.u8(0)),
            S::FadeVolumeScale => player.fade_volume_scale = f32::from(operands.i8(0)) / 127.0,
            S::SetFade => player.set_fade(operands.u8(0), operands.u16(1)),
            S::AddTempo => {
                let change = operands.value(0) * tempo_unit;
                player.set_tempo(i32::from(player.tempo) + change, threshold);
            }
            S::SetTempo => player.set_tempo(operands.value(0) * tempo_unit, threshold),
            S::TempoOffset => player.tempo_change = (operands.value(0) * tempo_unit) as i16,
            S::AddTransposition => {
                player.transposition = player.transposition.wrapping_add(operands.i8(0).into());
            }
            S::SetTransposition => player.transposition = operands.i8(0).into(),
            S::UnreserveVoices => self.unreserve_voices(SetId::Player(id)),
            S::ReserveVoices => self.reserve_voices(SetId::Player(id), operands.u8(0)),
            S::Flow(flow) => match player.script.flow(flow, operands, *value) {
                FlowResult::Continue => {}
                FlowResult::Delay(0) if !rules.waits_for_nothing => {}
                FlowResult::Delay(ticks) => {
                    player.delay = ticks;
                    return Reading::Stop;
                }
                FlowResult::DelayOne => {
                    player.delay = 1;
                    return Reading::Stop;
                }
                FlowResult::End => {
                    self.disable_player(id);
                    return Reading::Stop;
                }
            },
            S::WriteSequence => {
                if let Some(data) = &mut player.data {
                    data.set_byte(usize::from(operands.u16(1)), (*value as u8).wrapping_add(operands.u8(0)));
                }
            }
            S::EndUpdate => {
                player.is_stopped = true;
                return Reading::Stop;
            }
            S::None => {}
            _ => return self.zelda_sequence_command(id, operation, operands, value),
        }
        Reading::Continue
    }

    /// Whether a channel has finished. An empty slot is that of the dummy channel, which never finishes.
    fn read_channel_finished(&self, id: PlayerId, slot: u8, value: &mut i32) {
        let channel = self.channel_in(id, slot).map(|channel| &self.channels[channel.index()]);
        *value = match (self.rules().script.channel_test, channel) {
            (ChannelTest::FinishedIfThere, None) => return,
            (ChannelTest::Disabled, channel) => i32::from(!channel.is_some_and(|channel| channel.enabled)),
            (ChannelTest::FinishedIfThere | ChannelTest::Finished, channel) => {
                i32::from(channel.is_some_and(|channel| channel.finished))
            }
        };
    }

    /// Commands that only the Zelda generation has.
    fn zelda_sequence_command(
        &mut self,
        id: PlayerId,
        operation: SequenceOperation,
        operands: Operands,
        value: &mut i32,
    ) -> Reading {
        use SequenceOperation as S;
        let random = self.random.value();
        let starts_while_fading_out = self.rules().script.starts_while_fading_out;
        let player = &mut self.players[id.index()];
        match operation {
            S::DisableChannel(slot) => {
                if let Some(channel) = self.channel_in(id, slot) {
                    self.disable_channel(channel);
                }
            }
            S::SubtractPort(port) => {
                *value -= i32::from(player.ports.get(usize::from(port)).copied().unwrap_or(0));
            }
            S::WritePort(port) => {
                if let Some(port) = player.ports.get_mut(usize::from(port)) {
                    *port = *value as i8;
                }
            }
            S::ReadPort(number) => {
                if let Some(port) = player.ports.get_mut(usize::from(number)) {
                    *value = i32::from(*port);
                    if number < FIRST_LASTING_PORT {
                        *port = -1;
                    }
                }
            }
            // Everything is in memory: a load is complete at once.
            S::LoadResource(port) => {
                if let Some(port) = player.ports.get_mut(usize::from(port)) {
                    *port = 0;
                }
            }
            S::LoadSequence(port) => {
                if let Some(port) = player.ports.get_mut(usize::from(port)) {
                    *port = 0;
                }
                self.load_over(id, operands.u8(0), operands.u16(1));
            }
            S::StartChannelRelative(slot) => {
                let address = player.script.relative(operands.value(0));
                self.enable_channel(id, slot, address);
            }
            S::RunSequence => {
                if !starts_while_fading_out && player.fade_state == super::FadeState::FadeOut {
                    return Reading::Continue;
                }
                let target = match operands.u8(0) {
                    0xFF => id,
                    other => PlayerId(other),
                };
                self.start_numbered_sequence(target, operands.u8(1), 0);
                if target == id {
                    return Reading::Stop;
                }
            }
            S::CallFromTable | S::JumpFromTable if *value != NO_VALUE => {
                let Some(data) = &player.data else { return Reading::Stop };
                let at = usize::from(operands.u16(0)).saturating_add_signed(2 * *value as isize);
                let address = data.u16(at);
                if operation == S::JumpFromTable {
                    player.script.pc = usize::from(address);
                } else if player.script.depth() != DEEPEST_TABLE_CALL {
                    player.script.call(address);
                }
            }
            S::MuteChannelsFromTable if *value != NO_VALUE => {
                let Some(data) = &player.data else { return Reading::Stop };
                let mask = data.u16(usize::from(operands.u16(0)).saturating_add_signed(2 * *value as isize));
                for slot in 0..16 {
                    if let Some(channel) = self.channel_in(id, slot) {
                        self.channels[channel.index()].muted = mask >> slot & 1 != 0;
                    }
                }
            }
            S::Random => {
                let number = random >> 2;
                let limit = u32::from(operands.u8(0));
                *value = number.checked_rem(limit).unwrap_or(number & 0xFF) as i32;
            }
            _ => {}
        }
        Reading::Continue
    }

    /// Copies a sequence over the one that a player plays.
    fn load_over(&mut self, id: PlayerId, sequence: u8, address: u16) {
        let Some(source) = self.sequences.get(usize::from(sequence)) else { return };
        let Some(data) = &mut self.players[id.index()].data else { return };
        for offset in 0..source.file_length() {
            data.set_byte(usize::from(address) + offset, source.byte(offset));
        }
    }

    /// The Zelda generation's "initialise channels": bank, mute behaviour and allocation policy go back to those
    /// of the player.
    fn reset_channel_banks(&mut self, id: PlayerId, mask: u16) {
        let player = &self.players[id.index()];
        let (behavior, policy) = (player.mute_behavior, player.allocation_policy);
        let bank = self.sounds.default_bank(player.sequence);
        for slot in 0..16 {
            if mask >> slot & 1 != 0
                && let Some(channel) = self.channel_in(id, slot)
            {
                let channel = &mut self.channels[channel.index()];
                channel.bank = bank;
                channel.mute_behavior = behavior;
                channel.allocation_policy = policy;
            }
        }
    }

    /// Ends a player: all channels go back to the pool, reserved voices to everyone.
    pub(crate) fn disable_player(&mut self, id: PlayerId) {
        self.disable_channels(id, 0xFFFF);
        self.unreserve_voices(SetId::Player(id));
        self.players[id.index()].enabled = false;
    }
}

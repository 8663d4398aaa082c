//! The sequence level's commands, `n64-formats.md` 4.1.

use super::abi::{CommandSet, SequenceOperation};
use super::script::{FlowResult, Operands};
use super::sequence_player::ShortNoteTable;
use crate::engine::Engine;
use crate::event::{EngineProbe, Event, Operation, ScriptPlace};
use crate::ids::PlayerId;
use crate::profile::TICKS_PER_BEAT;
use crate::voice::lists::SetId;

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
        let commands = &CommandSet::of(self.version.abi()).sequence;
        let mut value = 0;
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
            probe.record(|| Event::Command {
                player: id,
                place: ScriptPlace::Sequence,
                offset,
                operation: Operation::Sequence(command.operation),
                operands: &operands,
                operand_count: command.operands.len(),
            });
            if self.sequence_command(id, command.operation, operands, &mut value) == Reading::Stop {
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
        let threshold = self.timing.tick_threshold;
        let player = &mut self.players[id.index()];
        match operation {
            S::ReadChannelFinished(slot) => {
                // The dummy channel leaves the value alone.
                if let Some(channel) = self.channel_in(id, slot) {
                    *value = i32::from(self.channels[channel.index()].finished);
                }
            }
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
            S::InitializeChannels => self.initialize_channels(id, operands.u16(0)),
            S::AddVolume => player.add_volume(operands.i8(0)),
            S::SetVolume => player.set_volume(operands.u8(0)),
            S::AddTempo => {
                let change = operands.value(0) * i32::from(TICKS_PER_BEAT);
                player.set_tempo(i32::from(player.tempo) + change, threshold);
            }
            S::SetTempo => player.set_tempo(operands.value(0) * i32::from(TICKS_PER_BEAT), threshold),
            S::AddTransposition => {
                player.transposition = player.transposition.wrapping_add(operands.i8(0).into());
            }
            S::SetTransposition => player.transposition = operands.i8(0).into(),
            S::UnreserveVoices => self.unreserve_voices(SetId::Player(id)),
            S::ReserveVoices => self.reserve_voices(SetId::Player(id), operands.u8(0)),
            S::Flow(flow) => match player.script.flow(flow, operands, *value) {
                FlowResult::Continue => {}
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
            S::None => {}
            // Commands of later generations: no table of a version that plays so far has them.
            S::EndUpdate | S::WriteSequence | S::FadeVolumeScale | S::SetFade | S::TempoOffset => {}
        }
        Reading::Continue
    }

    /// Ends a player: all channels go back to the pool, reserved voices to everyone.
    pub(crate) fn disable_player(&mut self, id: PlayerId) {
        self.disable_channels(id, 0xFFFF);
        self.unreserve_voices(SetId::Player(id));
        self.players[id.index()].enabled = false;
    }
}

//! The channel level's commands, `n64-formats.md` 4.2.

use super::abi::{ChannelOperation, CommandSet};
use super::channel::{Channel, ChannelInstrument, DRUMS, FIRST_WAVE, PORTS, VibratoSettings};
use super::script::{FlowResult, Operands};
use super::sequence_script::Reading;
use crate::engine::Engine;
use crate::event::{EngineProbe, Event, Operation, ScriptPlace};
use crate::format::sequence::SequenceData;
use crate::ids::{ChannelId, PlayerId};
use crate::profile::Generation;
use crate::profile::rules::ScriptRules;
use crate::sound_memory::InstrumentEntry;
use crate::voice::envelope_source::EnvelopeSource;
use crate::voice::first::vibrato::pitch_bend;
use crate::voice::lists::SetId;

/// The value with which the table commands do nothing.
const NO_VALUE: i8 = -1;

impl Engine {
    /// Reads commands until one waits or ends the script. The value register lives only as long as this.
    pub(super) fn run_channel_script<P: EngineProbe>(
        &mut self,
        player: PlayerId,
        slot: u8,
        id: ChannelId,
        probe: &mut P,
    ) {
        let commands = &CommandSet::of(self.profile.abi).channel;
        let keeps_value = self.rules().script.keeps_value;
        let mut value = if keeps_value { self.channels[id.index()].value } else { 0 };
        loop {
            let Some(data) = &self.players[player.index()].data else { return };
            let script = &mut self.channels[id.index()].script;
            let offset = script.pc;
            let byte = script.u8(data);
            let command = &commands[usize::from(byte)];
            let operands = script.operands(data, command);
            if !self.spend_command(player, offset) {
                return;
            }
            let is_command = command.operation != ChannelOperation::None || !command.operands.is_empty();
            self.diagnose_command(player, offset, is_command);
            if let ChannelOperation::Flow(flow) = command.operation {
                self.diagnose_flow(offset, flow, self.channels[id.index()].script.depth());
            }
            probe.record(|| Event::Command {
                player,
                place: ScriptPlace::Channel(slot),
                offset,
                operation: Operation::Channel(command.operation),
                operands: &operands,
                operand_count: command.operands.len(),
            });
            let reading = self.channel_command((player, slot), id, command.operation, operands, &mut value);
            self.channels[id.index()].value = value;
            if reading == Reading::Stop {
                return;
            }
        }
    }

    fn channel_command(
        &mut self,
        (player, own_slot): (PlayerId, u8),
        id: ChannelId,
        operation: ChannelOperation,
        operands: Operands,
        value: &mut i8,
    ) -> Reading {
        use ChannelOperation as C;
        let rules = &self.rules().script;
        match operation {
            C::Flow(flow) => {
                let channel = &mut self.channels[id.index()];
                match channel.script.flow(flow, operands, i32::from(*value)) {
                    FlowResult::Continue => {}
                    FlowResult::Delay(0) if !rules.waits_for_nothing => {}
                    FlowResult::Delay(ticks) => {
                        channel.delay = ticks;
                        return Reading::Stop;
                    }
                    FlowResult::DelayOne => {
                        if rules.writes_single_delay {
                            channel.delay = 1;
                        }
                        return Reading::Stop;
                    }
                    FlowResult::End => {
                        self.disable_channel(id);
                        return Reading::Stop;
                    }
                }
            }
            C::Hang => {
                self.channels[id.index()].stop_script = true;
                return Reading::Stop;
            }
            C::ReadLayerFinished(slot) => {
                let layer = self.channels[id.index()].layers.get(usize::from(slot)).copied().flatten();
                match layer {
                    Some(layer) => *value = self.layers[layer.index()].finished.into(),
                    None if rules.absent_layer_keeps_value => {}
                    None => *value = -1,
                }
            }
            C::StartChannel(slot) => self.enable_channel(player, slot, operands.u16(0)),
            C::DisableChannelOf => {
                if let Some(other) = self.channel_in(player, operands.u8(0)) {
                    self.disable_channel(other);
                }
            }
            C::ShortDelay(0) if !rules.waits_for_short_nothing => {}
            C::ShortDelay(ticks) => {
                self.channels[id.index()].delay = ticks.into();
                return Reading::Stop;
            }
            C::DisableChannel(slot) => {
                if let Some(other) = self.channel_in(player, slot) {
                    self.disable_channel(other);
                }
            }
            C::WriteOtherPort(slot) => {
                if let Some(port) = self.ports_in(player, slot).get_mut(usize::from(operands.u8(0))) {
                    *port = *value;
                }
            }
            C::ReadOtherPort(slot) => {
                if let Some(port) = self.ports_in(player, slot).get(usize::from(operands.u8(0))) {
                    *value = *port;
                }
            }
            C::StartLayer(slot) => self.start_layer(id, slot, operands.u16(0)),
            C::FreeLayer(slot) => self.free_layer(id, usize::from(slot)),
            C::StartLayerFromTable(slot) => {
                if *value != NO_VALUE
                    && let Some(address) = self.dynamic_table_entry(player, id, *value)
                {
                    self.start_layer(id, slot, address);
                }
            }
            C::CallFromTable => {
                if *value != NO_VALUE
                    && let Some(address) = self.dynamic_table_entry(player, id, *value)
                {
                    self.channels[id.index()].script.call(address);
                }
            }
            C::DynamicTableIndirect => {
                if *value != NO_VALUE
                    && let Some(address) = self.dynamic_table_entry(player, id, *value)
                {
                    self.channels[id.index()].dynamic_table = address;
                }
            }
            C::Instrument => self.set_instrument(id, operands.u8(0)),
            C::Bank => self.set_bank(player, id, operands.u8(0)),
            C::BankAndInstrument => {
                self.set_bank(player, id, operands.u8(0));
                self.set_instrument(id, operands.u8(1));
            }
            C::Parameters => {
                let bytes = std::array::from_fn(|index| operands.u8(index));
                self.channels[id.index()].set_parameters(bytes, rules);
            }
            C::ParametersFromSequence => {
                if let Some(data) = &self.players[player.index()].data {
                    let address = usize::from(operands.u16(0));
                    let bytes = std::array::from_fn(|index| data.byte(address + index));
                    self.channels[id.index()].set_parameters(bytes, rules);
                }
            }
            C::WriteSequence => {
                if let Some(data) = &mut self.players[player.index()].data {
                    data.set_byte(usize::from(operands.u16(1)), (*value as u8).wrapping_add(operands.u8(0)));
                }
            }
            C::ReadSequence => {
                if let Some(data) = &self.players[player.index()].data {
                    *value = read_at(data, operands.u16(0), isize::from(*value)) as i8;
                }
            }
            C::UnreserveVoices => self.unreserve_voices(SetId::Channel(id)),
            C::ReserveVoices => self.reserve_voices(SetId::Channel(id), operands.u8(0)),
            _ => {
                let channel = &mut self.channels[id.index()];
                channel.value_command(operation, operands, value, rules);
                channel.parameter_command(operation, operands, player);
                channel.later_command(operation, operands, rules);
                return self.late_channel_command((player, own_slot), id, operation, operands, value);
            }
        }
        Reading::Continue
    }

    /// The ports of the channel in a slot; empty slots share the dummy's.
    fn ports_in(&mut self, player: PlayerId, slot: u8) -> &mut [i8; PORTS] {
        match self.channel_in(player, slot) {
            Some(id) => &mut self.channels[id.index()].ports,
            None => &mut self.dummy_ports,
        }
    }

    /// The address at a (possibly negative) index of the dynamic table.
    pub(super) fn dynamic_table_entry(&self, player: PlayerId, id: ChannelId, index: i8) -> Option<u16> {
        let data = self.players[player.index()].data.as_ref()?;
        let table = self.channels[id.index()].dynamic_table;
        let high = read_at(data, table, 2 * isize::from(index));
        let low = read_at(data, table, 2 * isize::from(index) + 1);
        Some(u16::from_be_bytes([high, low]))
    }

    /// Chooses a bank of the sequence's set, if it is loaded.
    fn set_bank(&mut self, player: PlayerId, id: ChannelId, position: u8) {
        let sequence = self.players[player.index()].sequence;
        if let Some(bank) = self.sounds.bank_at(sequence, position) {
            self.channels[id.index()].bank = bank;
        }
    }

    fn set_instrument(&mut self, id: ChannelId, number: u8) {
        match self.generation() {
            Generation::First => self.set_first_instrument(id, number),
            _ => self.set_later_instrument(id, number),
        }
    }

    /// Looks up an instrument number in a channel's bank (4.1); waves and drums always succeed.
    fn set_first_instrument(&mut self, id: ChannelId, number: u8) {
        let channel = &mut self.channels[id.index()];
        channel.has_instrument = match number {
            DRUMS => {
                channel.instrument = ChannelInstrument::Drums;
                true
            }
            FIRST_WAVE.. => {
                channel.instrument = ChannelInstrument::Wave(number);
                true
            }
            _ => match self.sounds.find_instrument(channel.bank, number) {
                Some(entry) => {
                    channel.instrument = ChannelInstrument::Instrument(entry);
                    channel.envelope = EnvelopeSource::Instrument(entry);
                    channel.release_rate = self.sounds.release_rate(entry);
                    true
                }
                None => {
                    channel.instrument = ChannelInstrument::Drums;
                    false
                }
            },
        };
    }
}

/// The byte at `base + offset`; addresses before the sequence read like those behind it.
pub(super) fn read_at(data: &SequenceData, base: u16, offset: isize) -> u8 {
    data.byte(usize::from(base).checked_add_signed(offset).unwrap_or(usize::MAX))
}

impl Channel {
    /// Commands that only touch the value register and the channel's own ports.
    fn value_command(
        &mut self,
        operation: ChannelOperation,
        operands: Operands,
        value: &mut i8,
        rules: &ScriptRules,
    ) {
        use ChannelOperation as C;
        match operation {
            C::SubtractPort(port) => {
                if let Some(port) = self.ports.get(usize::from(port)) {
                    *value = value.wrapping_sub(*port);
                }
            }
            C::WritePort(port) => {
                if let Some(port) = self.ports.get_mut(usize::from(port)) {
                    *port = *value;
                }
            }
            C::ReadPort(number) => {
                if let Some(port) = self.ports.get_mut(usize::from(number)) {
                    *value = *port;
                    if number < rules.first_lasting_port {
                        *port = -1;
                    }
                }
            }
            C::Subtract => *value = value.wrapping_sub(operands.i8(0)),
            C::And => *value &= operands.i8(0),
            C::Set => *value = operands.i8(0),
            _ => {}
        }
    }

    /// Commands that only set a parameter.
    fn parameter_command(&mut self, operation: ChannelOperation, operands: Operands, player: PlayerId) {
        use ChannelOperation as C;
        let byte = operands.u8(0);
        match operation {
            C::Priority(priority) => self.priority = priority,
            C::DynamicTable => self.dynamic_table = operands.u16(0),
            C::ShortNotes => self.large_notes = false,
            C::LargeNotes => self.large_notes = true,
            C::MuteBehavior => self.mute_behavior = byte,
            C::StereoEffects => self.stereo_effects = byte & 1 != 0,
            C::AllocationPolicy => self.allocation_policy = byte,
            C::Sustain => self.sustain = byte,
            C::PitchBend => self.frequency_scale = pitch_bend(operands.i8(0)),
            C::Reverb => self.reverb = byte,
            C::VibratoRate => {
                self.vibrato.rate_start = u16::from(byte) * 32;
                self.vibrato.rate_target = u16::from(byte) * 32;
                self.vibrato.rate_change_delay = 0;
            }
            C::VibratoExtent => {
                self.vibrato.extent_start = 0;
                self.vibrato.extent_target = u16::from(byte) * 8;
                self.vibrato.extent_change_delay = 0;
            }
            C::VibratoRateRamp => {
                self.vibrato = VibratoSettings {
                    rate_start: u16::from(byte) * 32,
                    rate_target: u16::from(operands.u8(1)) * 32,
                    rate_change_delay: u16::from(operands.u8(2)) * 16,
                    ..self.vibrato
                };
            }
            C::VibratoExtentRamp => {
                self.vibrato = VibratoSettings {
                    extent_start: u16::from(byte) * 8,
                    extent_target: u16::from(operands.u8(1)) * 8,
                    extent_change_delay: u16::from(operands.u8(2)) * 16,
                    ..self.vibrato
                };
            }
            C::VibratoDelay => self.vibrato.delay = u16::from(byte) * 16,
            C::ReleaseRate => self.release_rate = byte,
            C::Envelope => self.envelope = EnvelopeSource::Sequence { player, address: operands.u16(0) },
            C::Transposition => self.transposition = operands.i8(0).into(),
            C::PanWeight => self.pan_weight = byte,
            C::Pan => self.pan = byte,
            C::FrequencyScale => self.frequency_scale = f32::from(operands.u16(0)) / 32768.0,
            C::Volume => self.volume = f32::from(byte) / 127.0,
            C::VolumeScale => self.volume_scale = f32::from(byte) / 128.0,
            _ => {}
        }
    }
}

impl crate::sound_memory::SoundMemory {
    /// The instrument a number leads to: numbers past the end mean the last one, and an empty slot the next
    /// one below it that is not empty (4.1).
    pub(super) fn find_instrument(&self, bank: u8, number: u8) -> Option<InstrumentEntry> {
        let instruments = &self.bank(bank)?.instruments;
        let last = instruments.len().checked_sub(1)?.min(usize::from(number));
        let found = (0..=last).rev().find(|&index| instruments[index].is_some())?;
        Some(InstrumentEntry { bank, instrument: found as u8 })
    }
}

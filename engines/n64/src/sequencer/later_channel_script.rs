//! Channel commands of the later generations: `n64-formats.md` 4.2, `n64-oot.md` 4.2, 4.3 and 13.

use super::abi::ChannelOperation;
use super::channel::{Channel, ChannelInstrument, CombFilter, DRUMS, EFFECTS, FIRST_WAVE, VibratoSettings};
use super::channel_script::read_at;
use super::filter_tables::{BAND_PASS, BAND_STOP, HIGH_PASS, LOW_PASS, SHINDOU_FIRST, SHINDOU_SECOND, Taps};
use super::script::Operands;
use super::sequence_script::Reading;
use crate::engine::Engine;
use crate::format::sequence::SequenceData;
use crate::ids::{ChannelId, LayerId, PlayerId};
use crate::profile::rules::{FilterTables, ScriptRules};
use crate::sound_memory::InstrumentEntry;
use crate::voice::envelope_source::EnvelopeSource;
use crate::voice::tables::{bend_octave, fine_pitch_bend};

/// The value with which the table commands do nothing.
const NO_VALUE: i8 = -1;
/// The layer instrument number that means the channel's.
const CHANNEL_INSTRUMENT: u8 = 0xFF;
/// Bits of Majora's Mask's shift command.
const SHIFT_RIGHT: u8 = 0x80;
const SHIFT_KEEPS_SIGN: u8 = 0x40;

impl Channel {
    /// Commands that set a parameter, as far as the later generations have them or treat them differently.
    pub(super) fn later_command(
        &mut self,
        operation: ChannelOperation,
        operands: Operands,
        rules: &ScriptRules,
    ) {
        use ChannelOperation as C;
        let byte = operands.u8(0);
        match operation {
            C::Pan | C::PanWeight => self.changes.pan = true,
            C::Volume | C::VolumeScale => self.changes.volume = true,
            C::FrequencyScale => self.changes.frequency = true,
            C::PitchBend => {
                if let Some(center) = rules.bend_center {
                    self.frequency_scale = bend_octave(byte.wrapping_add(center));
                    self.changes.frequency = true;
                }
            }
            C::FinePitchBend => {
                self.frequency_scale = fine_pitch_bend(operands.i8(0));
                self.changes.frequency = true;
            }
            C::StereoEffects if rules.has_stereo_bits => {
                self.stereo_effects = byte & 0x80 != 0;
                self.stereo_bits = byte & 0x7F;
            }
            C::ReverbUnit => self.reverb_unit = byte,
            C::BookOffset => self.book_offset = byte,
            C::Gain => self.gain = byte,
            C::PriorityOf => self.set_priorities(byte, rules),
            C::VibratoReset => self.reset_effects(rules),
            C::VelocityVariance => self.velocity_variance = byte,
            C::GateVariance => self.gate_variance = byte,
            C::CombFilter => self.comb = CombFilter { size: byte, gain: operands.u16(1) },
            C::Surround => self.surround = byte,
            C::StartOffset => self.start_offset = operands.u16(0),
            _ => {}
        }
    }

    /// One priority, or two in the nibbles of the byte.
    fn set_priorities(&mut self, byte: u8, rules: &ScriptRules) {
        if !rules.has_release_priority {
            self.priority = byte;
            return;
        }
        if byte & 15 != 0 {
            self.priority = byte & 15;
        }
        if byte >> 4 != 0 {
            self.release_priority = byte >> 4;
        }
    }

    /// The eight parameters of one command.
    pub(super) fn set_parameters(&mut self, bytes: [u8; 8], rules: &ScriptRules) {
        let [behavior, policy, priority, transposition, pan, weight, reverb, unit] = bytes;
        self.mute_behavior = behavior;
        self.allocation_policy = policy;
        self.set_priorities(priority, rules);
        self.transposition = (transposition as i8).into();
        self.pan = pan;
        self.pan_weight = weight;
        self.reverb = reverb;
        self.reverb_unit = unit;
        self.changes.pan = true;
    }

    /// Vibrato and pitch back to normal; in the Zelda generation the other effects too. Notes that sound do not
    /// hear of the pitch before something else changes it.
    fn reset_effects(&mut self, rules: &ScriptRules) {
        self.vibrato = VibratoSettings::default();
        self.frequency_scale = 1.0;
        if rules.resets_effects {
            self.filter = None;
            self.gain = 0;
            self.sustain = 0;
            self.velocity_variance = 0;
            self.gate_variance = 0;
            self.comb = CombFilter::default();
            self.book_offset = 0;
            self.start_offset = 0;
        }
    }
}

impl Engine {
    /// Commands of Shindou and the Zelda generation that need more than the channel.
    pub(super) fn late_channel_command(
        &mut self,
        (player, slot): (PlayerId, u8),
        id: ChannelId,
        operation: ChannelOperation,
        operands: Operands,
        value: &mut i8,
    ) -> Reading {
        use ChannelOperation as C;
        let random = self.random.value();
        let byte = operands.u8(0);
        let Some(data) = &mut self.players[player.index()].data else { return Reading::Stop };
        let channel = &mut self.channels[id.index()];
        match operation {
            C::Filter => channel.filter = Some(operands.u16(0) & !7),
            C::FilterOff => channel.filter = None,
            C::FilterFromTables => self.filter_from_tables(player, id, byte),
            C::SetPointer => channel.pointer = operands.u16(0),
            C::AddPointer => channel.pointer = channel.pointer.wrapping_add(operands.u16(0)),
            C::StorePointer => {
                let [high, low] = channel.pointer.to_be_bytes();
                data.set_byte(usize::from(operands.u16(0)), high);
                data.set_byte(usize::from(operands.u16(0)) + 1, low);
            }
            C::LoadPointer => channel.pointer = u16_at(data, operands.u16(0), *value),
            C::LoadPointerFromTable => channel.pointer = u16_at(data, channel.dynamic_table, *value),
            C::DynamicTableFromPointer => channel.dynamic_table = channel.pointer,
            C::ReadTable => *value = read_at(data, channel.dynamic_table, isize::from(*value)) as i8,
            // Samples are in memory: a load is complete at once.
            C::LoadSample(port) | C::LoadSampleOfPointer(port) => {
                if let Some(port) = channel.ports.get_mut(usize::from(port)) {
                    *port = 0;
                }
            }
            C::StartLayerRelative(layer) => {
                let address = channel.script.relative(operands.value(0));
                self.start_layer(id, layer, address);
            }
            C::Random => *value = random.checked_rem(u32::from(byte)).unwrap_or(random) as i8,
            C::RandomPointer => {
                channel.pointer = random.checked_rem(operands.value(0) as u32).unwrap_or(random) as u16;
            }
            C::RandomPointerRange => {
                let number = self.random.next_pointer();
                let number = number.checked_rem(operands.value(0) as u32).unwrap_or(number) as u16;
                let pointer = number.wrapping_add(operands.u16(1));
                channel.pointer = ((pointer / 256).wrapping_add(128) << 8) | (pointer % 256);
            }
            C::JumpFromTable if *value != NO_VALUE => {
                channel.script.pc = usize::from(u16_at(data, channel.dynamic_table, *value));
            }
            C::AddChannelNumber => *value = value.wrapping_add(slot as i8),
            C::WriteSequenceByChannel => {
                let address = usize::from(operands.u16(1)) + usize::from(slot);
                data.set_byte(address, (*value as u8).wrapping_add(byte));
            }
            C::Shift => *value = shifted(*value, byte),
            _ => {}
        }
        Reading::Continue
    }

    /// Fills the channel's filter, which lies in the sequence, from the engine's tables.
    fn filter_from_tables(&mut self, player: PlayerId, id: ChannelId, byte: u8) {
        let tables = self.rules().script.filter_tables;
        let channel = &mut self.channels[id.index()];
        let Some(address) = channel.filter else {
            if tables == FilterTables::Shindou {
                // Without a filter Shindou does not consume the operand.
                channel.script.pc = channel.script.pc.saturating_sub(1);
            }
            return;
        };
        let taps = match tables {
            FilterTables::Majora => majora_taps(byte >> 4, byte & 15),
            FilterTables::Shindou if byte == 0 => {
                channel.filter = None;
                return;
            }
            FilterTables::Shindou => Some(shindou_taps(byte >> 4, byte & 15)),
            FilterTables::Ocarina => Some(ocarina_taps(byte >> 4, byte & 15)),
        };
        if let (Some(taps), Some(data)) = (taps, &mut self.players[player.index()].data) {
            for (index, tap) in taps.into_iter().enumerate() {
                let [high, low] = tap.to_be_bytes();
                data.set_byte(usize::from(address) + 2 * index, high);
                data.set_byte(usize::from(address) + 2 * index + 1, low);
            }
        }
    }

    /// A channel's instrument. A number without an instrument leaves the channel silent; in Super Mario 64
    /// European the number then stays 0, which means the drums (`n64-engine.md` 8.2).
    pub(super) fn set_later_instrument(&mut self, id: ChannelId, number: u8) {
        let bank = self.channels[id.index()].bank;
        let found = self.find_later_instrument(bank, number);
        let channel = &mut self.channels[id.index()];
        channel.has_instrument = found.is_some();
        channel.instrument = found.unwrap_or(ChannelInstrument::Drums);
        if let Some(ChannelInstrument::Instrument(entry)) = found {
            channel.envelope = EnvelopeSource::Instrument(entry);
            channel.release_rate = self.sounds.release_rate(entry);
        }
    }

    /// A layer's own instrument; one that does not exist means the channel's.
    pub(super) fn set_later_layer_instrument(&mut self, id: LayerId, number: u8) {
        let Some(channel) = self.layers[id.index()].channel else { return };
        let bank = self.channels[channel.index()].bank;
        let found = match number {
            CHANNEL_INSTRUMENT => None,
            number => self.find_later_instrument(bank, number),
        };
        let layer = &mut self.layers[id.index()];
        layer.instrument = found;
        if number == CHANNEL_INSTRUMENT {
            layer.release_rate = 0;
        }
        if let Some(ChannelInstrument::Instrument(entry)) = found {
            layer.envelope = EnvelopeSource::Instrument(entry);
            layer.release_rate = self.sounds.release_rate(entry);
        }
    }

    fn find_later_instrument(&self, bank: u8, number: u8) -> Option<ChannelInstrument> {
        match number {
            FIRST_WAVE.. => Some(ChannelInstrument::Wave(number)),
            DRUMS => Some(ChannelInstrument::Drums),
            EFFECTS if self.rules().script.has_effects => Some(ChannelInstrument::Effects),
            _ => {
                self.sounds.bank(bank)?.instruments.get(usize::from(number))?.as_ref()?;
                Some(ChannelInstrument::Instrument(InstrumentEntry { bank, instrument: number }))
            }
        }
    }
}

/// The 16-bit number at a (possibly negative) index of a table.
fn u16_at(data: &SequenceData, table: u16, index: i8) -> u16 {
    let offset = 2 * isize::from(index);
    u16::from_be_bytes([read_at(data, table, offset), read_at(data, table, offset + 1)])
}

/// Majora's Mask's shift command.
const fn shifted(value: i8, operand: u8) -> i8 {
    let (byte, distance) = (value as u8 as u32, operand as u32 & 15);
    match (operand & SHIFT_RIGHT != 0, operand & SHIFT_KEEPS_SIGN != 0) {
        (true, true) => (value as i32 >> distance) as i8,
        (true, false) => (byte >> distance) as i8,
        (false, true) => ((byte << distance) as u8 & 0x7F | value as u8 & 0x80) as i8,
        (false, false) => (byte << distance) as i8,
    }
}

fn shindou_taps(first: u8, second: u8) -> Taps {
    let row = |table: &[Taps; 15], number: u8| match number.checked_sub(1) {
        Some(index) => table[usize::from(index)],
        None => [0; 8],
    };
    let (first, second) = (row(&SHINDOU_FIRST, first), row(&SHINDOU_SECOND, second));
    std::array::from_fn(|index| first[index].wrapping_add(second[index]))
}

/// The filter of both numbers below 16, if at most one is not zero.
fn plain_taps(low_pass: u8, high_pass: u8) -> Option<Taps> {
    match (low_pass, high_pass) {
        (low, 0) => Some(LOW_PASS[usize::from(low & 15)]),
        (0, high) => Some(HIGH_PASS[usize::from(high & 15) - 1]),
        _ => None,
    }
}

fn ocarina_taps(low_pass: u8, high_pass: u8) -> Taps {
    plain_taps(low_pass, high_pass).unwrap_or_else(|| {
        let (low, high) = (LOW_PASS[usize::from(low_pass & 15)], HIGH_PASS[usize::from(high_pass & 15) - 1]);
        std::array::from_fn(|index| ((i32::from(low[index]) + i32::from(high[index])) / 2) as i16)
    })
}

/// Majora's Mask has tables of band filters; equal numbers leave the filter alone (none). The engine forgets that
/// a set has eight coefficients, so neighbouring sets overlap.
fn majora_taps(low_pass: u8, high_pass: u8) -> Option<Taps> {
    if low_pass == 0 || high_pass == 0 {
        return plain_taps(low_pass, high_pass);
    }
    let (smaller, larger) = (low_pass.min(high_pass), low_pass.max(high_pass));
    let table = match low_pass.cmp(&high_pass) {
        std::cmp::Ordering::Less => &BAND_STOP,
        std::cmp::Ordering::Greater => &BAND_PASS,
        std::cmp::Ordering::Equal => return None,
    };
    let before: usize = (0..usize::from(smaller) - 1).map(|index| 14 - index).sum();
    let first = before + usize::from(larger - smaller) - 1;
    Some(std::array::from_fn(|tap| table[first + tap]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequencer::channel::Changes;

    #[test]
    fn shifts_are_logical_but_can_keep_the_sign() {
        assert_eq!(shifted(-128, SHIFT_RIGHT | 1), 0x40);
        assert_eq!(shifted(-128, SHIFT_RIGHT | SHIFT_KEEPS_SIGN | 1), -64);
        assert_eq!(shifted(3, 2), 12);
        assert_eq!(shifted(1, 15), 0);
    }

    #[test]
    fn filters_come_from_their_tables() {
        assert_eq!(ocarina_taps(0, 0), LOW_PASS[0]);
        assert_eq!(ocarina_taps(0, 1), HIGH_PASS[0]);
        assert_eq!(ocarina_taps(1, 1)[0], (3854 - 289) / 2);
        assert_eq!(majora_taps(5, 5), None);
        assert_eq!(majora_taps(1, 2).unwrap()[0], BAND_STOP[0]);
        assert_eq!(majora_taps(15, 14).unwrap()[0], BAND_PASS[104]);
        assert_eq!(shindou_taps(1, 1)[0], 4096 - 1421);
    }

    #[test]
    fn a_change_flag_is_raised_by_what_it_names() {
        let mut channel = Channel::new();
        channel.set_parameters([0; 8], &crate::profile::rules::SHINDOU.script);
        assert_eq!(channel.changes, Changes { pan: true, ..Changes::default() });
    }
}

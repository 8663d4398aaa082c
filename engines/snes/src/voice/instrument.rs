//! Instruments (`set_instrument` in `snes-nspc.md` section 6.5).

use tatum_core::Probe;

use crate::event::Event;
use crate::hardware::dsp::{Flags, Register, VoiceRegister};
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::Execution;
use crate::sequencer::machine::Sound;
use crate::sequencer::tracks::code;
use crate::sequencer::variant::{Dialect, Multiplier};

/// The table has 25 entries.
const LAST_INSTRUMENT: u8 = 24;

/// A sample number from here on is noise; the lower bits are its rate.
const NOISE: u8 = 0x80;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// Gives a voice an instrument. From $80 on the number is that of a percussion note.
    pub(crate) fn set_instrument(&mut self, channel: Channel, id: u8) {
        self.track(channel).instrument.id = id;
        let base = self.driver.percussion_base;
        self.spend(10 + if id >= code::FIRST_NOTE { 9 } else { 2 });
        let index = if id >= code::FIRST_NOTE {
            id.wrapping_sub(self.dialect.variant.codes.first_percussion).wrapping_add(base)
        } else {
            id
        };
        let (cycle, number) = (self.machine.cycle, channel.number() as u8);
        self.probe.record(|| Event::Instrument { cycle, channel: number, instrument: index });
        let entry = self.instrument_entry(index);
        self.spend(36);
        if self.is_taken(channel) {
            self.spend(7);
            return;
        }
        if index > LAST_INSTRUMENT && self.dialect.variant.is_mapped {
            let message = format!("instrument {index:#04X} is none: its entry lies behind the table");
            self.diagnostics.warn(u64::from(entry), message);
        }
        self.spend(27);
        let sample = self.read_table(entry);
        let shadow = &mut self.driver.shadow;
        let source = if sample >= NOISE {
            shadow.flags = shadow.flags & Flags::NO_ECHO_WRITES.0 | sample & 0x1F;
            shadow.noise |= channel.bit();
            self.spend(25);
            0
        } else {
            shadow.noise &= !channel.bit();
            self.spend(2 + 15);
            sample
        };
        self.write_instrument(channel, entry, source);
    }

    fn write_instrument(&mut self, channel: Channel, entry: u16, source: u8) {
        let registers =
            [VoiceRegister::Source, VoiceRegister::Adsr1, VoiceRegister::Adsr2, VoiceRegister::Gain];
        for (offset, register) in (0_u16..).zip(registers) {
            self.spend(if offset == 0 { 10 } else { 6 + 10 });
            let value = if offset == 0 { source } else { self.read_table(entry.wrapping_add(offset)) };
            self.write_now(Register::of_voice(channel.number(), register), value);
            self.spend(if register == VoiceRegister::Gain { 8 } else { 10 });
        }
        self.track(channel).instrument.multiplier = self.read_multiplier(entry.wrapping_add(4));
        self.spend(35);
    }

    fn read_multiplier(&mut self, address: u16) -> i32 {
        match self.dialect.variant.instrument.multiplier {
            Multiplier::Word => {
                let [high, low] = [self.read_table(address), self.read_table(address.wrapping_add(1))];
                i32::from(u16::from_be_bytes([high, low]))
            }
            Multiplier::SignedHigh => i32::from(self.read_table(address).cast_signed()) << 8,
            Multiplier::Elsewhere => 1 << 8,
        }
    }

    /// The address of an entry of the instrument table.
    pub(crate) const fn instrument_entry(&self, index: u8) -> u16 {
        let Dialect { variant, layout } = self.dialect;
        layout.instruments.wrapping_add(index as u16 * variant.instrument.size)
    }
}

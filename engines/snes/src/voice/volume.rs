//! From volumes, velocity, tremolo and pan to the volume registers (`volume`, `tremolo`, `final` and `write_volume`
//! in `snes-nspc.md` section 6.5).

use tatum_core::Probe;

use crate::event::Event;
use crate::hardware::dsp::{Register, VoiceRegister};
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::Execution;
use crate::sequencer::fixed::{Fixed, high_product};
use crate::sequencer::machine::Sound;
use crate::sequencer::memory_map::PAN_TABLE;
use crate::sequencer::pitch_slides::SlideEnd;

/// The position of the right edge.
const PAN_END: Fixed = Fixed::from_whole(20);

/// A tremolo of full depth stays at its phase from here on.
const HALF_PERIOD: u8 = 0x80;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// A tick of a channel's volume: slides, tremolo, registers. The slides never take over their target: the test
    /// for the last step looks at the wrong flag (section 9, number 1).
    pub(crate) fn update_volume(&mut self, channel: Channel) {
        self.spend(4);
        let slide = &mut self.driver.track_mut(channel).volume;
        if slide.count == 0 {
            self.spend(4);
        } else {
            slide.count -= 1;
            let (value, step) = (slide.value, slide.step);
            self.spend(2 + 17 + 6);
            self.driver.changed_volumes |= channel.bit();
            self.track(channel).volume.value = self.slide(value, step, SlideEnd::Open);
        }
        self.advance_tremolo(channel);
        self.spend(4);
        let slide = &mut self.driver.track_mut(channel).pan;
        if slide.count == 0 {
            self.spend(4);
        } else {
            slide.count -= 1;
            let (value, step) = (slide.value, slide.step);
            self.spend(2 + 17 + 6);
            self.driver.changed_volumes |= channel.bit();
            self.track(channel).pan.value = self.slide(value, step, SlideEnd::Open);
        }
        self.spend(6);
        if self.driver.changed_volumes & channel.bit() == 0 {
            self.spend(9);
            return;
        }
        self.spend(2 + 17);
        let pan = self.driver.track(channel).pan.value;
        self.write_volume(channel, pan);
    }

    fn advance_tremolo(&mut self, channel: Channel) {
        self.spend(4);
        let bit = channel.bit();
        let tremolo = &mut self.driver.track_mut(channel).tremolo;
        if tremolo.depth == 0 {
            self.spend(4 + 10);
            self.set_final_volume(channel, 0xFF);
            return;
        }
        if tremolo.waits() {
            tremolo.delayed = tremolo.delayed.wrapping_add(1);
            self.spend(2 + 11 + 2 + 5 + 10);
            self.set_final_volume(channel, 0xFF);
            return;
        }
        let cycles = if tremolo.phase < HALF_PERIOD {
            tremolo.phase = tremolo.phase.wrapping_add(tremolo.rate);
            4 + 7
        } else if tremolo.depth != 0xFF {
            tremolo.phase = tremolo.phase.wrapping_add(tremolo.rate);
            2 + 2 + 4 + 7
        } else {
            tremolo.phase = HALF_PERIOD;
            2 + 2 + 2 + 6
        };
        let phase = tremolo.phase;
        self.driver.changed_volumes |= bit;
        self.spend(2 + 11 + 11 + cycles + 14);
        self.tremolo(channel, phase);
        self.spend(4);
    }

    /// Sets the final volume with the tremolo at a phase.
    pub(crate) fn tremolo(&mut self, channel: Channel, phase: u8) {
        let depth = self.driver.track(channel).tremolo.depth;
        let ramp = phase.wrapping_mul(2);
        let falls = phase & 0x80 != 0;
        let triangle = if falls { ramp ^ 0xFF } else { ramp };
        self.spend(2 + 4 + 17);
        self.set_final_volume(channel, 0xFF - high_product(triangle, depth));
    }

    /// Multiplies all volumes, and squares the product.
    fn set_final_volume(&mut self, channel: Channel, modulation: u8) {
        let master = self.driver.master.value.whole();
        let track = self.driver.track_mut(channel);
        let volume = high_product(modulation, master);
        let volume = high_product(volume, track.velocity);
        let volume = high_product(volume, track.volume.value.whole());
        track.final_volume = high_product(volume, volume);
        self.spend(64);
    }

    /// Writes both volume registers. The right one is at the position mirrored.
    pub(crate) fn write_volume(&mut self, channel: Channel, pan: Fixed) {
        self.spend(13);
        let pan_byte = self.driver.track(channel).pan_byte;
        let sides = [
            (VoiceRegister::VolumeLeft, pan, pan_byte & 0x80 != 0, 7),
            (VoiceRegister::VolumeRight, PAN_END.minus(pan), pan_byte & 0x40 != 0, 5),
        ];
        for (register, position, inverted, last_step) in sides {
            let volume = high_product(self.pan_gain(position), self.driver.track(channel).final_volume);
            self.spend(62 + 7 + 2 + if inverted { 2 + 4 } else { 4 });
            let value = if inverted { volume.wrapping_neg() } else { volume };
            self.spend(11);
            self.write_for(channel, Register::of_voice(channel.number(), register), value);
            self.spend(18 + last_step);
        }
        self.spend(5);
    }

    /// The gain at a position, between the entries of the pan table. Slides may lead outside the table: the bytes
    /// behind it count then.
    fn pan_gain(&mut self, position: Fixed) -> u8 {
        let index = u16::from(position.whole());
        let here = self.read_constant(PAN_TABLE + index, "pan");
        let next = self.read_constant(PAN_TABLE + index + 1, "pan");
        here.wrapping_add(high_product(next.wrapping_sub(here), position.fraction()))
    }
}

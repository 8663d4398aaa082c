//! The flush (nds-driver 9): what the tick before decided goes to the hardware.

use tatum_core::Probe;

use super::{ChannelMask, ChannelVolume, OutputControl, Pending, Voice, VoiceSource, Voices};
use crate::event::{Event, RegisterEvent};
use crate::hardware::registers::{ChannelControl, RegisterWrite, Width, offset};
use crate::hardware::{CHANNELS, SoundUnit};

/// The way from the driver to the sound registers, watched by a probe.
pub(crate) struct Bus<'a, P> {
    pub sound: &'a mut SoundUnit,
    pub probe: &'a mut P,
    /// Wake number, -1 for the driver's start.
    pub wake: i64,
    /// Bus cycle of the wake.
    pub cycle: u64,
}

impl<P: Probe<Event>> Bus<'_, P> {
    pub(crate) fn write(&mut self, register: u16, width: Width, value: u32) {
        let write = RegisterWrite { register, width, value };
        self.sound.write(write);
        let (wake, cycle) = (self.wake, self.cycle);
        self.probe.record(|| Event::Register(RegisterEvent { wake, cycle, write }));
    }

    fn write_channel(&mut self, channel: usize, offset: u16, width: Width, value: u32) {
        self.write(0x400 + 0x10 * channel as u16 + offset, width, value);
    }

    /// Clears the busy bit by a read and a write of the whole control register.
    pub(crate) fn stop_channel(&mut self, channel: usize) {
        let value = self.sound.control(channel).stopped().bits();
        self.write_channel(channel, offset::CONTROL, Width::Word, value);
    }

    pub(crate) fn write_pan(&mut self, channel: usize, pan: u8) {
        self.write_channel(channel, offset::CONTROL + 2, Width::Byte, u32::from(pan));
    }

    pub(crate) fn write_volume_byte(&mut self, channel: usize, volume: u8) {
        self.write_channel(channel, offset::CONTROL, Width::Byte, u32::from(volume));
    }

    /// Sets the busy bit by a read and a write of the control register's top byte.
    fn start_channel(&mut self, channel: usize) {
        let top = self.sound.control(channel).bits() >> 24;
        self.write_channel(channel, offset::CONTROL + 3, Width::Byte, top | ChannelControl::BUSY >> 24);
    }
}

impl Voices {
    /// Writes all pending changes: first stops, set-ups and changes by channel, then all start bits by channel.
    ///
    /// Returns the channels that started a note.
    pub(crate) fn flush<P: Probe<Event>>(
        &mut self,
        bus: &mut Bus<'_, P>,
        output: &mut OutputControl,
    ) -> ChannelMask {
        let mut started = 0;
        for (channel, voice) in self.voices.iter().enumerate() {
            voice.flush_changes(channel, bus, output);
        }
        for (channel, voice) in self.voices.iter_mut().enumerate() {
            if voice.pending.start {
                bus.start_channel(channel);
                started |= 1 << channel;
            }
            voice.pending = Pending::default();
        }
        ChannelMask(started)
    }

    /// Stops channels at once and frees their voices (nds-driver 4, lock and stop commands). Strongly locked ones
    /// are left alone.
    pub(crate) fn stop_channels<P: Probe<Event>>(&mut self, bus: &mut Bus<'_, P>, channels: ChannelMask) {
        for channel in 0..CHANNELS {
            if !channels.contains(channel) || self.locked.contains(channel) {
                continue;
            }
            self.owners.unlink(channel);
            bus.stop_channel(channel);
            if let Some(voice) = self.voices.get_mut(channel) {
                voice.priority = 0;
                voice.pending = Pending::default();
                voice.active = false;
            }
        }
    }

    /// Locks channels against notes; `weak` locks do not hold for tracks with channels of their own.
    pub(crate) fn lock<P: Probe<Event>>(&mut self, bus: &mut Bus<'_, P>, channels: ChannelMask, weak: bool) {
        self.stop_channels(bus, channels);
        let locks = if weak { &mut self.weakly_locked } else { &mut self.locked };
        locks.0 |= channels.0;
    }

    /// Takes locks away.
    pub(crate) const fn unlock(&mut self, channels: ChannelMask, weak: bool) {
        let locks = if weak { &mut self.weakly_locked } else { &mut self.locked };
        locks.0 &= !channels.0;
    }
}

impl Voice {
    fn flush_changes<P: Probe<Event>>(
        &self,
        channel: usize,
        bus: &mut Bus<'_, P>,
        output: &mut OutputControl,
    ) {
        if self.pending.is_empty() {
            return;
        }
        if self.pending.stop {
            bus.stop_channel(channel);
        }
        if self.pending.start {
            self.set_up(channel, bus, output);
            return;
        }
        if self.pending.timer {
            bus.write_channel(channel, offset::TIMER, Width::Half, self.timer_value());
        }
        if self.pending.volume {
            let pan = bus.sound.control(channel).pan();
            let value = volume_bits(self.hardware.volume, channel, pan, output);
            bus.write_channel(channel, offset::CONTROL, Width::Half, value);
        }
        if self.pending.pan {
            let pan = output.pan(channel, self.hardware.pan);
            bus.write_pan(channel, pan);
            if let Some(volume) = output.volume_after_pan(channel, pan) {
                bus.write_volume_byte(channel, volume);
            }
        }
    }

    /// All registers of a channel but the start bit.
    fn set_up<P: Probe<Event>>(&self, channel: usize, bus: &mut Bus<'_, P>, output: &mut OutputControl) {
        let pan = output.pan(channel, self.hardware.pan);
        let levels = u32::from(pan) << 16 | volume_bits(self.hardware.volume, channel, pan, output);
        let source = match self.source {
            // Bits that do not fit spill upwards, as they do in the driver.
            VoiceSource::Pcm { record, .. } => {
                let repeat = if record.loops != 0 { 1 } else { 2 };
                u32::from(record.format) << 29 | repeat << 27
            }
            VoiceSource::Square { duty } => 0x6000_0000 | u32::from(duty) << 24,
            VoiceSource::Noise => 0x6000_0000,
        };
        bus.write_channel(channel, offset::CONTROL, Width::Word, source | levels);
        bus.write_channel(channel, offset::TIMER, Width::Half, self.timer_value());
        if let VoiceSource::Pcm { record, address } = self.source {
            bus.write_channel(channel, offset::LOOP_START, Width::Half, u32::from(record.loop_start));
            bus.write_channel(channel, offset::LENGTH, Width::Word, record.loop_length);
            bus.write_channel(channel, offset::SOURCE, Width::Word, address);
        }
    }

    fn timer_value(&self) -> u32 {
        (0x1_0000 - u32::from(self.hardware.timer)) & 0xFFFF
    }
}

fn volume_bits(volume: ChannelVolume, channel: usize, pan: u8, output: &mut OutputControl) -> u32 {
    u32::from(volume.divider()) << 8 | u32::from(output.volume(channel, volume.volume(), pan))
}

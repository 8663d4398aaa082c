//! The sound hardware (nds-hardware): sixteen channels, a mixer and the registers that drive them.
//!
//! [`SoundUnit::render`] is the schedule: every channel advances, then the mixer reads them. Between two register
//! writes nothing changes but positions, so whole blocks are rendered at once and a channel's position advances in
//! closed form.

mod adpcm;
mod channel;
mod memory;
mod mixer;
mod noise;
mod pcm;
mod psg;
#[cfg(test)]
mod random;
pub mod registers;
mod timer;
mod vector;

use tatum_core::Frame;

pub use channel::HardwareChannel;
pub use memory::{BASE_ADDRESS, Memory};
pub use mixer::OutputBits;
use mixer::{BLOCK, Mixer};
use registers::{ChannelControl, RegisterWrite, Width};
use timer::Block;

/// Number of channels.
pub const CHANNELS: usize = 16;

/// The sound unit: what the driver's register writes reach.
#[derive(Clone, Debug)]
pub struct SoundUnit {
    channels: [HardwareChannel; CHANNELS],
    mixer: Mixer,
    memory: Memory,
    silenced: u16,
}

impl SoundUnit {
    /// The unit after power-on: all registers zero except the bias, which the firmware sets to 0x200.
    #[must_use]
    pub fn new(memory: Memory, output: OutputBits) -> Self {
        Self {
            channels: std::array::from_fn(HardwareChannel::new),
            mixer: Mixer::new(output),
            memory,
            silenced: 0,
        }
    }

    /// Stores a value into a register. Writes to addresses that are no sound register do nothing.
    pub fn write(&mut self, write: RegisterWrite) {
        match write.register {
            0x400..=0x4FF => {
                let (index, offset) = (usize::from(write.register >> 4 & 15), write.register & 15);
                if let Some(channel) = self.channels.get_mut(index) {
                    channel.write(offset, write.width, write.value);
                }
            }
            0x500 if write.width == Width::Byte => self.mixer.control.set_low(write.value as u8),
            0x501 if write.width == Width::Byte => self.mixer.control.set_high(write.value as u8),
            0x500 => {
                self.mixer.control.set_low(write.value as u8);
                self.mixer.control.set_high((write.value >> 8) as u8);
            }
            0x504 => self.mixer.set_bias(write.value as u16),
            _ => {}
        }
    }

    /// The control register of a channel (0 to 15), as a read returns it.
    #[must_use]
    pub fn control(&self, channel: usize) -> ChannelControl {
        self.channels.get(channel).map(HardwareChannel::control).unwrap_or_default()
    }

    /// The timer reload of a channel (0 to 15).
    #[must_use]
    pub fn timer_reload(&self, channel: usize) -> u16 {
        self.channels.get(channel).map(HardwareChannel::timer_reload).unwrap_or_default()
    }

    /// Whether a channel plays: bit 31 of its control register.
    #[must_use]
    pub fn is_busy(&self, channel: usize) -> bool {
        self.control(channel).is_busy()
    }

    /// Leaves the channels with a set bit out of the mix; they run on all the same.
    pub const fn silence(&mut self, channels: u16) {
        self.silenced = channels;
    }

    /// Computes the next frames.
    ///
    /// For every frame each channel first advances by 512 cycles of the sound clock and is then read
    /// (nds-hardware 5 and 6).
    pub fn render(&mut self, out: &mut [Frame]) {
        let mut block = Block::new();
        for out in out.chunks_mut(BLOCK) {
            if !self.mixer.control.is_enabled() {
                out.fill(Frame::SILENCE);
                continue;
            }
            block.frames = out.len();
            self.mixer.clear(block.frames);
            for (index, channel) in self.channels.iter_mut().enumerate() {
                if channel.render(&self.memory, &mut block) && self.silenced >> index & 1 == 0 {
                    self.mixer.add(index, channel.control(), block.whole_groups());
                }
            }
            self.mixer.finish(out);
        }
    }

    /// Advances by `frames` without computing sound: the busy bits end up as [`SoundUnit::render`] leaves them.
    ///
    /// Only for questions about time (when a one-shot ends); the channels' sound is undefined afterwards.
    pub fn skip(&mut self, frames: u32) {
        if self.mixer.control.is_enabled() {
            for channel in &mut self.channels {
                channel.skip(frames);
            }
        }
    }
}

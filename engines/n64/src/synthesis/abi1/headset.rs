//! The side that headphones hear later, `n64-mixer.md` 6.

use super::list::CommandList;
use super::memory_map::{self, dmem};
use super::mixing::{DelayedSide, VoiceChunk};
use crate::hardware::abi1::command::{AudioCommand, flags};
use crate::voice::voice::StereoState;

impl StereoState {
    /// The side that is, or in the last chunk was, delayed.
    pub(super) const fn delayed_side(&self) -> DelayedSide {
        if self.delay_right != 0 || self.previous_delay_right != 0 {
            DelayedSide::Left
        } else if self.delay_left != 0 || self.previous_delay_left != 0 {
            DelayedSide::Right
        } else {
            DelayedSide::None
        }
    }
}

/// A delayed side in one chunk: all lengths in bytes.
struct Delay {
    /// Length of the chunk.
    bytes: u16,
    /// The delay from now on.
    new: u16,
    /// The delay of the last chunk.
    previous: u16,
}

impl Delay {
    /// Bytes that the chunk must become to fit between the two delays.
    const fn stretched(&self) -> u16 {
        (self.bytes + self.new).saturating_sub(self.previous)
    }

    /// The pitch that stretches the chunk; `divisor` bytes become `bytes`.
    fn pitch(&self, divisor: u16) -> u16 {
        ((u32::from(self.bytes) << 15) / u32::from(divisor.max(1))) as u16
    }
}

impl CommandList {
    /// Appends the commands that delay a side and mix it into its sum.
    pub(super) fn delay_side(&mut self, stereo: &mut StereoState, work: &VoiceChunk, side: DelayedSide) {
        let bytes = 2 * work.chunk as u16;
        let (target, delay) = match side {
            DelayedSide::None => return,
            DelayedSide::Left => {
                let delay = Delay { bytes, new: stereo.delay_right, previous: stereo.previous_delay_right };
                stereo.previous_delay_right = delay.new;
                stereo.previous_delay_left = 0;
                (dmem::LEFT, delay)
            }
            DelayedSide::Right => {
                let delay = Delay { bytes, new: stereo.delay_left, previous: stereo.previous_delay_left };
                stereo.previous_delay_left = delay.new;
                stereo.previous_delay_right = 0;
                (dmem::RIGHT, delay)
            }
        };
        let samples = work.states + memory_map::PAN_SAMPLES;
        if work.flags == flags::INIT {
            self.push(AudioCommand::Move { from: dmem::PAN, to: dmem::TEMP, bytes });
            self.push(AudioCommand::Move { from: dmem::TEMP, to: dmem::PAN + delay.new, bytes });
            self.push(AudioCommand::Clear { address: dmem::PAN, bytes: delay.new });
        } else {
            self.stretch_side(work, &delay);
        }
        if delay.new != 0 {
            self.push(AudioCommand::SetBuffers { input: 0, output: dmem::PAN + bytes, count: delay.new });
            self.push(AudioCommand::Save { ram: samples });
        }
        self.push(AudioCommand::SetBuffers { input: 0, output: 0, count: bytes });
        self.push(AudioCommand::Mix { gain: i16::MAX, input: dmem::PAN, output: target });
    }

    /// Stretches a chunk to the change of the delay, behind what is left of the last chunk.
    fn stretch_side(&mut self, work: &VoiceChunk, delay: &Delay) {
        let state = work.states + memory_map::PAN_STATE;
        let samples = work.states + memory_map::PAN_SAMPLES;
        let stretched = delay.stretched();
        let (input, pitch) = if delay.previous == 0 {
            // The first eight bytes become the resampler's history.
            self.push(AudioCommand::Move { from: dmem::PAN, to: dmem::TEMP, bytes: 8 });
            self.push(AudioCommand::Clear { address: 8, bytes: 8 });
            self.push(AudioCommand::Move { from: dmem::PAN, to: dmem::TEMP + 16, bytes: 16 });
            self.push(AudioCommand::SetBuffers { input: 0, output: dmem::TEMP, count: 32 });
            self.push(AudioCommand::Save { ram: state });
            (dmem::PAN + 8, delay.pitch(stretched + 8))
        } else if delay.new == 0 {
            (dmem::PAN, delay.pitch((delay.bytes).saturating_sub(delay.previous + 4)))
        } else {
            (dmem::PAN, delay.pitch(stretched))
        };
        self.push(AudioCommand::SetBuffers { input, output: dmem::TEMP, count: stretched });
        self.push(AudioCommand::Resample { flags: 0, pitch, state });
        if delay.previous != 0 {
            self.push(AudioCommand::SetBuffers { input: dmem::PAN, output: 0, count: delay.previous });
            self.push(AudioCommand::Load { ram: samples });
        }
        self.push(AudioCommand::Move { from: dmem::TEMP, to: dmem::PAN + delay.previous, bytes: stretched });
    }
}

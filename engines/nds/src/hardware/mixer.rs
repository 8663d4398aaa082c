use tatum_core::Frame;

use super::registers::{ChannelControl, MasterControl, OutputSource, level};
use super::timer::GROUP;
use super::vector;

/// Frames mixed at once: at least one driver period (170.5 frames).
pub(super) const BLOCK: usize = 192;

/// How many bits the output keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputBits {
    /// All sixteen.
    #[default]
    Sixteen,
    /// The ten bits that the DS and DS Lite hand to their converter; the low six are 0.
    Ten,
}

/// The mixer: sums of all channels, the master controls and the output stage (nds-hardware 6).
#[derive(Clone, Debug)]
pub(super) struct Mixer {
    pub control: MasterControl,
    bias: i32,
    output: OutputBits,
    mix: Sides,
    /// Channels 1 and 3 on their own, for the output selectors.
    direct: [Sides; 2],
}

/// Left and right sums of a block, 20.8 bits.
#[derive(Clone, Debug)]
struct Sides {
    left: [i32; BLOCK],
    right: [i32; BLOCK],
}

impl Sides {
    const ZERO: Self = Self { left: [0; BLOCK], right: [0; BLOCK] };

    /// Whole groups: what is behind the frames is added to as well.
    fn clear(&mut self, frames: usize) {
        let frames = frames.next_multiple_of(GROUP);
        self.left.iter_mut().take(frames).for_each(|sum| *sum = 0);
        self.right.iter_mut().take(frames).for_each(|sum| *sum = 0);
    }

    /// Adds a channel. Divider and volume, then pan, then ten fraction bits dropped toward minus infinity: the
    /// divider only moves the point, so one product and one shift give the same floor. The product of a 16-bit
    /// sample and two 7-bit levels fits 32 bits.
    fn add(&mut self, control: ChannelControl, levels: &[i16]) {
        // Left shift 4, 3, 2, 0 for the divider, then right shift 10.
        let shift = match control.divider() {
            0 => 6,
            1 => 7,
            2 => 8,
            _ => 10,
        };
        let (volume, pan) = (level(control.volume()), level(control.pan()));
        // At most 128 * 128: 16-bit factors make the products cheap.
        let (left, right) = ((volume * (128 - pan)) as i16, (volume * pan) as i16);
        vector::add_levels([&mut self.left, &mut self.right], levels, [left, right], shift);
    }
}

/// Adds levels times the factors of both sides, shifted.
#[inline(always)]
pub(super) fn add_levels(
    [left, right]: [&mut [i32; BLOCK]; 2],
    levels: &[i16],
    [left_factor, right_factor]: [i16; 2],
    shift: u32,
) {
    for ((left, right), &level) in left.iter_mut().zip(right).zip(levels) {
        *left += (i32::from(level) * i32::from(left_factor)) >> shift;
        *right += (i32::from(level) * i32::from(right_factor)) >> shift;
    }
}

/// The output stage.
#[derive(Clone, Copy, Debug)]
pub(super) struct OutputStage {
    master: i32,
    bias: i32,
    mask: i16,
}

impl OutputStage {
    /// Master volume, bias, limits and output bits of one sum.
    #[inline(always)]
    fn level(self, sum: i32) -> i16 {
        // Shifts by 7 and by 8 in a row give the same floor as one by 15.
        self.limited((i64::from(sum) * i64::from(self.master)) >> 15)
    }

    #[inline(always)]
    fn limited(self, level: i64) -> i16 {
        (level + i64::from(self.bias)).clamp(-0x8000, 0x7FFF) as i16 & self.mask
    }

    /// As [`OutputStage::level`] at full master volume, in 32 bits: a sum has 20 bits before its point.
    #[inline(always)]
    fn full_level(self, sum: i32) -> i16 {
        ((sum >> 8) + self.bias).clamp(-0x8000, 0x7FFF) as i16 & self.mask
    }

    /// The frames of two sums each.
    #[inline(always)]
    pub(super) fn mix(self, [left, right]: [&[i32; BLOCK]; 2], out: &mut [Frame]) {
        let sums = left.iter().zip(right);
        if self.master == FULL_VOLUME {
            for (frame, (left, right)) in out.iter_mut().zip(sums) {
                *frame = Frame::new(self.full_level(*left), self.full_level(*right));
            }
        } else {
            for (frame, (left, right)) in out.iter_mut().zip(sums) {
                *frame = Frame::new(self.level(*left), self.level(*right));
            }
        }
    }
}

/// The factor of volume 127.
const FULL_VOLUME: i32 = 128;

impl Mixer {
    pub(super) fn new(output: OutputBits) -> Self {
        let mut mixer = Self {
            control: MasterControl::default(),
            bias: 0,
            output,
            mix: Sides::ZERO,
            direct: [Sides::ZERO, Sides::ZERO],
        };
        mixer.set_bias(0x200);
        mixer
    }

    /// SOUNDBIAS: ten bits; 0x200 is the middle.
    pub(super) fn set_bias(&mut self, bias: u16) {
        self.bias = (i32::from(bias & 0x3FF) << 6) - 0x8000;
    }

    /// Starts a block.
    pub(super) fn clear(&mut self, frames: usize) {
        self.mix.clear(frames);
        if self.control.selects_channels() {
            for direct in &mut self.direct {
                direct.clear(frames);
            }
        }
    }

    /// Adds the levels of a channel.
    pub(super) fn add(&mut self, channel: usize, control: ChannelControl, levels: &[i16]) {
        if !self.control.bypasses_mixer(channel) {
            self.mix.add(control, levels);
        }
        if self.control.selects_channels() {
            match channel {
                1 => self.direct[0].add(control, levels),
                3 => self.direct[1].add(control, levels),
                _ => {}
            }
        }
    }

    /// Master volume, bias, limits and output bits: the block's frames.
    pub(super) fn finish(&self, out: &mut [Frame]) {
        let mask = match self.output {
            OutputBits::Sixteen => -1,
            OutputBits::Ten => !0x3F,
        };
        let stage = OutputStage { master: level(self.control.volume()), bias: self.bias, mask };
        if self.control.selects_channels() {
            let (left, right) = (self.control.left(), self.control.right());
            for (index, frame) in out.iter_mut().enumerate() {
                frame.left = stage.level(self.select(left, index, |sides| &sides.left));
                frame.right = stage.level(self.select(right, index, |sides| &sides.right));
            }
            return;
        }
        vector::mix(stage, [&self.mix.left, &self.mix.right], out);
    }

    fn select(&self, source: OutputSource, index: usize, side: impl Fn(&Sides) -> &[i32; BLOCK]) -> i32 {
        let read = |sides: &Sides| side(sides).get(index).copied().unwrap_or(0);
        let [one, three] = &self.direct;
        match source {
            OutputSource::Mixer => read(&self.mix),
            OutputSource::Channel1 => read(one),
            OutputSource::Channel3 => read(three),
            OutputSource::Channels1And3 => read(one) + read(three),
        }
    }
}

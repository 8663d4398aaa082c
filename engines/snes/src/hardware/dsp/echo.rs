//! The echo (`snes-hardware.md` section 4.7): a delay line in RAM, a filter of eight taps, feedback, and the
//! master volumes through which voices and echo leave the chip.

use tatum_core::Frame;

use super::brr::clamp16;
use super::mixer::{Mix, Side, Stereo, scaled};
use super::registers::{Flags, Register, RegisterFile};
use crate::hardware::Ram;

/// Taps of the filter.
pub(super) const TAPS: usize = 8;

/// Bytes of RAM per step of the echo delay.
const DELAY_UNIT: u16 = 2048;

/// The delay line: where it lies in RAM, and where it is being read and written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DelayLine {
    /// ESA as latched in the sample before.
    pub(super) page: u8,
    /// Offset of the current cell: a multiple of 4.
    pub(super) offset: u16,
    /// EDL as latched when the offset was last zero, in bytes.
    pub(super) length: u16,
    /// Address of the current cell.
    pub(super) cell: u16,
}

impl DelayLine {
    /// The address of the cell at the current offset.
    #[inline]
    pub(super) const fn cell_address(&self) -> u16 {
        ((self.page as u16) << 8).wrapping_add(self.offset)
    }

    /// What a value of EDL asks for, in bytes.
    #[inline]
    pub(super) const fn length_of(delay: u8) -> u16 {
        (delay & 15) as u16 * DELAY_UNIT
    }

    /// What the register EDL asks for, in bytes.
    #[inline]
    pub(super) const fn wanted_length(registers: &RegisterFile) -> u16 {
        Self::length_of(registers.get(Register::EDL))
    }

    /// Moves to the next cell. A new length counts only from the start of the buffer.
    #[inline]
    pub(super) const fn advance(&mut self, registers: &RegisterFile) {
        self.page = registers.get(Register::ESA);
        if self.offset == 0 {
            self.length = Self::wanted_length(registers);
        }
        self.offset += 4;
        if self.offset >= self.length {
            self.offset = 0;
        }
    }
}

/// The samples that the filter looks at: the last eight that came out of the delay line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EchoHistory {
    samples: [[i16; 2]; TAPS],
    /// Place of the newest sample.
    newest: u8,
}

impl EchoHistory {
    const fn push(&mut self) {
        self.newest = (self.newest + 1) & 7;
    }

    fn set_newest(&mut self, side: Side, sample: i16) {
        self.samples[usize::from(self.newest & 7)][side as usize] = sample;
    }

    /// What tap `tap` meets: tap 0 the oldest sample, tap 7 the newest.
    #[inline]
    pub(super) const fn at_tap(&self, tap: usize) -> [i16; 2] {
        self.samples[(self.newest as usize + 1 + tap) & 7]
    }

    /// Adds a whole sample.
    pub(super) fn append(&mut self, sample: [i16; 2]) {
        self.push();
        self.samples[usize::from(self.newest & 7)] = sample;
    }
}

/// One way from the mixed voices to the output: mix, delay line, filter, feedback, master volume.
///
/// The chip has one. While voices are muted a second one carries what is heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputPath {
    /// The sums of the current sample.
    pub(super) mix: Mix,
    pub(super) line: DelayLine,
    pub(super) history: EchoHistory,
    /// The filter's sum so far, then its result.
    filtered: Stereo,
    /// FLG as latched for the next write into the delay line.
    pub(super) write_flags: LatchedFlags,
    /// Whether the echo is left out of what is heard; the delay line goes on.
    pub(super) drops_echo: bool,
    /// The left sample, ready one step before the right one.
    output_left: i32,
    frame: Frame,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LatchedFlags(pub(super) Flags);

impl Default for LatchedFlags {
    fn default() -> Self {
        Self(Flags(0))
    }
}

/// A sample as the delay line holds it: 15 of its 16 bits are used.
#[inline]
pub(super) const fn from_line(word: u16) -> i16 {
    word.cast_signed() >> 1
}

/// One tap of the filter.
#[inline]
pub(super) const fn tap(sample: i16, coefficient: i32) -> i32 {
    (sample as i32 * coefficient) >> 6
}

/// The filter's end: the first seven taps wrap to 16 bits, the eighth saturates.
#[inline]
pub(super) const fn filter_end(seven: i32, eighth: i32) -> i32 {
    clamp16(seven as i16 as i32 + eighth as i16 as i32) & !1
}

/// The voices and the echo at their master volumes.
#[inline]
pub(super) const fn mix_output(main: i32, main_volume: i32, echo: i32, echo_volume: i32) -> i32 {
    clamp16(scaled(main, main_volume) as i16 as i32 + scaled(echo, echo_volume) as i16 as i32)
}

/// What goes back into the delay line.
#[inline]
pub(super) const fn mix_feedback(voices: i32, echo: i32, feedback: i32) -> i32 {
    clamp16(voices + scaled(echo, feedback) as i16 as i32) & !1
}

impl OutputPath {
    fn add_taps(&mut self, registers: &RegisterFile, taps: std::ops::RangeInclusive<usize>) {
        for number in taps {
            let [left, right] = self.history.at_tap(number);
            let coefficient = registers.signed(Register::fir(number));
            self.filtered.left += tap(left, coefficient);
            self.filtered.right += tap(right, coefficient);
        }
    }

    /// E22: the current cell's left sample, and tap 0.
    pub(super) fn e22(&mut self, registers: &RegisterFile, ram: &mut Ram) {
        self.history.push();
        self.line.cell = self.line.cell_address();
        self.history.set_newest(Side::Left, from_line(ram.read_word(self.line.cell)));
        self.filtered = Stereo::default();
        self.add_taps(registers, 0..=0);
    }

    /// E23: the cell's right sample, and taps 1 and 2.
    pub(super) fn e23(&mut self, registers: &RegisterFile, ram: &mut Ram) {
        self.add_taps(registers, 1..=2);
        self.history.set_newest(Side::Right, from_line(ram.read_word(self.line.cell.wrapping_add(2))));
    }

    /// E24: taps 3 to 5.
    pub(super) fn e24(&mut self, registers: &RegisterFile, _: &mut Ram) {
        self.add_taps(registers, 3..=5);
    }

    /// E25: taps 6 and 7 with the filter's overflow.
    pub(super) fn e25(&mut self, registers: &RegisterFile, _: &mut Ram) {
        self.add_taps(registers, 6..=6);
        let [left, right] = self.history.at_tap(7);
        let coefficient = registers.signed(Register::fir(7));
        self.filtered.left = filter_end(self.filtered.left, tap(left, coefficient));
        self.filtered.right = filter_end(self.filtered.right, tap(right, coefficient));
    }

    /// E26: the left output, and the feedback.
    pub(super) fn e26(&mut self, registers: &RegisterFile, _: &mut Ram) {
        self.output_left = mix_output(
            self.mix.main.left,
            registers.signed(Register::MVOLL),
            self.filtered.left,
            self.echo_volume(registers, Register::EVOLL),
        );
        let feedback = registers.signed(Register::EFB);
        self.mix.echo.left = mix_feedback(self.mix.echo.left, self.filtered.left, feedback);
        self.mix.echo.right = mix_feedback(self.mix.echo.right, self.filtered.right, feedback);
    }

    /// E27: the right output; the sample leaves the chip.
    pub(super) fn e27(&mut self, registers: &RegisterFile, _: &mut Ram) {
        let output_right = mix_output(
            self.mix.main.right,
            registers.signed(Register::MVOLR),
            self.filtered.right,
            self.echo_volume(registers, Register::EVOLR),
        );
        self.mix.main = Stereo::default();
        self.frame = if Flags(registers.get(Register::FLG)).mutes() {
            Frame::SILENCE
        } else {
            Frame::new(self.output_left as i16, output_right as i16)
        };
    }

    /// EVOLL or EVOLR; 0 where the echo is left out.
    pub(super) const fn echo_volume(&self, registers: &RegisterFile, register: Register) -> i32 {
        if self.drops_echo { 0 } else { registers.signed(register) }
    }

    /// The sample that left the chip last.
    pub(super) const fn frame(&self) -> Frame {
        self.frame
    }

    /// E28: latches whether the left sample may be written.
    pub(super) fn e28(&mut self, registers: &RegisterFile, _: &mut Ram) {
        self.write_flags = LatchedFlags(Flags(registers.get(Register::FLG)));
    }

    /// E29: the line moves on; the left sample goes into the cell that was read at E22.
    pub(super) fn e29(&mut self, registers: &RegisterFile, ram: &mut Ram) {
        self.line.advance(registers);
        self.store(ram, self.line.cell, Side::Left);
        self.write_flags = LatchedFlags(Flags(registers.get(Register::FLG)));
    }

    /// E30: the right sample.
    pub(super) fn e30(&mut self, _: &RegisterFile, ram: &mut Ram) {
        self.store(ram, self.line.cell.wrapping_add(2), Side::Right);
    }

    /// Whether the write in progress, if there is one, reaches the RAM.
    pub(super) const fn may_write(&self) -> bool {
        self.write_flags.0.writes_echo()
    }

    fn store(&mut self, ram: &mut Ram, address: u16, side: Side) {
        let sample = std::mem::take(self.mix.echo.side(side));
        if self.write_flags.0.writes_echo() {
            ram.write_word(address, sample as u16);
        }
    }
}

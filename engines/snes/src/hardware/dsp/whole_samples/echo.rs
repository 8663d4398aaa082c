//! The echo over a block of samples.

use tatum_core::Frame;

use super::mix::BlockMix;
use crate::hardware::Ram;
use crate::hardware::dsp::echo::{
    LatchedFlags, OutputPath, TAPS, filter_end, from_line, mix_feedback, mix_output, tap,
};
use crate::hardware::dsp::registers::{Flags, Register, RegisterFile};

/// The samples before a block that its filter still meets.
const BEFORE: usize = TAPS - 1;

/// One side of a block: what came out of the delay line before and in it, and the filter's result.
struct Side<const N: usize> {
    before: [i16; BEFORE],
    line: [i16; N],
    echo: [i32; N],
}

impl<const N: usize> Side<N> {
    const fn new() -> Self {
        Self { before: [0; BEFORE], line: [0; N], echo: [0; N] }
    }

    /// What tap `place` meets in sample `number`: tap 0 the oldest.
    #[inline]
    fn met(&self, number: usize, place: usize) -> i16 {
        let place = number + place;
        if place < BEFORE { self.before[place] } else { self.line[place - BEFORE] }
    }

    fn filter(&mut self, count: usize, coefficients: &[i8; TAPS]) {
        let edge = count.min(BEFORE);
        for number in 0..edge {
            self.echo[number] = filtered(|place| self.met(number, place), coefficients);
        }
        // From here on the filter meets samples of the block only.
        let windows = self.line[..count].windows(TAPS);
        for (echo, window) in self.echo[edge..].iter_mut().zip(windows) {
            *echo = filtered(|place| window[place], coefficients);
        }
    }
}

#[inline]
fn filtered(met: impl Fn(usize) -> i16, coefficients: &[i8; TAPS]) -> i32 {
    let term = |place: usize| tap(met(place), i32::from(i16::from(coefficients[place])));
    let seven = (0..TAPS - 1).map(term).sum();
    filter_end(seven, term(TAPS - 1))
}

impl OutputPath {
    /// E22 to E30 for the samples of `out`: all cells are read before the first one is written.
    pub(super) fn run_block<const N: usize>(
        &mut self,
        registers: &RegisterFile,
        ram: &mut Ram,
        mix: &BlockMix<N>,
        out: &mut [Frame],
    ) {
        let count = out.len();
        let flags = Flags(registers.get(Register::FLG));
        let (mut left, mut right) = (Side::<N>::new(), Side::<N>::new());
        // The oldest of the eight samples is about to be dropped.
        for place in 0..BEFORE {
            [left.before[place], right.before[place]] = self.history.at_tap(place + 1);
        }
        let mut cells = [0; N];
        for (number, cell) in cells.iter_mut().enumerate().take(count) {
            *cell = self.line.cell_address();
            self.line.cell = *cell;
            left.line[number] = from_line(ram.read_word(*cell));
            right.line[number] = from_line(ram.read_word(cell.wrapping_add(2)));
            self.line.advance(registers);
        }
        for number in count.saturating_sub(TAPS)..count {
            self.history.append([left.line[number], right.line[number]]);
        }
        let coefficients = std::array::from_fn(|number| registers.get(Register::fir(number)).cast_signed());
        left.filter(count, &coefficients);
        right.filter(count, &coefficients);
        self.write_flags = LatchedFlags(flags);
        if flags.writes_echo() {
            feed_back(registers, ram, mix, &cells[..count], &left.echo, &right.echo);
        }
        if flags.mutes() {
            out.fill(Frame::SILENCE);
        } else {
            let echo_volumes =
                [Register::EVOLL, Register::EVOLR].map(|register| self.echo_volume(registers, register));
            mix_frames(registers, mix, [&left.echo, &right.echo], echo_volumes, out);
        }
    }
}

fn feed_back<const N: usize>(
    registers: &RegisterFile,
    ram: &mut Ram,
    mix: &BlockMix<N>,
    cells: &[u16],
    left: &[i32; N],
    right: &[i32; N],
) {
    let feedback = registers.signed(Register::EFB);
    for (number, &cell) in cells.iter().enumerate() {
        let left = mix_feedback(i32::from(mix.echo_left[number]), left[number], feedback);
        let right = mix_feedback(i32::from(mix.echo_right[number]), right[number], feedback);
        ram.write_word(cell, left as u16);
        ram.write_word(cell.wrapping_add(2), right as u16);
    }
}

fn mix_frames<const N: usize>(
    registers: &RegisterFile,
    mix: &BlockMix<N>,
    [left, right]: [&[i32; N]; 2],
    [echo_left, echo_right]: [i32; 2],
    out: &mut [Frame],
) {
    let volume = |register| registers.signed(register);
    let (main_left, main_right) = (volume(Register::MVOLL), volume(Register::MVOLR));
    for (number, frame) in out.iter_mut().enumerate().take(N) {
        let left = mix_output(i32::from(mix.left[number]), main_left, left[number], echo_left);
        let right = mix_output(i32::from(mix.right[number]), main_right, right[number], echo_right);
        *frame = Frame::new(left as i16, right as i16);
    }
}

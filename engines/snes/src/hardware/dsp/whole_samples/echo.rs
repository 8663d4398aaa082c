//! The echo over a block of samples, in 16-bit lanes.

use tatum_core::Frame;

use super::mix::BlockMix;
use super::product::Factor;
use super::{BLOCK, LANES};
use crate::hardware::Ram;
use crate::hardware::dsp::echo::{DelayLine, LatchedFlags, OutputPath, TAPS, from_line};
use crate::hardware::dsp::registers::{Flags, Register, RegisterFile};

/// The samples before a block that its filter still meets.
const BEFORE: usize = TAPS - 1;

/// One side of a block: what came out of the delay line before and in it, and the filter's result.
struct Side {
    line: [i16; BEFORE + BLOCK],
    echo: [i16; BLOCK],
}

impl Side {
    const fn new() -> Self {
        Self { line: [0; BEFORE + BLOCK], echo: [0; BLOCK] }
    }

    /// The filter in whole lanes; behind sample `count` the results are anything.
    #[inline(always)]
    fn filter(&mut self, count: usize, coefficients: &[Factor; TAPS]) {
        let [seven @ .., eighth] = coefficients;
        for (number, echo) in self.echo.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let first = number * LANES;
            if first >= count {
                break;
            }
            // The first seven taps wrap to 16 bits, the eighth saturates.
            let mut sums = [0_i16; LANES];
            for (place, &coefficient) in seven.iter().enumerate() {
                for (sum, &sample) in sums.iter_mut().zip(&self.line[first + place..]) {
                    *sum = sum.wrapping_add(coefficient.times(sample));
                }
            }
            let mut last = [0_i16; LANES];
            for (term, &sample) in last.iter_mut().zip(&self.line[first + BEFORE..]) {
                *term = eighth.times(sample);
            }
            for (echo, (&sum, &term)) in echo.iter_mut().zip(sums.iter().zip(&last)) {
                *echo = sum.saturating_add(term) & !1;
            }
        }
    }
}

/// Neighbouring cells of the delay line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    address: u16,
    cells: usize,
}

impl Run {
    const CELL: usize = 4;

    fn is_one_piece(self) -> bool {
        usize::from(self.address) + self.cells * Self::CELL <= Ram::SIZE
    }
}

impl DelayLine {
    /// Passes the current cell and those that follow it without a gap, `most` in all at most.
    #[inline(always)]
    fn pass_run(&mut self, registers: &RegisterFile, most: usize) -> Run {
        let address = self.cell_address();
        self.cell = address;
        self.advance(registers);
        let next = self.cell_address();
        let is_near = self.offset != 0 && next == address.wrapping_add(4) && next > address;
        let before_end = usize::from(self.length.saturating_sub(self.offset)) / Run::CELL;
        let before_wrap = (Ram::SIZE - usize::from(next)) / Run::CELL;
        let more = if is_near { before_end.min(before_wrap).min(most.saturating_sub(1)) } else { 0 };
        if more > 0 {
            let bytes = (more * Run::CELL) as u16;
            self.cell = address.wrapping_add(bytes);
            self.offset += bytes;
            if self.offset >= self.length {
                self.offset = 0;
            }
        }
        Run { address, cells: 1 + more }
    }
}

impl OutputPath {
    /// E22 to E30 for the samples of `out`: all cells are read before the first one is written.
    #[inline(always)]
    pub(super) fn run_block<const N: usize>(
        &mut self,
        registers: &RegisterFile,
        ram: &mut Ram,
        mix: &BlockMix<N>,
        out: &mut [Frame],
    ) {
        let count = out.len().min(N);
        let flags = Flags(registers.get(Register::FLG));
        let (mut left, mut right) = (Side::new(), Side::new());
        // The oldest of the eight samples is about to be dropped.
        for place in 0..BEFORE {
            [left.line[place], right.line[place]] = self.history.at_tap(place + 1);
        }
        let start = self.line;
        let mut number = 0;
        while number < count {
            let run = self.line.pass_run(registers, count - number);
            let end = number + run.cells;
            let places = BEFORE + number..BEFORE + end;
            read_run(ram, run, &mut left.line[places.clone()], &mut right.line[places]);
            number = end;
        }
        for number in count.saturating_sub(TAPS)..count {
            self.history.append([left.line[BEFORE + number], right.line[BEFORE + number]]);
        }
        let coefficients = std::array::from_fn(|number| {
            Factor::coefficient(registers.get(Register::fir(number)).cast_signed())
        });
        left.filter(count, &coefficients);
        right.filter(count, &coefficients);
        self.write_flags = LatchedFlags(flags);
        if flags.writes_echo() {
            feed_back(registers, ram, mix, start, [&left.echo[..count], &right.echo[..count]]);
        }
        if flags.mutes() {
            out.fill(Frame::SILENCE);
        } else {
            let echo_volumes = [Register::EVOLL, Register::EVOLR]
                .map(|register| self.echo_volume(registers, register) as i8);
            mix_frames(registers, mix, [&left.echo, &right.echo], echo_volumes, out);
        }
    }
}

#[inline(always)]
fn read_run(ram: &Ram, run: Run, left: &mut [i16], right: &mut [i16]) {
    let sides = left.iter_mut().zip(right);
    if run.is_one_piece() {
        let start = usize::from(run.address);
        let cells = ram.bytes()[start..].as_chunks::<{ Run::CELL }>().0;
        for ((left, right), &[left_low, left_high, right_low, right_high]) in sides.zip(cells) {
            *left = from_line(u16::from_le_bytes([left_low, left_high]));
            *right = from_line(u16::from_le_bytes([right_low, right_high]));
        }
    } else {
        for (number, (left, right)) in sides.enumerate() {
            let cell = run.address.wrapping_add((number * Run::CELL) as u16);
            *left = from_line(ram.read_word(cell));
            *right = from_line(ram.read_word(cell.wrapping_add(2)));
        }
    }
}

/// Writes the cells that the block has read.
#[inline(always)]
fn feed_back<const N: usize>(
    registers: &RegisterFile,
    ram: &mut Ram,
    mix: &BlockMix<N>,
    mut line: DelayLine,
    [left, right]: [&[i16]; 2],
) {
    let feedback = Factor::volume(registers.get(Register::EFB).cast_signed());
    let back = |voices: i16, echo: i16| (voices.saturating_add(feedback.times(echo)) & !1).cast_unsigned();
    let count = left.len();
    let mut number = 0;
    while number < count {
        let run = line.pass_run(registers, count - number);
        let part = number..number + run.cells;
        let left = mix.echo_left[part.clone()].iter().zip(&left[part.clone()]);
        let right = mix.echo_right[part.clone()].iter().zip(&right[part.clone()]);
        let samples = left.zip(right).map(|((&l, &le), (&r, &re))| (back(l, le), back(r, re)));
        if run.is_one_piece() {
            let cells = ram.bytes_mut()[usize::from(run.address)..].as_chunks_mut::<{ Run::CELL }>().0;
            for (cell, (left, right)) in cells.iter_mut().zip(samples) {
                let ([left_low, left_high], [right_low, right_high]) =
                    (left.to_le_bytes(), right.to_le_bytes());
                *cell = [left_low, left_high, right_low, right_high];
            }
        } else {
            for (number, (left, right)) in samples.enumerate() {
                let cell = run.address.wrapping_add((number * Run::CELL) as u16);
                ram.write_word(cell, left);
                ram.write_word(cell.wrapping_add(2), right);
            }
        }
        number = part.end;
    }
}

#[inline(always)]
fn mix_frames<const N: usize>(
    registers: &RegisterFile,
    mix: &BlockMix<N>,
    [left, right]: [&[i16; BLOCK]; 2],
    [echo_left, echo_right]: [i8; 2],
    out: &mut [Frame],
) {
    let volume = |register| Factor::volume(registers.get(register).cast_signed());
    let (main_left, main_right) = (volume(Register::MVOLL), volume(Register::MVOLR));
    let [echo_left, echo_right] = [echo_left, echo_right].map(Factor::volume);
    let mixed = |main, main_volume: Factor, echo, echo_volume: Factor| {
        main_volume.times(main).saturating_add(echo_volume.times(echo))
    };
    let left = mix.left.iter().zip(left).map(|(&main, &echo)| mixed(main, main_left, echo, echo_left));
    let right = mix.right.iter().zip(right).map(|(&main, &echo)| mixed(main, main_right, echo, echo_right));
    for (frame, (left, right)) in out.iter_mut().zip(left.zip(right)) {
        *frame = Frame::new(left, right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_pass_the_cells_that_single_steps_pass() {
        for (esa, edl, offset, page, length) in [
            (0x60, 4, 0, 0x60, 0x2000),
            (0xFF, 1, 8, 0xFF, 0x800),
            (0x60, 2, 0x7F8, 0x61, 0x800),
            (1, 0, 0, 1, 0),
            (1, 0, 4, 1, 0),
        ] {
            let mut registers = RegisterFile::default();
            registers.set(Register::ESA, esa);
            registers.set(Register::EDL, edl);
            let mut runs = DelayLine { page, offset, length, cell: 0 };
            let mut singles = runs;
            let mut number = 0;
            while number < 2_000 {
                let run = runs.pass_run(&registers, 64);
                for cell in 0..run.cells {
                    assert_eq!(singles.cell_address(), run.address.wrapping_add((cell * Run::CELL) as u16));
                    singles.cell = singles.cell_address();
                    singles.advance(&registers);
                }
                assert_eq!(singles, runs);
                number += run.cells;
            }
        }
    }
}

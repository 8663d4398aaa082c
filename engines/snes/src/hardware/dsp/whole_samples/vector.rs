//! The inner loops of blocks with the widest vectors the processor has.
//!
//! The portable code is the truth. Most of it becomes good vector instructions when it is compiled for wider vectors; the
//! interpolation has a version of its own. All arithmetic is on integers, so all versions give the same results;
//! tests compare them. The only unsafe code of the crate is in this module and below it.

#![allow(unsafe_code, reason = "functions for a detected processor feature, and their loads and stores")]

#[cfg(target_arch = "x86_64")]
mod avx2;

#[cfg(target_arch = "x86_64")]
pub(super) use avx2::Avx2;
use tatum_core::Frame;

use super::mix::{self, BlockMix};
use super::plain_voice::{self, Line, Path};
use crate::hardware::Ram;
use crate::hardware::dsp::echo::OutputPath;
use crate::hardware::dsp::registers::RegisterFile;

/// The inner loops that exist more than once; what they do is said at the portable ones.
pub(super) trait Kernels: Copy {
    /// [`plain_voice::interpolate_all`].
    fn interpolate(self, line: &Line, path: &Path, levels: &[i16], outputs: &mut [i16]);

    /// [`mix::add_scaled`].
    fn add_scaled(self, sums: &mut [i16], outputs: &[i16], volume: i8);

    /// [`mix::add_scaled_to_both`].
    fn add_scaled_to_both(self, sums: &mut [i16], echo: &mut [i16], outputs: &[i16], volume: i8);

    /// [`OutputPath::run_block`].
    fn run_echo<const N: usize>(
        self,
        path: &mut OutputPath,
        registers: &RegisterFile,
        ram: &mut Ram,
        mix: &BlockMix<N>,
        out: &mut [Frame],
    );
}

/// The code for every processor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portable;

impl Kernels for Portable {
    fn interpolate(self, line: &Line, path: &Path, levels: &[i16], outputs: &mut [i16]) {
        plain_voice::interpolate_all(line, path, levels, outputs);
    }

    fn add_scaled(self, sums: &mut [i16], outputs: &[i16], volume: i8) {
        mix::add_scaled(sums, outputs, volume);
    }

    fn add_scaled_to_both(self, sums: &mut [i16], echo: &mut [i16], outputs: &[i16], volume: i8) {
        mix::add_scaled_to_both(sums, echo, outputs, volume);
    }

    fn run_echo<const N: usize>(
        self,
        path: &mut OutputPath,
        registers: &RegisterFile,
        ram: &mut Ram,
        mix: &BlockMix<N>,
        out: &mut [Frame],
    ) {
        path.run_block(registers, ram, mix, out);
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;
    use crate::hardware::dsp::brr::SampleRing;
    use crate::hardware::dsp::interpolation::SamplePosition;
    use crate::hardware::dsp::registers::Register;
    use crate::hardware::dsp::whole_samples::BLOCK;

    struct Random(u32);

    impl Random {
        fn next(&mut self) -> u32 {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            self.0 >> 8
        }

        /// Any number, the extremes often.
        fn sample(&mut self) -> i16 {
            match self.next() % 4 {
                0 => i16::MIN,
                1 => i16::MAX,
                _ => self.next() as i16,
            }
        }

        fn samples<const N: usize>(&mut self) -> [i16; N] {
            std::array::from_fn(|_| self.sample())
        }
    }

    #[test]
    fn voices_are_interpolated_and_mixed_alike() {
        let Some(avx2) = Avx2::detect() else { return };
        let mut random = Random(1);
        for _ in 0..3_000 {
            let mut ring = SampleRing::default();
            ring.replace(random.samples(), 0);
            let mut line = Line::new();
            line.begin(&ring);
            let path = Path {
                start: SamplePosition::from_bits(random.next() as u16),
                pitch: random.next() % 0x4000,
                samples: BLOCK,
            };
            line.fill(|| random.sample() & !1);
            let levels: [i16; BLOCK] = std::array::from_fn(|_| (random.next() % 0x800) as i16);
            let [mut portable, mut vector] = [[0; BLOCK]; 2];
            Portable.interpolate(&line, &path, &levels, &mut portable);
            avx2.interpolate(&line, &path, &levels, &mut vector);
            assert_eq!(portable, vector);

            let (sums, echo): ([i16; BLOCK], [i16; BLOCK]) = (random.samples(), random.samples());
            let volume = random.next() as i8;
            let mixed = |add: &dyn Fn(&mut [i16], &mut [i16])| {
                let (mut sums, mut echo) = (sums, echo);
                add(&mut sums[3..], &mut echo[3..]);
                (sums, echo)
            };
            assert_eq!(
                mixed(&|sums, echo| Portable.add_scaled_to_both(sums, echo, &portable[..77], volume)),
                mixed(&|sums, echo| avx2.add_scaled_to_both(sums, echo, &portable[..77], volume)),
            );
            assert_eq!(
                mixed(&|sums, _| Portable.add_scaled(sums, &portable, volume)),
                mixed(&|sums, _| avx2.add_scaled(sums, &portable, volume)),
            );
        }
    }

    #[test]
    fn echoes_are_alike() {
        let Some(avx2) = Avx2::detect() else { return };
        let mut random = Random(2);
        let mut registers = RegisterFile::default();
        let mut paths = [OutputPath::default(), OutputPath::default()];
        let mut rams = [Ram::default(), Ram::default()];
        for _ in 0..2_000 {
            for register in
                [Register::MVOLL, Register::MVOLR, Register::EVOLL, Register::EVOLR, Register::EFB]
            {
                registers.set(register, random.next() as u8);
            }
            for tap in 0..8 {
                registers.set(Register::fir(tap), random.next() as u8);
            }
            registers.set(Register::ESA, if random.next() % 8 == 0 { random.next() as u8 } else { 0xF8 });
            registers.set(Register::EDL, (1 + random.next() % 3) as u8);
            registers.set(Register::FLG, 0);
            let mix = BlockMix::<BLOCK> {
                left: random.samples(),
                right: random.samples(),
                echo_left: random.samples(),
                echo_right: random.samples(),
            };
            let count = 1 + random.next() as usize % BLOCK;
            let mut out = [[Frame::SILENCE; BLOCK]; 2];
            let ([path, other_path], [ram, other_ram], [out, other_out]) = (&mut paths, &mut rams, &mut out);
            Portable.run_echo(path, &registers, ram, &mix, &mut out[..count]);
            avx2.run_echo(other_path, &registers, other_ram, &mix, &mut other_out[..count]);
            assert!(out == other_out);
            assert!(path == other_path);
            assert!(ram == other_ram);
        }
    }
}

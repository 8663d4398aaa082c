//! The signal processor running a "nead" microcode: a command list over DMEM and RAM.

use super::command::{NeadCommand, flags};
use super::envelope_mixer::{self, Buffers, Ramps};
use super::filter::{self, Taps};
use crate::hardware::decoded_frames::DecodedFrames;
use crate::hardware::memory::{DataMemory, Ram, RamAddress, Transfer};
use crate::hardware::vector::{self, CommandProcessor, Kernels};
use crate::hardware::{adpcm, mixer, resample};

/// Which microcode of the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Microcode {
    /// Super Mario 64 Shindou's.
    Shindou,
    /// The Zelda generation's.
    Zelda,
}

impl Microcode {
    /// Where the ADPCM books lie in DMEM.
    const fn books(self) -> usize {
        match self {
            Self::Shindou => 0x3C0,
            Self::Zelda => 0x330,
        }
    }
}

/// The microcode's variables between commands, and its data memory.
#[derive(Clone)]
pub struct SignalProcessor {
    microcode: Microcode,
    memory: DataMemory,
    decoded: DecodedFrames,
    input: usize,
    output: usize,
    count: usize,
    loop_state: RamAddress,
    ramps: Ramps,
    filter_bytes: usize,
    filter_taps: Taps,
    /// The lane that gets a carry in the next ADDMIXER: what the vector register 31 was left with
    /// (`n64-oot.md` 10.1).
    carry_lane: Option<usize>,
}

impl SignalProcessor {
    /// A processor whose memory is all zero.
    #[must_use]
    pub const fn new(microcode: Microcode) -> Self {
        Self {
            microcode,
            memory: DataMemory::new(),
            decoded: DecodedFrames::new(),
            input: 0,
            output: 0,
            count: 0,
            loop_state: 0,
            ramps: Ramps { volumes: [0; 3], steps: [0; 3] },
            filter_bytes: 0,
            filter_taps: [0; 8],
            carry_lane: None,
        }
    }

    /// Runs one task: everything starts at zero, then the list is executed in order.
    pub fn run_task(&mut self, ram: &mut Ram, list: &[NeadCommand]) {
        self.reset();
        vector::run_list(self, ram, list);
    }

    /// As [`SignalProcessor::run_task`], in the code for every processor: tests compare the two.
    pub fn run_task_portable(&mut self, ram: &mut Ram, list: &[NeadCommand]) {
        self.reset();
        vector::run_list_portable(self, ram, list);
    }

    fn reset(&mut self) {
        let decoded = std::mem::replace(&mut self.decoded, DecodedFrames::new());
        // The vector registers keep what the last task left in them.
        *self = Self { carry_lane: self.carry_lane, decoded, ..Self::new(self.microcode) };
    }

    /// Executes one command.
    pub fn execute(&mut self, ram: &mut Ram, command: NeadCommand) {
        vector::run_list(self, ram, &[command]);
    }

    /// DMA into DMEM.
    #[inline(always)]
    fn load(&mut self, ram: &Ram, address: RamAddress, to: usize, bytes: usize) -> Transfer {
        let transfer = Transfer::new(address, to, bytes);
        transfer.run(ram, &mut self.memory);
        transfer
    }

    #[inline(always)]
    fn save(&self, ram: &mut Ram, address: RamAddress, from: usize, bytes: usize) {
        let (to, from) = (address & !7, from & !7);
        let samples = bytes.div_ceil(8) * 4;
        if let Some(words) = self.memory.words_at(from & 0xFFF, samples) {
            ram.write(to, words);
        } else {
            for offset in (0..samples as u32).step_by(4) {
                let block = self.memory.load::<4>(from + 2 * offset as usize);
                ram.write(to.wrapping_add(2 * offset), &block);
            }
        }
    }

    #[inline(always)]
    fn decode<K: Kernels>(
        &mut self,
        kernels: K,
        ram: &mut Ram,
        flag_bits: u8,
        state: RamAddress,
        is_signed8: bool,
    ) {
        let state = state & !7;
        let initial = if flag_bits & flags::INIT != 0 {
            [0; adpcm::FRAME_SAMPLES]
        } else if flag_bits & flags::LOOP != 0 {
            ram.read_block(self.loop_state & !7)
        } else {
            ram.read_block(state)
        };
        let decoding = adpcm::Decoding {
            input: self.input,
            output: self.output,
            books: self.microcode.books(),
            frames: self.count.div_ceil(2 * adpcm::FRAME_SAMPLES),
            initial,
        };
        let memory = &mut self.memory;
        let last = if is_signed8 {
            adpcm::decode_signed8(memory, &decoding)
        } else if flag_bits & flags::TWO_BITS != 0 {
            kernels.decode_two_bits(memory, &decoding)
        } else {
            kernels.decode(memory, ram, &mut self.decoded, &decoding)
        };
        ram.write(state, &last);
        if !is_signed8 {
            self.carry_lane = Some(3);
        }
    }

    #[inline(always)]
    fn resample<K: Kernels>(
        &mut self,
        kernels: K,
        ram: &mut Ram,
        flag_bits: u8,
        pitch: u16,
        state: RamAddress,
    ) {
        let address = state & !7;
        let mut state = if flag_bits & flags::INIT != 0 { [0; 16] } else { ram.read_block(address) };
        resample::resample(
            &mut self.memory,
            (self.input, self.output),
            self.count,
            pitch,
            &mut state,
            resample::History::of_flags(flag_bits),
            #[inline(always)]
            |memory, source, output, blocks, position| {
                kernels.interpolate(memory, source, output, blocks, position)
            },
        );
        ram.write(address, &state);
        self.carry_lane = None;
    }

    #[inline(always)]
    fn filter(&mut self, ram: &mut Ram, flag_bits: u8, address: u16, state: RamAddress) {
        let at = state & !7;
        let is_first = flag_bits & flags::INIT != 0;
        let history = if is_first { [0; 8] } else { ram.read_block(at) };
        let taps = match self.microcode {
            Microcode::Shindou => self.filter_taps,
            Microcode::Zelda => {
                let old = if is_first { [0; 8] } else { ram.read_block(at + 16) };
                filter::average(self.filter_taps, old)
            }
        };
        let last = filter::run(&mut self.memory, address.into(), self.filter_bytes, taps, history);
        ram.write(at, &last);
        if self.microcode == Microcode::Zelda {
            ram.write(at + 16, &taps);
        }
        self.carry_lane = (taps[0] < 0).then_some(7);
    }
}

impl CommandProcessor for SignalProcessor {
    type Command = NeadCommand;

    #[inline(always)]
    fn execute_with<K: Kernels>(&mut self, kernels: K, ram: &mut Ram, command: &NeadCommand) {
        use NeadCommand as C;
        let memory = &mut self.memory;
        match *command {
            C::Noop => {}
            C::Adpcm { flags, state } => self.decode(kernels, ram, flags, state, false),
            C::Signed8 { flags, state } => self.decode(kernels, ram, flags, state, true),
            C::Clear { address, bytes } => mixer::clear(memory, address.into(), bytes.into()),
            C::MultiplyPairs { bytes, input, output } => {
                mixer::multiply_pairs(memory, input.into(), output.into(), bytes.into());
                self.carry_lane = Some(3);
            }
            C::AddMix { bytes, input, output } => {
                mixer::add(memory, input.into(), output.into(), bytes.into(), self.carry_lane);
            }
            C::Resample { flags, pitch, state } => self.resample(kernels, ram, flags, pitch, state),
            C::ZeroOrderHold { pitch, start } => {
                resample::hold(memory, self.input, self.output, self.count, pitch, start);
            }
            C::SetFilter { bytes, taps } => {
                self.filter_bytes = bytes.into();
                self.filter_taps = ram.read_block(taps & !7);
            }
            C::SetFilterTaps { bytes, taps } => {
                self.filter_bytes = bytes.into();
                self.filter_taps = taps;
            }
            C::Filter { flags, address, state } => self.filter(ram, flags, address, state),
            C::SetBuffers { input, output, count } => {
                self.input = input.into();
                self.output = output.into();
                self.count = count.into();
            }
            C::Duplicate { count, input, output } => {
                for copy in 0..usize::from(count.max(1)) {
                    mixer::copy(memory, input.into(), usize::from(output) + 128 * copy, 128);
                }
            }
            C::Move { from, to, bytes } => mixer::copy(memory, from.into(), to.into(), bytes.into()),
            C::LoadBook { bytes, ram: address } => {
                let books = self.microcode.books();
                let transfer = self.load(ram, address, books, bytes.into());
                self.decoded.loaded_books(transfer);
            }
            C::Mix { bytes, gain, input, output } => {
                mixer::mix(kernels, memory, input.into(), output.into(), bytes.into(), gain);
                self.carry_lane = Some(3);
            }
            C::Interleave { bytes, output, left, right } => {
                mixer::interleave(memory, left.into(), right.into(), output.into(), bytes.into());
            }
            C::Gain { gain, bytes, address } => mixer::amplify(memory, address.into(), bytes.into(), gain),
            C::Halve { samples, input, output } => {
                mixer::halve(memory, input.into(), output.into(), samples.into());
            }
            C::SetRamps { reverb, reverb_step, left_step, right_step } => {
                self.ramps.volumes[2] = u16::from(reverb) << 8;
                self.ramps.steps = [left_step, right_step, reverb_step];
            }
            C::SetVolumes { left, right } => {
                self.ramps.volumes[0] = left;
                self.ramps.volumes[1] = right;
            }
            C::EnvelopeMix { input, samples, signs, dry, wet } => {
                let buffers =
                    Buffers { input: input.into(), dry: dry.map(usize::from), wet: wet.map(usize::from) };
                envelope_mixer::mix(kernels, memory, buffers, samples.into(), signs, &mut self.ramps);
            }
            C::Load { bytes, address, ram: from } => {
                let transfer = self.load(ram, from, address.into(), bytes.into());
                self.decoded.loaded_data(transfer);
            }
            C::Save { bytes, address, ram: to } => self.save(ram, to, address.into(), bytes.into()),
            C::SetLoop { ram: address } => self.loop_state = address,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::command::Signs;
    use super::*;
    use crate::hardware::random::{RAM_BYTES, Random};

    /// Buffers as the engine lays them out: none overlaps another.
    const PLAIN_BUFFERS: [u16; 6] = [0x3C0, 0x580, 0x940, 0xAE0, 0xC80, 0xE20];

    impl Random {
        fn nead_buffer(&mut self) -> u16 {
            match self.below(10) {
                0 => self.next() as u16,
                1 => self.next() as u16 & 0xFFE,
                2 => self.next() as u16 & 0xFF0,
                _ => self.of(&PLAIN_BUFFERS),
            }
        }

        /// Five buffers: mostly plain ones in any order.
        fn nead_buffers(&mut self) -> [u16; 5] {
            let first = self.below(6) as usize;
            std::array::from_fn(|index| {
                if self.one_in(40) { self.nead_buffer() } else { PLAIN_BUFFERS[(first + index) % 6] }
            })
        }

        /// Filter coefficients: small, large or any.
        fn taps(&mut self) -> Taps {
            let shift = self.of(&[0, 2, 3, 6]);
            std::array::from_fn(|_| self.sample() >> shift)
        }

        fn signs(&mut self) -> Signs {
            Signs {
                invert_left: self.one_in(4),
                invert_right: self.one_in(4),
                invert_wet_left: self.one_in(4),
                invert_wet_right: self.one_in(4),
                swaps_wet: self.one_in(4),
                is_silent: self.one_in(10),
            }
        }

        fn nead_command(&mut self) -> NeadCommand {
            use NeadCommand as C;
            let (address, input, output) = (self.nead_buffer(), self.nead_buffer(), self.nead_buffer());
            let (bytes, ram, state) = (self.count(), self.ram(), self.state());
            match self.below(32) {
                0..4 => {
                    let flags = self.init() | self.of(&[0, 0, flags::LOOP, flags::TWO_BITS]);
                    C::Adpcm { flags, state }
                }
                4 => C::Signed8 { flags: self.init() | self.of(&[0, flags::LOOP]), state },
                5 => C::Clear { address, bytes },
                6 => C::MultiplyPairs { bytes, input, output },
                7 => C::AddMix { bytes, input, output },
                8..12 => {
                    let pitches = [self.next() as u16, 0x8000, 0xFFFF, 0x7FFF, 0];
                    let flags = self.init() | self.of(&[0, 0, 0, flags::LOOP, flags::TWO_BITS]);
                    C::Resample { flags, pitch: self.of(&pitches), state }
                }
                12 => C::ZeroOrderHold { pitch: self.next() as u16, start: self.next() as u16 },
                13 => C::SetFilter { bytes, taps: ram },
                14 => C::SetFilterTaps { bytes, taps: self.taps() },
                15 | 16 => C::Filter { flags: self.init(), address, state },
                17..20 => C::SetBuffers { input, output, count: bytes },
                20 => C::Duplicate { count: self.below(8) as u8, input, output },
                21 => C::Move { from: input, to: output, bytes },
                22 => C::LoadBook { bytes: self.below(0x101) as u16, ram },
                23 => C::Mix { bytes, gain: self.sample(), input, output },
                24 => C::Interleave { bytes, output, left: input, right: address },
                25 => C::Gain { gain: self.next() as u8, bytes, address },
                26 => C::Halve { samples: bytes / 2, input, output },
                27 => C::SetRamps {
                    reverb: self.next() as u8,
                    reverb_step: self.sample() as u16,
                    left_step: self.sample() as u16,
                    right_step: self.sample() as u16,
                },
                28 => C::SetVolumes { left: self.sample() as u16, right: self.sample() as u16 },
                29 => {
                    let [input, left, right, wet_left, wet_right] = self.nead_buffers();
                    let (dry, wet) = ([left, right], [wet_left, wet_right]);
                    C::EnvelopeMix { input, samples: self.next() as u8, signs: self.signs(), dry, wet }
                }
                30 => self.of(&[C::Load { bytes, address, ram }, C::Save { bytes, address, ram }]),
                _ => C::SetLoop { ram },
            }
        }
    }

    fn random_task(random: &mut Random, microcode: Microcode) -> (SignalProcessor, Ram) {
        let samples: Arc<[i16]> = random.samples().into();
        let mut ram = Ram::new(RAM_BYTES as usize, samples);
        ram.write(0, &random.samples());
        (SignalProcessor::new(microcode), ram)
    }

    #[test]
    fn random_lists_leave_the_same_memory_in_portable_and_vector_code() {
        let mut random = Random::new(1);
        for round in 0..400 {
            let microcode = random.of(&[Microcode::Shindou, Microcode::Zelda]);
            let (mut processor, mut ram) = random_task(&mut random, microcode);
            for part in 0..20 {
                let list: Vec<NeadCommand> = (0..12).map(|_| random.nead_command()).collect();
                let (mut portable_ram, mut portable) = (ram.clone(), processor.clone());
                vector::run_list(&mut processor, &mut ram, &list);
                vector::run_list_portable(&mut portable, &mut portable_ram, &list);
                let place = format!("list {part} of round {round}: {list:x?}");
                assert!(processor.memory.load::<0x800>(0) == portable.memory.load::<0x800>(0), "{place}");
                assert!(ram.work(0) == portable_ram.work(0), "{place}");
            }
        }
    }

    /// Odd addresses take the way of buffers that overlap: it must give the same samples.
    #[test]
    fn buffers_at_odd_addresses_get_the_same_samples() {
        let mut random = Random::new(2);
        for _ in 0..200 {
            let (mut even, mut ram) = random_task(&mut random, Microcode::Zelda);
            let mut odd = even.clone();
            for buffer in PLAIN_BUFFERS.map(usize::from) {
                let samples: [i16; 0xA0] = std::array::from_fn(|_| random.sample());
                even.memory.store(buffer, &samples);
                odd.memory.store(buffer + 1, &samples);
            }
            let [reverb_step, left_step, right_step, left, right] = [(); 5].map(|()| random.sample() as u16);
            let (reverb, samples, signs) = (random.next() as u8, random.below(0x91) as u8, random.signs());
            let bytes = random.below(0x121) as u16;
            let (gain, sixteenths, taps) = (random.sample(), random.next() as u8, random.taps());
            for (processor, offset) in [(&mut even, 0), (&mut odd, 1)] {
                let [a, b, c, d, e, f] = PLAIN_BUFFERS.map(|buffer| buffer + offset);
                for command in [
                    NeadCommand::SetRamps { reverb, reverb_step, left_step, right_step },
                    NeadCommand::SetVolumes { left, right },
                    NeadCommand::EnvelopeMix { input: a, samples, signs, dry: [b, c], wet: [d, e] },
                    NeadCommand::Mix { bytes, gain, input: b, output: f },
                    NeadCommand::AddMix { bytes: bytes & !63, input: d, output: c },
                    NeadCommand::Gain { gain: sixteenths, bytes, address: e },
                    NeadCommand::SetFilterTaps { bytes, taps },
                    NeadCommand::Filter { flags: flags::INIT, address: b, state: 0 },
                    NeadCommand::Move { from: b, to: d, bytes },
                    NeadCommand::Clear { address: b, bytes: bytes / 2 },
                ] {
                    processor.execute(&mut ram, command);
                }
            }
            for buffer in PLAIN_BUFFERS.map(usize::from) {
                assert_eq!(even.memory.load::<0xA0>(buffer), odd.memory.load::<0xA0>(buffer + 1));
            }
        }
    }
}

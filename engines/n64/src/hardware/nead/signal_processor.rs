//! The signal processor running a "nead" microcode: a command list over DMEM and RAM.

use super::command::{NeadCommand, flags};
use super::envelope_mixer::{self, Buffers, Ramps};
use super::filter::{self, Taps};
use crate::hardware::memory::{DataMemory, Ram, RamAddress};
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
        // The vector registers keep what the last task left in them.
        *self = Self { carry_lane: self.carry_lane, ..Self::new(self.microcode) };
    }

    /// Executes one command.
    pub fn execute(&mut self, ram: &mut Ram, command: NeadCommand) {
        vector::run_list(self, ram, &[command]);
    }

    /// DMA into DMEM: both addresses are rounded down to 8, the length up to 8.
    #[inline(always)]
    fn load(&mut self, ram: &Ram, address: RamAddress, to: usize, bytes: usize) {
        let (from, to) = (address & !7, to & !7);
        let samples = bytes.div_ceil(8) * 4;
        if let Some(words) = self.memory.words_at_mut(to & 0xFFF, samples) {
            ram.read(from, words);
        } else {
            for offset in (0..samples as u32).step_by(4) {
                let block = ram.read_block::<4>(from.wrapping_add(2 * offset));
                self.memory.store(to + 2 * offset as usize, &block);
            }
        }
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
        let frames = self.count.div_ceil(2 * adpcm::FRAME_SAMPLES);
        let (input, output) = (self.input, self.output);
        let memory = &mut self.memory;
        let books = self.microcode.books();
        let last = if is_signed8 {
            adpcm::decode_signed8(memory, input, output, frames, initial)
        } else if flag_bits & flags::TWO_BITS != 0 {
            adpcm::decode_two_bits(memory, input, output, books, frames, initial)
        } else {
            kernels.decode(memory, input, output, books, frames, initial)
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
    fn execute_with<K: Kernels>(&mut self, kernels: K, ram: &mut Ram, command: NeadCommand) {
        use NeadCommand as C;
        let memory = &mut self.memory;
        match command {
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
                self.load(ram, address, books, bytes.into());
            }
            C::Mix { bytes, gain, input, output } => {
                mixer::mix(memory, input.into(), output.into(), bytes.into(), gain);
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
                envelope_mixer::mix(memory, buffers, samples.into(), signs, &mut self.ramps);
            }
            C::Load { bytes, address, ram: from } => self.load(ram, from, address.into(), bytes.into()),
            C::Save { bytes, address, ram: to } => self.save(ram, to, address.into(), bytes.into()),
            C::SetLoop { ram: address } => self.loop_state = address,
        }
    }
}

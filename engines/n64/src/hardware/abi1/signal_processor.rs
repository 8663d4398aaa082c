//! The signal processor running the audio microcode: a command list over DMEM and RAM.

use super::command::{AudioCommand, RamAddress, Side, flags};
use super::envelope_mixer::{self, Buffers, Ramp, Targets};
use crate::hardware::adpcm;
use crate::hardware::decoded_frames::DecodedFrames;
use crate::hardware::memory::{DataMemory, Ram, Transfer};
use crate::hardware::mixer;
use crate::hardware::resample;
use crate::hardware::vector::{self, CommandProcessor, Kernels};

/// Where the ADPCM books lie in DMEM.
const BOOKS: usize = 0x4C0;
/// Where the sample area begins; buffer addresses of commands are relative to it.
const SAMPLE_AREA: usize = 0x5C0;

/// The microcode's variables between commands, and its data memory.
#[derive(Clone)]
pub struct SignalProcessor {
    memory: DataMemory,
    decoded: DecodedFrames,
    segments: [u32; 16],
    /// The main input, the main output (dry left), and the auxiliary buffers.
    buffers: Buffers,
    count: usize,
    left: Ramp,
    right: Ramp,
    dry_gain: u16,
    wet_gain: u16,
}

impl SignalProcessor {
    /// A processor whose memory is all zero.
    pub const fn new() -> Self {
        const SILENT: Ramp = Ramp { volume: 0, target: 0, rate: 0 };
        Self {
            memory: DataMemory::new(),
            decoded: DecodedFrames::new(),
            segments: [0; 16],
            buffers: Buffers { input: SAMPLE_AREA, dry: [SAMPLE_AREA; 2], wet: [SAMPLE_AREA; 2] },
            count: 0,
            left: SILENT,
            right: SILENT,
            dry_gain: 0,
            wet_gain: 0,
        }
    }

    /// Runs one task: everything starts at zero, then the list is executed in order.
    pub fn run_task(&mut self, ram: &mut Ram, list: &[AudioCommand]) {
        self.reset();
        vector::run_list(self, ram, list);
    }

    /// As [`SignalProcessor::run_task`], in the code for every processor: tests compare the two.
    pub fn run_task_portable(&mut self, ram: &mut Ram, list: &[AudioCommand]) {
        self.reset();
        vector::run_list_portable(self, ram, list);
    }

    fn reset(&mut self) {
        self.memory.clear();
        let memory = std::mem::replace(&mut self.memory, DataMemory::new());
        let decoded = std::mem::replace(&mut self.decoded, DecodedFrames::new());
        *self = Self { memory, decoded, ..Self::new() };
    }

    /// Executes one command.
    pub fn execute(&mut self, ram: &mut Ram, command: AudioCommand) {
        vector::run_list(self, ram, &[command]);
    }

    /// As [`SignalProcessor::execute`], in the code for every processor.
    pub fn execute_portable(&mut self, ram: &mut Ram, command: AudioCommand) {
        self.execute_with(vector::Portable, ram, &command);
    }

    #[inline(always)]
    fn ramp(&mut self, side: Side) -> &mut Ramp {
        match side {
            Side::Left => &mut self.left,
            Side::Right => &mut self.right,
        }
    }

    /// The loop address shares its storage with the left target and the upper half of the left rate.
    #[inline(always)]
    fn set_loop(&mut self, address: u32) {
        self.left.target = (address >> 16) as u16;
        self.left.rate = address << 16 | self.left.rate & 0xFFFF;
    }

    #[inline(always)]
    fn loop_address(&self) -> u32 {
        u32::from(self.left.target) << 16 | self.left.rate >> 16
    }

    /// Segment numbers are the upper byte; those that stand for Tatum's sample memory pass through.
    #[inline(always)]
    fn physical(&self, address: RamAddress) -> u32 {
        if address >= Ram::SAMPLES {
            address
        } else {
            self.segments[(address >> 24 & 15) as usize].wrapping_add(address & 0xFF_FFFF)
        }
    }

    /// DMA into DMEM: both addresses are rounded down to 8, the length up to 8.
    #[inline(always)]
    fn load(&mut self, ram: &Ram, address: RamAddress, to: usize, bytes: usize) -> Transfer {
        let transfer = Transfer::new(self.physical(address), to, bytes);
        transfer.run(ram, &mut self.memory);
        transfer
    }

    #[inline(always)]
    fn save(&mut self, ram: &mut Ram, address: RamAddress) {
        let to = self.physical(address) & !7;
        let samples = self.count.div_ceil(8) * 4;
        let from = self.buffers.output() & !7;
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
    fn adpcm<K: Kernels>(&mut self, kernels: K, ram: &mut Ram, flag_bits: u8, state: RamAddress) {
        let state = self.physical(state) & !7;
        let initial = if flag_bits & flags::INIT != 0 {
            [0; adpcm::FRAME_SAMPLES]
        } else if flag_bits & flags::LOOP != 0 {
            ram.read_block(self.loop_address() & !7)
        } else {
            ram.read_block(state)
        };
        let frames = self.count.div_ceil(2 * adpcm::FRAME_SAMPLES);
        let decoding = adpcm::Decoding {
            input: self.buffers.input,
            output: self.buffers.output(),
            books: BOOKS,
            frames,
            initial,
        };
        let last = kernels.decode(&mut self.memory, ram, &mut self.decoded, &decoding);
        ram.write(state, &last);
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
        let address = self.physical(state) & !7;
        ram.update(
            address,
            #[inline(always)]
            |state| {
                if flag_bits & flags::INIT != 0 {
                    *state = [0; 16];
                }
                resample::resample(
                    &mut self.memory,
                    (self.buffers.input, self.buffers.output()),
                    self.count,
                    pitch,
                    state,
                    resample::History::Plain,
                    #[inline(always)]
                    |memory, source, output, blocks, position| {
                        kernels.interpolate(memory, source, output, blocks, position)
                    },
                );
            },
        );
    }

    #[inline(always)]
    fn envelope_mix<K: Kernels>(&mut self, kernels: K, ram: &mut Ram, flag_bits: u8, state: RamAddress) {
        let address = self.physical(state) & !7;
        let targets = if flag_bits & flags::SILENT != 0 {
            Targets::None
        } else if flag_bits & flags::AUXILIARY != 0 {
            Targets::DryAndWet
        } else {
            Targets::Dry
        };
        let start = (flag_bits & flags::INIT != 0)
            .then_some(([self.left, self.right], [self.dry_gain as i16, self.wet_gain as i16]));
        ram.update(
            address,
            #[inline(always)]
            |state| {
                envelope_mixer::mix(
                    kernels,
                    &mut self.memory,
                    &self.buffers,
                    targets,
                    self.count,
                    start,
                    state,
                );
            },
        );
    }
}

impl CommandProcessor for SignalProcessor {
    type Command = AudioCommand;

    #[inline(always)]
    fn execute_with<K: Kernels>(&mut self, kernels: K, ram: &mut Ram, command: &AudioCommand) {
        match *command {
            AudioCommand::Noop => {}
            AudioCommand::Adpcm { flags, state } => self.adpcm(kernels, ram, flags, state),
            AudioCommand::Clear { address, bytes } => {
                mixer::clear(&mut self.memory, area(address), usize::from(bytes));
            }
            AudioCommand::EnvelopeMix { flags, state } => self.envelope_mix(kernels, ram, flags, state),
            AudioCommand::Load { ram: address } => {
                let transfer = self.load(ram, address, self.buffers.input, self.count);
                self.decoded.loaded_data(transfer);
            }
            AudioCommand::Resample { flags, pitch, state } => {
                self.resample(kernels, ram, flags, pitch, state);
            }
            AudioCommand::Save { ram: address } => self.save(ram, address),
            AudioCommand::Segment { number, base } => self.segments[usize::from(number & 15)] = base,
            AudioCommand::SetBuffers { input, output, count } => {
                self.buffers.input = area(input);
                self.buffers.dry[0] = area(output);
                self.count = usize::from(count);
            }
            AudioCommand::SetAuxiliaryBuffers { dry_right, wet_left, wet_right } => {
                self.buffers.dry[1] = area(dry_right);
                self.buffers.wet = [area(wet_left), area(wet_right)];
            }
            AudioCommand::SetGains { dry, wet } => {
                self.dry_gain = dry;
                self.wet_gain = wet;
            }
            AudioCommand::SetVolume { side, volume } => self.ramp(side).volume = volume,
            AudioCommand::SetTarget { side, target, rate } => {
                let ramp = self.ramp(side);
                ramp.target = target;
                ramp.rate = rate;
            }
            AudioCommand::Move { from, to, bytes } => {
                mixer::copy(&mut self.memory, area(from), area(to), usize::from(bytes));
            }
            AudioCommand::LoadBook { bytes, ram: address } => {
                let transfer = self.load(ram, address, BOOKS, usize::from(bytes));
                self.decoded.loaded_books(transfer);
            }
            AudioCommand::Mix { gain, input, output } => {
                mixer::mix(kernels, &mut self.memory, area(input), area(output), self.count, gain);
            }
            AudioCommand::Interleave { left, right } => {
                mixer::interleave(
                    &mut self.memory,
                    area(left),
                    area(right),
                    self.buffers.output(),
                    self.count,
                );
            }
            AudioCommand::SetLoop { ram: address } => self.set_loop(self.physical(address)),
        }
    }
}

const fn area(address: u16) -> usize {
    SAMPLE_AREA.wrapping_add(address as usize) & 0xFFF
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::hardware::random::{RAM_BYTES, Random};

    /// Buffers as the engine lays them out: none overlaps another.
    const PLAIN_BUFFERS: [u16; 6] = [0x000, 0x180, 0x4C0, 0x600, 0x740, 0x880];

    impl Random {
        /// A volume or target: mostly not negative, as the engine's are.
        fn volume(&mut self) -> u16 {
            let volume = self.sample() as u16;
            if self.one_in(8) { volume } else { volume & 0x7FFF }
        }

        fn rate(&mut self) -> u32 {
            match self.below(8) {
                0 => self.next(),
                1 => {
                    self.of(&[0, 1, 0xFFFF, 0x1_0000, 0x1_0001, 0x1_FFFF, 0x2_0000, 0x7FFF_FFFF, 0x8000_0000])
                }
                2 | 3 => 0xFF00 + self.below(0x200),
                _ => self.below(0x2_0000),
            }
        }

        fn buffer(&mut self) -> u16 {
            match self.below(10) {
                0 => self.next() as u16,
                1 => self.next() as u16 & 0xFFE,
                2 => self.next() as u16 & 0x9F0,
                _ => self.of(&PLAIN_BUFFERS),
            }
        }

        fn command(&mut self) -> AudioCommand {
            let side = self.of(&[Side::Left, Side::Right]);
            match self.below(20) {
                0 | 1 => {
                    let flags = self.init() | self.of(&[0, 0, flags::LOOP]);
                    AudioCommand::Adpcm { flags, state: self.state() }
                }
                2 => AudioCommand::Clear { address: self.buffer(), bytes: self.count() },
                3..6 => {
                    let flags = self.init()
                        | self.of(&[0, flags::AUXILIARY])
                        | self.of(&[0, 0, 0, 0, 0, flags::SILENT]);
                    AudioCommand::EnvelopeMix { flags, state: self.state() }
                }
                6 => AudioCommand::Load { ram: self.ram() },
                7 | 8 => {
                    let pitches = [self.next() as u16, 0x8000, 0xFFFF, 0x7FFF, 0];
                    let pitch = self.of(&pitches);
                    AudioCommand::Resample { flags: self.init(), pitch, state: self.state() }
                }
                9 => AudioCommand::Save { ram: self.ram() },
                10 | 11 => AudioCommand::SetBuffers {
                    input: self.buffer(),
                    output: self.buffer(),
                    count: self.count(),
                },
                12 => AudioCommand::SetAuxiliaryBuffers {
                    dry_right: self.buffer(),
                    wet_left: self.buffer(),
                    wet_right: self.buffer(),
                },
                13 => AudioCommand::SetGains { dry: self.sample() as u16, wet: self.sample() as u16 },
                14 => AudioCommand::SetVolume { side, volume: self.volume() },
                15 => AudioCommand::SetTarget { side, target: self.volume(), rate: self.rate() },
                16 => AudioCommand::Move { from: self.buffer(), to: self.buffer(), bytes: self.count() },
                17 => AudioCommand::LoadBook { bytes: self.below(0x101) as u16, ram: self.ram() },
                18 => AudioCommand::Mix { gain: self.sample(), input: self.buffer(), output: self.buffer() },
                _ if self.one_in(4) => AudioCommand::SetLoop { ram: self.ram() },
                _ => AudioCommand::Interleave { left: self.buffer(), right: self.buffer() },
            }
        }
    }

    #[test]
    fn random_lists_leave_the_same_memory_in_portable_and_vector_code() {
        let mut random = Random::new(1);
        for round in 0..400 {
            let samples: Arc<[i16]> = random.samples().into();
            let mut ram = Ram::new(RAM_BYTES as usize, samples);
            ram.write(0, &random.samples());
            let mut processor = SignalProcessor::new();
            for part in 0..20 {
                let list: Vec<AudioCommand> = (0..12).map(|_| random.command()).collect();
                let (mut portable_ram, mut portable) = (ram.clone(), processor.clone());
                vector::run_list(&mut processor, &mut ram, &list);
                vector::run_list_portable(&mut portable, &mut portable_ram, &list);
                let place = format!("list {part} of round {round}: {list:x?}");
                assert!(processor.memory.load::<0x800>(0) == portable.memory.load::<0x800>(0), "{place}");
                assert!(ram.work(0) == portable_ram.work(0), "{place}");
            }
        }
    }
}

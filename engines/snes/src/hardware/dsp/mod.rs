//! The S-DSP (`snes-hardware.md` section 4): eight voices, noise, echo.
//!
//! | file | unit |
//! |:--|:--|
//! | `schedule` | the 32 clocks of a sample: what happens when |
//! | `whole_samples` | the fast path: many samples at a time, equal to the schedule |
//! | `voice` | a voice's nine steps |
//! | `brr` | the decoder of compressed samples |
//! | `interpolation` | the Gaussian interpolation and its table |
//! | `envelope` | ADSR and GAIN |
//! | `counter` | the counter that paces envelopes and noise |
//! | `keys` | polling of KON and KOFF, start-up of a voice |
//! | `noise` | the noise generator |
//! | `mixer` | the saturating sums of the voices |
//! | `echo` | delay line, filter, feedback, master volume |
//! | `monitor` | what is heard while voices are muted |
//! | `reach` | where in RAM the chip may read and write soon |
//! | `registers` | the 128 registers |

pub mod brr;
pub mod counter;
pub mod echo;
pub mod envelope;
pub mod interpolation;
mod keys;
pub mod mixer;
mod monitor;
mod noise;
mod reach;
mod registers;
mod schedule;
mod voice;
mod whole_samples;

pub use keys::{KeyDelay, KeyPoll};
pub use noise::Noise;
pub(in crate::hardware) use reach::Prospects;
pub use registers::{Flags, Register, RegisterFile, VoiceRegister};
pub use voice::Voice;
pub(in crate::hardware) use whole_samples::{BLOCK, BlockChanges, KeyChange, Timing, VoiceChange};

use counter::RateCounter;
use echo::OutputPath;
use keys::KeyControl;
use monitor::Monitor;
use voice::VoicePipeline;

use super::Ram;

/// Voices of the chip.
pub const VOICES: usize = 8;

/// Clocks of a sample.
pub const CLOCKS_PER_SAMPLE: u64 = 32;

/// The chip without its RAM, which it shares with the processor and which every clock is given.
#[derive(Clone, Debug)]
pub struct Dsp {
    registers: RegisterFile,
    phase: Phase,
    voices: [Voice; VOICES],
    pipeline: VoicePipeline,
    status: StatusBuffers,
    modes: ModeLatches,
    keys: KeyControl,
    key_poll: Option<KeyPoll>,
    counter: RateCounter,
    noise: Noise,
    output: OutputPath,
    monitor: Option<Box<Monitor>>,
    work: whole_samples::Workspace,
}

/// The clock within a sample, 0 to 31.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Phase(u8);

impl Phase {
    #[inline]
    const fn next(self) -> Self {
        Self((self.0 + 1) & 31)
    }
}

/// ENDX, OUTX and ENVX on their way to the registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct StatusBuffers {
    endx: u8,
    outx: u8,
    envx: u8,
}

/// Registers that take effect at one point of a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct ModeLatches {
    pitch_modulation: u8,
    noise: u8,
    echo: u8,
    directory: u8,
}

impl Dsp {
    /// A chip at clock 0 of its first sample, all voices silent, with the registers as given: their status
    /// registers are kept, and KON counts as written just now (`snes-hardware.md` section 4.2).
    #[must_use]
    pub fn new(registers: RegisterFile) -> Self {
        let mut dsp = Self {
            registers,
            phase: Phase::default(),
            voices: [Voice::default(); VOICES],
            pipeline: VoicePipeline::default(),
            status: StatusBuffers::default(),
            modes: ModeLatches::default(),
            keys: KeyControl::default(),
            key_poll: None,
            counter: RateCounter::default(),
            noise: Noise::default(),
            output: OutputPath::default(),
            monitor: None,
            work: whole_samples::Workspace::new(),
        };
        dsp.keys.written = registers.get(Register::KON);
        dsp.modes.directory = registers.get(Register::DIR);
        dsp.output.line.page = registers.get(Register::ESA);
        dsp
    }

    /// The registers as they are now.
    #[must_use]
    pub const fn registers(&self) -> &RegisterFile {
        &self.registers
    }

    /// Writes a register from outside, with its side effects (section 4.1).
    pub fn write(&mut self, register: Register, value: u8) {
        self.registers.set(register, value);
        match register {
            Register::KON => self.keys.written = value,
            Register::ENDX => {
                self.status.endx = 0;
                self.registers.set(Register::ENDX, 0);
            }
            _ => match register.voice_register() {
                Some((_, VoiceRegister::Envx)) => self.status.envx = value,
                Some((_, VoiceRegister::Outx)) => self.status.outx = value,
                _ => {}
            },
        }
    }

    /// The state of a voice.
    #[must_use]
    pub const fn voice(&self, number: usize) -> &Voice {
        &self.voices[number & 7]
    }

    /// Silences the voices whose bits are set, and the echo if `drops_echo`, in what is heard only: see
    /// [`Monitor`]. `ram` is the chip's RAM.
    pub(crate) fn set_muted(&mut self, muted: u8, drops_echo: bool, ram: &Ram) {
        if muted == 0 && !drops_echo {
            self.monitor = None;
            return;
        }
        let path = &self.output;
        let monitor = self.monitor.get_or_insert_with(|| Box::new(Monitor::new(path.clone(), ram.clone())));
        monitor.set_muted(muted, drops_echo);
    }

    /// Tells the monitor what was written into the RAM from outside.
    #[inline]
    pub(crate) fn observe_ram_write(&mut self, address: u16, value: u8) {
        if let Some(monitor) = &mut self.monitor {
            monitor.ram.write(address, value);
        }
    }

    /// Takes what the last poll of the keys found; a poll happens in clock 30 of every second sample.
    pub(crate) const fn take_key_poll(&mut self) -> Option<KeyPoll> {
        self.key_poll.take()
    }
}

impl Default for Dsp {
    fn default() -> Self {
        Self::new(RegisterFile::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The generator of the check vector of `snes-hardware.md` section 4.8.
    struct Generator(u32);

    impl Generator {
        fn byte(&mut self) -> u8 {
            self.0 = self.0.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7FFF_FFFF;
            (self.0 >> 16) as u8
        }
    }

    fn crc32(bytes: impl IntoIterator<Item = u8>) -> u32 {
        !bytes.into_iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| crc >> 1 ^ if crc & 1 != 0 { 0xEDB8_8320 } else { 0 })
        })
    }

    #[test]
    fn the_check_vector_of_the_specification() {
        let mut generator = Generator(1);
        let mut ram = Ram::default();
        for address in 0..=0xFFFF {
            ram.write(address, generator.byte());
        }
        let mut dsp = Dsp::default();
        for (register, value) in
            [(0x6C, 0), (0x0C, 0x60), (0x1C, 0x60), (0x5D, 0x3C), (0x6D, 0xC0), (0x7D, 2)]
        {
            dsp.write(Register::mirrored(register), value);
        }
        let mut frames = Vec::new();
        let mut clock = 0;
        let mut writes = 6;
        loop {
            let next = clock + 1 + u32::from(generator.byte()) + u32::from(generator.byte() >> 1);
            for _ in clock..next.min(256_000) {
                frames.extend(dsp.tick(&mut ram));
            }
            if next >= 256_000 {
                break;
            }
            clock = next;
            let (a, mut value) = (generator.byte(), generator.byte());
            let register = if a < 90 { 0x4C } else { a & 0x7F };
            match register {
                0x6C => value &= 0x3F,
                0x5C => value &= generator.byte(),
                0x7D => value &= 3,
                _ => {}
            }
            dsp.write(Register::mirrored(register), value);
            writes += 1;
        }
        assert_eq!(writes, 1330);
        assert_eq!(frames.len(), 8000);
        let samples: Vec<(i16, i16)> = frames[1000..1004].iter().map(|f| (f.left, f.right)).collect();
        assert_eq!(samples, [(-4196, 963), (-1970, -2385), (13311, 2266), (5344, 5097)]);
        assert_eq!(
            crc32(frames.iter().flat_map(|f| [f.left.to_le_bytes(), f.right.to_le_bytes()].concat())),
            0x8EAA_4DB0
        );
        assert_eq!(crc32(ram.bytes().iter().copied()), 0xE0C2_0E17);
        assert_eq!(crc32(dsp.registers().bytes().iter().copied()), 0xA6A0_4AEF);
    }
}

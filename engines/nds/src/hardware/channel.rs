use super::adpcm::{AdpcmDecoder, AdpcmSource};
use super::memory::Memory;
use super::noise::NoiseRegister;
use super::registers::{ChannelControl, ChannelFormat, Width, offset};
use super::timer::ChannelTimer;
use super::{pcm, psg};

/// Recordings shorter than this many words hang: busy for ever, silent (nds-hardware 3.1).
const SHORTEST_RECORDING: u64 = 4;
/// Bits of the length register.
const LENGTH_MASK: u32 = 0x001F_FFFF;

/// One of the sixteen channels.
#[derive(Clone, Debug)]
pub struct HardwareChannel {
    kind: Generator,
    registers: Registers,
    /// Bit 31 has risen since the last frame.
    key_on: bool,
    timer: ChannelTimer,
    /// Steps since the start; samples, nibbles or phases, by format.
    position: i64,
    /// The level the mixer reads.
    value: i16,
    noise: NoiseRegister,
    adpcm: AdpcmDecoder,
}

/// What format 3 means on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Generator {
    /// Channels 0 to 7.
    None,
    /// Channels 8 to 13.
    Square,
    /// Channels 14 and 15.
    Noise,
}

#[derive(Clone, Copy, Debug, Default)]
struct Registers {
    control: ChannelControl,
    source: u32,
    timer: u16,
    loop_start: u16,
    length: u32,
}

/// What a busy channel plays at present.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Silent,
    Pcm8,
    Pcm16,
    Adpcm,
    Square,
    Noise,
}

impl Registers {
    /// Loop start in words. An ADPCM loop into the header is taken as one to the first data word.
    fn loop_start(&self, unit: Unit) -> i64 {
        let words = i64::from(self.loop_start);
        if unit == Unit::Adpcm { words.max(1) } else { words }
    }

    fn end(&self) -> i64 {
        i64::from(self.loop_start) + i64::from(self.length)
    }

    fn bounds(&self, unit: Unit, per_word: i64) -> pcm::Bounds {
        pcm::Bounds {
            loop_start: self.loop_start(unit) * per_word,
            end: self.end() * per_word,
            repeat: self.control.repeat(),
        }
    }
}

impl HardwareChannel {
    /// Channel `index` (0 to 15) after power-on.
    #[must_use]
    pub(super) fn new(index: usize) -> Self {
        Self {
            kind: match index {
                8..=13 => Generator::Square,
                14.. => Generator::Noise,
                _ => Generator::None,
            },
            registers: Registers::default(),
            key_on: false,
            timer: ChannelTimer::loaded(0),
            position: 0,
            value: 0,
            noise: NoiseRegister::START,
            adpcm: AdpcmDecoder::default(),
        }
    }

    /// The control register as a read returns it.
    #[must_use]
    pub const fn control(&self) -> ChannelControl {
        self.registers.control
    }

    /// The timer reload register.
    #[must_use]
    pub const fn timer_reload(&self) -> u16 {
        self.registers.timer
    }

    /// Stores `value` at a register offset of this channel.
    pub(super) fn write(&mut self, register: u16, width: Width, value: u32) {
        let registers = &mut self.registers;
        match (register, width) {
            (0..=3, _) => {
                let shift = u32::from(register & 3) * 8;
                let mask = match width {
                    Width::Byte => 0xFF,
                    Width::Half => 0xFFFF,
                    Width::Word => u32::MAX,
                };
                let kept = registers.control.bits() & !(mask << shift);
                self.set_control(ChannelControl::from_bits(kept | (value & mask) << shift));
            }
            (offset::SOURCE, Width::Word) => registers.source = value & 0x07FF_FFFC,
            (offset::TIMER, _) => registers.timer = value as u16,
            (offset::LOOP_START, _) => registers.loop_start = value as u16,
            (offset::LENGTH, Width::Word) => registers.length = value & LENGTH_MASK,
            _ => {}
        }
    }

    /// A rise of bit 31 sets the key-on latch; its fall silences the channel at once.
    const fn set_control(&mut self, control: ChannelControl) {
        if control.is_busy() && !self.registers.control.is_busy() {
            self.key_on = true;
        }
        self.registers.control = control;
    }

    /// Computes the next levels into `values` (which hold zeros); `false` if all stay zero.
    pub(super) fn render(&mut self, memory: &Memory, values: &mut [i16]) -> bool {
        let Some(unit) = self.prepare() else { return false };
        let data = memory.from(self.registers.source);
        match unit {
            Unit::Silent => return false,
            Unit::Pcm8 => self.render_pcm(unit, data.as_chunks::<1>().0, values, pcm::sample8),
            Unit::Pcm16 => self.render_pcm(unit, data.as_chunks::<2>().0, values, pcm::sample16),
            Unit::Adpcm => self.render_adpcm(data, values),
            Unit::Square => {
                let duty = self.registers.control.duty();
                let mut position = self.position;
                self.run(values, |steps| {
                    position += i64::from(steps);
                    Some(psg::square_at(duty, position))
                });
                // Only the phase matters from here on.
                self.position = position & 7;
            }
            Unit::Noise => {
                let mut noise = self.noise;
                self.run(values, |steps| Some(noise.step(steps)));
                self.noise = noise;
            }
        }
        true
    }

    /// Advances without computing levels.
    pub(super) fn skip(&mut self, frames: u32) {
        let Some(unit) = self.prepare() else { return };
        let (first, per_word) = match unit {
            Unit::Pcm8 => (0, 4),
            Unit::Pcm16 => (0, 2),
            Unit::Adpcm => (0, 8),
            Unit::Silent | Unit::Square | Unit::Noise => return,
        };
        let steps = self.timer.skip(self.registers.timer, frames);
        match self.registers.bounds(unit, per_word).advance(self.position + first, steps) {
            Some(position) => self.position = position,
            None => self.end(),
        }
    }

    /// Handles a pending key-on; gives the unit that plays, or `None` if the channel is idle or hangs.
    fn prepare(&mut self) -> Option<Unit> {
        if !self.registers.control.is_busy() {
            return None;
        }
        let unit = self.unit();
        let is_recording = matches!(unit, Unit::Pcm8 | Unit::Pcm16 | Unit::Adpcm);
        if is_recording && (self.registers.end() as u64) < SHORTEST_RECORDING {
            return None;
        }
        if self.key_on {
            self.key_on = false;
            self.timer = ChannelTimer::loaded(self.registers.timer);
            self.position = if is_recording { pcm::START_POSITION } else { psg::START_POSITION };
            self.value = 0;
            self.noise = NoiseRegister::START;
            self.adpcm = AdpcmDecoder::default();
        }
        Some(unit)
    }

    const fn unit(&self) -> Unit {
        match (self.registers.control.format(), self.kind) {
            (ChannelFormat::Pcm8, _) => Unit::Pcm8,
            (ChannelFormat::Pcm16, _) => Unit::Pcm16,
            (ChannelFormat::Adpcm, _) => Unit::Adpcm,
            (ChannelFormat::Generator, Generator::Square) => Unit::Square,
            (ChannelFormat::Generator, Generator::Noise) => Unit::Noise,
            (ChannelFormat::Generator, Generator::None) => Unit::Silent,
        }
    }

    /// `data` are the samples from the source register on; behind them there are zeros.
    fn render_pcm<const BYTES: usize>(
        &mut self,
        unit: Unit,
        data: &[[u8; BYTES]],
        values: &mut [i16],
        sample: impl Fn([u8; BYTES]) -> i16,
    ) {
        let bounds = self.registers.bounds(unit, 4 / BYTES as i64);
        let mut ahead = self.timer;
        let steps = ahead.skip(self.registers.timer, values.len() as u32);
        let mut position = self.position;
        let last = position.saturating_add(steps as i64);
        if let (Ok(first), true) = (usize::try_from(position), last < bounds.end) {
            // Neither the start nor the end comes by in this block.
            let passed = data.get(first..).unwrap_or_default();
            let passed = &passed[..passed.len().min(steps as usize + 1)];
            let mut place = 0;
            self.run(values, |steps| {
                place += steps as usize;
                Some(passed.get(place).map_or(0, |bytes| sample(*bytes)))
            });
            position = last;
        } else {
            self.run(values, |steps| {
                position = bounds.advance(position, u64::from(steps))?;
                Some(
                    usize::try_from(position)
                        .ok()
                        .and_then(|at| data.get(at))
                        .map_or(0, |bytes| sample(*bytes)),
                )
            });
        }
        self.position = position;
    }

    fn render_adpcm(&mut self, data: &[u8], values: &mut [i16]) {
        let bounds = self.registers.bounds(Unit::Adpcm, 8);
        let source =
            AdpcmSource { data, loop_start: bounds.loop_start, end: bounds.end, repeat: bounds.repeat };
        let mut position = self.position;
        let mut decoder = self.adpcm;
        self.run(values, |steps| decoder.step(&source, &mut position, steps));
        self.position = position;
        self.adpcm = decoder;
    }

    /// Runs the timer over a block: `level(steps)` moves the unit on and gives its level, or `None` at the end of a
    /// one-shot, which ends the channel within that frame.
    #[inline(always)]
    fn run(&mut self, values: &mut [i16], mut level: impl FnMut(u32) -> Option<i16>) {
        let quiet = self.timer.quiet_frames(values.len());
        self.timer.pass(quiet);
        let (before, after) = values.split_at_mut(quiet);
        before.fill(self.value);
        let mut value = self.value;
        let mut ended = false;
        self.timer.run(self.registers.timer, after.iter_mut(), |slot, steps| {
            if ended {
                return;
            }
            match level(steps) {
                Some(next) => value = next,
                None => {
                    ended = true;
                    value = 0;
                }
            }
            *slot = value;
        });
        self.value = value;
        if ended {
            self.end();
        }
    }

    /// The end of a one-shot: silent, no longer busy.
    const fn end(&mut self) {
        self.value = 0;
        self.registers.control = self.registers.control.stopped();
    }
}

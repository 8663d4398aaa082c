use super::adpcm::{AdpcmDecoder, AdpcmSource, DecodedRecording, HEADER_NIBBLES};
use super::memory::Memory;
use super::noise::NoiseRegister;
use super::pcm::{Place, Sample, Straight};
use super::psg::SquareWave;
use super::registers::{ChannelControl, ChannelFormat, Width, offset};
use super::timer::{Block, ChannelTimer, Overflows};
use super::vector::{self, REACH, Windows};
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
    recording: DecodedRecording,
    /// The position says what the ADPCM decoder's state is, and `adpcm` is out of date: so from a key-on until a
    /// register that shapes the recording is written.
    follows_recording: bool,
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
            recording: DecodedRecording::default(),
            follows_recording: false,
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
            (offset::TIMER, _) => registers.timer = value as u16,
            (offset::SOURCE, Width::Word) => {
                self.leave_recording();
                self.registers.source = value & 0x07FF_FFFC;
            }
            (offset::LOOP_START, _) => {
                self.leave_recording();
                self.registers.loop_start = value as u16;
            }
            (offset::LENGTH, Width::Word) => {
                self.leave_recording();
                self.registers.length = value & LENGTH_MASK;
            }
            _ => {}
        }
    }

    /// The recording is no longer what it was at key-on: from here on the decoder has a state of its own.
    fn leave_recording(&mut self) {
        if std::mem::take(&mut self.follows_recording) {
            let loop_start = self.registers.bounds(Unit::Adpcm, 8).loop_start;
            self.adpcm = self.recording.decoder_at(self.position, loop_start);
        }
    }

    /// A rise of bit 31 sets the key-on latch; its fall silences the channel at once.
    fn set_control(&mut self, control: ChannelControl) {
        let before = self.registers.control;
        if control.format() != before.format() || control.repeat() != before.repeat() {
            self.leave_recording();
        }
        if control.is_busy() && !self.registers.control.is_busy() {
            self.key_on = true;
        }
        self.registers.control = control;
    }

    /// Computes the levels of a block; `false`, and nothing is computed, if all are zero.
    pub(super) fn render(&mut self, memory: &Memory, block: &mut Block) -> bool {
        let Some(unit) = self.prepare() else { return false };
        let data = memory.from(self.registers.source);
        match unit {
            Unit::Silent => return false,
            Unit::Pcm8 => self.render_pcm(unit, data.as_chunks::<1>().0, block),
            Unit::Pcm16 => self.render_pcm(unit, data.as_chunks::<2>().0, block),
            Unit::Adpcm => self.render_adpcm(data, block),
            Unit::Square => self.render_square(block),
            Unit::Noise => self.render_noise(block),
        }
        true
    }

    // The units are functions of their own: in one body their inner loops run out of registers.

    #[inline(never)]
    fn render_square(&mut self, block: &mut Block) {
        let position = self.position as u32;
        let (overflows, levels) = self.count(block);
        vector::fill(SquareWave::new(self.registers.control.duty(), position), overflows, levels);
        // Only the phase matters from here on.
        self.position = i64::from(position.wrapping_add(overflows.last()) & 7);
        self.keep_last(block);
    }

    #[inline(never)]
    fn render_noise(&mut self, block: &mut Block) {
        let (overflows, levels) = self.count(block);
        vector::fill(self.noise, overflows, levels);
        self.noise = self.noise.shifted(overflows.last());
        self.keep_last(block);
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
            self.follows_recording =
                unit == Unit::Adpcm && DecodedRecording::takes(&self.registers.bounds(unit, 8));
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

    /// `samples` are those from the source register on; behind them there are zeros.
    #[inline(never)]
    fn render_pcm<S: Sample>(&mut self, unit: Unit, samples: &[S], block: &mut Block)
    where
        for<'a> Straight<'a, S>: Windows,
    {
        let bounds = self.registers.bounds(unit, 4 / size_of::<S>() as i64);
        let (overflows, levels) = self.count(block);
        let reached = Place { position: self.position, first: 0, bounds }.play(samples, overflows, levels);
        self.reach(reached, block);
    }

    #[inline(never)]
    fn render_adpcm(&mut self, data: &[u8], block: &mut Block) {
        let bounds = self.registers.bounds(Unit::Adpcm, 8);
        if self.follows_recording {
            let (overflows, levels) = self.count(block);
            let place = Place { position: self.position, first: HEADER_NIBBLES, bounds };
            let last =
                (self.position + i64::from(overflows.last_of_group())).min(bounds.end - 1) + REACH as i64;
            let samples = self.recording.up_to(self.registers.source, data, last);
            let reached = place.play(samples, overflows, levels);
            self.reach(reached, block);
            return;
        }
        let source =
            AdpcmSource { data, loop_start: bounds.loop_start, end: bounds.end, repeat: bounds.repeat };
        let mut position = self.position;
        let mut decoder = self.adpcm;
        self.run(block, |steps| decoder.step(&source, &mut position, steps));
        self.position = position;
        self.adpcm = decoder;
    }

    /// Runs the timer past the frames in front of its first overflow, which hold the present level; gives their number.
    #[inline(always)]
    fn hold(&mut self, block: &mut Block) -> usize {
        let quiet = self.timer.quiet_frames(block.frames);
        self.timer.pass(quiet);
        block.levels[..quiet].fill(self.value);
        quiet
    }

    /// Runs the timer over a block: its overflows from the first of them on, and the levels from there on. Those before are made.
    #[inline(always)]
    fn count<'a>(&mut self, block: &'a mut Block) -> (Overflows, &'a mut [i16]) {
        let quiet = self.hold(block);
        let overflows = self.timer.count(self.registers.timer, block.frames - quiet);
        (overflows, &mut block.levels[quiet..])
    }

    /// The block's last level stays until the timer next overflows.
    #[inline(always)]
    fn keep_last(&mut self, block: &Block) {
        self.value = block.levels[..block.frames].last().copied().unwrap_or(self.value);
    }

    /// The position that a recording has reached, or `None` at the end of a one-shot.
    #[inline(always)]
    fn reach(&mut self, position: Option<i64>, block: &Block) {
        self.keep_last(block);
        match position {
            Some(position) => self.position = position,
            None => self.end(),
        }
    }

    /// Runs the timer over a block: `level(steps)` moves the unit on and gives its level, or `None` at the end of a
    /// one-shot, which ends the channel within that frame.
    #[inline(always)]
    fn run(&mut self, block: &mut Block, mut level: impl FnMut(u32) -> Option<i16>) {
        let quiet = self.hold(block);
        let mut value = self.value;
        let mut ended = false;
        self.timer.run(self.registers.timer, block.levels[quiet..block.frames].iter_mut(), |slot, steps| {
            if !ended {
                let next = level(steps);
                ended = next.is_none();
                value = next.unwrap_or(0);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::BASE_ADDRESS;
    use crate::hardware::random::Random;

    /// The levels of a recording of 8 or 16 bits, overflow by overflow, and whether the channel is busy at the end.
    fn stepped(
        image: &[u8],
        bounds: pcm::Bounds,
        bytes: usize,
        reload: u16,
        frames: usize,
    ) -> (Vec<i16>, bool) {
        let mut timer = ChannelTimer::loaded(reload);
        let (mut position, mut value, mut is_busy) = (pcm::START_POSITION, 0, true);
        let mut levels = vec![0; frames];
        let quiet = timer.quiet_frames(frames);
        timer.pass(quiet);
        timer.run(reload, levels[quiet..].iter_mut(), |level, overflows| {
            for _ in 0..overflows {
                position = bounds.advance(position, 1).unwrap_or_else(|| {
                    is_busy = false;
                    i64::MAX / 4
                });
                let sample =
                    usize::try_from(position).ok().and_then(|at| image.get(at.checked_mul(bytes)?..));
                value = match sample {
                    Some([low, high, ..]) if bytes == 2 => i16::from_le_bytes([*low, *high]),
                    Some([byte, ..]) if bytes == 1 => i16::from_le_bytes([0, *byte]),
                    _ => 0,
                };
            }
            *level = value;
        });
        (levels, is_busy)
    }

    #[test]
    fn recordings_play_as_their_steps_say() {
        let mut random = Random(11);
        let image: Vec<u8> = (0..1021).map(|_| random.below(256) as u8).collect();
        let memory = Memory::new(image.clone().into());
        let mut ends = [0; 2];
        for round in 0..4_000 {
            let source = 4 * random.below(64);
            let (loop_start, length) = (random.below(24), random.below(24));
            let reload = (0x1_0000 - (1 << (5 + random.below(11))) - random.below(40)) as u16;
            let (format, bytes) = [(0, 1), (1, 2)][random.below(2) as usize];
            let repeat = random.below(3);
            let mut channel = HardwareChannel::new(0);
            channel.write(offset::SOURCE, Width::Word, BASE_ADDRESS + source);
            channel.write(offset::LOOP_START, Width::Half, loop_start);
            channel.write(offset::LENGTH, Width::Word, length);
            channel.write(offset::TIMER, Width::Half, reload.into());
            let control = 0x8000_0000 | format << 29 | repeat << 27;
            channel.write(offset::CONTROL, Width::Word, control);
            let frames = 192 * 4;
            let mut levels: Vec<i16> = Vec::new();
            while levels.len() < frames {
                let mut block = Block::new();
                block.frames = (1 + random.below(192) as usize).min(frames - levels.len());
                channel.render(&memory, &mut block);
                levels.extend(&block.levels[..block.frames]);
            }
            let unit = if bytes == 1 { Unit::Pcm8 } else { Unit::Pcm16 };
            let bounds = channel.registers.bounds(unit, 4 / bytes as i64);
            let (expected, is_busy) = if u64::from(loop_start + length) < SHORTEST_RECORDING {
                (vec![0; frames], true)
            } else {
                stepped(&image[source as usize..], bounds, bytes, reload, frames)
            };
            assert!(levels == expected, "round {round}: {bounds:?}, reload {reload:#x}");
            assert_eq!(channel.control().is_busy(), is_busy, "round {round}");
            ends[usize::from(is_busy)] += 1;
        }
        assert!(ends.iter().all(|&times| times > 500), "{ends:?}");
    }

    #[test]
    fn recordings_kept_play_as_recordings_decoded() {
        let mut random = Random(7);
        let image: Vec<u8> = (0..4096).map(|_| random.below(256) as u8).collect();
        let memory = Memory::new(image.into());
        let mut keeping = HardwareChannel::new(0);
        let mut decoding = HardwareChannel::new(0);
        let (mut kept, mut decoded) = (Block::new(), Block::new());
        let mut has_followed = 0;
        for round in 0..40_000 {
            let source = BASE_ADDRESS + 4 * random.below(8);
            let (register, width, value) = match random.below(24) {
                0 => (offset::SOURCE, Width::Word, source),
                1 => (offset::LOOP_START, Width::Half, random.below(20)),
                2 => (offset::LENGTH, Width::Word, random.below(40)),
                // Mostly ADPCM, mostly looping.
                3 => (
                    3,
                    Width::Byte,
                    [0xC8, 0xC8, 0xC8, 0xD0, 0xC0, 0xA8, 0x88, 0x48][random.below(8) as usize],
                ),
                4..8 => (3, Width::Byte, 0xC8),
                8..12 => (offset::TIMER, Width::Half, 0x1_0000 - 30 * (1 + random.below(60))),
                _ => (0, Width::Byte, random.below(128)),
            };
            for channel in [&mut keeping, &mut decoding] {
                channel.write(register, width, value);
            }
            let _ = decoding.prepare();
            decoding.follows_recording = false;
            let frames = random.below(60) as usize;
            for (channel, block) in [(&mut keeping, &mut kept), (&mut decoding, &mut decoded)] {
                block.frames = frames;
                block.levels.fill(0);
                channel.render(&memory, block);
            }
            let (kept, decoded) = (&kept.levels[..frames], &decoded.levels[..frames]);
            has_followed += usize::from(keeping.follows_recording && kept.iter().any(|&level| level != 0));
            assert_eq!(kept, decoded, "round {round}");
            assert_eq!(keeping.control(), decoding.control());
        }
        assert!(has_followed > 1_000, "{has_followed}");
    }
}

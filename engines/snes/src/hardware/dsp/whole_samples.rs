//! The fast path: whole samples at a time, voice after voice.
//!
//! While nobody looks, the order of the 32 clocks matters only where one step depends on another. This file
//! does the same work in an order that suits the machine: each voice makes all its samples of a block, then the
//! echo takes them all. It is used between samples only, while the echo does not overwrite what voices read, and
//! it must equal [`Dsp::tick`] in every register, sample and cell of RAM.

use tatum_core::Frame;

use super::brr::BrrHeader;
use super::counter::Events;
use super::echo::{
    DelayLine, LatchedFlags, OutputPath, TAPS, filter_end, from_line, mix_feedback, mix_output, tap,
};
use super::envelope::EnvelopeRegisters;
use super::keys::KeyControl;
use super::mixer::{Mix, Stereo, scaled};
use super::registers::{Flags, Register, RegisterFile, VoiceRegister};
use super::voice::{bit, directory_entry, modulated};
use super::{Dsp, ModeLatches, VOICES};
use crate::hardware::Ram;

/// Most samples at a time.
pub(in crate::hardware) const BLOCK: usize = 64;

/// When a register write within a sample takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::hardware) enum Timing {
    /// In the sample in which it happens, as if it had been there from the start.
    Early,
    /// In the next sample.
    Late,
    /// In the middle: this sample must go clock by clock.
    Inside,
}

impl Timing {
    /// When a write before clock `clock` (0 to 31) of a sample takes effect.
    pub(in crate::hardware) fn of_write(register: Register, value: u8, clock: u64, dsp: &Dsp) -> Self {
        let Some(used) = clock_of_use(register) else {
            return match register {
                // FLG is looked at all the time, but writing what is there already changes nothing.
                Register::FLG if value == dsp.registers.get(Register::FLG) => Self::Early,
                // M29 forgets key-ons, M30 takes them over.
                Register::KON if clock <= 29 => Self::Early,
                Register::KON if clock > 30 => Self::Late,
                _ => Self::Inside,
            };
        };
        if clock <= used { Self::Early } else { Self::Late }
    }
}

/// The clock at which a register is read, if there is only one, and if writing it has no effect of its own.
fn clock_of_use(register: Register) -> Option<u64> {
    if register.is_status() {
        return None;
    }
    if let Some((voice, register)) = register.voice_register() {
        return Some(clock_of_voice_use(voice as u64, register));
    }
    match register {
        Register::FLG | Register::KON => None,
        Register::MVOLL | Register::EVOLL | Register::EFB => Some(26),
        Register::MVOLR | Register::EVOLR | Register::PMON => Some(27),
        Register::NON | Register::EON | Register::DIR => Some(28),
        Register::ESA | Register::EDL => Some(29),
        Register::KOFF => Some(30),
        _ if register == Register::fir(0) => Some(22),
        _ if register == Register::fir(1) || register == Register::fir(2) => Some(23),
        _ if (3..=5).any(|tap| register == Register::fir(tap)) => Some(24),
        _ if register == Register::fir(6) || register == Register::fir(7) => Some(25),
        // Never read by the chip.
        _ => Some(31),
    }
}

fn clock_of_voice_use(voice: u64, register: VoiceRegister) -> u64 {
    match (register, voice) {
        (VoiceRegister::VolumeLeft, 0) => 31,
        (VoiceRegister::VolumeLeft, _) => 3 * voice - 1,
        (VoiceRegister::VolumeRight, _) => 3 * voice,
        (VoiceRegister::PitchLow | VoiceRegister::Adsr1, 0) => 21,
        (VoiceRegister::PitchLow | VoiceRegister::Adsr1, _) => 3 * voice - 3,
        (VoiceRegister::PitchHigh, 0) => 22,
        (VoiceRegister::Adsr2 | VoiceRegister::Gain, 0) => 30,
        (VoiceRegister::PitchHigh | VoiceRegister::Adsr2 | VoiceRegister::Gain, _) => 3 * voice - 2,
        (VoiceRegister::Source, 0) => 17,
        (VoiceRegister::Source, 1) => 20,
        (VoiceRegister::Source, 2) => 31,
        (VoiceRegister::Source, _) => 3 * voice - 7,
        (VoiceRegister::Envx | VoiceRegister::Outx, _) => 31,
    }
}

/// What all voices share in one block.
struct Surroundings<'a> {
    ram: &'a Ram,
    modes: ModeLatches,
    /// The keys at the first sample.
    keys: KeyControl,
    noise: &'a [i16],
    events: &'a [Events],
    resets: bool,
}

/// The samples of one voice; one more than a block, because voice 0 is a sample ahead.
type Outputs = [i16; BLOCK + 1];

/// The sums of a block.
struct BlockMix {
    left: [i16; BLOCK],
    right: [i16; BLOCK],
    echo_left: [i16; BLOCK],
    echo_right: [i16; BLOCK],
}

impl BlockMix {
    fn new() -> Self {
        Self { left: [0; BLOCK], right: [0; BLOCK], echo_left: [0; BLOCK], echo_right: [0; BLOCK] }
    }

    /// Voice 0's first left sample has been in the sums since the end of the sample before.
    fn add_voice_0(&mut self, outputs: &[i16], volumes: (i32, i32), into_echo: bool, carried: &Mix) {
        self.add(outputs, volumes, into_echo);
        self.left[0] = carried.main.left as i16;
        self.echo_left[0] = carried.echo.left as i16;
    }

    fn add(&mut self, outputs: &[i16], (left, right): (i32, i32), into_echo: bool) {
        add_scaled(&mut self.left, outputs, left);
        add_scaled(&mut self.right, outputs, right);
        if into_echo {
            add_scaled(&mut self.echo_left, outputs, left);
            add_scaled(&mut self.echo_right, outputs, right);
        }
    }
}

/// A voice's samples have at most 2047/2048 of full scale, so that even times -128/128 they fit into 16 bits.
#[inline]
fn add_scaled(sums: &mut [i16], outputs: &[i16], volume: i32) {
    for (sum, &output) in sums.iter_mut().zip(outputs) {
        *sum = sum.saturating_add(scaled(i32::from(output), volume) as i16);
    }
}

impl Dsp {
    /// Whether clock 0 of a sample comes next.
    pub(in crate::hardware) const fn is_between_samples(&self) -> bool {
        self.phase.0 == 0
    }

    /// How many samples can be made at a time: one while something written is still on its way through the
    /// latches, else a block.
    pub(in crate::hardware) fn samples_at_a_time(&self) -> usize {
        let get = |register| self.registers.get(register);
        let source = |voice| self.registers.voice(voice, VoiceRegister::Source);
        let directory = get(Register::DIR);
        let modes = ModeLatches {
            pitch_modulation: get(Register::PMON) & 0xFE,
            noise: get(Register::NON),
            echo: get(Register::EON),
            directory,
        };
        let line = &self.output.line;
        let block = BLOCK as u16 * 4;
        let is_settled = self.modes == modes
            && self.keys.on == 0
            && self.keys.written == 0
            && self.keys.off == get(Register::KOFF)
            && self.pipeline.source == source(2)
            && self.pipeline.directory_entry == directory_entry(directory, source(1))
            && line.page == get(Register::ESA)
            // All cells of a block are different ones.
            && line.length >= block
            && DelayLine::wanted_length(&self.registers) >= block;
        if is_settled { BLOCK } else { 1 }
    }

    /// Makes `count` samples, as many as [`Dsp::samples_at_a_time`] allows, from clock 0 to clock 0.
    pub(in crate::hardware) fn run_samples(&mut self, count: usize, ram: &mut Ram, frames: &mut Vec<Frame>) {
        let modes = self.modes;
        let keys = self.keys;
        // Noise and events of each sample; what they are at its clock 0, and after the last one.
        let mut noise = [0; BLOCK + 1];
        let mut events = [Events::default(); BLOCK + 1];
        noise[0] = self.noise.sample();
        events[0] = self.counter.events();
        for (noise, events) in noise.iter_mut().zip(&mut events).skip(1).take(count) {
            self.m27();
            self.m28();
            self.m29();
            self.m30();
            *noise = self.noise.sample();
            *events = self.counter.events();
        }
        let resets = Flags(self.registers.get(Register::FLG)).resets();
        let mut mix = BlockMix::new();
        let mut heard = self.monitor.as_ref().map(|_| BlockMix::new());

        let now = Surroundings { ram, modes, keys, noise: &noise[..count], events: &events[..count], resets };
        // Voice 0 is a sample ahead: what it makes at the end of this sample is heard in the next one.
        let ahead = Surroundings {
            modes: self.modes,
            keys: KeyControl { polls: !keys.polls, ..self.keys },
            noise: &noise[1..=count],
            events: &events[1..=count],
            ..now
        };
        let entry = |dsp: &Self, voice| {
            directory_entry(modes.directory, dsp.registers.voice(voice, VoiceRegister::Source))
        };
        let mut outputs: Outputs = [0; BLOCK + 1];
        let mut modulator: Outputs = [0; BLOCK + 1];
        outputs[0] = self.pipeline.output as i16;
        self.publish_endx(0, self.pipeline.looped != 0);
        let (looped_before, looped_last, envx) =
            self.run_voice(0, entry(self, 0), &ahead, &[], &mut outputs[1..=count]);
        self.publish_endx_bit(0, looped_before);
        self.publish(0, outputs[count - 1], envx);
        let into_echo = modes.echo & bit(0) != 0;
        mix.add_voice_0(&outputs[..count], self.volumes(0), into_echo, &self.output.mix);
        if let (Some(heard), Some(monitor)) = (&mut heard, &self.monitor) {
            let outputs = if monitor.mutes(0) { &[] } else { &outputs[..count] };
            heard.add_voice_0(outputs, self.volumes(0), into_echo, &monitor.path.mix);
        }
        let carried = i32::from(outputs[count]);
        for voice in 1..VOICES {
            std::mem::swap(&mut outputs, &mut modulator);
            let entry = match voice {
                1 => self.pipeline.directory_entry,
                2 => directory_entry(modes.directory, self.pipeline.source),
                _ => entry(self, voice),
            };
            let (before, last, _) =
                self.run_voice(voice, entry, &now, &modulator[..count], &mut outputs[..count]);
            self.publish_endx(voice, before | last);
            self.publish(voice, outputs[count - 1], self.voices[voice].envx);
            let volumes = self.volumes(voice);
            let into_echo = modes.echo & bit(voice) != 0;
            mix.add(&outputs[..count], volumes, into_echo);
            if let (Some(heard), Some(monitor)) = (&mut heard, &self.monitor)
                && !monitor.mutes(voice)
            {
                heard.add(&outputs[..count], volumes, into_echo);
            }
        }
        self.pipeline.output = carried;
        self.pipeline.looped = if looped_last { bit(0) } else { 0 };
        self.pipeline.directory_entry =
            directory_entry(self.modes.directory, self.registers.voice(1, VoiceRegister::Source));
        self.pipeline.source = self.registers.voice(2, VoiceRegister::Source);

        let start = frames.len();
        frames.resize(start + count, Frame::SILENCE);
        let block = frames.get_mut(start..).unwrap_or_default();
        self.output.run(&self.registers, ram, &mix, block);
        if let (Some(heard), Some(monitor)) = (&heard, &mut self.monitor) {
            monitor.path.run(&self.registers, &mut monitor.ram, heard, block);
        }
        self.carry_out(carried);
    }

    /// Voice 0's left sample at the end of the block.
    fn carry_out(&mut self, output: i32) {
        let amplitude = scaled(output, self.volumes(0).0);
        let into_echo = self.modes.echo & bit(0) != 0;
        let mutes = self.monitor.as_ref().is_some_and(|monitor| monitor.mutes(0));
        let heard = self.monitor.as_mut().map(|monitor| (&mut monitor.path, mutes));
        for (path, mutes) in [(&mut self.output, false)].into_iter().chain(heard) {
            let amplitude = if mutes { 0 } else { amplitude };
            path.mix.main = Stereo { left: amplitude, right: 0 };
            path.mix.echo = Stereo { left: if into_echo { amplitude } else { 0 }, right: 0 };
        }
    }

    fn volumes(&self, voice: usize) -> (i32, i32) {
        let volume = |register| self.registers.signed(Register::of_voice(voice, register));
        (volume(VoiceRegister::VolumeLeft), volume(VoiceRegister::VolumeRight))
    }

    /// V5 and V7: ENDX.
    fn publish_endx(&mut self, voice: usize, looped: bool) {
        self.publish_endx_bit(voice, looped);
        if self.voices[voice].key_delay.is_first() {
            let endx = self.registers.get(Register::ENDX) & !bit(voice);
            self.registers.set(Register::ENDX, endx);
        }
    }

    fn publish_endx_bit(&mut self, voice: usize, looped: bool) {
        if looped {
            self.registers.set(Register::ENDX, self.registers.get(Register::ENDX) | bit(voice));
        }
    }

    /// V6 to V9: OUTX and ENVX.
    fn publish(&mut self, voice: usize, output: i16, envx: u8) {
        self.registers.set(Register::of_voice(voice, VoiceRegister::Outx), (output >> 8) as u8);
        self.registers.set(Register::of_voice(voice, VoiceRegister::Envx), envx);
    }

    /// V2 to V4 of one voice for a block of samples. Returns whether its sample jumped before the last sample of
    /// the block, and in it, and its ENVX before the last sample.
    fn run_voice(
        &mut self,
        number: usize,
        entry: u16,
        around: &Surroundings<'_>,
        modulator: &[i16],
        outputs: &mut [i16],
    ) -> (bool, bool, u8) {
        let base_pitch = self.pitch_register(number);
        let registers = EnvelopeRegisters {
            adsr1: self.registers.voice(number, VoiceRegister::Adsr1),
            adsr2: self.registers.voice(number, VoiceRegister::Adsr2),
            gain: self.registers.voice(number, VoiceRegister::Gain),
        };
        let is_modulated = around.modes.pitch_modulation & bit(number) != 0;
        let is_noise = around.modes.noise & bit(number) != 0;
        let (on, off) = (around.keys.on & bit(number) != 0, around.keys.off & bit(number) != 0);
        let mut polls = around.keys.polls;
        let ram = around.ram;
        let mut voice = self.voices[number];
        let (mut looped_before, mut looped, mut envx_before) = (false, false, voice.envx);

        let samples = outputs.iter_mut().zip(around.noise).zip(around.events).enumerate();
        for (number, ((output, &noise), &events)) in samples {
            looped_before |= looped;
            envx_before = voice.envx;
            let mut pitch = match modulator.get(number) {
                Some(&modulator) if is_modulated => modulated(base_pitch, i32::from(modulator)),
                _ => base_pitch,
            };
            let starts = !voice.key_delay.is_over();
            let next = || ram.read_word(entry.wrapping_add(if starts { 0 } else { 2 }));
            let cursor = voice.cursor;
            let mut header = BrrHeader(ram.read(cursor.address));
            if starts {
                voice.start_up(next(), &mut header, &mut pitch);
            }
            *output = voice.sample(is_noise.then_some(noise)) as i16;
            voice.envx = voice.envelope.envx();
            if around.resets || header.is_end_without_loop() {
                voice.envelope.cut();
            }
            if polls {
                voice.obey_keys(on, off);
            }
            polls = !polls;
            if voice.key_delay.is_over() {
                voice.envelope.step(registers, events);
            }
            looped = false;
            if voice.position.needs_group() {
                // The first byte was fetched before a start-up may have moved the cursor.
                let bytes =
                    [ram.read(cursor.byte_address()), ram.read(voice.cursor.byte_address().wrapping_add(1))];
                looped = voice.decode_group(header, bytes, next);
            }
            voice.position = voice.position.advanced(pitch);
        }
        self.voices[number] = voice;
        (looped_before, looped, envx_before)
    }
}

impl OutputPath {
    /// E22 to E30 for a block of samples: all cells are read before the first one is written.
    fn run(&mut self, registers: &RegisterFile, ram: &mut Ram, mix: &BlockMix, out: &mut [Frame]) {
        let count = out.len();
        let flags = Flags(registers.get(Register::FLG));
        let mut history = History::new(&self.history);
        let mut cells = [0; BLOCK];
        for (number, cell) in cells.iter_mut().enumerate().take(count) {
            *cell = self.line.cell_address();
            self.line.cell = *cell;
            let sample = [from_line(ram.read_word(*cell)), from_line(ram.read_word(cell.wrapping_add(2)))];
            history.set(number, sample);
            self.history.append(sample);
            self.line.advance(registers);
        }
        let mut coefficients = [0; TAPS];
        for (number, coefficient) in coefficients.iter_mut().enumerate() {
            *coefficient = registers.signed(Register::fir(number));
        }
        let mut echo = [[0_i32; BLOCK]; 2];
        filter(&history.left, &coefficients, &mut echo[0]);
        filter(&history.right, &coefficients, &mut echo[1]);

        if !flags.mutes() {
            let volume = |register| registers.signed(register);
            let (main_left, main_right) = (volume(Register::MVOLL), volume(Register::MVOLR));
            let (echo_left, echo_right) = (volume(Register::EVOLL), volume(Register::EVOLR));
            for (number, frame) in out.iter_mut().enumerate().take(BLOCK) {
                let left = mix_output(i32::from(mix.left[number]), main_left, echo[0][number], echo_left);
                let right = mix_output(i32::from(mix.right[number]), main_right, echo[1][number], echo_right);
                *frame = Frame::new(left as i16, right as i16);
            }
        } else {
            out.fill(Frame::SILENCE);
        }
        self.write_flags = LatchedFlags(flags);
        if flags.writes_echo() {
            let feedback = registers.signed(Register::EFB);
            for (number, &cell) in cells.iter().enumerate().take(count) {
                let left = mix_feedback(i32::from(mix.echo_left[number]), echo[0][number], feedback);
                let right = mix_feedback(i32::from(mix.echo_right[number]), echo[1][number], feedback);
                ram.write_word(cell, left as u16);
                ram.write_word(cell.wrapping_add(2), right as u16);
            }
        }
    }
}

/// The samples that the filter meets in a block: the seven before it, then its own.
struct History {
    left: [i16; BLOCK + TAPS - 1],
    right: [i16; BLOCK + TAPS - 1],
}

impl History {
    fn new(ring: &super::echo::EchoHistory) -> Self {
        let mut history = Self { left: [0; BLOCK + TAPS - 1], right: [0; BLOCK + TAPS - 1] };
        // Before the first sample of the block is added, the oldest one is about to be dropped.
        for place in 0..TAPS - 1 {
            [history.left[place], history.right[place]] = ring.at_tap(place + 1);
        }
        history
    }

    fn set(&mut self, number: usize, [left, right]: [i16; 2]) {
        self.left[number + TAPS - 1] = left;
        self.right[number + TAPS - 1] = right;
    }
}

/// The echo filter over a block: tap 0 meets the oldest of eight samples.
fn filter(history: &[i16; BLOCK + TAPS - 1], coefficients: &[i32; TAPS], out: &mut [i32; BLOCK]) {
    for (number, out) in out.iter_mut().enumerate() {
        let mut seven = 0;
        for place in 0..TAPS - 1 {
            seven += tap(history[number + place], coefficients[place]);
        }
        *out = filter_end(seven, tap(history[number + TAPS - 1], coefficients[TAPS - 1]));
    }
}

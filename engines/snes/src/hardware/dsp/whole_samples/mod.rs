//! The fast path: whole samples at a time, voice after voice.
//!
//! While nobody looks, the order of the 32 clocks matters only where one step depends on another. This file
//! does the same work in an order that suits the machine: each voice makes all its samples of a block, then the
//! echo takes them all. It is used between samples only, while the echo does not overwrite what voices read, and
//! it must equal [`Dsp::tick`] in every register, sample and cell of RAM.

mod changes;
mod decoded_blocks;
mod echo;
mod keys;
mod mix;
mod plain_voice;
mod product;
mod timing;
mod vector;
mod voice;

use tatum_core::Frame;

pub(in crate::hardware) use changes::VoiceChange;
pub(in crate::hardware) use keys::KeyChange;
pub(in crate::hardware) use timing::Timing;

use self::decoded_blocks::DecodedBlocks;
use self::keys::KeyTrack;
use self::mix::{BlockMix, Volumes};
use self::plain_voice::Line;
use self::vector::{Kernels, Portable};
use self::voice::Turn;
use super::counter::{EventRate, RateCounter};
use super::echo::DelayLine;
use super::keys::KeyPoll;
use super::mixer::{Stereo, scaled};
use super::registers::{Flags, Register, VoiceRegister};
use super::voice::{bit, directory_entry};
use super::{Dsp, ModeLatches, VOICES};
use crate::hardware::Ram;

/// Most samples at a time.
pub(in crate::hardware) const BLOCK: usize = 128;

/// Samples that are computed side by side where order does not matter.
const LANES: usize = 16;

/// What blocks leave for later ones: never anything that they depend on.
#[derive(Clone, Debug)]
pub(super) struct Workspace {
    decoded: DecodedBlocks,
    line: Line,
    keys: KeyTrack,
}

/// Register writes that take effect in the course of a block, each kind in order.
#[derive(Clone, Debug, Default)]
pub(in crate::hardware) struct BlockChanges {
    pub(in crate::hardware) voices: Vec<VoiceChange>,
    pub(in crate::hardware) keys: Vec<KeyChange>,
}

impl Workspace {
    pub(super) fn new() -> Self {
        Self { decoded: DecodedBlocks::new(), line: Line::new(), keys: KeyTrack::default() }
    }
}

/// What all voices share in one block.
#[derive(Clone, Copy)]
struct Surroundings<'a> {
    ram: &'a Ram,
    modes: ModeLatches,
    /// The keys in all samples of the block.
    keys: &'a KeyTrack,
    /// The first sample, as the keys count them.
    first: usize,
    /// Whether the first sample polls the keys.
    polls: bool,
    /// What the noise generator plays in each sample, if a voice plays it.
    noise: &'a [i16],
    /// The counter in the first sample.
    counter: RateCounter,
    resets: bool,
    /// The registers of single voices that change in the course of the block.
    changes: &'a [VoiceChange],
}

impl<'a> Surroundings<'a> {
    /// The same some samples later in the block.
    fn after(&self, samples: usize) -> Self {
        Surroundings {
            first: self.first + samples,
            polls: self.polls ^ (samples & 1 != 0),
            noise: self.noise.get(samples..).unwrap_or_default(),
            counter: self.counter.after(samples as u16),
            ..*self
        }
    }
}

/// The samples of a voice, and room behind them: what suits wide registers is done for whole lanes.
struct BlockOutputs<const N: usize> {
    samples: [i16; N],
    count: usize,
}

impl<const N: usize> BlockOutputs<N> {
    const fn new(count: usize) -> Self {
        Self { samples: [0; N], count: if count < N { count } else { N } }
    }

    fn samples(&self) -> &[i16] {
        &self.samples[..self.count]
    }

    fn samples_mut(&mut self) -> &mut [i16] {
        &mut self.samples[..self.count]
    }

    /// The samples, filled up to whole lanes with anything.
    fn lanes(&self) -> &[i16] {
        &self.samples[..self.count.next_multiple_of(LANES).min(N)]
    }

    fn lanes_mut(&mut self) -> &mut [i16] {
        &mut self.samples[..self.count.next_multiple_of(LANES).min(N)]
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
            && self.pipeline.source == source(2)
            && self.pipeline.directory_entry == directory_entry(directory, source(1))
            && line.page == get(Register::ESA)
            // All cells of a block are different ones.
            && line.length >= block
            && DelayLine::wanted_length(&self.registers) >= block;
        if is_settled { BLOCK } else { 1 }
    }

    /// Makes `count` samples, as many as [`Dsp::samples_at_a_time`] allows, from clock 0 to clock 0. The changes
    /// take place in the course of them.
    pub(in crate::hardware) fn run_samples(
        &mut self,
        count: usize,
        changes: &BlockChanges,
        ram: &mut Ram,
        frames: &mut Vec<Frame>,
        polled: impl FnMut(usize, KeyPoll),
    ) {
        let start = frames.len();
        frames.resize(start + count, Frame::SILENCE);
        let out = frames.get_mut(start..).unwrap_or_default();
        if count == 1 {
            return self.run_block::<_, 1>(Portable, changes, ram, out, polled);
        }
        #[cfg(target_arch = "x86_64")]
        if let Some(kernels) = vector::Avx2::detect() {
            return self.run_block::<_, BLOCK>(kernels, changes, ram, out, polled);
        }
        self.run_block::<_, BLOCK>(Portable, changes, ram, out, polled);
    }

    fn run_block<K: Kernels, const N: usize>(
        &mut self,
        kernels: K,
        changes: &BlockChanges,
        ram: &mut Ram,
        out: &mut [Frame],
        polled: impl FnMut(usize, KeyPoll),
    ) {
        let count = out.len();
        let (modes, polls, counter) = (self.modes, self.keys.polls, self.counter);
        // Voices 1 to 7 work in a sample with what it finds at its clock 0, voice 0 with what it leaves behind:
        // voice 0 is a sample ahead.
        let mut noise = [[0; N]; 2];
        let [found, left] = &mut noise;
        if N == 1 {
            found.fill(self.noise.sample());
            self.m27();
            self.m28();
            self.step_noise();
            left.fill(self.noise.sample());
        } else {
            self.pass_samples(count, found, left);
        }
        let mut track = std::mem::take(&mut self.work.keys);
        self.pass_keys(count, &changes.keys, &mut track, polled);
        let resets = Flags(self.registers.get(Register::FLG)).resets();
        let changes = &changes.voices;
        let (keys, noise) = (&track, &*found);
        let now = Surroundings { ram, modes, keys, first: 0, polls, noise, counter, resets, changes };
        let ahead = Surroundings {
            modes: self.modes,
            first: 1,
            polls: !polls,
            noise: &*left,
            counter: counter.after(1),
            ..now
        };
        let mut mix = BlockMix::<N>::new();
        let mut heard = self.monitor.is_some().then(BlockMix::<N>::new);

        let mut outputs = BlockOutputs::<N>::new(count);
        let carried = self.run_voice_0(kernels, &ahead, &mut outputs, modes, &mut mix, heard.as_mut());
        let mut modulator = [0; N];
        for voice in 1..VOICES {
            let entry = match voice {
                1 => self.pipeline.directory_entry,
                2 => directory_entry(modes.directory, self.pipeline.source),
                _ => self.entry(modes.directory, voice),
            };
            if modes.pitch_modulation & bit(voice) != 0 {
                modulator = outputs.samples;
            }
            let into_echo = modes.echo & bit(voice) != 0;
            let is_heard = self.monitor.as_ref().is_none_or(|monitor| !monitor.mutes(voice));
            let mut heard = heard.as_mut().filter(|_| is_heard);
            let turn = Turn { number: voice, entry, modulator: &modulator };
            let outcome = self.run_through(kernels, turn, &now, &mut outputs, |part, volumes| {
                if part.is_silent {
                    return;
                }
                mix.add(kernels, part.start, part.outputs, volumes, into_echo);
                if let Some(heard) = &mut heard {
                    heard.add(kernels, part.start, part.outputs, volumes, into_echo);
                }
            });
            self.publish_endx(voice, outcome.endx.or(outcome.endx_before));
            self.publish_levels(voice, outputs.samples(), self.voices[voice].envx);
        }
        self.pipeline.directory_entry = self.entry(self.modes.directory, 1);
        self.pipeline.source = self.registers.voice(2, VoiceRegister::Source);

        kernels.run_echo(&mut self.output, &self.registers, ram, &mix, out);
        if let (Some(heard), Some(monitor)) = (&heard, &mut self.monitor) {
            kernels.run_echo(&mut monitor.path, &self.registers, &mut monitor.ram, heard, out);
        }
        self.carry_out(carried);
        self.work.keys = track;
    }

    /// The second half of M30 of many samples.
    fn pass_samples<const N: usize>(&mut self, count: usize, found: &mut [i16; N], left: &mut [i16; N]) {
        let rate = Flags(self.registers.get(Register::FLG)).noise_rate();
        if self.modes.noise == 0 {
            self.pass_noise(count as u16, rate);
            self.counter = self.counter.after(count as u16);
            return;
        }
        for (found, left) in found.iter_mut().zip(left).take(count) {
            *found = self.noise.sample();
            self.counter.step();
            if self.counter.events().include(rate) {
                self.noise.step();
            }
            *left = self.noise.sample();
        }
    }

    /// The noise generator through `count` samples that nobody listens to.
    fn pass_noise(&mut self, count: u16, rate: EventRate) {
        let mut passed = 1;
        while let Some(wait) = self.counter.after(passed).samples_until(rate)
            && passed + wait <= count
        {
            self.noise.step();
            passed += wait + 1;
        }
    }

    /// Voice 0: `outputs` receives what this block hears of it. Its very last sample, which belongs to the next
    /// block, is returned.
    fn run_voice_0<K: Kernels, const N: usize>(
        &mut self,
        kernels: K,
        ahead: &Surroundings<'_>,
        outputs: &mut BlockOutputs<N>,
        modes: ModeLatches,
        mix: &mut BlockMix<N>,
        heard: Option<&mut BlockMix<N>>,
    ) -> i16 {
        let count = outputs.count;
        let mut made = BlockOutputs::<N>::new(count);
        // The end of the sample that was begun before the block.
        self.publish_endx(0, self.voices[0].endx(self.pipeline.looped != 0));
        mix.begin_with(&self.output.mix);
        let mutes = self.monitor.as_ref().is_some_and(|monitor| monitor.mutes(0));
        let mut heard = heard;
        if let (Some(heard), Some(monitor)) = (&mut heard, &self.monitor) {
            heard.begin_with(&monitor.path.mix);
        }
        let mut heard = heard.filter(|_| !mutes);
        outputs.samples[0] = self.pipeline.output as i16;
        let into_echo = modes.echo & bit(0) != 0;
        let entry = self.entry(modes.directory, 0);
        let turn = Turn { number: 0, entry, modulator: &[] };
        let outcome = self.run_through(kernels, turn, ahead, &mut made, |part, volumes| {
            let (start, end) = (part.start, (part.start + part.outputs.len()).min(count));
            // A sample goes into the left sum at the end of the sample in which it is made, into the right one in the next.
            let next = (end + 1).min(count);
            if let Some(place) = outputs.samples.get_mut(start + 1..next) {
                place.copy_from_slice(&part.outputs[..next - start - 1]);
            }
            let right = &outputs.samples[start..end];
            let left = outputs.samples.get(start + 1..next).unwrap_or_default();
            for mix in [Some(&mut *mix), heard.as_deref_mut()].into_iter().flatten() {
                mix.add_left(kernels, start + 1, left, volumes.left, into_echo);
                mix.add_right(kernels, start, right, volumes.right, into_echo);
            }
        });
        let carried = made.samples().last().copied().unwrap_or_default();
        self.publish_endx(0, outcome.endx_before);
        self.publish_levels(0, outputs.samples(), outcome.envx_before);
        self.pipeline.output = i32::from(carried);
        self.pipeline.looped = if outcome.looped { bit(0) } else { 0 };
        carried
    }

    fn entry(&self, page: u8, voice: usize) -> u16 {
        directory_entry(page, self.registers.voice(voice, VoiceRegister::Source))
    }

    /// Voice 0's left sample at the end of the block.
    fn carry_out(&mut self, output: i16) {
        let amplitude = scaled(i32::from(output), i32::from(self.volumes(0).left));
        let into_echo = self.modes.echo & bit(0) != 0;
        let mutes = self.monitor.as_ref().is_some_and(|monitor| monitor.mutes(0));
        let heard = self.monitor.as_mut().map(|monitor| (&mut monitor.path, mutes));
        for (path, mutes) in [(&mut self.output, false)].into_iter().chain(heard) {
            let amplitude = if mutes { 0 } else { amplitude };
            path.mix.main = Stereo { left: amplitude, right: 0 };
            path.mix.echo = Stereo { left: if into_echo { amplitude } else { 0 }, right: 0 };
        }
    }

    fn volumes(&self, voice: usize) -> Volumes {
        let volume = |register| self.registers.voice(voice, register).cast_signed();
        Volumes { left: volume(VoiceRegister::VolumeLeft), right: volume(VoiceRegister::VolumeRight) }
    }

    /// V5 and V7: a voice's bit of ENDX, if it changes.
    fn publish_endx(&mut self, voice: usize, is_set: Option<bool>) {
        let endx = self.registers.get(Register::ENDX);
        match is_set {
            Some(true) => self.registers.set(Register::ENDX, endx | bit(voice)),
            Some(false) => self.registers.set(Register::ENDX, endx & !bit(voice)),
            None => {}
        }
    }

    /// V6 to V9: OUTX and ENVX.
    fn publish_levels(&mut self, voice: usize, outputs: &[i16], envx: u8) {
        let output = outputs.last().copied().unwrap_or_default();
        self.registers.set(Register::of_voice(voice, VoiceRegister::Outx), (output >> 8) as u8);
        self.registers.set(Register::of_voice(voice, VoiceRegister::Envx), envx);
    }
}

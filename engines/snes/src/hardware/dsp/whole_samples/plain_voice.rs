//! A voice that just plays over a block of samples: no modulation, no key-on, no start-up, no reset.
//!
//! Its pitch is constant then, so that all places where it interpolates are known beforehand. The work is done in
//! three passes: decode what the block needs, step the envelope, interpolate (or take the noise).

use super::decoded_blocks::{DecodedBlocks, GROUPS, History};
use super::product::weighted;
use super::vector::Kernels;
use super::voice::{Outcome, Registers};
use super::{BLOCK, BlockOutputs, LANES, Surroundings, Workspace};
use crate::hardware::Ram;
use crate::hardware::dsp::brr::{BrrCursor, BrrHeader, BytePair, SampleRing};
use crate::hardware::dsp::counter::{EventFinder, RateCounter};
use crate::hardware::dsp::envelope::{Envelope, EnvelopeRegisters, Mode};
use crate::hardware::dsp::interpolation::{SamplePosition, weights_at};
use crate::hardware::dsp::voice::Voice;

/// `noise` is what the voice plays instead of its sample; `first_key_off` the block's first sample that polls a key-off, if
/// there is one.
#[expect(clippy::too_many_arguments, reason = "everything that a voice depends on")]
pub(super) fn run_plain<K: Kernels, const N: usize>(
    kernels: K,
    voice: &mut Voice,
    work: &mut Workspace,
    registers: &Registers,
    around: &Surroundings<'_>,
    noise: Option<&[i16]>,
    first_key_off: usize,
    outputs: &mut BlockOutputs<N>,
) -> Outcome {
    let count = outputs.samples().len();
    let path = Path { start: voice.position, pitch: registers.pitch.unsigned_abs(), samples: count };
    let Workspace { decoded: blocks, line, .. } = work;
    line.begin(&voice.ring);
    let decoded = decode(voice, line, blocks, registers, around.ram, &path);
    voice.ring.replace(line.newest(), path.groups());
    voice.position = path.end();

    let mut levels = [0; N];
    let noted = &mut levels[..count];
    let ends = Ends { cut_at: decoded.cut_at, off_at: first_key_off };
    run_envelope(&mut voice.envelope, registers.envelope, around.counter, ends, noted);
    let envx = |level: &i16| (level >> 4) as u8;
    let mut newest = noted.iter().rev();
    let last = newest.next().map_or(voice.envx, envx);
    let envx_before = newest.next().map_or(voice.envx, envx);
    voice.envx = last;

    let is_silent = noted.iter().fold(0, |all, level| all | level) == 0;
    if is_silent {
        outputs.samples_mut().fill(0);
    } else if let Some(noise) = noise {
        apply_levels(noise, noted, outputs.samples_mut());
    } else {
        kernels.interpolate(line, &path, &levels, outputs.lanes_mut());
    }
    let set = |looped: bool| looped.then_some(true);
    Outcome {
        endx_before: set(decoded.looped_before),
        endx: set(decoded.looped),
        looped: decoded.looped,
        envx_before,
        is_silent,
    }
}

/// Samples at the envelope's levels.
fn apply_levels(samples: &[i16], levels: &[i16], outputs: &mut [i16]) {
    for ((output, &sample), &level) in outputs.iter_mut().zip(samples).zip(levels) {
        *output = weighted(sample, level) & !1;
    }
}

/// The samples with their envelope, in whole lanes.
pub(super) fn interpolate_all(line: &Line, path: &Path, levels: &[i16], outputs: &mut [i16]) {
    let mut place = path.place(0);
    let chunks = outputs.as_chunks_mut::<LANES>().0.iter_mut();
    for (outputs, levels) in chunks.zip(levels.as_chunks().0) {
        // In two steps, of which the second one suits wide registers.
        let (mut taps, mut weights) = ([[0; 4]; LANES], [[0; 4]; LANES]);
        for (taps, weights) in taps.iter_mut().zip(&mut weights) {
            *taps = *line.taps(place);
            *weights = *weights_at(place);
            place += path.pitch;
        }
        *outputs = interpolate_lanes(&taps, &weights, levels);
    }
}

/// Interpolates side by side, and applies the levels.
fn interpolate_lanes(
    taps: &[[i16; 4]; LANES],
    weights: &[[i16; 4]; LANES],
    levels: &[i16; LANES],
) -> [i16; LANES] {
    let mut terms = [[0; 4]; LANES];
    let factors = taps.as_flattened().iter().zip(weights.as_flattened());
    for (term, (&tap, &weight)) in terms.as_flattened_mut().iter_mut().zip(factors) {
        *term = weighted(tap, weight);
    }
    let mut samples = [0; LANES];
    for (sample, (term, &level)) in samples.iter_mut().zip(terms.iter().zip(levels)) {
        // The first three terms are added in 16 bits and may wrap; the last addition saturates.
        let sum = term[0].wrapping_add(term[1]).wrapping_add(term[2]).saturating_add(term[3]);
        *sample = weighted(sum & !1, level) & !1;
    }
    samples
}

/// Where a voice comes by in a block, counted from its oldest decoded sample, 12 bits of fraction.
pub(super) struct Path {
    pub(super) start: SamplePosition,
    pub(super) pitch: u32,
    pub(super) samples: usize,
}

/// A group of four samples, as a distance.
const GROUP: u32 = 0x4000;

impl Path {
    pub(super) fn place(&self, number: usize) -> u32 {
        u32::from(self.start.bits()) + self.pitch * number as u32
    }

    /// Groups that are decoded in the block: the pitch of a plain voice is less than a group, so that no sample
    /// needs more than one.
    fn groups(&self) -> usize {
        (self.place(self.samples - 1) / GROUP) as usize
    }

    /// The sample in which group `number` is decoded.
    fn sample_of_group(&self, number: usize) -> usize {
        let distance = (GROUP * (number as u32 + 1)).saturating_sub(u32::from(self.start.bits()));
        distance.div_ceil(self.pitch.max(1)) as usize
    }

    fn end(&self) -> SamplePosition {
        SamplePosition::from_bits((self.place(self.samples) - GROUP * self.groups() as u32) as u16)
    }
}

/// The samples of the ring, oldest first, and those that the block adds; behind them anything.
#[derive(Clone, Debug)]
pub(super) struct Line {
    samples: Box<[i16; Self::SIZE]>,
    length: usize,
}

impl Line {
    /// A power of two and some: places are masked instead of checked. A block needs 12 samples and 4 for each of its own.
    const SIZE: usize = Self::PLACES + 4;
    /// Places from which four samples can be read.
    pub(super) const PLACES: usize = (SampleRing::LENGTH + 4 * BLOCK).next_power_of_two();

    pub(super) fn new() -> Self {
        Self { samples: Box::new([0; Self::SIZE]), length: 0 }
    }

    pub(super) fn begin(&mut self, ring: &SampleRing) {
        self.samples[..SampleRing::LENGTH].copy_from_slice(&ring.oldest_first());
        self.length = SampleRing::LENGTH;
    }

    /// Puts something into all places.
    #[cfg(test)]
    pub(super) fn fill(&mut self, sample: impl FnMut() -> i16) {
        self.samples.fill_with(sample);
    }

    fn history(&self) -> History {
        let [before, previous] = self.samples[..self.length].last_chunk().copied().unwrap_or_default();
        History { previous, before }
    }

    /// Appends the groups of a block from `first` to `end` (not included).
    #[inline]
    fn append(&mut self, groups: &[[i16; 4]; GROUPS], first: usize, end: usize) {
        let room = self.samples.get_mut(self.length..).unwrap_or_default();
        if let (0, Some(room)) = (first, room.first_chunk_mut::<{ 4 * GROUPS }>()) {
            // Copies of one size are cheap; what comes later goes over the samples behind the end.
            room.copy_from_slice(groups.as_flattened());
        } else {
            for (room, group) in room.as_chunks_mut().0.iter_mut().zip(&groups[first..end]) {
                *room = *group;
            }
        }
        self.length += 4 * (end - first);
    }

    fn newest(&self) -> [i16; SampleRing::LENGTH] {
        self.samples[..self.length].last_chunk().copied().unwrap_or_default()
    }

    pub(super) fn samples(&self) -> &[i16; Self::SIZE] {
        &self.samples
    }

    /// Four neighbours at a place.
    #[inline(always)]
    pub(super) fn taps(&self, place: u32) -> &[i16; 4] {
        const NONE: &[i16; 4] = &[0; 4];
        let first = (place >> 12) as usize & (Self::PLACES - 1);
        self.samples[first..].first_chunk().unwrap_or(NONE)
    }
}

/// What happened while decoding.
#[derive(Default)]
struct Decoded {
    looped_before: bool,
    looped: bool,
    /// The first sample that finds the header of a sample that ends here; past the block if there is none.
    cut_at: usize,
}

fn decode(
    voice: &mut Voice,
    line: &mut Line,
    blocks: &mut DecodedBlocks,
    registers: &Registers,
    ram: &Ram,
    path: &Path,
) -> Decoded {
    let mut cursor = voice.cursor;
    let header = BrrHeader(ram.read(cursor.address));
    let cut_at = if header.is_end_without_loop() { 0 } else { usize::MAX };
    let mut decoded = Decoded { cut_at, ..Decoded::default() };
    let groups = path.groups();
    let mut done = 0;
    while done < groups {
        let bytes = ram.read_block(cursor.address);
        let first = cursor.pair as usize;
        let end = GROUPS.min(first + groups - done);
        line.append(blocks.decode(cursor.address, bytes, first, line.history()), first, end);
        done += end - first;
        if end < GROUPS {
            cursor.pair = BytePair::ALL[end];
            break;
        }
        cursor = BrrCursor::at(cursor.address.wrapping_add(BrrCursor::BLOCK));
        if BrrHeader(bytes[0]).is_end() {
            cursor = BrrCursor::at(ram.read_word(registers.entry.wrapping_add(2)));
            let is_last = path.sample_of_group(done - 1) + 1 == path.samples;
            *(if is_last { &mut decoded.looped } else { &mut decoded.looped_before }) = true;
        }
        if BrrHeader(ram.read(cursor.address)).is_end_without_loop() {
            decoded.cut_at = decoded.cut_at.min(path.sample_of_group(done - 1) + 1);
        }
    }
    voice.cursor = cursor;
    decoded
}

/// Steps the envelope, and notes its level in each sample before the step.
fn run_envelope(
    envelope: &mut Envelope,
    registers: EnvelopeRegisters,
    counter: RateCounter,
    ends: Ends,
    levels: &mut [i16],
) {
    let mut number = 0;
    if !matches!(envelope.mode(), Mode::Release) {
        number = ends.first().min(levels.len());
        envelope.run(registers, &mut EventFinder::new(counter), &mut levels[..number]);
    }
    release(envelope, ends, number, levels);
}

/// The rest of a block, from sample `number` on, which is in release or the first in which the note ends.
fn release(envelope: &mut Envelope, ends: Ends, number: usize, levels: &mut [i16]) {
    if number == levels.len() {
        return;
    }
    envelope.key_off();
    let silent_from = ends.cut_at.saturating_add(1).max(number).min(levels.len());
    if let Some(falling) = levels.get_mut(number..silent_from) {
        envelope.release(falling);
    }
    if ends.cut_at < levels.len() {
        envelope.cut();
    }
    if let Some(silent) = levels.get_mut(silent_from..) {
        silent.fill(0);
    }
}

/// The samples in which a note can end, counted from the start of the block; past it if it does not.
#[derive(Clone, Copy)]
struct Ends {
    /// The first one that finds the header of a sample that ends here.
    cut_at: usize,
    /// The first poll of the keys that finds KOFF.
    off_at: usize,
}

impl Ends {
    fn first(self) -> usize {
        self.cut_at.min(self.off_at)
    }
}

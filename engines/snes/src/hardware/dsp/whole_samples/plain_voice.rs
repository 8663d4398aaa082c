//! A voice that just plays over a block of samples: no modulation, no noise, no keys, no start-up, no reset.
//!
//! Its pitch is constant then, so that all places where it interpolates are known beforehand. The work is done in
//! three passes: decode what the block needs, step the envelope, interpolate.

use super::voice::{Outcome, Registers};
use super::{BLOCK, Surroundings};
use crate::hardware::dsp::brr::{BrrCursor, BrrHeader, SampleRing};
use crate::hardware::dsp::counter::Events;
use crate::hardware::dsp::envelope::{Envelope, EnvelopeRegisters};
use crate::hardware::dsp::interpolation::{SamplePosition, saturated, weighted_sum};
use crate::hardware::dsp::voice::{Voice, enveloped};

pub(super) fn run_plain(
    voice: &mut Voice,
    registers: &Registers,
    around: &Surroundings<'_>,
    outputs: &mut [i16],
) -> Outcome {
    let path = Path { start: voice.position, pitch: registers.pitch.unsigned_abs(), samples: outputs.len() };
    let mut line = Line::new(&voice.ring);
    let decoded = decode(voice, &mut line, registers, around, &path);
    voice.ring.replace(line.newest(), path.groups());
    voice.position = path.end();

    let mut levels = [0; BLOCK];
    let levels = &mut levels[..outputs.len()];
    run_envelope(&mut voice.envelope, registers.envelope, around.events, decoded.cut_at, levels);
    let envx = |level: &i16| (level >> 4) as u8;
    let mut newest = levels.iter().rev();
    let last = newest.next().map_or(voice.envx, envx);
    let envx_before = newest.next().map_or(voice.envx, envx);
    voice.envx = last;

    if levels.iter().all(|&level| level == 0) {
        outputs.fill(0);
    } else {
        // In two steps, of which the second one suits wide registers.
        let mut sums = [0; BLOCK];
        let sums = &mut sums[..outputs.len()];
        for (number, sum) in sums.iter_mut().enumerate() {
            let place = path.place(number);
            *sum = weighted_sum(line.taps(place), place);
        }
        for ((output, &sum), &level) in outputs.iter_mut().zip(&*sums).zip(&*levels) {
            let sample = saturated(sum) as i16;
            *output = enveloped(i32::from(sample), level) as i16;
        }
    }
    Outcome { looped_before: decoded.looped_before, looped: decoded.looped, envx_before }
}

/// Where a voice comes by in a block, counted from its oldest decoded sample, 12 bits of fraction.
struct Path {
    start: SamplePosition,
    pitch: u32,
    samples: usize,
}

/// A group of four samples, as a distance.
const GROUP: u32 = 0x4000;

impl Path {
    fn place(&self, number: usize) -> u32 {
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

/// The samples of the ring, oldest first, and those that the block adds.
struct Line {
    samples: [i16; Self::SIZE],
    length: usize,
}

impl Line {
    const SIZE: usize = SampleRing::LENGTH + 4 * BLOCK;

    fn new(ring: &SampleRing) -> Self {
        let mut samples = [0; Self::SIZE];
        samples[..SampleRing::LENGTH].copy_from_slice(&ring.oldest_first());
        Self { samples, length: SampleRing::LENGTH }
    }

    #[inline]
    fn decode(&mut self, header: BrrHeader, bytes: [u8; 2]) {
        let (previous, before) = (self.samples[self.length - 1], self.samples[self.length - 2]);
        let group = header.decode_bytes(bytes, previous, before);
        self.samples[self.length..self.length + 4].copy_from_slice(&group);
        self.length += 4;
    }

    fn newest(&self) -> [i16; SampleRing::LENGTH] {
        std::array::from_fn(|place| self.samples[self.length - SampleRing::LENGTH + place])
    }

    #[inline]
    fn taps(&self, place: u32) -> [i16; 4] {
        let window = self.samples.get(place as usize >> 12..).and_then(|from| from.first_chunk());
        window.copied().unwrap_or_default()
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
    registers: &Registers,
    around: &Surroundings<'_>,
    path: &Path,
) -> Decoded {
    let ram = around.ram;
    let mut header = BrrHeader(ram.read(voice.cursor.address));
    let cut_at = if header.is_end_without_loop() { 0 } else { usize::MAX };
    let mut decoded = Decoded { cut_at, ..Decoded::default() };
    for group in 0..path.groups() {
        let byte = voice.cursor.byte_address();
        line.decode(header, [ram.read(byte), ram.read(byte.wrapping_add(1))]);
        if voice.cursor.advance() {
            if header.is_end() {
                voice.cursor = BrrCursor::at(ram.read_word(registers.entry.wrapping_add(2)));
                let is_last = path.sample_of_group(group) + 1 == path.samples;
                *(if is_last { &mut decoded.looped } else { &mut decoded.looped_before }) = true;
            }
            header = BrrHeader(ram.read(voice.cursor.address));
            if header.is_end_without_loop() {
                decoded.cut_at = decoded.cut_at.min(path.sample_of_group(group) + 1);
            }
        }
    }
    decoded
}

/// Steps the envelope, where something can change, and notes its level in each sample before the step.
fn run_envelope(
    envelope: &mut Envelope,
    registers: EnvelopeRegisters,
    events: &[Events],
    cut_at: usize,
    levels: &mut [i16],
) {
    let mut number = 0;
    while let (Some(level), Some(&now)) = (levels.get_mut(number), events.get(number)) {
        *level = envelope.level().cast_signed();
        if number >= cut_at {
            envelope.cut();
        }
        let before = *envelope;
        envelope.step(registers, now);
        number += 1;
        if *envelope == before {
            // This step would do the same in the next sample: the envelope rests until the event that it waits
            // for, or until it is cut.
            let mut later = events.iter().skip(number);
            let wait = match envelope.awaits(registers) {
                Some(rate) => later.position(|events| events.include(rate)),
                None => None,
            };
            let rests_until = wait.map_or(levels.len(), |wait| number + wait).min(cut_at.max(number));
            if let Some(resting) = levels.get_mut(number..rests_until.min(levels.len())) {
                resting.fill(envelope.level().cast_signed());
                number += resting.len();
            }
        }
    }
}

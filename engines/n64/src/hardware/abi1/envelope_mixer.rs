//! The envelope mixer unit, `n64-mixer.md` 2.3: ramped volumes into up to four buffers.

use crate::hardware::memory::DataMemory;
use crate::hardware::mixer::{mix_sample, multiply_rounded};
use crate::hardware::vector::Kernels;

/// Samples of a group; each lane keeps its own volume.
pub const LANES: usize = 8;
/// Samples mixed at a time: the longest chunk of any list.
const MAX_SAMPLES: usize = 192;
/// Rates below this one (16.16) need no wide arithmetic.
pub const PLAIN_RATES: i32 = 0x2_0000;
/// Lane weights of the first group's straight line, over 65536.
const WEIGHTS: [u32; LANES] = [0x2000, 0x4000, 0x6000, 0x8000, 0xA000, 0xC000, 0xE000, 0xFFFF];

/// What SETVOL prepared for one side.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ramp {
    /// Volume at the start (only used with INIT).
    pub volume: u16,
    /// Volume to stop at.
    pub target: u16,
    /// Ratio per 8 samples, 16.16; the integer part is read as signed.
    pub rate: u32,
}

impl Ramp {
    /// Whether no volume is negative and the rate is below 2, as all of the engine's are.
    #[inline(always)]
    const fn is_plain(self) -> bool {
        (self.volume | self.target) & 0x8000 == 0 && self.rate < PLAIN_RATES as u32
    }
}

/// The DMEM addresses of the five buffers.
#[derive(Clone, Copy, Debug)]
pub struct Buffers {
    /// The voice.
    pub input: usize,
    /// Dry left, dry right.
    pub dry: [usize; 2],
    /// Wet left, wet right; only used with [`Targets::DryAndWet`].
    pub wet: [usize; 2],
}

/// Which buffers are mixed to. The state goes on in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Targets {
    /// None: a muted voice.
    None,
    /// The dry ones.
    Dry,
    /// All four.
    DryAndWet,
}

impl Buffers {
    /// The main output of all commands: dry left.
    #[inline(always)]
    pub const fn output(&self) -> usize {
        self.dry[0]
    }

    /// Whether any two of the buffers in use, each of `bytes`, share a byte (addresses wrap at 4 KiB).
    #[inline(always)]
    fn overlap(&self, bytes: usize, targets: Targets) -> bool {
        let all = [self.input, self.dry[0], self.dry[1], self.wet[0], self.wet[1]];
        let used = if targets == Targets::DryAndWet { &all[..] } else { &all[..3] };
        used.iter().enumerate().any(|(index, &one)| {
            used[..index].iter().any(|&other| {
                let distance = one.wrapping_sub(other) & 0xFFF;
                distance < bytes || 0x1000 - distance < bytes
            })
        })
    }
}

/// One side of the mixer during a call.
#[derive(Clone, Copy, Debug, Default)]
struct Envelope {
    /// A signed 16.16 volume per lane.
    lanes: [i32; LANES],
    target: i16,
    /// Signed 16.16.
    rate: i32,
}

/// The saved state: per side 8 integer parts and 8 fractions of volumes, then target and rate of both sides, then
/// the gains.
pub type State = [i16; 40];

/// What a call does besides its ramps.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Groups to mix.
    pub groups: usize,
    /// Whether the first group follows one of an earlier call: then it begins with a step too.
    pub continues: bool,
    /// Which buffers are mixed to.
    pub targets: Targets,
}

/// The vector unit's read of a 48-bit sum: its upper 32 bits, saturated.
#[inline(always)]
fn saturate_wide(sum: i64) -> i32 {
    sum.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

impl Envelope {
    /// INIT: the first group goes in a straight line from the volume towards volume times rate.
    #[inline(always)]
    fn start(ramp: Ramp) -> Self {
        if ramp.is_plain() { Self::start_plain(ramp) } else { Self::start_wide(ramp) }
    }

    #[inline(never)]
    fn start_wide(ramp: Ramp) -> Self {
        let volume = i64::from(ramp.volume as i16);
        let rate = ramp.rate as i32;
        let end = saturate_wide(volume * i64::from(rate));
        // The difference is a vector subtraction: it saturates.
        let slope = (i64::from(end >> 16) - volume).clamp(-0x8000, 0x7FFF);
        let slope_fraction = i64::from(end & 0xFFFF);
        let lanes = WEIGHTS
            .map(i64::from)
            .map(|weight| saturate_wide(((weight * slope_fraction) >> 16) + weight * slope + (volume << 16)));
        let mut envelope = Self { lanes, target: ramp.target as i16, rate };
        envelope.limit();
        envelope
    }

    /// As [`Envelope::start`], for volumes that are not negative and rates below 2: the line's ends are inside 32 bits, and so
    /// is all of it.
    #[inline(always)]
    fn start_plain(ramp: Ramp) -> Self {
        let volume = u32::from(ramp.volume);
        let end = (u64::from(volume) * u64::from(ramp.rate)).min(i32::MAX as u64) as u32;
        let (slope, slope_fraction) = ((end >> 16).wrapping_sub(volume), end & 0xFFFF);
        let mut lanes = [0; LANES];
        for (lane, weight) in lanes.iter_mut().zip(WEIGHTS) {
            let way = (weight.wrapping_mul(slope_fraction) >> 16).wrapping_add(weight.wrapping_mul(slope));
            *lane = way.wrapping_add(volume << 16) as i32;
        }
        let mut envelope = Self { lanes, target: ramp.target as i16, rate: ramp.rate as i32 };
        envelope.limit();
        envelope
    }

    /// Whether [`Envelope::step_plain`] serves, now and in all later steps.
    #[inline(always)]
    fn is_plain(&self) -> bool {
        let signs = self.lanes.iter().fold(i32::from(self.target), |signs, lane| signs | lane);
        signs >= 0 && (0..PLAIN_RATES).contains(&self.rate)
    }

    /// Multiplies every lane by the rate, then limits.
    #[inline(always)]
    fn step(&mut self) {
        let rate = i64::from(self.rate);
        for lane in &mut self.lanes {
            *lane = saturate_wide((i64::from(*lane) * rate) >> 16);
        }
        self.limit();
    }

    /// A step for volumes that are not negative and rates below 2, as all of the engine's are: in 32 bits, from
    /// 16-bit halves. The sum stays below 2^32, so only the top bit says that it saturates.
    #[inline(always)]
    fn step_plain(&mut self) {
        let (rate_high, rate_low) = (self.rate as u32 >> 16, self.rate as u32 & 0xFFFF);
        let target = self.target as u32;
        let (floor, ceiling) = if rate_high != 0 { (0, target) } else { (target, 0x7FFF) };
        for lane in &mut self.lanes {
            let (high, low) = (*lane as u32 >> 16, *lane as u32 & 0xFFFF);
            let product =
                ((high * rate_high) << 16) + high * rate_low + low * rate_high + ((low * rate_low) >> 16);
            let product = product.min(i32::MAX as u32);
            *lane = ((product >> 16).min(ceiling).max(floor) << 16 | product & 0xFFFF) as i32;
        }
    }

    /// Stops at the target; only the integer parts are limited.
    #[inline(always)]
    fn limit(&mut self) {
        let target = self.target;
        let rises = self.rate >= 0x1_0000;
        for lane in &mut self.lanes {
            let integer = (*lane >> 16) as i16;
            let limited =
                if rises { (integer as u16).min(target as u16) as i16 } else { integer.max(target) };
            *lane = i32::from(limited) << 16 | *lane & 0xFFFF;
        }
    }

    /// The integer parts: the volumes of a group.
    #[inline(always)]
    fn volumes(&self) -> [i16; LANES] {
        self.lanes.map(|lane| (lane >> 16) as i16)
    }
}

/// Mixes `bytes` (rounded up to 16) and leaves the state for the next call.
///
/// With `start` the ramps begin anew, and at least two groups are processed; otherwise `state` continues.
/// A group goes left (dry, wet), then right.
#[inline(always)]
pub fn mix<K: Kernels>(
    kernels: K,
    memory: &mut DataMemory,
    buffers: &Buffers,
    targets: Targets,
    bytes: usize,
    start: Option<([Ramp; 2], [i16; 2])>,
    state: &mut State,
) {
    let groups = bytes.div_ceil(2 * LANES);
    let span = match start {
        Some(([left, right], gains)) => {
            *state = save_state(&[Envelope::start(left), Envelope::start(right)], gains);
            Span { groups: groups.max(2), continues: false, targets }
        }
        None => Span { groups: groups.max(1), continues: true, targets },
    };
    kernels.mix_ramps(memory, buffers, span, state);
}

/// Mixes all groups; the volumes of the last one remain.
#[inline(always)]
pub fn mix_ramps(memory: &mut DataMemory, buffers: &Buffers, span: Span, state: &mut State) {
    let (mut sides, [dry, wet]) = load_state(state);
    let mut gains = [[0; MAX_SAMPLES]; 2];
    let mut wet_gains = gains;
    let is_plain = sides.iter().all(Envelope::is_plain);
    let mut done = 0;
    while done != span.groups {
        let count = (span.groups - done).min(MAX_SAMPLES / LANES);
        for group in 0..count {
            for (side, envelope) in sides.iter_mut().enumerate() {
                match (done + group != 0 || span.continues, is_plain) {
                    (false, _) => {}
                    (true, true) => envelope.step_plain(),
                    (true, false) => envelope.step(),
                }
                let volumes = envelope.volumes();
                set_gains(&mut gains[side], group, &volumes, dry);
                if span.targets == Targets::DryAndWet {
                    set_gains(&mut wet_gains[side], group, &volumes, wet);
                }
            }
        }
        if span.targets != Targets::None {
            let samples = LANES * count;
            let wet = (span.targets == Targets::DryAndWet).then_some(&wet_gains);
            mix_block(memory, buffers, 2 * LANES * done, samples, &gains, wet);
        }
        done += count;
    }
    *state = save_state(&sides, [dry, wet]);
}

/// The gains of a group: its volumes times the gain of dry or wet.
#[inline(always)]
fn set_gains(gains: &mut [i16; MAX_SAMPLES], group: usize, volumes: &[i16; LANES], gain: i16) {
    if let Some(gains) = gains.get_mut(LANES * group..LANES * (group + 1)) {
        gains.copy_from_slice(&volumes.map(|volume| multiply_rounded(volume, gain)));
    }
}

/// Mixes one block of at most [`MAX_SAMPLES`] samples into the destinations.
///
/// The microcode goes group by group through all destinations. Whole buffers at a time are the same as long as
/// none of them overlaps another, which is so for every list the engine writes; otherwise groups it is.
#[inline(always)]
fn mix_block(
    memory: &mut DataMemory,
    buffers: &Buffers,
    offset: usize,
    samples: usize,
    dry: &[[i16; MAX_SAMPLES]; 2],
    wet: Option<&[[i16; MAX_SAMPLES]; 2]>,
) {
    let targets = if wet.is_some() { Targets::DryAndWet } else { Targets::Dry };
    let step = if buffers.overlap(2 * samples, targets) { LANES } else { samples };
    for begin in (0..samples).step_by(step) {
        let place = begin..(begin + step).min(samples);
        let at = offset + 2 * begin;
        let mut input = [0; MAX_SAMPLES];
        let input = &mut input[..place.len()];
        memory.load_slice(buffers.input + at, input);
        for side in 0..2 {
            mix_buffer(memory, buffers.dry[side] + at, input, &dry[side][place.clone()]);
            if let Some(wet) = wet {
                mix_buffer(memory, buffers.wet[side] + at, input, &wet[side][place.clone()]);
            }
        }
    }
}

#[inline(always)]
fn mix_buffer(memory: &mut DataMemory, address: usize, input: &[i16], gains: &[i16]) {
    if let Some(words) = memory.words_at_mut(address, input.len()) {
        mix_samples(words, input, gains);
    } else {
        let mut copy = [0; MAX_SAMPLES];
        let copy = &mut copy[..input.len()];
        memory.load_slice(address, copy);
        mix_samples(copy, input, gains);
        memory.store_slice(address, copy);
    }
}

#[inline(always)]
fn mix_samples(destination: &mut [i16], input: &[i16], gains: &[i16]) {
    for ((destination, &sample), &gain) in destination.iter_mut().zip(input).zip(gains) {
        *destination = mix_sample(*destination, sample, gain);
    }
}

/// A 16.16 number from its halves.
const fn wide(integer: i16, fraction: i16) -> i32 {
    (integer as i32) << 16 | fraction as u16 as i32
}

#[inline(always)]
fn load_state(state: &State) -> ([Envelope; 2], [i16; 2]) {
    let side = |index: usize| {
        let lanes = &state[2 * LANES * index..];
        let parameters = &state[4 * LANES + 3 * index..];
        Envelope {
            lanes: std::array::from_fn(|lane| wide(lanes[lane], lanes[LANES + lane])),
            target: parameters[0],
            rate: wide(parameters[1], parameters[2]),
        }
    };
    ([side(0), side(1)], [state[38], state[39]])
}

#[inline(always)]
fn save_state(sides: &[Envelope; 2], gains: [i16; 2]) -> State {
    let mut state = [0; 40];
    for (index, side) in sides.iter().enumerate() {
        let lanes = &mut state[2 * LANES * index..];
        for lane in 0..LANES {
            lanes[lane] = (side.lanes[lane] >> 16) as i16;
            lanes[LANES + lane] = side.lanes[lane] as i16;
        }
        state[4 * LANES + 3 * index] = side.target;
        state[4 * LANES + 3 * index + 1] = (side.rate >> 16) as i16;
        state[4 * LANES + 3 * index + 2] = side.rate as i16;
    }
    [state[38], state[39]] = gains;
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::random::Random;

    #[test]
    fn a_plain_start_is_the_one_in_wide_arithmetic() {
        let mut random = Random::new(5);
        for round in 0..50_000 {
            let mut volume = || random.sample() as u16 & 0x7FFF;
            let (volume, target) = (volume(), volume());
            let rate = match random.below(3) {
                0 => random.of(&[0, 1, 0xFFFF, 0x1_0000, 0x1_0001, 0x1_FFFF]),
                _ => random.below(PLAIN_RATES as u32),
            };
            let ramp = Ramp { volume, target, rate };
            assert!(ramp.is_plain());
            assert_eq!(
                Envelope::start_plain(ramp).lanes,
                Envelope::start_wide(ramp).lanes,
                "{round}: {ramp:?}"
            );
        }
    }
}

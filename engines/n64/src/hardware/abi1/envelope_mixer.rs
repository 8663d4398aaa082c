//! The envelope mixer unit, `n64-mixer.md` 2.3: ramped volumes into up to four buffers.

use crate::hardware::memory::DataMemory;
use crate::hardware::mixer::{mix_sample, multiply_rounded};

/// Samples of a group; each lane keeps its own volume.
const LANES: usize = 8;
/// Words of the saved state.
pub const STATE_WORDS: usize = 40;
/// Lane weights of the first group's straight line, over 65536.
const WEIGHTS: [i64; LANES] = [0x2000, 0x4000, 0x6000, 0x8000, 0xA000, 0xC000, 0xE000, 0xFFFF];

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

/// The DMEM addresses of the five buffers.
#[derive(Clone, Copy, Debug)]
pub struct Buffers {
    /// The voice.
    pub input: usize,
    /// Dry left, dry right.
    pub dry: [usize; 2],
    /// Wet left, wet right; only used with `has_wet`.
    pub wet: [usize; 2],
    /// Whether the wet buffers are mixed to.
    pub has_wet: bool,
    /// Whether nothing is mixed at all (a muted voice); the state goes on.
    pub is_silent: bool,
}

/// One side's volumes: a 16.16 number per lane.
#[derive(Clone, Copy, Debug, Default)]
struct Lanes {
    integer: [i16; LANES],
    fraction: [u16; LANES],
}

/// One side of the mixer during a call.
#[derive(Clone, Copy, Debug, Default)]
struct Envelope {
    lanes: Lanes,
    target: i16,
    rate_integer: i16,
    rate_fraction: u16,
}

/// The vector unit's read of a 48-bit sum: the upper half saturated, the lower half following it.
#[inline]
fn saturate_wide(sum: i64) -> (i16, u16) {
    let high = sum >> 16;
    if high > 0x7FFF {
        (0x7FFF, 0xFFFF)
    } else if high < -0x8000 {
        (-0x8000, 0)
    } else {
        (high as i16, sum as u16)
    }
}

impl Envelope {
    fn new(target: i16, rate: u32) -> Self {
        Self {
            lanes: Lanes::default(),
            target,
            rate_integer: (rate >> 16) as i16,
            rate_fraction: rate as u16,
        }
    }

    /// INIT: the first group goes in a straight line from the volume towards volume times rate.
    fn start(ramp: Ramp) -> Self {
        let mut envelope = Self::new(ramp.target as i16, ramp.rate);
        let volume = i64::from(ramp.volume as i16);
        let (end, end_fraction) = saturate_wide(
            volume * i64::from(envelope.rate_fraction) + (volume * i64::from(envelope.rate_integer) << 16),
        );
        // The difference is a vector subtraction: it saturates.
        let slope = (i64::from(end) - volume).clamp(-0x8000, 0x7FFF);
        for (lane, weight) in WEIGHTS.into_iter().enumerate() {
            let sum = ((weight * i64::from(end_fraction)) >> 16) + weight * slope + (volume << 16);
            let (integer, fraction) = saturate_wide(sum);
            envelope.lanes.integer[lane] = integer;
            envelope.lanes.fraction[lane] = fraction;
        }
        envelope.limit();
        envelope
    }

    /// Multiplies every lane by the rate, then limits.
    #[inline]
    fn step(&mut self) {
        let rate_integer = i64::from(self.rate_integer);
        let rate_fraction = i64::from(self.rate_fraction);
        for lane in 0..LANES {
            let integer = i64::from(self.lanes.integer[lane]);
            let fraction = i64::from(self.lanes.fraction[lane]);
            let sum = ((fraction * rate_fraction) >> 16)
                + integer * rate_fraction
                + fraction * rate_integer
                + ((integer * rate_integer) << 16);
            (self.lanes.integer[lane], self.lanes.fraction[lane]) = saturate_wide(sum);
        }
        self.limit();
    }

    /// Stops at the target; only the integer parts are limited.
    #[inline]
    fn limit(&mut self) {
        let target = self.target;
        if self.rate_integer > 0 {
            for integer in &mut self.lanes.integer {
                *integer = (*integer as u16).min(target as u16) as i16;
            }
        } else {
            for integer in &mut self.lanes.integer {
                *integer = (*integer).max(target);
            }
        }
    }
}

/// Mixes `bytes` (rounded up to 16) and returns the state to save.
///
/// With `start` the ramps begin anew, and at least two groups are processed; otherwise `state` continues.
/// A group goes left (dry, wet), then right.
pub fn mix(
    memory: &mut DataMemory,
    buffers: Buffers,
    bytes: usize,
    start: Option<([Ramp; 2], [i16; 2])>,
    state: &[i16; STATE_WORDS],
) -> [i16; STATE_WORDS] {
    let (mut sides, [dry, wet]) = match start {
        Some((ramps, gains)) => (ramps.map(Envelope::start), gains),
        None => {
            let (mut sides, gains) = load_state(state);
            sides.iter_mut().for_each(Envelope::step);
            (sides, gains)
        }
    };
    let groups = bytes.div_ceil(16).max(if start.is_some() { 2 } else { 1 });
    for group in 0..groups {
        if group != 0 {
            sides.iter_mut().for_each(Envelope::step);
        }
        if buffers.is_silent {
            continue;
        }
        let offset = 16 * group;
        let input = memory.load::<LANES>(buffers.input + offset);
        for (side, envelope) in sides.iter().enumerate() {
            mix_group(memory, buffers.dry[side] + offset, &input, &envelope.lanes.integer, dry);
            if buffers.has_wet {
                mix_group(memory, buffers.wet[side] + offset, &input, &envelope.lanes.integer, wet);
            }
        }
    }
    save_state(&sides, [dry, wet])
}

#[inline]
fn mix_group(
    memory: &mut DataMemory,
    address: usize,
    input: &[i16; LANES],
    volumes: &[i16; LANES],
    gain: i16,
) {
    let mut destination = memory.load::<LANES>(address);
    for lane in 0..LANES {
        let volume = multiply_rounded(volumes[lane], gain);
        destination[lane] = mix_sample(destination[lane], input[lane], volume);
    }
    memory.store(address, &destination);
}

fn load_state(state: &[i16; STATE_WORDS]) -> ([Envelope; 2], [i16; 2]) {
    let side = |index: usize| {
        let lanes = &state[2 * LANES * index..];
        let parameters = &state[4 * LANES + 3 * index..];
        Envelope {
            lanes: Lanes {
                integer: std::array::from_fn(|lane| lanes[lane]),
                fraction: std::array::from_fn(|lane| lanes[LANES + lane] as u16),
            },
            target: parameters[0],
            rate_integer: parameters[1],
            rate_fraction: parameters[2] as u16,
        }
    };
    ([side(0), side(1)], [state[38], state[39]])
}

fn save_state(sides: &[Envelope; 2], gains: [i16; 2]) -> [i16; STATE_WORDS] {
    let mut state = [0; STATE_WORDS];
    for (index, side) in sides.iter().enumerate() {
        let lanes = &mut state[2 * LANES * index..];
        for lane in 0..LANES {
            lanes[lane] = side.lanes.integer[lane];
            lanes[LANES + lane] = side.lanes.fraction[lane] as i16;
        }
        state[4 * LANES + 3 * index] = side.target;
        state[4 * LANES + 3 * index + 1] = side.rate_integer;
        state[4 * LANES + 3 * index + 2] = side.rate_fraction as i16;
    }
    state[38] = gains[0];
    state[39] = gains[1];
    state
}

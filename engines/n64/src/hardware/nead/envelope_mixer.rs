//! The envelope mixer of the "nead" microcodes: linear ramps. `n64-mixer.md` 8, `n64-oot.md` 9.3 and 10.1.

use super::command::Signs;
use crate::hardware::memory::DataMemory;
use crate::hardware::mixer::saturate;

/// Samples of a group, which share their volumes.
const GROUP: usize = 8;

/// Volumes and their steps for each group.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ramps {
    /// Volumes: left, right, reverb.
    pub volumes: [u16; 3],
    /// Added after each group.
    pub steps: [u16; 3],
}

/// Where the envelope mixer reads and writes.
#[derive(Clone, Copy, Debug)]
pub struct Buffers {
    /// The voice.
    pub input: usize,
    /// Dry left and right.
    pub dry: [usize; 2],
    /// Wet left and right.
    pub wet: [usize; 2],
}

/// Mixes `samples`, rounded up to 16, and moves the ramps on.
#[inline(always)]
pub fn mix(memory: &mut DataMemory, buffers: Buffers, samples: usize, signs: Signs, ramps: &mut Ramps) {
    let invert_dry = [signs.invert_left, signs.invert_right].map(|invert| if invert { -1 } else { 0 });
    // The flags are used as masks: -4 and -2 leave the lowest bits.
    let invert_wet =
        [if signs.invert_wet_left { -4 } else { 0 }, if signs.invert_wet_right { -2 } else { 0 }];
    let wet = if signs.swaps_wet { [buffers.wet[1], buffers.wet[0]] } else { buffers.wet };
    for group in 0..2 * samples.div_ceil(2 * GROUP) {
        let offset = 2 * GROUP * group;
        if !signs.is_silent {
            let input = memory.load::<GROUP>(buffers.input + offset);
            for side in 0..2 {
                let dry = input.map(|sample| scale(sample, ramps.volumes[side]) ^ invert_dry[side]);
                add(memory, buffers.dry[side] + offset, &dry);
                let sent = dry.map(|sample| scale(sample, ramps.volumes[2]) ^ invert_wet[side]);
                add(memory, wet[side] + offset, &sent);
            }
        }
        for (volume, step) in ramps.volumes.iter_mut().zip(ramps.steps) {
            *volume = volume.wrapping_add(step);
        }
    }
}

#[inline(always)]
const fn scale(sample: i16, volume: u16) -> i16 {
    ((sample as i32 * volume as i32) >> 16) as i16
}

#[inline(always)]
fn add(memory: &mut DataMemory, address: usize, samples: &[i16; GROUP]) {
    let mut target = memory.load::<GROUP>(address);
    for (target, &sample) in target.iter_mut().zip(samples) {
        *target = saturate(i32::from(*target) + i32::from(sample));
    }
    memory.store(address, &target);
}

//! The envelope mixer of the "nead" microcodes: linear ramps. `n64-mixer.md` 8, `n64-oot.md` 9.3 and 10.1.

use super::command::Signs;
use crate::hardware::memory::DataMemory;
use crate::hardware::vector::Kernels;

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

/// Samples mixed at a time: two groups.
const LANES: usize = 2 * GROUP;

/// Mixes `samples`, rounded up to 16, and moves the ramps on.
#[inline(always)]
pub fn mix<K: Kernels>(
    kernels: K,
    memory: &mut DataMemory,
    buffers: Buffers,
    samples: usize,
    signs: Signs,
    ramps: &mut Ramps,
) {
    let blocks = samples.div_ceil(LANES);
    let mixer = Mixer::new(ramps, signs);
    for (volume, step) in ramps.volumes.iter_mut().zip(ramps.steps) {
        *volume = volume.wrapping_add(step.wrapping_mul(2 * blocks as u16));
    }
    if signs.is_silent {
        return;
    }
    let wet = if signs.swaps_wet { [buffers.wet[1], buffers.wet[0]] } else { buffers.wet };
    let all = [buffers.input, buffers.dry[0], buffers.dry[1], wet[0], wet[1]];
    match memory.separate_buffers(all, LANES * blocks) {
        Some([input, left, right, wet_left, wet_right]) => {
            kernels.mix_linear(mixer, input, [left, right], [wet_left, wet_right]);
        }
        None => mixer.mix_overlapping(memory, buffers, wet, blocks),
    }
}

/// A block of samples, or what belongs to each of them.
pub type Lanes = [i16; LANES];

/// The volumes of a block's samples, and what else is done to them.
#[derive(Clone, Copy)]
pub struct Mixer {
    /// Left, right, reverb.
    pub volumes: [Volumes; 3],
    /// What inverts the dry signals: all bits or none.
    pub invert_dry: [i16; 2],
    /// What inverts the wet signals.
    pub invert_wet: [i16; 2],
}

impl Mixer {
    #[inline(always)]
    fn new(ramps: &Ramps, signs: Signs) -> Self {
        let mask = |inverts, mask| if inverts { mask } else { 0 };
        let volumes = |index: usize| Volumes::new(ramps.volumes[index], ramps.steps[index]);
        Self {
            volumes: [volumes(0), volumes(1), volumes(2)],
            invert_dry: [mask(signs.invert_left, -1), mask(signs.invert_right, -1)],
            // The flags are used as masks: -4 and -2 leave the lowest bits.
            invert_wet: [mask(signs.invert_wet_left, -4), mask(signs.invert_wet_right, -2)],
        }
    }

    /// Mixes whole buffers (each side of the dry and of the wet sums) of which none overlaps another.
    #[inline(always)]
    pub fn mix_separate(mut self, input: &[i16], dry: [&mut [i16]; 2], wet: [&mut [i16]; 2]) {
        for (index, input) in input.as_chunks().0.iter().enumerate() {
            for side in 0..2 {
                let samples = self.dry(input, side);
                add(block(dry[side], index), &samples);
                add(block(wet[side], index), &self.wet(&samples, side));
            }
            self.step();
        }
    }

    /// As [`Mixer::mix_separate`], in the microcode's order: groups of eight are read before they are written.
    #[cold]
    fn mix_overlapping(mut self, memory: &mut DataMemory, buffers: Buffers, wet: [usize; 2], blocks: usize) {
        for group in 0..2 * blocks {
            let offset = 2 * GROUP * group;
            let half = GROUP * (group % 2);
            let mut input = [0; LANES];
            input[half..half + GROUP].copy_from_slice(&memory.load::<GROUP>(buffers.input + offset));
            for (side, (dry_target, wet_target)) in buffers.dry.into_iter().zip(wet).enumerate() {
                let dry = self.dry(&input, side);
                add_at(memory, dry_target + offset, &dry[half..half + GROUP]);
                add_at(memory, wet_target + offset, &self.wet(&dry, side)[half..half + GROUP]);
            }
            if half != 0 {
                self.step();
            }
        }
    }

    #[inline(always)]
    fn dry(&self, input: &Lanes, side: usize) -> Lanes {
        self.volumes[side].scale(input, self.invert_dry[side])
    }

    #[inline(always)]
    fn wet(&self, dry: &Lanes, side: usize) -> Lanes {
        self.volumes[2].scale(dry, self.invert_wet[side])
    }

    /// Moves on to the next block.
    #[inline(always)]
    fn step(&mut self) {
        self.volumes.iter_mut().for_each(Volumes::step);
    }
}

/// The unsigned volume of each sample of a block, and its step to the next block.
#[derive(Clone, Copy)]
pub struct Volumes {
    /// The volumes: two groups.
    pub lanes: Lanes,
    /// Of all of them.
    pub step: i16,
}

impl Volumes {
    #[inline(always)]
    fn new(volume: u16, step: u16) -> Self {
        let mut lanes = [volume as i16; LANES];
        lanes[GROUP..].fill(volume.wrapping_add(step) as i16);
        Self { lanes, step: step.wrapping_mul(2) as i16 }
    }

    #[inline(always)]
    fn step(&mut self) {
        for volume in &mut self.lanes {
            *volume = volume.wrapping_add(self.step);
        }
    }

    /// The upper halves of the products, inverted by a mask.
    #[inline(always)]
    fn scale(&self, samples: &Lanes, invert: i16) -> Lanes {
        let mut scaled = [0; LANES];
        for lane in 0..LANES {
            scaled[lane] = scale(samples[lane], self.lanes[lane]) ^ invert;
        }
        scaled
    }
}

/// The upper half of a signed sample times an unsigned volume, which is what the signed product gives and, for a
/// volume with its upper bit set, the sample once more. Compilers know the signed product's upper half.
#[inline(always)]
const fn scale(sample: i16, volume: i16) -> i16 {
    let signed = ((sample as i32 * volume as i32) >> 16) as i16;
    signed.wrapping_add(sample & (volume >> 15))
}

#[inline(always)]
fn block(samples: &mut [i16], index: usize) -> &mut Lanes {
    &mut samples.as_chunks_mut().0[index]
}

#[inline(always)]
fn add(target: &mut Lanes, samples: &Lanes) {
    for (target, sample) in target.iter_mut().zip(samples) {
        *target = target.saturating_add(*sample);
    }
}

fn add_at(memory: &mut DataMemory, address: usize, samples: &[i16]) {
    let mut target = memory.load::<GROUP>(address);
    for (target, sample) in target.iter_mut().zip(samples) {
        *target = target.saturating_add(*sample);
    }
    memory.store(address, &target);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_with_an_unsigned_volume_is_exact_for_every_volume() {
        for sample in [i16::MIN, i16::MIN + 1, -12345, -1, 0, 1, 2, 0x4000, i16::MAX] {
            for volume in 0..=u16::MAX {
                let product = (i64::from(sample) * i64::from(volume)) >> 16;
                assert_eq!(i64::from(scale(sample, volume as i16)), product, "{sample} {volume}");
            }
        }
    }
}

//! [`envelope_mixer::mix_ramps`]: two groups at a time, volumes kept in registers.

use std::arch::x86_64::*;

use super::{load_wide, load8, load16, store_wide, store8, store16};
use crate::hardware::envelope_mixer::{self, Buffers, Envelope, LANES, Ramps};
use crate::hardware::memory::DataMemory;

/// As [`envelope_mixer::mix_ramps`].
#[target_feature(enable = "avx2")]
pub fn mix_ramps(memory: &mut DataMemory, buffers: &Buffers, ramps: &mut Ramps) {
    if !buffers.is_silent && ramps.sides.iter().all(Envelope::is_plain) {
        let samples = LANES * ramps.groups;
        let [left, right] = buffers.dry;
        if buffers.has_wet {
            let [wet_left, wet_right] = buffers.wet;
            let all = [buffers.input, left, right, wet_left, wet_right];
            if let Some([input, left, right, wet_left, wet_right]) = memory.separate_buffers(all, samples) {
                return mix_plain(input, [left, right, wet_left, wet_right], ramps);
            }
        } else if let Some([input, left, right]) =
            memory.separate_buffers([buffers.input, left, right], samples)
        {
            return mix_plain(input, [left, right], ramps);
        }
    }
    envelope_mixer::mix_ramps(memory, buffers, ramps);
}

/// Mixes into buffers that don't overlap (dry, then wet), with ramps that are plain.
#[inline]
#[target_feature(enable = "avx2")]
fn mix_plain<const N: usize>(input: &[i16], buffers: [&mut [i16]; N], ramps: &mut Ramps) {
    let gains: [__m256i; N] = std::array::from_fn(|buffer| _mm256_set1_epi16(ramps.gains[buffer / 2]));
    let (input, last_input) = input.as_chunks::<{ 2 * LANES }>();
    let mut buffers = buffers.map(|buffer| buffer.as_chunks_mut::<{ 2 * LANES }>());
    let steps = [Step::new(&ramps.sides[0]), Step::new(&ramps.sides[1])];
    let mut sides = [Lanes::load(&ramps.sides[0].lanes), Lanes::load(&ramps.sides[1].lanes)];
    let mut steps_next = ramps.steps_first;
    for (index, sample) in input.iter().enumerate() {
        let mut volumes = [_mm256_setzero_si256(); 2];
        for ((side, step), volumes) in sides.iter_mut().zip(&steps).zip(&mut volumes) {
            if steps_next {
                side.step(step);
            }
            let first = side.volumes();
            side.step(step);
            let second = _mm256_slli_epi64::<32>(side.volumes());
            *volumes = in_order(_mm256_or_si256(first, second));
        }
        steps_next = true;
        let sample = load16(sample);
        for (buffer, (words, _)) in buffers.iter_mut().enumerate() {
            let Some(words) = words.get_mut(index) else { return };
            let gains = _mm256_mulhrs_epi16(volumes[buffer % 2], gains[buffer]);
            store16(words, mix(load16(words), sample, gains));
        }
    }
    if let Ok(sample) = last_input.try_into() {
        let sample = _mm256_castsi128_si256(load8(sample));
        for (side, step) in sides.iter_mut().zip(&steps) {
            if steps_next {
                side.step(step);
            }
        }
        for (buffer, (_, words)) in buffers.iter_mut().enumerate() {
            let Some(words) = words.first_chunk_mut() else { return };
            let volumes = in_order(sides[buffer % 2].volumes());
            let gains = _mm256_mulhrs_epi16(volumes, gains[buffer]);
            let mixed = mix(_mm256_castsi128_si256(load8(words)), sample, gains);
            store8(words, _mm256_castsi256_si128(mixed));
        }
    }
    for (side, lanes) in ramps.sides.iter_mut().zip(sides) {
        lanes.store(&mut side.lanes);
    }
}

/// The 16.16 volumes of a side, none negative, in the lower halves of 64-bit lanes.
#[derive(Clone, Copy)]
struct Lanes {
    even: __m256i,
    odd: __m256i,
}

/// What a step does: a rate below 2, and limits of the words of a volume.
#[derive(Clone, Copy)]
struct Step {
    rate: __m256i,
    floor: __m256i,
    ceiling: __m256i,
}

impl Step {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(envelope: &Envelope) -> Self {
        let (floor, ceiling) = envelope.plain_limits();
        Self {
            rate: _mm256_set1_epi64x(i64::from(envelope.rate)),
            floor: _mm256_set1_epi64x(i64::from(floor) << 16),
            ceiling: _mm256_set1_epi64x(i64::from(ceiling) << 16 | 0xFFFF),
        }
    }
}

impl Lanes {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(lanes: &[i32; LANES]) -> Self {
        let lanes = load_wide(lanes);
        let even = _mm256_and_si256(lanes, _mm256_set1_epi64x(0xFFFF_FFFF));
        Self { even, odd: _mm256_srli_epi64::<32>(lanes) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(self, lanes: &mut [i32; LANES]) {
        store_wide(lanes, _mm256_or_si256(self.even, _mm256_slli_epi64::<32>(self.odd)));
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn step(&mut self, step: &Step) {
        let lane = |lane| {
            let product = _mm256_srli_epi64::<16>(_mm256_mul_epu32(lane, step.rate));
            let product = _mm256_min_epu32(product, _mm256_set1_epi64x(0x7FFF_FFFF));
            _mm256_max_epu16(_mm256_min_epu16(product, step.ceiling), step.floor)
        };
        self.even = lane(self.even);
        self.odd = lane(self.odd);
    }

    /// The integer parts, two in the lower half of each 64-bit lane.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn volumes(&self) -> __m256i {
        let odd = _mm256_and_si256(self.odd, _mm256_set1_epi64x(0xFFFF_0000));
        _mm256_or_si256(_mm256_srli_epi64::<16>(self.even), odd)
    }
}

/// Puts the lower halves of the 64-bit lanes in front of the upper ones.
#[inline]
#[target_feature(enable = "avx2")]
fn in_order(volumes: __m256i) -> __m256i {
    _mm256_permutevar8x32_epi32(volumes, _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7))
}

/// `mixer::mix_sample` for gains above -1.0.
///
/// The sum is `32768 * destination + (sample * gain + 0x4000) - destination`. What is subtracted at last borrows
/// from the rounded product where it exceeds its 15 lost bits; a negative destination carries instead.
#[inline]
#[target_feature(enable = "avx2")]
fn mix(destination: __m256i, sample: __m256i, gain: __m256i) -> __m256i {
    let fifteen_bits = _mm256_set1_epi16(0x7FFF);
    let lost = _mm256_add_epi16(_mm256_mullo_epi16(sample, gain), _mm256_set1_epi16(0x4000));
    let lost = _mm256_and_si256(lost, fifteen_bits);
    let borrow = _mm256_cmpgt_epi16(_mm256_and_si256(destination, fifteen_bits), lost);
    let carry = _mm256_add_epi16(_mm256_srli_epi16::<15>(destination), borrow);
    _mm256_adds_epi16(_mm256_mulhrs_epi16(sample, gain), _mm256_add_epi16(destination, carry))
}

//! [`envelope_mixer::mix_ramps`]: whole buffers at a time, volumes kept in registers.

use std::arch::x86_64::*;

use super::{load8, load16, mix, store8, store16};
use crate::hardware::abi1::envelope_mixer::{self, Buffers, LANES, PLAIN_RATES, Span, State};
use crate::hardware::memory::DataMemory;

/// As [`envelope_mixer::mix_ramps`].
#[inline(never)]
#[target_feature(enable = "avx2")]
pub fn mix_ramps(memory: &mut DataMemory, buffers: &Buffers, span: Span, state: &mut State) {
    let ramps = [Ramp::of(state, 0), Ramp::of(state, 1)];
    if !buffers.is_silent && ramps.iter().all(|ramp| ramp.is_plain(state)) {
        let samples = LANES * span.groups;
        let [left, right] = buffers.dry;
        if buffers.has_wet {
            let [wet_left, wet_right] = buffers.wet;
            let all = [buffers.input, left, right, wet_left, wet_right];
            if let Some([input, left, right, wet_left, wet_right]) = memory.separate_buffers(all, samples) {
                return mix_plain(input, [left, right, wet_left, wet_right], &ramps, span, state);
            }
        } else if let Some([input, left, right]) =
            memory.separate_buffers([buffers.input, left, right], samples)
        {
            return mix_plain(input, [left, right], &ramps, span, state);
        }
    }
    envelope_mixer::mix_ramps(memory, buffers, span, state);
}

/// Mixes into buffers that don't overlap (dry, then wet).
#[inline]
#[target_feature(enable = "avx2")]
fn mix_plain<const N: usize>(
    input: &[i16],
    buffers: [&mut [i16]; N],
    ramps: &[Ramp; 2],
    span: Span,
    state: &mut State,
) {
    if span.continues && ramps.iter().all(|ramp| ramp.is_settled(state)) {
        mix_settled(input, buffers, ramps, state);
    } else {
        mix_moving(input, buffers, ramps, span, state);
    }
}

/// One side's words of the state.
#[derive(Clone, Copy)]
struct Ramp {
    /// The place of its volumes.
    volumes: usize,
    target: i16,
    /// Signed 16.16.
    rate: i32,
}

impl Ramp {
    #[inline]
    fn of(state: &State, side: usize) -> Self {
        let at = 4 * LANES + 3 * side;
        let rate = i32::from(state[at + 1]) << 16 | i32::from(state[at + 2] as u16);
        Self { volumes: 2 * LANES * side, target: state[at], rate }
    }

    /// The integer parts of the volumes.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn integers(&self, state: &State) -> __m128i {
        load8(state[self.volumes..].first_chunk().expect("a state has 40 words"))
    }

    /// Whether no volume is or becomes negative, and the rate is below 2: then unsigned arithmetic serves.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn is_plain(&self, state: &State) -> bool {
        let signs = _mm_movemask_epi8(self.integers(state)) & 0xAAAA;
        signs == 0 && self.target >= 0 && (0..PLAIN_RATES).contains(&self.rate)
    }

    /// Whether all (plain) volumes have reached their target and will stay there.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn is_settled(&self, state: &State) -> bool {
        let reached = _mm_cmpeq_epi16(self.integers(state), _mm_set1_epi16(self.target));
        // The greatest volume there is at the target: no step saturates.
        let greatest = i64::from(self.target) << 16 | 0xFFFF;
        _mm_movemask_epi8(reached) == 0xFFFF && (greatest * i64::from(self.rate)) >> 16 <= i64::from(i32::MAX)
    }
}

/// Mixes with volumes that stay at their targets: only their fractions go on.
#[inline]
#[target_feature(enable = "avx2")]
fn mix_settled<const N: usize>(
    input: &[i16],
    buffers: [&mut [i16]; N],
    ramps: &[Ramp; 2],
    state: &mut State,
) {
    let [left, right] = ramps;
    let mut fractions = [Fractions::load(left, state), Fractions::load(right, state)];
    let dry = _mm256_set1_epi16(state[38]);
    let wet = _mm256_set1_epi16(state[39]);
    let (left, right) = (_mm256_set1_epi16(left.target), _mm256_set1_epi16(right.target));
    let both = |gain| [_mm256_mulhrs_epi16(left, gain), _mm256_mulhrs_epi16(right, gain)];
    let gains = [both(dry), both(wet)];
    let (input, last_input) = input.as_chunks::<{ 2 * LANES }>();
    let mut buffers = buffers.map(|buffer| buffer.as_chunks_mut::<{ 2 * LANES }>());
    for (index, sample) in input.iter().enumerate() {
        for side in &mut fractions {
            side.step();
            side.step();
        }
        let sample = load16(sample);
        for (buffer, (words, _)) in buffers.iter_mut().enumerate() {
            let Some(words) = words.get_mut(index) else { return };
            store16(words, mix(load16(words), sample, gains[buffer / 2][buffer % 2]));
        }
    }
    if let Ok(sample) = last_input.try_into() {
        for side in &mut fractions {
            side.step();
        }
        let sample = _mm256_castsi128_si256(load8(sample));
        for (buffer, (_, words)) in buffers.iter_mut().enumerate() {
            let Some(words) = words.first_chunk_mut() else { return };
            let mixed = mix(_mm256_castsi128_si256(load8(words)), sample, gains[buffer / 2][buffer % 2]);
            store8(words, _mm256_castsi256_si128(mixed));
        }
    }
    for (side, ramp) in fractions.iter().zip(ramps) {
        side.store(ramp, state);
    }
}

/// The fractions of a side's volumes at their target, and what a step does to them: what is left are the lower 16
/// bits of volume times rate.
#[derive(Clone, Copy)]
struct Fractions {
    fractions: __m128i,
    rate: __m128i,
    /// All bits if the rate's integer part is one.
    rate_integer: __m128i,
    of_target: __m128i,
}

impl Fractions {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(ramp: &Ramp, state: &State) -> Self {
        Self {
            fractions: load8(state[ramp.volumes + LANES..].first_chunk().expect("a state has 40 words")),
            rate: _mm_set1_epi16(ramp.rate as i16),
            rate_integer: _mm_set1_epi16(-((ramp.rate >> 16) as i16)),
            of_target: _mm_set1_epi16((ramp.rate as i16).wrapping_mul(ramp.target)),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(&self, ramp: &Ramp, state: &mut State) {
        let words = state[ramp.volumes + LANES..].first_chunk_mut().expect("a state has 40 words");
        store8(words, self.fractions);
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn step(&mut self) {
        let whole = _mm_add_epi16(_mm_and_si128(self.fractions, self.rate_integer), self.of_target);
        self.fractions = _mm_add_epi16(multiply_high(self.fractions, self.rate), whole);
    }
}

/// The upper halves of unsigned products.
///
/// The compiler takes `_mm_mulhi_epu16` apart where a factor stays the same in a loop: three times as slow.
#[inline]
#[target_feature(enable = "avx2")]
fn multiply_high(a: __m128i, b: __m128i) -> __m128i {
    let product;
    // SAFETY: the instruction only reads and writes the registers named.
    unsafe {
        std::arch::asm!(
            "vpmulhuw {}, {}, {}", out(xmm_reg) product, in(xmm_reg) a, in(xmm_reg) b,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    product
}

/// Mixes with volumes on their way.
#[inline]
#[target_feature(enable = "avx2")]
fn mix_moving<const N: usize>(
    input: &[i16],
    buffers: [&mut [i16]; N],
    ramps: &[Ramp; 2],
    span: Span,
    state: &mut State,
) {
    let gains = [_mm256_set1_epi16(state[38]), _mm256_set1_epi16(state[39])];
    let (input, last_input) = input.as_chunks::<{ 2 * LANES }>();
    let mut buffers = buffers.map(|buffer| buffer.as_chunks_mut::<{ 2 * LANES }>());
    let [mut left, mut right] = [Volumes::load(&ramps[0], state), Volumes::load(&ramps[1], state)];
    let mut steps_next = span.continues;
    for (index, sample) in input.iter().enumerate() {
        if steps_next {
            left.step();
            right.step();
        }
        steps_next = true;
        let first = [left.integers(), right.integers()];
        left.step();
        right.step();
        let volumes = [in_order(first[0], left.integers()), in_order(first[1], right.integers())];
        let sample = load16(sample);
        for (buffer, (words, _)) in buffers.iter_mut().enumerate() {
            let Some(words) = words.get_mut(index) else { return };
            let gains = _mm256_mulhrs_epi16(volumes[buffer % 2], gains[buffer / 2]);
            store16(words, mix(load16(words), sample, gains));
        }
    }
    if let Ok(sample) = last_input.try_into() {
        if steps_next {
            left.step();
            right.step();
        }
        let none = _mm256_setzero_si256();
        let volumes = [in_order(left.integers(), none), in_order(right.integers(), none)];
        let sample = _mm256_castsi128_si256(load8(sample));
        for (buffer, (_, words)) in buffers.iter_mut().enumerate() {
            let Some(words) = words.first_chunk_mut() else { return };
            let gains = _mm256_mulhrs_epi16(volumes[buffer % 2], gains[buffer / 2]);
            let mixed = mix(_mm256_castsi128_si256(load8(words)), sample, gains);
            store8(words, _mm256_castsi256_si128(mixed));
        }
    }
    left.store(&ramps[0], state);
    right.store(&ramps[1], state);
}

/// The 16.16 volumes of a side, none negative, each in the lower half of a 64-bit lane; and what a step does.
#[derive(Clone, Copy)]
struct Volumes {
    even: __m256i,
    odd: __m256i,
    rate: __m256i,
    /// Limits of the volumes' words: the fraction has none.
    floor: __m256i,
    ceiling: __m256i,
}

impl Volumes {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(ramp: &Ramp, state: &State) -> Self {
        let target = i64::from(ramp.target);
        let (floor, ceiling) = if ramp.rate >= 0x1_0000 { (0, target) } else { (target, 0x7FFF) };
        let words = load16(state[ramp.volumes..].first_chunk().expect("a state has 40 words"));
        // The first half of the integers and that of the fractions side by side, then the second ones.
        let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(words);
        let volumes = _mm256_unpacklo_epi16(_mm256_srli_si256::<8>(words), words);
        Self {
            even: _mm256_and_si256(volumes, _mm256_set1_epi64x(0xFFFF_FFFF)),
            odd: _mm256_srli_epi64::<32>(volumes),
            rate: _mm256_set1_epi64x(i64::from(ramp.rate)),
            floor: _mm256_set1_epi64x(floor << 16),
            ceiling: _mm256_set1_epi64x(ceiling << 16 | 0xFFFF),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(&self, ramp: &Ramp, state: &mut State) {
        let volumes = _mm256_or_si256(self.even, _mm256_slli_epi64::<32>(self.odd));
        let integers = _mm256_srli_epi32::<16>(volumes);
        let fractions = _mm256_and_si256(volumes, _mm256_set1_epi32(0xFFFF));
        let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi32(integers, fractions));
        store16(state[ramp.volumes..].first_chunk_mut().expect("a state has 40 words"), words);
    }

    /// Multiplies by the rate, then limits.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn step(&mut self) {
        self.even = self.stepped(self.even);
        self.odd = self.stepped(self.odd);
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn stepped(&self, volumes: __m256i) -> __m256i {
        let product = _mm256_srli_epi64::<16>(_mm256_mul_epu32(volumes, self.rate));
        let product = _mm256_min_epu32(product, _mm256_set1_epi64x(0x7FFF_FFFF));
        _mm256_max_epu16(_mm256_min_epu16(product, self.ceiling), self.floor)
    }

    /// The integer parts, two in the lower half of each 64-bit lane.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn integers(&self) -> __m256i {
        _mm256_blend_epi16::<0b0010_0010>(_mm256_srli_epi64::<16>(self.even), self.odd)
    }
}

/// The integer parts of two groups.
#[inline]
#[target_feature(enable = "avx2")]
fn in_order(first: __m256i, second: __m256i) -> __m256i {
    let both = _mm256_or_si256(first, _mm256_slli_epi64::<32>(second));
    _mm256_permutevar8x32_epi32(both, _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7))
}

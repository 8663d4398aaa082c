//! [`envelope_mixer::mix_ramps`]: whole buffers at a time, volumes kept in registers.

use std::arch::x86_64::*;

use super::separate::SeparateBuffers;
use super::{load8, load16, mix, store8, store16};
use crate::hardware::abi1::envelope_mixer::{self, Buffers, LANES, PLAIN_RATES, Span, State, Targets};
use crate::hardware::memory::DataMemory;

/// As [`envelope_mixer::mix_ramps`].
#[inline(never)]
#[target_feature(enable = "avx2")]
pub fn mix_ramps(memory: &mut DataMemory, buffers: &Buffers, span: Span, state: &mut State) {
    let ramps = Ramps::of(state);
    if ramps.are_plain(integers(state)) {
        let samples = LANES * span.groups;
        let Buffers { input, dry: [left, right], wet: [wet_left, wet_right] } = *buffers;
        match span.targets {
            Targets::None => {}
            Targets::Dry => {
                if let Some(buffers) = SeparateBuffers::of(memory, input, [left, right], samples) {
                    return mix_plain(buffers, ramps, span, state);
                }
            }
            Targets::DryAndWet => {
                let dry_and_wet = [left, right, wet_left, wet_right];
                if let Some(buffers) = SeparateBuffers::of(memory, input, dry_and_wet, samples) {
                    return mix_plain(buffers, ramps, span, state);
                }
            }
        }
    }
    envelope_mixer::mix_ramps(memory, buffers, span, state);
}

/// Mixes into buffers that don't overlap (dry, then wet).
#[inline]
#[target_feature(enable = "avx2")]
fn mix_plain<const N: usize>(buffers: SeparateBuffers<'_, N>, ramps: Ramps, span: Span, state: &mut State) {
    if span.continues && ramps.are_settled(integers(state)) {
        mix_settled(buffers, ramps, state);
    } else if ramps.any_rises() {
        mix_moving::<true, N>(buffers, ramps, span, state);
    } else {
        mix_moving::<false, N>(buffers, ramps, span, state);
    }
}

/// The integer parts of the volumes: left in the lower half, right in the upper one.
#[inline]
#[target_feature(enable = "avx2")]
fn integers(state: &State) -> __m256i {
    _mm256_set_m128i(words(state, 2 * LANES), words(state, 0))
}

/// Their fractions.
#[inline]
#[target_feature(enable = "avx2")]
fn fractions(state: &State) -> __m256i {
    _mm256_set_m128i(words(state, 3 * LANES), words(state, LANES))
}

/// Eight words of the state. They are read as they are written: a load of more than one store wrote waits for both.
#[inline]
#[target_feature(enable = "avx2")]
fn words(state: &State, at: usize) -> __m128i {
    load8(state[at..].first_chunk().expect("a state has 40 words"))
}

/// What the state says of both sides besides their volumes.
#[derive(Clone, Copy)]
struct Ramps {
    targets: [i16; 2],
    /// 16.16, signed.
    rates: [i32; 2],
}

impl Ramps {
    #[inline]
    fn of(state: &State) -> Self {
        let at = |side: usize| 4 * LANES + 3 * side;
        let rate = |side| i32::from(state[at(side) + 1]) << 16 | i32::from(state[at(side) + 2] as u16);
        Self { targets: [state[at(0)], state[at(1)]], rates: [rate(0), rate(1)] }
    }

    /// Whether no volume is or becomes negative, and the rates are below 2: then unsigned arithmetic serves.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn are_plain(&self, integers: __m256i) -> bool {
        let signs = _mm256_movemask_epi8(integers) as u32 & 0xAAAA_AAAA;
        let (targets, rates) = (self.targets[0] | self.targets[1], self.rates[0] | self.rates[1]);
        // The limit is a power of two: no bit above it, no number above it.
        signs == 0 && targets >= 0 && (0..PLAIN_RATES).contains(&rates)
    }

    /// Whether all (plain) volumes have reached their targets and will stay there.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn are_settled(&self, integers: __m256i) -> bool {
        let reached = _mm256_cmpeq_epi16(integers, both(self.targets));
        // The greatest volume there is at the target: no step saturates.
        let stays = |side: usize| {
            let greatest = i64::from(self.targets[side]) << 16 | 0xFFFF;
            (greatest * i64::from(self.rates[side])) >> 16 <= i64::from(i32::MAX)
        };
        _mm256_movemask_epi8(reached) == -1 && stays(0) && stays(1)
    }

    #[inline]
    const fn rises(&self, side: usize) -> bool {
        self.rates[side] >= 0x1_0000
    }

    #[inline]
    const fn any_rises(&self) -> bool {
        self.rises(0) || self.rises(1)
    }

    /// The least integer part after a step.
    #[inline]
    const fn floor(&self, side: usize) -> i16 {
        if self.rises(side) { 0 } else { self.targets[side] }
    }

    /// The greatest integer part after a step.
    #[inline]
    const fn ceiling(&self, side: usize) -> i16 {
        if self.rises(side) { self.targets[side] } else { i16::MAX }
    }

    /// The fractions of the rates, and all bits where their integer part is one.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn halves(&self) -> [__m256i; 2] {
        let [left, right] = self.rates;
        [both([left as i16, right as i16]), both([-((left >> 16) as i16), -((right >> 16) as i16)])]
    }
}

/// The left number in the lower half, the right one in the upper half.
#[inline]
#[target_feature(enable = "avx2")]
fn both([left, right]: [i16; 2]) -> __m256i {
    _mm256_set_m128i(_mm_set1_epi16(right), _mm_set1_epi16(left))
}

/// Mixes with volumes that stay at their targets: only their fractions go on.
#[inline(never)]
#[target_feature(enable = "avx2")]
fn mix_settled<const N: usize>(mut buffers: SeparateBuffers<'_, N>, ramps: Ramps, state: &mut State) {
    let mut volumes = Volumes::load(state);
    let mut fractions = Fractions::of(ramps, volumes);
    let [dry, wet] = [_mm256_set1_epi16(state[38]), _mm256_set1_epi16(state[39])];
    let [left, right] = [_mm256_set1_epi16(ramps.targets[0]), _mm256_set1_epi16(ramps.targets[1])];
    let both = |gain| [_mm256_mulhrs_epi16(left, gain), _mm256_mulhrs_epi16(right, gain)];
    let gains = [both(dry), both(wet)];
    let mut at = 0;
    while let Some((sample, outputs)) = buffers.block::<{ 2 * LANES }>(at) {
        fractions.step();
        fractions.step();
        let sample = load16(sample);
        for (index, words) in outputs.into_iter().enumerate() {
            store16(words, mix(load16(words), sample, gains[index / 2][index % 2]));
        }
        at += 2 * LANES;
    }
    if let Some((sample, outputs)) = buffers.block(at) {
        fractions.step();
        let sample = _mm256_castsi128_si256(load8(sample));
        for (index, words) in outputs.into_iter().enumerate() {
            let mixed = mix(_mm256_castsi128_si256(load8(words)), sample, gains[index / 2][index % 2]);
            store8(words, _mm256_castsi256_si128(mixed));
        }
    }
    volumes.fractions = fractions.fractions;
    volumes.store(state);
}

/// The fractions of volumes at their targets, and what a step does to them: what is left are the lower 16
/// bits of volume times rate.
#[derive(Clone, Copy)]
struct Fractions {
    fractions: __m256i,
    rate: __m256i,
    rate_integer: __m256i,
    of_target: __m256i,
}

impl Fractions {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(ramps: Ramps, volumes: Volumes) -> Self {
        let [rate, rate_integer] = ramps.halves();
        let of_target = _mm256_mullo_epi16(volumes.integers, rate);
        Self { fractions: volumes.fractions, rate, rate_integer, of_target }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn step(&mut self) {
        let whole = _mm256_add_epi16(_mm256_and_si256(self.fractions, self.rate_integer), self.of_target);
        self.fractions = _mm256_add_epi16(multiply_high(self.fractions, self.rate), whole);
    }
}

/// The upper halves of unsigned products.
///
/// The compiler takes `_mm256_mulhi_epu16` apart where a factor stays the same in a loop: three times as slow.
#[inline]
#[target_feature(enable = "avx2")]
fn multiply_high(a: __m256i, b: __m256i) -> __m256i {
    let product;
    // SAFETY: the instruction only reads and writes the registers named.
    unsafe {
        std::arch::asm!(
            "vpmulhuw {}, {}, {}", out(ymm_reg) product, in(ymm_reg) a, in(ymm_reg) b,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    product
}

/// Mixes with volumes on their way.
#[inline(never)]
#[target_feature(enable = "avx2")]
fn mix_moving<const RISES: bool, const N: usize>(
    mut buffers: SeparateBuffers<'_, N>,
    ramps: Ramps,
    span: Span,
    state: &mut State,
) {
    let gains = [_mm256_set1_epi16(state[38]), _mm256_set1_epi16(state[39])];
    let steps = Steps::<RISES>::of(ramps);
    let mut volumes = Volumes::load(state);
    if span.continues {
        volumes = steps.after(volumes);
    }
    // The volumes of the next group; `last` are those of the one before it.
    let (mut at, mut last) = (0, volumes);
    while let Some((sample, outputs)) = buffers.block::<{ 2 * LANES }>(at) {
        last = steps.after(volumes);
        let sides = [
            _mm256_permute2x128_si256::<0x20>(volumes.integers, last.integers),
            _mm256_permute2x128_si256::<0x31>(volumes.integers, last.integers),
        ];
        volumes = steps.after(last);
        let sample = load16(sample);
        for (index, words) in outputs.into_iter().enumerate() {
            let gains = _mm256_mulhrs_epi16(sides[index % 2], gains[index / 2]);
            store16(words, mix(load16(words), sample, gains));
        }
        at += 2 * LANES;
    }
    if let Some((sample, outputs)) = buffers.block(at) {
        last = volumes;
        let sides = [last.integers, _mm256_permute2x128_si256::<0x11>(last.integers, last.integers)];
        let sample = _mm256_castsi128_si256(load8(sample));
        for (index, words) in outputs.into_iter().enumerate() {
            let gains = _mm256_mulhrs_epi16(sides[index % 2], gains[index / 2]);
            let mixed = mix(_mm256_castsi128_si256(load8(words)), sample, gains);
            store8(words, _mm256_castsi256_si128(mixed));
        }
    }
    last.store(state);
}

/// The 16.16 volumes of both sides, none negative: left in the lower half of the vectors, right in the upper one.
#[derive(Clone, Copy)]
struct Volumes {
    integers: __m256i,
    fractions: __m256i,
}

impl Volumes {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(state: &State) -> Self {
        Self { integers: integers(state), fractions: fractions(state) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(&self, state: &mut State) {
        let (integers, fractions) = (self.integers, self.fractions);
        let words = [
            _mm256_castsi256_si128(integers),
            _mm256_castsi256_si128(fractions),
            _mm256_extracti128_si256::<1>(integers),
            _mm256_extracti128_si256::<1>(fractions),
        ];
        for (place, words) in state.as_chunks_mut().0.iter_mut().zip(words) {
            store8(place, words);
        }
    }
}

/// What a step does to the volumes. If no side `RISES`, both rates are below one.
#[derive(Clone, Copy)]
struct Steps<const RISES: bool> {
    /// The rates' fractions.
    rate: __m256i,
    /// All bits where the rate's integer part is one.
    rate_integer: __m256i,
    /// Limits of the integer parts: the fractions have none.
    floor: __m256i,
    ceiling: __m256i,
}

impl<const RISES: bool> Steps<RISES> {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(ramps: Ramps) -> Self {
        let [rate, rate_integer] = ramps.halves();
        Self {
            rate,
            rate_integer,
            floor: both([ramps.floor(0), ramps.floor(1)]),
            ceiling: both([ramps.ceiling(0), ramps.ceiling(1)]),
        }
    }

    /// The volumes times the rates, limited: products of halves, and the carries between their sums.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn after(&self, Volumes { integers, fractions }: Volumes) -> Volumes {
        let mut low = _mm256_mullo_epi16(integers, self.rate);
        let mut high = multiply_high(integers, self.rate);
        (high, low) = add_low(high, low, multiply_high(fractions, self.rate));
        if RISES {
            high = _mm256_add_epi16(high, _mm256_and_si256(integers, self.rate_integer));
            (high, low) = add_low(high, low, _mm256_and_si256(fractions, self.rate_integer));
            // A product of 2^31 or more becomes the greatest number there is. The ceiling sees to the integer part.
            low = _mm256_or_si256(low, _mm256_srai_epi16::<15>(high));
            high = _mm256_min_epu16(high, self.ceiling);
        }
        Volumes { integers: _mm256_max_epu16(high, self.floor), fractions: low }
    }
}

/// Adds to the lower halves; what they carry goes to the upper ones.
#[inline]
#[target_feature(enable = "avx2")]
fn add_low(high: __m256i, low: __m256i, more: __m256i) -> (__m256i, __m256i) {
    let sum = _mm256_add_epi16(low, more);
    let carries_not = _mm256_cmpeq_epi16(_mm256_max_epu16(sum, more), sum);
    (_mm256_add_epi16(_mm256_add_epi16(high, _mm256_set1_epi16(1)), carries_not), sum)
}

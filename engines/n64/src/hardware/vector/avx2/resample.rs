//! [`resample::interpolate`]: the four products of two outputs in one vector.

use std::arch::x86_64::*;

use super::store8;
use crate::hardware::memory::DataMemory;
use crate::hardware::resample::{self, BLOCK, Position};

/// As [`resample::interpolate`].
#[target_feature(enable = "avx2")]
pub fn interpolate(
    memory: &mut DataMemory,
    source: usize,
    output: usize,
    blocks: usize,
    mut position: Position,
) -> Position {
    // The furthest tap of all.
    let reach = source + 2 * position.index_after(BLOCK * blocks) + 8;
    let is_plain = source & 1 == 0
        && output & 1 == 0
        && reach <= DataMemory::BYTES
        && output + 2 * BLOCK * blocks <= DataMemory::BYTES;
    if !is_plain {
        return resample::interpolate(memory, source, output, blocks, position);
    }
    for block in 0..blocks {
        let pairs = [(); BLOCK / 2].map(|()| {
            let (tap, phase) = two(memory, source, &mut position);
            // Each product is rounded by itself; no phase has a -1.0, for which this would overflow.
            _mm_mulhrs_epi16(tap, phase)
        });
        store8(memory.block_mut(output + 2 * BLOCK * block), sums(pairs));
    }
    position
}

/// The taps and the coefficients of two outputs.
#[inline]
#[target_feature(enable = "avx2")]
fn two(memory: &DataMemory, source: usize, position: &mut Position) -> (__m128i, __m128i) {
    let mut next = || {
        let tap = memory.block::<4>(source + 2 * position.index());
        let phase = position.phase();
        position.advance();
        (load4(tap), load4(phase))
    };
    let (first, second) = (next(), next());
    (_mm_unpacklo_epi64(first.0, second.0), _mm_unpacklo_epi64(first.1, second.1))
}

#[inline]
#[target_feature(enable = "avx2")]
fn load4(words: &[i16; 4]) -> __m128i {
    // SAFETY: the reference is to 8 readable bytes; the load needs no alignment.
    unsafe { _mm_loadl_epi64(words.as_ptr().cast()) }
}

/// The sums of 8 outputs' products. Two of them stay inside 16 bits with this table.
#[inline]
#[target_feature(enable = "avx2")]
fn sums([a, b, c, d]: [__m128i; 4]) -> __m128i {
    let ones = _mm_set1_epi16(1);
    let half = |first, second| {
        let sums = _mm_packs_epi32(_mm_madd_epi16(first, ones), _mm_madd_epi16(second, ones));
        _mm_madd_epi16(sums, ones)
    };
    _mm_packs_epi32(half(a, b), half(c, d))
}

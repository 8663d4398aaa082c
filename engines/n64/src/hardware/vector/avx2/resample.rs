//! [`resample::interpolate`]: the four products of two outputs in one vector.

use std::arch::x86_64::*;

use super::store8;
use crate::hardware::memory::DataMemory;
use crate::hardware::resample::{self, BLOCK, PHASES, Position};

/// The coefficients by the upper byte of a position's fraction: one operation fewer for every output.
static PHASES_BY_BYTE: [[i16; 4]; 256] = {
    let mut table = [[0; 4]; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = PHASES[byte / 4];
        byte += 1;
    }
    table
};

/// As [`resample::interpolate`].
#[inline(never)]
#[target_feature(enable = "avx2")]
pub fn interpolate(
    memory: &mut DataMemory,
    source: usize,
    output: usize,
    blocks: usize,
    mut position: Position,
) -> Position {
    // Behind the furthest tap of all.
    let reach = source + 2 * position.index_after(BLOCK * blocks) + 8;
    let is_plain = source & 1 == 0
        && output & 1 == 0
        && reach <= DataMemory::BYTES
        && output + 2 * BLOCK * blocks <= DataMemory::BYTES;
    if !is_plain {
        return resample::interpolate(memory, source, output, blocks, position);
    }
    let words = memory.words_mut();
    for block in 0..blocks {
        let taps = Taps { words, source: source / 2 };
        // SAFETY: no position of this call lies behind the last one, whose taps are inside the memory.
        let pairs = unsafe {
            [
                taps.products(&mut position),
                taps.products(&mut position),
                taps.products(&mut position),
                taps.products(&mut position),
            ]
        };
        if let Some(outputs) =
            words.get_mut(output / 2 + BLOCK * block..).and_then(|words| words.first_chunk_mut())
        {
            store8(outputs, sums(pairs));
        }
    }
    position
}

/// The memory from the first history sample on.
struct Taps<'a> {
    words: &'a [i16],
    source: usize,
}

impl Taps<'_> {
    /// The four products of the next two outputs, each rounded by itself; no coefficient is -1.0, for which this
    /// would overflow.
    ///
    /// # Safety
    ///
    /// The four samples from either position must lie inside the memory.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn products(&self, position: &mut Position) -> __m128i {
        let (first, second) = (*position, position.next());
        *position = second.next();
        // SAFETY: as the caller promises; the positions of the coefficients are bytes.
        let (taps, phases) = unsafe {
            (
                two(
                    self.words.as_ptr().add(self.source + first.index()),
                    self.words.as_ptr().add(self.source + second.index()),
                ),
                two(phase(first), phase(second)),
            )
        };
        _mm_mulhrs_epi16(taps, phases)
    }
}

#[inline]
fn phase(position: Position) -> *const i16 {
    PHASES_BY_BYTE[usize::from((position.place >> 8) as u8)].as_ptr()
}

/// Two blocks of four samples.
///
/// # Safety
///
/// Both must be readable.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn two(first: *const i16, second: *const i16) -> __m128i {
    // SAFETY: as the caller promises; the loads need no alignment.
    unsafe { _mm_unpacklo_epi64(_mm_loadl_epi64(first.cast()), _mm_loadl_epi64(second.cast())) }
}

/// The sums of 8 outputs' products. Two of them stay inside 16 bits with this table.
#[inline]
#[target_feature(enable = "avx2")]
fn sums([a, b, c, d]: [__m128i; 4]) -> __m128i {
    let ones = _mm_set1_epi16(1);
    let first = _mm_packs_epi32(_mm_madd_epi16(a, ones), _mm_madd_epi16(b, ones));
    let second = _mm_packs_epi32(_mm_madd_epi16(c, ones), _mm_madd_epi16(d, ones));
    _mm_packs_epi32(_mm_madd_epi16(first, ones), _mm_madd_epi16(second, ones))
}

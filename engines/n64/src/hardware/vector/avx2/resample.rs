//! [`resample::interpolate`]: eight outputs in two halves of a vector, each with a window of the samples around it.

use std::arch::x86_64::*;

use super::store8;
use crate::hardware::memory::DataMemory;
use crate::hardware::resample::{self, BLOCK, PHASES, Position};

/// Outputs of half a vector.
const HALF: usize = BLOCK / 2;

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

/// The first product and the third one stay inside 16 bits together, and so do the others (each is rounded).
const _: () = {
    let mut phase = 0;
    while phase < PHASES.len() {
        let [a, b, c, d] = PHASES[phase];
        assert!(a.unsigned_abs() + c.unsigned_abs() < 0x7FFE && b.unsigned_abs() + d.unsigned_abs() < 0x7FFE);
        phase += 1;
    }
};

/// As [`resample::interpolate`].
#[inline(never)]
#[target_feature(enable = "avx2")]
pub fn interpolate(
    memory: &mut DataMemory,
    source: usize,
    output: usize,
    blocks: usize,
    position: Position,
) -> Position {
    // Behind the furthest tap of all.
    let reach = source + 2 * position.index_after(BLOCK * blocks) + 8;
    let end = output + 2 * BLOCK * blocks;
    if (source | output) & 1 != 0 || reach > DataMemory::BYTES || end > DataMemory::BYTES {
        return resample::interpolate(memory, source, output, blocks, position);
    }
    let words = memory.words_with_margin_mut();
    let mut places = Places::of(position);
    let mut next = position;
    for block in 0..blocks {
        let positions = eight_from(&mut next);
        // SAFETY: both are inside the memory, which ends with a margin longer than a window.
        let (windows, to) = unsafe {
            let samples = words.add(source / 2);
            let windows =
                [positions[0], positions[HALF]].map(|position| Window::at(samples.add(position.index())));
            (windows, &mut *words.add(output / 2 + BLOCK * block).cast())
        };
        store8(to, places.outputs(windows, &positions));
        places.next();
    }
    next
}

/// The positions of eight outputs; `position` moves behind them.
#[inline]
fn eight_from(position: &mut Position) -> [Position; BLOCK] {
    let mut positions = [*position; BLOCK];
    for at in &mut positions {
        *at = *position;
        position.place = add(position.place, position.step);
    }
    positions
}

/// A sum modulo 2^32.
///
/// The compiler would make one addition of many, each with a multiple of the step: more than there are registers for.
#[inline]
fn add(a: u32, b: u32) -> u32 {
    let sum;
    // SAFETY: the instruction only reads and writes the registers named, and the flags.
    unsafe {
        std::arch::asm!("add {0:e}, {1:e}", inlateout(reg) a => sum, in(reg) b, options(pure, nomem, nostack));
    }
    sum
}

/// The places of eight outputs, 16.16.
struct Places {
    places: __m256i,
    /// What eight outputs are apart.
    stride: __m256i,
}

impl Places {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(position: Position) -> Self {
        let step = _mm256_set1_epi32(position.step as i32);
        let steps = _mm256_mullo_epi32(step, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
        Self {
            places: _mm256_add_epi32(_mm256_set1_epi32(position.place as i32), steps),
            stride: _mm256_slli_epi32::<3>(step),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn next(&mut self) {
        self.places = _mm256_add_epi32(self.places, self.stride);
    }

    /// The outputs; the windows begin at the first sample of the first output and of the fifth one.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn outputs(&self, [low, high]: [Window; 2], positions: &[Position; BLOCK]) -> __m128i {
        let pairs = self.pairs();
        let first = _mm256_shuffle_epi8(_mm256_set_m128i(high.first, low.first), pairs);
        let second = _mm256_shuffle_epi8(_mm256_set_m128i(high.second, low.second), pairs);
        let [first_phases, second_phases] = phases(positions);
        // Each product is rounded by itself; no coefficient is -1.0, for which this would overflow.
        let sums = _mm256_add_epi16(
            _mm256_mulhrs_epi16(first, first_phases),
            _mm256_mulhrs_epi16(second, second_phases),
        );
        let sums = _mm256_madd_epi16(sums, _mm256_set1_epi16(1));
        _mm_packs_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums))
    }

    /// Where the bytes of each output's first two taps are in its half's window: at most six samples behind its start. The
    /// lowest bytes of the indices are enough for that.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn pairs(&self) -> __m256i {
        let own = _mm_setr_epi8(2, 2, 2, 2, 6, 6, 6, 6, 10, 10, 10, 10, 14, 14, 14, 14);
        let index = _mm256_shuffle_epi8(self.places, _mm256_broadcastsi128_si256(own));
        let behind = _mm256_sub_epi8(index, _mm256_shuffle_epi8(self.places, _mm256_set1_epi8(2)));
        _mm256_add_epi8(_mm256_add_epi8(behind, behind), _mm256_set1_epi32(0x0302_0100))
    }
}

/// The coefficients of each output's first two taps, and of the other two.
#[inline]
#[target_feature(enable = "avx2")]
fn phases(positions: &[Position; BLOCK]) -> [__m256i; 2] {
    let [a, b, c, d, e, f, g, h] =
        positions.map(|position| &PHASES_BY_BYTE[usize::from((position.place >> 8) as u8)]);
    let left = _mm256_castsi256_ps(_mm256_set_m128i(two(e, f), two(a, b)));
    let right = _mm256_castsi256_ps(_mm256_set_m128i(two(g, h), two(c, d)));
    [
        _mm256_castps_si256(_mm256_shuffle_ps::<0b10_00_10_00>(left, right)),
        _mm256_castps_si256(_mm256_shuffle_ps::<0b11_01_11_01>(left, right)),
    ]
}

/// The samples around four outputs.
struct Window {
    first: __m128i,
    /// Two samples later.
    second: __m128i,
}

impl Window {
    /// The window at an address from which ten samples can be read.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn at(samples: *const i16) -> Self {
        // SAFETY: the caller says that ten samples can be read.
        unsafe {
            Self { first: _mm_loadu_si128(samples.cast()), second: _mm_loadu_si128(samples.add(2).cast()) }
        }
    }
}

/// Two outputs' coefficients.
#[inline]
#[target_feature(enable = "avx2")]
fn two(first: &[i16; 4], second: &[i16; 4]) -> __m128i {
    // SAFETY: the references are to 8 readable bytes; the loads need no alignment. The second one is a load of the upper
    // half only as a float.
    unsafe {
        let first = _mm_castsi128_pd(_mm_loadl_epi64(first.as_ptr().cast()));
        _mm_castpd_si128(_mm_loadh_pd(first, second.as_ptr().cast()))
    }
}

//! The Gaussian interpolation between decoded samples (`snes-hardware.md` section 4.5).

use std::f64::consts::PI;

use super::brr::{SampleRing, clamp16};

/// The table as the chip holds it, from its formula.
///
/// It is computed while compiling, with series instead of the platform's sine, so that no platform can differ.
pub const GAUSS: [i16; 512] = gauss_table();

/// The four weights of each of the 256 positions between two samples, for the oldest sample first.
pub(super) static WEIGHTS: [[i16; 4]; 256] = {
    let mut weights = [[0; 4]; 256];
    let mut fraction = 0;
    while fraction < 256 {
        weights[fraction] =
            [GAUSS[255 - fraction], GAUSS[511 - fraction], GAUSS[256 + fraction], GAUSS[fraction]];
        fraction += 1;
    }
    weights
};

/// A voice's place between its samples: 12 bits of fraction under 3 bits of whole samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SamplePosition(u16);

impl SamplePosition {
    /// The start of the ring.
    pub const START: Self = Self(0);
    /// One group of four samples: from here on a group is due to be decoded.
    pub const GROUP: Self = Self(0x4000);
    const LIMIT: i32 = 0x7FFF;

    /// Whether a group of four samples has been used up.
    #[inline]
    #[must_use]
    pub const fn needs_group(self) -> bool {
        self.0 >= Self::GROUP.0
    }

    /// Moves on by the pitch; a used-up group is taken off, and the position stays below two groups.
    #[inline]
    #[must_use]
    pub const fn advanced(self, pitch: i32) -> Self {
        let moved = (self.0 & 0x3FFF) as i32 + pitch;
        Self(if moved > Self::LIMIT { Self::LIMIT as u16 } else { moved as u16 })
    }

    /// Interpolates the ring's samples here.
    #[inline]
    #[must_use]
    pub fn interpolate(self, ring: &SampleRing) -> i32 {
        interpolate(ring.taps(usize::from(self.0 >> 12)), u32::from(self.0))
    }

    /// All 15 bits.
    #[inline]
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// A position from its 15 bits.
    #[inline]
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & 0x7FFF)
    }
}

/// The weights of four neighbours, the oldest first, at a place with 12 bits of fraction.
#[inline]
#[must_use]
pub fn weights_at(place: u32) -> &'static [i16; 4] {
    &WEIGHTS[(place >> 4 & 255) as usize]
}

/// Interpolates between four neighbours, the oldest first, at a place with 12 bits of fraction. The lowest bit of the
/// result is not used.
#[inline]
#[must_use]
pub fn interpolate(taps: [i16; 4], place: u32) -> i32 {
    let weights = weights_at(place);
    let term = |tap: usize| (i32::from(weights[tap]) * i32::from(taps[tap])) >> 11;
    // The first three terms are added in 16 bits and may wrap; the last addition saturates.
    let three = (term(0) + term(1) + term(2)) as i16;
    clamp16(i32::from(three) + term(3)) & !1
}

const fn gauss_table() -> [i16; 512] {
    let mut window = [0.0; 512];
    let mut n = 0;
    while n < 512 {
        let k = n as f64 + 0.5;
        let sinc = sine(PI * k * 1.280 / 1024.0);
        let first = (cosine(PI * k * 2.0 / 1023.0) - 1.0) * 0.50;
        let second = (cosine(PI * k * 4.0 / 1023.0) - 1.0) * 0.08;
        window[511 - n] = sinc * (first + second + 1.0) / k;
        n += 1;
    }
    let mut table = [0; 512];
    let mut phase = 0;
    while phase < 128 {
        // The four weights that meet in one interpolation add up to 2048.
        let entries = [phase, phase + 256, 511 - phase, 255 - phase];
        let scale =
            2048.0 / (window[entries[0]] + window[entries[1]] + window[entries[2]] + window[entries[3]]);
        let mut entry = 0;
        while entry < 4 {
            // All entries are positive: truncation is the floor.
            table[entries[entry]] = (window[entries[entry]] * scale + 0.5) as i16;
            entry += 1;
        }
        phase += 1;
    }
    table
}

/// The sine of an angle from 0 to 2 pi, by its series.
const fn sine(angle: f64) -> f64 {
    let mut term = angle;
    let mut sum = angle;
    let mut n = 1.0;
    while n < 26.0 {
        term *= -angle * angle / ((2.0 * n) * (2.0 * n + 1.0));
        sum += term;
        n += 1.0;
    }
    sum
}

/// The cosine of an angle from 0 to 2 pi, by its series.
const fn cosine(angle: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    let mut n = 1.0;
    while n < 26.0 {
        term *= -angle * angle / ((2.0 * n - 1.0) * (2.0 * n));
        sum += term;
        n += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formula_gives_the_known_table() {
        let known = include_str!("gauss_table.txt");
        let known: Vec<i16> = known.split_whitespace().map(|number| number.parse().unwrap()).collect();
        assert_eq!(known, GAUSS);
    }

    #[test]
    fn three_full_scale_negative_samples_wrap() {
        let mut ring = SampleRing::default();
        // Shift 12, nibble -8: the most negative sample.
        for _ in 0..3 {
            ring.decode_group(super::super::brr::BrrHeader(0xC0), [0x88, 0x88]);
        }
        assert_eq!(SamplePosition::START.interpolate(&ring), 32752);
    }
}

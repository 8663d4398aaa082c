//! The decoder of BRR samples (`snes-hardware.md` section 4.4): blocks of a header and 16 nibbles.

/// The first byte of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BrrHeader(
    /// Shift (bits 4-7), filter (2-3), loop (1), end (0). Bit 1 has meaning only together with bit 0.
    pub u8,
);

impl BrrHeader {
    /// Whether this is the sample's last block.
    #[inline]
    #[must_use]
    pub const fn is_end(self) -> bool {
        self.0 & 1 != 0
    }

    /// Whether the voice is cut here: the last block of a sample that does not loop.
    #[inline]
    #[must_use]
    pub const fn is_end_without_loop(self) -> bool {
        self.0 & 3 == 1
    }

    /// A nibble before filtering. Shifts above 12 leave only the sign.
    #[inline]
    pub(crate) const fn scale(self, nibble: i32) -> i32 {
        let shift = self.0 >> 4;
        if shift <= 12 {
            nibble << shift >> 1
        } else if nibble < 0 {
            -2048
        } else {
            0
        }
    }

    /// Decodes the four nibbles of two bytes, the upper one of each first, after the two samples before.
    #[inline]
    #[must_use]
    pub fn decode_bytes(self, bytes: [u8; 2], previous: i16, before: i16) -> [i16; 4] {
        let word = u16::from_be_bytes(bytes).cast_signed();
        let nibbles = [0, 4, 8, 12].map(|left_align| i32::from((word << left_align) >> 12));
        self.decode(nibbles, previous, before)
    }

    /// Decodes four nibbles (-8 to 7) after the two samples before, of which `previous` is the later one.
    #[inline]
    #[must_use]
    pub fn decode(self, nibbles: [i32; 4], previous: i16, before: i16) -> [i16; 4] {
        let scaled = nibbles.map(|nibble| self.scale(nibble));
        match self.0 >> 2 & 3 {
            0 => filtered(scaled, previous, before, |_, _| 0),
            1 => filtered(scaled, previous, before, first_filter),
            2 => filtered(scaled, previous, before, second_filter),
            _ => filtered(scaled, previous, before, third_filter),
        }
    }

    /// What the filter adds to the next sample.
    #[must_use]
    pub fn predicted(self, previous: i16, before: i16) -> i32 {
        let (p1, p2) = (i32::from(previous), i32::from(before >> 1));
        match self.0 >> 2 & 3 {
            0 => 0,
            1 => first_filter(p1, p2),
            2 => second_filter(p1, p2),
            _ => third_filter(p1, p2),
        }
    }
}

const fn first_filter(p1: i32, _: i32) -> i32 {
    (p1 >> 1) + ((-p1) >> 5)
}

const fn second_filter(p1: i32, p2: i32) -> i32 {
    p1 - p2 + (p2 >> 4) + ((-3 * p1) >> 6)
}

const fn third_filter(p1: i32, p2: i32) -> i32 {
    p1 - p2 + ((-13 * p1) >> 7) + ((3 * p2) >> 4)
}

/// Adds to each sample what the filter predicts from the last one and half of the one before.
#[inline]
fn filtered(
    scaled: [i32; 4],
    mut previous: i16,
    mut before: i16,
    predict: impl Fn(i32, i32) -> i32,
) -> [i16; 4] {
    scaled.map(|sample| {
        let predicted = predict(i32::from(previous), i32::from(before >> 1));
        before = previous;
        // The stored sample is doubled and loses bit 15: the 15-bit wrap.
        let sum = sample + predicted;
        // Good recordings never saturate.
        let sum = if sum as i16 as i32 == sum { sum } else { saturated(sum) };
        previous = (sum << 1) as i16;
        previous
    })
}

#[cold]
const fn saturated(sum: i32) -> i32 {
    clamp16(sum)
}

/// Saturates to 16 bits.
#[inline]
#[must_use]
pub const fn clamp16(value: i32) -> i32 {
    if value < -0x8000 {
        -0x8000
    } else if value > 0x7FFF {
        0x7FFF
    } else {
        value
    }
}

/// The ring of the 12 samples decoded last.
///
/// Every sample is stored twice, 12 places apart, so that any four neighbours can be read without wrapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleRing {
    samples: [i16; 24],
    position: RingPosition,
}

/// Where the next group of four samples goes: also the place of the oldest one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum RingPosition {
    #[default]
    First,
    Second,
    Third,
}

impl RingPosition {
    #[inline]
    const fn index(self) -> usize {
        self as usize * 4
    }

    #[inline]
    const fn next(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::Third,
            Self::Third => Self::First,
        }
    }
}

impl SampleRing {
    /// Samples that it holds.
    pub const LENGTH: usize = 12;

    /// All samples, the oldest first.
    #[inline]
    #[must_use]
    pub fn oldest_first(&self) -> [i16; Self::LENGTH] {
        let start = self.position.index();
        std::array::from_fn(|age| self.samples[start + age])
    }

    /// The ring after `groups` groups have been decoded, the newest samples being these, the oldest first.
    pub fn replace(&mut self, samples: [i16; Self::LENGTH], groups: usize) {
        for _ in 0..groups % 3 {
            self.position = self.position.next();
        }
        let mut place = self.position;
        for group in samples.as_chunks::<4>().0 {
            let start = place.index();
            self.samples[start..start + 4].copy_from_slice(group);
            self.samples[start + Self::LENGTH..start + Self::LENGTH + 4].copy_from_slice(group);
            place = place.next();
        }
    }

    /// Starts to fill at the first place; the samples stay.
    pub const fn rewind(&mut self) {
        self.position = RingPosition::First;
    }

    /// Decodes four nibbles, the upper one of each byte first, over the oldest four samples.
    #[inline]
    pub fn decode_group(&mut self, header: BrrHeader, bytes: [u8; 2]) {
        let start = self.position.index();
        // The mirror image behind the place holds what was decoded last and before that.
        let (previous, before) = (self.samples[start + 11], self.samples[start + 10]);
        let group = header.decode_bytes(bytes, previous, before);
        self.samples[start..start + 4].copy_from_slice(&group);
        self.samples[start + 12..start + 16].copy_from_slice(&group);
        self.position = self.position.next();
    }

    /// Four neighbours, `age` (0 to 7) samples after the oldest.
    #[inline]
    #[must_use]
    pub fn taps(&self, age: usize) -> [i16; 4] {
        let first = self.position.index() + (age & 7);
        [self.samples[first], self.samples[first + 1], self.samples[first + 2], self.samples[first + 3]]
    }
}

/// Where a voice reads its sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BrrCursor {
    /// Address of the block.
    pub address: u16,
    /// The pair of bytes in the block that comes next.
    pub pair: BytePair,
}

/// One of the four pairs of bytes in a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BytePair {
    /// Bytes 1 and 2.
    #[default]
    First,
    /// Bytes 3 and 4.
    Second,
    /// Bytes 5 and 6.
    Third,
    /// Bytes 7 and 8.
    Fourth,
}

impl BytePair {
    /// All four, in order.
    pub const ALL: [Self; 4] = [Self::First, Self::Second, Self::Third, Self::Fourth];
}

impl BrrCursor {
    /// Bytes in a block.
    pub const BLOCK: u16 = 9;

    /// The start of a sample.
    #[must_use]
    pub const fn at(address: u16) -> Self {
        Self { address, pair: BytePair::First }
    }

    /// Address of the next byte; the one after it belongs to the same group.
    #[inline]
    #[must_use]
    pub const fn byte_address(self) -> u16 {
        self.address.wrapping_add(1 + 2 * self.pair as u16)
    }

    /// Moves to the next pair; `true` if the block is finished (the address is then the following block's).
    #[inline]
    pub const fn advance(&mut self) -> bool {
        self.pair = match self.pair {
            BytePair::First => BytePair::Second,
            BytePair::Second => BytePair::Third,
            BytePair::Third => BytePair::Fourth,
            BytePair::Fourth => {
                *self = Self::at(self.address.wrapping_add(Self::BLOCK));
                return true;
            }
        };
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_shifts_leave_the_sign() {
        let header = BrrHeader(0xD0);
        assert_eq!(header.decode([-1, 7, -8, 0], 0, 0), [-4096, 0, -4096, 0]);
    }

    #[test]
    fn the_stored_sample_wraps_to_15_bits() {
        assert_eq!(BrrHeader(0xC8).decode([7, 0, 0, 0], 0x7FFE, -0x8000)[0], -2);
    }

    #[test]
    fn a_group_goes_over_the_oldest_four_samples() {
        let mut ring = SampleRing::default();
        for first in [0x12, 0x34, 0x56] {
            ring.decode_group(BrrHeader(0x10), [first, 0]);
        }
        assert_eq!(ring.taps(0), [2, 4, 0, 0]);
        assert_eq!(ring.taps(4), [6, 8, 0, 0]);
        ring.decode_group(BrrHeader(0x10), [0x70, 0]);
        assert_eq!(ring.taps(0), [6, 8, 0, 0]);
        assert_eq!(ring.taps(7), [0, 14, 0, 0]);
    }
}

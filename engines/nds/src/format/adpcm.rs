//! IMA-ADPCM as the sound hardware decodes it (nds-hardware 3.3): the one decoder of waves, streams and the mixer.

/// Step sizes by index.
pub const STEP: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88,
    97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658,
    724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660,
    4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818,
    18500, 20350, 22385, 24623, 27086, 29794, 32767,
];
/// How the index moves by the low three bits of a nibble.
pub const INDEX_CHANGE: [i8; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];
/// Values are kept within plus and minus this.
const LIMIT: i32 = 0x7FFF;

/// Difference and next index by index and nibble, so that the mixer's inner loop has one look-up per sample.
static TRANSITIONS: [[Transition; 16]; 89] = transitions();

#[derive(Clone, Copy)]
struct Transition {
    difference: i32,
    next_index: u8,
}

const fn transitions() -> [[Transition; 16]; 89] {
    let mut table = [[Transition { difference: 0, next_index: 0 }; 16]; 89];
    let mut index = 0;
    while index < 89 {
        let mut nibble = 0;
        while nibble < 16 {
            let step = STEP[index];
            // Each quotient is rounded down on its own.
            let mut difference = step >> 3;
            if nibble & 1 != 0 {
                difference += step >> 2;
            }
            if nibble & 2 != 0 {
                difference += step >> 1;
            }
            if nibble & 4 != 0 {
                difference += step;
            }
            let moved = index as i32 + INDEX_CHANGE[nibble & 7] as i32;
            let next_index = if moved < 0 {
                0
            } else if moved > 88 {
                88
            } else {
                moved as u8
            };
            table[index][nibble] =
                Transition { difference: if nibble & 8 != 0 { -difference } else { difference }, next_index };
            nibble += 1;
        }
        index += 1;
    }
    table
}

/// The decoder's state between two samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Predictor {
    value: i16,
    index: u8,
}

impl Predictor {
    /// A state; the index is limited to 88.
    #[must_use]
    pub fn new(value: i16, index: u8) -> Self {
        Self { value, index: index.min(88) }
    }

    /// The state a header word sets: the initial value and the step index (limited to 88).
    #[must_use]
    pub fn from_header(header: u32) -> Self {
        Self { value: header as u16 as i16, index: ((header >> 16) & 0x7F).min(88) as u8 }
    }

    /// The header word that sets this state.
    #[must_use]
    pub const fn to_header(self) -> u32 {
        self.value as u16 as u32 | (self.index as u32) << 16
    }

    /// The current sample.
    #[must_use]
    pub const fn value(self) -> i16 {
        self.value
    }

    /// Number of the step size that the next nibble counts in, 0 to 88.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.index.min(88))
    }

    /// The step size that the next nibble counts in.
    #[must_use]
    pub fn step(self) -> i32 {
        STEP[self.index()]
    }

    /// Decodes one nibble (the low four bits).
    ///
    /// Additions are limited at the top only and subtractions at the bottom only, so an initial value of -0x8000
    /// survives until the first subtraction.
    #[inline]
    pub fn decode(&mut self, nibble: u8) {
        let transition = &TRANSITIONS[usize::from(self.index.min(88))][usize::from(nibble & 15)];
        let value = i32::from(self.value) + transition.difference;
        // Without a branch on the sign, which no predictor guesses: an addition cannot get below -0x8000 by itself.
        let lowest = -LIMIT - 1 + i32::from(nibble >> 3 & 1);
        let value = value.clamp(lowest, LIMIT);
        self.value = value as i16;
        self.index = transition.next_index;
    }
}

/// Decodes `count` samples: a header word, then nibbles, low one first. Missing bytes count as zero.
pub fn decode(bytes: &[u8], count: usize, mut emit: impl FnMut(i16)) {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut predictor = Predictor::from_header(u32::from_le_bytes([byte(0), byte(1), byte(2), byte(3)]));
    for sample in 0..count {
        let pair = byte(4 + sample / 2);
        predictor.decode(if sample % 2 == 0 { pair & 15 } else { pair >> 4 });
        emit(predictor.value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_one_sided() {
        let mut predictor = Predictor::from_header(0x0000_8000);
        predictor.decode(0);
        assert_eq!(predictor.value(), -0x8000, "an addition leaves the value below the lower limit");
        predictor.decode(8);
        assert_eq!(predictor.value(), -0x7FFF);
    }

    #[test]
    fn a_header_index_above_the_table_is_taken_as_its_end() {
        assert_eq!(Predictor::from_header(127 << 16).to_header(), 88 << 16);
    }
}

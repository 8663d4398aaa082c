use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use crate::LoopPoints;

/// Finds where a song repeats by the state of its script: the first state seen a second time closes the loop.
///
/// The engine hashes, at each tick, everything that decides what the script will do and sound like from there
/// on. 128 bits make an accidental match in a song of any length practically impossible.
#[derive(Clone, Debug, Default)]
pub struct RepetitionFinder {
    seen: HashMap<u128, u64>,
}

impl RepetitionFinder {
    /// Notes the state at `tick`; gives the loop when that state has been seen before.
    pub fn visit(&mut self, tick: u64, state: u128) -> Option<LoopPoints> {
        match self.seen.insert(state, tick) {
            Some(start) if start < tick => Some(LoopPoints { start, end: tick }),
            _ => None,
        }
    }
}

/// A 128-bit hash of a state: deterministic across platforms and runs.
///
/// Two streams like FNV-1a with different offsets, but over 64-bit words: an integer is one step, bytes are eight to a step. A
/// product carries only upwards, so its upper half is folded into the lower one each time. Not for adversaries: a forged
/// collision only misplaces a loop point in the forger's own song.
#[derive(Clone, Debug)]
pub struct StateHasher {
    low: u64,
    high: u64,
}

impl StateHasher {
    /// An odd number whose digits are in disorder: the golden ratio's fraction.
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

    #[inline]
    fn mix(&mut self, word: u64) {
        let low = (self.low ^ word).wrapping_mul(Self::FACTOR);
        let high = (self.high.rotate_left(5) ^ word).wrapping_mul(Self::FACTOR);
        self.low = low ^ low >> 32;
        self.high = high ^ high >> 29;
    }

    /// The hash of one value.
    #[must_use]
    pub fn hash_of(value: &impl Hash) -> u128 {
        let mut hasher = Self::default();
        value.hash(&mut hasher);
        hasher.finish_wide()
    }

    /// All 128 bits.
    #[must_use]
    pub fn finish_wide(&self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }
}

impl Default for StateHasher {
    fn default() -> Self {
        Self { low: 0xCBF2_9CE4_8422_2325, high: 0x6C62_272E_07BB_0142 }
    }
}

impl Hasher for StateHasher {
    fn finish(&self) -> u64 {
        self.low
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for &word in words {
            self.mix(u64::from_le_bytes(word));
        }
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.mix(u64::from_le_bytes(word));
        }
        // Else one to seven zeros at the end would not count.
        self.mix(bytes.len() as u64);
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(value.into());
    }

    fn write_u16(&mut self, value: u16) {
        self.mix(value.into());
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(value.into());
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.mix(value as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_repeated_state_closes_the_loop() {
        let mut finder = RepetitionFinder::default();
        let song = ["intro", "a", "b", "c", "a"];
        let found: Vec<_> = song
            .iter()
            .enumerate()
            .filter_map(|(tick, state)| finder.visit(tick as u64, StateHasher::hash_of(state)))
            .collect();
        assert_eq!(found, [LoopPoints { start: 1, end: 4 }]);
    }

    #[test]
    fn every_bit_and_every_zero_counts_in_both_halves() {
        let mut seen = std::collections::HashSet::new();
        let mut all = |state: u128| {
            assert!(seen.insert(state as u64), "{state:x}");
            assert!(seen.insert((state >> 64) as u64), "{state:x}");
        };
        for length in 0..24 {
            let mut bytes = vec![0_u8; length];
            all(StateHasher::hash_of(&bytes));
            for bit in 0..8 * length {
                bytes[bit / 8] ^= 1 << (bit % 8);
                all(StateHasher::hash_of(&bytes));
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
        }
        for bit in 0..64 {
            all(StateHasher::hash_of(&(1_u64 << bit, 0_u8)));
            all(StateHasher::hash_of(&(0_u8, 1_u64 << bit)));
        }
    }
}

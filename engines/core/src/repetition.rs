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
/// Two FNV-1a streams with different offsets. Not for adversaries: a forged collision only misplaces a loop
/// point in the forger's own song.
#[derive(Clone, Debug)]
pub struct StateHasher {
    low: u64,
    high: u64,
}

impl StateHasher {
    const PRIME: u64 = 0x0000_0100_0000_01B3;

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
        for &byte in bytes {
            self.low = (self.low ^ u64::from(byte)).wrapping_mul(Self::PRIME);
            self.high = (self.high.rotate_left(5) ^ u64::from(byte)).wrapping_mul(Self::PRIME);
        }
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
}

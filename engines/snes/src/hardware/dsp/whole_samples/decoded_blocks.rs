//! Blocks decoded before: most voices play a short loop again and again.

use crate::hardware::dsp::brr::{BrrCursor, BrrHeader};

/// Groups of four samples in a block.
pub(super) const GROUPS: usize = 4;
/// The bytes of a block.
pub(super) type BlockBytes = [u8; BrrCursor::BLOCK as usize];

/// A block and what it decodes to after two samples: nothing else matters, so that an entry never gets out of date.
#[derive(Clone, Copy, Debug)]
struct Entry {
    bytes: BlockBytes,
    /// The first group that has been decoded, and the samples before it.
    first: u8,
    history: History,
    groups: [[i16; 4]; GROUPS],
}

/// The two samples before a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct History {
    pub(super) previous: i16,
    pub(super) before: i16,
}

/// Some blocks decoded before, by their address.
#[derive(Clone, Debug)]
pub(in crate::hardware::dsp) struct DecodedBlocks(Box<[Entry; Self::ENTRIES]>);

impl DecodedBlocks {
    const ENTRIES: usize = 1024;
    /// Times 9 this is 1 modulo 65536: the blocks of a sample get neighbouring places.
    const NINTH: u16 = 0x8E39;

    /// Where a block is kept. Samples often begin at round addresses, whose ninths differ in the upper bits only: these lead to
    /// places an odd number apart.
    #[inline]
    const fn place(address: u16) -> usize {
        let ninth = address.wrapping_mul(Self::NINTH) as usize;
        (ninth + 39 * (ninth / Self::ENTRIES)) % Self::ENTRIES
    }

    /// Empty: silent blocks, which decode to silence after silence.
    pub(in crate::hardware::dsp) fn new() -> Self {
        let history = History { previous: 0, before: 0 };
        let silence = Entry { bytes: [0; 9], first: 0, history, groups: [[0; 4]; GROUPS] };
        Self(Box::new([silence; Self::ENTRIES]))
    }

    /// Decodes the block at an address from one of its groups on, after the two samples before that group. The groups
    /// before it are anything.
    #[inline]
    pub(super) fn decode(
        &mut self,
        address: u16,
        bytes: BlockBytes,
        first: usize,
        history: History,
    ) -> &[[i16; 4]; GROUPS] {
        let entry = &mut self.0[Self::place(address)];
        // Nearly all blocks are decoded from their start.
        let is_after = if first | usize::from(entry.first) == 0 {
            entry.history == history
        } else {
            entry.before(first) == Some(history)
        };
        if !is_after || entry.bytes != bytes {
            entry.decode(bytes, first, history);
        }
        &entry.groups
    }
}

impl Entry {
    /// The two samples before a group, if it is one that has been decoded.
    #[inline]
    fn before(&self, group: usize) -> Option<History> {
        if group == usize::from(self.first) {
            return Some(self.history);
        }
        let [_, _, before, previous] = *self.groups.get(usize::from(self.first)..group)?.last()?;
        Some(History { previous, before })
    }

    #[cold]
    fn decode(&mut self, bytes: BlockBytes, first: usize, history: History) {
        (self.bytes, self.first, self.history) = (bytes, first as u8, history);
        let [header, pairs @ ..] = bytes;
        let History { mut previous, mut before } = history;
        for (group, pair) in self.groups.iter_mut().zip(pairs.as_chunks().0).skip(first) {
            *group = BrrHeader(header).decode_bytes(*pair, previous, before);
            [_, _, before, previous] = *group;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: BlockBytes, first: usize, history: History) -> Vec<i16> {
        let History { mut previous, mut before } = history;
        let mut samples = Vec::new();
        for pair in bytes[1..].as_chunks().0.iter().skip(first) {
            let group = BrrHeader(bytes[0]).decode_bytes(*pair, previous, before);
            [_, _, before, previous] = group;
            samples.extend(group);
        }
        samples
    }

    #[test]
    fn samples_at_round_addresses_do_not_push_each_other_out() {
        for apart in [0x80, 0x100, 0x180, 0x200, 0x300, 0x400, 0x600, 0x800, 0x1000, 0x2000, 9 * 32, 999] {
            let places: std::collections::HashSet<usize> = (0..8_u16)
                .flat_map(|voice| (0..24).map(move |block| DecodedBlocks::place(voice * apart + block * 9)))
                .collect();
            assert!(places.len() >= 8 * 24 * 9 / 10, "{apart:#x}: {}", places.len());
        }
    }

    #[test]
    fn what_is_kept_is_what_would_be_decoded() {
        let mut blocks = DecodedBlocks::new();
        let mut state = 1_u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            (state >> 16) % below
        };
        let mut history = History { previous: 0, before: 0 };
        for _ in 0..50_000 {
            // Few different addresses, bytes and histories: most come again, also those that a block led to.
            let address = (random(40) * 9) as u16;
            let variant = random(2) as usize;
            let bytes = std::array::from_fn(|place| (address as usize + (place + variant) * 31) as u8);
            let first = random(4) as usize;
            if random(3) == 0 {
                history = History { previous: random(3) as i16 * 900, before: random(2) as i16 * 500 };
            }
            let groups = blocks.decode(address, bytes, first, history);
            assert_eq!(groups[first..].as_flattened(), decode(bytes, first, history));
            let [_, _, before, previous] = groups[first];
            history = History { previous, before };
        }
    }
}

//! The two memories the audio microcode works on: its own 4 KiB and the console's RAM.

use std::sync::Arc;

/// A RAM address as a command carries it.
pub type RamAddress = u32;

/// The signal processor's data memory (DMEM): 4 KiB, addressed in bytes, holding big-endian samples.
///
/// Stored as native 16-bit words, so that the even addresses which all audio buffers use are plain slices.
/// Addresses wrap at 4 KiB. Bytes that no command has written are zero at the start of a task and keep what
/// earlier commands left there: several results depend on such leftovers (`n64-mixer.md`, introduction).
#[derive(Clone)]
#[repr(align(64))]
pub struct DataMemory {
    /// The memory, and behind it room so that a short block from any masked index is inside the array.
    words: [i16; Self::WORDS + Self::MARGIN],
}

impl DataMemory {
    /// Size in bytes.
    pub const BYTES: usize = 0x1000;
    const WORDS: usize = Self::BYTES / 2;
    const MARGIN: usize = 16;
    const WORD_MASK: usize = Self::WORDS - 1;

    /// All bytes zero.
    pub const fn new() -> Self {
        Self { words: [0; Self::WORDS + Self::MARGIN] }
    }

    /// All words, and behind them at least 10 more, which can be read and written but mean nothing.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub fn words_with_margin_mut(&mut self) -> *mut i16 {
        const { assert!(Self::MARGIN >= 10) };
        self.words.as_mut_ptr()
    }

    /// Zeroes everything, as at the start of a frame's task.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// The byte at `address`.
    #[inline(always)]
    pub fn byte(&self, address: usize) -> u8 {
        self.words[address >> 1 & Self::WORD_MASK].to_be_bytes()[address & 1]
    }

    fn set_byte(&mut self, address: usize, value: u8) {
        let word = &mut self.words[address >> 1 & Self::WORD_MASK];
        let mut bytes = word.to_be_bytes();
        bytes[address & 1] = value;
        *word = i16::from_be_bytes(bytes);
    }

    /// The sample at any byte address.
    #[inline(always)]
    pub fn sample(&self, address: usize) -> i16 {
        if address & 1 == 0 {
            self.words[address >> 1 & Self::WORD_MASK]
        } else {
            i16::from_be_bytes([self.byte(address), self.byte(address + 1)])
        }
    }

    fn set_sample(&mut self, address: usize, value: i16) {
        if address & 1 == 0 {
            self.words[address >> 1 & Self::WORD_MASK] = value;
        } else {
            let [high, low] = value.to_be_bytes();
            self.set_byte(address, high);
            self.set_byte(address + 1, low);
        }
    }

    /// `N` samples from any byte address.
    #[inline(always)]
    pub fn load<const N: usize>(&self, address: usize) -> [i16; N] {
        if let Some(block) = self.words_at(address, N).and_then(|words| words.first_chunk()) {
            return *block;
        }
        std::array::from_fn(|index| self.sample(address + 2 * index))
    }

    /// Fills `out` with samples from any byte address.
    #[inline(always)]
    pub fn load_slice(&self, address: usize, out: &mut [i16]) {
        if let Some(words) = self.words_at(address, out.len()) {
            out.copy_from_slice(words);
        } else {
            for (index, sample) in out.iter_mut().enumerate() {
                *sample = self.sample(address + 2 * index);
            }
        }
    }

    /// At most 16 samples from an even address of which the caller knows that they don't wrap.
    #[inline(always)]
    pub fn block<const N: usize>(&self, address: usize) -> &[i16; N] {
        const { assert!(N <= Self::MARGIN) };
        let start = address >> 1 & Self::WORD_MASK;
        self.words[start..].first_chunk().expect("the margin is longer than a block")
    }

    /// As [`DataMemory::block`], for writing.
    #[inline(always)]
    pub fn block_mut<const N: usize>(&mut self, address: usize) -> &mut [i16; N] {
        const { assert!(N <= Self::MARGIN) };
        let start = address >> 1 & Self::WORD_MASK;
        self.words[start..].first_chunk_mut().expect("the margin is longer than a block")
    }

    /// Buffers of `samples` each, if all lie at even addresses, none wraps and none overlaps another.
    #[inline(always)]
    pub fn separate_buffers<const N: usize>(
        &mut self,
        addresses: [usize; N],
        samples: usize,
    ) -> Option<[&mut [i16]; N]> {
        if addresses.iter().any(|address| address & 1 != 0) {
            return None;
        }
        let starts = addresses.map(|address| address >> 1);
        let is_ascending = starts.windows(2).all(|pair| pair[0] + samples <= pair[1]);
        let words = &mut self.words[..Self::WORDS];
        if is_ascending {
            // The usual order: buffers are split off one by one, without comparing each with all others.
            let (mut rest, mut done) = (words, 0);
            let mut buffers: [&mut [i16]; N] = std::array::from_fn(|_| Default::default());
            for (buffer, start) in buffers.iter_mut().zip(starts) {
                let (_, behind) = std::mem::take(&mut rest).split_at_mut_checked(start - done)?;
                (*buffer, rest) = behind.split_at_mut_checked(samples)?;
                done = start + samples;
            }
            return Some(buffers);
        }
        words.get_disjoint_mut(starts.map(|start| start..start + samples)).ok()
    }

    /// Stores `N` samples at any byte address.
    #[inline(always)]
    pub fn store<const N: usize>(&mut self, address: usize, block: &[i16; N]) {
        self.store_slice(address, block);
    }

    /// Stores samples at any byte address.
    #[inline(always)]
    pub fn store_slice(&mut self, address: usize, samples: &[i16]) {
        let start = address >> 1;
        if address & 1 == 0
            && let Some(words) = self.words[..Self::WORDS].get_mut(start..start + samples.len())
        {
            words.copy_from_slice(samples);
        } else {
            for (index, &sample) in samples.iter().enumerate() {
                self.set_sample(address + 2 * index, sample);
            }
        }
    }

    /// The samples from an even address, if they don't wrap.
    #[inline(always)]
    pub fn words_at(&self, address: usize, count: usize) -> Option<&[i16]> {
        if address & 1 == 0 { self.words[..Self::WORDS].get(address >> 1..)?.get(..count) } else { None }
    }

    /// As [`DataMemory::words_at`], for writing.
    #[inline(always)]
    pub fn words_at_mut(&mut self, address: usize, count: usize) -> Option<&mut [i16]> {
        if address & 1 == 0 {
            self.words[..Self::WORDS].get_mut(address >> 1..)?.get_mut(..count)
        } else {
            None
        }
    }
}

/// RAM as the audio microcode sees it: a working area that belongs to one player, and the sample memory that
/// all clones of a player share.
///
/// Addresses below [`Ram::SAMPLES`] are the working area; from there on the sample memory follows. Reads
/// outside both give zero, writes outside the working area are dropped (the engine makes neither).
#[derive(Clone)]
pub struct Ram {
    work: Vec<i16>,
    samples: Arc<[i16]>,
}

impl Ram {
    /// Address of the first byte of the sample memory.
    pub const SAMPLES: u32 = 0x8000_0000;

    /// A zeroed working area of `work_bytes` (rounded up to 8) in front of `samples` (big-endian words).
    pub fn new(work_bytes: usize, samples: Arc<[i16]>) -> Self {
        Self { work: vec![0; work_bytes.div_ceil(8) * 4], samples }
    }

    /// The sample memory.
    #[inline(always)]
    pub fn samples(&self) -> &[i16] {
        &self.samples
    }

    /// Copies `out.len()` samples from `address` (even).
    #[inline(always)]
    pub fn read(&self, address: u32, out: &mut [i16]) {
        let (memory, start): (&[i16], u32) = if address >= Self::SAMPLES {
            (&self.samples, address - Self::SAMPLES)
        } else {
            (&self.work, address)
        };
        let memory = memory.get(start as usize >> 1..).unwrap_or_default();
        match memory.get(..out.len()) {
            Some(samples) => out.copy_from_slice(samples),
            None => copy_and_clear(memory, out),
        }
    }

    /// `N` samples from `address` (even).
    #[inline(always)]
    pub fn read_block<const N: usize>(&self, address: u32) -> [i16; N] {
        if let Some(block) = self.work(address).first_chunk() {
            return *block;
        }
        let mut block = [0; N];
        self.read(address, &mut block);
        block
    }

    /// Reads, changes and writes `N` samples at `address` (even).
    #[inline(always)]
    pub fn update<const N: usize>(&mut self, address: u32, change: impl FnOnce(&mut [i16; N])) {
        let start = address as usize >> 1;
        match self.work.get_mut(start..).and_then(|words| words.first_chunk_mut()) {
            Some(block) => change(block),
            None => {
                let mut block = self.read_block(address);
                change(&mut block);
                self.write(address, &block);
            }
        }
    }

    /// Writes samples to the working area at `address` (even).
    #[inline(always)]
    pub fn write(&mut self, address: u32, samples: &[i16]) {
        let memory = self.work.get_mut(address as usize >> 1..).unwrap_or_default();
        match memory.get_mut(..samples.len()) {
            Some(words) => words.copy_from_slice(samples),
            None => copy_what_fits(samples, memory),
        }
    }

    /// The working area from `address` (even) on; empty behind its end.
    #[inline(always)]
    pub fn work(&self, address: u32) -> &[i16] {
        self.work.get(address as usize >> 1..).unwrap_or_default()
    }
}

// The copies at the end of a memory are functions of their own: the usual ones would share their code, with a length that is not
// known beforehand.

/// Copies `from` to the beginning of `to`, and clears the rest.
#[cold]
#[inline(never)]
fn copy_and_clear(from: &[i16], to: &mut [i16]) {
    to[..from.len()].copy_from_slice(from);
    to[from.len()..].fill(0);
}

/// Copies the beginning of `from` to `to`.
#[cold]
#[inline(never)]
fn copy_what_fits(from: &[i16], to: &mut [i16]) {
    to.copy_from_slice(&from[..to.len()]);
}

/// A transfer from the RAM to the data memory (DMA): both addresses are rounded down to 8 bytes, the length up to 8.
#[derive(Clone, Copy, Debug)]
pub struct Transfer {
    from: RamAddress,
    to: usize,
    samples: usize,
}

impl Transfer {
    /// Nothing, from nowhere.
    pub const NONE: Self = Self { from: 0, to: 0, samples: 0 };

    /// A transfer of some bytes.
    #[inline(always)]
    pub const fn new(from: RamAddress, to: usize, bytes: usize) -> Self {
        Self { from: from & !7, to: to & 0xFF8, samples: bytes.div_ceil(8) * 4 }
    }

    /// How many bytes it brings.
    #[inline(always)]
    pub const fn bytes(self) -> usize {
        2 * self.samples
    }

    /// Copies.
    #[inline(always)]
    pub fn run(self, ram: &Ram, memory: &mut DataMemory) {
        if let Some(words) = memory.words_at_mut(self.to, self.samples) {
            ram.read(self.from, words);
        } else {
            for offset in (0..self.samples as u32).step_by(4) {
                let block = ram.read_block::<4>(self.from.wrapping_add(2 * offset));
                memory.store(self.to + 2 * offset as usize, &block);
            }
        }
    }

    /// Where in the sample memory the `bytes` at `address` came from, counted in bytes: if this transfer brought them
    /// from there and all that it brought is still in place.
    #[inline(always)]
    pub fn origin(self, ram: &Ram, memory: &DataMemory, address: usize, bytes: usize) -> Option<usize> {
        let offset = address.checked_sub(self.to)?;
        let start = self.from.checked_sub(Ram::SAMPLES)? as usize;
        let original = ram.samples.get(start >> 1..)?.get(..self.samples)?;
        let is_copy = offset + bytes <= self.bytes() && memory.words_at(self.to, self.samples)? == original;
        is_copy.then_some(start + offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_and_wrapping_addresses_work_bytewise() {
        let mut memory = DataMemory::new();
        memory.store(0xFFF, &[0x1234, 0x5678]);
        assert_eq!(memory.byte(0xFFF), 0x12);
        assert_eq!(memory.byte(0), 0x34);
        assert_eq!(memory.load::<2>(0xFFF), [0x1234, 0x5678]);
        assert_eq!(memory.sample(0), 0x3456);
    }

    #[test]
    fn ram_outside_its_areas_reads_zero_and_drops_writes() {
        let mut ram = Ram::new(8, Arc::from([7, 8]));
        ram.write(6, &[1, 2]);
        ram.write(0x7000_0000, &[3]);
        assert_eq!(ram.read_block::<2>(6), [1, 0]);
        assert_eq!(ram.read_block::<3>(Ram::SAMPLES), [7, 8, 0]);
        assert_eq!(ram.read_block::<1>(0xFFFF_FFF0), [0]);
    }
}

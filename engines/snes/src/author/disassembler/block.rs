//! A block: which songs are in it, and how it is written.

use std::collections::BTreeMap;

use super::{SongStart, data, gives, labelled, structured};
use crate::format::TransferBlock;
use crate::format::song_bank::{SongLayout, song_layout};
use crate::hardware::Ram;

/// A block with what is known about it.
pub(super) struct Block<'a> {
    number: usize,
    /// Address of the first byte.
    pub(super) start: u16,
    pub(super) bytes: &'a [u8],
    /// The songs whose lists are in it, by their addresses.
    pub(super) songs: BTreeMap<u16, SongLayout>,
    /// All songs of the image, by their numbers.
    pub(super) numbers: &'a [SongStart],
}

impl<'a> Block<'a> {
    /// The block alone, in an otherwise empty RAM.
    pub(super) fn new(number: usize, block: &'a TransferBlock, numbers: &'a [SongStart]) -> Self {
        let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
        for (&byte, offset) in block.data.iter().zip(0_u16..) {
            ram.write(block.address.wrapping_add(offset), byte);
        }
        let end = usize::from(block.address) + block.data.len();
        let is_inside = |address: u16| (usize::from(block.address)..end).contains(&usize::from(address));
        let songs = numbers
            .iter()
            .filter(|song| is_inside(song.address))
            .filter_map(|song| Some((song.address, song_layout(&ram, song.address).ok()?)))
            .collect();
        Self { number, start: block.address, bytes: &block.data, songs, numbers }
    }

    /// The address behind the last byte, as a larger number.
    pub(super) fn end(&self) -> usize {
        usize::from(self.start) + self.bytes.len()
    }

    /// The bytes between two addresses, as far as they are in the block.
    pub(super) fn bytes_between(&self, start: usize, end: usize) -> &[u8] {
        let first = usize::from(self.start);
        let cut = |address: usize| address.saturating_sub(first).min(self.bytes.len());
        &self.bytes[cut(start)..cut(end).max(cut(start))]
    }

    /// The word at an address inside the block.
    pub(super) fn word(&self, address: usize) -> Option<u16> {
        let bytes = self.bytes_between(address, address + 2);
        Some(u16::from_le_bytes(bytes.try_into().ok()?))
    }

    /// The block as a transfer sends it: with size and destination before it.
    pub(super) fn with_header(&self) -> String {
        let size = self.bytes.len() as u16;
        let mut expected = [size.to_le_bytes(), self.start.to_le_bytes()].concat();
        expected.extend(self.bytes);
        // The songs are not entered into the table of another block.
        let unlisted = if self.songs.is_empty() { "" } else { "!POINTERS = 0\n" };
        let simple =
            |body: String| format!("%songbanksimple(${:04X})\n{unlisted}{body}%endbank()\n", self.start);
        let by_hand = |body: String| {
            format!(
                "dw ${size:04X}, ${:04X}\nBlock{}:\n.start\n!ARAM = ${:04X}\n{unlisted}{body}",
                self.start, self.number, self.start
            )
        };
        let bodies = self.bodies();
        let banks = structured::bank(self).into_iter();
        let simple = bodies.iter().cloned().map(simple);
        let by_hand = bodies.iter().cloned().map(by_hand);
        self.first_right(banks.chain(simple).chain(by_hand), &expected)
    }

    /// The block without anything before it.
    pub(super) fn alone(&self) -> String {
        self.first_right(self.bodies().into_iter(), self.bytes)
    }

    /// The ways of writing the block, the nicest first.
    fn bodies(&self) -> Vec<String> {
        structured::body(self).into_iter().chain([labelled::body(self), data::plain(self.bytes)]).collect()
    }

    /// The first text that gives the right bytes. The last one is all numbers and needs no test.
    fn first_right(&self, texts: impl Iterator<Item = String>, expected: &[u8]) -> String {
        let aram = format!("!ARAM = ${:04X}\n", self.start);
        let mut last = String::new();
        for text in texts {
            if gives(&(aram.clone() + &text), expected) {
                return text;
            }
            last = text;
        }
        last
    }
}

//! Finding space for a sequence, writing it, and moving sequences together.

use std::ops::Range;

use tatum_core::{FormatError, FormatErrorKind};

use super::{ALIGNMENT, RomSequences, USUAL_FILL};

/// Where a sequence was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its bytes in the image, padding included.
    pub block: Range<usize>,
    /// Free bytes left behind all sequences.
    pub free: usize,
    /// Whether the room's end keeps what the game had before.
    pub is_recorded: bool,
}

impl RomSequences {
    /// The blocks in the room that the table points to, each once, in the order of their places.
    pub(super) fn blocks(&self) -> Vec<Range<usize>> {
        let table = &self.places.table;
        let entries = (0..table.count).filter_map(|number| table.entry(&self.image, number));
        let mut blocks: Vec<_> = entries.filter(|block| self.places.room.contains(&block.start)).collect();
        blocks.sort_by_key(|block| (block.start, block.end));
        blocks.dedup();
        blocks
    }

    /// The room without the record at its end.
    pub(super) fn usable(&self) -> Range<usize> {
        let start = self.places.room.start.next_multiple_of(ALIGNMENT);
        let end = self.record_place().unwrap_or(self.places.room.end);
        start.min(end)..end
    }

    /// What is free behind the last block.
    pub(super) fn free(&self) -> Range<usize> {
        let usable = self.usable();
        let used = self.blocks().iter().map(|block| block.end).max().unwrap_or(usable.start);
        used.next_multiple_of(ALIGNMENT).clamp(usable.start, usable.end)..usable.end
    }

    /// What free bytes of the room are filled with.
    pub(super) fn fill_byte(&self) -> u8 {
        match (self.record(), self.free()) {
            (Some(record), _) => record.fill,
            (None, free) if free.is_empty() => USUAL_FILL,
            (None, free) => self.image[free.end - 1],
        }
    }

    /// Puts a sequence into the room and points the entries `numbers` to it. Nothing is changed if there is an error.
    /// `force` writes over free space that is not filled evenly.
    ///
    /// # Errors
    ///
    /// If there is no such number, the sequence is empty, the free space is too small or holds something.
    pub fn insert(&mut self, sequence: &[u8], numbers: &[usize], force: bool) -> Result<Placed, FormatError> {
        let table = self.places.table;
        if let Some(number) = numbers.iter().find(|&&number| number >= table.count) {
            let expected = format!("a number below {}", table.count);
            return Err(self.invalid(table.start, "sequence number", expected, number.to_string()));
        }
        if sequence.is_empty() {
            return Err(self.invalid(0, "sequence", "at least one byte", "none"));
        }
        let length = sequence.len().next_multiple_of(ALIGNMENT);
        let before = self.image.clone();
        let is_recorded = self.keep_record(length);
        let placed = self.space_for(length, numbers, force).map(|(block, rest)| {
            let fill = self.fill_byte();
            let (data, padding) = self.image[block.clone()].split_at_mut(sequence.len());
            data.copy_from_slice(sequence);
            padding.fill(0);
            self.image[rest].fill(fill);
            numbers.iter().for_each(|&number| table.set(&mut self.image, number, &block));
            block
        });
        match placed {
            Ok(block) => Ok(Placed { block, free: self.free().len(), is_recorded }),
            Err(error) => {
                self.image = before;
                Err(error)
            }
        }
    }

    /// A place for a block: that of the sequence that is exchanged if no other one needs it, else behind all blocks. Also
    /// what is left over of the old block.
    fn space_for(
        &self,
        length: usize,
        numbers: &[usize],
        force: bool,
    ) -> Result<(Range<usize>, Range<usize>), FormatError> {
        let usable = self.usable();
        if let Some(old) = self.own_block(numbers) {
            let next = self.blocks().into_iter().map(|block| block.start).find(|&start| start > old.start);
            let end = next.unwrap_or(usable.end);
            if old.start % ALIGNMENT == 0 && end.saturating_sub(old.start) >= length {
                self.check_free(old.end.min(end)..end, force)?;
                let block = old.start..old.start + length;
                let rest = block.end..old.end.min(end).max(block.end);
                return Ok((block, rest));
            }
        }
        let free = self.free();
        if free.len() < length {
            let expected =
                format!("{length:#x} free bytes between {:#x} and {:#x}", usable.start, usable.end);
            return Err(self
                .invalid(free.start, "free space", expected, format!("{:#x}", free.len()))
                .of_kind(FormatErrorKind::Unsupported)
                .with_help(
                    "move the sequences together with --compact, or take all out again with tatum rom clean",
                ));
        }
        let block = free.start..free.start + length;
        self.check_free(block.clone(), force)?;
        Ok((block, free.start..free.start))
    }

    /// The block of the first of some entries, if it is in the room and no other entry shares bytes with it.
    fn own_block(&self, numbers: &[usize]) -> Option<Range<usize>> {
        let table = &self.places.table;
        let block = table.entry(&self.image, *numbers.first()?)?;
        let is_shared = (0..table.count).filter(|number| !numbers.contains(number)).any(|number| {
            table
                .entry(&self.image, number)
                .is_some_and(|other| other.start < block.end && block.start < other.end)
        });
        (self.usable().contains(&block.start) && !is_shared).then_some(block)
    }

    /// Free space is filled evenly: anything else may be somebody's.
    fn check_free(&self, range: Range<usize>, force: bool) -> Result<(), FormatError> {
        let bytes = &self.image[range.clone()];
        let odd = bytes.iter().position(|byte| Some(byte) != bytes.last());
        if let Some(at) = odd.filter(|_| !force) {
            return Err(self
                .invalid(range.start + at, "free space", "bytes that are all the same", "data")
                .with_help(
                    "something else may be using it; --force writes over it, tatum rom clean clears the room",
                ));
        }
        Ok(())
    }

    /// Moves the room's sequences together, so that all free space lies behind them; returns the bytes gained.
    pub fn compact(&mut self) -> usize {
        let before = self.free().len();
        let (usable, fill, table) = (self.usable(), self.fill_byte(), self.places.table);
        let blocks = self.blocks();
        // Blocks that share bytes, or that leave the room, are not moved.
        let is_plain = blocks.windows(2).all(|pair| pair[0].end <= pair[1].start)
            && blocks.iter().all(|block| block.end <= usable.end && block.start >= usable.start);
        if !is_plain {
            return 0;
        }
        let entries: Vec<_> = (0..table.count).map(|number| table.entry(&self.image, number)).collect();
        let mut end = usable.start;
        for block in blocks {
            let moved = end..end + block.len();
            self.image.copy_within(block.clone(), moved.start);
            for (number, _) in entries.iter().enumerate().filter(|(_, entry)| entry.as_ref() == Some(&block))
            {
                table.set(&mut self.image, number, &moved);
            }
            end = moved.end.next_multiple_of(ALIGNMENT).min(usable.end);
        }
        self.image[end..usable.end].fill(fill);
        self.free().len().saturating_sub(before)
    }
}

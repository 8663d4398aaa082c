//! The original table. It is in the record, or follows from how the originals lie: one behind the other, in order.

use std::ops::Range;

use tatum_core::FormatError;

use super::{ALIGNMENT, RomSequences};

/// A sequence of Super Mario 64 begins with this command.
const FIRST_COMMAND: u8 = 0xD3;

/// Where the original table came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CleanSource {
    /// From the record that the first insertion left: everything is as it was.
    Record,
    /// Computed from how the original sequences lie.
    Layout,
    /// Taken from another image.
    Original,
}

impl RomSequences {
    /// Restores the original table and clears the room. `fill` fills it; without it what was there does. The header's
    /// checksum is the original too if there is a record; else the caller computes it.
    ///
    /// # Errors
    ///
    /// If nothing was put in (a room that `fill` is given for is cleared all the same), or the original table cannot be
    /// told.
    pub fn clean(&mut self, fill: Option<u8>) -> Result<CleanSource, FormatError> {
        if fill.is_none() && self.record_place().is_none() && self.blocks().is_empty() {
            return Err(self
                .invalid(self.places.room.start, "room", "a sequence that was put in", "none")
                .with_help("the table is the original one; --fill BYTE clears the room all the same"));
        }
        let filling = fill.unwrap_or_else(|| self.fill_byte());
        let source = match self.record() {
            Some(record) => {
                self.image[self.places.table.range()].copy_from_slice(&record.table);
                self.image[self.places.lists.clone()].copy_from_slice(&record.lists);
                for (place, word) in self.image[0x10..0x18].chunks_exact_mut(4).zip(record.checksum) {
                    place.copy_from_slice(&word.to_be_bytes());
                }
                CleanSource::Record
            }
            None => {
                let table = self.places.table;
                let originals = self.original_blocks()?;
                for (number, block) in originals {
                    table.set(&mut self.image, number, &block);
                }
                CleanSource::Layout
            }
        };
        self.image[self.places.room.clone()].fill(filling);
        Ok(source)
    }

    /// Restores table, banks, room and checksum from the original image, in the cartridge's byte order.
    ///
    /// # Errors
    ///
    /// If that is another game.
    pub fn restore(&mut self, original: &[u8]) -> Result<CleanSource, FormatError> {
        let places = &self.places;
        let before = original.get(places.originals.clone());
        if original.len() != self.image.len() || before != self.image.get(places.originals.clone()) {
            let found = "another game, or one whose original sequences were changed";
            return Err(self.invalid(places.originals.start, "original image", "the same game", found));
        }
        for range in [places.table.range(), places.lists.clone(), places.room.clone(), 0x10..0x18] {
            self.image[range.clone()].copy_from_slice(&original[range]);
        }
        Ok(CleanSource::Original)
    }

    /// The original block of each entry that now lies in the room.
    fn original_blocks(&self) -> Result<Vec<(usize, Range<usize>)>, FormatError> {
        let table = &self.places.table;
        let entries: Vec<_> = (0..table.count).map(|number| table.entry(&self.image, number)).collect();
        let is_moved = |entry: &Option<Range<usize>>| {
            entry.as_ref().is_some_and(|block| self.places.room.contains(&block.start))
        };
        let mut found = Vec::new();
        let mut run: Vec<usize> = Vec::new();
        let mut end = self.places.originals.start;
        // Behind the last entry stands the end of all originals, as if it were one.
        let last = self.places.originals.end..self.places.originals.end;
        for (number, entry) in entries.into_iter().chain([Some(last)]).enumerate() {
            match entry {
                Some(_) if is_moved(&entry) => run.push(number),
                Some(block) => {
                    if !run.is_empty() {
                        found.extend(self.blocks_of_gap(&run, end..block.start)?);
                        run.clear();
                    }
                    end = end.max(block.end);
                }
                // An alias has no data of its own.
                None => {}
            }
        }
        Ok(found)
    }

    /// The blocks of neighbouring entries that lie in a gap.
    fn blocks_of_gap(
        &self,
        run: &[usize],
        gap: Range<usize>,
    ) -> Result<Vec<(usize, Range<usize>)>, FormatError> {
        let gap = gap.start.next_multiple_of(ALIGNMENT).min(gap.end)..gap.end;
        let begins = |at: &usize| {
            self.image.get(*at) == Some(&FIRST_COMMAND) && self.image.get(at.wrapping_sub(1)) == Some(&0)
        };
        let inner: Vec<usize> = match run.len() {
            1 => Vec::new(),
            _ => (gap.start + ALIGNMENT..gap.end).step_by(ALIGNMENT).filter(begins).collect(),
        };
        if gap.is_empty() || inner.len() + 1 != run.len() {
            let expected = format!("{} original sequences in {:#x} bytes", run.len(), gap.len());
            let found = match gap.is_empty() {
                true => "no place for one: it had another one's data".to_owned(),
                false => format!("{} beginnings", inner.len() + 1),
            };
            return Err(self
                .invalid(self.places.table.place(run[0]), "original table", expected, found)
                .with_help("give the image as it was with --original"));
        }
        let starts = [gap.start].into_iter().chain(inner.iter().copied());
        let ends = inner.iter().copied().chain([gap.end]);
        Ok(run.iter().copied().zip(starts.zip(ends).map(|(start, end)| start..end)).collect())
    }
}

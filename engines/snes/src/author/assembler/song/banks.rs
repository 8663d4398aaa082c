//! Banks: blocks with the header of a transfer, and the table of songs.

use tatum_core::source::{Problem, Span};

use super::super::definitions::{Argument, Call};
use super::super::expression::NoValue;
use super::super::link::Fixup;
use super::super::run::Assembler;
use super::Table;
use super::blocks::{END, HEADER, POINTERS};
use crate::sequencer::memory_map::{ENTRY, SAMPLE_DIRECTORY, SONG_TABLE};

/// Where `%songbankaux` puts its songs.
pub(super) const AUXILIARY: i64 = 0x2B00;
/// The table's entry of the song that is always there, and the song's address.
const RESIDENT_ENTRY: usize = 10;
const RESIDENT_SONG: u16 = 0x2880;
/// Entries that a table can have: a byte chooses one of them.
const MOST_SONGS: i64 = 127;
/// The byte behind the main songs' room.
const MAIN_END: i64 = 0xFF00;

impl Assembler<'_> {
    /// The main block of a bank: the table, then the songs.
    pub(super) fn song_bank(
        &mut self,
        call: &Call,
        songs: &Argument,
        address: Option<&Argument>,
    ) -> Result<(), Problem> {
        self.songs.is_faulty = true;
        let count = self.argument(songs)?;
        if !(1..=MOST_SONGS).contains(&count) {
            let message = format!("{count} songs: expected 1 to {MOST_SONGS}");
            return Err(Problem::error("SONG-TABLE", songs.span, message));
        }
        let address = match address {
            Some(address) => self.address_argument(address)?,
            None => i64::from(SONG_TABLE),
        };
        self.defines.set("SONG", "-1");
        self.defines.set("POINTERS", "1");
        self.block(call, address)?;
        self.block_label(POINTERS, self.output.label_address());
        let entries = count as usize;
        self.songs.table = Some(Table { address: self.output.address(), entries });
        let mut table = vec![0; 2 * entries];
        if let Some(entry) = table.get_mut(2 * RESIDENT_ENTRY..2 * RESIDENT_ENTRY + 2) {
            entry.copy_from_slice(&RESIDENT_SONG.to_le_bytes());
        }
        self.songs.is_faulty = false;
        self.emit(&table, Some(call.span))
    }

    /// An address in the audio RAM.
    pub(super) fn address_argument(&mut self, argument: &Argument) -> Result<i64, Problem> {
        let address = self.argument(argument)?;
        if (0..=0xFFFF).contains(&address) {
            return Ok(address);
        }
        let message = format!("address ${address:X} is not in the audio RAM");
        Err(Problem::error("SONG-ADDRESS", argument.span, message).with_hint("addresses are $0000 to $FFFF"))
    }

    /// Begins a block with its header: size and destination.
    pub(super) fn block(&mut self, call: &Call, address: i64) -> Result<(), Problem> {
        self.end_song(self.output.address());
        self.expect_no_open_bank();
        self.songs.org = None;
        self.songs.has_aram = true;
        self.defines.set("ARAM", format!("${address:04X}"));
        self.choose_block_label();
        self.block_label(HEADER, self.output.label_address());
        let [low, high] = (address as u16).to_le_bytes();
        self.emit(&[0, 0, low, high], Some(call.span))?;
        self.start_block(Some(call.span));
        let last = self.songs.blocks.last_mut();
        last.into_iter().for_each(|block| block.aram = Some(address));
        Ok(())
    }

    /// The last block, if it has a header and no end.
    fn open_bank(&self) -> Option<usize> {
        let index = self.songs.block?;
        let block = &self.songs.blocks[index];
        (block.header.is_some() && block.end.is_none()).then_some(index)
    }

    pub(super) fn expect_no_open_bank(&mut self) {
        let Some(index) = self.open_bank() else { return };
        let block = &mut self.songs.blocks[index];
        block.end = Some(self.output.address());
        let problem = Problem::error("SONG-BANK", block.header, "block is not closed");
        self.problems.push(problem.with_hint("add %endbank()"));
        self.songs.block = None;
    }

    pub(super) fn end_bank(&mut self, span: Span) -> Result<(), Problem> {
        let address = self.output.address();
        self.end_song(address);
        let Some(index) = self.open_bank() else {
            let problem = Problem::error("SONG-BANK", span, "%endbank without a block");
            return self.consequence(problem.with_hint("begin it with %songbank or %songbankaux"));
        };
        self.block_label(END, self.output.label_address());
        self.songs.block = None;
        let block = &mut self.songs.blocks[index];
        block.end = Some(address);
        let (start, header, aram) = (block.start, block.header, block.aram.unwrap_or_default());
        let size = self.output.distance(start, address);
        if let Some(problem) = too_long(aram, size) {
            return Err(Problem::error("SONG-ROOM", header, problem));
        }
        if size == 0 {
            let problem = Problem::warning("SONG-BANK", header, "an empty block ends the transfer");
            self.problems.push(problem);
        }
        let first = self.output.mapping.offset(start).and_then(|offset| offset.checked_sub(4));
        for (offset, byte) in first.into_iter().flat_map(|first| first..).zip((size as u16).to_le_bytes()) {
            self.output.write(offset, byte);
        }
        Ok(())
    }

    pub(super) fn end_transfer(&mut self, span: Span) -> Result<(), Problem> {
        self.end_song(self.output.address());
        self.expect_no_open_bank();
        let [low, high] = ENTRY.to_le_bytes();
        self.emit(&[0, 0, low, high], Some(span))
    }

    /// An entry of the table that has the address of another song.
    pub(super) fn repeat_song(&mut self, call: &Call, address: &Argument) -> Result<(), Problem> {
        if address.text.is_empty() {
            return Err(Problem::error("ASM-EMPTY", address.span, "the address is missing"));
        }
        let number = self.count_song(call.span)?;
        let (aram, is_known) = match self.evaluate(&address.text) {
            Ok(aram) => (aram, true),
            Err(NoValue::Faulty(problem)) => return Err(problem),
            Err(NoValue::Unknown(_)) => (0, false),
        };
        let place = self.write_entry(number, aram, call.span)?;
        if let (Some(offset), false) = (place, is_known) {
            let (text, scope, math, path) =
                (address.text.clone(), self.scope.clone(), self.math, self.path());
            self.fixups.push(Fixup::Expression { offset, size: 2, text, scope, math, path, item: None });
        }
        Ok(())
    }

    /// An entry of the table without a song.
    pub(super) fn silent_song(&mut self, call: &Call) -> Result<(), Problem> {
        let number = self.count_song(call.span)?;
        self.write_entry(number, 0, call.span).map(|_| ())
    }
}

/// What a block would overwrite (section 4).
pub(super) fn too_long(aram: i64, size: i64) -> Option<String> {
    let directory = i64::from(SAMPLE_DIRECTORY);
    let main = i64::from(SONG_TABLE);
    let (room, what) = if (0x1800..directory).contains(&aram) {
        (directory - aram, "would overwrite the sample directory at $3C00")
    } else if (main..MAIN_END).contains(&aram) {
        (MAIN_END - aram, "would reach behind $FEFF")
    } else {
        (0x1_0000 - aram, "does not fit the audio RAM")
    };
    (size > room).then(|| format!("block at ${aram:04X} is longer than ${room:04X} bytes and {what}"))
}

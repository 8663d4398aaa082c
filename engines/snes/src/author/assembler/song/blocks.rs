//! What the addresses of songs count from: a block has a start in the ROM, and an address in the audio RAM.

use tatum_core::source::{Problem, Span};

use super::super::labels::{Label, Listing};
use super::super::run::Assembler;
use super::original;

/// Names of a block's own labels.
pub(super) const START: &str = "start";
pub(super) const HEADER: &str = "header";
pub(super) const END: &str = "end";
pub(super) const POINTERS: &str = "songpointers";
/// They are not places in songs.
pub(super) const RESERVED_TITLES: [&str; 4] = [START, HEADER, END, POINTERS];

/// Data that are loaded into the audio RAM together.
#[derive(Clone, Debug)]
pub(in super::super) struct Block {
    /// Address of the first byte.
    pub(in super::super) start: i64,
    /// Address behind the last byte, once it is known.
    pub(in super::super) end: Option<i64>,
    /// Where it goes; known when its first song begins.
    pub(in super::super) aram: Option<i64>,
    /// The macro that began it, if it has a header.
    pub(in super::super) header: Option<Span>,
}

/// Where an `org` went.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct OrgPlace {
    address: i64,
    span: Span,
    operand: Span,
}

impl Assembler<'_> {
    /// Begins a block here, under the label of level 0 that the source has put before it, or under one of its own.
    pub(in super::super) fn open_block(&mut self) {
        self.choose_block_label();
        self.start_block(None);
    }

    /// Makes sure that there is a label of level 0 without a start.
    pub(super) fn choose_block_label(&mut self) {
        let has_parent = self.scope.current(0).is_some_and(|name| !name.starts_with('@'));
        let is_free = self.scope.full_name(1, START).is_some_and(|full| !self.labels.contains(&full));
        if !has_parent || !is_free {
            self.scope.clear();
            self.scope.enter(0, &format!("@{}", self.songs.blocks.len()));
        }
    }

    /// The first byte of a block is here.
    pub(super) fn start_block(&mut self, header: Option<Span>) {
        self.block_label(START, self.output.label_address());
        self.songs.blocks.push(Block { start: self.output.address(), end: None, aram: None, header });
        self.songs.block = Some(self.songs.blocks.len() - 1);
    }

    /// A label of the block itself.
    pub(super) fn block_label(&mut self, name: &str, value: i64) {
        if let Some(full) = self.scope.full_name(1, name) {
            self.labels.insert(full, Label { value, span: None, listing: None });
        }
    }

    /// `!ARAM` gets a new value.
    pub(in super::super) fn changed_aram(&mut self, span: Span) {
        self.songs.has_aram = true;
        if self.songs.open.is_some() {
            let message = "!ARAM changes inside a song: pointers before and after it disagree";
            self.problems
                .push(Problem::warning("SONG-ARAM", span, message).with_hint("define !ARAM before %song"));
        }
    }

    /// The position has moved: what was being made ends.
    pub(in super::super) fn moved(&mut self, address: i64, span: Span, operand: Span) {
        if self.songs.is_elsewhere {
            return;
        }
        self.songs.org = Some(OrgPlace { address, span, operand });
        let has_header = self.songs.block.is_some_and(|block| self.songs.blocks[block].header.is_some());
        if !has_header {
            self.songs.block = None;
            if self.scope.current(0).is_some_and(|name| name.starts_with('@')) {
                self.scope.clear();
            }
        }
    }

    /// The block in which a song begins; without one, here is its start.
    pub(super) fn song_block(&mut self, span: Span) -> Result<usize, Problem> {
        if self.songs.block.is_none() {
            self.open_block();
        }
        let block = self.songs.block.unwrap_or_default();
        let org = self.songs.org.take();
        if self.songs.blocks[block].aram.is_none() {
            let aram = self.aram(span)?;
            self.songs.blocks[block].aram = Some(aram);
            if let (Some(org), None) = (org, self.songs.blocks[block].header) {
                self.compare_with_original(org, aram);
            }
        }
        Ok(block)
    }

    /// Whether a song that goes over one of the game's is linked for where the game puts it.
    fn compare_with_original(&mut self, org: OrgPlace, aram: i64) {
        let Some(loaded) = original::aram_of(org.address) else { return };
        if !self.songs.has_aram {
            if loaded != aram {
                let message = format!(
                    "org without !ARAM: ${aram:04X} is assumed, but ROM ${:06X} is loaded to ${loaded:04X}",
                    org.address
                );
                let problem = Problem::warning("SONG-ARAM", org.span, message);
                self.problems.push(problem.with_hint(format!("add !ARAM = ${loaded:04X}")));
            }
        } else if loaded != aram
            && let Some(place) = original::nearest_rom(aram, org.address)
        {
            let message = format!("ARAM ${aram:04X} lies at ROM ${place:06X}, not at ${:06X}", org.address);
            let mut hint = format!("org ${place:06X}");
            if org.address == original::WRONG_BUNNY {
                hint += " (the guide's table has a wrong address for song 04)";
            }
            self.problems.push(Problem::warning("SONG-ORG", org.operand, message).with_hint(hint));
        }
    }

    /// The address in the audio RAM of an address in the file.
    pub(super) fn aram_of(&mut self, address: i64, span: Span) -> Result<i64, Problem> {
        let start = self.songs.block.map_or(0, |block| self.songs.blocks[block].start);
        Ok(self.output.distance(start, address) + self.aram(span)?)
    }

    /// What the list of labels says about a label of the source here.
    pub(in super::super) fn listing(&mut self, level: usize, name: &str) -> Option<Listing> {
        let block = self.songs.block?;
        if level == 0 || (level == 1 && RESERVED_TITLES.contains(&name)) {
            return None;
        }
        let aram = self.songs.blocks[block].aram?;
        let distance = self.output.distance(self.songs.blocks[block].start, self.output.address());
        let aram = (distance + aram) as u16;
        Some(Listing { name: self.scope.listed_name(level, name), aram })
    }

    /// A label of the source may be the start of a block.
    pub(in super::super) fn entered_label(&mut self, level: usize, name: &str) {
        let has_header = self.songs.block.is_some_and(|block| self.songs.blocks[block].header.is_some());
        if has_header {
            return;
        }
        if level == 0 {
            self.songs.block = None;
        } else if level == 1 && name == START {
            let start = self.output.address();
            self.songs.blocks.push(Block { start, end: None, aram: None, header: None });
            self.songs.block = Some(self.songs.blocks.len() - 1);
        }
    }

    /// A label of the source inside a song hides what the macros refer to.
    pub(in super::super) fn hidden_song(
        &self,
        is_detached: bool,
        level: usize,
        shown: &str,
        span: Option<Span>,
    ) -> Option<Problem> {
        if self.songs.open.is_none() || is_detached || level > 1 {
            return None;
        }
        let colon = if level == 0 { ":" } else { "" };
        let message = format!("the label {shown}{colon} hides the song from the macros that follow");
        Some(Problem::error("SONG-LABEL", span, message).with_hint("use %part for a place in the song"))
    }

    /// Defines a label of a song.
    pub(super) fn song_label(
        &mut self,
        level: usize,
        name: &str,
        span: Span,
        taken: impl FnOnce(&Self, Option<Span>) -> Problem,
    ) -> Result<(), Problem> {
        let Some(full) = self.scope.full_name(level, name) else {
            return Err(Problem::error(
                "SONG-LABEL",
                span,
                "a label of the source hides the song from this macro",
            ));
        };
        if let Some(other) = self.labels.get(&full) {
            return Err(taken(self, other.span));
        }
        let aram = self.aram_of(self.output.address(), span)?;
        let listing = Some(Listing { name: self.scope.listed_name(level, name), aram: aram as u16 });
        let value = self.output.label_address();
        self.labels.insert(full, Label { value, span: Some(span), listing });
        Ok(())
    }
}

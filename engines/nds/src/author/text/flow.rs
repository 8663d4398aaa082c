//! Which bytes of a sequence are commands, and where commands lead.

use std::collections::BTreeMap;

use crate::format::event::{Operand, SequenceEvent, opcode};

/// What stands at a place of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub length: u32,
    pub kind: PieceKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// The track mask at the start of a sequence.
    AllocateTracks(u16),
    /// An event whose bytes are those that the assembler gives.
    Event(SequenceEvent),
    /// An event in other bytes: a length with leading zeros, prefixes that mean nothing.
    Unusual(SequenceEvent),
    /// A byte that belongs to no command.
    Byte(u8),
}

/// A sequence's data, cut into pieces that cover all of it.
#[derive(Debug)]
pub(super) struct Pieces {
    pub pieces: BTreeMap<u32, Piece>,
    /// Zeros at the end that no command reaches, at most 3.
    pub padding: usize,
}

impl Pieces {
    /// Follows the commands from where sequences start; what they do not reach is read in order.
    pub(super) fn of(data: &[u8], starts: &[u32]) -> Self {
        let mut walk =
            Walk { data, taken: vec![false; data.len()], pieces: BTreeMap::new(), open: Vec::new() };
        for &start in starts {
            let first = walk.allocation(start);
            walk.open.push(first);
            while let Some(position) = walk.open.pop() {
                walk.follow(position);
            }
        }
        let is_padding = |(byte, is_taken): &(&u8, &bool)| **byte == 0 && !**is_taken;
        let padding = data.iter().zip(&walk.taken).rev().take(3).take_while(is_padding).count();
        walk.fill_gaps();
        Self { pieces: walk.pieces, padding }
    }

    /// The place of the piece that an address lies in.
    pub(super) fn piece_at(&self, address: u32) -> Option<u32> {
        let (&at, piece) = self.pieces.range(..=address).next_back()?;
        (address - at < piece.length).then_some(at)
    }
}

struct Walk<'a> {
    data: &'a [u8],
    taken: Vec<bool>,
    pieces: BTreeMap<u32, Piece>,
    /// Places that still have to be followed.
    open: Vec<u32>,
}

impl Walk<'_> {
    /// Takes the track mask, if one stands at `start`; gives where the first track begins.
    fn allocation(&mut self, start: u32) -> u32 {
        let at = start as usize;
        match self.data.get(at..at.saturating_add(3)) {
            Some(&[opcode::ALLOCATE_TRACKS, low, high]) if self.is_free(at..at + 3) => {
                let mask = u16::from_le_bytes([low, high]);
                self.take(start, Piece { length: 3, kind: PieceKind::AllocateTracks(mask) });
                start + 3
            }
            _ => start,
        }
    }

    fn is_free(&self, range: std::ops::Range<usize>) -> bool {
        self.taken.get(range).is_some_and(|taken| taken.iter().all(|is_taken| !is_taken))
    }

    fn take(&mut self, at: u32, piece: Piece) {
        let start = at as usize;
        if let Some(taken) = self.taken.get_mut(start..start + piece.length as usize) {
            taken.fill(true);
        }
        self.pieces.insert(at, piece);
    }

    /// The event at a place, if its bytes are free and lie before `end`.
    fn event(&self, at: u32, end: usize) -> Option<Piece> {
        let mut next = at;
        let event = SequenceEvent::decode(self.data.get(..end)?, &mut next).ok()?;
        let bytes = at as usize..next as usize;
        if !self.is_free(bytes.clone()) {
            return None;
        }
        let mut usual = Vec::new();
        event.encode(&mut usual);
        let has_word = event.opcode <= opcode::LAST_NOTE || super::words::word_of(event.opcode).is_some();
        let is_usual = has_word
            && event.opcode != opcode::ALLOCATE_TRACKS
            && self.data.get(bytes) == Some(usual.as_slice());
        let kind = if is_usual { PieceKind::Event(event) } else { PieceKind::Unusual(event) };
        Some(Piece { length: next - at, kind })
    }

    /// Follows one track until it ends or comes to what is known.
    fn follow(&mut self, mut at: u32) {
        while let Some(piece) = self.event(at, self.data.len()) {
            self.take(at, piece);
            at += piece.length;
            let (PieceKind::Event(event) | PieceKind::Unusual(event)) = piece.kind else { return };
            self.open.extend(target_of(&event));
            let leaves = matches!(event.opcode, opcode::FINISH | opcode::JUMP | opcode::RETURN);
            if leaves && !event.conditional {
                return;
            }
        }
    }

    /// Reads what no track reaches: as commands where it can be read so, else as bytes.
    fn fill_gaps(&mut self) {
        let mut at = 0;
        while at < self.data.len() {
            if self.taken[at] {
                at += 1;
                continue;
            }
            let length = self.taken[at..].iter().take_while(|is_taken| !**is_taken).count();
            let end = at + length;
            while at < end {
                let byte = Piece { length: 1, kind: PieceKind::Byte(self.data[at]) };
                let piece = self.event(at as u32, end).unwrap_or(byte);
                let piece = if matches!(piece.kind, PieceKind::Event(_)) { piece } else { byte };
                self.take(at as u32, piece);
                at += piece.length as usize;
            }
        }
    }
}

/// Where an event leads.
pub(super) fn target_of(event: &SequenceEvent) -> Option<u32> {
    match (event.opcode, event.operand) {
        (opcode::OPEN_TRACK | opcode::JUMP | opcode::CALL, Operand::Value(address)) => {
            Some(address.cast_unsigned())
        }
        _ => None,
    }
}

//! The bytes of A Link to the Past's tracks, which the song language writes (`snes-nspc.md` section 5).

use crate::sequencer::variant::{A_LINK_TO_THE_PAST, Codes};

pub use crate::sequencer::tracks::code::{END, FIRST_NOTE};

const CODES: Codes = A_LINK_TO_THE_PAST.codes;

/// The note goes on.
pub const TIE: u8 = CODES.tie;
/// Silence.
pub const REST: u8 = CODES.rest;
/// From here on: notes with an instrument of their own.
pub const FIRST_PERCUSSION: u8 = CODES.first_percussion;
/// From here on: commands.
pub const FIRST_COMMAND: u8 = CODES.first_command;

//! Bytes -> model (`n64-authoring.md` 3).
//!
//! Scripts are followed from the sequence's start; what a command points to becomes a section of what the command
//! needs there. Passes say who takes bytes first: scripts of the sequence and its channels, layers, dyntables,
//! tables, and whatever is left. The first taker keeps them, so every byte is in exactly one item, whatever the file
//! holds; all pointers are resolved at the end, from who has the byte they lead to.

mod data;
mod dyntable;
mod finish;
mod leftover;
mod script;
mod state;

use tatum_core::source::Problems;
use tatum_core::{FormatError, FormatErrorKind};

use self::state::{Kind, State};
use crate::author::abi::{AbiDefinition, Scope};
use crate::author::assemble::LARGEST_SEQUENCE;
use crate::author::model::Sequence;

/// A sequence taken apart.
#[derive(Clone, Debug)]
pub struct Disassembly {
    /// The sequence. Assembling it gives the bytes it was made from.
    pub sequence: Sequence,
    /// What is odd about it.
    pub problems: Problems,
}

/// Takes a sequence apart.
///
/// # Errors
///
/// If there is not a single byte, or more than [`LARGEST_SEQUENCE`].
pub fn disassemble(file: &str, bytes: &[u8], abi: &AbiDefinition) -> Result<Disassembly, FormatError> {
    if bytes.is_empty() || bytes.len() > LARGEST_SEQUENCE {
        let expected = format!("1 to {LARGEST_SEQUENCE} bytes");
        let found = format!("{} bytes", bytes.len());
        return Err(FormatError::invalid(file.to_owned(), 0, "sequence", expected, found)
            .of_kind(FormatErrorKind::Unsupported));
    }
    let mut state = State::new(bytes, abi);
    state.add_section(0, Kind::Script(Scope::Sequence));
    loop {
        if let Some(section) = state.take_waiting() {
            state.read_section(section);
        } else if !state.take_leftover() {
            break;
        }
    }
    Ok(state.finish())
}

//! Sequences as text (`.mus`, `n64-authoring.md` 4).
//!
//! [`read_text`] makes a [`Sequence`](super::model::Sequence) of a text in any dialect, [`write_text`] a text of a sequence in one of six;
//! [`write_listing`] shows addresses and bytes as well.

mod directive;
mod format;
mod labels;
mod layout;

mod lexer;
mod note_names;
mod operands;
mod parser;
mod parts;
mod pragma;
mod reader;
mod scopes;
mod statement;
mod suggestion;
mod ticks;
mod writer;

pub use lexer::Include;
pub use pragma::abi_named_in;
pub use reader::{Reading, read_text};
pub use writer::{write_listing, write_text};

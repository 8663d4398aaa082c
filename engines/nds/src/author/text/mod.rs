//! Sequences as text: the SDK's `.smft` as far as it is known (nds-formats 10), both directions and without loss.
//!
//! [`disassemble`] turns a sequence file (SSEQ) or a sequence archive (SSAR) into text; [`assemble`] turns text into
//! the file. What was disassembled assembles to the same bytes, whatever they are: bytes that no command gives are
//! written with `.byte`, a header that is not the usual one with `.header`.
//!
//! ```
//! use tatum_core::source::Sources;
//! use tatum_nds::author::text::{assemble, disassemble, no_includes};
//!
//! let mut sources = Sources::default();
//! let file = sources.add("song.smft", "Start:\n  prg 0\n  cn4 100, 48\n  fin\n");
//! let assembled = assemble(&mut sources, file, &mut no_includes);
//! assert!(!assembled.problems.has_errors());
//! let text = disassemble("song.sseq", &assembled.bytes.unwrap(), &[])?;
//! assert!(text.contains("cn4 100, 48"));
//! # Ok::<(), tatum_core::FormatError>(())
//! ```
//!
//! | file | unit |
//! |:--|:--|
//! | `words` | note names and command words |
//! | `lexer` | a line as tokens |
//! | `statement` | a line as a statement: label, command or directive with its arguments |
//! | `labels` | labels and the places that name them |
//! | `reader` | statements to bytes: constants, arguments, the file around them |
//! | `checks` | what assembles, but hardly as meant |
//! | `flow` | which bytes of a sequence are commands, and where commands lead |
//! | `writer` | bytes to text |

mod checks;
mod flow;
mod labels;
mod lexer;
mod reader;
mod statement;
mod words;
mod writer;

pub use reader::{Assembled, Include, assemble, no_includes};
pub use writer::disassemble;

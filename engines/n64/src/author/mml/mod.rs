//! Music Macro Language: the language of mml2m64 and what its users missed (`n64-authoring.md` 9).
//!
//! ```
//! use tatum_core::source::Sources;
//! use tatum_n64::author::mml::{self, Target};
//!
//! let mut sources = Sources::default();
//! let file = sources.add("scale.mml", "t120 #0 @1 l8 cdefgab>c");
//! let compiled = mml::compile(&sources, file, Target::Sm64);
//! assert!(compiled.problems.entries().is_empty());
//! assert_eq!(compiled.bytes.unwrap()[..4], [0xD3, 0x20, 0xD5, 0x32]);
//! ```
//!
//! | file | what |
//! |---|---|
//! | `cursor` | characters, numbers and blanks |
//! | `length` | note lengths and positions as exact fractions |
//! | `song` | what a text says |
//! | `parser` | text to song: one file for the commands, one for notes, one for loops |
//! | `encode` | song to bytes |
//! | `fix` | the octave fixer for tinymm's output |

mod cursor;
mod encode;
pub mod fix;
mod length;
mod parser;
mod song;
#[cfg(test)]
mod tests;

use tatum_core::source::{FileNumber, Problems, Sources};

/// The games whose sequences are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Super Mario 64 in all versions, and Star Fox 64 (`.m64`).
    Sm64,
    /// Ocarina of Time and Majora's Mask (`.zseq`): layers start differently, and files are padded.
    Zelda,
}

/// What became of a text.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The sequence; none if there are errors.
    pub bytes: Option<Vec<u8>>,
    /// Errors, and what else a person should know.
    pub problems: Problems,
}

/// Makes a sequence out of a text.
#[must_use]
pub fn compile(sources: &Sources, file: FileNumber, target: Target) -> Compiled {
    let mut problems = Problems::default();
    let song = parser::parse(sources, file, &mut problems);
    let bytes = match problems.has_errors() {
        true => None,
        false => encode::encode(&song, target, &mut problems),
    };
    problems.sort_by_place();
    let bytes = bytes.filter(|_| !problems.has_errors());
    Compiled { bytes, problems }
}

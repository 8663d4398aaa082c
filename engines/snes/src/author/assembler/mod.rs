//! The song language of A Link to the Past's composers: assembler source becomes bytes (`snes-authoring.md`
//! sections 1, 2, 3 and 8).
//!
//! ```
//! use tatum_snes::author::assembler::{AssemblerOptions, NoFiles, assemble};
//!
//! let source = "
//! !ARAM = $D046
//! %song(\"Hello\", 1, 0)
//!     %segment(\"all\")
//!         %track(\"lead\")
//!             db !instr, !PIANO, !4, !n, C4, !PART_END
//! %endsong()
//! ";
//! let assembly = assemble("hello.asm", source.as_bytes(), &mut NoFiles, &AssemblerOptions::default());
//! assert!(!assembly.problems.has_errors());
//! assert_eq!(assembly.regions[0].bytes[22..], [0xE0, 0x18, 0x48, 0x7F, 0xA4, 0x00]);
//! ```
//!
//! | file | unit |
//! |:--|:--|
//! | `text`, `lines` | characters with their places; lines and statements |
//! | `defines`, `vocabulary` | `!name`, and the words of the language |
//! | `expression/` | numbers, operators, functions |
//! | `labels` | labels with levels, constants |
//! | `run` | the order of work: files, macros, statements |
//! | `definitions`, `conditions`, `directives`, `data`, `includes` | the statements |
//! | `song/` | the song macros |
//! | `link` | what was used before it was defined |
//! | `checks/` | what assembles, but will not play as meant |
//! | `output` | addresses and what was written where |
//! | `budget` | bounds |

mod budget;
mod checks;
mod conditions;
mod data;
mod defines;
mod definitions;
mod directives;
mod expression;
mod files;
mod includes;
mod labels;
mod lines;
mod link;
mod output;
mod run;
mod song;
mod suggestions;
mod text;
pub(crate) mod vocabulary;

use tatum_core::source::{Problems, Sources};

pub use files::{NoFiles, ReadError, SourceFiles};
pub use output::{Mapping, Region};
pub use song::original;

/// What a source is assembled for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frame {
    /// The song's bytes as they are; a source that says where it lies in the ROM (`org`) is put there.
    #[default]
    Plain,
    /// As the authors' script for hearing a song in the game: the song at its address, in place of the game's songs.
    Listen,
    /// In place of a song of the game, whatever the source says about `!ARAM`.
    Place {
        /// Address in the ROM.
        address: u32,
        /// Address in the audio RAM.
        aram: u16,
    },
}

/// How a source is assembled.
#[derive(Clone, Debug, Default)]
pub struct AssemblerOptions {
    /// What for.
    pub frame: Frame,
    /// Defines that are set before the first line.
    pub defines: Vec<(String, String)>,
}

/// A place in a song.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SongLabel {
    /// Address in the ROM, or place in the file if the source names none.
    pub address: u32,
    /// Address in the audio RAM.
    pub aram: u16,
    /// Title, segment, track or part, joined with `_`.
    pub name: String,
}

/// A song that was assembled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssembledSong {
    /// Its title.
    pub title: String,
    /// Address of its list of segments in the audio RAM.
    pub aram: u16,
    /// Which of the blocks it is in.
    pub block: usize,
    /// Bytes from the list to the end of its data.
    pub size: usize,
}

/// Data that go into the audio RAM together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SongBlock {
    /// Where they go.
    pub aram: u16,
    /// Where they are in the file.
    pub offset: usize,
    /// How many bytes there are.
    pub size: usize,
    /// Whether they have the header of a transfer before them.
    pub has_header: bool,
}

/// What a source has become. The bytes are of use only if there are no errors among the problems.
#[derive(Clone, Debug)]
pub struct Assembly {
    /// The files.
    pub sources: Sources,
    /// What is wrong with them.
    pub problems: Problems,
    /// The bytes.
    pub regions: Vec<Region>,
    /// How addresses became places in the file.
    pub mapping: Mapping,
    /// The places in the songs, by their addresses.
    pub labels: Vec<SongLabel>,
    /// The songs, in their order.
    pub songs: Vec<AssembledSong>,
    /// The blocks, in their order.
    pub blocks: Vec<SongBlock>,
}

impl Assembly {
    /// The bytes of a block; what was not written is 0.
    #[must_use]
    pub fn block_bytes(&self, block: &SongBlock) -> Vec<u8> {
        let mut bytes = vec![0; block.size];
        for region in &self.regions {
            for (offset, &byte) in (region.offset..).zip(&region.bytes) {
                if let Some(target) = offset.checked_sub(block.offset).and_then(|at| bytes.get_mut(at)) {
                    *target = byte;
                }
            }
        }
        bytes
    }

    /// The list of labels: address, address in the audio RAM, name; separated by tabs.
    #[must_use]
    pub fn label_list(&self) -> String {
        let rows = self
            .labels
            .iter()
            .map(|label| format!("{:06X}\t{:04X}\t{}\n", label.address, label.aram, label.name));
        std::iter::once("address\taram\tlabel\n".to_owned()).chain(rows).collect()
    }
}

/// Assembles a source. `name` is its path as problems show it, `bytes` its text; `files` hands over what it includes.
///
/// However much is wrong with a source, this ends: sizes and nesting are bounded.
#[must_use]
pub fn assemble(
    name: &str,
    bytes: &[u8],
    files: &mut dyn SourceFiles,
    options: &AssemblerOptions,
) -> Assembly {
    run::Assembler::new(files, options).assemble(name, bytes)
}

//! Songs become source text of the song language, from which the assembler makes the same bytes again.
//!
//! | file | unit |
//! |:--|:--|
//! | `block` | what a block holds, and in which of the three ways it is written |
//! | `structured` | songs as the macros have them: `%song`, `%segment`, `%track`, `%part` |
//! | `labelled` | songs laid out otherwise: lists and pointers with labels |
//! | `data` | the bytes of tracks, and bytes that are no song |
//!
//! Songs that lie as the authors' macros lay them out come back as those macros. Others keep their structure as
//! labels. What is no song stays as numbers.

mod block;
mod data;
mod labelled;
mod structured;

use self::block::Block;
use super::assembler::{Assembly, AssemblerOptions, NoFiles, assemble};
use crate::format::{TransferBlock, TransferImage};
use crate::hardware::Ram;
use crate::sequencer::memory_map::ENTRY;

/// A song of an image, by which its data are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SongStart {
    /// Its number, from 1.
    pub number: u8,
    /// Address of its list of segments.
    pub address: u16,
}

/// The source of a whole transfer image, which it becomes again.
///
/// ```
/// use tatum_snes::author::disassembler::disassemble;
/// use tatum_snes::format::TransferImage;
///
/// let image = TransferImage::parse("image.bin", &[2, 0, 0, 0xD0, 0x34, 0x12, 0, 0, 0, 8])?;
/// assert!(disassemble(&image).contains("%songbanksimple($D000)"));
/// # Ok::<(), tatum_core::FormatError>(())
/// ```
#[must_use]
pub fn disassemble(image: &TransferImage) -> String {
    let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
    image.apply(&mut ram);
    let songs: Vec<SongStart> = crate::format::song_bank::songs(&ram)
        .into_iter()
        .filter(|song| song.problem.is_none())
        .map(|song| SongStart { number: song.number, address: song.address })
        .collect();
    let mut text = String::from("; a transfer image: blocks with their addresses\n");
    for (number, block) in image.blocks.iter().enumerate() {
        text.push('\n');
        text.push_str(&Block::new(number, block, &songs).with_header());
    }
    text.push('\n');
    text.push_str(&match image.entry {
        ENTRY => "%endtransfer()\n".to_owned(),
        entry => format!("dw $0000, ${entry:04X} ; no entry of this driver\n"),
    });
    text
}

/// The source of a song's bytes alone, linked for `address`; the song's list is at `song`.
#[must_use]
pub fn disassemble_song(address: u16, bytes: &[u8], song: u16) -> String {
    let block = TransferBlock { address, data: bytes.to_vec() };
    let songs = [SongStart { number: 1, address: song }];
    format!("!ARAM = ${address:04X}\n\n{}", Block::new(0, &block, &songs).alone())
}

/// Whether a source gives some bytes.
fn gives(source: &str, expected: &[u8]) -> bool {
    let assembly = assemble("disassembled", source.as_bytes(), &mut NoFiles, &AssemblerOptions::default());
    !assembly.problems.has_errors() && is_only(&assembly, expected)
}

fn is_only(assembly: &Assembly, expected: &[u8]) -> bool {
    match assembly.regions.as_slice() {
        [] => expected.is_empty(),
        [region] => region.offset == 0 && region.bytes == expected,
        _ => false,
    }
}

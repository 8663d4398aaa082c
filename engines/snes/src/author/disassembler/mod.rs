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

use tatum_core::FormatError;

use self::block::Block;
use super::assembler::{AssemblerOptions, Assembly, NoFiles, assemble};
use crate::format::song_bank::songs;
use crate::format::{TransferBlock, TransferImage, read_raw_song};
use crate::hardware::Ram;
use crate::sequencer::memory_map::ENTRY;

/// A song of an image, by which its data are found.
#[derive(Clone, Copy, Debug)]
struct SongStart {
    /// Its number, from 1.
    number: u8,
    /// Address of its list of segments.
    address: u16,
}

/// The source of a file: a song alone, or transfers with everything in them. It becomes the same bytes again.
///
/// # Errors
///
/// If the file is neither.
///
/// ```
/// use tatum_snes::author::disassembler::disassemble;
///
/// let source = disassemble("image.bin", &[2, 0, 0, 0xD0, 0x34, 0x12, 0, 0, 0, 8])?;
/// assert!(source.contains("%songbanksimple($D000)"));
/// # Ok::<(), tatum_core::FormatError>(())
/// ```
pub fn disassemble(name: &str, bytes: &[u8]) -> Result<String, FormatError> {
    let first = match TransferImage::parse(name, bytes) {
        Ok(image) => image,
        Err(error) => {
            let image = read_raw_song(name, bytes, None).map_err(|_| error)?;
            let address = image.lone_song.unwrap_or_default();
            return Ok(disassemble_song(address, bytes, address));
        }
    };
    let mut text = String::from("; transfers: blocks with their addresses\n");
    let mut next = Some(first);
    let mut rest = bytes;
    while let Some(image) = next {
        let size = image.to_bytes().len();
        let Some((_, behind)) = rest.split_at_checked(size).filter(|(own, _)| *own == image.to_bytes())
        else {
            break;
        };
        text.push_str(&transfer(&image));
        rest = behind;
        next = TransferImage::parse(name, rest).ok().filter(|_| !rest.is_empty());
    }
    if !rest.is_empty() {
        text.push_str("\n; no transfer\n");
        text.push_str(&data::plain(rest));
    }
    Ok(text)
}

/// The source of a transfer.
fn transfer(image: &TransferImage) -> String {
    let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
    image.apply(&mut ram);
    let songs: Vec<SongStart> = songs(&ram)
        .into_iter()
        .filter(|song| song.problem.is_none())
        .map(|song| SongStart { number: song.number, address: song.address })
        .collect();
    let blocks = image.blocks.iter().enumerate();
    let blocks =
        blocks.map(|(number, block)| format!("\n{}", Block::new(number, block, &songs).with_header()));
    let end = match image.entry {
        ENTRY => "\n%endtransfer()\n".to_owned(),
        entry => format!("\ndw $0000, ${entry:04X} ; no entry of this driver\n"),
    };
    blocks.chain([end]).collect()
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

//! Conversions of Super NES songs.
//!
//! | file | what |
//! |:--|:--|
//! | `assemble` | a song's source: to its bytes |
//! | `source_files` | what a source includes |
//! | `replace` | songs in the game's ROM are exchanged |
//! | `export` | a song with the game's driver, as a `.spc` file |
//! | `disassemble` | songs to source |

mod assemble;
mod disassemble;
mod export;
pub(crate) mod replace;
mod source_files;

use std::path::PathBuf;

use super::{Conversion, Format};

pub(crate) use self::assemble::{assemble_source, flat, listing};
pub(crate) use self::disassemble::song_source;
pub(crate) use self::source_files::FolderFiles;

/// Options of Super NES songs.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct SnesOptions {
    /// SNES: set a define before the source's first line; may be repeated.
    #[arg(short = 'D', long = "define", value_name = "NAME=VALUE", value_parser = parse_define)]
    pub defines: Vec<(String, String)>,

    /// SNES: the game's ROM, which is copied and changed; it is not written to.
    #[arg(long, value_name = "ROM")]
    pub base: Option<PathBuf>,

    /// SNES: which song of the game: a number as in `tatum info`, $ and a hexadecimal number as in the authors' guide,
    /// or a name.
    #[arg(long, value_name = "N|NAME")]
    pub song: Option<String>,

    /// SNES: write the addresses of all labels (tab-separated).
    #[arg(long, value_name = "FILE")]
    pub labels: Option<PathBuf>,
}

/// `NAME=VALUE`, or a name alone, which is then 1.
fn parse_define(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, "1"));
    let name = name.trim().trim_start_matches('!');
    let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if name.is_empty() || !name.chars().all(is_name) {
        return Err("expected NAME=VALUE, the name of letters, digits and _".into());
    }
    Ok((name.to_owned(), value.trim().to_owned()))
}

/// Source text of the song language.
static ASM: Format = Format { name: "snes-asm", endings: &["asm"], what: "song source for the Super NES" };
/// A song's bytes, or a transfer image.
pub(super) static BIN: Format =
    Format { name: "n-spc", endings: &["bin"], what: "N-SPC song or transfer image" };
/// The game.
pub(super) static ROM: Format = Format { name: "sfc", endings: &["sfc", "smc"], what: "Super NES ROM" };

/// A sound module in the middle of playing.
pub(super) static SPC: Format =
    Format { name: "spc", endings: &["spc"], what: "sound module with its program" };

/// The conversions.
pub(super) const CONVERSIONS: &[Conversion] = &[
    Conversion { from: &ASM, to: &BIN, run: assemble::to_bin },
    Conversion { from: &ASM, to: &ROM, run: assemble::to_rom },
    Conversion { from: &ASM, to: &SPC, run: export::to_spc },
    Conversion { from: &BIN, to: &ASM, run: disassemble::from_bin },
    Conversion { from: &ROM, to: &ASM, run: disassemble::from_rom },
    Conversion { from: &SPC, to: &ASM, run: disassemble::from_spc },
];

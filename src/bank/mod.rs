//! Samples and instruments: taken out of a file into a folder of texts and WAV files, and put back.
//!
//! | file | unit |
//! |:--|:--|
//! | `snes` | images, `.spc` files and ROMs of the SNES: BRR and instrument tables |
//!
//! The DS keeps its banks in its archives: their folders are those of `tatum convert --text`.

pub mod snes;

use std::path::Path;

use crate::convert::{Job, Options, convert};
use crate::error::Error;
use crate::output::folder::PendingFolder;

/// What a folder holds, by the table in it.
const DS_TABLES: [(&str, &str, &str); 2] =
    [("archive.toml", "sdat-folder", "sdat"), ("waves.toml", "swar-folder", "swar")];

/// Takes samples and instruments out of a file into a folder.
///
/// # Errors
///
/// If the file cannot be read or has none, or the folder cannot be written.
pub fn export(input: &Path, folder: &Path, quiet: bool) -> Result<(), Error> {
    let ending = input.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let ds_format = match ending.as_deref() {
        Some("sdat" | "nds" | "srl") => Some("sdat-folder"),
        Some("swar") => Some("swar-folder"),
        _ => None,
    };
    if let Some(format) = ds_format {
        let mut options = Options { quiet, ..Options::default() };
        options.nds.text = true;
        return convert(&Job { input, output: folder, options: &options }, None, Some(format));
    }
    let bank = snes::read_bank(input)?;
    let folder = PendingFolder::create(folder)?;
    snes::write_folder(&bank, &folder, "")?;
    folder.finish()
}

/// Makes a file of a folder that [`export`] wrote and a person may have edited.
///
/// # Errors
///
/// If something in the folder cannot be read or does not fit.
pub fn import(folder: &Path, output: &Path, quiet: bool) -> Result<(), Error> {
    for (table, from, to) in DS_TABLES {
        if folder.join(table).is_file() {
            let options = Options { quiet, ..Options::default() };
            return convert(&Job { input: folder, output, options: &options }, Some(from), Some(to));
        }
    }
    let bank = snes::read_folder(folder, quiet)?;
    let image = bank.to_image(&folder.display().to_string())?;
    crate::convert::write_output(output, &image.to_bytes())
}

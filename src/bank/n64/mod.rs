//! Banks of the Nintendo 64 as folders: one text per bank, one WAV file per sample.
//!
//! | file | unit |
//! |:--|:--|
//! | `sound_set` | what a game's sound files hold, however they are stored |
//! | `open` | reads its files from folders, ROMs, extracted games and lone fonts |
//! | `parse` | the banks and areas in the files |
//! | `single` | one bank of it |
//! | `store` | writes it in the form it came in |
//! | `bank_text`, `bank_reading` | a bank as a table, and back |
//! | `envelope_text` | an envelope's points as people write them |
//! | `sample_wav` | a sample as a WAV file that remembers it |
//! | `area` | where samples lie: unchanged ones stay, new ones are appended |
//! | `exported` | the samples of all banks, every one once |
//! | `model` | banks in the form that all consoles share |
//! | `write_folder`, `read_folder` | the folder: `banks.toml` and what it names |
//! | `folder_table` | `banks.toml` |

mod area;
mod bank_reading;
mod bank_text;
mod envelope_text;
mod exported;
mod folder_table;
mod model;
pub(super) mod open;
mod parse;
mod read_folder;
mod sample_wav;
mod single;
pub(super) mod sound_set;
mod store;
mod write_folder;

use std::path::Path;

pub(super) use self::model::model_of;
use self::sound_set::SoundSet;
use crate::error::Error;
use crate::output::folder::PendingFolder;

/// The table in a folder of banks.
pub(super) const TABLE: &str = "banks.toml";

/// Writes banks into a new folder.
///
/// # Errors
///
/// If a file cannot be written.
pub(super) fn export(set: &SoundSet, folder: &Path) -> Result<(), Error> {
    let folder = PendingFolder::create(folder)?;
    write_folder::write(set, &folder)?;
    folder.finish()
}

/// Makes sound files of a folder that [`export`] wrote and a person may have edited.
///
/// # Errors
///
/// If something in the folder cannot be read or does not fit.
pub(super) fn import(folder: &Path, output: &Path, quiet: bool) -> Result<(), Error> {
    let set = read_folder::read(folder, quiet)?;
    let output = PendingFolder::create(output)?;
    store::write(&set, &output)?;
    output.finish()
}

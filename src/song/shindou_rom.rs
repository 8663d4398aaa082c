//! Songs of ROM images of Super Mario 64 Shindou.

use std::path::Path;
use std::sync::Arc;

use tatum_n64::format::bank_set::BankSets;
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::format::shindou_rom::ShindouRom;
use tatum_n64::trace::StateRows;
use tatum_n64::{BankForm, EngineVersion, SoundMemory};

use super::n64::{N64Song, check_banks, sequence_number, settings_for, song_entries};
use super::{OpenOptions, Song};
use crate::error::Error;

/// A song of the image.
pub(super) fn open(path: &Path, rom: &ShindouRom, options: &OpenOptions) -> Result<Song, Error> {
    let number = sequence_number(options)?;
    let settings = settings_for(options, EngineVersion::Sm64Sh)?;
    check_banks(settings.version, BankForm::Indexed)?;
    let files = rom.sound_files();
    let sets = BankSets::parse(files.bank_sets.0, files.bank_sets.1)?;
    let lengths = (0..rom.sequence_count()).map(|number| rom.sequence(number).map_or(0, <[u8]>::len));
    Ok(Song {
        path: path.to_owned(),
        title: format!("{}, sequence {number}", rom.game()),
        engine: settings.version.id(),
        frames: None,
        notes: Vec::new(),
        songs: song_entries(lengths, Some(&sets)),
        source: Arc::new(N64Song {
            sequences: vec![SequenceData::new(&path.display().to_string(), rom.sequence(number)?)?],
            sounds: SoundMemory::load_shindou(&files, number)?,
            settings,
            rows: StateRows::All,
            is_built_in: false,
        }),
    })
}

//! Songs of Nintendo 64 games' images.

use std::path::Path;
use std::sync::{Arc, Mutex};

use tatum_core::FormatError;
use tatum_n64::format::game_image::GameImage;
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::trace::StateRows;
use tatum_n64::{BankForm, SoundMemory};

use super::info::SongEntry;
use super::n64::{check_banks, sequence_number, settings_for};
use super::n64_song::N64Song;
use super::{OpenOptions, Song, zelda_rom};
use crate::error::Error;

/// A song of an image, by number or name.
pub(super) fn song(path: &Path, image: &GameImage, options: &OpenOptions) -> Result<Song, Error> {
    let is_asked = |name: &str| options.song.as_deref().is_some_and(|asked| name.eq_ignore_ascii_case(asked));
    let named =
        image.facts().names.iter().find(|(_, name)| is_asked(name)).map(|(number, _)| number.to_string());
    let options = &OpenOptions { song: named.or_else(|| options.song.clone()), ..options.clone() };
    let song = match image {
        GameImage::Zelda(rom) => {
            let facts = rom.facts();
            zelda_rom::song(path, &facts.name, facts.version, rom.archives(), options)?
        }
        GameImage::Archives(rom) => with_sounds(path, image, options, BankForm::Archives, |number| {
            SoundMemory::load(&rom.sound_files(), number)
        })?,
        GameImage::Indexed(rom) => with_sounds(path, image, options, BankForm::Indexed, |number| {
            SoundMemory::load_shindou(&rom.sound_files(), number)
        })?,
    };
    Ok(Song { songs: entries(image), ..song })
}

/// A sequence with sounds of a game of Super Mario 64's kind.
fn with_sounds(
    path: &Path,
    image: &GameImage,
    options: &OpenOptions,
    form: BankForm,
    load: impl Fn(usize) -> Result<SoundMemory, FormatError>,
) -> Result<Song, Error> {
    let number = sequence_number(options)?;
    let settings = settings_for(options, image.facts().version)?;
    check_banks(settings.version, form)?;
    Ok(Song {
        path: path.to_owned(),
        title: format!("{}, sequence {number}", image.facts().name),
        engine: settings.version.id(),
        frames: None,
        notes: Vec::new(),
        songs: Vec::new(),
        source: Arc::new(N64Song {
            sequences: vec![SequenceData::new(&path.display().to_string(), image.sequence(number)?)?],
            sounds: load(number)?,
            settings,
            rows: StateRows::All,
            is_built_in: false,
            timeline: Mutex::default(),
        }),
    })
}

/// All sequences with their names and banks.
pub(super) fn entries(image: &GameImage) -> Vec<SongEntry> {
    (0..image.sequence_count())
        .map(|number| SongEntry {
            number: number.to_string(),
            name: image.sequence_name(number).map(str::to_owned),
            bytes: image.sequence(number).map_or(0, <[u8]>::len),
            banks: image.banks(number).into_iter().map(u32::from).collect(),
        })
        .collect()
}

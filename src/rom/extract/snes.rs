//! The songs of A Link to the Past: for each of the game's banks what the audio RAM holds, as a transfer image.

use tatum_snes::author::sample_bank::SampleBank;
use tatum_snes::format::{GameRom, RomBank};

use super::Extracted;
use crate::bank::snes::write_folder;
use crate::error::Error;
use crate::output::folder::PendingFolder;
use crate::song::GameSong;

const BANKS: [(RomBank, &str); 3] = [
    (RomBank::Overworld, "overworld.bin"),
    (RomBank::Underworld, "underworld.bin"),
    (RomBank::Credits, "credits.bin"),
];

/// Writes the images: all, or that of one song's bank. The first one's name, and the songs with their files.
pub(super) fn write(
    rom: &GameRom,
    song: Option<u8>,
    samples: bool,
    folder: &PendingFolder,
) -> Result<(String, Extracted, Vec<GameSong>), Error> {
    let is_wanted = |number: u8| song.is_none_or(|song| song == number);
    let mut songs = Vec::new();
    let mut input = None;
    for (bank, file) in BANKS {
        let own: Vec<_> =
            rom.songs().iter().filter(|song| song.bank == bank && is_wanted(song.number)).collect();
        if own.is_empty() {
            continue;
        }
        folder.write(file, &rom.image(bank).to_bytes())?;
        input.get_or_insert(file);
        songs.extend(own.into_iter().map(|song| GameSong {
            number: song.number.to_string(),
            name: Some(song.name.to_owned()),
            file: Some(file.into()),
        }));
    }
    let mut extracted = Extracted { songs: songs.len(), ..Extracted::default() };
    if samples && let Some(bank) = SampleBank::of_image(&rom.image(RomBank::Overworld)) {
        extracted.samples = write_folder(&bank, folder, "samples/")?;
    }
    Ok((input.unwrap_or(BANKS[0].1).to_owned(), extracted, songs))
}

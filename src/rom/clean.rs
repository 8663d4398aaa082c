//! A game's image as it was before songs were put in.

use std::path::{Path, PathBuf};

use tatum_core::FormatError;
use tatum_n64::author::rom_sequences::{CleanSource, RomSequences};
use tatum_n64::format::game_image::{GameImage, in_cartridge_order};
use tatum_snes::format::{copier_header, set_checksum, stored_checksum, update_checksum};

use super::insert::take_archive_out;
use super::write::{Check, Target, write_checked};
use crate::convert::snes::replace::ROOMS;
use crate::error::Error;
use crate::song::{GameFile, GameKind};

/// The first transfer of A Link to the Past, which holds song $0B (`snes-authoring.md` 5): it ends where the songs of
/// the overworld begin.
const BOOT: (usize, usize) = (0xC_8000, 0xD_1EF5);

/// How the image is cleaned.
#[derive(Clone, Debug, Default)]
pub struct Cleaning {
    /// The image as it was.
    pub original: Option<PathBuf>,
    /// What clears the room.
    pub fill: Option<u8>,
    /// A profile of games.
    pub profile: Option<PathBuf>,
}

/// Brings the original songs back, and tells what was done.
///
/// # Errors
///
/// If what was there before cannot be told; then no file is changed.
pub fn clean(game: &GameFile, cleaning: &Cleaning, target: &Target) -> Result<Vec<String>, Error> {
    let original = cleaning.original.as_deref().map(|path| GameFile::open(path, cleaning.profile.as_deref()));
    let original = original.transpose()?;
    let (image, how) = match &game.kind {
        GameKind::N64(image) => clean_n64(game, image, original.as_ref(), cleaning.fill)?,
        GameKind::Nds(_) => (take_archive_out(game)?, "the sound archive that was there before"),
        GameKind::Snes(_) => (restore_snes(game, original.as_ref())?, "the songs of the original"),
    };
    let first = game.songs().into_iter().find(|song| song.entry.bytes != 0);
    let checks: Vec<Check<'_>> = first
        .into_iter()
        .map(|song| Check { archive: song.archive.unwrap_or(0), number: song.entry.number, sequence: None })
        .collect();
    write_checked(game, target, &image, cleaning.profile.as_deref(), &checks)?;
    Ok(vec![format!("{}: {how}", target.path.display())])
}

fn clean_n64(
    game: &GameFile,
    image: &GameImage,
    original: Option<&GameFile>,
    fill: Option<u8>,
) -> Result<(Vec<u8>, &'static str), Error> {
    let name = game.path.display().to_string();
    let before = in_cartridge_order(&name, &game.bytes)?.into_owned();
    let mut rom = RomSequences::new(&name, image, before.clone())?;
    let source = match original {
        Some(original) => {
            if !matches!(&original.kind, GameKind::N64(other) if other.facts() == image.facts()) {
                return Err(other_game(&original.path, "the same game"));
            }
            let bytes = in_cartridge_order(&original.path.display().to_string(), &original.bytes)?;
            rom.restore(&bytes)?
        }
        None => rom.clean(fill)?,
    };
    let how = match source {
        CleanSource::Record => "the table that was noted when the first sequence was put in",
        CleanSource::Original => "table, banks and room of the original",
        CleanSource::Layout => {
            rom.update_checksum(&before)?;
            "the table as the original sequences lie"
        }
    };
    let mut cleaned = rom.into_image();
    image.byte_order().convert(&mut cleaned);
    Ok((cleaned, how))
}

/// Songs of A Link to the Past are written over: only the original still has them.
fn restore_snes(game: &GameFile, original: Option<&GameFile>) -> Result<Vec<u8>, Error> {
    let original = original.ok_or_else(|| {
        Error::Usage(format!(
            "{}: new songs of this game lie in the places of the old ones; give the image as it was with --original",
            game.path.display()
        ))
    })?;
    if !matches!(original.kind, GameKind::Snes(_)) || original.bytes.len() != game.bytes.len() {
        let expected = "the same game, of the same size";
        return Err(other_game(&original.path, expected));
    }
    let header = copier_header(original.bytes.len());
    let mut image = game.bytes.clone();
    for (start, end) in [BOOT].into_iter().chain(ROOMS) {
        let range = (header + start).min(image.len())..(header + end).min(image.len());
        image[range.clone()].copy_from_slice(&original.bytes[range]);
    }
    // The original's checksum belongs to the original's bytes, be it right or wrong. An image that differs elsewhere too
    // (it was patched in other ways) gets one of its own.
    if let Some(checksum) = stored_checksum(&original.bytes) {
        set_checksum(&mut image, checksum);
    }
    if image != original.bytes {
        update_checksum(&mut image);
    }
    Ok(image)
}

fn other_game(path: &Path, expected: &'static str) -> Error {
    FormatError::invalid(path.display().to_string(), 0, "original image", expected, "another one").into()
}

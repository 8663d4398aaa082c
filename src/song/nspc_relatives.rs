//! Songs of the N-SPC family's other drivers: `.spc` files and transfer images, with the places that the user knows.

use std::path::Path;

use tatum_core::FormatError;
use tatum_snes::format::{KnownPlaces, NoSong, RelativeSongs, SpcFile, TransferImage};
use tatum_snes::sequencer::variant::{Evidence, Variant};

use super::info::SongEntry;
use super::spc::MAGIC as SPC_MAGIC;
use crate::error::Error;

/// Reads the songs of a file.
pub(super) fn read(
    path: &Path,
    bytes: &[u8],
    variant: &'static Variant,
    settings: &[(String, String)],
) -> Result<RelativeSongs, Error> {
    let name = path.display().to_string();
    let known = known_places(settings)?;
    let songs = if bytes.starts_with(SPC_MAGIC) {
        RelativeSongs::in_spc(&SpcFile::parse(&name, bytes)?, variant, &known)
    } else {
        RelativeSongs::in_image(TransferImage::parse(&name, bytes)?, variant, &known)
    };
    Ok(songs.map_err(|NoSong { address, message }| {
        let expected = format!("songs of {}", variant.games);
        FormatError::invalid(name, u64::from(address), "audio RAM", expected, message)
            .with_help("say where they are: --set song_list=$ADDRESS or --set song_table=$ADDRESS")
    })?)
}

/// What a person should know about how well a variant is known.
pub(super) fn caution(variant: &Variant) -> Option<String> {
    let known = match variant.evidence {
        Evidence::Verified => return None,
        Evidence::Described => "played as the specification describes it",
        Evidence::Assumed => "taken for a driver of the standard numbering",
    };
    Some(format!("{} ({}): {known}, not compared with the game's own driver", variant.id, variant.games))
}

/// The songs of the table.
pub(super) fn entries(songs: &RelativeSongs) -> Vec<SongEntry> {
    let name = |song: &tatum_snes::format::song_bank::SongEntry| match &song.problem {
        None => format!("at ${:04X}", song.address),
        Some(problem) => format!("at ${:04X}; ${:04X}: {}", song.address, problem.address, problem.message),
    };
    let entry = |song| (song, name(song));
    let entries = songs.songs.iter().map(entry);
    entries
        .map(|(song, name)| SongEntry {
            number: song.number.to_string(),
            name: Some(name),
            bytes: 0,
            banks: Vec::new(),
        })
        .collect()
}

/// The places that settings name.
fn known_places(settings: &[(String, String)]) -> Result<KnownPlaces, Error> {
    let mut known = KnownPlaces::default();
    for (key, value) in settings {
        match key.as_str() {
            "song_table" => known.song_table = Some(address(key, value)?),
            "song_list" => known.song_list = Some(address(key, value)?),
            "instruments" => known.instruments = Some(address(key, value)?),
            "note_tables" => known.note_tables = Some(address(key, value)?),
            "sample_directory" => known.directory_page = Some(page(key, value)?),
            "echo_end" => known.echo_end_page = Some(page(key, value)?),
            "pointer_base" => known.pointer_base = Some(address(key, value)?),
            _ => {
                let keys = "song_table, song_list, instruments, note_tables, sample_directory, echo_end, pointer_base";
                return Err(Error::Usage(format!("--set: expected one of {keys}, found '{key}'")));
            }
        }
    }
    Ok(known)
}

/// A number from 0 to $FFFF: $ or 0x for hexadecimal.
fn address(key: &str, value: &str) -> Result<u16, Error> {
    let digits = value.strip_prefix('$').or_else(|| value.strip_prefix("0x"));
    let number = match digits {
        Some(digits) => u16::from_str_radix(digits, 16),
        None => value.parse(),
    };
    number.map_err(|_| Error::Usage(format!("--set {key}: expected an address as $D000, found '{value}'")))
}

/// The page of an address that begins one.
fn page(key: &str, value: &str) -> Result<u8, Error> {
    match address(key, value)?.to_be_bytes() {
        [page, 0] => Ok(page),
        _ => {
            let message = format!("--set {key}: expected the address of a page as $3C00, found '{value}'");
            Err(Error::Usage(message))
        }
    }
}

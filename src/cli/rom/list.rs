//! A game's songs as text and as JSON.

use std::fmt::Write;

use serde::Serialize;
use tatum_n64::author::rom_sequences::RomSequences;
use tatum_n64::format::byte_order::ByteOrder;
use tatum_n64::format::checksum::{BootChip, stored};
use tatum_n64::format::game_image::{GameImage, in_cartridge_order};
use tatum_snes::format::{header_checksum, stored_checksum};

use crate::cli::common::clock;
use crate::error::Error;
use crate::song::info::LengthInfo;
use crate::song::{GameFile, GameKind, ListedSong};

/// Everything that the list says.
#[derive(Serialize)]
struct Listing<'a> {
    title: String,
    engine: &'static str,
    /// What there is to say about the image.
    image: Vec<String>,
    songs: &'a [ListedSong],
}

pub(super) fn as_json(game: &GameFile, songs: &[ListedSong]) -> Result<String, Error> {
    let listing = Listing { title: game.title(), engine: game.engine(), image: about(game), songs };
    let mut text =
        serde_json::to_string_pretty(&listing).map_err(|error| Error::Usage(format!("--json: {error}")))?;
    text.push('\n');
    Ok(text)
}

pub(super) fn as_text(game: &GameFile, songs: &[ListedSong]) -> String {
    let mut text = format!("{}\n\nengine  {}\n", game.title(), game.engine());
    for line in about(game) {
        text.push_str(&line);
        text.push('\n');
    }
    let has_lengths = songs.iter().any(|song| song.length.is_some() || song.problem.is_some());
    let width = songs.iter().map(|song| number_of(song).len()).max().unwrap_or(0).max(4);
    let heading = if has_lengths { "  length  loops from" } else { "" };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\n{:>width$}  {:>7}  {:12}{heading}  name", "song", "bytes", "banks");
    for song in songs {
        let banks: Vec<_> = song.entry.banks.iter().map(ToString::to_string).collect();
        let length = if has_lengths { length_of(song) } else { String::new() };
        let name = match (&song.problem, song.alias) {
            (Some(problem), _) => problem.clone(),
            (None, Some(target)) => {
                format!("{} (data of {target})", song.entry.name.as_deref().unwrap_or_default())
            }
            (None, None) => song.entry.name.clone().unwrap_or_default(),
        };
        let line = format!(
            "{:>width$}  {:>7}  {:12}{length}  {}",
            number_of(song),
            song.entry.bytes,
            banks.join(","),
            name.trim_start()
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// The song's number, with its archive's where there are several.
fn number_of(song: &ListedSong) -> String {
    match song.archive {
        Some(archive) => format!("{archive}/{}", song.entry.number),
        None => song.entry.number.clone(),
    }
}

/// Length and loop in 20 columns.
fn length_of(song: &ListedSong) -> String {
    let (length, start) = match song.length {
        Some(LengthInfo::Loops { start_seconds, end_seconds, .. }) => {
            (clock(end_seconds), clock(start_seconds))
        }
        Some(LengthInfo::Ends { seconds, .. }) => (clock(seconds), "ends".into()),
        Some(LengthInfo::Tagged { seconds, .. }) => (clock(seconds), String::new()),
        Some(LengthInfo::Unknown) => ("?".into(), String::new()),
        None => (String::new(), String::new()),
    };
    format!("{length:>8}{start:>12}")
}

/// Lines about the image itself.
fn about(game: &GameFile) -> Vec<String> {
    match &game.kind {
        GameKind::N64(image) => about_n64(game, image),
        GameKind::Nds(archives) => archives
            .iter()
            .enumerate()
            .map(|(number, (found, archive))| {
                let range = &found.range;
                let (path, songs) = (&found.path, archive.sequences().len());
                format!(
                    "archive {number}: {path} at {:#x}, {:#x} bytes, {songs} songs",
                    range.start,
                    range.len()
                )
            })
            .collect(),
        GameKind::Snes(_) => about_snes(game).into_iter().collect(),
    }
}

fn about_snes(game: &GameFile) -> Option<String> {
    let is_right = stored_checksum(&game.bytes)? == header_checksum(&game.bytes)?;
    Some(format!("header  checksum is {}", if is_right { "right" } else { "wrong" }))
}

fn about_n64(game: &GameFile, image: &GameImage) -> Vec<String> {
    let order = match image.byte_order() {
        ByteOrder::Big => "as on the cartridge (z64)",
        ByteOrder::Swapped => "swapped in pairs (v64)",
        ByteOrder::Little => "reversed words (n64)",
    };
    let name = game.path.display().to_string();
    let mut lines = vec![format!("bytes   {order}")];
    let Ok(bytes) = in_cartridge_order(&name, &game.bytes) else { return lines };
    let chip = BootChip::detect(&bytes).or(image.facts().boot);
    lines.push(match chip.map(|chip| (chip, chip.checksum(&bytes))) {
        Some((chip, Some(right))) if right == stored(&bytes) => {
            format!("header  checksum is right (boot chip {})", chip.name())
        }
        Some((chip, _)) => format!("header  checksum is not that of boot chip {}", chip.name()),
        None => "header  the boot chip is not known".into(),
    });
    if let Ok(rom) = RomSequences::new(&name, image, bytes.into_owned()) {
        lines.push(format!("room    {:#x} bytes free for new sequences", rom.free_bytes()));
    }
    lines
}

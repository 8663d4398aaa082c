//! Sources of the SNES song language: assembled in memory, played by the interpreter.

use std::path::Path;

use tatum_core::{DiagnosticLog, FormatError};
use tatum_snes::author::assembler::{AssembledSong, Assembly, Frame, Mapping};
use tatum_snes::author::built_in;
use tatum_snes::format::{GameRom, RomBank, SpcFile, TransferBlock, TransferImage, read_raw_song};

use super::info::SongEntry;
use super::{OpenOptions, Song, ending, nspc, read_file, spc, title_of};
use crate::convert::SnesOptions;
use crate::convert::snes::{assemble_source, flat};
use crate::error::Error;

/// Where the driver starts.
const ENTRY: u16 = 0x0800;
/// Warnings that are shown; the rest is counted.
const MOST_NOTES: usize = 20;

/// Whether a file is a source.
pub(super) fn recognizes(path: &Path) -> bool {
    ending(path).as_deref() == Some("asm")
}

/// Assembles a source and opens one of its songs.
pub(super) fn open(path: &Path, options: &OpenOptions) -> Result<Song, Error> {
    let defines = options.settings.clone();
    let assembly =
        assemble_source(path, Frame::Plain, &SnesOptions { defines, ..SnesOptions::default() }, true)?;
    let mut notes: Vec<String> = assembly
        .problems
        .entries()
        .iter()
        .take(MOST_NOTES)
        .map(|problem| problem.display(&assembly.sources).to_string())
        .collect();
    let more = assembly.problems.entries().len().saturating_sub(MOST_NOTES) + assembly.problems.dropped();
    if more != 0 {
        notes.push(format!("and {more} more warnings"));
    }
    let (mut image, number, title) = song_of(path, &assembly, options)?;
    let bytes = image.blocks.iter().map(|block| block.data.len()).sum();
    match &options.bank {
        Some(bank) => {
            let mut whole = instruments(bank)?;
            whole.blocks.append(&mut image.blocks);
            whole.lone_song = image.lone_song;
            image = whole;
        }
        None => {
            let blocks = image.blocks.len();
            built_in::complete(&mut image, number);
            if image.blocks.len() != blocks {
                notes.push("playing with the built-in instruments; --bank takes those of a game".into());
            }
        }
    }
    let songs = (1..).zip(&assembly.songs).map(|(number, song)| entry(number, song)).collect();
    Ok(Song { notes, songs, ..nspc::open_image(path, image, number, title, bytes) })
}

fn entry(number: usize, song: &AssembledSong) -> SongEntry {
    SongEntry {
        number: number.to_string(),
        name: Some(song.title.clone()),
        bytes: song.size,
        banks: Vec::new(),
    }
}

/// What is to be played: an image without instruments (unless the source has some), the song's number, a title.
fn song_of(
    path: &Path,
    assembly: &Assembly,
    options: &OpenOptions,
) -> Result<(TransferImage, u8, String), Error> {
    let name = path.display().to_string();
    let Some(song) = find_song(path, assembly, options)? else {
        // A source without song macros: a transfer image, or a song, as plain data.
        let bytes = flat(&assembly.regions);
        let image = match TransferImage::parse(&name, &bytes) {
            Ok(image) => image,
            Err(_) => read_raw_song(&name, &bytes, None)?,
        };
        let number = nspc::song_number(options)?.unwrap_or(1);
        return Ok((image, number, format!("{}, song {number}", title_of(path))));
    };
    let title = format!("{}, {}", title_of(path), song.title);
    // A source of blocks that follow each other is an image with everything that belongs to the song.
    if assembly.mapping == Mapping::Raw && assembly.blocks.iter().any(|block| block.has_header) {
        let mut image = TransferImage::parse(&name, &flat(&assembly.regions))?;
        image.lone_song = Some(song.aram);
        return Ok((image, 1, title));
    }
    let block = &assembly.blocks[song.block];
    let data = assembly.block_bytes(block);
    let room = 0x1_0000 - usize::from(block.aram);
    if data.len() > room {
        let found = format!("{} bytes for ${:04X}", data.len(), block.aram);
        return Err(FormatError::invalid(name, 0, "song", format!("at most {room} bytes"), found).into());
    }
    Ok((image_of(TransferBlock { address: block.aram, data }, song.aram), 1, title))
}

/// An image of one block, with a song in it.
fn image_of(block: TransferBlock, song: u16) -> TransferImage {
    TransferImage {
        blocks: vec![block],
        entry: ENTRY,
        lone_song: Some(song),
        diagnostics: DiagnosticLog::default(),
    }
}

/// The song by its title, or by its place among the songs, from 1; the first one if none is wanted.
fn find_song<'a>(
    path: &Path,
    assembly: &'a Assembly,
    options: &OpenOptions,
) -> Result<Option<&'a AssembledSong>, Error> {
    let Some(wanted) = &options.song else { return Ok(assembly.songs.first()) };
    if assembly.songs.is_empty() {
        return Ok(None);
    }
    let by_title = assembly.songs.iter().find(|song| song.title == *wanted);
    let number = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let by_number = number.and_then(|number| assembly.songs.get(number));
    by_title.or(by_number).map(Some).ok_or_else(|| {
        let titles: Vec<&str> = assembly.songs.iter().map(|song| song.title.as_str()).collect();
        Error::Usage(format!(
            "--song: no song '{wanted}' in {}; there are: {}",
            path.display(),
            titles.join(", ")
        ))
    })
}

/// Instruments and samples of a game, an image or a `.spc` file.
fn instruments(path: &Path) -> Result<TransferImage, Error> {
    let bytes = read_file(path)?;
    let name = path.display().to_string();
    if nspc::recognizes(path) {
        return Ok(GameRom::parse(&name, &bytes)?.image(RomBank::Overworld));
    }
    if bytes.starts_with(spc::MAGIC) {
        return TransferImage::from_spc(&SpcFile::parse(&name, &bytes)?).ok_or_else(|| {
            FormatError::invalid(name, 0, "memory", "instruments of this driver", "none").into()
        });
    }
    Ok(TransferImage::parse(&name, &bytes)?)
}

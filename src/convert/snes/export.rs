//! A song with the game's own driver, as a `.spc` file that any player plays.

use tatum_core::FormatError;
use tatum_snes::author::assembler::Frame;
use tatum_snes::author::frozen_song::{FreezeError, freeze};
use tatum_snes::format::{GameRom, Id666, RomBank, TransferBlock};

use super::assemble::{assemble_source, write_labels};
use crate::convert::{Job, write_output};
use crate::error::Error;
use crate::song::read_file;

/// The song's number: its entry in the table goes to the song's address.
const SONG: u8 = 1;
const SONG_TABLE: u16 = 0xD000;
/// What a player that knows no better plays, in seconds, and the fade in milliseconds.
const SECONDS: u16 = 180;
const FADE: u32 = 10_000;

/// Puts the song into the memory of the sound module beside the game's driver and samples, and stops time just before
/// it plays.
pub(super) fn to_spc(job: &Job<'_>) -> Result<(), Error> {
    let options = &job.options.snes;
    let base = options.base.as_ref().ok_or_else(|| {
        let why = "a .spc file holds the game's driver: give the game's ROM with --base ROM";
        Error::Usage(format!("{}: {why}", job.output.display()))
    })?;
    let game = GameRom::parse(&base.display().to_string(), &read_file(base)?)?;
    let assembly = assemble_source(job.input, Frame::Plain, options, job.options.quiet)?;
    let invalid = |expected: &str, found: &str| {
        FormatError::invalid(
            job.input.display().to_string(),
            0,
            "song",
            expected.to_owned(),
            found.to_owned(),
        )
    };
    let songs = &assembly.songs;
    let song = match &options.song {
        Some(wanted) => songs.iter().find(|song| song.title == *wanted),
        None => songs.first(),
    };
    let song = song.ok_or_else(|| invalid("a %song", "none of that title"))?;
    let block = &assembly.blocks[song.block];
    let mut image = game.image(RomBank::Overworld);
    let data = assembly.block_bytes(block);
    if data.len() > 0x1_0000 - usize::from(block.aram) {
        return Err(invalid("a song that fits the audio RAM", "more").into());
    }
    let entry = song.aram.to_le_bytes();
    let own_table = SONG_TABLE.checked_sub(block.aram).map(usize::from).and_then(|at| data.get(at..at + 2));
    if own_table.is_some_and(|own| own != entry) {
        let why = "the block covers the song table, whose first entry is another song";
        return Err(invalid("the first song of a bank, or a song alone", why).into());
    }
    image.blocks.push(TransferBlock { address: SONG_TABLE, data: entry.to_vec() });
    image.blocks.push(TransferBlock { address: block.aram, data });
    let mut file = freeze(&image, SONG).map_err(|error| match error {
        FreezeError::NoDriver => invalid("a ROM with a driver", "none"),
        FreezeError::Halted(address) => {
            let found = format!("the processor stopped at ${address:04X}");
            FormatError::invalid(base.display().to_string(), 0, "driver", "the game's driver", found)
        }
        FreezeError::Silent => invalid("a song that can be heard", "10 seconds of silence"),
    })?;
    file.tags = Some(Id666 {
        title: Some(song.title.clone()),
        seconds: Some(SECONDS),
        fade_milliseconds: Some(FADE),
        ..Id666::default()
    });
    write_labels(job, &assembly)?;
    write_output(job.output, &file.to_bytes())
}

//! Songs become source text.

use tatum_core::FormatError;
use tatum_snes::author::disassembler::{disassemble, disassemble_song};
use tatum_snes::format::song_bank::{playing_song, song_layout, songs};
use tatum_snes::format::{GameRom, SpcFile, TransferImage};
use tatum_snes::hardware::Ram;

use super::replace::find_song;
use crate::convert::{Job, write_output};
use crate::error::Error;
use crate::song::read_file;

/// A transfer image with everything in it, or a song that comes alone.
pub(super) fn from_bin(job: &Job<'_>) -> Result<(), Error> {
    let bytes = read_file(job.input)?;
    let name = job.input.display().to_string();
    write_output(job.output, disassemble(&name, &bytes)?.as_bytes())
}

/// A song of the game.
pub(super) fn from_rom(job: &Job<'_>) -> Result<(), Error> {
    let rom = GameRom::parse(&job.input.display().to_string(), &read_file(job.input)?)?;
    let Some(wanted) = &job.options.snes.song else {
        let message = format!("{}: say which song with --song (see tatum info)", job.input.display());
        return Err(Error::Usage(message));
    };
    let song = find_song(&rom, job.input, wanted)?;
    let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
    rom.image(song.bank).apply(&mut ram);
    write_song(job, &ram, song.address)
}

/// The song that a `.spc` file plays, or another one in its memory.
pub(super) fn from_spc(job: &Job<'_>) -> Result<(), Error> {
    let name = job.input.display().to_string();
    let file = SpcFile::parse(&name, &read_file(job.input)?)?;
    let image = TransferImage::from_spc(&file)
        .ok_or_else(|| FormatError::invalid(name, 0, "memory", "songs of this driver", "none"))?;
    let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
    image.apply(&mut ram);
    let number = match &job.options.snes.song {
        Some(wanted) => wanted.parse().ok(),
        None => Some(playing_song(&file.ram).max(1)),
    };
    let song = songs(&ram).into_iter().find(|song| Some(song.number) == number).ok_or_else(|| {
        let wanted = job.options.snes.song.as_deref().unwrap_or("it plays");
        Error::Usage(format!("--song: no song {wanted} in {}", job.input.display()))
    })?;
    write_song(job, &ram, song.address)
}

/// A song out of a memory: from its first byte to the last one before something else begins.
fn write_song(job: &Job<'_>, ram: &Ram, address: u16) -> Result<(), Error> {
    let layout = song_layout(ram, address).map_err(|problem| {
        let name = job.input.display().to_string();
        let found = format!("{} at ${:04X}", problem.message, problem.address);
        FormatError::invalid(name, 0, "song", "a song", found)
    })?;
    // What the song borrows from others far away is left out: pointers to it stay numbers.
    let end = layout.last_from(address).unwrap_or(address);
    let bytes = &ram.bytes()[usize::from(address)..=usize::from(end)];
    write_output(job.output, disassemble_song(address, bytes, address).as_bytes())
}

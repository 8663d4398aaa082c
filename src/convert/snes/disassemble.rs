//! Songs become source text.

use std::path::Path;

use tatum_core::FormatError;
use tatum_snes::author::disassembler::{disassemble, disassemble_song};
use tatum_snes::format::song_bank::{playing_song, song_layout, songs};
use tatum_snes::format::{GameRom, SpcFile, TransferImage, read_image_or_song};
use tatum_snes::hardware::Ram;

use super::replace::find_song;
use crate::convert::snes_midi::import_file;
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
    write_output(job.output, song_text(job.input, &ram, song.address)?.as_bytes())
}

/// The song that a `.spc` file plays, or another one in its memory.
pub(super) fn from_spc(job: &Job<'_>) -> Result<(), Error> {
    let (ram, address) = song_of_spc(job.input, job.options.snes.song.as_deref())?;
    write_output(job.output, song_text(job.input, &ram, address)?.as_bytes())
}

/// The memory, and the address of the song.
fn song_of_spc(path: &Path, wanted: Option<&str>) -> Result<(Ram, u16), Error> {
    let name = path.display().to_string();
    let file = SpcFile::parse(&name, &read_file(path)?)?;
    let image = TransferImage::from_spc(&file)
        .ok_or_else(|| FormatError::invalid(name.clone(), 0, "memory", "songs of this driver", "none"))?;
    let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
    image.apply(&mut ram);
    let playing = playing_song(&file.ram).max(1);
    let number = match wanted {
        Some(wanted) => wanted.parse().ok(),
        None => Some(playing),
    };
    let song = songs(&ram).into_iter().find(|song| Some(song.number) == number);
    let song = song.ok_or_else(|| match wanted {
        Some(wanted) => Error::Usage(format!("--song: no song {wanted} in {}", path.display())),
        None => FormatError::invalid(name, 0, "song", "the song that it plays", format!("no song {playing}"))
            .with_help(format!("`tatum convert {} song.asm --song N` takes another one", path.display()))
            .into(),
    })?;
    Ok((ram, song.address))
}

/// What a song is made from, as source text that can be linked for any place: a source as it is, the first song of a MIDI
/// file, of a transfer image or of the bytes of a song alone, and the song that a `.spc` file plays. `None` if the file's
/// ending says that it is none of these. What could not be kept of a MIDI file is told unless `quiet`.
///
/// # Errors
///
/// If the file cannot be read, has no song, or the song uses data in front of its list of segments.
pub(crate) fn song_source(path: &Path, quiet: bool) -> Result<Option<Vec<u8>>, Error> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let (ram, address) = match ending.as_deref() {
        Some("asm") => return read_file(path).map(Some),
        Some("mid" | "midi") => first_song(path, &import_file(path, quiet)?)?,
        Some("bin") => {
            let (name, bytes) = (path.display().to_string(), read_file(path)?);
            first_song(path, &read_image_or_song(&name, &bytes)?)?
        }
        Some("spc") => song_of_spc(path, None)?,
        _ => return Ok(None),
    };
    match song_layout(&ram, address) {
        // In another memory there would be something else.
        Ok(layout) if layout.lowest < address => {
            let found = format!("data at ${:04X}, which it shares with others", layout.lowest);
            let expected = format!("a song whose data lie behind its list at ${address:04X}");
            Err(FormatError::invalid(path.display().to_string(), 0, "song", expected, found).into())
        }
        _ => Ok(Some(song_text(path, &ram, address)?.into_bytes())),
    }
}

/// The first song of an image that can be played.
fn first_song(path: &Path, image: &TransferImage) -> Result<(Ram, u16), Error> {
    let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
    image.apply(&mut ram);
    let first = || songs(&ram).into_iter().find(|song| song.problem.is_none()).map(|song| song.address);
    let name = || path.display().to_string();
    let address = image.lone_song.or_else(first);
    let address = address.ok_or_else(|| FormatError::invalid(name(), 0, "song table", "a song", "none"))?;
    Ok((ram, address))
}

/// A song out of a memory: from its first byte to the last one before something else begins.
fn song_text(path: &Path, ram: &Ram, address: u16) -> Result<String, Error> {
    let layout = song_layout(ram, address).map_err(|problem| {
        let found = format!("{} at ${:04X}", problem.message, problem.address);
        FormatError::invalid(path.display().to_string(), 0, "song", "a song", found)
    })?;
    // What the song borrows from others far away is left out: pointers to it stay numbers.
    let end = layout.last_from(address).unwrap_or(address);
    let bytes = &ram.bytes()[usize::from(address)..=usize::from(end)];
    Ok(disassemble_song(address, bytes, address))
}

//! Songs of the game are exchanged for others: in a copy of the ROM, and only if everything fits.

use std::path::Path;

use tatum_core::FormatError;
use tatum_snes::NspcPlayer;
use tatum_snes::author::assembler::{Assembly, Frame, Region};
use tatum_snes::author::song_slot::SongSlot;
use tatum_snes::format::{GameRom, RomSong};
use tatum_snes::timeline::{SongEnd, find_end};

use super::assemble::{assemble_bytes, patch, write_labels};
use crate::convert::{Job, write_output};
use crate::error::Error;
use crate::song::read_file;

/// The rooms of the game's transfers in the ROM (`snes-authoring.md` section 4): first byte, and the byte behind.
pub(crate) const ROOMS: [(usize, usize); 3] =
    [(0xD_1EF5, 0xD_5380), (0xD_5380, 0xD_7424), (0xD_8000, 0xD_B1D7)];

/// The song of a game that a person means: a decimal number, `$` or `0x` and a hexadecimal one, or a name.
pub(super) fn find_song(rom: &GameRom, path: &Path, wanted: &str) -> Result<RomSong, Error> {
    let hexadecimal = wanted.strip_prefix('$').or_else(|| wanted.strip_prefix("0x"));
    let number = match hexadecimal {
        Some(digits) => u8::from_str_radix(digits, 16).ok(),
        None => wanted.parse().ok(),
    };
    let is_wanted = |song: &&RomSong| Some(song.number) == number || song.name.eq_ignore_ascii_case(wanted);
    rom.songs().iter().find(is_wanted).copied().ok_or_else(|| {
        Error::Usage(format!("--song: no song '{wanted}' in {} (see tatum info)", path.display()))
    })
}

/// Puts the source's song in the place of one of the game's.
pub(super) fn replace_song(job: &Job<'_>, base: &Path, rom: Vec<u8>, wanted: &str) -> Result<(), Error> {
    let replaced = replaced(job, &read_file(job.input)?, base, rom, wanted)?;
    write_output(job.output, &replaced.rom)?;
    if !job.options.quiet {
        eprintln!("tatum: {}: {}", job.output.display(), replaced.message);
    }
    Ok(())
}

/// A ROM with another song.
pub(crate) struct Replaced {
    /// Its bytes.
    pub(crate) rom: Vec<u8>,
    /// What was done, for people.
    pub(crate) message: String,
    /// The song's number.
    pub(crate) number: u8,
}

/// The ROM with the source's song in the place of one of the game's; it has been played without sound. The labels are
/// written if the job asks for them. The ROM's header gets the checksum of what is in it now.
pub(crate) fn replaced(
    job: &Job<'_>,
    source: &[u8],
    base: &Path,
    mut rom: Vec<u8>,
    wanted: &str,
) -> Result<Replaced, Error> {
    let name = base.display().to_string();
    let game = GameRom::parse(&name, &rom)?;
    let song = find_song(&game, base, wanted)?;
    let slot = SongSlot::find(&game, song).ok_or_else(|| {
        FormatError::invalid(
            name,
            0,
            "song",
            "data from one of the transfers",
            format!("${:04X}", song.address),
        )
    })?;
    let frame = Frame::Place { address: slot.address(), aram: song.address };
    let assembly = assemble_bytes(job.input, source, frame, &job.options.snes, job.options.quiet)?;
    let region = only_region(job, &assembly, &slot)?;
    patch(&mut rom, std::slice::from_ref(region), base)?;
    let length = check_song(job, &rom, song)?;
    write_labels(job, &assembly)?;
    let message = format!(
        "song {:02X} ({}): {} of {} bytes; {length}",
        song.number,
        song.name,
        region.bytes.len(),
        slot.room
    );
    Ok(Replaced { rom, message, number: song.number })
}

/// The bytes for the song's place: all that the source gives, and no more than there is room for.
fn only_region<'a>(job: &Job<'_>, assembly: &'a Assembly, slot: &SongSlot) -> Result<&'a Region, Error> {
    let invalid = |expected: String, found: String| {
        let name = job.input.display().to_string();
        Error::from(FormatError::invalid(name, 0, "song", expected, found))
    };
    // A disassembly of a song that was laid out otherwise has labels in the place of macros: it begins with the list of
    // segments, whose first word points to what the source itself has.
    let begins_with_list = |bytes: &[u8]| {
        let first = bytes.first_chunk().map(|word| u16::from_le_bytes(*word));
        let inside = first.and_then(|segment| segment.checked_sub(slot.song.address));
        inside.is_some_and(|inside| usize::from(inside) < bytes.len())
    };
    let starts = |bytes: &[u8]| match assembly.songs.first() {
        Some(song) => song.aram == slot.song.address,
        None => begins_with_list(bytes),
    };
    match assembly.regions.as_slice() {
        [region] if region.offset == slot.offset && starts(&region.bytes) => {
            if region.bytes.len() <= slot.room {
                return Ok(region);
            }
            Err(invalid(
                format!("at most {} bytes, the room of {}", slot.room, slot.song.name),
                format!("{} bytes", region.bytes.len()),
            ))
        }
        [region] if region.offset == slot.offset => {
            let expected = "a %song, or a list of segments with labels, before all other data";
            Err(invalid(expected.into(), "something else".into()))
        }
        [] => Err(invalid("a %song".into(), "nothing".into())),
        _ => Err(invalid(
            "a source that is put where --song says".into(),
            "org: it says itself where it goes; leave out --song".into(),
        )),
    }
}

/// Plays the song from the patched ROM without sound, as a check; says how long it is.
fn check_song(job: &Job<'_>, rom: &[u8], song: RomSong) -> Result<String, Error> {
    let game = GameRom::parse(&job.output.display().to_string(), rom)?;
    let mut player = NspcPlayer::new(&game.image(song.bank));
    player.start_song(song.number);
    match find_end(&player) {
        SongEnd::Faults(fault) => Err(Error::Fault { path: job.input.to_owned(), fault }),
        SongEnd::Loops(points) => Ok(format!("it loops from tick {} to tick {}", points.start, points.end)),
        SongEnd::Ends { tick } => Ok(format!("it ends after {tick} ticks")),
        SongEnd::Unknown { .. } => Ok("no end was found".into()),
    }
}

/// If the ROM is the game, its transfers must be whole afterwards, and no longer than their rooms.
pub(super) fn check_game(base: &Path, before: &[u8], after: &[u8], regions: &[Region]) -> Result<(), Error> {
    let name = base.display().to_string();
    if GameRom::parse(&name, before).is_err() {
        return Ok(());
    }
    for region in regions {
        let end = region.offset + region.bytes.len();
        let room = ROOMS.iter().find(|(start, room_end)| (*start..*room_end).contains(&region.offset));
        if let Some((_, room_end)) = room.filter(|(_, room_end)| end > *room_end) {
            let expected =
                format!("at most {} bytes, up to the next data of the game", room_end - region.offset);
            let found = format!("{} bytes", region.bytes.len());
            let offset = region.offset as u64;
            return Err(FormatError::invalid(name, offset, "bank", expected, found).into());
        }
    }
    GameRom::parse(&name, after).map(|_| ()).map_err(|error| {
        error
            .with_help(
                "the source would damage the game's transfers: does each bank end with %endtransfer()?",
            )
            .into()
    })
}

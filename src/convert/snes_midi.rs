//! Songs of the SNES driver N-SPC and MIDI files.

use std::path::Path;

use tatum_core::source::Sources;
use tatum_snes::NspcPlayer;
use tatum_snes::author::midi::{export, import};
use tatum_snes::format::song_bank::playing_song;
use tatum_snes::format::{GameRom, SpcFile, TransferImage, read_image_or_song};

use super::nds::midi::read_midi;
use super::snes::{BIN, ROM, SPC};
use super::{Conversion, Job, MIDI, write_output};
use crate::error::Error;
use crate::song::read_file;
use crate::text_report;

/// The conversions.
pub(super) const CONVERSIONS: &[Conversion] = &[
    Conversion { from: &BIN, to: &MIDI, run: song_to_midi },
    Conversion { from: &ROM, to: &MIDI, run: song_to_midi },
    Conversion { from: &SPC, to: &MIDI, run: song_to_midi },
    Conversion { from: &MIDI, to: &BIN, run: midi_to_song },
];

fn song_to_midi(job: &Job<'_>) -> Result<(), Error> {
    let (image, song) = read_song(job)?;
    let mut player = NspcPlayer::new(&image);
    player.start_song(song);
    let file = export(&job.input.display().to_string(), &player, job.options.midi.rounds.into())?;
    write_output(job.output, &file.write(&job.output.display().to_string())?)
}

fn midi_to_song(job: &Job<'_>) -> Result<(), Error> {
    write_output(job.output, &import_file(job.input, job.options.quiet)?.to_bytes())
}

/// Makes a song of a MIDI file: an image with the song table and song 1, without instruments. What could not be kept is
/// told unless `quiet`.
///
/// # Errors
///
/// If the file cannot be read, is no MIDI file, or no song can be made of it.
pub(crate) fn import_file(path: &Path, quiet: bool) -> Result<TransferImage, Error> {
    let imported = import(&read_midi(path)?);
    let mut sources = Sources::default();
    sources.add(path.display().to_string(), "");
    match imported.image {
        Some(image) => {
            if !quiet {
                text_report::tell(&imported.problems, &sources);
            }
            Ok(image)
        }
        None => Err(Error::text(sources, imported.problems)),
    }
}

/// The image of a file and the song that is wanted of it.
fn read_song(job: &Job<'_>) -> Result<(TransferImage, u8), Error> {
    let bytes = read_file(job.input)?;
    let name = job.input.display().to_string();
    let wanted = job.options.midi.sequence.as_deref();
    let number =
        wanted.and_then(|wanted| wanted.parse::<u8>().ok()).filter(|number| (1..0x80).contains(number));
    let unknown = || {
        Error::Usage(format!("--sequence: no song '{}' in {name} (see tatum info)", wanted.unwrap_or("1")))
    };
    let ending = job.input.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("sfc" | "smc") => {
            let rom = GameRom::parse(&name, &bytes)?;
            let is_wanted = |song: &&tatum_snes::format::RomSong| match wanted {
                None => true,
                Some(wanted) => Some(song.number) == number || song.name.eq_ignore_ascii_case(wanted),
            };
            let song = rom.songs().iter().find(is_wanted).copied().ok_or_else(unknown)?;
            Ok((rom.image(song.bank), song.number))
        }
        Some("spc") => {
            let file = SpcFile::parse(&name, &bytes)?;
            let image = TransferImage::from_spc(&file).ok_or_else(|| Error::Manifest {
                path: job.input.to_owned(),
                message: "there are no songs of this driver in it".to_owned(),
            })?;
            let song =
                if wanted.is_some() { number.ok_or_else(unknown)? } else { playing_song(&file.ram).max(1) };
            Ok((image, song))
        }
        _ => {
            let image = read_image_or_song(&name, &bytes)?;
            Ok((image, if wanted.is_some() { number.ok_or_else(unknown)? } else { 1 }))
        }
    }
}

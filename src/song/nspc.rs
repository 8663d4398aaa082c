//! Songs of the SNES driver N-SPC, played by the interpreter: transfer images and manifests.

use std::path::Path;

use tatum_core::FormatError;
use tatum_snes::author::built_in;
use tatum_snes::format::song_bank::{playing_song, song_layout};
use tatum_snes::format::{GameRom, RelativeSongs, RomSong, SpcFile, TransferImage, read_image_or_song};
use tatum_snes::hardware::Ram;
use tatum_snes::sequencer::variant::{Dialect, Evidence, Variant};

use super::info::SongEntry;
use super::nspc_song::NspcSong;
use super::spc::MAGIC as SPC_MAGIC;
use super::{NSPC_ENGINE, OpenOptions, Song, ending, nspc_relatives, read_file, title_of};
use crate::error::Error;
use crate::manifest::Manifest;
use crate::manifest::nspc::NspcManifest;

/// A song of a manifest.
pub(super) fn open_manifest(manifest: &Manifest, body: &NspcManifest) -> Result<Song, Error> {
    let path = manifest.resolve(&body.file);
    let bytes = read_file(&path)?;
    let variant = variant_of(&manifest.common.engine)?;
    let settings = body.settings();
    let (image, dialect) = if variant.evidence == Evidence::Verified {
        refuse_settings(&settings)?;
        let image = TransferImage::parse(&path.display().to_string(), &bytes)?;
        (image, Dialect::A_LINK_TO_THE_PAST)
    } else {
        let songs = nspc_relatives::read(&path, &bytes, variant, &settings)?;
        (songs.image, songs.dialect)
    };
    let song = NspcSong {
        dialect,
        image,
        bytes: bytes.len(),
        song: body.song,
        port_writes: body.port_writes().map_err(|message| manifest.error(message))?,
        cycles: body.cycles,
    };
    let title = manifest.common.title.clone().unwrap_or_else(|| title_of(&manifest.path));
    Ok(song.into_song(&manifest.path, title, body.samples))
}

/// Whether a file is a game that this engine can play from.
pub(super) fn recognizes(path: &Path) -> bool {
    matches!(ending(path).as_deref(), Some("sfc" | "smc"))
}

/// A game, a `.spc` file whose memory holds this driver's songs, or a transfer image.
pub(super) fn open_bytes(path: &Path, bytes: &[u8], options: &OpenOptions) -> Result<Song, Error> {
    let name = path.display().to_string();
    let variant = variant_of(options.engine.as_deref().unwrap_or(NSPC_ENGINE))?;
    if variant.evidence != Evidence::Verified && !recognizes(path) {
        return open_relative(path, bytes, variant, options);
    }
    refuse_settings(&options.settings)?;
    if recognizes(path) {
        return open_game(path, &GameRom::parse(&name, bytes)?, options);
    }
    if bytes.starts_with(SPC_MAGIC) {
        let file = SpcFile::parse(&name, bytes)?;
        let image = TransferImage::from_spc(&file).ok_or_else(|| {
            FormatError::invalid(name, 0, "memory", "songs of this driver", "none")
                .with_help("play the file as it is, without --engine")
        })?;
        let playing = file.title().map_or_else(|| title_of(path), str::to_owned);
        return Ok(open_image(path, image, playing_song(&file.ram).max(1), playing, bytes.len()));
    }
    let song = song_number(options)?.unwrap_or(1);
    // A song that its author's tools compiled may come without transfer blocks.
    let mut image = read_image_or_song(&name, bytes)?;
    let blocks = image.blocks.len();
    built_in::complete(&mut image, song);
    let mut notes = Vec::new();
    if image.blocks.len() != blocks {
        notes.push("no instruments in the image: playing with the built-in ones".into());
    }
    let title = format!("{}, song {song}", title_of(path));
    Ok(Song { notes, ..open_image(path, image, song, title, bytes.len()) })
}

pub(super) fn open_image(path: &Path, image: TransferImage, song: u8, title: String, bytes: usize) -> Song {
    let dialect = Dialect::A_LINK_TO_THE_PAST;
    NspcSong { dialect, image, bytes, song, port_writes: Vec::new(), cycles: None }
        .into_song(path, title, None)
}

/// A song of another driver of the family.
fn open_relative(
    path: &Path,
    bytes: &[u8],
    variant: &'static Variant,
    options: &OpenOptions,
) -> Result<Song, Error> {
    let songs = nspc_relatives::read(path, bytes, variant, &options.settings)?;
    let number = song_number(options)?.unwrap_or_else(|| songs.first());
    let entries = nspc_relatives::entries(&songs);
    let title = format!("{}, song {number}", title_of(path));
    let RelativeSongs { image, dialect, .. } = songs;
    let song =
        NspcSong { dialect, image, bytes: bytes.len(), song: number, port_writes: Vec::new(), cycles: None };
    let notes = nspc_relatives::caution(variant).into_iter().collect();
    Ok(Song { songs: entries, notes, ..song.into_song(path, title, None) })
}

/// The variant with an engine id.
fn variant_of(engine: &str) -> Result<&'static Variant, Error> {
    Variant::from_id(engine).ok_or_else(|| {
        Error::Usage(format!("--engine: expected an engine of this console's songs, found '{engine}'"))
    })
}

/// A Link to the Past keeps everything at places that are known.
fn refuse_settings(settings: &[(String, String)]) -> Result<(), Error> {
    match settings.first() {
        None => Ok(()),
        Some((key, _)) => Err(Error::Usage(format!("--set {key}: {NSPC_ENGINE} has no settings"))),
    }
}

/// A song of the game, by number or by name.
pub(super) fn open_game(path: &Path, rom: &GameRom, options: &OpenOptions) -> Result<Song, Error> {
    let songs = rom.songs();
    let found = match &options.song {
        None => songs.first(),
        Some(wanted) => {
            let number = wanted.parse::<u8>().ok();
            songs.iter().find(|song| Some(song.number) == number || song.name.eq_ignore_ascii_case(wanted))
        }
    };
    let song = found.ok_or_else(|| {
        let wanted = options.song.as_deref().unwrap_or("1");
        Error::Usage(format!("--song: no song '{wanted}' in {} (see tatum info)", path.display()))
    })?;
    let image = rom.image(song.bank);
    let bytes = image.blocks.iter().map(|block| block.data.len()).sum();
    let title = format!("{}, {}", title_of(path), song.name);
    Ok(Song { songs: entries(rom), ..open_image(path, image, song.number, title, bytes) })
}

/// All songs of the game.
pub(super) fn entries(rom: &GameRom) -> Vec<SongEntry> {
    let entry = |song: &RomSong| SongEntry {
        number: song.number.to_string(),
        name: Some(song.name.to_owned()),
        bytes: song_bytes(rom, *song),
        banks: vec![song.bank as u32],
    };
    rom.songs().iter().map(entry).collect()
}

/// Bytes from a song's first to its last, as far as they can be told.
fn song_bytes(rom: &GameRom, song: RomSong) -> usize {
    let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
    rom.image(song.bank).apply(&mut ram);
    let last = song_layout(&ram, song.address).ok().and_then(|layout| layout.last_from(song.address));
    last.map_or(0, |last| usize::from(last - song.address) + 1)
}

pub(super) fn song_number(options: &OpenOptions) -> Result<Option<u8>, Error> {
    let Some(song) = &options.song else { return Ok(None) };
    match song.parse() {
        Ok(number) if (1..0x80).contains(&number) => Ok(Some(number)),
        _ => Err(Error::Usage(format!("--song: expected a song number from 1 to 127, found '{song}'"))),
    }
}

//! Songs of the SNES driver N-SPC, played by the interpreter: transfer images and manifests.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use tatum_core::{FormatError, Player, Probe};

use tatum_snes::author::built_in;
use tatum_snes::format::song_bank::playing_song;
use tatum_snes::format::{GameRom, SpcFile, TransferImage, read_raw_song};
use tatum_snes::hardware::PortWrite;
use tatum_snes::timeline::{SongEnd, find_end, frame_of_tick, survey};
use tatum_snes::trace::DspWrite;
use tatum_snes::{Event, NspcPlayer};

use super::info::{ChannelInfo, SongEntry, SongInfo};
use super::spc::MAGIC as SPC_MAGIC;
use super::{
    NSPC_ENGINE, OpenOptions, Song, SongLength, SongPlayer, Source, Stop, TraceKind, TracedBlock, ending,
    read_file, title_of, trace_in_blocks,
};
use crate::error::Error;
use crate::manifest::Manifest;
use crate::manifest::nspc::NspcManifest;

/// First line of a register trace: the write, and the pass and tick in which the driver made it.
const HEADER: &str = "cycle\treg\tvalue\tloop\ttick\n";
/// Ticks that are looked at when a song has no end.
const SURVEYED_TICKS: u64 = 100_000;
/// Instruments from this number on are percussion notes.
const FIRST_PERCUSSION: u8 = 0x80;

/// A song of an image.
struct NspcSong {
    image: TransferImage,
    bytes: usize,
    song: u8,
    /// The main processor's writes; none starts the song as a game does.
    port_writes: Vec<PortWrite>,
    /// Cycles after which nothing is traced any more.
    cycles: Option<u64>,
}

/// A song of a manifest.
pub(super) fn open_manifest(manifest: &Manifest, body: &NspcManifest) -> Result<Song, Error> {
    let path = manifest.resolve(&body.file);
    let bytes = read_file(&path)?;
    let song = NspcSong {
        image: TransferImage::parse(&path.display().to_string(), &bytes)?,
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
    let mut image = match TransferImage::parse(&name, bytes) {
        Ok(image) => image,
        Err(error) => read_raw_song(&name, bytes, None).map_err(|_| error)?,
    };
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
    NspcSong { image, bytes, song, port_writes: Vec::new(), cycles: None }.into_song(path, title, None)
}

/// A song of the game, by number or by name.
fn open_game(path: &Path, rom: &GameRom, options: &OpenOptions) -> Result<Song, Error> {
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
    let entries = songs
        .iter()
        .map(|song| SongEntry {
            number: song.number.to_string(),
            name: Some(song.name.to_owned()),
            bytes: 0,
            banks: vec![song.bank as u32],
        })
        .collect();
    Ok(Song { songs: entries, ..open_image(path, image, song.number, title, bytes) })
}

pub(super) fn song_number(options: &OpenOptions) -> Result<Option<u8>, Error> {
    let Some(song) = &options.song else { return Ok(None) };
    match song.parse() {
        Ok(number) if (1..0x80).contains(&number) => Ok(Some(number)),
        _ => Err(Error::Usage(format!("--song: expected a song number from 1 to 127, found '{song}'"))),
    }
}

impl NspcSong {
    fn into_song(self, path: &Path, title: String, frames: Option<u64>) -> Song {
        Song {
            path: path.to_owned(),
            title,
            engine: NSPC_ENGINE,
            frames,
            notes: Vec::new(),
            songs: Vec::new(),
            source: Arc::new(self),
        }
    }

    fn player(&self) -> NspcPlayer {
        let mut player = NspcPlayer::new(&self.image);
        if self.port_writes.is_empty() {
            player.start_song(self.song);
        }
        for &write in &self.port_writes {
            player.schedule_port_write(write);
        }
        player
    }
}

impl Source for NspcSong {
    fn start(&self) -> Result<SongPlayer, FormatError> {
        Ok(SongPlayer::new(self.player()))
    }

    fn find_length(&self) -> Result<SongLength, Stop> {
        let player = self.player();
        Ok(match find_end(&player) {
            SongEnd::Loops(points) => {
                match (frame_of_tick(&player, points.start), frame_of_tick(&player, points.end)) {
                    (Some(start), Some(end)) => SongLength::Loops { points, start, end },
                    _ => SongLength::Unknown,
                }
            }
            SongEnd::Ends { tick } => {
                SongLength::Ends { ticks: tick, frames: frame_of_tick(&player, tick).unwrap_or_default() }
            }
            SongEnd::Unknown { .. } => SongLength::Unknown,
            SongEnd::Faults(fault) => return Err(Stop::Fault(fault)),
        })
    }

    fn frames_until_tick(&self, tick: u64) -> Result<Option<u64>, FormatError> {
        Ok(frame_of_tick(&self.player(), tick))
    }

    fn trace(
        &self,
        kind: TraceKind,
        frames: u64,
        write: &mut dyn FnMut(&str) -> Result<(), Error>,
    ) -> Result<(), Stop> {
        let text = if kind == TraceKind::Registers { HEADER.to_owned() } else { String::new() };
        let mut trace = Trace { kind, text, pass: 0, tick: 0, cycles: self.cycles.unwrap_or(u64::MAX) };
        let mut player = self.player();
        trace_in_blocks(frames, write, |block| TracedBlock {
            count: player.render_with_probe(block, &mut trace),
            rows: std::mem::take(&mut trace.text),
            fault: Player::fault(&player).cloned(),
        })
    }

    fn reference_kind(&self) -> TraceKind {
        TraceKind::Registers
    }

    fn describe(&self, ticks: Option<u64>, info: &mut SongInfo) -> Result<(), FormatError> {
        info.bytes = self.bytes;
        let survey = survey(&self.player(), ticks.unwrap_or(SURVEYED_TICKS));
        info.warn(&survey.diagnostics);
        info.channels = (0..)
            .zip(&survey.tracks)
            .filter(|(_, track)| track.notes != 0)
            .map(|(channel, track)| ChannelInfo {
                channel,
                notes: track.notes,
                instruments: track.instruments.iter().map(|&number| instrument_name(number)).collect(),
            })
            .collect();
        Ok(())
    }
}

fn instrument_name(number: u8) -> String {
    match number.checked_sub(FIRST_PERCUSSION) {
        Some(note) => format!("percussion {note}"),
        None => number.to_string(),
    }
}

/// A trace of any kind: register writes, every event, or what happens to the voices.
struct Trace {
    kind: TraceKind,
    text: String,
    pass: u64,
    tick: u64,
    cycles: u64,
}

impl Probe<Event> for Trace {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        let event = event();
        match event {
            Event::Pass { pass, .. } => self.pass = pass,
            Event::Tick { tick, .. } => self.tick = tick,
            _ => {}
        }
        // Writing to a string cannot fail.
        let _ = match self.kind {
            TraceKind::Registers => match DspWrite::from_event(&event) {
                Some(row) if row.cycle <= self.cycles => {
                    writeln!(self.text, "{row}\t{}\t{}", self.pass, self.tick)
                }
                _ => Ok(()),
            },
            TraceKind::Events => writeln!(self.text, "{event:?}"),
            TraceKind::Voices if matches!(event, Event::Keys { .. }) => writeln!(self.text, "{event:?}"),
            TraceKind::Voices => Ok(()),
        };
    }
}

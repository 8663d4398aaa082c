//! Songs of the SNES driver N-SPC, played by the interpreter: transfer images and manifests.

use std::fmt::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use tatum_core::{FormatError, Player, Probe};

use tatum_snes::author::built_in;
use tatum_snes::format::song_bank::{playing_song, song_layout};
use tatum_snes::format::{GameRom, RelativeSongs, RomSong, SpcFile, TransferImage, read_raw_song};
use tatum_snes::hardware::{PortWrite, Ram};
use tatum_snes::sequencer::variant::{Dialect, Evidence, Variant};
use tatum_snes::timeline::{SongEnd, find_end, frame_of_tick, survey};
use tatum_snes::trace::{DspWrite, EventSelection, EventTrace};
use tatum_snes::{Event, NspcPlayer, SpcPlayer};

use super::info::{ChannelInfo, SongEntry, SongInfo};
use super::spc::MAGIC as SPC_MAGIC;
use super::{
    DriverPair, NSPC_ENGINE, OpenOptions, Song, SongLength, SongPlayer, Source, Stop, TraceKind, TracedBlock,
    WriteRows, ending, nspc_relatives, observe_in_blocks, read_file, title_of, trace_in_blocks,
};
use crate::error::Error;
use crate::manifest::Manifest;
use crate::manifest::nspc::NspcManifest;
use crate::observation::snes::{Observer, read_row};
use crate::observation::{Observation, RowMeaning};

/// First line of a register trace: the write, and the pass and tick in which the driver made it.
const HEADER: &str = "cycle\treg\tvalue\tloop\ttick\n";
/// Ticks that are looked at when a song has no end.
const SURVEYED_TICKS: u64 = 100_000;
/// Instruments from this number on are percussion notes.
const FIRST_PERCUSSION: u8 = 0x80;

/// A song of an image.
struct NspcSong {
    dialect: Dialect,
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

impl NspcSong {
    fn into_song(self, path: &Path, title: String, frames: Option<u64>) -> Song {
        Song {
            path: path.to_owned(),
            title,
            engine: self.dialect.variant.id,
            frames,
            notes: Vec::new(),
            songs: Vec::new(),
            source: Arc::new(self),
        }
    }

    /// What the main processor writes.
    fn port_writes(&self) -> Vec<PortWrite> {
        if self.port_writes.is_empty() {
            NspcPlayer::song_start(self.song).to_vec()
        } else {
            self.port_writes.clone()
        }
    }

    fn player(&self) -> NspcPlayer {
        let mut player = NspcPlayer::with_dialect(&self.image, self.dialect);
        self.port_writes().into_iter().for_each(|write| player.schedule_port_write(write));
        player
    }

    /// The driver that the image brings, on the emulated hardware.
    fn driver(&self) -> Option<SpcPlayer> {
        let mut driver = SpcPlayer::of_image(&self.image)?;
        self.port_writes().into_iter().for_each(|write| driver.schedule_port_write(write));
        Some(driver)
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

    fn trace(&self, kind: TraceKind, frames: Range<u64>, write: &mut WriteRows<'_>) -> Result<(), Stop> {
        let mut trace = match kind {
            TraceKind::Registers => Trace::Registers(RegisterTrace {
                text: HEADER.to_owned(),
                pass: 0,
                tick: 0,
                cycles: self.cycles.unwrap_or(u64::MAX),
            }),
            TraceKind::Events => Trace::Events(EventTrace::new(EventSelection::All)),
            TraceKind::Voices => Trace::Events(EventTrace::new(EventSelection::Voices)),
        };
        let mut player = self.player();
        write(&trace.take())?;
        trace_in_blocks(frames, write, |block| TracedBlock {
            count: player.render_with_probe(block, &mut trace),
            rows: trace.take(),
            fault: Player::fault(&player).cloned(),
        })
    }

    fn reference_kind(&self) -> TraceKind {
        TraceKind::Registers
    }

    fn driver_pair(&self) -> Option<DriverPair> {
        // Of the other drivers neither the start nor the cycles are known.
        (self.dialect.variant.evidence == Evidence::Verified)
            .then(|| DriverPair { interpreter: self.player(), driver: self.driver() })
    }

    fn instrument_name(&self, number: u16) -> String {
        u8::try_from(number).map_or_else(|_| number.to_string(), instrument_name)
    }

    fn observe(&self, frames: u64, see: &mut dyn FnMut(Observation)) -> Result<(), Stop> {
        let mut player = self.player();
        let mut observer = Observer::new(Some(self.dialect.variant), see);
        observe_in_blocks(frames, |block| player.render_with_probe(block, &mut observer));
        Ok(())
    }

    fn read_row(&self, row: &str) -> RowMeaning {
        read_row(row)
    }

    fn describe(&self, ticks: Option<u64>, info: &mut SongInfo) -> Result<(), FormatError> {
        info.bytes = self.bytes;
        let survey = survey(&self.player(), ticks.unwrap_or(SURVEYED_TICKS));
        info.warnings.extend(nspc_relatives::caution(self.dialect.variant));
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

/// A trace of any kind.
enum Trace {
    Registers(RegisterTrace),
    Events(EventTrace),
}

/// Register writes with the pass and the tick in which the driver made them.
struct RegisterTrace {
    text: String,
    pass: u64,
    tick: u64,
    /// The cycle after which nothing is traced any more.
    cycles: u64,
}

impl Trace {
    fn take(&mut self) -> String {
        match self {
            Self::Registers(trace) => std::mem::take(&mut trace.text),
            Self::Events(trace) => trace.take(),
        }
    }
}

impl Probe<Event> for Trace {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        match self {
            Self::Registers(trace) => trace.record(event),
            Self::Events(trace) => trace.record(event),
        }
    }
}

impl Probe<Event> for RegisterTrace {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        let event = event();
        match event {
            Event::Pass { pass, .. } => self.pass = pass,
            Event::Tick { tick, .. } => self.tick = tick,
            _ => {}
        }
        if let Some(row) = DspWrite::from_event(&event).filter(|row| row.cycle <= self.cycles) {
            // Writing to a string cannot fail.
            let _ = writeln!(self.text, "{row}\t{}\t{}", self.pass, self.tick);
        }
    }
}

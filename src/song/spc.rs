//! `.spc` files: a sound module in the middle of playing.

use std::fmt::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use tatum_core::FormatError;
use tatum_snes::format::SpcFile;
use tatum_snes::hardware::PortWrite;
use tatum_snes::trace::{DspWrite, EventSelection, EventTrace, HEADER};
use tatum_snes::{Event, SpcPlayer};

use super::info::{SongInfo, TagInfo};
use super::{
    OpenOptions, SPC_ENGINE, Song, SongLength, SongPlayer, Source, Stop, TraceKind, TracedBlock, WriteRows,
    ending, observe_in_blocks, read_file, title_of, trace_in_blocks,
};
use crate::error::Error;
use crate::manifest::Manifest;
use crate::manifest::spc::SpcManifest;
use crate::observation::snes::{Observer, read_row};
use crate::observation::{Observation, RowMeaning};

/// How the files begin.
pub(super) const MAGIC: &[u8] = b"SNES-SPC700 Sound File Data";

/// A file with what the main processor does meanwhile.
struct SpcSong {
    file: SpcFile,
    bytes: usize,
    port_writes: Vec<PortWrite>,
    /// Cycles after which nothing is traced any more.
    cycles: Option<u64>,
}

/// Whether a file is one of these.
pub(super) fn recognizes(path: &Path, bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) || ending(path).as_deref() == Some("spc")
}

/// A bare file.
pub(super) fn open_bytes(path: &Path, bytes: &[u8], options: &OpenOptions) -> Result<Song, Error> {
    if !options.settings.is_empty() || options.bank.is_some() || options.song.is_some() {
        let message =
            "a .spc file holds one song with everything it needs: --bank, --song and --set do not apply";
        return Err(Error::Usage(format!("{}: {message}", path.display())));
    }
    let file = SpcFile::parse(&path.display().to_string(), bytes)?;
    let title = file.title().map_or_else(|| title_of(path), str::to_owned);
    let song = SpcSong { file, bytes: bytes.len(), port_writes: Vec::new(), cycles: None };
    Ok(song.into_song(path, title, None))
}

/// A song of a manifest.
pub(super) fn open_manifest(manifest: &Manifest, body: &SpcManifest) -> Result<Song, Error> {
    let path = manifest.resolve(&body.file);
    let bytes = read_file(&path)?;
    let file = SpcFile::parse(&path.display().to_string(), &bytes)?;
    let port_writes = body.port_writes().map_err(|message| manifest.error(message))?;
    let title = manifest.common.title.clone().unwrap_or_else(|| title_of(&manifest.path));
    let song = SpcSong { file, bytes: bytes.len(), port_writes, cycles: body.cycles };
    Ok(song.into_song(&manifest.path, title, body.samples))
}

impl SpcSong {
    fn into_song(self, path: &Path, title: String, frames: Option<u64>) -> Song {
        Song {
            path: path.to_owned(),
            title,
            engine: SPC_ENGINE,
            frames,
            notes: Vec::new(),
            songs: Vec::new(),
            source: Arc::new(self),
        }
    }

    fn player(&self) -> SpcPlayer {
        let mut player = SpcPlayer::new(&self.file);
        for &write in &self.port_writes {
            player.schedule_port_write(write);
        }
        player
    }
}

impl Source for SpcSong {
    fn start(&self) -> Result<SongPlayer, FormatError> {
        Ok(SongPlayer::new(self.player()))
    }

    fn find_length(&self) -> Result<SongLength, Stop> {
        Ok(match self.file.length() {
            Some(length) => SongLength::Tagged { frames: length.frames, fade: length.fade_frames },
            None => SongLength::Unknown,
        })
    }

    fn frames_until_tick(&self, tick: u64) -> Result<Option<u64>, FormatError> {
        // A tick is a frame: the file holds a program, not a sequence.
        Ok(Some(tick))
    }

    fn trace(&self, kind: TraceKind, frames: Range<u64>, write: &mut WriteRows<'_>) -> Result<(), Stop> {
        let mut trace = match kind {
            TraceKind::Registers => Trace::Registers(format!("{HEADER}\n"), self.cycles.unwrap_or(u64::MAX)),
            TraceKind::Events => Trace::Events(EventTrace::new(EventSelection::All)),
            TraceKind::Voices => Trace::Events(EventTrace::new(EventSelection::Voices)),
        };
        let mut player = self.player();
        write(&trace.take())?;
        trace_in_blocks(frames, write, |block| TracedBlock {
            count: player.render_with_probe(block, &mut trace),
            rows: trace.take(),
            fault: None,
        })
    }

    fn reference_kind(&self) -> TraceKind {
        TraceKind::Registers
    }

    fn instrument_name(&self, number: u16) -> String {
        format!("sample {number}")
    }

    fn observe(&self, frames: u64, see: &mut dyn FnMut(Observation)) -> Result<(), Stop> {
        let mut player = self.player();
        // Only then is every instruction told, and with it the address of each write.
        player.set_shortcuts(false);
        let mut observer = Observer::new(None, see);
        observe_in_blocks(frames, |block| player.render_with_probe(block, &mut observer));
        Ok(())
    }

    fn read_row(&self, row: &str) -> RowMeaning {
        read_row(row)
    }

    fn describe(&self, _ticks: Option<u64>, info: &mut SongInfo) -> Result<(), FormatError> {
        info.bytes = self.bytes;
        info.warn(&self.file.diagnostics);
        let tags = [("song", self.file.title()), ("game", self.file.game()), ("artist", self.file.artist())];
        info.tags = tags
            .into_iter()
            .filter_map(|(name, value)| Some(TagInfo { name: name.into(), value: value?.to_owned() }))
            .collect();
        Ok(())
    }
}

/// A trace of any kind.
enum Trace {
    /// Rows so far, and the cycle after which nothing is traced any more.
    Registers(String, u64),
    Events(EventTrace),
}

impl Trace {
    fn take(&mut self) -> String {
        match self {
            Self::Registers(text, _) => std::mem::take(text),
            Self::Events(trace) => trace.take(),
        }
    }
}

impl tatum_core::Probe<Event> for Trace {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        match self {
            Self::Events(trace) => trace.record(event),
            Self::Registers(text, cycles) => {
                if let Some(write) = DspWrite::from_event(&event()).filter(|write| write.cycle <= *cycles) {
                    // Writing to a string cannot fail.
                    let _ = writeln!(text, "{write}");
                }
            }
        }
    }
}

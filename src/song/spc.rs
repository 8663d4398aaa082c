//! `.spc` files: a sound module in the middle of playing.

use std::path::Path;
use std::sync::Arc;

use tatum_core::FormatError;
use tatum_snes::format::SpcFile;
use tatum_snes::hardware::PortWrite;
use tatum_snes::trace::{DspWrite, HEADER};
use tatum_snes::{Event, SpcPlayer};

use super::info::{SongInfo, TagInfo};
use super::{
    OpenOptions, SPC_ENGINE, Song, SongLength, SongPlayer, Source, Stop, TraceKind, TracedBlock, ending,
    observe_in_blocks, read_file, title_of, trace_in_blocks,
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

    fn trace(
        &self,
        kind: TraceKind,
        frames: u64,
        write: &mut dyn FnMut(&str) -> Result<(), Error>,
    ) -> Result<(), Stop> {
        let mut trace = Trace { kind, text: String::new(), cycles: self.cycles.unwrap_or(u64::MAX) };
        if kind == TraceKind::Registers {
            trace.text = format!("{HEADER}\n");
        }
        let mut player = self.player();
        player.set_shortcuts(kind != TraceKind::Events);
        trace_in_blocks(frames, write, |block| TracedBlock {
            count: player.render_with_probe(block, &mut trace),
            rows: std::mem::take(&mut trace.text),
            fault: None,
        })
    }

    fn reference_kind(&self) -> TraceKind {
        TraceKind::Registers
    }

    fn observe(&self, frames: u64, see: &mut dyn FnMut(Observation)) -> Result<(), Stop> {
        let mut player = self.player();
        // Only then is every instruction told, and with it the address of each write.
        player.set_shortcuts(false);
        let mut observer = Observer::new(false, see);
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

/// A trace of any kind: register writes, every event, or key events alone.
struct Trace {
    kind: TraceKind,
    text: String,
    cycles: u64,
}

impl tatum_core::Probe<Event> for Trace {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        let event = event();
        let row = match self.kind {
            TraceKind::Registers => DspWrite::from_event(&event)
                .filter(|write| write.cycle <= self.cycles)
                .map(|write| write.to_string()),
            TraceKind::Events => Some(format!("{event:?}")),
            TraceKind::Voices => matches!(event, Event::Keys { .. }).then(|| format!("{event:?}")),
        };
        if let Some(row) = row {
            self.text.push_str(&row);
            self.text.push('\n');
        }
    }
}

//! A song of the SNES driver N-SPC: length, traces, what is told about it.

use std::fmt::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use tatum_core::{FormatError, Player, Probe};
use tatum_snes::format::TransferImage;
use tatum_snes::hardware::PortWrite;
use tatum_snes::sequencer::variant::{Dialect, Evidence};
use tatum_snes::timeline::{SongEnd, find_end, frame_of_tick, survey};
use tatum_snes::trace::{DspWrite, EventSelection, EventTrace};
use tatum_snes::{Event, NspcPlayer, SpcPlayer};

use super::info::{ChannelInfo, SongInfo};
use super::{
    DriverPair, Song, SongLength, SongPlayer, Source, Stop, TraceKind, TracedBlock, WriteRows,
    nspc_relatives, observe_in_blocks, trace_in_blocks,
};
use crate::observation::snes::{Observer, read_row};
use crate::observation::{Observation, RowMeaning};

/// First line of a register trace: the write, and the pass and tick in which the driver made it.
const HEADER: &str = "cycle\treg\tvalue\tloop\ttick\n";
/// Ticks that are looked at when a song has no end.
const SURVEYED_TICKS: u64 = 100_000;
/// Instruments from this number on are percussion notes.
const FIRST_PERCUSSION: u8 = 0x80;

/// A song of an image.
pub(super) struct NspcSong {
    pub(super) dialect: Dialect,
    pub(super) image: TransferImage,
    pub(super) bytes: usize,
    pub(super) song: u8,
    /// The main processor's writes; none starts the song as a game does.
    pub(super) port_writes: Vec<PortWrite>,
    /// Cycles after which nothing is traced any more.
    pub(super) cycles: Option<u64>,
}

impl NspcSong {
    pub(super) fn into_song(self, path: &Path, title: String, frames: Option<u64>) -> Song {
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

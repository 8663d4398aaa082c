//! A sequence of the DS as a song.

use std::ops::Range;

use tatum_core::{DiagnosticLog, FormatError, Frame, Player, Probe};
use tatum_nds::event::Event;
use tatum_nds::format::sdat::Sdat;
use tatum_nds::host::{HostCall, HostEvent};
use tatum_nds::trace::{EventSelection, EventTrace, RegisterTrace};
use tatum_nds::{Ending, NdsPlayer, Options, RATE, SequenceId, Timeline};

use crate::observation::nds::{Observer, read_row};
use crate::observation::{Observation, RowMeaning};
use crate::song::info::{BankInfo, PartInfo, SongInfo, TagInfo};
use crate::song::{
    SongLength, SongPlayer, Source, Stop, TRACE_BLOCK, TraceKind, TracedBlock, WriteRows, observe_in_blocks,
    trace_in_blocks,
};

/// Song time that is searched for an end or a loop, in seconds.
const SEARCHED_SECONDS: u64 = 1800;

/// A sequence of an archive, with what the game does.
pub(super) struct NdsSong {
    pub(super) archive: Sdat,
    pub(super) schedule: Vec<HostEvent>,
    pub(super) options: Options,
    /// Frames to play and to fade, in the words of the file's tags.
    pub(super) tagged: Option<(u64, u64)>,
    pub(super) tags: Vec<TagInfo>,
    /// Whether the archive is only a wrapping made for a bare sequence.
    pub(super) is_bare: bool,
}

impl NdsSong {
    pub(super) fn new(archive: Sdat, sequence: SequenceId) -> Self {
        let start = HostEvent { tick: 0, call: HostCall::Start { handle: 0, sequence } };
        Self {
            archive,
            schedule: vec![start],
            options: Options::default(),
            tagged: None,
            tags: Vec::new(),
            is_bare: false,
        }
    }

    fn player(&self) -> Result<NdsPlayer, FormatError> {
        NdsPlayer::with_schedule(&self.archive, &self.schedule, self.options)
    }

    fn timeline(&self) -> Result<Timeline, FormatError> {
        Ok(Timeline::of(&self.player()?, RATE.frames_in_seconds(SEARCHED_SECONDS)))
    }
}

impl Source for NdsSong {
    fn start(&self) -> Result<SongPlayer, FormatError> {
        self.player().map(SongPlayer::new)
    }

    fn find_length(&self) -> Result<SongLength, Stop> {
        if let Some((frames, fade)) = self.tagged {
            return Ok(SongLength::Tagged { frames, fade });
        }
        let timeline = self.timeline()?;
        Ok(match timeline.ending {
            Ending::Loops(points) => {
                let frame = |tick| self.frames_until_tick(tick);
                match (frame(points.start)?, frame(points.end)?) {
                    (Some(start), Some(end)) => SongLength::Loops { points, start, end },
                    _ => SongLength::Unknown,
                }
            }
            Ending::Ends { tick, frame, .. } => SongLength::Ends { ticks: tick, frames: frame },
            Ending::Holds { .. } | Ending::Unknown => SongLength::Unknown,
            Ending::Fault(fault) => return Err(Stop::Fault(fault)),
        })
    }

    fn frames_until_tick(&self, tick: u64) -> Result<Option<u64>, FormatError> {
        Ok(self.player()?.frame_of_tick(tick, u64::MAX / 2))
    }

    fn trace(&self, kind: TraceKind, frames: Range<u64>, write: &mut WriteRows<'_>) -> Result<(), Stop> {
        let mut trace = match kind {
            TraceKind::Registers => Trace::Registers(RegisterTrace::default()),
            TraceKind::Events => Trace::Events(EventTrace::new(EventSelection::All)),
            TraceKind::Voices => Trace::Events(EventTrace::new(EventSelection::Voices)),
        };
        let mut player = self.player()?;
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

    fn observe(&self, frames: u64, see: &mut dyn FnMut(Observation)) -> Result<(), Stop> {
        let mut player = self.player()?;
        let mut observer = Observer::new(see);
        observe_in_blocks(frames, |block| player.render_with_probe(block, &mut observer));
        Ok(())
    }

    fn read_row(&self, row: &str) -> RowMeaning {
        read_row(row)
    }

    fn describe(&self, ticks: Option<u64>, info: &mut SongInfo) -> Result<(), FormatError> {
        info.bytes = self.archive.bytes().len();
        info.tags.clone_from(&self.tags);
        info.warn(&self.diagnostics(ticks)?);
        if self.is_bare {
            return Ok(());
        }
        info.banks = self
            .archive
            .banks()
            .into_iter()
            .map(|bank| BankInfo {
                bank: bank.number,
                name: bank.name,
                instruments: bank.programs.len(),
                drums: 0,
            })
            .collect();
        let part = |kind, number, name, detail| PartInfo { kind, number, name, detail };
        for archive in self.archive.wave_archives() {
            let detail = format!("{} waves", archive.waves);
            info.parts.push(part("wave archive", archive.number, archive.name, detail));
        }
        for player in self.archive.players() {
            let detail = format!("at most {} sequences", player.info.max_sequences);
            info.parts.push(part("player", player.number, player.name, detail));
        }
        for stream in self.archive.streams() {
            let detail = match stream.length {
                Some((rate, frames, start)) => {
                    let loops = start.map_or_else(String::new, |start| format!(", loops from {start}"));
                    format!("{frames} frames at {rate} Hz{loops}")
                }
                None => "unusable".into(),
            };
            info.parts.push(part("stream", stream.number, stream.name, detail));
        }
        Ok(())
    }
}

impl NdsSong {
    /// What the engine has to tell about the song up to its end or repetition.
    fn diagnostics(&self, ticks: Option<u64>) -> Result<DiagnosticLog, FormatError> {
        let mut player = self.player()?;
        let frames = match ticks {
            Some(ticks) => player.frame_of_tick(ticks, RATE.frames_in_seconds(SEARCHED_SECONDS)),
            None => None,
        };
        let mut left = frames.unwrap_or(RATE.frames_in_seconds(60));
        let mut block = [Frame::SILENCE; TRACE_BLOCK];
        while left != 0 {
            let wanted = TRACE_BLOCK.min(usize::try_from(left).unwrap_or(TRACE_BLOCK));
            let count = player.render(&mut block[..wanted]);
            left -= count as u64;
            if count == 0 {
                break;
            }
        }
        Ok(Player::diagnostics(&player).clone())
    }
}

/// A trace of any kind.
enum Trace {
    Registers(RegisterTrace),
    Events(EventTrace),
}

impl Trace {
    fn take(&mut self) -> String {
        match self {
            Self::Registers(trace) => trace.take(),
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

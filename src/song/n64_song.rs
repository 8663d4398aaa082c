//! A sequence of the Nintendo 64 as a song: length, traces, what is told about it.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use tatum_core::instruments;
use tatum_core::{FormatError, NullProbe, Player, Probe};
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::timeline::{SongEnd, Timeline, frame_of_tick, survey};
use tatum_n64::trace::{CommandListTrace, EventTrace, StateRows, StateTrace};
use tatum_n64::{EngineProbe, Event, N64Player, Settings, SoundMemory};

use super::info::{BankInfo, ChannelInfo, SongInfo};
use super::{
    SongLength, SongPlayer, Source, Stop, TraceKind, TracedBlock, WriteRows, observe_in_blocks,
    trace_in_blocks,
};
use crate::observation::n64::{Observer, read_row};
use crate::observation::{Observation, RowMeaning};

/// Ticks that are looked at when a song has no end.
const SURVEYED_TICKS: u64 = 100_000;

/// A sequence with its banks and the game's settings.
pub(super) struct N64Song {
    /// The sequences; all but the first are started by settings or scripts.
    pub(super) sequences: Vec<SequenceData>,
    pub(super) sounds: SoundMemory,
    pub(super) settings: Settings,
    /// Which rows the traces of voices have.
    pub(super) rows: StateRows,
    /// Whether the built-in instruments play.
    pub(super) is_built_in: bool,
    /// The song's course, once somebody has asked for its length.
    pub(super) timeline: Mutex<Option<Timeline>>,
}

impl N64Song {
    /// The number of the sequence that is started first.
    fn main_sequence(&self) -> usize {
        self.settings.starts.first().map_or(0, |start| start.sequence.into())
    }

    /// An instrument number of a script, as people write it.
    fn instrument_name(&self, number: u8) -> String {
        match number {
            0x7E if self.settings.version.generation().is_zelda() => "sound effects".into(),
            0x7F => "drums".into(),
            0x80 => "sawtooth wave".into(),
            0x81 => "triangle wave".into(),
            0x82 => "sine wave".into(),
            0x83 => "square wave".into(),
            0x84.. => format!("wave {number:#x}"),
            _ if self.is_built_in => {
                format!("{number} {}", instruments::bank().instrument_for_program(number).name)
            }
            _ => number.to_string(),
        }
    }

    fn player_with_probe<P: EngineProbe>(&self, probe: &mut P) -> Result<N64Player, FormatError> {
        N64Player::with_sequences(self.sequences.clone(), self.sounds.clone(), self.settings.clone(), probe)
    }

    fn player(&self) -> Result<N64Player, FormatError> {
        self.player_with_probe(&mut NullProbe)
    }
}

impl Source for N64Song {
    fn start(&self) -> Result<SongPlayer, FormatError> {
        self.player().map(SongPlayer::new)
    }

    fn find_length(&self) -> Result<SongLength, Stop> {
        let timeline = Timeline::of(&self.player()?);
        let length = match &timeline.end {
            &SongEnd::Loops(points) => {
                let frame_of = |tick| timeline.frame_of_tick(tick + 1);
                match (frame_of(points.start), frame_of(points.end)) {
                    (Some(start), Some(end)) => SongLength::Loops { points, start, end },
                    _ => SongLength::Unknown,
                }
            }
            &SongEnd::Ends { tick } => {
                SongLength::Ends { ticks: tick, frames: timeline.frame_of_tick(tick).unwrap_or_default() }
            }
            SongEnd::Unknown { .. } => SongLength::Unknown,
            SongEnd::Faults(fault) => return Err(Stop::Fault(fault.clone())),
        };
        *self.timeline.lock().unwrap_or_else(PoisonError::into_inner) = Some(timeline);
        Ok(length)
    }

    fn frames_until_tick(&self, tick: u64) -> Result<Option<u64>, FormatError> {
        let player = self.player()?;
        let mut timeline = self.timeline.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(match timeline.as_mut() {
            Some(timeline) => timeline.follow_to_tick(&player, tick + 1),
            None => frame_of_tick(&player, tick + 1),
        })
    }

    fn trace(&self, kind: TraceKind, frames: Range<u64>, write: &mut WriteRows<'_>) -> Result<(), Stop> {
        let mut trace = match kind {
            TraceKind::Voices => Trace::State(Box::new(StateTrace::new(
                self.settings.version,
                self.settings.player,
                self.rows,
            ))),
            TraceKind::Events => Trace::Events(EventTrace::default()),
            TraceKind::Registers => Trace::Commands(CommandListTrace::default()),
        };
        let mut player = self.player_with_probe(&mut trace)?;
        write(&trace.take())?;
        trace_in_blocks(frames, write, |block| TracedBlock {
            count: player.render_with_probe(block, &mut trace),
            rows: trace.take(),
            fault: player.fault().cloned(),
        })
    }

    fn reference_kind(&self) -> TraceKind {
        TraceKind::Voices
    }

    fn instrument_name(&self, number: u16) -> String {
        u8::try_from(number).map_or_else(|_| number.to_string(), |number| self.instrument_name(number))
    }

    fn sequence_bytes(&self) -> Option<&[u8]> {
        self.sequences.get(self.main_sequence()).map(SequenceData::file_bytes)
    }

    fn observe(&self, frames: u64, see: &mut dyn FnMut(Observation)) -> Result<(), Stop> {
        let mut observer = Observer::new(see);
        let mut player = self.player_with_probe(&mut observer)?;
        observe_in_blocks(frames, |block| player.render_with_probe(block, &mut observer));
        Ok(())
    }

    fn read_row(&self, row: &str) -> RowMeaning {
        let updates = self.player().map_or(1, |player| player.timing().updates_per_frame);
        read_row(self.settings.version, self.settings.player, updates.into(), row)
    }

    fn describe(&self, ticks: Option<u64>, info: &mut SongInfo) -> Result<(), FormatError> {
        info.bytes = self.sequences.get(self.main_sequence()).map_or(0, SequenceData::file_length);
        let (channels, diagnostics) = survey(&self.player()?, ticks.unwrap_or(SURVEYED_TICKS));
        info.warn(&diagnostics);
        info.channels = channels
            .iter()
            .map(|(&channel, survey)| ChannelInfo {
                channel,
                notes: survey.notes,
                instruments: survey.instruments.iter().map(|&number| self.instrument_name(number)).collect(),
            })
            .collect();
        info.banks = self
            .sounds
            .bank_numbers()
            .filter_map(|number| {
                let bank = self.sounds.bank(number)?;
                Some(BankInfo {
                    bank: number.into(),
                    name: None,
                    instruments: bank.instruments.iter().flatten().count(),
                    drums: bank.drums.iter().flatten().count(),
                })
            })
            .collect();
        Ok(())
    }
}

/// A trace of any kind.
enum Trace {
    State(Box<StateTrace>),
    Events(EventTrace),
    Commands(CommandListTrace),
}

impl Trace {
    fn take(&mut self) -> String {
        match self {
            Self::State(trace) => trace.take(),
            Self::Events(trace) => trace.take(),
            Self::Commands(trace) => trace.take(),
        }
    }
}

impl<'a> Probe<Event<'a>> for Trace {
    fn record(&mut self, event: impl FnOnce() -> Event<'a>) {
        match self {
            Self::State(trace) => trace.record(event),
            Self::Events(trace) => trace.record(event),
            Self::Commands(trace) => trace.record(event),
        }
    }
}

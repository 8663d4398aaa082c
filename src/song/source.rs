//! What a song is made from, whatever the console: how it is played, how long it is, and what its traces say.

use std::ops::Range;

use tatum_core::{Fault, FormatError, Frame, LoopPoints};

use super::SongPlayer;
use super::info::SongInfo;
use crate::error::Error;
use crate::observation::{Observation, RowMeaning};

/// What a song is made from: one file per console says how it is played and looked into.
pub(super) trait Source: Send + Sync {
    /// A player at the song's start.
    fn start(&self) -> Result<SongPlayer, FormatError>;

    /// Executes the song's scripts to find its end or its loop.
    fn find_length(&self) -> Result<SongLength, Stop>;

    /// The frames until a tick begins; none if the song does not get there.
    fn frames_until_tick(&self, tick: u64) -> Result<Option<u64>, FormatError>;

    /// Hands over the lines that name a trace's columns, then the rows of what is done while `frames` are rendered,
    /// piece by piece.
    fn trace(&self, kind: TraceKind, frames: Range<u64>, write: &mut WriteRows<'_>) -> Result<(), Stop>;

    /// The kind of trace that golden sets of this engine have.
    fn reference_kind(&self) -> TraceKind;

    /// The interpreter and the driver that it stands for; none where the engine is no such interpreter.
    fn driver_pair(&self) -> Option<DriverPair> {
        None
    }

    /// An instrument's number as people write it, with its name where there is one.
    fn instrument_name(&self, number: u16) -> String {
        number.to_string()
    }

    /// The bytes of the sequence, where its scripts are such.
    fn sequence_bytes(&self) -> Option<&[u8]> {
        None
    }

    /// Tells what happens in the first `frames` frames. A song without a script tells nothing.
    fn observe(&self, frames: u64, see: &mut dyn FnMut(Observation)) -> Result<(), Stop>;

    /// What a row of the trace is about.
    fn read_row(&self, row: &str) -> RowMeaning;

    /// Fills in what the engine knows about the song; `ticks` are what the length or the patience allows.
    fn describe(&self, ticks: Option<u64>, info: &mut SongInfo) -> Result<(), FormatError>;
}

/// Takes the rows of a trace, piece by piece.
pub type WriteRows<'a> = dyn FnMut(&str) -> Result<(), Error> + 'a;

/// A song in an interpreter and in the driver that the interpreter stands for.
pub struct DriverPair {
    /// The interpreter at the song's start.
    pub interpreter: tatum_snes::NspcPlayer,
    /// The driver's own code at the same point; none if the file does not bring it.
    pub driver: Option<tatum_snes::SpcPlayer>,
}

/// Frames rendered at a time while tracing.
pub(super) const TRACE_BLOCK: usize = 1024;

/// What rendering one block with a trace gave.
pub(super) struct TracedBlock {
    /// Frames rendered.
    pub(super) count: usize,
    /// Rows that came up meanwhile.
    pub(super) rows: String,
    /// Why the engine stopped, if it did.
    pub(super) fault: Option<Fault>,
}

/// Renders up to the end of `frames` in blocks and hands over the rows of each block that lies in them.
pub(super) fn trace_in_blocks(
    frames: Range<u64>,
    write: &mut WriteRows<'_>,
    mut render: impl FnMut(&mut [Frame]) -> TracedBlock,
) -> Result<(), Stop> {
    let mut block = [Frame::SILENCE; TRACE_BLOCK];
    let mut position = 0;
    while position < frames.end {
        let is_wanted = position >= frames.start;
        let left = if is_wanted { frames.end } else { frames.start.min(frames.end) } - position;
        let wanted = TRACE_BLOCK.min(usize::try_from(left).unwrap_or(TRACE_BLOCK));
        let traced = render(&mut block[..wanted]);
        if is_wanted {
            write(&traced.rows)?;
        }
        if let Some(fault) = traced.fault {
            return Err(Stop::Fault(fault));
        }
        position += traced.count as u64;
    }
    Ok(())
}

/// Renders `frames` frames in blocks for the probe that `render` carries; ends early if the engine stops.
pub(super) fn observe_in_blocks(frames: u64, mut render: impl FnMut(&mut [Frame]) -> usize) {
    let mut block = [Frame::SILENCE; TRACE_BLOCK];
    let mut left = frames;
    while left != 0 {
        let wanted = TRACE_BLOCK.min(usize::try_from(left).unwrap_or(TRACE_BLOCK));
        match render(&mut block[..wanted]) {
            0 => break,
            count => left -= count as u64,
        }
    }
}

/// Why an engine stopped.
pub(super) enum Stop {
    /// The song does what would hang the console.
    Fault(Fault),
    /// Something is not what it should be.
    Error(Error),
}

impl From<FormatError> for Stop {
    fn from(error: FormatError) -> Self {
        Self::Error(error.into())
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// How a song goes on, and the frames its parts take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SongLength {
    /// It repeats.
    Loops {
        /// Ticks of the loop.
        points: LoopPoints,
        /// Frame at which the loop begins.
        start: u64,
        /// Frame at which it begins for the second time.
        end: u64,
    },
    /// It ends by itself; voices may sound on.
    Ends {
        /// Ticks until then.
        ticks: u64,
        /// Frames until then.
        frames: u64,
    },
    /// The file's tags say how long it should be played.
    Tagged {
        /// Frames before the fade.
        frames: u64,
        /// Frames of the fade.
        fade: u64,
    },
    /// No end was found.
    Unknown,
}

/// What a trace shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum TraceKind {
    /// Every script command, with its place and tick.
    Events,
    /// What the chip is told.
    Registers,
    /// The state of sequence, channels and voices after every update.
    Voices,
}

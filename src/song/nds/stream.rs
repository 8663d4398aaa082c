//! A stream of the DS as a song.

use std::ops::Range;

use tatum_core::FormatError;
use tatum_nds::StreamPlayer;
use tatum_nds::format::strm::Strm;

use crate::observation::{Observation, RowMeaning};
use crate::song::info::SongInfo;
use crate::song::{SongLength, SongPlayer, Source, Stop, TraceKind, WriteRows};

/// A stream.
pub(super) struct StreamSong {
    pub(super) stream: Strm,
    /// Bytes of the file that it is in.
    pub(super) bytes: usize,
}

impl Source for StreamSong {
    fn start(&self) -> Result<SongPlayer, FormatError> {
        Ok(SongPlayer::new(StreamPlayer::new(self.stream.clone())))
    }

    fn find_length(&self) -> Result<SongLength, Stop> {
        let (frames, loop_start) = StreamPlayer::new(self.stream.clone()).length();
        let frames = u64::from(frames);
        Ok(match loop_start.map(u64::from).filter(|&start| start < frames) {
            Some(start) => {
                let points = tatum_core::LoopPoints { start, end: frames };
                SongLength::Loops { points, start, end: frames }
            }
            None => SongLength::Ends { ticks: frames, frames },
        })
    }

    fn frames_until_tick(&self, tick: u64) -> Result<Option<u64>, FormatError> {
        // A tick of a stream is a frame.
        Ok(Some(tick))
    }

    fn trace(&self, _kind: TraceKind, _frames: Range<u64>, _write: &mut WriteRows<'_>) -> Result<(), Stop> {
        // A stream is decoded samples: no script, no registers.
        Ok(())
    }

    fn reference_kind(&self) -> TraceKind {
        TraceKind::Registers
    }

    fn observe(&self, _frames: u64, _see: &mut dyn FnMut(Observation)) -> Result<(), Stop> {
        Ok(())
    }

    fn read_row(&self, _row: &str) -> RowMeaning {
        RowMeaning::default()
    }

    fn describe(&self, _ticks: Option<u64>, info: &mut SongInfo) -> Result<(), FormatError> {
        info.bytes = self.bytes;
        Ok(())
    }
}

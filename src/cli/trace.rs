//! `tatum trace`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::common::{Duration, InputArguments, print};
use crate::error::Error;
use crate::output::file::PendingFile;
use crate::output::wav::buffered;
use crate::song::{Song, SongLength, TraceKind};

/// What is traced of a song without an end, in seconds.
const DEFAULT_SECONDS: u64 = 60;

#[derive(Debug, Args)]
pub(super) struct TraceArguments {
    #[command(flatten)]
    input: InputArguments,

    /// What to show: script commands, chip commands, or the state of all voices.
    #[arg(long, value_enum, default_value_t = TraceKind::Events)]
    kind: TraceKind,

    /// Output file [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// How long [default: what a manifest says, else to the loop's or the song's end].
    #[arg(long, value_name = "S")]
    seconds: Option<Duration>,
}

impl TraceArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        let song = self.input.open(quiet)?;
        let frames = self.frames(&song)?;
        match self.output.as_deref().filter(|path| *path != Path::new("-")) {
            None => song.trace(self.kind, frames, &mut |text| print(text))?,
            Some(path) => {
                let mut pending = PendingFile::create(path)?;
                let mut writer = buffered(pending.file());
                song.trace(self.kind, frames, &mut |text| {
                    writer.write_all(text.as_bytes()).map_err(|source| Error::io(path, source))
                })?;
                writer.flush().map_err(|source| Error::io(path, source))?;
                drop(writer);
                pending.finish()?;
            }
        }
        Ok(0)
    }

    fn frames(&self, song: &Song) -> Result<u64, Error> {
        let rate = song.start()?.rate();
        Ok(match (self.seconds, song.frames) {
            (Some(duration), _) => rate.frames_in_nanoseconds(duration.nanoseconds),
            (None, Some(frames)) => frames,
            (None, None) => match song.find_length()? {
                SongLength::Loops { end, .. } => end,
                SongLength::Ends { frames, .. } | SongLength::Tagged { frames, .. } => frames,
                SongLength::Unknown => rate.frames_in_seconds(DEFAULT_SECONDS),
            },
        })
    }
}

//! `tatum verify INPUT --against driver`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::common::{Duration, clock, print};
use crate::error::Error;
use crate::song::{NSPC_ENGINE, OpenOptions, Song, SongLength};
use crate::verify::against_driver::{DriverComparison, compare_with_driver};

/// How a song is opened: a manifest names its own engine.
fn options(path: &Path, song: Option<&str>) -> OpenOptions {
    let is_manifest = path.is_dir() || path.extension().is_some_and(|ending| ending == "toml");
    let engine = (!is_manifest).then(|| NSPC_ENGINE.to_owned());
    OpenOptions { engine, song: song.map(str::to_owned), ..OpenOptions::default() }
}

/// What a song can be compared with that is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Opponent {
    /// The driver's own code in the same file, on the emulated processor.
    Driver,
}

/// Options of the comparison.
#[derive(Debug, Args)]
pub(super) struct AgainstArguments {
    /// Compare a song's interpreter with the game's own driver in the same file (.sfc, .spc or transfer image): every
    /// chip write in register, value and cycle, and every sample.
    #[arg(long, value_enum, conflicts_with = "reference")]
    against: Option<Opponent>,

    /// With --against: how much is compared; otherwise all of a song that ends, and a song that repeats up to its
    /// repetition.
    #[arg(long, value_name = "TIME", requires = "against")]
    seconds: Option<Duration>,
}

impl AgainstArguments {
    /// Whether the comparison is asked for.
    pub(super) const fn is_wanted(&self) -> bool {
        self.against.is_some()
    }

    /// Compares each input; `false` if one differs.
    pub(super) fn run(&self, paths: &[PathBuf], song: Option<&str>, as_json: bool) -> Result<bool, Error> {
        let mut all_equal = true;
        for path in paths {
            let song = Song::open(path, &options(path, song))?;
            let comparison = compare_with_driver(&song, self.frames(&song)?)?;
            all_equal &= comparison.is_equal();
            print(&if as_json { json_line(&song, &comparison) } else { text(&song, &comparison) })?;
        }
        Ok(all_equal)
    }

    fn frames(&self, song: &Song) -> Result<u64, Error> {
        if let Some(duration) = self.seconds {
            return Ok(song.start()?.rate().frames_in_nanoseconds(duration.nanoseconds));
        }
        if let Some(frames) = song.frames {
            return Ok(frames);
        }
        match song.find_length()? {
            SongLength::Loops { end, .. } => Ok(end),
            SongLength::Ends { frames, .. } => Ok(frames),
            SongLength::Tagged { frames, fade } => Ok(frames + fade),
            SongLength::Unknown => {
                let message = "no end and no loop found; say how much to compare with --seconds";
                Err(Error::Usage(format!("{}: {message}", song.path.display())))
            }
        }
    }
}

fn text(song: &Song, comparison: &DriverComparison) -> String {
    let DriverComparison { frames, writes, write, frame, stopped, halted } = comparison;
    let length = clock(tatum_snes::NspcPlayer::RATE.seconds(*frames));
    let mut text = format!("{}: {length}, {writes} chip writes and {frames} frames compared\n", song.title);
    // Writing to a string cannot fail.
    let _ = if comparison.is_equal() {
        writeln!(text, "equal to the driver in every write (register, value, cycle) and every sample")
    } else {
        writeln!(text, "DIFFERS from the driver")
    };
    if let Some(difference) = write {
        let _ = writeln!(text, "  {difference}");
    }
    if let Some(difference) = frame {
        let _ = writeln!(text, "  {difference}");
    }
    if let Some(fault) = stopped {
        let _ = writeln!(text, "  the interpreter stopped: {fault}");
    }
    if let Some(address) = halted {
        let _ = writeln!(text, "  the driver's processor halted at ${address:04X}");
    }
    text
}

fn json_line(song: &Song, comparison: &DriverComparison) -> String {
    let mut line = json!({
        "input": song.path.display().to_string(),
        "title": song.title,
        "frames": comparison.frames,
        "writes": comparison.writes,
        "equal": comparison.is_equal(),
        "first_write": comparison.write.map(|difference| difference.to_string()),
        "first_frame": comparison.frame.map(|difference| difference.to_string()),
        "stopped": comparison.stopped,
        "halted_at": comparison.halted,
    })
    .to_string();
    line.push('\n');
    line
}

//! What is in a song and around it.

use serde::Serialize;
use tatum_core::{DiagnosticLog, Rate};

use super::plan::Wish;
use super::{Song, SongLength};
use crate::error::Error;
use crate::rendering::render_mixes;

/// Everything `tatum info` tells.
#[derive(Clone, Debug, Serialize)]
pub struct SongInfo {
    /// Title.
    pub title: String,
    /// Engine id.
    pub engine: &'static str,
    /// Bytes of the song's data.
    pub bytes: usize,
    /// Frames per second, exactly.
    pub rate: String,
    /// How it goes on.
    pub length: LengthInfo,
    /// How loud it is, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<LevelInfo>,
    /// Channels that play notes.
    pub channels: Vec<ChannelInfo>,
    /// Banks that are loaded, or in the archive.
    pub banks: Vec<BankInfo>,
    /// What else is in the archive: players, wave archives, streams.
    pub parts: Vec<PartInfo>,
    /// What the file's tags say.
    pub tags: Vec<TagInfo>,
    /// Other songs in the same file.
    pub songs: Vec<SongEntry>,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// How a song goes on.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum LengthInfo {
    /// It repeats between two ticks.
    Loops {
        /// First tick of the loop.
        start_tick: u64,
        /// First tick of its repetition.
        end_tick: u64,
        /// Seconds until the loop.
        start_seconds: f64,
        /// Seconds until its repetition.
        end_seconds: f64,
    },
    /// It ends.
    Ends {
        /// Ticks until then.
        ticks: u64,
        /// Seconds until then.
        seconds: f64,
    },
    /// The tags say how long it should be played.
    Tagged {
        /// Seconds before the fade.
        seconds: f64,
        /// Seconds of the fade.
        fade_seconds: f64,
    },
    /// No end was found.
    Unknown,
}

/// How loud a song is up to its end or first repetition.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LevelInfo {
    /// Largest sample, 0 to 32768.
    pub peak: u16,
    /// Samples at full scale.
    pub clipped: u64,
    /// Seconds until the first of them.
    pub first_clipped_seconds: Option<f64>,
}

/// A channel.
#[derive(Clone, Debug, Serialize)]
pub struct ChannelInfo {
    /// Its number.
    pub channel: u8,
    /// Notes until the song's end or first repetition.
    pub notes: u64,
    /// What it plays.
    pub instruments: Vec<String>,
}

/// A bank.
#[derive(Clone, Debug, Serialize)]
pub struct BankInfo {
    /// Its number.
    pub bank: u32,
    /// Its name, where there is one.
    pub name: Option<String>,
    /// Instruments it has.
    pub instruments: usize,
    /// Drums it has.
    pub drums: usize,
}

/// Something else in an archive.
#[derive(Clone, Debug, Serialize)]
pub struct PartInfo {
    /// What it is.
    pub kind: &'static str,
    /// Its number.
    pub number: u32,
    /// Its name, where there is one.
    pub name: Option<String>,
    /// What there is to say about it.
    pub detail: String,
}

/// A tag of the file.
#[derive(Clone, Debug, Serialize)]
pub struct TagInfo {
    /// Its name.
    pub name: String,
    /// Its text.
    pub value: String,
}

/// A song of a file with several.
#[derive(Clone, Debug, Serialize)]
pub struct SongEntry {
    /// For `--song`.
    pub number: String,
    /// Its name, where there is one; serves for `--song` too.
    pub name: Option<String>,
    /// Bytes of the sequence.
    pub bytes: usize,
    /// Bank numbers.
    pub banks: Vec<u32>,
}

impl SongInfo {
    /// Adds what an engine had to tell.
    pub(super) fn warn(&mut self, diagnostics: &DiagnosticLog) {
        self.warnings.extend(diagnostics.entries().iter().map(ToString::to_string));
        if diagnostics.dropped() != 0 {
            self.warnings.push(format!("... and {} more", diagnostics.dropped()));
        }
    }
}

impl Song {
    /// Looks into the song.
    ///
    /// # Errors
    ///
    /// As [`Song::find_length`].
    pub fn info(&self) -> Result<SongInfo, Error> {
        let (ticks, length, rate) = self.length()?;
        let mut info = SongInfo {
            title: self.title.clone(),
            engine: self.engine,
            bytes: 0,
            rate: rate.to_string(),
            length,
            levels: None,
            channels: Vec::new(),
            banks: Vec::new(),
            parts: Vec::new(),
            tags: Vec::new(),
            songs: self.songs.clone(),
            warnings: Vec::new(),
        };
        self.source.describe(ticks, &mut info)?;
        Ok(info)
    }

    /// How the song goes on, with the ticks until then and the rate of its frames.
    ///
    /// # Errors
    ///
    /// As [`Song::find_length`].
    pub fn length(&self) -> Result<(Option<u64>, LengthInfo, Rate), Error> {
        let rate = self.start()?.rate();
        let (ticks, length) = match self.find_length()? {
            SongLength::Loops { points, start, end } => {
                let length = LengthInfo::Loops {
                    start_tick: points.start,
                    end_tick: points.end,
                    start_seconds: rate.seconds(start),
                    end_seconds: rate.seconds(end),
                };
                (Some(points.end), length)
            }
            SongLength::Ends { ticks, frames } => {
                (Some(ticks), LengthInfo::Ends { ticks, seconds: rate.seconds(frames) })
            }
            SongLength::Tagged { frames, fade } => {
                let (seconds, fade_seconds) = (rate.seconds(frames), rate.seconds(fade));
                (None, LengthInfo::Tagged { seconds, fade_seconds })
            }
            SongLength::Unknown => (None, LengthInfo::Unknown),
        };
        Ok((ticks, length, rate))
    }

    /// Renders the song to its end or first repetition, and looks at its levels.
    ///
    /// # Errors
    ///
    /// As [`Song::find_length`]; if the song has neither an end nor a loop.
    pub fn levels(&self) -> Result<LevelInfo, Error> {
        let mut player = self.start()?;
        let rate = player.rate();
        let wish = Wish { loops: Some(1), fade_nanoseconds: Some(0), ..Wish::default() };
        let plan = self.plan(rate, &wish)?.plan.ok_or_else(|| {
            Error::Usage(format!("{}: no end and no loop found; --levels needs one", self.path.display()))
        })?;
        let rendered = render_mixes(self, std::slice::from_mut(&mut player), &plan, &mut |_, _| Ok(()))?;
        Ok(LevelInfo {
            peak: rendered.peak,
            clipped: rendered.clipped,
            first_clipped_seconds: rendered.first_clipped.map(|frame| rate.seconds(frame)),
        })
    }
}

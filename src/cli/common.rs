//! Options that several commands share.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use clap::builder::PossibleValuesParser;
use tatum_core::Mutes;

use super::channel_list::ChannelList;
use crate::error::Error;
use crate::song::plan::Wish;
use crate::song::{OpenOptions, Song, engine_ids};

/// What to open, and how.
#[derive(Debug, Args)]
pub(super) struct InputArguments {
    /// A sequence, sound archive, ROM, music pack, .spc, NCSF, manifest (*.toml), folder of a game's sound files,
    /// or - for standard input.
    pub(super) input: PathBuf,

    /// Banks. N64: a folder with sound_data.ctl, sound_data.tbl and bank_sets, or a ROM or extracted game of the
    /// Zelda generation; DS: a .sbnk with its .swar files beside it.
    #[arg(long, value_name = "PATH")]
    bank: Option<PathBuf>,

    /// Engine, where the file does not say.
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(engine_ids()))]
    engine: Option<String>,

    /// Song, where the file holds several.
    #[arg(long, value_name = "N|NAME")]
    song: Option<String>,

    /// An engine setting, named as in a manifest; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = parse_pair)]
    settings: Vec<(String, String)>,

    /// A profile of games (*.toml), for ROMs that are not known.
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
}

impl InputArguments {
    /// Opens the song, and tells what a person should know about it.
    pub(super) fn open(&self, quiet: bool) -> Result<Song, Error> {
        let song = Song::open(&self.input, &self.options())?;
        if !quiet {
            for note in &song.notes {
                eprintln!("tatum: {note}");
            }
        }
        Ok(song)
    }

    pub(super) fn options(&self) -> OpenOptions {
        OpenOptions {
            bank: self.bank.clone(),
            engine: self.engine.clone(),
            song: self.song.clone(),
            settings: self.settings.clone(),
            profile: self.profile.clone(),
        }
    }
}

/// How much is rendered or played.
#[derive(Debug, Args)]
pub(super) struct ExtentArguments {
    /// Exactly this long: seconds (12.5) or minutes (1:30).
    #[arg(long, value_name = "S", conflicts_with = "loops")]
    seconds: Option<Duration>,

    /// Play the looped part this often [default: 2, or what a manifest says].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    loops: Option<u64>,

    /// Fade out: behind the loops, or at the end of --seconds [default: 10 behind loops].
    #[arg(long, value_name = "S")]
    fade: Option<Duration>,
}

impl ExtentArguments {
    pub(super) fn wish(&self) -> Wish {
        let nanoseconds = |duration: Duration| duration.nanoseconds;
        Wish {
            nanoseconds: self.seconds.map(nanoseconds),
            loops: self.loops,
            fade_nanoseconds: self.fade.map(nanoseconds),
        }
    }
}

/// What is heard.
#[derive(Debug, Args)]
pub(super) struct MuteArguments {
    /// Channels to silence, by number or by what they play, as in 0,3-5,drums; layers as 2.1, voices as v2, reverb
    /// or echo as returns.
    #[arg(long, value_name = "LIST")]
    mute: Option<ChannelList>,

    /// Channels, layers or voices to hear alone.
    #[arg(long, value_name = "LIST")]
    solo: Option<ChannelList>,
}

impl MuteArguments {
    #[cfg(feature = "live")]
    /// Whether channels are named by what they play, so that the song must be known.
    pub(super) fn has_names(&self) -> bool {
        [&self.mute, &self.solo].into_iter().flatten().any(ChannelList::has_names)
    }

    /// What is silenced of a song; without one, lists must have numbers only.
    pub(super) fn resolve(&self, song: Option<&Song>) -> Result<Mutes, Error> {
        let resolve = |list: &Option<ChannelList>| match list {
            Some(list) => list.resolve(song),
            None => Ok(Mutes::NONE),
        };
        let solo = resolve(&self.solo)?;
        if solo.silences_returns() {
            return Err(Error::Usage(
                "--solo returns: they come from notes, which would be silent; render --stems writes them as a file"
                    .into(),
            ));
        }
        Ok(resolve(&self.mute)?.union(solo.solo()))
    }
}

pub(super) fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
        _ => Err("expected KEY=VALUE".into()),
    }
}

/// A duration as people write it: seconds, or minutes and seconds; kept in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Duration {
    pub(super) nanoseconds: u128,
}

impl FromStr for Duration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const LONGEST_HOURS: u128 = 24;
        let error = || {
            format!(
                "'{text}' is no duration: expected seconds (12.5) or minutes (1:30), at most {LONGEST_HOURS} hours"
            )
        };
        let (minutes, seconds) = match text.split_once(':') {
            Some((minutes, seconds)) => (minutes.parse::<u128>().map_err(|_| error())?, seconds),
            None => (0, text),
        };
        let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
        if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(error());
        }
        let whole: u128 = whole.parse().map_err(|_| error())?;
        let fraction: u128 = format!("{fraction:0<9}").parse().map_err(|_| error())?;
        let nanoseconds = minutes
            .checked_mul(60)
            .and_then(|minutes| minutes.checked_add(whole))
            .and_then(|seconds| seconds.checked_mul(1_000_000_000))
            .and_then(|nanoseconds| nanoseconds.checked_add(fraction));
        match nanoseconds {
            Some(nanoseconds) if nanoseconds <= LONGEST_HOURS * 3_600_000_000_000 => Ok(Self { nanoseconds }),
            _ => Err(error()),
        }
    }
}

/// Minutes and seconds, for people.
pub(super) fn clock(seconds: f64) -> String {
    let tenths = (seconds * 10.0).round() as u64;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// A peak in decibels below full scale.
pub(super) fn decibels(peak: u16) -> String {
    if peak == 0 {
        "silent".into()
    } else {
        format!("{:.1} dBFS", 20.0 * (f64::from(peak) / 32768.0).log10())
    }
}

/// Whether progress should be shown.
pub(super) fn shows_progress(quiet: bool) -> bool {
    !quiet && std::io::stderr().is_terminal()
}

/// Writes to standard output; a closed pipe comes back as an error that is none.
pub(super) fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|source| Error::io(Path::new("standard output"), source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_exact() {
        let nanoseconds = |text: &str| text.parse::<Duration>().map(|duration| duration.nanoseconds);
        assert_eq!(nanoseconds("2"), Ok(2_000_000_000));
        assert_eq!(nanoseconds("0.000000001"), Ok(1));
        assert_eq!(nanoseconds("1:30.5"), Ok(90_500_000_000));
        for wrong in ["", "x", "-1", "1.", "1.0000000001", "1e3", "99:x", "25000000", "nan"] {
            assert!(nanoseconds(wrong).is_err(), "{wrong}");
        }
    }
}

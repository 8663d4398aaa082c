//! `tatum info`.

use std::fmt::Write;

use clap::Args;

use super::common::{InputArguments, clock, decibels, print};
use crate::convert::n64::listing;
use crate::error::Error;
use crate::song::info::{LengthInfo, LevelInfo, SongInfo};

/// Channels' instruments are shown up to this many.
const SHOWN_INSTRUMENTS: usize = 12;

#[derive(Debug, Args)]
pub(super) struct InfoArguments {
    #[command(flatten)]
    input: InputArguments,

    /// Write everything as JSON.
    #[arg(long)]
    json: bool,

    /// Also render the song to its end or first repetition, and say how loud it is and whether it clips.
    #[arg(long)]
    levels: bool,

    /// Write the whole content of a Nintendo 64 sequence: every command with its address and bytes.
    #[arg(long, conflicts_with = "json")]
    dump: bool,

    /// With --dump: the game's commands, or a file of definitions (see `tatum convert --help`).
    #[arg(long, value_name = "NAME|FILE.xml", requires = "dump")]
    abi: Option<String>,

    /// Ticks per quarter note when beats are shown: the engine's 48, or the 24 of older descriptions.
    #[arg(long, default_value = "48", value_parser = ["48", "24"])]
    ppq: String,
}

impl InfoArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        if self.dump {
            return self.run_dump(quiet);
        }
        let song = self.input.open(quiet)?;
        let mut info = song.info()?;
        if self.levels {
            info.levels = Some(song.levels()?);
        }
        if self.json {
            let mut text = serde_json::to_string_pretty(&info)
                .map_err(|error| Error::Usage(format!("--json: {error}")))?;
            text.push('\n');
            print(&text)?;
        } else {
            let ticks_per_beat = self.ppq.parse().unwrap_or(48);
            print(&as_text(&info, ticks_per_beat))?;
        }
        Ok(0)
    }

    fn run_dump(&self, quiet: bool) -> Result<u8, Error> {
        let path = &self.input.input;
        let abi = self.abi.as_deref();
        let text = match listing::of_file(path, abi)? {
            Some(text) => text,
            None => {
                let song = self.input.open(quiet)?;
                let bytes = song.sequence_bytes().ok_or_else(|| {
                    let message = "--dump shows Nintendo 64 sequences; this is a song for";
                    Error::Usage(format!("{}: {message} {}", path.display(), song.engine))
                })?;
                listing::of_song(path, bytes, abi, song.engine)?
            }
        };
        print(&text)?;
        Ok(0)
    }
}

fn as_text(info: &SongInfo, ticks_per_beat: u64) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}\n", info.title);
    let _ = writeln!(text, "engine    {} at {}", info.engine, info.rate);
    let _ = writeln!(text, "sequence  {} bytes", info.bytes);
    let beats = |ticks: u64| format!("{ticks} ticks, {:.1} beats", ticks as f64 / ticks_per_beat as f64);
    let _ = match info.length {
        LengthInfo::Loops { start_tick, end_tick, start_seconds, end_seconds } => writeln!(
            text,
            "length    {} until it repeats ({})\nloop      from {} ({}) on, {} long",
            clock(end_seconds),
            beats(end_tick),
            clock(start_seconds),
            beats(start_tick),
            clock(end_seconds - start_seconds),
        ),
        LengthInfo::Ends { ticks, seconds } => {
            writeln!(text, "length    {} ({}), then it ends", clock(seconds), beats(ticks))
        }
        LengthInfo::Tagged { seconds, fade_seconds } => {
            writeln!(text, "length    {} and {} of fade, as tagged", clock(seconds), clock(fade_seconds))
        }
        LengthInfo::Unknown => writeln!(text, "length    neither end nor loop found"),
    };
    if let Some(levels) = &info.levels {
        let _ = writeln!(text, "levels    {}", as_levels(levels));
    }
    write_tags(&mut text, info);
    write_channels(&mut text, info);
    write_banks(&mut text, info);
    write_songs(&mut text, info);
    for warning in &info.warnings {
        let _ = writeln!(text, "\n{warning}");
    }
    text
}

fn as_levels(levels: &LevelInfo) -> String {
    let peak = decibels(levels.peak);
    match levels.first_clipped_seconds {
        None => format!("peak {peak}"),
        Some(seconds) => {
            format!(
                "peak {peak}, {} samples at full scale (clipping), first at {}",
                levels.clipped,
                clock(seconds)
            )
        }
    }
}

fn write_tags(text: &mut String, info: &SongInfo) {
    for tag in &info.tags {
        let _ = writeln!(text, "{:9} {}", tag.name, tag.value);
    }
}

fn write_channels(text: &mut String, info: &SongInfo) {
    if info.channels.is_empty() {
        return;
    }
    text.push_str("\nchannel  notes  instruments\n");
    for channel in &info.channels {
        let mut instruments = channel.instruments.iter().take(SHOWN_INSTRUMENTS).cloned().collect::<Vec<_>>();
        if channel.instruments.len() > SHOWN_INSTRUMENTS {
            instruments.push("...".into());
        }
        let _ = writeln!(text, "{:>7}  {:>5}  {}", channel.channel, channel.notes, instruments.join(", "));
    }
}

fn write_banks(text: &mut String, info: &SongInfo) {
    if !info.banks.is_empty() || !info.parts.is_empty() {
        text.push('\n');
    }
    let named = |name: &Option<String>| name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
    for bank in &info.banks {
        let name = named(&bank.name);
        let _ = writeln!(
            text,
            "bank {}{name}: {} instruments, {} drums",
            bank.bank, bank.instruments, bank.drums
        );
    }
    for part in &info.parts {
        let _ = writeln!(text, "{} {}{}: {}", part.kind, part.number, named(&part.name), part.detail);
    }
}

fn write_songs(text: &mut String, info: &SongInfo) {
    if info.songs.is_empty() {
        return;
    }
    let width = info.songs.iter().map(|song| song.number.len()).max().unwrap_or(0).max(4);
    let _ = writeln!(text, "\n{:>width$}  {:>7}  {:8}  name", "song", "bytes", "banks");
    for song in &info.songs {
        let banks = song.banks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let name = song.name.as_deref().unwrap_or_default();
        let line = format!("{:>width$}  {:>7}  {banks:8}  {name}", song.number, song.bytes);
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

//! `tatum render`.

use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tatum_core::{Frame, Mutes};

use super::common::{Duration, InputArguments, clock, shows_progress};
use crate::error::Error;
use crate::output::file::PendingFile;
use crate::output::resample::RateConverter;
use crate::output::wav::{FrameWriter, WavFormat, buffered, wav_error};
use crate::song::{Song, SongLength, SongPlayer};

/// Times the looped part is played when nothing else is said.
const DEFAULT_LOOPS: u64 = 2;
/// Seconds of fade behind the loops when nothing else is said.
const DEFAULT_FADE: Duration = Duration { nanoseconds: 10_000_000_000 };
/// Frames rendered at a time.
const BLOCK: usize = 4096;
/// Samples up to this are silence when a song's tail is cut.
const SILENCE: u16 = 8;
/// Silence that ends a tail, in seconds.
const SILENT_SECONDS: u64 = 1;
/// Longest tail, in seconds.
const LONGEST_TAIL: u64 = 20;
/// A WAV file's sizes are 32-bit numbers.
const LARGEST_WAV: u64 = 0xFFFF_0000;

#[derive(Debug, Args)]
pub(super) struct RenderArguments {
    #[command(flatten)]
    input: InputArguments,

    /// Output file, or - for standard output [default: the input's name with .wav, in this folder].
    #[arg(short, long, value_name = "OUT.wav")]
    output: Option<PathBuf>,

    /// Render exactly this long: seconds (12.5) or minutes (1:30).
    #[arg(long, value_name = "S", conflicts_with = "loops")]
    seconds: Option<Duration>,

    /// Play the looped part this often [default: 2, or what a manifest says].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    loops: Option<u64>,

    /// Fade out: behind the loops, or at the end of --seconds [default: 10 behind loops].
    #[arg(long, value_name = "S")]
    fade: Option<Duration>,

    /// Frames per second: the console's own, or converted for listening.
    #[arg(long, value_name = "native|HZ", default_value = "native", value_parser = parse_rate)]
    rate: OutputRate,

    /// Sample format.
    #[arg(long, value_enum, default_value_t)]
    format: WavFormat,

    /// Channels (and voices, with a v) to silence, as in 0,3-5,v2.
    #[arg(long, value_name = "LIST")]
    mute: Option<Mutes>,

    /// Channels (and voices, with a v) to hear alone.
    #[arg(long, value_name = "LIST")]
    solo: Option<Mutes>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OutputRate {
    Native,
    Hertz(u32),
}

fn parse_rate(text: &str) -> Result<OutputRate, String> {
    match text.parse() {
        _ if text == "native" => Ok(OutputRate::Native),
        Ok(hertz) if (4_000..=384_000).contains(&hertz) => Ok(OutputRate::Hertz(hertz)),
        _ => Err("expected 'native' or 4000 to 384000".into()),
    }
}

/// How much is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Plan {
    /// Frames at most.
    frames: u64,
    /// Frames of fade at the end.
    fade: u64,
    /// Whether rendering stops in the silence behind the song's end.
    stops_in_silence: bool,
}

/// What was rendered.
struct Rendered {
    frames: u64,
    peak: u16,
}

impl RenderArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        let song = self.input.open(quiet)?;
        let mut player = song.start()?;
        player.set_mutes(self.mutes());
        let plan = self.plan(&song, &player)?;
        self.check_size(&plan, &player)?;
        let progress = if shows_progress(quiet) && !plan.stops_in_silence {
            let style = ProgressStyle::with_template("{bar:40} {percent}%");
            ProgressBar::new(plan.frames).with_style(style.unwrap_or(ProgressStyle::default_bar()))
        } else {
            ProgressBar::hidden()
        };
        let output = self.output_path();
        let rendered = if output == Path::new("-") {
            self.render_to_stdout(&song, &mut player, &plan, &progress)?
        } else {
            let mut pending = PendingFile::create(&output)?;
            let rendered = self.write_wav(&song, &mut player, &plan, pending.file(), &output, &progress)?;
            pending.finish()?;
            rendered
        };
        progress.finish_and_clear();
        if !quiet {
            for diagnostic in player.diagnostics().entries() {
                eprintln!("tatum: {}: {diagnostic}", song.path.display());
            }
            let place = if output == Path::new("-") {
                "standard output".into()
            } else {
                output.display().to_string()
            };
            eprintln!(
                "tatum: {place}: {}, {} frames at {}, peak {}",
                clock(player.rate().seconds(rendered.frames)),
                rendered.frames,
                player.rate(),
                decibels(rendered.peak),
            );
        }
        Ok(0)
    }

    fn output_path(&self) -> PathBuf {
        let input = &self.input.input;
        match &self.output {
            Some(path) => path.clone(),
            None if input == Path::new("-") => PathBuf::from("-"),
            None => {
                let stem = match input.file_stem() {
                    Some(stem) if stem == "case" => input.parent().and_then(Path::file_name),
                    stem => stem,
                };
                Path::new(stem.unwrap_or("song".as_ref())).with_extension("wav")
            }
        }
    }

    fn mutes(&self) -> Mutes {
        let solo = self.solo.map_or(Mutes::NONE, Mutes::solo);
        self.mute.unwrap_or(Mutes::NONE).union(solo)
    }

    /// The length: what was asked for, else what the manifest says, else two loops or the whole song.
    fn plan(&self, song: &Song, player: &SongPlayer) -> Result<Plan, Error> {
        let rate = player.rate();
        let frames_of = |duration: Duration| rate.frames_in_nanoseconds(duration.nanoseconds);
        let asked_fade = self.fade.map(frames_of);
        let exact = match (self.seconds, self.loops) {
            (Some(duration), _) => Some(frames_of(duration)),
            (None, None) => song.frames,
            (None, Some(_)) => None,
        };
        if let Some(frames) = exact {
            let fade = asked_fade.unwrap_or(0).min(frames);
            return Ok(Plan { frames, fade, stops_in_silence: false });
        }
        match song.find_length()? {
            SongLength::Loops { points, .. } => {
                let loops = self.loops.unwrap_or(DEFAULT_LOOPS);
                let tick = points.end + (loops - 1) * points.length();
                let played = song.frames_until_tick(tick)?.unwrap_or_default();
                let fade = asked_fade.unwrap_or(frames_of(DEFAULT_FADE));
                Ok(Plan { frames: played + fade, fade, stops_in_silence: false })
            }
            SongLength::Ends { frames, .. } => Ok(Plan {
                frames: frames + rate.frames_in_seconds(LONGEST_TAIL),
                fade: 0,
                stops_in_silence: true,
            }),
            SongLength::Tagged { frames, fade } => {
                let fade = asked_fade.unwrap_or(fade);
                Ok(Plan { frames: frames + fade, fade, stops_in_silence: false })
            }
            SongLength::Unknown => Err(Error::Usage(format!(
                "{}: no end and no loop found; say how long with --seconds",
                song.path.display()
            ))),
        }
    }

    fn check_size(&self, plan: &Plan, player: &SongPlayer) -> Result<(), Error> {
        let seconds = player.rate().seconds(plan.frames);
        let hertz = match self.rate {
            OutputRate::Native => player.rate().rounded() as f64,
            OutputRate::Hertz(hertz) => f64::from(hertz),
        };
        let bytes_per_frame = match self.format {
            WavFormat::S16 => 4.0,
            WavFormat::S24 => 6.0,
            WavFormat::F32 => 8.0,
        };
        if seconds * hertz * bytes_per_frame > LARGEST_WAV as f64 {
            return Err(Error::Usage(format!(
                "{} are more than a WAV file can hold (4 GiB): render less, or at a lower rate",
                clock(seconds)
            )));
        }
        Ok(())
    }

    /// A WAV header is only known at the end, so a stream is made whole first.
    fn render_to_stdout(
        &self,
        song: &Song,
        player: &mut SongPlayer,
        plan: &Plan,
        progress: &ProgressBar,
    ) -> Result<Rendered, Error> {
        let place = Path::new("standard output");
        let mut spool = tempfile::tempfile().map_err(|source| Error::io(place, source))?;
        let rendered = self.write_wav(song, player, plan, &mut spool, place, progress)?;
        spool
            .seek(SeekFrom::Start(0))
            .and_then(|_| std::io::copy(&mut spool, &mut std::io::stdout().lock()))
            .map_err(|source| Error::io(place, source))?;
        Ok(rendered)
    }

    fn write_wav(
        &self,
        song: &Song,
        player: &mut SongPlayer,
        plan: &Plan,
        file: &mut std::fs::File,
        place: &Path,
        progress: &ProgressBar,
    ) -> Result<Rendered, Error> {
        let failed = |error| wav_error(place, error);
        let hertz = match self.rate {
            OutputRate::Native => player.rate().rounded() as u32,
            OutputRate::Hertz(hertz) => hertz,
        };
        let mut writer = FrameWriter::new(buffered(file), hertz, self.format).map_err(failed)?;
        let rendered = match self.rate {
            OutputRate::Native => render_frames(song, player, plan, progress, &mut |frames| {
                writer.write(frames).map_err(failed)
            })?,
            OutputRate::Hertz(hertz) => {
                let mut converter = RateConverter::new(player.rate(), hertz)?;
                let mut give = |frame| writer.write_float(frame).map_err(failed);
                let rendered = render_frames(song, player, plan, progress, &mut |frames| {
                    converter.push(frames, &mut give)
                })?;
                converter.finish(&mut give)?;
                rendered
            }
        };
        writer.finish().map_err(failed)?;
        Ok(rendered)
    }
}

/// Renders a plan in blocks.
fn render_frames(
    song: &Song,
    player: &mut SongPlayer,
    plan: &Plan,
    progress: &ProgressBar,
    write: &mut dyn FnMut(&[Frame]) -> Result<(), Error>,
) -> Result<Rendered, Error> {
    let mut block = [Frame::SILENCE; BLOCK];
    let mut rendered = Rendered { frames: 0, peak: 0 };
    let silence_needed = player.rate().frames_in_seconds(SILENT_SECONDS);
    let mut silent = 0;
    while rendered.frames < plan.frames {
        let wanted = (plan.frames - rendered.frames).min(BLOCK as u64) as usize;
        let frames = &mut block[..wanted];
        if player.render(frames) < wanted {
            let fault = player.fault().cloned();
            return Err(fault
                .map_or_else(|| Error::Usage("the engine stopped".into()), |fault| song.fault_error(fault)));
        }
        fade(frames, rendered.frames, plan);
        write(frames)?;
        let peak = frames.iter().map(|frame| frame.left.unsigned_abs().max(frame.right.unsigned_abs()));
        let peak = peak.max().unwrap_or(0);
        rendered.peak = rendered.peak.max(peak);
        rendered.frames += wanted as u64;
        progress.set_position(rendered.frames);
        silent = if peak <= SILENCE { silent + wanted as u64 } else { 0 };
        if plan.stops_in_silence && player.has_ended() && silent >= silence_needed {
            break;
        }
    }
    Ok(rendered)
}

/// Scales the frames that lie in the plan's fade; `position` is the first one's.
fn fade(frames: &mut [Frame], position: u64, plan: &Plan) {
    let begin = plan.frames - plan.fade;
    for (index, frame) in frames.iter_mut().enumerate() {
        let at = position + index as u64;
        if at >= begin && plan.fade != 0 {
            let scale =
                |sample: i16| (i64::from(sample) * (plan.frames - at) as i64 / plan.fade as i64) as i16;
            *frame = Frame::new(scale(frame.left), scale(frame.right));
        }
    }
}

/// A peak in decibels below full scale.
fn decibels(peak: u16) -> String {
    if peak == 0 {
        "silent".into()
    } else {
        format!("{:.1} dBFS", 20.0 * (f64::from(peak) / 32768.0).log10())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fade_ends_in_silence_and_leaves_what_is_before_it_alone() {
        let plan = Plan { frames: 8, fade: 4, stops_in_silence: false };
        let mut frames = [Frame::new(1000, -1000); 8];
        let (first, second) = frames.split_at_mut(3);
        fade(first, 0, &plan);
        fade(second, 3, &plan);
        assert_eq!(frames.map(|frame| frame.left), [1000, 1000, 1000, 1000, 1000, 750, 500, 250]);
        assert_eq!(frames[7].right, -250);
    }
}

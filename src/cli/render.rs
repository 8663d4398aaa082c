//! `tatum render`.

use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tatum_core::Frame;

use super::common::{ExtentArguments, InputArguments, MuteArguments, clock, shows_progress};
use crate::error::Error;
use crate::output::file::PendingFile;
use crate::output::resample::RateConverter;
use crate::output::wav::{FrameWriter, WavFormat, buffered, wav_error};
use crate::song::plan::{BLOCK, Plan, SilenceWatch};
use crate::song::{Song, SongPlayer};

/// A WAV file's sizes are 32-bit numbers.
const LARGEST_WAV: u64 = 0xFFFF_0000;

#[derive(Debug, Args)]
pub(super) struct RenderArguments {
    #[command(flatten)]
    input: InputArguments,

    /// Output file, or - for standard output [default: the input's name with .wav, in this folder].
    #[arg(short, long, value_name = "OUT.wav")]
    output: Option<PathBuf>,

    #[command(flatten)]
    extent: ExtentArguments,

    /// Frames per second: the console's own, or converted for listening.
    #[arg(long, value_name = "native|HZ", default_value = "native", value_parser = parse_rate)]
    rate: OutputRate,

    /// Sample format.
    #[arg(long, value_enum, default_value_t)]
    format: WavFormat,

    #[command(flatten)]
    mutes: MuteArguments,
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

/// What was rendered.
struct Rendered {
    frames: u64,
    peak: u16,
}

impl RenderArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        let song = self.input.open(quiet)?;
        let mut player = song.start()?;
        player.set_mutes(self.mutes.mutes());
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

    /// What was asked for, else what the song says.
    fn plan(&self, song: &Song, player: &SongPlayer) -> Result<Plan, Error> {
        song.plan(player.rate(), &self.extent.wish())?.plan.ok_or_else(|| {
            Error::Usage(format!(
                "{}: no end and no loop found; say how long with --seconds",
                song.path.display()
            ))
        })
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
    let mut silence = SilenceWatch::new(player.rate());
    while rendered.frames < plan.frames {
        let wanted = (plan.frames - rendered.frames).min(BLOCK as u64) as usize;
        let frames = &mut block[..wanted];
        if player.render(frames) < wanted {
            let fault = player.fault().cloned();
            return Err(fault
                .map_or_else(|| Error::Usage("the engine stopped".into()), |fault| song.fault_error(fault)));
        }
        plan.fade_out(frames, rendered.frames);
        write(frames)?;
        let peak = frames.iter().map(|frame| frame.left.unsigned_abs().max(frame.right.unsigned_abs()));
        rendered.peak = rendered.peak.max(peak.max().unwrap_or(0));
        rendered.frames += wanted as u64;
        progress.set_position(rendered.frames);
        let is_silent = silence.is_silent_after(frames);
        if plan.stops_in_silence && player.has_ended() && is_silent {
            break;
        }
    }
    Ok(rendered)
}

/// A peak in decibels below full scale.
fn decibels(peak: u16) -> String {
    if peak == 0 {
        "silent".into()
    } else {
        format!("{:.1} dBFS", 20.0 * (f64::from(peak) / 32768.0).log10())
    }
}

//! `tatum render`.

mod stems;

use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tatum_core::Rate;

use super::common::{ExtentArguments, InputArguments, MuteArguments, clock, decibels, shows_progress};
use crate::error::Error;
use crate::output::audio_file::{AudioFile, OutputRate};
use crate::output::file::PendingFile;
use crate::output::wav::{WavFormat, buffered};
use crate::rendering::{Rendered, StemDivision, Stems, render_mixes};
use crate::song::plan::Plan;
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

    /// Write each channel, and the return of reverb or echo, as a file of its own into this folder; together they
    /// are the mix. With -o the mix is written too.
    #[arg(long, value_name = "DIR")]
    stems: Option<PathBuf>,

    /// What a stem is.
    #[arg(long, value_enum, default_value_t, requires = "stems")]
    stems_by: StemDivision,
}

fn parse_rate(text: &str) -> Result<OutputRate, String> {
    match text.parse() {
        _ if text == "native" => Ok(OutputRate::Native),
        Ok(hertz) if (4_000..=384_000).contains(&hertz) => Ok(OutputRate::Hertz(hertz)),
        _ => Err("expected 'native' or 4000 to 384000".into()),
    }
}

impl RenderArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        let song = self.input.open(quiet)?;
        let mutes = self.mutes.resolve(Some(&song))?;
        let rate = song.start()?.rate();
        let plan = self.plan(&song, rate)?;
        self.check_size(&plan, rate)?;
        let progress = progress_bar(quiet, &plan);
        match &self.stems {
            Some(folder) => {
                let stems = Stems::new(&song, &plan, self.stems_by, mutes)?;
                let written = self.write_stems(&song, &plan, stems, folder, &progress)?;
                progress.finish_and_clear();
                if !quiet {
                    stems::tell(&song, &written, rate);
                }
            }
            None => {
                let mut player = song.start()?;
                player.set_mutes(mutes);
                let output = self.output_path();
                let rendered = self.write_mix(&song, &mut player, &plan, &output, &progress)?;
                progress.finish_and_clear();
                if !quiet {
                    for diagnostic in player.diagnostics().entries() {
                        eprintln!("tatum: {}: {diagnostic}", song.path.display());
                    }
                    tell_clipping(&song, &rendered, rate);
                    tell_file(&output, &rendered, rate);
                }
            }
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
    fn plan(&self, song: &Song, rate: Rate) -> Result<Plan, Error> {
        song.plan(rate, &self.extent.wish())?.plan.ok_or_else(|| {
            Error::Usage(format!(
                "{}: no end and no loop found; say how long with --seconds",
                song.path.display()
            ))
        })
    }

    fn check_size(&self, plan: &Plan, rate: Rate) -> Result<(), Error> {
        let seconds = rate.seconds(plan.frames);
        let bytes_per_frame = match self.format {
            WavFormat::S16 => 4.0,
            WavFormat::S24 => 6.0,
            WavFormat::F32 => 8.0,
        };
        if seconds * f64::from(self.rate.hertz(rate)) * bytes_per_frame > LARGEST_WAV as f64 {
            return Err(Error::Usage(format!(
                "{} are more than a WAV file can hold (4 GiB): render less, or at a lower rate",
                clock(seconds)
            )));
        }
        Ok(())
    }

    fn write_mix(
        &self,
        song: &Song,
        player: &mut SongPlayer,
        plan: &Plan,
        output: &Path,
        progress: &ProgressBar,
    ) -> Result<Rendered, Error> {
        if output == Path::new("-") {
            return self.render_to_stdout(song, player, plan, progress);
        }
        let mut pending = PendingFile::create(output)?;
        let rendered = self.write_wav(song, player, plan, pending.file(), output, progress)?;
        pending.finish()?;
        Ok(rendered)
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
        let mut audio = AudioFile::new(buffered(file), place, player.rate(), self.rate, self.format)?;
        let players = std::slice::from_mut(player);
        let rendered = render_mixes(song, players, plan, &mut |mixes, done| {
            progress.set_position(done);
            mixes.iter().try_for_each(|mix| audio.write(mix))
        })?;
        audio.finish()?;
        Ok(rendered)
    }
}

fn progress_bar(quiet: bool, plan: &Plan) -> ProgressBar {
    if !shows_progress(quiet) || plan.stops_in_silence {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent}%");
    ProgressBar::new(plan.frames).with_style(style.unwrap_or(ProgressStyle::default_bar()))
}

/// Says where the console's output was at its limits.
fn tell_clipping(song: &Song, rendered: &Rendered, rate: Rate) {
    if let Some(frame) = rendered.first_clipped {
        eprintln!(
            "tatum: {}: note: {} samples at full scale (clipping), first at {} (frame {frame})",
            song.path.display(),
            rendered.clipped,
            clock(rate.seconds(frame)),
        );
    }
}

fn tell_file(output: &Path, rendered: &Rendered, rate: Rate) {
    let place = match output == Path::new("-") {
        true => "standard output".into(),
        false => output.display().to_string(),
    };
    eprintln!(
        "tatum: {place}: {}, {} frames at {rate}, peak {}",
        clock(rate.seconds(rendered.frames)),
        rendered.frames,
        decibels(rendered.peak),
    );
}

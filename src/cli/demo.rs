use std::fs::File;
use std::path::{Path, PathBuf};

use clap::{Args, Parser};

use super::common::clock;
use crate::error::Error;
use crate::output::audio_file::{AudioFile, OutputRate};
use crate::output::folder::PendingFolder;
use crate::output::wav::{WavFormat, buffered};
use crate::rendering::render_mixes;
use crate::song::plan::Wish;
use crate::song::{OpenOptions, Song};

/// The songs of the tour, built in: file name and bytes. They are the project's own, as are their instruments.
const SONGS: [(&str, &[u8]); 3] = [
    ("1 Nintendo 64.m64", include_bytes!("../../examples/overture.m64")),
    ("2 Nintendo DS.sseq", include_bytes!("../../examples/nds-demo.sseq")),
    ("3 Super NES.asm", include_bytes!("../../examples/snes-hello.asm")),
];
/// How much of each is played: seconds, with a fade at the end.
const SECONDS: &str = "30";
const FADE: &str = "4";
const NANOSECONDS: u128 = 1_000_000_000;

/// `tatum demo`: a tour of the three consoles with the built-in songs and instruments.
#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// Render the songs as WAV files into this folder instead of playing them.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Do not take over the terminal: one line for each song.
    #[arg(long, conflicts_with = "output")]
    plain: bool,
}

impl DemoArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        let place = Path::new("the songs of the demo");
        let songs = tempfile::tempdir().map_err(|source| Error::io(place, source))?;
        for (name, bytes) in SONGS {
            let path = songs.path().join(name);
            std::fs::write(&path, bytes).map_err(|source| Error::io(&path, source))?;
        }
        match &self.output {
            Some(folder) => render(songs.path(), folder, quiet),
            None => self.play(songs.path(), quiet),
        }
    }

    /// As `tatum play` plays a list.
    fn play(&self, songs: &Path, quiet: bool) -> Result<u8, Error> {
        let list = songs.join("tour.m3u");
        let lines: String = SONGS.iter().map(|(name, _)| format!("{name}\n")).collect();
        std::fs::write(&list, lines).map_err(|source| Error::io(&list, source))?;
        let mut words = vec!["tatum".into(), "play".into(), list.into_os_string()];
        words.extend(["--seconds", SECONDS, "--fade", FADE].map(Into::into));
        words.extend(self.plain.then(|| "--plain".into()));
        words.extend(quiet.then(|| "--quiet".into()));
        let arguments =
            super::Arguments::try_parse_from(words).map_err(|error| Error::Usage(error.to_string()))?;
        super::run(&arguments)
    }
}

/// Writes every song at its console's own rate.
fn render(songs: &Path, target: &Path, quiet: bool) -> Result<u8, Error> {
    let folder = PendingFolder::create(target)?;
    let seconds = |text: &str| text.parse::<u128>().ok().map(|seconds| seconds * NANOSECONDS);
    let wish = Wish { nanoseconds: seconds(SECONDS), loops: None, fade_nanoseconds: seconds(FADE) };
    for (name, _) in SONGS {
        let song = Song::open(&songs.join(name), &OpenOptions::default())?;
        let mut player = song.start()?;
        let rate = player.rate();
        let Some(plan) = song.plan(rate, &wish)?.plan else { continue };
        let place = Path::new(name).with_extension("wav");
        let path = folder.path().join(&place);
        let mut file = File::create(&path).map_err(|source| Error::io(&target.join(&place), source))?;
        let mut audio = AudioFile::new(
            buffered(&mut file),
            &target.join(&place),
            rate,
            OutputRate::Native,
            WavFormat::S16,
        )?;
        let players = std::slice::from_mut(&mut player);
        let rendered = render_mixes(&song, players, &plan, &mut |mixes, _| {
            mixes.iter().try_for_each(|mix| audio.write(mix))
        })?;
        audio.finish()?;
        if !quiet {
            let length = clock(rate.seconds(rendered.frames));
            eprintln!("tatum: {}: {length} at {rate}", target.join(&place).display());
        }
    }
    folder.finish()?;
    Ok(0)
}

//! `tatum verify`.

mod cases;
mod recording;

use std::path::PathBuf;

use clap::Args;

use super::CHECK_FAILED;
use super::against::AgainstArguments;
use crate::error::Error;
use crate::song::OpenOptions;
use crate::verify::reference::Tolerances;

#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// Cases (case.toml) or folders with cases in them or below; with --reference, one song.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// A recording to compare the song with: WAV of any sample format and rate. It is aligned first; without
    /// --tolerance it must then be equal in everything.
    #[arg(long, value_name = "WAV")]
    reference: Option<PathBuf>,

    /// What may differ from the recording, and by how much at most: offset (frames), gain (dB), drift (ppm), onset
    /// (ms), samples (steps of 16 bits), error (dB relative to the music).
    #[arg(long, value_name = "NAME=NUMBER,...", requires = "reference", allow_hyphen_values = true)]
    tolerance: Option<Tolerances>,

    /// Make a case of the song and the recording in a new folder.
    #[arg(long, value_name = "DIR", requires = "reference")]
    accept: Option<PathBuf>,

    /// Write a page with figures (index.html) into a folder.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,

    /// Write the results as JSON.
    #[arg(long)]
    json: bool,

    /// Also say which limits the songs pass: voices taken, notes dropped, nesting, tempo, clipping.
    #[arg(long)]
    notes: bool,

    /// Banks of the song, with --reference; as for render.
    #[arg(long, value_name = "PATH", requires = "reference")]
    bank: Option<PathBuf>,

    /// Engine of the song, with --reference.
    #[arg(long, value_name = "ID", requires = "reference")]
    engine: Option<String>,

    /// Song, where the file holds several, with --reference or --against.
    #[arg(long, value_name = "N|NAME")]
    song: Option<String>,

    #[command(flatten)]
    against: AgainstArguments,

    /// An engine setting, with --reference; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", requires = "reference", value_parser = super::common::parse_pair)]
    settings: Vec<(String, String)>,
}

impl VerifyArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        if self.song.is_some() && self.reference.is_none() && !self.against.is_wanted() {
            return Err(Error::Usage(
                "--song: cases name their songs; it goes with --reference or --against".into(),
            ));
        }
        let is_passed = match (&self.reference, &self.paths[..]) {
            _ if self.against.is_wanted() => {
                self.against.run(&self.paths, self.song.as_deref(), self.json)?
            }
            (Some(reference), [input]) => recording::run(self, input, reference, quiet)?,
            (Some(_), _) => return Err(Error::Usage("--reference: expected one song, found several".into())),
            (None, _) => cases::run(self, quiet)?,
        };
        Ok(if is_passed { 0 } else { CHECK_FAILED })
    }

    /// How the song is opened.
    fn options(&self) -> OpenOptions {
        OpenOptions {
            bank: self.bank.clone(),
            engine: self.engine.clone(),
            song: self.song.clone(),
            settings: self.settings.clone(),
            profile: None,
        }
    }
}

//! `tatum bank`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::common::print;
use crate::bank::{Audition, BankFile, BankOptions, Choice, KeyRange, export, import, snes};
use crate::error::Error;

#[derive(Debug, Args)]
pub(super) struct BankArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say which samples and instruments a file has.
    List {
        #[command(flatten)]
        input: BankInput,
        /// Write everything as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Take samples and instruments out into a folder of texts and WAV files, or into a SoundFont (OUT.sf2).
    Export {
        #[command(flatten)]
        input: BankInput,
        /// The folder to make, or a SoundFont ending in .sf2.
        folder: PathBuf,
        /// N64 and SoundFonts: only this bank, as bank 0.
        #[arg(long, value_name = "N")]
        bank: Option<usize>,
    },
    /// Make a file of such a folder: what was not changed keeps its bytes.
    Import {
        /// The folder.
        folder: PathBuf,
        /// What to make: a DS sound archive, a transfer image of the SNES, or a folder of N64 sound files.
        output: PathBuf,
    },
    /// Play an instrument note by note through the console's own engine, into a WAV file.
    Audition {
        #[command(flatten)]
        input: BankInput,
        /// The instrument or program, or drums or effects of an N64 bank (drum 0 is key 21, A0).
        #[arg(long, value_name = "N|drums|effects")]
        instrument: Choice,
        /// The notes, as MIDI keys or names: 48..72, or C3..C5. Each is held for a second.
        #[arg(long, value_name = "LOW..HIGH", default_value = "C3..C5")]
        notes: KeyRange,
        /// The bank, where there are several.
        #[arg(long, value_name = "N", default_value_t = 0)]
        bank: usize,
        /// The WAV file to write, or - for standard output.
        #[arg(short, long, value_name = "OUT.wav")]
        output: PathBuf,
    },
    /// Encode a WAV file as BRR, the SNES's sample format.
    Encode {
        /// The WAV file; its smpl chunk says the loop.
        input: PathBuf,
        /// The .brr file to write.
        output: PathBuf,
    },
    /// Decode a BRR file to WAV.
    Decode {
        /// The .brr file.
        input: PathBuf,
        /// The WAV file to write.
        output: PathBuf,
        /// Its rate.
        #[arg(long, value_name = "HZ", value_parser = clap::value_parser!(u32).range(1..=192_000))]
        rate: Option<u32>,
    },
}

/// A file with banks.
#[derive(Debug, Args)]
struct BankInput {
    /// N64: a folder with sound_data.ctl, an extracted game, a ROM, a .zbank or a music pack; a DS sound archive, game, NCSF
    /// file or .sbnk; an image, .spc file or ROM of the SNES; a manifest (*.toml) or an extracted game of any console;
    /// or a folder that was exported.
    input: PathBuf,
    /// The engine that plays N64 banks, where they do not say: envelopes depend on it.
    #[arg(long, value_name = "ID")]
    engine: Option<String>,
    /// DS: one of several sound archives.
    #[arg(long, value_name = "N")]
    archive: Option<usize>,
    /// A profile of games (*.toml), for ROMs that are not known.
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
}

impl BankInput {
    fn options(&self) -> BankOptions {
        BankOptions { engine: self.engine.clone(), archive: self.archive, profile: self.profile.clone() }
    }

    fn open(&self) -> Result<BankFile, Error> {
        BankFile::open(&self.input, &self.options())
    }
}

impl BankArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        match &self.action {
            Action::List { input, json } => print(&input.open()?.list(*json)?)?,
            Action::Audition { input, instrument, notes, bank, output } => {
                let audition = Audition { bank: *bank, instrument: *instrument, keys: *notes };
                input.open()?.audition(audition, output, quiet)?;
            }
            Action::Export { input, folder, bank } => {
                let ending = folder.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
                if ending.as_deref() == Some("sf2") {
                    input.open()?.to_sound_font(*bank, folder, quiet)?;
                } else if input.engine.is_some() {
                    let message = "--engine: only for SoundFonts (a name ending in .sf2)";
                    return Err(Error::Usage(message.to_owned()));
                } else {
                    export(&input.input, folder, *bank, &input.options(), quiet)?;
                }
            }
            Action::Import { folder, output } => import(folder, output, quiet)?,
            Action::Encode { input, output } => snes::encode_file(input, output, quiet)?,
            Action::Decode { input, output, rate } => snes::decode_file(input, output, *rate)?,
        }
        Ok(0)
    }
}

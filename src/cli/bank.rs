//! `tatum bank`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use tatum_nds::format::sdat::Sdat;

use super::common::print;
use crate::bank::{export, import, snes};
use crate::error::Error;
use crate::song::read_file;

#[derive(Debug, Args)]
pub(super) struct BankArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say which samples and instruments a file has.
    List {
        /// A DS sound archive, or an image, .spc file or ROM of the SNES.
        input: PathBuf,
    },
    /// Take samples and instruments out into a folder of texts and WAV files.
    Export {
        /// A DS sound archive or game, or an image, .spc file or ROM of the SNES.
        input: PathBuf,
        /// The folder to make.
        folder: PathBuf,
    },
    /// Make a file of such a folder: what was not changed keeps its bytes.
    Import {
        /// The folder.
        folder: PathBuf,
        /// The file to write: a DS sound archive, or a transfer image of the SNES.
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

impl BankArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        match &self.action {
            Action::List { input } => list(input)?,
            Action::Export { input, folder } => export(input, folder, quiet)?,
            Action::Import { folder, output } => import(folder, output, quiet)?,
            Action::Encode { input, output } => snes::encode_file(input, output, quiet)?,
            Action::Decode { input, output, rate } => snes::decode_file(input, output, *rate)?,
        }
        Ok(0)
    }
}

fn list(input: &Path) -> Result<(), Error> {
    let is_archive = input.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sdat"));
    let mut text = String::new();
    if is_archive {
        let archive = Sdat::parse(&input.display().to_string(), read_file(input)?)?;
        for bank in archive.banks() {
            let name = bank.name.unwrap_or_default();
            let slots: Vec<String> =
                bank.wave_archives.iter().flatten().map(|number| number.to_string()).collect();
            let programs = bank.programs.len();
            let _ = writeln!(
                text,
                "bank {} {name}: {programs} programs, wave archives {}",
                bank.number,
                slots.join(", ")
            );
        }
        for waves in archive.wave_archives() {
            let name = waves.name.unwrap_or_default();
            let _ = writeln!(text, "wave archive {} {name}: {} waves", waves.number, waves.waves);
        }
        return print(&text);
    }
    let bank = snes::read_bank(input)?;
    for (number, sample) in bank.samples.iter().enumerate() {
        let Some(sample) = sample else { continue };
        let looped = match sample.loop_offset {
            Some(offset) => format!(", loops from {offset:#x}"),
            None => String::new(),
        };
        let _ = writeln!(text, "sample {number:02}: {} bytes{looped}", sample.blocks.len());
    }
    for (number, instrument) in bank.instruments.iter().enumerate() {
        let source = match instrument.source {
            noise @ 0x80.. => format!("noise {}", noise & 31),
            sample => format!("sample {sample:02}"),
        };
        let [first, second] = instrument.adsr;
        let _ = writeln!(
            text,
            "instrument {number:02}: {source}, envelope {first:02x} {second:02x}, gain {:02x}, multiplier {:04x}",
            instrument.gain, instrument.multiplier
        );
    }
    print(&text)
}

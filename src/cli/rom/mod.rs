//! `tatum rom`.

mod list;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use indicatif::ProgressBar;

use super::common::{print, shows_progress};
use crate::error::Error;
use crate::rom::clean::{Cleaning, clean};
use crate::rom::extract::{Extracted, RawPlaces, Selection, extract, extract_raw};
use crate::rom::insert::{Insertion, Target, insert};
use crate::song::{GameFile, read_file};

#[derive(Debug, Args)]
pub(super) struct RomArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say which game it is, and list its songs: number, size, banks, length and loop.
    List {
        #[command(flatten)]
        rom: RomInput,
        /// Write everything as JSON.
        #[arg(long)]
        json: bool,
        /// Do not look for lengths and loops, which takes a while.
        #[arg(long)]
        no_lengths: bool,
    },
    /// Take songs, banks and samples out, into a folder that plays like the ROM.
    Extract {
        #[command(flatten)]
        rom: RomInput,
        /// The folder to make.
        folder: PathBuf,
        /// One song with what it needs.
        #[arg(long, value_name = "N|NAME")]
        song: Option<String>,
        /// DS: one of several sound archives.
        #[arg(long, value_name = "N")]
        archive: Option<usize>,
        /// Write no samples as WAV files.
        #[arg(long)]
        no_samples: bool,
        /// N64: where sequences begin, if you know better (0x7B0860). Only sequences are taken out then.
        #[arg(long, value_name = "OFFSET", value_parser = parse_offset, conflicts_with_all = ["song", "archive"])]
        sequences_at: Option<usize>,
        /// N64, with --sequences-at: where the pointer table of the Zelda series begins (0xBCC6A0).
        #[arg(long, value_name = "OFFSET", value_parser = parse_offset, requires = "sequences_at")]
        table_at: Option<usize>,
    },
    /// Put a sequence into a ROM: Super Mario 64 (extended), Ocarina of Time (debug), A Link to the Past, DS games.
    Insert(InsertArguments),
    /// Bring the original songs back, and clear the space of the others.
    Clean {
        #[command(flatten)]
        rom: RomInput,
        #[command(flatten)]
        target: TargetArguments,
        /// The ROM as it was, where the original songs cannot be told from the changed one.
        #[arg(long, value_name = "ROM")]
        original: Option<PathBuf>,
        /// N64: the byte that clears the space [default: what free space was filled with].
        #[arg(long, value_name = "BYTE", value_parser = parse_byte)]
        fill: Option<u8>,
    },
}

#[derive(Debug, Args)]
struct InsertArguments {
    #[command(flatten)]
    rom: RomInput,
    /// The sequence: .m64 .zseq .mus .mml .mid (N64), .sseq .smft .mid or a whole .sdat (DS), .asm .bin .spc .mid (SNES).
    sequence: PathBuf,
    #[command(flatten)]
    target: TargetArguments,
    /// The song it takes the place of.
    #[arg(long, value_name = "N|NAME")]
    song: Option<String>,
    /// All songs that are music.
    #[arg(long, conflicts_with = "song")]
    all: bool,
    /// DS: the sequence is a whole sound archive.
    #[arg(long, conflicts_with_all = ["song", "all"])]
    whole: bool,
    /// DS: one of several sound archives.
    #[arg(long, value_name = "N")]
    archive: Option<usize>,
    /// Other banks for the song, in the order of `tatum rom list`.
    #[arg(long, value_name = "N,...", value_delimiter = ',', value_parser = parse_bank)]
    banks: Option<Vec<u16>>,
    /// N64: move the sequences that were put in before together, to gain space.
    #[arg(long)]
    compact: bool,
    /// N64: write over space that is not empty.
    #[arg(long)]
    force: bool,
    /// N64: exchange sequences that are not music (sound effects) too.
    #[arg(long)]
    with_reserved: bool,
}

#[derive(Debug, Args)]
struct RomInput {
    /// The ROM: a Nintendo 64 image in any byte order, a .nds file, or A Link to the Past as .sfc or .smc.
    rom: PathBuf,
    /// A profile of games (*.toml), for ROMs that are not known.
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct TargetArguments {
    /// The new ROM.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Change the ROM itself.
    #[arg(long, conflicts_with = "output")]
    in_place: bool,
}

impl RomInput {
    fn open(&self) -> Result<GameFile, Error> {
        GameFile::open(&self.rom, self.profile.as_deref())
    }
}

impl TargetArguments {
    fn target(&self, rom: &Path) -> Result<Target, Error> {
        Target::new(rom, self.output.as_deref(), self.in_place)
    }
}

impl RomArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        match &self.action {
            Action::List { rom, json, no_lengths } => {
                let game = rom.open()?;
                let mut songs = game.songs();
                if !no_lengths {
                    let count = if shows_progress(quiet) { songs.len() as u64 } else { 0 };
                    let progress = if count == 0 { ProgressBar::hidden() } else { ProgressBar::new(count) };
                    game.find_lengths(&mut songs, &|| progress.inc(1));
                    progress.finish_and_clear();
                }
                print(&if *json { list::as_json(&game, &songs)? } else { list::as_text(&game, &songs) })?;
            }
            Action::Extract { rom, folder, song, archive, no_samples, sequences_at, table_at } => {
                let extracted = match sequences_at {
                    Some(sequences) => {
                        let places = RawPlaces { sequences: *sequences, table: *table_at };
                        extract_raw(&rom.rom, &read_file(&rom.rom)?, places, folder)?
                    }
                    None => {
                        let selection =
                            Selection { song: song.clone(), archive: *archive, samples: !no_samples };
                        extract(&rom.open()?, folder, &selection)?
                    }
                };
                tell(quiet, &describe(folder, &extracted));
            }
            Action::Insert(insert) => insert.run(quiet)?,
            Action::Clean { rom, target, original, fill } => {
                let target = target.target(&rom.rom)?;
                let cleaning =
                    Cleaning { original: original.clone(), fill: *fill, profile: rom.profile.clone() };
                tell(quiet, &clean(&rom.open()?, &cleaning, &target)?);
            }
        }
        Ok(0)
    }
}

impl InsertArguments {
    fn run(&self, quiet: bool) -> Result<(), Error> {
        let target = self.target.target(&self.rom.rom)?;
        if self.song.is_none() && !self.all && !self.whole {
            let message = "say which song: --song N|NAME, --all, or --whole with a .sdat";
            return Err(Error::Usage(message.into()));
        }
        let is_archive = self.sequence.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sdat"));
        if is_archive != self.whole {
            let message = "--whole and a .sdat go together: it takes the place of a whole sound archive";
            return Err(Error::Usage(message.into()));
        }
        let insertion = Insertion {
            sequence: self.sequence.clone(),
            song: self.song.clone(),
            archive: self.archive,
            banks: self.banks.clone(),
            compact: self.compact,
            force: self.force,
            with_reserved: self.with_reserved,
            profile: self.rom.profile.clone(),
            quiet,
        };
        tell(quiet, &insert(&self.rom.open()?, &insertion, &target)?);
        Ok(())
    }
}

fn describe(folder: &Path, extracted: &Extracted) -> Vec<String> {
    let samples = match extracted.samples {
        0 => String::new(),
        count => format!(", {count} samples"),
    };
    let mut lines = vec![format!("{}: {} songs{samples}", folder.display(), extracted.songs)];
    lines.extend(extracted.notes.iter().cloned());
    lines
}

fn tell(quiet: bool, lines: &[String]) {
    if !quiet {
        for line in lines {
            eprintln!("tatum: {line}");
        }
    }
}

/// An offset as people write it: hexadecimal with 0x, else decimal.
fn parse_offset(text: &str) -> Result<usize, String> {
    let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => usize::from_str_radix(digits, 16),
        None => text.parse(),
    };
    number.map_err(|_| "expected an offset, as 0x7B0860 or 8063072".into())
}

fn parse_byte(text: &str) -> Result<u8, String> {
    let byte = parse_offset(text).ok().and_then(|number| u8::try_from(number).ok());
    byte.ok_or_else(|| "expected a byte, as 0xFF or 255".into())
}

fn parse_bank(text: &str) -> Result<u16, String> {
    let bank = parse_offset(text.trim()).ok().and_then(|number| u16::try_from(number).ok());
    bank.ok_or_else(|| "expected the numbers of banks, as 5 or 0x11,0x0E".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_hexadecimal_with_a_prefix() {
        assert_eq!(parse_offset("0x7B0860"), Ok(0x7B_0860));
        assert_eq!(parse_offset("16"), Ok(16));
        assert!(parse_offset("7B0860").is_err());
        assert_eq!((parse_byte("0xFF"), parse_byte("1")), (Ok(255), Ok(1)));
        assert!(parse_byte("256").is_err());
        assert_eq!(parse_bank("0x11"), Ok(0x11));
    }
}

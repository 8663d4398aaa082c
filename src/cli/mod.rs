//! The command line: one file per command.

mod against;
mod bank;
mod channel_list;
mod common;
mod completions;
mod convert;
mod demo;
mod hints;
mod info;
mod man;
mod play;
mod render;
mod rom;
mod start;
mod trace;
mod verify;
mod version;

use clap::{Parser, Subcommand};
use tatum_core::Vectors;

pub use hints::hint;

use crate::error::Error;

/// Exit code of a check that failed.
const CHECK_FAILED: u8 = 1;
/// Exit code of a call without a command: one of usage.
const NO_COMMAND: u8 = 2;

/// Plays Nintendo's sequenced music exactly as the console does, and proves it.
#[derive(Debug, Parser)]
#[command(
    name = "tatum",
    version,
    long_version = version::long_version(),
    after_help = "Exit codes: 0 done; 1 the check failed; 2 usage; 3 invalid input; 4 input/output; 5 no sound device.\n\n\
                  Examples:\n  tatum render song.m64 -o song.wav\n  tatum play song.m64\n  tatum info song.m64\n  tatum verify golden-audio"
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    /// Say nothing but errors on stderr.
    #[arg(long, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take samples and instruments out of a file, put them back, and encode recordings.
    Bank(bank::BankArguments),
    /// Write a shell's completions of commands and options.
    Completions(completions::CompletionsArguments),
    /// Turn one file format into another: sequences, texts, MIDI, banks.
    #[command(after_long_help = crate::convert::describe_formats())]
    Convert(Box<convert::ConvertArguments>),
    /// Play or render a tour of the three consoles with built-in songs.
    Demo(demo::DemoArguments),
    /// Say what is in a file: songs, banks, instruments, channels, length and loop.
    Info(info::InfoArguments),
    /// Write the manual's pages.
    Man(man::ManArguments),
    /// Play songs live, with a display of every channel and voice.
    Play(play::PlayArguments),
    /// Render a song to a WAV file.
    Render(render::RenderArguments),
    /// List, extract and exchange the songs in a game's ROM.
    Rom(rom::RomArguments),
    /// Write what the engine does: commands, chip commands or the state of every voice.
    Trace(trace::TraceArguments),
    /// Compare cases with their references: equal in every sample, and in every row of their traces.
    Verify(verify::VerifyArguments),
}

/// Gives the terminal back, if a display has taken it.
pub fn restore_terminal() {
    #[cfg(feature = "live")]
    crate::display::restore();
}

/// Runs a command; the exit code, or why it could not be run.
///
/// # Errors
///
/// What the command could not do.
pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    limit_vectors()?;
    let Some(command) = &arguments.command else {
        eprint!("{}", start::SCREEN);
        return Ok(NO_COMMAND);
    };
    match command {
        Command::Bank(command) => command.run(arguments.quiet),
        Command::Completions(command) => command.run(),
        Command::Convert(command) => command.run(arguments.quiet),
        Command::Demo(command) => command.run(arguments.quiet),
        Command::Info(command) => command.run(arguments.quiet),
        Command::Man(command) => command.run(),
        Command::Play(command) => command.run(arguments.quiet),
        Command::Render(command) => command.run(arguments.quiet),
        Command::Rom(command) => command.run(arguments.quiet),
        Command::Trace(command) => command.run(arguments.quiet),
        Command::Verify(command) => command.run(arguments.quiet),
    }
}

/// The widest vector instructions that engines may use, `portable` or `avx2`: for tests and measurements. The samples
/// are the same with all.
const VECTORS: &str = "TATUM_VECTORS";

fn limit_vectors() -> Result<(), Error> {
    if let Some(name) = std::env::var_os(VECTORS) {
        let widest = name.to_string_lossy().parse::<Vectors>();
        widest.map_err(|unknown| Error::Usage(format!("{VECTORS}: {unknown}")))?.allow();
    }
    Ok(())
}

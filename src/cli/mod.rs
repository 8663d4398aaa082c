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

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
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

/// Defines [`Command`] from a list: what each command is about, its name here and for the user, and what it takes.
///
/// A derived list would build the options of all commands in every call, a seventh of the time of `--version`; from this one, only the
/// command that is called builds its own.
macro_rules! commands {
    ($(#[doc = $about:literal] $command:ident($name:literal, $arguments:ty),)*) => {
        #[derive(Debug)]
        enum Command {
            $(#[doc = $about] $command(Box<$arguments>),)*
        }

        impl Command {
            fn list(options: Options) -> Vec<clap::Command> {
                vec![$(definition::<$arguments>($name, $about, options),)*]
            }
        }

        impl Subcommand for Command {
            fn augment_subcommands(program: clap::Command) -> clap::Command {
                program.subcommands(Self::list(Options::WhenCalled))
            }

            fn augment_subcommands_for_update(program: clap::Command) -> clap::Command {
                Self::augment_subcommands(program)
            }

            fn has_subcommand(name: &str) -> bool {
                [$($name),*].contains(&name)
            }
        }

        impl FromArgMatches for Command {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
                match matches.subcommand() {
                    $(Some(($name, matches)) => {
                        <$arguments>::from_arg_matches(matches).map(Box::new).map(Self::$command)
                    })*
                    _ => Err(clap::Error::new(ErrorKind::MissingSubcommand)),
                }
            }

            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
                Self::from_arg_matches(matches).map(|command| *self = command)
            }
        }
    };
}

/// When a command's options are built.
#[derive(Clone, Copy)]
enum Options {
    WhenCalled,
    Now,
}

/// A command for clap; `about` is a line of documentation.
fn definition<A: Args>(name: &'static str, about: &'static str, options: Options) -> clap::Command {
    // What the type of the arguments says of itself is for readers of the code.
    fn with_options<A: Args>(command: clap::Command) -> clap::Command {
        let about = command.get_about().cloned().unwrap_or_default();
        A::augment_args(command).about(about).long_about(None)
    }
    let command = clap::Command::new(name).about(about.trim().trim_end_matches('.'));
    match options {
        Options::WhenCalled => command.defer(with_options::<A>),
        Options::Now => with_options::<A>(command),
    }
}

/// The program with the options of all commands, for completions and the manual.
fn whole_program() -> clap::Command {
    let mut program = Arguments::command();
    for (command, whole) in program.get_subcommands_mut().zip(Command::list(Options::Now)) {
        let place = command.get_display_order();
        *command = whole.display_order(place);
    }
    program
}

commands! {
    /// Take samples and instruments out of a file, put them back, and encode recordings.
    Bank("bank", bank::BankArguments),
    /// Write a shell's completions of commands and options.
    Completions("completions", completions::CompletionsArguments),
    /// Turn one file format into another: sequences, texts, MIDI, banks.
    Convert("convert", convert::ConvertArguments),
    /// Play or render a tour of the three consoles with built-in songs.
    Demo("demo", demo::DemoArguments),
    /// Say what is in a file: songs, banks, instruments, channels, length and loop.
    Info("info", info::InfoArguments),
    /// Write the manual's pages.
    Man("man", man::ManArguments),
    /// Play songs live, with a display of every channel and voice.
    Play("play", play::PlayArguments),
    /// Render a song to a WAV file.
    Render("render", render::RenderArguments),
    /// List, extract and exchange the songs in a game's ROM.
    Rom("rom", rom::RomArguments),
    /// Write what the engine does: commands, chip commands or the state of every voice.
    Trace("trace", trace::TraceArguments),
    /// Compare cases with their references: equal in every sample, and in every row of their traces.
    Verify("verify", verify::VerifyArguments),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_commands_are_well_defined() {
        Arguments::command().debug_assert();
        whole_program().debug_assert();
    }

    #[test]
    fn the_whole_program_knows_the_commands_of_commands_also_below_help() {
        let mut program = whole_program();
        program.build();
        let at = |names: &[&str]| {
            names.iter().try_fold(&program, |command, name| command.find_subcommand(name)).is_some()
        };
        assert!(at(&["bank", "list"]) && at(&["help", "bank", "list"]) && at(&["help", "rom", "extract"]));
    }

    #[test]
    fn a_command_that_is_not_called_builds_no_options() {
        let program = Arguments::command();
        assert_eq!(program.find_subcommand("render").unwrap().get_arguments().count(), 0);
        let arguments = Arguments::try_parse_from(["tatum", "--quiet", "render", "a.m64", "-o", "b.wav"]);
        assert!(matches!(arguments.unwrap().command, Some(Command::Render(_))));
    }
}

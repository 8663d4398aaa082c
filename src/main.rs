//! The program `tatum`.

use std::process::ExitCode;

use clap::Parser;
use tatum::error::Error;
use tatum::text_report;

fn main() -> ExitCode {
    let arguments = tatum::cli::Arguments::parse();
    tatum::output::unfinished::clean_up_when_told_to_stop(tatum::cli::restore_terminal);
    match tatum::cli::run(&arguments) {
        Ok(code) => ExitCode::from(code),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            match &error {
                Error::Text(text) => text_report::tell(&text.problems, &text.sources),
                error => eprintln!("tatum: {error}"),
            }
            if let Some(hint) = tatum::cli::hint(&error) {
                eprintln!("tatum: {hint}");
            }
            ExitCode::from(error.exit_code())
        }
    }
}

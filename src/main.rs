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
            let hint = tatum::cli::hint(&error);
            match (&error, hint) {
                (Error::Text(text), _) => text_report::tell(&text.problems, &text.sources),
                // Without a device there is one line, so that a script can show it.
                (Error::Device { .. }, Some(hint)) => eprintln!("tatum: {error} ({hint})"),
                (error, Some(hint)) => eprintln!("tatum: {error}\ntatum: {hint}"),
                (error, None) => eprintln!("tatum: {error}"),
            }
            ExitCode::from(error.exit_code())
        }
    }
}

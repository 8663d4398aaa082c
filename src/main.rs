//! The program `tatum`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = tatum::cli::Arguments::parse();
    match tatum::cli::run(&arguments) {
        Ok(code) => ExitCode::from(code),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tatum: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

//! Composes the overture, the first piece a listener hears, and writes it to the path given:
//!
//! `cargo run -p tatum-n64 --example overture -- examples/overture.m64`

mod notation;
mod score;

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: overture FILE.m64");
        return ExitCode::from(2);
    };
    match std::fs::write(&path, score::overture()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", path.display());
            ExitCode::from(4)
        }
    }
}

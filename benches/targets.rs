//! Whole renders by the program, from a file to a WAV file, beside the figures that they should reach:
//! `cargo bench --bench targets`. Each line is the median of seven runs, with the shortest and the longest.

mod renders;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use renders::{carried, targets};

const RUNS: usize = 7;

/// Times of a program's runs, sorted.
fn times(out: &Path, command: impl Fn() -> Command) -> [Duration; RUNS] {
    let mut times = [(); RUNS].map(|()| {
        let mut command = command();
        // Replacing a file means waiting for the disk.
        let _ = std::fs::remove_file(out);
        let begun = Instant::now();
        let status = command.stdout(Stdio::null()).status().expect("the program starts");
        assert!(status.success(), "{command:?} failed");
        begun.elapsed()
    });
    times.sort();
    times
}

fn tatum() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tatum"))
}

fn main() {
    // `cargo test --benches` only wants to see that it runs.
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out.wav");
    println!("{:26} {:>8} {:>8} {:>8} {:>8}", "times real time", "median", "lowest", "highest", "target");
    for target in targets(folder.path()) {
        let seconds = if is_test { 1 } else { target.seconds };
        let times = times(&out, || {
            let mut command = tatum();
            command.args(target.arguments(seconds, &out));
            command
        });
        let speed = |time: Duration| f64::from(seconds) / time.as_secs_f64();
        let [fastest, .., slowest] = times;
        println!(
            "{:26} {:8.0} {:8.0} {:8.0} {:8.0}",
            target.name,
            speed(times[RUNS / 2]),
            speed(slowest),
            speed(fastest),
            target.times_real_time
        );
    }
    println!("\n{:26} {:>8} {:>8} {:>8} {:>8}", "milliseconds", "median", "lowest", "highest", "target");
    let overture = carried("examples/overture.m64");
    let row = |name: &str, target: f64, command: &dyn Fn() -> Command| {
        let times = times(&out, command).map(|time| time.as_secs_f64() * 1000.0);
        let [fastest, .., slowest] = times;
        println!("{name:26} {:8.1} {fastest:8.1} {slowest:8.1} {target:8.0}", times[RUNS / 2]);
    };
    row("tatum --version", 5.0, &|| {
        let mut command = tatum();
        command.arg("--version");
        command
    });
    row("overture, 2:54, its length found", 300.0, &|| {
        let mut command = tatum();
        command.args(["--quiet", "render", "-o"]).arg(&out).arg(&overture);
        command
    });
}

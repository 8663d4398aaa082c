//! Whole renders by the program, from a file to a WAV file, beside the figures that they should reach:
//! `cargo bench --bench targets`. Each line is the median of seven runs, with the shortest and the longest.

#[path = "../engines/nds/tests/support/compose.rs"]
mod compose;
#[path = "../engines/nds/benches/workload/mod.rs"]
mod ds;
#[path = "../engines/snes/benches/workload/mod.rs"]
mod snes;
mod workload;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tatum_n64::sequencer::abi::Abi;

const RUNS: usize = 7;
/// Seconds of sound that are rendered of a song without an end.
const SECONDS: u32 = 120;

/// A song, how it is rendered, and how many times real time is asked for.
struct Target {
    name: &'static str,
    arguments: Vec<PathBuf>,
    times_real_time: f64,
    /// No more than the song has: silence is cheap.
    seconds: u32,
}

fn carried(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn targets(folder: &Path) -> Vec<Target> {
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("the temporary folder can be written to");
        path
    };
    let target = |name, times_real_time, seconds, arguments: Vec<PathBuf>| Target {
        name,
        arguments,
        times_real_time,
        seconds,
    };
    let bank = || ["--bank".into(), carried("golden-audio/n64-sm64/bank")];
    let busy = file("busy.m64", &workload::sixteen_voices(Abi::Sm64));
    vec![
        target(
            "N64, tune8",
            1500.0,
            16,
            [carried("golden-audio/n64-sm64/tune8/sequence.m64")].into_iter().chain(bank()).collect(),
        ),
        target("N64, 16 busy voices", 1000.0, SECONDS, [busy].into_iter().chain(bank()).collect()),
        target("DS, 16 busy channels", 900.0, SECONDS, vec![file("busy.sdat", &ds::sixteen_busy_channels())]),
        target("DS, tune-8bars", 1300.0, 10, vec![carried("golden-audio/nds/tune-8bars/sound.sdat")]),
        target(
            ".spc, 8 voices with echo",
            450.0,
            SECONDS,
            vec![file("voices.spc", &snes::eight_voices(&[]).to_bytes())],
        ),
        target("N-SPC, eight tracks", 600.0, 16, vec![carried("golden-audio/snes-nspc/tune8/case.toml")]),
    ]
}

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
            command.args(["--quiet", "render", "--seconds", &seconds.to_string(), "-o"]).arg(&out);
            command.args(&target.arguments);
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

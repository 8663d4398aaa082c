//! Instructions that the program executes for its renders, beside those of `benches/instructions.toml`: `cargo bench --bench
//! instructions`. More, or fewer, by over 2 % fails; `TATUM_WRITE_INSTRUCTIONS=1` writes the file anew.
//!
//! Unlike times they do not depend on what else a machine does, but on the compiler, the C library and the processor's vectors:
//! with another compiler than the file's nothing fails. Needs valgrind; without it nothing is counted.

#[allow(dead_code, reason = "speeds and lengths concern the other bench")]
mod renders;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode};

use serde::{Deserialize, Serialize};

use renders::{carried, targets};

/// Seconds of sound of each render: the program's start still shows.
const SECONDS: u32 = 4;
/// What a figure may differ by.
const TOLERANCE: f64 = 0.02;
const BASELINE: &str = "benches/instructions.toml";

/// The figures of a compiler.
#[derive(Deserialize, Serialize)]
struct Baseline {
    /// As `rustc --version` says it.
    compiler: String,
    /// By the render's name.
    instructions: BTreeMap<String, u64>,
}

fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs the program under callgrind.
fn count(arguments: &[std::ffi::OsString]) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", env!("CARGO_BIN_EXE_tatum")])
        .args(arguments)
        .output()
        .expect("valgrind starts");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    let collected = text.lines().find_map(|line| line.split_once("Collected : ")).expect("callgrind's sum");
    collected.1.trim().parse().expect("a number")
}

fn main() -> ExitCode {
    // `cargo test --benches` only wants to see that it runs.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    if output_of("valgrind", &["--version"]).is_none() {
        println!("valgrind is not installed: nothing is counted");
        return ExitCode::SUCCESS;
    }
    let compiler = output_of("rustc", &["--version"]).expect("a compiler");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out.wav");
    let mut counted: BTreeMap<String, u64> = targets(folder.path())
        .iter()
        .map(|target| (target.name.to_owned(), count(&target.arguments(SECONDS, &out))))
        .collect();
    counted.insert("--version".to_owned(), count(&["--version".into()]));
    if std::env::var_os("TATUM_WRITE_INSTRUCTIONS").is_some() {
        write(&Baseline { compiler, instructions: counted });
        return ExitCode::SUCCESS;
    }
    compare(&compiler, &counted)
}

fn write(baseline: &Baseline) {
    let head = "# Instructions of renders of 4 seconds by the program as `cargo bench` builds it; see benches/instructions.rs.\n";
    let text = toml::to_string(baseline).expect("plain tables");
    std::fs::write(carried(BASELINE), format!("{head}{text}")).expect("the file can be written");
}

fn compare(compiler: &str, counted: &BTreeMap<String, u64>) -> ExitCode {
    let text = std::fs::read_to_string(Path::new(&carried(BASELINE))).expect("the stored figures");
    let baseline: Baseline = toml::from_str(&text).expect("the stored figures can be read");
    let is_same = baseline.compiler == compiler;
    println!("{:26} {:>14} {:>14} {:>8}", "instructions", "stored", "counted", "change");
    let mut has_moved = false;
    for (name, &count) in counted {
        let Some(&stored) = baseline.instructions.get(name) else {
            println!("{name:26} {:>14} {count:14}      new", "-");
            has_moved = true;
            continue;
        };
        let change = count as f64 / stored as f64 - 1.0;
        println!("{name:26} {stored:14} {count:14} {:+7.1}%", 100.0 * change);
        has_moved |= change.abs() > TOLERANCE;
    }
    match (has_moved, is_same) {
        (true, true) => {
            println!(
                "\nSome differ by over 2 %. If that is meant: TATUM_WRITE_INSTRUCTIONS=1 cargo bench --bench instructions"
            );
            ExitCode::FAILURE
        }
        (true, false) => {
            println!("\nThe stored figures are of another compiler ({}): no failure.", baseline.compiler);
            ExitCode::SUCCESS
        }
        (false, _) => ExitCode::SUCCESS,
    }
}

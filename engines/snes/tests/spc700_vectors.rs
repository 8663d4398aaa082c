//! Every opcode against recorded executions: registers, memory and the bus activity of each cycle.
//!
//! The vectors are the golden set `spc700`, a subset of it in the repository, and any further files of the same
//! layout that the environment variable `TATUM_SPC700_VECTORS` names: files or folders, separated as in PATH.

use std::env;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use tatum_snes::hardware::spc700::{Bus, Cpu, Psw, Registers};

/// One line of a vector file.
#[derive(Deserialize)]
struct Vector {
    n: String,
    i: (u16, u8, u8, u8, u8, u8),
    im: Vec<(u16, u8)>,
    f: (u16, u8, u8, u8, u8, u8),
    fm: Vec<(u16, u8)>,
    c: Vec<(Option<u16>, Option<u8>, char)>,
}

#[derive(Debug)]
enum Cycle {
    Read(u16, u8),
    Write(u16, u8),
    Idle,
}

/// A flat memory that notes every cycle.
struct RecordingBus {
    memory: Box<[u8; 0x1_0000]>,
    cycles: Vec<Cycle>,
}

impl Bus for RecordingBus {
    fn read(&mut self, address: u16) -> u8 {
        let value = self.memory[usize::from(address)];
        self.cycles.push(Cycle::Read(address, value));
        value
    }

    fn write(&mut self, address: u16, value: u8) {
        self.memory[usize::from(address)] = value;
        self.cycles.push(Cycle::Write(address, value));
    }

    fn idle(&mut self) {
        self.cycles.push(Cycle::Idle);
    }
}

fn registers((pc, a, x, y, sp, psw): (u16, u8, u8, u8, u8, u8)) -> Registers {
    Registers { pc, a, x, y, sp, psw: Psw(psw) }
}

/// Runs one vector on a memory of zeros, which is left as it was.
fn check(vector: &Vector, bus: &mut RecordingBus) -> Result<(), String> {
    bus.cycles.clear();
    for &(address, value) in &vector.im {
        bus.memory[usize::from(address)] = value;
    }
    let mut cpu = Cpu::new(registers(vector.i));
    cpu.step(bus);
    // SLEEP and STOP never end: the vectors show their first cycles.
    while cpu.is_halted() && bus.cycles.len() < vector.c.len() {
        cpu.step(bus);
    }
    let mut result = compare_cycles(&vector.c, &bus.cycles);
    if cpu.registers() != registers(vector.f) {
        result = Err(format!("registers: expected {:?}, found {:?}", registers(vector.f), cpu.registers()));
    }
    for &(address, value) in &vector.fm {
        let found = bus.memory[usize::from(address)];
        if found != value {
            result = Err(format!("memory at {address:#06X}: expected {value:#04X}, found {found:#04X}"));
        }
    }
    for cycle in &bus.cycles {
        if let Cycle::Write(address, _) = cycle {
            bus.memory[usize::from(*address)] = 0;
        }
    }
    for &(address, _) in &vector.im {
        bus.memory[usize::from(address)] = 0;
    }
    result
}

fn compare_cycles(expected: &[(Option<u16>, Option<u8>, char)], found: &[Cycle]) -> Result<(), String> {
    if expected.len() != found.len() {
        return Err(format!("expected {} cycles, found {found:?}", expected.len()));
    }
    for (number, (expected, found)) in expected.iter().zip(found).enumerate() {
        let equal = match (expected, found) {
            ((Some(address), value, 'r'), Cycle::Read(a, v)) => a == address && value.is_none_or(|e| e == *v),
            ((Some(address), Some(value), 'w'), Cycle::Write(a, v)) => a == address && v == value,
            ((None, None, '-'), Cycle::Idle) => true,
            _ => false,
        };
        if !equal {
            return Err(format!("cycle {number}: expected {expected:X?}, found {found:X?}"));
        }
    }
    Ok(())
}

fn open(path: &Path) -> Box<dyn BufRead> {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let reader: Box<dyn Read> = if path.extension().is_some_and(|e| e == "gz") {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    Box::new(BufReader::new(reader))
}

fn run_file(path: &Path) -> usize {
    let mut bus = RecordingBus { memory: Box::new([0; 0x1_0000]), cycles: Vec::new() };
    let mut count = 0;
    let mut failures = Vec::new();
    for line in open(path).lines() {
        let line = line.unwrap();
        if line.trim().is_empty() {
            continue;
        }
        let vector: Vector = serde_json::from_str(&line).unwrap();
        count += 1;
        if let Err(difference) = check(&vector, &mut bus) {
            failures.push(format!("{}: {difference}", vector.n));
        }
    }
    println!("{}: {count} tests, {} fail", path.display(), failures.len());
    failures.truncate(20);
    assert!(failures.is_empty(), "{}:\n{}", path.display(), failures.join("\n"));
    count
}

/// The vector files that a path names.
fn vector_files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            name.ends_with(".jsonl") || name.ends_with(".jsonl.gz")
        })
        .collect();
    files.sort();
    files
}

#[test]
fn the_golden_vectors_pass() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/golden/spc700/tests.jsonl.gz");
    if golden.exists() {
        assert_eq!(run_file(&golden), 256 * 40);
    } else {
        println!("golden/spc700 is not here: only the repository's own vectors run");
    }
}

#[test]
fn the_vectors_of_the_repository_pass() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden-audio/spc700/tests.jsonl.gz");
    assert_eq!(run_file(&own), 256 * 4);
}

#[test]
fn further_vectors_pass() {
    let Some(list) = env::var_os("TATUM_SPC700_VECTORS") else {
        println!("TATUM_SPC700_VECTORS is not set: no further vectors");
        return;
    };
    let mut count = 0;
    for path in env::split_paths(&list) {
        let files = vector_files(&path);
        assert!(
            !files.is_empty(),
            "TATUM_SPC700_VECTORS: {} holds no .jsonl or .jsonl.gz file",
            path.display()
        );
        count += files.iter().map(|file| run_file(file)).sum::<usize>();
    }
    assert!(count > 0, "TATUM_SPC700_VECTORS names no test");
}

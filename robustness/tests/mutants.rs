//! Every check on its good inputs and on mutants of them; `TATUM_MUTANTS` says how many of each target.
//!
//! The mutants are the same in every run. A failure is shrunk to the fewest changes that fail. What aborts or hangs
//! cannot be shrunk: with `TATUM_KEEP_INPUT` every input is written to a file of the temporary folder first.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngSeed, TestError, TestRunner};
use tatum_robustness::{CHOICES, Target, target};

/// Without `TATUM_MUTANTS`.
const USUAL_MUTANTS: u32 = 60;

fn mutants() -> u32 {
    match std::env::var("TATUM_MUTANTS") {
        Ok(text) => {
            text.parse().unwrap_or_else(|_| panic!("TATUM_MUTANTS: expected a number, found '{text}'"))
        }
        Err(_) => USUAL_MUTANTS,
    }
}

/// A change of an input.
#[derive(Clone, Debug)]
enum Change {
    Set(Index, u8),
    /// A value that parsers and arithmetic stumble over.
    Number(Index, usize, bool),
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, u8),
    Truncate(Index),
    /// A part of the input again, at another place.
    Copy(Index, Index, u8),
    /// A part of another good input.
    Splice(Index, Index, Index, u8),
    Choice(u8, u8),
}

const NUMBERS: [u32; 12] =
    [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF];

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        2 => (at(), 0..NUMBERS.len(), any::<bool>()).prop_map(|(at, number, big)| Change::Number(at, number, big)),
        1 => (at(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        1 => (at(), prop::collection::vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        1 => (at(), 1..32_u8).prop_map(|(at, count)| Change::Remove(at, count)),
        1 => at().prop_map(Change::Truncate),
        1 => (at(), at(), 1..64_u8).prop_map(|(from, to, count)| Change::Copy(from, to, count)),
        1 => (at(), at(), at(), 1..=255_u8).prop_map(|(seed, from, to, count)| Change::Splice(seed, from, to, count)),
        3 => (0..CHOICES as u8, any::<u8>()).prop_map(|(place, byte)| Change::Choice(place, byte)),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let place = |at: &Index, length: usize| at.index(length + 1);
        let part = |bytes: &[u8], from: &Index, count: u8| {
            let from = place(from, bytes.len());
            bytes[from..bytes.len().min(from + usize::from(count))].to_vec()
        };
        match self {
            Self::Set(at, byte) => overwrite(bytes, at, &[*byte]),
            Self::Number(at, number, true) => overwrite(bytes, at, &NUMBERS[*number].to_be_bytes()),
            Self::Number(at, number, false) => overwrite(bytes, at, &NUMBERS[*number].to_le_bytes()),
            Self::Flip(at, bit) => {
                let place = place(at, bytes.len());
                if let Some(byte) = bytes.get_mut(place) {
                    *byte ^= 1 << bit;
                }
            }
            Self::Insert(at, new) => {
                let at = place(at, bytes.len());
                bytes.splice(at..at, new.iter().copied());
            }
            Self::Remove(at, count) => {
                let at = place(at, bytes.len());
                let end = bytes.len().min(at + usize::from(*count));
                bytes.drain(at..end);
            }
            Self::Truncate(at) => bytes.truncate(place(at, bytes.len())),
            Self::Copy(from, to, count) => {
                let part = part(bytes, from, *count);
                overwrite(bytes, to, &part);
            }
            Self::Splice(seed, from, to, count) => {
                overwrite(bytes, to, &part(&seeds[seed.index(seeds.len())], from, *count));
            }
            Self::Choice(place, value) => {
                let first = bytes.len().saturating_sub(CHOICES);
                if let Some(byte) = bytes.get_mut(first + usize::from(*place)) {
                    *byte = *value;
                }
            }
        }
    }
}

fn overwrite(bytes: &mut [u8], at: &Index, new: &[u8]) {
    let at = at.index(bytes.len() + 1);
    bytes[at..].iter_mut().zip(new).for_each(|(old, new)| *old = *new);
}

/// Where an input that fails is left.
fn finding(target: &Target) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("tatum-finding-{}", target.name))
}

fn run(target: &Target) {
    let seeds = (target.seeds)();
    for seed in &seeds {
        (target.check)(seed);
    }
    let config = Config {
        cases: mutants(),
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0x7A70_6D75),
        max_shrink_iters: 2000,
        ..Config::default()
    };
    let keeps_inputs = std::env::var_os("TATUM_KEEP_INPUT").is_some();
    let inputs = (any::<Index>(), prop::collection::vec(change(), 1..10));
    let result = TestRunner::new(config).run(&inputs, |(seed, changes)| {
        let mut bytes = seed.get(&seeds).clone();
        changes.iter().for_each(|change| change.apply(&mut bytes, &seeds));
        if keeps_inputs {
            std::fs::write(finding(target), &bytes).expect("a temporary file");
        }
        (target.check)(&bytes);
        Ok(())
    });
    match result {
        Ok(()) => println!("{}: {} seeds, {} mutants", target.name, seeds.len(), mutants()),
        Err(TestError::Fail(reason, (seed, changes))) => {
            let mut bytes = seed.get(&seeds).clone();
            changes.iter().for_each(|change| change.apply(&mut bytes, &seeds));
            let path = finding(target);
            std::fs::write(&path, bytes).expect("a temporary file");
            panic!("{reason}\n{changes:?}\nthe input is in {}", path.display());
        }
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

macro_rules! targets {
    ($list:ident: $($name:ident)*) => {
        $(#[test]
        fn $name() {
            run(target(stringify!($name)).expect("a target"));
        })*

        const $list: &[&str] = &[$(stringify!($name)),*];
    };
}

targets! { ENGINES:
    midi
    n64_files n64_game n64_bank n64_sequence n64_bytes n64_text n64_commands n64_mml
    nds_files nds_archive nds_sequence nds_text
    snes_spc snes_image snes_files snes_source
}

#[cfg(feature = "program")]
targets! { PROGRAM: program_files program_pack program_wav }
#[cfg(not(feature = "program"))]
const PROGRAM: &[&str] = &[];

#[test]
fn every_target_is_tested_and_fuzzed() {
    let names: Vec<&str> = tatum_robustness::TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names, [ENGINES, PROGRAM].concat());
    let fuzz = include_str!("../../fuzz/Cargo.toml");
    for name in names {
        assert!(fuzz.contains(&format!("name = \"{name}\"")), "{name} is no fuzz target");
    }
}

//! Broken inputs: each line of malformed/index.tsv, and arbitrary bytes.

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use tatum_core::{Frame, Player};
use tatum_nds::format::sdat::Sdat;
use tatum_nds::trace::RegisterTrace;
use tatum_nds::{NdsPlayer, Options, SequenceId};

/// How long every line is played.
const FRAMES: usize = 49_092;
/// No input may take longer than this.
const PATIENCE: Duration = Duration::from_secs(5);

struct Outcome {
    trace: String,
    frames: Vec<Frame>,
    fault: Option<String>,
    warnings: usize,
}

fn play(path: &Path, sequence: SequenceId) -> Result<Outcome, tatum_core::FormatError> {
    let archive = Sdat::parse("malformed.sdat", std::fs::read(path).unwrap())?;
    let mut player = NdsPlayer::new(&archive, sequence, Options::default())?;
    let mut trace = RegisterTrace::new(Vec::new()).unwrap();
    let mut frames = vec![Frame::SILENCE; FRAMES];
    let count = player.render_with_probe(&mut frames, &mut trace);
    frames.truncate(count);
    Ok(Outcome {
        trace: String::from_utf8(trace.finish().unwrap()).unwrap(),
        frames,
        fault: player.fault().map(ToString::to_string),
        warnings: player.diagnostics().entries().len(),
    })
}

/// What is wrong with the outcome of one line.
fn check_line(directory: &Path, line: &str) -> Result<(), String> {
    let fields: Vec<_> = line.split('\t').collect();
    let [file, expect, trace_hash, wav_hash, _] = fields[..] else { panic!("{line}") };
    let path = directory.join(file);
    let sequence = match file {
        "ssar-entry-outside.sdat" => SequenceId::ArchiveEntry { archive: 0, entry: 0 },
        _ => SequenceId::Sequence(0),
    };
    let started = Instant::now();
    let outcome = play(&path, sequence);
    if started.elapsed() > PATIENCE {
        return Err(format!("took {:?}", started.elapsed()));
    }
    match (expect, outcome) {
        ("error", Err(error)) => {
            println!("{error}");
            Ok(())
        }
        ("error", Ok(_)) => Err("was accepted".to_owned()),
        ("stuck", Ok(Outcome { fault: Some(fault), .. })) => {
            println!("{file}: {fault}");
            Ok(())
        }
        ("stuck", _) => Err("was not noticed".to_owned()),
        ("undefined", Err(error)) => {
            println!("{error}");
            Ok(())
        }
        ("undefined", Ok(outcome)) => {
            println!("{file}: {} warnings, fault {:?}", outcome.warnings, outcome.fault);
            Ok(())
        }
        ("play", Err(error)) => Err(format!("was refused: {error}")),
        ("play", Ok(outcome)) => {
            let expected = support::gunzip(&path.with_extension("trace.tsv.gz"));
            assert_eq!(support::sha256(expected.as_bytes()), trace_hash, "{file}: the trace beside it");
            if outcome.trace != expected {
                return Err(support::first_difference(&expected, &outcome.trace));
            }
            if support::sha256(&support::wav_bytes(&outcome.frames)) != wav_hash {
                return Err(format!("the audio differs ({} frames)", outcome.frames.len()));
            }
            Ok(())
        }
        _ => panic!("{line}"),
    }
}

fn check_index(directory: &Path) {
    let index = std::fs::read_to_string(directory.join("index.tsv")).unwrap();
    let lines: Vec<_> = index.lines().skip(1).collect();
    let failures: Vec<_> = lines
        .iter()
        .filter_map(|line| check_line(directory, line).err().map(|error| format!("{line}: {error}")))
        .collect();
    assert!(failures.is_empty(), "{} of {} lines:\n{}", failures.len(), lines.len(), failures.join("\n"));
    println!("{} lines as expected", lines.len());
}

#[test]
fn every_line_of_the_shared_index_is_honoured() {
    if let Some(directory) = support::shared_golden() {
        check_index(&directory.join("malformed"));
    }
}

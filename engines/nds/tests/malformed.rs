//! Broken inputs: each line of malformed/index.tsv, and arbitrary bytes.

mod support;

use std::path::Path;

use arbtest::{arbitrary, arbtest};
use tatum_core::{Frame, Player};
use tatum_nds::author::rom_archive::{append, remove};
use tatum_nds::format::event::SequenceEvent;
use tatum_nds::format::ncsf::Ncsf;
use tatum_nds::format::psf::Psf;
use tatum_nds::format::rom::sound_archives;
use tatum_nds::format::sbnk::Bank;
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::ssar::Ssar;
use tatum_nds::format::sseq::Sseq;
use tatum_nds::format::strm::Strm;
use tatum_nds::format::swar::{Wave, WaveArchive};
use tatum_nds::trace::RegisterTrace;
use tatum_nds::{BankFiles, NdsPlayer, Options, SequenceId, StreamPlayer, Timeline};

/// How long every line is played.
const FRAMES: usize = 49_092;

struct Outcome {
    trace: String,
    frames: Vec<Frame>,
    fault: Option<String>,
    warnings: usize,
}

fn play(path: &Path, sequence: SequenceId) -> Result<Outcome, tatum_core::FormatError> {
    let archive = Sdat::parse("malformed.sdat", std::fs::read(path).unwrap())?;
    let mut player = NdsPlayer::new(&archive, sequence, Options::default())?;
    let mut trace = RegisterTrace::default();
    let mut frames = vec![Frame::SILENCE; FRAMES];
    let count = player.render_with_probe(&mut frames, &mut trace);
    frames.truncate(count);
    Ok(Outcome {
        trace: trace.take(),
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
    let outcome = play(&path, sequence);
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
fn every_line_of_the_carried_index_is_honoured() {
    check_index(&support::carried_golden().join("malformed"));
}

#[test]
fn every_line_of_the_shared_index_is_honoured() {
    if let Some(directory) = support::shared_golden() {
        check_index(&directory.join("malformed"));
    }
}

/// Opens whatever the bytes may be, plays two seconds of everything in them, and asks all questions about it.
fn use_in_every_way(bytes: &[u8]) {
    let name = "arbitrary";
    let _ = Bank::parse(name, bytes);
    let _ = WaveArchive::parse(name, bytes);
    let _ = Wave::parse_swav(name, bytes);
    let _ = Ssar::parse(name, bytes);
    let _ = Psf::parse(name, bytes);
    let _ = Ncsf::load(name, bytes, &mut |_| Ok(bytes.to_vec()));
    let _ = Sdat::stand_alone(name, bytes, &BankFiles::built_in());
    if let Ok(stream) = Strm::parse(name, bytes.to_vec()) {
        StreamPlayer::new(stream).render(&mut vec![Frame::SILENCE; 2 * 32_728]);
    }
    if let Ok(sequence) = Sseq::parse(name, bytes) {
        let mut position = 0;
        while SequenceEvent::decode(sequence.data, &mut position).is_ok() {}
    }
    if let Ok(found) = sound_archives(name, bytes) {
        for archive in found {
            assert!(bytes.get(archive.range.clone()).is_some());
            // What is put in is taken out without a trace, unless the bytes look like an earlier change themselves.
            if let Ok(changed) = append(name, bytes, &archive.range, &[1; 0x100])
                && remove(name, bytes).is_err()
            {
                assert!(remove(name, &changed.image).as_deref() == Ok(bytes));
            }
        }
    }
    if let Ok(archive) = Sdat::parse(name, bytes.to_vec()) {
        let _ = (archive.contents(), archive.banks(), archive.wave_archives(), archive.players());
        let _ = archive.streams();
        for sequence in archive.sequences().iter().take(4) {
            let Ok(mut player) = NdsPlayer::new(&archive, sequence.id, Options::default()) else { continue };
            let _ = Timeline::of(&player, 2 * 32_728);
            let mut frames = vec![Frame::SILENCE; 2 * 32_728];
            let count = player.render(&mut frames);
            assert_eq!(count < frames.len(), player.fault().is_some());
        }
    }
}

/// Runs `test` on arbitrary data for a while; one input may never take long.
fn with_arbitrary(test: impl FnMut(&mut arbitrary::Unstructured<'_>) -> arbitrary::Result<()>) {
    arbtest(test).budget_ms(4_000).run();
}

#[test]
fn arbitrary_bytes_never_panic_or_hang() {
    let signatures: [&[u8]; 9] =
        [b"", b"SDAT", b"SSEQ", b"SSAR", b"SBNK", b"SWAR", b"SWAV", b"STRM", b"PSF\x25"];
    with_arbitrary(|u| {
        let mut bytes = u.choose(&signatures)?.to_vec();
        bytes.extend([0xFF, 0xFE, 0, 1]);
        bytes.extend(u.arbitrary::<Vec<u8>>()?);
        use_in_every_way(&bytes);
        Ok(())
    });
}

#[test]
fn damaged_archives_never_panic_or_hang() {
    let archives: Vec<_> = ["seqarc", "calls-loops", "tune-8bars"]
        .map(|case| std::fs::read(support::carried_golden().join(case).join("sound.sdat")).unwrap())
        .to_vec();
    with_arbitrary(|u| {
        let mut bytes = u.choose(&archives)?.clone();
        for _ in 0..u.int_in_range(1..=12)? {
            let at = u.int_in_range(0..=bytes.len() - 1)?;
            bytes[at] = u.arbitrary()?;
        }
        bytes.truncate(bytes.len() - if u.ratio(1, 4)? { u.int_in_range(0..=bytes.len() - 1)? } else { 0 });
        use_in_every_way(&bytes);
        Ok(())
    });
}

#[test]
fn arbitrary_scripts_never_panic_or_hang() {
    with_arbitrary(|u| {
        let events: Vec<u8> = u.arbitrary()?;
        let sequence = Sseq::write(&events);
        let archive = Sdat::stand_alone("script.sseq", &sequence, &small_bank()).unwrap();
        let mut player = NdsPlayer::new(&archive, SequenceId::Sequence(0), Options::default()).unwrap();
        player.render(&mut vec![Frame::SILENCE; 2 * 32_728]);
        Ok(())
    });
}

/// The bank of a golden case: small, with all kinds of instruments.
fn small_bank() -> BankFiles<'static> {
    static FILES: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    let files = FILES.get_or_init(|| {
        let bytes = std::fs::read(support::carried_golden().join("seqarc/sound.sdat")).unwrap();
        Sdat::parse("seqarc", bytes).unwrap().contents().unwrap().files
    });
    BankFiles { bank: &files[1], waves: [Some(&files[0]), None, None, None] }
}

#[test]
fn counts_and_sizes_of_a_file_allocate_nothing_they_do_not_hold() {
    // Each would ask for gigabytes if it were believed.
    let huge = 0x7FFF_FFFFu32.to_le_bytes();
    for (signature, at) in [("SBNK", 0x38), ("SWAR", 0x38), ("SSAR", 0x1C), ("STRM", 0x2C), ("STRM", 0x24)] {
        let mut bytes = vec![0; 0x80];
        bytes[..4].copy_from_slice(signature.as_bytes());
        bytes[4..8].copy_from_slice(b"\xFF\xFE\x00\x01");
        bytes[0x1A] = 1;
        bytes[0x1C] = 1;
        bytes[at..at + 4].copy_from_slice(&huge);
        use_in_every_way(&bytes);
    }
}

#[test]
fn a_program_that_unpacks_to_gigabytes_is_refused() {
    let bomb = Psf { version: 0x25, program: vec![0; 200 << 20], ..Psf::default() }.to_bytes();
    assert!(bomb.len() < 1 << 20);
    assert!(Psf::parse("bomb.ncsf", &bomb).unwrap_err().to_string().contains("at most"));
}

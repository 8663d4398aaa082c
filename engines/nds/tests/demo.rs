//! The demo song in `examples/`: it plays, loops, and stays within the levels.

use std::path::Path;

use tatum_core::{Frame, Player, Severity};
use tatum_nds::format::sdat::Sdat;
use tatum_nds::{BankFiles, Ending, NdsPlayer, Options, SequenceId, Timeline};

fn demo(file: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(file)).unwrap()
}

fn check(archive: &Sdat) {
    let mut player = NdsPlayer::new(archive, SequenceId::Sequence(0), Options::default()).unwrap();
    let Ending::Loops(points) = Timeline::of(&player, 120 * 32_728).ending else { panic!("it should loop") };
    assert_eq!(points.length(), 16 * 192, "sixteen bars");
    let mut frames = vec![Frame::SILENCE; 45 * 32_728];
    assert_eq!(player.render(&mut frames), frames.len());
    let mut warnings =
        player.diagnostics().entries().iter().filter(|entry| entry.severity == Severity::Warning);
    assert_eq!(warnings.next(), None);
    let peak = frames.iter().map(|frame| frame.left.unsigned_abs().max(frame.right.unsigned_abs())).max();
    println!("peak {peak:?}");
    assert!((6_000..32_000).contains(&peak.unwrap()), "peak {peak:?}");
    let quiet = frames.windows(8_000).step_by(8_000).filter(|part| part.iter().all(|f| f.left == 0)).count();
    assert_eq!(quiet, 0, "there is always something to hear");
}

#[test]
fn the_demo_plays_with_its_own_bank() {
    check(&Sdat::parse("nds-demo.sdat", demo("nds-demo.sdat")).unwrap());
}

#[test]
fn the_demo_plays_with_the_built_in_instruments() {
    let sequence = demo("nds-demo.sseq");
    check(&Sdat::stand_alone("nds-demo.sseq", &sequence, &BankFiles::built_in()).unwrap());
}

//! The overture in `examples/`: it is what its source composes, it repeats, and it sounds as loud as it should.

use tatum_core::{Frame, Player};
use tatum_n64::author::built_in;
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::timeline::{SongEnd, find_end};
use tatum_n64::{EngineVersion, N64Player, Settings, SoundMemory};

#[path = "../examples/overture/notation.rs"]
mod notation;
#[path = "../examples/overture/score.rs"]
mod score;

fn player() -> N64Player {
    let sequence = SequenceData::new("overture.m64", &score::overture()).unwrap();
    let sounds = SoundMemory::load(&built_in::files().sound_files(), 0).unwrap();
    N64Player::new(sequence, sounds, Settings::new(EngineVersion::Sm64Us)).unwrap()
}

#[test]
fn the_file_is_what_the_program_composes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/overture.m64");
    let file = std::fs::read(path).unwrap();
    let advice = "run: cargo run -p tatum-n64 --example overture -- examples/overture.m64";
    assert!(file == score::overture(), "{advice}");
}

#[test]
fn it_repeats_without_its_introduction() {
    let SongEnd::Loops(points) = find_end(&player()) else { panic!("{:?}", find_end(&player())) };
    let bar = u64::from(notation::BAR);
    // The script's first tick is tick 1.
    assert_eq!((points.start, points.end), (4 * bar + 1, 40 * bar + 1));
}

/// Two passes: nothing clips, the loudest moment is about 3 dB below full scale, and no part is silent or buried.
#[test]
fn it_is_as_loud_as_it_should_be() {
    let mut player = player();
    let mut second = vec![Frame::SILENCE; 32_006];
    let mut loudest = 0;
    while player.position().ticks < (4 + 2 * 36) * u64::from(notation::BAR) {
        assert_eq!(player.render(&mut second), second.len(), "{:?}", player.fault());
        let peak = second.iter().map(|frame| frame.left.unsigned_abs().max(frame.right.unsigned_abs())).max();
        let peak = peak.unwrap_or(0);
        let tick = player.position().ticks;
        assert!(peak > 32768 / 8, "a peak of {peak} in the second before tick {tick}");
        loudest = loudest.max(peak);
    }
    let decibels = 20.0 * (f64::from(loudest) / 32768.0).log10();
    assert!((-3.6..-2.4).contains(&decibels), "{decibels:.2} dB");
    let seconds = player.position().frames / 32_006;
    assert!((60 + 60..90 + 90).contains(&seconds), "two passes last {seconds} s");
}

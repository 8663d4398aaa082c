//! How fast the engine renders: sixteen busy channels of all formats, and the everyday tune.
//!
//! Throughput is in frames; one second of sound is 32728.5 frames.

#[path = "../tests/support/compose.rs"]
mod compose;
mod workload;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use tatum_core::{Frame, Player};
use tatum_nds::format::sdat::Sdat;
use tatum_nds::{NdsPlayer, Options, SequenceId, Timeline};
use workload::sixteen_busy_channels;

/// Ten seconds.
const FRAMES: usize = 327_285;

fn busy_player() -> NdsPlayer {
    let archive = Sdat::parse("bench", sixteen_busy_channels()).unwrap();
    let mut player = NdsPlayer::new(&archive, SequenceId::Sequence(0), Options::default()).unwrap();
    player.render(&mut [Frame::SILENCE; 2000]);
    let mut voices = Vec::new();
    player.voices(&mut voices);
    assert!(voices.iter().all(|voice| voice.channel.is_some()), "all sixteen channels are busy");
    player
}

fn tune() -> NdsPlayer {
    let archive = Sdat::parse("tune", tune_bytes()).unwrap();
    NdsPlayer::new(&archive, SequenceId::Sequence(0), Options::default()).unwrap()
}

fn render(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("render");
    group.throughput(Throughput::Elements(FRAMES as u64)).sample_size(20);
    let mut out = vec![Frame::SILENCE; FRAMES];
    for (name, player) in [("16 busy channels", busy_player()), ("tune-8bars", tune())] {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || player.clone(),
                |mut player| out.chunks_mut(1024).for_each(|block| _ = player.render(block)),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

fn follow(criterion: &mut Criterion) {
    let player = tune();
    criterion.bench_function("timeline/tune-8bars", |bencher| {
        bencher.iter(|| Timeline::of(&player, FRAMES as u64));
    });
}

fn start_up(criterion: &mut Criterion) {
    let bytes: std::sync::Arc<[u8]> = tune_bytes().into();
    criterion.bench_function("start-up/tune-8bars", |bencher| {
        bencher.iter(|| {
            let archive = Sdat::parse("tune", bytes.clone()).unwrap();
            NdsPlayer::new(&archive, SequenceId::Sequence(0), Options::default()).unwrap()
        });
    });
}

fn tune_bytes() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden-audio/nds/tune-8bars/sound.sdat"))
        .unwrap()
}

criterion_group!(benches, render, follow, start_up);
criterion_main!(benches);

//! How fast the engine renders: sixteen busy channels of all formats, and the everyday tune.
//!
//! Throughput is in frames; one second of sound is 32728.5 frames.

#[path = "../tests/support/compose.rs"]
mod compose;

use compose::{TrackWriter, archive, sequence};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use tatum_core::{Frame, Player};
use tatum_nds::format::event::opcode;
use tatum_nds::format::sbnk::{Bank, Instrument, SubInstrument};
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::swar::{Wave, WaveArchive, WaveFormat};
use tatum_nds::{NdsPlayer, Options, SequenceId, Timeline};

/// Ten seconds.
const FRAMES: usize = 327_285;

/// Sixteen endless notes: PCM8, PCM16 and ADPCM on channels 0 to 7, square waves on 8 to 13, noise on 14 and 15.
/// Every track bends its pitch with an LFO and moves its pan, so that registers are written in every wake.
fn sixteen_busy_channels() -> NdsPlayer {
    let pcm: Vec<i16> = (0..4096).map(|n: i32| ((n * n * 7) % 40_000 - 20_000) as i16).collect();
    let formats = [WaveFormat::Pcm8, WaveFormat::Pcm16, WaveFormat::Adpcm];
    let waves = WaveArchive {
        waves: formats.iter().map(|&format| Some(Wave::encode(&pcm, 32_000, format, Some(64)))).collect(),
    };
    let bank = Bank {
        instruments: [
            SubInstrument::pcm(0, 0, 60),
            SubInstrument::pcm(0, 1, 60),
            SubInstrument::pcm(0, 2, 60),
            SubInstrument::square(3),
            SubInstrument::noise(),
        ]
        .map(|sound| Some(Instrument::Single(sound)))
        .to_vec(),
    };
    let tracks: Vec<_> = (0..16)
        .map(|number| {
            let program = match number {
                0..=7 => number % 3,
                8..=13 => 3,
                _ => 4,
            };
            let mut track = TrackWriter::default();
            track
                .set(opcode::PROGRAM, program)
                .set(opcode::MOD_DEPTH, 30)
                .set(opcode::MOD_TYPE, number % 3)
                .set(opcode::VOLUME, 60)
                .note(48 + 2 * number as u8, 100, 0);
            track
        })
        .collect();
    let archive = Sdat::parse("bench", archive(&sequence(&tracks, false), &bank, &waves)).unwrap();
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
    for (name, player) in [("16 busy channels", sixteen_busy_channels()), ("tune-8bars", tune())] {
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

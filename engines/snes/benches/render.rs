//! Rendering speed: how long one second of music takes.

mod workload;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tatum_core::{Frame, NullProbe, Player};
use tatum_snes::format::{SpcFile, TransferImage};
use tatum_snes::{NspcPlayer, SpcPlayer};
use workload::eight_voices;

const SECOND: usize = 32_000;

/// At every tick of the timer: a dozen register writes, as a driver does between notes, and some variables.
const BUSY: &[u8] = &[
    0x8D, 0x0C, // MOV Y,#12
    0xF6, 0x3F, 0x05, // loop: MOV A,$053F+Y
    0xC4, 0xF2, // MOV $F2,A
    0xC4, 0x10, // MOV $10,A
    0xAB, 0x11, // INC $11
    0xE4, 0x11, // MOV A,$11
    0x28, 0x1F, // AND A,#$1F
    0xC4, 0xF3, // MOV $F3,A
    0xFE, 0xEF, // DBNZ Y,loop
];

fn busy_driver() -> SpcFile {
    let mut file = eight_voices(BUSY);
    // EVOLL EVOLR EFB NON... would be heard; volumes and pitches are what drivers write most.
    for (address, register) in
        (0x0540..).zip([0x00, 0x01, 0x02, 0x10, 0x11, 0x12, 0x20, 0x21, 0x22, 0x30, 0x31, 0x32])
    {
        file.ram.write(address, register);
    }
    file
}

fn seconds(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one second");
    group.throughput(Throughput::Elements(SECOND as u64));
    group.measurement_time(Duration::from_secs(5)).sample_size(40);
    let mut frames = vec![Frame::SILENCE; SECOND];
    for (name, file) in
        [("8 voices, echo, timer polled", eight_voices(&[])), ("8 voices, echo, busy driver", busy_driver())]
    {
        let mut player = SpcPlayer::new(&file);
        player.render(&mut frames);
        let loud = frames.iter().filter(|frame| frame.left.unsigned_abs() > 100).count();
        assert!(loud > SECOND / 2, "{name}: the voices must sound ({loud})");
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut player = player.clone();
                black_box(player.render(black_box(&mut frames)))
            });
        });
    }
    group.bench_function("8 voices, echo, timer polled, clock by clock", |bencher| {
        let mut player = SpcPlayer::new(&eight_voices(&[]));
        player.set_shortcuts(false);
        bencher.iter(|| black_box(player.render_with_probe(black_box(&mut frames), &mut NullProbe)));
    });
    group.finish();
}

/// The eight-track song of the repository's cases, after its first two seconds.
fn interpreter(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden-audio/snes-nspc/tune8");
    let bytes = fs::read(folder.join("image.bin")).expect("the repository's own case");
    let image = TransferImage::parse("image.bin", &bytes).expect("a valid image");
    let mut player = NspcPlayer::new(&image);
    player.start_song(1);
    let mut frames = vec![Frame::SILENCE; SECOND];
    for _ in 0..2 {
        player.render(&mut frames);
    }
    let mut group = criterion.benchmark_group("one second");
    group.throughput(Throughput::Elements(SECOND as u64));
    group.measurement_time(Duration::from_secs(5)).sample_size(40);
    group.bench_function("8 tracks, N-SPC interpreter", |bencher| {
        bencher.iter(|| {
            let mut player = player.clone();
            black_box(player.render(black_box(&mut frames)))
        });
    });
    group.finish();
}

fn start_up(criterion: &mut Criterion) {
    let bytes = eight_voices(&[]).to_bytes();
    criterion.bench_function("parse and first frame", |bencher| {
        bencher.iter(|| {
            let file = SpcFile::parse("song.spc", black_box(&bytes)).expect("a valid file");
            let mut frame = [Frame::SILENCE];
            SpcPlayer::new(&file).render(&mut frame);
            frame
        });
    });
    let player = SpcPlayer::new(&eight_voices(&[]));
    criterion.bench_function("clone", |bencher| bencher.iter(|| black_box(player.clone())));
}

criterion_group!(benches, seconds, interpreter, start_up);
criterion_main!(benches);

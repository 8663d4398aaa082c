//! The Nintendo 64 engine: its hot loop, a whole tune, and starting up. Figures: docs/performance.md.

mod workload;

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tatum::song::{OpenOptions, Song};
use tatum_core::{Frame, Player};
use tatum_n64::format::index_table::FontEntry;
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::{
    EngineVersion, FontFile, FontFiles, N64Player, Settings, ShindouFiles, SoundFiles, SoundMemory,
};

use workload::sixteen_voices;

const SECONDS: u64 = 10;

fn golden(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden-audio/n64-sm64").join(name)
}

fn sounds() -> SoundMemory {
    let read = |name| std::fs::read(golden(name)).expect("the golden bank");
    let (banks, samples, sets) =
        (read("bank/sound_data.ctl"), read("bank/sound_data.tbl"), read("bank/bank_sets"));
    let files = SoundFiles {
        banks: ("banks", &banks),
        samples: ("samples", &samples),
        bank_sets: ("bank sets", &sets),
    };
    SoundMemory::load(&files, 0).expect("the golden bank")
}

/// The sounds of the golden set of Shindou.
fn shindou_sounds() -> SoundMemory {
    let read = |name| std::fs::read(golden(&format!("../n64-sm64-sh/bank/{name}"))).expect("the golden bank");
    let (banks, samples, sets) = (read("sound_data.ctl"), read("sound_data.tbl"), read("bank_sets"));
    let files = ShindouFiles {
        banks: ("banks", &banks),
        samples: ("samples", &samples),
        bank_sets: ("bank sets", &sets),
        banks_header: ("index of banks", &read("banks_header")),
        samples_header: ("index of samples", &read("samples_header")),
    };
    SoundMemory::load_shindou(&files, 0).expect("the golden bank")
}

/// The sounds of the golden set of Ocarina of Time.
fn ocarina_sounds() -> SoundMemory {
    let read =
        |name| std::fs::read(golden(&format!("../n64-oot/basic-adpcm/{name}"))).expect("the golden font");
    let (font, samples) = (read("soundfont.zbank"), read("audiotable.bin"));
    let entry = FontEntry::parse("entry", &read("soundfont.bankmeta")).expect("the golden font");
    let files = FontFiles {
        fonts: vec![Some(FontFile::new("font", &font, entry))],
        sample_banks: vec![("samples", &samples)],
        lists: vec![vec![0]],
    };
    SoundMemory::load_fonts(&files).expect("the golden font")
}

fn busy(criterion: &mut Criterion) {
    busy_in(criterion, "16 busy voices, 10 s", EngineVersion::Sm64Us, sounds());
    busy_in(criterion, "16 busy voices of sm64-sh, 10 s", EngineVersion::Sm64Sh, shindou_sounds());
    busy_in(criterion, "16 busy voices of oot, 10 s", EngineVersion::Ocarina, ocarina_sounds());
}

fn busy_in(criterion: &mut Criterion, name: &str, version: EngineVersion, sounds: SoundMemory) {
    let data = SequenceData::new("busy", &sixteen_voices(version.abi())).expect("a sequence");
    let player = N64Player::new(data, sounds, Settings::new(version)).expect("good settings");
    let frames = player.rate().frames_in_seconds(SECONDS) as usize;
    let mut out = vec![Frame::SILENCE; frames];
    let mut group = criterion.benchmark_group("n64");
    group.throughput(Throughput::Elements(frames as u64)).sample_size(20);
    group.bench_function(name, |bencher| {
        bencher.iter(|| black_box(player.clone()).render(&mut out));
    });
    group.finish();
}

fn tune(criterion: &mut Criterion) {
    let song = Song::open(&golden("tune8/case.toml"), &OpenOptions::default()).expect("the case");
    let frames = song.frames.expect("a length") as usize;
    let mut out = vec![Frame::SILENCE; frames];
    let mut group = criterion.benchmark_group("n64");
    group.throughput(Throughput::Elements(frames as u64)).sample_size(20);
    group.bench_function("tune8, 16 s", |bencher| {
        bencher.iter(|| song.start().expect("good settings").render(&mut out));
    });
    group.finish();
}

fn start_up(criterion: &mut Criterion) {
    let path = golden("tune8/case.toml");
    criterion.bench_function("n64/open and first block", |bencher| {
        bencher.iter(|| {
            let song = Song::open(&path, &OpenOptions::default()).expect("the case");
            song.start().expect("good settings").render(&mut [Frame::SILENCE; 1024])
        });
    });
}

criterion_group!(benches, busy, tune, start_up);
criterion_main!(benches);

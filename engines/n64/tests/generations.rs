//! Every version plays whatever bytes it is given as a sequence: bounded, without panic, the same in any block size.

use std::path::{Path, PathBuf};

use tatum_core::{Frame, NullProbe, Player};
use tatum_n64::format::index_table::FontEntry;
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::sequencer::abi::Abi;
use tatum_n64::{
    EngineVersion, FontFile, FontFiles, HostAction, N64Player, ScheduledAction, Settings, ShindouFiles,
    SoundFiles, SoundMemory, SoundMode,
};

fn carried(path: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden-audio")).join(path)
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(carried(path)).unwrap()
}

fn sounds(version: EngineVersion) -> SoundMemory {
    let set = |name: &str| {
        ["sound_data.ctl", "sound_data.tbl", "bank_sets"].map(|file| read(&format!("{name}/bank/{file}")))
    };
    match version {
        EngineVersion::Sm64Us
        | EngineVersion::Sm64Jp
        | EngineVersion::Sm64Eu
        | EngineVersion::MarioKart64
        | EngineVersion::WaveRace64 => {
            let [banks, samples, bank_sets] = set("n64-sm64-eu");
            let files =
                SoundFiles { banks: ("b", &banks), samples: ("s", &samples), bank_sets: ("l", &bank_sets) };
            SoundMemory::load(&files, 0).unwrap()
        }
        EngineVersion::Sm64Sh | EngineVersion::StarFox64 => {
            let [banks, samples, bank_sets] = set("n64-sm64-sh");
            let banks_header = read("n64-sm64-sh/bank/banks_header");
            let samples_header = read("n64-sm64-sh/bank/samples_header");
            let files = ShindouFiles {
                banks: ("b", &banks),
                samples: ("s", &samples),
                bank_sets: ("l", &bank_sets),
                banks_header: ("bh", &banks_header),
                samples_header: ("sh", &samples_header),
            };
            SoundMemory::load_shindou(&files, 0).unwrap()
        }
        EngineVersion::Ocarina | EngineVersion::Majora => {
            let font = read("n64-oot/basic-adpcm/soundfont.zbank");
            let entry = FontEntry::parse("m", &read("n64-oot/basic-adpcm/soundfont.bankmeta")).unwrap();
            let samples = read("n64-oot/basic-adpcm/audiotable.bin");
            let files = FontFiles {
                fonts: vec![Some(FontFile::new("f", &font, entry))],
                sample_banks: vec![("t", &samples)],
                lists: vec![vec![0]],
            };
            SoundMemory::load_fonts(&files).unwrap()
        }
    }
}

/// Frames of sound that each arbitrary sequence is played for.
const FRAMES: usize = 6000;

fn play(sequence: &SequenceData, sounds: &SoundMemory, settings: &Settings, block: usize) -> Vec<Frame> {
    let mut player =
        N64Player::with_probe(sequence.clone(), sounds.clone(), settings.clone(), &mut NullProbe).unwrap();
    let mut out = vec![Frame::SILENCE; FRAMES];
    for piece in out.chunks_mut(block) {
        if player.render(piece) < piece.len() {
            assert!(player.fault().is_some());
            break;
        }
    }
    out
}

/// A script that starts a channel and a layer in the middle of the bytes, so that all levels are reached.
fn framed(version: EngineVersion, body: &[u8]) -> Vec<u8> {
    let layer = match version.abi() {
        Abi::Sm64 | Abi::Sm64Eu | Abi::StarFox64 => 0x90,
        Abi::Shindou | Abi::Ocarina | Abi::Majora => 0x88,
    };
    let middle = 0x20 + body.len() as u16 / 2;
    let mut bytes =
        vec![0xD7, 0xFF, 0xFF, 0xDB, 0x7F, 0xDD, 0xFF, 0x90, 0, 0x10, 0xFD, 0x10, 0xFF, 0xFF, 0xFF, 0xFF];
    bytes.extend([0xC1, 0x00, 0xC4, layer]);
    bytes.extend(middle.to_be_bytes());
    bytes.resize(0x20, 0xC3);
    bytes.extend(body);
    bytes
}

#[test]
fn arbitrary_sequences_are_bounded_and_independent_of_block_sizes() {
    for version in EngineVersion::ALL {
        let sounds = sounds(version);
        arbtest::arbtest(|source| {
            let mode = *source.choose(&[SoundMode::Stereo, SoundMode::Headset, SoundMode::Mono])?;
            let body: Vec<u8> = source.arbitrary()?;
            let sequence = SequenceData::new("s", &framed(version, &body)).unwrap();
            let mut settings = Settings { sound_mode: mode, warm_up_frames: 0, ..Settings::new(version) };
            if version.generation().is_zelda() {
                let action = HostAction::Command { command: source.arbitrary()?, data: source.arbitrary()? };
                settings.actions = vec![ScheduledAction { frame: 3, action }];
            }
            let whole = play(&sequence, &sounds, &settings, FRAMES);
            assert!(play(&sequence, &sounds, &settings, 7) == whole);
            Ok(())
        })
        .budget_ms(1500);
    }
}

#[test]
fn arbitrary_fonts_are_refused_or_loaded() {
    let font = read("n64-oot/basic-adpcm/soundfont.zbank");
    let samples = read("n64-oot/basic-adpcm/audiotable.bin");
    arbtest::arbtest(|source| {
        let mut font = font.clone();
        for _ in 0..source.int_in_range(1..=8)? {
            let at = source.choose_index(font.len())?;
            font[at] = source.arbitrary()?;
        }
        let entry = FontEntry::from_bytes(source.arbitrary()?);
        let files = FontFiles {
            fonts: vec![Some(FontFile::new("f", &font, entry))],
            sample_banks: vec![("t", &samples)],
            lists: vec![vec![0]],
        };
        let _ = SoundMemory::load_fonts(&files);
        Ok(())
    })
    .budget_ms(1000);
}

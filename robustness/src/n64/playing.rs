//! Sequences on every version of the engine, and banks under a good sequence.

use std::sync::OnceLock;

use tatum_n64::format::sequence::SequenceData;
use tatum_n64::timeline::find_end_within;
use tatum_n64::{EngineVersion, HostAction, N64Player, ScheduledAction, Settings, SoundMemory, SoundMode};

use super::sounds::{BankParts, sounds};
use crate::{choose, players, seeds, split};

/// A tenth of a second: six frames of the console.
const FRAMES: usize = 3200;

/// Ticks in which an end or a loop is looked for: ten quarter notes.
const SEARCHED_TICKS: u64 = 480;

pub(crate) fn sequence_seeds() -> Vec<Vec<u8>> {
    let mut files = seeds::files("golden-audio/n64-sm64", &["m64"]);
    files.extend(
        ["n64-sm64-jp", "n64-sm64-sh"]
            .iter()
            .flat_map(|set| seeds::files(&format!("golden-audio/{set}"), &["m64"])),
    );
    files.extend(seeds::files("golden-audio/n64-oot", &["zseq"]));
    files.extend(seeds::files("golden-audio/n64-mm", &["zseq"]));
    seeds::with_choices(files)
}

pub(crate) fn check_sequence(input: &[u8]) {
    let (bytes, choices) = split(input);
    let Ok(data) = SequenceData::new("x", bytes) else { return };
    let version = *choose(&EngineVersion::ALL, choices[0]);
    let mut settings = Settings::new(version);
    settings.preset = *choose(version.presets(), choices[1]);
    settings.sound_mode = *choose(&[SoundMode::Stereo, SoundMode::Headset, SoundMode::Mono], choices[2]);
    settings.player = choices[3] % 3;
    settings.warm_up_frames = 0;
    if version.generation().is_zelda() {
        let command = u32::from_be_bytes([choices[4], choices[5], choices[6], choices[7]]);
        settings.actions =
            vec![ScheduledAction { frame: 3, action: HostAction::Command { command, data: command } }];
    }
    let player = N64Player::new(data, sounds(version), settings).expect("good settings");
    players::check(&player, FRAMES, choices);
    if choices[7] % 64 == 63 {
        let _ = find_end_within(&player, SEARCHED_TICKS);
    }
}

pub(crate) fn bank_seeds() -> Vec<Vec<u8>> {
    let good = BankParts::read("n64-sm64");
    seeds::with_choices(vec![good.banks, good.sets])
}

pub(crate) fn check_bank(input: &[u8]) {
    static GOOD: OnceLock<(BankParts, Vec<u8>)> = OnceLock::new();
    let (good, sequence) = GOOD.get_or_init(|| {
        (BankParts::read("n64-sm64"), seeds::file("golden-audio/n64-sm64/malformed/good.m64"))
    });
    let (bytes, choices) = split(input);
    let mut files = good.files();
    // Bank sets are 16 bytes there, banks nearly five thousand.
    match bytes.len() {
        0..=64 => files.bank_sets.1 = bytes,
        _ => files.banks.1 = bytes,
    }
    let Ok(sounds) = SoundMemory::load(&files, 0) else { return };
    let data = SequenceData::new("x", sequence).expect("a good sequence");
    let player = N64Player::new(data, sounds, Settings::new(EngineVersion::Sm64Us)).expect("good settings");
    players::check(&player, FRAMES, choices);
}

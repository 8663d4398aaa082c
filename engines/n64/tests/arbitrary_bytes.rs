//! Every parser and two seconds of playback against arbitrary bytes: no panic, no hang, no memory beyond reason.

use std::path::PathBuf;

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use tatum_core::{Frame, Player};
use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::bank::Bank;
use tatum_n64::format::bank_set::BankSets;
use tatum_n64::format::rom::Rom;
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::timeline::find_end;
use tatum_n64::{EngineVersion, N64Player, Settings, SoundFiles, SoundMemory, SoundMode};

fn golden(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../golden-audio/n64-sm64").join(name);
    std::fs::read(path).expect("the golden set is there")
}

struct GoodBank {
    banks: Vec<u8>,
    samples: Vec<u8>,
    sets: Vec<u8>,
}

impl GoodBank {
    fn read() -> Self {
        Self {
            banks: golden("bank/sound_data.ctl"),
            samples: golden("bank/sound_data.tbl"),
            sets: golden("bank/bank_sets"),
        }
    }

    fn files(&self) -> SoundFiles<'_> {
        SoundFiles {
            banks: ("banks", &self.banks),
            samples: ("samples", &self.samples),
            bank_sets: ("sets", &self.sets),
        }
    }
}

/// Overwrites some bytes of a good file.
fn mutate(u: &mut Unstructured<'_>, bytes: &mut Vec<u8>) -> Result<()> {
    for _ in 0..u.int_in_range(1..=8)? {
        if bytes.is_empty() {
            return Ok(());
        }
        let at = u.choose_index(bytes.len())?;
        bytes[at] = u.arbitrary()?;
    }
    if u.ratio(1, 8)? {
        bytes.truncate(u.choose_index(bytes.len() + 1)?);
    }
    Ok(())
}

#[test]
fn parsers_take_any_bytes() {
    arbtest(|u| {
        let bytes: Vec<u8> = u.arbitrary()?;
        for kind in [ArchiveKind::Banks, ArchiveKind::Samples, ArchiveKind::Sequences] {
            let _ = Archive::parse("x", &bytes, kind);
        }
        let _ = Bank::parse("x", &bytes, u.arbitrary()?);
        if let Ok(sets) = BankSets::parse("x", &bytes) {
            for sequence in 0..4 {
                if let Ok(set) = sets.set("x", sequence) {
                    let _ = set.banks().count();
                    let _ = set.bank(u.arbitrary()?);
                }
            }
        }
        let _ = Rom::parse("x", bytes);
        Ok(())
    })
    .budget_ms(2_000);
}

#[test]
fn mutated_banks_are_refused_or_play() {
    let good = GoodBank::read();
    let sequence = golden("malformed/good.m64");
    arbtest(|u| {
        let mut bank =
            GoodBank { banks: good.banks.clone(), samples: good.samples.clone(), sets: good.sets.clone() };
        match u.int_in_range(0..=3)? {
            0 => mutate(u, &mut bank.samples)?,
            1 => mutate(u, &mut bank.sets)?,
            _ => mutate(u, &mut bank.banks)?,
        }
        if let Ok(sounds) = SoundMemory::load(&bank.files(), 0) {
            let data = SequenceData::new("x", &sequence).expect("good");
            let player = N64Player::new(data, sounds, Settings::new(EngineVersion::Sm64Us));
            play(player.expect("good settings"), 1);
        }
        Ok(())
    })
    .budget_ms(4_000);
}

#[test]
fn arbitrary_and_mutated_sequences_play_two_seconds() {
    let bank = GoodBank::read();
    let sounds = SoundMemory::load(&bank.files(), 0).expect("good");
    let songs = ["tune8/sequence.m64", "random-02/sequence.m64", "waves/sequence.m64"].map(golden);
    arbtest(|u| {
        let bytes = if u.ratio(1, 3)? {
            u.arbitrary()?
        } else {
            let mut bytes = u.choose(&songs)?.clone();
            mutate(u, &mut bytes)?;
            bytes
        };
        let Ok(data) = SequenceData::new("x", &bytes) else { return Ok(()) };
        let mut settings = Settings::new(EngineVersion::Sm64Us);
        settings.preset = *u.choose(settings.version.presets())?;
        settings.sound_mode = *u.choose(&[SoundMode::Stereo, SoundMode::Headset, SoundMode::Mono])?;
        settings.player = u.int_in_range(0..=2)?;
        settings.warm_up_frames = 2;
        let player = N64Player::new(data, sounds.clone(), settings).expect("good settings");
        play(player, 2);
        Ok(())
    })
    .budget_ms(8_000);
}

#[test]
fn looking_for_the_end_of_an_arbitrary_sequence_ends() {
    let bank = GoodBank::read();
    let sounds = SoundMemory::load(&bank.files(), 0).expect("good");
    let song = golden("tune8/sequence.m64");
    arbtest(|u| {
        let mut bytes = song.clone();
        mutate(u, &mut bytes)?;
        let Ok(data) = SequenceData::new("x", &bytes) else { return Ok(()) };
        let settings = Settings::new(EngineVersion::Sm64Us);
        let player = N64Player::new(data, sounds.clone(), settings).expect("good settings");
        let _ = find_end(&player);
        Ok(())
    })
    .budget_ms(4_000);
}

fn play(mut player: N64Player, seconds: u64) {
    let mut frames = vec![Frame::SILENCE; player.rate().frames_in_seconds(seconds) as usize];
    let count = player.render(&mut frames);
    assert!(count == frames.len() || player.fault().is_some());
}

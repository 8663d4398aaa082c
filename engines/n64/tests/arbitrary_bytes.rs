//! Every parser and two seconds of playback against arbitrary bytes: no panic, no hang, no memory beyond reason.

#[path = "support/zelda_image.rs"]
mod support;

use std::path::PathBuf;

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use tatum_core::{Frame, Player};
use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::bank::Bank;
use tatum_n64::format::bank_set::BankSets;
use tatum_n64::format::font_list::FontLists;
use tatum_n64::format::font_samples::{repoint, sample_headers};
use tatum_n64::format::index_table::{FontEntry, IndexTable};
use tatum_n64::format::music_pack::{Member, MusicPack, PackFont};
use tatum_n64::format::rom::Rom;
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::format::yaz0;
use tatum_n64::format::zelda_rom::ZeldaRom;
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
        let _ = Rom::parse("x", bytes, &[]);
        Ok(())
    })
    .budget_ms(2_000);
}

#[test]
fn parsers_of_the_zelda_generation_take_any_bytes() {
    arbtest(|u| {
        let bytes: Vec<u8> = u.arbitrary()?;
        let _ = yaz0::decode("x", &[&b"Yaz0\0\0"[..], &bytes].concat());
        assert!(yaz0::decode("x", &yaz0::encode(&bytes)).as_ref() == Ok(&bytes));
        let _ = IndexTable::parse("x", &bytes).map(|table| table.data_range("x", 0, bytes.len()));
        let _ = FontLists::parse("x", &bytes, u.arbitrary::<u8>()?.into());
        let entry = FontEntry::from_bytes(u.arbitrary()?);
        if let Ok(headers) = sample_headers("x", &bytes, entry.counts) {
            let mut font = bytes.clone();
            headers.iter().for_each(|header| repoint(&mut font, header, 0));
        }
        let _ = ZeldaRom::parse("x", &bytes, &[]);
        Ok(())
    })
    .budget_ms(2_000);
}

#[test]
fn packs_of_any_members_are_read_or_refused() {
    const NAMES: [&str; 8] =
        ["a.meta", "a.seq", "1F.zseq", "a.zbank", "a.bankmeta", "s_10.zsound", "categories.txt", "x/y.meta"];
    arbtest(|u| {
        let mut members = Vec::new();
        for name in NAMES {
            if u.ratio(3, 4)? {
                let bytes = match name {
                    "a.meta" if u.ratio(3, 4)? => {
                        let lines: [&str; 5] =
                            ["t\n-\nbgm\n\n", "ZSOUND:s_10.zsound:10\n", "ZSOUND:", "3", ":"];
                        let count = u.int_in_range(1..=4)?;
                        let chosen =
                            (0..count).map(|_| u.choose(&lines).copied()).collect::<Result<Vec<_>>>()?;
                        chosen.concat().into_bytes()
                    }
                    "a.bankmeta" => u.arbitrary::<[u8; 8]>()?.to_vec(),
                    _ => u.arbitrary()?,
                };
                members.push(Member { name: name.into(), bytes });
            }
        }
        for pack in [MusicPack::ocarina("x", members.clone()), MusicPack::majora("x", members)] {
            if let Ok(MusicPack { font: PackFont::Own(font), .. }) = pack {
                let _ = font.store([&[0; 16], &[]]);
            }
        }
        Ok(())
    })
    .budget_ms(2_000);
}

fn zelda_image() -> Vec<u8> {
    support::zelda_image(&|name| golden(&format!("../n64-oot/basic-adpcm/{name}")))
}

#[test]
fn mutated_games_of_the_zelda_generation_are_refused_or_play() {
    let good = zelda_image();
    assert!(ZeldaRom::parse("x", &good, &[]).is_ok());
    let program = good.len() - 0x80;
    arbtest(|u| {
        let mut image = good.clone();
        let range = match u.int_in_range(0..=3)? {
            0 => 0x1100..0x1180,
            1 => program..good.len(),
            _ => 0x1200..good.len(),
        };
        for _ in 0..u.int_in_range(1..=8)? {
            let at = range.start + u.choose_index(range.len())?;
            image[at] = u.arbitrary()?;
        }
        let Ok(rom) = ZeldaRom::parse("x", &image, &[]) else { return Ok(()) };
        let archives = rom.archives();
        if let (Ok(sounds), Ok(sequence)) = (SoundMemory::load_archives(archives, 0), archives.sequence(0)) {
            let data = SequenceData::new("x", sequence).expect("not empty");
            let player = N64Player::new(data, sounds, Settings::new(rom.facts().version));
            play(player.expect("good settings"), 1);
        }
        Ok(())
    })
    .budget_ms(5_000);
}

/// A sample of a codec that decodes to silence has no data, so neither its address nor its loop has a limit.
#[test]
fn silent_samples_at_the_end_of_the_address_space_play() {
    const LOOP_POINTER: usize = 8;
    let good = zelda_image();
    let fonts = golden("../n64-oot/basic-adpcm/soundfont.zbank");
    let font_at = good.windows(fonts.len()).position(|window| window == fonts).expect("the font file");
    let counts =
        ZeldaRom::parse("x", &good, &[]).expect("good").archives().fonts.index().entries[0].font().counts;
    let headers = sample_headers("x", &fonts, counts).expect("good");
    for (address, loop_start, loop_end) in [
        (u32::MAX - 15, 0, u32::MAX),
        (0x8000_0000, u32::MAX - 1, u32::MAX),
        (u32::MAX, 0x7FFF_FFFF, 0x8000_0000),
    ] {
        let mut image = good.clone();
        for header in &headers {
            let at = font_at + header.offset;
            image[at] = 0x20;
            image[at + 4..at + 8].copy_from_slice(&address.to_be_bytes());
            let pointer: [u8; 4] =
                image[at + LOOP_POINTER..at + LOOP_POINTER + 4].try_into().expect("four bytes");
            let points = font_at + u32::from_be_bytes(pointer) as usize;
            for (index, value) in [loop_start, loop_end, u32::MAX].into_iter().enumerate() {
                image[points + 4 * index..points + 4 * index + 4].copy_from_slice(&u32::to_be_bytes(value));
            }
        }
        let rom = ZeldaRom::parse("x", &image, &[]).expect("good");
        let sounds = SoundMemory::load_archives(rom.archives(), 0).expect("silence needs no data");
        let data = SequenceData::new("x", rom.archives().sequence(0).expect("good")).expect("not empty");
        play(N64Player::new(data, sounds, Settings::new(rom.facts().version)).expect("good settings"), 2);
    }
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

//! The game's ROM, raw songs, samples and instruments.

use tatum_core::{Frame, Player};
use tatum_snes::NspcPlayer;
use tatum_snes::author::brr_encoder::BrrSample;
use tatum_snes::author::brr_encoder::encode;
use tatum_snes::author::sample_bank::SampleBank;
use tatum_snes::format::{GameRom, TransferImage, read_raw_song};

use crate::{seeds, split};

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut files = seeds::files("golden-audio/snes-asm", &["bin"]);
    files.extend(seeds::files("golden-audio/snes-nspc", &["bin"]).into_iter().take(6));
    let pcm: Vec<i16> = (0..320).map(|index: i16| (index % 32 - 16) * 1000).collect();
    files.extend([None, Some(160)].map(|start| encode(&pcm, start).to_bytes()));
    seeds::with_choices(files)
}

pub(crate) fn check(input: &[u8]) {
    let (bytes, choices) = split(input);
    let address = (choices[0] != 0).then(|| u16::from_le_bytes([choices[1], choices[2]]));
    if let Ok(image) = read_raw_song("x", bytes, address) {
        NspcPlayer::new(&image).render(&mut [Frame::SILENCE; 500]);
    }
    if let Ok(sample) = BrrSample::parse("x", bytes) {
        let again = BrrSample::parse("x", &sample.to_bytes()).expect("what was written can be read");
        assert_eq!(again, sample);
        let (pcm, start) = sample.decode();
        assert!(start.is_none_or(|start| start <= pcm.len()));
    }
    if let Ok(image) = TransferImage::parse("x", bytes)
        && let Some(bank) = SampleBank::of_image(&image)
        && let Ok(image) = bank.to_image("x")
    {
        let again = SampleBank::of_image(&image).expect("what was written can be read");
        assert_eq!(again.instruments, bank.instruments);
    }
    if let Ok(rom) = GameRom::parse("x", bytes) {
        rom.songs().iter().for_each(|song| drop(rom.image(song.bank)));
    }
}

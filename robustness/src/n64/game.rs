//! ROMs: a small game of the Zelda generation, and the older ones' headers.

use tatum_n64::format::rom::Rom;
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::format::zelda_rom::ZeldaRom;
use tatum_n64::{N64Player, Settings, SoundMemory};

use crate::{players, seeds, split};

/// A tenth of a second.
const FRAMES: usize = 3200;

#[path = "../../../engines/n64/tests/support/zelda_image.rs"]
mod zelda_image;

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let file = |name: &str| seeds::file(&format!("golden-audio/n64-oot/basic-adpcm/{name}"));
    seeds::with_choices(vec![
        zelda_image::zelda_image(&file),
        [&[0x80, 0x37, 0x12, 0x40], &[0; 0x60][..]].concat(),
    ])
}

pub(crate) fn check(input: &[u8]) {
    let (image, choices) = split(input);
    let _ = Rom::parse("x", image.to_vec(), &[]);
    let Ok(rom) = ZeldaRom::parse("x", image, &[]) else { return };
    let archives = rom.archives();
    if let (Ok(sounds), Ok(sequence)) = (SoundMemory::load_archives(archives, 0), archives.sequence(0))
        && let Ok(data) = SequenceData::new("x", sequence)
        && let Ok(player) = N64Player::new(data, sounds, Settings::new(rom.facts().version))
    {
        players::check(&player, FRAMES, choices);
    }
}

//! `.spc` files on the processor, and songs of the interpreter in all its variants.

use tatum_snes::format::{KnownPlaces, RelativeSongs, SpcFile, TransferImage};
use tatum_snes::hardware::PortWrite;
use tatum_snes::sequencer::variant::{VARIANTS, Variant};
use tatum_snes::{NspcPlayer, Port, SpcPlayer, timeline};

use crate::{players, seeds, split};

/// A sixteenth of a second.
const FRAMES: usize = 2000;

/// The processor and every step of the chip make a file a hundred times slower to play than a song of the interpreter.
/// Most files are played as long as a driver takes for some ticks, one in eight for all of [`FRAMES`].
const FRAMES_OF_MOST_FILES: usize = 500;

pub(crate) fn spc_seeds() -> Vec<Vec<u8>> {
    seeds::with_choices(seeds::files("golden-audio/snes", &["spc"]))
}

pub(crate) fn check_spc(input: &[u8]) {
    let (bytes, choices) = split(input);
    let Ok(file) = SpcFile::parse("x", bytes) else { return };
    let written = file.to_bytes();
    let again = SpcFile::parse("x", &written).expect("what was written can be read");
    assert!(again.to_bytes() == written, "a file changes when it is read and written again");
    let _ = (file.length(), file.title(), file.game(), file.artist());
    let mut player = SpcPlayer::new(&file);
    player.schedule_port_write(port_write(choices));
    let frames = if choices[4] % 8 == 7 { FRAMES } else { FRAMES_OF_MOST_FILES };
    players::check(&player, frames, choices);
    let _ = TransferImage::from_spc(&file);
    let _ = RelativeSongs::in_spc(&file, variant(choices[0]), &KnownPlaces::default());
}

fn variant(choice: u8) -> &'static Variant {
    VARIANTS[usize::from(choice) % VARIANTS.len()]
}

fn port_write(choices: [u8; 8]) -> PortWrite {
    let port = Port::new(choices[1] % 4).expect("port 0 to 3");
    PortWrite { cycle: u64::from(choices[2]) * 256, port, value: choices[3] }
}

pub(crate) fn image_seeds() -> Vec<Vec<u8>> {
    seeds::with_choices(seeds::files("golden-audio/snes-nspc", &["bin"]))
}

pub(crate) fn check_image(input: &[u8]) {
    let (bytes, choices) = split(input);
    let Ok(image) = TransferImage::parse("x", bytes) else { return };
    let again = TransferImage::parse("x", &image.to_bytes()).expect("what was written can be read");
    assert_eq!(again.blocks, image.blocks);
    let dialect = variant(choices[0] / 2);
    let mut player = match RelativeSongs::in_image(image.clone(), dialect, &KnownPlaces::default()) {
        Ok(songs) if choices[0] % 2 == 1 => NspcPlayer::with_dialect(&songs.image, songs.dialect),
        _ => NspcPlayer::new(&image),
    };
    player.start_song(choices[1] % 4);
    player.schedule_port_write(port_write(choices));
    players::check(&player, FRAMES, choices);
    if choices[7] % 64 == 63 {
        let _ = timeline::find_end(&player);
    }
}

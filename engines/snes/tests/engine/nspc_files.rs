//! Songs of the interpreter in a game's ROM and in `.spc` files, built here from one of the repository's cases.

use tatum_core::{Frame, Player};
use tatum_snes::format::{GameRom, RomBank, SpcFile, TransferBlock, TransferImage, song_bank};
use tatum_snes::hardware::Ram;
use tatum_snes::sequencer::constants;
use tatum_snes::{NspcPlayer, sequencer::memory_map::ENTRY};

use crate::nspc::case_image;

const BOOT: usize = 0xC_8000;
const OVERWORLD: usize = 0xD_1EF5;
const UNDERWORLD: usize = 0xD_8000;
const CREDITS: usize = 0xD_5380;

/// In place of the driver: its tables.
fn driver_block() -> TransferBlock {
    let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
    constants::place(&mut ram);
    TransferBlock { address: ENTRY, data: ram.bytes()[0x0800..0x179E].to_vec() }
}

/// The case's song as song `number` of a bank.
fn bank(song: &TransferBlock, number: u8) -> TransferImage {
    let mut image = TransferImage::parse("empty", &[0, 0, 0, 8]).unwrap();
    let mut block = song.clone();
    let pointer = [block.data[0], block.data[1]];
    block.data[..2].fill(0);
    let table = TransferBlock { address: 0xD000 + 2 * (u16::from(number) - 1), data: pointer.to_vec() };
    // The table lies over what is free before the song's data.
    image.blocks = vec![block, table];
    image
}

/// A ROM with the case's song as song 1 of the first bank and song $10 of the second one.
fn rom(case: &TransferImage) -> Vec<u8> {
    let mut bytes = vec![0xFF; 0x10_0000];
    let mut put = |at: usize, image: &TransferImage| {
        let image = image.to_bytes();
        bytes[at..at + image.len()].copy_from_slice(&image);
    };
    let [directory, samples, instruments, song] = &case.blocks[..] else { panic!("four blocks") };
    let mut boot = case.clone();
    boot.blocks = vec![directory.clone(), samples.clone(), instruments.clone(), driver_block()];
    put(BOOT, &boot);
    let mut overworld = case.clone();
    overworld.blocks = vec![song.clone()];
    put(OVERWORLD, &overworld);
    put(UNDERWORLD, &bank(song, 1));
    put(CREDITS, &overworld);
    bytes
}

fn sound(image: &TransferImage, song: u8) -> Vec<Frame> {
    let mut player = NspcPlayer::new(image);
    player.start_song(song);
    let mut frames = vec![Frame::SILENCE; 64_000];
    assert_eq!(player.render(&mut frames), frames.len(), "{:?}", player.fault());
    frames
}

#[test]
fn songs_of_a_rom_play_like_the_image() {
    let case = case_image("tune8");
    let bytes = rom(&case);
    let with_header = [vec![0; 512], bytes.clone()].concat();
    let expected = sound(&case, 1);
    assert!(expected.iter().any(|frame| frame.left.unsigned_abs() > 500));
    for bytes in [bytes, with_header] {
        let rom = GameRom::parse("game.sfc", &bytes).unwrap();
        let first = rom.songs()[0];
        assert_eq!((first.number, first.name, first.bank), (1, "Triforce opening", RomBank::Overworld));
        assert_eq!(sound(&rom.image(first.bank), first.number), expected);
    }
}

#[test]
fn a_damaged_rom_is_an_error() {
    let bytes = rom(&case_image("tune8"));
    assert!(GameRom::parse("game.sfc", &bytes[..CREDITS + 3]).is_err());
    let mut other = bytes;
    other[BOOT + 2] ^= 1;
    let error = GameRom::parse("game.sfc", &other).unwrap_err();
    assert!(error.to_string().contains("A Link to the Past"), "{error}");
}

fn spc(case: &TransferImage) -> SpcFile {
    let mut file = SpcFile { ram: Ram::new(Box::new([0; Ram::SIZE])), ..SpcFile::default() };
    driver_block().data.iter().zip(ENTRY..).for_each(|(&byte, at)| file.ram.write(at, byte));
    case.apply(&mut file.ram);
    file.ram.write(0x04, 1);
    file.ram.write(0x0120, 0x55);
    file
}

#[test]
fn a_spc_with_this_driver_s_data_plays_like_the_image() {
    let case = case_image("tune8");
    let file = spc(&case);
    let image = TransferImage::from_spc(&file).expect("this driver's data");
    let song = song_bank::playing_song(&file.ram);
    assert_eq!(sound(&image, song), sound(&case, 1));
}

#[test]
fn another_driver_s_spc_is_not_taken_for_one() {
    assert!(TransferImage::from_spc(&SpcFile::default()).is_none());
    let mut file = spc(&case_image("tune8"));
    file.ram.write_word(0xD000, 0x0100);
    assert!(TransferImage::from_spc(&file).is_none(), "no song");
    let mut file = spc(&case_image("tune8"));
    file.ram.write(0x3D9E, 0);
    assert!(TransferImage::from_spc(&file).is_none(), "no velocities");
}

//! Songs of the interpreter in a game's ROM and in `.spc` files, built here from one of the repository's cases.

use tatum_core::{Frame, Player};
use tatum_snes::author::built_in;
use tatum_snes::format::{GameRom, RomBank, SpcFile, TransferBlock, TransferImage, read_raw_song, song_bank};
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

/// The songs that the authoring set expects, if it lies beside the repository: address and bytes.
fn compiled_songs() -> Vec<(String, u16, Vec<u8>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/golden/snes-asm");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("golden/snes-asm is not here: its songs are not read");
        return Vec::new();
    };
    let mut songs = Vec::new();
    for folder in entries.map(|entry| entry.unwrap().path()).filter(|path| path.join("case.toml").exists()) {
        let manifest = std::fs::read_to_string(folder.join("case.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let (Some("raw"), Some([address])) = (
            manifest.get("mode").and_then(toml::Value::as_str),
            manifest.get("aram").and_then(toml::Value::as_array).map(Vec::as_slice),
        ) else {
            continue;
        };
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(folder.join("expected.bin")).unwrap();
        songs.push((name, address.as_integer().unwrap() as u16, bytes));
    }
    songs
}

#[test]
fn songs_alone_are_found_their_address_and_played() {
    for (name, address, bytes) in compiled_songs() {
        let mut image = read_raw_song(&name, &bytes, None).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(image.lone_song, Some(address), "{name}");
        // The other songs test the compiler: their bytes are no music.
        if ["full-song", "segments", "commands-all", "instruments-percussion"].contains(&name.as_str()) {
            built_in::complete(&mut image, 1);
            let loudest = loudness(&sound(&image, 1));
            assert!(loudest > 500, "{name}: {loudest}");
        }
    }
}

fn loudness(frames: &[Frame]) -> u16 {
    frames.iter().map(|frame| frame.left.unsigned_abs().max(frame.right.unsigned_abs())).max().unwrap_or(0)
}

#[test]
fn a_song_alone_plays_with_the_built_in_instruments() {
    let mut image = case_image("tune8");
    image.blocks.retain(|block| block.address == 0xD000);
    assert_eq!(loudness(&sound(&image, 1)), 0, "nothing to play it with");
    built_in::complete(&mut image, 1);
    let frames = sound(&image, 1);
    assert!(loudness(&frames) > 2000, "{}", loudness(&frames));
    let complete = case_image("tune8");
    let mut unchanged = complete.clone();
    built_in::complete(&mut unchanged, 1);
    assert_eq!(unchanged.blocks, complete.blocks, "an image with instruments keeps them");
}

#[test]
fn what_is_no_song_alone_says_why() {
    for bytes in [&[][..], &[0, 0], &[0x00, 0x01, 0xFF], &[2, 0, 0xFF, 0, 0, 0], &[0x46; 9]] {
        let error = read_raw_song("song.bin", bytes, None).unwrap_err();
        assert!(error.to_string().starts_with("song.bin: offset"), "{error}");
    }
    arbtest::arbtest(|u| {
        let bytes: Vec<u8> = u.arbitrary()?;
        let address: Option<u16> = u.arbitrary()?;
        if let Ok(image) = read_raw_song("song.bin", &bytes, address) {
            NspcPlayer::new(&image).render(&mut [Frame::SILENCE; 500]);
        }
        Ok(())
    })
    .budget_ms(500);
}

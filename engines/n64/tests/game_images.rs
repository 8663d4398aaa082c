//! Images of games against arbitrary bytes: whatever is in them, they are refused or opened, changed and cleaned again
//! without a panic, and what was noted comes back byte for byte.

use std::sync::Arc;

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use tatum_n64::EngineVersion;
use tatum_n64::author::rom_sequences::{CleanSource, RomSequences};
use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::bank_set::BankSets;
use tatum_n64::format::byte_order::ByteOrder;
use tatum_n64::format::game_facts::{GameFacts, GameProfiles, Room};
use tatum_n64::format::game_image::GameImage;
use tatum_n64::format::index_table::{IndexEntry, IndexTable};
use tatum_n64::format::rom::ArchiveGame;
use tatum_n64::format::shindou_rom::IndexedGame;

const BANKS: usize = 0x100;
const SEQUENCES: usize = 0x200;
const ROOM: std::ops::Range<usize> = 0x400..0x800;

/// A small image with room for sequences.
fn image() -> Vec<u8> {
    let mut image = vec![0xFF; ROOM.end];
    image[..4].copy_from_slice(&[0x80, 0x37, 0x12, 0x40]);
    let mut put = |at: usize, bytes: &[u8]| image[at..at + bytes.len()].copy_from_slice(bytes);
    let bank = [0; 0x18];
    put(BANKS, &Archive::write(ArchiveKind::Banks, &[&bank, &bank]).unwrap());
    put(BANKS + 0x60, &Archive::write(ArchiveKind::Samples, &[&[0; 9], &[0; 9]]).unwrap());
    let sequences: [&[u8]; 4] = [&[0xD3, 1, 0xFF], &[0xD3, 2, 0xFF], &[0xD3, 3, 0xFF], &[0xD3, 4, 0xFF]];
    let archive = Archive::write(ArchiveKind::Sequences, &sequences).unwrap();
    put(SEQUENCES, &archive);
    put(
        SEQUENCES + archive.len().next_multiple_of(16),
        &BankSets::write(&[vec![0], vec![0, 1], vec![1], vec![1]]),
    );
    image
}

fn games() -> GameProfiles {
    let room = Room { range: ROOM, larger_than: 0 };
    let facts = Arc::new(GameFacts { room: Some(room), ..GameFacts::new("ours", EngineVersion::Sm64Us) });
    let game = ArchiveGame { facts, banks: BANKS, sequences: SEQUENCES, bank_sets: None };
    GameProfiles { archives: vec![game], ..GameProfiles::default() }
}

fn open(bytes: &[u8]) -> Option<RomSequences> {
    let game = GameImage::parse("x", bytes.to_vec(), &games()).ok()?;
    for number in 0..game.sequence_count().min(5) {
        let _ = (game.sequence(number), game.banks(number), game.alias(number));
    }
    let image = ByteOrder::detect(bytes)?.to_big(bytes).into_owned();
    RomSequences::new("x", &game, image).ok()
}

/// Does something to the sequences; whether it succeeded.
fn change(u: &mut Unstructured<'_>, rom: &mut RomSequences) -> Result<bool> {
    Ok(match u.int_in_range(0..=3)? {
        0 => {
            rom.compact();
            true
        }
        1 => rom.set_banks(&[u.int_in_range(0..=4)?], &u.arbitrary::<Vec<u8>>()?).is_ok(),
        _ => {
            let sequence = vec![u.arbitrary()?; u.int_in_range(0..=0x180)?];
            let numbers: Vec<usize> = (0..u.int_in_range(1..=3)?).collect();
            rom.insert(&sequence, &numbers, u.arbitrary()?).is_ok()
        }
    })
}

#[test]
fn what_was_put_in_is_taken_out_byte_for_byte() {
    let before = image();
    arbtest(|u| {
        let mut rom = open(&before).expect("a good image");
        // The first change is an insertion that leaves a record.
        let first = rom.insert(&[1; 0x20], &[u.int_in_range(0..=3)?], false).expect("there is space");
        assert!(first.is_recorded);
        for _ in 0..u.int_in_range(0..=12)? {
            change(u, &mut rom)?;
            // Every state opens again.
            rom = open(&rom.into_image()).expect("still a good image");
        }
        assert_eq!(rom.clean(None), Ok(CleanSource::Record));
        assert!(rom.into_image() == before);
        Ok(())
    })
    .budget_ms(3_000);
}

#[test]
fn damaged_images_are_refused_or_changed_without_a_panic() {
    let good = {
        let mut rom = open(&image()).expect("a good image");
        rom.insert(&[1; 0x20], &[1], false).expect("there is space");
        rom.into_image()
    };
    arbtest(|u| {
        let mut bytes = if u.ratio(1, 2)? { good.clone() } else { image() };
        for _ in 0..u.int_in_range(1..=8)? {
            let range =
                u.choose(&[BANKS..BANKS + 0x40, SEQUENCES..SEQUENCES + 0x100, ROOM.end - 0x100..ROOM.end])?;
            let at = range.start + u.choose_index(range.len())?;
            bytes[at] = *u.choose(&[0, 1, 0x7F, 0x80, 0xFF, bytes[at].wrapping_add(1)])?;
        }
        if u.ratio(1, 8)? {
            bytes.truncate(u.choose_index(bytes.len() + 1)?);
        }
        let Some(mut rom) = open(&bytes) else { return Ok(()) };
        for _ in 0..4 {
            let before = rom.clone().into_image();
            if !change(u, &mut rom)? {
                assert!(rom.clone().into_image() == before, "an error changes nothing");
            }
        }
        let _ = rom.restore(&bytes);
        let _ = rom.update_checksum(&bytes);
        let _ = rom.clean(u.arbitrary()?);
        Ok(())
    })
    .budget_ms(3_000);
}

#[test]
fn any_bytes_are_refused_or_opened() {
    arbtest(|u| {
        let mut bytes: Vec<u8> = u.arbitrary()?;
        let magic =
            u.choose(&[[0x80, 0x37, 0x12, 0x40], [0x37, 0x80, 0x40, 0x12], [0x40, 0x12, 0x37, 0x80]])?;
        bytes.splice(..0, *magic);
        let _ = open(&bytes);
        Ok(())
    })
    .budget_ms(2_000);
}

/// Star Fox 64's way (`n64-formats.md` 9.3): where the data lie is known, the tables about them are found.
#[test]
fn tables_whose_places_are_not_known_are_found_in_front_of_their_data() {
    let entry = |offset, size| IndexEntry { offset, size, details: [2, 3, 0, 0xFF, 1, 0, 0, 0] };
    let [sequences, banks, samples] = [0x1000, 0x1100, 0x1140];
    let tables = [
        (0x84, IndexTable { entries: vec![entry(0, 0x30), entry(0x30, 0x10)] }.write()),
        (0x100, BankSets::write(&[vec![0], vec![1, 0], vec![1]])),
        (0x154, IndexTable { entries: vec![entry(0, 0x80)] }.write()),
        (0x200, IndexTable { entries: vec![entry(0, 0x80), entry(0x80, 0x7C), entry(0, 0)] }.write()),
    ];
    let mut image = vec![0x11; 0x1200];
    image[..4].copy_from_slice(&[0x80, 0x37, 0x12, 0x40]);
    for (at, table) in &tables {
        image[*at..at + table.len()].copy_from_slice(table);
    }
    let facts = Arc::new(GameFacts::new("fox", EngineVersion::StarFox64));
    let game = IndexedGame { facts, banks, samples, sequences, tables: None };
    let games = GameProfiles { indexed: vec![game], ..GameProfiles::default() };
    let found = GameImage::parse("x", image.clone(), &games).unwrap();
    assert_eq!((found.facts().name.as_str(), found.sequence_count()), ("fox", 3));
    assert_eq!((found.sequence(1).unwrap().len(), found.banks(1)), (0x7C, vec![1, 0]));
    // Tables that do not fill their data are none.
    image[0x84 + 0x27] = 0;
    assert!(GameImage::parse("x", image, &games).is_err());
}

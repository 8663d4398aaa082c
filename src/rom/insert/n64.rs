//! Sequences into Nintendo 64 games.

use tatum_n64::author::rom_sequences::RomSequences;
use tatum_n64::format::game_image::{GameImage, in_cartridge_order};

use super::{Insertion, Target, other_kind};
use crate::error::Error;
use crate::rom::extract::find_song;
use crate::rom::write::{Check, write_checked};
use crate::song::{GameFile, read_sequence};

/// Ocarina of Time gives sequences no more memory, says SEQ64; for others it is a guess.
const LONGEST_SURE: usize = 0x3800;

pub(super) fn insert(
    game: &GameFile,
    image: &GameImage,
    insertion: &Insertion,
    target: &Target,
) -> Result<Vec<String>, Error> {
    let name = game.path.display().to_string();
    let numbers = numbers(game, image, insertion)?;
    let sequence = read_sequence(&insertion.sequence, image.facts().version.id())?;
    check_sequence(insertion, &sequence)?;
    let before = in_cartridge_order(&name, &game.bytes)?.into_owned();
    let mut rom = RomSequences::new(&name, image, before.clone())?;
    let mut told = Vec::new();
    if insertion.compact {
        told.push(format!("{:#x} bytes gained by moving sequences together", rom.compact()));
    }
    let placed = rom.insert(&sequence, &numbers, insertion.force)?;
    if let Some(banks) = &insertion.banks {
        rom.set_banks(&numbers, &narrow(banks)?)?;
    }
    match rom.update_checksum(&before)? {
        Some(chip) => told.push(format!("checksum for boot chip {}", chip.name())),
        None => told.push("the boot chip is not known: the header's checksum is left as it is".into()),
    }
    let mut changed = rom.into_image();
    image.byte_order().convert(&mut changed);
    let checks: Vec<_> = numbers
        .iter()
        .take(2)
        .map(|number| Check { archive: 0, number: number.to_string(), sequence: Some(&sequence) })
        .collect();
    write_checked(game, target, &changed, insertion.profile(), &checks)?;
    told.insert(
        0,
        format!(
            "{}: sequence {} at {:#x}, {:#x} bytes; {:#x} bytes left",
            target.path.display(),
            described(&numbers),
            placed.block.start,
            placed.block.len(),
            placed.free
        ),
    );
    if !placed.is_recorded {
        told.push("no space to note the original table: tatum rom clean may need --original".into());
    }
    if sequence.len() > LONGEST_SURE {
        told.push(format!(
            "the sequence has {:#x} bytes; above {LONGEST_SURE:#x} the console may lack the memory for it",
            sequence.len()
        ));
    }
    Ok(told)
}

fn described(numbers: &[usize]) -> String {
    match numbers {
        [number] => number.to_string(),
        [first, .., last] => format!("{first} to {last}"),
        [] => "none".into(),
    }
}

/// The sequences that are exchanged: one, or all that have data of their own.
fn numbers(game: &GameFile, image: &GameImage, insertion: &Insertion) -> Result<Vec<usize>, Error> {
    let is_reserved = |number: &usize| image.facts().reserved.contains(number) && !insertion.with_reserved;
    let Some(asked) = &insertion.song else {
        let own = (0..image.sequence_count()).filter(|&number| image.alias(number).is_none());
        return Ok(own.filter(|number| !is_reserved(number)).collect());
    };
    let number = find_song(game, None, asked)?.entry.number.parse().unwrap_or_default();
    if is_reserved(&number) {
        let message = format!(
            "--song: sequence {number} is no music (sound effects); exchange it with --with-reserved if you mean it"
        );
        return Err(Error::Usage(message));
    }
    Ok(vec![number])
}

/// A file of another kind is no sequence: those begin with nothing that other files begin with.
fn check_sequence(insertion: &Insertion, sequence: &[u8]) -> Result<(), Error> {
    const OTHERS: [&[u8]; 8] =
        [b"RIFF", b"MThd", b"SDAT", b"SSEQ", b"SNES", b"PK\x03\x04", b"PSF", b"\x80\x37\x12\x40"];
    /// Endings that other consoles' songs have, which may begin with anything.
    const OTHER_ENDINGS: [&str; 5] = ["smft", "asm", "spc", "sfc", "smc"];
    let ending = insertion.sequence.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let is_other = OTHERS.iter().any(|magic| sequence.starts_with(magic))
        || ending.is_some_and(|ending| OTHER_ENDINGS.contains(&ending.as_str()));
    if !is_other && sequence.iter().any(|&byte| byte != 0) {
        return Ok(());
    }
    let expected = "a sequence (.m64, .zseq), its text (.mus, .mml) or a MIDI file (.mid)";
    Err(other_kind(&insertion.sequence, expected))
}

fn narrow(banks: &[u16]) -> Result<Vec<u8>, Error> {
    let bank = |&bank: &u16| {
        u8::try_from(bank)
            .map_err(|_| Error::Usage(format!("--banks: expected numbers up to 255, found {bank}")))
    };
    banks.iter().map(bank).collect()
}

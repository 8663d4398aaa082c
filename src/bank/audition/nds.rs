//! Audition on the Nintendo DS.

use tatum_nds::format::sbnk::{SoundSource, lookup};
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::sseq::Sseq;
use tatum_nds::format::swar;
use tatum_nds::{BankFiles, NdsPlayer, Options, SequenceId};

use super::{Choice, HELD, KeyRange, QUARTER, SILENT, VELOCITY};
use crate::bank::nds::NdsBanks;
use crate::error::Error;
use crate::song::SongPlayer;

/// Command bytes (nds-driver 4).
const REST: u8 = 0x80;
const PROGRAM: u8 = 0x81;
const END: u8 = 0xFF;

/// A player for the notes of a program.
///
/// # Errors
///
/// If there is no such bank.
pub(in crate::bank) fn player(
    banks: &NdsBanks,
    bank: usize,
    choice: Choice,
    keys: KeyRange,
) -> Result<SongPlayer, Error> {
    let Choice::Instrument(program) = choice else {
        return Err(Error::Usage(
            "--instrument: on the DS drum sets are programs: expected a number".to_owned(),
        ));
    };
    let files = banks.files(bank)?;
    if !keys.keys().any(|key| sounds(&files, program, key)) {
        return Err(Error::Usage(format!(
            "--instrument {program}: bank {bank} has nothing that sounds at these notes (see `tatum bank list`)"
        )));
    }
    let mut bytes = vec![PROGRAM];
    number(&mut bytes, program);
    for key in keys.keys() {
        bytes.extend([key, VELOCITY]);
        number(&mut bytes, HELD * QUARTER);
        bytes.push(REST);
        number(&mut bytes, SILENT * QUARTER);
    }
    bytes.push(END);
    let archive = Sdat::stand_alone("audition", &Sseq::write(&bytes), &files)?;
    let player = NdsPlayer::new(&archive, SequenceId::Sequence(0), Options::default())?;
    Ok(SongPlayer::new(player))
}

/// Whether a program makes a sound at a key.
fn sounds(files: &BankFiles<'_>, program: u16, key: u8) -> bool {
    match lookup(files.bank, program, key).and_then(|sound| sound.source()) {
        None => false,
        Some(SoundSource::Square { .. } | SoundSource::Noise) => true,
        Some(SoundSource::Pcm { wave, slot }) => {
            let waves = files.waves.get(usize::from(slot)).copied().flatten();
            waves.is_some_and(|waves| swar::lookup(waves, wave).is_some())
        }
    }
}

/// A number of variable length: seven bits a byte, the upper ones first.
fn number(bytes: &mut Vec<u8>, value: u16) {
    let groups = [value >> 14, value >> 7 & 0x7F, value & 0x7F].map(|group| group as u8);
    let first = groups.iter().position(|group| *group != 0).unwrap_or(2);
    for (place, group) in groups.iter().enumerate().skip(first) {
        bytes.push(if place < 2 { group | 0x80 } else { *group });
    }
}

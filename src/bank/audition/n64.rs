//! Audition on the Nintendo 64.

use tatum_core::NullProbe;
use tatum_n64::author::sequence_writer::SequenceWriter;
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::{N64Player, Settings};

use super::{Choice, HELD, KeyRange, QUARTER, SILENT, VELOCITY};
use crate::bank::n64::sound_set::SoundSet;
use crate::error::Error;
use crate::song::SongPlayer;

/// MIDI key of semitone 0.
const FIRST_KEY: u8 = 21;
/// Semitones of a note's byte; higher ones need a transposition.
const NOTE_BYTES: u8 = 64;
/// Instrument numbers that mean drums and effects.
const DRUMS: u8 = 0x7F;
const EFFECTS: u8 = 0x7E;
/// Beats per minute.
const TEMPO: u8 = 120;
/// The part of a note's ticks, of 256, that is silent.
const GATE: u8 = (256 * SILENT / (HELD + SILENT)) as u8;

/// A player for the notes of an instrument.
///
/// # Errors
///
/// If there is no such bank or instrument.
pub(in crate::bank) fn player(
    set: &SoundSet,
    bank: usize,
    choice: Choice,
    keys: KeyRange,
) -> Result<SongPlayer, Error> {
    keys.within(FIRST_KEY, 127)?;
    let instrument = number_of(set, bank, choice)?;
    let sequence = sequence(set, instrument, keys)?;
    let player = N64Player::with_sequences(
        vec![SequenceData::new("audition", &sequence)?],
        set.sounds_of(bank)?,
        Settings::new(set.engine),
        &mut NullProbe,
    )?;
    Ok(SongPlayer::new(player))
}

/// The instrument number of scripts, if the bank has it.
fn number_of(set: &SoundSet, number: usize, choice: Choice) -> Result<u8, Error> {
    let sounds = set.sounds_of(number)?;
    let bank = sounds.bank(0);
    let (instruments, drums, effects) =
        bank.map_or((0, 0, 0), |bank| (bank.instruments.len(), bank.drums.len(), bank.effects.len()));
    match choice {
        Choice::Drums if drums != 0 => Ok(DRUMS),
        Choice::Drums => Err(Error::Usage(format!("--instrument drums: bank {number} has none"))),
        Choice::Effects if effects != 0 => Ok(EFFECTS),
        Choice::Effects => Err(Error::Usage(format!("--instrument effects: bank {number} has none"))),
        Choice::Instrument(wanted) => {
            let entry =
                bank.and_then(|bank| bank.instruments.get(usize::from(wanted))).and_then(Option::as_ref);
            match u8::try_from(wanted) {
                Ok(wanted) if entry.is_some() => Ok(wanted),
                _ => Err(Error::Usage(format!(
                    "--instrument {wanted}: bank {number} has {instruments} numbers, and nothing at this one"
                ))),
            }
        }
    }
}

fn sequence(set: &SoundSet, instrument: u8, keys: KeyRange) -> Result<Vec<u8>, Error> {
    let mut writer = SequenceWriter::new(set.engine.abi());
    let (channel, layer) = (writer.label(), writer.label());
    let ticks = QUARTER * (HELD + SILENT);
    let length = ticks * (u16::from(keys.high - keys.low) + 1);
    let mut song = writer.sequence();
    song.initialize_channels(1).start_channel(0, channel).volume(127).tempo(TEMPO).delay(length).end();
    let mut script = writer.channel_at(channel);
    script.large_notes().instrument(instrument).volume(127).start_layer(0, layer).delay(length).end();
    let mut notes = writer.layer_at(layer);
    let mut transposition = 0;
    for key in keys.keys() {
        let semitone = key - FIRST_KEY;
        let wanted = semitone / NOTE_BYTES * NOTE_BYTES;
        if wanted != transposition {
            notes.transposition(wanted);
            transposition = wanted;
        }
        notes.note(semitone - wanted, ticks, VELOCITY, GATE);
    }
    notes.end();
    Ok(writer.finish()?)
}

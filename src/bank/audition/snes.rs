//! Audition on the SNES, with A Link to the Past's driver as an interpreter.

use tatum_snes::NspcPlayer;
use tatum_snes::author::sample_bank::SampleBank;
use tatum_snes::format::TransferBlock;
use tatum_snes::format::song_bank::{GATES, VELOCITIES};
use tatum_snes::sequencer::memory_map::{GATE_TABLE, SONG_TABLE};

use super::{Choice, KeyRange};
use crate::error::Error;
use crate::song::SongPlayer;

/// The notes $80 to $C7.
const FIRST_KEY: u8 = 24;
const LAST_KEY: u8 = 95;
const FIRST_NOTE: u8 = 0x80;
const REST: u8 = 0xC9;
/// Commands (`snes-nspc.md` section 5).
const INSTRUMENT: u8 = 0xE0;
const MASTER_VOLUME: u8 = 0xE5;
const TEMPO: u8 = 0xE7;
const VOLUME: u8 = 0xED;
/// A tempo of 48 makes 94 ticks a second: a note is held for one second, then silent for half of one.
const TICKS: [u8; 3] = [48, 94, 47];
/// The gate and velocity of notes, both the largest of their tables.
const FULL: u8 = 0x7F;
/// Where the song's parts lie behind the song table: the list of segments, the segment, the track.
const SEGMENTS: u16 = SONG_TABLE + 4;
const SEGMENT: u16 = SEGMENTS + 4;
const TRACK: u16 = SEGMENT + 16;

/// A player for the notes of an instrument.
///
/// # Errors
///
/// If there is no such instrument.
pub(in crate::bank) fn player(
    bank: &SampleBank,
    choice: Choice,
    keys: KeyRange,
) -> Result<SongPlayer, Error> {
    keys.within(FIRST_KEY, LAST_KEY)?;
    let count = bank.instruments.len();
    let instrument = match choice {
        Choice::Instrument(number) if usize::from(number) < count => number as u8,
        _ => {
            let message =
                format!("--instrument: expected a number below {count}: on the SNES drums are instruments");
            return Err(Error::Usage(message));
        }
    };
    let [tempo, held, silent] = TICKS;
    let mut track = vec![MASTER_VOLUME, 0xFF, TEMPO, tempo, INSTRUMENT, instrument, VOLUME, 0xFF];
    for key in keys.keys() {
        track.extend([held, FULL, FIRST_NOTE + (key - FIRST_KEY), silent, REST]);
    }
    track.push(0);
    let mut song: Vec<u8> = [SEGMENTS, 0, SEGMENT, 0, TRACK].into_iter().flat_map(u16::to_le_bytes).collect();
    song.resize(usize::from(TRACK - SONG_TABLE), 0);
    song.extend(track);
    let mut image = bank.to_image("audition")?;
    image.blocks.push(TransferBlock { address: GATE_TABLE, data: [GATES.as_slice(), &VELOCITIES].concat() });
    image.blocks.push(TransferBlock { address: SONG_TABLE, data: song });
    let mut player = NspcPlayer::new(&image);
    player.start_song(1);
    Ok(SongPlayer::new(player))
}

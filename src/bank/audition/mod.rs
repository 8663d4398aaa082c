//! Playing an instrument note by note through the console's own engine: a small sequence is made for it.
//!
//! | file | unit |
//! |:--|:--|
//! | `n64`, `nds`, `snes` | the sequence of each console, and a player for it |

pub(super) mod n64;
pub(super) mod nds;
pub(super) mod snes;

use std::path::Path;
use std::str::FromStr;

use tatum_core::Frame;

use super::listing::key_name;
use crate::error::Error;
use crate::song::SongPlayer;

/// Ticks of a quarter note on the N64 and the DS; 120 of them are in a minute.
pub(super) const QUARTER: u16 = 48;
/// Quarter notes for which a note is held, and for which it is silent: 1 s and half a second.
pub(super) const HELD: u16 = 2;
pub(super) const SILENT: u16 = 1;
/// Velocity of all notes.
pub(super) const VELOCITY: u8 = 100;
/// Seconds after the last note.
const TAIL_SECONDS: u64 = 1;
/// Frames rendered at a time.
const BLOCK: usize = 1024;

/// Which instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// An instrument or program by its number.
    Instrument(u16),
    /// The drums of the N64: keys are drum numbers from A0 on.
    Drums,
    /// The sound effects of the Zelda generation: the same.
    Effects,
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "drums" => Ok(Self::Drums),
            "effects" => Ok(Self::Effects),
            _ => text.parse().map(Self::Instrument).map_err(|_| {
                format!("expected an instrument's number, 'drums' or 'effects', found '{text}'")
            }),
        }
    }
}

/// Keys from the lowest to the highest, as MIDI counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRange {
    /// The first key.
    pub low: u8,
    /// The last key.
    pub high: u8,
}

impl FromStr for KeyRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (low, high) = text.split_once("..").unwrap_or((text, text));
        let (low, high) = (key_of(low)?, key_of(high)?);
        if low > high {
            return Err(format!("'{text}': {} lies above {}", key_name(low), key_name(high)));
        }
        Ok(Self { low, high })
    }
}

impl KeyRange {
    /// The keys.
    pub(super) fn keys(self) -> impl Iterator<Item = u8> {
        self.low..=self.high
    }

    /// Refuses keys that a driver has no notes for.
    pub(super) fn within(self, lowest: u8, highest: u8) -> Result<(), Error> {
        if (lowest..=highest).contains(&self.low) && (lowest..=highest).contains(&self.high) {
            return Ok(());
        }
        Err(Error::Usage(format!(
            "--notes: this engine has the notes {} to {} (keys {lowest} to {highest}), found {} to {}",
            key_name(lowest),
            key_name(highest),
            key_name(self.low),
            key_name(self.high)
        )))
    }
}

/// A key by its number or its name.
fn key_of(text: &str) -> Result<u8, String> {
    let unknown =
        || format!("'{text}' is no note: expected a key from 0 to 127, or a name from C-1 to G9 (C4 is 60)");
    if let Ok(number) = text.parse::<u8>() {
        return if number <= 127 { Ok(number) } else { Err(unknown()) };
    }
    let mut letters = text.chars();
    let semitone: i32 = match letters.next().map(|letter| letter.to_ascii_uppercase()) {
        Some('C') => 0,
        Some('D') => 2,
        Some('E') => 4,
        Some('F') => 5,
        Some('G') => 7,
        Some('A') => 9,
        Some('B') => 11,
        _ => return Err(unknown()),
    };
    let rest = letters.as_str();
    let (accidental, octave) = match rest.chars().next() {
        Some('#') => (1, &rest[1..]),
        Some('b') => (-1, &rest[1..]),
        _ => (0, rest),
    };
    let octave: i32 = octave.parse().map_err(|_| unknown())?;
    let key = octave
        .checked_add(1)
        .and_then(|octave| octave.checked_mul(12))
        .map(|key| key + semitone + accidental);
    key.and_then(|key| u8::try_from(key).ok()).filter(|key| *key <= 127).ok_or_else(unknown)
}

/// Renders notes that each take [`HELD`] and [`SILENT`] quarter notes, and hands the frames over.
///
/// # Errors
///
/// What `write` returns, and if the engine stops.
pub(super) fn render(
    player: &mut SongPlayer,
    keys: KeyRange,
    output: &Path,
    write: &mut dyn FnMut(&[Frame]) -> Result<(), Error>,
) -> Result<u64, Error> {
    let notes = u64::from(keys.high - keys.low) + 1;
    let half_seconds = notes * u64::from(HELD + SILENT) + 2 * TAIL_SECONDS;
    let frames = player.rate().frames_in_seconds(half_seconds) / 2;
    let mut block = [Frame::SILENCE; BLOCK];
    let mut left = frames;
    while left != 0 {
        let wanted = BLOCK.min(usize::try_from(left).unwrap_or(BLOCK));
        let count = player.render(&mut block[..wanted]);
        write(&block[..count])?;
        left -= count as u64;
        if count < wanted {
            return Err(match player.fault().cloned() {
                Some(fault) => Error::Fault { path: output.to_owned(), fault },
                None => Error::Usage("the engine stopped".to_owned()),
            });
        }
    }
    Ok(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_numbers_and_names() {
        assert_eq!("C4..E4".parse(), Ok(KeyRange { low: 60, high: 64 }));
        assert_eq!("36..F#2".parse(), Ok(KeyRange { low: 36, high: 42 }));
        assert_eq!("Bb3".parse(), Ok(KeyRange { low: 58, high: 58 }));
        assert_eq!(key_of("C-1"), Ok(0));
        for key in 0..=127 {
            assert_eq!(key_of(&key_name(key)), Ok(key));
        }
        for wrong in ["", "H4", "C", "C99999999999", "128", "G#9", "C4..", "E4..C4", "C2147483647"] {
            assert!(wrong.parse::<KeyRange>().is_err(), "{wrong}");
        }
    }
}

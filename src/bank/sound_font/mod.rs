//! Banks as SoundFont 2 files, for other programs.
//!
//! | file | unit |
//! |:--|:--|
//! | `mod` | presets and instruments of the banks' instruments |
//! | `zone` | keys, tuning and envelope of a sound as generators |
//! | `recording` | recordings with loops as the format wants them, and waves of the chips |
//! | `file` | the file's chunks |

mod file;
mod recording;
mod zone;

use std::collections::HashMap;

use self::file::{Generator, SoundFontFile};
use self::recording::Recording;
use super::model::{BankModel, Instrument, Kind, Sound, Source};
use crate::error::Error;

/// The bank in which percussion is looked for.
const PERCUSSION_BANK: u16 = 128;
/// Banks and presets have numbers of MIDI.
const LAST_NUMBER: usize = 127;

/// A SoundFont, and what could not be kept in it.
pub(super) struct SoundFont {
    pub bytes: Vec<u8>,
    pub notes: Vec<String>,
}

/// The SoundFont of all banks, or of one: its instruments are then in bank 0.
///
/// # Errors
///
/// If there is no such bank, or more of something than the format can count.
pub(super) fn sound_font(model: &BankModel, name: &str, only: Option<usize>) -> Result<SoundFont, Error> {
    let mut maker =
        Maker { model, file: SoundFontFile::new(name), samples: HashMap::new(), notes: Vec::new() };
    let banks: Vec<_> =
        model.banks.iter().filter(|bank| only.is_none_or(|only| bank.number == only)).collect();
    if banks.is_empty() {
        let numbers: Vec<String> = model.banks.iter().map(|bank| bank.number.to_string()).collect();
        return Err(Error::Usage(match only {
            Some(only) => format!("--bank {only}: there are {}", numbers.join(", ")),
            None => format!("{name}: there are no banks in it"),
        }));
    }
    for bank in banks {
        let number = if only.is_some() { 0 } else { bank.number };
        if number > LAST_NUMBER {
            maker.notes.push(format!("bank {number} is left out: take it alone with --bank"));
            continue;
        }
        maker.bank(number as u16, &bank.instruments)?;
    }
    let bytes = maker.file.into_bytes().map_err(|message| Error::Usage(format!("{name}: {message}")))?;
    Ok(SoundFont { bytes, notes: maker.notes })
}

struct Maker<'a> {
    model: &'a BankModel,
    file: SoundFontFile,
    /// Numbers of the samples that are in the file, and their rates.
    samples: HashMap<SampleKey, (u16, f64)>,
    notes: Vec<String>,
}

/// What a sample of the file was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum SampleKey {
    Recording(usize),
    Square(u8),
    Noise,
}

impl Maker<'_> {
    fn bank(&mut self, number: u16, instruments: &[Instrument]) -> Result<(), Error> {
        let mut drums = Vec::new();
        let mut effects = 0;
        for instrument in instruments {
            let preset = instrument.number;
            match instrument.kind {
                Kind::Drum => drums.extend(&instrument.sounds),
                Kind::Effect => effects += 1,
                Kind::Instrument | Kind::DrumSet if preset > LAST_NUMBER => {
                    self.notes
                        .push(format!("{} {preset} is left out: presets end at 127", instrument.kind.name()));
                }
                Kind::Instrument | Kind::DrumSet => {
                    let bank = if instrument.kind == Kind::DrumSet { PERCUSSION_BANK } else { number };
                    let name = format!("{} {number}-{preset}", instrument.kind.name());
                    let sounds: Vec<&Sound> = instrument.sounds.iter().collect();
                    self.preset(&name, (bank, preset as u16), &sounds, true)?;
                }
            }
        }
        if effects != 0 {
            self.notes.push(format!("bank {number}: {effects} sound effects are left out"));
        }
        self.preset(&format!("drums {number}"), (PERCUSSION_BANK, number), &drums, false)
    }

    /// A preset with an instrument of its own.
    fn preset(
        &mut self,
        name: &str,
        place: (u16, u16),
        sounds: &[&Sound],
        follows_keys: bool,
    ) -> Result<(), Error> {
        let mut zones = Vec::new();
        for sound in sounds {
            if let Some(zone) = self.zone(sound, follows_keys)? {
                zones.push(zone);
            }
        }
        if !zones.is_empty() && !self.file.add_preset(name, place, zones) {
            self.notes.push(format!("{name} is left out: there is one at its number already"));
        }
        Ok(())
    }

    fn zone(&mut self, sound: &Sound, follows_keys: bool) -> Result<Option<Vec<Generator>>, Error> {
        let (key, rate, follows_keys) = match sound.source {
            Source::Sample { sample, rate_at_middle_c } => {
                (SampleKey::Recording(sample), rate_at_middle_c, follows_keys)
            }
            Source::Square { duty, root_key } => {
                (SampleKey::Square(duty), recording::square_rate(root_key), follows_keys)
            }
            Source::Noise { steps_at_middle_c, follows_keys, .. } => {
                (SampleKey::Noise, recording::noise_rate(steps_at_middle_c), follows_keys)
            }
        };
        let Some((number, own_rate)) = self.sample(key)? else { return Ok(None) };
        Ok(Some(zone::generators(sound, number, rate / own_rate, follows_keys, self.file.is_looped(number))))
    }

    /// The number and rate of a sample; none if it has no sound.
    fn sample(&mut self, key: SampleKey) -> Result<Option<(u16, f64)>, Error> {
        if let Some(known) = self.samples.get(&key) {
            return Ok(Some(*known));
        }
        let recording = match key {
            SampleKey::Recording(number) => match self.model.samples.get(number) {
                Some(sample) => Recording::of_sample(sample),
                None => return Ok(None),
            },
            SampleKey::Square(duty) => Recording::square(duty),
            SampleKey::Noise => Recording::noise(),
        };
        if recording.pcm.is_empty() {
            return Ok(None);
        }
        let rate = f64::from(recording.rate);
        let number = self.file.add_sample(recording).map_err(Error::Usage)?;
        self.samples.insert(key, (number, rate));
        Ok(Some((number, rate)))
    }
}

//! A bank as a table that people edit.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tatum_n64::format::bank::{Bank, Drum, Envelope, Instrument, Sample, Sound};

use super::envelope_text::{PointText, envelope_of, points_of};
use super::sound_set::Form;

/// Numbers that a bank can give: from 127 on an instrument number means something else, drums are a byte.
const MOST_INSTRUMENTS: usize = 127;
const MOST_DRUMS: usize = 256;
const MOST_EFFECTS: usize = 0xFFFF;
/// In index entries the number of drums is a byte.
const MOST_INDEXED_DRUMS: usize = 255;
/// The last semitone.
const LAST_SEMITONE: u8 = 127;
/// Semitones that all instruments but split ones cover.
const ALL_KEYS: [u8; 2] = [0, LAST_SEMITONE];

pub(super) const HEADING: &str = "A bank of the Nintendo 64. Numbers without an entry are empty.
instrument: keys are the first and the last semitone of its normal sound (39 is middle C); low sounds below them, high
above. release: how fast a note dies away (higher is faster, 0 = as the channel says). sample: a file of this folder;
tuning: 1.0 plays a recording of 32000 Hz at its own pitch on middle C; without it the file's rate and root key say it.
envelope: [delay in 1/240 s, level up to 32767], then \"hold\", \"end\", \"restart\" or \"goto N\" (a point, from 0).";

/// What kind of table it is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum BankKind {
    #[serde(rename = "n64-bank")]
    N64Bank,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BankText {
    kind: BankKind,
    /// Instrument numbers.
    instruments: usize,
    #[serde(default, skip_serializing_if = "is_zero")]
    drums: usize,
    #[serde(default, skip_serializing_if = "is_zero")]
    effects: usize,
    /// Year, month and day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    shares_samples: bool,
    /// The bank's file, if it is laid out in another way than this program writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    #[serde(default)]
    envelope: Vec<EnvelopeText>,
    #[serde(default)]
    instrument: Vec<InstrumentText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    drum: Vec<DrumText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    effect: Vec<EffectText>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvelopeText {
    name: String,
    points: Vec<PointText>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InstrumentText {
    number: usize,
    envelope: String,
    release: u8,
    #[serde(default = "all_keys", skip_serializing_if = "is_all_keys")]
    keys: [u8; 2],
    #[serde(default, skip_serializing_if = "Option::is_none")]
    low: Option<SoundText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    normal: Option<SoundText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    high: Option<SoundText>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DrumText {
    number: usize,
    envelope: String,
    release: u8,
    pan: u8,
    sample: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tuning: Option<f64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EffectText {
    number: usize,
    sample: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tuning: Option<f64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SoundText {
    sample: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tuning: Option<f64>,
}

const fn is_zero(number: &usize) -> bool {
    *number == 0
}

const fn is_false(value: &bool) -> bool {
    !*value
}

const fn all_keys() -> [u8; 2] {
    ALL_KEYS
}

fn is_all_keys(keys: &[u8; 2]) -> bool {
    *keys == ALL_KEYS
}

/// Finds the file of a sample.
pub(super) type FileOf<'a> = dyn Fn(&Sample) -> String + 'a;
/// Finds the sample of a file, and the tuning that the file itself says.
pub(super) type SampleOf<'a> = dyn FnMut(&str) -> Result<(Arc<Sample>, f32), String> + 'a;

impl BankText {
    /// The text of a bank.
    pub fn new(bank: &Bank, original: Option<String>, file_of: &FileOf<'_>) -> Self {
        let mut envelopes = EnvelopeNames::default();
        let sound = |sound: &Sound| (file_of(&sound.sample), Some(tuning_text(sound.tuning)));
        let sound_text = |one: &Option<Sound>| {
            one.as_ref().map(|one| {
                let (sample, tuning) = sound(one);
                SoundText { sample, tuning }
            })
        };
        let instrument = numbered(&bank.instruments).map(|(number, instrument)| InstrumentText {
            number,
            envelope: envelopes.name(&instrument.envelope),
            release: instrument.release_rate,
            keys: [instrument.normal_low, instrument.normal_high],
            low: sound_text(&instrument.low),
            normal: sound_text(&instrument.normal),
            high: sound_text(&instrument.high),
        });
        let instrument = instrument.collect();
        let drum = numbered(&bank.drums).map(|(number, drum)| {
            let (sample, tuning) = sound(&drum.sound);
            let envelope = envelopes.name(&drum.envelope);
            DrumText { number, envelope, release: drum.release_rate, pan: drum.pan, sample, tuning }
        });
        let drum = drum.collect();
        let effect = numbered(&bank.effects).map(|(number, effect)| {
            let (sample, tuning) = sound(effect);
            EffectText { number, sample, tuning }
        });
        Self {
            kind: BankKind::N64Bank,
            instruments: bank.instruments.len(),
            drums: bank.drums.len(),
            effects: bank.effects.len(),
            date: (bank.date != 0).then(|| format!("{:08x}", bank.date)),
            shares_samples: bank.shares_samples,
            original,
            instrument,
            drum,
            effect: effect.collect(),
            envelope: envelopes.texts,
        }
    }

    /// The bank of the text.
    ///
    /// # Errors
    ///
    /// A message that names the instrument, drum, effect or envelope.
    pub fn bank(&self, form: Form, sample_of: &mut SampleOf<'_>) -> Result<Bank, String> {
        let most_drums = if form.has_entries() { MOST_INDEXED_DRUMS } else { MOST_DRUMS };
        let has_effects = matches!(form, Form::Game | Form::Fonts);
        let most_effects = if has_effects { MOST_EFFECTS } else { 0 };
        let counts = [
            ("instruments", self.instruments, MOST_INSTRUMENTS),
            ("drums", self.drums, most_drums),
            ("effects", self.effects, most_effects),
        ];
        if let Some((name, count, most)) = counts.into_iter().find(|(_, count, most)| count > most) {
            return Err(format!("{name}: expected at most {most}, found {count}"));
        }
        let envelopes = self.envelopes()?;
        let mut sounds = Sounds { envelopes, sample_of };
        let mut bank = Bank {
            instruments: vec![None; self.instruments],
            drums: vec![None; self.drums],
            effects: vec![None; self.effects],
            date: self.date()?,
            shares_samples: self.shares_samples,
        };
        for text in &self.instrument {
            let place = place("instrument", &mut bank.instruments, text.number)?;
            let failed = |message| format!("instrument {}: {message}", text.number);
            *place = Some(text.instrument(form, &mut sounds).map_err(failed)?);
        }
        for text in &self.drum {
            let place = place("drum", &mut bank.drums, text.number)?;
            let failed = |message| format!("drum {}: {message}", text.number);
            *place = Some(Drum {
                release_rate: text.release,
                pan: text.pan,
                sound: sounds.sound(&text.sample, text.tuning).map_err(failed)?,
                envelope: sounds.envelope(&text.envelope).map_err(failed)?,
            });
        }
        for text in &self.effect {
            let place = place("effect", &mut bank.effects, text.number)?;
            let failed = |message| format!("effect {}: {message}", text.number);
            *place = Some(sounds.sound(&text.sample, text.tuning).map_err(failed)?);
        }
        Ok(bank)
    }

    /// The files of all sounds.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let instruments =
            self.instrument.iter().flat_map(|text| [&text.low, &text.normal, &text.high]).flatten();
        let drums = self.drum.iter().map(|text| &text.sample);
        let effects = self.effect.iter().map(|text| &text.sample);
        instruments.map(|sound| &sound.sample).chain(drums).chain(effects).map(String::as_str)
    }

    fn envelopes(&self) -> Result<HashMap<&str, Arc<Envelope>>, String> {
        let mut envelopes = HashMap::new();
        for text in &self.envelope {
            let envelope = envelope_of(&text.points)
                .map_err(|message| format!("envelope '{}': {message}", text.name))?;
            if envelopes.insert(text.name.as_str(), Arc::new(envelope)).is_some() {
                return Err(format!("envelope '{}' is there twice", text.name));
            }
        }
        Ok(envelopes)
    }

    fn date(&self) -> Result<u32, String> {
        let Some(text) = &self.date else { return Ok(0) };
        u32::from_str_radix(text, 16)
            .map_err(|_| format!("date: expected year, month and day as in \"19960624\", found \"{text}\""))
    }
}

impl InstrumentText {
    fn instrument(&self, form: Form, sounds: &mut Sounds<'_, '_>) -> Result<Instrument, String> {
        let [normal_low, normal_high] = self.keys;
        // A font's bounds say whether there is a low and a high sound at all.
        if form.has_entries() && self.low.is_some() && normal_low == 0 {
            return Err("low: keys begins with semitone 0, so nothing is below it".to_owned());
        }
        if form.has_entries() && self.high.is_some() && normal_high == LAST_SEMITONE {
            return Err("high: keys ends with semitone 127, so nothing is above it".to_owned());
        }
        let mut sound = |name: &str, text: &Option<SoundText>| {
            let sound = text.as_ref().map(|text| sounds.sound(&text.sample, text.tuning));
            sound.transpose().map_err(|message| format!("{name}: {message}"))
        };
        let (low, normal, high) =
            (sound("low", &self.low)?, sound("normal", &self.normal)?, sound("high", &self.high)?);
        let envelope = sounds.envelope(&self.envelope)?;
        Ok(Instrument { normal_low, normal_high, release_rate: self.release, envelope, low, normal, high })
    }
}

/// What sounds are made of.
struct Sounds<'a, 'b> {
    envelopes: HashMap<&'a str, Arc<Envelope>>,
    sample_of: &'a mut SampleOf<'b>,
}

impl Sounds<'_, '_> {
    fn envelope(&self, name: &str) -> Result<Arc<Envelope>, String> {
        self.envelopes.get(name).cloned().ok_or_else(|| {
            let mut names: Vec<&str> = self.envelopes.keys().copied().collect();
            names.sort_unstable();
            format!("envelope: there is no '{name}'; there are {}", names.join(", "))
        })
    }

    fn sound(&mut self, file: &str, tuning: Option<f64>) -> Result<Sound, String> {
        let (sample, own) = (self.sample_of)(file)?;
        let tuning = tuning.map_or(own, |tuning| tuning as f32);
        if !tuning.is_finite() || tuning < 0.0 {
            return Err(format!("tuning: expected a number that is not negative, found {tuning}"));
        }
        Ok(Sound { sample, tuning })
    }
}

/// Names for envelopes; those that are shared in the bank share their text.
#[derive(Default)]
struct EnvelopeNames {
    known: Vec<Arc<Envelope>>,
    texts: Vec<EnvelopeText>,
}

impl EnvelopeNames {
    fn name(&mut self, envelope: &Arc<Envelope>) -> String {
        let known = self.known.iter().position(|known| Arc::ptr_eq(known, envelope));
        let number = known.unwrap_or_else(|| {
            self.known.push(Arc::clone(envelope));
            let name = format!("envelope {}", self.texts.len());
            self.texts.push(EnvelopeText { name, points: points_of(envelope) });
            self.texts.len() - 1
        });
        self.texts[number].name.clone()
    }
}

/// The entries that are there, with their numbers.
fn numbered<T>(list: &[Option<T>]) -> impl Iterator<Item = (usize, &T)> {
    list.iter().enumerate().filter_map(|(number, one)| Some((number, one.as_ref()?)))
}

/// The place of a number that is not used yet.
fn place<'a, T>(what: &str, list: &'a mut [Option<T>], number: usize) -> Result<&'a mut Option<T>, String> {
    let count = list.len();
    match list.get_mut(number) {
        Some(place) if place.is_none() => Ok(place),
        Some(_) => Err(format!("{what} {number} is there twice")),
        None => Err(format!("{what} {number}: there are {count} numbers (see `{what}s` at the top)")),
    }
}

/// A tuning in as few digits as say it.
fn tuning_text(tuning: f32) -> f64 {
    let short: f64 = tuning.to_string().parse().unwrap_or_default();
    if (short as f32).to_bits() == tuning.to_bits() { short } else { tuning.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tunings_come_back_exactly() {
        arbtest::arbtest(|u| {
            let tuning = f32::from_bits(u.arbitrary::<u32>()? & 0x7FFF_FFFF);
            if tuning.is_finite() {
                let text =
                    toml::to_string(&SoundText { sample: String::new(), tuning: Some(tuning_text(tuning)) });
                let back: SoundText = toml::from_str(&text.unwrap()).unwrap();
                assert_eq!((back.tuning.unwrap() as f32).to_bits(), tuning.to_bits());
            }
            Ok(())
        });
    }
}

//! A bank as a table that people edit.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tatum_n64::format::bank::{Bank, Envelope, Sample, Sound};
use toml::Spanned;

use super::envelope_text::{PointText, points_of};
use super::folder_table::plain;

/// The last semitone.
pub(super) const LAST_SEMITONE: u8 = 127;
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
    pub instruments: Spanned<usize>,
    #[serde(default = "none", skip_serializing_if = "is_zero")]
    pub drums: Spanned<usize>,
    #[serde(default = "none", skip_serializing_if = "is_zero")]
    pub effects: Spanned<usize>,
    /// Year, month and day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Spanned<String>>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub shares_samples: bool,
    /// The bank's file, if it is laid out in another way than this program writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    #[serde(default)]
    pub envelope: Vec<EnvelopeText>,
    #[serde(default)]
    pub instrument: Vec<InstrumentText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drum: Vec<DrumText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effect: Vec<EffectText>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EnvelopeText {
    pub name: Spanned<String>,
    pub points: Spanned<Vec<PointText>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InstrumentText {
    pub number: Spanned<usize>,
    pub envelope: Spanned<String>,
    pub release: u8,
    #[serde(default = "all_keys", skip_serializing_if = "is_all_keys")]
    pub keys: [u8; 2],
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<SoundText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normal: Option<SoundText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<SoundText>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DrumText {
    pub number: Spanned<usize>,
    pub envelope: Spanned<String>,
    pub release: u8,
    pub pan: u8,
    pub sample: Spanned<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuning: Option<Spanned<f64>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EffectText {
    pub number: Spanned<usize>,
    pub sample: Spanned<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuning: Option<Spanned<f64>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SoundText {
    pub sample: Spanned<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuning: Option<Spanned<f64>>,
}

fn none() -> Spanned<usize> {
    plain(0)
}

fn is_zero(number: &Spanned<usize>) -> bool {
    *number.get_ref() == 0
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

impl BankText {
    /// The text of a bank.
    pub fn new(bank: &Bank, original: Option<String>, file_of: &FileOf<'_>) -> Self {
        let mut envelopes = EnvelopeNames::default();
        let sound = |sound: &Sound| (plain(file_of(&sound.sample)), Some(plain(tuning_text(sound.tuning))));
        let sound_text = |one: &Option<Sound>| {
            one.as_ref().map(|one| {
                let (sample, tuning) = sound(one);
                SoundText { sample, tuning }
            })
        };
        let instrument = numbered(&bank.instruments).map(|(number, instrument)| InstrumentText {
            number: plain(number),
            envelope: plain(envelopes.name(&instrument.envelope)),
            release: instrument.release_rate,
            keys: [instrument.normal_low, instrument.normal_high],
            low: sound_text(&instrument.low),
            normal: sound_text(&instrument.normal),
            high: sound_text(&instrument.high),
        });
        let instrument = instrument.collect();
        let drum = numbered(&bank.drums).map(|(number, drum)| {
            let (sample, tuning) = sound(&drum.sound);
            let (number, envelope) = (plain(number), plain(envelopes.name(&drum.envelope)));
            DrumText { number, envelope, release: drum.release_rate, pan: drum.pan, sample, tuning }
        });
        let drum = drum.collect();
        let effect = numbered(&bank.effects).map(|(number, effect)| {
            let (sample, tuning) = sound(effect);
            EffectText { number: plain(number), sample, tuning }
        });
        Self {
            kind: BankKind::N64Bank,
            instruments: plain(bank.instruments.len()),
            drums: plain(bank.drums.len()),
            effects: plain(bank.effects.len()),
            date: (bank.date != 0).then(|| plain(format!("{:08x}", bank.date))),
            shares_samples: bank.shares_samples,
            original,
            instrument,
            drum,
            effect: effect.collect(),
            envelope: envelopes.texts,
        }
    }

    /// The files of all sounds.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let instruments =
            self.instrument.iter().flat_map(|text| [&text.low, &text.normal, &text.high]).flatten();
        let drums = self.drum.iter().map(|text| &text.sample);
        let effects = self.effect.iter().map(|text| &text.sample);
        instruments.map(|sound| &sound.sample).chain(drums).chain(effects).map(|file| file.get_ref().as_str())
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
            self.texts.push(EnvelopeText { name: plain(name), points: plain(points_of(envelope)) });
            self.texts.len() - 1
        });
        self.texts[number].name.get_ref().clone()
    }
}

/// The entries that are there, with their numbers.
fn numbered<T>(list: &[Option<T>]) -> impl Iterator<Item = (usize, &T)> {
    list.iter().enumerate().filter_map(|(number, one)| Some((number, one.as_ref()?)))
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
                let text = toml::to_string(&SoundText {
                    sample: plain(String::new()),
                    tuning: Some(plain(tuning_text(tuning))),
                });
                let back: SoundText = toml::from_str(&text.unwrap()).unwrap();
                assert_eq!((back.tuning.unwrap().into_inner() as f32).to_bits(), tuning.to_bits());
            }
            Ok(())
        });
    }
}

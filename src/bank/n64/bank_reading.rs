//! The bank of a table, with its mistakes at their places.

use std::collections::HashMap;
use std::sync::Arc;

use tatum_n64::format::bank::{Bank, Drum, Envelope, Instrument, Sample, Sound};
use toml::Spanned;

use super::bank_text::{BankText, InstrumentText, LAST_SEMITONE, SoundText};
use super::envelope_text::envelope_of;
use super::sound_set::Form;
use crate::table_text::Mistake;

/// Numbers that a bank can give: from 127 on an instrument number means something else, drums are a byte.
const MOST_INSTRUMENTS: usize = 127;
const MOST_DRUMS: usize = 256;
const MOST_EFFECTS: usize = 0xFFFF;
/// In index entries the number of drums is a byte.
const MOST_INDEXED_DRUMS: usize = 255;

/// Finds the sample of a file, and the tuning that the file itself says.
pub(super) type SampleOf<'a> = dyn FnMut(&str) -> Result<(Arc<Sample>, f32), String> + 'a;

impl BankText {
    /// The bank of the text.
    ///
    /// # Errors
    ///
    /// The first mistake, with the instrument, drum, effect or envelope it is in.
    pub fn bank(&self, form: Form, sample_of: &mut SampleOf<'_>) -> Result<Bank, Mistake> {
        let most_drums = if form.has_entries() { MOST_INDEXED_DRUMS } else { MOST_DRUMS };
        let has_effects = matches!(form, Form::Game | Form::Fonts);
        let most_effects = if has_effects { MOST_EFFECTS } else { 0 };
        let counts = [
            ("instruments", &self.instruments, MOST_INSTRUMENTS),
            ("drums", &self.drums, most_drums),
            ("effects", &self.effects, most_effects),
        ];
        for (name, count, most) in counts {
            if *count.get_ref() > most {
                let message = format!("{name}: expected at most {most}, found {}", count.get_ref());
                return Err(Mistake::at(count, message));
            }
        }
        let envelopes = self.envelopes()?;
        let mut sounds = Sounds { envelopes, sample_of };
        let mut bank = Bank {
            instruments: vec![None; *self.instruments.get_ref()],
            drums: vec![None; *self.drums.get_ref()],
            effects: vec![None; *self.effects.get_ref()],
            date: self.date()?,
            shares_samples: self.shares_samples,
        };
        for text in &self.instrument {
            let place = place("instrument", &mut bank.instruments, &text.number)?;
            let what = format!("instrument {}", text.number.get_ref());
            *place = Some(text.instrument(form, &mut sounds).map_err(|mistake| mistake.within(&what))?);
        }
        for text in &self.drum {
            let place = place("drum", &mut bank.drums, &text.number)?;
            let what = format!("drum {}", text.number.get_ref());
            let sound =
                sounds.sound(&text.sample, text.tuning.as_ref()).map_err(|mistake| mistake.within(&what))?;
            let envelope = sounds.envelope(&text.envelope).map_err(|mistake| mistake.within(&what))?;
            *place = Some(Drum { release_rate: text.release, pan: text.pan, sound, envelope });
        }
        for text in &self.effect {
            let place = place("effect", &mut bank.effects, &text.number)?;
            let what = format!("effect {}", text.number.get_ref());
            let sound = sounds.sound(&text.sample, text.tuning.as_ref());
            *place = Some(sound.map_err(|mistake| mistake.within(&what))?);
        }
        Ok(bank)
    }

    fn envelopes(&self) -> Result<HashMap<&str, Arc<Envelope>>, Mistake> {
        let mut envelopes = HashMap::new();
        for text in &self.envelope {
            let name = text.name.get_ref();
            let envelope = envelope_of(text.points.get_ref())
                .map_err(|message| Mistake::at(&text.points, format!("envelope '{name}': {message}")))?;
            if envelopes.insert(name.as_str(), Arc::new(envelope)).is_some() {
                return Err(Mistake::at(&text.name, format!("envelope '{name}' is there twice")));
            }
        }
        Ok(envelopes)
    }

    fn date(&self) -> Result<u32, Mistake> {
        let Some(text) = &self.date else { return Ok(0) };
        u32::from_str_radix(text.get_ref(), 16).map_err(|_| {
            let found = text.get_ref();
            Mistake::at(
                text,
                format!("date: expected year, month and day as in \"19960624\", found \"{found}\""),
            )
        })
    }
}

impl InstrumentText {
    fn instrument(&self, form: Form, sounds: &mut Sounds<'_, '_>) -> Result<Instrument, Mistake> {
        let [normal_low, normal_high] = self.keys;
        // A font's bounds say whether there is a low and a high sound at all.
        if let Some(low) = self.low.as_ref().filter(|_| form.has_entries() && normal_low == 0) {
            return Err(Mistake::at(&low.sample, "low: keys begins with semitone 0, so nothing is below it"));
        }
        if let Some(high) = self.high.as_ref().filter(|_| form.has_entries() && normal_high == LAST_SEMITONE)
        {
            return Err(Mistake::at(
                &high.sample,
                "high: keys ends with semitone 127, so nothing is above it",
            ));
        }
        let mut sound = |name: &str, text: &Option<SoundText>| {
            let sound = text.as_ref().map(|text| sounds.sound(&text.sample, text.tuning.as_ref()));
            sound.transpose().map_err(|mistake| mistake.within(name))
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
    fn envelope(&self, name: &Spanned<String>) -> Result<Arc<Envelope>, Mistake> {
        self.envelopes.get(name.get_ref().as_str()).cloned().ok_or_else(|| {
            let mut names: Vec<&str> = self.envelopes.keys().copied().collect();
            names.sort_unstable();
            let message =
                format!("envelope: there is no '{}'; there are {}", name.get_ref(), names.join(", "));
            Mistake::at(name, message)
        })
    }

    fn sound(&mut self, file: &Spanned<String>, tuning: Option<&Spanned<f64>>) -> Result<Sound, Mistake> {
        let (sample, own) = (self.sample_of)(file.get_ref()).map_err(|message| Mistake::at(file, message))?;
        let Some(text) = tuning else { return Ok(Sound { sample, tuning: own }) };
        let tuning = *text.get_ref() as f32;
        if !tuning.is_finite() || tuning < 0.0 {
            let message = format!("tuning: expected a number that is not negative, found {tuning}");
            return Err(Mistake::at(text, message));
        }
        Ok(Sound { sample, tuning })
    }
}

/// The place of a number that is not used yet.
fn place<'a, T>(
    what: &str,
    list: &'a mut [Option<T>],
    number: &Spanned<usize>,
) -> Result<&'a mut Option<T>, Mistake> {
    let count = list.len();
    let found = *number.get_ref();
    match list.get_mut(found) {
        Some(place) if place.is_none() => Ok(place),
        Some(_) => Err(Mistake::at(number, format!("{what} {found} is there twice"))),
        None => {
            let message = format!("{what} {found}: there are {count} numbers (see `{what}s` at the top)");
            Err(Mistake::at(number, message))
        }
    }
}

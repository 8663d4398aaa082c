//! The banks of a set as the model that all consoles share.

use std::sync::Arc;

use tatum_core::FormatError;
use tatum_n64::author::envelope_shape::{curve, release_seconds};
use tatum_n64::author::sample_codec::decode;
use tatum_n64::format::bank::{Codec, Envelope, Instrument, Sound};

use super::envelope_text::points_of;
use super::exported::{AreaSamples, ExportedSample, collect_samples, owner_of};
use super::sample_wav::codec_name;
use super::sound_set::{BankContent, BankSlot, SoundSet};
use crate::bank::envelope;
use crate::bank::model::{self, BankModel, Kind, Source};

/// MIDI key of semitone 0.
const FIRST_KEY: u8 = 21;
/// The last MIDI key.
const LAST_KEY: u8 = 127;
/// The rate at which a tuning of 1.0 plays a recording on middle C.
const TUNING_RATE: f64 = 32_000.0;

/// The model of a set.
///
/// # Errors
///
/// If its samples overlap beyond measure.
pub(in crate::bank) fn model_of(set: &SoundSet) -> Result<BankModel, FormatError> {
    let exported = collect_samples(set)?;
    let mut model = BankModel { console: "Nintendo 64", ..BankModel::default() };
    // Where an area's samples begin in the list of all.
    let mut firsts = Vec::new();
    for (area, samples) in exported.iter().enumerate() {
        firsts.push(model.samples.len());
        let bytes = u8::try_from(area).ok().and_then(|area| set.area(area)).unwrap_or_default();
        model.samples.extend(samples.list.iter().map(|sample| sample_model(sample, bytes)));
    }
    let samples = Samples { set, exported: &exported, firsts };
    for (number, slot) in set.banks.iter().enumerate() {
        let mut bank = model::Bank { number, name: slot.name.clone(), ..model::Bank::default() };
        match &slot.content {
            BankContent::Alias(owner) => bank.alias = Some(*owner),
            BankContent::Raw { error, .. } => bank.problem = Some(error.to_string()),
            BankContent::Bank { bank: content, .. } => bank.instruments = samples.instruments(slot, content),
        }
        model.banks.push(bank);
    }
    Ok(model)
}

fn sample_model(exported: &ExportedSample, area: &[u8]) -> model::Sample {
    let sample = &exported.sample;
    let start = sample.address as usize;
    let data = match sample.codec {
        Codec::Silent(_) => &[][..],
        _ => area.get(start..start.saturating_add(sample.size as usize)).unwrap_or_default(),
    };
    let pcm: Arc<[i16]> = decode(sample, data).into();
    let points = &sample.loop_points;
    let is_looped = points.count != 0 && points.end as usize <= pcm.len();
    model::Sample {
        archive: None,
        name: exported.file.clone(),
        codec: codec_name(sample.codec),
        bytes: sample.size as usize,
        length: pcm.len(),
        rate: (f64::from(exported.tuning) * TUNING_RATE).round() as u32,
        loop_points: is_looped.then_some([points.start as usize, points.end as usize]),
        pcm,
    }
}

struct Samples<'a> {
    set: &'a SoundSet,
    exported: &'a [AreaSamples],
    firsts: Vec<usize>,
}

impl Samples<'_> {
    fn instruments(&self, slot: &BankSlot, bank: &tatum_n64::format::bank::Bank) -> Vec<model::Instrument> {
        let numbered = |kind, number, sounds| model::Instrument { number, kind, sounds };
        let mut all = Vec::new();
        for (number, instrument) in present(&bank.instruments) {
            all.push(numbered(Kind::Instrument, number, self.splits(slot, instrument)));
        }
        for (number, drum) in present(&bank.drums) {
            let key = u8::try_from(number).unwrap_or(u8::MAX).saturating_add(FIRST_KEY).min(LAST_KEY);
            let envelope = Some(self.envelope(&drum.envelope, drum.release_rate));
            let sound = self.sound(slot, [key; 2], &drum.sound, Some(drum.pan), envelope);
            all.push(numbered(Kind::Drum, number, sound.into_iter().collect()));
        }
        for (number, effect) in present(&bank.effects) {
            let sound = self.sound(slot, [0, LAST_KEY], effect, None, None);
            all.push(numbered(Kind::Effect, number, sound.into_iter().collect()));
        }
        all
    }

    /// The sounds of an instrument with the keys they are heard on.
    fn splits(&self, slot: &BankSlot, instrument: &Instrument) -> Vec<model::Sound> {
        let key =
            |semitone: u16| u8::try_from(semitone + u16::from(FIRST_KEY)).unwrap_or(u8::MAX).min(LAST_KEY);
        let (low, high) =
            (instrument.normal_low, instrument.normal_high.max(instrument.normal_low.saturating_sub(1)));
        let first = if low == 0 { 0 } else { key(low.into()) };
        let last = key(high.into());
        let ranges = [
            (&instrument.low, low > 0, [0, first.saturating_sub(1)]),
            (&instrument.normal, instrument.normal_high >= low, [first, last]),
            (&instrument.high, last < LAST_KEY, [key(u16::from(high) + 1), LAST_KEY]),
        ];
        let envelope = self.envelope(&instrument.envelope, instrument.release_rate);
        ranges
            .into_iter()
            .filter(|(_, exists, _)| *exists)
            .filter_map(|(sound, _, keys)| {
                self.sound(slot, keys, sound.as_ref()?, None, Some(envelope.clone()))
            })
            .collect()
    }

    fn sound(
        &self,
        slot: &BankSlot,
        keys: [u8; 2],
        sound: &Sound,
        pan: Option<u8>,
        envelope: Option<envelope::Envelope>,
    ) -> Option<model::Sound> {
        let owner = owner_of(self.set, slot, &sound.sample)?;
        let place = self.exported[owner].place(&sound.sample)?;
        let rate_at_middle_c = f64::from(sound.tuning) * TUNING_RATE;
        let source = Source::Sample { sample: self.firsts[owner] + place, rate_at_middle_c };
        Some(model::Sound { keys, source, pan, envelope })
    }

    fn envelope(&self, envelope: &Envelope, release: u8) -> envelope::Envelope {
        let generation = self.set.engine.generation();
        let points: Vec<String> = points_of(envelope).iter().map(ToString::to_string).collect();
        let native = format!("{}, release {release}", points.join(" "));
        envelope::Envelope::of_curve(
            native,
            &curve(envelope, generation),
            release_seconds(release, generation),
        )
    }
}

fn present<T>(list: &[Option<T>]) -> impl Iterator<Item = (usize, &T)> {
    list.iter().enumerate().filter_map(|(number, one)| Some((number, one.as_ref()?)))
}

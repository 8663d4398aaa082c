//! The samples of a set: every one once, whichever banks use it.

use std::collections::HashMap;

use tatum_core::FormatError;
use tatum_n64::format::bank::{Bank, Sample, Sound};

use super::sample_wav::SampleData;
use super::sound_set::{BankSlot, SoundSet};

/// Samples may share bytes, but all of them together are not many times their area.
const MOST_SHARING: usize = 16;
/// Small areas may be shared more.
const SHARED_AT_LEAST: usize = 1 << 20;

/// A sample of an area.
#[derive(Clone, Debug)]
pub(super) struct ExportedSample {
    /// Its description, without saying by which of a bank's areas it was found.
    pub sample: Sample,
    /// The tuning of its first user.
    pub tuning: f32,
    /// Its file in an exported folder.
    pub file: String,
}

/// The samples of an area, in the order of their addresses.
#[derive(Clone, Debug, Default)]
pub(super) struct AreaSamples {
    pub list: Vec<ExportedSample>,
    places: HashMap<Vec<u8>, usize>,
}

impl AreaSamples {
    /// The place of a sample in the list.
    pub fn place(&self, sample: &Sample) -> Option<usize> {
        self.places.get(&identity(sample)).copied()
    }

    fn add(&mut self, sound: &Sound) {
        let next = self.list.len();
        let place = *self.places.entry(identity(&sound.sample)).or_insert(next);
        if place == next {
            let sample = Sample { area: 0, ..(*sound.sample).clone() };
            self.list.push(ExportedSample { sample, tuning: sound.tuning, file: String::new() });
        }
    }

    fn finish(&mut self, area: usize, length: usize) -> Result<(), FormatError> {
        self.list.sort_by_key(|one| one.sample.address);
        self.places.clear();
        let mut bytes = 0usize;
        for (number, one) in self.list.iter_mut().enumerate() {
            one.file = format!("samples/{area:02}/{number:03}.wav");
            self.places.insert(identity(&one.sample), number);
            bytes = bytes.saturating_add((one.sample.size as usize).min(length));
        }
        let most = length.saturating_mul(MOST_SHARING).max(SHARED_AT_LEAST);
        if bytes > most {
            let (expected, found) = (format!("at most {most} bytes in all"), format!("{bytes} bytes"));
            let name = format!("sample area {area}");
            return Err(FormatError::invalid(name, 0, "samples that share bytes", expected, found));
        }
        Ok(())
    }
}

/// What makes two samples the same.
fn identity(sample: &Sample) -> Vec<u8> {
    let Sample { address, size, codec, .. } = sample;
    let content =
        SampleData { sample: sample.clone(), data: [address.to_be_bytes(), size.to_be_bytes()].concat() };
    let mut identity = vec![codec.number()];
    identity.extend(super::sample_wav::to_chunk(&content));
    identity
}

/// The samples of each area.
///
/// # Errors
///
/// If samples share so many bytes that their recordings would be many times larger than the file.
pub(super) fn collect_samples(set: &SoundSet) -> Result<Vec<AreaSamples>, FormatError> {
    let mut areas = vec![AreaSamples::default(); set.areas.len()];
    for (_, slot, bank) in set.readable() {
        for sound in sounds_of(bank) {
            if let Some(owner) = owner_of(set, slot, &sound.sample) {
                areas[owner].add(sound);
            }
        }
    }
    for (number, area) in areas.iter_mut().enumerate() {
        let bytes = u8::try_from(number).ok().and_then(|number| set.area(number));
        area.finish(number, bytes.map_or(0, <[u8]>::len))?;
    }
    Ok(areas)
}

/// All sounds of a bank.
pub(super) fn sounds_of(bank: &Bank) -> impl Iterator<Item = &Sound> {
    let instruments = bank.instruments.iter().flatten();
    let instruments = instruments.flat_map(|one| [&one.low, &one.normal, &one.high]).flatten();
    let drums = bank.drums.iter().flatten().map(|drum| &drum.sound);
    instruments.chain(drums).chain(bank.effects.iter().flatten())
}

/// The area that holds a bank's sample. One that is silent may name an area that is not there.
pub(super) fn owner_of(set: &SoundSet, slot: &BankSlot, sample: &Sample) -> Option<usize> {
    let named = slot.areas.get(usize::from(sample.area)).copied().flatten();
    let named = named.and_then(|area| set.area_owner(area.into()));
    named.or_else(|| (0..set.areas.len()).find_map(|area| set.area_owner(area)))
}

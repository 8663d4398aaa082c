//! Banks of the SNES in the form that all consoles share.

use std::sync::Arc;

use tatum_snes::author::envelope_shape::{curve, release_seconds, steps_of_noise};
use tatum_snes::author::sample_bank::{SampleBank, rate_of_multiplier};

use super::envelope::Envelope;
use super::model::{Bank, BankModel, Instrument, Kind, Sample, Sound, Source};
use super::snes::USUAL_RATE;

/// Keys of the driver's notes, C1 to B6.
const KEYS: [u8; 2] = [24, 95];

/// The model of a bank.
pub(super) fn model_of(bank: &SampleBank) -> BankModel {
    let mut model = BankModel { console: "Super NES", ..BankModel::default() };
    // The places of the samples in the list, by their numbers.
    let mut places = Vec::new();
    for (number, sample) in bank.samples.iter().enumerate() {
        places.push(sample.as_ref().map(|_| model.samples.len()));
        let Some(sample) = sample else { continue };
        let (pcm, loop_start) = sample.decode();
        model.samples.push(Sample {
            archive: None,
            name: format!("{number:02}"),
            codec: "brr",
            bytes: sample.blocks.len(),
            length: pcm.len(),
            rate: bank.sample_rate(number).unwrap_or(USUAL_RATE),
            loop_points: loop_start.map(|start| [start, pcm.len()]),
            pcm: Arc::from(pcm),
        });
    }
    let instruments = bank.instruments.iter().enumerate().map(|(number, entry)| {
        let source = match entry.source {
            noise @ 0x80.. => Some(Source::Noise {
                rate: noise & 31,
                steps_at_middle_c: steps_of_noise(noise & 31),
                follows_keys: false,
            }),
            sample => places.get(usize::from(sample)).copied().flatten().map(|sample| Source::Sample {
                sample,
                rate_at_middle_c: rate_of_multiplier(entry.multiplier),
            }),
        };
        let [first, second] = entry.adsr;
        let native = format!(
            "envelope {first:02x} {second:02x}, gain {:02x}, multiplier {:04x}",
            entry.gain, entry.multiplier
        );
        let envelope = Envelope::of_curve(native, &curve(entry.adsr, entry.gain), Some(release_seconds()));
        let sound = source.map(|source| Sound { keys: KEYS, source, pan: None, envelope: Some(envelope) });
        Instrument { number, kind: Kind::Instrument, sounds: sound.into_iter().collect() }
    });
    model.banks.push(Bank { instruments: instruments.collect(), ..Bank::default() });
    model
}

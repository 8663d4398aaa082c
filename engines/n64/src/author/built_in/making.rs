//! How the built-in files are made: the instruments of `tatum-core`, encoded and put into banks.

use std::sync::Arc;

use tatum_core::{instruments, parallel};

use super::{BuiltInFiles, HIGHEST_KEY, INSTRUMENTS, KEY_OF_SEMITONE_0, ZELDA_INSTRUMENTS};
use crate::author::{adpcm_encoder, envelope_points};
use crate::format::archive::{Archive, ArchiveKind};
use crate::format::bank::{Bank, Drum, Envelope, Instrument, Sample, Sound};

/// MIDI key at which a tuning of 1.0 plays a 32 kHz recording as recorded (`n64-formats.md` 5).
const KEY_OF_TUNING_1: i32 = 60;
/// The rate for which a tuning of 1.0 is meant (`n64-formats.md` 5).
const TUNING_RATE: f64 = 32_000.0;
/// Predictors per recording. More improve the recordings by a fraction of a decibel.
const PREDICTORS: usize = 4;
/// Samples start where the console's DMA likes them to.
const SAMPLE_ALIGNMENT: usize = 16;
/// Semitone ratios within an octave, 2^(n/12): written out, because a power function's last bit differs by platform.
const SEMITONES: [f64; 12] = [
    1.0,
    1.059_463_094_359_295_3,
    1.122_462_048_309_373,
    1.189_207_115_002_721,
    1.259_921_049_894_873_2,
    1.334_839_854_170_034_3,
    std::f64::consts::SQRT_2,
    1.498_307_076_876_681_5,
    1.587_401_051_968_199_4,
    1.681_792_830_507_429,
    1.781_797_436_280_678_5,
    1.887_748_625_363_386_8,
];

/// What the numbers of release rates mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReleaseRates {
    /// Proportional to the speed.
    Linear,
    /// Places in the Zelda generation's table.
    Zelda,
}

/// Makes the files from the instruments. [`super::files`] gives the same, without the work.
#[must_use]
pub fn make() -> BuiltInFiles {
    let source = instruments::bank();
    let (samples, area) = encode(source);
    let bank = |rates| BankMaker::new(source, samples.clone(), rates).bank();
    let mut zelda = bank(ReleaseRates::Zelda);
    zelda.instruments.truncate(ZELDA_INSTRUMENTS);
    let archive = |kind, blob: &[u8]| {
        // Fails only beyond 65535 entries or 4 GiB.
        Archive::write(kind, &[blob]).unwrap_or_default().into()
    };
    BuiltInFiles {
        ctl: archive(ArchiveKind::Banks, &bank(ReleaseRates::Linear).write()),
        tbl: archive(ArchiveKind::Samples, &area),
        shindou_font: bank(ReleaseRates::Linear).write_font(false).0.into(),
        zelda_font: zelda.write_font(true).0.into(),
    }
}

/// Encodes all recordings one behind the other.
fn encode(source: &instruments::Bank) -> (Vec<Arc<Sample>>, Vec<u8>) {
    let mut area = Vec::new();
    let mut samples = Vec::new();
    let encode = |recording: &instruments::Sample| {
        adpcm_encoder::encode(&recording.pcm, recording.loop_points, PREDICTORS)
    };
    for encoded in parallel::map(&source.samples, encode) {
        let address = area.len() as u32;
        area.extend(&encoded.data);
        area.resize(area.len().next_multiple_of(SAMPLE_ALIGNMENT), 0);
        samples.push(Arc::new(encoded.into_sample(address)));
    }
    (samples, area)
}

/// Builds the bank; what is the same is shared.
struct BankMaker<'a> {
    source: &'a instruments::Bank,
    samples: Vec<Arc<Sample>>,
    envelopes: Vec<Arc<Envelope>>,
    rates: ReleaseRates,
}

impl<'a> BankMaker<'a> {
    const fn new(source: &'a instruments::Bank, samples: Vec<Arc<Sample>>, rates: ReleaseRates) -> Self {
        Self { source, samples, envelopes: Vec::new(), rates }
    }

    fn release_rate(&self, shape: &instruments::Envelope) -> u8 {
        match self.rates {
            ReleaseRates::Linear => envelope_points::release_rate(shape),
            ReleaseRates::Zelda => envelope_points::zelda_release_rate(shape),
        }
    }

    fn bank(&mut self) -> Bank {
        let source = self.source;
        let programs = 0..INSTRUMENTS;
        let keys = KEY_OF_SEMITONE_0..=HIGHEST_KEY;
        Bank {
            instruments: programs
                .map(|program| Some(self.instrument(source.instrument_for_program(program))))
                .collect(),
            drums: keys.map(|key| Some(self.drum(source.drum_for_key(key)))).collect(),
            date: 0,
            shares_samples: false,
            effects: Vec::new(),
        }
    }

    fn instrument(&mut self, source: &instruments::Instrument) -> Instrument {
        let sound = |zone: &instruments::Zone| {
            let root = i32::from(self.source.samples[zone.sample].root_key);
            self.sound(zone.sample, KEY_OF_TUNING_1 - root)
        };
        let semitone = |key: u8| key.saturating_sub(KEY_OF_SEMITONE_0);
        let first_semitone = |zone: &instruments::Zone| semitone(*zone.keys.start());
        let (low, normal, high) = match source.zones.as_slice() {
            [] => (None, None, None),
            [only] => (None, Some(only), None),
            [normal, high] => (None, Some(normal), Some(high)),
            [low, normal, high, ..] => (Some(low), Some(normal), Some(high)),
        };
        Instrument {
            normal_low: if low.is_some() { normal.map_or(0, first_semitone) } else { 0 },
            normal_high: high.map_or(0x7F, |high| first_semitone(high).saturating_sub(1)),
            release_rate: self.release_rate(&source.envelope),
            low: low.map(sound),
            normal: normal.map(sound),
            high: high.map(sound),
            envelope: self.envelope(&source.envelope),
        }
    }

    fn drum(&mut self, source: &instruments::Drum) -> Drum {
        Drum {
            release_rate: self.release_rate(&source.envelope),
            pan: source.pan,
            sound: self.sound(source.sample, source.semitones.into()),
            envelope: self.envelope(&source.envelope),
        }
    }

    /// A recording that a tuning moves by some semitones: an instrument's at middle C, a drum's at every key
    /// (`n64-engine.md` 4.3).
    fn sound(&self, sample: usize, semitones: i32) -> Sound {
        Sound { sample: Arc::clone(&self.samples[sample]), tuning: tuning(semitones) }
    }

    fn envelope(&mut self, source: &instruments::Envelope) -> Arc<Envelope> {
        let envelope = envelope_points::envelope(source);
        if let Some(known) = self.envelopes.iter().find(|known| ***known == envelope) {
            return Arc::clone(known);
        }
        self.envelopes.push(Arc::new(envelope));
        Arc::clone(&self.envelopes[self.envelopes.len() - 1])
    }
}

/// The tuning that plays a built-in recording some semitones higher than it was recorded.
fn tuning(semitones: i32) -> f32 {
    let octaves = semitones.div_euclid(12);
    let within = SEMITONES[semitones.rem_euclid(12) as usize];
    let octave =
        (0..octaves.abs()).fold(1.0, |factor, _| if octaves < 0 { factor * 0.5 } else { factor * 2.0 });
    (f64::from(instruments::Sample::RATE) / TUNING_RATE * within * octave) as f32
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::files;
    use super::*;

    fn parsed() -> Bank {
        let files = files();
        let archive = Archive::parse("ctl", &files.ctl, ArchiveKind::Banks).unwrap();
        let samples = Archive::parse("tbl", &files.tbl, ArchiveKind::Samples).unwrap();
        Bank::parse("bank", &files.ctl[archive.entries[0].clone()], samples.entries[0].len()).unwrap()
    }

    #[test]
    fn the_bank_reads_back_as_it_was_made() {
        let source = instruments::bank();
        let (samples, _) = encode(source);
        assert_eq!(parsed(), BankMaker::new(source, samples, ReleaseRates::Linear).bank());
    }

    /// Every machine and build profile must make these very files. After a change of a recording, of the encoder or of the
    /// conversion of envelopes the example `built_in_files` writes them anew.
    #[test]
    fn the_stored_files_are_what_the_instruments_make() {
        let (made, stored) = (make(), files());
        assert!(made.ctl == stored.ctl, "the bank");
        assert!(made.tbl == stored.tbl, "the samples");
        assert!(made.shindou_font == stored.shindou_font, "Shindou's font");
        assert!(made.zelda_font == stored.zelda_font, "the Zelda generation's font");
    }

    #[test]
    fn every_note_plays_the_recording_of_its_zone_at_its_speed() {
        let source = instruments::bank();
        let bank = parsed();
        let (samples, _) = encode(source);
        for program in 0..INSTRUMENTS {
            let expected = source.instrument_for_program(program);
            let instrument = bank.instruments[usize::from(program)].as_ref().unwrap();
            for key in KEY_OF_SEMITONE_0..=HIGHEST_KEY {
                let semitone = key - KEY_OF_SEMITONE_0;
                let sound = instrument.sound(instrument.range_of(semitone)).unwrap();
                let zone = expected.zone_for_key(key);
                assert_eq!(sound.sample, samples[zone.sample], "program {program}, key {key}");
                let speed = f64::from(sound.tuning) * ((f64::from(semitone) - 39.0) / 12.0).exp2();
                let root = f64::from(source.samples[zone.sample].root_key);
                let cents = 1200.0 * speed.log2() - 100.0 * (f64::from(key) - root);
                assert!(cents.abs() < 0.01, "program {program}, key {key}: {cents} cents");
            }
        }
    }

    #[test]
    fn drums_are_those_of_their_keys() {
        let source = instruments::bank();
        let bank = parsed();
        for key in KEY_OF_SEMITONE_0..=HIGHEST_KEY {
            let expected = source.drum_for_key(key);
            let drum = bank.drums[usize::from(key - KEY_OF_SEMITONE_0)].as_ref().unwrap();
            assert_eq!(drum.pan, expected.pan);
            let cents = 1200.0 * f64::from(drum.sound.tuning).log2() - 100.0 * f64::from(expected.semitones);
            assert!(cents.abs() < 0.01, "key {key}");
        }
    }

    #[test]
    fn what_is_the_same_is_stored_once() {
        let bank = parsed();
        let mut samples = HashSet::new();
        for instrument in bank.instruments.iter().flatten() {
            samples.extend(
                [&instrument.low, &instrument.normal, &instrument.high]
                    .into_iter()
                    .flatten()
                    .map(|s| s.sample.address),
            );
        }
        samples.extend(bank.drums.iter().flatten().map(|drum| drum.sound.sample.address));
        assert_eq!(samples.len(), instruments::bank().samples.len());
        assert!(files().ctl.len() < 40_000, "{} bytes", files().ctl.len());
        assert!(files().tbl.len() < 200_000, "{} bytes", files().tbl.len());
    }

    #[test]
    fn a_font_reads_back_as_it_was_made() {
        let source = instruments::bank();
        let (samples, area) = encode(source);
        let mut bank = BankMaker::new(source, samples, ReleaseRates::Zelda).bank();
        let drum = |key: usize| bank.drums[key].as_ref().map(|drum| drum.sound.clone());
        bank.effects = vec![drum(20), None, drum(21)];
        for has_effects in [true, false] {
            let (font, counts) = bank.write_font(has_effects);
            let counts =
                crate::format::bank::FontCounts { effects: if has_effects { 3 } else { 0 }, ..counts };
            let parsed = Bank::parse_font("font", &font, counts, [Some(area.len()), None]).unwrap();
            assert_eq!((&parsed.instruments, &parsed.drums), (&bank.instruments, &bank.drums));
            assert_eq!(parsed.effects, if has_effects { bank.effects.clone() } else { Vec::new() });
        }
    }

    #[test]
    fn semitones_are_equal() {
        for (index, ratio) in SEMITONES.iter().enumerate() {
            assert!((ratio - (index as f64 / 12.0).exp2()).abs() < 1e-15, "{index}");
        }
        assert_eq!((tuning(0), tuning(-24), tuning(12)), (1.0, 0.25, 2.0));
    }
}

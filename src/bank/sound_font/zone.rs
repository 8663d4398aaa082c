//! Keys, tuning and envelope of a sound as generators (SoundFont 2.01, section 8.1).

use super::file::{Generator, kind};
use crate::bank::envelope::{Envelope, SILENCE};
use crate::bank::model::Sound;

/// The key that recordings are tuned for.
const ROOT_KEY: i16 = 60;
/// The shortest and the longest time in timecents: 1 ms and 100 s.
const TIMES: (f64, f64) = (-12_000.0, 8_000.0);
/// The largest attenuation in centibels.
const MOST_ATTENUATION: f64 = 1_440.0;
/// Semitones that coarse tuning can say.
const MOST_SEMITONES: f64 = 120.0;
/// Centre and width of pan.
const CENTRE: f64 = 64.0;
const PAN_UNITS: f64 = 500.0 / 63.0;

/// The generators of a zone: the keys first, the sample last, as the format demands. `ratio` is how much faster than
/// its rate the sample is played on middle C.
pub(super) fn generators(
    sound: &Sound,
    sample: u16,
    ratio: f64,
    follows_keys: bool,
    is_looped: bool,
) -> Vec<Generator> {
    let [low, high] = sound.keys;
    let mut all = vec![Generator { kind: kind::KEY_RANGE, amount: i16::from_le_bytes([low, high]) }];
    let mut add = |kind, amount: f64| {
        // Amounts fit: times, attenuations and tunings have ranges.
        all.push(Generator { kind, amount: amount.round() as i16 });
    };
    if let Some(pan) = sound.pan {
        add(kind::PAN, ((f64::from(pan) - CENTRE) * PAN_UNITS).clamp(-500.0, 500.0));
    }
    if let Some(envelope) = &sound.envelope {
        for (kind, amount) in envelope_amounts(envelope) {
            add(kind, amount);
        }
    }
    let cents = if ratio > 0.0 { 1200.0 * ratio.log2() } else { -1200.0 * 10.0 };
    let semitones = (cents / 100.0).round().clamp(-MOST_SEMITONES, MOST_SEMITONES);
    add(kind::COARSE_TUNE, semitones);
    add(kind::FINE_TUNE, (cents - 100.0 * semitones).clamp(-99.0, 99.0));
    add(kind::ROOT_KEY, f64::from(ROOT_KEY));
    add(kind::SCALE_TUNING, if follows_keys { 100.0 } else { 0.0 });
    add(kind::SAMPLE_MODES, f64::from(u8::from(is_looped)));
    all.push(Generator { kind: kind::SAMPLE, amount: sample as i16 });
    all
}

/// Attack, hold, decay, sustain and release, and the attenuation of an envelope that is never at its full level.
fn envelope_amounts(envelope: &Envelope) -> [(u16, f64); 6] {
    // A release that never ends is the longest there is.
    let release = envelope.release.unwrap_or(f64::MAX);
    [
        (kind::ATTACK, timecents(envelope.attack)),
        (kind::HOLD, timecents(envelope.hold)),
        (kind::DECAY, timecents(envelope.fall)),
        (kind::SUSTAIN, if envelope.sustain >= SILENCE { MOST_ATTENUATION } else { 10.0 * envelope.sustain }),
        (kind::RELEASE, timecents(release)),
        (kind::ATTENUATION, (10.0 * envelope.peak).min(MOST_ATTENUATION)),
    ]
}

/// Seconds in timecents.
fn timecents(seconds: f64) -> f64 {
    if seconds <= 0.0 { TIMES.0 } else { (1200.0 * seconds.log2()).clamp(TIMES.0, TIMES.1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::model::Source;

    #[test]
    fn a_sound_becomes_generators() {
        let envelope =
            Envelope { attack: 1.0, fall: 2.0, sustain: 6.0, release: Some(0.5), ..Envelope::default() };
        let source = Source::Sample { sample: 0, rate_at_middle_c: 0.0 };
        let sound = Sound { keys: [60, 72], source, pan: Some(127), envelope: Some(envelope) };
        // A fifth and 10 cents faster.
        let all = generators(&sound, 3, (710.0f64 / 1200.0).exp2(), false, true);
        let amount = |kind| all.iter().find(|one| one.kind == kind).map(|one| one.amount);
        assert_eq!(all[0].amount.to_le_bytes(), [60, 72]);
        assert_eq!((amount(kind::COARSE_TUNE), amount(kind::FINE_TUNE)), (Some(7), Some(10)));
        assert_eq!((amount(kind::ATTACK), amount(kind::DECAY)), (Some(0), Some(1200)));
        assert_eq!((amount(kind::SUSTAIN), amount(kind::RELEASE)), (Some(60), Some(-1200)));
        assert_eq!((amount(kind::PAN), amount(kind::SCALE_TUNING)), (Some(500), Some(0)));
        assert_eq!(all.last().unwrap().amount, 3);
    }
}

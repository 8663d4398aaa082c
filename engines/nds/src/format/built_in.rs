//! The built-in instruments as a bank and a wave archive of the console.
//!
//! Programs 0 to 127 are those of General MIDI; program 128 is the drum set.

use std::sync::OnceLock;

use tatum_core::instruments::{self, Drum, Envelope, Instrument as CoreInstrument, Sample};

use super::sbnk::{Bank, Instrument, SubInstrument};
use super::swar::{Wave, WaveArchive, WaveFormat};
use crate::voice::tables::{decibel_square, fall_coefficient};

/// Program number of the drum set.
pub const DRUM_PROGRAM: u16 = 128;
/// Microseconds between two driver ticks, rounded.
const TICK_MICROSECONDS: u32 = 5_210;
/// 60 dB in the envelope's unit, 1/128 of 0.1 dB.
const SIXTY_DECIBELS: u32 = 600 * 128;

/// A bank file and the wave archive for its slot 0.
#[derive(Clone, Debug)]
pub struct BuiltInBank {
    /// SBNK.
    pub bank: Vec<u8>,
    /// SWAR.
    pub waves: Vec<u8>,
}

/// The built-in bank, made at the first call.
pub fn bank() -> &'static BuiltInBank {
    static BANK: OnceLock<BuiltInBank> = OnceLock::new();
    BANK.get_or_init(make)
}

fn make() -> BuiltInBank {
    let source = instruments::bank();
    let waves = source.samples.iter().map(|sample| Some(encode(sample))).collect();
    let mut programs: Vec<_> = (0..=127u8)
        .map(|program| Some(melodic(source.instrument_for_program(program), &source.samples)))
        .collect();
    programs.push(drum_set(source));
    BuiltInBank { bank: Bank { instruments: programs }.to_bytes(), waves: WaveArchive { waves }.to_bytes() }
}

/// 16-bit samples: the console has them, and nothing is lost.
fn encode(sample: &Sample) -> Wave {
    let (pcm, loop_start) = match sample.loop_points {
        Some((start, end)) => (sample.pcm.get(..end).unwrap_or(&sample.pcm), Some(start)),
        None => (sample.pcm.as_slice(), None),
    };
    Wave::encode(pcm, Sample::RATE, WaveFormat::Pcm16, loop_start)
}

fn melodic(instrument: &CoreInstrument, samples: &[Sample]) -> Instrument {
    let sounds: Vec<_> = instrument
        .zones
        .iter()
        .map(|zone| {
            let root = samples.get(zone.sample).map_or(60, |sample| sample.root_key);
            with_envelope(SubInstrument::pcm(0, zone.sample as u16, root), &instrument.envelope)
        })
        .collect();
    if let [only] = sounds[..] {
        return Instrument::Single(only);
    }
    let mut limits = [0; 8];
    for (limit, zone) in limits.iter_mut().zip(&instrument.zones) {
        *limit = *zone.keys.end();
    }
    Instrument::KeySplit { limits, sounds }
}

/// One sound per key from the lowest drum to the highest; keys between drums play the nearest.
fn drum_set(source: &instruments::Bank) -> Option<Instrument> {
    let (lowest, highest) = (source.drums.first()?.key, source.drums.last()?.key);
    let sound = |key: u8| {
        let drum: &Drum = source.drum_for_key(key);
        let root = key.saturating_add_signed(drum.semitones.saturating_neg());
        with_envelope(SubInstrument::pcm(0, drum.sample as u16, root), &drum.envelope).with_pan(drum.pan)
    };
    Some(Instrument::DrumSet { lowest, sounds: (lowest..=highest).map(sound).collect() })
}

fn with_envelope(sound: SubInstrument, envelope: &Envelope) -> SubInstrument {
    let sustain = sustain_value(envelope.sustain);
    let decay = match (envelope.decay_ms, sustain) {
        (0, _) => 127,
        (time, 0) => fall_value(SIXTY_DECIBELS, time),
        (time, sustain) => fall_value(u32::from(decibel_square(sustain).unsigned_abs()) * 128, time),
    };
    let sustain = if envelope.decay_ms == 0 { 127 } else { sustain };
    sound.with_envelope(
        attack_value(envelope.attack_ms),
        decay,
        sustain,
        fall_value(SIXTY_DECIBELS, envelope.release_ms),
    )
}

/// Driver ticks in a number of milliseconds, at least one.
fn ticks(milliseconds: u16) -> u32 {
    (u32::from(milliseconds) * 1000 / TICK_MICROSECONDS).max(1)
}

/// The sustain value whose level is nearest to an amplitude in thousandths.
fn sustain_value(amplitude: u16) -> u8 {
    if amplitude == 0 {
        return 0;
    }
    let level = 200.0 * (f64::from(amplitude.min(1000)) / 1000.0).log10();
    nearest(1..=127, |value| (f64::from(decibel_square(value)) - level).abs())
}

/// The decay or release value that falls by `amount` in a time.
fn fall_value(amount: u32, milliseconds: u16) -> u8 {
    let wanted = f64::from(amount) / f64::from(ticks(milliseconds));
    nearest(0..=127, |value| (f64::from(fall_coefficient(value)).ln() - wanted.max(1.0).ln()).abs())
}

/// The attack value that comes within 1 dB of the full level in a time.
fn attack_value(milliseconds: u16) -> u8 {
    let wanted = if milliseconds == 0 { 0 } else { ticks(milliseconds) };
    nearest(0..=127, |value| f64::from(attack_ticks(value).abs_diff(wanted)))
}

fn attack_ticks(value: u8) -> u32 {
    let mut envelope = crate::voice::Envelope::default();
    envelope.restart();
    envelope.set_attack(value);
    let mut count = 0;
    while envelope.step() < -10 {
        count += 1;
    }
    count
}

/// The value of least error; of equal ones the highest, which is the quickest.
fn nearest(values: std::ops::RangeInclusive<u8>, error: impl Fn(u8) -> f64) -> u8 {
    values.rev().min_by(|a, b| error(*a).total_cmp(&error(*b))).unwrap_or(127)
}

#[cfg(test)]
mod tests {
    use super::super::{sbnk, swar};
    use super::*;

    #[test]
    fn every_program_sounds_at_every_key_it_should() {
        let built_in = bank();
        for program in 0..=127 {
            for key in 0..=127 {
                let sound = sbnk::lookup(&built_in.bank, program, key).expect("an instrument");
                assert!(swar::lookup(&built_in.waves, sound.parameters.first).is_some());
            }
        }
        assert!(sbnk::lookup(&built_in.bank, DRUM_PROGRAM, 36).is_some());
        assert!(sbnk::lookup(&built_in.bank, DRUM_PROGRAM + 1, 36).is_none());
    }

    #[test]
    fn times_become_the_nearest_values() {
        assert_eq!(attack_value(0), 127);
        assert_eq!(fall_value(SIXTY_DECIBELS, 0), 127);
        let slow = fall_value(SIXTY_DECIBELS, 2000);
        let seconds = f64::from(SIXTY_DECIBELS) / f64::from(fall_coefficient(slow)) * 0.00521;
        assert!((1.8..2.2).contains(&seconds), "{seconds}");
        assert!(attack_ticks(attack_value(500)).abs_diff(96) <= 4);
        assert_eq!(sustain_value(1000), 127);
    }
}

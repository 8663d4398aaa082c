//! What an engine may rely on when it encodes and plays the built-in instruments.

use std::collections::BTreeSet;
use std::f64::consts::PI;

use tatum_core::instruments::{Sample, bank};

/// The part of a looped recording before its loop, and the loop.
fn lead_and_loop(sample: &Sample) -> Option<(Vec<f64>, Vec<f64>)> {
    let (start, end) = sample.loop_points?;
    let floats = |pcm: &[i16]| pcm.iter().map(|value| f64::from(*value)).collect();
    Some((floats(&sample.pcm[..start]), floats(&sample.pcm[start..end])))
}

fn energy(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64
}

fn differences(values: &[f64]) -> Vec<f64> {
    values.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| largest.max(value.abs()))
}

/// Amplitude and phase (turns) of the frequency `turns` per sample, through a Hann window.
fn spectral_line(values: &[f64], turns: f64) -> (f64, f64) {
    let length = values.len() as f64;
    let (mut real, mut imaginary) = (0.0, 0.0);
    for (index, value) in values.iter().enumerate() {
        let index = index as f64;
        let window = 0.5 - 0.5 * (2.0 * PI * index / length).cos();
        real += value * window * (2.0 * PI * turns * index).cos();
        imaginary -= value * window * (2.0 * PI * turns * index).sin();
    }
    (real.hypot(imaginary), imaginary.atan2(real) / (2.0 * PI))
}

/// Goes on with a 64-bit FNV-1a hash.
fn fnv(hash: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// Every machine and build profile must compute these very samples. Change the number only when a recipe changes.
#[test]
fn recordings_are_the_same_everywhere() {
    let mut hash = 0xCBF2_9CE4_8422_2325;
    for sample in &bank().samples {
        let (start, end) = sample.loop_points.unwrap_or((0, 0));
        let header = format!("{} {} {start} {end}", sample.name, sample.root_key);
        hash = fnv(hash, header.bytes());
        hash = fnv(hash, sample.pcm.iter().flat_map(|value| value.to_le_bytes()));
    }
    assert_eq!(format!("{hash:016x}"), "685be0700d62cb3b");
}

#[test]
fn the_bank_is_small_and_its_names_are_unique() {
    let bank = bank();
    let bytes: usize = bank.samples.iter().map(|sample| sample.pcm.len() * 2).sum();
    assert!(bytes < 600_000, "{bytes} bytes of PCM");
    let samples: BTreeSet<_> = bank.samples.iter().map(|sample| sample.name).collect();
    let instruments: BTreeSet<_> = bank.instruments.iter().map(|instrument| instrument.name).collect();
    let drums: BTreeSet<_> = bank.drums.iter().map(|drum| drum.name).collect();
    assert_eq!(samples.len(), bank.samples.len());
    assert_eq!(instruments.len(), bank.instruments.len());
    assert_eq!(drums.len(), bank.drums.len());
    assert!(instruments.len() >= 24, "{} instruments", instruments.len());
}

#[test]
fn zones_cover_every_key_once() {
    for instrument in &bank().instruments {
        assert!((1..=3).contains(&instrument.zones.len()), "{}", instrument.name);
        let mut next = 0;
        for zone in &instrument.zones {
            assert_eq!(*zone.keys.start(), next, "{}", instrument.name);
            assert!(zone.keys.contains(&bank().samples[zone.sample].root_key), "{}", instrument.name);
            next = zone.keys.end() + 1;
        }
        assert_eq!(next, 128, "{}", instrument.name);
        assert_eq!(instrument.zone_for_key(0), &instrument.zones[0]);
        assert_eq!(instrument.zone_for_key(255), &instrument.zones[instrument.zones.len() - 1]);
    }
}

#[test]
fn every_general_midi_drum_is_there() {
    for key in 35..=81 {
        assert_eq!(bank().drum_for_key(key).key, key);
    }
    let kick = bank().drum_for_key(0);
    assert!(kick.sample < bank().samples.len());
    assert!(bank().drums.iter().all(|drum| drum.pan < 128 && drum.envelope.sustain <= 1000));
}

/// A drum's note may be held for ever; a drum must not.
#[test]
fn looped_drums_die_away_by_their_envelope() {
    for drum in &bank().drums {
        let looped = bank().samples[drum.sample].loop_points.is_some();
        let dies = drum.envelope.sustain == 0 && drum.envelope.decay_ms > 0;
        assert!(!looped || dies, "{}", drum.name);
    }
}

#[test]
fn loops_have_no_seam() {
    for sample in &bank().samples {
        let Some((start, end)) = sample.loop_points else { continue };
        assert_eq!((start % 16, end % 16, end), (0, 0, sample.pcm.len()), "{}", sample.name);
        let Some((_, circle)) = lead_and_loop(sample) else { continue };
        assert!(circle.len() >= 16, "{}", sample.name);
        // Value, slope, and two derivatives further, where a seam shows best: none is larger where the loop closes.
        let mut across: Vec<f64> = [&circle[circle.len() - 4..], &circle[..4]].concat();
        let mut inside = circle;
        for order in 1..=4 {
            (across, inside) = (differences(&across), differences(&inside));
            let (seam, usual) = (largest(&across), largest(&inside));
            // The last bit of rounding counts double in every further difference.
            let rounding = f64::from(1 << order);
            assert!(
                seam <= usual + rounding,
                "{}: difference {order} is {seam}, inside {usual}",
                sample.name
            );
        }
    }
}

#[test]
fn the_way_into_a_loop_is_smooth() {
    for sample in &bank().samples {
        let Some((lead, circle)) = lead_and_loop(sample) else { continue };
        // What comes before the loop's start should sound like what comes before its end.
        let length = 256.min(lead.len()).min(circle.len());
        let before_start = &lead[lead.len() - length..];
        let before_end = &circle[circle.len() - length..];
        let ratio = 10.0 * (energy(before_start) / energy(before_end)).log10();
        let brightness =
            10.0 * (energy(&differences(before_start)) / energy(&differences(before_end))).log10();
        assert!(ratio.abs() < 2.0, "{}: energy changes by {ratio:.1} dB", sample.name);
        assert!(brightness.abs() < 3.0, "{}: brightness changes by {brightness:.1} dB", sample.name);
        let entry = [before_start, &circle[..length]].concat();
        let step = (circle[0] - lead[lead.len() - 1]).abs();
        assert!(step <= largest(&differences(&circle)).max(largest(&differences(&entry[..length]))) + 1.0);
    }
}

#[test]
fn one_shots_end_in_silence() {
    for sample in bank().samples.iter().filter(|sample| sample.loop_points.is_none()) {
        let length = sample.pcm.len();
        assert_eq!((length % 16, sample.pcm[length - 1]), (0, 0), "{}", sample.name);
        let end: Vec<f64> = sample.pcm[length - 32..].iter().map(|value| f64::from(*value)).collect();
        assert!(largest(&end) <= 8.0, "{}: the last millisecond reaches {}", sample.name, largest(&end));
    }
}

#[test]
fn recordings_have_headroom_no_offset_and_no_click() {
    for sample in &bank().samples {
        let values: Vec<f64> = sample.pcm.iter().map(|value| f64::from(*value)).collect();
        let peak = largest(&values);
        assert!((5_000.0..=30_000.0).contains(&peak), "{}: peak {peak}", sample.name);
        let steady = lead_and_loop(sample).map_or_else(|| values.clone(), |(_, circle)| circle);
        let offset = steady.iter().sum::<f64>() / steady.len() as f64;
        assert!(offset.abs() < 0.001 * peak, "{}: offset {offset}", sample.name);
        assert_eq!(sample.pcm[0], 0, "{}", sample.name);
        let steps = differences(&values);
        let (onset, later) = (largest(&steps[..8]), largest(&steps[8..]));
        assert!(onset <= later, "{}: starts with a step of {onset}, later at most {later}", sample.name);
    }
}

#[test]
fn root_keys_are_in_tune() {
    for instrument in &bank().instruments {
        for zone in &instrument.zones {
            let sample = &bank().samples[zone.sample];
            let hertz = 440.0 * ((f64::from(sample.root_key) - 69.0) / 12.0).exp2();
            let expected = hertz / f64::from(Sample::RATE);
            let found = match lead_and_loop(sample) {
                Some((_, circle)) => pitch_of_loop(&circle, expected),
                None => pitch_of_note(&sample.pcm, expected),
            };
            let cents = 1200.0 * (found / expected).log2();
            assert!(cents.abs() < 3.0, "{}: {cents:+.2} cents", sample.name);
        }
    }
}

/// Centre of the energy within a semitone around the fundamental, in turns per sample: a loop consists of lines
/// that go round it whole times.
fn pitch_of_loop(circle: &[f64], expected: f64) -> f64 {
    let length = circle.len() as f64;
    let low = (expected * length / 1.059).ceil() as usize;
    let high = (expected * length * 1.059).floor() as usize;
    let (mut sum, mut weight) = (0.0, 0.0);
    for turns in low..=high {
        let angle = |index: usize| 2.0 * PI * ((turns * index) % circle.len()) as f64 / length;
        let real: f64 = circle.iter().enumerate().map(|(index, value)| value * angle(index).cos()).sum();
        let imaginary: f64 = circle.iter().enumerate().map(|(index, value)| value * angle(index).sin()).sum();
        let energy = real * real + imaginary * imaginary;
        sum += energy * turns as f64 / length;
        weight += energy;
    }
    sum / weight
}

/// Pitch of a dying note, from the phase by which its fundamental advances between two windows.
fn pitch_of_note(pcm: &[i16], expected: f64) -> f64 {
    const WINDOW: usize = 1024;
    const HOP: usize = 512;
    let values: Vec<f64> = pcm.iter().map(|value| f64::from(*value)).collect();
    let at = |start: usize| spectral_line(&values[start..start + WINDOW], expected).1;
    // The line is measured against a reference of the expected pitch that starts anew with every window.
    let advance = at(640 + HOP) - at(640) - expected * HOP as f64;
    expected + (advance - advance.round()) / HOP as f64
}

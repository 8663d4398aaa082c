//! The engine's tables against those of the specification, to the last bit.

use serde_json::Value;
use tatum_n64::hardware::resample;
use tatum_n64::synthesis::abi1::ramp_tables;
use tatum_n64::voice::{tables, wave_tables};

fn specification() -> Value {
    serde_json::from_str(include_str!("vectors/n64-tables.json")).expect("the tables are JSON")
}

fn bits(table: &Value) -> Vec<u32> {
    let entries = table["bits"].as_array().expect("a table of floats has its bits");
    entries
        .iter()
        .map(|entry| match entry {
            Value::String(hex) => u32::from_str_radix(hex.trim_start_matches("0x"), 16).expect("hex"),
            other => other.as_u64().expect("a number") as u32,
        })
        .collect()
}

fn integers(table: &Value) -> Vec<i64> {
    let entries = table["values"].as_array().expect("a table of integers has its values");
    entries.iter().map(|entry| entry.as_i64().expect("an integer")).collect()
}

#[test]
fn tables_of_floats_are_equal_in_every_bit() {
    let specification = specification();
    let tables: [(&str, &[f32]); 11] = [
        ("pitch_bend", &tables::PITCH_BEND),
        ("note_freq", &tables::NOTE_FREQUENCY),
        ("headset_pan_volume", &tables::HEADSET_PAN),
        ("stereo_pan_volume", &tables::STEREO_PAN),
        ("default_pan_volume", &tables::DEFAULT_PAN),
        ("ramp_target_128", &ramp_tables::TARGET_128),
        ("ramp_source_128", &ramp_tables::SOURCE_128),
        ("ramp_target_136", &ramp_tables::TARGET_136),
        ("ramp_source_136", &ramp_tables::SOURCE_136),
        ("ramp_target_144", &ramp_tables::TARGET_144),
        ("ramp_source_144", &ramp_tables::SOURCE_144),
    ];
    for (name, table) in tables {
        let found: Vec<u32> = table.iter().map(|value| value.to_bits()).collect();
        assert_eq!(found, bits(&specification[name]), "{name}");
    }
}

#[test]
fn tables_of_integers_are_equal() {
    let specification = specification();
    let wide = |table: &[i16]| table.iter().map(|&value| i64::from(value)).collect::<Vec<_>>();
    for (name, table) in [
        ("wave_sawtooth_us", &wave_tables::SAWTOOTH),
        ("wave_triangle_us", &wave_tables::TRIANGLE),
        ("wave_sine_us", &wave_tables::SINE),
        ("wave_square_us", &wave_tables::SQUARE),
    ] {
        assert_eq!(wide(table), integers(&specification[name]), "{name}");
    }
    assert_eq!(wide(resample::PHASES.as_flattened()), integers(&specification["resample_lut"]));
    let delays: Vec<i64> = tables::HEADSET_DELAY.iter().map(|&delay| i64::from(delay)).collect();
    assert_eq!(delays, integers(&specification["headset_pan_delay_us"]));
}

/// The generating formulas of `n64-engine.md` 7 say what the tables are; the engine stores them rounded.
#[test]
fn tables_follow_their_formulas() {
    // Six digits behind the point, or seven in all.
    let close = |found: f32, expected: f64| (f64::from(found) - expected).abs() < 1.5e-6 * expected.max(1.0);
    for (index, &value) in tables::PITCH_BEND.iter().enumerate() {
        assert!(close(value, ((index as f64 - 127.0) / 127.0).exp2()), "pitch bend {index}");
    }
    for (index, &value) in tables::NOTE_FREQUENCY.iter().enumerate() {
        let octave_low = if index >= 117 { 12.0 } else { 0.0 };
        assert!(close(value, ((index as f64 - 39.0 - octave_low) / 12.0).exp2()), "semitone {index}");
    }
    for (length, target, source) in [
        (128.0, &ramp_tables::TARGET_128, &ramp_tables::SOURCE_128),
        (136.0, &ramp_tables::TARGET_136, &ramp_tables::SOURCE_136),
        (144.0, &ramp_tables::TARGET_144, &ramp_tables::SOURCE_144),
    ] {
        for index in 0..128 {
            let root = (256.0 * index as f64).powf(8.0 / length).max(1.0);
            assert!(close(target[index], 65536.0 * root), "target {length} {index}");
            assert!(close(source[index], 1.0 / root), "source {length} {index}");
        }
    }
}

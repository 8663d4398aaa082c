//! What a file's banks hold, as text.

use std::fmt::Write;

use super::envelope::{Envelope, SILENCE};
use super::model::{Bank, BankModel, Instrument, Kind, Sample, Source};

/// The text.
#[must_use]
pub(super) fn text_of(model: &BankModel) -> String {
    let mut text = String::new();
    if model.archives.is_empty() {
        write_banks(&mut text, model, None);
    }
    for (place, archive) in model.archives.iter().enumerate() {
        let before = if place == 0 { "" } else { "\n" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{before}archive {}: {}", archive.number, archive.path);
        write_banks(&mut text, model, Some(archive.number));
    }
    text
}

/// The samples and banks of an archive, or those that belong to none.
fn write_banks(text: &mut String, model: &BankModel, archive: Option<usize>) {
    for (number, sample) in model.samples.iter().enumerate().filter(|(_, sample)| sample.archive == archive) {
        write_sample(text, number, sample);
    }
    for bank in model.banks.iter().filter(|bank| bank.archive == archive) {
        write_bank(text, model, bank);
    }
}

fn write_sample(text: &mut String, number: usize, sample: &Sample) {
    let Sample { name, codec, bytes, length, rate, loop_points, .. } = sample;
    let looped = match loop_points {
        Some([start, end]) => format!(", loop {start} to {end}"),
        None => String::new(),
    };
    let _ = writeln!(
        text,
        "sample {number} {name}: {codec}, {bytes} bytes, {length} samples at {rate} Hz{looped}"
    );
}

fn write_bank(text: &mut String, model: &BankModel, bank: &Bank) {
    let name = bank.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let what = match (&bank.alias, &bank.problem) {
        (Some(owner), _) => format!("the same as bank {owner}"),
        (_, Some(problem)) => format!("cannot be read: {problem}"),
        _ => counts(&bank.instruments),
    };
    let _ = writeln!(text, "bank {}{name}: {what}", bank.number);
    for instrument in &bank.instruments {
        write_instrument(text, model, instrument);
    }
}

fn counts(instruments: &[Instrument]) -> String {
    let kinds = [
        (Kind::Instrument, "instruments"),
        (Kind::Drum, "drums"),
        (Kind::DrumSet, "drum sets"),
        (Kind::Effect, "effects"),
    ];
    let counts = kinds.into_iter().filter_map(|(kind, name)| {
        let count = instruments.iter().filter(|one| one.kind == kind).count();
        (count != 0).then(|| format!("{count} {name}"))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() { "empty".to_owned() } else { counts.join(", ") }
}

fn write_instrument(text: &mut String, model: &BankModel, instrument: &Instrument) {
    let _ = write!(text, "  {} {}:", instrument.kind.name(), instrument.number);
    let shared = shared_envelope(instrument);
    let is_single = instrument.sounds.len() == 1;
    for sound in &instrument.sounds {
        let _ = write!(text, "{}", if is_single { " " } else { "\n    " });
        if instrument.kind != Kind::Effect && !is_single || instrument.kind == Kind::Drum {
            let _ = write!(text, "{} ", keys(sound.keys));
        }
        let _ = match sound.source {
            Source::Sample { sample, rate_at_middle_c } => {
                let name = model.samples.get(sample).map_or("", |sample| sample.name.as_str());
                write!(text, "{name} at {rate_at_middle_c:.1} Hz")
            }
            Source::Square { duty, root_key } => {
                write!(text, "square wave {duty}, root {}", key_name(root_key))
            }
            Source::Noise { rate, .. } => write!(text, "noise {rate}"),
        };
        if let Some(pan) = sound.pan.filter(|pan| *pan != 64) {
            let _ = write!(text, ", pan {pan}");
        }
        if let Some(envelope) = sound.envelope.as_ref().filter(|_| shared.is_none()) {
            let _ = write!(text, ", {}", envelope_text(envelope));
        }
    }
    if instrument.sounds.is_empty() {
        text.push_str(" no sample");
    }
    if let Some(envelope) = shared {
        let _ = write!(text, "{}{}", if is_single { ", " } else { "\n    " }, envelope_text(envelope));
    }
    text.push('\n');
}

/// The envelope that all sounds have.
fn shared_envelope(instrument: &Instrument) -> Option<&Envelope> {
    let first = instrument.sounds.first()?.envelope.as_ref()?;
    instrument.sounds.iter().all(|sound| sound.envelope.as_ref() == Some(first)).then_some(first)
}

fn envelope_text(envelope: &Envelope) -> String {
    let fall = match (envelope.sustain, envelope.decay) {
        (sustain, _) if sustain < 0.05 => "held".to_owned(),
        (sustain, decay) if sustain >= SILENCE => format!("silent after {decay:.3} s"),
        (sustain, decay) => format!("-{sustain:.1} dB after {decay:.3} s"),
    };
    let release = match envelope.release {
        Some(seconds) => format!("release {seconds:.3} s"),
        None => "no release".to_owned(),
    };
    format!("{} (attack {:.3} s, {fall}, {release})", envelope.native, envelope.attack)
}

fn keys([first, last]: [u8; 2]) -> String {
    if first == last { key_name(first) } else { format!("{} to {}", key_name(first), key_name(last)) }
}

/// A key as people name it: middle C is C4.
pub(super) fn key_name(key: u8) -> String {
    const NAMES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    format!("{}{}", NAMES[usize::from(key % 12)], i16::from(key / 12) - 1)
}

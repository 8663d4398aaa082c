//! What happens in sequences and MIDI files, as rows of text (`n64-authoring.md` 8). Equal rows mean musically equal.

use std::fmt::Write;

use num_rational::Ratio;
use tatum_core::midi::{ChannelMessage, EventKind, MidiFile, Overlap, TextKind};

use super::TICKS_PER_QUARTER;
use super::walk::{Jumps, WalkOptions, WalkedEvent, WalkedKind, walk};
use crate::author::abi::AbiDefinition;
use crate::author::model::Sequence;

/// Controllers that carry the range of the pitch wheel.
const RANGE_CONTROLLERS: [u8; 4] = [100, 101, 6, 38];

/// A row: what its order depends on, and its text.
type Row = (Ratio<u128>, Option<u8>, Option<u8>, &'static str, String);

/// What happens in a sequence, a line each: tick, channel, layer, kind, values.
#[must_use]
pub fn sequence_events(sequence: &Sequence, abi: &AbiDefinition) -> String {
    let walked = walk(
        sequence,
        abi,
        &WalkOptions { jumps: Jumps::End, max_ticks: u64::MAX, ..WalkOptions::default() },
    );
    let mut rows: Vec<Row> = Vec::new();
    for event in &walked.events {
        sequence_rows(event, &mut |kind, values| {
            rows.push((Ratio::from_integer(event.tick.into()), event.channel, event.layer, kind, values));
        });
    }
    rows.sort();
    let mut text = String::new();
    for (tick, channel, layer, kind, values) in rows {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{tick}\t{}\t{}\t{kind}\t{values}", number(channel), number(layer));
    }
    text
}

fn sequence_rows(event: &WalkedEvent, row: &mut impl FnMut(&'static str, String)) {
    match &event.kind {
        WalkedKind::Note(note) => {
            row("note", format!("{} {} {} {}", note.key, note.velocity, note.delay, note.gate));
        }
        WalkedKind::Controllers(controllers) => {
            for controller in controllers {
                row("cc", format!("{} {}", controller.number, controller.byte));
            }
        }
        WalkedKind::Tempo(value) => row("tempo", value.to_string()),
        WalkedKind::MasterVolume(value) => row("master-volume", value.to_string()),
        WalkedKind::MuteBehavior(value) => row("mute-behavior", value.to_string()),
        WalkedKind::MuteScale(value) => row("mute-scale", value.to_string()),
        WalkedKind::EnableChannels(mask) => row("channel-enable", mask.to_string()),
        WalkedKind::DisableChannels(mask) => row("channel-disable", mask.to_string()),
        WalkedKind::Start { .. } => row("start", String::new()),
        WalkedKind::Jump => row("jump", String::new()),
        WalkedKind::End => row("end", String::new()),
    }
}

/// What happens in a MIDI file, a line each: tick, channel, kind, values.
#[must_use]
pub fn midi_events(file: &MidiFile) -> String {
    let tick = |tick: u64| engine_ticks(tick, file.ticks_per_quarter);
    let mut rows: Vec<Row> = Vec::new();
    let paired = file.pair_notes(Overlap::Queue);
    for note in &paired.notes {
        let length =
            note.end.map_or_else(|| "-".to_owned(), |end| tick(end.saturating_sub(note.start)).to_string());
        let values = format!("{} {} {length}", note.key, note.velocity);
        rows.push((tick(note.start), Some(note.channel), None, "note", values));
    }
    for stray in &paired.stray {
        rows.push((tick(stray.tick), Some(stray.channel), None, "strayoff", stray.key.to_string()));
    }
    for (_, event) in file.merged() {
        let row = match &event.kind {
            EventKind::Channel { channel, message } => match message {
                ChannelMessage::Controller { controller, value }
                    if !RANGE_CONTROLLERS.contains(controller) =>
                {
                    Some((Some(*channel), "cc", format!("{controller} {value}")))
                }
                ChannelMessage::Program(program) => Some((Some(*channel), "prog", program.to_string())),
                ChannelMessage::PitchBend(bend) => Some((Some(*channel), "bend", bend.to_string())),
                _ => None,
            },
            EventKind::Tempo(tempo) => Some((None, "tempo", tempo.to_string())),
            EventKind::SystemExclusive(bytes) => Some(match bytes.as_ref() {
                [0x7F, 0x7F, 4, 1, _, volume, 0xF7] => (None, "mastervol", volume.to_string()),
                bytes => (None, "sysex", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
            }),
            kind => {
                let text = |kind: &EventKind, wanted| kind.as_text(wanted).map(std::borrow::Cow::into_owned);
                let marker = text(kind, TextKind::Marker).map(|text| (None, "marker", text));
                marker.or_else(|| text(kind, TextKind::Text).map(|text| (None, "text", text)))
            }
        };
        rows.extend(row.map(|(channel, kind, values)| (tick(event.tick), channel, None, kind, values)));
    }
    rows.sort();
    let mut text = String::new();
    for (tick, channel, _, kind, values) in rows {
        let _ = writeln!(text, "{tick}\t{}\t{kind}\t{values}", number(channel));
    }
    text
}

fn number(number: Option<u8>) -> String {
    number.map_or_else(|| "-".to_owned(), |number| number.to_string())
}

/// The engine's ticks of a MIDI tick.
fn engine_ticks(midi_ticks: u64, ticks_per_quarter: u16) -> Ratio<u128> {
    Ratio::new(u128::from(midi_ticks) * u128::from(TICKS_PER_QUARTER), ticks_per_quarter.max(1).into())
}

//! Writing, by `midly`.

use midly::num::{u4, u7, u14, u15, u24, u28};
use midly::{Format, Header, MetaMessage, MidiMessage, PitchBend, Smf, Timing, TrackEvent, TrackEventKind};

use super::{ChannelMessage, EventKind, MidiFile, MidiFormat, TextKind, Track};
use crate::FormatError;

/// A value that does not fit its field of the file.
struct OutOfRange {
    field: &'static str,
    range: String,
    found: u64,
}

/// Turns a value into one of the file's integers.
macro_rules! narrow {
    ($($name:ident -> $type:ident($inner:ty);)*) => {
        $(fn $name(field: &'static str, value: u64) -> Result<$type, OutOfRange> {
            let narrow = <$inner>::try_from(value).ok().and_then($type::try_from);
            narrow.ok_or_else(|| OutOfRange {
                field,
                range: format!("0 to {}", $type::max_value().as_int()),
                found: value,
            })
        })*
    };
}

narrow! {
    four_bits -> u4(u8);
    seven_bits -> u7(u8);
    fourteen_bits -> u14(u16);
    fifteen_bits -> u15(u16);
    twenty_four_bits -> u24(u32);
    twenty_eight_bits -> u28(u32);
}

impl MidiFile {
    /// The bytes of the file; `name` is used in errors. The events of each track are put in the order of their
    /// ticks.
    ///
    /// # Errors
    ///
    /// Values outside their ranges, more than 65535 tracks, pauses of more than 0xFFF_FFFF ticks.
    pub fn write(&self, name: &str) -> Result<Vec<u8>, FormatError> {
        let error = |track: usize, problem: OutOfRange| {
            let found = format!("{} in track {track}", problem.found);
            FormatError::invalid(name.to_owned(), 0, problem.field, problem.range, found)
        };
        let ticks = u64::from(self.ticks_per_quarter);
        let timing = fifteen_bits("division", ticks).map_err(|problem| error(0, problem))?;
        let format = match self.format {
            MidiFormat::Single => Format::SingleTrack,
            MidiFormat::Parallel => Format::Parallel,
        };
        let mut file = Smf::new(Header { format, timing: Timing::Metrical(timing) });
        for (number, track) in self.tracks.iter().enumerate() {
            file.tracks.push(convert_track(track).map_err(|problem| error(number, problem))?);
        }
        let mut bytes = Vec::new();
        match file.write(&mut bytes) {
            Ok(()) => Ok(bytes),
            Err(what) => {
                Err(FormatError::invalid(name.to_owned(), 0, "file", "one that can be written", what))
            }
        }
    }
}

fn convert_track(track: &Track) -> Result<Vec<TrackEvent<'_>>, OutOfRange> {
    let mut sorted: Vec<_> = track.events.iter().collect();
    sorted.sort_by_key(|event| event.tick);
    let mut events = Vec::with_capacity(sorted.len() + 1);
    let mut now = 0;
    let mut push = |tick: u64, kind| {
        let delta = twenty_eight_bits("delta time", tick.saturating_sub(now))?;
        now = now.max(tick);
        events.push(TrackEvent { delta, kind });
        Ok(())
    };
    for event in sorted {
        push(event.tick, convert(&event.kind)?)?;
    }
    push(track.end, TrackEventKind::Meta(MetaMessage::EndOfTrack))?;
    Ok(events)
}

fn convert(kind: &EventKind) -> Result<TrackEventKind<'_>, OutOfRange> {
    Ok(match kind {
        EventKind::Channel { channel, message } => TrackEventKind::Midi {
            channel: four_bits("channel", (*channel).into())?,
            message: convert_message(*message)?,
        },
        EventKind::Tempo(tempo) => {
            TrackEventKind::Meta(MetaMessage::Tempo(twenty_four_bits("tempo", (*tempo).into())?))
        }
        EventKind::TimeSignature(signature) => TrackEventKind::Meta(MetaMessage::TimeSignature(
            signature.numerator,
            signature.denominator_power,
            signature.clocks_per_click,
            signature.thirty_seconds_per_quarter,
        )),
        EventKind::KeySignature { sharps, is_minor } => {
            TrackEventKind::Meta(MetaMessage::KeySignature(*sharps, *is_minor))
        }
        EventKind::Text { kind, bytes } => TrackEventKind::Meta(convert_text(*kind, bytes)),
        EventKind::SystemExclusive(bytes) => TrackEventKind::SysEx(bytes),
        EventKind::Escape(bytes) => TrackEventKind::Escape(bytes),
        EventKind::Meta { kind, bytes } => TrackEventKind::Meta(MetaMessage::Unknown(*kind, bytes)),
    })
}

fn convert_message(message: ChannelMessage) -> Result<MidiMessage, OutOfRange> {
    let value = |field, value: u8| seven_bits(field, value.into());
    Ok(match message {
        ChannelMessage::NoteOff { key, velocity } => {
            MidiMessage::NoteOff { key: value("key", key)?, vel: value("velocity", velocity)? }
        }
        ChannelMessage::NoteOn { key, velocity } => {
            MidiMessage::NoteOn { key: value("key", key)?, vel: value("velocity", velocity)? }
        }
        ChannelMessage::KeyPressure { key, pressure } => {
            MidiMessage::Aftertouch { key: value("key", key)?, vel: value("pressure", pressure)? }
        }
        ChannelMessage::Controller { controller, value: to } => MidiMessage::Controller {
            controller: value("controller", controller)?,
            value: value("controller value", to)?,
        },
        ChannelMessage::Program(program) => {
            MidiMessage::ProgramChange { program: value("program", program)? }
        }
        ChannelMessage::ChannelPressure(pressure) => {
            MidiMessage::ChannelAftertouch { vel: value("pressure", pressure)? }
        }
        ChannelMessage::PitchBend(bend) => {
            MidiMessage::PitchBend { bend: PitchBend(fourteen_bits("pitch bend", bend.into())?) }
        }
    })
}

fn convert_text(kind: TextKind, bytes: &[u8]) -> MetaMessage<'_> {
    match kind {
        TextKind::Text => MetaMessage::Text(bytes),
        TextKind::Copyright => MetaMessage::Copyright(bytes),
        TextKind::TrackName => MetaMessage::TrackName(bytes),
        TextKind::InstrumentName => MetaMessage::InstrumentName(bytes),
        TextKind::Lyric => MetaMessage::Lyric(bytes),
        TextKind::Marker => MetaMessage::Marker(bytes),
        TextKind::CuePoint => MetaMessage::CuePoint(bytes),
        TextKind::ProgramName => MetaMessage::ProgramName(bytes),
        TextKind::DeviceName => MetaMessage::DeviceName(bytes),
    }
}

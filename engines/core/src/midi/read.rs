//! Reading: the chunks here, where errors need their places; the events by `midly`.

use std::fmt;

use midly::{EventIter, MetaMessage, MidiMessage, TrackEvent, TrackEventKind};

use super::{ChannelMessage, Event, EventKind, MidiFile, MidiFormat, TextKind, TimeSignature, Track};
use crate::source::Problem;
use crate::{ByteReader, FormatError, FormatErrorKind, FormatProblem};

/// A file larger than this is no song that a console could play.
const LARGEST_FILE: usize = 8 << 20;
/// Length of the header's data that formats 0 to 2 know.
const HEADER_LENGTH: usize = 6;

/// A MIDI file that cannot be read: a format error with a short name for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MidiError {
    /// The kind of fault.
    pub code: MidiErrorCode,
    /// Place, what was expected and what was found.
    pub error: FormatError,
}

/// The kinds of faults of a MIDI file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MidiErrorCode {
    /// Not a MIDI file.
    Header,
    /// The file ends early.
    Truncated,
    /// A format that cannot be converted.
    Format,
    /// A division of 0.
    Division,
    /// Time code instead of ticks of a quarter note.
    TimeCode,
    /// Data where an event's status byte is missing.
    Status,
    /// Something that is no event of a file.
    Event,
    /// Too large.
    Size,
}

impl MidiErrorCode {
    /// The name as problem reports show it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header => "MID-HEADER",
            Self::Truncated => "MID-TRUNCATED",
            Self::Format => "MID-FORMAT",
            Self::Division => "MID-DIVISION",
            Self::TimeCode => "MID-SMPTE",
            Self::Status => "MID-STATUS",
            Self::Event => "MID-EVENT",
            Self::Size => "MID-SIZE",
        }
    }
}

impl MidiError {
    /// The error for a list of problems; a MIDI file has bytes instead of lines.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let FormatProblem { offset, field, expected, found, help, .. } = &*self.error;
        let message = format!("byte {offset:#X}: {field}: expected {expected}, found {found}");
        let problem = Problem::error(self.code.name(), None, message);
        match help {
            Some(help) => problem.with_hint(help.clone()),
            None => problem,
        }
    }
}

impl fmt::Display for MidiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for MidiError {}

impl From<MidiError> for FormatError {
    fn from(error: MidiError) -> Self {
        error.error
    }
}

/// Gives a format error its short name.
trait WithCode<T> {
    fn code(self, code: MidiErrorCode) -> Result<T, MidiError>;
}

impl<T> WithCode<T> for Result<T, FormatError> {
    fn code(self, code: MidiErrorCode) -> Result<T, MidiError> {
        self.map_err(|error| MidiError { code, error })
    }
}

impl MidiFile {
    /// Reads a file; `name` is used in errors.
    ///
    /// Chunks of unknown kinds, and what follows the end of a track, are passed over. A running status lives on
    /// across meta events, as many programs write it.
    ///
    /// # Errors
    ///
    /// Format 2, time code divisions, files that end early and bytes that are no events.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, MidiError> {
        let mut reader = ByteReader::new(name, bytes);
        if bytes.len() > LARGEST_FILE {
            let found = format!("{} bytes", bytes.len());
            return Err(reader.invalid(LARGEST_FILE, "file", "at most 8 MiB", found))
                .code(MidiErrorCode::Size);
        }
        let (format, ticks_per_quarter) = read_header(&mut reader)?;
        let mut tracks = Vec::new();
        while reader.remaining() != 0 {
            let at = reader.position();
            let kind = reader.bytes(4, "chunk kind").code(MidiErrorCode::Truncated)?;
            let length = reader.u32_be("chunk length").code(MidiErrorCode::Truncated)? as usize;
            let what = if kind == b"MTrk" { format!("track {}", tracks.len() + 1) } else { "chunk".into() };
            if reader.remaining() < length {
                let expected = format!("{length} bytes of {what}");
                let found = format!("{} before the end of the file", reader.remaining());
                let error = reader.invalid(at + 4, "chunk length", expected, found);
                return Err(error.of_kind(FormatErrorKind::Truncated)).code(MidiErrorCode::Truncated);
            }
            let start = reader.position();
            let data = reader.bytes(length, "chunk data").code(MidiErrorCode::Truncated)?;
            if kind == b"MTrk" {
                tracks.push(read_track(&reader, data, start)?);
            }
        }
        Ok(Self { format, ticks_per_quarter, tracks })
    }
}

/// Format and ticks per quarter note.
fn read_header(reader: &mut ByteReader<'_>) -> Result<(MidiFormat, u16), MidiError> {
    let kind = reader.bytes(4, "header").code(MidiErrorCode::Truncated)?;
    if kind != b"MThd" {
        let error = reader.invalid(0, "header", "`MThd`", format!("`{}`", kind.escape_ascii()));
        let help = "RMID files: extract the MIDI data first";
        return Err(if kind == b"RIFF" { error.with_help(help) } else { error }).code(MidiErrorCode::Header);
    }
    let length_at = reader.position();
    let length = reader.u32_be("header length").code(MidiErrorCode::Truncated)? as usize;
    if length < HEADER_LENGTH {
        let error = reader.invalid(length_at, "header length", "6 bytes or more", length.to_string());
        return Err(error).code(MidiErrorCode::Header);
    }
    let format_at = reader.position();
    let format = match reader.u16_be("format").code(MidiErrorCode::Truncated)? {
        0 => Some(MidiFormat::Single),
        1 => Some(MidiFormat::Parallel),
        _ => None,
    };
    reader.u16_be("track count").code(MidiErrorCode::Truncated)?;
    let division_at = reader.position();
    let division = reader.u16_be("division").code(MidiErrorCode::Truncated)?;
    let Some(format) = format else {
        let found = reader.at(format_at).u16_be("format").code(MidiErrorCode::Truncated)?;
        let error = reader
            .invalid(format_at, "format", "0 or 1", found.to_string())
            .of_kind(FormatErrorKind::Unsupported)
            .with_help("save as format 0 or 1");
        return Err(error).code(MidiErrorCode::Format);
    };
    match division {
        0 => {
            let error = reader.invalid(division_at, "division", "ticks of a quarter note", "0");
            Err(error).code(MidiErrorCode::Division)
        }
        1..=0x7FFF => {
            reader.skip(length - HEADER_LENGTH, "header").code(MidiErrorCode::Truncated)?;
            Ok((format, division))
        }
        0x8000.. => {
            let [frames, _] = division.to_be_bytes();
            let found = format!("time code of {} frames per second", frames.wrapping_neg());
            let error = reader
                .invalid(division_at, "division", "ticks of a quarter note", found)
                .of_kind(FormatErrorKind::Unsupported)
                .with_help("export with ticks per quarter note");
            Err(error).code(MidiErrorCode::TimeCode)
        }
    }
}

/// The events of a track whose data begins at `start`.
fn read_track(reader: &ByteReader<'_>, data: &[u8], start: usize) -> Result<Track, MidiError> {
    let mut track = Track::default();
    let mut events = EventIter::new(data);
    let mut tick = 0u64;
    loop {
        let (unread, status) = (events.unread(), events.running_status());
        if unread.is_empty() {
            return Ok(track);
        }
        let Some(Ok(TrackEvent { delta, kind })) = events.next() else {
            return Err(event_error(reader, unread, status, start + data.len() - unread.len()));
        };
        tick += u64::from(delta.as_int());
        if events.running_status().is_none() {
            *events.running_status_mut() = status;
        }
        track.end = tick;
        if kind == TrackEventKind::Meta(MetaMessage::EndOfTrack) {
            return Ok(track);
        }
        track.events.extend(convert(kind).map(|kind| Event { tick, kind }));
    }
}

/// Says why there is no event at `at`, where `unread` begins.
fn event_error(reader: &ByteReader<'_>, unread: &[u8], status: Option<u8>, at: usize) -> MidiError {
    // A delta time has up to four bytes; the last one has the top bit clear.
    let delta_length = unread.iter().take(4).take_while(|byte| **byte & 0x80 != 0).count().min(3) + 1;
    let at = at + delta_length;
    let (code, expected, found) = match unread.get(delta_length) {
        Some(byte @ 0..=0x7F) if status.is_none() => {
            (MidiErrorCode::Status, "a status byte", format!("data byte {byte:#04x}"))
        }
        Some(byte @ (0xF1..=0xF6 | 0xF8..=0xFE)) => {
            (MidiErrorCode::Event, "an event of a file", format!("system message {byte:#04x}"))
        }
        _ => (MidiErrorCode::Truncated, "an event", "the end of the track in the middle of one".into()),
    };
    MidiError { code, error: reader.invalid(at, "event", expected, found) }
}

fn convert(kind: TrackEventKind<'_>) -> Option<EventKind> {
    Some(match kind {
        TrackEventKind::Midi { channel, message } => {
            EventKind::Channel { channel: channel.as_int(), message: convert_message(message) }
        }
        TrackEventKind::SysEx(bytes) => EventKind::SystemExclusive(bytes.into()),
        TrackEventKind::Escape(bytes) => EventKind::Escape(bytes.into()),
        TrackEventKind::Meta(meta) => return convert_meta(meta),
    })
}

fn convert_message(message: MidiMessage) -> ChannelMessage {
    match message {
        MidiMessage::NoteOff { key, vel } => {
            ChannelMessage::NoteOff { key: key.as_int(), velocity: vel.as_int() }
        }
        MidiMessage::NoteOn { key, vel } => {
            ChannelMessage::NoteOn { key: key.as_int(), velocity: vel.as_int() }
        }
        MidiMessage::Aftertouch { key, vel } => {
            ChannelMessage::KeyPressure { key: key.as_int(), pressure: vel.as_int() }
        }
        MidiMessage::Controller { controller, value } => {
            ChannelMessage::Controller { controller: controller.as_int(), value: value.as_int() }
        }
        MidiMessage::ProgramChange { program } => ChannelMessage::Program(program.as_int()),
        MidiMessage::ChannelAftertouch { vel } => ChannelMessage::ChannelPressure(vel.as_int()),
        MidiMessage::PitchBend { bend } => ChannelMessage::PitchBend(bend.0.as_int()),
    }
}

/// A meta event; none for the time code a film starts at and the ends of tracks.
fn convert_meta(meta: MetaMessage<'_>) -> Option<EventKind> {
    let text = |kind, bytes: &[u8]| EventKind::Text { kind, bytes: bytes.into() };
    let other = |kind, bytes: &[u8]| EventKind::Meta { kind, bytes: bytes.into() };
    Some(match meta {
        MetaMessage::SmpteOffset(_) | MetaMessage::EndOfTrack => return None,
        MetaMessage::Text(bytes) => text(TextKind::Text, bytes),
        MetaMessage::Copyright(bytes) => text(TextKind::Copyright, bytes),
        MetaMessage::TrackName(bytes) => text(TextKind::TrackName, bytes),
        MetaMessage::InstrumentName(bytes) => text(TextKind::InstrumentName, bytes),
        MetaMessage::Lyric(bytes) => text(TextKind::Lyric, bytes),
        MetaMessage::Marker(bytes) => text(TextKind::Marker, bytes),
        MetaMessage::CuePoint(bytes) => text(TextKind::CuePoint, bytes),
        MetaMessage::ProgramName(bytes) => text(TextKind::ProgramName, bytes),
        MetaMessage::DeviceName(bytes) => text(TextKind::DeviceName, bytes),
        MetaMessage::Tempo(tempo) => EventKind::Tempo(tempo.as_int()),
        MetaMessage::TimeSignature(numerator, denominator_power, clocks_per_click, thirty_seconds) => {
            EventKind::TimeSignature(TimeSignature {
                numerator,
                denominator_power,
                clocks_per_click,
                thirty_seconds_per_quarter: thirty_seconds,
            })
        }
        MetaMessage::KeySignature(sharps, is_minor) => EventKind::KeySignature { sharps, is_minor },
        MetaMessage::TrackNumber(number) => {
            let bytes = number.map(u16::to_be_bytes);
            other(0x00, bytes.as_ref().map_or(&[], |bytes| bytes.as_slice()))
        }
        MetaMessage::MidiChannel(channel) => other(0x20, &[channel.as_int()]),
        MetaMessage::MidiPort(port) => other(0x21, &[port.as_int()]),
        MetaMessage::SequencerSpecific(bytes) => other(0x7F, bytes),
        MetaMessage::Unknown(kind, bytes) => other(kind, bytes),
    })
}

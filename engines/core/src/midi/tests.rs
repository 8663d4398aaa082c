use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;

use super::*;

/// A file with one track.
fn file_of(track: &[u8]) -> Vec<u8> {
    let mut bytes = b"MThd\0\0\0\x06\0\0\0\x01\0\x30MTrk".to_vec();
    bytes.extend(u32::try_from(track.len()).unwrap().to_be_bytes());
    bytes.extend(track);
    bytes
}

fn read_track(track: &[u8]) -> std::result::Result<Track, MidiError> {
    MidiFile::read("test", &file_of(track)).map(|mut file| file.tracks.remove(0))
}

fn on(key: u8, velocity: u8) -> ChannelMessage {
    ChannelMessage::NoteOn { key, velocity }
}

fn off(key: u8) -> ChannelMessage {
    ChannelMessage::NoteOff { key, velocity: 64 }
}

#[test]
fn events_have_absolute_ticks() {
    let track = read_track(&[0x81, 0, 0x91, 60, 100, 48, 60, 0, 3, 0xFF, 0x2F, 0]).unwrap();
    let kinds = [on(60, 100), on(60, 0)].map(|message| EventKind::Channel { channel: 1, message });
    let ticks = [128, 176];
    let events: Vec<_> = ticks.into_iter().zip(kinds).map(|(tick, kind)| Event { tick, kind }).collect();
    assert_eq!(track, Track { events, end: 179 });
}

#[test]
fn a_running_status_lives_on_across_meta_events() {
    let track = read_track(&[0, 0x90, 60, 100, 0, 0xFF, 1, 1, b'x', 5, 60, 0]).unwrap();
    assert_eq!(track.events.len(), 3);
    assert_eq!(track.events[1].kind, EventKind::text(TextKind::Text, "x"));
    assert_eq!(track.end, 5, "without an end of track the last event is the end");
}

#[test]
fn errors_name_the_byte() {
    let error = |bytes: &[u8]| {
        let error = MidiFile::read("test", bytes).unwrap_err();
        (error.code.name(), error.error.offset)
    };
    let header = |format: u8, division: [u8; 2]| {
        let mut bytes = file_of(&[]);
        bytes[9] = format;
        bytes[12..14].copy_from_slice(&division);
        bytes
    };
    assert_eq!(error(b"RIFFxxxx"), ("MID-HEADER", 0));
    assert_eq!(error(&file_of(&[])[..10]), ("MID-TRUNCATED", 10));
    assert_eq!(error(&header(2, [0, 48])), ("MID-FORMAT", 8));
    assert_eq!(error(&header(1, [0, 0])), ("MID-DIVISION", 12));
    assert_eq!(error(&header(1, [0xE7, 40])), ("MID-SMPTE", 12));
    assert_eq!(error(&file_of(&[0, 0x90, 60, 64])[..24]), ("MID-TRUNCATED", 0x12));
    assert_eq!(error(&file_of(&[0, 60, 64])), ("MID-STATUS", 0x17));
    assert_eq!(error(&file_of(&[0x81, 0, 0xF8])), ("MID-EVENT", 0x18));
    assert_eq!(error(&file_of(&[0, 0x90, 60])), ("MID-TRUNCATED", 0x17));
}

#[test]
fn an_error_is_a_problem_without_a_line() {
    let problem = MidiFile::read("test", b"RIFFxxxx").unwrap_err().problem();
    assert_eq!((problem.code, problem.span), ("MID-HEADER", None));
    assert_eq!(problem.message, "byte 0x0: header: expected `MThd`, found `RIFF`");
    assert!(problem.hint.is_some());
}

#[test]
fn overlapping_notes_pair_as_asked() {
    let mut track = Track::default();
    for (tick, message) in [(0, on(60, 1)), (10, on(60, 2)), (20, off(60)), (30, off(60))] {
        track.push_message(tick, 0, message);
    }
    let file = MidiFile { format: MidiFormat::Single, ticks_per_quarter: 48, tracks: vec![track] };
    let ends = |overlap| {
        let paired = file.pair_notes(overlap);
        (paired.notes.iter().map(|note| note.end).collect::<Vec<_>>(), paired.stray.len())
    };
    assert_eq!(ends(Overlap::Queue), (vec![Some(20), Some(30)], 0));
    assert_eq!(ends(Overlap::Cut), (vec![Some(10), Some(20)], 1));
}

#[test]
fn a_release_comes_before_a_strike_of_its_tick_and_ends_notes_without_length() {
    let mut track = Track::default();
    for (tick, message) in [(0, on(60, 1)), (10, on(60, 2)), (10, off(60)), (20, off(60))] {
        track.push_message(tick, 0, message);
    }
    track.push_message(30, 0, on(61, 3));
    track.push_message(30, 0, off(61));
    let file = MidiFile { format: MidiFormat::Single, ticks_per_quarter: 48, tracks: vec![track] };
    let paired = file.pair_notes(Overlap::Queue);
    let ends: Vec<_> = paired.notes.iter().map(|note| (note.start, note.end)).collect();
    assert_eq!(ends, [(0, Some(10)), (10, Some(20)), (30, Some(30))]);
    assert!(paired.stray.is_empty());
}

#[test]
fn values_outside_the_file_are_refused() {
    let mut track = Track::default();
    track.push_message(0, 16, on(60, 1));
    let mut file = MidiFile { format: MidiFormat::Single, ticks_per_quarter: 48, tracks: vec![track] };
    assert_eq!(file.write("x").unwrap_err().field, "channel");
    file.tracks[0].events[0].kind = EventKind::Tempo(0x100_0000);
    assert_eq!(file.write("x").unwrap_err().field, "tempo");
    file.tracks[0] = Track { events: Vec::new(), end: 0x1000_0000 };
    assert_eq!(file.write("x").unwrap_err().field, "delta time");
}

fn arbitrary_kind(u: &mut Unstructured<'_>) -> Result<EventKind> {
    let value = |u: &mut Unstructured<'_>| u.int_in_range(0..=127u8);
    let bytes = |u: &mut Unstructured<'_>| u.arbitrary::<Vec<u8>>().map(Vec::into_boxed_slice);
    Ok(match u.int_in_range(0..=9)? {
        0 => EventKind::Tempo(u.int_in_range(0..=0xFF_FFFF)?),
        1 => EventKind::Text { kind: *u.choose(&[TextKind::Marker, TextKind::Lyric])?, bytes: bytes(u)? },
        2 => EventKind::SystemExclusive(bytes(u)?),
        3 => EventKind::Escape(bytes(u)?),
        4 => EventKind::TimeSignature(TimeSignature::default()),
        5 => EventKind::KeySignature { sharps: u.arbitrary()?, is_minor: u.arbitrary()? },
        6 => EventKind::Meta { kind: 0x7F, bytes: bytes(u)? },
        _ => {
            let message = match u.int_in_range(0..=6)? {
                0 => ChannelMessage::NoteOff { key: value(u)?, velocity: value(u)? },
                1 => ChannelMessage::KeyPressure { key: value(u)?, pressure: value(u)? },
                2 => ChannelMessage::Controller { controller: value(u)?, value: value(u)? },
                3 => ChannelMessage::Program(value(u)?),
                4 => ChannelMessage::ChannelPressure(value(u)?),
                5 => ChannelMessage::PitchBend(u.int_in_range(0..=0x3FFF)?),
                _ => ChannelMessage::NoteOn { key: value(u)?, velocity: value(u)? },
            };
            EventKind::Channel { channel: u.int_in_range(0..=15)?, message }
        }
    })
}

#[test]
fn what_is_written_reads_back() {
    arbtest(|u| {
        let mut track = Track::default();
        let mut tick = 0;
        while !u.is_empty() {
            tick += u64::from(u.int_in_range(0..=0xFFF_FFFFu32)?);
            track.push(tick, arbitrary_kind(u)?);
        }
        let ticks_per_quarter = u.int_in_range(1..=0x7FFF)?;
        let file = MidiFile { format: MidiFormat::Parallel, ticks_per_quarter, tracks: vec![track] };
        assert_eq!(MidiFile::read("x", &file.write("x").unwrap()).unwrap(), file);
        Ok(())
    });
}

#[test]
fn any_bytes_are_read_or_refused() {
    arbtest(|u| {
        let track: Vec<u8> = u.arbitrary()?;
        let mut bytes = file_of(&track);
        if let Ok(file) = MidiFile::read("x", &bytes) {
            assert!(file.pair_notes(Overlap::Cut).notes.len() <= track.len());
        }
        let at = u.choose_index(bytes.len())?;
        bytes[at] = u.arbitrary()?;
        let _ = MidiFile::read("x", &bytes);
        Ok(())
    });
}

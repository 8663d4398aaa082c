//! Songs as MIDI files, and back.

use crate::nspc::{golden, own};
use crate::support::case_folders;
use tatum_core::midi::{ChannelMessage, EventKind, MidiFile, MidiFormat, Overlap, TextKind, Track};
use tatum_snes::NspcPlayer;
use tatum_snes::author::built_in;
use tatum_snes::author::midi::{TICKS_PER_QUARTER, export, import};
use tatum_snes::format::TransferImage;

fn player_of(image: &TransferImage) -> NspcPlayer {
    let mut player = NspcPlayer::new(image);
    player.start_song(1);
    player
}

/// The song of a MIDI file, played and written down again.
fn again(file: &MidiFile) -> MidiFile {
    let imported = import(file);
    let mut image = imported.image.unwrap_or_else(|| panic!("{:?}", imported.problems));
    built_in::complete(&mut image, 1);
    export("again", &player_of(&image), 1).unwrap()
}

/// Notes as (channel, key, start, end).
fn notes(file: &MidiFile) -> Vec<(u8, u8, u64, u64)> {
    let paired = file.pair_notes(Overlap::Queue);
    assert!(paired.stray.is_empty());
    paired.notes.iter().map(|note| (note.channel, note.key, note.start, note.end.unwrap())).collect()
}

fn file_of(messages: &[(u64, u8, ChannelMessage)]) -> MidiFile {
    let mut track = Track::default();
    track.push(0, EventKind::Tempo(500_000));
    for &(tick, channel, message) in messages {
        track.push_message(tick, channel, message);
    }
    MidiFile { format: MidiFormat::Single, ticks_per_quarter: TICKS_PER_QUARTER, tracks: vec![track] }
}

fn on(key: u8) -> ChannelMessage {
    ChannelMessage::NoteOn { key, velocity: 100 }
}

fn off(key: u8) -> ChannelMessage {
    ChannelMessage::NoteOff { key, velocity: 0 }
}

#[test]
fn every_golden_song_becomes_a_file_that_reads_back() {
    let mut count = 0;
    let (mut notes_in_all, mut bends, mut drums) = (0, 0, 0);
    for folder in golden().into_iter().chain([own()]).flat_map(|root| case_folders(&root)) {
        let name = folder.display().to_string();
        let image = TransferImage::parse(&name, &std::fs::read(folder.join("image.bin")).unwrap()).unwrap();
        let Ok(file) = export(&name, &player_of(&image), 1) else { continue };
        let read = MidiFile::read(&name, &file.write(&name).unwrap()).unwrap();
        assert_eq!(read.length(), file.length(), "{name}");
        let found = notes(&read);
        assert!(found.iter().all(|(_, _, start, end)| start <= end), "{name}");
        notes_in_all += found.len();
        drums += found.iter().filter(|(channel, ..)| *channel == 9).count();
        let is_bend = |kind: &EventKind| {
            matches!(kind, EventKind::Channel { message: ChannelMessage::PitchBend(_), .. })
        };
        bends += read.merged().iter().filter(|(_, event)| is_bend(&event.kind)).count();
        let imported = import(&read);
        let errors: Vec<_> = imported.problems.entries().iter().map(|problem| problem.code).collect();
        assert!(
            imported.image.is_some() || errors.iter().any(|code| ["MID-LONG", "MID-EMPTY"].contains(code)),
            "{name}: {:?}",
            imported.problems
        );
        count += 1;
    }
    println!("{count} songs, {notes_in_all} notes, {drums} of drums, {bends} bends");
    assert!(count > 0 && notes_in_all > 0);
}

#[test]
fn notes_keep_their_keys_and_times_through_a_song() {
    let file = file_of(&[
        (0, 0, on(60)),
        (72, 0, off(60)),
        (72, 0, on(64)),
        (144, 0, off(64)),
        (144, 0, on(67)),
        (500, 0, off(67)),
        (0, 3, on(36)),
        (500, 3, off(36)),
        (36, 9, on(38)),
        (60, 9, off(38)),
    ]);
    let starts = |file: &MidiFile| {
        let mut starts: Vec<_> =
            notes(file).into_iter().map(|(channel, key, start, _)| (channel == 9, key, start)).collect();
        starts.sort_unstable();
        starts
    };
    let played = again(&file);
    assert_eq!(starts(&played), starts(&file));
    // The driver releases a note a little before its end.
    for (channel, key, start, end) in notes(&played).into_iter().filter(|(channel, ..)| *channel != 9) {
        let (.., wanted) = notes(&file).into_iter().find(|note| (note.1, note.2) == (key, start)).unwrap();
        assert!(
            (wanted.saturating_sub(4)..=wanted).contains(&end),
            "channel {channel} key {key}: {end} of {wanted}"
        );
    }
}

#[test]
fn slides_and_fine_tuning_come_back_as_bends() {
    let bend = |semitones: f64| ChannelMessage::PitchBend((8192.0 + semitones / 2.0 * 8191.0) as u16);
    let file = file_of(&[
        (0, 0, on(60)),
        (36, 0, bend(2.0)),
        (72, 0, off(60)),
        (72, 0, bend(0.5)),
        (72, 0, on(64)),
        (144, 0, off(64)),
    ]);
    let played = again(&file);
    let bends: Vec<(u64, u16)> = played
        .merged()
        .into_iter()
        .filter_map(|(_, event)| match event.kind {
            EventKind::Channel { message: ChannelMessage::PitchBend(value), .. } => Some((event.tick, value)),
            _ => None,
        })
        .collect();
    assert_eq!(bends.first().map(|bend| bend.1), Some(0x3FFF), "two semitones up: {bends:?}");
    assert!((36..40).contains(&bends[0].0), "{bends:?}");
    let half = bends.last().unwrap();
    assert_eq!(half.0, 72);
    assert!(half.1.abs_diff(8192 + 2048) < 40, "half a semitone: {bends:?}");
}

#[test]
fn a_loop_keeps_its_markers_and_volumes_their_values() {
    let mut file = file_of(&[
        (0, 0, ChannelMessage::Controller { controller: 7, value: 80 }),
        (0, 0, ChannelMessage::Controller { controller: 10, value: 127 }),
        (0, 0, on(60)),
        (72, 0, off(60)),
        (144, 0, on(62)),
        (216, 0, off(62)),
    ]);
    file.tracks[0].push(144, EventKind::text(TextKind::Marker, "["));
    file.tracks[0].push(288, EventKind::text(TextKind::Marker, "]"));
    let played = again(&file);
    let marker = |wanted: &str| {
        let mut events = played.tracks[0].events.iter();
        events
            .find(|event| event.kind.as_text(TextKind::Marker).is_some_and(|text| text == wanted))
            .map(|event| event.tick)
    };
    let length = marker("]").unwrap() - marker("[").unwrap();
    assert_eq!(length, 144);
    let has = |controller, value| {
        played.merged().iter().any(|(_, event)| {
            event.kind
                == EventKind::Channel {
                    channel: 0,
                    message: ChannelMessage::Controller { controller, value },
                }
        })
    };
    assert!(has(7, 80) && has(10, 127));
}

#[test]
fn too_many_notes_and_strange_keys_are_told() {
    let chord: Vec<_> = (0..10).map(|note| (0, 0, on(40 + note))).collect();
    let mut messages = chord;
    messages.push((10, 1, on(10)));
    messages.push((10, 1, ChannelMessage::Controller { controller: 64, value: 1 }));
    let imported = import(&file_of(&messages));
    let codes: Vec<_> = imported.problems.entries().iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["MID-UNUSED", "MID-HANGING", "MID-VOICES"]);
    let strange = import(&file_of(&[(0, 1, on(10)), (9, 1, off(10))]));
    assert_eq!(strange.problems.entries()[0].code, "MID-RANGE");
    assert_eq!(import(&file_of(&[])).problems.entries()[0].code, "MID-EMPTY");
}

#[test]
fn arbitrary_files_become_songs_or_problems() {
    arbtest::arbtest(|u| {
        let mut messages = Vec::new();
        let mut tick = 0;
        for _ in 0..u.int_in_range(0..=20)? {
            tick += u64::from(u.arbitrary::<u8>()?) * u64::from(u.arbitrary::<u8>()?);
            let value = |u: &mut arbtest::arbitrary::Unstructured<'_>| u.int_in_range(0..=127u8);
            let message = match u.int_in_range(0..=4)? {
                0 => off(value(u)?),
                1 => ChannelMessage::Controller { controller: value(u)?, value: value(u)? },
                2 => ChannelMessage::Program(value(u)?),
                3 => ChannelMessage::PitchBend(u.int_in_range(0..=0x3FFF)?),
                _ => ChannelMessage::NoteOn { key: value(u)?, velocity: value(u)? },
            };
            messages.push((tick, u.int_in_range(0..=15)?, message));
        }
        if let Some(image) = import(&file_of(&messages)).image {
            let _ = export("x", &player_of(&image), 1);
        }
        Ok(())
    })
    .budget_ms(3_000)
    .run();
}

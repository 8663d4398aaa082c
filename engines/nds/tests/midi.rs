//! Sequences as MIDI files, and back.

mod support;

use tatum_core::midi::{ChannelMessage, EventKind, MidiFile, MidiFormat, Overlap, TextKind, Track};
use tatum_core::source::Sources;
use tatum_nds::author::midi::{ExportOptions, ImportOptions, TICKS_PER_QUARTER, export, import};
use tatum_nds::author::text::{assemble, no_includes};
use tatum_nds::format::sdat::Sdat;
use tatum_nds::{BankFiles, SequenceId};

fn archive_of(text: &str) -> Sdat {
    let mut sources = Sources::default();
    let file = sources.add("song.smft", text);
    let assembled = assemble(&mut sources, file, &mut no_includes);
    let bytes = assembled.bytes.unwrap_or_else(|| panic!("{:?}", assembled.problems));
    Sdat::stand_alone("song", &bytes, &BankFiles::built_in()).unwrap()
}

fn exported(text: &str, options: ExportOptions) -> MidiFile {
    export(&archive_of(text), SequenceId::Sequence(0), options).unwrap()
}

/// Notes as (channel, key, velocity, start, end).
fn notes(file: &MidiFile) -> Vec<(u8, u8, u8, u64, Option<u64>)> {
    let paired = file.pair_notes(Overlap::Queue);
    assert!(paired.stray.is_empty());
    paired.notes.iter().map(|note| (note.channel, note.key, note.velocity, note.start, note.end)).collect()
}

/// Messages of a channel but for its notes, with their ticks.
fn messages(file: &MidiFile, wanted: u8) -> Vec<(u64, ChannelMessage)> {
    file.merged()
        .into_iter()
        .filter_map(|(_, event)| match event.kind {
            EventKind::Channel { channel, message } if channel == wanted => Some((event.tick, message)),
            _ => None,
        })
        .filter(|(_, message)| {
            !matches!(message, ChannelMessage::NoteOn { .. } | ChannelMessage::NoteOff { .. })
        })
        .collect()
}

#[test]
fn conditions_variables_and_loops_are_executed() {
    let text = "setvar 0, 2\nloop_start 2\ncmp_eq 0, 2\ncn4_if 100, 24\ncmp_ne 0, 2\ngn4_if 90, 24\naddvar 0, 1\nloop_end\n\
                dn4_v 80, 0\nfin\n";
    let file = exported(text, ExportOptions::default());
    assert_eq!(
        notes(&file),
        [(0, 60, 100, 0, Some(24)), (0, 67, 90, 24, Some(48)), (0, 62, 80, 48, Some(52))],
        "the variable is 4 at the end"
    );
}

#[test]
fn random_numbers_come_from_the_seed() {
    let text = "loop_start 16\ncn4_r 100, 1, 96\nloop_end\nfin\n";
    let with =
        |random_state| notes(&exported(text, ExportOptions { random_state, ..ExportOptions::default() }));
    assert_eq!(with(1), with(1));
    assert_ne!(with(1), with(2));
}

#[test]
fn keys_sound_and_notes_without_length_last_until_the_track_goes_on() {
    let text = "transpose 12\nnotewait_off\ncn4 100, 10\nwait 20\ntieon\nen4 100, 10\nwait 30\ngn4 100, 10\nwait 30\ntieoff\n\
                cn4 1, 300\nwait 48\nfin\n";
    let file = exported(text, ExportOptions::default());
    assert_eq!(
        notes(&file),
        [
            (0, 72, 100, 0, Some(10)),
            (0, 76, 100, 20, Some(50)),
            (0, 79, 100, 50, Some(80)),
            (0, 72, 1, 80, Some(380))
        ]
    );
}

#[test]
fn parameters_become_the_controllers_of_the_sdk() {
    let text = "prg 200\nvolume 90\npan 10\nbendrange 12\npitchbend -64\nmod_depth 30\nmod_delay 300\ntempo 150\nwait 48\nfin\n";
    let file = exported(text, ExportOptions::default());
    let control = |controller, value| (0, ChannelMessage::Controller { controller, value });
    assert_eq!(
        messages(&file, 0),
        [
            control(0, 1),
            (0, ChannelMessage::Program(72)),
            control(7, 90),
            control(10, 10),
            control(101, 0),
            control(100, 0),
            control(6, 12),
            control(20, 12),
            (0, ChannelMessage::PitchBend(0x1000)),
            control(1, 30),
            control(27, 30),
        ]
    );
    assert_eq!(file.tracks[0].events[0].kind, EventKind::Tempo(400_000));
}

#[test]
fn the_last_round_of_a_loop_stands_between_markers() {
    let text = "cn4 100, 48\nLoop: dn4 100, 48\njump Loop\n";
    for (rounds, start) in [(1, 48), (3, 144)] {
        let file = exported(text, ExportOptions { rounds, ..ExportOptions::default() });
        let marker = |wanted| {
            let mut events = file.tracks[0].events.iter();
            events
                .find(|event| event.kind.as_text(TextKind::Marker).is_some_and(|text| text == wanted))
                .unwrap()
                .tick
        };
        assert_eq!((marker("["), marker("]")), (start, start + 48));
        assert_eq!(notes(&file).len() as u64, 1 + rounds);
        let back = import(&file, ImportOptions::default()).bytes.unwrap();
        let again = Sdat::stand_alone("again", &back, &BankFiles::built_in()).unwrap();
        let options = ExportOptions { rounds, ..ExportOptions::default() };
        assert_eq!(notes(&export(&again, SequenceId::Sequence(0), options).unwrap()), notes(&file));
    }
}

#[test]
fn what_was_exported_comes_back_as_it_was() {
    let wanted = [
        "random-01",
        "tie",
        "conditionals",
        "variables",
        "portamento",
        "sweep",
        "pitch-bend",
        "tempo-changes",
    ];
    let shared = support::shared_golden().into_iter().flat_map(|root| wanted.map(|name| root.join(name)));
    let mut count = 0;
    for case in support::cases_in(&support::carried_golden()).into_iter().chain(shared) {
        let name = case.display().to_string();
        let archive = Sdat::parse(&name, std::fs::read(case.join("sound.sdat")).unwrap()).unwrap();
        for sequence in archive.sequences() {
            let Ok(file) = export(&archive, sequence.id, ExportOptions::default()) else { continue };
            let read = MidiFile::read(&name, &file.write(&name).unwrap()).unwrap();
            let imported = import(&read, ImportOptions::default());
            let bytes = imported.bytes.unwrap_or_else(|| panic!("{name}: {:?}", imported.problems));
            let again = Sdat::stand_alone("again", &bytes, &BankFiles::built_in()).unwrap();
            let again = export(&again, SequenceId::Sequence(0), ExportOptions::default()).unwrap();
            // Which release ends which of two notes of one key, a file cannot say.
            let starts_and_ends = |file: &MidiFile| {
                let notes = notes(file);
                let mut starts: Vec<_> = notes.iter().map(|note| (note.0, note.1, note.2, note.3)).collect();
                let mut ends: Vec<_> = notes.iter().map(|note| (note.0, note.1, note.4)).collect();
                starts.sort_unstable();
                ends.sort_unstable();
                (starts, ends)
            };
            assert!(starts_and_ends(&again) == starts_and_ends(&read), "{name}");
            for channel in 0..16 {
                assert_eq!(messages(&again, channel), messages(&read, channel), "{name}, channel {channel}");
            }
            count += 1;
        }
    }
    println!("{count} sequences");
    assert!(count > 5);
}

#[test]
fn a_file_of_another_resolution_is_scaled_and_its_oddities_are_told() {
    let mut track = Track::default();
    let note = |key, velocity| ChannelMessage::NoteOn { key, velocity };
    track.push(0, EventKind::Tempo(700_000));
    track.push_message(0, 9, note(36, 100));
    track.push_message(0, 9, ChannelMessage::Controller { controller: 64, value: 127 });
    track.push_message(240, 9, note(36, 0));
    track.push_message(480, 9, note(38, 90));
    let file = MidiFile { format: MidiFormat::Single, ticks_per_quarter: 480, tracks: vec![track] };
    let imported = import(&file, ImportOptions { drum_program: Some(128) });
    let codes: Vec<_> = imported.problems.entries().iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["MID-UNUSED", "MID-HANGING", "MID-TEMPO"]);
    let text = tatum_nds::author::text::disassemble("x", &imported.bytes.unwrap(), &[]).unwrap();
    assert!(text.contains("alloctrack 0x0201\n  opentrack 9, Track9\n  tempo 86"), "{text}");
    assert!(text.contains("notewait_off\n  prg 128\n  cn2 100, 24\n  wait 48\n  dn2 90, 1\n"), "{text}");
    assert_eq!(TICKS_PER_QUARTER, 48);
}

#[test]
fn arbitrary_files_become_sequences_or_problems() {
    arbtest::arbtest(|u| {
        let mut track = Track::default();
        let mut tick = 0;
        for _ in 0..u.int_in_range(0..=30)? {
            tick += u64::from(u.arbitrary::<u16>()?) * u64::from(u.arbitrary::<u8>()?);
            let value = |u: &mut arbtest::arbitrary::Unstructured<'_>| u.int_in_range(0..=127u8);
            let message = match u.int_in_range(0..=4)? {
                0 => ChannelMessage::NoteOff { key: value(u)?, velocity: 0 },
                1 => ChannelMessage::Controller { controller: value(u)?, value: value(u)? },
                2 => ChannelMessage::Program(value(u)?),
                3 => ChannelMessage::PitchBend(u.int_in_range(0..=0x3FFF)?),
                _ => ChannelMessage::NoteOn { key: value(u)?, velocity: value(u)? },
            };
            track.push_message(tick, u.int_in_range(0..=15)?, message);
            if u.ratio(1, 8)? {
                track.push(tick, EventKind::text(TextKind::Marker, u.choose(&["[", "]"])?));
            }
        }
        let file = MidiFile {
            format: MidiFormat::Single,
            ticks_per_quarter: u.int_in_range(1..=0x7FFF)?,
            tracks: vec![track],
        };
        let bytes = import(&file, ImportOptions::default()).bytes.expect("small files always fit");
        let archive = Sdat::stand_alone("x", &bytes, &BankFiles::built_in()).unwrap();
        let _ = export(&archive, SequenceId::Sequence(0), ExportOptions::default());
        Ok(())
    })
    .budget_ms(3_000)
    .run();
}

/// Every tick asked all of them whether they end: minutes for a file of half a megabyte.
#[test]
fn many_notes_that_sound_at_once_take_no_time_at_each_tick() {
    let text =
        "notewait_off\nloop_start 200\nloop_start 250\ncn4 100, 57000\nloop_end\nloop_end\nwait 57000\nfin\n";
    let file = exported(text, ExportOptions::default());
    let notes = notes(&file);
    assert_eq!(notes.len(), 50_000);
    assert!(notes.iter().all(|note| *note == (0, 60, 100, 0, Some(57_000))));
}

/// Ticks were waited for that never come.
#[test]
fn a_song_that_stands_still_is_left_after_half_an_hour() {
    let file = exported("tempo 0\ncn4 100, 48\nwait 48\nfin\n", ExportOptions::default());
    assert!(notes(&file).len() <= 1);
    let file = exported("tempo 1\nLoop: addvar 0, 1\ncn4 100, 4\njump Loop\n", ExportOptions::default());
    assert!((1_400..1_500).contains(&file.length()), "48 ticks in a minute, but {}", file.length());
}

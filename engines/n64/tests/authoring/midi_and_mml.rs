//! MIDI files and MML: what comes back, what is never larger, what no input breaks.

use arbtest::arbitrary::{Result, Unstructured};
use tatum_core::midi::{ChannelMessage, EventKind, MidiFile, MidiFormat, TextKind, Track};
use tatum_core::source::Sources;
use tatum_n64::author::abi::BuiltInAbi;
use tatum_n64::author::assemble::assemble;
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::midi::events::{midi_events, sequence_events};
use tatum_n64::author::midi::export::{ExportOptions, export};
use tatum_n64::author::midi::import::{ImportOptions, import};
use tatum_n64::author::midi::walk::{WalkOptions, WalkedKind, walk};
use tatum_n64::author::mml::{self, Target};
use tatum_n64::author::model::Sequence;
use tatum_n64::author::sequence_writer::SequenceWriter;
use tatum_n64::sequencer::abi::Abi;

/// Options that change nothing on purpose.
fn lossless() -> ImportOptions {
    ImportOptions {
        smart_loop: false,
        master_volume: 0,
        velocity_delta: 0,
        gate_delta: 0,
        controller_delta: 0,
        volume_and_pan_step: 0,
        pitch_step: 0,
        other_step: 0,
        exact_lengths: true,
        ..ImportOptions::default()
    }
}

/// A song of a few channels without loops and jumps. Layers keep to their own keys, so that no key sounds twice.
fn linear_song(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let channels = u.int_in_range(1..=3_u8)?;
    let mut writer = SequenceWriter::new(Abi::Sm64);
    let scripts: Vec<_> = (0..channels).map(|_| writer.label()).collect();
    let mut song = writer.sequence();
    song.initialize_channels((1 << channels) - 1);
    for (channel, script) in (0_u8..).zip(&scripts) {
        song.start_channel(channel, *script);
    }
    song.tempo(u.int_in_range(40..=250)?).delay(u.int_in_range(1..=5000)?).end();
    for script in scripts {
        let layers: Vec<_> = (0..u.int_in_range(1..=4_u8)?).map(|_| writer.label()).collect();
        let mut channel = writer.channel_at(script);
        channel.large_notes();
        for (layer, label) in (0_u8..).zip(&layers) {
            channel.start_layer(layer, *label);
        }
        for _ in 0..u.int_in_range(0..=6)? {
            let value = u.int_in_range(0..=127)?;
            match u.int_in_range(0..=3)? {
                0 => channel.volume(value),
                1 => channel.pan(value),
                2 => channel.instrument(value),
                _ => channel.pitch_bend(u.int_in_range(-127..=127)?),
            };
            channel.delay(u.int_in_range(1..=300)?);
        }
        channel.end();
        for (number, label) in (0_u8..).zip(layers) {
            let mut layer = writer.layer_at(label);
            for _ in 0..u.int_in_range(1..=8)? {
                let ticks = u.int_in_range(1..=2500)?;
                if u.ratio(1, 4)? {
                    layer.rest(ticks);
                } else {
                    let key = 16 * number + u.int_in_range(0..=15)?;
                    layer.note(key, ticks, u.int_in_range(1..=127)?, u.int_in_range(0..=255)?);
                }
            }
            layer.end();
        }
    }
    Ok(writer.finish().expect("all values are in their ranges"))
}

/// What a song sounds like: notes (channel, key, start, velocity) with their lengths, and controllers.
type Music = (Vec<((u8, i32, u64, u8), u64)>, Vec<(u8, u64, u8, u8)>);

fn music(sequence: &Sequence) -> Music {
    let abi = BuiltInAbi::Sm64.definition();
    let mut music = Music::default();
    for event in walk(sequence, &abi, &WalkOptions::default()).events {
        let channel = event.channel.unwrap_or_default();
        match event.kind {
            WalkedKind::Note(note) => {
                let length = note.delay - ((u64::from(note.gate) * note.delay) >> 8);
                music.0.push(((channel, note.key, event.tick, note.velocity), length));
            }
            WalkedKind::Controllers(controllers) => music.1.extend(
                controllers
                    .iter()
                    .map(|controller| (channel, event.tick, controller.number, controller.byte)),
            ),
            _ => {}
        }
    }
    music.0.sort_unstable();
    music.1.sort_unstable();
    music
}

/// The tick at which a sequence's own script ends.
fn end(sequence: &Sequence) -> u64 {
    let walked = walk(sequence, &BuiltInAbi::Sm64.definition(), &WalkOptions::default());
    walked.events.iter().rfind(|event| event.kind == WalkedKind::End).map_or(0, |event| event.tick)
}

#[test]
fn linear_songs_come_back_from_midi_within_a_tick() {
    arbtest::arbtest(|u| {
        let abi = BuiltInAbi::Sm64.definition();
        let before = disassemble("song", &linear_song(u)?, &abi).unwrap().sequence;
        if music(&before).0.is_empty() {
            return Ok(());
        }
        let multiplier = u.int_in_range(1..=8)?;
        let options = ExportOptions { ppqn_multiplier: multiplier, ..ExportOptions::default() };
        let written = export(&before, &abi, &options).file.write("song.mid").unwrap();
        let file = MidiFile::read("song.mid", &written).unwrap();
        let imported = import(&file, &abi, &lossless());
        let after = imported.sequence.unwrap_or_else(|| panic!("{:?}", imported.problems));
        assert!(end(&before) <= end(&after), "the last pause is kept");
        let (before, after) = (music(&before), music(&after));
        // Controllers of channels without a note have no channel to go to; ours all have one, but perhaps only rests.
        let sounds = |channel: u8| before.0.iter().any(|(note, _)| note.0 == channel);
        let controllers: Vec<_> = before.1.iter().filter(|row| sounds(row.0)).copied().collect();
        assert_eq!(controllers, without_repetitions_undone(&controllers, after.1));
        assert_eq!(before.0.len(), after.0.len());
        for ((note, length), (other, other_length)) in before.0.iter().zip(&after.0) {
            assert_eq!(note, other);
            assert!(length.abs_diff(*other_length) <= 1, "{note:?}: {length} became {other_length}");
        }
        Ok(())
    });
}

/// The import leaves out what sets a controller to the value it has: puts those rows back.
fn without_repetitions_undone(
    wanted: &[(u8, u64, u8, u8)],
    mut rows: Vec<(u8, u64, u8, u8)>,
) -> Vec<(u8, u64, u8, u8)> {
    for &row in wanted {
        let is_repetition = wanted
            .iter()
            .rfind(|other| (other.0, other.2) == (row.0, row.2) && other.1 < row.1)
            .is_some_and(|before| before.3 == row.3);
        if is_repetition && !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows.sort_unstable();
    rows
}

/// A MIDI file of anything, with repetitions in it.
fn any_midi(u: &mut Unstructured<'_>) -> Result<MidiFile> {
    let mut track = Track::default();
    let mut phrase = Vec::new();
    for _ in 0..u.int_in_range(1..=12)? {
        let channel = u.int_in_range(0..=2)?;
        let value = u.int_in_range(0..=127)?;
        let kind = match u.int_in_range(0..=9)? {
            0 => EventKind::Tempo(u.int_in_range(0..=2_000_000)?),
            1 => EventKind::text(TextKind::Marker, if u.arbitrary()? { "Section 1" } else { "loop" }),
            2 => EventKind::Channel { channel, message: ChannelMessage::Program(value) },
            3 => {
                let controller = *u.choose(&[7, 10, 72, 78, 80, 99])?;
                EventKind::Channel { channel, message: ChannelMessage::Controller { controller, value } }
            }
            4 => EventKind::Channel { channel, message: ChannelMessage::NoteOff { key: 60, velocity: 0 } },
            _ => {
                let message = ChannelMessage::NoteOn { key: 60 + value % 4, velocity: value };
                EventKind::Channel { channel, message }
            }
        };
        phrase.push((u.int_in_range(0..=100_u64)?, kind));
    }
    let mut tick = 0;
    for _ in 0..u.int_in_range(1..=5)? {
        for (delta, kind) in &phrase {
            tick += delta;
            track.push(tick, kind.clone());
        }
    }
    Ok(MidiFile {
        format: MidiFormat::Single,
        ticks_per_quarter: u.int_in_range(1..=960)?,
        tracks: vec![track],
    })
}

#[test]
fn the_optimiser_changes_nothing_and_is_never_larger() {
    arbtest::arbtest(|u| {
        let file = any_midi(u)?;
        let abi = u.choose(&[BuiltInAbi::Sm64, BuiltInAbi::Zelda, BuiltInAbi::Rtyi])?.definition();
        let with = ImportOptions { relative_addresses: u.arbitrary()?, smart_loop: true, ..lossless() };
        let without = ImportOptions { use_calls: false, use_loops: false, ..with.clone() };
        let make = |options| import(&file, &abi, options).sequence;
        let (Some(small), Some(plain)) = (make(&with), make(&without)) else { return Ok(()) };
        let bytes = |sequence: &Sequence| assemble(sequence, &abi).unwrap().bytes;
        let (small, plain) = (bytes(&small), bytes(&plain));
        assert!(small.len() <= plain.len(), "{} > {}", small.len(), plain.len());
        let events =
            |bytes: &[u8]| sequence_events(&disassemble("song", bytes, &abi).unwrap().sequence, &abi);
        assert_eq!(events(&small), events(&plain));
        Ok(())
    });
}

#[test]
fn any_sequence_becomes_a_midi_file() {
    arbtest::arbtest(|u| {
        let abi = u.choose(&BuiltInAbi::ALL)?.definition();
        let bytes: Vec<u8> = u.arbitrary()?;
        if bytes.is_empty() {
            return Ok(());
        }
        let sequence = disassemble("arbitrary", &bytes, &abi).unwrap().sequence;
        let options = ExportOptions { loops: 2, max_ticks: 10_000, ..ExportOptions::default() };
        let file = export(&sequence, &abi, &options).file;
        if let Ok(written) = file.write("arbitrary.mid") {
            let read = MidiFile::read("arbitrary.mid", &written).unwrap();
            assert_eq!(midi_events(&read), midi_events(&file));
        }
        Ok(())
    });
}

#[test]
fn any_text_is_compiled_or_refused() {
    const WORDS: [&str; 40] = [
        "#0",
        "#1",
        "#",
        "c",
        "d+4.",
        "e-",
        "r",
        "^8",
        "o6",
        "<",
        ">",
        "l16",
        "[",
        "]2",
        "]",
        "(1)[",
        "(1)3",
        "*2",
        "{",
        "}",
        "{5:4",
        "/",
        "t300",
        "t99",
        "w9",
        "v80",
        "@5",
        "@\"x\"=3",
        "@\"x\"",
        "y10",
        "q7f",
        "k9",
        "?0",
        ";\n",
        "{ Ch 01 = }",
        "é",
        "c=40000",
        "l192",
        "[[",
        "]]3",
    ];
    arbtest::arbtest(|u| {
        let mut text = String::new();
        while !u.is_empty() {
            text.push_str(u.choose(&WORDS)?);
            if u.ratio(1, 3)? {
                text.push(' ');
            }
        }
        let mut sources = Sources::default();
        let file = sources.add("arbitrary.mml", text.as_str());
        let target = if u.arbitrary()? { Target::Sm64 } else { Target::Zelda };
        let compiled = mml::compile(&sources, file, target);
        assert_eq!(compiled.bytes.is_none(), compiled.problems.has_errors(), "{text}");
        let twice = mml::fix::fix_octaves(&mml::fix::fix_octaves(&text, false), false);
        assert_eq!(twice, text, "the fixer undoes itself");
        Ok(())
    });
}

#[test]
fn branches_are_taken_if_the_ports_are_known() {
    use tatum_n64::author::midi::walk::Ports;

    let mut writer = SequenceWriter::new(Abi::Sm64);
    let (channel, layer, quiet) = (writer.label(), writer.label(), writer.label());
    writer.sequence().initialize_channels(1).start_channel(0, channel).delay(48).end();
    // A note only if the game has written 1 to port 4.
    writer.channel_at(channel).large_notes().read_port(4).subtract(1).jump_if_zero(quiet).end();
    writer.channel_at(quiet).start_layer(0, layer).delay(48).end();
    writer.layer_at(layer).note(39, 48, 100, 0).end();
    let abi = BuiltInAbi::Sm64.definition();
    let sequence = disassemble("song", &writer.finish().unwrap(), &abi).unwrap().sequence;
    let notes = |value: Option<i8>| {
        let ports = value.map(|value| {
            let mut ports = Ports::default();
            ports.set(Some(0), 4, value);
            ports
        });
        let options = WalkOptions { ports, ..WalkOptions::default() };
        let events = walk(&sequence, &abi, &options).events;
        events.iter().filter(|event| matches!(event.kind, WalkedKind::Note(_))).count()
    };
    assert_eq!([notes(None), notes(Some(0)), notes(Some(1))], [0, 0, 1]);
}

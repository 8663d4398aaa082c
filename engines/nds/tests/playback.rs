//! The player's promises: block sizes, clones, mutes, positions, loops.

mod support;

use support::case::Case;
use support::compose::{TrackWriter, archive, sequence};
use tatum_core::{EnvelopeStage, Frame, LoopPoints, Mutes, Player};
use tatum_nds::event::{Event, VoiceChange};
use tatum_nds::format::event::{Operand, opcode};
use tatum_nds::format::sbnk::{Bank, Instrument, SubInstrument};
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::swar::{Wave, WaveArchive, WaveFormat};
use tatum_nds::host::{HostCall, HostEvent};
use tatum_nds::trace::{EventSelection, EventTrace};
use tatum_nds::{Ending, NdsPlayer, Options, SequenceId, Timeline, frame_of_wake};

const MINUTE: u64 = 60 * 32_728;

fn carried(case: &str) -> (NdsPlayer, usize) {
    let directory = support::carried_golden().join(case);
    let case = Case::parse(&std::fs::read_to_string(directory.join("case.toml")).unwrap()).unwrap();
    let archive = Sdat::parse("x", std::fs::read(directory.join("sound.sdat")).unwrap()).unwrap();
    let player = NdsPlayer::with_schedule(&archive, &case.schedule(), case.options()).unwrap();
    (player, case.frames as usize)
}

fn player_of(tracks: &[TrackWriter], repeats: bool) -> NdsPlayer {
    let archive = Sdat::parse("test.sdat", archive_of(tracks, repeats)).unwrap();
    NdsPlayer::new(&archive, SequenceId::Sequence(0), Options::default()).unwrap()
}

/// Square waves on program 0, noise on 1, a looped recording on 2, a one-shot of 600 samples on 3.
fn archive_of(tracks: &[TrackWriter], repeats: bool) -> Vec<u8> {
    let single = |sound| Some(Instrument::Single(sound));
    let bank = Bank {
        instruments: vec![
            single(SubInstrument::square(3)),
            single(SubInstrument::noise()),
            single(SubInstrument::pcm(0, 0, 60)),
            single(SubInstrument::pcm(0, 1, 60)),
        ],
    };
    let saw: Vec<i16> = (-32..32).map(|n| n * 1000).collect();
    let waves = WaveArchive {
        waves: vec![
            Some(Wave::encode(&saw, 16_000, WaveFormat::Pcm8, Some(0))),
            Some(Wave::encode(&saw.repeat(10)[..600], 16_000, WaveFormat::Adpcm, None)),
        ],
    };
    archive(&sequence(tracks, repeats), &bank, &waves)
}

/// All events of some frames.
fn events_of(player: &mut NdsPlayer, frames: usize) -> Vec<Event> {
    struct Recorder(Vec<Event>);
    impl tatum_core::Probe<Event> for Recorder {
        fn record(&mut self, event: impl FnOnce() -> Event) {
            self.0.push(event());
        }
    }
    let mut recorder = Recorder(Vec::new());
    player.render_with_probe(&mut vec![Frame::SILENCE; frames], &mut recorder);
    recorder.0
}

fn render(player: &mut NdsPlayer, frames: usize) -> Vec<Frame> {
    let mut out = vec![Frame::SILENCE; frames];
    assert_eq!(player.render(&mut out), frames);
    out
}

#[test]
fn any_block_size_gives_the_same_samples() {
    for case in ["tune-8bars", "two-sequences", "oneshot"] {
        let (player, frames) = carried(case);
        let whole = render(&mut player.clone(), frames);
        for size in [1, 7, 184, 4096] {
            let mut player = player.clone();
            let mut out = vec![Frame::SILENCE; frames];
            for block in out.chunks_mut(size) {
                assert_eq!(player.render(block), block.len());
            }
            assert!(out == whole, "{case} in blocks of {size}");
        }
    }
}

#[test]
fn a_clone_goes_on_where_the_original_stood() {
    let (mut player, frames) = carried("tune-8bars");
    let whole = render(&mut player.clone(), frames);
    render(&mut player, 100_003);
    let mut clone = player.clone();
    assert!(render(&mut clone, 50_000) == whole[100_003..150_003]);
    assert!(render(&mut player, 50_000) == whole[100_003..150_003]);
}

#[test]
fn an_ended_song_plays_silence() {
    let mut track = TrackWriter::default();
    track.note(60, 127, 48);
    let mut player = player_of(&[track], false);
    assert!(!player.has_ended());
    let frames = render(&mut player, 40_000);
    assert!(player.has_ended());
    assert!(frames[30_000..].iter().all(|frame| *frame == Frame::SILENCE));
    assert_eq!(player.position().ticks, 48);
}

#[test]
fn mutes_add_up_to_the_whole_and_change_no_timing() {
    let (player, frames) = carried("tune-8bars");
    let frames = frames.min(150_000);
    let whole = render(&mut player.clone(), frames);
    for (first, second) in [("0-3", "4-15"), ("v0-v7", "v8-v15")] {
        let list = |text: &str| -> Mutes {
            // Ranges of voices are written one by one.
            match text.strip_prefix('v').and_then(|rest| rest.split_once("-v")) {
                Some((a, b)) => (a.parse().unwrap()..=b.parse().unwrap())
                    .fold(Mutes::NONE, |mutes, voice: u8| mutes.with_voice(voice)),
                None => text.parse().unwrap(),
            }
        };
        let part = |mutes| {
            let mut player = player.clone();
            player.set_mutes(mutes);
            (render(&mut player, frames), player.position())
        };
        let (a, position_a) = part(list(first));
        let (b, position_b) = part(list(second));
        assert_eq!(position_a, position_b);
        assert!(a != whole && b != whole, "{first}");
        // The sum is exact but for one rounding of each part.
        let differs = whole.iter().zip(a.iter().zip(&b)).position(|(whole, (a, b))| {
            let error = |whole: i16, a: i16, b: i16| i32::from(whole) - i32::from(a) - i32::from(b);
            !(0..=1).contains(&error(whole.left, a.left, b.left))
                || !(0..=1).contains(&error(whole.right, a.right, b.right))
        });
        assert_eq!(differs, None, "{first} and {second}");
    }
}

#[test]
fn soloing_a_track_keeps_its_notes_that_ring_on_after_the_track_has_let_go() {
    // The tie event detaches the voice; it still belongs to track 0 for a listener.
    let mut first = TrackWriter::default();
    first.set(opcode::RELEASE, 90).note(60, 127, 24).set(opcode::TIE, 0).wait(96);
    let mut second = TrackWriter::default();
    second.wait(96);
    let player = player_of(&[first, second], false);
    let whole = render(&mut player.clone(), 30_000);
    let mut solo = player.clone();
    solo.set_mutes("0".parse::<Mutes>().unwrap().solo());
    assert!(render(&mut solo, 30_000) == whole);
    let mut muted = player;
    muted.set_mutes("0".parse().unwrap());
    assert!(render(&mut muted, 30_000).iter().all(|frame| *frame == Frame::SILENCE));
}

#[test]
fn a_loop_is_found_without_sound_and_its_ticks_fall_on_exact_frames() {
    let mut intro = TrackWriter::default();
    intro.set(opcode::TEMPO, 150).note(60, 100, 48).note(62, 100, 48);
    let player = player_of(&[intro], true);
    let timeline = Timeline::of(&player, 10 * MINUTE);
    let Ending::Loops(points) = timeline.ending else { panic!("{:?}", timeline.ending) };
    assert_eq!(points.length(), 96);
    // 150 beats per minute: 240 per tick, 150 per wake: tick n is in wake ceil(n * 1.6).
    assert_eq!(timeline.frame_of_tick(0), Some(0));
    assert_eq!(timeline.frame_of_tick(5), Some(frame_of_wake(8)));
    assert_eq!(timeline.frame_of_tick(96), Some(frame_of_wake(154)));
    let third = player.frame_of_tick(points.start + 3 * points.length(), 10 * MINUTE).unwrap();
    let mut running = player.clone();
    running.set_loop_points(Some(points));
    render(&mut running, third as usize);
    assert_eq!(running.position().loops, 2, "the tick is executed with the next frame");
    render(&mut running, 1);
    assert_eq!(running.position().loops, 3);
    assert_eq!(player.frame_of_tick(u64::MAX, MINUTE), None);
}

#[test]
fn an_intro_is_not_part_of_the_loop() {
    let mut events = vec![0x81, 0, 60, 100, 24];
    let start = events.len() as u8;
    events.extend([62, 100, 48, 64, 100, 48, 0x94, start, 0, 0]);
    let archive = Sdat::stand_alone(
        "intro.sseq",
        &tatum_nds::format::sseq::Sseq::write(&events),
        &tatum_nds::BankFiles::built_in(),
    )
    .unwrap();
    let player = NdsPlayer::new(&archive, SequenceId::Sequence(0), Options::default()).unwrap();
    let Ending::Loops(points) = Timeline::of(&player, MINUTE).ending else { panic!("no loop") };
    // The portamento key remembers the note before, so the first round differs from the second in its first note.
    assert_eq!(points.length(), 96);
    assert!((24..=24 + 49).contains(&points.start), "{points:?}");
}

#[test]
fn ends_holds_and_faults_are_told_apart() {
    let ending =
        |track: &TrackWriter| Timeline::of(&player_of(std::slice::from_ref(track), false), MINUTE).ending;

    let mut ends = TrackWriter::default();
    ends.note(60, 100, 96);
    let Ending::Ends { tick, frame, silent_from } = ending(&ends) else { panic!() };
    assert_eq!((tick, frame), (96, frame_of_wake(192)));
    assert!(silent_from.is_some_and(|silent| silent > frame && silent < frame + 20_000));

    let mut holds = TrackWriter::default();
    holds.note(60, 100, 24).event(opcode::WAIT, 0, Operand::Random { min: -5, max: -5 });
    assert_eq!(ending(&holds), Ending::Holds { tick: 25 });

    let mut stuck = TrackWriter::default();
    stuck.set(opcode::LOOP_START, 0).plain(opcode::LOOP_END);
    assert!(matches!(ending(&stuck), Ending::Fault(_)));

    // A note of length 0 on an endless recording waits for ever: nothing can be said.
    let mut waits = TrackWriter::default();
    waits.set(opcode::PROGRAM, 2).note(60, 100, 0);
    assert_eq!(ending(&waits), Ending::Unknown);

    // On a one-shot it waits for the recording's end, which needs no sound to be computed.
    let mut one_shot = TrackWriter::default();
    one_shot.set(opcode::PROGRAM, 3).note(60, 100, 0);
    let Ending::Ends { frame, .. } = ending(&one_shot) else { panic!() };
    assert!((1170..1900).contains(&frame), "600 samples at half the output rate: {frame}");
}

#[test]
fn running_without_sound_ends_where_rendering_ends() {
    let (player, frames) = carried("oneshot");
    let timeline = Timeline::of(&player, frames as u64);
    let Ending::Ends { tick, frame, .. } = timeline.ending else { panic!("{:?}", timeline.ending) };
    let mut player = player;
    render(&mut player, frame as usize);
    assert!(!player.has_ended());
    render(&mut player, 1);
    assert!(player.has_ended());
    assert_eq!(player.position().ticks, tick);
}

#[test]
fn a_fault_stops_rendering_at_its_frame() {
    let mut track = TrackWriter::default();
    track.note(60, 100, 48).set(opcode::LOOP_START, 0).plain(opcode::LOOP_END);
    let mut player = player_of(&[track], false);
    let mut out = vec![Frame::SILENCE; 100_000];
    assert_eq!(player.render(&mut out), frame_of_wake(96) as usize);
    assert_eq!(player.render(&mut out), 0);
    let fault = player.fault().unwrap();
    assert_eq!(fault.tick, 48);
    assert!(fault.to_string().contains("without end"), "{fault}");
}

#[test]
fn displays_see_what_voices_do() {
    let mut track = TrackWriter::default();
    track.set(opcode::PROGRAM, 2).set(opcode::PAN, 127).note(72, 127, 96);
    let mut player = player_of(&[track], false);
    render(&mut player, 2_000);
    let mut voices = Vec::new();
    player.voices(&mut voices);
    assert_eq!(voices.len(), 16);
    let sounding: Vec<_> = voices.iter().filter(|voice| voice.stage != EnvelopeStage::Off).collect();
    let [voice] = sounding[..] else { panic!("{sounding:?}") };
    assert_eq!((voice.voice, voice.channel, voice.instrument), (4, Some(0), Some(2)));
    assert_eq!((voice.left, voice.right, voice.stage), (0.0, 1.0, EnvelopeStage::Sustain));
    assert!((voice.pitch - 2.0 * 16_000.0 / 32_728.5).abs() < 0.01, "{}", voice.pitch);
}

#[test]
fn probes_hear_commands_notes_and_ticks() {
    let mut track = TrackWriter::default();
    track.note(60, 100, 4);
    let mut player = player_of(&[track], false);
    let events = events_of(&mut player, 20_000);
    let commands: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Command(command) => Some((command.wake, command.event.opcode, command.value)),
            _ => None,
        })
        .collect();
    assert_eq!(commands, [(0, 60, 4), (8, opcode::FINISH, 0)]);
    let changes: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Voice(voice) => Some((voice.wake, matches!(voice.change, VoiceChange::End))),
            _ => None,
        })
        .collect();
    assert_eq!(changes.first(), Some(&(0, false)));
    assert!(changes.last().is_some_and(|(wake, ended)| *wake > 8 && *ended));
    let ticks = events.iter().filter(|event| matches!(event, Event::Tick(_))).count();
    assert_eq!(ticks, 4);
}

#[test]
fn loop_points_count_rounds() {
    let points = LoopPoints { start: 0, end: 48 };
    let mut track = TrackWriter::default();
    track.note(60, 100, 48);
    let mut player = player_of(&[track], true);
    player.set_loop_points(Some(points));
    render(&mut player, frame_of_wake(96 * 3) as usize + 1);
    assert_eq!(player.position().loops, 3);
}

#[test]
fn a_full_player_gives_up_its_oldest_sequence() {
    let mut track = TrackWriter::default();
    track.note(60, 100, 48);
    let mut contents = Sdat::parse("x", archive_of(&[track], true)).unwrap().contents().unwrap();
    contents.info.players[0].as_mut().unwrap().max_sequences = 2;
    let archive = Sdat::parse("x", contents.to_bytes()).unwrap();
    let start = |handle, tick| HostEvent {
        tick,
        call: HostCall::Start { handle, sequence: SequenceId::Sequence(0) },
    };
    let schedule = [start(0, 0), start(1, 10), start(2, 20)];
    let mut player = NdsPlayer::with_schedule(&archive, &schedule, Options::default()).unwrap();
    render(&mut player, frame_of_wake(100) as usize);
    assert_eq!(player.position().ticks, 10, "the first sequence was stopped in wake 20");
    assert!(player.is_playing());
}

#[test]
fn program_numbers_have_sixteen_bits() {
    let mut track = TrackWriter::default();
    track.set(opcode::PROGRAM, 2).set(opcode::PROGRAM, 0x1_0000).note(60, 100, 4);
    track.set(opcode::PROGRAM, 0xFFFF).note(62, 100, 4).wait(48);
    let mut player = player_of(&[track], false);
    let notes: Vec<_> = events_of(&mut player, 5_000)
        .into_iter()
        .filter_map(|event| match event {
            Event::Voice(voice) => match voice.change {
                VoiceChange::Start(note) => Some((note.key, note.program)),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(notes, [(60, 2)], "0x10000 is ignored, 0xFFFF has no instrument");
    assert_eq!(player.diagnostics().entries().len(), 1);
}

#[test]
fn an_event_trace_reads_like_the_song() {
    let mut track = TrackWriter::default();
    track.set(opcode::PROGRAM, 2).note(60, 100, 4);
    let mut player = player_of(&[track], false);
    let mut trace = EventTrace::new(EventSelection::All);
    player.render_with_probe(&mut vec![Frame::SILENCE; 20_000], &mut trace);
    let text = trace.take();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|row| row.split('\t').collect()).collect();
    let expected = [
        vec!["0", "0", "player 0 track 0", "prg", "2"],
        vec!["0", "0", "player 0 track 0", "note 60", "100, 4"],
        vec!["0", "0", "voice 4", "start", "player 0 track 0, program 2, key 60, velocity 100, length 4"],
        vec!["8", "4", "player 0 track 0", "fin", ""],
    ];
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row.len(), 6, "{row:?}");
        assert_eq!([&row[..3], &row[4..]].concat(), *expected);
    }
    assert_eq!(rows.last().map(|row| row[4]), Some("end"));
    assert!(trace.take().is_empty());
}

//! Live playback from outside: without a sound card, by recording; and with a device that the test itself is.

#![cfg(feature = "live")]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command as Process, Output, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender};
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;
use tatum::display::{App, Theme, draw};
use tatum::error::Error;
use tatum::output::live::{Feed, Keeper, Level, Monitor, OpenStream, Outlet, ring};
use tatum::playback::{Command, Ending, Parts, Playlist, Report, Session, Settings};
use tatum::song::plan::Wish;
use tatum::song::{OpenOptions, Song};
use tatum_core::{Frame, Mutes};
use tatum_n64::author::sequence_writer::SequenceWriter;
use tatum_n64::sequencer::abi::Abi;

const OVERTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/overture.m64");
const PERIOD: usize = 1024;

// With ALSA, by what it records.

fn alsa_configuration(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/alsa").join(name)
}

fn play(configuration: &str, recording: &Path, arguments: &[&str]) -> Output {
    Process::new(env!("CARGO_BIN_EXE_tatum"))
        .args(["play", "--plain"])
        .args(arguments)
        .env("ALSA_CONFIG_PATH", alsa_configuration(configuration))
        .env("REC_FILE", recording)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn bytes_of(frames: &[Frame]) -> Vec<u8> {
    frames.iter().flat_map(|frame| [frame.left, frame.right]).flat_map(i16::to_le_bytes).collect()
}

/// Plays and renders with the same arguments, and compares what came out.
fn assert_played_as_rendered(input: &Path, arguments: &[&str], device: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let (recording, wav) = (folder.path().join("played.raw"), folder.path().join("rendered.wav"));
    let input = input.to_str().unwrap();
    let output = play("recording.conf", &recording, &[&[input], arguments, device].concat());
    assert!(output.status.success(), "{input}: {}", String::from_utf8_lossy(&output.stderr));
    let rendered = Process::new(env!("CARGO_BIN_EXE_tatum"))
        .args(["render", input, "-o"])
        .arg(&wav)
        .args(arguments)
        .output()
        .unwrap();
    assert!(rendered.status.success(), "{}", String::from_utf8_lossy(&rendered.stderr));
    let (played, rendered) = (std::fs::read(&recording).unwrap(), support::pcm(&wav));
    assert!(played.len() >= rendered.len(), "{input}: the end is missing");
    assert!(played[..rendered.len()] == rendered, "{input}: played is not rendered");
    assert!(played[rendered.len()..].iter().all(|&byte| byte == 0), "{input}: sound behind the end");
    let most = 4 * PERIOD * 8;
    assert!(
        played.len() - rendered.len() <= most,
        "{input}: {} bytes of silence",
        played.len() - rendered.len()
    );
}

#[test]
fn what_is_played_is_what_is_rendered_on_all_consoles() {
    assert_played_as_rendered(&support::N64_SM64.carried("note-short"), &[], &[]);
    assert_played_as_rendered(&support::NDS.carried("oneshot"), &[], &["--device", "rec"]);
    assert_played_as_rendered(&support::SNES_SPC.carried("timers/song.spc"), &["--seconds", "3.3"], &[]);
    let nspc = support::SNES_NSPC.carried("tune8");
    assert_played_as_rendered(&nspc, &["--seconds", "2", "--fade", "1"], &["--period", "256"]);
}

#[test]
fn a_song_that_ends_and_one_that_loops_end_as_rendered() {
    let folder = tempfile::tempdir().unwrap();
    let song = folder.path().join("loop.m64");
    std::fs::write(&song, beat_for_ever(0)).unwrap();
    assert_played_as_rendered(&song, &["--loops", "3", "--fade", "0.7"], &[]);
    // Muted from the start; and a song with a tail that ends in silence.
    assert_played_as_rendered(Path::new(OVERTURE), &["--mute", "0,2", "--seconds", "20"], &[]);
    let once = folder.path().join("once.m64");
    std::fs::write(&once, one_note()).unwrap();
    assert_played_as_rendered(&once, &[], &[]);
}

#[test]
fn without_a_device_there_is_one_line_and_exit_code_5() {
    for arguments in [&[OVERTURE][..], &[OVERTURE, "--device", "nothing"]] {
        let output = play("none.conf", Path::new("/dev/null"), arguments);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(5), "{stderr}");
        let lines: Vec<&str> = stderr.lines().filter(|line| !line.contains("built-in instruments")).collect();
        assert_eq!(lines.len(), 1, "{stderr}");
    }
}

#[test]
fn wrong_inputs_have_the_exit_codes_of_render() {
    let code = |arguments: &[&str]| play("recording.conf", Path::new("/dev/null"), arguments).status.code();
    assert_eq!(code(&["no-such-file.m64"]), Some(4));
    assert_eq!(code(&["Cargo.toml"]), Some(3));
    assert_eq!(code(&[]), Some(2));
    let hang = support::N64_SM64.carried("malformed/seq-zero-delay-loop.m64");
    assert_eq!(code(&[hang.to_str().unwrap(), "--seconds", "1"]), Some(3));
}

// With a device that the test itself is: it takes what it wants, when it wants.

/// A device that hands its callback over to the test.
struct Listener {
    feeds: mpsc::Sender<(u32, Feed<i16>)>,
}

struct NothingToKeep;

impl Keeper for NothingToKeep {
    fn start(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

impl Outlet for Listener {
    fn open(&mut self, rate: u32, monitor: &Monitor) -> Result<OpenStream, Error> {
        let (sink, feed) = ring::<i16>(8 * PERIOD, 2, rate, monitor);
        self.feeds.send((rate, feed)).unwrap();
        Ok(OpenStream { rate, period: PERIOD as u32, sink, keeper: Box::new(NothingToKeep) })
    }

    fn name(&self) -> String {
        "the test".into()
    }
}

/// A session with the test as its device.
struct Rig {
    monitor: Monitor,
    commands: Sender<Command>,
    reports: Receiver<Report>,
    feeds: mpsc::Receiver<(u32, Feed<i16>)>,
    feed: Feed<i16>,
    rate: u32,
    session: JoinHandle<Result<Ending, Error>>,
}

impl Rig {
    fn new(path: &Path, wish: Wish, watches: bool) -> Self {
        let monitor = Monitor::default();
        let (commands, command_receiver) = crossbeam_channel::unbounded();
        let (report_sender, reports) = crossbeam_channel::unbounded();
        let (feed_sender, feeds) = mpsc::channel();
        let parts = Parts {
            outlet: Box::new(Listener { feeds: feed_sender }),
            monitor: monitor.clone(),
            lost: crossbeam_channel::never(),
            commands: command_receiver,
            reports: report_sender,
            playlist: Playlist::open(path, &OpenOptions::default()).unwrap(),
            wish,
            settings: Settings::default(),
            watches,
        };
        let session = std::thread::spawn(move || Session::new(parts).run());
        let (rate, feed) = feeds.recv_timeout(Duration::from_secs(60)).unwrap();
        let rig = Self { monitor, commands, reports, feeds, feed, rate, session };
        rig.wait_for_frames();
        rig
    }

    /// Takes periods, as a device does.
    fn take(&mut self, periods: usize) -> Vec<Frame> {
        let mut samples = vec![0; 2 * PERIOD];
        let mut frames = Vec::new();
        for _ in 0..periods {
            self.feed.fill(&mut samples);
            frames.extend(samples.chunks_exact(2).map(|pair| Frame::new(pair[0], pair[1])));
        }
        frames
    }

    /// Sends a command that acts at the next frame; gives what was played until then.
    fn steer(&mut self, command: Command) -> Vec<Frame> {
        let (before, begun) = (self.monitor.cuts(), Instant::now());
        let mut frames = Vec::new();
        self.wait_for_frames();
        self.commands.send(command).unwrap();
        while self.monitor.cuts() == before {
            assert!(begun.elapsed() < Duration::from_secs(60), "the command was not executed");
            frames.extend(self.take(1));
            self.wait_for_frames();
        }
        frames
    }

    /// Waits until the ring holds what will be taken, as a device that begins does: a test must not depend on how fast
    /// the machine is.
    fn wait_for_frames(&self) {
        let begun = Instant::now();
        while self.feed.ready() < 2 * PERIOD
            && self.monitor.level() != Level::Ending
            && self.monitor.cut().is_some()
        {
            assert!(begun.elapsed() < Duration::from_secs(60), "the ring is not filled");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn wait_for_level(&self, level: Level) {
        let begun = Instant::now();
        while self.monitor.level() != level {
            assert!(begun.elapsed() < Duration::from_secs(60), "level {level:?} was not reached");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// A straight rendering.
fn rendered(path: &Path, frames: usize) -> Vec<Frame> {
    let mut player = Song::open(path, &OpenOptions::default()).unwrap().start().unwrap();
    let mut out = vec![Frame::SILENCE; frames];
    player.render(&mut out);
    out
}

fn seconds(seconds: u64) -> Wish {
    Wish { nanoseconds: Some(u128::from(seconds) * 1_000_000_000), ..Wish::default() }
}

#[test]
fn a_pause_is_silence_between_two_neighbouring_frames() {
    let mut rig = Rig::new(Path::new(OVERTURE), seconds(30), false);
    let expected = rendered(Path::new(OVERTURE), 40 * PERIOD);
    assert!(rig.take(10) == expected[..10 * PERIOD]);
    rig.commands.send(Command::TogglePause).unwrap();
    rig.wait_for_level(Level::Paused);
    assert!(rig.take(2).iter().all(|&frame| frame == Frame::SILENCE));
    assert_eq!(rig.monitor.played(), 10 * PERIOD as u64);
    rig.commands.send(Command::TogglePause).unwrap();
    rig.wait_for_level(Level::Playing);
    assert!(rig.take(10) == expected[10 * PERIOD..20 * PERIOD]);
    assert_eq!(rig.monitor.underruns(), 0);
}

#[test]
fn seeks_land_on_their_frames_and_are_heard_at_once() {
    let inputs = [
        PathBuf::from(OVERTURE),
        support::NDS.carried("tune-8bars"),
        support::SNES_SPC.carried("timers/song.spc"),
    ];
    for input in inputs {
        let mut rig = Rig::new(&input, seconds(60), false);
        let expected = rendered(&input, 600 * PERIOD);
        let mut played = rig.take(150);
        played.extend(rig.steer(Command::Seek(-2.0)));
        let cut = played.len();
        assert!(played == expected[..cut], "{}", input.display());
        let rate = Song::open(&input, &OpenOptions::default()).unwrap().start().unwrap().rate();
        let back = cut - rate.frames_in_seconds(2) as usize;
        assert!(rig.take(20) == expected[back..back + 20 * PERIOD], "{}", input.display());
        // Forward, over what was never played, and to the start.
        let mut frame = back + 20 * PERIOD;
        frame += rig.steer(Command::Seek(4.0)).len() + rate.frames_in_seconds(4) as usize;
        assert!(rig.take(20) == expected[frame..frame + 20 * PERIOD], "{}", input.display());
        rig.steer(Command::Restart);
        assert!(rig.take(20) == expected[..20 * PERIOD], "{}", input.display());
        assert_eq!(rig.monitor.underruns(), 0, "{}", input.display());
    }
}

#[test]
fn muting_acts_at_the_next_frame_and_changes_nothing_else() {
    let input = support::NDS.carried("tune-8bars");
    let mut rig = Rig::new(&input, seconds(60), false);
    let mut played = rig.take(50);
    let mutes = Mutes::NONE.with_channel(0).with_channel(1);
    played.extend(rig.steer(Command::Set(Settings { mutes, ..Settings::default() })));
    let cut = played.len();
    played.extend(rig.take(100));
    let mut player = Song::open(&input, &OpenOptions::default()).unwrap().start().unwrap();
    let mut expected = vec![Frame::SILENCE; played.len()];
    player.render(&mut expected[..cut]);
    player.set_mutes(mutes);
    player.render(&mut expected[cut..]);
    assert!(played == expected);
    assert!(played != rendered(&input, played.len()), "something was muted");
}

#[test]
fn tempo_pitch_and_volume_change_what_is_heard_and_can_be_taken_back() {
    let mut rig = Rig::new(Path::new(OVERTURE), seconds(60), false);
    let expected = rendered(Path::new(OVERTURE), 200 * PERIOD);
    let mut frame = rig.take(20).len();
    frame += rig.steer(Command::Set(Settings { volume_percent: 50, ..Settings::default() })).len();
    let quiet = rig.take(10);
    let is_half =
        |(quiet, loud): (&Frame, &Frame)| (i32::from(quiet.left) * 2 - i32::from(loud.left)).abs() <= 2;
    assert!(quiet.iter().zip(&expected[frame..]).all(is_half));
    frame += quiet.len() + rig.steer(Command::Set(Settings::default())).len();
    assert!(rig.take(10) == expected[frame..frame + 10 * PERIOD]);
    for (tempo_percent, semitones) in [(150, 0), (100, 7), (50, -12)] {
        rig.steer(Command::Set(Settings { tempo_percent, semitones, ..Settings::default() }));
        let loudest = rig.take(30).iter().map(|frame| frame.left.unsigned_abs()).max();
        assert!(loudest > Some(500), "{tempo_percent} {semitones}: {loudest:?}");
    }
    assert_eq!(rig.monitor.underruns(), 0);
}

#[test]
fn a_list_plays_song_after_song_without_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.m64"), beat_for_ever(0)).unwrap();
    std::fs::write(folder.path().join("b.m64"), beat_for_ever(7)).unwrap();
    std::fs::write(folder.path().join("broken.spc"), b"nothing").unwrap();
    let list = folder.path().join("list.m3u");
    std::fs::write(&list, "#EXTM3U\na.m64\n\nbroken.spc\nb.m64\n").unwrap();
    let mut rig = Rig::new(&list, seconds(2), false);
    let length = 2 * 32_006;
    let played = rig.take(2 * length / PERIOD);
    assert!(played[..length] == rendered(&folder.path().join("a.m64"), length));
    let second = rendered(&folder.path().join("b.m64"), played.len() - length);
    assert!(played[length..] == second);
    rig.take(20);
    assert!(matches!(rig.session.join(), Ok(Ok(Ending::Played))));
    let messages = rig
        .reports
        .try_iter()
        .filter(|report| matches!(report, Report::Message(text) if text.contains("broken.spc")));
    assert_eq!(messages.count(), 1);
    // The same songs as a folder, in order of their names; next and previous.
    let mut rig = Rig::new(folder.path(), seconds(20), false);
    rig.take(3);
    rig.steer(Command::Next);
    assert!(rig.take(10)[..] == second[..10 * PERIOD]);
    rig.steer(Command::Previous);
    assert!(rig.take(10) == rendered(&folder.path().join("a.m64"), 10 * PERIOD));
    rig.commands.send(Command::Quit).unwrap();
    assert!(matches!(rig.session.join(), Ok(Ok(Ending::Stopped))));
}

#[test]
fn songs_at_other_rates_get_a_stream_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.m3u");
    let (ds, snes) = (support::NDS.carried("oneshot"), support::SNES_SPC.carried("timers/song.spc"));
    std::fs::write(&list, format!("{}\n{}\n", ds.display(), snes.display())).unwrap();
    let mut rig = Rig::new(&list, seconds(1), false);
    assert_eq!(rig.rate, 32_728);
    let played = rig.take(38);
    assert!(played[..32_728] == rendered(&ds, 32_728));
    assert!(played[32_728..].iter().all(|&frame| frame == Frame::SILENCE));
    let (rate, feed) = rig.feeds.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!(rate, 32_000);
    rig.feed = feed;
    rig.wait_for_frames();
    assert!(rig.take(38)[..32_000] == rendered(&snes, 32_000));
    assert!(matches!(rig.session.join(), Ok(Ok(Ending::Played))));
}

#[test]
fn a_saved_file_goes_on_at_the_same_tick_and_a_broken_one_leaves_the_old_playing() {
    let folder = tempfile::tempdir().unwrap();
    let song = folder.path().join("song.m64");
    std::fs::write(&song, beat_for_ever(0)).unwrap();
    // What a manifest names is watched as well.
    let manifest = folder.path().join("song.toml");
    std::fs::write(&manifest, "engine = \"sm64-us\"\nsequence = \"song.m64\"\n").unwrap();
    let mut rig = Rig::new(&manifest, seconds(600), true);
    let mut played = rig.take(10);
    let wait_for = |rig: &mut Rig, played: &mut Vec<Frame>, wanted: &str| {
        let (begun, mut cut) = (Instant::now(), None);
        loop {
            assert!(begun.elapsed() < Duration::from_secs(60), "'{wanted}' was not told");
            rig.wait_for_frames();
            played.extend(rig.take(1));
            std::thread::sleep(Duration::from_millis(5));
            for report in rig.reports.try_iter() {
                match report {
                    Report::Cut { at } => cut = Some(at),
                    Report::Message(text) if text.contains(wanted) => return cut,
                    _ => {}
                }
            }
        }
    };
    std::fs::write(&song, b"").unwrap();
    assert_eq!(wait_for(&mut rig, &mut played, "the version before goes on"), None);
    assert!(played == rendered_from(&beat_for_ever(0), played.len()));
    std::fs::write(&song, beat_for_ever(12)).unwrap();
    let cut = wait_for(&mut rig, &mut played, "opened again").unwrap() as usize;
    played.extend(rig.take(30));
    let (old, new) =
        (rendered_from(&beat_for_ever(0), cut), Song::open(&song, &OpenOptions::default()).unwrap());
    assert!(played[..cut] == old);
    let mut before = song_of(&beat_for_ever(0)).1;
    before.render(&mut vec![Frame::SILENCE; cut]);
    let frame = new.frames_until_tick(before.position().ticks).unwrap().unwrap() as usize;
    let expected = rendered(&song, frame + played.len() - cut);
    assert!(played[cut..] == expected[frame..]);
}

fn song_of(bytes: &[u8]) -> (tempfile::TempDir, tatum::song::SongPlayer) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("song.m64");
    std::fs::write(&path, bytes).unwrap();
    let player = Song::open(&path, &OpenOptions::default()).unwrap().start().unwrap();
    (folder, player)
}

fn rendered_from(bytes: &[u8], frames: usize) -> Vec<Frame> {
    let mut out = vec![Frame::SILENCE; frames];
    song_of(bytes).1.render(&mut out);
    out
}

#[test]
fn the_last_seconds_are_saved_as_they_were_heard() {
    let folder = tempfile::tempdir().unwrap();
    let song = folder.path().join("song.m64");
    std::fs::write(&song, beat_for_ever(0)).unwrap();
    // The program saves into its working folder; the recorder behind it is asked directly.
    let mut recent = tatum::playback::Recent::new(tatum_core::Rate::hertz(100));
    let frames: Vec<Frame> = (0..4000).map(|index| Frame::new(index, -index)).collect();
    recent.push(&frames);
    recent.take_back(100);
    let path = recent.save(folder.path(), "A song: 1/2", 200).unwrap();
    assert_eq!(path.file_name().unwrap(), "A-song--1-2-1.wav");
    assert!(support::pcm(&path) == bytes_of(&frames[1000..3700]));
    assert!(recent.save(folder.path(), "A song: 1/2", 0).unwrap().ends_with("A-song--1-2-2.wav"));
}

#[test]
fn the_callback_never_allocates() {
    let monitor = Monitor::default();
    let (mut sink, mut feed) = ring::<i16>(8 * PERIOD, 2, 32_000, &monitor);
    let mut out = vec![0i16; 2 * PERIOD];
    sink.push(&vec![[0.25, -0.25]; 8 * PERIOD]);
    let counts = allocation_counter::measure(|| {
        // Filled, cut, paused, dry, ending, closing.
        for _ in 0..4 {
            feed.fill(&mut out);
        }
        monitor.want_cut();
        feed.fill(&mut out);
        for level in [Level::Paused, Level::Playing, Level::Ending, Level::Closing] {
            monitor.set_level(level);
            feed.fill(&mut out);
        }
    });
    assert_eq!(counts.count_total, 0);
    assert_eq!(monitor.cut(), Some(5 * PERIOD as u64));
    assert_eq!(monitor.underruns(), 1);
    // The counter counts.
    assert_ne!(allocation_counter::measure(|| drop(std::hint::black_box(Box::new(1)))).count_total, 0);
}

#[test]
fn devices_with_one_or_many_channels_get_both_sides() {
    let played = |channels: u16| {
        let monitor = Monitor::default();
        let (mut sink, mut feed) = ring::<i16>(PERIOD, channels, 32_000, &monitor);
        sink.push(&[[0.5, -0.25]]);
        let mut out = vec![1i16; usize::from(channels)];
        feed.fill(&mut out);
        out
    };
    assert_eq!(played(1), [4096]);
    assert_eq!(played(2), [16_384, -8192]);
    assert_eq!(played(6), [16_384, -8192, 0, 0, 0, 0]);
}

// What is shown.

/// The overture after `blocks` blocks of its statuses, as a display is told.
fn display(path: &Path, periods: usize) -> App {
    let mut rig = Rig::new(path, seconds(600), false);
    rig.take(periods);
    let mut app = App::new(Settings::default(), None, 4);
    rig.commands.send(Command::Quit).unwrap();
    let _ = rig.session.join();
    for report in rig.reports.try_iter() {
        app.take(report);
    }
    app.advance((periods * PERIOD) as u64, 0);
    app
}

/// What a terminal of this size shows, without colours.
fn screen(app: &App, width: u16, height: u16) -> String {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    draw(area, &mut buffer, app, Theme::new(false));
    assert!(
        buffer.content.iter().all(|cell| cell.fg == ratatui::style::Color::Reset),
        "a colour with NO_COLOR"
    );
    let lines = (0..height).map(|y| {
        let line: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
        format!("{}\n", line.trim_end())
    });
    lines.collect()
}

#[test]
fn screens_look_as_they_did() {
    let mut overture = display(Path::new(OVERTURE), 500);
    insta::assert_snapshot!("overture-80x24", screen(&overture, 80, 24));
    insta::assert_snapshot!("overture-120x40", screen(&overture, 120, 40));
    let press = |app: &mut App, code| app.press(KeyEvent::new(code, KeyModifiers::NONE));
    press(&mut overture, KeyCode::Char('2'));
    assert!(matches!(press(&mut overture, KeyCode::Char('s')), Some(Command::Set(_))));
    press(&mut overture, KeyCode::Char(']'));
    insta::assert_snapshot!("solo-80x24", screen(&overture, 80, 24));
    press(&mut overture, KeyCode::Char('?'));
    insta::assert_snapshot!("help-80x24", screen(&overture, 80, 24));
    insta::assert_snapshot!(
        "tune-120x40",
        screen(&display(&support::NDS.carried("tune-8bars"), 100), 120, 40)
    );
    let spc = display(&support::SNES_SPC.carried("timers/song.spc"), 60);
    insta::assert_snapshot!("spc-80x24", screen(&spc, 80, 24));
    let case = support::SNES_NSPC.carried("tune8");
    insta::assert_snapshot!("nspc-80x24", screen(&display(&case, 60), 80, 24));
    let case = support::N64_OOT.carried("basic-adpcm");
    insta::assert_snapshot!("oot-80x24", screen(&display(&case, 60), 80, 24));
    assert!(screen(&spc, 50, 10).starts_with("50 by 10 cells are too small"));
}

#[test]
fn no_size_of_a_screen_is_a_problem() {
    let app = display(Path::new(OVERTURE), 100);
    for width in (1..200).step_by(7) {
        for height in (1..70).step_by(3) {
            screen(&app, width, height);
        }
    }
}

#[test]
fn keys_mute_solo_and_choose_channels() {
    let mut app = display(Path::new(OVERTURE), 100);
    let mut press = |code| app.press(KeyEvent::new(KeyCode::Char(code), KeyModifiers::NONE));
    press('1');
    press('0');
    let mutes = |command: Option<Command>| match command {
        Some(Command::Set(settings)) => settings.mutes,
        other => panic!("{other:?}"),
    };
    let ten = mutes(press('m'));
    assert!(ten.silences(99, Some(10)) || ten.silences(99, Some(0)), "{ten:?}");
    assert_eq!(mutes(press('m')), Mutes::NONE);
    press('3');
    let solo = mutes(press('s'));
    assert!(!solo.silences(99, Some(3)) && solo.silences(99, Some(4)));
    assert_eq!(mutes(press('c')), Mutes::NONE);
    assert_eq!(press(' '), Some(Command::TogglePause));
    assert_eq!(press('q'), Some(Command::Quit));
}

// Songs of the tests.

/// A quarter note at 120 beats a minute, for ever.
fn beat_for_ever(transposition: u8) -> Vec<u8> {
    let mut writer = SequenceWriter::new(Abi::Sm64);
    let (again, channel, wait, layer) = (writer.label(), writer.label(), writer.label(), writer.label());
    writer.sequence().initialize_channels(1).volume(127).tempo(120).start_channel(0, channel);
    writer.place(again);
    writer.sequence().delay(48).jump(again);
    writer.channel_at(channel).large_notes().instrument(0).start_layer(0, layer);
    writer.channel_at(wait).delay(48).jump(wait);
    writer.layer_at(layer).note(39 + transposition, 48, 100, 128).jump(layer);
    writer.finish().unwrap()
}

/// A single note.
fn one_note() -> Vec<u8> {
    let mut writer = SequenceWriter::new(Abi::Sm64);
    let (channel, layer) = (writer.label(), writer.label());
    writer.sequence().initialize_channels(1).volume(127).tempo(120).start_channel(0, channel).delay(96).end();
    writer.channel_at(channel).large_notes().instrument(0).start_layer(0, layer).delay(96).end();
    writer.layer_at(layer).note(39, 48, 100, 128).end();
    writer.finish().unwrap()
}

// In real time, when asked for.

/// A PulseAudio of the test's own, whose sink writes into a pipe in time with the clock.
struct Pulse {
    daemon: std::process::Child,
    folder: tempfile::TempDir,
    reader: JoinHandle<Vec<u8>>,
}

impl Pulse {
    fn start(rate: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display().to_string();
        let daemon = Process::new("pulseaudio")
            .args(["-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no", "--log-target=null"])
            .arg(format!("--load=module-native-protocol-unix socket={place}/native auth-anonymous=1"))
            .arg(format!(
                "--load=module-pipe-sink file={place}/pipe format=s16le channels=2 rate={rate} \
                 use_system_clock_for_timing=yes"
            ))
            .env("XDG_RUNTIME_DIR", &place)
            .env("HOME", &place)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("PulseAudio is installed");
        let pipe = folder.path().join("pipe");
        let begun = Instant::now();
        while !pipe.exists() || !folder.path().join("native").exists() {
            assert!(begun.elapsed() < Duration::from_secs(30), "PulseAudio does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        let configuration = format!("pcm.!default {{ type pulse server \"unix:{place}/native\" }}\n");
        std::fs::write(folder.path().join("asound.conf"), configuration).unwrap();
        let reader = std::thread::spawn(move || std::fs::read(pipe).unwrap_or_default());
        Self { daemon, folder, reader }
    }

    /// Ends it; gives what was played.
    fn stop(mut self) -> Vec<u8> {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
        self.reader.join().unwrap()
    }
}

#[test]
fn a_minute_in_real_time_under_load_has_no_underrun() {
    if std::env::var_os("TATUM_REALTIME_TEST").is_none() {
        println!("TATUM_REALTIME_TEST is not set: nothing was played in real time");
        return;
    }
    // It keeps all sixteen voices of the most expensive engine busy.
    let input = PathBuf::from(OVERTURE);
    let rate = Song::open(&input, &OpenOptions::default()).unwrap().start().unwrap().rate().rounded() as u32;
    let pulse = Pulse::start(rate);
    let is_over = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let loads: Vec<_> = (0..std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
        .map(|_| {
            let is_over = is_over.clone();
            std::thread::spawn(move || while !is_over.load(std::sync::atomic::Ordering::Relaxed) {})
        })
        .collect();
    let begun = Instant::now();
    let output = Process::new(env!("CARGO_BIN_EXE_tatum"))
        .args(["play", "--plain", "--seconds", "60", "--period", "256"])
        .arg(&input)
        .env("ALSA_CONFIG_PATH", pulse.folder.path().join("asound.conf"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let elapsed = begun.elapsed();
    is_over.store(true, std::sync::atomic::Ordering::Relaxed);
    loads.into_iter().for_each(|load| load.join().unwrap());
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let played = pulse.stop();
    assert!(output.status.success(), "{stderr}");
    assert!(!stderr.contains("underruns"), "{stderr}");
    assert!((59..65).contains(&elapsed.as_secs()), "not in real time: {elapsed:?}");
    let expected = bytes_of(&rendered(&input, 60 * rate as usize));
    let start = played.chunks_exact(4).position(|frame| frame != [0; 4]).unwrap_or(0) * 4;
    let first = expected.chunks_exact(4).position(|frame| frame != [0; 4]).unwrap_or(0) * 4;
    assert!(played[start..].starts_with(&expected[first..]), "what was heard is what was rendered");
}

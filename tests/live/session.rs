//! Commands act at their frames, and change nothing else.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tatum::output::live::Level;
use tatum::playback::{Command, Ending, Report, Settings};
use tatum::song::{OpenOptions, Song};
use tatum_core::{Frame, Mutes};

use super::alsa::bytes_of;
use super::rig::{Rig, rendered, seconds};
use super::songs::beat_for_ever;
use super::{OVERTURE, PERIOD, support};

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

//! `verify` names what was broken on purpose: samples, ticks, gain, drift, offset; in cases and in recordings.

mod support;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use support::{code, stderr, tatum};
use tatum::input::wav::{self, Recording};
use tatum::output::wav::{FrameWriter, WavFormat};
use tatum::song::{OpenOptions, Song};
use tatum::verify::reference::{DeviationKind, RecordingResult, Tolerances, compare_recording};
use tatum::verify::score::Score;
use tatum::verify::{Difference, Outcome, verify_case};
use tatum_core::{Frame, Mutes};
use tatum_n64::author::sequence_writer::SequenceWriter;
use tatum_n64::sequencer::abi::Abi;

/// Two channels: notes of 48 ticks, and shorter ones against them. The fourth long note lasts `fourth` ticks.
fn sequence(fourth: u16) -> Vec<u8> {
    let mut writer = SequenceWriter::new(Abi::Sm64);
    let labels = [(); 6].map(|()| writer.label());
    let [melody, figure, wait, other, layer, short] = labels;
    let both = 0b11;
    writer.sequence().initialize_channels(both).volume(100).tempo(120);
    writer.sequence().start_channel(0, melody).start_channel(1, figure).delay(4000).end();
    writer.channel_at(melody).large_notes().instrument(0).start_layer(0, layer);
    writer.channel_at(wait).delay(48).jump(wait);
    writer.channel_at(figure).large_notes().instrument(24).pan(40).start_layer(0, short);
    writer.channel_at(other).delay(48).jump(other);
    let mut notes = writer.layer_at(layer);
    for (index, semitone) in [39, 43, 46, 41, 44, 48, 39, 36].into_iter().enumerate() {
        notes.note(semitone, if index == 3 { fourth } else { 48 }, 100, 40);
    }
    notes.end();
    let mut notes = writer.layer_at(short);
    for semitone in [51, 55, 58, 55, 53, 56, 60, 56].into_iter().cycle().take(24) {
        notes.note(semitone, 16, 60, 100);
    }
    notes.end();
    writer.finish().unwrap()
}

fn song(folder: &Path, fourth: u16) -> Song {
    let path = folder.join(format!("song-{fourth}.m64"));
    std::fs::write(&path, sequence(fourth)).unwrap();
    Song::open(&path, &OpenOptions::default()).unwrap()
}

const FRAMES: usize = 140_000;

fn render(song: &Song, mutes: Mutes) -> Vec<Frame> {
    let mut player = song.start().unwrap();
    player.set_mutes(mutes);
    let mut frames = vec![Frame::SILENCE; song.frames.map_or(FRAMES, |frames| frames as usize)];
    player.render(&mut frames);
    frames
}

fn recording(frames: Vec<[f32; 2]>) -> Recording {
    let is_16_bit = frames.iter().flatten().all(|sample| sample.fract() == 0.0);
    Recording { rate: 32000, frames, format: "made".into(), is_16_bit, notes: Vec::new() }
}

fn floats(frames: &[Frame]) -> Vec<[f32; 2]> {
    frames.iter().map(|frame| [f32::from(frame.left), f32::from(frame.right)]).collect()
}

fn compare(song: &Song, frames: Vec<[f32; 2]>) -> RecordingResult {
    compare_recording(song, &recording(frames), Tolerances::default()).unwrap()
}

/// The kinds of deviations that were named.
fn kinds(result: &RecordingResult) -> Vec<DeviationKind> {
    result.deviations.iter().map(|deviation| deviation.kind).collect()
}

#[test]
fn an_equal_recording_passes_whatever_its_sample_format() {
    let folder = tempfile::tempdir().unwrap();
    let song = song(folder.path(), 48);
    let frames = render(&song, Mutes::NONE);
    for format in [WavFormat::S16, WavFormat::S24, WavFormat::F32] {
        let path = folder.path().join("recording.wav");
        let mut writer = FrameWriter::new(std::fs::File::create(&path).unwrap(), 32000, format).unwrap();
        writer.write(&frames).unwrap();
        writer.finish().unwrap();
        let recording = wav::read(&path).unwrap();
        let result = compare_recording(&song, &recording, Tolerances::default()).unwrap();
        assert!(result.is_passed() && result.deviations.is_empty(), "{format:?}: {:?}", result.deviations);
        assert_eq!(result.exact.unwrap().compared, FRAMES as u64);
    }
}

#[test]
fn one_broken_sample_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let song = song(folder.path(), 48);
    let mut frames = floats(&render(&song, Mutes::NONE));
    frames[50_000][1] += 3.0;
    let result = compare(&song, frames);
    assert_eq!(kinds(&result), [DeviationKind::Samples], "{:?}", result.deviations);
    let exact = result.exact.as_ref().unwrap();
    let difference = exact.difference.unwrap();
    assert_eq!((exact.offset, difference.frame, difference.count, exact.worst), (0, 50_000, 1, 3));
    let explanation = result.explanation.as_ref().unwrap();
    assert_eq!(explanation.frame, 50_000);
    assert!(explanation.tick.is_some() && !explanation.causes.is_empty());
    assert!(!result.is_passed());
}

#[test]
fn one_late_tick_is_named_with_its_note_and_command() {
    let folder = tempfile::tempdir().unwrap();
    let (song, late) = (song(folder.path(), 48), song(folder.path(), 49));
    let result = compare(&song, floats(&render(&late, Mutes::NONE)));
    assert_eq!(kinds(&result), [DeviationKind::Onset, DeviationKind::Samples], "{:?}", result.deviations);
    let score = Score::of(&song, FRAMES as u64).unwrap();
    let melody: Vec<_> = score.notes.iter().filter(|note| note.place.channel == Some(0)).collect();
    let misplaced: Vec<_> = result.onsets.misplaced(0.5).collect();
    assert_eq!(misplaced.len(), 4, "the notes after the fourth: {misplaced:?}");
    assert_eq!(misplaced[0].note, *melody[4]);
    for onset in misplaced {
        assert_eq!(onset.note.place.channel, Some(0));
        assert!((onset.ticks.unwrap() - 1.0).abs() < 0.35, "{onset:?}");
        assert!((onset.milliseconds - 10.4).abs() < 3.0, "{onset:?}");
    }
    assert!(result.deviations[0].message.contains("note 44"), "{}", result.deviations[0].message);
}

#[test]
fn a_wrong_gain_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let song = song(folder.path(), 48);
    let softer = |frame: [f32; 2]| [(frame[0] * 0.8).round(), (frame[1] * 0.8).round()];
    let frames = floats(&render(&song, Mutes::NONE)).into_iter().map(softer).collect();
    let result = compare(&song, frames);
    assert_eq!(kinds(&result), [DeviationKind::Gain], "{:?}", result.deviations);
    assert!((result.deviations[0].amount + 1.938).abs() < 0.005, "{:?}", result.deviations);
    assert!(!result.is_passed());
}

#[test]
fn an_offset_of_seven_frames_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let song = song(folder.path(), 48);
    let mut frames = vec![[0.0; 2]; 7];
    frames.extend(floats(&render(&song, Mutes::NONE)));
    let result = compare(&song, frames.clone());
    assert_eq!(kinds(&result), [DeviationKind::Offset], "{:?}", result.deviations);
    assert_eq!(result.deviations[0].amount, 7.0);
    assert!(!result.is_passed());
    let allowed = "offset=7".parse().unwrap();
    assert!(compare_recording(&song, &recording(frames), allowed).unwrap().is_passed());
}

/// The recording as a clock that is `ppm` millionths too fast records it: the music lasts longer by as much.
fn drifted(frames: &[[f32; 2]], ppm: f64) -> Vec<[f32; 2]> {
    const REACH: i64 = 48;
    let value = |position: f64, side: usize| {
        let near = position.floor() as i64;
        let sum: f64 = (near - REACH + 1..=near + REACH)
            .filter_map(|index| Some((index, frames.get(usize::try_from(index).ok()?)?)))
            .map(|(index, frame)| {
                let x = position - index as f64;
                let sinc = if x == 0.0 {
                    1.0
                } else {
                    (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x)
                };
                let window = 0.5 + 0.5 * (std::f64::consts::PI * x / REACH as f64).cos();
                f64::from(frame[side]) * sinc * window
            })
            .sum();
        sum.round() as f32
    };
    let step = 1.0 / (1.0 + ppm * 1e-6);
    (0..frames.len()).map(|index| [0, 1].map(|side| value(index as f64 * step, side))).collect()
}

#[test]
fn a_drift_of_thirty_millionths_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let song = song(folder.path(), 48);
    let frames = drifted(&floats(&render(&song, Mutes::NONE)), 30.0);
    let result = compare(&song, frames.clone());
    assert_eq!(kinds(&result), [DeviationKind::Drift, DeviationKind::Error], "{:?}", result.deviations);
    assert!((result.deviations[0].amount - 30.0).abs() < 0.5, "{:?}", result.deviations);
    assert!(result.deviations[1].amount < -50.0, "only interpolation is left over: {:?}", result.deviations);
    let allowed = "drift=31,error=-50".parse().unwrap();
    assert!(compare_recording(&song, &recording(frames), allowed).unwrap().is_passed());
}

#[test]
fn another_song_resembles_nothing_and_silence_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let song = song(folder.path(), 48);
    let silent = compare(&song, vec![[0.0; 2]; 50_000]);
    assert_eq!(kinds(&silent), [DeviationKind::Unrelated]);
    assert!(silent.deviations[0].message.contains("silent"));
    let mut state = 1u32;
    let noise = (0..100_000).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        [(state >> 20) as f32 - 2048.0; 2]
    });
    let noise = compare(&song, noise.collect());
    assert_eq!(kinds(&noise), [DeviationKind::Unrelated], "{:?}", noise.deviations);
    assert!(!compare(&song, Vec::new()).is_passed());
}

/// A copy of a carried case that may be broken.
fn copy_case(folder: &Path, set: support::Set, name: &str) -> PathBuf {
    for part in [name, "bank"] {
        let (from, to) = (set.carried(part), folder.join(part));
        if !from.is_dir() {
            continue;
        }
        std::fs::create_dir_all(&to).unwrap();
        for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
    folder.join(name).join("case.toml")
}

/// Changes one byte of the reference's left sample of a frame.
fn break_frame(case: &Path, frame: usize) {
    let path = case.with_file_name("reference.wav");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[44 + 4 * frame] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_broken_sample_of_a_case_is_explained_on_every_engine() {
    let cases = [
        (support::N64_SM64, "tune8"),
        (support::N64_SM64_EU, "voices"),
        (support::N64_OOT, "basic-adpcm"),
        (support::NDS, "tune-8bars"),
        (support::SNES_NSPC, "tune8"),
        (support::SNES_SPC, "kon_koff"),
    ];
    for (set, name) in cases {
        let folder = tempfile::tempdir().unwrap();
        let case = copy_case(folder.path(), set, name);
        let frame = Song::open(&case, &OpenOptions::default()).unwrap().frames.unwrap() / 2;
        break_frame(&case, frame as usize);
        let result = verify_case(&case);
        let Outcome::Differs(Difference::Audio(difference)) = &result.outcome else {
            panic!("{name}: {:?}", result.outcome);
        };
        assert_eq!((difference.frame, difference.count), (frame, 1), "{name}");
        let explanation = result.explanation.unwrap_or_else(|| panic!("{name} is explained"));
        assert_eq!(explanation.frame, frame);
        let cause = explanation.causes.first().unwrap_or_else(|| panic!("{name} has a cause"));
        let command = cause.command.as_ref().unwrap_or_else(|| panic!("{name}: {explanation}"));
        assert!(command.frame <= frame && cause.voice.is_some(), "{name}: {explanation}");
        println!("{name}: {explanation}");
    }
}

#[test]
fn a_missing_voice_is_named_as_the_cause() {
    let folder = tempfile::tempdir().unwrap();
    let case = copy_case(folder.path(), support::N64_SM64, "tune8");
    let song = Song::open(&case, &OpenOptions::default()).unwrap();
    let path = case.with_file_name("reference.wav");
    let mut writer = FrameWriter::new(std::fs::File::create(&path).unwrap(), 32000, WavFormat::S16).unwrap();
    writer.write(&render(&song, Mutes::NONE.with_voice(14))).unwrap();
    writer.finish().unwrap();
    let explanation = verify_case(&case).explanation.unwrap();
    let cause = &explanation.causes[0];
    assert_eq!(cause.voice, Some(14), "{explanation}");
    assert!((cause.share.unwrap().factor + 1.0).abs() < 0.02, "{explanation}");
}

#[test]
fn a_broken_trace_row_is_explained_with_both_values() {
    let folder = tempfile::tempdir().unwrap();
    let case = copy_case(folder.path(), support::N64_SM64, "note-short");
    let path = case.with_file_name("trace.tsv.gz");
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(&path).unwrap()).read_to_string(&mut text).unwrap();
    let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
    let number = rows.iter().position(|row| row.starts_with("N\t60\t")).unwrap();
    let mut fields: Vec<&str> = rows[number].split('\t').collect();
    let (voice, volume) = (fields[3].to_owned(), fields[17].to_owned());
    fields[17] = "0123";
    rows[number] = fields.join("\t");
    let mut writer = GzEncoder::new(std::fs::File::create(&path).unwrap(), Compression::fast());
    writer.write_all((rows.join("\n") + "\n").as_bytes()).unwrap();
    writer.finish().unwrap();
    let result = verify_case(&case);
    let explanation = result.explanation.unwrap();
    let value = &explanation.values[0];
    assert_eq!(explanation.values.len(), 1, "{explanation}");
    assert_eq!((&*value.name, value.expected.as_deref()), ("targetL", Some("0123")));
    assert_eq!(value.found.as_deref(), Some(&*volume));
    let cause = &explanation.causes[0];
    assert_eq!(cause.voice.map(|voice| voice.to_string()), Some(voice));
    assert!(cause.command.as_ref().unwrap().text.starts_with("note"), "{explanation}");
    // Frame 60 of the engine begins after 60 buffers of about 534 samples.
    assert!((31_000..33_000).contains(&explanation.frame), "{explanation}");
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let run = |threads: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_tatum"))
            .args([Path::new("verify"), &support::SNES_SPC.carried(""), &support::N64_SM64_SH.carried("")])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        output.stdout
    };
    let one = run("1");
    assert!(one.ends_with(b"10 passed, 0 failed\n"), "{}", String::from_utf8_lossy(&one));
    assert!(one == run("2") && one == run("7"));
}

#[test]
fn broken_inputs_are_no_cases() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("malformed/broken/case.toml");
    std::fs::create_dir_all(case.parent().unwrap()).unwrap();
    std::fs::write(&case, "engine = \"nds\"\n").unwrap();
    let output = tatum([Path::new("verify"), folder.path()]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
}

#[test]
fn an_accepted_recording_is_a_case_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let song = song(folder.path(), 48);
    let bank = support::N64_SM64.carried("bank");
    let wav = path("recording.wav");
    let seconds = "2.5";
    let output = tatum([
        "render".as_ref(),
        song.path.as_os_str(),
        "--bank".as_ref(),
        bank.as_os_str(),
        "--seconds".as_ref(),
        seconds.as_ref(),
        "--set".as_ref(),
        "sound_mode=headset".as_ref(),
        "-o".as_ref(),
        wav.as_os_str(),
    ]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let accept = |settings: &str, case: &Path| {
        tatum([
            "verify".as_ref(),
            song.path.as_os_str(),
            "--reference".as_ref(),
            wav.as_os_str(),
            "--bank".as_ref(),
            bank.as_os_str(),
            "--set".as_ref(),
            settings.as_ref(),
            "--accept".as_ref(),
            case.as_os_str(),
        ])
    };
    let case = path("cases/mine");
    let output = accept("sound_mode=headset", &case);
    assert_eq!(code(&output), 0, "{}{}", stderr(&output), String::from_utf8_lossy(&output.stdout));
    // The case needs nothing but itself.
    std::fs::remove_file(&song.path).unwrap();
    let verified = tatum([Path::new("verify"), &path("cases")]);
    assert_eq!(code(&verified), 0, "{}", String::from_utf8_lossy(&verified.stdout));
    let rendered = path("rendered.wav");
    let output = tatum([Path::new("render"), &case.join("case.toml"), Path::new("-o"), &rendered]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(support::pcm(&rendered) == support::pcm(&wav));
    // What is there is not overwritten.
    std::fs::write(&song.path, sequence(48)).unwrap();
    assert_eq!(code(&accept("sound_mode=headset", &case)), 2);
    // What differs becomes a case that fails.
    let other = path("cases/other");
    assert_eq!(code(&accept("sound_mode=mono", &other)), 1);
    assert_eq!(code(&tatum([Path::new("verify"), &other])), 1);
}

/// Writes a recording that begins seven frames late.
fn write_late(song: &Song, path: &Path) {
    let mut writer = FrameWriter::new(std::fs::File::create(path).unwrap(), 32000, WavFormat::S24).unwrap();
    writer.write(&[Frame::SILENCE; 7]).unwrap();
    writer.write(&render(song, Mutes::NONE)).unwrap();
    writer.finish().unwrap();
}

#[test]
fn a_case_tolerates_what_its_manifest_says_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let song = song(folder.path(), 48);
    let (wav, case) = (folder.path().join("late.wav"), folder.path().join("case"));
    write_late(&song, &wav);
    let output = tatum([
        Path::new("verify"),
        &song.path,
        Path::new("--reference"),
        &wav,
        Path::new("--tolerance"),
        Path::new("offset=7"),
        Path::new("--accept"),
        &case,
    ]);
    assert_eq!(code(&output), 0, "{}{}", stderr(&output), String::from_utf8_lossy(&output.stdout));
    assert_eq!(code(&tatum([Path::new("verify"), &case])), 0);
    let manifest = case.join("case.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("offset = 7", "offset = 6")).unwrap();
    let output = tatum([Path::new("verify"), &case]);
    assert_eq!(code(&output), 1);
    assert!(String::from_utf8_lossy(&output.stdout).contains("begins 7 frames later"));
}

#[test]
fn wrong_ways_to_name_a_recording_have_their_exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let song = song(folder.path(), 48).path;
    let song = song.to_str().unwrap();
    let wav = folder.path().join("no.wav");
    std::fs::write(&wav, "MThd").unwrap();
    let wav = wav.to_str().unwrap();
    let runs: [(&[&str], i32); 6] = [
        (&["verify", song, "--tolerance", "offset=1"], 2),
        (&["verify", song, "--reference", wav, "--tolerance", "speed=1"], 2),
        (&["verify", song, song, "--reference", wav], 2),
        (&["verify", song, "--accept", "x"], 2),
        (&["verify", song, "--reference", wav], 3),
        (&["verify", song, "--reference", "no-such.wav"], 4),
    ];
    for (arguments, expected) in runs {
        let output = tatum(arguments);
        assert_eq!(code(&output), expected, "{arguments:?}: {}", stderr(&output));
    }
}

/// Chromium or Chrome, if there is one; says so if there is none.
fn browser() -> Option<&'static str> {
    let runs = |name: &&str| {
        Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    let found = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(runs);
    if found.is_none() {
        println!("no Chromium is installed: the report is checked as text only");
    }
    found
}

#[test]
fn a_report_of_a_failing_case_shows_its_figures() {
    // Not every browser may read the system's temporary folder.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let case = copy_case(folder.path(), support::N64_SM64, "tune8");
    break_frame(&case, 200_000);
    let report = folder.path().join("report");
    let output = tatum([Path::new("verify"), &case, Path::new("--report"), &report]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let page = report.join("index.html");
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.len() < 1 << 20, "{} bytes", html.len());
    assert!(!html.contains("http://") && !html.contains("https://") && !html.contains("<script"));
    for part in ["Around the first difference", "Waveforms", "Spectrograms", "Piano roll", "Voices in use"] {
        assert!(html.contains(&format!("<b>{part}")), "{part}");
    }
    assert!(html.contains("first difference: frame 200000"));
    let Some(browser) = browser() else { return };
    let picture = folder.path().join("page.png");
    let mut running = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1100,2400"])
        .arg(format!("--user-data-dir={}", folder.path().join("browser").display()))
        .arg(format!("--screenshot={}", picture.display()))
        .arg(format!("file://{}", page.display()))
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // A browser that hangs must not hang the tests.
    let mut status = None;
    for _ in 0..1200 {
        status = running.try_wait().unwrap();
        if status.is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    if status.is_none() {
        running.kill().unwrap();
    }
    assert!(status.is_some_and(|status| status.success()), "{browser}: {status:?}");
    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(&picture).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let width = info.color_type.samples();
    // The colours of the style sheet, in light: every kind of figure has drawn something.
    let colours = [
        ("reference", [0x1D, 0x5F, 0xB8], 1000),
        ("rendering", [0xC0, 0x5A, 0x12], 1000),
        ("difference", [0xB3, 0x20, 0x3A], 100),
        ("notes", [0x4B, 0x7F, 0x52], 1000),
    ];
    for (name, colour, least) in colours {
        let count = pixels.chunks_exact(width).filter(|pixel| pixel[..3] == colour).count();
        assert!(count >= least, "{name}: {count} pixels");
    }
}

#[test]
fn limits_that_a_song_passes_are_said_on_demand() {
    let path = support::N64_SM64_EU.carried("voices");
    let run = |option: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_tatum"))
            .args([Path::new("verify"), &path])
            .args(option)
            .output()
            .unwrap();
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(!run(&[]).contains("all voices are busy"));
    assert!(run(&["--notes"]).contains("    note: offset 0x"), "{}", run(&["--notes"]));
    let json: serde_json::Value = serde_json::from_str(&run(&["--json"])).unwrap();
    assert!(json["cases"][0]["notes"][0].as_str().unwrap().contains("all voices are busy"), "{json}");
}

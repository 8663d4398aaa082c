//! `tatum bank`: lists, folders of texts and WAV files, auditions and SoundFonts of all consoles.

mod support;

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use rustysynth::{LoopMode, SoundFont, Synthesizer, SynthesizerSettings};
use support::{Set, code, stderr, tatum};
use tatum::bank::{BankFile, import};
use tatum::sample_file::SampleFile;

/// The sets with banks in a folder of their own.
const FOLDER_SETS: [Set; 4] =
    [support::N64_SM64, support::N64_SM64_JP, support::N64_SM64_EU, support::N64_SM64_SH];

fn run<A: AsRef<std::ffi::OsStr>>(arguments: &[A]) -> Output {
    let output = tatum(arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    output
}

fn bank(action: &str, from: &Path, to: &Path) -> Output {
    run(&[Path::new("bank"), Path::new(action), from, to])
}

/// What `import` has to say against a folder.
fn refusal(folder: &Path) -> String {
    let output = tatum([Path::new("bank"), Path::new("import"), folder, &folder.with_extension("out")]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(!folder.with_extension("out").exists(), "an error leaves nothing behind");
    stderr(&output)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn edit(path: &Path, change: impl FnOnce(String) -> String) {
    let text = fs::read_to_string(path).unwrap();
    let changed = change(text.clone());
    assert_ne!(changed, text, "{}: there is something to change", path.display());
    fs::write(path, changed).unwrap();
}

/// Takes away what keeps the original layout: then everything is laid out anew from texts and WAV files.
fn forget_originals(folder: &Path) {
    let without = |path: &Path, fields: &[&str]| {
        let text = fs::read_to_string(path).unwrap();
        let kept = text.lines().filter(|line| !fields.iter().any(|field| line.starts_with(field)));
        fs::write(path, kept.map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    };
    without(&folder.join("banks.toml"), &["originals = ", "rest = "]);
    for entry in fs::read_dir(folder.join("banks")).unwrap() {
        without(&entry.unwrap().path(), &["original = "]);
    }
    if folder.join("original").is_dir() {
        fs::remove_dir_all(folder.join("original")).unwrap();
    }
}

/// Renders cases as they are in a folder, and compares.
fn verify(folder: &Path) {
    let output = tatum([Path::new("verify"), folder]);
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stdout));
}

/// A case's folder in the repository.
fn case(set: Set, name: &str) -> PathBuf {
    set.carried(name)
}

#[test]
fn unchanged_banks_keep_every_byte_and_banks_laid_out_anew_render_the_same() {
    let work = tempfile::tempdir().unwrap();
    for (number, set) in FOLDER_SETS.into_iter().enumerate() {
        let at = |name: &str| work.path().join(format!("{number}-{name}"));
        let original = set.carried("bank");
        bank("export", &original, &at("folder"));
        bank("import", &at("folder"), &at("same"));
        for entry in fs::read_dir(&original).unwrap() {
            let path = entry.unwrap().path();
            let again = at("same").join(path.file_name().unwrap());
            assert!(fs::read(&path).unwrap() == fs::read(&again).unwrap(), "{} differs", again.display());
        }
        forget_originals(&at("folder"));
        let cases = at("cases");
        fs::create_dir(&cases).unwrap();
        bank("import", &at("folder"), &cases.join("bank"));
        for entry in fs::read_dir(set.carried("")).unwrap() {
            let path = entry.unwrap().path();
            if path.join("case.toml").is_file() {
                copy(&path, &cases.join(path.file_name().unwrap()));
            }
        }
        verify(&cases);
    }
}

#[test]
fn lone_fonts_too() {
    let work = tempfile::tempdir().unwrap();
    let cases = [(support::N64_OOT, "basic-adpcm"), (support::N64_MM, "mm-surround")];
    for (set, name) in cases {
        let at = |part: &str| work.path().join(format!("{name}-{part}"));
        let original = case(set, name);
        bank("export", &original, &at("folder"));
        bank("import", &at("folder"), &at("same"));
        for file in ["soundfont.zbank", "soundfont.bankmeta", "audiotable.bin"] {
            assert!(
                fs::read(original.join(file)).unwrap() == fs::read(at("same").join(file)).unwrap(),
                "{file}"
            );
        }
        forget_originals(&at("folder"));
        bank("import", &at("folder"), &at("anew"));
        copy(&original, &at("case"));
        copy(&at("anew"), &at("case"));
        verify(&at("case"));
    }
}

#[test]
fn only_a_changed_recording_is_encoded_and_everything_else_stays_where_it_was() {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("folder");
    let original = support::N64_SM64.carried("bank");
    bank("export", &original, &folder);
    let wav = folder.join("samples/00/003.wav");
    let mut file = SampleFile::read(&wav).unwrap();
    file.samples.iter_mut().for_each(|sample| *sample /= 2);
    // As an audio editor writes it: without this program's chunk.
    file.encoded = None;
    fs::write(&wav, file.to_bytes(&wav).unwrap()).unwrap();
    let output = bank("import", &folder, &work.path().join("out"));
    let told = stderr(&output);
    assert_eq!(told.matches("encoded as adpcm").count(), 1, "{told}");
    assert!(told.contains("003.wav") && told.contains("signal-to-noise ratio"), "{told}");
    let read = |folder: &Path, name: &str| fs::read(folder.join(name)).unwrap();
    let (old, new) = (read(&original, "sound_data.tbl"), read(&work.path().join("out"), "sound_data.tbl"));
    // The set's file has 32 bytes behind its last sample, which no entry names.
    assert_eq!(new.len(), old.len() - 32);
    let changed: Vec<usize> = (0..new.len()).filter(|&at| old[at] != new[at]).collect();
    let (first, last) = (changed[0], changed[changed.len() - 1]);
    assert!(last - first < 5400, "only the sample of 5400 bytes: {first:#x} to {last:#x}");
    let quiet = tatum([
        Path::new("--quiet"),
        Path::new("bank"),
        Path::new("import"),
        &folder,
        &work.path().join("quiet"),
    ]);
    assert_eq!((code(&quiet), stderr(&quiet).as_str()), (0, ""));
}

#[test]
fn a_new_recording_gets_its_tuning_from_its_file_and_a_place_behind_the_others() {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("folder");
    bank("export", &support::N64_SM64.carried("bank"), &folder);
    let file = SampleFile {
        channels: 1,
        sample_rate: 16_000,
        samples: (0..800).map(|n: i32| ((n * 53) % 8000 - 4000) as i16).collect(),
        loop_points: Some((100, 800)),
        root_key: 72,
        encoded: None,
    };
    fs::write(folder.join("mine.wav"), file.to_bytes(Path::new("mine.wav")).unwrap()).unwrap();
    edit(&folder.join("banks/00.toml"), |text| {
        text.replacen("sample = \"samples/00/000.wav\"\ntuning = 1.0", "sample = \"mine.wav\"", 1)
    });
    bank("import", &folder, &work.path().join("out"));
    let list = run(&[Path::new("bank"), Path::new("list"), Path::new("--json"), &work.path().join("out")]);
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    let sound = &list["banks"][0]["instruments"][0]["sounds"][0]["sample"];
    assert_eq!(sound["rate_at_middle_c"], 8_000.0);
    let sample = &list["samples"][sound["sample"].as_u64().unwrap() as usize];
    assert_eq!((&sample["length"], &sample["loop"]), (&800.into(), &serde_json::json!([100, 800])));
    assert_eq!(sample["name"], "samples/00/016.wav", "it is the last one");
}

#[test]
fn an_edited_envelope_is_heard() {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("folder");
    bank("export", &support::N64_SM64.carried("bank"), &folder);
    let audition = |input: &Path, name: &str| {
        let out = work.path().join(name);
        let arguments = ["bank", "audition", "--instrument", "0", "--notes", "C4", "-o"].map(Path::new);
        run(&[&arguments[..], &[&out, input]].concat());
        support::pcm(&out)
    };
    let before = audition(&folder, "before.wav");
    assert!(
        before == audition(&support::N64_SM64.carried("bank"), "loose.wav"),
        "a folder plays like its files"
    );
    edit(&folder.join("banks/00.toml"), |text| {
        text.replacen("[[4, 32000], [1000, 32000], \"hold\"]", "[[240, 32000], \"hold\"]", 1)
    });
    let after = audition(&folder, "after.wav");
    let peak = |pcm: &[u8]| {
        pcm.as_chunks::<2>().0.iter().map(|sample| i16::from_le_bytes(*sample).unsigned_abs()).max().unwrap()
    };
    // A tenth of a second after the start.
    let range = 4 * 3000..4 * 3400;
    assert!(peak(&after[range.clone()]) * 4 < peak(&before[range]));
}

#[test]
fn every_mistake_in_a_text_is_told_with_its_place() {
    let work = tempfile::tempdir().unwrap();
    let good = work.path().join("good");
    bank("export", &support::N64_SM64.carried("bank"), &good);
    let bank_text = "banks/00.toml";
    let mistakes: [(&str, &str, &str, &[&str]); 15] = [
        (
            bank_text,
            "envelope = \"envelope 1\"",
            "envelope = \"strings\"",
            &["00.toml:", "instrument 2: envelope: there is no 'strings'", "envelope 0", "^^^^^^^^^"],
        ),
        (
            bank_text,
            "\"hold\"]",
            "\"hang\"]",
            &["envelope 'envelope 0': point 2", "\"hang\"", "\"restart\"", "^"],
        ),
        (bank_text, ", \"hold\"]", "]", &["envelope 'envelope 0'", "end it with \"hold\"", "^"]),
        (bank_text, "[4, 32000]", "[4, 32000, 5]", &["a point is [delay, level]", "^"]),
        (bank_text, "release = 200", "release = 300", &["00.toml:", "^", "300"]),
        (bank_text, "release = 200", "relaese = 200", &["relaese", "^", "release"]),
        (bank_text, "number = 1\n", "number = 0\n", &["instrument 0 is there twice", "^"]),
        (bank_text, "number = 1\n", "number = 77\n", &["instrument 77: there are 15 numbers", "^"]),
        (
            bank_text,
            "instruments = 15",
            "instruments = 500",
            &["instruments: expected at most 127, found 500", "^"],
        ),
        (bank_text, "tuning = 1.0", "tuning = -1.0", &["instrument 0: normal: tuning", "-1", "^"]),
        (
            bank_text,
            "samples/00/000.wav",
            "../../secret.wav",
            &["'../../secret.wav' lies outside of the folder"],
        ),
        ("banks.toml", "form = \"archives\"", "form = \"archive\"", &["banks.toml:", "^", "archives"]),
        (
            "banks.toml",
            "engine = \"sm64-us\"",
            "engine = \"sm64\"",
            &["expected one of sm64-us,", "'sm64'", "^"],
        ),
        ("banks.toml", "areas = [0]", "areas = [3]", &["bank 0: areas: there is no area 3", "^"]),
        (
            "banks.toml",
            "size = 576",
            "size = 576\ncodec = \"mp3\"",
            &["codec: expected adpcm, adpcm-2bit or pcm8, found 'mp3'", "^"],
        ),
    ];
    for (number, (file, from, to, expected)) in mistakes.into_iter().enumerate() {
        let folder = work.path().join(format!("bad{number}"));
        copy(&good, &folder);
        edit(&folder.join(file), |text| text.replacen(from, to, 1));
        let told = refusal(&folder);
        for part in expected {
            assert!(told.contains(part), "{to}: expected '{part}' in: {told}");
        }
    }
    let missing = work.path().join("missing");
    copy(&good, &missing);
    fs::remove_file(missing.join("samples/00/005.wav")).unwrap();
    let output = tatum([Path::new("bank"), Path::new("import"), &missing, &work.path().join("out")]);
    assert_eq!(code(&output), 4);
    assert!(stderr(&output).contains("005.wav"), "{}", stderr(&output));
}

#[test]
fn texts_of_any_bytes_are_read_or_refused() {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("folder");
    bank("export", &support::N64_SM64.carried("bank"), &folder);
    let texts = ["banks.toml", "banks/01.toml"];
    let good = texts.map(|name| fs::read(folder.join(name)).unwrap());
    arbtest::arbtest(|u| {
        let which = u.choose_index(texts.len())?;
        let mut bytes = good[which].clone();
        for _ in 0..u.int_in_range(1..=4)? {
            let at = u.choose_index(bytes.len())?;
            if u.arbitrary()? {
                bytes[at] = u.arbitrary()?;
            } else {
                let end = (at + u.int_in_range(0..=40)?).min(bytes.len());
                bytes.drain(at..end);
            }
            if bytes.is_empty() {
                break;
            }
        }
        fs::write(folder.join(texts[which]), &bytes).unwrap();
        let out = work.path().join("out");
        if import(&folder, &out, true).is_ok() {
            BankFile::open(&out, None).unwrap().list(false).unwrap();
            fs::remove_dir_all(&out).unwrap();
        }
        fs::write(folder.join(texts[which]), &good[which]).unwrap();
        Ok(())
    })
    .budget_ms(3000);
}

#[test]
fn sound_files_of_any_bytes_are_listed_or_refused() {
    let work = tempfile::tempdir().unwrap();
    let folder_of = |path: &Path| (path.parent().unwrap().to_owned(), path.file_name().unwrap().to_owned());
    let cases = [
        support::N64_SM64.carried("bank/sound_data.ctl"),
        support::N64_SM64_SH.carried("bank/banks_header"),
        case(support::N64_OOT, "basic-adpcm").join("soundfont.zbank"),
        nds_archive(),
        snes_image(),
    ];
    for (number, path) in cases.into_iter().enumerate() {
        let (folder, file) = folder_of(&path);
        let copied = work.path().join(number.to_string());
        copy(&folder, &copied);
        let copy = copied.join(&file);
        let good = fs::read(&copy).unwrap();
        let input = if number < 3 { &copied } else { &copy };
        arbtest::arbtest(|u| {
            let mut bytes = good.clone();
            for _ in 0..u.int_in_range(1..=6)? {
                let at = u.choose_index(bytes.len().min(2048))?;
                bytes[at] = u.arbitrary()?;
            }
            bytes.truncate(u.int_in_range(bytes.len() / 2..=bytes.len())?);
            fs::write(&copy, &bytes).unwrap();
            if let Ok(banks) = BankFile::open(input, None) {
                let _ = banks.list(true);
                let _ = banks.to_sound_font(None, &work.path().join("x.sf2"), true);
            }
            Ok(())
        })
        .budget_ms(1200);
    }
}

#[test]
fn lists_name_splits_drums_envelopes_and_samples() {
    let list =
        |path: &Path| String::from_utf8(run(&[Path::new("bank"), Path::new("list"), path]).stdout).unwrap();
    let n64 = list(&support::N64_SM64.carried("bank"));
    for part in [
        "sample 2 samples/00/002.wav: adpcm, 567 bytes, 1000 samples at 40960 Hz, loop 300 to 1000\n",
        "bank 0: 14 instruments, 7 drums\n",
        "  instrument 5:\n    C-1 to F3 samples/00/009.wav at 32000.0 Hz\n",
        "  drum 3: C1 samples/00/008.wav at 22400.0 Hz, pan 127, 1:32700 200:32700 hold, release 220 (attack 0.004 s, held",
        "24:30000 goto 1, release 50",
    ] {
        assert!(n64.contains(part), "expected '{part}' in\n{n64}");
    }
    let fonts = list(&case(support::N64_OOT, "basic-adpcm"));
    assert!(fonts.contains("effects") && fonts.contains("adpcm-2bit") && fonts.contains("pcm8"), "{fonts}");
    let nds = list(&nds_archive());
    assert!(
        nds.contains("drum set") && nds.contains("square wave") && nds.contains("attack 127, decay"),
        "{nds}"
    );
    let snes = list(&snes_image());
    assert!(snes.contains("noise 26, envelope") && snes.contains("brr, "), "{snes}");
    let unknown = tatum([Path::new("bank"), Path::new("list"), &support::N64_SM64.carried("")]);
    assert_eq!(code(&unknown), 2);
    assert!(stderr(&unknown).contains("expected a folder of banks"), "{}", stderr(&unknown));
}

#[test]
fn wrong_places_are_told() {
    let work = tempfile::tempdir().unwrap();
    let input = support::N64_SM64.carried("bank");
    let song = support::N64_SM64.carried("tune8/sequence.m64");
    let empty = work.path().to_owned();
    let arguments: [(&[&Path], i32, &str); 5] = [
        (&[Path::new("export"), &input, Path::new("-")], 2, "cannot be standard output"),
        (&[Path::new("export"), &input, &input], 4, "bank"),
        (&[Path::new("list"), &song], 2, "unknown kind of file"),
        (&[Path::new("import"), &empty, &empty.join("x")], 2, "expected a folder with banks.toml"),
        (&[Path::new("list"), Path::new("missing.ctl")], 4, "No such file"),
    ];
    for (arguments, expected, message) in arguments {
        let output = tatum([&[Path::new("bank")], arguments].concat());
        assert_eq!(code(&output), expected, "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
    }
}

fn nds_archive() -> PathBuf {
    let folder = support::NDS.carried("calls-loops");
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.extension().is_some_and(|ending| ending == "sdat")).unwrap()
}

fn snes_image() -> PathBuf {
    support::SNES_NSPC.carried("tune8/image.bin")
}

#[test]
fn auditions_play_each_note_for_a_second() {
    let work = tempfile::tempdir().unwrap();
    let inputs = [
        (support::N64_SM64.carried("bank"), "5"),
        (support::N64_SM64_EU.carried("bank"), "0"),
        (support::N64_SM64_SH.carried("bank"), "0"),
        (case(support::N64_OOT, "basic-adpcm"), "3"),
        (case(support::N64_MM, "mm-surround"), "2"),
        (nds_archive(), "1"),
        (snes_image(), "0"),
    ];
    let out = work.path().join("out.wav");
    let audition = |input: &Path, instrument: &str, notes: &str| {
        let arguments =
            ["bank", "audition", "--instrument", instrument, "--notes", notes, "-o"].map(Path::new);
        tatum([&arguments[..], &[&out, input]].concat())
    };
    for (input, instrument) in inputs {
        let output = audition(&input, instrument, "C4..D4");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let rate = hound_rate(&out);
        let pcm = support::pcm(&out);
        let frames: Vec<i16> =
            pcm.as_chunks::<4>().0.iter().map(|f| i16::from_le_bytes([f[0], f[1]])).collect();
        // The header has whole frames per second; the consoles do not.
        assert!((rate * 11 / 2..rate * 11 / 2 + 8).contains(&frames.len()), "three notes and a second");
        let loudest = |from: f64, to: f64| {
            let part = &frames[(from * rate as f64) as usize..(to * rate as f64) as usize];
            part.iter().map(|sample| sample.unsigned_abs()).max().unwrap()
        };
        for note in [0.0, 1.5, 3.0] {
            assert!(loudest(note + 0.1, note + 0.9) > 500, "{}: note at {note}", input.display());
        }
    }
    let sm64 = support::N64_SM64.carried("bank");
    for (instrument, notes, expected) in [
        ("6", "C4", "bank 0 has 15 numbers, and nothing at this one"),
        ("effects", "C4", "bank 0 has none"),
        ("0", "C-1..C4", "this engine has the notes A0 to G9"),
        ("0", "H4", "'H4' is no note"),
        ("drums", "C-1", "this engine has the notes"),
        ("zero", "C4", "expected an instrument's number"),
    ] {
        let output = audition(&sm64, instrument, notes);
        assert_eq!(code(&output), 2, "{instrument} {notes}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}

#[test]
fn an_audition_of_nothing_is_refused() {
    let out = Path::new("never.wav");
    for (input, instrument, expected) in [
        (nds_archive(), "3", "bank 0 has nothing that sounds at these notes"),
        (nds_archive(), "drums", "on the DS drum sets are programs"),
        (snes_image(), "99", "expected a number below"),
    ] {
        let arguments = ["bank", "audition", "--instrument", instrument, "-o"].map(Path::new);
        let output = tatum([&arguments[..], &[out, &input]].concat());
        assert_eq!(code(&output), 2, "{instrument}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
        assert!(!out.exists());
    }
}

fn hound_rate(path: &Path) -> usize {
    let bytes = fs::read(path).unwrap();
    u32::from_le_bytes(bytes[24..28].try_into().unwrap()) as usize
}

/// The SoundFont of a file, read by another program's library.
fn sound_font(input: &Path, more: &[&str]) -> (SoundFont, String) {
    let work = tempfile::tempdir().unwrap();
    let out = work.path().join("out.sf2");
    let arguments = [Path::new("bank"), Path::new("export"), input, &out];
    let more: Vec<&Path> = more.iter().map(Path::new).collect();
    let output = run(&[&arguments[..], &more].concat());
    let font = SoundFont::new(&mut Cursor::new(fs::read(&out).unwrap())).expect("the library reads it");
    (font, stderr(&output))
}

/// The loudest sample of a note, and how often it crosses zero in its second half.
fn play(font: &Arc<SoundFont>, bank: i32, preset: i32, key: i32) -> (f32, usize) {
    let mut settings = SynthesizerSettings::new(44_100);
    settings.enable_reverb_and_chorus = false;
    let mut synthesizer = Synthesizer::new(font, &settings).unwrap();
    let channel = if bank == 128 { 9 } else { 0 };
    if bank != 128 {
        synthesizer.process_midi_message(channel, 0xB0, 0, bank);
    }
    synthesizer.process_midi_message(channel, 0xC0, preset, 0);
    synthesizer.note_on(channel, key, 100);
    let (mut left, mut right) = (vec![0.0; 44_100], vec![0.0; 44_100]);
    synthesizer.render(&mut left, &mut right);
    let peak = left.iter().chain(&right).map(|sample| sample.abs()).fold(0.0, f32::max);
    let crossings = left[22_050..].windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
    (peak, crossings)
}

#[test]
fn sound_fonts_of_all_consoles_load_in_another_reader_and_sound() {
    let (n64, told) = sound_font(&support::N64_SM64.carried("bank"), &[]);
    assert_eq!(told, "");
    let presets: Vec<_> =
        n64.get_presets().iter().map(|one| (one.get_bank_number(), one.get_patch_number())).collect();
    assert!(
        presets.contains(&(0, 5)) && presets.contains(&(1, 2)) && presets.contains(&(128, 0)),
        "{presets:?}"
    );
    let split = n64.get_instruments().iter().find(|one| one.get_name() == "instrument 0-5").unwrap();
    let keys: Vec<_> =
        split.get_regions().iter().map(|one| (one.get_key_range_start(), one.get_key_range_end())).collect();
    assert_eq!(keys, [(0, 53), (54, 69), (70, 127)]);
    let looped = n64.get_instruments().iter().find(|one| one.get_name() == "instrument 0-0").unwrap();
    assert_eq!(looped.get_regions()[0].get_sample_modes(), LoopMode::Continuous);
    let drums = n64.get_instruments().iter().find(|one| one.get_name() == "drums 0").unwrap();
    assert_eq!(drums.get_regions()[0].get_scale_tuning(), 0);
    let n64 = Arc::new(n64);
    for (bank, preset, key) in [(0, 0, 60), (0, 5, 48), (1, 2, 60), (128, 0, 21), (128, 0, 25)] {
        assert!(play(&n64, bank, preset, key).0 > 0.01, "bank {bank}, preset {preset}, key {key}");
    }
    let (fonts, told) = sound_font(&case(support::N64_OOT, "basic-adpcm"), &[]);
    assert!(told.contains("sound effects are left out"), "{told}");
    assert!(play(&Arc::new(fonts), 0, 0, 60).0 > 0.01);
    let (nds, _) = sound_font(&nds_archive(), &[]);
    let nds = Arc::new(nds);
    for (bank, preset, key) in [(0, 1, 60), (0, 7, 60), (0, 12, 60), (128, 16, 48)] {
        let there =
            |one: &rustysynth::Preset| (one.get_bank_number(), one.get_patch_number()) == (bank, preset);
        assert!(nds.get_presets().iter().any(there), "bank {bank}, preset {preset}");
        assert!(play(&nds, bank, preset, key).0 > 0.01, "bank {bank}, preset {preset}, key {key}");
    }
    // A square wave at its root key is middle C: 131 periods in half a second.
    assert!(play(&nds, 0, 7, 60).1.abs_diff(131) <= 1);
    assert!(play(&nds, 0, 7, 72).1.abs_diff(262) <= 1);
    let (snes, _) = sound_font(&snes_image(), &[]);
    assert!(play(&Arc::new(snes), 0, 0, 60).0 > 0.01);
}

/// How often the left channel rises through zero between two times, in seconds.
fn crossings(wav: &Path, from: f64, to: f64) -> usize {
    let rate = hound_rate(wav) as f64;
    let pcm = support::pcm(wav);
    let left: Vec<i16> = pcm.as_chunks::<4>().0.iter().map(|f| i16::from_le_bytes([f[0], f[1]])).collect();
    let part = &left[(from * rate) as usize..(to * rate) as usize];
    part.windows(2).filter(|pair| pair[0] < 0 && pair[1] >= 0).count()
}

#[test]
fn sound_fonts_have_the_pitch_of_the_console() {
    let work = tempfile::tempdir().unwrap();
    let out = work.path().join("out.wav");
    let inputs = [
        (support::N64_SM64.carried("bank"), 0),
        (support::N64_SM64.carried("bank"), 4),
        // Its sample is that of instrument 1, an octave lower.
        (support::N64_SM64.carried("bank"), 9),
        (support::N64_SM64_SH.carried("bank"), 0),
        (case(support::N64_MM, "mm-surround"), 2),
        (nds_archive(), 0),
        (nds_archive(), 6),
        (snes_image(), 0),
    ];
    for (input, instrument) in inputs {
        let number = instrument.to_string();
        let arguments =
            ["bank", "audition", "--instrument", &number, "--notes", "60..72", "-o"].map(Path::new);
        run(&[&arguments[..], &[&out, &input]].concat());
        let font = Arc::new(sound_font(&input, &[]).0);
        // Half a second of the first and of the last note.
        for (key, start) in [(60, 0.4), (72, 12.0 * 1.5 + 0.4)] {
            let console = crossings(&out, start, start + 0.5);
            let (_, found) = play(&font, 0, instrument, key);
            let difference = console.abs_diff(found) as f64;
            assert!(
                difference <= 2.0 + 0.01 * console as f64,
                "{input:?} {instrument} {key}: {console} and {found}"
            );
            assert!(console > 50, "{input:?} {instrument} {key}");
        }
    }
}

#[test]
fn one_bank_of_several_becomes_bank_0_of_a_sound_font() {
    let input = support::N64_SM64.carried("bank");
    let (font, _) = sound_font(&input, &["--bank", "1"]);
    assert!(font.get_presets().iter().all(|preset| preset.get_bank_number() == 0));
    assert_eq!(font.get_presets().len(), 3);
    let missing = tatum([
        Path::new("bank"),
        Path::new("export"),
        &input,
        Path::new("x.sf2"),
        Path::new("--bank"),
        Path::new("9"),
    ]);
    assert_eq!(code(&missing), 2);
    assert!(stderr(&missing).contains("--bank 9: there are 0, 1"), "{}", stderr(&missing));
}

#[test]
fn one_bank_of_several_becomes_a_set_of_its_own() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let input = support::N64_SM64.carried("bank");
    let arguments =
        [Path::new("bank"), Path::new("export"), &input, &at("one"), Path::new("--bank"), Path::new("1")];
    run(&arguments);
    bank("import", &at("one"), &at("files"));
    let audition = |input: &Path, number: &str| {
        let out = at("out.wav");
        let arguments = ["bank", "audition", "--instrument", "1", "--notes", "C4", "--bank", number, "-o"];
        run(&[&arguments.map(Path::new)[..], &[&out, input]].concat());
        support::pcm(&out)
    };
    assert!(audition(&at("files"), "0") == audition(&input, "1"));
    let list = run(&[Path::new("bank"), Path::new("list"), &at("files")]).stdout;
    assert!(String::from_utf8(list).unwrap().contains("bank 0: 3 instruments"));
    let output = tatum([
        Path::new("bank"),
        Path::new("export"),
        &nds_archive(),
        &at("nds"),
        Path::new("--bank"),
        Path::new("0"),
    ]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("--bank: only for"), "{}", stderr(&output));
}

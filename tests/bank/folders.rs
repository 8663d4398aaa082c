//! Banks as folders of texts and WAV files, and back.

use std::fs;
use std::path::Path;

use tatum::sample_file::SampleFile;

use super::{bank, case, copy, edit, nds_archive, run};
use crate::support::{self, Set, code, stderr, tatum};

/// The sets with banks in a folder of their own.
const FOLDER_SETS: [Set; 4] =
    [support::N64_SM64, support::N64_SM64_JP, support::N64_SM64_EU, support::N64_SM64_SH];

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

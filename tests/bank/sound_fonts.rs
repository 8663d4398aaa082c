//! SoundFonts, read and played by another program's library.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use rustysynth::{LoopMode, SoundFont, Synthesizer, SynthesizerSettings};

use super::{case, hound_rate, nds_archive, run, snes_image};
use crate::support::{self, code, stderr, tatum};

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

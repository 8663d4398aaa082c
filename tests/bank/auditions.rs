//! Instruments played note by note.

use std::path::Path;

use super::{case, hound_rate, nds_archive, snes_image};
use crate::support::{self, code, stderr, tatum};

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

//! Note names of the canon dialects (`n64-authoring.md` 4.1 and 4.5).

/// The highest note.
pub(super) const HIGHEST: u8 = 63;
/// Semitones of an octave.
const OCTAVE: i32 = 12;
/// Names of the semitones from C on; only sharps are written.
const NAMES: [&str; 12] = ["CN", "CS", "DN", "DS", "EN", "FN", "FS", "GN", "GS", "AN", "AS", "BN"];
/// Semitones from C to A, with which note 0 is A0.
const C_TO_A: u8 = 9;

/// The number of a note: a letter, `n`, `f` or `s`, and an octave.
pub(super) fn parse(name: &str) -> Option<u8> {
    let [letter, accidental, octave] = <[u8; 3]>::try_from(name.as_bytes()).ok()?;
    let letter = match letter.to_ascii_lowercase() {
        b'a' => 0,
        b'b' => 2,
        b'c' => -9,
        b'd' => -7,
        b'e' => -5,
        b'f' => -4,
        b'g' => -2,
        _ => return None,
    };
    let accidental = match accidental.to_ascii_lowercase() {
        b'n' => 0,
        b'f' => -1,
        b's' => 1,
        _ => return None,
    };
    let octave = match octave {
        b'0'..=b'6' => i32::from(octave - b'0'),
        _ => return None,
    };
    u8::try_from(letter + accidental + OCTAVE * octave).ok().filter(|note| *note <= HIGHEST)
}

/// The name of a note.
pub(super) fn name(note: u8) -> String {
    let from_c = note + C_TO_A;
    format!("{}{}", NAMES[usize::from(from_c % 12)], from_c / 12)
}

/// A note command of the canon dialects: note, mode and whether its delay takes two bytes.
pub(super) fn parse_command(word: &str) -> Option<(u8, u8, bool)> {
    let note = parse(word.get(..3)?)?;
    let rest = word.get(3..)?.to_ascii_lowercase();
    match rest.as_bytes() {
        [b'b', mode @ b'0'..=b'2'] => Some((note, mode - b'0', false)),
        [b'b', mode @ b'0'..=b'2', b'w'] => Some((note, mode - b'0', true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        assert_eq!(
            [parse("AN0"), parse("cn4"), parse("CN6"), parse("CS6"), parse("GN0")],
            [Some(0), Some(39), Some(63), None, None]
        );
        assert_eq!(
            [parse("BF0"), parse("FF1"), parse("ES2"), parse("CF1")],
            [Some(1), Some(7), Some(20), Some(2)]
        );
        for note in 0..=HIGHEST {
            assert_eq!(parse(&name(note)), Some(note));
        }
        assert_eq!(parse_command("CN4B0W"), Some((39, 0, true)));
        assert_eq!(parse_command("cs4b2"), Some((40, 2, false)));
        assert_eq!([parse_command("cs4b3"), parse_command("cs4"), parse_command("ää4b0")], [None; 3]);
    }
}

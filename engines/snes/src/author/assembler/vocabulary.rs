//! The words of the song language: defines, names of notes, functions, macros (`snes-authoring.md` sections 2 and 3).
//!
//! The authors' macro file is not needed; what it defines is here.

use crate::author::code;
use crate::sequencer::commands::Command;

/// The macro file that authors include; it is skipped, because its words are built in.
pub(super) const MACRO_FILE: &str = "defines_music.asm";

/// Note lengths in ticks.
pub(crate) const LENGTHS: [(&str, u8); 11] = [
    ("4", 72),
    ("4d", 108),
    ("4t", 48),
    ("8", 36),
    ("8d", 54),
    ("8t", 24),
    ("16", 18),
    ("16d", 27),
    ("16t", 12),
    ("32", 9),
    ("32t", 6),
];

/// The articulation of a note that sounds through.
pub(crate) const NORMAL_ARTICULATION: u8 = 0x7F;

/// Commands, each by the name that comes first for it; the names without an entry of their own in the authors' file
/// (`instrument`, `disable_slide`) are those that the guide uses in its text.
pub(crate) const COMMANDS: [(&str, Command); 29] = [
    ("instr", Command::Instrument),
    ("pan", Command::Pan),
    ("pan_slide", Command::PanSlide),
    ("vibrato", Command::Vibrato),
    ("vibrato_off", Command::VibratoOff),
    ("master_volume", Command::MasterVolume),
    ("master_volume_slide", Command::MasterVolumeSlide),
    ("tempo", Command::Tempo),
    ("tempo_slide", Command::TempoSlide),
    ("global_transpose", Command::GlobalTranspose),
    ("transpose", Command::Transpose),
    ("tremolo", Command::Tremolo),
    ("tremolo_off", Command::TremoloOff),
    ("volume", Command::Volume),
    ("volume_slide", Command::VolumeSlide),
    ("callpart", Command::Call),
    ("vibrato_level", Command::VibratoFade),
    ("slide_to", Command::SlideTo),
    ("slide_from", Command::SlideFrom),
    ("slide_off", Command::SlideOff),
    ("tune", Command::FineTune),
    ("echo_set", Command::EchoOn),
    ("echo_off", Command::EchoOff),
    ("echo_props", Command::EchoParameters),
    ("echo_slide", Command::EchoSlide),
    ("slide_once", Command::PitchSlide),
    ("setpbase", Command::PercussionBase),
    ("instrument", Command::Instrument),
    ("disable_slide", Command::SlideOff),
];

/// Instruments of the original set, by their numbers.
pub(crate) const INSTRUMENTS: [(&str, u8); 26] = [
    ("NOISE", 0x00),
    ("RAIN", 0x01),
    ("TIMPANI", 0x02),
    ("SQUARE", 0x03),
    ("SAW", 0x04),
    ("CLINK", 0x05),
    ("WOBBLE", 0x06),
    ("COMPSAW", 0x07),
    ("TWEET", 0x08),
    ("STRINGSA", 0x09),
    ("STRINGSB", 0x0A),
    ("TROMBONE", 0x0B),
    ("CYMBAL", 0x0C),
    ("OCARINA", 0x0D),
    ("CHIMES", 0x0E),
    ("HARP", 0x0F),
    ("SPLASH", 0x10),
    ("TRUMPET", 0x11),
    ("HORN", 0x12),
    ("SNAREA", 0x13),
    ("SNAREB", 0x14),
    ("CHOIR", 0x15),
    ("FLUTE", 0x16),
    ("OOF", 0x17),
    ("PIANO", 0x18),
    ("GUITAR", 0x18),
];

/// The last instrument of the original set.
pub(crate) const LAST_INSTRUMENT: u8 = 0x18;

/// Positions of tracks between left and right.
pub(crate) const PANS: [(&str, u8); 3] = [("panL", 20), ("pan0", 10), ("panR", 0)];

/// Other defines, with their text.
const OTHER_DEFINES: [(&str, &str); 6] = [
    ("PART_END", "$00"),
    ("tie", "$C8"),
    ("rest", "$C9"),
    ("n", "$7F"),
    ("PERC_BASE", "1"),
    ("OFFSET", "0-.start+!ARAM"),
];

/// Percussion notes, for the base 1.
const PERCUSSION: [(&str, u8); 6] =
    [("RAN", 0xCA), ("TMP", 0xCB), ("CMB", 0xD5), ("SPL", 0xD9), ("SNR", 0xDC), ("SNR2", 0xDD)];

/// What a define of the language is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Length,
    Command,
    Other,
}

/// All built-in defines: name, text, and what they are about.
pub(super) fn defines() -> impl Iterator<Item = (String, String, Word)> {
    let byte = |value: u8| format!("${value:02X}");
    let percussion = (code::FIRST_PERCUSSION..code::FIRST_COMMAND)
        .map(move |value| (format!("perc{:02X}", value - code::FIRST_PERCUSSION), byte(value), Word::Other));
    let lengths = LENGTHS.into_iter().map(move |(name, ticks)| (name.to_owned(), byte(ticks), Word::Length));
    let commands = COMMANDS
        .into_iter()
        .map(move |(name, command)| (name.to_owned(), byte(command.byte()), Word::Command));
    let numbers = INSTRUMENTS
        .into_iter()
        .chain(PANS)
        .map(move |(name, value)| (name.to_owned(), byte(value), Word::Other));
    let others =
        OTHER_DEFINES.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned(), Word::Other));
    lengths.chain(commands).chain(numbers).chain(percussion).chain(others)
}

/// All built-in names of values: notes, the rest, percussion.
pub(super) fn constants() -> impl Iterator<Item = (String, u8)> {
    let named = PERCUSSION.into_iter().chain([("R", code::REST)]);
    notes().chain(named.map(|(name, value)| (name.to_owned(), value)))
}

/// Names of notes: a letter, s (sharp) or f (flat), and an octave from 1 to 6. A sharp or flat may lead into the next
/// or previous octave, so `Cf7` exists and is B6; what would lead out of the range does not exist.
fn notes() -> impl Iterator<Item = (String, u8)> {
    const LETTERS: [(char, i16); 7] = [('C', 0), ('D', 2), ('E', 4), ('F', 5), ('G', 7), ('A', 9), ('B', 11)];
    const SIGNS: [(&str, i16); 3] = [("", 0), ("s", 1), ("f", -1)];
    (1..=7).flat_map(|octave: i16| {
        LETTERS.into_iter().flat_map(move |(letter, semitone)| {
            SIGNS.into_iter().filter_map(move |(sign, shift)| {
                let number = 12 * (octave - 1) + semitone + shift;
                let value = u8::try_from(number).ok()?.checked_add(code::FIRST_NOTE)?;
                (value < code::TIE).then(|| (format!("{letter}{sign}{octave}"), value))
            })
        })
    })
}

/// The name of a note byte, with sharps.
pub(crate) fn note_name(value: u8) -> String {
    const NAMES: [&str; 12] = ["C", "Cs", "D", "Ds", "E", "F", "Fs", "G", "Gs", "A", "As", "B"];
    let number = value - code::FIRST_NOTE;
    format!("{}{}", NAMES[usize::from(number % 12)], number / 12 + 1)
}

/// The tempo byte of a number of beats per minute: `bpm(m)`, in whole numbers (section 3).
pub(crate) const fn tempo_of(beats_per_minute: i64) -> i64 {
    beats_per_minute.saturating_mul(36_864) / 60_000
}

/// The macros of the language and the names of their arguments.
pub(super) const MACROS: [(&str, &[&str]); 18] = [
    ("song", &["title", "segments", "loop"]),
    ("addsong", &["title", "segments", "loop"]),
    ("repeatsong", &["address"]),
    ("silentsong", &[]),
    ("skipsong", &[]),
    ("segment", &["segment"]),
    ("repeatsegment", &["segment"]),
    ("track", &["track"]),
    ("silenttrack", &[]),
    ("repeattrack", &["track"]),
    ("repeattrackfromseg", &["segment", "track"]),
    ("part", &["part"]),
    ("playpart", &["part", "count"]),
    ("endsong", &[]),
    ("songbank", &["songs"]),
    ("songbankarb", &["songs", "address"]),
    ("songbankaux", &[]),
    ("songbanksimple", &["address"]),
];

/// The macros that end something.
pub(super) const END_MACROS: [&str; 2] = ["endbank", "endtransfer"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_have_the_values_of_the_table() {
        let all: Vec<(String, u8)> = constants().collect();
        let value = |name: &str| all.iter().find(|(found, _)| found == name).map(|(_, value)| *value);
        let expected = [
            ("C1", Some(0x80)),
            ("C4", Some(0xA4)),
            ("B6", Some(0xC7)),
            ("Es3", Some(0x9D)),
            ("Bs1", Some(0x8C)),
            ("Cf2", Some(0x8B)),
            ("Cf7", Some(0xC7)),
            ("R", Some(0xC9)),
            ("SNR2", Some(0xDD)),
            ("Cf1", None),
            ("Bs6", None),
            ("C7", None),
        ];
        for (name, number) in expected {
            assert_eq!(value(name), number, "{name}");
        }
        assert!((0x80..=0xC7).all(|byte| value(&note_name(byte)) == Some(byte)));
        assert_eq!([120, 127, 150, 173, 60, 416].map(tempo_of), [73, 78, 92, 106, 36, 255]);
    }

    #[test]
    fn every_define_has_a_name_of_its_own() {
        let mut names: Vec<String> = defines().map(|(name, ..)| name).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!((names.len(), count), (names.len(), names.len()));
    }
}

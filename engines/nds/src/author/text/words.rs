//! Note names and command words (nds-formats 3.3 and 10).

use crate::format::event::{EVENTS, opcode};

/// Note names within an octave. There are no flats: the SDK's text writes them as sharps.
const NOTE_NAMES: [&str; 12] = ["cn", "cs", "dn", "ds", "en", "fn", "fs", "gn", "gs", "an", "as", "bn"];
/// The octave of key 0, which is written `m1`.
const LOWEST_OCTAVE: i32 = -1;

/// The name of a key, 0 to 127: `cn4` is 60, `cnm1` is 0.
pub(super) fn note_name(key: u8) -> String {
    let name = NOTE_NAMES[usize::from(key % 12)];
    match i32::from(key / 12) + LOWEST_OCTAVE {
        LOWEST_OCTAVE => format!("{name}m1"),
        octave => format!("{name}{octave}"),
    }
}

/// What a word that begins like a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoteWord {
    /// A key.
    Key(u8),
    /// A note that lies outside 0 to 127.
    OutOfRange,
    /// Letter and octave without the second letter, or with that of a flat; what should stand there instead.
    Misspelt(&'static str),
    /// No note at all.
    No,
}

/// Reads a note name.
pub(super) fn note_word(word: &str) -> NoteWord {
    let split = word.find(|character: char| character.is_ascii_digit() || character == 'm');
    let Some((name, octave)) = split.and_then(|at| word.split_at_checked(at)) else { return NoteWord::No };
    let octave = match octave.strip_prefix('m') {
        Some(below) => below.parse::<i32>().map(i32::wrapping_neg),
        None => octave.parse(),
    };
    let Ok(octave) = octave else { return NoteWord::No };
    if let Some(semitone) = NOTE_NAMES.iter().position(|&known| known == name) {
        let key = octave
            .checked_sub(LOWEST_OCTAVE)
            .and_then(|octave| octave.checked_mul(12))
            .and_then(|key| key.checked_add(semitone as i32));
        return match key.map(u8::try_from) {
            Some(Ok(key @ 0..=127)) => NoteWord::Key(key),
            _ => NoteWord::OutOfRange,
        };
    }
    misspelt(name).map_or(NoteWord::No, NoteWord::Misspelt)
}

/// What was meant by a letter alone or a flat.
fn misspelt(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    Some(match lower.as_str() {
        "c" => "cn",
        "d" => "dn",
        "e" | "ff" => "en",
        "f" => "fn",
        "g" => "gn",
        "a" => "an",
        "b" | "cf" | "cb" => "bn",
        "df" | "db" => "cs",
        "ef" | "eb" => "ds",
        "gf" | "gb" => "fs",
        "af" | "ab" => "gs",
        "bf" | "bb" => "as",
        other => return NOTE_NAMES.into_iter().find(|&known| known == other),
    })
}

/// A command word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub opcode: u8,
    /// The argument that is part of the word, as in `tieon`.
    pub fixed: Option<u8>,
}

/// Words that carry their argument.
const SWITCHES: [(&str, u8, u8); 6] = [
    ("notewait_on", opcode::NOTE_WAIT, 1),
    ("notewait_off", opcode::NOTE_WAIT, 0),
    ("tieon", opcode::TIE, 1),
    ("tieoff", opcode::TIE, 0),
    ("porta_on", opcode::PORTAMENTO_SWITCH, 1),
    ("porta_off", opcode::PORTAMENTO_SWITCH, 0),
];
/// Words of commands that are not in the table of effects.
const OTHERS: [(&str, u8); 3] =
    [("printvar", opcode::PRINT_VARIABLE), ("alloctrack", opcode::ALLOCATE_TRACKS), ("fin", opcode::FINISH)];

/// The command of a word.
pub(super) fn command(word: &str) -> Option<Command> {
    if let Some((_, opcode, value)) = SWITCHES.into_iter().find(|(name, ..)| *name == word) {
        return Some(Command { opcode, fixed: Some(value) });
    }
    let plain = EVENTS.iter().map(|event| (event.name, event.opcode)).chain(OTHERS);
    plain.into_iter().find(|(name, _)| *name == word).map(|(_, opcode)| Command { opcode, fixed: None })
}

/// The word of an opcode; `None` for notes and for commands without an effect.
pub(super) fn word_of(opcode: u8) -> Option<&'static str> {
    let plain = EVENTS.iter().map(|event| (event.name, event.opcode)).chain(OTHERS);
    plain.into_iter().find(|(_, known)| *known == opcode).map(|(name, _)| name)
}

/// The word of a switch with its value, if there is one.
pub(super) fn switch_word(opcode: u8, value: i32) -> Option<&'static str> {
    SWITCHES
        .into_iter()
        .find(|(_, known, known_value)| *known == opcode && i32::from(*known_value) == value)
        .map(|(name, ..)| name)
}

/// The known word nearest to one that is not known, if it is near enough to be meant.
pub(super) fn nearest_word(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    let words = EVENTS
        .iter()
        .map(|event| event.name)
        .chain(OTHERS.iter().map(|(name, _)| *name))
        .chain(SWITCHES.iter().map(|(name, ..)| *name));
    nearest(&lower, words)
}

/// The candidate with the fewest changed letters; about a third of them may differ.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = ((word.chars().count() + 1) / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (changed_letters(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Letters to insert, remove or replace to get from one word to the other.
fn changed_letters(from: &str, to: &str) -> usize {
    /// Longer words are never meant.
    const LONGEST: usize = 64;
    let to: Vec<char> = to.chars().take(LONGEST).collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().take(LONGEST).enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_name_that_is_read_back() {
        for key in 0..=127 {
            assert_eq!(note_word(&note_name(key)), NoteWord::Key(key), "{}", note_name(key));
        }
        assert_eq!(
            (note_name(0), note_name(60), note_name(127)),
            ("cnm1".into(), "cn4".into(), "gn9".into())
        );
    }

    #[test]
    fn words_that_are_nearly_notes() {
        assert_eq!(note_word("gs9"), NoteWord::OutOfRange);
        assert_eq!(note_word("cnm2"), NoteWord::OutOfRange);
        assert_eq!(note_word("c4"), NoteWord::Misspelt("cn"));
        assert_eq!(note_word("eb4"), NoteWord::Misspelt("ds"));
        assert_eq!(note_word("CN4"), NoteWord::Misspelt("cn"));
        assert_eq!(note_word("volume2"), NoteWord::No);
        assert_eq!(note_word("mod_depth"), NoteWord::No);
    }

    #[test]
    fn every_word_gives_its_opcode_back() {
        for opcode in 0x80..=0xFF {
            if let Some(word) = word_of(opcode) {
                assert_eq!(command(word), Some(Command { opcode, fixed: None }), "{word}");
            }
        }
        assert_eq!(command("tieon"), Some(Command { opcode: opcode::TIE, fixed: Some(1) }));
        assert_eq!(nearest_word("volumes"), Some("volume"));
        assert_eq!(nearest_word("opentrak"), Some("opentrack"));
        assert_eq!(nearest_word("xyz"), None);
    }
}

//! Who plays which notes: a track plays one note at a time, a MIDI channel many.

use tatum_core::midi::Note;

/// A note for a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlacedNote {
    pub note: Note,
    /// In ticks of the console.
    pub start: u64,
    pub end: u64,
}

/// The notes of one track, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Voice {
    pub channel: u8,
    pub notes: Vec<PlacedNote>,
}

/// Spreads notes, which are in the order of their starts, over voices of one channel each: the first voice of the
/// channel that is free, else a new one while there are fewer than `most`. Gives the voices and the number of notes
/// that found no voice.
pub(super) fn spread(notes: impl IntoIterator<Item = PlacedNote>, most: usize) -> (Vec<Voice>, usize) {
    let mut voices: Vec<Voice> = Vec::new();
    let mut lost = 0;
    for note in notes {
        let channel = note.note.channel;
        let is_free = |voice: &Voice| {
            voice.channel == channel && voice.notes.last().is_none_or(|last| last.end <= note.start)
        };
        match voices.iter().position(is_free) {
            Some(free) => voices[free].notes.push(note),
            None if voices.len() < most => voices.push(Voice { channel, notes: vec![note] }),
            None => lost += 1,
        }
    }
    (voices, lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_takes_as_many_voices_as_it_has_notes() {
        let note = |channel, start, end| PlacedNote {
            note: Note { channel, key: 60, velocity: 1, start, end: None },
            start,
            end,
        };
        let notes = [note(0, 0, 10), note(0, 0, 5), note(1, 3, 4), note(0, 5, 9), note(0, 6, 7)];
        let (voices, lost) = spread(notes, 3);
        let counts: Vec<_> = voices.iter().map(|voice| (voice.channel, voice.notes.len())).collect();
        assert_eq!((counts, lost), (vec![(0, 1), (0, 2), (1, 1)], 1));
    }
}

//! MIDI files <-> sequences (`n64-authoring.md` 5 to 8).
//!
//! | room | what |
//! |---|---|
//! | `import` | a MIDI file becomes sections of commands, as SEQ64 would write them |
//! | `export` | a sequence, walked through, becomes a MIDI file |
//! | `walk` | executing a sequence's structure: what happens at which tick |
//! | `events` | what happens as rows of text, for comparisons |

pub mod events;
pub mod export;
pub mod import;
pub mod walk;

/// MIDI key of note 0 (A0): note 39 is middle C, key 60.
pub(crate) const KEY_OF_NOTE_0: i32 = 21;
/// Ticks of a quarter note: what the engine's tempo counts.
pub const TICKS_PER_QUARTER: u16 = 48;
/// Number that stands for the pitch wheel among controllers, as in ABI definitions.
pub const PITCH_BEND: u8 = 128;
/// Number that stands for the program among controllers.
pub const PROGRAM: u8 = 129;

pub(super) use transposition::fitting_transposition;

mod transposition {
    use super::KEY_OF_NOTE_0;

    /// Notes that a note byte has.
    const NOTES: i32 = 64;

    /// The transposition under which a key has a note byte: the one there is, if it does, or the next one octaves
    /// away (`n64-authoring.md` 6.4).
    pub(in crate::author) const fn fitting_transposition(key: i32, transposition: i32) -> i32 {
        let note = key - KEY_OF_NOTE_0 - transposition;
        if note < 0 {
            transposition - 12 * (-note / 12 + 1)
        } else if note >= NOTES {
            transposition + 12 * ((note - NOTES) / 12 + 1)
        } else {
            transposition
        }
    }
}

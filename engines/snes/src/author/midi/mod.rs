//! Songs of the N-SPC driver as MIDI files, both directions.
//!
//! [`export`] plays a song with the interpreter and writes down what is heard: notes with their sounding keys, slides and
//! fine tuning as pitch bends, volumes, pans, vibrato and tremolo as controllers, percussion on the drum channel.
//! [`import`] makes a song of a MIDI file.
//!
//! | file | unit |
//! |:--|:--|
//! | `export` | a song played, as a MIDI file |
//! | `import` | a MIDI file as a song |
//! | `song_writer` | the bytes of tracks, segments and lists |
//! | `voices` | who plays which notes: a track plays one at a time |
//! | `drums` | which drum key is which percussion instrument |

mod drums;
mod export;
mod import;
mod song_writer;
mod voices;

pub use export::export;
pub use import::{Imported, import};

/// Ticks of a quarter note, as the authors' macros count (`snes-authoring.md` section 3).
pub const TICKS_PER_QUARTER: u16 = 72;
/// Microseconds of a quarter note times tempo: a tick is 256 / tempo passes of 2 ms (`snes-nspc.md` section 1).
const QUARTER_TIMES_TEMPO: u32 = 72 * 256 * 2000;
/// A text that says that programs are instrument numbers, not those of General MIDI.
const INSTRUMENTS_TEXT: &str = "programs are N-SPC instrument numbers";
/// Channel of drums, from 0.
const DRUM_CHANNEL: u8 = 9;

/// Controllers that both directions use.
mod controller {
    pub(super) const VIBRATO_DEPTH: u8 = 1;
    pub(super) const DATA_ENTRY: u8 = 6;
    pub(super) const VOLUME: u8 = 7;
    pub(super) const PAN: u8 = 10;
    /// The master volume.
    pub(super) const EXPRESSION: u8 = 11;
    pub(super) const VIBRATO_RATE: u8 = 76;
    pub(super) const VIBRATO_DELAY: u8 = 78;
    pub(super) const TREMOLO_DEPTH: u8 = 92;
    pub(super) const PARAMETER_LOW: u8 = 100;
    pub(super) const PARAMETER_HIGH: u8 = 101;
}

//! Sequences as MIDI files, both directions.
//!
//! [`export`] executes a sequence: conditions, variables and random numbers (from a seed that is given) have their
//! effect, loops are unrolled. [`import`] makes a sequence of a MIDI file. Controllers are those of the SDK's
//! converter (nds-formats 10), so that what was exported comes back.
//!
//! | file | unit |
//! |:--|:--|
//! | `controllers` | which controller is which command |
//! | `export` | a sequence executed, as a MIDI file |
//! | `import` | a MIDI file as the tracks of a sequence |
//! | `track` | a track of a sequence being written |

mod controllers;
mod export;
mod import;
mod track;

pub use export::{ExportOptions, export};
pub use import::{ImportOptions, Imported, import};

/// Ticks of a quarter note on the console.
pub const TICKS_PER_QUARTER: u16 = 48;

//! The N-SPC song interpreter, cycle by cycle (`snes-nspc.md` section 6).
//!
//! | file or room | unit |
//! |:--|:--|
//! | `driver`, `track` | what the driver remembers |
//! | `machine` | the hardware under it: DSP and RAM, timer, ports |
//! | `interpreter` | both, pass by pass |
//! | `execution` | memory, clock and register writes of the running driver |
//! | `main_loop` | start, register block, wait for the timer, ports, effects clock, between two ticks |
//! | `song_tick` | port commands, start of a song |
//! | `segments` | the list of segments |
//! | `tracks` | the bytes of tracks, notes, what slides for the whole song |
//! | `sustain` | gate, look ahead for ties, pitch slide, vibrato |
//! | `pitch_slides` | slides at a note's start and `$F9` |
//! | `interpolate` | what happens between two ticks |
//! | `commands` | the table of commands; one file per family |
//! | `variant` | the other drivers of the family, as data |
//! | `memory_map`, `constants` | addresses; the tables of the driver |
//! | `fixed` | numbers with a fraction |

pub mod commands;
pub mod constants;
pub mod driver;
pub(crate) mod execution;
pub mod fixed;
mod interpolate;
pub(crate) mod interpreter;
pub(crate) mod machine;
mod main_loop;
pub mod memory_map;
pub(crate) mod pitch_slides;
mod segments;
mod song_tick;
mod sustain;
pub mod track;
pub mod tracks;
pub mod variant;

pub use execution::BYTES_PER_TICK;

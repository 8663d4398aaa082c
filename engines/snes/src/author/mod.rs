//! Making data for the console.
//!
//! | file | unit |
//! |:--|:--|
//! | `assembler/` | the song language |
//! | `disassembler/` | songs to source of the song language |
//! | `brr_encoder` | PCM to BRR blocks |
//! | `brr_sample` | recordings made fit for BRR, and BRR files |
//! | [`midi`] | songs as MIDI files, both directions |
//! | `sample_bank` | samples and instruments of an image |
//! | `envelope_shape` | envelopes as curves in seconds |
//! | `decimator` | recordings at half their rate |
//! | `song_slot` | the place of a song in the game's ROM |
//! | `frozen_song` | a song as a `.spc` file, with the game's own driver |
//! | `built_in` | the built-in instruments at the numbers and tunings of A Link to the Past |

pub mod assembler;
pub mod brr_encoder;
pub mod brr_sample;
pub mod built_in;
pub mod code;
mod decimator;
pub mod disassembler;
pub mod envelope_shape;
pub mod frozen_song;
pub mod midi;
pub mod sample_bank;
pub mod song_slot;

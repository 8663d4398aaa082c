//! Voices: how they are found, and what happens to them every update.

mod allocation;
pub mod envelope;
pub mod lists;
pub mod release;
pub mod tables;
mod update;
pub mod vibrato;
#[expect(clippy::module_inception, reason = "the file of the voice itself")]
pub mod voice;
mod volume;
pub mod wave;
pub mod wave_tables;

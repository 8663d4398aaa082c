//! Voices of the first generation: integer envelopes, float pan. `n64-engine.md` 5.

mod allocation;
pub mod envelope;
pub mod release;
mod update;
pub mod vibrato;
mod volume;
pub mod wave;

//! Voices of the later generations: float envelopes, integer pan, parameters written into a slot for each update
//! of a frame. `n64-engine.md` 8.2 and 8.3, `n64-oot.md` 8.

mod allocation;
pub mod envelope;
mod owner;
pub mod parameters;
mod release;
pub mod slide;
pub mod state;
mod update;
mod vibrato;
mod volume;
mod wave;

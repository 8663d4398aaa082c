//! The CPU's part of the synthesis: command lists for the signal processor, `n64-mixer.md` 3 to 6.

mod frame;
mod headset;
pub mod memory_map;
pub mod ramp_tables;
mod reverb;
mod sampled;
mod voice;
mod wave;

pub use frame::Synthesizer;
pub use voice::Speed;

//! Command lists for the microcode ABI1, `n64-mixer.md` 3 to 7.

pub mod european;
mod european_ramps;
mod european_reverb;
pub mod first;
mod headset;
mod list;
pub mod memory_map;
mod mixing;
pub mod ramp_tables;
mod reverb;
mod sampled;
mod task;
mod wave;

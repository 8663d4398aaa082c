//! The console's audio hardware: the signal processor with its audio microcodes, and the audio interface.
//!
//! What the microcodes share (the two memories, the decoder, the resampler, buffer operations, the vector code) lies
//! here; each microcode's commands and its envelope mixer are in a room of their own.

pub mod abi1;
pub(crate) mod adpcm;
pub(crate) mod audio_interface;
mod decoded_frames;
pub mod memory;
pub(crate) mod mixer;
pub mod nead;
#[cfg(test)]
mod random;
pub mod resample;
mod vector;

//! The console's audio hardware: the signal processor with its audio microcode, and the audio interface.

pub(crate) mod adpcm;
pub(crate) mod audio_interface;
pub mod command;
pub(crate) mod envelope_mixer;
pub mod memory;
pub(crate) mod mixer;
pub mod resample;
pub mod signal_processor;

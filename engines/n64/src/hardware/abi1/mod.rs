//! The microcode "ABI1" of Super Mario 64 (Japanese, American, European), `n64-mixer.md` 2.

pub mod command;
pub(crate) mod envelope_mixer;
pub mod signal_processor;

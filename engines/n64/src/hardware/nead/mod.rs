//! The microcodes of the "nead" family: Shindou's and the Zelda generation's. `n64-mixer.md` 8, `n64-oot.md` 10.

pub mod command;
pub(crate) mod envelope_mixer;
pub(crate) mod filter;
pub mod signal_processor;

//! The sound module, one file or room per unit.

pub mod dsp;
mod ram;
pub mod spc700;

pub use ram::Ram;
